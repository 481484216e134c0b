//! One record of a file and typed access to its fields: every violation is noted, none ends the reading of the row.
//!
//! What the fields of a kind mean together is said in `problem_rows` and its siblings; where a field comes from,
//! in `layout`; places are read in `place`.

use std::borrow::Cow;

use super::dates::{DateFault, DateReader, DayEdge, Moment};
use super::feature_cells::Feature;
use super::field::{Field, RowKind};
use super::layout::{Layout, Source};
use super::number::parse_whole;
use super::rule;
use super::text::{clean_line, clean_lines, cut_at_word, is_longer};
use super::warning::{Warning, WarningCounts};
use crate::domain::row::Rejection;
use crate::domain::{Quality, QualityFlags, Timestamp};
use crate::geometry::Bounds;

/// A row that can be read from a record of a file.
pub trait FromRecord: Sized + Send {
    /// Which kind of file it comes from.
    const KIND: RowKind;

    /// Reads the row. All violations are noted in `fields`; `None` when there was one.
    fn from_fields(fields: &mut Fields<'_, '_>) -> Option<Self>;
}

/// One record, its cells still text.
#[derive(Debug)]
pub(super) struct Record<'r> {
    /// Number of the row.
    pub row: u64,
    /// One text per cell of the layout.
    pub cells: &'r [Cow<'r, str>],
    /// Cells that hold a list or an object, as bits.
    pub compound: u64,
    /// The whole feature, of GeoJSON.
    pub feature: Option<Feature<'r>>,
}

/// What reading a part of a file needs and gathers.
#[derive(Debug)]
pub(super) struct Context<'p> {
    pub dates: DateReader<'p>,
    /// Where rows are expected to lie.
    pub region: Option<Bounds>,
    /// Latest moment that is not in the future.
    pub latest: Timestamp,
    pub rejections: Vec<Rejection>,
    pub warnings: WarningCounts,
}

/// The fields of one record, by their canonical names.
#[derive(Debug)]
pub struct Fields<'r, 'p> {
    pub(super) record: Record<'r>,
    pub(super) layout: &'r Layout<'p>,
    pub(super) context: &'r mut Context<'p>,
    rejections_before: usize,
}

impl<'r, 'p> Fields<'r, 'p> {
    /// The fields of `record`, whose cells stand as `layout` says.
    pub(super) fn new(record: Record<'r>, layout: &'r Layout<'p>, context: &'r mut Context<'p>) -> Self {
        let rejections_before = context.rejections.len();
        Self { record, layout, context, rejections_before }
    }

    /// Number of the row.
    pub(super) fn row(&self) -> u64 {
        self.record.row
    }

    /// How many violations of this row have been noted.
    pub(super) fn violations(&self) -> usize {
        self.context.rejections.len() - self.rejections_before
    }

    /// Notes that `got` in `field` breaks `rule`.
    pub(super) fn reject(&mut self, field: &str, rule: &'static str, got: &str) {
        let rejection = Rejection::new(self.record.row, field, rule, got);
        self.context.rejections.push(rejection);
    }

    /// Counts a repair.
    pub(super) fn warn(&mut self, warning: Warning) {
        self.context.warnings.count(warning);
    }

    /// The text of a field as the mapping translates it; `None` when there is none.
    pub(super) fn value(&mut self, field: Field) -> Option<&'r str> {
        let raw = match self.layout.source(field) {
            Source::Absent => "",
            Source::Constant(value) => value,
            Source::Cell(cell) => {
                let text = self.record.cells.get(cell).map_or("", |text| text.trim());
                if self.record.compound & 1u64.checked_shl(cell as u32).unwrap_or(0) != 0 {
                    self.reject(field.name(), rule::VALUE_NOT_SCALAR, text);
                    return None;
                }
                self.translated(field, text)?
            }
        };
        (!raw.is_empty()).then_some(raw)
    }

    fn translated(&mut self, field: Field, text: &'r str) -> Option<&'r str> {
        let Some(table) = self.layout.translation(field) else { return Some(text) };
        if let Some(value) = table.get(text) {
            return Some(value);
        }
        if text.is_empty() {
            return None;
        }
        let any = table.get("*");
        if any.is_none() {
            self.reject(field.name(), rule::VALUE_NOT_IN_MAPPING, text);
        }
        any.map(String::as_str)
    }

    /// One line of text; longer than `max` characters is a violation.
    pub(super) fn line(&mut self, field: Field, max: usize) -> Option<String> {
        let text = clean_line(self.value(field)?);
        if is_longer(&text, max) {
            self.reject(field.name(), rule::TEXT_TOO_LONG, &text);
            return None;
        }
        (!text.is_empty()).then(|| text.into_owned())
    }

    /// One line of text that has to be there; `missing` is the rule that its absence breaks.
    pub(super) fn required_line(
        &mut self,
        field: Field,
        max: usize,
        missing: &'static str,
    ) -> Option<String> {
        let before = self.violations();
        let text = self.line(field, max);
        if text.is_none() && self.violations() == before {
            self.reject(field.name(), missing, "");
        }
        text
    }

    /// The id that the source gave the record: its field, or else the id of the feature itself.
    pub(super) fn id(&mut self, field: Field, max: usize) -> Option<String> {
        let before = self.violations();
        let own = self.line(field, max);
        if own.is_some() || self.violations() > before {
            return own;
        }
        let id = self.record.feature.and_then(|feature| feature.id())?;
        let id = clean_line(&id);
        if is_longer(&id, max) {
            self.reject(field.name(), rule::TEXT_TOO_LONG, &id);
            return None;
        }
        (!id.is_empty()).then(|| id.into_owned())
    }

    /// One line of text, cut to `max` characters.
    pub(super) fn cut_line(&mut self, field: Field, max: usize, warning: Warning) -> Option<String> {
        let text = clean_line(self.value(field)?);
        self.cut(text, max, warning)
    }

    /// Several lines of text, cut to `max` characters.
    pub(super) fn cut_lines(&mut self, field: Field, max: usize, warning: Warning) -> Option<String> {
        let text = clean_lines(self.value(field)?);
        self.cut(text, max, warning)
    }

    fn cut(&mut self, text: Cow<'_, str>, max: usize, warning: Warning) -> Option<String> {
        if is_longer(&text, max) {
            self.warn(warning);
            return Some(cut_at_word(&text, max));
        }
        (!text.is_empty()).then(|| text.into_owned())
    }

    /// A value of a closed list, whatever its case.
    pub(super) fn choice<T>(
        &mut self,
        field: Field,
        rule: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.value(field)?;
        let chosen = parse(text)
            .or_else(|| parse(&text.to_ascii_lowercase()))
            .or_else(|| parse(&text.to_ascii_uppercase()));
        if chosen.is_none() {
            self.reject(field.name(), rule, text);
        }
        chosen
    }

    /// A whole number between `low` and `high`.
    pub(super) fn whole(&mut self, field: Field, low: u32, high: u32, rule: &'static str) -> Option<u32> {
        let text = self.value(field)?;
        let number = parse_whole(text, low, high);
        if number.is_none() {
            self.reject(field.name(), rule, text);
        }
        number
    }

    /// A moment.
    pub(super) fn moment(&mut self, field: Field, edge: DayEdge) -> Option<Moment> {
        let text = self.value(field)?;
        match self.context.dates.moment(text, edge) {
            Ok(moment) => Some(moment),
            Err(fault) => {
                self.reject(field.name(), date_rule(fault), text);
                None
            }
        }
    }

    /// A day.
    pub(super) fn day(&mut self, field: Field) -> Option<jiff::civil::Date> {
        let text = self.value(field)?;
        match self.context.dates.day(text) {
            Ok(day) => Some(day),
            Err(fault) => {
                self.reject(field.name(), date_rule(fault), text);
                None
            }
        }
    }

    /// The doubts about when something was opened, when it is due and when it was closed.
    pub(super) fn doubts_about_time(
        &self,
        opened: Option<Moment>,
        due: &[Option<Moment>],
        closed: Option<Moment>,
    ) -> QualityFlags {
        // A bare date of closing stands for the whole day: it is not before an hour of the same day.
        let before = |late: Moment, early: Moment| {
            late.at < early.at && !(late.whole_day && self.context.dates.same_day(late.at, early.at))
        };
        let is_before = |late: Option<Moment>| late.zip(opened).is_some_and(|(l, early)| before(l, early));
        let in_future = |m: Option<Moment>| m.is_some_and(|m| m.at > self.context.latest);
        QualityFlags::default()
            .with(Quality::ClosedBeforeOpened, is_before(closed))
            .with(Quality::DueBeforeRegistered, due.iter().any(|due| is_before(*due)))
            .with(Quality::FutureDate, in_future(opened) || in_future(closed))
    }
}

const fn date_rule(fault: DateFault) -> &'static str {
    match fault {
        DateFault::Unreadable => rule::DATE_UNREADABLE,
        DateFault::OutOfRange => rule::DATE_OUT_OF_RANGE,
    }
}

/// The moment itself.
pub(super) fn at(moment: Option<Moment>) -> Option<Timestamp> {
    moment.map(|moment| moment.at)
}
