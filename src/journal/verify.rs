//! The whole journal, byte by byte.

use std::path::Path;

use super::frame::Position;
use super::read::Reader;
use super::{JournalError, directory};

/// What a full reading found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Where the log ends.
    pub end: Position,
    /// State hashes after each frame, by sequence − 1.
    pub states: Vec<crate::records::stored::StateHash>,
    /// Bytes after the last frame, left by a write that was cut short and never acknowledged.
    pub torn: bool,
}

/// Reads every frame from the first on: checksums, sequence numbers and the chain of every event and record.
///
/// `on_frame` hears the sequence of each frame. Errors: the first damage, with its file and offset. Cost: one pass.
pub fn verify(data: &Path, on_frame: &mut dyn FnMut(u64)) -> Result<Verified, JournalError> {
    let mut reader = Reader::after(&directory(data), 0)?;
    let mut states = Vec::new();
    while let Some(frame) = reader.next_frame()? {
        states.push(frame.after.state);
        on_frame(frame.after.seq);
    }
    let tail = reader.into_tail()?;
    let torn = tail.torn || tail.stillborn.is_some();
    Ok(Verified { end: tail.position, states, torn })
}
