//! Vector tiles drawn from one world.
//!
//! What a tile shows is decided in [`crate::analytics::clusters`]; here it becomes features with tags.

use super::Reading;
use crate::analytics::clusters::{self, Cluster, TileContent};
use crate::analytics::columns::Columns;
use crate::analytics::selection::{Selection, View};
use crate::domain::{AppealNo, AppealStatus, ProblemNo, Status};
use crate::geometry::outline::{Outline, tile_point};
use crate::geometry::{Mercator, Tile, zorder};
use crate::render::symbols::Group;
use crate::render::vector_tile::{Geometry, LayerWriter, TileWriter, Value};
use crate::snapshot::Snapshot;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::{ProblemColumns, known};

/// A tile of problems: clusters and points, and where there are points, lines and polygons too.
#[must_use]
pub fn problems_tile(reading: &Reading, selection: &Selection, tile: Tile) -> Vec<u8> {
    let (snapshot, layer) = (&reading.snapshot, &reading.snapshot.problems);
    let parts = layer.parts();
    let view = Layer::<ProblemColumns>::view(&parts, selection, reading.today);
    let content = clusters::tile_content(&view, tile, &snapshot.seats);
    let mut writer = TileWriter::default();
    if tile.z >= clusters::POINTS_FROM {
        writer.layer("shapes", |out| shapes(snapshot, &view, tile, out));
    }
    writer.layer("problems", |out| {
        write_clusters(&content, tile, out);
        for &(part, row) in &content.points {
            let segment = &layer.segments()[part];
            let (columns, title) = (&segment.columns, segment.extra.title(row));
            let id = snapshot.dictionary.ids.problem(ProblemNo(columns.number[row]));
            let status = Status::from_number(columns.status[row]).map_or("", Status::code);
            let tags =
                [("id", Value::Text(&id)), ("title", Value::Text(title)), ("status", Value::Text(status))];
            write_point(snapshot, &view, (part, row), tile, &tags, out);
        }
    });
    writer.finish()
}

/// A tile of appeals: clusters and points.
#[must_use]
pub fn appeals_tile(reading: &Reading, selection: &Selection, tile: Tile) -> Vec<u8> {
    let (snapshot, layer) = (&reading.snapshot, &reading.snapshot.appeals);
    let parts = layer.parts();
    let view = Layer::<AppealColumns>::view(&parts, selection, reading.today);
    let content = clusters::tile_content(&view, tile, &snapshot.seats);
    let mut writer = TileWriter::default();
    writer.layer("appeals", |out| {
        write_clusters(&content, tile, out);
        for &(part, row) in &content.points {
            let columns = &layer.segments()[part].columns;
            let id = snapshot.dictionary.ids.appeal(AppealNo(columns.number[row]));
            let status = AppealStatus::ALL.get(usize::from(columns.status[row])).map_or("", |s| s.code());
            let tags = [("id", Value::Text(&id)), ("status", Value::Text(status))];
            write_point(snapshot, &view, (part, row), tile, &tags, out);
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
    tile: Tile,
    own_tags: &[(&str, Value<'_>)],
    out: &mut LayerWriter,
) {
    let columns = view.parts[part].columns;
    let category = snapshot.dictionary.categories.get(usize::from(columns.category[row]));
    let municipality =
        known(columns.municipality[row]).and_then(|n| snapshot.dictionary.municipalities.get(usize::from(n)));
    let mut tags = own_tags.to_vec();
    tags.push(("group", Value::Text(group_of(view, columns, row).id())));
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
pub(super) fn group_of(view: &View<'_>, columns: &Columns, row: usize) -> Group {
    let bit = 1u16 << columns.status[row];
    if view.is_overdue(columns, row) {
        Group::Overdue
    } else if view.statuses.open & bit == 0 {
        Group::Resolved
    } else if view.statuses.new & bit != 0 {
        Group::New
    } else {
        Group::InWork
    }
}

/// Lines and polygons of selected problems that meet the tile.
fn shapes(snapshot: &Snapshot, view: &View<'_>, tile: Tile, out: &mut LayerWriter) {
    let bounds = tile.bounds();
    for (part, segment) in snapshot.problems.segments().iter().enumerate() {
        let mut rows: Vec<u32> = segment.extra.shapes_nearby().meeting(&bounds).collect();
        rows.sort_unstable();
        for row in rows {
            let n = row as usize;
            let Some(shape) = segment.extra.shape(n).filter(|_| view.takes(part, n)) else { continue };
            let Some(outline) = Outline::of(shape) else { continue };
            let pieces = outline.cut(tile);
            let id = snapshot.dictionary.ids.problem(ProblemNo(segment.columns.number[n]));
            let group = group_of(view, &segment.columns, n).id();
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

/// A tile of borders, labels and settlements.
#[must_use]
pub fn municipalities_tile(snapshot: &Snapshot, tile: Tile) -> Vec<u8> {
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
