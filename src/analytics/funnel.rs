//! Funnel limits: which municipalities differ from the rest by more than chance and the usual unlikeness of places.
//!
//! Answers: "is this share unusual for so few (or so many) cases?" Not a ranking. Naive limits know only the chance of
//! counting; real places differ for a hundred other reasons, so with many cases nearly all fall outside. The limits here are
//! widened by what the middle of the municipalities shows (*overdispersion*); the naive ones stand beside them.
//!
//! # Formulas
//!
//! | symbol | meaning |
//! |---|---|
//! | `yᵢ = kᵢ/nᵢ` | share of unit `i`; `I` units |
//! | `θ = Σk/Σn` | target: the share of all together |
//! | `sᵢ² = θ(1−θ)/nᵢ` | its variance by counting alone |
//! | `zᵢ = (yᵢ − θ)/sᵢ` | naive deviation; *winsorised*: cut at its own 10 % and 90 % quantiles |
//!
//! - `φ = Σ z²/I` of the winsorised deviations; with `wᵢ = 1/sᵢ²`, `τ² = (Iφ − (I−1)) / (Σw − Σw²/Σw)`, at least 0.
//! - Limits `θ ± z_α √(sᵢ² + τ²)`, cut to 0…1, for 95 % and 99.8 %.
//!
//! Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005), pp. 1185–1202, and
//! "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14 (2005), pp. 347–351 (the
//! additive random-effects correction with winsorised z-scores).
//!
//! # Edges
//!
//! Units without cases have no place in the funnel. Shares of all together of 0 or 1 leave nothing to compare: no limits.

use serde::Serialize;

use super::shrinkage::Share;
use super::survival::Z_95;

/// Normal quantile of a 99.8 % interval.
const Z_998: f64 = 3.090_232_306_167_813_5;
/// Part of the deviations that is cut on either side.
const WINSORISED: f64 = 0.1;

/// The funnel of an indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Funnel {
    /// Share of all together.
    pub target: f64,
    /// Overdispersion: 1 is chance alone.
    pub phi: f64,
    /// Variance between places beyond chance.
    pub tau_squared: f64,
    /// Units in the order given.
    pub units: Vec<Option<Place>>,
}

/// Where a unit stands in the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Place {
    /// Share.
    pub value: f64,
    /// Cases.
    pub n: u32,
    /// 95 % limits.
    pub limits_95: [f64; 2],
    /// 99.8 % limits.
    pub limits_998: [f64; 2],
    /// Deviation in corrected standard errors.
    pub z: f64,
    /// Outside the 99.8 % limits.
    pub outside: bool,
    /// Outside the 99.8 % limits of chance alone; never to be used on its own.
    pub outside_naive: bool,
}

/// The funnel of shares; `None` when there is nothing to compare. Cost: O(n log n).
///
/// ```
/// use atlas::analytics::{funnel::funnel, shrinkage::Share};
/// let shares: Vec<Share> = [300, 340, 360, 420, 440, 900].map(|hits| Share { hits, n: 1_000 }).into();
/// let found = funnel(&shares).unwrap();
/// let outside = |of: fn(&atlas::analytics::funnel::Place) -> bool| found.units.iter().flatten().filter(|u| of(u)).count();
/// assert!(outside(|u| u.outside_naive) >= 4); // chance alone flags most of them
/// assert!(outside(|u| u.outside) <= 1);
/// ```
#[must_use]
pub fn funnel(shares: &[Share]) -> Option<Funnel> {
    let (hits, n) =
        shares.iter().fold((0u64, 0u64), |(hits, n), s| (hits + u64::from(s.hits), n + u64::from(s.n)));
    if hits == 0 || hits == n {
        return None;
    }
    let target = hits as f64 / n as f64;
    let variance = |share: Share| target * (1.0 - target) / f64::from(share.n);
    let units: Vec<Share> = shares.iter().copied().filter(|s| s.n > 0).collect();
    let value = |share: Share| f64::from(share.hits) / f64::from(share.n);
    let deviations: Vec<f64> = units.iter().map(|&s| (value(s) - target) / variance(s).sqrt()).collect();
    let count = units.len() as f64;
    let phi = winsorised(&deviations).iter().map(|z| z * z).sum::<f64>() / count;
    let (weights, squares) = units.iter().fold((0.0, 0.0), |(sum, squares), &s| {
        let weight = 1.0 / variance(s);
        (sum + weight, squares + weight * weight)
    });
    let room = weights - squares / weights;
    let beyond = count * phi - (count - 1.0);
    let tau_squared = if room > 0.0 && beyond > 0.0 { beyond / room } else { 0.0 };
    let place = |&share: &Share| {
        let error = (variance(share) + tau_squared).sqrt();
        let limits = |z: f64| [(target - z * error).max(0.0), (target + z * error).min(1.0)];
        let z = (value(share) - target) / error;
        let naive = (value(share) - target) / variance(share).sqrt();
        (share.n > 0).then(|| Place {
            value: value(share),
            n: share.n,
            limits_95: limits(Z_95),
            limits_998: limits(Z_998),
            z,
            outside: z.abs() > Z_998,
            outside_naive: naive.abs() > Z_998,
        })
    };
    Some(Funnel { target, phi, tau_squared, units: shares.iter().map(place).collect() })
}

/// The values with those beyond their 10 % and 90 % quantiles put on these.
fn winsorised(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let quantile = |p: f64| {
        let at = p * (sorted.len() as f64 - 1.0);
        let (low, part) = (at.floor() as usize, at.fract());
        let high = (low + 1).min(sorted.len() - 1);
        sorted[low] + part * (sorted[high] - sorted[low])
    };
    let (low, high) = (quantile(WINSORISED), quantile(1.0 - WINSORISED));
    values.iter().map(|v| v.clamp(low, high)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::random::Stream;

    /// 44 units of very different size whose true shares differ.
    fn places(spread: f64, seed: u64) -> Vec<Share> {
        let mut stream = Stream::new(seed, &[]);
        (0..44)
            .map(|n| {
                let p = (0.6 + spread * stream.normal()).clamp(0.02, 0.98);
                let cases = 200 + 300 * n;
                Share { hits: (0..cases).filter(|_| stream.unit() < p).count() as u32, n: cases }
            })
            .collect()
    }

    fn outside(shares: &[Share], of: fn(&Place) -> bool) -> usize {
        funnel(shares).unwrap().units.iter().flatten().filter(|u| of(u)).count()
    }

    #[test]
    fn unlike_places_are_not_all_called_outliers() {
        let shares = places(0.08, 3);
        assert!(outside(&shares, |u| u.outside_naive) > 25);
        assert!(outside(&shares, |u| u.outside) <= 3);
    }

    #[test]
    fn with_chance_alone_the_limits_are_nearly_the_naive_ones_and_a_true_outlier_stays_one() {
        let mut shares = places(0.0, 4);
        let found = funnel(&shares).unwrap();
        assert!(found.tau_squared < 1e-4 && (0.4..1.6).contains(&found.phi), "{found:?}");
        assert!(outside(&shares, |u| u.outside) <= 1);
        shares[20].hits = shares[20].n / 4;
        assert!(funnel(&shares).unwrap().units[20].unwrap().outside);
    }

    #[test]
    fn nothing_to_compare_gives_no_funnel_and_no_cases_no_place() {
        assert_eq!(funnel(&[]), None);
        assert_eq!(funnel(&[Share { hits: 0, n: 9 }]), None);
        let found = funnel(&[Share { hits: 3, n: 9 }, Share { hits: 0, n: 0 }]).unwrap();
        assert!(found.units[0].is_some() && found.units[1].is_none());
    }
}
