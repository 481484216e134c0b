//! The world as it was: problems folded from their events up to a day, appeals from their own dates.

use std::sync::{Arc, Mutex, PoisonError};

use super::filter::Moment;
use super::{ReadError, Reading};
use crate::domain::{AppealStatus, Kind, Record, Timestamp};
use crate::records::decode;
use crate::records::stored::StoredV1;
use crate::snapshot::Snapshot;
use crate::snapshot::layer::Layer;
use crate::snapshot::{appeals, problems};
use crate::store::{Store, StoreError};

/// Worlds of earlier days that are kept: people compare two or three dates.
const KEPT: usize = 4;

/// Worlds of earlier days, each built once. They belong to the version that they were built from.
#[derive(Default)]
pub struct PastWorlds {
    built: Mutex<Vec<(u64, Timestamp, Reading)>>,
}

impl PastWorlds {
    /// The world at the end of a day, or at a moment, as `present` remembers it.
    ///
    /// Cost: O(all problems and appeals) the first time, one at a time; then nothing.
    pub fn at(&self, store: &Store, present: &Reading, asked: Moment) -> Result<Reading, ReadError> {
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
        let snapshot = Arc::new(build(store, &present.snapshot, moment)?);
        let today = calendar.overdue_before(moment);
        let reading = Reading { snapshot, now: moment, today, past: true };
        if built.len() == KEPT {
            built.remove(0);
        }
        built.push((version, moment, reading.clone()));
        Ok(reading)
    }
}

fn build(store: &Store, present: &Snapshot, moment: Timestamp) -> Result<Snapshot, StoreError> {
    let (mut past_problems, mut past_appeals) = (Vec::new(), Vec::new());
    for page in store.entries() {
        for (key, bytes) in
            page?.into_iter().filter(|(key, _)| matches!(key.kind, Kind::Problem | Kind::Appeal))
        {
            let stored = StoredV1::decode(&bytes)?;
            match decode(key, stored.record.0)? {
                Record::Problem(problem) => {
                    let events: Vec<_> = stored.events()?.into_iter().map(|(event, _)| event).collect();
                    past_problems.extend(problem.as_of(&events, moment).map(|p| problems::entry(&p)));
                }
                Record::Appeal(mut appeal) => {
                    if appeal.received_at.is_some_and(|t| t > moment) {
                        continue;
                    }
                    if appeal.answered_at.is_some_and(|t| t > moment) {
                        appeal.answered_at = None;
                        appeal.status = AppealStatus::Received;
                    }
                    past_appeals.push(appeals::entry(&appeal));
                }
                _ => {}
            }
        }
    }
    let dictionary = &present.dictionary;
    let mut past = present.clone();
    past.problems = Layer::build(past_problems, &dictionary.fallback_places(Kind::Problem), present.version);
    past.appeals = Layer::build(past_appeals, &dictionary.fallback_places(Kind::Appeal), present.version);
    Ok(past)
}
