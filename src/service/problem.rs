//! One problem with everything the public may know of it, and its history.

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::known::Known;
use super::public::{PublicProblem, is_public_problem};
use super::slippage::card_facts;
use super::{Atlas, ReadError, Reading};
use crate::domain::event::{Event, EventKind};
use crate::domain::ids::hex;
use crate::domain::{Key, Kind, Problem, ProblemNo, Quality, Record};
use crate::formats::geojson_writer::write_geometry;
use crate::records::decode;
use crate::records::stored::StoredV1;
use crate::snapshot::dictionary::Dictionary;

/// An event as the public sees it: what and when and why, never who.
#[derive(Debug, Clone, Serialize)]
pub struct PublicEvent {
    seq: u64,
    kind: &'static str,
    at: String,
    effective_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    hash: String,
}

impl Atlas {
    /// The card of a problem by its public id.
    ///
    /// Errors: no such problem, or not for the public. Cost: one page of the store.
    pub fn problem_card(&self, reading: &Reading, id: &str) -> Result<Json, ReadError> {
        let (problem, history) = self.public_problem(reading, id)?;
        let at = reading.snapshot.problems.find(problem.no.0).ok_or(ReadError::NotFound("problem"))?;
        let view = PublicProblem::at(reading, at);
        let mut card: Map<String, Json> =
            view.properties().into_iter().map(|(name, value)| (name.to_owned(), value.to_json())).collect();
        let dictionary = &reading.snapshot.dictionary;
        let ids = &dictionary.ids;
        let holder = problem.holder.and_then(|(body, since)| {
            let name = &dictionary.body(body)?.name_ru;
            let days = reading.now.days_since(since).floor() as i64;
            Some(json!({ "name": name, "since": since.to_string(), "days": days }))
        });
        let funding: Vec<Json> = problem
            .funding
            .iter()
            .map(|(purse, amount)| json!({ "purse": format!("{purse:?}").to_lowercase(), "rub": amount.roubles() }))
            .collect();
        let mut events: Vec<Event> = history.iter().map(|(event, _)| event.clone()).collect();
        events.sort_by_key(|event| (event.effective_at, event.seq));
        let photos = self.photos_of(reading, &problem, &view.id)?;
        let (slippage, held) = card_facts(reading, &problem, &events);
        let mut put = |name: &str, value: Json| card.insert(name.to_owned(), value);
        put("quality", problem.flags.iter().map(Quality::code).collect());
        put("description", problem.description.clone().into());
        put("geometry", geometry(&problem));
        put("address", problem.address.clone().into());
        put("precision_m", problem.precision_m.into());
        put("danger", problem.danger.into());
        put("people_affected", problem.people_affected.into());
        put("funding", funding.into());
        put("holder", holder.into());
        put("extension_count", problem.extension_count.into());
        put("reopened", problem.reopened.into());
        put("review_at", problem.review_at.map(|t| t.to_string()).into());
        put("status_since", problem.status_since.to_string().into());
        put("duplicate_of", problem.duplicate_of.map(|no| ids.problem(no)).into());
        put("recurrence_of", problem.recurrence_of.map(|no| ids.problem(no)).into());
        put("slippage", slippage);
        put("ball_in_court", held);
        put("photos", photos.into());
        put("events", json!(public_events(dictionary, &history)));
        Ok(Json::Object(card))
    }

    /// The history of a problem by its public id, oldest first.
    pub fn problem_events(&self, reading: &Reading, id: &str) -> Result<Vec<PublicEvent>, ReadError> {
        let (_, history) = self.public_problem(reading, id)?;
        Ok(public_events(&reading.snapshot.dictionary, &history))
    }

    /// A problem by its public id, as the reading knows it. Errors: no such problem, or not for the public.
    pub(super) fn public_problem(
        &self,
        reading: &Reading,
        id: &str,
    ) -> Result<(Problem, History), ReadError> {
        let no = reading.snapshot.dictionary.ids.parse_problem(id).ok_or(ReadError::NotFound("problem"))?;
        let found =
            self.problem_record(&reading.known, no)?.filter(|(problem, _)| is_public_problem(problem));
        let (problem, history) = found.ok_or(ReadError::NotFound("problem"))?;
        if !reading.past {
            return Ok((problem, history));
        }
        let events: Vec<Event> = history.iter().map(|(event, _)| event.clone()).collect();
        let then = problem.as_of(&events, reading.now).ok_or(ReadError::NotFound("problem"))?;
        let history = history.into_iter().filter(|(event, _)| event.effective_at <= reading.now).collect();
        Ok((then, history))
    }

    /// A problem with its history, as `known`; nothing of it changes what the store has now.
    pub(super) fn problem_record(
        &self,
        known: &Known,
        no: ProblemNo,
    ) -> Result<Option<(Problem, History)>, ReadError> {
        let key = Key { kind: Kind::Problem, number: no.0 };
        let Some(bytes) = self.store.get(key)? else { return Ok(None) };
        let damaged = |_| ReadError::Store(crate::store::StoreError::Damaged);
        let Some(bytes) = known.entry(key, &bytes) else { return Ok(None) };
        let stored = StoredV1::decode(bytes).map_err(damaged)?;
        let history = stored.events().map_err(damaged)?;
        match decode(key, stored.record.0).map_err(damaged)? {
            Record::Problem(problem) => Ok(Some((*problem, history))),
            _ => Ok(None),
        }
    }
}

type History = Vec<(Event, [u8; 32])>;

fn public_events(dictionary: &Dictionary, history: &History) -> Vec<PublicEvent> {
    let public = |(event, hash): &(Event, [u8; 32])| {
        let (from, to) = change_of(dictionary, &event.kind);
        PublicEvent {
            seq: event.seq,
            kind: event.kind.code(),
            at: event.at.to_string(),
            effective_at: event.effective_at.to_string(),
            from,
            to,
            reason: event.reason.clone(),
            evidence: event.evidence.clone(),
            hash: hex(hash),
        }
    };
    history.iter().map(public).collect()
}

fn change_of(dictionary: &Dictionary, kind: &EventKind) -> (Option<String>, Option<String>) {
    let body = |no| dictionary.body(no).map(|body| body.name_ru.clone());
    let municipality = |no| dictionary.municipality(no).map(|m| m.id.clone());
    match kind {
        EventKind::StatusChanged { from, to } => (Some(from.code().to_owned()), Some(to.code().to_owned())),
        EventKind::BaselineSet { due, .. } => (None, Some(due.to_string())),
        EventKind::DueMoved { from, to } => (Some(from.to_string()), Some(to.to_string())),
        EventKind::BodyChanged { from, to } => (from.and_then(body), body(*to)),
        EventKind::ReviewSet { at } => (None, Some(at.to_string())),
        EventKind::DuplicateOf { problem } | EventKind::RecurrenceOf { problem } => {
            (None, Some(dictionary.ids.problem(*problem)))
        }
        EventKind::MunicipalityChanged { from, to } => {
            (from.and_then(municipality), to.and_then(municipality))
        }
        _ => (None, None),
    }
}

fn geometry(problem: &Problem) -> Json {
    let mut text = Vec::new();
    write_geometry(&mut text, &problem.shape);
    serde_json::from_slice(&text).unwrap_or(Json::Null)
}
