//! JSON for the page and for programs: the region, one problem, clusters, statistics, ratings.

use serde_json::{Value as Json, json};

use crate::analytics::clusters::{self, ClusterId};
use crate::analytics::selection::View;
use crate::domain::{AppealNo, AppealStatus, ProblemNo, Status};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::query::parse_moment;
use crate::render::palette::palette;
use crate::service::Reading;
use crate::service::filter::{Filter, Invalid};
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;

/// Most rows of one page of leaves.
const MAX_LEAVES: usize = 1_000;

/// What the page needs to know before it asks for anything else.
pub fn region(call: &Call) -> Result<Answer, Failure> {
    let reading = call.atlas.read();
    let dictionary = &reading.snapshot.dictionary;
    let region = dictionary.region.as_ref().ok_or(Failure::NotFound)?;
    let municipality = |m: &crate::domain::Municipality| {
        let version = m.current();
        json!({
            "id": m.id, "slug": m.slug, "name_ru": version.short_name_ru, "name_en": version.name_en,
            "oktmo": version.oktmo, "population": m.residents(), "area_km2": version.area_km2,
            "approximate": version.approximate,
            "centre": [version.centre.lon_deg(), version.centre.lat_deg()],
            "label_point": [version.label_point.lon_deg(), version.label_point.lat_deg()],
            "bounds": reading.snapshot.boundary(m.no).map(|shape| shape.bounds().degrees()),
        })
    };
    let category = |c: &crate::domain::Category| json!({ "code": c.code, "parent": c.parent, "name_ru": c.name_ru, "name_en": c.name_en, "icon": c.icon });
    let colours = palette();
    let status = |s: &crate::render::palette::StatusColour| json!({ "id": s.id, "light": s.light, "dark": s.dark, "glyph": s.glyph, "name_ru": s.name_ru, "name_en": s.name_en });
    let json = json!({
        "code": region.code, "slug": region.slug, "name_ru": region.name_ru, "name_en": region.name_en,
        "time_zone": region.time_zone, "bounds": region.bounds,
        "invented": region.invented.as_ref().map(|n| json!({ "ru": n.ru, "en": n.en })),
        "municipalities": dictionary.municipalities.iter().map(municipality).collect::<Vec<_>>(),
        "categories": dictionary.categories.iter().map(category).collect::<Vec<_>>(),
        "statuses": Status::ALL.iter().filter(|s| s.is_public()).map(|s| s.code()).collect::<Vec<_>>(),
        "appeal_statuses": AppealStatus::ALL.iter().map(|s| s.code()).collect::<Vec<_>>(),
        "groups": colours.status.iter().map(status).collect::<Vec<_>>(),
        "zooms": { "cells_from": clusters::CELLS_FROM, "points_from": clusters::POINTS_FROM },
    });
    let tag = format!("region/{}/{}", dictionary.atlas_id, reading.snapshot.dictionary_version);
    Ok(Answer::json(&json).tagged(&tag))
}

/// One problem with its history.
pub fn problem(call: &Call) -> Result<Answer, Failure> {
    let reading = reading_of(call)?;
    let card = call.atlas.problem_card(&reading, call.segment("id"))?;
    let tag =
        format!("{}/{}/{}/{}", reading.snapshot.version, reading.today.0, call.path, card["updated_at"]);
    Ok(Answer::json(&card).tagged(&tag))
}

/// The history of a problem.
pub fn problem_events(call: &Call) -> Result<Answer, Failure> {
    let reading = reading_of(call)?;
    let events = call.atlas.problem_events(&reading, call.segment("id"))?;
    let tag = format!("{}/{}", reading.snapshot.version, call.path);
    Ok(Answer::json(&json!({ "id": call.segment("id"), "events": events })).tagged(&tag))
}

/// The world at `as_of`, for addresses that take no other parameter of the filter.
fn reading_of(call: &Call) -> Result<Reading, Failure> {
    let as_of = call.query.one("as_of")?.map(|text| parse_moment("as_of", text)).transpose()?;
    Ok(call.atlas.read_for(&Filter { as_of, ..Filter::default() })?)
}

/// The records in a cluster, page by page in the order of the map's curve.
pub fn leaves(call: &Call) -> Result<Answer, Failure> {
    let limit = call.query.count("limit", 100, MAX_LEAVES)?;
    let offset = match call.query.one("offset")? {
        None => 0,
        Some(text) => {
            let wrong = || Invalid::new("offset", "not_a_count", text, "0…");
            text.parse::<usize>().map_err(|_| wrong())?
        }
    };
    let page = with_cluster(call, |view, id, reading, of_problems| {
        let (mut seen, mut ids) = (0usize, Vec::new());
        view.for_each_in(&id.keys(), |part, row| {
            if id.holds(view, part, row) {
                if seen >= offset && ids.len() < limit {
                    let number = view.parts[part].columns.number[row];
                    let names = &reading.snapshot.dictionary.ids;
                    ids.push(if of_problems {
                        names.problem(ProblemNo(number))
                    } else {
                        names.appeal(AppealNo(number))
                    });
                }
                seen += 1;
            }
        });
        json!({ "cluster_id": id.to_string(), "point_count": seen, "offset": offset, "ids": ids })
    })?;
    Ok(Answer::json(&page).tagged(&format!("{}/{page}", call.path)))
}

/// The zoom at which a cluster falls apart.
pub fn expansion_zoom(call: &Call) -> Result<Answer, Failure> {
    let json = with_cluster(
        call,
        |view, id, _, _| json!({ "cluster_id": id.to_string(), "expansion_zoom": clusters::expansion_zoom(view, id) }),
    )?;
    Ok(Answer::json(&json).tagged(&format!("{}/{json}", call.path)))
}

fn with_cluster(
    call: &Call,
    answer: impl FnOnce(&View<'_>, &ClusterId, &Reading, bool) -> Json,
) -> Result<Json, Failure> {
    let id = ClusterId::parse(call.segment("id")).ok_or(Failure::NotFound)?;
    let filter = call.query.filter()?;
    let reading = call.atlas.read_for(&filter)?;
    let layer = call.query.word("layer", &["problems", "appeals"])?.unwrap_or("problems");
    if layer == "problems" {
        let selection = filter.select_problems(&reading)?;
        let parts = reading.snapshot.problems.parts();
        let view = Layer::<ProblemColumns>::view(&parts, &selection, reading.today);
        return Ok(answer(&view, &id, &reading, true));
    }
    let selection = filter.select_appeals(&reading)?;
    let parts = reading.snapshot.appeals.parts();
    let view = Layer::<AppealColumns>::view(&parts, &selection, reading.today);
    Ok(answer(&view, &id, &reading, false))
}
