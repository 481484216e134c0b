//! Rows counted by cell beforehand: what an unfiltered tile of many rows is added up from.
//!
//! A segment never changes, so it is counted once for a legal day (overdue depends on the day) and kept beside it. A filter
//! is not answered from here: it needs the rows themselves.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::clusters::Sums;
use super::columns::{Columns, HIDDEN, RowSet};
use super::selection::{StatusTable, View};
use crate::domain::Quality;
use crate::geometry::Mercator;
use crate::geometry::zorder::{self, prefix_range};

/// Levels of cells that are counted, finest first: each answers for those down to the next. The finest has cells of 2.4 km
/// at the equator; below it a tile has few enough rows to look at each.
const LEVELS: [u8; 2] = [14, 11];
/// Segments shorter than this are not worth counting: looking at each row is as fast.
const WORTH_COUNTING: usize = 4_096;

/// The rows of one municipality in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The cell: the first `2 * level` bits of the keys in it.
    pub cell: u64,
    /// Municipality, or [`super::columns::NONE`].
    pub municipality: u16,
    /// Rows on a fallback coordinate.
    pub fallback: bool,
    /// What they add up to.
    pub sums: Sums,
    /// The last of the rows.
    pub last: u32,
}

/// The cells of one segment on one legal day, ascending.
pub struct Pyramid {
    today: i64,
    levels: [Vec<Counts>; LEVELS.len()],
}

/// A segment's pyramid, made when it is first asked for.
#[derive(Default)]
pub struct Counted(Mutex<Option<Arc<Pyramid>>>);

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}

impl Counted {
    /// The pyramid of the segment with `columns` on the day that begins at `today`; `None` for a short segment.
    ///
    /// Cost: O(n) once a day, then nothing.
    pub fn on(&self, columns: &Columns, statuses: StatusTable, today: i64) -> Option<Arc<Pyramid>> {
        if columns.len() < WORTH_COUNTING {
            return None;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pyramid) = kept.as_ref().filter(|pyramid| pyramid.today == today) {
            return Some(Arc::clone(pyramid));
        }
        let pyramid = Arc::new(Pyramid::build(columns, statuses, today));
        *kept = Some(Arc::clone(&pyramid));
        Some(pyramid)
    }
}

impl Pyramid {
    fn build(columns: &Columns, statuses: StatusTable, today: i64) -> Self {
        let finest = count_rows(columns, statuses, today);
        let coarse = coarser(&finest, LEVELS[0] - LEVELS[1]);
        Self { today, levels: [finest, coarse] }
    }

    /// The cells with keys in `keys`, on the coarsest level that still tells apart cells of `level`, with that level; `None`
    /// when no level does.
    #[must_use]
    pub fn cells(&self, keys: &Range<u64>, level: u8) -> Option<(u8, &[Counts])> {
        let at = LEVELS.iter().rposition(|kept| *kept >= level)?;
        let shift = 64 - 2 * u32::from(LEVELS[at]);
        let cells = &self.levels[at];
        let from = cells.partition_point(|counts| counts.cell < keys.start >> shift);
        let to = cells.partition_point(|counts| counts.cell << shift < keys.end);
        Some((LEVELS[at], &cells[from..to.max(from)]))
    }
}

/// A row, or rows that were counted together.
pub struct Item<'a> {
    /// Municipality, or [`super::columns::NONE`].
    pub municipality: u16,
    /// On a fallback coordinate.
    pub fallback: bool,
    /// The row's place, or the corner of the cell.
    pub place: Mercator,
    /// The last of the rows: part and row.
    pub last: (usize, usize),
    /// What was counted; `None` for a row.
    sums: Option<&'a Sums>,
}

impl Item<'_> {
    /// How many rows.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.sums.map_or(1, |sums| sums.count)
    }

    /// Counts them in.
    pub fn add_to(&self, view: &View<'_>, sums: &mut Sums) {
        let (part, row) = self.last;
        match self.sums {
            Some(counted) => sums.merge(counted),
            None => sums.add(view.statuses, view.today, view.parts[part].columns, row),
        }
    }
}

/// Calls `f` for everything selected in `keys`, which are those of whole cells of `level`; counted where nothing is asked of
/// a row, row by row where a filter is, or where rows of a cell were replaced since they were counted.
pub fn for_each_item(view: &View<'_>, keys: &Range<u64>, level: u8, mut f: impl FnMut(Item<'_>)) {
    if !view.selection.is_everything() || view.selection.hidden_too {
        let item = |part, row| f(row_item(view, part, row));
        // Where everything is asked for, a box of the filter says where to look.
        return if *keys == (0..u64::MAX) { view.for_each(item) } else { view.for_each_in(keys, item) };
    }
    for (part, of_part) in view.parts.iter().enumerate() {
        let pyramid = of_part.counted.on(of_part.columns, view.statuses, view.today);
        let Some((level, cells)) = pyramid.as_ref().and_then(|pyramid| pyramid.cells(keys, level)) else {
            view.for_each_of(part, keys, |row| f(row_item(view, part, row)));
            continue;
        };
        let replaced = touched(of_part.columns, of_part.dead, of_part.columns.range(keys), level);
        for counts in cells {
            if !replaced.is_empty() && replaced.binary_search(&counts.cell).is_ok() {
                continue;
            }
            let &Counts { cell, municipality, fallback, ref sums, last } = counts;
            let (place, last) = (corner(cell, level), (part, last as usize));
            f(Item { municipality, fallback, place, last, sums: Some(sums) });
        }
        for cell in replaced {
            let keys = prefix_range(cell, u32::from(level));
            view.for_each_of(part, &keys, |row| f(row_item(view, part, row)));
        }
    }
}

/// Whether a cell is in the quarter of all cells that a sample takes.
#[must_use]
pub fn is_in_quarter(cell: u64) -> bool {
    cell.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 62 == 0
}

/// Level of the cells that [`for_each_sampled`] takes or leaves.
pub const SAMPLED_LEVEL: u8 = LEVELS[0];

/// Calls `f` for every selected row in a quarter of the cells of [`SAMPLED_LEVEL`]. The cell alone decides whether it is in
/// the sample, so equal rows give equal samples however they came to be stored.
pub fn for_each_sampled(view: &View<'_>, mut f: impl FnMut(Item<'_>)) {
    for (part, of_part) in view.parts.iter().enumerate() {
        let columns = of_part.columns;
        let Some(pyramid) = of_part.counted.on(columns, view.statuses, view.today) else {
            let cell = |row| columns.key(row) >> (64 - 2 * u32::from(SAMPLED_LEVEL));
            view.for_each_of(part, &(0..u64::MAX), |row| {
                if is_in_quarter(cell(row)) {
                    f(row_item(view, part, row));
                }
            });
            continue;
        };
        let cells = pyramid.levels[0].chunk_by(|a, b| a.cell == b.cell).map(|counts| counts[0].cell);
        for cell in cells.filter(|cell| is_in_quarter(*cell)) {
            let keys = prefix_range(cell, u32::from(SAMPLED_LEVEL));
            view.for_each_of(part, &keys, |row| f(row_item(view, part, row)));
        }
    }
}

/// Counts every part of `view` that is worth it. Cost: O(n) for those that were not counted yet.
pub fn warm(view: &View<'_>) {
    for part in view.parts {
        part.counted.on(part.columns, view.statuses, view.today);
    }
}

/// A row as an item.
#[must_use]
pub fn row_item<'a>(view: &View<'_>, part: usize, row: usize) -> Item<'a> {
    let columns = view.parts[part].columns;
    let (municipality, fallback) = (columns.municipality[row], view.is_on_fallback(part, row));
    Item { municipality, fallback, place: columns.place(row), last: (part, row), sums: None }
}

/// The north-western corner of a cell.
fn corner(cell: u64, level: u8) -> Mercator {
    zorder::decode(cell << (64 - 2 * u32::from(level)))
}

/// The cells of `level` that hold a row of `dead`, ascending: what was counted there is no longer true.
fn touched(columns: &Columns, dead: &RowSet, rows: Range<usize>, level: u8) -> Vec<u64> {
    let shift = 64 - 2 * u32::from(level);
    let mut cells: Vec<u64> = dead.within(rows).map(|row| columns.key(row) >> shift).collect();
    cells.dedup();
    cells
}

fn count_rows(columns: &Columns, statuses: StatusTable, today: i64) -> Vec<Counts> {
    let shift = 32 - u32::from(LEVELS[0]);
    let mut cells: Vec<Counts> = Vec::new();
    let (mut place, mut begin) = ((u32::MAX, u32::MAX), 0);
    for row in 0..columns.len() {
        if columns.flags[row] & HIDDEN != 0 {
            continue;
        }
        // Rows come in the order of their cells.
        let here = (columns.x[row] >> shift, columns.y[row] >> shift);
        if here != place {
            (place, begin) = (here, cells.len());
        }
        let municipality = columns.municipality[row];
        let fallback = columns.flags[row] & Quality::FallbackCoordinate as u16 != 0;
        let of_row = |c: &Counts| c.municipality == municipality && c.fallback == fallback;
        let at = match cells[begin..].iter().position(of_row) {
            Some(n) => begin + n,
            None => {
                let cell = columns.key(row) >> (64 - 2 * u32::from(LEVELS[0]));
                cells.push(Counts { cell, municipality, fallback, sums: Sums::default(), last: 0 });
                cells.len() - 1
            }
        };
        cells[at].sums.add(statuses, today, columns, row);
        cells[at].last = row as u32;
    }
    cells
}

/// The cells `by` levels up.
fn coarser(cells: &[Counts], by: u8) -> Vec<Counts> {
    let mut up: Vec<Counts> = Vec::new();
    let mut begin = 0;
    for counts in cells {
        let cell = counts.cell >> (2 * by);
        if up.last().is_some_and(|last| last.cell != cell) {
            begin = up.len();
        }
        let same = |c: &&mut Counts| c.municipality == counts.municipality && c.fallback == counts.fallback;
        match up[begin..].iter_mut().find(same) {
            Some(found) => {
                found.sums.merge(&counts.sums);
                found.last = found.last.max(counts.last);
            }
            None => up.push(Counts { cell, ..*counts }),
        }
    }
    up
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::clusters::{TileContent, tile_content};
    use crate::analytics::columns::{NO_TIME, NONE, Row};
    use crate::analytics::density::{density, full_scale};
    use crate::analytics::selection::{Part, Selection};
    use crate::geometry::Tile;

    const STATUSES: StatusTable =
        StatusTable { open: 0b0111, new: 0b0001, deadline_runs: 0b0011, resolved: 0b1000 };
    const TODAY: i64 = 1_000;

    /// Rows around two towns, some without a municipality, some hidden, some on one fallback coordinate.
    fn rows(n: u32, mut seed: u64) -> Vec<Row> {
        let mut chance = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut row = |number: u32| {
            let (town, fallback) = (chance(2) as u32, chance(50) == 0);
            let spread = |v: u64| (v as u32) << 6;
            let place = Mercator {
                x: 3_700_000_000 + town * 40_000_000 + spread(chance(1 << 20)),
                y: 1_500_000_000 + spread(chance(1 << 20)),
            };
            Row {
                place: if fallback { Mercator { x: 3_705_000_000, y: 1_505_000_000 } } else { place },
                number,
                category: 0,
                municipality: [0, 1, 2, NONE][chance(4) as usize],
                responsible: NONE,
                source: 0,
                status: chance(4) as u8,
                severity: chance(6) as u8,
                flags: if fallback {
                    Quality::FallbackCoordinate as u16
                } else {
                    [0, 0, 0, HIDDEN][chance(4) as usize]
                },
                opened_at: NO_TIME,
                due_at: chance(2_000) as i64,
                closed_at: NO_TIME,
            }
        };
        (0..n).map(&mut row).collect()
    }

    fn in_order(mut content: TileContent) -> TileContent {
        content.clusters.sort_by_key(|cluster| cluster.id);
        content.points.sort_unstable();
        content
    }

    #[test]
    fn tiles_added_up_from_counts_equal_tiles_counted_row_by_row() {
        let (first, _) = Columns::build(&rows(20_000, 1));
        let (second, _) = Columns::build(&rows(6_000, 2));
        let mut dead = RowSet::empty(first.len());
        (0..first.len()).step_by(97).for_each(|row| {
            dead.insert(row);
        });
        let (none, counted) = (RowSet::empty(second.len()), [Counted::default(), Counted::default()]);
        let parts = [
            Part { columns: &first, dead: &dead, counted: &counted[0] },
            Part { columns: &second, dead: &none, counted: &counted[1] },
        ];
        let plain = Selection::default();
        // Takes every severity, so it selects the same, but has to look at each row.
        let looking = Selection { severities: Some(0b11_1111), ..Selection::default() };
        let view = |selection| View { parts: &parts, statuses: STATUSES, selection, today: TODAY };
        let seats = [Mercator { x: 3_701_000_000, y: 1_500_500_000 }; 3];
        let home = Mercator { x: 3_705_000_000, y: 1_505_000_000 };
        for z in 0..18 {
            let centre = Tile::at(home, z);
            for x in centre.x.saturating_sub(1)..=(centre.x + 1).min((1 << z) - 1) {
                let tile = Tile { x, ..centre };
                let (fast, slow) =
                    (tile_content(&view(&plain), tile, &seats), tile_content(&view(&looking), tile, &seats));
                assert_eq!(in_order(fast), in_order(slow), "{tile:?}");
                assert_eq!(
                    density(&view(&plain), tile, 256),
                    density(&view(&looking), tile, 256),
                    "{tile:?}"
                );
            }
            assert_eq!(full_scale(&view(&plain), z), full_scale(&view(&looking), z), "zoom {z}");
        }
        assert!(counted[0].on(&first, STATUSES, TODAY).is_some());
    }
}
