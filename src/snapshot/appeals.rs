//! Appeals: what lists need beside the common columns.

use super::layer::{Entry, Extra, number_or_none};
use crate::analytics::columns::{HIDDEN, NO_TIME, NONE, Row};
use crate::analytics::selection::StatusTable;
use crate::domain::{Appeal, AppealStatus, ProblemNo};
use crate::geometry::{Bounds, Mercator};

/// Columns of appeals, parallel to the common ones: 4 bytes a row, so that ten million fit.
pub struct AppealColumns {
    /// Number of the linked problem, or 0.
    problem: Vec<u32>,
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
    Entry { row, item: appeal.problem.map_or(0, |p| p.0) }
}

impl AppealColumns {
    /// The problem to which row `n` is linked.
    #[must_use]
    pub fn problem(&self, n: usize) -> Option<ProblemNo> {
        (self.problem[n] != 0).then_some(ProblemNo(self.problem[n]))
    }
}

impl Extra for AppealColumns {
    type Item = u32;

    const STATUSES: StatusTable = {
        let open = 1 << AppealStatus::Received as u8 | 1 << AppealStatus::InWork as u8;
        let new = 1 << AppealStatus::Received as u8;
        StatusTable { open, new, deadline_runs: open, resolved: 1 << AppealStatus::Answered as u8 }
    };

    fn reach(_: &u32) -> Option<Bounds> {
        None
    }

    fn reach_of(&self, _: usize) -> Option<Bounds> {
        None
    }

    fn build(items: Vec<u32>) -> Self {
        Self { problem: items }
    }

    fn merge(parts: &[&Self], origin: &[(u32, u32)]) -> Self {
        let at = |&(part, row): &(u32, u32)| parts[part as usize].problem[row as usize];
        Self { problem: origin.iter().map(at).collect() }
    }
}
