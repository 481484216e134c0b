//! Moments as a column.

use super::columns::NO_TIME;

/// The code that stands for no moment, and the one that stands for a moment of [`Times::odd`].
const NONE: u32 = u32::MAX;
const ODD: u32 = u32::MAX - 1;
/// 1990-01-01T00:00:00Z, from which codes count.
const EPOCH_S: i64 = 631_152_000;
/// The last millisecond of a second: that of the second in which a day ends.
const LAST_MS: i64 = 999;

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

    #[cold]
    fn odd_at(&self, row: usize) -> i64 {
        let at = self.odd.binary_search_by_key(&(row as u32), |(row, _)| *row);
        at.map_or(NO_TIME, |at| self.odd[at].1)
    }
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

    proptest! {
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
