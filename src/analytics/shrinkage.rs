//! Fair numbers from few cases: empirical Bayes for shares, rates and waits.
//!
//! Answers: "what may be said of a district with 7 cases, given what its peers are like?" A raw share of 7 cases swings
//! between 0 and 100 % by chance alone; the *shrunken* one is drawn towards the mean of the group, the more the fewer cases
//! there are. Each [`Posterior`] also says how sure it is. Which cases count is not decided here but in
//! [`super::indicators`]; who is a peer, and how few cases are too few, in [`super::estimates`].
//!
//! # Formulas
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `kᵢ, nᵢ` | cases that hit, and all cases, of unit `i` | problems |
//! | `eᵢ` | exposure of unit `i` | residents, problem-years |
//! | `m` | mean of the group | share; cases per exposure |
//! | `M` | strength of the prior of a share: it counts like so many cases | problems |
//! | `A` | strength of the prior of a rate: it counts like so many hits | problems |
//! | `yᵢ, vᵢ` | a measured value and the variance of its error | any, any² |
//! | `μ, τ²` | mean and variance of the true values in the group | any, any² |
//!
//! - **Share** (beta-binomial): prior Beta(mM, (1−m)M), posterior Beta(mM + k, (1−m)M + n − k), its mean `(mM + k)/(M + n)`.
//!   `m = (Σk + ½)/(Σn + 1)`; `M = 1/ρ − 1` with the moment estimator of the correlation within units
//!   `ρ = (Q − m(1−m)(N−1)) / (m(1−m) (Σnᵢ − Σnᵢ²/Σnᵢ − (N−1)))`, `Q = Σ nᵢ (kᵢ/nᵢ − m)²`: Kleinman, "Proportions with
//!   Extraneous Variance: Single and Independent Samples", JASA 68 (1973), pp. 46–54, with weights nᵢ.
//! - **Rate** (gamma–Poisson): prior Gamma(A, A/m), posterior Gamma(A + k, A/m + e), its mean `(A + k)/(A/m + e)`.
//!   `m = (Σk + ½·[Σk = 0])/Σe`; `A = m²/(s² − m/ē)`, `s² = Σ eᵢ (kᵢ/eᵢ − m)²/Σe`: Marshall, "Mapping Disease and Mortality
//!   Rates Using Empirical Bayes Estimators", Applied Statistics 40 (1991), pp. 283–294, the global estimator.
//! - **Wait** (normal–normal): posterior mean `(μ/τ² + y/v)/(1/τ² + 1/v)`, variance `1/(1/τ² + 1/v)`: Efron & Morris, "Data
//!   Analysis Using Stein's Estimator and its Generalizations", JASA 70 (1975), pp. 311–319; μ and τ² by DerSimonian & Laird,
//!   "Meta-Analysis in Clinical Trials", Controlled Clinical Trials 7 (1986), pp. 177–188.
//! - Intervals of posteriors: from the 5 % to the 95 % quantile.
//!
//! # Edges
//!
//! Moments of few units are rough, so the strength of a prior is kept in bounds: a share's prior counts for 2 to 200 cases, a
//! rate's for ½ to 200 hits, and true waits of a group differ by at least 10 % (τ ≥ 0.1 on the log scale). Where no difference
//! between the units shows beyond chance, the strength is the upper bound, never infinite: nobody becomes "exactly average".
//! Fewer than [`MIN_UNITS`] units have no prior of their own.

use libm::log;
use serde::{Deserialize, Serialize};

use super::random::{Beta, Gamma, Stream};
use super::special::{beta_quantile, days_of_log, gamma_quantile, normal_hazard, normal_quantile_above};

/// Fewest units from which a prior is estimated.
pub const MIN_UNITS: usize = 3;
/// Bounds of the strength of a share's prior, problems.
pub const SHARE_STRENGTH: [f64; 2] = [2.0, 200.0];
/// Bounds of the strength of a rate's prior, hits.
pub const RATE_STRENGTH: [f64; 2] = [0.5, 200.0];
/// Smallest variance of the true values in a group, on the log scale.
pub const LEAST_WAIT_VARIANCE: f64 = 0.01;
/// Variance of the true values when it cannot be estimated: one standard deviation is a factor of two.
const UNKNOWN_WAIT_VARIANCE: f64 = std::f64::consts::LN_2 * std::f64::consts::LN_2;
/// The tails that a posterior's interval leaves out.
const TAILS: [f64; 2] = [0.05, 0.95];

/// Cases that hit out of all cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Cases that hit, at most `n`.
    pub hits: u32,
    /// All cases.
    pub n: u32,
}

impl Share {
    /// The raw share; `None` without cases.
    #[must_use]
    pub fn raw(self) -> Option<f64> {
        (self.n > 0).then(|| f64::from(self.hits) / f64::from(self.n))
    }

    /// The Wilson interval. **For display only**: ranking by its lower bound puts small units last for being small.
    ///
    /// `(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)`: Wilson, "Probable Inference, the Law of Succession, and Statistical
    /// Inference", JASA 22 (1927), p. 209. `None` without cases.
    ///
    /// ```
    /// use atlas::analytics::{shrinkage::Share, survival::Z_95};
    /// let [low, high] = Share { hits: 8, n: 10 }.wilson(Z_95).unwrap();
    /// assert!((low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4);
    /// ```
    #[must_use]
    pub fn wilson(self, z: f64) -> Option<[f64; 2]> {
        let p = self.raw()?;
        let (n, square) = (f64::from(self.n), z * z);
        let centre = p + square / (2.0 * n);
        let reach = z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
        let scale = 1.0 + square / n;
        Some([((centre - reach) / scale).max(0.0), ((centre + reach) / scale).min(1.0)])
    }
}

/// Hits over an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Hits.
    pub hits: u32,
    /// Residents, problem-years: what the hits are counted over. At least 0.
    pub exposure: f64,
}

impl Rate {
    /// Hits per exposure; `None` without exposure.
    #[must_use]
    pub fn raw(self) -> Option<f64> {
        (self.exposure > 0.0).then(|| f64::from(self.hits) / self.exposure)
    }

    /// The exact 5–95 % interval of the *expected* number of hits behind `hits`: from `Γ⁻¹(hits, 5 %)` to
    /// `Γ⁻¹(hits + 1, 95 %)`. Garwood, "Fiducial Limits for the Poisson Distribution", Biometrika 28 (1936), pp. 437–442.
    ///
    /// ```
    /// use atlas::analytics::shrinkage::Rate;
    /// let [low, high] = Rate { hits: 0, exposure: 1.0 }.expected_hits();
    /// assert_eq!(low, 0.0);
    /// assert!((high - 2.9957).abs() < 1e-4); // nothing seen: up to three may have been expected
    /// ```
    #[must_use]
    pub fn expected_hits(self) -> [f64; 2] {
        let hits = f64::from(self.hits);
        let low = if self.hits == 0 { 0.0 } else { gamma_quantile(hits, TAILS[0]) };
        [low, gamma_quantile(hits + 1.0, TAILS[1])]
    }
}

/// What is known of a share before its own cases are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SharePrior {
    /// Mean share of the group, above 0 and below 1.
    pub mean: f64,
    /// It counts like so many cases.
    pub strength: f64,
}

impl SharePrior {
    /// The same in nine significant digits: exact in print.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self { mean: nine_digits(self.mean), strength: nine_digits(self.strength) }
    }

    /// The prior of a group; `None` when fewer than [`MIN_UNITS`] of its units have cases. Cost: O(units).
    ///
    /// ```
    /// use atlas::analytics::shrinkage::{Share, SharePrior};
    /// let of = |hits, n| Share { hits, n };
    /// let prior = SharePrior::estimate(&[of(90, 100), of(50, 100), of(10, 100)]).unwrap();
    /// assert!((prior.mean - 0.5).abs() < 1e-9);
    /// assert!(prior.strength < 3.0); // units so different say little about one another
    /// ```
    #[must_use]
    pub fn estimate(shares: &[Share]) -> Option<Self> {
        let units: Vec<Share> = shares.iter().copied().filter(|s| s.n > 0).collect();
        (units.len() >= MIN_UNITS).then(|| {
            let mean = smoothed_mean(&units);
            let strength = 1.0 / correlation(&units, mean).clamp(1e-9, 1.0) - 1.0;
            Self { mean, strength: strength.clamp(SHARE_STRENGTH[0], SHARE_STRENGTH[1]) }
        })
    }

    /// The prior when there is no group to learn from: the mean of what there is, as weak as allowed.
    #[must_use]
    pub fn weak(shares: &[Share]) -> Self {
        Self { mean: smoothed_mean(shares), strength: SHARE_STRENGTH[0] }
    }

    /// What is known of a share after its cases.
    ///
    /// ```
    /// use atlas::analytics::shrinkage::{Share, SharePrior};
    /// let prior = SharePrior { mean: 0.6, strength: 10.0 };
    /// let posterior = prior.posterior(Share { hits: 2, n: 10 }); // Beta(6 + 2, 4 + 8)
    /// assert!((posterior.mean() - 0.4).abs() < 1e-15);
    /// let [low, high] = posterior.interval();
    /// assert!((low - 0.2297).abs() < 1e-4 && (high - 0.5819).abs() < 1e-4);
    /// ```
    #[must_use]
    pub fn posterior(self, share: Share) -> Posterior {
        let (hits, misses) = (f64::from(share.hits), f64::from(share.n - share.hits));
        Posterior::Beta { a: self.mean * self.strength + hits, b: (1.0 - self.mean) * self.strength + misses }
    }
}

/// `(Σk + ½)/(Σn + 1)`: never 0 or 1, so that a prior always leaves both possible.
fn smoothed_mean(shares: &[Share]) -> f64 {
    let total = |of: fn(&Share) -> u32| shares.iter().map(|s| f64::from(of(s))).sum::<f64>();
    (total(|s| s.hits) + 0.5) / (total(|s| s.n) + 1.0)
}

/// Kleinman's moment estimator of the correlation within units; 0 where chance alone explains the differences.
fn correlation(units: &[Share], mean: f64) -> f64 {
    let (mut n, mut squares, mut spread) = (0.0, 0.0, 0.0);
    for unit in units {
        let own = f64::from(unit.n);
        let gap = f64::from(unit.hits) / own - mean;
        n += own;
        squares += own * own;
        spread += own * gap * gap;
    }
    let (binomial, others) = (mean * (1.0 - mean), units.len() as f64 - 1.0);
    let room = binomial * (n - squares / n - others);
    // With one case each, no difference within units can be told from one between them.
    if room <= 0.0 { 0.0 } else { ((spread - binomial * others) / room).max(0.0) }
}

/// What is known of a rate before its own hits are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RatePrior {
    /// Mean rate of the group, hits per exposure, above 0.
    pub mean: f64,
    /// It counts like so many hits.
    pub strength: f64,
}

impl RatePrior {
    /// The same in nine significant digits: exact in print.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self { mean: nine_digits(self.mean), strength: nine_digits(self.strength) }
    }

    /// The prior of a group; `None` when fewer than [`MIN_UNITS`] of its units have exposure. Cost: O(units).
    #[must_use]
    pub fn estimate(rates: &[Rate]) -> Option<Self> {
        let units: Vec<Rate> = rates.iter().copied().filter(|r| r.exposure > 0.0).collect();
        (units.len() >= MIN_UNITS).then(|| {
            let mean = mean_rate(&units);
            let exposure: f64 = units.iter().map(|r| r.exposure).sum();
            let spread: f64 =
                units.iter().map(|r| r.exposure * (f64::from(r.hits) / r.exposure - mean).powi(2)).sum();
            let between = spread / exposure - mean * units.len() as f64 / exposure;
            let strength = if between > 0.0 { mean * mean / between } else { RATE_STRENGTH[1] };
            Self { mean, strength: strength.clamp(RATE_STRENGTH[0], RATE_STRENGTH[1]) }
        })
    }

    /// The prior when there is no group to learn from: the mean of what there is, as weak as allowed. `None` without any
    /// exposure.
    #[must_use]
    pub fn weak(rates: &[Rate]) -> Option<Self> {
        let any = rates.iter().any(|r| r.exposure > 0.0);
        any.then(|| Self { mean: mean_rate(rates), strength: RATE_STRENGTH[0] })
    }

    /// What is known of a rate after its hits.
    ///
    /// ```
    /// use atlas::analytics::shrinkage::{Rate, RatePrior};
    /// // The group has 70 open problems per 10,000 residents; this district 30 on its 1,900 residents.
    /// let prior = RatePrior { mean: 0.0070, strength: 14.0 };
    /// let posterior = prior.posterior(Rate { hits: 30, exposure: 1900.0 }); // Gamma(14 + 30, 2000 + 1900)
    /// assert!((posterior.mean() * 10_000.0 - 112.8).abs() < 0.1); // raw: 157.9
    /// ```
    #[must_use]
    pub fn posterior(self, rate: Rate) -> Posterior {
        let shape = self.strength + f64::from(rate.hits);
        Posterior::Gamma { shape, rate: self.strength / self.mean + rate.exposure }
    }
}

/// Hits per exposure of all together; half a hit when there was none, so that the rate is never 0.
fn mean_rate(rates: &[Rate]) -> f64 {
    let hits: f64 = rates.iter().filter(|r| r.exposure > 0.0).map(|r| f64::from(r.hits)).sum();
    let exposure: f64 = rates.iter().map(|r| r.exposure.max(0.0)).sum();
    hits.max(0.5) / exposure
}

/// A wait on the log scale `ln(1 + days)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wait {
    /// Measured, with the variance of its error, above 0.
    Measured {
        /// Where, on the log scale.
        value: f64,
        /// Variance of its error, above 0.
        variance: f64,
    },
    /// Only known to be longer than this.
    Beyond(f64),
}

/// What is known of a wait before its own cases are looked at, on the log scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WaitPrior {
    /// Mean of the true values of the group, `ln(1 + days)`.
    pub mean: f64,
    /// Their variance, above 0.
    pub variance: f64,
}

impl WaitPrior {
    /// The same in nine significant digits: exact in print.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self { mean: nine_digits(self.mean), variance: nine_digits(self.variance) }
    }

    /// The prior of a group; `None` when fewer than [`MIN_UNITS`] of its waits say something. Cost: O(units).
    ///
    /// A wait that is only known to be longer than a bound says something when the bound lies above the mean of the measured
    /// ones: left out, the slowest would make the group look fast; taken in when it lies below, new units would.
    #[must_use]
    pub fn estimate(waits: &[Wait]) -> Option<Self> {
        let telling = telling(waits);
        (telling.len() >= MIN_UNITS).then(|| der_simonian_laird(&telling))
    }

    /// The prior when there is no group to learn from. `None` without any wait.
    #[must_use]
    pub fn weak(waits: &[Wait]) -> Option<Self> {
        let telling = telling(waits);
        let sum: f64 = telling.iter().map(|(value, _)| value).sum();
        (!telling.is_empty())
            .then(|| Self { mean: sum / telling.len() as f64, variance: UNKNOWN_WAIT_VARIANCE })
    }

    /// What is known of a wait after its cases.
    ///
    /// A bound cuts the prior: what lies below it is ruled out, nothing else is learnt.
    ///
    /// ```
    /// use atlas::analytics::shrinkage::{Wait, WaitPrior};
    /// let prior = WaitPrior { mean: 6.0, variance: 0.25 };
    /// let measured = prior.posterior(Wait::Measured { value: 5.0, variance: 0.25 });
    /// assert!((measured.mean() - (5.5f64.exp() - 1.0)).abs() < 1e-9);
    /// // A district without a single solution, watched for 10 days only, is taken for an average one …
    /// assert!((prior.posterior(Wait::Beyond(11f64.ln())).mean() / (6f64.exp() - 1.0) - 1.0).abs() < 0.01);
    /// // … and for a very slow one when it was watched for ten years.
    /// assert!(prior.posterior(Wait::Beyond(3651f64.ln())).mean() > 3650.0);
    /// ```
    #[must_use]
    pub fn posterior(self, wait: Wait) -> Posterior {
        match wait {
            Wait::Measured { value, variance } => {
                let precision = 1.0 / self.variance + 1.0 / variance;
                let mean = (self.mean / self.variance + value / variance) / precision;
                Posterior::Days { mean, sd: (1.0 / precision).sqrt(), above: f64::NEG_INFINITY }
            }
            Wait::Beyond(low) => Posterior::Days { mean: self.mean, sd: self.variance.sqrt(), above: low },
        }
    }
}

/// Citizens' marks of one municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Marks {
    /// How many of each mark, 1…5.
    pub histogram: [u32; 5],
}

/// Least variance of a single mark: what rounding to whole marks alone makes.
const ROUNDING_VARIANCE: f64 = 1.0 / 12.0;

impl Marks {
    /// How many.
    #[must_use]
    pub fn n(self) -> u32 {
        self.histogram.iter().sum()
    }

    /// The mean mark and the variance of its error `s²/n`; `None` below two marks.
    ///
    /// ```
    /// use atlas::analytics::shrinkage::Marks;
    /// let (mean, variance) = Marks { histogram: [0, 0, 2, 0, 2] }.mean().unwrap();
    /// assert!((mean - 4.0).abs() < 1e-12 && (variance - 4.0 / 3.0 / 4.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn mean(self) -> Option<(f64, f64)> {
        let n = f64::from(self.n());
        let over = |of: &dyn Fn(f64) -> f64| -> f64 {
            self.histogram.iter().enumerate().map(|(k, count)| f64::from(*count) * of(k as f64 + 1.0)).sum()
        };
        let mean = over(&|mark| mark) / n;
        let spread = over(&|mark| (mark - mean) * (mark - mean)) / (n - 1.0);
        (n >= 2.0).then_some((mean, spread.max(ROUNDING_VARIANCE) / n))
    }
}

/// What is known of a mean mark before a unit's own marks are looked at: normal, see [`WaitPrior`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MarkPrior {
    /// Mean of the true values of the group, 1…5.
    pub mean: f64,
    /// Their variance, above 0; at least [`LEAST_WAIT_VARIANCE`].
    pub variance: f64,
}

impl MarkPrior {
    /// The same in nine significant digits: exact in print.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self { mean: nine_digits(self.mean), variance: nine_digits(self.variance) }
    }

    /// The prior of a group; `None` when fewer than [`MIN_UNITS`] of its units have two marks. Cost: O(units).
    #[must_use]
    pub fn estimate(marks: &[Marks]) -> Option<Self> {
        let rows: Vec<(f64, f64)> = marks.iter().filter_map(|m| m.mean()).collect();
        let WaitPrior { mean, variance } = (rows.len() >= MIN_UNITS).then(|| der_simonian_laird(&rows))?;
        Some(Self { mean, variance })
    }

    /// The prior when there is no group to learn from: the mean of what there is, as wide as one mark. `None` without any.
    #[must_use]
    pub fn weak(marks: &[Marks]) -> Option<Self> {
        let rows: Vec<(f64, f64)> = marks.iter().filter_map(|m| m.mean()).collect();
        let sum: f64 = rows.iter().map(|(mean, _)| mean).sum();
        (!rows.is_empty()).then(|| Self { mean: sum / rows.len() as f64, variance: 1.0 })
    }

    /// What is known of a mean mark after a unit's marks: normal–normal.
    #[must_use]
    pub fn posterior(self, marks: Marks) -> Option<Posterior> {
        let (value, variance) = marks.mean()?;
        let precision = 1.0 / self.variance + 1.0 / variance;
        let mean = (self.mean / self.variance + value / variance) / precision;
        Some(Posterior::Mark { mean, sd: (1.0 / precision).sqrt() })
    }
}

/// Values and variances of the waits that say something about their group.
fn telling(waits: &[Wait]) -> Vec<(f64, f64)> {
    let mut telling: Vec<(f64, f64)> = waits
        .iter()
        .filter_map(
            |w| if let Wait::Measured { value, variance } = *w { Some((value, variance)) } else { None },
        )
        .collect();
    let n = telling.len() as f64;
    let (sum, variances) = telling.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let (least, variance) =
        if telling.is_empty() { (0.0, UNKNOWN_WAIT_VARIANCE) } else { (sum / n, variances / n) };
    telling.extend(waits.iter().filter_map(|w| match *w {
        Wait::Beyond(low) if low >= least => Some((low, variance)),
        _ => None,
    }));
    telling
}

fn der_simonian_laird(rows: &[(f64, f64)]) -> WaitPrior {
    let weighted = |between: f64| {
        let (weights, sum) =
            rows.iter().fold((0.0, 0.0), |(w, s), (y, v)| (w + 1.0 / (v + between), s + y / (v + between)));
        (sum / weights, weights)
    };
    let (mean, weights) = weighted(0.0);
    let q: f64 = rows.iter().map(|(y, v)| (y - mean) * (y - mean) / v).sum();
    let squares: f64 = rows.iter().map(|(_, v)| 1.0 / (v * v)).sum();
    let between = (q - (rows.len() as f64 - 1.0)) / (weights - squares / weights);
    let variance = between.max(LEAST_WAIT_VARIANCE);
    WaitPrior { mean: weighted(variance).0, variance }
}

/// A number in nine significant digits. Through text, the only rounding to decimals that is exact.
#[must_use]
pub fn nine_digits(x: f64) -> f64 {
    format!("{x:.8e}").parse().unwrap_or(x)
}

/// What is known of a number after prior and cases. On the wire an infinite bound is `null`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Posterior {
    /// A share: Beta(a, b).
    Beta {
        /// Like so many hits.
        a: f64,
        /// Like so many misses.
        b: f64,
    },
    /// A rate: Gamma.
    Gamma {
        /// Like so many hits.
        shape: f64,
        /// Over so much exposure.
        rate: f64,
    },
    /// Days: normal on the scale `ln(1 + days)`, cut off below.
    Days {
        /// Mean before the cut, on the log scale.
        mean: f64,
        /// Standard deviation before the cut, on the log scale.
        sd: f64,
        /// Nothing lies below, on the log scale; −∞ for no cut.
        above: f64,
    },
    /// A mean mark: normal, cut to the scale of marks, 1…5.
    Mark {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
}

impl Posterior {
    /// Its mean: a share, hits per exposure, or days (the mean of the log scale, taken back).
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Beta { a, b } => a / (a + b),
            Self::Gamma { shape, rate } => shape / rate,
            Self::Days { mean, above: f64::NEG_INFINITY, .. } => days_of_log(mean),
            Self::Days { mean, sd, above } => days_of_log(mean + sd * normal_hazard((above - mean) / sd)),
            Self::Mark { mean, .. } => mean,
        }
    }

    /// From its 5 % to its 95 % quantile.
    #[must_use]
    pub fn interval(&self) -> [f64; 2] {
        TAILS.map(|p| match *self {
            Self::Beta { a, b } => beta_quantile(a, b, p),
            Self::Gamma { shape, rate } => gamma_quantile(shape, p) / rate,
            Self::Days { mean, sd, above } => {
                days_of_log(mean + sd * normal_quantile_above((above - mean) / sd, 1.0 - p))
            }
            Self::Mark { mean, sd } => {
                (mean + sd * normal_quantile_above(f64::NEG_INFINITY, 1.0 - p)).clamp(1.0, 5.0)
            }
        })
    }

    /// Itself, ready to be drawn from often.
    #[must_use]
    pub fn drawer(&self) -> Drawer {
        match *self {
            Self::Beta { a, b } => Drawer::Beta(Beta::new(a, b)),
            Self::Gamma { shape, rate } => Drawer::Gamma(Gamma::new(shape), rate),
            other => Drawer::Normal(other),
        }
    }
}

/// A posterior with what all its draws have in common worked out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drawer {
    /// A share.
    Beta(Beta),
    /// A rate, and what it is over.
    Gamma(Gamma, f64),
    /// Days or a mark.
    Normal(Posterior),
}

impl Drawer {
    /// One draw.
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        match *self {
            Self::Beta(beta) => beta.draw(stream),
            Self::Gamma(gamma, rate) => gamma.draw(stream) / rate,
            Self::Normal(Posterior::Mark { mean, sd }) => (mean + sd * stream.normal()).clamp(1.0, 5.0),
            Self::Normal(Posterior::Days { mean, sd, above: f64::NEG_INFINITY }) => {
                days_of_log(mean + sd * stream.normal())
            }
            Self::Normal(Posterior::Days { mean, sd, above }) => {
                days_of_log(mean + sd * stream.normal_above((above - mean) / sd))
            }
            Self::Normal(other) => other.mean(),
        }
    }
}

/// The variance of the error of a median on the log scale, from its interval in days.
///
/// Half the width of a 95 % interval is 1.96 standard errors. With one limit only, its distance serves; with none, or with
/// an interval of no width, a standard error of 1 (a factor of e) says "hardly known". Never below (2 %)².
#[must_use]
pub fn median_error(median: f64, interval: [Option<f64>; 2], z: f64) -> f64 {
    let scale = super::special::log_days;
    let width = match interval {
        [Some(low), Some(high)] => (scale(high) - scale(low)) / 2.0,
        [Some(low), None] => scale(median) - scale(low),
        [None, Some(high)] => scale(high) - scale(median),
        [None, None] => 0.0,
    };
    let error = if width > 0.0 { width / z } else { 1.0 };
    (error * error).max(log(1.02) * log(1.02))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(hits: u32, n: u32) -> Share {
        Share { hits, n }
    }

    /// A number of problems, and how many of them hit.
    fn share() -> impl Strategy<Value = Share> {
        (0u32..400).prop_flat_map(|n| (0..=n, Just(n))).prop_map(|(hits, n)| Share { hits, n })
    }

    fn rate() -> impl Strategy<Value = Rate> {
        (0u32..500, 1.0..700_000.0f64).prop_map(|(hits, exposure)| Rate { hits, exposure })
    }

    /// Whether `x` lies between `a` and `b`, whichever is larger, but for rounding.
    fn between(x: f64, a: f64, b: f64) -> bool {
        let slack = 1e-9 * (a.abs() + b.abs());
        a.min(b) - slack <= x && x <= a.max(b) + slack
    }

    #[test]
    fn groups_of_fewer_than_three_units_with_cases_have_no_prior() {
        assert_eq!(SharePrior::estimate(&[of(1, 2), of(3, 9), of(0, 0)]), None);
        let rate = |exposure| Rate { hits: 4, exposure };
        assert_eq!(RatePrior::estimate(&[rate(100.0), rate(0.0), rate(50.0)]), None);
        assert_eq!(WaitPrior::estimate(&[Wait::Beyond(3.0), Wait::Beyond(4.0)]), None);
    }

    #[test]
    fn units_that_differ_by_chance_only_share_the_strongest_prior_and_no_stronger() {
        let alike = SharePrior::estimate(&[of(30, 100), of(31, 100), of(29, 100), of(30, 100)]).unwrap();
        assert_eq!(alike.strength, SHARE_STRENGTH[1]);
        let same = Rate { hits: 70, exposure: 10_000.0 };
        assert_eq!(RatePrior::estimate(&[same; 4]).unwrap().strength, RATE_STRENGTH[1]);
        let wait = Wait::Measured { value: 5.0, variance: 0.04 };
        assert_eq!(WaitPrior::estimate(&[wait; 4]).unwrap().variance, LEAST_WAIT_VARIANCE);
    }

    #[test]
    fn a_group_that_never_hits_still_leaves_a_hit_possible() {
        let prior = SharePrior::estimate(&[of(0, 50), of(0, 20), of(0, 9)]).unwrap();
        assert!(prior.mean > 0.0 && prior.posterior(of(0, 20)).interval()[1] > 0.0);
        let none = Rate { hits: 0, exposure: 900.0 };
        assert!(RatePrior::estimate(&[none; 3]).unwrap().mean > 0.0);
    }

    #[test]
    fn a_wait_known_to_be_longer_counts_in_the_group_only_when_it_is_a_long_one() {
        let measured = [4.9, 5.0, 5.1].map(|value| Wait::Measured { value, variance: 0.02 });
        let with =
            |bound| WaitPrior::estimate(&[&measured[..], &[Wait::Beyond(bound)]].concat()).unwrap().mean;
        let without = WaitPrior::estimate(&measured).unwrap().mean;
        assert_eq!(with(2.0), without);
        assert!(with(7.0) > without);
    }

    #[test]
    fn the_error_of_a_median_comes_from_what_is_known_of_its_interval() {
        let wide = median_error(100.0, [Some(50.0), Some(200.0)], 1.96);
        let narrow = median_error(100.0, [Some(90.0), Some(110.0)], 1.96);
        assert!(narrow < wide);
        assert_eq!(median_error(100.0, [None, None], 1.96), 1.0);
        assert_eq!(median_error(100.0, [Some(100.0), Some(100.0)], 1.96), 1.0);
    }

    #[test]
    fn draws_agree_with_the_mean_and_the_interval_of_their_posterior() {
        let posteriors = [
            Posterior::Beta { a: 8.0, b: 12.0 },
            Posterior::Gamma { shape: 44.0, rate: 3_900.0 },
            Posterior::Days { mean: 5.0, sd: 0.4, above: f64::NEG_INFINITY },
            Posterior::Days { mean: 5.0, sd: 0.4, above: 5.3 },
        ];
        for posterior in posteriors {
            let mut stream = Stream::new(1, &[]);
            let [low, high] = posterior.interval();
            let draws: Vec<f64> = (0..40_000).map(|_| posterior.drawer().draw(&mut stream)).collect();
            let share =
                |below: &dyn Fn(f64) -> bool| draws.iter().filter(|d| below(**d)).count() as f64 / 40_000.0;
            assert!((share(&|d| d < low) - 0.05).abs() < 0.005, "{posterior:?}");
            assert!((share(&|d| d > high) - 0.05).abs() < 0.005, "{posterior:?}");
            assert!(low < posterior.mean() && posterior.mean() < high, "{posterior:?}");
        }
    }

    proptest! {
        #[test]
        fn a_shrunken_share_lies_between_the_raw_one_and_the_group_mean(group in prop::collection::vec(share(), 3..30)) {
            if let Some(prior) = SharePrior::estimate(&group) {
                for unit in group {
                    let shrunken = prior.posterior(unit).mean();
                    prop_assert!(unit.raw().is_none_or(|raw| between(shrunken, raw, prior.mean)));
                }
            }
        }

        #[test]
        fn a_shrunken_rate_lies_between_the_raw_one_and_the_group_mean(group in prop::collection::vec(rate(), 3..30)) {
            let prior = RatePrior::estimate(&group).unwrap();
            for unit in group {
                let shrunken = prior.posterior(unit).mean();
                prop_assert!(unit.raw().is_none_or(|raw| between(shrunken, raw, prior.mean)));
            }
        }

        #[test]
        fn a_shrunken_wait_lies_between_the_raw_one_and_the_group_mean(
            waits in prop::collection::vec((0.0..9.0f64, 0.001..2.0f64), 3..30)
        ) {
            let waits: Vec<Wait> = waits.iter().map(|&(value, variance)| Wait::Measured { value, variance }).collect();
            let prior = WaitPrior::estimate(&waits).unwrap();
            for wait in waits {
                let Wait::Measured { value, .. } = wait else { continue };
                prop_assert!(between(prior.posterior(wait).mean(), days_of_log(value), days_of_log(prior.mean)));
            }
        }

        #[test]
        fn a_wait_known_to_be_longer_is_never_put_below_its_bound(mean in 0.0..9.0f64, sd in 0.1..2.0f64, bound in 0.0..9.0f64) {
            let prior = WaitPrior { mean, variance: sd * sd };
            let posterior = prior.posterior(Wait::Beyond(bound));
            let [low, high] = posterior.interval();
            prop_assert!(days_of_log(bound) <= low && low < high);
            prop_assert!(posterior.mean() >= days_of_log(bound));
        }

        #[test]
        fn more_hits_raise_the_posterior(prior in (0.05..0.95f64, 2.0..200.0f64), unit in share()) {
            let prior = SharePrior { mean: prior.0, strength: prior.1 };
            let better = of(unit.hits + 1, unit.n + 1);
            prop_assert!(prior.posterior(better).mean() > prior.posterior(unit).mean());
            prop_assert!(prior.posterior(better).interval()[0] > prior.posterior(unit).interval()[0]);
        }

        #[test]
        fn more_cases_like_the_group_narrow_the_interval(mean in 0.05..0.95f64, strength in 2.0..200.0f64, n in 1.0..200.0f64) {
            let width = |n: f64| {
                let [low, high] = Posterior::Beta { a: mean * (strength + n), b: (1.0 - mean) * (strength + n) }.interval();
                high - low
            };
            // Below one hit or miss the distribution has a peak at the edge and width says little.
            prop_assume!(mean.min(1.0 - mean) * strength > 1.0);
            prop_assert!(width(2.0 * n) < width(n));
        }
    }
}
