//! Tiles that are pictures: markers and choropleths, for clients that cannot draw themselves.

use serde_json::{Value as Json, json};

use super::tiles::{drawn, kept, parse_tile, scaled, tile_json_of};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::service::choropleth::{MetricNo, class_colours, ground, metrics};
use crate::service::encoding::Encoding;
use crate::service::filter::{Filter, Invalid};
use crate::service::markers::{Group, Groups, Language, Look, MarkerLayer, Theme};
use crate::service::tiles::{TileKind, TileRequest};

/// Parameters of marker tiles beside the filter.
pub const MARKERS: &[&str] = &["theme", "lang", "groups"];
/// Parameters of choropleth tiles: a rating takes no filter but the day.
pub const CHOROPLETH: &[&str] = &["metric", "theme", "as_of"];

/// Sends a kept tile of problems' symbols.
pub fn look_problems(call: &Call) -> Result<Option<Answer>, Failure> {
    kept(call, &markers(call, MarkerLayer::Problems)?)
}

/// Draws problems' symbols.
pub fn draw_problems(call: &Call) -> Result<Answer, Failure> {
    drawn(call, &markers(call, MarkerLayer::Problems)?)
}

/// Sends a kept tile of appeals' symbols.
pub fn look_appeals(call: &Call) -> Result<Option<Answer>, Failure> {
    kept(call, &markers(call, MarkerLayer::Appeals)?)
}

/// Draws appeals' symbols.
pub fn draw_appeals(call: &Call) -> Result<Answer, Failure> {
    drawn(call, &markers(call, MarkerLayer::Appeals)?)
}

/// Sends a kept tile of municipalities by class.
pub fn look_choropleth(call: &Call) -> Result<Option<Answer>, Failure> {
    kept(call, &choropleth(call)?)
}

/// Colours municipalities by class.
pub fn draw_choropleth(call: &Call) -> Result<Answer, Failure> {
    drawn(call, &choropleth(call)?)
}

fn markers(call: &Call, layer: MarkerLayer) -> Result<(TileRequest, Encoding), Failure> {
    request(call, |density| Ok(TileKind::Markers(layer, look(call, density)?)))
}

fn choropleth(call: &Call) -> Result<(TileRequest, Encoding), Failure> {
    request(call, |density| Ok(TileKind::Choropleth(metric(call)?, look(call, density)?)))
}

fn request(
    call: &Call,
    kind: impl Fn(u32) -> Result<TileKind, Invalid>,
) -> Result<(TileRequest, Encoding), Failure> {
    let (row, density) = scaled(call.segment("y"));
    let tile = parse_tile(call.segment("z"), call.segment("x"), row)?;
    let kind = kind(u32::from(density))?;
    let filter: Filter = call.query.filter()?;
    let reading = call.atlas.read_for(&filter)?;
    Ok((TileRequest { reading, filter, kind, tile }, Encoding::Identity))
}

/// How the picture is to look: light and in the region's language unless something else is asked for.
fn look(call: &Call, density: u32) -> Result<Look, Invalid> {
    let language = match call.query.word("lang", &["ru", "en"])? {
        Some("en") => Language::En,
        _ => Language::Ru,
    };
    Ok(Look { theme: theme(call)?, language, density, groups: groups(call)? })
}

/// The status groups that are shown: all, unless some are named.
fn groups(call: &Call) -> Result<Groups, Invalid> {
    let find = |name: &String| {
        let group = Group::CLOCKWISE.into_iter().find(|group| group.id() == name.as_str());
        group.ok_or_else(|| {
            let names = Group::CLOCKWISE.map(Group::id).join(", ");
            Invalid::new("groups", "unknown_value", name, names)
        })
    };
    let named: Result<Vec<Group>, Invalid> = call.query.list("groups")?.iter().map(find).collect();
    Ok(Groups::of(named?))
}

fn theme(call: &Call) -> Result<Theme, Invalid> {
    Ok(match call.query.word("theme", &["light", "dark", "contrast"])? {
        Some("dark") => Theme::Dark,
        Some("contrast") => Theme::Contrast,
        _ => Theme::Light,
    })
}

fn metric(call: &Call) -> Result<MetricNo, Invalid> {
    let asked = call.query.one("metric")?;
    MetricNo::parse(asked).ok_or_else(|| {
        let allowed: Vec<&str> = metrics().metric.iter().map(|metric| metric.id.as_str()).collect();
        Invalid::new("metric", "unknown_value", asked.unwrap_or(""), allowed.join(", "))
    })
}

/// TileJSON 3.0.0 of the problems' symbols.
pub fn problems_json(call: &Call) -> Result<Answer, Failure> {
    look(call, 1)?;
    let reading = call.atlas.read();
    let json = tile_json_of(call, &reading, "problems", "png", reading.snapshot.problems.version())?;
    Ok(Answer::json(&json).tagged_by_content())
}

/// TileJSON 3.0.0 of the appeals' symbols.
pub fn appeals_json(call: &Call) -> Result<Answer, Failure> {
    look(call, 1)?;
    let reading = call.atlas.read();
    let json = tile_json_of(call, &reading, "appeals", "png", reading.snapshot.appeals.version())?;
    Ok(Answer::json(&json).tagged_by_content())
}

/// TileJSON 3.0.0 of the choropleth of a metric, with a `legend`: the classes from good to bad, each with its colour and the
/// values that it holds, and how areas without data are shown.
pub fn choropleth_json(call: &Call) -> Result<Answer, Failure> {
    let (metric, theme) = (metric(call)?.metric(), theme(call)?);
    let reading = call.atlas.read();
    let mut json = tile_json_of(call, &reading, "choropleth", "png", reading.snapshot.version)?;
    let class = |((from, to), colour): ((Option<f64>, Option<f64>), &str)| json!({ "from": from, "to": to, "colour": colour });
    let classes: Vec<Json> = metric.class_ranges().into_iter().zip(class_colours(theme)).map(class).collect();
    let ground = ground(theme);
    json["legend"] = json!({
        "metric": metric.id,
        "kind": metric.kind,
        "more_is_better": metric.more_is_better,
        "classes": classes,
        "no_data": { "colour": ground.land, "hatch": ground.border },
    });
    Ok(Answer::json(&json).tagged_by_content())
}
