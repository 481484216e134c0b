//! OGC API – Features 1.0, parts core and GeoJSON.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use crate::domain::Timestamp;
use crate::formats::Value;
use crate::formats::csv_writer::CsvWriter;
use crate::formats::geojson_writer::{FeatureWriter, Framing, Place, write_feature};
use crate::geometry::{Bounds, Position, Shape};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::query::{parse_bbox, parse_moment};
use crate::service::filter::{Filter, Invalid};
use crate::service::items::{DEFAULT_LIMIT, MAX_LIMIT, PageToken};
use crate::service::public::{
    OwnedValue, Property, PublicAppeal, PublicProblem, municipality_properties, settlement_properties,
};
use crate::service::{Reading, scope_of};
use crate::snapshot::layer::At;

/// Media type of features.
const GEOJSON: &str = "application/geo+json";
/// Media type of a sequence of features.
const GEOJSON_SEQ: &str = "application/geo+json-seq";
/// Media type of rows.
const CSV: &str = "text/csv; charset=utf-8";

/// The collections: name, Russian title, English title, kind of geometry.
const COLLECTIONS: [(&str, &str, &str); 4] = [
    ("problems", "Проблемные объекты", "Problem objects"),
    ("appeals", "Обращения", "Appeals"),
    ("municipalities", "Муниципальные образования", "Municipalities"),
    ("settlements", "Населённые пункты", "Settlements"),
];

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
            link("service-desc", "application/vnd.oai.openapi+json;version=3.0", &format!("{base}/openapi-3.0.json"), "the API described"),
            link("alternate", "text/html", &format!("{base}/"), "the map"),
        ],
    });
    Ok(tagged(call, &json))
}

/// What is implemented.
pub fn conformance(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let json = json!({ "conformsTo": [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    ]});
    Ok(tagged(call, &json))
}

/// All collections.
pub fn collections(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let reading = call.atlas.read();
    let base = &call.base_url;
    let json = json!({
        "links": [link("self", "application/json", &format!("{base}/ogc/collections"), "this document")],
        "collections": COLLECTIONS.iter().map(|c| describe(call, &reading, c)).collect::<Vec<_>>(),
    });
    Ok(tagged(call, &json))
}

/// One collection.
pub fn collection(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let asked = call.segment("collection");
    let found = COLLECTIONS.iter().find(|(id, ..)| *id == asked).ok_or(Failure::NotFound)?;
    Ok(tagged(call, &describe(call, &call.atlas.read(), found)))
}

fn describe(call: &Call, reading: &Reading, (id, title_ru, title_en): &(&str, &str, &str)) -> Json {
    let base = format!("{}/ogc/collections/{id}", call.base_url);
    let bounds = reading.snapshot.dictionary.region.as_ref().map(|region| region.bounds);
    let mut links = vec![
        link("self", "application/json", &base, "this document"),
        link("items", GEOJSON, &format!("{base}/items"), "features"),
    ];
    if matches!(*id, "problems" | "appeals") {
        links.push(link("items", GEOJSON_SEQ, &format!("{base}/items?f=geojsonseq"), "features, one by one"));
        links.push(link("items", "text/csv", &format!("{base}/items?f=csv"), "rows"));
    }
    json!({
        "id": id,
        "title": title_ru,
        "description": title_en,
        "itemType": "feature",
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "extent": { "spatial": { "bbox": [bounds], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84" } },
        "links": links,
    })
}

/// A page of problems.
pub fn problems(call: &Call) -> Result<Answer, Failure> {
    let filter = filter_with_datetime(call)?;
    let reading = call.atlas.read_for(&filter)?;
    let selection = filter.select_problems(&reading)?;
    let layer = &reading.snapshot.problems;
    let scope = scope_of("problems", layer.version(), &reading, &filter);
    let (limit, token) = paging(call)?;
    let page = call.atlas.page(layer, &reading, &selection, &scope, limit, token);
    let views = page.rows.iter().map(|at| PublicProblem::at(&reading, *at));
    let rows = views.map(|view| Feature {
        id: view.id.clone(),
        geometry: match &view.shape {
            Some(shape) => Geometry::Shape((**shape).clone()),
            None => Geometry::At(view.place),
        },
        properties: owned(&view.properties()),
    });
    write_page(call, &reading, "problems", rows, page.matched, page.next, &scope)
}

/// A page of appeals.
pub fn appeals(call: &Call) -> Result<Answer, Failure> {
    let filter = filter_with_datetime(call)?;
    let reading = call.atlas.read_for(&filter)?;
    let selection = filter.select_appeals(&reading)?;
    let layer = &reading.snapshot.appeals;
    let scope = scope_of("appeals", layer.version(), &reading, &filter);
    let (limit, token) = paging(call)?;
    let page = call.atlas.page(layer, &reading, &selection, &scope, limit, token);
    let rows = page.rows.iter().map(|at| appeal_feature(&reading, *at));
    write_page(call, &reading, "appeals", rows, page.matched, page.next, &scope)
}

fn appeal_feature(reading: &Reading, at: At) -> Feature {
    let view = PublicAppeal::at(reading, at);
    Feature { id: view.id.clone(), geometry: Geometry::At(view.place), properties: owned(&view.properties()) }
}

/// A page of municipalities with their borders.
pub fn municipalities(call: &Call) -> Result<Answer, Failure> {
    let reading = call.atlas.read();
    let snapshot = &reading.snapshot;
    let features = snapshot.dictionary.municipalities.iter().map(|municipality| Feature {
        id: municipality.id.clone(),
        geometry: match snapshot.boundary(municipality.no) {
            Some(shape) => Geometry::Shape((**shape).clone()),
            None => Geometry::None,
        },
        properties: municipality_properties(municipality),
    });
    write_places(call, &reading, "municipalities", features)
}

/// A page of settlements.
pub fn settlements(call: &Call) -> Result<Answer, Failure> {
    let reading = call.atlas.read();
    let features = reading.snapshot.dictionary.settlements.iter().map(|settlement| Feature {
        id: settlement.id.clone(),
        geometry: Geometry::At(settlement.point),
        properties: settlement_properties(settlement),
    });
    write_places(call, &reading, "settlements", features)
}

/// Dictionaries are small: their pages are cut from the whole list.
fn write_places(
    call: &Call,
    reading: &Reading,
    collection: &str,
    features: impl Iterator<Item = Feature>,
) -> Result<Answer, Failure> {
    let (limit, token) = paging(call)?;
    let bounds = call.query.one("bbox")?.map(|text| parse_bbox("bbox", text)).transpose()?;
    let meets = |feature: &Feature| bounds.as_ref().is_none_or(|b| feature.geometry.meets(b));
    let all: Vec<Feature> = features.filter(meets).collect();
    let first = token.map_or(0, |token| token.after as usize);
    let matched = all.len();
    let next =
        (first + limit < matched).then(|| PageToken { after: (first + limit) as u32, last: matched as u32 });
    let scope = format!("{collection}/{}", reading.snapshot.dictionary_version);
    let page = all.into_iter().skip(first).take(limit);
    write_page(call, reading, collection, page, matched as u64, next, &scope)
}

/// One feature.
pub fn item(call: &Call) -> Result<Answer, Failure> {
    json_only(call)?;
    let reading = call.atlas.read();
    let (snapshot, id) = (&reading.snapshot, call.segment("id"));
    let collection = call.segment("collection");
    let feature = match collection {
        "problems" => {
            let number = snapshot.dictionary.ids.parse_problem(id).ok_or(Failure::NotFound)?.0;
            let at = public_row(&reading, number, &snapshot.problems)?;
            let view = PublicProblem::at(&reading, at);
            let geometry = match &view.shape {
                Some(shape) => Geometry::Shape((**shape).clone()),
                None => Geometry::At(view.place),
            };
            Feature { id: view.id.clone(), geometry, properties: owned(&view.properties()) }
        }
        "appeals" => {
            let number = snapshot.dictionary.ids.parse_appeal(id).ok_or(Failure::NotFound)?.0;
            appeal_feature(&reading, public_row(&reading, number, &snapshot.appeals)?)
        }
        "municipalities" => {
            let m = snapshot.dictionary.find_municipality(id).ok_or(Failure::NotFound)?;
            let geometry = snapshot.boundary(m.no).map_or(Geometry::None, |s| Geometry::Shape((**s).clone()));
            Feature { id: m.id.clone(), geometry, properties: municipality_properties(m) }
        }
        "settlements" => {
            let settlement = snapshot.dictionary.settlements.iter().find(|s| s.id == id);
            let settlement = settlement.ok_or(Failure::NotFound)?;
            let geometry = Geometry::At(settlement.point);
            Feature { id: settlement.id.clone(), geometry, properties: settlement_properties(settlement) }
        }
        _ => return Err(Failure::NotFound),
    };
    let mut body = Vec::new();
    let properties: Vec<Property<'_>> = feature.properties.iter().map(|(n, v)| (*n, v.borrow())).collect();
    write_feature(&mut body, Some(&feature.id), feature.geometry.place(), &properties);
    // The links of a feature stand beside its other members.
    body.pop();
    let base = format!("{}/ogc/collections/{collection}", call.base_url);
    let links = json!([
        link("self", GEOJSON, &format!("{base}/items/{id}"), "this feature"),
        link("collection", "application/json", &base, "its collection"),
    ]);
    body.extend_from_slice(format!(",\"links\":{links}}}").as_bytes());
    let tag = format!("{}/{}/{}", snapshot.version, reading.today.0, call.path);
    Ok(Answer::of(GEOJSON, body).tagged(&tag).with_header("Content-Crs", CRS84.to_owned()))
}

/// The coordinates' reference system, as every answer with features names it.
const CRS84: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";

fn public_row<E: crate::snapshot::layer::Extra>(
    reading: &Reading,
    number: u32,
    layer: &crate::snapshot::layer::Layer<E>,
) -> Result<At, Failure> {
    let everything = crate::analytics::selection::Selection::default();
    let parts = layer.parts();
    let view = crate::snapshot::layer::Layer::<E>::view(&parts, &everything, reading.today);
    layer.find(number).filter(|at| view.takes(at.part, at.row)).ok_or(Failure::NotFound)
}

/// A feature on its way out.
struct Feature {
    id: String,
    geometry: Geometry,
    properties: Vec<(&'static str, OwnedValue)>,
}

enum Geometry {
    None,
    At(Position),
    Shape(Shape),
}

impl Geometry {
    fn place(&self) -> Place<'_> {
        match self {
            Self::None => Place::Nowhere,
            Self::At(position) => Place::At(*position),
            Self::Shape(shape) => Place::Of(shape),
        }
    }

    fn meets(&self, bounds: &Bounds) -> bool {
        match self {
            Self::None => true,
            Self::At(position) => bounds.contains(*position),
            Self::Shape(shape) => shape.meets(bounds),
        }
    }

    fn anchor(&self) -> Option<Position> {
        match self {
            Self::None => None,
            Self::At(position) => Some(*position),
            Self::Shape(shape) => Some(shape.anchor()),
        }
    }
}

fn owned(properties: &[Property<'_>]) -> Vec<(&'static str, OwnedValue)> {
    properties.iter().map(|(name, value)| (*name, OwnedValue::from(*value))).collect()
}

fn write_page(
    call: &Call,
    reading: &Reading,
    collection: &str,
    features: impl Iterator<Item = Feature>,
    matched: u64,
    next: Option<PageToken>,
    scope: &str,
) -> Result<Answer, Failure> {
    let base = format!("{}/ogc/collections/{collection}", call.base_url);
    let next = next.map(|token| next_url(call, &base, token));
    let tag = format!("{scope}/{}", call.path);
    let (content_type, body) = match format_of(call)? {
        Form::GeoJson => {
            let (mut out, mut writer) = (Vec::new(), FeatureWriter::new(Framing::Collection));
            writer.begin(&mut out);
            for feature in features {
                put(&mut writer, &mut out, &feature);
            }
            let members = members(call, reading, &base, writer.written(), matched, next.as_deref());
            writer.end(&mut out, &members);
            (GEOJSON, out)
        }
        Form::Sequence => {
            let (mut out, mut writer) = (Vec::new(), FeatureWriter::new(Framing::Sequence));
            writer.begin(&mut out);
            for feature in features {
                put(&mut writer, &mut out, &feature);
            }
            writer.end(&mut out, "");
            (GEOJSON_SEQ, out)
        }
        Form::Csv => (CSV, csv(features)),
    };
    // The body tells when it was made, so two of them are the same in meaning only.
    let mut answer = Answer::of(content_type, body)
        .tagged_weakly(&tag)
        .with_header("Content-Crs", CRS84.to_owned())
        .with_header("OGC-NumberMatched", matched.to_string());
    if let Some(next) = next {
        answer = answer.with_header("Link", format!("<{next}>; rel=\"next\"; type=\"{content_type}\""));
    }
    Ok(answer)
}

fn put(writer: &mut FeatureWriter, out: &mut Vec<u8>, feature: &Feature) {
    let properties: Vec<Property<'_>> = feature.properties.iter().map(|(n, v)| (*n, v.borrow())).collect();
    writer.feature(out, Some(&feature.id), feature.geometry.place(), &properties);
}

fn csv(features: impl Iterator<Item = Feature>) -> Vec<u8> {
    let (mut out, writer) = (Vec::new(), CsvWriter::new(b','));
    let mut features = features.peekable();
    if let Some(first) = features.peek() {
        let names = first.properties.iter().map(|(name, _)| Value::Text(name));
        writer.row(&mut out, names.chain([Value::Text("lon"), Value::Text("lat")]));
    }
    for feature in features {
        let at = feature.geometry.anchor();
        let degrees = [at.map(Position::lon_deg).into(), at.map(Position::lat_deg).into()];
        writer.row(&mut out, feature.properties.iter().map(|(_, value)| value.borrow()).chain(degrees));
    }
    out
}

/// Members of a collection beside its features.
fn members(
    call: &Call,
    reading: &Reading,
    base: &str,
    returned: u64,
    matched: u64,
    next: Option<&str>,
) -> String {
    let mut links = vec![
        link("self", GEOJSON, &format!("{}{}", call.base_url, call.path), "this page"),
        link("alternate", GEOJSON_SEQ, &format!("{base}/items?f=geojsonseq"), "one by one"),
        link("alternate", "text/csv", &format!("{base}/items?f=csv"), "rows"),
        link("collection", "application/json", base, "the collection"),
    ];
    if let Some(next) = next {
        links.push(link("next", GEOJSON, next, "the next page"));
    }
    // To the second: the moment of the request is no part of what the page depends on.
    let stamp = Timestamp(reading.now.0 - reading.now.0.rem_euclid(1_000));
    let mut members =
        format!("\"numberMatched\":{matched},\"numberReturned\":{returned},\"timeStamp\":\"{stamp}\"");
    let _ = write!(members, ",\"links\":{}", Json::Array(links));
    if let Some(notice) = reading.snapshot.dictionary.region.as_ref().and_then(|r| r.invented.as_ref()) {
        let _ = write!(members, ",\"notice\":{}", json!({ "ru": notice.ru, "en": notice.en }));
    }
    members
}

/// The address of the next page: the one asked for, with another token.
fn next_url(call: &Call, base: &str, token: PageToken) -> String {
    let query = call.path.split_once('?').map_or("", |(_, query)| query);
    let kept = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("token="));
    let query: Vec<&str> = kept.collect();
    let separator = if query.is_empty() { "" } else { "&" };
    format!("{base}/items?{}{separator}token={token}", query.join("&"))
}

enum Form {
    GeoJson,
    Sequence,
    Csv,
}

fn format_of(call: &Call) -> Result<Form, Failure> {
    let word = call.query.word("f", &["json", "geojson", "geojsonseq", "csv"])?;
    Ok(match word {
        Some("geojsonseq") => Form::Sequence,
        Some("csv") => Form::Csv,
        _ => Form::GeoJson,
    })
}

fn json_only(call: &Call) -> Result<(), Failure> {
    call.query.word("f", &["json", "geojson"])?;
    Ok(())
}

fn paging(call: &Call) -> Result<(usize, Option<PageToken>), Failure> {
    let limit = call.query.count("limit", DEFAULT_LIMIT, MAX_LIMIT)?;
    let token = call.query.one("token")?.map(PageToken::parse).transpose()?;
    Ok((limit, token))
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

fn tagged(call: &Call, json: &Json) -> Answer {
    Answer::json(json).tagged(&format!("{}/{json}", call.path))
}
