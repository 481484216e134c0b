//! What is worked out from the columns of a segment once, when it is first asked for, and kept beside it.
//!
//! A segment never changes, so nothing here is ever out of date. Only overdue depends on the day, and the day is part of
//! what counts are kept under.
//!
//! Whoever asks first works and the others wait, so nothing here may hand work to the thread pool: a thread that waits for
//! the pool takes up other work meanwhile, which may ask for what it is just making.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::columns::{Columns, RowSet};
use super::postings::Postings;
use super::pyramid::Pyramid;
use super::selection::{Attributes, StatusTable};

/// Segments shorter than this are looked at row by row just as fast.
const WORTH_DERIVING: usize = 4_096;
/// Most filters whose counts are kept for a segment.
const MOST_PYRAMIDS: usize = 32;
/// Most searches whose finds are kept for a segment: an eighth of a byte a row each.
const MOST_SEARCHES: usize = 8;

/// Postings, pyramids and finds of one segment.
#[derive(Default)]
pub struct Derived {
    postings: OnceLock<Postings>,
    pyramids: Mutex<Vec<Kept>>,
    searches: Mutex<Vec<(String, Found)>>,
}

/// The rows that a search found, as soon as somebody has searched.
type Found = Arc<OnceLock<Arc<RowSet>>>;

/// The counts of the rows that a filter admits on a day.
struct Kept {
    today: i64,
    attributes: Attributes,
    pyramid: Arc<OnceLock<Arc<Pyramid>>>,
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

    /// The counts of the rows that `attributes` admit on the day that begins at `today`; `None` for a short segment.
    ///
    /// Cost: O(rows that have the rarest of the values asked for) once a day and filter, then nothing. Whoever asks for the
    /// same at the same time waits for the one that counts.
    pub fn pyramid(
        &self,
        columns: &Columns,
        attributes: &Attributes,
        statuses: StatusTable,
        today: i64,
    ) -> Option<Arc<Pyramid>> {
        let postings = self.postings(columns)?;
        let admitted = |row: &usize| attributes.admit(columns, statuses, today, *row);
        let build = || {
            let everything = 0..columns.len();
            Arc::new(match postings.narrow(attributes, statuses, &everything) {
                Some(narrowed) => {
                    let rows = narrowed.in_order();
                    let rows = rows.iter().map(|row| *row as usize).filter(admitted);
                    Pyramid::build(columns, rows, statuses, today)
                }
                None => Pyramid::build(columns, everything.filter(admitted), statuses, today),
            })
        };
        Some(Arc::clone(self.kept(attributes, today, columns.len()).get_or_init(build)))
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

    /// The place for a filter's counts, least recently used first; what is too much is let go.
    fn kept(&self, attributes: &Attributes, today: i64, rows: usize) -> Arc<OnceLock<Arc<Pyramid>>> {
        let mut kept = self.pyramids.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.today == today);
        let one = match kept.iter().position(|one| one.attributes == *attributes) {
            Some(at) => kept.remove(at),
            None => Kept { today, attributes: attributes.clone(), pyramid: Arc::default() },
        };
        let pyramid = Arc::clone(&one.pyramid);
        kept.push(one);
        // Together they may be as many cells as an eighth of the rows: a fraction of what the rows take themselves.
        let cells = |one: &Kept| one.pyramid.get().map_or(0, |pyramid| pyramid.len());
        let mut sum: usize = kept.iter().map(cells).sum();
        while kept.len() > MOST_PYRAMIDS || (kept.len() > 1 && sum > rows / 8 + WORTH_DERIVING) {
            sum -= cells(&kept.remove(0));
        }
        pyramid
    }
}
