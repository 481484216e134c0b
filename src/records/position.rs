//! Where a log stands.

use super::chain::{ChainHash, GENESIS};
use super::stored::StateHash;

/// Where a log stands after a frame of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Sequence of the frame; 0 before the first.
    pub seq: u64,
    /// Number that the next event gets.
    pub next_event: u64,
    /// Link of the event chain.
    pub chain: ChainHash,
    /// State hash.
    pub state: StateHash,
}

impl Position {
    /// Before the first frame.
    pub const START: Self = Self { seq: 0, next_event: 1, chain: GENESIS, state: StateHash(0) };
}
