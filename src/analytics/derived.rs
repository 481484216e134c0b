//! What is worked out from the columns of a segment once, when it is first asked for, and kept beside it.
//!
//! A segment never changes, so nothing here is ever out of date. Only overdue depends on the day, and the day is part of
//! what counts are kept under.
//!
//! Whoever asks first works and the others wait, so nothing here may hand work to the thread pool: a thread that waits for
//! the pool takes up other work meanwhile, which may ask for what it is just making.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::columns::{Columns, RowSet};
use super::postings::{GAIN, Narrowed, Postings, within};
use super::pyramid::Pyramid;
use super::selection::{Attributes, StatusTable};

/// Segments shorter than this are looked at row by row just as fast.
const WORTH_DERIVING: usize = 4_096;
/// Most filters of which it is kept for a segment what they admit.
const MOST_FILTERS: usize = 32;
/// Most searches whose finds are kept for a segment: an eighth of a byte a row each.
const MOST_SEARCHES: usize = 8;

/// Postings, what filters admit, and finds of one segment.
#[derive(Default)]
pub struct Derived {
    postings: OnceLock<Postings>,
    filters: Mutex<Vec<Kept>>,
    searches: Mutex<Vec<(String, Found)>>,
}

/// The rows that a search found, as soon as somebody has searched.
type Found = Arc<OnceLock<Arc<RowSet>>>;

/// The place for the rows that a filter admits on a day.
struct Kept {
    today: i64,
    attributes: Attributes,
    admitted: Arc<OnceLock<Arc<Admitted>>>,
}

/// The rows that a filter admits on a day.
#[derive(Debug)]
pub struct Admitted {
    /// Their counts.
    pub pyramid: Pyramid,
    /// They themselves, where they are few among all.
    rows: Option<Vec<u32>>,
}

impl Admitted {
    /// The rows, ascending; none where there are too many to keep.
    #[must_use]
    pub fn rows(&self) -> &[u32] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// What they take, in cells of a pyramid, which are as large as 16 rows of a list.
    fn size(&self) -> usize {
        self.pyramid.len() + self.rows().len() / 16
    }
}

impl std::fmt::Debug for Derived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Derived").finish_non_exhaustive()
    }
}

impl Derived {
    /// The rows by value; `None` for a short segment. Cost: O(n) once, then nothing.
    pub fn postings(&self, columns: &Columns) -> Option<&Postings> {
        (columns.len() >= WORTH_DERIVING).then(|| self.postings.get_or_init(|| Postings::build(columns)))
    }

    /// The rows that `attributes` admit on the day that begins at `today`; `None` for a short segment.
    ///
    /// Cost: O(rows that have the rarest of the values asked for) once a day and filter, then nothing. Whoever asks for the
    /// same at the same time waits for the one that counts.
    pub fn admitted(
        &self,
        columns: &Columns,
        attributes: &Attributes,
        statuses: StatusTable,
        today: i64,
    ) -> Option<Arc<Admitted>> {
        let postings = self.postings(columns)?;
        let build = || {
            let everything = 0..columns.len();
            if *attributes == Attributes::default() {
                let pyramid = Pyramid::build(columns, everything, statuses, today);
                return Arc::new(Admitted { pyramid, rows: None });
            }
            let mut rows: Vec<u32> = Vec::new();
            let take = |row: usize| {
                if attributes.admit(columns, statuses, today, row) {
                    rows.push(row as u32);
                }
            };
            match postings.narrow(columns, attributes, statuses, &everything) {
                Some(narrowed) => narrowed.for_each(take),
                None => everything.for_each(take),
            }
            let pyramid = Pyramid::build(columns, rows.iter().map(|row| *row as usize), statuses, today);
            let are_few = rows.len() * GAIN < columns.len();
            Arc::new(Admitted { pyramid, rows: are_few.then_some(rows) })
        };
        Some(Arc::clone(self.kept(attributes, today, columns.len()).get_or_init(build)))
    }

    /// The same, where somebody asked for it before and there are few among `rows`: those of `rows`.
    pub fn known(&self, attributes: &Attributes, today: i64, rows: &Range<usize>) -> Option<Narrowed<'_>> {
        let kept = self.filters.lock().unwrap_or_else(PoisonError::into_inner);
        let one = kept.iter().find(|one| one.today == today && one.attributes == *attributes)?;
        let admitted = one.admitted.get().filter(|admitted| admitted.rows.is_some())?;
        let range = within(admitted.rows(), rows);
        Some(Narrowed::Admitted(Arc::clone(admitted), range))
    }

    /// The rows that the search called `name` finds in the segment. Cost: that of `find` once, then nothing.
    pub fn found(&self, name: &str, find: impl FnOnce() -> RowSet) -> Arc<RowSet> {
        let found = {
            let mut kept = self.searches.lock().unwrap_or_else(PoisonError::into_inner);
            let one = match kept.iter().position(|(kept_name, _)| kept_name == name) {
                Some(at) => kept.remove(at),
                None => (name.to_owned(), Found::default()),
            };
            if kept.len() == MOST_SEARCHES {
                kept.remove(0);
            }
            kept.push(one.clone());
            one.1
        };
        Arc::clone(found.get_or_init(|| Arc::new(find())))
    }

    /// The place for what a filter admits, least recently used first; what is too much is let go.
    fn kept(&self, attributes: &Attributes, today: i64, rows: usize) -> Arc<OnceLock<Arc<Admitted>>> {
        let mut kept = self.filters.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.today == today);
        let one = match kept.iter().position(|one| one.attributes == *attributes) {
            Some(at) => kept.remove(at),
            None => Kept { today, attributes: attributes.clone(), admitted: Arc::default() },
        };
        let admitted = Arc::clone(&one.admitted);
        kept.push(one);
        // Together they may be as many cells as an eighth of the rows: a fraction of what the rows take themselves.
        let size = |one: &Kept| one.admitted.get().map_or(0, |admitted| admitted.size());
        let mut sum: usize = kept.iter().map(size).sum();
        while kept.len() > MOST_FILTERS || (kept.len() > 1 && sum > rows / 8 + WORTH_DERIVING) {
            sum -= size(&kept.remove(0));
        }
        admitted
    }
}
