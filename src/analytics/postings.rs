//! Which rows have a value: what a selective filter looks at instead of everything.
//!
//! For each attribute with few values, the rows of a segment are kept value by value. A list is ascending, so it is in
//! Z-order too, and the rows of a tile that have a value are one slice of its list: a filter costs what it selects.

use std::ops::Range;
use std::sync::Arc;

use super::columns::{Columns, NONE};
use super::derived::Admitted;
use super::selection::{Attributes, NumberSet, StatusTable};
use super::times::Times;

/// Fewer rows than this are looked at one by one just as fast.
const WORTH_NARROWING: usize = 512;
/// A list reads rows here and there, a scan reads them in a row: the list must be this many times shorter.
pub(super) const GAIN: usize = 3;

/// So many rows are looked through for their moments as fast as one of a list is read.
const LOOKED_THROUGH: usize = 16;
/// Rows that are looked through at a time.
const SPAN_ROWS: usize = 4_096;

/// The rows of one segment by value; at most 4 bytes a row and attribute that has a value.
#[derive(Debug)]
pub struct Postings {
    category: Lists,
    municipality: Lists,
    responsible: Lists,
    status: Lists,
}

/// The rows of each value of one attribute that is worth a list.
#[derive(Debug)]
struct Lists {
    /// Where the rows of each value lie in `rows`; `None` for one that so many have that no list of it is a gain.
    spans: Vec<Option<(u32, u32)>>,
    rows: Vec<u32>,
}

/// Which of ascending rows lie in a range.
pub(super) fn within(list: &[u32], rows: &Range<usize>) -> Range<usize> {
    let before = |bound: usize| list.partition_point(|row| (*row as usize) < bound);
    before(rows.start)..before(rows.end)
}

impl Lists {
    /// Cost: O(rows + values), two passes.
    fn of(rows: usize, value: impl Fn(usize) -> u16) -> Self {
        let known = || (0..rows).map(|row| (row, value(row))).filter(|(_, value)| *value != NONE);
        let most = known().map(|(_, value)| usize::from(value) + 1).max().unwrap_or(0);
        let mut counts = vec![0usize; most];
        known().for_each(|(_, value)| counts[usize::from(value)] += 1);
        let mut total = 0;
        let span = |count: usize| {
            let begin = total;
            (count * GAIN < rows).then(|| {
                total += count as u32;
                (begin, begin)
            })
        };
        let mut spans: Vec<Option<(u32, u32)>> = counts.into_iter().map(span).collect();
        let mut rows = vec![0; total as usize];
        for (row, value) in known() {
            if let Some((_, end)) = &mut spans[usize::from(value)] {
                rows[*end as usize] = row as u32;
                *end += 1;
            }
        }
        Self { spans, rows }
    }

    /// The rows with one value; `None` where looking at all is no slower.
    fn of_value(&self, value: u16, rows: &Range<usize>) -> Option<&[u32]> {
        let Some(span) = self.spans.get(usize::from(value)) else { return Some(&[]) };
        let (begin, end) = (*span)?;
        let list = &self.rows[begin as usize..end as usize];
        Some(&list[within(list, rows)])
    }

    fn of_set(&self, set: Option<&NumberSet>, rows: &Range<usize>) -> Option<Narrowed<'_>> {
        self.of_values(set?.numbers(), rows)
    }

    fn of_values(&self, values: impl Iterator<Item = u16>, rows: &Range<usize>) -> Option<Narrowed<'_>> {
        let lists: Option<Vec<&[u32]>> = values.map(|value| self.of_value(value, rows)).collect();
        Some(Narrowed::OfValues(lists?))
    }
}

/// Rows among which are all that a filter selects.
#[derive(Debug)]
pub enum Narrowed<'a> {
    /// The rows that have one of some values, value by value.
    OfValues(Vec<&'a [u32]>),
    /// Some of the rows that are known to be admitted.
    Admitted(Arc<Admitted>, Range<usize>),
    /// The rows that may have been opened in a span, not looked for yet, and about how many they are.
    OfSpan {
        /// When the rows were opened.
        opened: &'a Times,
        /// The rows to look through.
        rows: Range<usize>,
        /// First and last millisecond.
        span: (i64, i64),
        /// What they count for beside a list.
        about: usize,
    },
}

impl Narrowed<'_> {
    /// How many rows; about how many where they are not looked for yet.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::OfSpan { about, .. } => *about,
            Self::OfValues(lists) => lists.iter().map(|list| list.len()).sum(),
            Self::Admitted(_, range) => range.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `f` with the rows, ascending. Cost: O(rows), O(rows · log values) for several values, O(rows looked through) for a
    /// span.
    pub fn for_each(&self, mut f: impl FnMut(usize)) {
        let mut each = |rows: &[u32]| rows.iter().for_each(|row| f(*row as usize));
        match self {
            Self::Admitted(admitted, range) => each(&admitted.rows()[range.clone()]),
            Self::OfValues(lists) => match lists[..] {
                [list] => each(list),
                _ => {
                    let mut rows = lists.concat();
                    // Ascending runs one after another: the stable sort merges them.
                    rows.sort();
                    each(&rows);
                }
            },
            // So many at a time that what else is asked of them is still near.
            Self::OfSpan { opened, rows, span, .. } => {
                let mut found = Vec::with_capacity(SPAN_ROWS);
                for start in rows.clone().step_by(SPAN_ROWS) {
                    found.clear();
                    opened.find_maybe_within(start..rows.end.min(start + SPAN_ROWS), *span, &mut found);
                    each(&found);
                }
            }
        }
    }
}

fn of_span<'a>(opened: &'a Times, rows: &Range<usize>, span: (i64, i64)) -> Narrowed<'a> {
    // The look through all rows weighs as much as that many of a list.
    let about = opened.about_within(rows, span) + rows.len() / LOOKED_THROUGH;
    Narrowed::OfSpan { opened, rows: rows.clone(), span, about }
}

impl Postings {
    /// Sorts the rows of a segment by value. Cost: O(n) for each attribute.
    #[must_use]
    pub fn build(columns: &Columns) -> Self {
        let n = columns.len();
        Self {
            category: Lists::of(n, |row| columns.category[row]),
            municipality: Lists::of(n, |row| columns.municipality[row]),
            responsible: Lists::of(n, |row| columns.responsible[row]),
            status: Lists::of(n, |row| u16::from(columns.status[row])),
        }
    }

    /// The fewest rows within `rows` among which are all that `attributes` admit; `None` where looking at each of `rows` is
    /// no slower.
    ///
    /// Cost: two binary searches for each value asked for, and a look at some rows for a period.
    #[must_use]
    pub fn narrow<'a>(
        &'a self,
        columns: &'a Columns,
        attributes: &Attributes,
        statuses: StatusTable,
        rows: &Range<usize>,
    ) -> Option<Narrowed<'a>> {
        if rows.len() < WORTH_NARROWING {
            return None;
        }
        let status = attributes.status.and_then(|filter| {
            let overdue = if filter.overdue { statuses.deadline_runs } else { 0 };
            let mask = filter.mask | filter.in_time | overdue;
            self.status.of_values((0..16).filter(|state| mask & (1 << state) != 0), rows)
        });
        let found = [
            self.category.of_set(attributes.categories.as_ref(), rows),
            self.municipality.of_set(attributes.municipalities.as_ref(), rows),
            self.responsible.of_set(attributes.responsible.as_ref(), rows),
            status,
            attributes.opened.map(|span| of_span(&columns.opened_at, rows, span)),
        ];
        let fewest = found.into_iter().flatten().min_by_key(Narrowed::len)?;
        (fewest.len() * GAIN < rows.len()).then_some(fewest)
    }
}
