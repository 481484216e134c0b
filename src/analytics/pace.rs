//! Pace against peers: verified solutions of a year against those that peers would have reached with the same problems.
//!
//! Answers: "does this municipality solve its own mix of types, costs and ages faster or slower than the region does?" The
//! published speeds of the region ([`Hazards`]) are held for a period, so nobody's expectation moves because others moved.
//! Open problems are not left out: they count for the time in which they could have been solved (they are censored). The
//! ratio is shrunken in [`super::estimates`]; medians for display are [`super::survival`].
//!
//! # Formulas
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `s` | stratum: type × class of cost × class of age | – |
//! | `T_{us}` | time for which problems of unit `u` were open in `s` within the last 365 days | years |
//! | `d_s, T_s` | verified solutions and open time of all units in `s` | problems, years |
//! | `m_a` | speed at age `a` whatever the type: `(Σd + ½)/ΣT` | a year |
//! | `A` | strength of that mean (`pace.strength` of the method) | problems |
//! | `h_s` | speed of the region: `(d_s + A)/(T_s + A/m_a)` | a year |
//! | `O_u, E_u` | observed and expected solutions, `E_u = Σ_s h_s T_{us}` | problems |
//!
//! Pace is `O/E`: 1 is the pace of the peers. Indirect standardisation: Breslow & Day, *Statistical Methods in Cancer
//! Research II: The Design and Analysis of Cohort Studies*, IARC (1987), §2.3; the speed of a stratum with few cases is drawn
//! to that of its age as in [`super::shrinkage`] (gamma–Poisson). Time within the year is split at the limits of the age
//! classes (the same book, §2.1, Lexis diagram).
//!
//! # Edges
//!
//! Unknown cost is a class of its own. A stratum that nobody had before goes at the speed of its age; with no time watched
//! anywhere there are no speeds and no pace. Sums are whole milliseconds: their order changes nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{AsOf, ProblemFact, YEAR_DAYS};
use super::method::PaceRule;
use super::shrinkage::nine_digits;
use crate::domain::time::DAY_MS;
use crate::domain::{Level, Status, Timestamp};

/// Milliseconds of a year of 365 days.
const YEAR_MS: f64 = (YEAR_DAYS * DAY_MS) as f64;

/// Type, class of cost (0 = unknown) and class of age (0 = youngest).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stratum(pub u16, pub u8, pub u8);

/// Open time and solutions within the last year, by stratum.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched {
    /// Milliseconds open and verified solutions.
    strata: BTreeMap<Stratum, (i64, u32)>,
}

/// Beginning and end of the time in the last year in which a problem could be solved, and whether it was.
fn window(seen: &ProblemFact, as_of: AsOf) -> Option<(i64, i64, bool)> {
    let opened = seen.opened_at?.0;
    let (end, resolved) = match seen.status {
        Status::Resolved => (seen.closed_at?.0, true),
        Status::Refused => (seen.closed_at?.0, false),
        status if !status.is_closed() => (as_of.now.0, false),
        _ => return None,
    };
    let start = opened.max(as_of.now.plus_days(-YEAR_DAYS).0);
    let counts = if resolved { as_of.in_last_year(Timestamp(end)) } else { start < end };
    (opened <= end && counts).then_some((start, end, resolved))
}

/// Whether a municipal problem could be solved in the last year, and was.
#[must_use]
pub fn watched(seen: &ProblemFact, as_of: AsOf) -> Option<bool> {
    let (_, _, resolved) = window(seen, as_of).filter(|_| seen.level == Some(Level::Municipal))?;
    Some(resolved)
}

impl Watched {
    /// Adds a problem as it stood. Those of other levels do not count.
    pub fn add(&mut self, seen: &ProblemFact, as_of: AsOf, rule: &PaceRule) {
        let Some((start, end, resolved)) =
            window(seen, as_of).filter(|_| seen.level == Some(Level::Municipal))
        else {
            return;
        };
        let opened = seen.opened_at.map_or(start, |t| t.0);
        let cost = rule.cost_class(seen.cost);
        let limits = rule.age_days.iter().map(|days| opened + i64::from(*days) * DAY_MS);
        let mut from = start;
        for (age, until) in limits.chain([i64::MAX]).enumerate() {
            let to = until.min(end);
            if to < from || (to == from && to < end) {
                continue;
            }
            let cell = self.strata.entry(Stratum(seen.category.0, cost, age as u8)).or_default();
            cell.0 += to - from;
            from = to;
            if to == end {
                cell.1 += u32::from(resolved);
                return;
            }
        }
    }

    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        for (stratum, (time, resolved)) in &other.strata {
            let cell = self.strata.entry(*stratum).or_default();
            cell.0 += time;
            cell.1 += resolved;
        }
    }

    /// Verified solutions that peers would have reached; `None` without speeds or without time.
    ///
    /// Cost: O(strata · log strata of the region).
    #[must_use]
    pub fn expected(&self, hazards: &Hazards) -> Option<f64> {
        let years = |time: i64| time as f64 / YEAR_MS;
        let sum: Option<f64> =
            self.strata.iter().map(|(stratum, (time, _))| Some(hazards.of(*stratum)? * years(*time))).sum();
        sum.filter(|expected| *expected > 0.0)
    }
}

/// The speeds of the region: verified solutions per year and open problem. Published with the priors.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Hazards {
    /// By class of age, whatever the type and cost. Empty when nothing was ever watched.
    pub by_age: Vec<f64>,
    /// By stratum, ascending: those that somebody had.
    pub strata: Vec<(Stratum, f64)>,
}

impl Hazards {
    /// The speeds of all units together.
    ///
    /// ```
    /// use atlas::analytics::pace::{Hazards, Watched};
    /// use atlas::analytics::method::Method;
    /// assert!(Hazards::of_all(&Watched::default(), &Method::builtin().pace).by_age.is_empty());
    /// ```
    #[must_use]
    pub fn of_all(all: &Watched, rule: &PaceRule) -> Self {
        let mut ages = vec![(0i64, 0u32); rule.age_days.len() + 1];
        for (Stratum(_, _, age), (time, resolved)) in &all.strata {
            ages[usize::from(*age)].0 += time;
            ages[usize::from(*age)].1 += resolved;
        }
        let total = ages.iter().fold((0i64, 0u32), |sum, age| (sum.0 + age.0, sum.1 + age.1));
        if total.0 == 0 {
            return Self::default();
        }
        let mean = |(time, resolved): (i64, u32)| (f64::from(resolved) + 0.5) * YEAR_MS / time as f64;
        // An age that nobody reached goes at the speed of all.
        let by_age: Vec<f64> =
            ages.iter().map(|age| nine_digits(mean(if age.0 == 0 { total } else { *age }))).collect();
        let speed = |(stratum, (time, resolved)): (&Stratum, &(i64, u32))| {
            let hits = f64::from(*resolved) + rule.strength;
            let years = *time as f64 / YEAR_MS + rule.strength / by_age[usize::from(stratum.2)];
            (*stratum, nine_digits(hits / years))
        };
        let strata = all.strata.iter().map(speed).collect();
        Self { by_age, strata }
    }

    /// The speed of a stratum; `None` when no speeds are known.
    #[must_use]
    pub fn of(&self, stratum: Stratum) -> Option<f64> {
        match self.strata.binary_search_by_key(&stratum, |(own, _)| *own) {
            Ok(n) => Some(self.strata[n].1),
            Err(_) => self.by_age.get(usize::from(stratum.2)).or(self.by_age.last()).copied(),
        }
    }

    /// Whether every speed is a finite number above 0 and the strata ascend.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let speeds = self.by_age.iter().chain(self.strata.iter().map(|(_, speed)| speed));
        speeds.into_iter().all(|x| *x > 0.0 && x.is_finite())
            && self.strata.windows(2).all(|pair| pair[0].0 < pair[1].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::method::Method;
    use crate::analytics::sample::{AS_OF, KRAI, days_ago, fact, region};

    fn rule() -> &'static PaceRule {
        &Method::builtin().pace
    }

    fn all(facts: &[ProblemFact]) -> Watched {
        let mut watched = Watched::default();
        for seen in facts.iter().filter_map(|f| f.seen_at(AS_OF)) {
            watched.add(&seen, AS_OF, rule());
        }
        watched
    }

    #[test]
    fn time_is_split_at_the_limits_of_the_ages_and_cut_to_the_year() {
        // Opened 400 days ago: in the year it was 35 to 400 days old.
        let open = ProblemFact { opened_at: Some(days_ago(400)), ..fact(1) };
        let days: Vec<(u8, i64)> =
            all(&[open]).strata.iter().map(|(s, (time, _))| (s.2, time / DAY_MS)).collect();
        let [a, b, ..] = rule().age_days[..] else { panic!("two ages") };
        assert_eq!(days, [(0, i64::from(a) - 35), (1, i64::from(b - a)), (2, 400 - i64::from(b))]);
        let before = ProblemFact {
            status: Status::Resolved,
            opened_at: Some(days_ago(900)),
            closed_at: Some(days_ago(366)),
            ..fact(2)
        };
        assert_eq!(all(&[before]), Watched::default());
    }

    #[test]
    fn every_solution_of_the_year_is_counted_once_even_on_a_limit() {
        for waited in [0, 1, 100, i64::from(rule().age_days[0]), 3_000] {
            let done = ProblemFact {
                status: Status::Resolved,
                opened_at: Some(days_ago(waited + 10)),
                closed_at: Some(days_ago(10)),
                ..fact(1)
            };
            let watched = all(&[done]);
            assert_eq!(watched.strata.values().map(|cell| cell.1).sum::<u32>(), 1, "{waited}");
            let time: i64 = watched.strata.values().map(|cell| cell.0).sum();
            assert_eq!(time, waited.min(355) * DAY_MS, "{waited}");
        }
    }

    #[test]
    fn the_region_together_is_expected_to_solve_about_what_it_solved() {
        let facts = region(9_285, &KRAI, 3);
        let watched = all(&facts);
        let observed: u32 = watched.strata.values().map(|cell| cell.1).sum();
        let expected = watched.expected(&Hazards::of_all(&watched, rule())).unwrap();
        assert!((expected / f64::from(observed) - 1.0).abs() < 0.05, "{expected} of {observed}");
    }

    #[test]
    fn a_stratum_without_cases_goes_at_the_speed_of_its_age() {
        let hazards = Hazards::of_all(&all(&region(2_000, &KRAI, 3)), rule());
        assert!(hazards.is_sound());
        assert_eq!(hazards.of(Stratum(60_000, 0, 1)), Some(hazards.by_age[1]));
        assert_eq!(Hazards::default().of(Stratum(0, 0, 0)), None);
    }
}
