//! Rows counted by cell: what a tile of many rows is added up from, under any filter that asks for values of rows.
//!
//! A segment never changes, so it is counted once for a filter and a legal day (overdue depends on the day) and kept beside
//! it (see [`super::derived`]). A search, a box, or few rows are not answered from here: they need the rows themselves.

use std::ops::Range;

use super::clusters::Sums;
use super::columns::{Columns, HIDDEN, RowSet};
use super::selection::{Part, StatusTable, View};
use crate::domain::Quality;
use crate::geometry::Mercator;
use crate::geometry::zorder::{self, prefix_range};

/// Levels of cells that are counted, finest first: each answers for those down to the next. The finest has cells of 300 m
/// at the equator; below it a tile has few enough rows to look at each. The coarsest serves the zooms at which a tile asks
/// for all rows of its municipalities.
const LEVELS: [u8; 4] = [17, 14, 11, 9];
/// Fewer rows than this are looked at one by one just as fast.
const WORTH_COUNTING: usize = 4_096;
/// A level with more cells than one for so many rows saves too little for what it takes.
const ROWS_IN_CELL: usize = 6;

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

/// The cells of some rows of a segment on one legal day.
#[derive(Debug)]
pub struct Pyramid {
    /// Level and cells, ascending; finest level first.
    levels: Vec<(u8, Vec<Counts>)>,
}

impl Pyramid {
    /// Counts `rows`, which are ascending, leaving out those that the public may not see. Cost: O(rows).
    #[must_use]
    pub fn build(
        columns: &Columns,
        rows: impl Iterator<Item = usize>,
        statuses: StatusTable,
        today: i64,
    ) -> Self {
        let (finest, counted) = count_rows(columns, rows, statuses, today);
        let mut levels = vec![(LEVELS[0], finest)];
        for level in &LEVELS[1..] {
            let (last, cells) = levels.last().expect("there is a finest level");
            levels.push((*level, coarser(cells, last - level)));
        }
        levels.retain(|(_, cells)| cells.len() * ROWS_IN_CELL <= counted);
        Self { levels }
    }

    /// Number of cells that it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.levels.iter().map(|(_, cells)| cells.len()).sum()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cells with keys in `keys`, on the coarsest level that still tells apart cells of `level`, with that level; `None`
    /// when no level does.
    #[must_use]
    pub fn cells(&self, keys: &Range<u64>, level: u8) -> Option<(u8, &[Counts])> {
        let (found, cells) = self.levels.iter().rfind(|(kept, _)| *kept >= level)?;
        let shift = 64 - 2 * u32::from(*found);
        let from = cells.partition_point(|counts| counts.cell < keys.start >> shift);
        let to = cells.partition_point(|counts| counts.cell << shift < keys.end);
        Some((*found, &cells[from..to.max(from)]))
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

    /// How many of them are overdue.
    #[must_use]
    pub fn overdue(&self, view: &View<'_>) -> u32 {
        let (part, row) = self.last;
        let row_is = || u32::from(view.is_overdue(view.parts[part].columns, row));
        self.sums.map_or_else(row_is, |sums| sums.overdue)
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

/// Calls `f` for everything selected in `keys`, which are those of whole cells of `level`; counted beforehand where that
/// helps, row by row where few rows are selected, where their place or a search decides, or where rows of a cell were
/// replaced since they were counted.
pub fn for_each_item(view: &View<'_>, keys: &Range<u64>, level: u8, mut f: impl FnMut(Item<'_>)) {
    if !view.selection.is_by_attributes() {
        let item = |part, row| f(row_item(view, part, row));
        // Where everything is asked for, a box of the filter says where to look.
        return if *keys == (0..u64::MAX) { view.for_each(item) } else { view.for_each_in(keys, item) };
    }
    for (part, of_part) in view.parts.iter().enumerate() {
        let rows = of_part.columns.range(keys);
        let worth = level <= LEVELS[0] && is_many(view, part, &rows);
        let admitted = worth.then(|| view.admitted(part)).flatten();
        let Some((level, cells)) = admitted.as_ref().and_then(|rows| rows.pyramid.cells(keys, level)) else {
            let columns = of_part.columns;
            view.for_each_of(part, keys, |row| f(item_of(columns, part, row)));
            continue;
        };
        let replaced = touched(of_part.columns, of_part.dead, rows, level);
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

fn is_many(view: &View<'_>, part: usize, rows: &Range<usize>) -> bool {
    rows.len() >= WORTH_COUNTING
        && view.narrow(part, rows).is_none_or(|narrowed| narrowed.len() >= WORTH_COUNTING)
}

/// Level of the cells that [`for_each_sampled`] takes or leaves.
pub const SAMPLED_LEVEL: u8 = LEVELS[1];

/// A sample of the land: of every block of `4^fold` cells of [`SAMPLED_LEVEL`] one, chosen by the block alone. Equal rows
/// therefore give equal samples however they came to be stored, and the next chosen cell is known without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// One cell of so many is in the sample, as a power of four.
    pub fold: u8,
}

impl Sample {
    fn chosen(self, block: u64) -> u64 {
        let scattered =
            block.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (block << (2 * self.fold)) | scattered.checked_shr(64 - 2 * u32::from(self.fold)).unwrap_or(0)
    }

    fn has(self, cell: u64) -> bool {
        self.chosen(cell >> (2 * self.fold)) == cell
    }

    /// The first chosen cell that is not before `cell`.
    fn next(self, cell: u64) -> u64 {
        let block = cell >> (2 * self.fold);
        let chosen = self.chosen(block);
        if chosen >= cell { chosen } else { self.chosen(block + 1) }
    }
}

/// Calls `f` for every selected row in the cells of a sample, in Z-order within each part.
///
/// Cost: O(rows in the sample + its cells · log n), or less where the filter is selective.
pub fn for_each_sampled(view: &View<'_>, sample: Sample, mut f: impl FnMut(Item<'_>)) {
    let level = u32::from(SAMPLED_LEVEL);
    for (part, Part { columns, .. }) in view.parts.iter().enumerate() {
        let cell_of = |row| columns.key(row) >> (64 - 2 * level);
        let narrowed = view.narrow(part, &(0..columns.len())).is_some();
        if narrowed || !view.selection.is_by_attributes() {
            view.for_each_of(part, &(0..u64::MAX), |row| {
                if sample.has(cell_of(row)) {
                    f(row_item(view, part, row));
                }
            });
            continue;
        }
        let mut row = 0;
        while row < columns.len() {
            let next = sample.next(cell_of(row));
            if next >> (2 * level) != 0 {
                break;
            }
            let keys = prefix_range(next, level);
            view.for_each_of(part, &keys, |row| f(row_item(view, part, row)));
            row = columns.partition(keys.end);
        }
    }
}

/// Counts every part of `view` that is worth it, and sorts its rows by value. Cost: O(n) for those that were not yet.
pub fn warm(view: &View<'_>) {
    (0..view.parts.len()).for_each(|part| drop(view.admitted(part)));
}

/// A row as an item.
#[must_use]
pub fn row_item<'a>(view: &View<'_>, part: usize, row: usize) -> Item<'a> {
    item_of(view.parts[part].columns, part, row)
}

fn item_of<'a>(columns: &Columns, part: usize, row: usize) -> Item<'a> {
    let fallback = columns.flags[row] & Quality::FallbackCoordinate as u16 != 0;
    let (municipality, place) = (columns.municipality[row], columns.place(row));
    Item { municipality, fallback, place, last: (part, row), sums: None }
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

/// Cells of the finest level, and how many rows are in them.
fn count_rows(
    columns: &Columns,
    rows: impl Iterator<Item = usize>,
    statuses: StatusTable,
    today: i64,
) -> (Vec<Counts>, usize) {
    let shift = 32 - u32::from(LEVELS[0]);
    let mut cells: Vec<Counts> = Vec::new();
    let (mut place, mut begin, mut counted) = ((u32::MAX, u32::MAX), 0, 0);
    for row in rows.filter(|row| columns.flags[*row] & HIDDEN == 0) {
        counted += 1;
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
    (cells, counted)
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
    use crate::analytics::density::{BANDWIDTH_PX, Weight, cell_weights, density};
    use crate::analytics::derived::Derived;
    use crate::analytics::selection::{Attributes, Selection, StatusFilter};
    use crate::geometry::Tile;
    use crate::geometry::zorder::Rect;

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
                category: [0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5][chance(11) as usize],
                municipality: [0, 1, 2, NONE][chance(4) as usize],
                responsible: [NONE, 6, 7][chance(3) as usize],
                source: 0,
                status: chance(4) as u8,
                severity: chance(6) as u8,
                flags: if fallback {
                    Quality::FallbackCoordinate as u16
                } else {
                    [0, 0, 0, HIDDEN][chance(4) as usize]
                },
                opened_at: [NO_TIME, chance(1_000) as i64][chance(2) as usize],
                due_at: chance(2_000) as i64,
                closed_at: NO_TIME,
            }
        };
        (0..n).map(&mut row).collect()
    }

    /// No filter, filters that few rows pass, filters that many pass, and several at once.
    fn filters() -> Vec<Attributes> {
        let set = |numbers: &[u16]| Some(numbers.iter().copied().collect());
        let status = |mask, overdue| Some(StatusFilter { mask, overdue, in_time: 0 });
        vec![
            Attributes::default(),
            Attributes { categories: set(&[3]), ..Attributes::default() },
            Attributes {
                categories: set(&[1, 4, 5]),
                status: status(0b0110, false),
                ..Attributes::default()
            },
            Attributes { municipalities: set(&[1]), status: status(0, true), ..Attributes::default() },
            Attributes { status: status(0b0111, false), opened: Some((100, 700)), ..Attributes::default() },
            Attributes { severities: Some(0b10_0000), responsible: set(&[7]), ..Attributes::default() },
        ]
    }

    fn seen<'a>(parts: &'a [Part<'a>], selection: &'a Selection) -> View<'a> {
        View { parts, statuses: STATUSES, selection, today: TODAY }
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
        let (none, derived) = (RowSet::empty(second.len()), [Derived::default(), Derived::default()]);
        let parts = [
            Part { columns: &first, dead: &dead, derived: &derived[0] },
            Part { columns: &second, dead: &none, derived: &derived[1] },
        ];
        let seats = [Mercator { x: 3_701_000_000, y: 1_500_500_000 }; 3];
        let home = Mercator { x: 3_705_000_000, y: 1_505_000_000 };
        let everywhere = Rect { min: Mercator { x: 0, y: 0 }, max: Mercator { x: u32::MAX, y: u32::MAX } };
        for attributes in filters() {
            let plain = Selection { attributes: attributes.clone(), ..Selection::default() };
            // A box around the world selects the same, but has to look at each row.
            let looking = Selection { attributes, rects: Some(vec![everywhere]), ..Selection::default() };
            for z in 0..18 {
                let centre = Tile::at(home, z);
                for x in centre.x.saturating_sub(1)..=(centre.x + 1).min((1 << z) - 1) {
                    let tile = Tile { x, ..centre };
                    let content = |selection| in_order(tile_content(&seen(&parts, selection), tile, &seats));
                    assert_eq!(content(&plain), content(&looking), "{tile:?}");
                    let heat =
                        |selection| density(&seen(&parts, selection), tile, 256, Weight::Count, BANDWIDTH_PX);
                    assert_eq!(heat(&plain), heat(&looking), "{tile:?}");
                }
                let scale = |selection| cell_weights(&seen(&parts, selection), z, Weight::Overdue);
                assert_eq!(scale(&plain), scale(&looking), "zoom {z}");
            }
        }
        let nothing_asked = Selection::default();
        assert!(seen(&parts, &nothing_asked).admitted(0).is_some_and(|rows| !rows.pyramid.is_empty()));
    }

    #[test]
    fn a_sample_knows_the_next_of_its_cells_without_looking() {
        for fold in 0..4 {
            let sample = Sample { fold };
            let cells: Vec<u64> = (0..4_096).filter(|cell| sample.has(*cell)).collect();
            assert_eq!(cells.len(), 4_096 >> (2 * fold));
            for cell in 0..4_000 {
                let next = cells.iter().find(|chosen| **chosen >= cell);
                assert_eq!(next, Some(&sample.next(cell)).filter(|_| next.is_some()), "{cell}");
            }
        }
    }
}
