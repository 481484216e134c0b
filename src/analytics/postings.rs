//! Which rows have a value: what a selective filter looks at instead of everything.
//!
//! For each attribute with few values, the rows of a segment are kept value by value. A list is ascending, so it is in
//! Z-order too, and the rows of a tile that have a value are one slice of its list: a filter costs what it selects.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::columns::{Columns, NONE};
use super::derived::Admitted;
use super::selection::{Attributes, NumberSet, StatusTable};

/// Fewer rows than this are looked at one by one just as fast.
const WORTH_NARROWING: usize = 512;
/// A list reads rows here and there, a scan reads them in a row: the list must be this many times shorter.
pub(super) const GAIN: usize = 3;

/// The rows of one segment by value; 4 bytes a row and attribute that has a value.
#[derive(Debug)]
pub struct Postings {
    category: Lists,
    municipality: Lists,
    responsible: Lists,
    status: Lists,
}

/// The rows of each value of one attribute.
#[derive(Debug)]
struct Lists {
    /// Where the rows of each value begin in `rows`, and where those of the last end.
    begins: Vec<u32>,
    rows: Vec<u32>,
}

/// Which of ascending rows lie in a range.
pub(super) fn within(list: &[u32], rows: &Range<usize>) -> Range<usize> {
    let before = |bound: usize| list.partition_point(|row| (*row as usize) < bound);
    before(rows.start)..before(rows.end)
}

impl Lists {
    /// Cost: O(rows + values), two passes.
    fn of(values: &[u16]) -> Self {
        let known = || values.iter().enumerate().filter(|(_, value)| **value != NONE);
        let most = known().map(|(_, value)| usize::from(*value) + 1).max().unwrap_or(0);
        let mut begins = vec![0u32; most + 1];
        known().for_each(|(_, value)| begins[usize::from(*value) + 1] += 1);
        (0..most).for_each(|value| begins[value + 1] += begins[value]);
        let (mut next, mut rows) = (begins.clone(), vec![0; begins[most] as usize]);
        for (row, value) in known() {
            let at = &mut next[usize::from(*value)];
            rows[*at as usize] = row as u32;
            *at += 1;
        }
        Self { begins, rows }
    }

    fn of_value(&self, value: u16, rows: &Range<usize>) -> &[u32] {
        let Some(&[begin, end]) = self.begins.get(usize::from(value)..usize::from(value) + 2) else {
            return &[];
        };
        let list = &self.rows[begin as usize..end as usize];
        &list[within(list, rows)]
    }

    fn of_set(&self, set: Option<&NumberSet>, rows: &Range<usize>) -> Option<Narrowed<'_>> {
        set.map(|set| self.of_values(set.numbers(), rows))
    }

    fn of_values(&self, values: impl Iterator<Item = u16>, rows: &Range<usize>) -> Narrowed<'_> {
        let lists = values.map(|value| self.of_value(value, rows)).filter(|list| !list.is_empty());
        Narrowed::OfValues(lists.collect())
    }
}

/// Rows among which are all that a filter selects.
#[derive(Debug)]
pub enum Narrowed<'a> {
    /// The rows that have one of some values, value by value.
    OfValues(Vec<&'a [u32]>),
    /// Some of the rows that are known to be admitted.
    Admitted(Arc<Admitted>, Range<usize>),
}

impl Narrowed<'_> {
    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::OfValues(lists) => lists.iter().map(|list| list.len()).sum(),
            Self::Admitted(_, range) => range.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows, ascending. Cost: nothing for one list, O(rows · log values) for several values.
    #[must_use]
    pub fn in_order(&self) -> Cow<'_, [u32]> {
        match self {
            Self::Admitted(admitted, range) => Cow::Borrowed(&admitted.rows()[range.clone()]),
            Self::OfValues(lists) => match lists[..] {
                [list] => Cow::Borrowed(list),
                _ => {
                    let mut rows = lists.concat();
                    // Ascending runs one after another: the stable sort merges them.
                    rows.sort();
                    Cow::Owned(rows)
                }
            },
        }
    }
}

impl Postings {
    /// Sorts the rows of a segment by value. Cost: O(n) for each attribute.
    #[must_use]
    pub fn build(columns: &Columns) -> Self {
        let status: Vec<u16> = columns.status.iter().map(|status| u16::from(*status)).collect();
        Self {
            category: Lists::of(&columns.category),
            municipality: Lists::of(&columns.municipality),
            responsible: Lists::of(&columns.responsible),
            status: Lists::of(&status),
        }
    }

    /// The fewest rows within `rows` among which are all that `attributes` admit; `None` where looking at each of `rows` is
    /// no slower.
    ///
    /// Cost: two binary searches for each value asked for.
    #[must_use]
    pub fn narrow(
        &self,
        attributes: &Attributes,
        statuses: StatusTable,
        rows: &Range<usize>,
    ) -> Option<Narrowed<'_>> {
        if rows.len() < WORTH_NARROWING {
            return None;
        }
        let status = attributes.status.map(|filter| {
            let mask = filter.mask | if filter.overdue { statuses.deadline_runs } else { 0 };
            self.status.of_values((0..16).filter(|state| mask & (1 << state) != 0), rows)
        });
        let found = [
            self.category.of_set(attributes.categories.as_ref(), rows),
            self.municipality.of_set(attributes.municipalities.as_ref(), rows),
            self.responsible.of_set(attributes.responsible.as_ref(), rows),
            status,
        ];
        let fewest = found.into_iter().flatten().min_by_key(Narrowed::len)?;
        (fewest.len() * GAIN < rows.len()).then_some(fewest)
    }
}
