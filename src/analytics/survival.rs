//! How long a problem waits for its solution, when many have not been solved yet: the Kaplan–Meier estimator.
//!
//! Answers: "after how many days is half of the problems solved, and how sure is that?" Problems that are still open are
//! not left out (that would report only the quick ones) but count for as long as they have been watched: they are
//! *censored*. Does not compare units with one another; [`super::shrinkage`] and [`super::rating`] do.
//!
//! # Formulas
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `t` | time since the opening | days |
//! | `tᵢ` | a time at which at least one problem was resolved | days |
//! | `nᵢ` | problems still open and watched just before `tᵢ`, those censored at `tᵢ` included | problems |
//! | `dᵢ` | problems resolved at `tᵢ` | problems |
//! | `S(t)` | share still open after `t` | 0…1 |
//! | `G(t)` | Greenwood's sum, the variance of `ln S(t)` | – |
//! | `z` | normal quantile of the confidence, 1.96 for 95 % | – |
//!
//! - `S(t) = Π_{tᵢ ≤ t} (1 − dᵢ/nᵢ)`: Kaplan & Meier, "Nonparametric Estimation from Incomplete Observations", JASA 53
//!   (1958), pp. 457–481.
//! - `G(t) = Σ_{tᵢ ≤ t} dᵢ / (nᵢ (nᵢ − dᵢ))`: Greenwood (1926); Klein & Moeschberger, *Survival Analysis*, 2nd ed. (2003),
//!   §4.2.
//! - Interval of the share: `S^{exp(±z √G / ln S)}`, the log-log transformation: same book, §4.3.
//! - Median: the first `t` with `S(t) ≤ ½`. Its interval holds every `t` at which the log-log test does not reject `S(t) = ½`,
//!   that is, from where the lower limit of `S` first reaches ½ to where the upper one does: Brookmeyer & Crowley, "A
//!   Confidence Interval for the Median Survival Time", Biometrics 38 (1982), pp. 29–41; same book, §4.5.
//!
//! # Edges
//!
//! No problems, or none resolved: no steps, no median. Median or a limit not reached: `None`, it lies beyond what was
//! watched. Where all that were watched are resolved, `S = 0` and the interval of the share does not exist. When `S` equals ½
//! over a stretch, its beginning is the median (as in lifelines; R's `survfit` gives the middle of the stretch).

use libm::{exp, log};

use crate::domain::Timestamp;

/// Normal quantile of a 95 % interval.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// `S` is a product of fractions: it may miss ½ by its rounding.
const HALF: f64 = 0.5 + 1e-12;

/// For how long a problem was watched, and whether it was resolved at the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    /// Days of 24 hours, at least 0.
    pub days: f64,
    /// `false`: it was still unresolved when the watching ended.
    pub resolved: bool,
}

impl Spell {
    /// The spell between two moments; `None` when it would end before it begins.
    #[must_use]
    pub fn between(opened: Timestamp, end: Timestamp, resolved: bool) -> Option<Self> {
        (opened <= end).then(|| Self { days: end.days_since(opened), resolved })
    }
}

/// A time at which problems were resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Days since the opening.
    pub days: f64,
    /// Problems still open and watched just before.
    pub at_risk: u32,
    /// Problems resolved.
    pub resolved: u32,
    /// Share still open afterwards.
    pub open_share: f64,
    /// Greenwood's sum: the variance of the logarithm of `open_share`.
    pub greenwood: f64,
}

impl Step {
    /// The interval of the share still open, by the log-log transformation; `None` where nothing is left open.
    #[must_use]
    pub fn interval(&self, z: f64) -> Option<[f64; 2]> {
        if self.open_share <= 0.0 {
            return None;
        }
        let log_share = log(self.open_share);
        let reach = z * self.greenwood.sqrt() / log_share.abs();
        let limit = |sign: f64| exp(log_share * exp(sign * reach));
        Some([limit(1.0), limit(-1.0)])
    }
}

/// The estimate for a set of problems.
///
/// ```
/// use atlas::analytics::survival::{Spell, Survival, Z_95};
/// // Klein & Moeschberger, table 4.1: weeks of remission of 21 leukaemia patients, + = censored.
/// let resolved = [6., 6., 6., 7., 10., 13., 16., 22., 23.].map(|days| Spell { days, resolved: true });
/// let censored = [6., 9., 10., 11., 17., 19., 20., 25., 32., 32., 34., 35.].map(|days| Spell { days, resolved: false });
/// let survival = Survival::estimate([resolved.as_slice(), censored.as_slice()].concat());
/// assert!((survival.steps()[0].open_share - 0.857).abs() < 0.001); // 18 of 21
/// assert_eq!(survival.median(), Some(23.0));
/// assert_eq!(survival.median_interval(Z_95), [Some(13.0), None]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survival {
    steps: Vec<Step>,
    spells: Vec<Spell>,
}

impl Survival {
    /// Estimates from spells in any order. Spells whose length is negative or not a number are left out.
    ///
    /// Cost: O(n log n).
    #[must_use]
    pub fn estimate(mut spells: Vec<Spell>) -> Self {
        spells.retain(|s| s.days >= 0.0);
        spells.sort_unstable_by(|a, b| a.days.total_cmp(&b.days));
        let steps = steps_of(&spells);
        Self { steps, spells }
    }

    /// Problems watched.
    #[must_use]
    pub fn n(&self) -> u32 {
        self.spells.len() as u32
    }

    /// The survival table: every time at which something was resolved, ascending.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Days after which half of the problems are resolved; `None` when that was never reached.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        self.steps.iter().find(|step| step.open_share <= HALF).map(|step| step.days)
    }

    /// The lower and the upper limit of the median, days. A limit that was not reached is `None`.
    #[must_use]
    pub fn median_interval(&self, z: f64) -> [Option<f64>; 2] {
        let mut limits = [None; 2];
        for step in &self.steps {
            let Some(interval) = step.interval(z) else { break };
            for (limit, share) in limits.iter_mut().zip(interval) {
                if limit.is_none() && share <= 0.5 {
                    *limit = Some(step.days);
                }
            }
            if limits[1].is_some() {
                break;
            }
        }
        limits
    }

    /// The longest time for which at least `least` problems were watched, days; `None` when there are fewer.
    ///
    /// When the median was not reached, it lies beyond this. (The very longest wait would say so too, but on the word of
    /// one problem.)
    #[must_use]
    pub fn watched_by(&self, least: u32) -> Option<f64> {
        let place = self.spells.len().checked_sub(least as usize)?;
        self.spells.get(place).map(|s| s.days)
    }
}

/// The survival table of spells in ascending order.
fn steps_of(spells: &[Spell]) -> Vec<Step> {
    let (mut open_share, mut greenwood) = (1.0, 0.0);
    let mut steps = Vec::new();
    let mut first = 0;
    while first < spells.len() {
        let days = spells[first].days;
        let same = spells[first..].iter().take_while(|s| s.days == days);
        let (mut ended, mut resolved) = (0, 0u32);
        for spell in same {
            ended += 1;
            resolved += u32::from(spell.resolved);
        }
        if resolved > 0 {
            let at_risk = (spells.len() - first) as u32;
            let (n, d) = (f64::from(at_risk), f64::from(resolved));
            open_share *= (n - d) / n;
            greenwood += d / (n * (n - d));
            steps.push(Step { days, at_risk, resolved, open_share, greenwood });
        }
        first += ended;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spells(max: usize) -> impl Strategy<Value = Vec<Spell>> {
        let days = prop_oneof![(0u32..40).prop_map(f64::from), 0.0..900.0f64];
        prop::collection::vec((days, any::<bool>()), 0..max)
            .prop_map(|rows| rows.into_iter().map(|(days, resolved)| Spell { days, resolved }).collect())
    }

    #[test]
    fn nothing_watched_and_nothing_resolved_have_no_median() {
        assert_eq!(Survival::estimate(Vec::new()).median(), None);
        let open = (1..30).map(|d| Spell { days: f64::from(d), resolved: false }).collect();
        let survival = Survival::estimate(open);
        assert_eq!((survival.median(), survival.median_interval(Z_95)), (None, [None, None]));
        assert_eq!(survival.watched_by(5), Some(25.0));
        assert_eq!(survival.watched_by(30), None);
    }

    #[test]
    fn everything_resolved_at_once_is_one_step_to_zero() {
        let survival = Survival::estimate(vec![Spell { days: 7.0, resolved: true }; 4]);
        assert_eq!(survival.steps().len(), 1);
        assert_eq!((survival.median(), survival.median_interval(Z_95)), (Some(7.0), [None, None]));
    }

    #[test]
    fn a_problem_censored_at_the_moment_of_a_resolution_still_counts_there() {
        let at = |days, resolved| Spell { days, resolved };
        let survival = Survival::estimate(vec![at(5.0, false), at(5.0, true), at(9.0, false)]);
        assert_eq!(survival.steps()[0].at_risk, 3);
    }

    #[test]
    fn leaving_out_open_problems_would_call_a_slow_office_fast() {
        let mut rows = vec![Spell { days: 10.0, resolved: true }; 40];
        rows.extend(vec![Spell { days: 300.0, resolved: false }; 60]);
        rows.extend((0..20).map(|d| Spell { days: 200.0 + f64::from(d), resolved: true }));
        let closed_only: Vec<Spell> = rows.iter().copied().filter(|s| s.resolved).collect();
        assert_eq!(Survival::estimate(closed_only).median(), Some(10.0));
        assert_eq!(Survival::estimate(rows).median(), Some(219.0));
    }

    proptest! {
        #[test]
        fn the_median_lies_between_the_shortest_and_the_longest_spell(rows in spells(60)) {
            let survival = Survival::estimate(rows.clone());
            if let Some(median) = survival.median() {
                let days = || rows.iter().map(|s| s.days);
                prop_assert!(median >= days().fold(f64::INFINITY, f64::min));
                prop_assert!(median <= days().fold(0.0, f64::max));
            }
        }

        #[test]
        fn the_interval_holds_the_median(rows in spells(60)) {
            let survival = Survival::estimate(rows);
            let [low, high] = survival.median_interval(Z_95);
            if let Some(median) = survival.median() {
                prop_assert!(low.is_none_or(|low| low <= median));
                prop_assert!(high.is_none_or(|high| median <= high));
            }
        }

        #[test]
        fn the_order_of_rows_changes_nothing(rows in spells(60).prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle()))) {
            let (a, b) = (Survival::estimate(rows.0), Survival::estimate(rows.1));
            prop_assert_eq!(a.steps(), b.steps());
        }

        #[test]
        fn the_share_still_open_only_falls(rows in spells(60)) {
            let shares: Vec<f64> = Survival::estimate(rows).steps().iter().map(|s| s.open_share).collect();
            prop_assert!(shares.windows(2).all(|w| w[1] < w[0]));
        }
    }
}
