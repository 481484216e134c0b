//! The ledger of slipped deadlines, the days for which bodies held problems, and what came back: with names.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use moka::sync::Cache;
use serde_json::{Value as Json, json};

use super::ratings::scope;
use super::{Atlas, ReadError, Reading};
use crate::analytics::ledger::{Court, Life, Move, Site, Sums, recurrences};
use crate::domain::time::DAY_MS;
use crate::domain::{BodyNo, Event, MunicipalityNo, Problem, ProblemNo};
use crate::snapshot::dictionary::Dictionary;

/// Ledgers of versions and days that are kept.
const KEPT: u64 = 8;
/// Most problems that an answer lists by name, the most slipped first: the page shows ten, a meeting discusses fifty.
const LISTED: usize = 100;

/// Ledgers that were made.
pub struct Ledgers {
    kept: Cache<String, Arc<Ledger>>,
}

impl Default for Ledgers {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT) }
    }
}

/// All that the histories of a world tell, ascending by number of the problem.
pub struct Ledger {
    as_of: String,
    lives: Vec<Life>,
    /// Problems that came back, each with the one that it came back from.
    came_back: Vec<(u32, u32)>,
}

impl Atlas {
    /// The ledger of a world, whole or of one municipality.
    ///
    /// Cost: one pass over all histories the first time a version is asked for on a day.
    pub fn slippage(&self, reading: &Reading, municipality: Option<&str>) -> Result<Json, ReadError> {
        let dictionary = &reading.snapshot.dictionary;
        let find = |name| dictionary.find_municipality(name).ok_or(ReadError::NotFound("municipality"));
        let only = municipality.map(find).transpose()?.map(|m| m.no);
        Ok(told(&*self.ledger(reading)?, dictionary, only))
    }

    /// The ledger of a world, kept by version and day.
    pub fn ledger(&self, reading: &Reading) -> Result<Arc<Ledger>, ReadError> {
        let scope = format!("ledger/{}", scope(reading));
        if let Some(kept) = self.ledgers.kept.get(&scope) {
            return Ok(kept);
        }
        let made = Arc::new(self.make_ledger(reading)?);
        self.ledgers.kept.insert(scope, Arc::clone(&made));
        Ok(made)
    }

    fn make_ledger(&self, reading: &Reading) -> Result<Ledger, ReadError> {
        let both = |problem: Problem, events: Vec<Event>| {
            Some((Life::of(&problem, &events, reading.now), Site::of(&problem)))
        };
        let mut found = self.fold_histories(reading, reading.now, both)?;
        found.sort_by_key(|(life, _)| life.number);
        let (lives, sites): (Vec<Life>, Vec<Option<Site>>) = found.into_iter().unzip();
        let sites: Vec<Site> = sites.into_iter().flatten().collect();
        let dictionary = &reading.snapshot.dictionary;
        let came_back = recurrences(&sites, |category| {
            let known = dictionary.category(category);
            known.map_or((0.0, 0.0), |c| (f64::from(c.duplicate_radius_m), f64::from(c.recurrence_months)))
        });
        Ok(Ledger { as_of: reading.now.to_string(), lives, came_back })
    }
}

fn told(ledger: &Ledger, dictionary: &Dictionary, only: Option<MunicipalityNo>) -> Json {
    let asked = |life: &&Life| only.is_none_or(|no| life.municipality == Some(no));
    let lives: Vec<&Life> = ledger.lives.iter().filter(asked).collect();
    let mut of_units: BTreeMap<Option<MunicipalityNo>, Sums> = BTreeMap::new();
    let mut of_bodies: BTreeMap<BodyNo, (Sums, Court)> = BTreeMap::new();
    let mut total = Sums::default();
    let came_back: HashMap<u32, u32> = ledger.came_back.iter().copied().collect();
    for life in &lives {
        let again = u32::from(came_back.contains_key(&life.number));
        let add = |sums: &mut Sums| {
            sums.add(life);
            sums.recurrences += again;
        };
        add(&mut total);
        add(of_units.entry(life.municipality).or_default());
        if let Some(body) = life.responsible {
            add(&mut of_bodies.entry(body).or_default().0);
        }
        for (body, ms) in &life.held {
            let holds = life.open && life.holder == Some(*body);
            of_bodies.entry(*body).or_default().1.add(*ms, holds);
        }
    }
    let municipality = |no: Option<MunicipalityNo>| {
        no.and_then(|no| dictionary.municipality(no))
            .map(|m| (m.id.clone(), m.current().short_name_ru.clone()))
    };
    let units: Vec<Json> = of_units
        .into_iter()
        .map(|(no, sums)| {
            let (id, name) = municipality(no).unzip();
            json!({ "id": id, "name": name, "slippage": sums })
        })
        .collect();
    let bodies: Vec<Json> = of_bodies
        .into_iter()
        .filter_map(|(no, (sums, court))| {
            let body = dictionary.body(no)?;
            let (id, name, level) = (&body.id, &body.name_ru, body.level.code());
            Some(json!({ "id": id, "name": name, "level": level, "slippage": sums, "ball_in_court": court }))
        })
        .collect();
    let id = |number: u32| dictionary.ids.problem(ProblemNo(number));
    let mut slipped: Vec<&&Life> = lives.iter().filter(|life| life.slip_days > Some(0)).collect();
    slipped.sort_by_key(|life| (std::cmp::Reverse(life.slip_days), life.number));
    let slipped: Vec<Json> = slipped
        .into_iter()
        .take(LISTED)
        .map(|life| {
            let mut row = slip_of(life);
            row["id"] = id(life.number).into();
            row["responsible"] =
                life.responsible.and_then(|no| dictionary.body(no)).map(|b| b.id.clone()).into();
            row
        })
        .collect();
    let back = lives.iter().filter_map(|life| Some((life.number, *came_back.get(&life.number)?)));
    let back: Vec<Json> =
        back.take(LISTED).map(|(new, old)| json!({ "id": id(new), "recurrence_of": id(old) })).collect();
    json!({
        "as_of": ledger.as_of,
        "total": total,
        "municipalities": units,
        "bodies": bodies,
        "problems": slipped,
        "recurrences": back,
    })
}

/// Slip and moves of one problem.
fn slip_of(life: &Life) -> Json {
    let moves: Vec<Json> = life.moves.iter().map(told_move).collect();
    json!({ "slip_days": life.slip_days, "unexplained_days": life.unexplained_days(), "moves": moves })
}

fn told_move(one: &Move) -> Json {
    json!({
        "at": one.at.to_string(),
        "from": one.from.to_string(),
        "to": one.to.to_string(),
        "days": one.days(),
        "reason": one.reason,
    })
}

/// What a card says of a problem's history: slip, moves, and who held it for how many days.
#[must_use]
pub fn card_facts(reading: &Reading, problem: &Problem, events: &[Event]) -> (Json, Json) {
    let life = Life::of(problem, events, reading.now);
    let dictionary = &reading.snapshot.dictionary;
    let held: Vec<Json> = life
        .held
        .iter()
        .filter_map(|(no, ms)| {
            let body = dictionary.body(*no)?;
            Some(json!({ "body": body.id, "name": body.name_ru, "days": ms / DAY_MS }))
        })
        .collect();
    (slip_of(&life), held.into())
}
