//! The one filter behind every output: items, tiles, clusters, heat, statistics, ratings.
//!
//! A [`Selection`] is a filter whose names have become numbers. A [`View`] is a layer seen through a selection.

use std::ops::Range;
use std::sync::Arc;

use super::columns::{Columns, HIDDEN, NO_TIME, RowSet};
use super::derived::{Admitted, Derived};
use super::postings::Narrowed;
use crate::domain::Quality;
use crate::geometry::zorder::{self, Rect};
use crate::geometry::{Bounds, Mercator, Position};

/// A filter in numbers. Everything is ANDed; an empty selection takes every row.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Boxes, any of which holds the place. Rows on the edge belong.
    pub rects: Option<Vec<Rect>>,
    /// Rows whose line or polygon meets a box although their place lies outside, ascending, one list per part.
    pub beyond: Option<Vec<Vec<u32>>>,
    /// What is asked of a row's own values.
    pub attributes: Attributes,
    /// Rows found by another way (text search), one set per part of the layer.
    pub rows: Option<Vec<Arc<RowSet>>>,
}

/// What is asked of the values of a row, whatever its place. Everything is ANDed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Categories, by number.
    pub categories: Option<NumberSet>,
    /// Municipalities, by number.
    pub municipalities: Option<NumberSet>,
    /// Responsible bodies, by number.
    pub responsible: Option<NumberSet>,
    /// States, as bits by their numbers on disk, or overdue ones.
    pub status: Option<StatusFilter>,
    /// Severities, as bits 1…5.
    pub severities: Option<u8>,
    /// How open rows stand to their deadlines, as [`DueClass::bit`]s.
    pub due: Option<u8>,
    /// Due within these milliseconds, both inclusive.
    pub due_at: Option<(i64, i64)>,
    /// Opened within these milliseconds, both inclusive.
    pub opened: Option<(i64, i64)>,
    /// Opened within these milliseconds, or nobody knows when.
    pub opened_or_unknown: Option<(i64, i64)>,
}

impl Attributes {
    /// Whether they admit row `n` on the day that begins at `today`.
    #[must_use]
    #[inline]
    pub fn admit(&self, columns: &Columns, statuses: StatusTable, today: i64, n: usize) -> bool {
        // What few rows pass, and costs one comparison, comes first.
        self.opened.is_none_or(|(from, to)| (from..=to).contains(&columns.opened_at.get(n)))
            && self.severities.is_none_or(|mask| mask & (1 << columns.severity[n]) != 0)
            && self.categories.as_ref().is_none_or(|set| set.contains(columns.category[n]))
            && self.municipalities.as_ref().is_none_or(|set| set.contains(columns.municipality[n]))
            && self.status.is_none_or(|filter| {
                let state = 1 << columns.status[n];
                filter.mask & state != 0
                    || (filter.overdue && statuses.is_overdue(columns, n, today))
                    || (filter.in_time & state != 0 && !statuses.is_overdue(columns, n, today))
            })
            && self.responsible.as_ref().is_none_or(|set| set.contains(columns.responsible[n]))
            && self.due.is_none_or(|bits| {
                statuses.due_class(columns, n, today).is_some_and(|class| bits & class.bit() != 0)
            })
            && self.due_at.is_none_or(|(from, to)| (from..=to).contains(&columns.due_at.get(n)))
            && self.opened_or_unknown.is_none_or(|(from, to)| {
                let opened = columns.opened_at.get(n);
                opened == NO_TIME || (from..=to).contains(&opened)
            })
    }
}

/// States to take, and whether overdue rows are taken whatever their state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusFilter {
    /// Bits by the state's number.
    pub mask: u16,
    /// Take overdue rows too.
    pub overdue: bool,
    /// Bits of states to take of which the rows are not overdue.
    pub in_time: u16,
}

/// How an open row stands to its deadline: each is of exactly one class, a closed one of none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueClass {
    /// The deadline has passed.
    Overdue,
    /// Within 30 days.
    Month,
    /// Within 90 days, but not within 30.
    Quarter,
    /// After 90 days.
    Later,
    /// There is none, or it does not run.
    None,
}

impl DueClass {
    /// All, with their names in addresses.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("overdue", Self::Overdue),
        ("30d", Self::Month),
        ("90d", Self::Quarter),
        ("later", Self::Later),
        ("none", Self::None),
    ];

    /// Its bit in a set of classes.
    #[must_use]
    pub fn bit(self) -> u8 {
        1 << self as u8
    }
}

const DAY_MS: i64 = 86_400_000;

/// A set of dictionary numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberSet(Vec<u64>);

impl NumberSet {
    /// Adds a number.
    pub fn insert(&mut self, number: u16) {
        let word = usize::from(number) / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (number % 64);
    }

    /// Whether the number is in the set. [`super::columns::NONE`] is in none.
    #[must_use]
    pub fn contains(&self, number: u16) -> bool {
        self.0.get(usize::from(number) / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

impl NumberSet {
    /// The numbers, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u16> + '_ {
        let of_word = |(n, word): (usize, &u64)| {
            let word = *word;
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| (64 * n + bit) as u16)
        };
        self.0.iter().enumerate().flat_map(of_word)
    }
}

impl FromIterator<u16> for NumberSet {
    fn from_iter<I: IntoIterator<Item = u16>>(numbers: I) -> Self {
        let mut set = Self::default();
        numbers.into_iter().for_each(|n| set.insert(n));
        set
    }
}

impl Selection {
    /// The Mercator rectangles of a box.
    #[must_use]
    pub fn rects_of(bounds: &Bounds) -> Vec<Rect> {
        let corner = |lon, lat| Mercator::from(Position::new(lon, lat));
        bounds.split().map(|b| Rect { min: corner(b.west, b.north), max: corner(b.east, b.south) }).collect()
    }

    /// Whether nothing is asked of a row but that the public may see it.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.is_by_attributes() && self.attributes == Attributes::default()
    }

    /// Whether a row's own values decide, and neither its place nor a search.
    #[must_use]
    pub fn is_by_attributes(&self) -> bool {
        self.rects.is_none() && self.rows.is_none()
    }
}

/// What the states of a layer mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusTable {
    /// States in which something is still to be done, as bits.
    pub open: u16,
    /// Those of them in which nobody is at work yet.
    pub new: u16,
    /// States in which the deadline runs.
    pub deadline_runs: u16,
    /// States that count as done.
    pub resolved: u16,
}

impl StatusTable {
    /// Whether the deadline of row `n` passed before `today` while it ran.
    #[must_use]
    pub fn is_overdue(self, columns: &Columns, n: usize, today: i64) -> bool {
        let due = columns.due_at.get(n);
        due != NO_TIME && due < today && self.deadline_runs & (1 << columns.status[n]) != 0
    }
}

impl StatusTable {
    /// How row `n` stands to its deadline on the day that begins at `today`.
    #[must_use]
    pub fn due_class(self, columns: &Columns, n: usize, today: i64) -> Option<DueClass> {
        let (due, state) = (columns.due_at.get(n), 1 << columns.status[n]);
        if self.open & state == 0 {
            return None;
        }
        Some(match due.saturating_sub(today) {
            _ if due == NO_TIME || self.deadline_runs & state == 0 => DueClass::None,
            left if left < 0 => DueClass::Overdue,
            left if left < 30 * DAY_MS => DueClass::Month,
            left if left < 90 * DAY_MS => DueClass::Quarter,
            _ => DueClass::Later,
        })
    }
}

/// One sorted part of a layer with its dead rows.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Its columns.
    pub columns: &'a Columns,
    /// Rows that later parts replaced.
    pub dead: &'a RowSet,
    /// What is worked out from its columns once.
    pub derived: &'a Derived,
}

/// A layer seen through a selection on a day.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The layer's parts.
    pub parts: &'a [Part<'a>],
    /// What the states mean.
    pub statuses: StatusTable,
    /// The filter.
    pub selection: &'a Selection,
    /// Deadlines before this moment are overdue (see [`crate::domain::deadline::LegalCalendar::overdue_before`]).
    pub today: i64,
}

impl View<'_> {
    /// Whether row `n` of part `part` is alive and selected.
    #[must_use]
    #[inline]
    pub fn takes(&self, part: usize, n: usize) -> bool {
        let (Part { columns, dead, .. }, s) = (self.parts[part], self.selection);
        s.attributes.admit(columns, self.statuses, self.today, n)
            && columns.flags[n] & HIDDEN == 0
            && !dead.contains(n)
            && s.rects.as_ref().is_none_or(|rects| {
                rects.iter().any(|r| r.contains(columns.place(n))) || self.reaches_in(part, n)
            })
            && s.rows.as_ref().is_none_or(|sets| sets[part].contains(n))
    }

    /// Whether row `n` of part `part` stands where its source puts what it cannot locate: it is counted, but not there.
    #[must_use]
    pub fn is_on_fallback(&self, part: usize, n: usize) -> bool {
        self.parts[part].columns.flags[n] & Quality::FallbackCoordinate as u16 != 0
    }

    fn reaches_in(&self, part: usize, n: usize) -> bool {
        let beyond = self.selection.beyond.as_ref();
        beyond.is_some_and(|lists| lists[part].binary_search(&(n as u32)).is_ok())
    }

    /// Whether the deadline of row `n` has passed while it ran.
    #[must_use]
    pub fn is_overdue(&self, columns: &Columns, n: usize) -> bool {
        self.statuses.is_overdue(columns, n, self.today)
    }

    /// Calls `f` with part and row of every selected row whose key lies in `keys`, in Z-order within each part.
    ///
    /// Cost: O(rows in `keys` that have the rarest of the values asked for); nothing outside is touched.
    pub fn for_each_in(&self, keys: &Range<u64>, mut f: impl FnMut(usize, usize)) {
        for part in 0..self.parts.len() {
            self.for_each_of(part, keys, |n| f(part, n));
        }
    }

    /// Calls `f` with every selected row of one part whose key lies in `keys`, in Z-order.
    pub fn for_each_of(&self, part: usize, keys: &Range<u64>, mut f: impl FnMut(usize)) {
        let Part { columns, dead, .. } = self.parts[part];
        let rows = columns.range(keys);
        if self.selection.is_everything() && dead.count() == 0 {
            // The common case, no filter at all, costs one load a row.
            let flags = &columns.flags[rows.clone()];
            rows.zip(flags).filter(|(_, flags)| **flags & HIDDEN == 0).map(|(n, _)| n).for_each(f);
        } else if let Some(sets) = &self.selection.rows {
            sets[part].within(rows).filter(|n| self.takes(part, *n)).for_each(f);
        } else if let Some(narrowed) = self.narrow(part, &rows) {
            narrowed.for_each(|n| {
                if self.takes(part, n) {
                    f(n);
                }
            });
        } else {
            rows.filter(|n| self.takes(part, *n)).for_each(f);
        }
    }

    /// The fewest of `rows` of a part among which are all that are selected, where that is fewer.
    #[must_use]
    pub fn narrow(&self, part: usize, rows: &Range<usize>) -> Option<Narrowed<'_>> {
        let Part { columns, derived, .. } = self.parts[part];
        let attributes = &self.selection.attributes;
        if *attributes == Attributes::default() {
            return None;
        }
        let known = derived.known(attributes, self.today, rows);
        known.or_else(|| derived.postings(columns)?.narrow(columns, attributes, self.statuses, rows))
    }

    /// Calls `f` with part and row of every selected row.
    ///
    /// Cost: O(rows in the key ranges that cover the selection's boxes), O(n) without boxes.
    pub fn for_each(&self, mut f: impl FnMut(usize, usize)) {
        let ranges = self.key_ranges();
        for keys in &ranges {
            self.for_each_in(keys, &mut f);
        }
        for (part, rows) in self.selection.beyond.iter().flatten().enumerate() {
            for &n in rows {
                let key = self.parts[part].columns.key(n as usize);
                let seen = ranges.iter().any(|keys| keys.contains(&key));
                if !seen && self.takes(part, n as usize) {
                    f(part, n as usize);
                }
            }
        }
    }

    /// The rows of a part that the values of rows admit, counted; `None` for a short part.
    #[must_use]
    pub fn admitted(&self, part: usize) -> Option<Arc<Admitted>> {
        let Part { columns, derived, .. } = self.parts[part];
        derived.admitted(columns, &self.selection.attributes, self.statuses, self.today)
    }

    /// How many rows are selected.
    #[must_use]
    pub fn count(&self) -> u64 {
        let mut count = 0;
        self.for_each(|_, _| count += 1);
        count
    }

    fn key_ranges(&self) -> Vec<Range<u64>> {
        let Some(rects) = &self.selection.rects else {
            return std::iter::once(0..u64::MAX).collect();
        };
        let mut ranges: Vec<Range<u64>> = rects.iter().flat_map(zorder::cover).collect();
        ranges.sort_unstable_by_key(|r| r.start);
        // Two boxes may share quadrants: a row must be seen once.
        ranges.dedup_by(|next, previous| {
            let joined = next.start <= previous.end;
            if joined {
                previous.end = previous.end.max(next.end);
            }
            joined
        });
        ranges
    }
}
