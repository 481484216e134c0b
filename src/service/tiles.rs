//! Tiles: what they show, what they are called, and keeping them encoded.
//!
//! A tile is a function of the last change that it could show, the legal day, the filter and the address; its name says
//! exactly that, and cache key and entity tag are made of the name. So nothing is ever invalidated: a write gives new names
//! to the tiles that it touches, and the old ones age out.

use std::sync::Arc;

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::choropleth::MetricNo;
use super::drawing::{appeals_tile, municipalities_tile, problems_tile};
use super::encoding::{Encoding, encode};
use super::filter::Filter;
use super::heat::{Compared, HeatStyle, heat_tile};
use super::hexes::hexes_tile;
use super::hotspot_tiles::HotspotShapes;
use super::markers::{Look, MarkerLayer, markers_tile};
use super::ratings::own;
use super::{Atlas, ReadError, Reading, scope_of};
pub use crate::analytics::clusters::{CELLS_FROM, POINTS_FROM};
use crate::analytics::density;
use crate::analytics::selection::Selection;
use crate::analytics::tone::Scale;
use crate::domain::ids::hex;
use crate::geometry::{Tile, zorder};
use crate::snapshot::layer::{Extra, Layer};

/// Most bytes of encoded tiles that are kept.
const CACHE_BYTES: u64 = 64 << 20;
/// Most colour scales that are kept: 4 kB each.
const SCALES: u64 = 2_000;

/// A layer of vector tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorLayer {
    /// Problems: clusters, then points; lines and polygons where there are points.
    Problems,
    /// Appeals: clusters, then points.
    Appeals,
    /// Borders, labels and settlements.
    Municipalities,
    /// Problems by hexagon.
    Hexes,
    /// Where problems crowd, and what would be cleared together.
    Hotspots,
}

/// A layer of heat tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeatLayer {
    /// Density of problems.
    Problems,
    /// Density of appeals.
    Appeals,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileKind {
    /// A vector tile.
    Vector(VectorLayer),
    /// A heat picture.
    Heat(HeatLayer, HeatStyle),
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

/// Tiles of one layer under one filter, drawn one after another and past the cache: what depends on the filter alone is
/// worked out once.
pub struct TileSeries<'a> {
    atlas: &'a Atlas,
    request: TileRequest,
    content: Content,
}

/// Encoded tiles and colour scales.
pub struct TileCache {
    bytes: Cache<(TileName, Encoding), Arc<[u8]>>,
    pub(super) scales: Cache<(String, u8), Arc<Scale>>,
}

impl Default for TileCache {
    fn default() -> Self {
        let weigh = |(name, _): &(TileName, Encoding), bytes: &Arc<[u8]>| {
            u32::try_from(name.0.len() + bytes.len() + 64).unwrap_or(u32::MAX)
        };
        Self {
            bytes: Cache::builder().weigher(weigh).max_capacity(CACHE_BYTES).build(),
            scales: Cache::new(SCALES),
        }
    }
}

/// Everything on which the bytes of a tile depend.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TileName(Arc<str>);

impl TileName {
    /// A strong entity tag: the same tag means the same bytes.
    #[must_use]
    pub fn etag(&self, encoding: Encoding) -> String {
        let digest = Sha256::digest(format!("{}/{encoding:?}", self.0));
        format!("\"{}\"", hex(&digest[..10]))
    }
}

impl TileRequest {
    /// The tile's name. `scale` is what a heat picture is coloured by.
    fn name(&self, scale: Option<&Scale>) -> TileName {
        let (snapshot, Tile { z, x, y }) = (&self.reading.snapshot, self.tile);
        let (layer, version) = match self.kind {
            TileKind::Vector(VectorLayer::Municipalities) => ("municipalities".to_owned(), 0),
            TileKind::Vector(VectorLayer::Problems) => {
                ("problems".to_owned(), self.last_change(&snapshot.problems))
            }
            TileKind::Vector(VectorLayer::Appeals) => {
                ("appeals".to_owned(), self.last_change(&snapshot.appeals))
            }
            TileKind::Vector(VectorLayer::Hexes) => {
                ("hexes".to_owned(), self.last_change_within(&snapshot.problems, self.tile.size()))
            }
            // Whether a place is hot depends on all others.
            TileKind::Vector(VectorLayer::Hotspots) => ("hotspots".to_owned(), snapshot.problems.version()),
            // A picture of a tile shows the symbols of the zoom above, and those that reach in.
            TileKind::Markers(MarkerLayer::Problems, look) => {
                (format!("markers{look:?}"), self.last_change_around(&snapshot.problems))
            }
            TileKind::Markers(MarkerLayer::Appeals, look) => {
                (format!("appeals-markers{look:?}"), self.last_change_around(&snapshot.appeals))
            }
            // A rating also looks at appeals and marks.
            TileKind::Choropleth(metric, look) => (format!("choropleth{metric:?}{look:?}"), snapshot.version),
            TileKind::Heat(layer, style) => {
                let colours = scale.map(|scale| Sha256::digest(scale.bytes()));
                (format!("{layer:?}{style:?}{colours:x?}"), self.last_change_near(layer, style))
            }
        };
        let scope = scope_of(&layer, version, &self.reading, &self.filter);
        TileName(format!("{scope}/{z}/{x}/{y}").into())
    }

    /// Everything on which the whole layer depends.
    pub(super) fn layer_scope(&self) -> String {
        let snapshot = &self.reading.snapshot;
        let version = match self.kind {
            TileKind::Vector(VectorLayer::Municipalities) => 0,
            TileKind::Vector(VectorLayer::Problems | VectorLayer::Hexes | VectorLayer::Hotspots)
            | TileKind::Heat(HeatLayer::Problems, _)
            | TileKind::Markers(MarkerLayer::Problems, _) => snapshot.problems.version(),
            TileKind::Vector(VectorLayer::Appeals)
            | TileKind::Heat(HeatLayer::Appeals, _)
            | TileKind::Markers(MarkerLayer::Appeals, _) => snapshot.appeals.version(),
            TileKind::Choropleth(..) => snapshot.version,
        };
        scope_of(&format!("{:?}", self.kind), version, &self.reading, &self.filter)
    }

    /// Version of the last change that a vector tile could show. Cost: a few microseconds.
    fn last_change<E: Extra>(&self, layer: &Layer<E>) -> u64 {
        // Lines and polygons are drawn a little beyond the edge.
        let (own, drawn) = (self.tile.widened(0), self.tile.widened(self.tile.size() / 16));
        let (keys, seats) = (self.tile.keys(), &self.reading.snapshot.seats);
        let is_summed_up = self.tile.z < CELLS_FROM;
        let stands_here = |municipality: u16| {
            let seat = seats.get(usize::from(municipality));
            seat.is_some_and(|seat| keys.contains(&zorder::encode(*seat)))
        };
        layer.touched().last(|mark| {
            mark.place.meets(if mark.is_point() { &own } else { &drawn })
                || (is_summed_up && stands_here(mark.municipality))
        })
    }

    /// Version of the last change in the tile and a margin around it.
    fn last_change_within<E: Extra>(&self, layer: &Layer<E>, margin: u64) -> u64 {
        let near = self.tile.widened(margin);
        layer.touched().last(|mark| mark.place.meets(&near))
    }

    /// The same for a picture of symbols: where those of whole municipalities stand, any change may move them.
    fn last_change_around<E: Extra>(&self, layer: &Layer<E>) -> u64 {
        if self.tile.z <= CELLS_FROM {
            layer.version()
        } else {
            self.last_change_within(layer, 2 * self.tile.size())
        }
    }

    fn last_change_near(&self, layer: HeatLayer, style: HeatStyle) -> u64 {
        let reach = density::reach(self.tile, style.bandwidth_px(self));
        let snapshot = &self.reading.snapshot;
        match layer {
            HeatLayer::Problems => self.last_change_within(&snapshot.problems, reach),
            HeatLayer::Appeals => self.last_change_within(&snapshot.appeals, reach),
        }
    }
}

/// What a tile shows, its names looked up.
enum Content {
    Municipalities,
    Problems(Selection),
    Appeals(Selection),
    Hexes(Selection),
    Hotspots(Arc<HotspotShapes>),
    Markers(MarkerLayer, Look, Selection),
    Choropleth(MetricNo, Look),
    Heat(HeatLayer, HeatStyle, Compared, Arc<Scale>),
}

impl Content {
    fn scale(&self) -> Option<&Scale> {
        match self {
            Self::Heat(.., scale) => Some(scale),
            _ => None,
        }
    }
}

impl Atlas {
    /// The bytes of a tile in an encoding, with its name; no bytes for an empty vector tile. Equal requests at the same time
    /// do the work once.
    ///
    /// Cost: see [`crate::analytics::clusters::tile_content`] and [`density::density`]; nothing when it is kept already.
    pub fn tile(
        &self,
        request: &TileRequest,
        encoding: Encoding,
    ) -> Result<(TileName, Arc<[u8]>), ReadError> {
        // The names in the filter are checked even when the tile is kept.
        let content = self.content(request)?;
        let name = request.name(content.scale());
        let make = || Ok::<_, ReadError>(self.draw(request, &content)?.into());
        let plain = self.tiles.bytes.try_get_with((name.clone(), Encoding::Identity), make);
        let plain = plain.map_err(|shared| own(&shared))?;
        if encoding == Encoding::Identity || plain.is_empty() {
            return Ok((name, plain));
        }
        let encoded = self.tiles.bytes.get_with((name.clone(), encoding), || encode(&plain, encoding).into());
        Ok((name, encoded))
    }

    fn draw(&self, request: &TileRequest, content: &Content) -> Result<Vec<u8>, ReadError> {
        let (reading, tile) = (&request.reading, request.tile);
        let snapshot = &reading.snapshot;
        Ok(match content {
            Content::Municipalities => municipalities_tile(snapshot, tile),
            Content::Problems(selection) => problems_tile(reading, selection, tile),
            Content::Appeals(selection) => appeals_tile(reading, selection, tile),
            Content::Hexes(selection) => hexes_tile(reading, selection, tile),
            Content::Hotspots(shapes) => shapes.tile(tile),
            Content::Heat(layer, style, compared, scale) => {
                heat_tile(request, *layer, *style, compared, scale)
            }
            Content::Markers(MarkerLayer::Problems, look, selection) => {
                markers_tile(reading, &snapshot.problems, selection, tile, *look)
            }
            Content::Markers(MarkerLayer::Appeals, look, selection) => {
                markers_tile(reading, &snapshot.appeals, selection, tile, *look)
            }
            Content::Choropleth(metric, look) => {
                self.choropleth_tile(reading, *metric, look.theme, tile, look.density)?
            }
        })
    }

    fn content(&self, request: &TileRequest) -> Result<Content, ReadError> {
        let TileRequest { filter, reading, .. } = request;
        Ok(match request.kind {
            TileKind::Vector(VectorLayer::Municipalities) => Content::Municipalities,
            TileKind::Vector(VectorLayer::Problems) => Content::Problems(filter.select_problems(reading)?),
            TileKind::Vector(VectorLayer::Appeals) => Content::Appeals(filter.select_appeals(reading)?),
            TileKind::Vector(VectorLayer::Hexes) => Content::Hexes(filter.select_problems(reading)?),
            TileKind::Vector(VectorLayer::Hotspots) => Content::Hotspots(self.hotspots.shapes_of(reading)),
            TileKind::Markers(layer, look) => {
                let selection = match layer {
                    MarkerLayer::Problems => filter.select_problems(reading)?,
                    MarkerLayer::Appeals => filter.select_appeals(reading)?,
                };
                Content::Markers(layer, look, selection)
            }
            TileKind::Choropleth(metric, look) => Content::Choropleth(metric, look),
            TileKind::Heat(layer, style) => {
                let (compared, scale) = self.heat_content(request, layer, style)?;
                Content::Heat(layer, style, compared, scale)
            }
        })
    }

    /// The name of a tile, where it takes no work to know.
    #[must_use]
    pub fn tile_name(&self, request: &TileRequest) -> Option<TileName> {
        match request.kind {
            TileKind::Heat(layer, style) => {
                let scale = self.tiles.scales.get(&request.scale_key(layer, style))?;
                Some(request.name(Some(&scale)))
            }
            _ => Some(request.name(None)),
        }
    }

    /// A tile that was made already, in this encoding.
    #[must_use]
    pub fn kept_tile(&self, name: &TileName, encoding: Encoding) -> Option<Arc<[u8]>> {
        self.tiles.bytes.get(&(name.clone(), encoding))
    }

    /// Tiles like `request`'s. Errors: the filter names what there is not.
    pub fn tile_series(&self, request: TileRequest) -> Result<TileSeries<'_>, ReadError> {
        let content = self.content(&request)?;
        Ok(TileSeries { atlas: self, request, content })
    }
}

impl TileSeries<'_> {
    /// The bytes of a tile, not encoded; none for an empty one. The same as [`Atlas::tile`] gives.
    pub fn draw(&mut self, tile: Tile) -> Result<Vec<u8>, ReadError> {
        self.request.tile = tile;
        self.atlas.draw(&self.request, &self.content)
    }

    /// The filter in numbers; borders have none.
    #[must_use]
    pub fn selection(&self) -> Option<&Selection> {
        match &self.content {
            Content::Problems(selection) | Content::Appeals(selection) => Some(selection),
            _ => None,
        }
    }
}
