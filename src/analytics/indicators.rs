//! The indicators of performance: which problems stand behind each number.
//!
//! Answers: "does this problem count for this indicator, and for or against the municipality?" One rule serves both the
//! count and the evidence, so the numbers on a page and the problems listed behind them cannot disagree. Does not turn counts
//! into scores: [`super::rating`] does.
//!
//! Only problems for whose solution the municipality itself is responsible count ([`Level::Municipal`]), only first deadlines,
//! only verified solutions.
//!
//! # Formulas
//!
//! | indicator | cases `n` | for | against | value |
//! |---|---|---|---|---|
//! | `on_time_share` | resolved in the last 365 days, with a first deadline | resolved by the end of its legal day | later | for / n |
//! | `pace` | could be solved in the last 365 days | resolved then | still open, or refused | ratio: [`super::pace`] |
//! | `overdue_share` | open, with a first deadline | not yet due | due before today | against / n |
//! | `reopened_share` | with a solution verified in the last 365 days | each held | one was undone within `held_days` of its verification | against / n |
//! | `answered_share` | appeals due in the last 365 days | answered by the end of the legal day | later or never | for / n |
//! | `marks` | marks of the head, twelve full months | – | – | mean mark, 1…5 |
//! | `extended_share` | with a first deadline, open or resolved in the last 365 days | never moved | moved | against / n |
//! | `median_days` | opened at a known moment | resolved | still open, or refused | days: [`super::survival`] |
//! | `open_per_10k` | open | – | all | 10,000 · n / residents |
//! | `years_to_clear` | open, or resolved in the last 365 days | resolved | open | against / for |
//!
//! # Edges
//!
//! A solution of last week has not yet had the time to fail and counts as one that held, in all municipalities alike: waiting
//! for every solution's 180 days would judge heads by the work of the year before. One whose verification nobody recorded
//! cannot be dated and does not count. Rejected and duplicate problems
//! never were problems of the registry and count nowhere. Appeals and marks are no problems: they come added up with the
//! municipality ([`super::facts::MunicipalityInput`]), and no problem stands on a side of theirs.

use serde::{Deserialize, Serialize};

use super::facts::{AsOf, ProblemFact};
use super::method::Method;
use super::pace::{Watched, watched};
use super::shrinkage::Share;
use super::survival::{Spell, Survival, Z_95};
use crate::domain::{Level, MunicipalityNo};

/// An indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Share of verified solutions that came by the first deadline; higher is better.
    OnTimeShare,
    /// Verified solutions over those of peers with the same problems; higher is better.
    Pace,
    /// Share of open problems whose first deadline has passed; lower is better.
    OverdueShare,
    /// Share of solutions that did not hold; lower is better.
    ReopenedShare,
    /// Share of appeals that were answered in time; higher is better.
    AnsweredShare,
    /// Mean mark that citizens gave the head; higher is better.
    Marks,
    /// Share of deadlines that were moved; lower is better.
    ExtendedShare,
    /// Median days from opening to verified solution; lower is better.
    MedianDays,
    /// Open problems per 10,000 residents; lower is better.
    #[serde(rename = "open_per_10k")]
    OpenPer10k,
    /// Open problems over verified solutions a year; lower is better.
    YearsToClear,
}

/// On which side of an indicator a problem stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It speaks for the municipality.
    For,
    /// It speaks against it.
    Against,
}

impl Indicator {
    /// All indicators.
    pub const ALL: [Self; 10] = [
        Self::OnTimeShare,
        Self::Pace,
        Self::OverdueShare,
        Self::ReopenedShare,
        Self::AnsweredShare,
        Self::Marks,
        Self::ExtendedShare,
        Self::MedianDays,
        Self::OpenPer10k,
        Self::YearsToClear,
    ];

    /// Its place in [`Indicator::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its id on the wire.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::OnTimeShare => "on_time_share",
            Self::Pace => "pace",
            Self::AnsweredShare => "answered_share",
            Self::Marks => "marks",
            Self::ExtendedShare => "extended_share",
            Self::MedianDays => "median_days",
            Self::OverdueShare => "overdue_share",
            Self::ReopenedShare => "reopened_share",
            Self::OpenPer10k => "open_per_10k",
            Self::YearsToClear => "years_to_clear",
        }
    }

    /// Reads the id on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|indicator| indicator.id() == text)
    }

    /// How a problem, as it stood then, counts for this indicator; `None` when it does not.
    #[must_use]
    pub fn side(self, seen: &ProblemFact, as_of: AsOf) -> Option<Side> {
        if seen.level != Some(Level::Municipal) {
            return None;
        }
        let (open, resolved) = (seen.is_open(), seen.is_resolved_in_last_year(as_of));
        let good = match self {
            Self::OnTimeShare => seen.is_on_time(as_of)?,
            Self::Pace => watched(seen, as_of)?,
            Self::MedianDays => seen.spell(as_of)?.resolved,
            Self::OverdueShare => !seen.is_past_baseline(as_of)?,
            Self::ReopenedShare => seen.has_held(as_of)?,
            Self::ExtendedShare if (open || resolved) && seen.baseline_due.is_some() => seen.extensions == 0,
            Self::OpenPer10k if open => false,
            Self::YearsToClear if open || resolved => resolved,
            _ => return None,
        };
        Some(if good { Side::For } else { Side::Against })
    }
}

/// What the problems of one municipality add up to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    sides: [[u32; 2]; Indicator::ALL.len()],
    waits: Waits,
    watched: Watched,
}

/// What the waits behind [`Indicator::MedianDays`] come to, days.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Waits {
    /// Their median; `None` when it was not reached.
    pub median: Option<f64>,
    /// The limits of the median, 95 %.
    pub limits: [Option<f64>; 2],
    /// The longest time for which enough problems were watched.
    pub watched_by: Option<f64>,
}

impl Tally {
    /// Adds up problems as they stood then, in any order. Cost: O(n log n).
    #[must_use]
    pub fn of(seen: impl Iterator<Item = ProblemFact>, as_of: AsOf, method: &Method) -> Self {
        let (mut tally, mut spells) = (Self::default(), Vec::new());
        for fact in seen.filter(|fact| fact.level == Some(Level::Municipal)) {
            tally.count_sides(&fact, as_of);
            tally.watched.add(&fact, as_of, &method.pace);
            spells.extend(fact.spell(as_of));
        }
        tally.waits = Waits::of(spells, method.least_cases);
        tally
    }

    /// Problems on one side of an indicator.
    #[must_use]
    pub fn count(&self, indicator: Indicator, side: Side) -> u32 {
        self.sides[indicator.index()][side as usize]
    }

    /// Problems behind an indicator.
    #[must_use]
    pub fn cases(&self, indicator: Indicator) -> u32 {
        self.sides[indicator.index()].iter().sum()
    }

    /// The share of an indicator's problems that stand on one side.
    #[must_use]
    pub fn share(&self, indicator: Indicator, side: Side) -> Share {
        Share { hits: self.count(indicator, side), n: self.cases(indicator) }
    }

    /// What the waits behind [`Indicator::MedianDays`] come to.
    #[must_use]
    pub fn waits(&self) -> Waits {
        self.waits
    }

    /// The open time and solutions of the last year behind [`Indicator::Pace`].
    #[must_use]
    pub fn watched(&self) -> &Watched {
        &self.watched
    }

    fn count_sides(&mut self, fact: &ProblemFact, as_of: AsOf) {
        for indicator in Indicator::ALL {
            if let Some(side) = indicator.side(fact, as_of) {
                self.sides[indicator.index()][side as usize] += 1;
            }
        }
    }
}

impl Waits {
    /// Cost: O(n log n).
    fn of(spells: Vec<Spell>, least: u32) -> Self {
        let survival = Survival::estimate(spells);
        Self {
            median: survival.median(),
            limits: survival.median_interval(Z_95),
            watched_by: survival.watched_by(least),
        }
    }
}

/// The numbers of the problems behind an indicator of a municipality, ascending: as many as its `n` says. With a `side`,
/// only those that speak for or against it.
///
/// Cost: O(problems).
#[must_use]
pub fn evidence(
    facts: &[ProblemFact],
    as_of: AsOf,
    indicator: Indicator,
    municipality: MunicipalityNo,
    side: Option<Side>,
) -> Vec<u32> {
    let counts = |fact: &&ProblemFact| {
        let found = fact.seen_at(as_of).and_then(|seen| indicator.side(&seen, as_of));
        found.is_some_and(|found| side.is_none_or(|side| side == found))
    };
    let own = facts.iter().filter(|fact| fact.municipality == Some(municipality));
    let mut numbers: Vec<u32> = own.filter(counts).map(|fact| fact.number).collect();
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::facts::Solutions;
    use crate::analytics::sample::{AS_OF, days_ago, fact};
    use crate::domain::Status;

    fn solved(days: i64, undone: Option<i64>) -> Solutions {
        Solutions { last: Some(days_ago(days)), undone: undone.map(days_ago) }
    }

    fn sides(fact: ProblemFact) -> Vec<(&'static str, Side)> {
        let side = |i: Indicator| Some((i.id(), i.side(&fact.seen_at(AS_OF)?, AS_OF)?));
        Indicator::ALL.into_iter().filter_map(side).collect()
    }

    #[test]
    fn ids_are_read_back_and_are_what_serde_writes() {
        for indicator in Indicator::ALL {
            assert_eq!(Indicator::parse(indicator.id()), Some(indicator));
            assert_eq!(serde_json::to_value(indicator).unwrap(), indicator.id());
            assert_eq!(Indicator::ALL[indicator.index()], indicator);
        }
    }

    #[test]
    fn problems_of_the_region_or_of_nobody_do_not_count() {
        for level in [None, Some(Level::Regional), Some(Level::Utility)] {
            assert!(sides(ProblemFact { level, ..fact(1) }).is_empty());
        }
    }

    #[test]
    fn an_open_overdue_problem_speaks_against() {
        let overdue = ProblemFact { baseline_due: Some(days_ago(3)), ..fact(1) };
        let expected = ["pace", "overdue_share", "median_days", "open_per_10k", "years_to_clear"];
        let against: Vec<_> = sides(overdue).into_iter().filter(|(id, _)| *id != "extended_share").collect();
        assert_eq!(against, expected.map(|id| (id, Side::Against)));
        let moved = ProblemFact { extensions: 1, ..overdue };
        assert!(sides(overdue).contains(&("extended_share", Side::For)));
        assert!(sides(moved).contains(&("extended_share", Side::Against)));
    }

    #[test]
    fn a_solution_in_time_that_held_speaks_for_everything_that_it_counts_for() {
        let done = ProblemFact {
            status: Status::Resolved,
            baseline_due: Some(days_ago(20)),
            closed_at: Some(days_ago(30)),
            solutions: solved(30, None),
            ..fact(1)
        };
        let expected =
            ["on_time_share", "pace", "reopened_share", "extended_share", "median_days", "years_to_clear"];
        assert_eq!(sides(done), expected.map(|id| (id, Side::For)));
        let undone = ProblemFact { solutions: solved(30, Some(300)), ..done };
        assert!(sides(undone).contains(&("reopened_share", Side::Against)));
    }

    #[test]
    fn a_solution_of_more_than_a_year_ago_counts_for_the_wait_alone() {
        let old = ProblemFact {
            status: Status::Resolved,
            opened_at: Some(days_ago(900)),
            baseline_due: Some(days_ago(800)),
            closed_at: Some(days_ago(366)),
            solutions: solved(366, None),
            ..fact(1)
        };
        assert_eq!(sides(old), [("median_days", Side::For)]);
    }

    #[test]
    fn refusing_rejecting_or_archiving_earns_nothing() {
        for status in [Status::Refused, Status::Rejected, Status::Duplicate, Status::Archived] {
            let closed = ProblemFact {
                status,
                baseline_due: Some(days_ago(10)),
                closed_at: Some(days_ago(20)),
                ..fact(1)
            };
            assert!(!sides(closed).iter().any(|(_, side)| *side == Side::For), "{status:?}");
        }
    }
}
