//! Moments as a column.

use std::ops::Range;

use super::columns::NO_TIME;

/// The code that stands for no moment, and the one that stands for a moment of [`Times::odd`].
const NONE: u32 = u32::MAX;
const ODD: u32 = u32::MAX - 1;
/// 1990-01-01T00:00:00Z, from which codes count.
const EPOCH_S: i64 = 631_152_000;
/// The last millisecond of a second: that of the second in which a day ends.
const LAST_MS: i64 = 999;
/// Rows that are compared at a time.
const ABREAST: usize = 64;
/// Multiplied by it, the lowest bits of eight bytes come to lie in the highest byte, in their order.
const GATHER: u64 = 0x0102_0408_1020_4080;
/// Rows that are looked at to tell about how many lie in a span.
const SAMPLED: usize = 64;

/// Moments, row by row, in milliseconds or [`NO_TIME`]: four bytes a row where they begin or end a second of the years 1990 to
/// 2057, as days, deadlines and imported times do, and twenty where they do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Times {
    /// Seconds from [`EPOCH_S`], doubled; the odd ones are the ends of their seconds.
    codes: Vec<u32>,
    /// Rows with another moment, ascending.
    odd: Vec<(u32, i64)>,
}

impl Times {
    /// A column with room for so many rows.
    #[must_use]
    pub fn with_capacity(rows: usize) -> Self {
        Self { codes: Vec::with_capacity(rows), odd: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, time: i64) {
        self.codes.push(match code(time) {
            Some(code) => code,
            None if time == NO_TIME => NONE,
            None => {
                self.odd.push((self.codes.len() as u32, time));
                ODD
            }
        });
    }

    /// The moment of a row. Cost: one load; a binary search where it neither begins nor ends a second.
    #[must_use]
    #[inline]
    pub fn get(&self, row: usize) -> i64 {
        match self.codes[row] {
            NONE => NO_TIME,
            ODD => self.odd_at(row),
            code => (EPOCH_S + i64::from(code / 2)) * 1_000 + i64::from(code % 2) * LAST_MS,
        }
    }

    /// Adds rows of `rows` to `found`, ascending: all whose moment lies in a span, both ends included, and such as have a moment
    /// that neither begins nor ends a second. Cost: several rows a nanosecond.
    pub fn find_maybe_within(&self, rows: Range<usize>, span: (i64, i64), found: &mut Vec<u32>) {
        let (may_lie, first) = (may_lie(span), rows.start);
        for (n, block) in self.codes[rows].chunks(ABREAST).enumerate() {
            let mut lies = [0u8; ABREAST];
            lies.iter_mut().zip(block).for_each(|(lies, code)| *lies = u8::from(may_lie(*code)));
            let eights = lies.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes));
            let mut left = eights.rev().fold(0, |bits, eight| bits << 8 | eight.wrapping_mul(GATHER) >> 56);
            while left != 0 {
                found.push((first + n * ABREAST) as u32 + left.trailing_zeros());
                left &= left - 1;
            }
        }
    }

    /// About how many of `rows` [`Self::find_maybe_within`] finds. Cost: constant.
    #[must_use]
    pub fn about_within(&self, rows: &Range<usize>, span: (i64, i64)) -> usize {
        let (may_lie, step) = (may_lie(span), rows.len().div_ceil(SAMPLED).max(1));
        rows.clone().step_by(step).filter(|row| may_lie(self.codes[*row])).count() * step
    }

    #[cold]
    fn odd_at(&self, row: usize) -> i64 {
        let at = self.odd.binary_search_by_key(&(row as u32), |(row, _)| *row);
        at.map_or(NO_TIME, |at| self.odd[at].1)
    }
}

/// Tells of a code whether its moment may lie in a span, both ends included.
fn may_lie((from, to): (i64, i64)) -> impl Fn(u32) -> bool + Copy {
    let doubled = |time: i64| time.div_euclid(1_000).saturating_sub(EPOCH_S).saturating_mul(2);
    let low = doubled(from).saturating_add(i64::from(from.rem_euclid(1_000) > 0)).clamp(0, i64::from(ODD));
    let high = doubled(to).saturating_add(i64::from(to.rem_euclid(1_000) == LAST_MS)).min(i64::from(ODD) - 1);
    // A span before the first code has none: its low is above its high.
    let (low, high) = if high < low { (1, 0) } else { (low as u32, high as u32) };
    let none = if from == NO_TIME { NONE } else { ODD };
    // Without a branch, so that the compiler compares several codes at a time.
    move |code| (low <= code) & (code <= high) | (code == ODD) | (code == none)
}

fn code(time: i64) -> Option<u32> {
    let is_end = match time.rem_euclid(1_000) {
        0 => 0,
        LAST_MS => 1,
        _ => return None,
    };
    let seconds = time.div_euclid(1_000).checked_sub(EPOCH_S)?;
    let code = seconds.checked_mul(2)? + is_end;
    u32::try_from(code).ok().filter(|code| *code < ODD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span_end() -> impl Strategy<Value = i64> {
        prop_oneof![
            any::<i64>(),
            Just(NO_TIME),
            (-2i64..22, 0i64..1_000).prop_map(|(s, ms)| (EPOCH_S + s) * 1_000 + ms),
            (0i64..20, 0i64..4).prop_map(|(s, part)| (EPOCH_S + s) * 1_000 + part * LAST_MS / 3),
        ]
    }

    proptest! {
        #[test]
        fn a_span_finds_every_row_in_it_and_no_other_whose_moment_begins_or_ends_a_second(
            times in prop::collection::vec(
                prop_oneof![
                    Just(NO_TIME),
                    any::<i64>(),
                    (0i64..20, 0i64..4).prop_map(|(s, part)| (EPOCH_S + s) * 1_000 + part * LAST_MS / 3),
                ],
                0..300,
            ),
            (begin, from, to) in (0usize..300, span_end(), span_end()),
        ) {
            let mut column = Times::with_capacity(times.len());
            times.iter().for_each(|time| column.push(*time));
            let (rows, span) = (begin.min(times.len())..times.len(), from..=to);
            let mut found = Vec::new();
            column.find_maybe_within(rows.clone(), (from, to), &mut found);
            prop_assert!(found.is_sorted());
            for row in rows {
                let is_found = found.binary_search(&(row as u32)).is_ok();
                let is_odd = column.codes[row] == ODD;
                prop_assert_eq!(is_found, is_odd || span.contains(&times[row]), "{}", times[row]);
            }
        }

        #[test]
        fn every_moment_comes_back_exactly(
            times in prop::collection::vec(
                prop_oneof![
                    Just(NO_TIME),
                    any::<i64>(),
                    (0i64..5_000_000_000, 0i64..3).prop_map(|(s, end)| s * 1_000 + end * 333 * (end + 1) / 2),
                    (-10i64..10).prop_map(|s| (EPOCH_S + i64::from(ODD / 2) + s) * 1_000 + LAST_MS),
                    (-3_000i64..3_000).prop_map(|ms| EPOCH_S * 1_000 + ms),
                ],
                0..200,
            ),
        ) {
            let mut column = Times::with_capacity(times.len());
            times.iter().for_each(|time| column.push(*time));
            for (row, time) in times.iter().enumerate() {
                prop_assert_eq!(column.get(row), *time);
            }
        }
    }
}
