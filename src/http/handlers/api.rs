//! JSON for the page and for programs: the region, one problem, clusters, statistics, ratings.

use serde::Serialize;
use serde_json::json;

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::query::parse_moment;
use crate::service::Reading;
use crate::service::basemap::{Basemap, BasemapView};
use crate::service::clusters::PointLayer;
use crate::service::filter::{Filter, Invalid};
use crate::service::method::method_view;
use crate::service::ratings::ratings_csv;
use crate::service::region::{RegionView, body_views, region_view};
use crate::service::sheets::{burden_csv, marks_csv};

/// Media type of rows.
const CSV: &str = "text/csv; charset=utf-8";
/// Most rows of one page of leaves.
const MAX_LEAVES: usize = 1_000;

/// What the page needs to know before it asks for anything else.
pub fn region(call: &Call) -> Result<Answer, Failure> {
    let region = region_view(&call.atlas.read()).ok_or(Failure::NotFound)?;
    let basemap = call.basemap.as_deref().map(Basemap::view);
    Ok(Answer::json(&RegionResponse { region, basemap }).tagged_by_content())
}

#[derive(Serialize)]
struct RegionResponse<'a> {
    #[serde(flatten)]
    region: RegionView,
    basemap: Option<BasemapView<'a>>,
}

/// Who may be responsible.
pub fn bodies(call: &Call) -> Result<Answer, Failure> {
    Ok(Answer::json(&json!({ "bodies": body_views(&call.atlas.read()) })).tagged_by_content())
}

/// One problem with its history.
pub fn problem(call: &Call) -> Result<Answer, Failure> {
    let card = call.atlas.problem_card(&reading_of(call)?, call.segment("id"))?;
    Ok(Answer::json(&card).tagged_by_content())
}

/// The history of a problem.
pub fn problem_events(call: &Call) -> Result<Answer, Failure> {
    let events = call.atlas.problem_events(&reading_of(call)?, call.segment("id"))?;
    Ok(Answer::json(&json!({ "id": call.segment("id"), "events": events })).tagged_by_content())
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
        Some(text) => text.parse().map_err(|_| Invalid::new("offset", "not_a_count", text, "0…"))?,
    };
    let filter = call.query.filter()?;
    let leaves = call.atlas.leaves(layer_of(call)?, call.segment("id"), &filter, offset, limit)?;
    Ok(Answer::json(&leaves).tagged_by_content())
}

/// The zoom at which a cluster falls apart.
pub fn expansion_zoom(call: &Call) -> Result<Answer, Failure> {
    let filter = call.query.filter()?;
    let expansion = call.atlas.expansion(layer_of(call)?, call.segment("id"), &filter)?;
    Ok(Answer::json(&expansion).tagged_by_content())
}

/// Counts by anything.
pub fn stats(call: &Call) -> Result<Answer, Failure> {
    let filter = call.query.filter()?;
    let by: Vec<String> = call.query.one("by")?.unwrap_or("").split(',').map(str::to_owned).collect();
    let by: Vec<String> = by.into_iter().filter(|name| !name.is_empty()).collect();
    Ok(Answer::json(&call.atlas.stats(layer_of(call)?, &filter, &by)?).tagged_by_content())
}

/// The rating of all municipalities.
pub fn ratings(call: &Call) -> Result<Answer, Failure> {
    let ratings = call.atlas.ratings(&reading_of(call)?)?;
    let answer = match call.query.word("f", &["json", "csv"])? {
        Some("csv") => Answer::of(CSV, ratings_csv(&ratings)),
        _ => Answer::json(&*ratings),
    };
    Ok(answer.tagged_by_content())
}

/// Citizens' marks of heads: by criterion and month, small cells held back.
pub fn marks(call: &Call) -> Result<Answer, Failure> {
    let told = call.atlas.marks(&reading_of(call)?, call.query.one("municipality")?)?;
    let answer = match call.query.word("f", &["json", "csv"])? {
        Some("csv") => Answer::of(CSV, marks_csv(&told)),
        _ => Answer::json(&told),
    };
    Ok(answer.tagged_by_content())
}

/// The method: every constant and every formula.
pub fn method(_: &Call) -> Result<Answer, Failure> {
    Ok(Answer::json(&method_view()).tagged_by_content())
}

/// Why one municipality has its rank.
pub fn rating(call: &Call) -> Result<Answer, Failure> {
    let explained = call.atlas.explained_rating(&reading_of(call)?, call.segment("municipality"))?;
    Ok(Answer::json(&*explained).tagged_by_content())
}

/// How deadlines slipped, who held problems for how long, and what came back.
pub fn slippage(call: &Call) -> Result<Answer, Failure> {
    let told = call.atlas.slippage(&reading_of(call)?, call.query.one("municipality")?)?;
    Ok(Answer::json(&told).tagged_by_content())
}

/// How much the rating depends on its own making.
pub fn sensitivity(call: &Call) -> Result<Answer, Failure> {
    Ok(Answer::json(&*call.atlas.sensitivity(&reading_of(call)?)?).tagged_by_content())
}

/// Settlements from which fewer reports come than expected.
pub fn silence(call: &Call) -> Result<Answer, Failure> {
    Ok(Answer::json(&*call.atlas.silence(&reading_of(call)?)).tagged_by_content())
}

/// What load each municipality carries.
pub fn burden(call: &Call) -> Result<Answer, Failure> {
    let burdens = call.atlas.burdens(&reading_of(call)?);
    let answer = match call.query.word("f", &["json", "csv"])? {
        Some("csv") => Answer::of(CSV, burden_csv(&burdens)),
        _ => Answer::json(&*burdens),
    };
    Ok(answer.tagged_by_content())
}

fn layer_of(call: &Call) -> Result<PointLayer, Failure> {
    Ok(match call.query.word("layer", &["problems", "appeals"])? {
        Some("appeals") => PointLayer::Appeals,
        _ => PointLayer::Problems,
    })
}
