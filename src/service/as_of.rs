//! The world as it was: problems folded from their events up to a day, appeals from their own dates, both as they were known
//! then ([`super::known`]).

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::filter::Moment;
use super::known::Known;
use super::{ReadError, Reading};
use crate::domain::{Appeal, AppealStatus, Kind, Municipality, Record, Timestamp};
use crate::records::decode;
use crate::records::stored::StoredV1;
use crate::snapshot::dictionary::Dictionary;
use crate::snapshot::layer::Layer;
use crate::snapshot::{Assessments, Snapshot, appeals, problems};
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
    let (mut past_problems, mut past_appeals) = (Vec::new(), Vec::new());
    let (mut marks, mut municipalities) = (Assessments::default(), Vec::new());
    for page in store.entries() {
        for (key, now) in page? {
            if !matches!(key.kind, Kind::Problem | Kind::Appeal | Kind::Mark | Kind::Municipality) {
                continue;
            }
            let Some(bytes) = known.entry(key, &now) else { continue };
            let stored = StoredV1::decode(bytes)?;
            match decode(key, stored.record.0)? {
                Record::Problem(problem) => {
                    let events: Vec<_> = stored.events()?.into_iter().map(|(event, _)| event).collect();
                    past_problems.extend(problem.as_of(&events, moment).map(|p| problems::entry(&p)));
                }
                Record::Appeal(appeal) => {
                    past_appeals.extend(appeal_at(appeal, moment).as_ref().map(appeals::entry));
                }
                Record::Mark(mark) if mark.given_at <= moment => marks.add(&mark),
                Record::Municipality(municipality) => municipalities.push(municipality),
                _ => {}
            }
        }
    }
    let dictionary = &present.dictionary;
    let mut past = present.clone();
    past.problems = Layer::build(past_problems, &dictionary.fallback_places(Kind::Problem), present.version);
    past.appeals = Layer::build(past_appeals, &dictionary.fallback_places(Kind::Appeal), present.version);
    past.assessments = Arc::new(marks);
    past.dictionary = Arc::new(dictionary_at(dictionary, municipalities));
    Ok(past)
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
