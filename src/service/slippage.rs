//! The ledger of slipped deadlines, the days for which bodies held problems, and what came back: with names.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
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

/// What the histories add up to, whole or of one municipality.
#[derive(Debug, Default)]
pub struct Account {
    /// All of it.
    pub total: Sums,
    /// By municipality; problems of none are under `None`.
    pub units: BTreeMap<Option<MunicipalityNo>, Sums>,
    /// By body: what slipped under its responsibility, and for how long it held what.
    pub bodies: BTreeMap<BodyNo, (Sums, Court)>,
}

impl Ledger {
    /// Adds up the lives. Cost: O(lives · bodies of each).
    #[must_use]
    pub fn account(&self, only: Option<MunicipalityNo>) -> Account {
        let came_back: HashSet<u32> = self.came_back.iter().map(|(new, _)| *new).collect();
        let mut account = Account::default();
        for life in self.lives_of(only) {
            let again = u32::from(came_back.contains(&life.number));
            let add = |sums: &mut Sums| {
                sums.add(life);
                sums.recurrences += again;
            };
            add(&mut account.total);
            add(account.units.entry(life.municipality).or_default());
            if let Some(body) = life.responsible {
                add(&mut account.bodies.entry(body).or_default().0);
            }
            for (body, ms) in &life.held {
                let holds = life.open && life.holder == Some(*body);
                account.bodies.entry(*body).or_default().1.add(*ms, holds);
            }
        }
        account
    }

    /// Lives whose deadline stands later than the first one, the most slipped first.
    #[must_use]
    pub fn most_slipped(&self, only: Option<MunicipalityNo>) -> Vec<&Life> {
        let mut slipped: Vec<&Life> = self.lives_of(only).filter(|life| life.slip_days > Some(0)).collect();
        slipped.sort_by_key(|life| (Reverse(life.slip_days), life.number));
        slipped
    }

    /// Moves of deadlines with the lives that they belong to, the latest first.
    #[must_use]
    pub fn latest_moves(&self, only: Option<MunicipalityNo>) -> Vec<(&Life, &Move)> {
        let moves = self.lives_of(only).flat_map(|life| life.moves.iter().map(move |one| (life, one)));
        let mut moves: Vec<(&Life, &Move)> = moves.collect();
        moves.sort_by_key(|(life, one)| (Reverse(one.at), life.number));
        moves
    }

    /// Problems that came back, each with the one that it came back from, ascending by number.
    pub fn came_back(&self, only: Option<MunicipalityNo>) -> impl DoubleEndedIterator<Item = (u32, u32)> {
        let asked: HashSet<u32> = self.lives_of(only).map(|life| life.number).collect();
        self.came_back.iter().copied().filter(move |(new, _)| asked.contains(new))
    }

    fn lives_of(&self, only: Option<MunicipalityNo>) -> impl Iterator<Item = &Life> {
        self.lives.iter().filter(move |life| only.is_none_or(|no| life.municipality == Some(no)))
    }
}

fn told(ledger: &Ledger, dictionary: &Dictionary, only: Option<MunicipalityNo>) -> Json {
    let account = ledger.account(only);
    let municipality = |no: Option<MunicipalityNo>| {
        no.and_then(|no| dictionary.municipality(no))
            .map(|m| (m.id.clone(), m.current().short_name_ru.clone()))
    };
    let units: Vec<Json> = account
        .units
        .into_iter()
        .map(|(no, sums)| {
            let (id, name) = municipality(no).unzip();
            json!({ "id": id, "name": name, "slippage": sums })
        })
        .collect();
    let bodies: Vec<Json> = account
        .bodies
        .into_iter()
        .filter_map(|(no, (sums, court))| {
            let body = dictionary.body(no)?;
            let (id, name, level) = (&body.id, &body.name_ru, body.level.code());
            Some(json!({ "id": id, "name": name, "level": level, "slippage": sums, "ball_in_court": court }))
        })
        .collect();
    let id = |number: u32| dictionary.ids.problem(ProblemNo(number));
    let slipped: Vec<Json> = ledger
        .most_slipped(only)
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
    let back: Vec<Json> = ledger
        .came_back(only)
        .take(LISTED)
        .map(|(new, old)| json!({ "id": id(new), "recurrence_of": id(old) }))
        .collect();
    json!({
        "as_of": ledger.as_of,
        "total": account.total,
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
