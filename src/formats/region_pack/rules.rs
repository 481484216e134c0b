//! `deadline_rules.csv`, `calendar.csv` and `fast_track.csv`: how terms are counted.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::fault::PackFault;
use super::table::{Row, Table, code, day};
use crate::domain::change::CalendarYear;
use crate::domain::deadline::{DayKind, DeadlineRule};
use crate::formats::rule;

pub(super) const FILE: &str = "deadline_rules.csv";
pub(super) const COLUMNS: &[&str] = &[
    "code",
    "clock",
    "quantity",
    "unit",
    "start_event",
    "name_ru",
    "name_en",
    "legal_reference",
    "valid_from",
    "valid_to",
];
pub(super) const CALENDAR: &str = "calendar.csv";
pub(super) const CALENDAR_COLUMNS: &[&str] = &["date", "day"];
pub(super) const FAST_TRACK: &str = "fast_track.csv";
pub(super) const FAST_TRACK_COLUMNS: &[&str] =
    &["number", "category_ru", "subcategory_ru", "reply_days", "type"];

/// A sub-category of appeals with a shorter reply term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FastTrack {
    /// Its number in the order that set the term.
    pub number: u32,
    /// Name of the category there.
    pub category_ru: String,
    /// Name of the sub-category there: an import may call the type so.
    pub subcategory_ru: String,
    /// Calendar days for the reply.
    pub reply_days: u32,
    /// Code of our type.
    pub type_code: String,
}

/// Reads the deadline rules.
pub(super) fn parse(table: &Table, faults: &mut Vec<PackFault>) -> Vec<DeadlineRule> {
    let mut rules: Vec<DeadlineRule> = vec![];
    for row in table.rows() {
        let Some(rule) = parse_rule(&row, faults) else { continue };
        if rules.iter().any(|known| known.code == rule.code) {
            row.fault("code", rule::PACK_ID_REPEATED, faults);
        }
        rules.push(rule);
    }
    rules
}

fn parse_rule(row: &Row<'_>, faults: &mut Vec<PackFault>) -> Option<DeadlineRule> {
    let own_code = row.required("code", faults);
    let clock = row.parsed("clock", |text| code(text), faults);
    let quantity = row.parsed("quantity", |text| text.parse().ok().filter(|n| *n > 0), faults);
    let unit = row.parsed("unit", |text| code(text), faults);
    let start_event = row.parsed("start_event", |text| code(text), faults);
    let name_ru = row.required("name_ru", faults);
    let name_en = row.required("name_en", faults);
    let legal_reference = row.required("legal_reference", faults);
    let valid_from = row.parsed_if_any("valid_from", day, faults);
    let valid_to = row.parsed_if_any("valid_to", day, faults);
    Some(DeadlineRule {
        code: own_code?,
        clock: clock?,
        quantity: quantity?,
        unit: unit?,
        start_event: start_event?,
        name_ru: name_ru?,
        name_en: name_en?,
        legal_reference: legal_reference?,
        valid_from: valid_from?,
        valid_to: valid_to?,
    })
}

/// Reads the calendar; years and days ascend.
pub(super) fn parse_calendar(table: &Table, faults: &mut Vec<PackFault>) -> Vec<CalendarYear> {
    let mut days: BTreeMap<Date, DayKind> = BTreeMap::new();
    for row in table.rows() {
        let date = row.parsed("date", |text| day(text).filter(|date| date.year() >= 1900), faults);
        let kind = row.parsed("day", |text| code(text), faults);
        let (Some(date), Some(kind)) = (date, kind) else { continue };
        if days.insert(date, kind).is_some() {
            row.fault("date", rule::PACK_ID_REPEATED, faults);
        }
    }
    let mut years: Vec<CalendarYear> = vec![];
    for (date, kind) in days {
        let year = date.year() as u16;
        match years.last_mut().filter(|last| last.year == year) {
            Some(last) => last.exceptions.push((date, kind)),
            None => years.push(CalendarYear { year, exceptions: vec![(date, kind)] }),
        }
    }
    years
}

/// Reads the fast track.
pub(super) fn parse_fast_track(table: &Table, faults: &mut Vec<PackFault>) -> Vec<FastTrack> {
    let mut entries: Vec<FastTrack> = vec![];
    for row in table.rows() {
        let number = row.parsed("number", |text| text.parse().ok(), faults);
        let reply_days = row.parsed("reply_days", |text| text.parse().ok().filter(|n| *n > 0), faults);
        let names = ["category_ru", "subcategory_ru", "type"].map(|column| row.required(column, faults));
        let (Some(number), Some(reply_days)) = (number, reply_days) else { continue };
        let [Some(category_ru), Some(subcategory_ru), Some(type_code)] = names else { continue };
        if entries.iter().any(|known| known.number == number) {
            row.fault("number", rule::PACK_ID_REPEATED, faults);
        }
        entries.push(FastTrack { number, category_ru, subcategory_ru, reply_days, type_code });
    }
    entries
}
