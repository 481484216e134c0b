//! When a backlog will be cleared, at the flows of the last year and with what chance.
//!
//! Answers: "if as much keeps coming in and as much keeps being solved, by when is nothing left, and how sure is that?" Says
//! nothing of whether the flows will stay: nobody can. Who carries what is [`super::burden`].
//!
//! # Formulas
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `o` | open problems | problems |
//! | `i, r` | taken in, and verified as solved, in the last 365 days | problems a year |
//! | `I, R` | what the yearly flows really are: `I ~ Gamma(i + ½)`, `R ~ Gamma(r + ½)` | problems a year |
//!
//! - years: `o/(r − i)`; none unless more is solved than comes in.
//! - chance that the backlog shrinks: `P(R > I) = 1 − B(½; r + ½, i + ½)`, `B` the regularised incomplete beta function
//!   (`R/(R + I)` is Beta distributed: Johnson, Kotz & Balakrishnan, *Continuous Univariate Distributions* 2 (1995), §25.2).
//! - interval: the 5 % and the 95 % quantile of `o/(R − I)` in 2,000 draws, a draw with `R ≤ I` being "never". The posteriors
//!   are those of a Poisson rate under Jeffreys' prior (Gelman et al., *Bayesian Data Analysis* (2013), §2.8).
//!
//! # Edges
//!
//! Nothing open: no forecast, nothing is left to clear. Beyond [`HORIZON_YEARS`] no year is named: `None`.

use serde::Serialize;

use super::facts::YEAR_DAYS;
use super::random::Stream;
use super::special::beta_cdf;
use crate::domain::Timestamp;
use crate::domain::time::DAY_MS;

/// Years beyond which a forecast is no more than "not in our time".
pub const HORIZON_YEARS: f64 = 100.0;
/// Draws behind an interval: as many as behind a rank.
const DRAWS: usize = 2_000;
/// Names the streams of forecasts among those of the rating, whose first names are below.
const FORECASTS: u64 = 1 << 17;

/// What comes in and goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// Open problems.
    pub open: u32,
    /// Taken in within a year.
    pub intake: u32,
    /// Verified as solved within a year.
    pub verified: u32,
}

/// By when a backlog is cleared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// Solved less taken in, problems a year.
    pub net_per_year: i64,
    /// Probability that more is solved than comes in.
    pub p_shrinks: f64,
    /// Years until nothing is left; `None` when it never is, or not within [`HORIZON_YEARS`].
    pub years: Option<f64>,
    /// From the 5 % to the 95 % quantile of the years; `None` at an end that lies beyond.
    pub years_interval: [Option<f64>; 2],
    /// The moment to which `years` leads, RFC 3339.
    pub clears_at: Option<String>,
    /// The moments to which the interval leads.
    pub clears_at_interval: [Option<String>; 2],
}

impl Forecast {
    /// The forecast from `now` on; `unit` names the stream that is drawn from. `None` with nothing open.
    ///
    /// Cost: 4,000 gamma variables.
    ///
    /// ```
    /// use atlas::analytics::forecast::{Flow, Forecast};
    /// use atlas::domain::Timestamp;
    /// // 9,285 open; 1,330 solved and 400 taken in: ten years, give or take half of one.
    /// let flow = Flow { open: 9_285, intake: 400, verified: 1_330 };
    /// let forecast = Forecast::of(flow, Timestamp(0), 27, 0).unwrap();
    /// assert!((forecast.years.unwrap() - 9.98).abs() < 0.01);
    /// let [low, high] = forecast.years_interval.map(Option::unwrap);
    /// assert!(low > 9.2 && low < 9.5 && high > 10.5 && high < 10.9);
    /// assert!(forecast.p_shrinks > 0.999);
    /// ```
    #[must_use]
    pub fn of(flow: Flow, now: Timestamp, seed: u64, unit: u64) -> Option<Self> {
        if flow.open == 0 {
            return None;
        }
        let shape = |n: u32| f64::from(n) + 0.5;
        let (open, net) = (f64::from(flow.open), i64::from(flow.verified) - i64::from(flow.intake));
        let years = within_horizon(open / net as f64);
        let mut stream = Stream::new(seed, &[FORECASTS, unit]);
        let mut draws: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let (out, into) = (stream.gamma(shape(flow.verified)), stream.gamma(shape(flow.intake)));
                if out > into { open / (out - into) } else { f64::INFINITY }
            })
            .collect();
        draws.sort_unstable_by(f64::total_cmp);
        let years_interval = [DRAWS / 20, DRAWS - 1 - DRAWS / 20].map(|n| within_horizon(draws[n]));
        let moment = |years: Option<f64>| {
            let ms = years? * YEAR_DAYS as f64 * DAY_MS as f64;
            Some(Timestamp(now.0 + ms as i64).to_string())
        };
        Some(Self {
            net_per_year: net,
            p_shrinks: 1.0 - beta_cdf(shape(flow.verified), shape(flow.intake), 0.5),
            years,
            years_interval,
            clears_at: moment(years),
            clears_at_interval: years_interval.map(moment),
        })
    }
}

fn within_horizon(years: f64) -> Option<f64> {
    (years > 0.0 && years <= HORIZON_YEARS).then_some(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(open: u32, intake: u32, verified: u32) -> Forecast {
        Forecast::of(Flow { open, intake, verified }, Timestamp(0), 1, 0).unwrap()
    }

    #[test]
    fn what_grows_is_never_cleared_and_what_is_empty_needs_no_forecast() {
        assert_eq!(Forecast::of(Flow { open: 0, intake: 5, verified: 1 }, Timestamp(0), 1, 0), None);
        let grows = of(100, 50, 20);
        assert_eq!((grows.net_per_year, grows.years, grows.clears_at), (-30, None, None));
        assert_eq!(grows.years_interval[1], None);
        assert!(grows.p_shrinks < 0.001);
        let still = of(100, 20, 20);
        assert!(still.years.is_none() && (still.p_shrinks - 0.5).abs() < 1e-12);
    }

    #[test]
    fn small_flows_leave_a_wide_interval_and_a_moment_follows_the_years() {
        let (few, many) = (of(10, 1, 4), of(10_000, 1_000, 4_000));
        assert_eq!(few.years, many.years);
        assert_eq!(few.years_interval[1], None, "it may as well never be cleared");
        let [low, high] = many.years_interval.map(Option::unwrap);
        assert!(low > 3.1 && high < 3.6, "{low} {high}");
        assert_eq!(of(365, 0, 365).clears_at.as_deref(), Some("1971-01-01T00:00:00Z"));
    }

    #[derive(serde::Deserialize)]
    struct Oracle {
        open: u32,
        intake: u32,
        verified: u32,
        p_shrinks: f64,
        years: [Option<f64>; 2],
    }

    #[test]
    fn chances_and_intervals_are_those_of_scipy() {
        let text = include_str!("../../tests/fixtures/analytics/forecast.json");
        let cases: Vec<Oracle> = serde_json::from_str(text).unwrap();
        assert!(cases.len() >= 6);
        for case in cases {
            let ours = of(case.open, case.intake, case.verified);
            assert!((ours.p_shrinks - case.p_shrinks).abs() < 1e-12, "{}", case.open);
            for (own, theirs) in ours.years_interval.iter().zip(case.years) {
                // The error of a 5 % quantile of 2,000 draws.
                let close = own.zip(theirs).is_none_or(|(own, theirs)| (own / theirs - 1.0).abs() < 0.06);
                assert!(close && own.is_some() == theirs.is_some(), "{own:?} {theirs:?} of {}", case.open);
            }
        }
    }
}
