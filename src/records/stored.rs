//! An entity as it is kept: its record, and for some kinds the events of its life.
//!
//! The whole state of an atlas is one map from [`Key`] to such bytes. A write is a list of [`Delta`]s to it; the journal
//! holds the deltas, store and checkpoint hold the map. The *state hash* is the sum of the hashes of all entries: it does
//! not depend on order, so it is kept up to date by subtracting what was and adding what is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::chain::ChainHash;
use super::changes::EncodedChanges;
use super::{DecodeError, event};
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
    pub record: &'a [u8],
    /// Its events and their links in the chain; empty for kinds that keep none.
    #[serde(borrow)]
    pub history: Vec<(&'a [u8], ChainHash)>,
}

impl<'a> StoredV1<'a> {
    /// Reads the bytes of an entry.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        postcard::from_bytes(bytes).map_err(|_| DecodeError::Damaged("stored entry"))
    }

    /// The events with their links.
    pub fn events(&self) -> Result<Vec<(Event, ChainHash)>, DecodeError> {
        self.history.iter().map(|(bytes, hash)| Ok((event::decode(bytes)?, *hash))).collect()
    }
}

/// What one or more writes do to one entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delta {
    /// The record afterwards.
    pub record: Option<Vec<u8>>,
    /// Events that join its history.
    pub history: Vec<(Vec<u8>, ChainHash)>,
}

impl Delta {
    /// The entry after the write. An entry without a record (an event of something that was never recorded) stays absent.
    pub fn apply(&self, before: Option<&[u8]>) -> Result<Option<Vec<u8>>, DecodeError> {
        let old = before.map(StoredV1::decode).transpose()?;
        let Some(record) = self.record.as_deref().or(old.as_ref().map(|o| o.record)) else {
            return Ok(None);
        };
        let mut history = old.map_or_else(Vec::new, |o| o.history);
        history.extend(self.history.iter().map(|(bytes, hash)| (bytes.as_slice(), *hash)));
        let entry = StoredV1 { record, history };
        Ok(Some(postcard::to_allocvec(&entry).expect("a stored entry is plain data")))
    }
}

/// Deltas by key, in key order.
pub type Deltas = BTreeMap<Key, Delta>;

/// Adds what `changes` do to `deltas`: later writes replace the record and extend the history.
pub fn collect_deltas(changes: &EncodedChanges, deltas: &mut Deltas) {
    for (key, record) in &changes.records {
        deltas.entry(*key).or_default().record = Some(record.clone());
    }
    for event in changes.events.iter().filter(|event| event.entity.kind.keeps_history()) {
        deltas.entry(event.entity).or_default().history.push((event.bytes.clone(), event.hash));
    }
}
