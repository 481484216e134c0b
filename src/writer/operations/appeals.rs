//! Appeals from a file.

use rayon::prelude::*;

use super::RowCounts;
use crate::domain::category::OTHER;
use crate::domain::row::{AppealRow, Rejection};
use crate::domain::{
    Actor, Appeal, AppealNo, AppealStatus, EventKind, Key, Kind, MunicipalityNo, Quality, Record, Timestamp,
};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Takes in rows of appeals, each with the id by which its source knows it.
///
/// Rows of sources without ids come with one made of their content and their count among equal rows.
pub struct ImportAppeals {
    /// The rows and their ids.
    pub rows: Vec<(AppealRow, String)>,
    /// Source of the rows that name none.
    pub default_source: String,
    /// Who imports.
    pub actor: Actor,
}

struct Prepared {
    row: AppealRow,
    identity: u64,
    municipality: Option<MunicipalityNo>,
}

impl Operation for ImportAppeals {
    type Answer = RowCounts;

    fn plan(self, planner: &mut Planner<'_>) -> Result<RowCounts, Refusal> {
        let hasher = planner.identity_hasher().ok_or(Refusal::Conflict("the atlas has no region yet"))?;
        let (areas, default_source) = (&planner.snapshot.areas, self.default_source);
        let prepare = |(mut row, source_id): (AppealRow, String)| {
            if row.source.is_empty() {
                row.source.clone_from(&default_source);
            }
            let identity = hasher.of(Kind::Appeal, &row.source, &source_id);
            let municipality = areas.locate(row.point);
            let outside = municipality.is_none() && !areas.is_empty();
            row.flags = row.flags.with(Quality::OutsideRegion, outside);
            Prepared { identity, municipality, row }
        };
        let prepared: Vec<Prepared> = self.rows.into_par_iter().with_min_len(64).map(prepare).collect();
        let mut counts = RowCounts::default();
        for one in prepared {
            take_row(planner, one, self.actor, &mut counts)?;
        }
        Ok(counts)
    }

    fn weight_bytes(&self) -> usize {
        self.rows.len() * 192
    }
}

fn take_row(
    planner: &mut Planner<'_>,
    one: Prepared,
    actor: Actor,
    counts: &mut RowCounts,
) -> Result<(), Refusal> {
    let name = if one.row.category.is_empty() { OTHER } else { &one.row.category };
    let Some((category, as_given)) = planner.category(name, actor) else {
        counts.reject(Rejection::new(one.row.row, "category", "too_many_categories", name));
        return Ok(());
    };
    if as_given {
        counts.warn("unknown_category", "category", name);
    }
    let source = planner.source(&one.row.source, actor);
    let known = match planner.find(Kind::Appeal, one.identity) {
        Some(number) => planner.appeal(number)?,
        None => None,
    };
    let row = one.row;
    let due_by_rule = |t: Timestamp| planner.dictionary().reply_due(category, t);
    let due_at = row.due_at.or_else(|| row.received_at.and_then(due_by_rule));
    let answered = row.answered_at.map(|_| AppealStatus::Answered);
    match known {
        None => {
            let number = planner.number_for(Kind::Appeal, one.identity);
            let appeal = Appeal {
                no: AppealNo(number),
                source,
                identity: one.identity,
                category,
                point: row.point,
                municipality: one.municipality,
                received_at: row.received_at,
                due_at,
                answered_at: row.answered_at,
                status: row.status.or(answered).unwrap_or(AppealStatus::Received),
                problem: None,
                public: row.public,
                text: row.text,
                flags: row.flags,
                updated_at: planner.now,
            };
            counts.accepted += 1;
            let effective_at = row.received_at.unwrap_or(planner.now);
            planner.happened(key(number), EventKind::Imported, actor, effective_at);
            planner.put(Record::Appeal(appeal));
        }
        Some(old) => {
            let mut new = Appeal {
                category,
                point: row.point,
                municipality: one.municipality,
                received_at: row.received_at.or(old.received_at),
                due_at: due_at.or(old.due_at),
                answered_at: row.answered_at.or(old.answered_at),
                status: row.status.or(answered).unwrap_or(old.status),
                public: row.public,
                text: row.text.or_else(|| old.text.clone()),
                flags: row.flags,
                ..old.clone()
            };
            if new == old {
                counts.unchanged += 1;
                return Ok(());
            }
            new.updated_at = planner.now;
            counts.updated += 1;
            planner.happened(key(new.no.0), EventKind::Updated, actor, planner.now);
            planner.put(Record::Appeal(new));
        }
    }
    Ok(())
}

fn key(number: u32) -> Key {
    Key { kind: Kind::Appeal, number }
}
