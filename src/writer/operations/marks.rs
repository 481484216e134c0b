//! Citizens' marks of heads from a file.

use super::RowCounts;
use crate::domain::row::{MarkRow, Rejection};
use crate::domain::{Actor, EventKind, Key, Kind, Mark, MarkNo, Record};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Takes in rows of marks, each with the id by which its source knows it. A mark never changes.
pub struct ImportMarks {
    /// The rows and their ids.
    pub rows: Vec<(MarkRow, String)>,
    /// Source of the rows that name none.
    pub default_source: String,
    /// Who imports.
    pub actor: Actor,
}

impl Operation for ImportMarks {
    type Answer = RowCounts;

    fn plan(self, planner: &mut Planner<'_>) -> Result<RowCounts, Refusal> {
        let hasher = planner.identity_hasher().ok_or(Refusal::Conflict("the atlas has no region yet"))?;
        let mut counts = RowCounts::default();
        for (row, source_id) in self.rows {
            let source_name = if row.source.is_empty() { &self.default_source } else { &row.source };
            let Some(municipality) = planner.dictionary().find_municipality(&row.municipality).map(|m| m.no)
            else {
                let rejection =
                    Rejection::new(row.row, "municipality", "unknown_municipality", &row.municipality);
                counts.reject(rejection);
                continue;
            };
            let identity = hasher.of(Kind::Mark, source_name, &source_id);
            if planner.find(Kind::Mark, identity).is_some() {
                counts.unchanged += 1;
                continue;
            }
            let source = planner.source(source_name, self.actor);
            let number = planner.number_for(Kind::Mark, identity);
            let (mark, criterion, given_at) = (row.mark, row.criterion, row.given_at);
            let no = MarkNo(number);
            let record = Mark { no, source, identity, municipality, criterion, mark, given_at };
            let key = Key { kind: Kind::Mark, number };
            planner.happened(key, EventKind::Imported, self.actor, given_at);
            planner.put(Record::Mark(record));
            counts.accepted += 1;
        }
        Ok(counts)
    }

    fn weight_bytes(&self) -> usize {
        self.rows.len() * 96
    }
}
