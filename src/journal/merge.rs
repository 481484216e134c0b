//! Checkpoint and tail of the journal as one ordered stream of entries: what the world looks like now.
//!
//! The same stream makes the snapshot at start, a new checkpoint and a rebuilt store. Memory: one block and the deltas of
//! the tail.

use std::path::Path;

use super::checkpoint::{self, CheckpointReader, Entry};
use super::frame::Position;
use super::read::{Reader, Tail};
use super::segment::damaged;
use super::{JournalError, directory as journal_directory};
use crate::records::stored::{Deltas, collect_deltas};

/// What a start finds: the newest usable checkpoint and everything after it.
pub struct Base {
    checkpoint: Option<std::path::PathBuf>,
    /// Where the checkpoint stands; the start of the log without one.
    pub checkpoint_position: Position,
    /// What happened after it.
    pub deltas: Deltas<'static>,
    /// How many frames that were.
    pub tail_frames: u64,
    /// Where the writing end goes on.
    pub tail: Tail,
    /// Checkpoints that could not be used, and why.
    pub unusable: Vec<JournalError>,
}

impl Base {
    /// Reads the tail after the newest checkpoint that is whole. A damaged checkpoint costs time, not data: the one before
    /// it, or the whole journal, takes its place.
    ///
    /// Errors: a damaged journal; a journal that ends before a checkpoint; a file of a newer format.
    pub fn open(data: &Path) -> Result<Self, JournalError> {
        Self::open_up_to(data, u64::MAX)
    }

    /// The same, as of the frame `last`: what stands after it may not be durable yet.
    pub fn open_up_to(data: &Path, last: u64) -> Result<Self, JournalError> {
        let mut unusable = Vec::new();
        for path in checkpoint::list(&checkpoint::directory(data))? {
            match checkpoint::verify(&path) {
                Ok(position) => return Self::after(data, Some(path), position, unusable, last),
                Err(error @ JournalError::Damaged { .. }) => unusable.push(error),
                Err(error) => return Err(error),
            }
        }
        Self::after(data, None, Position::START, unusable, last)
    }

    /// The whole journal, without any checkpoint.
    pub fn from_journal_alone(data: &Path) -> Result<Self, JournalError> {
        Self::after(data, None, Position::START, Vec::new(), u64::MAX)
    }

    fn after(
        data: &Path,
        checkpoint: Option<std::path::PathBuf>,
        position: Position,
        unusable: Vec<JournalError>,
        last: u64,
    ) -> Result<Self, JournalError> {
        let mut reader = Reader::after(&journal_directory(data), position.seq)?;
        if let Some(path) = checkpoint.as_ref().filter(|_| *reader.position() != position) {
            return Err(damaged(path, 0, "the checkpoint belongs to another journal"));
        }
        let (mut deltas, mut tail_frames) = (Deltas::new(), 0);
        while reader.position().seq < last
            && let Some(frame) = reader.next_frame()?
        {
            collect_deltas(frame.changes, &mut deltas);
            tail_frames += 1;
        }
        let tail = if last == u64::MAX { reader.into_tail()? } else { reader.stop_here() };
        Ok(Self { checkpoint, checkpoint_position: position, deltas, tail_frames, tail, unusable })
    }

    /// Where the log stands.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.tail.position
    }

    /// All entries in key order, block by block.
    pub fn entries(&self) -> Result<Entries<'_>, JournalError> {
        let base = self.checkpoint.as_deref().map(CheckpointReader::open).transpose()?;
        Ok(Entries { base, deltas: self.deltas.iter().peekable() })
    }
}

/// A stream of blocks of entries in key order.
pub struct Entries<'a> {
    base: Option<CheckpointReader>,
    deltas: std::iter::Peekable<
        std::collections::btree_map::Iter<'a, crate::domain::Key, crate::records::stored::Delta<'static>>,
    >,
}

/// New entries that come in one block when there is no block of the checkpoint to join.
const NEW_ENTRIES: usize = 8_192;

impl Entries<'_> {
    fn next_merged(&mut self) -> Result<Option<Vec<Entry>>, JournalError> {
        let block = match &mut self.base {
            Some(base) => base.next_block()?,
            None => None,
        };
        let Some(block) = block else {
            self.base = None;
            return self.take_new(NEW_ENTRIES);
        };
        let mut merged = Vec::with_capacity(block.len());
        for (key, stored) in block {
            while let Some((new_key, delta)) = self.deltas.next_if(|(k, _)| **k < key) {
                push_new(&mut merged, *new_key, delta)?;
            }
            match self.deltas.next_if(|(k, _)| **k == key) {
                Some((_, delta)) => {
                    let after = delta.apply(Some(&stored)).map_err(undecodable)?;
                    merged.extend(after.map(|stored| (key, stored)));
                }
                None => merged.push((key, stored)),
            }
        }
        Ok(Some(merged))
    }

    fn take_new(&mut self, most: usize) -> Result<Option<Vec<Entry>>, JournalError> {
        let mut entries = Vec::new();
        while entries.len() < most
            && let Some((key, delta)) = self.deltas.next()
        {
            push_new(&mut entries, *key, delta)?;
        }
        Ok((!entries.is_empty()).then_some(entries))
    }
}

fn push_new(
    entries: &mut Vec<Entry>,
    key: crate::domain::Key,
    delta: &crate::records::stored::Delta<'_>,
) -> Result<(), JournalError> {
    entries.extend(delta.apply(None).map_err(undecodable)?.map(|stored| (key, stored)));
    Ok(())
}

fn undecodable(_: crate::records::DecodeError) -> JournalError {
    damaged(Path::new("checkpoint"), 0, "an entry cannot be read")
}

impl Iterator for Entries<'_> {
    type Item = Result<Vec<Entry>, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_merged().transpose()
    }
}
