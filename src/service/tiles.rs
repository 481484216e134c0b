//! Tiles: what they show, what they are called, and keeping them encoded.
//!
//! A tile is a function of its layer's version, the legal day, the filter and the address; its cache key and its entity
//! tag say exactly that, so nothing is ever invalidated: a new version is a new key, and the old one ages out.

use std::sync::Arc;

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::choropleth::MetricNo;
use super::drawing::{appeals_tile, municipalities_tile, problems_tile};
use super::encoding::{Encoding, encode};
use super::filter::Filter;
use super::hexes::hexes_tile;
use super::markers::{Look, MarkerLayer, markers_tile};
use super::ratings::own;
use super::{Atlas, ReadError, Reading, scope_of};
pub use crate::analytics::clusters::{CELLS_FROM, POINTS_FROM};
use crate::analytics::density;
use crate::analytics::selection::Selection;
use crate::geometry::Tile;
use crate::render::palette::heat_ramp;
use crate::render::png;
use crate::snapshot::layer::{Extra, Layer};

/// Most bytes of encoded tiles that are kept.
const CACHE_BYTES: u64 = 64 << 20;
/// Most colour scales that are kept.
const SCALES: u64 = 10_000;

/// A layer of vector tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VectorLayer {
    /// Problems: clusters, then points; lines and polygons where there are points.
    Problems,
    /// Appeals: clusters, then points.
    Appeals,
    /// Borders, labels and settlements.
    Municipalities,
    /// Problems by hexagon.
    Hexes,
}

/// A layer of heat tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeatLayer {
    /// Density of problems.
    Problems,
    /// Density of appeals.
    Appeals,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileKind {
    /// A vector tile.
    Vector(VectorLayer),
    /// A heat picture with so many pixels a side.
    Heat(HeatLayer, u16),
    /// A picture of the symbols of a layer.
    Markers(MarkerLayer, Look),
    /// A picture of the municipalities by a metric.
    Choropleth(MetricNo, Look),
}

/// A tile to be made or sent: its name, before any work is done.
#[derive(Clone)]
pub struct TileRequest {
    /// The world.
    pub reading: Reading,
    /// The filter.
    pub filter: Filter,
    /// What.
    pub kind: TileKind,
    /// Where.
    pub tile: Tile,
}

/// Encoded tiles and colour scales.
pub struct TileCache {
    bytes: Cache<(String, Tile, Encoding), Arc<[u8]>>,
    scales: Cache<(String, u8), f32>,
}

impl Default for TileCache {
    fn default() -> Self {
        let weigh = |key: &(String, Tile, Encoding), bytes: &Arc<[u8]>| {
            u32::try_from(key.0.len() + bytes.len() + 64).unwrap_or(u32::MAX)
        };
        Self {
            bytes: Cache::builder().weigher(weigh).max_capacity(CACHE_BYTES).build(),
            scales: Cache::new(SCALES),
        }
    }
}

impl TileRequest {
    /// Everything on which the tile depends but its address.
    fn scope(&self) -> String {
        let snapshot = &self.reading.snapshot;
        let (layer_name, version) = match self.kind {
            TileKind::Vector(VectorLayer::Municipalities) => ("municipalities".to_owned(), 0),
            TileKind::Vector(VectorLayer::Problems) => ("problems".to_owned(), snapshot.problems.version()),
            TileKind::Vector(VectorLayer::Hexes) => ("hexes".to_owned(), snapshot.problems.version()),
            TileKind::Vector(VectorLayer::Appeals) => ("appeals".to_owned(), snapshot.appeals.version()),
            TileKind::Heat(HeatLayer::Problems, px) => (format!("heat{px}"), snapshot.problems.version()),
            TileKind::Heat(HeatLayer::Appeals, px) => {
                (format!("appeals-heat{px}"), snapshot.appeals.version())
            }
            TileKind::Markers(MarkerLayer::Problems, look) => {
                (format!("markers{look:?}"), snapshot.problems.version())
            }
            TileKind::Markers(MarkerLayer::Appeals, look) => {
                (format!("appeals-markers{look:?}"), snapshot.appeals.version())
            }
            // A rating also looks at appeals and marks.
            TileKind::Choropleth(metric, look) => (format!("choropleth{metric:?}{look:?}"), snapshot.version),
        };
        scope_of(&layer_name, version, &self.reading, &self.filter)
    }

    /// A strong entity tag, without any work: the same tag means the same bytes.
    #[must_use]
    pub fn etag(&self, encoding: Encoding) -> String {
        let Tile { z, x, y } = self.tile;
        let digest = Sha256::digest(format!("{}/{z}/{x}/{y}/{encoding:?}", self.scope()));
        let hex: String = digest[..10].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("\"{hex}\"")
    }
}

impl Atlas {
    /// The bytes of a tile in an encoding; none for an empty vector tile. Equal requests at the same time do the work once.
    ///
    /// Cost: see [`crate::analytics::clusters::tile_content`] and [`density::density`]; nothing when it is kept already.
    pub fn tile(&self, request: &TileRequest, encoding: Encoding) -> Result<Arc<[u8]>, ReadError> {
        // The names in the filter are checked even when the tile is kept.
        let selection = request.select()?;
        let scope = request.scope();
        let make = || Ok::<_, ReadError>(self.draw(request, &selection, &scope)?.into());
        let key = (scope.clone(), request.tile, Encoding::Identity);
        let plain = self.tiles.bytes.try_get_with(key, make).map_err(|shared| own(&shared))?;
        if encoding == Encoding::Identity || plain.is_empty() {
            return Ok(plain);
        }
        Ok(self.tiles.bytes.get_with((scope, request.tile, encoding), || encode(&plain, encoding).into()))
    }

    /// A tile that was made already, in this encoding.
    #[must_use]
    pub fn kept_tile(&self, request: &TileRequest, encoding: Encoding) -> Option<Arc<[u8]>> {
        self.tiles.bytes.get(&(request.scope(), request.tile, encoding))
    }

    fn draw(&self, request: &TileRequest, selection: &Selection, scope: &str) -> Result<Vec<u8>, ReadError> {
        let (reading, tile) = (&request.reading, request.tile);
        let snapshot = &reading.snapshot;
        Ok(match request.kind {
            TileKind::Vector(VectorLayer::Municipalities) => municipalities_tile(snapshot, tile),
            TileKind::Vector(VectorLayer::Problems) => problems_tile(reading, selection, tile),
            TileKind::Vector(VectorLayer::Hexes) => hexes_tile(reading, selection, tile),
            TileKind::Vector(VectorLayer::Appeals) => appeals_tile(reading, selection, tile),
            TileKind::Heat(HeatLayer::Problems, px) => {
                self.heat_tile(&snapshot.problems, reading, selection, scope, tile, px)
            }
            TileKind::Heat(HeatLayer::Appeals, px) => {
                self.heat_tile(&snapshot.appeals, reading, selection, scope, tile, px)
            }
            TileKind::Markers(MarkerLayer::Problems, look) => {
                markers_tile(reading, &snapshot.problems, selection, tile, look)
            }
            TileKind::Markers(MarkerLayer::Appeals, look) => {
                markers_tile(reading, &snapshot.appeals, selection, tile, look)
            }
            TileKind::Choropleth(metric, look) => {
                self.choropleth_tile(reading, metric, look.theme, tile, look.density)?
            }
        })
    }

    fn heat_tile<E: Extra>(
        &self,
        layer: &Layer<E>,
        reading: &Reading,
        selection: &Selection,
        scope: &str,
        tile: Tile,
        size_px: u16,
    ) -> Vec<u8> {
        let parts = layer.parts();
        let view = Layer::<E>::view(&parts, selection, reading.today);
        let size_px = usize::from(size_px);
        let density = density::density(&view, tile, size_px);
        if density.values.is_empty() {
            return png::encode_indexed(size_px, &vec![0; size_px * size_px], &heat_ramp());
        }
        let full =
            self.tiles.scales.get_with((scope.to_owned(), tile.z), || density::full_scale(&view, tile.z));
        let step = |v: &f32| (density::tone(*v, full) * 255.0).round() as u8;
        let pixels: Vec<u8> = density.values.iter().map(step).collect();
        png::encode_indexed(size_px, &pixels, &heat_ramp())
    }
}

impl TileRequest {
    fn select(&self) -> Result<Selection, ReadError> {
        Ok(match self.kind {
            TileKind::Vector(VectorLayer::Appeals)
            | TileKind::Heat(HeatLayer::Appeals, _)
            | TileKind::Markers(MarkerLayer::Appeals, _) => self.filter.select_appeals(&self.reading)?,
            _ => self.filter.select_problems(&self.reading)?,
        })
    }
}
