//! Which places are hot beyond chance: Getis–Ord Gi* on the cells of a grid, with the false discovery rate held.
//!
//! Answers: "is there more in and around this cell than the whole territory would make one expect?" Takes values of cells and
//! says z, p and which hold after [`false_discoveries`]. The trend of a series of months is [`mann_kendall`]; what both
//! together are called is [`super::hotspots`].
//!
//! # Formulas
//!
//! | symbol | meaning |
//! |---|---|
//! | `n, xⱼ` | cells, and the value of cell `j` |
//! | `Wᵢ` | number of cells in and around cell `i` (the queen's neighbours and itself) |
//! | `x̄, s` | mean and standard deviation of all values, `s² = Σx²/n − x̄²` |
//!
//! - `zᵢ = (Σ_{j near i} xⱼ − x̄ Wᵢ) / (s √((n Wᵢ − Wᵢ²)/(n − 1)))`: Ord & Getis, "Local Spatial Autocorrelation Statistics:
//!   Distributional Issues and an Application", Geographical Analysis 27 (1995), pp. 286–306, equation 14 with weights 0 and 1.
//! - `p = 2 (1 − Φ(|z|))`; adjusted by Benjamini & Hochberg, "Controlling the False Discovery Rate", JRSS B 57 (1995), pp.
//!   289–300: with m tests and ranks k, `min_{j ≥ k} p₍ⱼ₎ m/j`.
//! - Mann–Kendall: `S = Σ_{i<j} sign(xⱼ − xᵢ)`, `Var S = (n(n−1)(2n+5) − Σ t(t−1)(2t+5))/18` over groups of t equal values,
//!   `z = (S − sign S)/√Var S`: Mann, Econometrica 13 (1945), pp. 245–259; Kendall, *Rank Correlation Methods* (1975).
//!
//! # Edges
//!
//! Values that do not differ, or a neighbourhood that is the whole territory: z = 0. A series of equal values: S = 0, p = 1.

use rayon::prelude::*;

use super::special::normal_tail;

/// z and two-sided p of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hotness {
    /// Standard deviations above (hot) or below (cold) what is expected.
    pub z: f64,
    /// Two-sided p, not adjusted.
    pub p: f64,
}

/// Gi* of every cell. `around(i)` gives the numbers of the cells around cell `i`, without itself.
///
/// Cost: O(cells · neighbours), in parallel.
///
/// ```
/// use atlas::analytics::getis::gi_star;
/// // Nine cells in a row, the last three full.
/// let values = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 5.0, 5.0];
/// let around: Vec<Vec<u32>> = (0..9u32).map(|n| (n.saturating_sub(1)..=(n + 1).min(8)).filter(|m| *m != n).collect()).collect();
/// let found = gi_star(&values, &around);
/// assert!(found[7].z > 2.5 && found[7].p < 0.01);
/// assert!(found[0].z < 0.0);
/// ```
#[must_use]
pub fn gi_star(values: &[f64], around: &[Vec<u32>]) -> Vec<Hotness> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| x * x).sum::<f64>() / n - mean * mean;
    values
        .par_iter()
        .zip(around)
        .map(|(own, near)| {
            let sum = own + near.iter().map(|j| values[*j as usize]).sum::<f64>();
            let weight = near.len() as f64 + 1.0;
            let error = (variance * ((n * weight - weight * weight) / (n - 1.0))).sqrt();
            let z = if error > 0.0 { (sum - mean * weight) / error } else { 0.0 };
            Hotness { z, p: two_sided(z) }
        })
        .collect()
}

fn two_sided(z: f64) -> f64 {
    (2.0 * normal_tail(z.abs())).min(1.0)
}

/// p-values adjusted for their number: those at most q hold with a false discovery rate of q.
///
/// Cost: O(n log n).
///
/// ```
/// use atlas::analytics::getis::false_discoveries;
/// assert_eq!(false_discoveries(&[0.01, 0.5, 0.02]), [0.03, 0.5, 0.03]);
/// ```
#[must_use]
pub fn false_discoveries(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_unstable_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, &n) in order.iter().enumerate().rev() {
        least = least.min(p[n] * p.len() as f64 / (rank as f64 + 1.0));
        adjusted[n] = least;
    }
    adjusted
}

/// Whether a series rises or falls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Pairs that rise less pairs that fall.
    pub s: i64,
    /// In standard deviations, with the correction for continuity.
    pub z: f64,
    /// Two-sided p.
    pub p: f64,
}

/// The test of Mann and Kendall for a monotone trend, with ties. Cost: O(n²).
///
/// ```
/// use atlas::analytics::getis::mann_kendall;
/// let rising = mann_kendall(&[1.0, 2.0, 2.0, 4.0, 5.0, 7.0, 8.0, 9.0]);
/// assert!(rising.s == 27 && rising.p < 0.01);
/// assert_eq!(mann_kendall(&[4.0; 12]).p, 1.0);
/// ```
#[must_use]
pub fn mann_kendall(values: &[f64]) -> Trend {
    let mut s = 0i64;
    for (n, a) in values.iter().enumerate() {
        for b in &values[n + 1..] {
            s += i64::from(b > a) - i64::from(b < a);
        }
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let part = |n: usize| (n as f64) * (n as f64 - 1.0) * (2.0 * n as f64 + 5.0);
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|equals| part(equals.len())).sum();
    let variance = (part(values.len()) - ties) / 18.0;
    let z = if variance > 0.0 { (s - s.signum()) as f64 / variance.sqrt() } else { 0.0 };
    Trend { s, z, p: two_sided(z) }
}
