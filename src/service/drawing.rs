//! Vector tiles drawn from one world.
//!
//! What a tile shows is decided in [`crate::analytics::clusters`]; here it becomes features with tags.

use super::Reading;
use super::budget::{Room, within};
use crate::analytics::clusters::{self, Cluster, TileContent};
use crate::analytics::columns::Columns;
use crate::analytics::selection::{Selection, View};
use crate::domain::{AppealNo, AppealStatus, Municipality, ProblemNo, Settlement, Status};
use crate::geometry::outline::{Outline, TilePoint, tile_point};
use crate::geometry::{Mercator, Tile, zorder};
use crate::render::symbols::Group;
use crate::render::vector_tile::{Geometry, LayerWriter, Value};
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
    let shapes = if tile.z >= clusters::POINTS_FROM { shapes_of(snapshot, &view, tile) } else { Vec::new() };
    within(|room, writer| {
        let (symbols, points) = take_symbols(room, "problems", &view, &content);
        let shapes = room.take("shapes", &shapes, |shape| urgency(&view, shape.row), |_| 1);
        writer
            .layer("shapes", |out| shapes.iter().for_each(|shape| write_shape(snapshot, &view, shape, out)));
        writer.layer("problems", |out| {
            write_clusters(&symbols, tile, out);
            for &&(part, row) in &points {
                let segment = &layer.segments()[part];
                let (columns, title) = (&segment.columns, segment.extra.title(row));
                let id = snapshot.dictionary.ids.problem(ProblemNo(columns.number[row]));
                let status = Status::from_number(columns.status[row]).map_or("", Status::code);
                let tags = [
                    ("id", Value::Text(&id)),
                    ("title", Value::Text(title)),
                    ("status", Value::Text(status)),
                ];
                write_point(snapshot, &view, (part, row), tile, &tags, out);
            }
        });
    })
}

/// A tile of appeals: clusters and points.
#[must_use]
pub fn appeals_tile(reading: &Reading, selection: &Selection, tile: Tile) -> Vec<u8> {
    let (snapshot, layer) = (&reading.snapshot, &reading.snapshot.appeals);
    let parts = layer.parts();
    let view = Layer::<AppealColumns>::view(&parts, selection, reading.today);
    let content = clusters::tile_content(&view, tile, &snapshot.seats);
    within(|room, writer| {
        let (symbols, points) = take_symbols(room, "appeals", &view, &content);
        writer.layer("appeals", |out| {
            write_clusters(&symbols, tile, out);
            for &&(part, row) in &points {
                let columns = &layer.segments()[part].columns;
                let id = snapshot.dictionary.ids.appeal(AppealNo(columns.number[row]));
                let status = AppealStatus::ALL.get(usize::from(columns.status[row])).map_or("", |s| s.code());
                let tags = [("id", Value::Text(&id)), ("status", Value::Text(status))];
                write_point(snapshot, &view, (part, row), tile, &tags, out);
            }
        });
    })
}

/// The symbols and points for which there is room: the largest symbols, the most urgent points.
fn take_symbols<'a>(
    room: &mut Room,
    layer: &'static str,
    view: &View<'_>,
    content: &'a TileContent,
) -> (Vec<&'a Cluster>, Vec<&'a (usize, usize)>) {
    let count = |cluster: &Cluster| u64::from(cluster.sums.count);
    let symbols = room.take(layer, &content.clusters, count, count);
    let points = room.take(layer, &content.points, |point| urgency(view, *point), |_| 1);
    (symbols, points)
}

/// What comes first where there is no room for all: overdue, then severe, then new.
fn urgency(view: &View<'_>, (part, row): (usize, usize)) -> (bool, u8, u32) {
    let columns = view.parts[part].columns;
    (view.is_overdue(columns, row), columns.severity[row], columns.number[row])
}

fn write_clusters(clusters: &[&Cluster], tile: Tile, out: &mut LayerWriter) {
    for Cluster { id, sums, place } in clusters {
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

/// A line or polygon as far as it lies in a tile.
struct Drawn {
    row: (usize, usize),
    is_closed: bool,
    pieces: Vec<Vec<Vec<TilePoint>>>,
}

/// Lines and polygons of selected problems that meet the tile.
fn shapes_of(snapshot: &Snapshot, view: &View<'_>, tile: Tile) -> Vec<Drawn> {
    let (bounds, mut shapes) = (tile.bounds(), Vec::new());
    for (part, segment) in snapshot.problems.segments().iter().enumerate() {
        let mut rows: Vec<u32> = segment.extra.shapes_nearby().meeting(&bounds).collect();
        rows.sort_unstable();
        for row in rows.into_iter().map(|row| row as usize) {
            let Some(shape) = segment.extra.shape(row).filter(|_| view.takes(part, row)) else { continue };
            let Some(outline) = Outline::of(shape) else { continue };
            let pieces = outline.cut(tile);
            if !pieces.is_empty() {
                shapes.push(Drawn { row: (part, row), is_closed: outline.is_closed(), pieces });
            }
        }
    }
    shapes
}

fn write_shape(snapshot: &Snapshot, view: &View<'_>, shape: &Drawn, out: &mut LayerWriter) {
    let (columns, row) = (view.parts[shape.row.0].columns, shape.row.1);
    let id = snapshot.dictionary.ids.problem(ProblemNo(columns.number[row]));
    let tags = [("id", Value::Text(&id)), ("group", Value::Text(group_of(view, columns, row).id()))];
    write_pieces(u64::from(columns.number[row]), shape.is_closed, &shape.pieces, &tags, out);
}

fn write_pieces(
    number: u64,
    is_closed: bool,
    pieces: &[Vec<Vec<TilePoint>>],
    tags: &[(&str, Value<'_>)],
    out: &mut LayerWriter,
) {
    if is_closed {
        out.feature(number, Geometry::Polygons(pieces), tags);
    } else {
        let lines: Vec<Vec<TilePoint>> = pieces.iter().flatten().cloned().collect();
        out.feature(number, Geometry::Lines(&lines), tags);
    }
}

/// A tile of borders, labels and settlements.
#[must_use]
pub fn municipalities_tile(snapshot: &Snapshot, tile: Tile) -> Vec<u8> {
    let (dictionary, keys) = (&snapshot.dictionary, tile.keys());
    let here = |place: Mercator| keys.contains(&zorder::encode(place));
    let outlines = snapshot.outlines.iter().filter_map(|(no, outline)| {
        let (municipality, pieces) = (dictionary.municipality(*no)?, outline.cut(tile));
        (!pieces.is_empty()).then(|| (municipality, outline.is_closed(), pieces))
    });
    let outlines: Vec<_> = outlines.collect();
    let labels = dictionary.municipalities.iter();
    let labels: Vec<_> = labels.filter(|m| here(Mercator::from(m.current().label_point))).collect();
    let settlements = dictionary.settlements.iter();
    let settlements: Vec<_> = settlements.filter(|s| here(Mercator::from(s.point))).collect();
    within(|room, writer| {
        let outlines = room.take("municipalities", &outlines, |(m, ..)| m.residents(), |_| 1);
        let labels = room.take("labels", &labels, |m| m.residents(), |_| 1);
        let settlements = room.take("settlements", &settlements, |s| s.population, |_| 1);
        writer.layer("municipalities", |out| {
            for (municipality, is_closed, pieces) in outlines {
                let version = municipality.current();
                let tags = [
                    ("id", Value::Text(&municipality.id)),
                    ("slug", Value::Text(&municipality.slug)),
                    ("name_ru", Value::Text(&version.short_name_ru)),
                    ("name_en", Value::Text(&version.name_en)),
                    ("approximate", Value::Flag(version.approximate)),
                ];
                write_pieces(u64::from(municipality.no.0) + 1, *is_closed, pieces, &tags, out);
            }
        });
        writer.layer("labels", |out| labels.iter().for_each(|m| write_label(m, tile, out)));
        writer.layer("settlements", |out| settlements.iter().for_each(|s| write_settlement(s, tile, out)));
    })
}

fn write_label(municipality: &Municipality, tile: Tile, out: &mut LayerWriter) {
    let version = municipality.current();
    let tags = [
        ("id", Value::Text(&municipality.id)),
        ("name_ru", Value::Text(&version.short_name_ru)),
        ("name_en", Value::Text(&version.name_en)),
        ("population", Value::Count(u64::from(municipality.residents().unwrap_or(0)))),
    ];
    let at = Geometry::Point(tile_point(Mercator::from(version.label_point), tile));
    out.feature(u64::from(municipality.no.0) + 1, at, &tags);
}

fn write_settlement(settlement: &Settlement, tile: Tile, out: &mut LayerWriter) {
    let tags = [
        ("id", Value::Text(&settlement.id)),
        ("name_ru", Value::Text(&settlement.name_ru)),
        ("name_en", Value::Text(&settlement.name_en)),
        ("kind", Value::Text(&settlement.kind)),
        ("population", Value::Count(u64::from(settlement.population.unwrap_or(0)))),
    ];
    let at = Geometry::Point(tile_point(Mercator::from(settlement.point), tile));
    out.feature(u64::from(settlement.no.0) + 1, at, &tags);
}
