//! The few special functions behind intervals: incomplete beta and gamma functions, their quantiles, the normal tail.
//!
//! Answers: "below which value does so much of a posterior lie?" Knows nothing of problems; the posteriors are in
//! [`super::shrinkage`].
//!
//! Why not a crate: the same bits are owed on every machine, so every `exp` and `ln` must come from `libm`, not from the
//! system; and the usual crate's inverse beta function may not return or may panic for small arguments (statrs issues 435
//! and 464). Here every loop has a bound. Checked against SciPy (`tests/fixtures/analytics`).
//!
//! Sources: NIST Digital Library of Mathematical Functions (DLMF), chapter 8 "Incomplete Gamma and Related Functions",
//! §8.9 (continued fraction), §8.11 (series), §8.17 (incomplete beta functions); Press et al., *Numerical Recipes*, 3rd ed.
//! (2007), §5.2 (Lentz's method), §6.2 and §6.4.

use libm::{erfc, exp, expm1, lgamma, log, log1p};

/// Smallest change of a term that still counts.
const PRECISION: f64 = 1e-16;
/// Stands for zero in a continued fraction.
const TINY: f64 = 1e-300;
/// Most terms of a series or fraction. They need about the square root of the larger parameter: enough for 10⁹.
const MAX_TERMS: u32 = 200_000;
/// A step of a search that is the last one, in relation to the distance from the nearer end.
const SMALL_STEP: f64 = 1e-8;
/// Most steps of a search. Halving alone needs about 60 for a share, 1,100 in the worst case of a gamma tail.
const MAX_STEPS: u32 = 1_200;
/// ln √(2π).
const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;

/// The regularised incomplete beta function `I_x(a, b)`: the share of Beta(a, b) below `x`.
///
/// `a, b > 0`; `x` is cut to 0…1. Error about 1e-13 for parameters to 10³, 1e-9 at 10⁶ (the logarithms of
/// large factorials cancel). Cost: O(√(a + b)).
///
/// ```
/// use atlas::analytics::special::beta_cdf;
/// // Beta(1, 2) has the density 2(1 − x): I_x = 1 − (1 − x)².
/// assert!((beta_cdf(1.0, 2.0, 0.25) - 0.4375).abs() < 1e-15);
/// ```
#[must_use]
pub fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(a * log(x) + b * log1p(-x) - ln_beta(a, b));
    // The fraction converges fast below the mean only; above it the symmetry I_x(a, b) = 1 − I_{1−x}(b, a) serves.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

/// The value below which the share `p` of Beta(a, b) lies. `a, b > 0`, `0 ≤ p ≤ 1`.
///
/// ```
/// use atlas::analytics::special::beta_quantile;
/// assert!((beta_quantile(1.0, 2.0, 0.4375) - 0.25).abs() < 1e-14);
/// ```
#[must_use]
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let norm = ln_beta(a, b);
    let density = |x: f64| exp((a - 1.0) * log(x) + (b - 1.0) * log1p(-x) - norm);
    search(p, [0.0, 1.0], a / (a + b), |x| beta_cdf(a, b, x), density)
}

/// The regularised lower incomplete gamma function `P(a, x)`: the share of Gamma(shape a, rate 1) below `x`.
///
/// `a > 0`. Relative error as [`beta_cdf`]. Cost: O(√a).
///
/// ```
/// use atlas::analytics::special::gamma_cdf;
/// // Shape 1 is the exponential distribution.
/// assert!((gamma_cdf(1.0, 2.0) - (1.0 - (-2.0f64).exp())).abs() < 1e-15);
/// ```
#[must_use]
pub fn gamma_cdf(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = exp(a * log(x) - x - lgamma(a));
    if x < a + 1.0 { front * gamma_series(a, x) } else { 1.0 - front * gamma_fraction(a, x) }
}

/// The value below which the share `p` of Gamma(shape a, rate 1) lies. `a > 0`, `0 ≤ p < 1`.
///
/// ```
/// use atlas::analytics::special::gamma_quantile;
/// assert!((gamma_quantile(1.0, 0.5) - std::f64::consts::LN_2).abs() < 1e-14);
/// ```
#[must_use]
pub fn gamma_quantile(a: f64, p: f64) -> f64 {
    let norm = lgamma(a);
    let mut high = a + 10.0 * a.sqrt() + 10.0;
    while gamma_cdf(a, high) < p && high < 1e300 {
        high *= 2.0;
    }
    let density = |x: f64| exp((a - 1.0) * log(x) - x - norm);
    search(p, [0.0, high], a, |x| gamma_cdf(a, x), density)
}

/// Share of the standard normal distribution above `z`.
#[must_use]
pub fn normal_tail(z: f64) -> f64 {
    0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The hazard `φ(z) / (1 − Φ(z))` of the standard normal distribution: its mean above `z`.
///
/// Far out, where both vanish, the first terms of the asymptotic series `z + 1/z − 2/z³` stand in (DLMF §7.12).
#[must_use]
pub fn normal_hazard(z: f64) -> f64 {
    if z > 25.0 {
        return z + 1.0 / z - 2.0 / (z * z * z);
    }
    exp(-0.5 * z * z - LN_SQRT_TAU) / normal_tail(z)
}

/// The value above which the share `p` of that part of the standard normal distribution lies which is above `low`.
///
/// `0 < p ≤ 1`. With `low = −∞` this is the upper quantile of the whole distribution.
///
/// ```
/// use atlas::analytics::special::normal_quantile_above;
/// assert!((normal_quantile_above(f64::NEG_INFINITY, 0.025) - 1.959963984540054).abs() < 1e-14);
/// ```
#[must_use]
pub fn normal_quantile_above(low: f64, p: f64) -> f64 {
    // Beyond 25 the tail is an exponential one to within 0.2 %, and its own value leaves the range of f64 soon after.
    if low > 25.0 {
        return low - log(p) / low;
    }
    let target = p * if low == f64::NEG_INFINITY { 1.0 } else { normal_tail(low) };
    let density = |z: f64| exp(-0.5 * z * z - LN_SQRT_TAU);
    let bracket = [low.max(-40.0), 40.0];
    search(-target, bracket, low.max(0.0), |z| -normal_tail(z), density)
}

/// ln B(a, b).
fn ln_beta(a: f64, b: f64) -> f64 {
    lgamma(a) + lgamma(b) - lgamma(a + b)
}

/// The continued fraction of DLMF 8.17.22, by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let odd = |m: f64| -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    let even = |m: f64| m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 + odd(0.0));
    let mut value = d;
    for term in 1..MAX_TERMS {
        let m = f64::from(term);
        let before = value;
        for step in [even(m), odd(m)] {
            d = 1.0 / away_from_zero(1.0 + step * d);
            c = away_from_zero(1.0 + step / c);
            value *= c * d;
        }
        if (value - before).abs() <= PRECISION * value.abs() {
            break;
        }
    }
    value
}

/// `Σ x^k / (a (a+1) … (a+k))`: DLMF 8.11.4 without its front factor.
fn gamma_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    for k in 1..MAX_TERMS {
        term *= x / (a + f64::from(k));
        sum += term;
        if term <= PRECISION * sum {
            break;
        }
    }
    sum
}

/// The continued fraction of DLMF 8.9.2 for the upper function, every two terms drawn into one, by Lentz's method.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away_from_zero(b);
    let mut value = d;
    for k in 1..MAX_TERMS {
        let k = f64::from(k);
        let step = -k * (k - a);
        b += 2.0;
        d = 1.0 / away_from_zero(b + step * d);
        c = away_from_zero(b + step / c);
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() <= PRECISION {
            break;
        }
    }
    value
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

/// Newton's method kept within a shrinking bracket: where `cdf` reaches `p`.
///
/// A step that leaves the bracket is replaced by halving, so that the search always ends.
fn search(p: f64, ends: [f64; 2], start: f64, cdf: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> f64 {
    if p <= cdf(ends[0]) {
        return ends[0];
    }
    if p >= cdf(ends[1]) {
        return ends[1];
    }
    let mut bracket = ends;
    let mut x = start.clamp(ends[0], ends[1]);
    for _ in 0..MAX_STEPS {
        let gap = cdf(x) - p;
        bracket[usize::from(gap > 0.0)] = x;
        let newton = x - gap / density(x);
        // Newton's error is squared in each step: after one of 10⁻⁸ nothing is left to do, and asking for less would chase the
        // rounding of `cdf`. Asked before the bracket, because at the goal the step may lie on its edge.
        let room = (x - ends[0]).min(ends[1] - x);
        if (newton - x).abs() <= (SMALL_STEP * room).max(2.0 * PRECISION * x.abs()) {
            return newton;
        }
        let inside = newton > bracket[0] && newton < bracket[1];
        x = if inside { newton } else { 0.5 * (bracket[0] + bracket[1]) };
    }
    x
}

/// `ln(1 + x)`: the scale on which waits are compared. Days of 0 stay finite; a factor of two counts alike everywhere.
#[must_use]
pub(super) fn log_days(days: f64) -> f64 {
    log1p(days)
}

/// The days of a value of [`log_days`], never negative.
#[must_use]
pub(super) fn days_of_log(value: f64) -> f64 {
    expm1(value).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_where_the_distribution_function_reaches_its_share() {
        for (a, b) in [(0.3, 0.4), (1.0, 1.0), (2.5, 90.0), (700.0, 3.0), (20_000.0, 40_000.0)] {
            for p in [0.001, 0.05, 0.5, 0.95, 0.999] {
                let x = beta_quantile(a, b, p);
                assert!((beta_cdf(a, b, x) - p).abs() < 1e-9, "Beta({a}, {b}) at {p}: {x}");
            }
        }
        for a in [0.2, 1.0, 7.0, 300.0, 1e5] {
            for p in [0.001, 0.05, 0.5, 0.95, 0.999] {
                let x = gamma_quantile(a, p);
                assert!((gamma_cdf(a, x) - p).abs() < 1e-9, "Gamma({a}) at {p}: {x}");
            }
        }
    }

    #[test]
    fn hopeless_tails_end_instead_of_running_for_ever() {
        for (a, b, p) in [(200.0, 2.0, 1e-60), (200.0, 2.0, 1e-165), (0.001, 50.0, 0.05), (1e8, 1e8, 0.05)] {
            let x = beta_quantile(a, b, p);
            assert!((0.0..=1.0).contains(&x), "Beta({a}, {b}) at {p}: {x}");
        }
        assert!(gamma_quantile(0.001, 0.05) < 1e-300);
    }

    #[test]
    fn the_middle_of_a_symmetric_beta_is_one_half_even_for_huge_counts() {
        for s in [1.0, 1e2, 1e4, 1e6] {
            assert!((beta_cdf(s, s, 0.5) - 0.5).abs() < 1e-8, "{s}");
        }
    }

    #[test]
    fn the_part_of_a_normal_above_a_bound_has_its_mean_and_quantiles_above_it() {
        assert!((normal_hazard(0.0) - (2.0 / std::f64::consts::PI).sqrt()).abs() < 1e-14);
        for low in [-8.0, -1.0, 0.0, 3.0, 24.9, 25.1, 400.0] {
            assert!(normal_hazard(low) > low);
            let (upper, lower) = (normal_quantile_above(low, 0.05), normal_quantile_above(low, 0.95));
            assert!(low < lower && lower < upper, "{low}: {lower} {upper}");
        }
        assert!((normal_hazard(24.999_999) - normal_hazard(25.000_001)).abs() < 1e-4);
    }
}
