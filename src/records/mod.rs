//! The bytes of domain values on disk: pure encoding, no files.
//!
//! Journal frames, checkpoints and store pages all hold these bytes, so a record has one encoding. Problems, appeals,
//! marks and events come in millions and are compact (postcard, `…V1` structs); dictionary entries are few and are
//! JSON, which tolerates new fields. The first byte of every record is the version of its encoding.
//!
//! [`stored`] says what an entity is on disk (its record and its history) and how a write changes it; [`chain`] links
//! the events; [`changes`] is the body of a journal frame.

pub mod appeal;
pub mod boundary;
pub mod chain;
pub mod changes;
pub mod event;
pub mod identity;
pub mod mark;
pub mod position;
pub mod problem;
pub mod stored;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};

use crate::domain::change::{CalendarYear, IdentityKey};
use crate::domain::deadline::DeadlineRule;
use crate::domain::{Key, Kind, Record};

/// Version of the encodings written now.
const V1: u8 = 1;

/// Why bytes are not a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Written by a newer program.
    #[error("a {kind} was written in version {version}, newer than this program")]
    Newer {
        /// What it is.
        kind: &'static str,
        /// Its version.
        version: u8,
    },
    /// Damaged.
    #[error("a {0} cannot be read")]
    Damaged(&'static str),
}

/// A slice that is written in one piece. Serde would write it byte by byte, into the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// Writes a record.
#[must_use]
pub fn encode(record: &Record) -> Vec<u8> {
    match record {
        Record::Region(v) => json(v),
        Record::IdentityKey(IdentityKey(bytes)) => [&[V1], bytes.as_slice()].concat(),
        Record::Municipality(v) => json(v),
        Record::Settlement(v) => json(v),
        Record::Body(v) => json(v),
        Record::Category(v) => json(v),
        Record::DeadlineRule(_, v) => json(v),
        Record::CalendarYear(v) => json(v),
        Record::Source(v) => json(v),
        Record::Fallback(v) => json(v),
        Record::Token(v) => json(v),
        Record::Embed(v) => json(v),
        Record::Problem(v) => compact(&problem::ProblemV1::from(&**v)),
        Record::Appeal(v) => compact(&appeal::AppealV1::from(v)),
        Record::Mark(v) => compact(&mark::MarkV1::from(v)),
    }
}

/// Reads the record of `key`.
///
/// Errors: bytes of a newer version, or damaged ones. Never panics, whatever the bytes.
pub fn decode(key: Key, bytes: &[u8]) -> Result<Record, DecodeError> {
    let kind = key.kind.code();
    let damaged = DecodeError::Damaged(kind);
    let (&version, body) = bytes.split_first().ok_or_else(|| damaged.clone())?;
    if version != V1 {
        return Err(DecodeError::Newer { kind, version });
    }
    let record = match key.kind {
        Kind::Region => Record::Region(from_json(body, kind)?),
        Kind::IdentityKey => Record::IdentityKey(IdentityKey(body.try_into().map_err(|_| damaged)?)),
        Kind::Municipality => Record::Municipality(from_json(body, kind)?),
        Kind::Settlement => Record::Settlement(from_json(body, kind)?),
        Kind::Body => Record::Body(from_json(body, kind)?),
        Kind::Category => Record::Category(from_json(body, kind)?),
        Kind::DeadlineRule => {
            let no = u16::try_from(key.number).map_err(|_| damaged)?;
            Record::DeadlineRule(no, from_json::<DeadlineRule>(body, kind)?)
        }
        Kind::CalendarYear => Record::CalendarYear(from_json::<CalendarYear>(body, kind)?),
        Kind::Source => Record::Source(from_json(body, kind)?),
        Kind::Fallback => Record::Fallback(from_json(body, kind)?),
        Kind::Token => Record::Token(from_json(body, kind)?),
        Kind::Embed => Record::Embed(from_json(body, kind)?),
        Kind::Problem => Record::Problem(Box::new(problem::decode(key.number, body)?)),
        Kind::Appeal => Record::Appeal(appeal::decode(key.number, body)?),
        Kind::Mark => Record::Mark(mark::decode(key.number, body)?),
    };
    Ok(record)
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = vec![V1];
    serde_json::to_writer(&mut bytes, value).expect("a dictionary entry is plain data");
    bytes
}

fn from_json<T: DeserializeOwned>(body: &[u8], kind: &'static str) -> Result<T, DecodeError> {
    serde_json::from_slice(body).map_err(|_| DecodeError::Damaged(kind))
}

fn compact<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_extend(value, vec![V1]).expect("a record is plain data")
}
