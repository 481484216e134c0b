//! A change set as bytes: the body of a journal frame.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::chain::{self, ChainHash};
use super::{Bytes, DecodeError, encode, event};
use crate::domain::{ChangeSet, Key, Kind};

/// A change set whose records and events are bytes, chained to the log before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EncodedChanges {
    /// Events: entity, bytes and the chain's link after it.
    pub events: Vec<EncodedEvent>,
    /// Records after the write.
    pub records: Vec<(Key, Vec<u8>)>,
}

/// One event as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedEvent {
    /// What it happened to.
    pub entity: Key,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The chain's link after it.
    pub hash: ChainHash,
}

#[derive(Serialize, Deserialize)]
struct ChangesV1<'a> {
    #[serde(borrow)]
    events: Vec<(u8, u32, Bytes<'a>)>,
    #[serde(borrow)]
    records: Vec<(u8, u32, Bytes<'a>)>,
}

/// The kind, the number and the length of an entry take no more than this.
const ENTRY_OVERHEAD_BYTES: usize = 11;

impl EncodedChanges {
    /// Encodes `changes` and links their events to `chain`. Returns the link after the records too.
    ///
    /// Cost: O(bytes); records are encoded in parallel, the chain is inherently sequential.
    #[must_use]
    pub fn encode(changes: &ChangeSet, chain: &ChainHash) -> (Self, ChainHash) {
        let records: Vec<(Key, Vec<u8>)> = changes
            .records
            .par_iter()
            .with_min_len(256)
            .map(|record| (record.key(), encode(record)))
            .collect();
        let mut link = *chain;
        let mut events = Vec::with_capacity(changes.events.len());
        for e in &changes.events {
            let bytes = event::encode(e, Vec::with_capacity(48));
            link = chain::after_event(&link, &bytes);
            events.push(EncodedEvent { entity: e.entity, bytes, hash: link });
        }
        let encoded = Self { events, records };
        let link = encoded.link_records(&link);
        (encoded, link)
    }

    fn link_records(&self, link: &ChainHash) -> ChainHash {
        chain::after_records(link, self.records.iter().map(|(key, bytes)| (*key, bytes.as_slice())))
    }

    /// The bytes of a frame's body.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let plain = |key: Key, bytes| (key.kind as u8, key.number, Bytes(bytes));
        let lengths = self.events.iter().map(|e| e.bytes.len()).chain(self.records.iter().map(|r| r.1.len()));
        let room = 20 + lengths.map(|len| len + ENTRY_OVERHEAD_BYTES).sum::<usize>();
        let v = ChangesV1 {
            events: self.events.iter().map(|e| plain(e.entity, e.bytes.as_slice())).collect(),
            records: self.records.iter().map(|(key, bytes)| plain(*key, bytes.as_slice())).collect(),
        };
        postcard::to_extend(&v, Vec::with_capacity(room)).expect("encoded changes are plain data")
    }

    /// Reads a frame's body whose log stands at `chain`. Returns the link after it too: the caller compares it.
    ///
    /// Errors: damaged bytes.
    pub fn from_bytes(bytes: &[u8], chain: &ChainHash) -> Result<(Self, ChainHash), DecodeError> {
        let damaged = || DecodeError::Damaged("change set");
        let v: ChangesV1<'_> = postcard::from_bytes(bytes).map_err(|_| damaged())?;
        let key = |kind: u8, number: u32| {
            Kind::from_number(kind).map(|kind| Key { kind, number }).ok_or_else(damaged)
        };
        let mut link = *chain;
        let mut events = Vec::with_capacity(v.events.len());
        for (kind, number, bytes) in v.events {
            link = chain::after_event(&link, bytes.0);
            events.push(EncodedEvent { entity: key(kind, number)?, bytes: bytes.0.to_vec(), hash: link });
        }
        let records = v
            .records
            .into_iter()
            .map(|(kind, number, bytes)| Ok((key(kind, number)?, bytes.0.to_vec())))
            .collect::<Result<_, DecodeError>>()?;
        let encoded = Self { events, records };
        let link = encoded.link_records(&link);
        Ok((encoded, link))
    }
}
