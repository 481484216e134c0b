//! Days of the invented history: which are busy, and what time of day things happen.

use jiff::Span;
use jiff::civil::Date;

use super::chance::{Chance, Weights};
use crate::domain::Timestamp;
use crate::domain::deadline::LegalCalendar;
use crate::domain::time::DAY_MS;

/// Minutes of a working day, from 8:30 to 17:30.
const OFFICE_MINUTES: (f64, f64) = (510.0, 1_050.0);

/// The span of the history and the clock within it.
#[derive(Debug, Clone, Copy)]
pub struct Days<'a> {
    /// Working days and the zone.
    pub calendar: &'a LegalCalendar,
    /// First day.
    pub since: Date,
    /// Last day.
    pub until: Date,
    /// First moment.
    pub start: Timestamp,
    /// Last moment: nothing happens after it.
    pub now: Timestamp,
}

impl<'a> Days<'a> {
    /// The history from `since` to `until`, both included.
    #[must_use]
    pub fn new(calendar: &'a LegalCalendar, since: Date, until: Date) -> Self {
        let zone = calendar.zone();
        Self { calendar, since, until, start: zone.start_of(since), now: zone.end_of(until) }
    }

    /// The legal day of a moment.
    #[must_use]
    pub fn day_of(&self, t: Timestamp) -> Date {
        self.calendar.zone().day_of(t)
    }

    /// A moment of office hours on a day.
    pub fn office(&self, day: Date, chance: &mut Chance) -> Timestamp {
        let minutes = chance.between(OFFICE_MINUTES.0, OFFICE_MINUTES.1);
        Timestamp(self.calendar.zone().start_of(day).0 + (minutes * 60.0) as i64 * 1_000)
    }

    /// A moment of office hours on the day of `t`, or on the next working day.
    pub fn office_from(&self, t: Timestamp, chance: &mut Chance) -> Timestamp {
        let mut day = self.day_of(t);
        while !self.calendar.is_working(day) && day < Date::MAX {
            day = plus(day, 1);
        }
        self.office(day, chance)
    }

    /// The last working day that is not after `day`.
    #[must_use]
    pub fn working_until(&self, mut day: Date) -> Date {
        while !self.calendar.is_working(day) && day > Date::MIN {
            day = plus(day, -1);
        }
        day
    }

    /// A moment of a day by the weights of its hours.
    pub fn by_hours(&self, day: Date, hours: &Weights, chance: &mut Chance) -> Timestamp {
        let hour = hours.draw(chance).unwrap_or(12) as f64;
        let seconds = (hour + chance.unit()) * 3_600.0;
        Timestamp(self.calendar.zone().start_of(day).0 + seconds as i64 * 1_000)
    }
}

/// `day` and `n` days more, within what a date can say.
#[must_use]
pub fn plus(day: Date, n: i64) -> Date {
    let edge = if n < 0 { Date::MIN } else { Date::MAX };
    Span::new().try_days(n).ok().and_then(|span| day.checked_add(span).ok()).unwrap_or(edge)
}

/// `t` and a broken number of days more.
#[must_use]
pub fn later(t: Timestamp, days: f64) -> Timestamp {
    Timestamp(t.0.saturating_add((days * DAY_MS as f64) as i64))
}

/// Days to draw from.
#[derive(Debug)]
pub struct DayTable {
    first: Date,
    weights: Weights,
}

impl DayTable {
    /// All days of a history. Each year has its own weight, which its days share by `weight_of`; the weight of a year that
    /// the history covers in part is that of the part.
    pub fn new(days: &Days<'_>, years: &[(i16, f64)], weight_of: impl Fn(Date) -> f64) -> Self {
        let count = days.now.days_since(days.start).round().max(1.0) as i64;
        let span: Vec<Date> = (0..count).map(|n| plus(days.since, n)).collect();
        let mut weights: Vec<f64> = span.iter().map(|day| weight_of(*day).max(0.0)).collect();
        let mut from = 0;
        while from < span.len() {
            let year = span[from].year();
            let end = from + span[from..].partition_point(|day| day.year() == year);
            let own: f64 = weights[from..end].iter().sum();
            let wanted = years.iter().find(|(y, _)| *y == year).map_or(0.0, |(_, weight)| *weight);
            for weight in &mut weights[from..end] {
                *weight *= if own > 0.0 { wanted / own } else { 0.0 };
            }
            from = end;
        }
        Self { first: days.since, weights: Weights::new(weights) }
    }

    /// Draws a day; the first one when no day has a weight.
    pub fn draw(&self, chance: &mut Chance) -> Date {
        plus(self.first, self.weights.draw(chance).unwrap_or(0) as i64)
    }
}

/// The weight of a day's month.
#[must_use]
pub fn month_weight(months: &[f64; 12], day: Date) -> f64 {
    usize::try_from(day.month() - 1).ok().and_then(|n| months.get(n)).copied().unwrap_or(1.0)
}

/// The weight of a day's weekday, Monday first.
#[must_use]
pub fn weekday_weight(weekdays: &[f64; 7], day: Date) -> f64 {
    usize::try_from(day.weekday().to_monday_zero_offset())
        .ok()
        .and_then(|n| weekdays.get(n))
        .copied()
        .unwrap_or(1.0)
}
