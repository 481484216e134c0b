//! An entity as it is kept: its record, and for some kinds the events of its life.
//!
//! The whole state of an atlas is one map from [`Key`] to such bytes. A write is a list of [`Delta`]s to it; the journal
//! holds the deltas, store and checkpoint hold the map. The *state hash* is the sum of the hashes of all entries: it does
//! not depend on order, so it is kept up to date by subtracting what was and adding what is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::chain::ChainHash;
use super::changes::EncodedChanges;
use super::{Bytes, DecodeError, event};
use crate::domain::{Event, Key};

/// Order-free sum of the hashes of all entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateHash(pub u128);

impl StateHash {
    /// Counts an entry in.
    pub fn add(&mut self, key: Key, stored: &[u8]) {
        self.0 = self.0.wrapping_add(entry_hash(key, stored));
    }

    /// Counts an entry out.
    pub fn remove(&mut self, key: Key, stored: &[u8]) {
        self.0 = self.0.wrapping_sub(entry_hash(key, stored));
    }

    /// Counts in everything that `other` counted.
    pub fn merge(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }
}

fn entry_hash(key: Key, stored: &[u8]) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.update(&[key.kind as u8]);
    hasher.update(&key.number.to_le_bytes());
    hasher.update(stored);
    hasher.digest128()
}

/// The bytes of an entry, taken apart.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredV1<'a> {
    /// The record.
    #[serde(borrow)]
    pub record: Bytes<'a>,
    /// Its events and their links in the chain; empty for kinds that keep none.
    #[serde(borrow)]
    pub history: Vec<(Bytes<'a>, ChainHash)>,
}

impl<'a> StoredV1<'a> {
    /// Reads the bytes of an entry.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        postcard::from_bytes(bytes).map_err(|_| DecodeError::Damaged("stored entry"))
    }

    /// The events with their links.
    pub fn events(&self) -> Result<Vec<(Event, ChainHash)>, DecodeError> {
        self.history.iter().map(|(bytes, hash)| Ok((event::decode(bytes.0)?, *hash))).collect()
    }
}

/// What one or more writes do to one entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delta<'a> {
    /// The record afterwards.
    pub record: Option<Cow<'a, [u8]>>,
    /// Events that join its history.
    pub history: Vec<(Cow<'a, [u8]>, ChainHash)>,
}

impl Delta<'_> {
    /// The entry after the write. An entry without a record (an event of something that was never recorded) stays absent.
    pub fn apply(&self, before: Option<&[u8]>) -> Result<Option<Vec<u8>>, DecodeError> {
        let old = before.map(StoredV1::decode).transpose()?;
        let Some(record) = self.record.as_deref().or(old.as_ref().map(|o| o.record.0)) else {
            return Ok(None);
        };
        let mut history = old.map_or_else(Vec::new, |o| o.history);
        history.extend(self.history.iter().map(|(bytes, hash)| (Bytes(bytes), *hash)));
        let room = record.len()
            + history.iter().map(|(bytes, _)| bytes.0.len() + EVENT_OVERHEAD_BYTES).sum::<usize>();
        let entry = StoredV1 { record: Bytes(record), history };
        let bytes = postcard::to_extend(&entry, Vec::with_capacity(room + EVENT_OVERHEAD_BYTES));
        Ok(Some(bytes.expect("a stored entry is plain data")))
    }
}

/// An event's link and length take no more than this, and neither do a record's length and the number of events.
const EVENT_OVERHEAD_BYTES: usize = 37;

/// Deltas by key, in key order.
pub type Deltas<'a> = BTreeMap<Key, Delta<'a>>;

/// What `changes` do.
#[must_use]
pub fn deltas_of(changes: &EncodedChanges) -> Deltas<'_> {
    let mut deltas = Deltas::new();
    let records = changes.records.iter().map(|(key, record)| (*key, Cow::from(record)));
    let events = changes.events.iter().map(|e| (e.entity, Cow::from(&e.bytes), e.hash));
    collect(records, events, &mut deltas);
    deltas
}

/// Adds what `changes` do to `deltas`: later writes replace the record and extend the history.
pub fn collect_deltas(changes: EncodedChanges, deltas: &mut Deltas<'static>) {
    let records = changes.records.into_iter().map(|(key, record)| (key, Cow::from(record)));
    let events = changes.events.into_iter().map(|e| (e.entity, Cow::from(e.bytes), e.hash));
    collect(records, events, deltas);
}

fn collect<'a>(
    records: impl Iterator<Item = (Key, Cow<'a, [u8]>)>,
    events: impl Iterator<Item = (Key, Cow<'a, [u8]>, ChainHash)>,
    deltas: &mut Deltas<'a>,
) {
    for (key, record) in records {
        deltas.entry(key).or_default().record = Some(record);
    }
    for (key, bytes, hash) in events.filter(|(key, ..)| key.kind.keeps_history()) {
        deltas.entry(key).or_default().history.push((bytes, hash));
    }
}
