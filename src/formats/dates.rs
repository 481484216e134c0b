//! Moments and days from text: ISO 8601 first, then the formats that a mapping names.
//!
//! Which zone a time without an offset means, and which end of the day a bare date means, is said by the caller.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::fmt::temporal::DateTimeParser;

use crate::domain::Timestamp;
use crate::domain::time::{DAY_MS, Zone};

static ISO: DateTimeParser = DateTimeParser::new();

/// A `strptime` format that is known to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat(String);

impl DateFormat {
    /// Checks a format by writing a known moment with it and reading that back.
    ///
    /// Errors: why it cannot be used.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let sample = jiff::civil::date(2015, 3, 14).at(17, 6, 7, 0);
        let zoned = jiff::tz::Offset::UTC.to_timestamp(sample).map_err(|e| e.to_string())?;
        let zoned = zoned.to_zoned(jiff::tz::TimeZone::UTC);
        let written = BrokenDownTime::from(&zoned).to_string(text).map_err(|e| e.to_string())?;
        let read = BrokenDownTime::parse(text, &written).map_err(|e| e.to_string())?;
        let moment = stated(&read).ok_or_else(|| "it does not determine a day".to_owned())?;
        let day = match moment {
            Stated::Day(day) => day,
            Stated::Wall(wall) => wall.date(),
            Stated::Moment(t) => jiff::tz::Offset::UTC.to_datetime(t).date(),
        };
        if day != sample.date() {
            return Err("it does not determine a day".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a text says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    /// A day without a time.
    Day(Date),
    /// The time on a clock, of which zone the text does not say.
    Wall(DateTime),
    /// A moment.
    Moment(jiff::Timestamp),
}

/// Which end of a day a bare date means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayEdge {
    /// Its first moment: when something was opened or closed.
    Start,
    /// Its last moment: until when something is due.
    End,
}

/// A moment read from a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub at: Timestamp,
    /// The row gave a date only.
    pub whole_day: bool,
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateFault {
    Unreadable,
    OutOfRange,
}

/// Reads the dates of many rows. Remembers where days begin.
#[derive(Debug)]
pub(super) struct DateReader<'p> {
    zone: &'p Zone,
    formats: &'p [DateFormat],
    days: [Option<DayStart>; DAY_SLOTS],
}

/// How many days are remembered. Files are sorted by type or by date, so the same days come again soon.
const DAY_SLOTS: usize = 64;

#[derive(Debug, Clone, Copy)]
struct DayStart {
    day: Date,
    start: Timestamp,
    /// No change of the clocks on that day.
    is_even: bool,
}

impl<'p> DateReader<'p> {
    /// A reader of texts whose times without an offset are those of `zone`.
    pub(super) fn new(zone: &'p Zone, formats: &'p [DateFormat]) -> Self {
        Self { zone, formats, days: [None; DAY_SLOTS] }
    }

    /// Reads a moment between 1900 and 2200.
    pub(super) fn moment(&mut self, text: &str, edge: DayEdge) -> Result<Moment, DateFault> {
        let (at, whole_day) = match self.stated(text).ok_or(DateFault::Unreadable)? {
            Stated::Moment(t) => (Timestamp(t.as_millisecond()), false),
            Stated::Wall(wall) => (self.wall(wall), false),
            Stated::Day(day) if edge == DayEdge::Start => (self.zone.start_of(day), true),
            Stated::Day(day) => (self.zone.end_of(day), true),
        };
        at.in_range().map(|at| Moment { at, whole_day }).ok_or(DateFault::OutOfRange)
    }

    /// Reads the day of a text between 1900 and 2200, whatever its time.
    pub(super) fn day(&self, text: &str) -> Result<Date, DateFault> {
        let day = match self.stated(text).ok_or(DateFault::Unreadable)? {
            Stated::Day(day) => day,
            Stated::Wall(wall) => wall.date(),
            Stated::Moment(t) => self.zone.day_of(Timestamp(t.as_millisecond())),
        };
        (1900..2200).contains(&day.year()).then_some(day).ok_or(DateFault::OutOfRange)
    }

    /// Whether two moments lie on the same legal day.
    pub(super) fn same_day(&self, a: Timestamp, b: Timestamp) -> bool {
        self.zone.day_of(a) == self.zone.day_of(b)
    }

    /// The first format that fits decides. Trying the one that fitted last first would be no gain: an earlier one could
    /// fit too, and then the answer would depend on where a file is cut into chunks.
    fn stated(&self, text: &str) -> Option<Stated> {
        let by_format =
            |format: &DateFormat| BrokenDownTime::parse(&format.0, text).ok().as_ref().and_then(stated);
        iso(text).or_else(|| self.formats.iter().find_map(by_format))
    }

    /// A wall-clock time as a moment: the start of its day plus the time, except on days when the clocks change.
    fn wall(&mut self, wall: DateTime) -> Timestamp {
        let day = wall.date();
        let slot = (day.day() as usize + 31 * day.month() as usize) % DAY_SLOTS;
        let known = match self.days[slot] {
            Some(known) if known.day == day => known,
            _ => {
                let start = self.zone.start_of(day);
                let is_even = self.zone.end_of(day).0 - start.0 == DAY_MS - 1;
                let known = DayStart { day, start, is_even };
                self.days[slot] = Some(known);
                known
            }
        };
        if known.is_even { Timestamp(known.start.0 + ms_of(wall.time())) } else { self.zone.moment(wall) }
    }
}

fn ms_of(time: Time) -> i64 {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1000 + i64::from(time.subsec_nanosecond() / 1_000_000)
}

/// ISO 8601 / RFC 3339 in its extended form: a day, a time of day, an offset.
fn iso(text: &str) -> Option<Stated> {
    let bytes = text.as_bytes();
    if bytes.len() < 10 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let pieces = ISO.parse_pieces(text).ok()?;
    // A zone in brackets could contradict the offset, or stand in for it: nobody has met one in a file.
    if pieces.time_zone_annotation().is_some() {
        return None;
    }
    let Some(time) = pieces.time() else { return Some(Stated::Day(pieces.date())) };
    let wall = DateTime::from_parts(pieces.date(), time);
    match pieces.to_numeric_offset() {
        None => Some(Stated::Wall(wall)),
        Some(offset) => offset.to_timestamp(wall).ok().map(Stated::Moment),
    }
}

/// What the parts of a date that a format has read amount to.
fn stated(read: &BrokenDownTime) -> Option<Stated> {
    if read.iana_time_zone().is_some() {
        return read.to_zoned().ok().map(|zoned| Stated::Moment(zoned.timestamp()));
    }
    if read.timestamp().is_some() || read.offset().is_some() {
        return read.to_timestamp().ok().map(Stated::Moment);
    }
    if read.hour().is_none() {
        return read.to_date().ok().map(Stated::Day);
    }
    read.to_datetime().ok().map(Stated::Wall)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn formats(texts: &[&str]) -> Vec<DateFormat> {
        texts.iter().map(|text| DateFormat::parse(text).unwrap()).collect()
    }

    fn read(zone: &str, texts: &[&str], text: &str, edge: DayEdge) -> String {
        let (zone, formats) = (Zone::parse(zone).unwrap(), formats(texts));
        match DateReader::new(&zone, &formats).moment(text, edge) {
            Ok(moment) => moment.at.to_string(),
            Err(fault) => format!("{fault:?}"),
        }
    }

    #[test]
    fn iso_dates_are_read_with_and_without_an_offset() {
        let khabarovsk = |text| read("Asia/Vladivostok", &[], text, DayEdge::Start);
        assert_eq!(khabarovsk("2026-11-22T10:00:00Z"), "2026-11-22T10:00:00Z");
        assert_eq!(khabarovsk("2026-11-22T10:00:00+03:00"), "2026-11-22T07:00:00Z");
        assert_eq!(khabarovsk("2026-11-22T10:00:00"), "2026-11-22T00:00:00Z");
        assert_eq!(khabarovsk("2026-11-22 10:00"), "2026-11-22T00:00:00Z");
        assert_eq!(khabarovsk("2026-11-22T10:00:00.250Z"), "2026-11-22T10:00:00.25Z");
        assert_eq!(khabarovsk("2026-11-22"), "2026-11-21T14:00:00Z");
    }

    #[test]
    fn a_bare_date_lasts_until_the_end_of_its_day_where_something_is_due() {
        let due = read("Asia/Vladivostok", &["%d.%m.%Y"], "22.11.2026", DayEdge::End);
        assert_eq!(due, "2026-11-22T13:59:59.999Z");
    }

    #[test]
    fn times_of_a_day_when_the_clocks_change_are_right_too() {
        let boston = |text| read("America/New_York", &["%m/%d/%Y %I:%M:%S %p"], text, DayEdge::Start);
        assert_eq!(boston("03/08/2015 01:30:00 AM"), "2015-03-08T06:30:00Z");
        assert_eq!(boston("03/08/2015 03:30:00 AM"), "2015-03-08T07:30:00Z");
        assert_eq!(boston("11/01/2015 12:30:00 PM"), "2015-11-01T17:30:00Z");
        assert_eq!(boston("01/05/2015 12:40:41 PM"), "2015-01-05T17:40:41Z");
    }

    #[test]
    fn the_order_of_the_formats_decides_whatever_came_before() {
        let zone = Zone::parse("UTC").unwrap();
        let formats = formats(&["%d/%m/%Y", "%m/%d/%Y"]);
        let mut reader = DateReader::new(&zone, &formats);
        let mut at = |text| reader.moment(text, DayEdge::Start).map(|m| m.at.to_string());
        assert_eq!(at("12/31/2015").unwrap(), "2015-12-31T00:00:00Z");
        assert_eq!(at("01/02/2015").unwrap(), "2015-02-01T00:00:00Z");
    }

    #[test]
    fn years_outside_1900_to_2200_are_out_of_range_and_nonsense_is_unreadable() {
        let utc = |text| read("UTC", &["%m/%d/%Y", "%s"], text, DayEdge::Start);
        for text in ["0215-01-01", "1899-12-31", "2200-01-01", "01/01/0215", "99999999999"] {
            assert_eq!(utc(text), "OutOfRange", "{text}");
        }
        for text in ["", "soon", "2015-02-30", "13/13/2015", "2015-01-01T25:00:00", "0000-00-00"] {
            assert_eq!(utc(text), "Unreadable", "{text}");
        }
        assert_eq!(utc("1420459241"), "2015-01-05T12:00:41Z");
    }

    #[test]
    fn a_format_that_cannot_give_a_day_is_refused_when_it_is_loaded() {
        for good in ["%m/%d/%Y %I:%M:%S %p", "%d.%m.%y", "%s", "%Y-%m-%dT%H:%M:%S%z", "%Y%m%d", "%F %T%.f"] {
            assert!(DateFormat::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "%H:%M", "%Y", "%m/%d", "%K", "%", "words", "%c"] {
            assert!(DateFormat::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_format_makes_the_reader_panic(text in "\\PC{0,40}", format in "(%[a-zA-Z:.]|[-/ :.0-9]){0,12}") {
            let zone = Zone::parse("Asia/Vladivostok").unwrap();
            let formats: Vec<DateFormat> = DateFormat::parse(&format).into_iter().collect();
            let _ = DateReader::new(&zone, &formats).moment(&text, DayEdge::End);
        }

        #[test]
        fn remembered_days_give_the_same_moments_as_the_zone(
            year in 1950i16..2100, month in 1i8..=12, day in 1i8..=28, hour in 0i8..24, minute in 0i8..60,
        ) {
            let zone = Zone::parse("America/New_York").unwrap();
            let wall = jiff::civil::date(year, month, day).at(hour, minute, 0, 0);
            let mut reader = DateReader::new(&zone, &[]);
            prop_assert_eq!(reader.wall(wall), zone.moment(wall));
            prop_assert_eq!(reader.wall(wall), zone.moment(wall));
        }
    }
}
