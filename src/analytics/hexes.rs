//! Rows counted by hexagon of H3, under any filter.
//!
//! Asking H3 for the hexagon of a place costs more than all the rest of counting a row, so it is asked once: rows lie in
//! Z-order, neighbours share their hexagon, and a segment, which never changes, keeps the runs of rows with the same one.
//! A row belongs to the hexagon in which it lies, at every resolution: H3's shorter way, from a fine cell to its coarser
//! parent, would put rows near an edge into the hexagon beside it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::clusters::Sums;
use super::columns::Columns;
use super::selection::View;
use crate::geometry::hex::{FINEST, Hex, reach};
use crate::geometry::{Tile, zorder};

/// The resolution of the hexagons of each zoom, those of the last from there on. In a tile of 512 pixels they are between 18
/// and 45 pixels wide at 50° north, and a tile has at most some two thousand of them anywhere.
const RESOLUTIONS: [u8; 17] = [0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 10, 11, FINEST];

/// The resolution of the hexagons of a zoom.
#[must_use]
pub fn resolution_at(zoom: u8) -> u8 {
    RESOLUTIONS.get(usize::from(zoom)).copied().unwrap_or(FINEST)
}

/// The hexagons of a segment's rows, found when they are first asked for.
///
/// Memory: 12 bytes for each run of rows in one hexagon, that is next to nothing at far zooms and at most 12 bytes a row for
/// each resolution that was looked at up close.
#[derive(Debug, Default)]
pub struct HexRuns([OnceLock<Runs>; FINEST as usize + 1]);

/// Runs of rows in the same hexagon: where each begins, and the hexagon.
#[derive(Debug)]
struct Runs {
    begins: Vec<u32>,
    hexes: Vec<Hex>,
}

impl HexRuns {
    /// Cost: O(n), on two cores 0.3 µs a row, once for a resolution; then nothing.
    fn at(&self, columns: &Columns, resolution: u8) -> &Runs {
        self.0[usize::from(resolution)].get_or_init(|| Runs::of(columns, resolution))
    }
}

impl Runs {
    fn of(columns: &Columns, resolution: u8) -> Self {
        let hex = |row: usize| Hex::at(columns.place(row).position(), resolution);
        let hexes: Vec<Hex> = (0..columns.len()).into_par_iter().map(hex).collect();
        let begins: Vec<u32> =
            (0..hexes.len()).filter(|&n| n == 0 || hexes[n] != hexes[n - 1]).map(|n| n as u32).collect();
        let hexes = begins.iter().map(|&n| hexes[n as usize]).collect();
        Self { begins, hexes }
    }

    /// The run that holds a row.
    fn holding(&self, row: usize) -> usize {
        self.begins.partition_point(|&begin| begin as usize <= row) - 1
    }

    /// The row after the last of a run.
    fn end(&self, run: usize) -> usize {
        self.begins.get(run + 1).map_or(usize::MAX, |&begin| begin as usize)
    }
}

/// The hexagons of [`resolution_at`] the tile's zoom that hold selected rows, with what they add up to: at least those that
/// meet the tile or its buffer, and these complete. Rows on fallback coordinates are left out: nobody knows where they lie.
/// `runs` are those of the parts of `view`.
///
/// Cost: O(rows in the tile and one hexagon around it), and once a segment and resolution O(its rows).
#[must_use]
pub fn count(view: &View<'_>, runs: &[&HexRuns], tile: Tile) -> BTreeMap<Hex, Sums> {
    let resolution = resolution_at(tile.z);
    let ranges = zorder::cover_all(&reach(tile, resolution));
    let mut hexes: BTreeMap<Hex, Sums> = BTreeMap::new();
    for (part, runs) in runs.iter().enumerate() {
        let columns = view.parts[part].columns;
        let runs = runs.at(columns, resolution);
        for keys in &ranges {
            // Rows come in order, so most belong to the run of the row before.
            let mut open: Option<(usize, Sums)> = None;
            view.for_each_of(part, keys, |row| {
                if view.is_on_fallback(part, row) {
                    return;
                }
                if open.as_ref().is_none_or(|(run, _)| row >= runs.end(*run)) {
                    let begun = (runs.holding(row), Sums::default());
                    close(open.replace(begun), runs, &mut hexes);
                }
                if let Some((_, sums)) = &mut open {
                    sums.add(view.statuses, view.today, columns, row);
                }
            });
            close(open, runs, &mut hexes);
        }
    }
    hexes
}

fn close(run: Option<(usize, Sums)>, runs: &Runs, hexes: &mut BTreeMap<Hex, Sums>) {
    if let Some((run, sums)) = run {
        hexes.entry(runs.hexes[run]).or_default().merge(&sums);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::columns::{HIDDEN, NO_TIME, NONE, Row, RowSet};
    use crate::analytics::derived::Derived;
    use crate::analytics::selection::{Attributes, Part, Selection, StatusTable};
    use crate::domain::Quality;
    use crate::geometry::mercator::metres_per_px;
    use crate::geometry::{Mercator, Position};

    const STATUSES: StatusTable =
        StatusTable { open: 0b0111, new: 0b0001, deadline_runs: 0b0011, resolved: 0b1000 };

    fn rows() -> Vec<Row> {
        let mut seed = 5u64;
        let mut chance = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut row = |number: u32| {
            // A town, the whole region, and both sides of the antimeridian.
            let (lon, lat) = match number % 3 {
                0 => (1_350_000_000 + chance(2_000_000), 484_000_000 + chance(2_000_000)),
                1 => (1_300_000_000 + chance(170_000_000), 466_000_000 + chance(150_000_000)),
                _ => (1_790_000_000 + chance(20_000_000), 650_000_000 + chance(10_000_000)),
            };
            let lon = if lon > 1_800_000_000 { lon as i64 - 3_600_000_000 } else { lon as i64 };
            Row {
                place: Mercator::from(Position::new(lon as i32, lat as i32)),
                number,
                category: 0,
                municipality: NONE,
                responsible: NONE,
                source: 0,
                status: chance(4) as u8,
                severity: chance(6) as u8,
                flags: [0, 0, 0, HIDDEN, Quality::FallbackCoordinate as u16][chance(5) as usize],
                opened_at: NO_TIME,
                due_at: chance(2_000) as i64,
                closed_at: NO_TIME,
            }
        };
        (0..6_000).map(&mut row).collect()
    }

    #[test]
    fn every_hexagon_that_meets_a_tile_has_all_its_rows_whichever_tile_asks() {
        let (columns, _) = Columns::build(&rows());
        let (dead, derived, runs) = (RowSet::empty(columns.len()), Derived::default(), HexRuns::default());
        let parts = [Part { columns: &columns, dead: &dead, derived: &derived }];
        let attributes = Attributes { severities: Some(0b11_1110), ..Attributes::default() };
        let selection = Selection { attributes, ..Selection::default() };
        let view = View { parts: &parts, statuses: STATUSES, selection: &selection, today: 1_000 };
        for z in 0..15 {
            let mut expected: BTreeMap<Hex, u32> = BTreeMap::new();
            view.for_each(|part, row| {
                if !view.is_on_fallback(part, row) {
                    let hex = Hex::at(columns.place(row).position(), resolution_at(z));
                    *expected.entry(hex).or_default() += 1;
                }
            });
            let homes = [(135.1, 48.5), (135.0, 48.4), (179.999, 65.5), (-179.999, 65.5), (140.0, 55.0)];
            for (lon, lat) in homes {
                let tile = Tile::at(Mercator::from(Position::parse_degrees(lon, lat).unwrap()), z);
                let counted = count(&view, &[&runs], tile);
                let shown = |hex: &Hex| !hex.cut(tile).is_empty();
                for (hex, n) in expected.iter().filter(|(hex, _)| shown(hex)) {
                    assert_eq!(counted.get(hex).map(|sums| sums.count), Some(*n), "{hex} in {tile:?}");
                }
                assert!(counted.keys().all(|hex| expected.contains_key(hex)));
            }
        }
    }

    #[test]
    fn hexagons_are_between_eighteen_and_forty_five_pixels_wide() {
        for z in 0..RESOLUTIONS.len() as u8 {
            let resolution = h3o::Resolution::try_from(resolution_at(z)).unwrap();
            let width_m = 3f64.sqrt() * resolution.edge_length_m();
            let width_px = |lat| width_m / metres_per_px(lat, z, 512);
            assert!((18.0..45.0).contains(&width_px(50.0)), "zoom {z}: {}", width_px(50.0));
            // In rows of hexagons so wide a tile has 512² / (√3/2 w²) of them.
            assert!(512f64.powi(2) / (0.75f64.sqrt() * width_px(0.0).powi(2)) < 2_300.0, "zoom {z}");
        }
    }
}
