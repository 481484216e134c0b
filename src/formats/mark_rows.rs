//! Citizens' marks of heads from records.

use super::appeal_rows::identity;
use super::dates::DayEdge;
use super::field::{Field, RowKind};
use super::municipality_rows::MAX_NAME_CHARS;
use super::problem_rows::MAX_SOURCE_CHARS;
use super::record::{Fields, FromRecord};
use super::rule;
use crate::domain::Timestamp;
use crate::domain::row::MarkRow;

/// Longest name of what is marked, characters.
const MAX_CRITERION_CHARS: usize = 120;

impl FromRecord for MarkRow {
    const KIND: RowKind = RowKind::Marks;

    fn from_fields(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let source = fields.line(Field::Source, MAX_SOURCE_CHARS);
        let source_id = fields.id(Field::SourceId, MAX_SOURCE_CHARS);
        let municipality =
            fields.required_line(Field::Municipality, MAX_NAME_CHARS, rule::MUNICIPALITY_MISSING);
        let criterion = fields.required_line(Field::Criterion, MAX_CRITERION_CHARS, rule::CRITERION_MISSING);
        let mark = mark(fields);
        let given_at = given_at(fields);
        if fields.violations() > 0 {
            return None;
        }
        Some(Self {
            row: fields.row(),
            source: source.unwrap_or_default(),
            identity: identity(fields, source_id, None),
            municipality: municipality?,
            criterion: criterion?,
            mark: mark?,
            given_at: given_at?,
        })
    }
}

fn mark(fields: &mut Fields<'_, '_>) -> Option<u8> {
    let before = fields.violations();
    let mark = fields.whole(Field::Mark, 1, 5, rule::MARK_NOT_ALLOWED);
    if mark.is_none() && fields.violations() == before {
        fields.reject(Field::Mark.name(), rule::MARK_NOT_ALLOWED, "");
    }
    mark.map(|n| n as u8)
}

/// A mark that has no day, or one that has not come yet, belongs to no period and is not taken.
fn given_at(fields: &mut Fields<'_, '_>) -> Option<Timestamp> {
    let before = fields.violations();
    let given = fields.moment(Field::GivenAt, DayEdge::Start).map(|moment| moment.at);
    match given {
        None if fields.violations() == before => {
            fields.reject(Field::GivenAt.name(), rule::GIVEN_AT_MISSING, "");
        }
        Some(at) if at > fields.context.latest => {
            let shown = at.to_string();
            fields.reject(Field::GivenAt.name(), rule::DATE_IN_FUTURE, &shown);
        }
        _ => {}
    }
    given
}
