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
    kept(call, &parse(call)?)
}

/// Draws a tile.
pub fn draw(call: &Call) -> Result<Answer, Failure> {
    drawn(call, &parse(call)?)
}

pub(super) fn kept(
    call: &Call,
    (request, encoding): &(TileRequest, Encoding),
) -> Result<Option<Answer>, Failure> {
    let encoding = *encoding;
    let etag = request.etag(encoding);
    if call.has(&etag) {
        return Ok(Some(answer(request, encoding, &[][..], etag)));
    }
    let kept = call.atlas.kept_tile(request, encoding);
    Ok(kept.map(|bytes| answer(request, encoding, bytes, etag)))
}

pub(super) fn drawn(call: &Call, (request, encoding): &(TileRequest, Encoding)) -> Result<Answer, Failure> {
    let etag = request.etag(*encoding);
    let bytes = call.atlas.tile(request, *encoding)?;
    Ok(answer(request, *encoding, bytes, etag))
}

fn answer(
    request: &TileRequest,
    encoding: Encoding,
    bytes: impl Into<std::sync::Arc<[u8]>>,
    etag: String,
) -> Answer {
    let content_type = match request.kind {
        TileKind::Vector(_) => MVT,
        TileKind::Heat(..) | TileKind::Markers(..) | TileKind::Choropleth(..) => "image/png",
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
    let (row, scale) = scaled(name);
    let kind = match (call.segment("layer"), ending, scale) {
        ("problems", "mvt", 1) => TileKind::Vector(VectorLayer::Problems),
        ("appeals", "mvt", 1) => TileKind::Vector(VectorLayer::Appeals),
        ("municipalities", "mvt", 1) => TileKind::Vector(VectorLayer::Municipalities),
        ("hexes", "mvt", 1) => TileKind::Vector(VectorLayer::Hexes),
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

/// A name without `@2x`, and the number of device pixels in a pixel.
pub(super) fn scaled(name: &str) -> (&str, u16) {
    match name.strip_suffix("@2x") {
        Some(name) => (name, 2),
        None => (name, 1),
    }
}

pub(super) fn parse_tile(z: &str, x: &str, y: &str) -> Result<Tile, Failure> {
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

/// TileJSON 3.0.0 of a layer.
pub fn tile_json(call: &Call) -> Result<Answer, Failure> {
    let layer = call.segment("layer");
    let reading = call.atlas.read();
    let snapshot = &reading.snapshot;
    let (ending, version, layers) = match layer {
        "problems" => {
            ("mvt", snapshot.problems.version(), json!([problem_fields("problems"), shape_fields()]))
        }
        "appeals" => ("mvt", snapshot.appeals.version(), json!([problem_fields("appeals")])),
        "municipalities" => ("mvt", snapshot.dictionary_version, municipality_fields()),
        "hexes" => ("mvt", snapshot.problems.version(), hex_fields()),
        "heat" => ("png", snapshot.problems.version(), json!([])),
        "appeals-heat" => ("png", snapshot.appeals.version(), json!([])),
        _ => return Err(Failure::NotFound),
    };
    let mut json = tile_json_of(call, &reading, layer, ending, version)?;
    if ending == "mvt" {
        json["vector_layers"] = layers;
    }
    Ok(Answer::json(&json).tagged_by_content())
}

/// What every TileJSON says. `layer` is the first part of the tiles' addresses; the parameters of the request are those of
/// the tiles.
pub(super) fn tile_json_of(
    call: &Call,
    reading: &Reading,
    layer: &str,
    ending: &str,
    version: u64,
) -> Result<serde_json::Value, Failure> {
    let region = reading.snapshot.dictionary.region.as_ref().ok_or(Failure::NotFound)?;
    let query = call.path.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    let url = format!("{}/tiles/{layer}/{{z}}/{{x}}/{{y}}.{ending}{query}", call.base_url);
    Ok(json!({
        "tilejson": "3.0.0",
        "name": layer,
        "description": region.name_en,
        "attribution": region.invented.as_ref().map_or("", |notice| &notice.ru),
        "version": format!("{version}.0.0"),
        "scheme": "xyz",
        "tiles": [url],
        "minzoom": 0,
        "maxzoom": if ending == "mvt" { POINTS_FROM + 3 } else { MAX_ZOOM },
        "bounds": region.bounds,
        "center": [(region.bounds[0] + region.bounds[2]) / 2.0, (region.bounds[1] + region.bounds[3]) / 2.0, 4],
    }))
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

fn hex_fields() -> serde_json::Value {
    let numbers = ["count", "open", "overdue", "resolved", "max_severity", "overdue_share", "per_10k"];
    let mut fields = json!({ "hex": "String" });
    for name in numbers {
        fields[name] = json!("Number");
    }
    json!([{
        "id": "hexes",
        "description": "hexagons of H3 with the problems in them; problems on a coordinate where a source puts what it cannot \
                        locate are left out; overdue_share is that of the open ones; per_10k relates to the residents of the \
                        municipality in which the hexagon's centre lies",
        "fields": fields,
    }])
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
