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

/// One problem as ratings take it, now and a year before.
#[derive(Debug, Clone, Copy)]
pub struct FactPair {
    /// Now; `None` when it was not in the registry.
    pub now: Option<ProblemFact>,
    /// The year before, in the municipality of now: both years tell of the same ground, whatever became of the borders.
    pub then: Option<ProblemFact>,
}

/// A problem with its events, as far as the reading knows.
fn known_problem(
    reading: &Reading,
    key: Key,
    bytes: &[u8],
) -> Result<Option<(Problem, Vec<Event>)>, StoreError> {
    let Some(bytes) = reading.known.entry(key, bytes) else { return Ok(None) };
    let stored = StoredV1::decode(bytes)?;
    let Record::Problem(problem) = decode(key, stored.record.0)? else { return Ok(None) };
    let events = stored.events()?.into_iter().map(|(event, _)| event).collect();
    Ok(Some((*problem, events)))
}

/// A problem as it stood, with its events up to then in their order; `None` when the public could not see it.
fn as_it_stood(problem: &Problem, events: &[Event], moment: Timestamp) -> Option<(Problem, Vec<Event>)> {
    let then = problem.as_of(events, moment).filter(is_public_problem)?;
    let mut told: Vec<Event> = events.iter().filter(|event| event.effective_at <= moment).cloned().collect();
    told.sort_by_key(|event| (event.effective_at, event.seq));
    Some((then, told))
}

fn pair_of(problem: &Problem, events: &[Event], [now, then]: [Timestamp; 2]) -> FactPair {
    let at = |moment| {
        let (stood, told) = as_it_stood(problem, events, moment)?;
        Some(ProblemFact { municipality: problem.municipality, ..fact_of(&stood, &told) })
    };
    FactPair { now: at(now), then: at(then) }
}

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
        self.fold_problems(reading, |problem, events| {
            let (then, told) = as_it_stood(problem, events, moment)?;
            f(then, told)
        })
    }

    /// All public problems at two moments, in no particular order. Cost: as above.
    pub fn fact_pairs(&self, reading: &Reading, moments: [Timestamp; 2]) -> Result<Vec<FactPair>, ReadError> {
        self.fold_problems(reading, |problem, events| {
            is_public_problem(problem).then(|| pair_of(problem, events, moments))
        })
    }

    /// The same of the problems with these numbers. Cost: O(numbers · events), in parallel; a page of the store for each.
    pub fn fact_pairs_of(
        &self,
        reading: &Reading,
        moments: [Timestamp; 2],
        numbers: &[u32],
    ) -> Result<Vec<FactPair>, ReadError> {
        let pair = |number: &u32| -> Result<Option<FactPair>, StoreError> {
            let key = Key { kind: Kind::Problem, number: *number };
            let Some(bytes) = self.store.get(key)? else { return Ok(None) };
            let known =
                known_problem(reading, key, &bytes)?.filter(|(problem, _)| is_public_problem(problem));
            Ok(known.map(|(problem, events)| pair_of(&problem, &events, moments)))
        };
        let found: Result<Vec<Option<FactPair>>, StoreError> = numbers.par_iter().map(pair).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    fn fold_problems<T: Send>(
        &self,
        reading: &Reading,
        f: impl Fn(&Problem, &[Event]) -> Option<T> + Sync,
    ) -> Result<Vec<T>, ReadError> {
        let made = |(key, bytes): &(Key, Vec<u8>)| -> Result<Option<T>, StoreError> {
            let known = known_problem(reading, *key, bytes)?;
            Ok(known.and_then(|(problem, events)| f(&problem, &events)))
        };
        let (mut found, mut batch) = (Vec::new(), Vec::new());
        let mut empty = |batch: &mut Vec<(Key, Vec<u8>)>| -> Result<(), StoreError> {
            let made: Result<Vec<Option<T>>, StoreError> = batch.par_iter().map(made).collect();
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
}
