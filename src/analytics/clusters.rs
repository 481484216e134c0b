//! Clusters: exact, filterable at tile time, and never across a municipal border.
//!
//! Rows are sorted in Z-order, so the cells of a grid are runs of rows and counting them is one pass; any filter applies
//! without a rebuild. A greedy radius clustering could do neither: it depends on insertion order and must be built again
//! for every filter. Every selected row is counted in exactly one symbol of a zoom:
//!
//! - below [`CELLS_FROM`] there is one symbol per municipality, at its seat;
//! - from there on, one per grid cell and municipality, at the mean of its rows;
//! - from [`POINTS_FROM`] on, rows stand alone, unless a cell holds more than [`POINTS_IN_CELL`] of a municipality: then
//!   they stay one symbol. The rule asks the cell and not the tile, so neighbouring tiles agree;
//! - rows on a fallback coordinate never join others: they are one symbol of their own, marked as such.

use std::fmt;
use std::ops::Range;

use super::columns::{Columns, NONE};
use super::pyramid::{Item, for_each_item, row_item};
use super::selection::{StatusTable, View};
use crate::geometry::zorder::prefix_range;
use crate::geometry::{Mercator, Tile, zorder};

/// First zoom with cells instead of one symbol per municipality.
pub const CELLS_FROM: u8 = 7;
/// First zoom with single points.
pub const POINTS_FROM: u8 = 13;
/// Most rows of a municipality that stand alone in one cell: more would hide each other. With 64 cells it also bounds what
/// a tile can hold.
pub const POINTS_IN_CELL: u32 = 24;
/// Last zoom of the tiles that clients ask for; deeper ones are drawn from it.
pub const LAST_ZOOM: u8 = 16;
/// A tile has 2³ × 2³ cells: 64 screen pixels each in a tile of 512.
const CELL_LEVELS: u8 = 3;

/// What a symbol stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Rows.
    pub count: u32,
    /// Open, not overdue, and nobody at work yet.
    pub new: u32,
    /// Open, not overdue, and in work, planned, checked or put off.
    pub in_work: u32,
    /// Overdue.
    pub overdue: u32,
    /// Resolved or answered.
    pub resolved: u32,
    /// Highest severity; 0 when none is known.
    pub max_severity: u8,
    sum_x: u64,
    sum_y: u64,
}

impl Sums {
    /// Counts in a row on the day that begins at `today`.
    pub(super) fn add(&mut self, statuses: StatusTable, today: i64, columns: &Columns, row: usize) {
        let bit = 1u16 << columns.status[row];
        self.count += 1;
        if statuses.resolved & bit != 0 {
            self.resolved += 1;
        } else if statuses.is_overdue(columns, row, today) {
            self.overdue += 1;
        } else if statuses.open & bit != 0 {
            let new = statuses.new & bit != 0;
            self.new += u32::from(new);
            self.in_work += u32::from(!new);
        }
        self.max_severity = self.max_severity.max(columns.severity[row]);
        self.sum_x += u64::from(columns.x[row]);
        self.sum_y += u64::from(columns.y[row]);
    }

    /// Counts in what `other` counted.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.new += other.new;
        self.in_work += other.in_work;
        self.overdue += other.overdue;
        self.resolved += other.resolved;
        self.max_severity = self.max_severity.max(other.max_severity);
        self.sum_x += other.sum_x;
        self.sum_y += other.sum_y;
    }

    /// Mean place of the rows.
    #[must_use]
    pub fn mean(&self) -> Mercator {
        let n = u64::from(self.count.max(1));
        Mercator { x: (self.sum_x / n) as u32, y: (self.sum_y / n) as u32 }
    }
}

/// Names a symbol for as long as the same rows are in it: zoom, cell, municipality, fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClusterId {
    /// Zoom.
    pub zoom: u8,
    /// Level of the cell on the curve; 0 for a whole municipality.
    pub level: u8,
    /// The cell: the first `2 * level` bits of the keys in it.
    pub cell: u64,
    /// Municipality, or [`NONE`].
    pub municipality: u16,
    /// Rows on a fallback coordinate.
    pub fallback: bool,
}

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.fallback { 'f' } else { 'c' };
        write!(f, "{}.{}.{:x}.{:x}.{kind}", self.zoom, self.level, self.cell, self.municipality)
    }
}

impl ClusterId {
    /// Reads what [`fmt::Display`] writes; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut next = || parts.next();
        let id = Self {
            zoom: next()?.parse().ok().filter(|z| *z <= crate::geometry::tile::MAX_ZOOM)?,
            level: next()?.parse().ok().filter(|l| *l <= 32)?,
            cell: u64::from_str_radix(next()?, 16).ok()?,
            municipality: u16::from_str_radix(next()?, 16).ok()?,
            fallback: match next()? {
                "f" => true,
                "c" => false,
                _ => return None,
            },
        };
        (id.to_string() == text && id.cell.checked_shr(2 * u32::from(id.level)).unwrap_or(0) == 0)
            .then_some(id)
    }

    /// A number for the feature id of a vector tile: 53 bits, which JavaScript keeps exactly.
    #[must_use]
    pub fn feature_id(&self) -> u64 {
        let mixed = self
            .cell
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(u64::from(self.municipality) << 16)
            .wrapping_add(u64::from(self.zoom) << 8)
            .wrapping_add(u64::from(self.level) << 1)
            .wrapping_add(u64::from(self.fallback));
        let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 29)) >> 11
    }

    /// The keys of the rows in the cell; everything for a whole municipality.
    #[must_use]
    pub fn keys(&self) -> Range<u64> {
        prefix_range(self.cell, u32::from(self.level))
    }

    /// Whether row `row` of part `part`, selected by `view`, is in the symbol.
    #[must_use]
    pub fn holds(&self, view: &View<'_>, part: usize, row: usize) -> bool {
        let columns = view.parts[part].columns;
        columns.municipality[row] == self.municipality && view.is_on_fallback(part, row) == self.fallback
    }
}

/// A symbol on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster {
    /// Its name.
    pub id: ClusterId,
    /// What it stands for.
    pub sums: Sums,
    /// Where it stands.
    pub place: Mercator,
}

/// What a tile shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TileContent {
    /// Symbols for several rows, or for a fallback coordinate.
    pub clusters: Vec<Cluster>,
    /// Rows that stand alone: part and row.
    pub points: Vec<(usize, usize)>,
}

impl TileContent {
    /// Rows that the tile shows, in symbols or alone.
    #[must_use]
    pub fn row_count(&self) -> u64 {
        self.clusters.iter().map(|c| u64::from(c.sums.count)).sum::<u64>() + self.points.len() as u64
    }
}

/// What `tile` shows of `view`. `seats` are the places of municipalities' symbols, by number.
///
/// Cost: without a filter O(cells of the [`super::pyramid`]) where that has them; else one pass over the rows in the tile
/// (below [`CELLS_FROM`] over the selection), two from [`POINTS_FROM`] on.
#[must_use]
pub fn tile_content(view: &View<'_>, tile: Tile, seats: &[Mercator]) -> TileContent {
    if tile.z < CELLS_FROM {
        let (keys, (contents, symbols)) = (tile.keys(), municipal_contents(view, &[tile], seats));
        let mut content = contents.into_iter().next().unwrap_or_default();
        content.clusters.extend(symbols.into_iter().filter(|c| keys.contains(&zorder::encode(c.place))));
        return content;
    }
    let mut grid = Grid::new(tile);
    for_each_item(view, &tile.keys(), tile.z + CELL_LEVELS, |item| grid.add(view, &item));
    if tile.z < POINTS_FROM {
        return grid.into_content(tile, Cell::is_several);
    }
    let mut points = Vec::new();
    view.for_each_in(&tile.keys(), |part, row| {
        if grid.cell_of(view, part, row).is_some_and(|cell| !cell.stays_one()) {
            points.push((part, row));
        }
    });
    let clusters = grid.into_content(tile, Cell::stays_one).clusters;
    TileContent { clusters, points }
}

/// What different tiles of one zoom below [`CELLS_FROM`] show, in their order, without the symbols of municipalities; and
/// these, wherever they stand.
///
/// Cost: as of [`tile_content`] for one of them.
#[must_use]
pub fn municipal_contents(
    view: &View<'_>,
    tiles: &[Tile],
    seats: &[Mercator],
) -> (Vec<TileContent>, Vec<Cluster>) {
    let Some(zoom) = tiles.first().map(|tile| tile.z) else { return Default::default() };
    let mut sums = vec![Sums::default(); seats.len()];
    // Rows in no municipality, and those on fallback coordinates, stand where they are.
    let mut elsewhere: Vec<Grid> = tiles.iter().map(|tile| Grid::new(*tile)).collect();
    for_each_item(view, &(0..u64::MAX), zoom + CELL_LEVELS, |item| {
        match sums.get_mut(usize::from(item.municipality)) {
            Some(sums) if !item.fallback => item.add_to(view, sums),
            _ => {
                let here = Tile::at(item.place, zoom);
                if let Some(at) = tiles.iter().position(|tile| *tile == here) {
                    elsewhere[at].add(view, &item);
                }
            }
        }
    });
    let contents = tiles.iter().zip(elsewhere).map(|(tile, grid)| grid.into_content(*tile, Cell::is_several));
    let symbol = |(no, sums): (usize, Sums)| {
        let id = ClusterId { zoom, level: 0, cell: 0, municipality: no as u16, fallback: false };
        Cluster { id, sums, place: seats[no] }
    };
    let symbols = sums.into_iter().enumerate().filter(|(_, sums)| sums.count > 0).map(symbol);
    (contents.collect(), symbols.collect())
}

/// The cells of a tile, each with its municipalities.
struct Grid {
    /// Bits of a coordinate below a cell.
    shift: u32,
    /// The first of the [`Cell`]s at a place of the grid, which are linked by `next`.
    slots: [u32; 1 << (2 * CELL_LEVELS)],
    cells: Vec<Cell>,
}

const NO_CELL: u32 = u32::MAX;

/// One municipality's rows in one cell.
struct Cell {
    municipality: u16,
    fallback: bool,
    sums: Sums,
    last: (usize, usize),
    next: u32,
}

impl Cell {
    /// Whether it holds more than one row.
    fn is_several(&self) -> bool {
        self.sums.count > 1
    }

    /// Whether its rows are one symbol even where rows stand alone.
    fn stays_one(&self) -> bool {
        self.fallback || self.sums.count > POINTS_IN_CELL
    }
}

impl Grid {
    fn new(tile: Tile) -> Self {
        let shift = 32 - u32::from(tile.z + CELL_LEVELS);
        Self { shift, slots: [NO_CELL; 1 << (2 * CELL_LEVELS)], cells: Vec::new() }
    }

    fn slot(&self, place: Mercator) -> usize {
        let within = |v: u32| (v >> self.shift) as usize & ((1 << CELL_LEVELS) - 1);
        within(place.y) << CELL_LEVELS | within(place.x)
    }

    /// A cell has few municipalities, so walking its list beats hashing.
    fn find(&self, slot: usize, municipality: u16, fallback: bool) -> Option<usize> {
        let mut at = self.slots[slot];
        while at != NO_CELL {
            let found = &self.cells[at as usize];
            if found.municipality == municipality && found.fallback == fallback {
                return Some(at as usize);
            }
            at = found.next;
        }
        None
    }

    fn add(&mut self, view: &View<'_>, item: &Item<'_>) {
        let slot = self.slot(item.place);
        let at = self.find(slot, item.municipality, item.fallback).unwrap_or_else(|| {
            let (municipality, fallback, next) = (item.municipality, item.fallback, self.slots[slot]);
            self.slots[slot] = self.cells.len() as u32;
            self.cells.push(Cell { municipality, fallback, sums: Sums::default(), last: (0, 0), next });
            self.cells.len() - 1
        });
        item.add_to(view, &mut self.cells[at].sums);
        self.cells[at].last = item.last;
    }

    fn cell_of(&self, view: &View<'_>, part: usize, row: usize) -> Option<&Cell> {
        let item = row_item(view, part, row);
        self.find(self.slot(item.place), item.municipality, item.fallback).map(|at| &self.cells[at])
    }

    /// Symbols of the cells of which `is_one` says so, and of all fallback coordinates; the last rows of the others as points.
    fn into_content(self, tile: Tile, is_one: impl Fn(&Cell) -> bool) -> TileContent {
        let level = tile.z + CELL_LEVELS;
        let mut content = TileContent::default();
        for cell in self.cells {
            if !cell.fallback && !is_one(&cell) {
                content.points.push(cell.last);
                continue;
            }
            let Cell { municipality, fallback, sums, .. } = cell;
            let place = sums.mean();
            // The mean of rows in a cell lies in the cell.
            let key = zorder::encode(place) >> (64 - 2 * u32::from(level));
            let id = ClusterId { zoom: tile.z, level, cell: key, municipality, fallback };
            content.clusters.push(Cluster { id, sums, place });
        }
        content
    }
}

/// The zoom at which a symbol falls apart into at least two, or shows its rows; [`LAST_ZOOM`] when it never does. Cost: O(rows
/// in the symbol).
#[must_use]
pub fn expansion_zoom(view: &View<'_>, id: &ClusterId) -> u8 {
    if id.level == 0 {
        return CELLS_FROM;
    }
    let (mut first, mut differing, mut count) = (None, 0u64, 0u32);
    view.for_each_in(&id.keys(), |part, row| {
        if id.holds(view, part, row) {
            let key = view.parts[part].columns.key(row);
            differing |= *first.get_or_insert(key) ^ key;
            count += 1;
        }
    });
    let common_level = (differing.leading_zeros() / 2) as u8;
    // Cells of zoom z have level z + 3: the first level at which keys differ tells the zoom.
    let apart = (common_level + 1).saturating_sub(CELL_LEVELS);
    let shown = if count <= POINTS_IN_CELL && !id.fallback { apart.min(POINTS_FROM) } else { apart };
    shown.max(id.zoom + 1).min(LAST_ZOOM.max(id.zoom))
}

/// Rows without a municipality.
pub const NO_MUNICIPALITY: u16 = NONE;
