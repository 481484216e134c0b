//! Two clocks, never mixed: the reply term of an appeal and the resolution deadline of a problem.
//!
//! Rules are data (quantity, unit, start event, legal reference, validity). Legal days are counted in the region's zone;
//! working days by the week of Monday to Friday with the exceptions that the pack lists.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::time::{Timestamp, Zone};

/// Which clock a rule drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The reply to an appeal.
    Reply,
    /// The resolution of a problem.
    Resolution,
}

/// What a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Every day; the deadline is the end of the last one.
    CalendarDays,
    /// Working days only; the deadline is the end of the last one.
    WorkingDays,
    /// Hours from the moment of the start event.
    Hours,
}

/// From when a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartEvent {
    /// The appeal came in.
    Received,
    /// The problem entered the registry.
    Registered,
    /// The problem was planned.
    Planned,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineRule {
    /// Its stable code.
    pub code: String,
    /// Which clock.
    pub clock: Clock,
    /// How many units.
    pub quantity: u32,
    /// Which units.
    pub unit: Unit,
    /// From when.
    pub start_event: StartEvent,
    /// Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
    /// The law, order or default behind it.
    pub legal_reference: String,
    /// First day on which it holds.
    pub valid_from: Option<Date>,
    /// First day on which it no longer holds.
    pub valid_to: Option<Date>,
}

impl DeadlineRule {
    /// Whether the rule holds on `day`.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// An exception to the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A holiday or a day off on a weekday.
    Off,
    /// A working day on a weekend.
    Working,
}

/// The region's calendar: its zone and the exceptions to the week.
#[derive(Debug, Clone)]
pub struct LegalCalendar {
    zone: Zone,
    exceptions: BTreeMap<Date, DayKind>,
}

impl LegalCalendar {
    /// A calendar of `zone` with `exceptions` to Monday–Friday.
    #[must_use]
    pub fn new(zone: Zone, exceptions: BTreeMap<Date, DayKind>) -> Self {
        Self { zone, exceptions }
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Whether people work on `day`.
    #[must_use]
    pub fn is_working(&self, day: Date) -> bool {
        match self.exceptions.get(&day) {
            Some(kind) => *kind == DayKind::Working,
            None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    /// The deadline that `rule` gives for something that started at `start`.
    ///
    /// The day of the start is not counted (Civil Code, art. 191); a term in calendar days that ends on a day off ends
    /// on the next working day (art. 193). Cost: O(days).
    #[must_use]
    pub fn due(&self, rule: &DeadlineRule, start: Timestamp) -> Timestamp {
        let first_day = self.zone.day_of(start);
        match rule.unit {
            Unit::Hours => Timestamp(start.0 + i64::from(rule.quantity) * 3_600_000),
            Unit::CalendarDays => {
                let day = nth_day_after(first_day, rule.quantity);
                self.zone.end_of(self.next_working(day))
            }
            Unit::WorkingDays => {
                let mut day = first_day;
                for _ in 0..rule.quantity {
                    day = self.next_working(next_day(day));
                }
                self.zone.end_of(day)
            }
        }
    }

    /// `day` itself when people work on it, else the next day on which they do.
    fn next_working(&self, mut day: Date) -> Date {
        while !self.is_working(day) && day < Date::MAX {
            day = next_day(day);
        }
        day
    }

    /// The moment before which a deadline is overdue at `now`: the beginning of the legal day of `now`.
    ///
    /// A deadline is overdue from the legal day after it. Answers that depend on `now` therefore change once a day.
    #[must_use]
    pub fn overdue_before(&self, now: Timestamp) -> Timestamp {
        self.zone.start_of(self.zone.day_of(now))
    }
}

fn next_day(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

fn nth_day_after(day: Date, n: u32) -> Date {
    day.checked_add(jiff::Span::new().days(i64::from(n))).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> LegalCalendar {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let exceptions =
            BTreeMap::from([(day("2026-11-04"), DayKind::Off), (day("2026-11-07"), DayKind::Working)]);
        LegalCalendar::new(Zone::parse("Asia/Vladivostok").unwrap(), exceptions)
    }

    fn rule(quantity: u32, unit: Unit) -> DeadlineRule {
        DeadlineRule {
            code: "r".into(),
            clock: Clock::Reply,
            quantity,
            unit,
            start_event: StartEvent::Received,
            name_ru: String::new(),
            name_en: String::new(),
            legal_reference: String::new(),
            valid_from: None,
            valid_to: None,
        }
    }

    fn due_day(quantity: u32, unit: Unit, start: &str) -> String {
        let calendar = calendar();
        let due = calendar.due(&rule(quantity, unit), Timestamp::parse_rfc3339(start).unwrap());
        calendar.zone().day_of(due).to_string()
    }

    #[test]
    fn working_days_skip_weekends_and_holidays_and_count_moved_days() {
        // Tuesday 3 November; the 4th is off, Saturday the 7th is worked.
        assert_eq!(due_day(1, Unit::WorkingDays, "2026-11-03T10:00:00+10:00"), "2026-11-05");
        assert_eq!(due_day(3, Unit::WorkingDays, "2026-11-03T10:00:00+10:00"), "2026-11-07");
        assert_eq!(due_day(4, Unit::WorkingDays, "2026-11-03T10:00:00+10:00"), "2026-11-09");
    }

    #[test]
    fn a_term_in_calendar_days_that_ends_on_a_day_off_ends_on_the_next_working_day() {
        assert_eq!(due_day(10, Unit::CalendarDays, "2026-11-05T10:00:00+10:00"), "2026-11-16");
        assert_eq!(due_day(5, Unit::CalendarDays, "2026-11-05T10:00:00+10:00"), "2026-11-10");
    }

    #[test]
    fn the_day_of_the_start_is_the_regions_day_and_not_utcs() {
        // 23:00 UTC on the 5th is the 6th in Khabarovsk.
        assert_eq!(due_day(4, Unit::CalendarDays, "2026-11-05T23:00:00Z"), "2026-11-10");
        assert_eq!(due_day(4, Unit::CalendarDays, "2026-11-05T03:00:00Z"), "2026-11-09");
    }

    #[test]
    fn a_deadline_is_overdue_from_the_legal_day_after_it() {
        let calendar = calendar();
        let due = Timestamp::parse_rfc3339("2026-11-10T12:00:00+10:00").unwrap();
        let at = |text: &str| calendar.overdue_before(Timestamp::parse_rfc3339(text).unwrap());
        assert!(due >= at("2026-11-10T23:59:59+10:00"));
        assert!(due < at("2026-11-11T00:00:00+10:00"));
    }
}
