//! Problems from records. The canonical fields are those of the import contract.

use super::dates::DayEdge;
use super::field::{Field, RowKind};
use super::record::{Fields, FromRecord, at};
use super::rule;
use super::warning::Warning;
use crate::domain::problem::{MAX_DESCRIPTION_CHARS, MAX_SHAPE_VERTICES, MAX_TITLE_CHARS};
use crate::domain::row::ProblemRow;
use crate::domain::{Cost, CostClass, Kopecks, Level, Status};

/// Longest name of a source and longest id in it, characters.
pub(super) const MAX_SOURCE_CHARS: usize = 200;
/// Longest name of a category, characters.
pub(super) const MAX_CATEGORY_CHARS: usize = 120;
/// Longest postal address, characters.
const MAX_ADDRESS_CHARS: usize = 300;
/// Longest name of a body, characters.
const MAX_BODY_CHARS: usize = 200;

impl FromRecord for ProblemRow {
    const KIND: RowKind = RowKind::Problems;

    fn from_fields(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let source = fields.line(Field::Source, MAX_SOURCE_CHARS);
        let source_id = source_id(fields);
        let (title, category) = title_and_category(fields);
        let description =
            fields.cut_lines(Field::Description, MAX_DESCRIPTION_CHARS, Warning::DescriptionCut);
        let place = fields.shape(MAX_SHAPE_VERTICES);
        let status = fields.choice(Field::Status, rule::STATUS_UNKNOWN, Status::parse);
        let severity = fields.whole(Field::Severity, 1, 5, rule::SEVERITY_NOT_ALLOWED).map(|n| n as u8);
        let responsible = fields.line(Field::Responsible, MAX_BODY_CHARS);
        let level = fields.choice(Field::Level, rule::LEVEL_UNKNOWN, Level::parse);
        let registered = fields.moment(Field::RegisteredAt, DayEdge::Start);
        let baseline = fields.moment(Field::BaselineDue, DayEdge::End);
        let current = fields.moment(Field::CurrentDue, DayEdge::End);
        let resolved = fields.moment(Field::ResolvedAt, DayEdge::Start);
        let cost = cost(fields);
        let people_affected = fields.whole(Field::PeopleAffected, 0, u32::MAX, rule::COUNT_NOT_ALLOWED);
        let address = fields.line(Field::Address, MAX_ADDRESS_CHARS);
        let doubts = fields.doubts_about_time(registered, &[baseline, current], resolved);
        if fields.violations() > 0 {
            return None;
        }
        let place = place?;
        Some(Self {
            row: fields.row(),
            source: source.unwrap_or_default(),
            source_id: source_id?,
            title,
            description: description.unwrap_or_default(),
            category,
            shape: place.shape,
            status,
            severity,
            responsible,
            level,
            registered_at: at(registered),
            baseline_due: at(baseline),
            current_due: at(current),
            resolved_at: at(resolved),
            cost,
            people_affected,
            address,
            flags: doubts.union(place.flags),
        })
    }
}

fn source_id(fields: &mut Fields<'_, '_>) -> Option<String> {
    let before = fields.violations();
    let id = fields.id(Field::SourceId, MAX_SOURCE_CHARS);
    if id.is_none() && fields.violations() == before {
        fields.reject(Field::SourceId.name(), rule::SOURCE_ID_MISSING, "");
    }
    id
}

/// A problem without a title is called by its category.
fn title_and_category(fields: &mut Fields<'_, '_>) -> (String, String) {
    let before = fields.violations();
    let category = fields.line(Field::Category, MAX_CATEGORY_CHARS);
    let title =
        fields.cut_line(Field::Title, MAX_TITLE_CHARS, Warning::TitleCut).or_else(|| category.clone());
    if title.is_none() && fields.violations() == before {
        fields.reject(Field::Title.name(), rule::TITLE_MISSING, "");
    }
    (title.unwrap_or_default(), category.unwrap_or_default())
}

/// The cost of class A, B or C. Class D says that it is unknown, so an amount beside it is left out.
fn cost(fields: &mut Fields<'_, '_>) -> Option<Cost> {
    let class = fields.choice(Field::CostClass, rule::COST_CLASS_UNKNOWN, CostClass::parse);
    let text = fields.value(Field::CostRub)?;
    let Some(amount) = Kopecks::parse_roubles(text) else {
        fields.reject(Field::CostRub.name(), rule::COST_NOT_ALLOWED, text);
        return None;
    };
    if class == Some(CostClass::D) {
        fields.warn(Warning::CostDropped);
        return None;
    }
    // Whoever gives a number without saying how it was found has judged it.
    Some(Cost { amount, price_date: None, class: class.unwrap_or(CostClass::C) })
}
