//! Density: a Gaussian kernel over counted cells, one tile at a time.
//!
//! Every pixel is a function of the rows around it and of nothing else: bins are aligned to the world's pixel grid, the
//! tile is counted with a gutter of one kernel radius, and the colour scale comes from the whole selection at that zoom,
//! never from the tile. Neighbouring tiles therefore agree at their edge without knowing of each other. Rows on a fallback
//! coordinate are left out: thousands of them on one point say something of a geocoder, not of the place.
//!
//! Source: B. W. Silverman, *Density Estimation for Statistics and Data Analysis* (1986), section 4.2.

use super::pyramid::{Item, SAMPLED_LEVEL, Sample, for_each_item, for_each_sampled};
use super::selection::View;
use crate::geometry::{Mercator, Tile, zorder};

/// Standard deviation of the kernel in pixels of a 256-pixel tile.
pub const BANDWIDTH_PX: f32 = 8.0;
/// The kernel is cut at three standard deviations: 99.7 % of its weight.
const CUT: f32 = 3.0;
/// Density at which the colour scale ends: this share of non-empty cells lies below it.
const SCALE_QUANTILE: f64 = 0.99;
/// Cells for the scale: 2⁴ × 2⁴ in a tile, 16 pixels each, about the width of the kernel.
const SCALE_LEVELS: u8 = 4;

/// Density of a tile, rows per square pixel of a 256-pixel tile, row by row from the north-west.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// Pixels on a side.
    pub size_px: usize,
    /// Values; empty when no row lies in or near the tile.
    pub values: Vec<f32>,
}

/// The density of `tile` at `size_px` pixels a side (256, or 512 for @2x).
///
/// Cost: O(rows in the tile and its gutter) + O(pixels · kernel width).
#[must_use]
pub fn density(view: &View<'_>, tile: Tile, size_px: usize) -> Density {
    let scale = size_px as f32 / 256.0;
    let kernel = kernel(BANDWIDTH_PX * scale);
    let gutter_px = kernel.len() / 2;
    let counts = count(view, tile, size_px, gutter_px);
    if counts.iter().all(|n| *n == 0.0) {
        return Density { size_px, values: Vec::new() };
    }
    // Per pixel of a 256-pixel tile, so that @2x has the same numbers and the same colours.
    let per_px = scale * scale;
    let values = blur(&counts, size_px + 2 * gutter_px, &kernel).into_iter().map(|v| v * per_px).collect();
    Density { size_px, values }
}

/// Rows per pixel in the tile and a gutter around it.
fn count(view: &View<'_>, tile: Tile, size_px: usize, gutter_px: usize) -> Vec<f32> {
    let width = size_px + 2 * gutter_px;
    let px = tile.size() / size_px as u64;
    if px == 0 {
        return Vec::new();
    }
    let rect = tile.widened(px * gutter_px as u64);
    let origin = tile.origin();
    let (west, north) = (
        i64::from(origin.x) - (px as usize * gutter_px) as i64,
        i64::from(origin.y) - (px as usize * gutter_px) as i64,
    );
    let shift = px.trailing_zeros();
    // Pixels are cells of this level, and so are the edges of the widened tile.
    let level = (32 - shift) as u8;
    let mut counts = vec![0f32; width * width];
    for keys in zorder::cover(&rect) {
        for_each_item(view, &keys, level, |item| {
            let column = (i64::from(item.place.x) - west) >> shift;
            let line = (i64::from(item.place.y) - north) >> shift;
            if !item.fallback && (0..width as i64).contains(&column) && (0..width as i64).contains(&line) {
                counts[line as usize * width + column as usize] += item.count() as f32;
            }
        });
    }
    counts
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
    for (line, out) in counts.chunks_exact(width).zip(across.chunks_exact_mut(size)) {
        // Most lines of most tiles are empty.
        if line.iter().any(|v| *v != 0.0) {
            for (offset, weight) in kernel.iter().enumerate() {
                add_scaled(out, &line[offset..offset + size], *weight);
            }
        }
    }
    let mut down = vec![0f32; size * size];
    for (n, out) in down.chunks_exact_mut(size).enumerate() {
        for (offset, weight) in kernel.iter().enumerate() {
            add_scaled(out, &across[(n + offset) * size..(n + offset + 1) * size], *weight);
        }
    }
    down
}

fn add_scaled(out: &mut [f32], line: &[f32], weight: f32) {
    for (o, v) in out.iter_mut().zip(line) {
        *o += v * weight;
    }
}

/// The density at which the colours of zoom `z` end: that of the 99th per cent densest of the non-empty cells, 16 pixels
/// wide, over the whole selection. At least that of one row alone. Cost: O(rows selected).
#[must_use]
pub fn full_scale(view: &View<'_>, z: u8) -> f32 {
    let mut counts = cell_counts(view, (z + SCALE_LEVELS).min(31));
    let single = 1.0 / (std::f32::consts::TAU * BANDWIDTH_PX * BANDWIDTH_PX);
    if counts.is_empty() {
        return 2.0 * single;
    }
    let at = ((counts.len() - 1) as f64 * SCALE_QUANTILE).round() as usize;
    let (_, count, _) = counts.select_nth_unstable(at);
    let cell_px = f32::from(256u16 >> SCALE_LEVELS);
    (*count as f32 / (cell_px * cell_px)).max(single * 2.0)
}

/// About so many rows, and no fewer, tell the scale of fine cells.
const ENOUGH_ROWS: usize = 50_000;

/// Rows in each cell of `level` that has any, or in a sample of those cells.
fn cell_counts(view: &View<'_>, level: u8) -> Vec<u32> {
    let shift = 32 - u32::from(level);
    // Rows of a part come in the order of their cells, so a cell is a run of rows.
    let mut runs: Vec<(Mercator, u32)> = Vec::new();
    let count = |item: Item<'_>| {
        if item.fallback {
            return;
        }
        let cell = Mercator { x: item.place.x >> shift, y: item.place.y >> shift };
        match runs.last_mut() {
            Some((last, run)) if *last == cell => *run += item.count(),
            _ => runs.push((cell, item.count())),
        }
    };
    match sample_for(view, level) {
        Some(sample) => for_each_sampled(view, sample, count),
        None => for_each_item(view, &(0..u64::MAX), level, count),
    }
    // Several parts are several sorted sequences: a stable sort only has to merge them.
    let key = |(cell, _): &(Mercator, u32)| zorder::encode(*cell);
    if !runs.is_sorted_by_key(key) {
        runs.sort_by_key(key);
    }
    runs.dedup_by(|next, first| {
        let same = next.0 == first.0;
        first.1 += if same { next.1 } else { 0 };
        same
    });
    runs.into_iter().map(|(_, count)| count).collect()
}

/// The sample of the land that is enough to tell the scale of cells of `level`; `None` where all of it is looked at. Only
/// how many rows there are decides, so equal rows have equal scales.
fn sample_for(view: &View<'_>, level: u8) -> Option<Sample> {
    let rows: usize = view.parts.iter().map(|part| part.columns.len() - part.dead.count()).sum();
    let fold = (rows / ENOUGH_ROWS).max(1).ilog(4) as u8;
    (level > SAMPLED_LEVEL && fold > 0).then_some(Sample { fold })
}

/// Where a density stands on a logarithmic scale that ends at `full`: 0…1.
///
/// One row alone is still to be seen, a hundred times as many are not a hundred times as dark.
#[must_use]
pub fn tone(value: f32, full: f32) -> f32 {
    const CONTRAST: f32 = 20.0;
    ((1.0 + CONTRAST * value / full).ln() / (1.0 + CONTRAST).ln()).clamp(0.0, 1.0)
}
