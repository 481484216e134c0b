//! Vector tiles, heat tiles, TileJSON and a ready style.

use serde_json::json;

use crate::geometry::Tile;
use crate::geometry::tile::MAX_ZOOM;
use crate::http::answer::{Answer, Body};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::service::Reading;
use crate::service::encoding::Encoding;
use crate::service::filter::Invalid;
use crate::service::tiles::{CELLS_FROM, HeatLayer, POINTS_FROM, TileKind, TileRequest, VectorLayer};

/// Media type of a vector tile.
const MVT: &str = "application/vnd.mapbox-vector-tile";

/// Sends a tile that is kept, or says that the client has it already.
pub fn look(call: &Call) -> Result<Option<Answer>, Failure> {
    let (request, encoding) = parse(call)?;
    let etag = request.etag(encoding);
    if call.has(&etag) {
        return Ok(Some(answer(&request, encoding, &[][..], etag)));
    }
    let kept = call.atlas.kept_tile(&request, encoding);
    Ok(kept.map(|bytes| answer(&request, encoding, bytes, etag)))
}

/// Draws a tile.
pub fn draw(call: &Call) -> Result<Answer, Failure> {
    let (request, encoding) = parse(call)?;
    let etag = request.etag(encoding);
    let bytes = call.atlas.tile(&request, encoding)?;
    Ok(answer(&request, encoding, bytes, etag))
}

fn answer(
    request: &TileRequest,
    encoding: Encoding,
    bytes: impl Into<std::sync::Arc<[u8]>>,
    etag: String,
) -> Answer {
    let content_type = match request.kind {
        TileKind::Vector(_) => MVT,
        TileKind::Heat(..) => "image/png",
    };
    let mut answer = Answer::of(content_type, Vec::new());
    let bytes = bytes.into();
    // An empty tile has nothing to encode.
    let encoding = if bytes.is_empty() { Encoding::Identity } else { encoding };
    answer.body = Body::Encoded(bytes, encoding);
    answer.etag = Some(etag);
    answer
}

fn parse(call: &Call) -> Result<(TileRequest, Encoding), Failure> {
    let file = call.segment("file");
    let (name, ending) = file.split_once('.').ok_or(Failure::NotFound)?;
    let (row, scale) = match name.strip_suffix("@2x") {
        Some(row) => (row, 2),
        None => (name, 1),
    };
    let kind = match (call.segment("layer"), ending, scale) {
        ("problems", "mvt", 1) => TileKind::Vector(VectorLayer::Problems),
        ("appeals", "mvt", 1) => TileKind::Vector(VectorLayer::Appeals),
        ("municipalities", "mvt", 1) => TileKind::Vector(VectorLayer::Municipalities),
        ("heat", "png", scale) => TileKind::Heat(HeatLayer::Problems, 256 * scale),
        ("appeals-heat", "png", scale) => TileKind::Heat(HeatLayer::Appeals, 256 * scale),
        _ => return Err(Failure::NotFound),
    };
    let tile = parse_tile(call.segment("z"), call.segment("x"), row)?;
    let filter = call.query.filter()?;
    let reading = call.atlas.read_for(&filter)?;
    let encoding = if ending == "mvt" { call.encoding() } else { Encoding::Identity };
    Ok((TileRequest { reading, filter, kind, tile }, encoding))
}

fn parse_tile(z: &str, x: &str, y: &str) -> Result<Tile, Failure> {
    let number = |name: &'static str, text: &str, most: u32| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let value = text.parse::<u32>().ok().filter(|n| digits && *n <= most);
        value.ok_or_else(|| Invalid::new(name, "not_a_count", text, format!("0…{most}")))
    };
    let z = number("z", z, u32::from(MAX_ZOOM))?;
    let last = (1u32 << z) - 1;
    let tile = Tile::parse(z as u8, number("x", x, last)?, number("y", y, last)?);
    tile.ok_or(Failure::NotFound)
}

/// The layer of vector tiles with this name.
#[must_use]
pub fn vector_layer(name: &str) -> Option<VectorLayer> {
    match name {
        "problems" => Some(VectorLayer::Problems),
        "appeals" => Some(VectorLayer::Appeals),
        "municipalities" => Some(VectorLayer::Municipalities),
        _ => None,
    }
}

/// TileJSON 3.0.0 of a layer.
pub fn tile_json(call: &Call) -> Result<Answer, Failure> {
    let layer = call.segment("layer");
    let mut json = layer_json(layer, &call.atlas.read())?;
    let ending = if json["vector_layers"].is_array() { "mvt" } else { "png" };
    let query = call.path.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    let url = format!("{}/tiles/{layer}/{{z}}/{{x}}/{{y}}.{ending}{query}", call.base_url);
    json["tiles"] = json!([url]);
    Ok(Answer::json(&json).tagged_by_content())
}

/// TileJSON of a layer without the addresses of its tiles.
pub fn layer_json(layer: &str, reading: &Reading) -> Result<serde_json::Value, Failure> {
    let snapshot = &reading.snapshot;
    let region = snapshot.dictionary.region.as_ref().ok_or(Failure::NotFound)?;
    let (ending, version, layers) = match layer {
        "problems" => {
            ("mvt", snapshot.problems.version(), json!([problem_fields("problems"), shape_fields()]))
        }
        "appeals" => ("mvt", snapshot.appeals.version(), json!([problem_fields("appeals")])),
        "municipalities" => ("mvt", snapshot.dictionary_version, municipality_fields()),
        "heat" => ("png", snapshot.problems.version(), json!([])),
        "appeals-heat" => ("png", snapshot.appeals.version(), json!([])),
        _ => return Err(Failure::NotFound),
    };
    let mut json = json!({
        "tilejson": "3.0.0",
        "name": layer,
        "description": region.name_en,
        "attribution": region.invented.as_ref().map_or("", |notice| &notice.ru),
        "version": format!("{version}.0.0"),
        "scheme": "xyz",
        "minzoom": 0,
        "maxzoom": if ending == "mvt" { POINTS_FROM + 3 } else { MAX_ZOOM },
        "bounds": region.bounds,
        "center": [(region.bounds[0] + region.bounds[2]) / 2.0, (region.bounds[1] + region.bounds[3]) / 2.0, 4],
    });
    json["vector_layers"] = layers;
    if ending == "png" {
        json.as_object_mut().map(|members| members.remove("vector_layers"));
    }
    Ok(json)
}

fn problem_fields(id: &str) -> serde_json::Value {
    json!({
        "id": id,
        "description": format!("below zoom {CELLS_FROM} one symbol per municipality, below {POINTS_FROM} clusters, then points"),
        "fields": {
            "cluster": "Boolean", "cluster_id": "String", "point_count": "Number",
            "point_count_abbreviated": "String", "new_count": "Number", "in_work_count": "Number",
            "overdue_count": "Number", "resolved_count": "Number", "max_severity": "Number", "fallback": "Boolean",
            "id": "String", "title": "String", "status": "String", "group": "String", "overdue": "Boolean",
            "category": "String", "sphere": "String", "municipality": "String", "severity": "Number",
        },
    })
}

fn shape_fields() -> serde_json::Value {
    json!({ "id": "shapes", "minzoom": POINTS_FROM, "fields": { "id": "String", "group": "String" } })
}

fn municipality_fields() -> serde_json::Value {
    let names = json!({ "id": "String", "name_ru": "String", "name_en": "String" });
    let with = |more: &[(&str, &str)]| {
        let mut fields = names.clone();
        for (name, kind) in more {
            fields[*name] = json!(kind);
        }
        fields
    };
    json!([
        { "id": "municipalities", "fields": with(&[("slug", "String"), ("approximate", "Boolean")]) },
        { "id": "labels", "fields": with(&[("population", "Number")]) },
        { "id": "settlements", "fields": with(&[("population", "Number"), ("kind", "String")]) },
    ])
}
