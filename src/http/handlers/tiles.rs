//! Vector tiles, heat tiles, TileJSON and a ready style.

use serde_json::json;

use crate::geometry::Tile;
use crate::geometry::tile::MAX_ZOOM;
use crate::http::answer::{Answer, Body};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::query::FILTER;
use crate::service::Reading;
use crate::service::budget;
use crate::service::encoding::Encoding;
use crate::service::filter::Invalid;
use crate::service::heat::{Bandwidth, HeatStyle, HeatWeight, Tone};
use crate::service::tiles::{CELLS_FROM, HeatLayer, POINTS_FROM, TileKind, TileRequest, VectorLayer};

/// Media type of a vector tile.
pub(super) const MVT: &str = "application/vnd.mapbox-vector-tile";

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
    let Some(name) = call.atlas.tile_name(request) else { return Ok(None) };
    let etag = name.etag(*encoding);
    if call.has(&etag) {
        return Ok(Some(answer(request, *encoding, &[][..], etag)));
    }
    let kept = call.atlas.kept_tile(&name, *encoding);
    Ok(kept.map(|bytes| answer(request, *encoding, bytes, etag)))
}

pub(super) fn drawn(call: &Call, (request, encoding): &(TileRequest, Encoding)) -> Result<Answer, Failure> {
    let (name, bytes) = call.atlas.tile(request, *encoding)?;
    Ok(answer(request, *encoding, bytes, name.etag(*encoding)))
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
        ("hotspots", "mvt", 1) => {
            only_the_day(call)?;
            TileKind::Vector(VectorLayer::Hotspots)
        }
        ("heat", "png", scale) => {
            TileKind::Heat(HeatLayer::Problems, heat_style(call, HeatLayer::Problems, 256 * scale)?)
        }
        ("appeals-heat", "png", scale) => {
            TileKind::Heat(HeatLayer::Appeals, heat_style(call, HeatLayer::Appeals, 256 * scale)?)
        }
        _ => return Err(Failure::NotFound),
    };
    if !matches!(kind, TileKind::Heat(..)) {
        call.query.none_of(HEAT_STYLE, FILTER)?;
    }
    let tile = parse_tile(call.segment("z"), call.segment("x"), row)?;
    let filter = call.query.filter()?;
    let reading = call.atlas.read_for(&filter)?;
    let encoding = if ending == "mvt" { call.encoding() } else { Encoding::Identity };
    Ok((TileRequest { reading, filter, kind, tile }, encoding))
}

/// Hot spots are found among all problems: what would be hot among some of them is another question.
fn only_the_day(call: &Call) -> Result<(), Failure> {
    let others: Vec<&str> = FILTER.iter().copied().filter(|name| *name != "as_of").collect();
    Ok(call.query.none_of(&others, &["as_of"])?)
}

/// Parameters of a heat layer beside the filter.
pub const HEAT_STYLE: &[&str] = &["weight", "tone", "bandwidth", "versus_from", "versus_to"];

fn heat_style(call: &Call, layer: HeatLayer, size_px: u16) -> Result<HeatStyle, Failure> {
    let query = &call.query;
    let names: &'static [&'static str] = match layer {
        HeatLayer::Problems => &["count", "overdue", "severity", "cost", "per_resident"],
        // Of what an appeal costs, and how bad it is, nothing is known.
        HeatLayer::Appeals => &["count", "overdue", "per_resident"],
    };
    let weight = query.word("weight", names)?.and_then(|name| {
        HeatWeight::NAMES.iter().find(|(known, _)| *known == name).map(|(_, weight)| *weight)
    });
    let tone = match query.word("tone", &["log", "linear", "eq_hist"])? {
        Some("linear") => Tone::Linear,
        Some("eq_hist") => Tone::EqHist,
        _ => Tone::Log,
    };
    let bandwidth = query.one("bandwidth")?.map(parse_bandwidth).transpose()?;
    let versus = match (query.moment("versus_from")?, query.moment("versus_to")?) {
        (None, None) => None,
        (Some(from), Some(to)) => Some((from, to)),
        _ => {
            let allowed = "versus_from=…&versus_to=…";
            return Err(Invalid::new("versus_from", "period_missing", "", allowed).into());
        }
    };
    let usual = HeatStyle { size_px, tone, versus, ..HeatStyle::default() };
    let (weight, bandwidth) = (weight.unwrap_or(usual.weight), bandwidth.unwrap_or(usual.bandwidth));
    Ok(HeatStyle { weight, bandwidth, ..usual })
}

/// `8px`, or `500m`.
fn parse_bandwidth(text: &str) -> Result<Bandwidth, Invalid> {
    let refuse = || Invalid::new("bandwidth", "unknown_value", text, "1px…16px, 1m…100000m");
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(refuse)?;
    let (digits, unit) = text.split_at(split);
    let n: u32 = digits.parse().map_err(|_| refuse())?;
    match (unit, n) {
        ("px", 1..=16) => Ok(Bandwidth::Px(n as u16)),
        ("m", 1..=100_000) => Ok(Bandwidth::Metres(n)),
        _ => Err(refuse()),
    }
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
    json["tiles"] = json!([address(call, layer, ending)]);
    if layer == "hotspots" {
        only_the_day(call)?;
    }
    let heat = match layer {
        "heat" => Some(HeatLayer::Problems),
        "appeals-heat" => Some(HeatLayer::Appeals),
        _ => None,
    };
    match heat {
        None => call.query.none_of(HEAT_STYLE, FILTER)?,
        Some(heat) => {
            let style = heat_style(call, heat, 256)?;
            json["legend"] = json!(call.atlas.heat_legend(&call.query.filter()?, heat, style)?);
        }
    }
    Ok(Answer::json(&json).tagged_by_content())
}

/// TileJSON of a layer without the addresses of its tiles.
pub fn layer_json(layer: &str, reading: &Reading) -> Result<serde_json::Value, Failure> {
    let snapshot = &reading.snapshot;
    let (ending, version, layers) = match layer {
        "problems" => (
            "mvt",
            snapshot.problems.version(),
            json!([problem_fields("problems"), shape_fields(), truncated_fields()]),
        ),
        "appeals" => {
            ("mvt", snapshot.appeals.version(), json!([problem_fields("appeals"), truncated_fields()]))
        }
        "municipalities" => ("mvt", snapshot.dictionary_version, municipality_fields()),
        "hexes" => ("mvt", snapshot.problems.version(), hex_fields()),
        "hotspots" => ("mvt", snapshot.problems.version(), hotspot_fields()),
        "heat" => ("png", snapshot.problems.version(), json!([])),
        "appeals-heat" => ("png", snapshot.appeals.version(), json!([])),
        _ => return Err(Failure::NotFound),
    };
    let mut json = described(reading, layer, ending, version)?;
    if ending == "mvt" {
        json["vector_layers"] = layers;
    }
    Ok(json)
}

/// TileJSON of a layer of pictures. The parameters of the request are those of the tiles.
pub(super) fn tile_json_of(
    call: &Call,
    reading: &Reading,
    layer: &str,
    ending: &str,
    version: u64,
) -> Result<serde_json::Value, Failure> {
    let mut json = described(reading, layer, ending, version)?;
    json["tiles"] = json!([address(call, layer, ending)]);
    Ok(json)
}

/// Where the tiles of a layer are, with the parameters of the request.
fn address(call: &Call, layer: &str, ending: &str) -> String {
    let query = call.path.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    format!("{}/tiles/{layer}/{{z}}/{{x}}/{{y}}.{ending}{query}", call.base_url)
}

/// What every TileJSON says.
fn described(
    reading: &Reading,
    layer: &str,
    ending: &str,
    version: u64,
) -> Result<serde_json::Value, Failure> {
    let region = reading.snapshot.dictionary.region.as_ref().ok_or(Failure::NotFound)?;
    Ok(json!({
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

fn truncated_fields() -> serde_json::Value {
    json!({
        "id": budget::LAYER,
        "description": format!(
            "only in a tile that would have more than {} features or {} bytes: how many records of a layer are left out",
            budget::FEATURES,
            budget::BYTES
        ),
        "fields": { "layer": "String", "drawn": "Number", "left_out": "Number" },
    })
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

fn hotspot_fields() -> serde_json::Value {
    json!([{
        "id": "hotspots",
        "description": "crowds of open problems of a sphere within a radius, hexagons with significantly more problems than \
                        around them, and problems of a sphere along a street with what it costs to mend them one by one and \
                        to replace the street's length",
        "fields": {
            "id": "String", "kind": "String", "sphere": "String", "radius_m": "Number", "point_count": "Number",
            "category": "String", "z": "Number", "hot_months": "Number", "length_m": "Number",
            "patch_cost_rub": "Number", "replace_cost_rub": "Number", "replacement_pays": "Boolean",
        },
    }, truncated_fields()])
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
        truncated_fields(),
    ])
}
