//! What the atlas knew at an earlier moment: the entries that its log has changed since.
//!
//! Answers: "as of that day, which records stood otherwise, and of which had nobody heard?" A world of an earlier day is the
//! store's entries with these put over them, so what is written later (a correction, a late report) never changes an old
//! answer. Folding the states of a problem up to a day is [`super::as_of`].
//!
//! # Rules
//!
//! - An entry stands as after the last commit up to the moment that touched it.
//! - One that was first heard of later was not known, with one exception: whatever of a kind (problems, appeals, marks) came
//!   on the legal day on which the first of that kind came was the registry that the atlas began with. It counts for the days
//!   before, as it first came in. So an answer about a day is final when that day is over, and one about the time before the
//!   atlas when its first day is.
//! - A commit is as late as the latest of an entry's events in it; an entry's first event is when it was heard of.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::domain::time::Zone;
use crate::domain::{Key, Kind, Timestamp};
use crate::journal::JournalError;
use crate::journal::read::Reader;
use crate::records::changes::EncodedChanges;
use crate::records::stored::{Deltas, collect_deltas};
use crate::records::{DecodeError, event};
use crate::store::StoreError;

/// Entries that stood otherwise; `None` = nobody had heard of it.
#[derive(Debug, Default)]
pub struct Known(HashMap<Key, Option<Vec<u8>>>);

impl Known {
    /// What was known at `moment`, by the journal in `directory`.
    ///
    /// Cost: O(journal), read once, and once more where entries changed since; 16 bytes for each entry of a commit.
    pub fn at(directory: &Path, moment: Timestamp, zone: &Zone) -> Result<Self, KnownError> {
        let mut survey = Survey::new(moment);
        each_commit(directory, |_, touched, now| {
            survey.look(touched, now);
            Ok(())
        })?;
        let (changed, unheard) = survey.found(zone);
        let mut entries: HashMap<Key, Option<Vec<u8>>> = HashMap::new();
        if !changed.is_empty() {
            each_commit(directory, |mut changes, touched, now| {
                changes.records.retain(|(key, _)| changed.contains(key));
                changes.events.retain(|event| changed.contains(&event.entity));
                let mut deltas = Deltas::new();
                collect_deltas(changes, &mut deltas);
                for (key, delta) in &deltas {
                    let before = entries.get(key).and_then(Option::as_deref);
                    if before.is_none() || last_told(touched, *key).unwrap_or(now) <= moment {
                        let after = delta.apply(before)?;
                        entries.insert(*key, after);
                    }
                }
                Ok(())
            })?;
        }
        entries.extend(unheard.into_iter().map(|key| (key, None)));
        Ok(Self(entries))
    }

    /// An entry as it was known, from what it is now; `None` when nobody had heard of it.
    #[must_use]
    pub fn entry<'a>(&'a self, key: Key, now: &'a [u8]) -> Option<&'a [u8]> {
        self.0.get(&key).map_or(Some(now), Option::as_deref)
    }
}

/// Why it cannot be told what was known.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The store cannot be read, or an entry of either.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DecodeError> for KnownError {
    fn from(error: DecodeError) -> Self {
        Self::Store(error.into())
    }
}

/// Whether what is of this kind was otherwise on another day.
pub(super) const fn has_past(kind: Kind) -> bool {
    matches!(kind, Kind::Problem | Kind::Appeal | Kind::Mark | Kind::Municipality)
}

/// An entry that a commit touched, and the first and the last moment at which its events there were recorded; none without
/// events.
type Touch = (Key, Option<[Timestamp; 2]>);

/// Calls `f` with what each commit did, the entries it touched of the kinds that have a past, in key order, and a moment at
/// which it had been made. Cost: O(journal), in parallel within a commit.
fn each_commit(
    directory: &Path,
    mut f: impl FnMut(EncodedChanges, &[Touch], Timestamp) -> Result<(), KnownError>,
) -> Result<(), KnownError> {
    let (mut reader, mut now) = (Reader::after(directory, 0)?, Timestamp(i64::MIN));
    while let Some(frame) = reader.next_frame()? {
        let EncodedChanges { records, events } = &frame.changes;
        let told = events.par_iter().with_min_len(1_024).filter(|told| has_past(told.entity.kind));
        let told = told.map(|told| Ok((told.entity, Some([event::recorded_at(&told.bytes)?; 2]))));
        let mut touched: Vec<Touch> = told.collect::<Result<_, DecodeError>>()?;
        touched.extend(records.iter().filter(|(key, _)| has_past(key.kind)).map(|(key, _)| (*key, None)));
        touched.sort_by_key(|(key, _)| *key);
        touched.dedup_by(|(key, span), (first, all)| {
            if key == first {
                *all = [*all, *span].into_iter().flatten().reduce(|[a, b], [c, d]| [a.min(c), b.max(d)]);
            }
            key == first
        });
        now = touched.iter().filter_map(|(_, span)| Some((*span)?[1])).fold(now, Timestamp::max);
        f(frame.changes, &touched, now)?;
    }
    Ok(())
}

/// The last moment at which events of an entry were recorded in a commit.
fn last_told(touched: &[Touch], key: Key) -> Option<Timestamp> {
    let at = touched.binary_search_by_key(&key, |(key, _)| *key).ok()?;
    touched[at].1.map(|[_, last]| last)
}

/// What one pass over the journal finds.
struct Survey {
    moment: Timestamp,
    /// The highest number of each kind so far: numbers are given in the order of commits.
    highest: HashMap<Kind, u32>,
    changed: HashSet<Key>,
    late: Vec<(Key, Timestamp)>,
    /// When the first of each kind was heard of.
    beginnings: HashMap<Kind, Timestamp>,
}

impl Survey {
    fn new(moment: Timestamp) -> Self {
        let (highest, beginnings) = (HashMap::new(), HashMap::new());
        Self { moment, highest, changed: HashSet::new(), late: Vec::new(), beginnings }
    }

    fn look(&mut self, touched: &[Touch], now: Timestamp) {
        for (key, span) in touched {
            let [first, last] = span.unwrap_or([now; 2]);
            if self.highest.get(&key.kind).is_none_or(|highest| key.number > *highest) {
                self.highest.insert(key.kind, key.number);
                let begun = self.beginnings.entry(key.kind).or_insert(first);
                *begun = first.min(*begun);
                if first > self.moment {
                    self.late.push((*key, first));
                }
            } else if last > self.moment {
                self.changed.insert(*key);
            }
        }
    }

    /// The entries that changed since, and those that were not known.
    fn found(mut self, zone: &Zone) -> (HashSet<Key>, Vec<Key>) {
        let days: HashMap<Kind, Date> =
            self.beginnings.iter().map(|(kind, at)| (*kind, zone.day_of(*at))).collect();
        let founding = |(key, at): &(Key, Timestamp)| {
            key.kind == Kind::Municipality || days.get(&key.kind) == Some(&zone.day_of(*at))
        };
        let unheard: Vec<Key> =
            self.late.iter().filter(|late| !founding(late)).map(|(key, _)| *key).collect();
        for key in &unheard {
            self.changed.remove(key);
        }
        (self.changed, unheard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = crate::domain::time::DAY_MS;

    /// Commits, each a list of (problem, day on which it was recorded).
    fn survey(moment_day: i64, commits: &[&[(u32, i64)]]) -> (Vec<u32>, Vec<u32>) {
        let mut survey = Survey::new(Timestamp(moment_day * DAY_MS));
        for commit in commits {
            let touch = |&(number, day): &(u32, i64)| {
                (Key { kind: Kind::Problem, number }, Some([Timestamp(day * DAY_MS + 1); 2]))
            };
            survey.look(&commit.iter().map(touch).collect::<Vec<_>>(), Timestamp(i64::MIN));
        }
        let (changed, unheard) = survey.found(&Zone::parse("UTC").unwrap());
        let mut changed: Vec<u32> = changed.into_iter().map(|key| key.number).collect();
        changed.sort_unstable();
        (changed, unheard.into_iter().map(|key| key.number).collect())
    }

    #[test]
    fn what_was_recorded_up_to_the_moment_stands_and_what_changed_later_is_named() {
        assert_eq!(survey(10, &[&[(1, 2), (2, 3)], &[(1, 4)]]), (vec![], vec![]));
        assert_eq!(survey(10, &[&[(1, 2), (2, 3)], &[(1, 12)]]), (vec![1], vec![]));
    }

    #[test]
    fn the_registry_that_the_atlas_began_with_counts_for_the_days_before_and_later_reports_do_not() {
        // Loaded on day 20; the moment lies before. A correction of the same day does not reach back either.
        assert_eq!(survey(10, &[&[(1, 20), (2, 20)], &[(2, 20)], &[(3, 21)]]), (vec![2], vec![3]));
        // A report of day 21 is not known on day 20, and on day 22 it is.
        assert_eq!(survey(20, &[&[(1, 20)], &[(3, 21)]]), (vec![], vec![3]));
        assert_eq!(survey(22, &[&[(1, 20)], &[(3, 21)]]), (vec![], vec![]));
    }
}
