//! Tiles of hexagon bins: what is counted in [`crate::analytics::hexes`], as polygons with tags.

use super::Reading;
use crate::analytics::clusters::Sums;
use crate::analytics::hexes;
use crate::analytics::selection::Selection;
use crate::geometry::Tile;
use crate::geometry::hex::Hex;
use crate::render::vector_tile::{Geometry, TileWriter, Value};
use crate::snapshot::Snapshot;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;

/// A tile of hexagons that hold selected problems. Cost: see [`hexes::count`].
#[must_use]
pub fn hexes_tile(reading: &Reading, selection: &Selection, tile: Tile) -> Vec<u8> {
    let (snapshot, layer) = (&reading.snapshot, &reading.snapshot.problems);
    let parts = layer.parts();
    let view = Layer::<ProblemColumns>::view(&parts, selection, reading.today);
    let runs: Vec<_> = layer.segments().iter().map(|segment| &segment.hexes).collect();
    let mut writer = TileWriter::default();
    writer.layer("hexes", |out| {
        for (hex, sums) in hexes::count(&view, &runs, tile) {
            let pieces = hex.cut(tile);
            if pieces.is_empty() {
                continue;
            }
            let name = hex.to_string();
            let mut tags = vec![("hex", Value::Text(&name))];
            tags.extend(counts(&sums));
            tags.extend(per_10k(snapshot, hex, sums.count).map(|rate| ("per_10k", Value::Number(rate))));
            out.feature(hex.feature_id(), Geometry::Polygons(&pieces), &tags);
        }
    });
    writer.finish()
}

/// What a hexagon's rows add up to. The share of overdue ones is that of the open ones, and left out where nothing is open.
fn counts(sums: &Sums) -> Vec<(&'static str, Value<'static>)> {
    let count = |n: u32| Value::Count(u64::from(n));
    let open = sums.new + sums.in_work + sums.overdue;
    let mut tags = vec![
        ("count", count(sums.count)),
        ("open", count(open)),
        ("overdue", count(sums.overdue)),
        ("resolved", count(sums.resolved)),
        ("max_severity", count(u32::from(sums.max_severity))),
    ];
    if open > 0 {
        let thousandths = (1_000.0 * f64::from(sums.overdue) / f64::from(open)).round();
        tags.push(("overdue_share", Value::Number(thousandths / 1_000.0)));
    }
    tags
}

/// Problems per 10,000 residents of the municipality in which the hexagon's centre lies; `None` where nobody knows how many
/// there are.
fn per_10k(snapshot: &Snapshot, hex: Hex, count: u32) -> Option<f64> {
    let no = snapshot.areas.locate(hex.centre())?;
    let residents = snapshot.dictionary.municipality(no)?.residents().filter(|n| *n > 0)?;
    let rate = 10_000.0 * f64::from(count) / f64::from(residents);
    Some((rate * 100.0).round() / 100.0)
}
