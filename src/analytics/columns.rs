//! Rows as columns in Z-order: a tile is one contiguous range, found by two binary searches.

use std::ops::Range;

use rayon::prelude::*;

use super::times::Times;
use super::values::Values;
use crate::geometry::{Mercator, zorder};

/// No municipality, body or other dictionary entry.
pub const NONE: u16 = u16::MAX;
/// No moment.
pub const NO_TIME: i64 = i64::MIN;
/// Flag of a row that the public may not see; the other bits are [`crate::domain::QualityFlags`].
pub const HIDDEN: u16 = 1 << 15;

/// One row: what maps, counts and filters need of a problem or an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Where. Lossless: [`Mercator::position`] gives the position back.
    pub place: Mercator,
    /// Number of the record within its kind.
    pub number: u32,
    /// Category number.
    pub category: u16,
    /// Municipality number, or [`NONE`].
    pub municipality: u16,
    /// Number of the responsible body, or [`NONE`].
    pub responsible: u16,
    /// Source number.
    pub source: u16,
    /// State, by its number on disk.
    pub status: u8,
    /// Severity 1…5, or 0 when unknown.
    pub severity: u8,
    /// Quality flags and [`HIDDEN`].
    pub flags: u16,
    /// Registered or received, milliseconds, or [`NO_TIME`].
    pub opened_at: i64,
    /// Due, milliseconds, or [`NO_TIME`].
    pub due_at: i64,
    /// Resolved or answered, milliseconds, or [`NO_TIME`].
    pub closed_at: i64,
}

/// Rows of one layer, sorted by Z-order key, then by number. 36 bytes a row, less where all have the same source, body or
/// severity, more where moments neither begin nor end a second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)] // the fields are those of `Row`
pub struct Columns {
    pub x: Vec<u32>,
    pub y: Vec<u32>,
    pub number: Vec<u32>,
    pub category: Vec<u16>,
    pub municipality: Vec<u16>,
    pub responsible: Values<u16>,
    pub source: Values<u16>,
    pub status: Vec<u8>,
    pub severity: Values<u8>,
    pub flags: Vec<u16>,
    pub opened_at: Times,
    pub due_at: Times,
    pub closed_at: Times,
}

impl Columns {
    /// Makes columns of rows in any order. Also returns, for each position in the columns, the row's index in `rows`.
    ///
    /// Cost: O(n log n), in parallel.
    #[must_use]
    pub fn build(rows: &[Row]) -> (Self, Vec<u32>) {
        let mut order: Vec<(u64, u32, u32)> = rows
            .par_iter()
            .enumerate()
            .map(|(n, row)| (zorder::encode(row.place), row.number, n as u32))
            .collect();
        order.par_sort_unstable();
        let order: Vec<u32> = order.into_iter().map(|(_, _, n)| n).collect();
        (Self::gather(order.len(), order.iter().map(|n| rows[*n as usize])), order)
    }

    /// Merges sorted parts into one, leaving out the rows that `keep` refuses. Also returns where each row came from: part
    /// and row.
    ///
    /// Cost: O(n · parts) comparisons, which for the two or three parts of a fold is O(n).
    #[must_use]
    pub fn merge(parts: &[&Self], keep: impl Fn(usize, usize) -> bool) -> (Self, Vec<(u32, u32)>) {
        let mut origin: Vec<(u32, u32)> = Vec::with_capacity(parts.iter().map(|p| p.len()).sum());
        let mut next = vec![0usize; parts.len()];
        let mut head: Vec<Option<(u64, u32)>> = parts.iter().map(|p| p.sort_key(0)).collect();
        while let Some((part, _)) =
            head.iter().enumerate().filter_map(|(n, key)| key.map(|key| (n, key))).min_by_key(|&(_, key)| key)
        {
            let row = next[part];
            if keep(part, row) {
                origin.push((part as u32, row as u32));
            }
            next[part] += 1;
            head[part] = parts[part].sort_key(next[part]);
        }
        let rows = origin.iter().map(|&(part, row)| parts[part as usize].row(row as usize));
        let merged = Self::gather(origin.len(), rows);
        (merged, origin)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// Where row `n` lies.
    #[must_use]
    pub fn place(&self, n: usize) -> Mercator {
        Mercator { x: self.x[n], y: self.y[n] }
    }

    /// Z-order key of row `n`.
    #[must_use]
    pub fn key(&self, n: usize) -> u64 {
        zorder::encode(self.place(n))
    }

    /// Row `n` with all its values.
    #[must_use]
    pub fn row(&self, n: usize) -> Row {
        Row {
            place: self.place(n),
            number: self.number[n],
            category: self.category[n],
            municipality: self.municipality[n],
            responsible: self.responsible[n],
            source: self.source[n],
            status: self.status[n],
            severity: self.severity[n],
            flags: self.flags[n],
            opened_at: self.opened_at.get(n),
            due_at: self.due_at.get(n),
            closed_at: self.closed_at.get(n),
        }
    }

    /// The rows whose keys lie in `keys`: one contiguous range. Cost: two binary searches.
    #[must_use]
    pub fn range(&self, keys: &Range<u64>) -> Range<usize> {
        self.partition(keys.start)..self.partition(keys.end)
    }

    /// First row whose key is not below `key`.
    #[must_use]
    pub fn partition(&self, key: u64) -> usize {
        if key == u64::MAX {
            return self.len();
        }
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.key(middle) < key { low = middle + 1 } else { high = middle }
        }
        low
    }

    fn sort_key(&self, n: usize) -> Option<(u64, u32)> {
        (n < self.len()).then(|| (self.key(n), self.number[n]))
    }

    /// Columns of so many `rows`, in their order: one pass, because rows that are picked here and there come to the processor
    /// whole or not at all.
    fn gather(len: usize, rows: impl Iterator<Item = Row>) -> Self {
        macro_rules! gathered {
            ($($column:ident),*) => {{
                let (mut x, mut y) = (Vec::with_capacity(len), Vec::with_capacity(len));
                $(let mut $column = Vec::with_capacity(len);)*
                let mut opened_at = Times::with_capacity(len);
                let mut due_at = Times::with_capacity(len);
                let mut closed_at = Times::with_capacity(len);
                for row in rows {
                    x.push(row.place.x);
                    y.push(row.place.y);
                    $($column.push(row.$column);)*
                    opened_at.push(row.opened_at);
                    due_at.push(row.due_at);
                    closed_at.push(row.closed_at);
                }
                Self { x, y, $($column: $column.into(),)* opened_at, due_at, closed_at }
            }};
        }
        gathered!(number, category, municipality, responsible, source, status, severity, flags)
    }
}

/// A set of rows of one part, one bit each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    count: usize,
}

impl RowSet {
    /// An empty set for a part of `n` rows.
    #[must_use]
    pub fn empty(n: usize) -> Self {
        Self { words: vec![0; n.div_ceil(64)], count: 0 }
    }

    /// Adds a row; `false` when it was there already.
    pub fn insert(&mut self, row: usize) -> bool {
        let (word, bit) = (&mut self.words[row / 64], 1u64 << (row % 64));
        let new = *word & bit == 0;
        *word |= bit;
        self.count += usize::from(new);
        new
    }

    /// Whether the row is in the set.
    #[must_use]
    pub fn contains(&self, row: usize) -> bool {
        self.words[row / 64] & (1 << (row % 64)) != 0
    }

    /// The rows of the set that lie in `rows`, ascending. Cost: O(rows / 64 + found).
    pub fn within(&self, rows: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let words =
            if self.count == 0 || rows.is_empty() { 0..0 } else { rows.start / 64..rows.end.div_ceil(64) };
        words
            .flat_map(move |n| {
                let mut word = self.words[n];
                std::iter::from_fn(move || {
                    let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
                    word &= word - 1;
                    Some(64 * n + bit)
                })
            })
            .filter(move |row| rows.contains(row))
    }

    /// How many rows are in the set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}
