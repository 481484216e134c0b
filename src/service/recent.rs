//! What happened lately: added, solved, become overdue, put off, come back. For whoever looks once a week.
//!
//! Changes as they happen: [`super::changes`]. Only the last [`REACH_DAYS`] are kept ready; the whole history of one problem
//! is on its card.

use std::sync::Arc;

use moka::sync::Cache;

use super::ratings::scope;
use super::{Atlas, ReadError, Reading};
use crate::domain::{Event, EventKind, MunicipalityNo, Problem, ProblemNo, Status, Timestamp};

/// How far back it reaches, days: a quarter.
pub const REACH_DAYS: i64 = 92;
/// Lists of versions and days that are kept.
const KEPT: u64 = 8;

/// What happened to a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Its deadline passed.
    BecameOverdue,
    /// Its deadline was put off by so many days.
    PutOff(i64),
    /// It was closed and is open again.
    CameBack,
    /// It was verified as solved.
    Solved,
    /// It entered the registry.
    Added,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    /// When.
    pub at: Timestamp,
    /// To which problem.
    pub problem: ProblemNo,
    /// In which municipality.
    pub municipality: Option<MunicipalityNo>,
    /// What.
    pub what: What,
}

/// Lists that were made.
pub struct RecentCache {
    kept: Cache<String, Arc<Vec<Recent>>>,
}

impl Default for RecentCache {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT) }
    }
}

impl Atlas {
    /// What happened in the last [`REACH_DAYS`], the latest first.
    ///
    /// Cost: one pass over all histories the first time a version is asked for on a day; then nothing.
    pub fn recent(&self, reading: &Reading) -> Result<Arc<Vec<Recent>>, ReadError> {
        let scope = format!("recent/{}", scope(reading));
        if let Some(kept) = self.recent.kept.get(&scope) {
            return Ok(kept);
        }
        let since = reading.now.plus_days(-REACH_DAYS);
        let of =
            |problem: Problem, events: Vec<Event>| Some(happened(&problem, &events, since, reading.today));
        let mut found: Vec<Recent> =
            self.fold_histories(reading, reading.now, of)?.into_iter().flatten().collect();
        found.sort_by_key(|recent| (std::cmp::Reverse(recent.at), recent.problem, recent.what));
        let made = Arc::new(found);
        self.recent.kept.insert(scope, Arc::clone(&made));
        Ok(made)
    }
}

fn happened(problem: &Problem, events: &[Event], since: Timestamp, today: Timestamp) -> Vec<Recent> {
    let recent = |at: Timestamp, what: What| Recent {
        at,
        problem: problem.no,
        municipality: problem.municipality,
        what,
    };
    let mut found: Vec<Recent> = events
        .iter()
        .filter(|event| event.effective_at > since)
        .filter_map(|event| Some(recent(event.effective_at, what_of(&event.kind)?)))
        .collect();
    found.extend(problem.registered_at.filter(|at| *at > since).map(|at| recent(at, What::Added)));
    let overdue =
        problem.current_due.filter(|due| problem.status.deadline_runs() && *due < today && *due > since);
    found.extend(overdue.map(|due| recent(due, What::BecameOverdue)));
    found
}

fn what_of(kind: &EventKind) -> Option<What> {
    match kind {
        EventKind::StatusChanged { to: Status::Resolved, .. } => Some(What::Solved),
        EventKind::StatusChanged { from, to } if from.is_closed() && !to.is_closed() => Some(What::CameBack),
        EventKind::DueMoved { from, to } if to > from => {
            Some(What::PutOff(to.days_since(*from).round() as i64))
        }
        _ => None,
    }
}
