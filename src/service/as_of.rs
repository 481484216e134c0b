//! The world as it was: problems folded from their events up to a day, appeals from their own dates, both as they were known
//! then ([`super::known`]).

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::filter::Moment;
use super::known::{Known, has_past};
use super::{ReadError, Reading};
use crate::domain::{Appeal, AppealStatus, Key, Kind, Mark, Municipality, Record, Timestamp};
use crate::records::decode;
use crate::records::stored::StoredV1;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::dictionary::Dictionary;
use crate::snapshot::layer::{Entry, Layer};
use crate::snapshot::problems::ProblemColumns;
use crate::snapshot::{Assessments, Snapshot, appeals, problems};
use crate::store::{Store, StoreError};

/// Worlds of earlier days that are kept: people compare two or three dates.
const KEPT: usize = 4;
/// Entries that are worked on together.
const BLOCK: usize = 65_536;

/// Worlds of earlier days, each built once. They belong to the version that they were built from.
#[derive(Default)]
pub struct PastWorlds {
    built: Mutex<Vec<(u64, Timestamp, Reading)>>,
}

impl PastWorlds {
    /// The world at the end of a day, or at a moment, as `present` remembers it.
    ///
    /// Cost: O(journal + all problems and appeals) the first time, one at a time; then nothing.
    pub fn at(
        &self,
        store: &Store,
        journal: &Path,
        present: &Reading,
        asked: Moment,
    ) -> Result<Reading, ReadError> {
        let calendar = &present.snapshot.dictionary.calendar;
        let moment = match asked {
            Moment::Day(day) => calendar.zone().end_of(day),
            Moment::At(t) => t,
        };
        if moment >= present.now {
            return Ok(present.clone());
        }
        // Held while building on purpose: a second request for the same day waits instead of building it again.
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        let version = present.snapshot.version;
        if let Some((.., reading)) = built.iter().find(|(v, t, _)| *v == version && *t == moment) {
            return Ok(reading.clone());
        }
        let known = Arc::new(Known::at(journal, moment, calendar.zone())?);
        let snapshot = Arc::new(build(store, &known, &present.snapshot, moment)?);
        let today = calendar.overdue_before(moment);
        let reading = Reading { snapshot, now: moment, today, past: true, known };
        if built.len() == KEPT {
            built.remove(0);
        }
        built.push((version, moment, reading.clone()));
        Ok(reading)
    }
}

fn build(
    store: &Store,
    known: &Known,
    present: &Snapshot,
    moment: Timestamp,
) -> Result<Snapshot, StoreError> {
    let mut found = Found::default();
    let mut block = Vec::with_capacity(BLOCK);
    for page in store.entries() {
        block.extend(page?.into_iter().filter(|(key, _)| has_past(key.kind)));
        if block.len() >= BLOCK {
            found.take(&block, known, moment)?;
            block.clear();
        }
    }
    found.take(&block, known, moment)?;
    let Found { problems: past_problems, appeals: past_appeals, marks, municipalities } = found;
    let dictionary = &present.dictionary;
    let mut past = present.clone();
    past.problems = Layer::build(past_problems, &dictionary.fallback_places(Kind::Problem), present.version);
    past.appeals = Layer::build(past_appeals, &dictionary.fallback_places(Kind::Appeal), present.version);
    past.assessments = Arc::new(marks);
    past.dictionary = Arc::new(dictionary_at(dictionary, municipalities));
    Ok(past)
}

/// What of a past world has been found so far.
#[derive(Default)]
struct Found {
    problems: Vec<Entry<ProblemColumns>>,
    appeals: Vec<Entry<AppealColumns>>,
    marks: Assessments,
    municipalities: Vec<Municipality>,
}

/// What an entry was then.
enum Past {
    Problem(Box<Entry<ProblemColumns>>),
    Appeal(Entry<AppealColumns>),
    Mark(Mark),
    Municipality(Box<Municipality>),
}

impl Found {
    /// Takes in a block of entries. Cost: O(bytes), in parallel.
    fn take(&mut self, block: &[(Key, Vec<u8>)], known: &Known, moment: Timestamp) -> Result<(), StoreError> {
        let past: Vec<Option<Past>> = block
            .par_iter()
            .with_min_len(64)
            .map(|(key, now)| past(*key, now, known, moment))
            .collect::<Result<_, _>>()?;
        for one in past.into_iter().flatten() {
            match one {
                Past::Problem(problem) => self.problems.push(*problem),
                Past::Appeal(appeal) => self.appeals.push(appeal),
                Past::Mark(mark) => self.marks.add(&mark),
                Past::Municipality(municipality) => self.municipalities.push(*municipality),
            }
        }
        Ok(())
    }
}

/// What an entry was at `moment`; `None` when it was not there.
fn past(key: Key, now: &[u8], known: &Known, moment: Timestamp) -> Result<Option<Past>, StoreError> {
    let Some(bytes) = known.entry(key, now) else { return Ok(None) };
    let stored = StoredV1::decode(bytes)?;
    Ok(match decode(key, stored.record.0)? {
        Record::Problem(problem) => {
            let events: Vec<_> = stored.events()?.into_iter().map(|(event, _)| event).collect();
            problem.as_of(&events, moment).map(|then| Past::Problem(Box::new(problems::entry(&then))))
        }
        Record::Appeal(appeal) => appeal_at(appeal, moment).map(|then| Past::Appeal(appeals::entry(&then))),
        Record::Mark(mark) => (mark.given_at <= moment).then_some(Past::Mark(mark)),
        Record::Municipality(municipality) => Some(Past::Municipality(Box::new(municipality))),
        _ => None,
    })
}

/// An appeal as it stood; `None` when it had not come in.
fn appeal_at(mut appeal: Appeal, moment: Timestamp) -> Option<Appeal> {
    if appeal.received_at.is_some_and(|t| t > moment) {
        return None;
    }
    if appeal.answered_at.is_some_and(|t| t > moment) {
        appeal.answered_at = None;
        appeal.status = AppealStatus::Received;
    }
    Some(appeal)
}

/// The names of now with the municipalities of then. Their borders are those of now: only these are drawn and kept at hand.
fn dictionary_at(present: &Dictionary, municipalities: Vec<Municipality>) -> Dictionary {
    let mut past = present.clone();
    for mut then in municipalities {
        if let Some(now) = present.municipality(then.no) {
            let (boundary, approximate) = (now.current().boundary.clone(), now.current().approximate);
            let version = then.current_mut();
            (version.boundary, version.approximate) = (boundary, approximate);
        }
        past.put(&Record::Municipality(then));
    }
    past
}
