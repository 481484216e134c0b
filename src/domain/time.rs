//! Moments and legal days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// Milliseconds of one day of 24 hours.
pub const DAY_MS: i64 = 86_400_000;

/// Earliest moment taken from outside, 1900-01-01: anything older is a mistyped year.
pub const EARLIEST: Timestamp = Timestamp(-2_208_988_800_000);
/// Latest moment taken from outside, 2200-01-01.
pub const LATEST: Timestamp = Timestamp(7_258_118_400_000);

impl Timestamp {
    /// Parses RFC 3339 / ISO 8601 text with an offset.
    ///
    /// ```
    /// use atlas::domain::Timestamp;
    /// let t = Timestamp::parse_rfc3339("2026-11-01T10:00:00+10:00").unwrap();
    /// assert_eq!(t.to_string(), "2026-11-01T00:00:00Z");
    /// assert!(Timestamp::parse_rfc3339("2026-11-01").is_none());
    /// ```
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.parse().ok()?;
        Self(moment.as_millisecond()).in_range()
    }

    /// The moment itself when it lies between [`EARLIEST`] and [`LATEST`].
    #[must_use]
    pub fn in_range(self) -> Option<Self> {
        (EARLIEST..LATEST).contains(&self).then_some(self)
    }

    /// The moment `days` times 24 hours later (earlier when negative).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * DAY_MS)
    }

    /// Time from `earlier` to this moment in days of 24 hours.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / DAY_MS as f64
    }
}

impl std::fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with milliseconds only when there are some.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => moment.fmt(f),
            Err(_) => f.write_str("invalid"),
        }
    }
}

/// The region's time zone, in which legal days are counted.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// A zone by its IANA name (`Asia/Vladivostok`); `None` when the table does not know it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The legal day of a moment.
    #[must_use]
    pub fn day_of(&self, t: Timestamp) -> Date {
        jiff::Timestamp::from_millisecond(t.0).map_or(Date::MIN, |moment| self.0.to_datetime(moment).date())
    }

    /// The first moment of a legal day.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Timestamp {
        self.moment(day.at(0, 0, 0, 0))
    }

    /// The last millisecond of a legal day: a deadline given as a date lasts until then.
    #[must_use]
    pub fn end_of(&self, day: Date) -> Timestamp {
        day.tomorrow().map_or(LATEST, |next| Timestamp(self.start_of(next).0 - 1))
    }

    /// A wall-clock time of the region as a moment. In a gap or a repetition of the clock the earlier offset counts.
    #[must_use]
    pub fn moment(&self, wall: jiff::civil::DateTime) -> Timestamp {
        self.0.to_ambiguous_timestamp(wall).compatible().map_or(LATEST, |t| Timestamp(t.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_day_of_khabarovsk_begins_at_14_utc_of_the_day_before() {
        let zone = Zone::parse("Asia/Vladivostok").unwrap();
        let day: Date = "2026-11-22".parse().unwrap();
        assert_eq!(zone.start_of(day).to_string(), "2026-11-21T14:00:00Z");
        assert_eq!(zone.end_of(day).to_string(), "2026-11-22T13:59:59.999Z");
        assert_eq!(zone.day_of(zone.end_of(day)), day);
        assert_eq!(zone.day_of(Timestamp(zone.end_of(day).0 + 1)), day.tomorrow().unwrap());
    }

    #[test]
    fn years_that_can_only_be_mistyped_are_refused() {
        assert!(Timestamp::parse_rfc3339("0215-01-01T00:00:00Z").is_none());
        assert!(Timestamp::parse_rfc3339("20155-01-01T00:00:00Z").is_none());
    }
}
