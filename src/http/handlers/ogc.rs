//! OGC API – Features 1.0, parts core and GeoJSON.

use serde_json::{Value as Json, json};

use crate::domain::Timestamp;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::query::{parse_bbox, parse_moment};
use crate::service::Reading;
use crate::service::features::{
    Collection, FeaturePage, FeatureQuery, collection_geojson, csv_rows, sequence_geojson,
};
use crate::service::filter::{Filter, Invalid};
use crate::service::items::{DEFAULT_LIMIT, MAX_LIMIT, PageToken};
use crate::service::order::Order;

/// Media type of features.
const GEOJSON: &str = "application/geo+json";
/// Media type of a sequence of features.
const GEOJSON_SEQ: &str = "application/geo+json-seq";
/// Media type of rows.
const CSV: &str = "text/csv; charset=utf-8";
/// The coordinates' reference system, as every answer with features names it.
const CRS84: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";

/// The landing page.
pub fn landing(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let reading = call.atlas.read();
    let region = reading.snapshot.dictionary.region.as_ref().ok_or(Failure::NotFound)?;
    let base = &call.base_url;
    let notice = region.invented.as_ref().map_or(String::new(), |notice| format!(" — {}", notice.ru));
    let json = json!({
        "title": format!("Атлас проблем: {}", region.name_ru),
        "description": format!("Problem atlas of {}{notice}", region.name_en),
        "links": [
            link("self", "application/json", &format!("{base}/ogc"), "this document"),
            link("conformance", "application/json", &format!("{base}/ogc/conformance"), "conformance classes"),
            link("data", "application/json", &format!("{base}/ogc/collections"), "collections"),
            link("alternate", "text/html", &format!("{base}/"), "the map"),
        ],
    });
    Ok(Answer::json(&json).tagged_by_content())
}

/// What is implemented.
pub fn conformance(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let json = json!({ "conformsTo": [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    ]});
    Ok(Answer::json(&json).tagged_by_content())
}

/// All collections.
pub fn collections(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let reading = call.atlas.read();
    let address = format!("{}/ogc/collections", call.base_url);
    let json = json!({
        "links": [link("self", "application/json", &address, "this document")],
        "collections": Collection::ALL.map(|collection| describe(call, &reading, collection)),
    });
    Ok(Answer::json(&json).tagged_by_content())
}

/// One collection.
pub fn collection(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let collection = Collection::parse(call.segment("collection")).ok_or(Failure::NotFound)?;
    Ok(Answer::json(&describe(call, &call.atlas.read(), collection)).tagged_by_content())
}

fn describe(call: &Call, reading: &Reading, collection: Collection) -> Json {
    let base = address(call, collection);
    let bounds = reading.snapshot.dictionary.region.as_ref().map(|region| region.bounds);
    let (title, description) = match collection {
        Collection::Problems => ("Проблемные объекты", "Problem objects"),
        Collection::Appeals => ("Обращения", "Appeals"),
        Collection::Municipalities => ("Муниципальные образования", "Municipalities"),
        Collection::Settlements => ("Населённые пункты", "Settlements"),
        Collection::Hotspots => (
            "Очаги: скопления открытых объектов и горячие ячейки",
            "Hot spots: crowds of open problems and hot cells",
        ),
        Collection::Ratings => ("Рейтинг муниципальных образований", "The rating of municipalities"),
    };
    json!({
        "id": collection.code(),
        "title": title,
        "description": description,
        "itemType": "feature",
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "extent": { "spatial": { "bbox": [bounds], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84" } },
        "links": [
            link("self", "application/json", &base, "this document"),
            link("items", GEOJSON, &format!("{base}/items"), "features"),
            link("items", GEOJSON_SEQ, &format!("{base}/items?f=geojsonseq"), "features, one by one"),
            link("items", "text/csv", &format!("{base}/items?f=csv"), "rows"),
        ],
    })
}

fn address(call: &Call, collection: Collection) -> String {
    format!("{}/ogc/collections/{}", call.base_url, collection.code())
}

/// A page of problems.
pub fn problems(call: &Call) -> Result<Answer, Failure> {
    items(call, Collection::Problems, filter_with_datetime(call)?)
}

/// A page of appeals.
pub fn appeals(call: &Call) -> Result<Answer, Failure> {
    items(call, Collection::Appeals, filter_with_datetime(call)?)
}

/// A page of municipalities with their borders.
pub fn municipalities(call: &Call) -> Result<Answer, Failure> {
    items(call, Collection::Municipalities, box_only(call)?)
}

/// A page of settlements.
pub fn settlements(call: &Call) -> Result<Answer, Failure> {
    items(call, Collection::Settlements, box_only(call)?)
}

/// A page of hot spots: crowds of open problems and hot cells.
pub fn hotspots(call: &Call) -> Result<Answer, Failure> {
    let as_of = call.query.one("as_of")?.map(|text| parse_moment("as_of", text)).transpose()?;
    items(call, Collection::Hotspots, Filter { as_of, ..box_only(call)? })
}

/// The rating on the borders of the municipalities, by rank.
pub fn ratings(call: &Call) -> Result<Answer, Failure> {
    let as_of = call.query.one("as_of")?.map(|text| parse_moment("as_of", text)).transpose()?;
    items(call, Collection::Ratings, Filter { as_of, ..box_only(call)? })
}

fn items(call: &Call, collection: Collection, filter: Filter) -> Result<Answer, Failure> {
    let limit = call.query.count("limit", DEFAULT_LIMIT, MAX_LIMIT)?;
    let token = call.query.one("token")?.map(PageToken::parse).transpose()?;
    let form = call.query.word("f", &["json", "geojson", "geojsonseq", "csv"])?;
    let order = call.query.one("sortby")?.map(|text| Order::parse(collection, text)).transpose()?;
    let page = call.atlas.features(collection, &FeatureQuery { filter, order, limit, token })?;
    let next = page.next.map(|token| with_parameter(call, collection, "token", &token.to_string()));
    let (content_type, body) = match form {
        Some("geojsonseq") => (GEOJSON_SEQ, sequence_geojson(&page.features)),
        Some("csv") => (CSV, csv_rows(&page.features)),
        _ => {
            let members = members(call, collection, &page, next.as_deref());
            (GEOJSON, collection_geojson(&page.features, &members))
        }
    };
    // The body tells when it was made, so two of them are the same in meaning only.
    let mut answer = Answer::of(content_type, body)
        .tagged_weakly(&format!("{}/{}", page.scope, call.path))
        .with_header("Content-Crs", CRS84.to_owned())
        .with_header("OGC-NumberMatched", page.matched.to_string());
    if let Some(next) = next {
        answer = answer.with_header("Link", format!("<{next}>; rel=\"next\"; type=\"{content_type}\""));
    }
    Ok(answer)
}

/// Members of a collection beside its features, as JSON text.
fn members(call: &Call, collection: Collection, page: &FeaturePage, next: Option<&str>) -> String {
    let mut links = vec![
        link("self", GEOJSON, &format!("{}{}", call.base_url, call.path), "this page"),
        link("alternate", GEOJSON_SEQ, &with_parameter(call, collection, "f", "geojsonseq"), "one by one"),
        link("alternate", "text/csv", &with_parameter(call, collection, "f", "csv"), "rows"),
        link("collection", "application/json", &address(call, collection), "the collection"),
    ];
    if let Some(next) = next {
        links.push(link("next", GEOJSON, next, "the next page"));
    }
    let now = page.reading.now.0;
    let stamp = Timestamp(now - now.rem_euclid(1_000)).to_string();
    let mut members = json!({
        "numberMatched": page.matched,
        "numberReturned": page.features.len(),
        "timeStamp": stamp,
        "links": links,
    });
    let region = page.reading.snapshot.dictionary.region.as_ref();
    if let Some(notice) = region.and_then(|region| region.invented.as_ref()) {
        members["notice"] = json!({ "ru": notice.ru, "en": notice.en });
    }
    let text = members.to_string();
    text[1..text.len() - 1].to_owned()
}

/// One feature.
pub fn item(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let collection = Collection::parse(call.segment("collection")).ok_or(Failure::NotFound)?;
    let as_of = call.query.one("as_of")?.map(|text| parse_moment("as_of", text)).transpose()?;
    let reading = call.atlas.read_for(&Filter { as_of, ..Filter::default() })?;
    let id = call.segment("id");
    let feature = call.atlas.feature(&reading, collection, id)?;
    let base = address(call, collection);
    let links = json!([
        link("self", GEOJSON, &format!("{base}/items/{id}"), "this feature"),
        link("collection", "application/json", &base, "its collection"),
    ]);
    let body = feature.to_geojson(&format!("\"links\":{links}"));
    let answer = Answer::of(GEOJSON, body).tagged_by_content();
    Ok(answer.with_header("Content-Crs", CRS84.to_owned()))
}

/// The address of this list with one parameter set to another value.
fn with_parameter(call: &Call, collection: Collection, name: &str, value: &str) -> String {
    let query = call.path.split_once('?').map_or("", |(_, query)| query);
    let others = query.split('&').filter(|part| {
        let own = part.split('=').next().unwrap_or("");
        !part.is_empty() && own != name
    });
    let parameter = format!("{name}={value}");
    let query: Vec<&str> = others.chain([parameter.as_str()]).collect();
    format!("{}/items?{}", address(call, collection), query.join("&"))
}

fn json_only(call: &Call) -> Result<(), Failure> {
    call.query.word("f", &["json", "geojson"])?;
    Ok(())
}

fn box_only(call: &Call) -> Result<Filter, Failure> {
    let bbox = call.query.one("bbox")?.map(|text| parse_bbox("bbox", text)).transpose()?;
    Ok(Filter { bbox, ..Filter::default() })
}

/// The one filter, with OGC's `datetime`: a moment, or an interval that may be open at either end.
fn filter_with_datetime(call: &Call) -> Result<Filter, Failure> {
    let mut filter = call.query.filter()?;
    let Some(text) = call.query.one("datetime")? else { return Ok(filter) };
    let edge = |text: &str| match text {
        "" | ".." => Ok(None),
        text => parse_moment("datetime", text).map(Some),
    };
    let (from, to) = match text.split_once('/') {
        Some((from, to)) => (edge(from)?, edge(to)?),
        None => (edge(text)?, edge(text)?),
    };
    if from.is_none() && to.is_none() && text != "../.." {
        return Err(Invalid::new("datetime", "not_a_date", text, "2026-11-22, ../2026-11-22").into());
    }
    filter.datetime = Some((from, to));
    Ok(filter)
}

fn link(rel: &str, media_type: &str, href: &str, title: &str) -> Json {
    json!({ "rel": rel, "type": media_type, "href": href, "title": title })
}
