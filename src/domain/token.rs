//! Service tokens: how a program proves its role. Only a hash is kept.

use serde::{Deserialize, Serialize};

use super::role::{Role, Scope};
use super::{Timestamp, TokenNo};

/// A token that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its number.
    pub no: TokenNo,
    /// What it is for, in its owner's words.
    pub label: String,
    /// Hexadecimal SHA-256 of the token's text. The text has 128 random bits, so a slow hash would add nothing.
    pub sha256: String,
    /// The role it gives.
    pub role: Role,
    /// Where and until when.
    pub scope: Scope,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}
