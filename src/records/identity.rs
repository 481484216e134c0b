//! Opaque identities of records: a keyed hash of the source's own number.
//!
//! Outside the atlas nobody can turn it back into the number or compute it; inside, the same row is known again. 64 bits
//! are enough: among ten million records the chance of one collision is 3 in a million.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::change::IdentityKey;

/// Hashes identities with one atlas's key.
#[derive(Clone)]
pub struct IdentityHasher(Hmac<Sha256>);

impl IdentityHasher {
    /// A hasher with this key.
    #[must_use]
    pub fn new(key: &IdentityKey) -> Self {
        Self(Hmac::new_from_slice(&key.0).expect("HMAC takes keys of any length"))
    }

    /// The identity of the record that `source` calls `source_id`: the first 8 bytes of
    /// HMAC-SHA-256(key, kind ‖ source ‖ 0x1F ‖ source_id).
    #[must_use]
    pub fn of(&self, kind: crate::domain::Kind, source: &str, source_id: &str) -> u64 {
        let mut mac = self.0.clone();
        mac.update(&[kind as u8]);
        mac.update(source.as_bytes());
        mac.update(&[0x1f]);
        mac.update(source_id.as_bytes());
        let digest = mac.finalize().into_bytes();
        u64::from_le_bytes(digest[..8].try_into().expect("a digest has 32 bytes"))
    }
}
