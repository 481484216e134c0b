//! Range requests (RFC 9110, section 14): which bytes of a body are wanted.

use std::ops::Range;

/// What a client wants of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// These bytes, at least one.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Unsatisfiable,
}

/// What the headers `Range` and `If-Range` ask of a body of `length` bytes with the strong tag `etag`; empty headers are absent.
///
/// Whatever is not one well-formed range of bytes is ignored, as the RFC allows: several ranges would be several times the
/// work. A date in `If-Range` never fits, since there is none to compare it with.
///
/// ```
/// use atlas::http::ranges::{Wanted, wanted};
/// assert_eq!(wanted("bytes=2-3", "", "\"a\"", 10), Wanted::Part(2..4));
/// assert_eq!(wanted("bytes=-3", "", "\"a\"", 10), Wanted::Part(7..10));
/// assert_eq!(wanted("bytes=2-3", "\"old\"", "\"a\"", 10), Wanted::Whole);
/// ```
#[must_use]
pub fn wanted(range: &str, if_range: &str, etag: &str, length: u64) -> Wanted {
    if !if_range.is_empty() && if_range != etag {
        return Wanted::Whole;
    }
    match parse(range) {
        None => Wanted::Whole,
        Some(Asked::Last(0)) => Wanted::Unsatisfiable,
        Some(Asked::Last(_)) if length == 0 => Wanted::Unsatisfiable,
        Some(Asked::Last(count)) => Wanted::Part(length.saturating_sub(count)..length),
        Some(Asked::From(first, _)) if first >= length => Wanted::Unsatisfiable,
        Some(Asked::From(first, last)) => {
            Wanted::Part(first..last.map_or(length, |last| last.saturating_add(1).min(length)))
        }
    }
}

enum Asked {
    From(u64, Option<u64>),
    Last(u64),
}

fn parse(range: &str) -> Option<Asked> {
    let (unit, set) = range.split_once('=')?;
    let (first, last) = set.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    match (first, last) {
        ("", last) => Some(Asked::Last(number(last)?)),
        (first, "") => Some(Asked::From(number(first)?, None)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Asked::From(first, Some(last)))
        }
    }
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_to_what_there_is() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=0-", Wanted::Part(0..100)),
            ("Bytes = 90-1000", Wanted::Part(90..100)),
            ("bytes=99-18446744073709551615", Wanted::Part(99..100)),
            ("bytes=-500", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Unsatisfiable),
            ("bytes=-0", Wanted::Unsatisfiable),
        ] {
            assert_eq!(wanted(range, "", "\"t\"", 100), expected, "{range}");
        }
        assert_eq!(wanted("bytes=0-0", "", "\"t\"", 0), Wanted::Unsatisfiable);
        assert_eq!(wanted("bytes=-1", "", "\"t\"", 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn what_is_no_range_of_bytes_is_ignored() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-4",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(wanted(range, "", "\"t\"", 100), Wanted::Whole, "{range}");
        }
    }

    #[test]
    fn a_part_is_only_given_of_the_body_that_the_client_has() {
        assert_eq!(wanted("bytes=0-0", "\"t\"", "\"t\"", 100), Wanted::Part(0..1));
        for other in ["\"u\"", "W/\"t\"", "Sun, 22 Nov 2026 10:00:00 GMT"] {
            assert_eq!(wanted("bytes=0-0", other, "\"t\"", 100), Wanted::Whole, "{other}");
        }
    }
}
