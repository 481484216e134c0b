//! Appeals from records. The canonical fields are those of the import contract.

use super::content_hash::content_hash;
use super::dates::DayEdge;
use super::field::{Field, RowKind};
use super::number::parse_bool;
use super::problem_rows::{MAX_CATEGORY_CHARS, MAX_SOURCE_CHARS};
use super::record::{Fields, FromRecord, at};
use super::rule;
use super::warning::Warning;
use crate::domain::AppealStatus;
use crate::domain::row::{AppealRow, RowIdentity};
use crate::geometry::Position;

/// Longest words of an appeal that are kept, characters.
const MAX_TEXT_CHARS: usize = 4_000;

impl FromRecord for AppealRow {
    const KIND: RowKind = RowKind::Appeals;

    fn from_fields(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let source = fields.line(Field::Source, MAX_SOURCE_CHARS);
        let source_id = fields.id(Field::SourceId, MAX_SOURCE_CHARS);
        let category = fields.line(Field::Category, MAX_CATEGORY_CHARS);
        let place = fields.point();
        let received = fields.moment(Field::ReceivedAt, DayEdge::Start);
        let due = fields.moment(Field::DueAt, DayEdge::End);
        let answered = fields.moment(Field::AnsweredAt, DayEdge::Start);
        let status = fields.choice(Field::Status, rule::APPEAL_STATUS_UNKNOWN, AppealStatus::parse);
        let text = fields.cut_lines(Field::Text, MAX_TEXT_CHARS, Warning::TextCut);
        let public = fields.choice(Field::Public, rule::BOOLEAN_UNKNOWN, parse_bool);
        let doubts = fields.doubts_about_time(received, &[due], answered);
        if fields.violations() > 0 {
            return None;
        }
        let (point, flags) = place?;
        Some(Self {
            row: fields.row(),
            source: source.unwrap_or_default(),
            identity: identity(fields, source_id, Some(point)),
            category: category.unwrap_or_default(),
            point,
            received_at: at(received),
            due_at: at(due),
            answered_at: at(answered),
            status,
            text,
            public: public.unwrap_or(true),
            flags: doubts.union(flags),
        })
    }
}

/// The row's own id, or else its content.
pub(super) fn identity(
    fields: &Fields<'_, '_>,
    source_id: Option<String>,
    point: Option<Position>,
) -> RowIdentity {
    source_id.map_or_else(
        || RowIdentity::Content(content_hash(&fields.record, fields.layout, point)),
        RowIdentity::SourceId,
    )
}
