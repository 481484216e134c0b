//! An event on disk.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::DecodeError;
use crate::domain::{Actor, BodyNo, Event, EventKind, Key, Kind, Role, Timestamp, TokenNo};

/// Version 1 of an event. The order of the fields, and of the kinds of events, is the format: new kinds go to the end.
#[derive(Serialize, Deserialize)]
struct EventV1<'a> {
    seq: u64,
    entity_kind: u8,
    entity_number: u32,
    kind: Cow<'a, EventKind>,
    role: u8,
    body: Option<BodyNo>,
    token: Option<TokenNo>,
    at: Timestamp,
    /// Milliseconds by which `effective_at` lies before `at`: mostly 0, one byte instead of seven.
    back_ms: i64,
    #[serde(borrow)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    evidence: Option<Cow<'a, str>>,
}

/// Appends the bytes of an event to `buffer`.
#[must_use]
pub fn encode(event: &Event, buffer: Vec<u8>) -> Vec<u8> {
    let v = EventV1 {
        seq: event.seq,
        entity_kind: event.entity.kind as u8,
        entity_number: event.entity.number,
        kind: Cow::Borrowed(&event.kind),
        role: event.actor.role as u8,
        body: event.actor.body,
        token: event.actor.token,
        at: event.at,
        back_ms: event.at.0 - event.effective_at.0,
        reason: event.reason.as_deref().map(Cow::Borrowed),
        evidence: event.evidence.as_deref().map(Cow::Borrowed),
    };
    postcard::to_extend(&v, buffer).expect("an event is plain data")
}

/// When an event was recorded.
pub fn recorded_at(bytes: &[u8]) -> Result<Timestamp, DecodeError> {
    let v: EventV1<'_> = postcard::from_bytes(bytes).map_err(|_| DecodeError::Damaged("event"))?;
    Ok(v.at)
}

/// Reads an event.
pub fn decode(bytes: &[u8]) -> Result<Event, DecodeError> {
    let damaged = || DecodeError::Damaged("event");
    let v: EventV1<'_> = postcard::from_bytes(bytes).map_err(|_| damaged())?;
    let kind = Kind::from_number(v.entity_kind).ok_or_else(damaged)?;
    Ok(Event {
        seq: v.seq,
        entity: Key { kind, number: v.entity_number },
        kind: v.kind.into_owned(),
        actor: Actor { role: Role::from_number(v.role).ok_or_else(damaged)?, body: v.body, token: v.token },
        at: v.at,
        effective_at: Timestamp(v.at.0.saturating_sub(v.back_ms)),
        reason: v.reason.map(Cow::into_owned),
        evidence: v.evidence.map(Cow::into_owned),
    })
}
