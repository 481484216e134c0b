//! What ratings take of each municipality, kept until something of it changes.
//!
//! A municipality's [`Unit`] is named by the legal day and by the versions in which its problems, its appeals, the marks and
//! the names changed last, so a write makes the units of the municipalities that it touches stale and no others. Ratings of
//! the present are made as of the end of the day: whatever has happened by now counts, and the hour of the question does not
//! change the answer. Units of past days are not kept: such a world is asked for once or twice, and its rating is kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::facts::{inputs_of, moment};
use super::histories::FactPair;
use super::{Atlas, ReadError, Reading};
use crate::analytics::facts::{AsOf, MunicipalityInput, ProblemFact, YEAR_DAYS};
use crate::analytics::method::Method;
use crate::analytics::rating::Moments;
use crate::analytics::selection::{Attributes, NumberSet, Selection};
use crate::analytics::unit::{Seen, Unit};
use crate::domain::MunicipalityNo;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;

/// The units of the present, each with the name of what it was made of.
#[derive(Default)]
pub struct UnitShelf {
    kept: Mutex<HashMap<MunicipalityNo, (String, Arc<Unit>)>>,
}

/// The facts of some problems of now and of a year before.
#[derive(Default)]
pub(super) struct Both {
    pub(super) now: Vec<ProblemFact>,
    pub(super) then: Vec<ProblemFact>,
}

/// The moments of a rating: that of the reading, for the present the end of its day, and a year before.
#[must_use]
pub fn moments(reading: &Reading) -> Moments {
    let calendar = &reading.snapshot.dictionary.calendar;
    let asked = moment(reading);
    let end = calendar.zone().end_of(calendar.zone().day_of(asked.now));
    let now = if reading.past { asked } else { AsOf { now: end, ..asked } };
    let then = now.now.plus_days(-YEAR_DAYS);
    Moments { now, before: Some(AsOf { now: then, today: calendar.overdue_before(then) }) }
}

impl Atlas {
    /// The units of all municipalities, by number.
    ///
    /// Cost: one pass over all histories the first time on a day and for a past day; after a write that of the histories and
    /// appeals of the municipalities that it touched.
    pub fn units(&self, reading: &Reading) -> Result<Vec<Arc<Unit>>, ReadError> {
        let all: Vec<MunicipalityNo> = numbers(reading);
        if reading.past {
            return Ok(self.count(reading, &all)?.into_iter().map(Arc::new).collect());
        }
        // Held while counting on purpose: a second request waits instead of counting the same again.
        let mut kept = self.units.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let names: Vec<String> = all.iter().map(|no| name_of(reading, *no)).collect();
        let is_stale =
            |(no, name): &(&MunicipalityNo, &String)| kept.get(no).is_none_or(|(own, _)| own != *name);
        let stale: Vec<MunicipalityNo> = all.iter().zip(&names).filter(is_stale).map(|(no, _)| *no).collect();
        for unit in self.count(reading, &stale)? {
            let no = unit.now.input.no;
            kept.insert(no, (name_of(reading, no), Arc::new(unit)));
        }
        Ok(all.iter().filter_map(|no| Some(Arc::clone(&kept.get(no)?.1))).collect())
    }

    /// The facts of one municipality's problems. Cost: that of its histories; in a past world, of all.
    pub(super) fn facts_of(&self, reading: &Reading, no: MunicipalityNo) -> Result<Both, ReadError> {
        Ok(self.gather(reading, &[no])?.remove(&no).unwrap_or_default())
    }

    /// Counts these municipalities, by number.
    fn count(&self, reading: &Reading, wanted: &[MunicipalityNo]) -> Result<Vec<Unit>, ReadError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let (moments, method, set) = (moments(reading), Method::builtin(), set_of(wanted));
        let mut facts = self.gather(reading, wanted)?;
        let inputs = |as_of| -> BTreeMap<MunicipalityNo, MunicipalityInput> {
            let inputs = inputs_of(reading, as_of, Some(set.clone())).into_iter();
            inputs.map(|input| (input.no, input)).filter(|(no, _)| set.contains(no.0)).collect()
        };
        let mut before = moments.before.map(|as_of| (as_of, inputs(as_of)));
        let parts: Vec<_> = inputs(moments.now)
            .into_iter()
            .map(|(no, input)| {
                let earlier = before.as_mut().and_then(|(as_of, inputs)| Some((*as_of, inputs.remove(&no)?)));
                (input, earlier, facts.remove(&no).unwrap_or_default())
            })
            .collect();
        let unit =
            |(input, earlier, facts): (MunicipalityInput, Option<(AsOf, MunicipalityInput)>, Both)| Unit {
                now: Seen::new(input, &facts.now, moments.now, method),
                before: earlier.map(|(as_of, input)| Seen::new(input, &facts.then, as_of, method)),
            };
        Ok(parts.into_par_iter().map(unit).collect())
    }

    /// The facts of the problems of these municipalities, by municipality.
    fn gather(
        &self,
        reading: &Reading,
        wanted: &[MunicipalityNo],
    ) -> Result<HashMap<MunicipalityNo, Both>, ReadError> {
        let Moments { now, before } = moments(reading);
        let at = [now.now, before.map_or(now.now, |then| then.now)];
        let few = !reading.past && wanted.len() < numbers(reading).len();
        let pairs = if few {
            self.fact_pairs_of(reading, at, &problems_of(reading, wanted))?
        } else {
            self.fact_pairs(reading, at)?
        };
        let (set, mut facts) = (set_of(wanted), HashMap::<MunicipalityNo, Both>::new());
        for FactPair { now, then } in pairs {
            let own = now.or(then).and_then(|fact| fact.municipality);
            if let Some(no) = own.filter(|no| set.contains(no.0)) {
                let both = facts.entry(no).or_default();
                both.now.extend(now);
                both.then.extend(then);
            }
        }
        Ok(facts)
    }
}

/// The municipalities that are rated, ascending.
fn numbers(reading: &Reading) -> Vec<MunicipalityNo> {
    let mut numbers: Vec<MunicipalityNo> =
        reading.snapshot.dictionary.municipalities.iter().map(|m| m.no).collect();
    numbers.sort_unstable();
    numbers
}

fn set_of(municipalities: &[MunicipalityNo]) -> NumberSet {
    municipalities.iter().map(|no| no.0).collect()
}

/// The numbers of the public problems of these municipalities.
fn problems_of(reading: &Reading, wanted: &[MunicipalityNo]) -> Vec<u32> {
    let layer = &reading.snapshot.problems;
    let parts = layer.parts();
    let asked = Selection {
        attributes: Attributes { municipalities: Some(set_of(wanted)), ..Attributes::default() },
        ..Selection::default()
    };
    let mut numbers = Vec::new();
    Layer::<ProblemColumns>::view(&parts, &asked, reading.today)
        .for_each(|part, row| numbers.push(layer.segments()[part].columns.number[row]));
    numbers
}

/// Names all that a unit is made of.
fn name_of(reading: &Reading, no: MunicipalityNo) -> String {
    let world = &reading.snapshot;
    let problems = world.problems.touched().last(|mark| mark.municipality == no.0);
    let appeals = world.appeals.touched().last(|mark| mark.municipality == no.0);
    let (marks, names, day) = (world.assessments.last_number, world.dictionary_version, reading.today.0);
    format!("{day}/{names}/{marks}/{problems}/{appeals}")
}
