//! The hash chain of the event log.
//!
//! `h₀` is 32 zero bytes. The hash of event k is SHA-256(`h` of event k−1 ‖ bytes of event k). After the last event of a
//! frame the chain takes in the frame's records as well: SHA-256(`h` ‖ for each record: kind, number, length, bytes), so
//! that neither what happened nor what came of it can be changed without changing every later hash.

use sha2::{Digest, Sha256};

use crate::domain::Key;

/// A link of the chain.
pub type ChainHash = [u8; 32];

/// The link before the first event.
pub const GENESIS: ChainHash = [0; 32];

/// The link after an event.
#[must_use]
pub fn after_event(previous: &ChainHash, event: &[u8]) -> ChainHash {
    Sha256::new().chain_update(previous).chain_update(event).finalize().into()
}

/// The link after a frame's records.
#[must_use]
pub fn after_records<'a>(previous: &ChainHash, records: impl Iterator<Item = (Key, &'a [u8])>) -> ChainHash {
    let mut hasher = Sha256::new().chain_update(previous);
    for (key, bytes) in records {
        hasher.update([key.kind as u8]);
        hasher.update(key.number.to_le_bytes());
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    hasher.finalize().into()
}
