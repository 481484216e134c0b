//! Mapbox Vector Tiles 2.1.
//!
//! Layers have unique names, features unique ids, polygons the winding of tile space; keys and values are not repeated.
//! Source: Mapbox Vector Tile Specification 2.1, sections 4.1–4.4.

use fast_mvt::{MvtCoord, MvtGeomType, MvtLayerBuilder, MvtValueRef};

use crate::geometry::outline::TilePoint;

/// A value of a tag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A whole number, never negative.
    Count(u64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

/// Geometry in tile coordinates.
#[derive(Debug, Clone, Copy)]
pub enum Geometry<'a> {
    /// A place.
    Point(TilePoint),
    /// Lines.
    Lines(&'a [Vec<TilePoint>]),
    /// Polygons, each an outer ring and its holes.
    Polygons(&'a [Vec<Vec<TilePoint>>]),
}

/// Writes a tile layer by layer.
#[derive(Default)]
pub struct TileWriter {
    bytes: Vec<u8>,
}

/// Writes one layer.
pub struct LayerWriter {
    // `None` only while a feature holds the builder, which fast-mvt hands from one to the other.
    layer: Option<MvtLayerBuilder>,
}

impl TileWriter {
    /// Adds a layer that `write` fills; one that stays empty is left out. Layers are framed, so a tile is their sequence.
    pub fn layer(&mut self, name: &str, write: impl FnOnce(&mut LayerWriter)) {
        let builder = MvtLayerBuilder::new(name).expect("layers have names");
        let mut layer = LayerWriter { layer: Some(builder) };
        write(&mut layer);
        let builder = layer.layer.expect("the builder is put back after each feature");
        if builder.num_features() > 0 {
            self.bytes.extend_from_slice(&builder.encode());
        }
    }

    /// The bytes of the tile; none for a tile without features.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

impl LayerWriter {
    /// Adds a feature.
    pub fn feature(&mut self, id: u64, geometry: Geometry<'_>, tags: &[(&str, Value<'_>)]) {
        let layer = self.layer.take().expect("the builder is put back after each feature");
        let kind = match geometry {
            Geometry::Point(_) => MvtGeomType::Point,
            Geometry::Lines(_) => MvtGeomType::LineString,
            Geometry::Polygons(_) => MvtGeomType::Polygon,
        };
        let mut feature = layer.feature_of(kind);
        let coord = |(x, y): &TilePoint| MvtCoord { x: *x as i32, y: *y as i32 };
        let written = match geometry {
            Geometry::Point(point) => feature.points([coord(&point)]).map(|_| ()),
            Geometry::Lines(lines) => {
                lines.iter().try_for_each(|line| feature.line(line.iter().map(coord)).map(|_| ()))
            }
            Geometry::Polygons(polygons) => polygons.iter().try_for_each(|rings| {
                rings
                    .iter()
                    .enumerate()
                    .try_for_each(|(n, ring)| feature.ring(ring.iter().map(coord), n == 0).map(|_| ()))
            }),
        };
        written.expect("cut geometry has enough vertices");
        feature.id(Some(id));
        for (key, value) in tags {
            let value = match value {
                Value::Text(text) => MvtValueRef::String(text),
                Value::Count(n) => MvtValueRef::UInt(*n),
                Value::Number(n) => MvtValueRef::Double(*n),
                Value::Flag(flag) => MvtValueRef::Bool(*flag),
            };
            feature.tag_ref(key, value).expect("a tile has fewer than four billion values");
        }
        self.layer = Some(feature.end());
    }
}
