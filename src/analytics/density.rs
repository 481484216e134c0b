//! Density: a Gaussian kernel over counted cells, one tile at a time.
//!
//! Every pixel is a function of the rows around it and of nothing else: bins are aligned to the world's pixel grid, the
//! tile is counted with a gutter of one kernel radius, and the colour scale comes from the whole selection at that zoom,
//! never from the tile. Neighbouring tiles therefore agree at their edge without knowing of each other. Rows on a fallback
//! coordinate are left out: thousands of them on one point say something of a geocoder, not of the place.
//!
//! Source: B. W. Silverman, *Density Estimation for Statistics and Data Analysis* (1986), section 4.2.

use std::ops::Range;

use super::pyramid::{Item, SAMPLED_LEVEL, Sample, for_each_item, for_each_sampled};
use super::selection::View;
use crate::geometry::{Tile, zorder};

/// Standard deviation of the kernel where nobody asks for another, in pixels of a 256-pixel tile.
pub const BANDWIDTH_PX: f32 = 8.0;
/// Standard deviations that may be asked for. What a tile costs grows with it.
pub const BANDWIDTHS_PX: std::ops::RangeInclusive<f32> = 1.0..=16.0;
/// The kernel is cut at three standard deviations: 99.7 % of its weight.
const CUT: f32 = 3.0;
/// Cells for the scale: 2⁴ × 2⁴ in a tile, 16 pixels each, about the width of the kernel.
const SCALE_LEVELS: u8 = 4;
/// Width of such a cell in pixels of a 256-pixel tile.
const SCALE_CELL_PX: f32 = 16.0;

/// What a row adds to the density.
#[derive(Clone, Copy)]
pub enum Weight<'a> {
    /// One.
    Count,
    /// One when it is overdue.
    Overdue,
    /// What its municipality says, by number; nothing without a municipality.
    OfMunicipality(&'a [f32]),
    /// What the row says: part and row.
    OfRow(&'a (dyn Fn(usize, usize) -> f32 + Sync)),
}

impl Weight<'_> {
    fn of(&self, view: &View<'_>, item: &Item<'_>) -> f32 {
        match self {
            Self::Count => item.count() as f32,
            Self::Overdue => item.overdue(view) as f32,
            Self::OfMunicipality(weights) => {
                let weight = weights.get(usize::from(item.municipality)).copied().unwrap_or(0.0);
                item.count() as f32 * weight
            }
            Self::OfRow(weight) => weight(item.last.0, item.last.1),
        }
    }

    /// The level of cells within which rows may come counted together.
    fn level(&self, level: u8) -> u8 {
        if matches!(self, Self::OfRow(_)) { 32 } else { level }
    }
}

/// Density of a tile, weight per square pixel of a 256-pixel tile, row by row from the north-west.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// Pixels on a side.
    pub size_px: usize,
    /// Values; empty when no row lies in or near the tile.
    pub values: Vec<f32>,
}

impl Density {
    /// A density that is `factor` times as high, minus another that is `other_factor` times as high.
    #[must_use]
    pub fn minus(self, factor: f32, other: &Self, other_factor: f32) -> Self {
        let (own, others) = (self.values.len(), other.values.len());
        let at = |values: &[f32], n: usize| values.get(n).copied().unwrap_or(0.0);
        let difference = |n| at(&self.values, n) * factor - at(&other.values, n) * other_factor;
        Self { size_px: self.size_px, values: (0..own.max(others)).map(difference).collect() }
    }
}

/// How far outside a tile a row still counts in it, in Mercator units.
#[must_use]
pub fn reach(tile: Tile, bandwidth_px: f32) -> u64 {
    (tile.size() / 256).max(1) * (bandwidth_px * CUT).ceil() as u64
}

/// The density of `tile` at `size_px` pixels a side (256, or 512 for @2x).
///
/// Cost: O(rows in the tile and its gutter), less where they are counted by cell, + O(pixels · kernel width).
#[must_use]
pub fn density(
    view: &View<'_>,
    tile: Tile,
    size_px: usize,
    weight: Weight<'_>,
    bandwidth_px: f32,
) -> Density {
    let scale = size_px as f32 / 256.0;
    let kernel = kernel(bandwidth_px * scale);
    let gutter_px = kernel.len() / 2;
    let Some(counts) = count(view, tile, size_px, gutter_px, weight) else {
        return Density { size_px, values: Vec::new() };
    };
    // Per pixel of a 256-pixel tile, so that @2x has the same numbers and the same colours.
    let per_px = scale * scale;
    let mut values = blur(&counts, size_px + 2 * gutter_px, &kernel);
    if per_px != 1.0 {
        values.iter_mut().for_each(|value| *value *= per_px);
    }
    Density { size_px, values }
}

/// Weight per pixel in the tile and a gutter around it, row by row from the north-west; `None` where there is none at all.
///
/// Cost: O(rows there), less where they are counted by cell.
#[must_use]
pub fn count(
    view: &View<'_>,
    tile: Tile,
    size_px: usize,
    gutter_px: usize,
    weight: Weight<'_>,
) -> Option<Vec<f32>> {
    let px = tile.size() / size_px as u64;
    if px == 0 {
        return None;
    }
    let width = size_px + 2 * gutter_px;
    let (origin, gutter) = (tile.origin(), (px * gutter_px as u64) as i64);
    let grid = Grid {
        west: i64::from(origin.x) - gutter,
        north: i64::from(origin.y) - gutter,
        shift: px.trailing_zeros(),
        width,
    };
    // Pixels are cells of this level, and so are the edges of the widened tile.
    let level = weight.level((32 - grid.shift) as u8);
    let mut counts = vec![0f32; width * width];
    for keys in zorder::cover(&tile.widened(gutter as u64)) {
        match weight {
            // Most pictures ask for no more of a row than its place: a loop of their own takes half the time.
            Weight::Count => grid.put(&mut counts, view, &keys, level, |item| item.count() as f32),
            _ => grid.put(&mut counts, view, &keys, level, |item| weight.of(view, item)),
        }
    }
    counts.iter().any(|weight| *weight != 0.0).then_some(counts)
}

/// Pixels of a tile and its gutter.
#[derive(Clone, Copy)]
struct Grid {
    /// The north-western corner, Mercator units; outside the world where the gutter is.
    west: i64,
    north: i64,
    /// A pixel has so many bits of a Mercator unit.
    shift: u32,
    /// Pixels on a side.
    width: usize,
}

impl Grid {
    fn put(
        self,
        counts: &mut [f32],
        view: &View<'_>,
        keys: &Range<u64>,
        level: u8,
        weight: impl Fn(&Item<'_>) -> f32,
    ) {
        for_each_item(view, keys, level, |item| {
            let column = ((i64::from(item.place.x) - self.west) >> self.shift) as usize;
            let line = ((i64::from(item.place.y) - self.north) >> self.shift) as usize;
            if !item.fallback && column < self.width && line < self.width {
                counts[line * self.width + column] += weight(&item);
            }
        });
    }
}

/// Weights of a Gaussian with standard deviation `sigma_px`, adding up to 1.
fn kernel(sigma_px: f32) -> Vec<f32> {
    let radius = (sigma_px * CUT).ceil() as i32;
    let weight = |d: i32| libm::expf(-((d * d) as f32) / (2.0 * sigma_px * sigma_px));
    let weights: Vec<f32> = (-radius..=radius).map(weight).collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|w| w / sum).collect()
}

/// Convolves a square of `width` pixels with the kernel in both directions and cuts off the gutter.
fn blur(counts: &[f32], width: usize, kernel: &[f32]) -> Vec<f32> {
    let size = width + 1 - kernel.len();
    let mut across = vec![0f32; width * size];
    // Most lines of most tiles are empty.
    let is_used: Vec<bool> = counts.chunks_exact(width).map(|line| line.iter().any(|v| *v != 0.0)).collect();
    for (n, out) in across.chunks_exact_mut(size).enumerate().filter(|(n, _)| is_used[*n]) {
        let line = &counts[n * width..(n + 1) * width];
        let shifted = kernel.iter().enumerate();
        weigh(out, &shifted.map(|(offset, weight)| (&line[offset..offset + size], *weight)));
    }
    let mut down = vec![0f32; size * size];
    for (n, out) in down.chunks_exact_mut(size).enumerate() {
        let lines = kernel.iter().enumerate().filter(|(offset, _)| is_used[n + offset]);
        let line = |n: usize| &across[n * size..(n + 1) * size];
        weigh(out, &lines.map(|(offset, weight)| (line(n + offset), *weight)));
    }
    down
}

/// Sums that are worked on at a time: few enough to stay in registers while all lines are added. Divides a picture's width.
const ABREAST: usize = 16;

/// Adds up lines, each with a weight, in their order.
fn weigh<'a>(out: &mut [f32], lines: &(impl Iterator<Item = (&'a [f32], f32)> + Clone)) {
    let (blocks, rest) = out.as_chunks_mut::<ABREAST>();
    debug_assert!(rest.is_empty(), "pictures are 256 or 512 pixels wide");
    for (n, block) in blocks.iter_mut().enumerate() {
        let (from, mut sums) = (n * ABREAST, [0f32; ABREAST]);
        for (line, weight) in lines.clone() {
            sums.iter_mut().zip(&line[from..from + ABREAST]).for_each(|(sum, v)| *sum += v * weight);
        }
        *block = sums;
    }
}

/// The weight of each non-empty cell of the scale at zoom `z`, by cell, ascending: 16 × 16 pixels of a 256-pixel tile each,
/// over the whole selection, or over a sample of the land where that is enough.
///
/// Cost: O(cells counted beforehand), else O(rows selected) up to a bound.
#[must_use]
pub fn cell_weights(view: &View<'_>, z: u8, weight: Weight<'_>) -> Vec<(u64, f32)> {
    let level = (z + SCALE_LEVELS).min(31);
    let shift = 64 - 2 * u32::from(level);
    // Rows of a part come in the order of their cells, so a cell is a run of rows.
    let mut runs: Vec<(u64, f32)> = Vec::new();
    let add = |item: Item<'_>| {
        if item.fallback {
            return;
        }
        let (cell, own) = (zorder::encode(item.place) >> shift, weight.of(view, &item));
        match runs.last_mut() {
            Some((last, run)) if *last == cell => *run += own,
            _ => runs.push((cell, own)),
        }
    };
    match sample_for(view, level) {
        Some(sample) => for_each_sampled(view, sample, add),
        None => for_each_item(view, &(0..u64::MAX), weight.level(level), add),
    }
    // Several parts are several sorted sequences: a stable sort only has to merge them.
    if !runs.is_sorted_by_key(|(cell, _)| *cell) {
        runs.sort_by_key(|(cell, _)| *cell);
    }
    runs.dedup_by(|next, first| {
        let same = next.0 == first.0;
        first.1 += if same { next.1 } else { 0.0 };
        same
    });
    runs
}

/// Weights of cells as densities, per square pixel of a 256-pixel tile.
#[must_use]
pub fn cell_densities(weights: &[(u64, f32)]) -> Vec<f32> {
    weights.iter().map(|(_, weight)| weight / (SCALE_CELL_PX * SCALE_CELL_PX)).collect()
}

/// Density at the middle of a single row of weight 1.
#[must_use]
pub fn single(bandwidth_px: f32) -> f32 {
    1.0 / (std::f32::consts::TAU * bandwidth_px * bandwidth_px)
}

/// About so many rows, and no fewer, tell the scale of fine cells.
const ENOUGH_ROWS: usize = 50_000;

/// The sample of the land that is enough to tell the scale of cells of `level`; `None` where all of it is looked at. Only
/// how many rows there are decides, so equal rows have equal scales.
fn sample_for(view: &View<'_>, level: u8) -> Option<Sample> {
    let rows: usize = view.parts.iter().map(|part| part.columns.len() - part.dead.count()).sum();
    let fold = (rows / ENOUGH_ROWS).max(1).ilog(4) as u8;
    (level > SAMPLED_LEVEL && fold > 0).then_some(Sample { fold })
}
