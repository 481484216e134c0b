//! Problems with the events of their lives, straight from the store: what columns do not hold.

use rayon::prelude::*;

use super::facts::fact_of;
use super::public::is_public_problem;
use super::{Atlas, ReadError, Reading};
use crate::analytics::facts::ProblemFact;
use crate::domain::{Event, Key, Kind, Problem, Record, Timestamp};
use crate::records::decode;
use crate::records::stored::StoredV1;
use crate::store::StoreError;

/// Entries that are decoded in one piece of parallel work: some 10 MB of them at most.
const AT_ONCE: usize = 8_192;

impl Atlas {
    /// What `f` makes of every public problem as it stood at `moment`, as far as the reading knows, with its events up to
    /// then, in no particular order.
    ///
    /// Cost: O(problems · events), in parallel; the store is read once.
    pub fn fold_histories<T: Send>(
        &self,
        reading: &Reading,
        moment: Timestamp,
        f: impl Fn(Problem, Vec<Event>) -> Option<T> + Sync,
    ) -> Result<Vec<T>, ReadError> {
        let seen = |(key, bytes): &(Key, Vec<u8>)| -> Result<Option<T>, StoreError> {
            let Some(bytes) = reading.known.entry(*key, bytes) else { return Ok(None) };
            let stored = StoredV1::decode(bytes)?;
            let Record::Problem(problem) = decode(*key, stored.record.0)? else { return Ok(None) };
            let mut events: Vec<Event> = stored.events()?.into_iter().map(|(event, _)| event).collect();
            let then = problem.as_of(&events, moment).filter(is_public_problem);
            events.retain(|event| event.effective_at <= moment);
            events.sort_by_key(|event| (event.effective_at, event.seq));
            Ok(then.and_then(|then| f(then, events)))
        };
        let (mut found, mut batch) = (Vec::new(), Vec::new());
        let mut empty = |batch: &mut Vec<(Key, Vec<u8>)>| -> Result<(), StoreError> {
            let made: Result<Vec<Option<T>>, StoreError> = batch.par_iter().map(seen).collect();
            found.extend(made?.into_iter().flatten());
            batch.clear();
            Ok(())
        };
        for page in self.store.entries() {
            batch.extend(page?.into_iter().filter(|(key, _)| key.kind == Kind::Problem));
            if batch.len() >= AT_ONCE {
                empty(&mut batch)?;
            }
        }
        empty(&mut batch)?;
        Ok(found)
    }

    /// The facts of all public problems as they stood at an earlier moment than that of the reading.
    pub fn facts_at(&self, reading: &Reading, moment: Timestamp) -> Result<Vec<ProblemFact>, ReadError> {
        debug_assert!(moment <= reading.now, "the past of a reading lies before it");
        self.fold_histories(reading, moment, |problem, _| Some(fact_of(&problem)))
    }
}
