//! What a head asks of a selection first: how many, how many overdue, what falls due, at what cost, and where.
//!
//! One pass over the selected problems gives every number of a page, so the numbers on it cannot disagree. Kept by version,
//! day and filter. Counts by anything else: [`super::stats`].

use std::sync::Arc;

use moka::sync::Cache;

use super::facts::{moment, problem_facts};
use super::filter::Filter;
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::facts::{AsOf, ProblemFact};
use crate::analytics::stats::{month_of, year_and_month};
use crate::domain::{CategoryNo, Kopecks, MunicipalityNo, Status};

/// Overviews of versions, days and filters that are kept.
const KEPT: u64 = 256;
/// How far "soon" reaches, days.
pub const SOON_DAYS: i64 = 30;
/// Months of the trend, this one included.
pub const TREND_MONTHS: u16 = 12;

/// Overviews that were made.
pub struct Overviews {
    kept: Cache<String, Arc<Overview>>,
}

impl Default for Overviews {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT) }
    }
}

/// What a selection adds up to.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// All of it.
    pub total: Sums,
    /// By number of the municipality; problems of none are in no entry.
    pub municipalities: Vec<Sums>,
    /// Spheres with how many problems each has, the largest first.
    pub spheres: Vec<(CategoryNo, u32)>,
    /// The last twelve civil months, the earliest first.
    pub months: Vec<Month>,
}

/// Sums of problems.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Problems.
    pub count: u32,
    /// Open, new to the registry, not overdue.
    pub new: u32,
    /// Open, further on, not overdue.
    pub in_work: u32,
    /// Open, with a deadline that has passed while it ran.
    pub overdue: u32,
    /// Closed in whatever way.
    pub closed: u32,
    /// Not overdue, with a deadline within [`SOON_DAYS`].
    pub due_soon: u32,
    /// Known costs of the overdue ones.
    pub overdue_cost: i128,
    /// Overdue ones with a known cost.
    pub overdue_priced: u32,
    /// Known costs of the open ones.
    pub open_cost: i128,
}

/// A month of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Year.
    pub year: i16,
    /// Month, 1…12.
    pub month: u8,
    /// Problems that entered the registry.
    pub opened: u32,
    /// Problems verified as solved.
    pub resolved: u32,
}

impl Sums {
    /// Problems on which something is still to be done.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.count - self.closed
    }

    /// Known costs of the overdue ones as money.
    #[must_use]
    pub fn overdue_money(&self) -> Kopecks {
        Kopecks(i64::try_from(self.overdue_cost).unwrap_or(i64::MAX))
    }

    /// Known costs of the open ones as money.
    #[must_use]
    pub fn open_money(&self) -> Kopecks {
        Kopecks(i64::try_from(self.open_cost).unwrap_or(i64::MAX))
    }

    fn add(&mut self, fact: &ProblemFact, as_of: AsOf) {
        let cost = fact.cost.map_or(0, |cost| i128::from(cost.0));
        self.count += 1;
        if !fact.is_open() {
            self.closed += 1;
            return;
        }
        self.open_cost += cost;
        if fact.is_overdue(as_of) {
            self.overdue += 1;
            self.overdue_cost += cost;
            self.overdue_priced += u32::from(fact.cost.is_some());
        } else if fact.status == Status::Registered {
            self.new += 1;
        } else {
            self.in_work += 1;
        }
        let until = as_of.today.plus_days(SOON_DAYS + 1);
        let soon = fact.current_due.is_some_and(|due| due >= as_of.today && due < until);
        self.due_soon += u32::from(soon && fact.status.deadline_runs());
    }
}

impl Atlas {
    /// What the problems that the filter takes add up to, in the world of the reading.
    ///
    /// Cost: one pass over the selected problems the first time; then nothing.
    pub fn overview(&self, reading: &Reading, filter: &Filter) -> Result<Arc<Overview>, ReadError> {
        let past = if reading.past { reading.now.0 } else { 0 };
        let scope = scope_of("overview", reading.snapshot.problems.version(), reading, filter);
        let scope = format!("{scope}/{past}");
        if let Some(kept) = self.overviews.kept.get(&scope) {
            return Ok(kept);
        }
        let made = Arc::new(make(reading, &problem_facts(reading, filter)?));
        self.overviews.kept.insert(scope, Arc::clone(&made));
        Ok(made)
    }
}

fn make(reading: &Reading, facts: &[ProblemFact]) -> Overview {
    let (as_of, dictionary) = (moment(reading), &reading.snapshot.dictionary);
    let mut overview = Overview {
        municipalities: vec![Sums::default(); dictionary.municipalities.len()],
        ..Overview::default()
    };
    let sphere = |c: &crate::domain::Category| dictionary.find_category(c.sphere()).map_or(c.no, |s| s.no);
    let spheres: Vec<CategoryNo> = dictionary.categories.iter().map(sphere).collect();
    let mut by_sphere = vec![0u32; dictionary.categories.len()];
    let zone = dictionary.calendar.zone();
    let last = month_of(zone, as_of.now).unwrap_or(TREND_MONTHS);
    let first = last.saturating_sub(TREND_MONTHS - 1);
    let mut months: Vec<Month> = (first..=last)
        .map(|month| {
            let (year, month) = year_and_month(month);
            Month { year, month, opened: 0, resolved: 0 }
        })
        .collect();
    let slot = |t| month_of(zone, t).filter(|m| (first..=last).contains(m)).map(|m| usize::from(m - first));
    // Two look-ups of the zone a problem would be most of the work; what is older than the trend needs none.
    let since = as_of.now.plus_days(-31 * i64::from(TREND_MONTHS));
    for fact in facts.iter().filter_map(|fact| fact.seen_at(as_of)) {
        overview.total.add(&fact, as_of);
        if let Some(sums) =
            fact.municipality.and_then(|MunicipalityNo(no)| overview.municipalities.get_mut(usize::from(no)))
        {
            sums.add(&fact, as_of);
        }
        if let Some(sphere) = spheres.get(fact.category.index()) {
            by_sphere[sphere.index()] += 1;
        }
        if let Some(slot) = fact.opened_at.filter(|t| *t > since).and_then(slot) {
            months[slot].opened += 1;
        }
        let resolved = fact.closed_at.filter(|t| fact.status == Status::Resolved && *t > since);
        if let Some(slot) = resolved.and_then(slot) {
            months[slot].resolved += 1;
        }
    }
    let counted = by_sphere.iter().enumerate().filter(|(_, n)| **n > 0);
    overview.spheres = counted.map(|(no, n)| (CategoryNo(no as u16), *n)).collect();
    overview.spheres.sort_by_key(|(no, n)| (std::cmp::Reverse(*n), no.0));
    overview.months = months;
    overview
}
