//! Tiles: what they show, what they are called, and keeping them encoded.
//!
//! A tile is a function of its layer's version, the legal day, the filter and the address; its cache key and its entity
//! tag say exactly that, so nothing is ever invalidated: a new version is a new key, and the old one ages out.

use std::sync::Arc;

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::filter::Filter;
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::clusters::{self, Cluster, NewStates, TileContent};
use crate::analytics::columns::Columns;
use crate::analytics::density;
use crate::analytics::selection::{Selection, View};
use crate::domain::{AppealStatus, Status};
use crate::geometry::outline::{Outline, tile_point};
use crate::geometry::{Mercator, Tile, zorder};
use crate::render::palette::heat_ramp;
use crate::render::png;
use crate::render::vector_tile::{Geometry, LayerWriter, TileWriter, Value};
use crate::snapshot::Snapshot;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::{Extra, Layer};
use crate::snapshot::problems::{ProblemColumns, known};

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
}

/// How the bytes of an answer are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// Brotli.
    Brotli,
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
            TileKind::Vector(VectorLayer::Appeals) => ("appeals".to_owned(), snapshot.appeals.version()),
            TileKind::Heat(HeatLayer::Problems, px) => (format!("heat{px}"), snapshot.problems.version()),
            TileKind::Heat(HeatLayer::Appeals, px) => {
                (format!("appeals-heat{px}"), snapshot.appeals.version())
            }
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
    /// Cost: see [`clusters::tile_content`] and [`density::density`]; nothing when it is kept already.
    pub fn tile(&self, request: &TileRequest, encoding: Encoding) -> Result<Arc<[u8]>, ReadError> {
        // The names in the filter are checked even when the tile is kept.
        let selection = request.select()?;
        let scope = request.scope();
        let plain = self.tiles.bytes.get_with((scope.clone(), request.tile, Encoding::Identity), || {
            self.draw(request, &selection, &scope).into()
        });
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

    fn draw(&self, request: &TileRequest, selection: &Selection, scope: &str) -> Vec<u8> {
        let (reading, tile) = (&request.reading, request.tile);
        let snapshot = &reading.snapshot;
        match request.kind {
            TileKind::Vector(VectorLayer::Municipalities) => municipalities_tile(snapshot, tile),
            TileKind::Vector(VectorLayer::Problems) => problems_tile(reading, selection, tile),
            TileKind::Vector(VectorLayer::Appeals) => appeals_tile(reading, selection, tile),
            TileKind::Heat(HeatLayer::Problems, px) => {
                self.heat_tile(&snapshot.problems, reading, selection, scope, tile, px)
            }
            TileKind::Heat(HeatLayer::Appeals, px) => {
                self.heat_tile(&snapshot.appeals, reading, selection, scope, tile, px)
            }
        }
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
            TileKind::Vector(VectorLayer::Appeals) | TileKind::Heat(HeatLayer::Appeals, _) => {
                self.filter.select_appeals(&self.reading)?
            }
            _ => self.filter.select_problems(&self.reading)?,
        })
    }
}

/// States of problems in which nobody is at work yet.
pub const NEW_PROBLEMS: NewStates = NewStates(
    1 << Status::Draft as u8
        | 1 << Status::Submitted as u8
        | 1 << Status::Registered as u8
        | 1 << Status::Assigned as u8,
);
/// States of appeals in which nobody is at work yet.
pub const NEW_APPEALS: NewStates = NewStates(1 << AppealStatus::Received as u8);

/// Where the symbols of municipalities stand: at the seat when it lies inside, else at the label point. Two districts have
/// their seat in the city next to them, where their symbol would lie on the city's.
#[must_use]
pub fn seats(snapshot: &Snapshot) -> Vec<Mercator> {
    let seat = |m: &crate::domain::Municipality| {
        let version = m.current();
        let inside = snapshot.areas.locate(version.centre) == Some(m.no);
        Mercator::from(if inside { version.centre } else { version.label_point })
    };
    snapshot.dictionary.municipalities.iter().map(seat).collect()
}

fn problems_tile(reading: &Reading, selection: &Selection, tile: Tile) -> Vec<u8> {
    let (snapshot, layer) = (&reading.snapshot, &reading.snapshot.problems);
    let parts = layer.parts();
    let view = Layer::<ProblemColumns>::view(&parts, selection, reading.today);
    let content = clusters::tile_content(&view, NEW_PROBLEMS, tile, &seats(snapshot));
    let mut writer = TileWriter::default();
    if tile.z >= clusters::POINTS_FROM {
        writer.layer("shapes", |out| shapes(snapshot, &view, tile, out));
    }
    writer.layer("problems", |out| {
        write_clusters(&content, tile, out);
        for &(part, row) in &content.points {
            let segment = &layer.segments()[part];
            let (columns, title) = (&segment.columns, segment.extra.title(row));
            let id = snapshot.dictionary.ids.problem(crate::domain::ProblemNo(columns.number[row]));
            let status = Status::from_number(columns.status[row]).map_or("", Status::code);
            let tags =
                [("id", Value::Text(&id)), ("title", Value::Text(title)), ("status", Value::Text(status))];
            write_point(snapshot, &view, (part, row), NEW_PROBLEMS, tile, &tags, out);
        }
    });
    writer.finish()
}

fn appeals_tile(reading: &Reading, selection: &Selection, tile: Tile) -> Vec<u8> {
    let (snapshot, layer) = (&reading.snapshot, &reading.snapshot.appeals);
    let parts = layer.parts();
    let view = Layer::<AppealColumns>::view(&parts, selection, reading.today);
    let content = clusters::tile_content(&view, NEW_APPEALS, tile, &seats(snapshot));
    let mut writer = TileWriter::default();
    writer.layer("appeals", |out| {
        write_clusters(&content, tile, out);
        for &(part, row) in &content.points {
            let columns = &layer.segments()[part].columns;
            let id = snapshot.dictionary.ids.appeal(crate::domain::AppealNo(columns.number[row]));
            let status = AppealStatus::ALL.get(usize::from(columns.status[row])).map_or("", |s| s.code());
            let tags = [("id", Value::Text(&id)), ("status", Value::Text(status))];
            write_point(snapshot, &view, (part, row), NEW_APPEALS, tile, &tags, out);
        }
    });
    writer.finish()
}

fn write_clusters(content: &TileContent, tile: Tile, out: &mut LayerWriter) {
    for Cluster { id, sums, place } in &content.clusters {
        let count = |n: u32| Value::Count(u64::from(n));
        let (name, short) = (id.to_string(), abbreviated(sums.count));
        let tags = [
            ("cluster", Value::Flag(true)),
            ("cluster_id", Value::Text(&name)),
            ("point_count", count(sums.count)),
            ("point_count_abbreviated", Value::Text(&short)),
            ("new_count", count(sums.new)),
            ("in_work_count", count(sums.in_work)),
            ("overdue_count", count(sums.overdue)),
            ("resolved_count", count(sums.resolved)),
            ("max_severity", Value::Count(u64::from(sums.max_severity))),
            ("fallback", Value::Flag(id.fallback)),
        ];
        out.feature(id.feature_id(), Geometry::Point(tile_point(*place, tile)), &tags);
    }
}

/// `950`, `9.3k`, `1.2M`.
#[must_use]
pub fn abbreviated(n: u32) -> String {
    match n {
        0..1_000 => n.to_string(),
        1_000..9_950 => format!("{:.1}k", f64::from(n) / 1e3),
        9_950..999_500 => format!("{:.0}k", f64::from(n) / 1e3),
        _ => format!("{:.1}M", f64::from(n) / 1e6),
    }
}

fn write_point(
    snapshot: &Snapshot,
    view: &View<'_>,
    (part, row): (usize, usize),
    new_states: NewStates,
    tile: Tile,
    own_tags: &[(&str, Value<'_>)],
    out: &mut LayerWriter,
) {
    let columns = view.parts[part].columns;
    let category = snapshot.dictionary.categories.get(usize::from(columns.category[row]));
    let municipality =
        known(columns.municipality[row]).and_then(|n| snapshot.dictionary.municipalities.get(usize::from(n)));
    let mut tags = own_tags.to_vec();
    tags.push(("group", Value::Text(group(view, columns, row, new_states))));
    tags.push(("overdue", Value::Flag(view.is_overdue(columns, row))));
    if let Some(category) = category {
        tags.push(("category", Value::Text(&category.code)));
        tags.push(("sphere", Value::Text(category.sphere())));
    }
    if let Some(municipality) = municipality {
        tags.push(("municipality", Value::Text(&municipality.id)));
    }
    if columns.severity[row] > 0 {
        tags.push(("severity", Value::Count(u64::from(columns.severity[row]))));
    }
    let place = Geometry::Point(tile_point(columns.place(row), tile));
    out.feature(u64::from(columns.number[row]), place, &tags);
}

/// The status group by which a point is coloured; see `tiles/palette.toml`.
fn group(view: &View<'_>, columns: &Columns, row: usize, new_states: NewStates) -> &'static str {
    let bit = 1u16 << columns.status[row];
    if view.is_overdue(columns, row) {
        "overdue"
    } else if view.statuses.open & bit == 0 {
        "resolved"
    } else if new_states.0 & bit != 0 {
        "new"
    } else {
        "in_work"
    }
}

/// Lines and polygons of selected problems that meet the tile.
fn shapes(snapshot: &Snapshot, view: &View<'_>, tile: Tile, out: &mut LayerWriter) {
    let bounds = tile.bounds();
    for (part, segment) in snapshot.problems.segments().iter().enumerate() {
        let mut rows: Vec<u32> = segment.extra.nearby().meeting(&bounds).collect();
        rows.sort_unstable();
        for row in rows {
            let n = row as usize;
            let Some(shape) = segment.extra.shape(n).filter(|_| view.takes(part, n)) else { continue };
            let Some(outline) = Outline::of(shape) else { continue };
            let pieces = outline.cut(tile);
            let id = snapshot.dictionary.ids.problem(crate::domain::ProblemNo(segment.columns.number[n]));
            let group = group(view, &segment.columns, n, NEW_PROBLEMS);
            let tags = [("id", Value::Text(&id)), ("group", Value::Text(group))];
            let number = u64::from(segment.columns.number[n]);
            write_pieces(number, &outline, &pieces, &tags, out);
        }
    }
}

fn write_pieces(
    number: u64,
    outline: &Outline,
    pieces: &[Vec<Vec<(i64, i64)>>],
    tags: &[(&str, Value<'_>)],
    out: &mut LayerWriter,
) {
    if pieces.is_empty() {
        return;
    }
    if outline.is_closed() {
        out.feature(number, Geometry::Polygons(pieces), tags);
    } else {
        let lines: Vec<Vec<(i64, i64)>> = pieces.iter().flatten().cloned().collect();
        out.feature(number, Geometry::Lines(&lines), tags);
    }
}

fn municipalities_tile(snapshot: &Snapshot, tile: Tile) -> Vec<u8> {
    let (dictionary, keys) = (&snapshot.dictionary, tile.keys());
    let here = |m: Mercator| keys.contains(&zorder::encode(m));
    let mut writer = TileWriter::default();
    writer.layer("municipalities", |out| {
        for (no, outline) in snapshot.outlines.iter() {
            let Some(municipality) = dictionary.municipality(*no) else { continue };
            let version = municipality.current();
            let tags = [
                ("id", Value::Text(&municipality.id)),
                ("slug", Value::Text(&municipality.slug)),
                ("name_ru", Value::Text(&version.short_name_ru)),
                ("name_en", Value::Text(&version.name_en)),
                ("approximate", Value::Flag(version.approximate)),
            ];
            write_pieces(u64::from(no.0) + 1, outline, &outline.cut(tile), &tags, out);
        }
    });
    writer.layer("labels", |out| {
        for municipality in &dictionary.municipalities {
            let version = municipality.current();
            let place = Mercator::from(version.label_point);
            if !here(place) {
                continue;
            }
            let tags = [
                ("id", Value::Text(&municipality.id)),
                ("name_ru", Value::Text(&version.short_name_ru)),
                ("name_en", Value::Text(&version.name_en)),
                ("population", Value::Count(u64::from(municipality.residents().unwrap_or(0)))),
            ];
            let at = Geometry::Point(tile_point(place, tile));
            out.feature(u64::from(municipality.no.0) + 1, at, &tags);
        }
    });
    writer.layer("settlements", |out| {
        for settlement in &dictionary.settlements {
            let place = Mercator::from(settlement.point);
            if !here(place) {
                continue;
            }
            let tags = [
                ("id", Value::Text(&settlement.id)),
                ("name_ru", Value::Text(&settlement.name_ru)),
                ("name_en", Value::Text(&settlement.name_en)),
                ("kind", Value::Text(&settlement.kind)),
                ("population", Value::Count(u64::from(settlement.population.unwrap_or(0)))),
            ];
            let at = Geometry::Point(tile_point(place, tile));
            out.feature(u64::from(settlement.no.0) + 1, at, &tags);
        }
    });
    writer.finish()
}

/// Compresses bytes. Levels by measurement: compressing a large tile costs more than drawing it.
#[must_use]
pub fn encode(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    use std::io::Write;
    let in_memory = "compressing in memory cannot fail";
    match encoding {
        Encoding::Identity => bytes.to_vec(),
        Encoding::Zstd => zstd::bulk::compress(bytes, 3).expect(in_memory),
        Encoding::Gzip => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            out.write_all(bytes).expect(in_memory);
            out.finish().expect(in_memory)
        }
        Encoding::Brotli => {
            let mut out = Vec::new();
            let mut writer = brotli::CompressorWriter::new(&mut out, 4_096, 5, 20);
            writer.write_all(bytes).expect(in_memory);
            drop(writer);
            out
        }
    }
}
