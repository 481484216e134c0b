//! Appeals: what lists need beside the common columns.

use super::layer::{Entry, Extra, number_or_none};
use crate::analytics::columns::{HIDDEN, NO_TIME, NONE, Row};
use crate::analytics::selection::StatusTable;
use crate::domain::{Appeal, AppealStatus, ProblemNo};
use crate::geometry::{Bounds, Mercator};

/// What appeals have beside the common columns: 8 bytes for each that is linked, so that ten million fit.
pub struct AppealColumns {
    /// Rows that are linked to a problem, ascending, and its number.
    linked: Vec<(u32, u32)>,
}

/// Makes the entry of an appeal.
#[must_use]
pub fn entry(appeal: &Appeal) -> Entry<AppealColumns> {
    let row = Row {
        place: Mercator::from(appeal.point),
        number: appeal.no.0,
        category: appeal.category.0,
        municipality: number_or_none(appeal.municipality.map(|m| m.0)),
        responsible: NONE,
        source: appeal.source.0,
        status: appeal.status as u8,
        severity: 0,
        flags: appeal.flags.0 | if appeal.public { 0 } else { HIDDEN },
        opened_at: appeal.received_at.map_or(NO_TIME, |t| t.0),
        due_at: appeal.due_at.map_or(NO_TIME, |t| t.0),
        closed_at: appeal.answered_at.map_or(NO_TIME, |t| t.0),
    };
    Entry { row, item: appeal.problem }
}

impl AppealColumns {
    /// The problem to which row `n` is linked. Cost: a binary search.
    #[must_use]
    pub fn problem(&self, n: usize) -> Option<ProblemNo> {
        let at = self.linked.binary_search_by_key(&(n as u32), |(row, _)| *row).ok()?;
        Some(ProblemNo(self.linked[at].1))
    }

    fn of(problems: impl Iterator<Item = Option<ProblemNo>>) -> Self {
        let linked = problems.enumerate().filter_map(|(row, problem)| Some((row as u32, problem?.0)));
        Self { linked: linked.collect() }
    }
}

impl Extra for AppealColumns {
    type Item = Option<ProblemNo>;

    const STATUSES: StatusTable = {
        let open = 1 << AppealStatus::Received as u8 | 1 << AppealStatus::InWork as u8;
        let new = 1 << AppealStatus::Received as u8;
        StatusTable { open, new, deadline_runs: open, resolved: 1 << AppealStatus::Answered as u8 }
    };

    fn reach(_: &Self::Item) -> Option<Bounds> {
        None
    }

    fn reach_of(&self, _: usize) -> Option<Bounds> {
        None
    }

    fn build(items: Vec<Self::Item>) -> Self {
        Self::of(items.into_iter())
    }

    fn merge(parts: &[&Self], origin: &[(u32, u32)]) -> Self {
        Self::of(origin.iter().map(|&(part, row)| parts[part as usize].problem(row as usize)))
    }
}
