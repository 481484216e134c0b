//! The truth: append-only, checksummed, hash-chained, fsynced segment files.
//!
//! A write is acknowledged when its frame is on disk: [`Journal::append`] returns after `fdatasync`. Everything else in a
//! data directory can be rebuilt from here. Segments are never deleted: they are the history and the audit trail.
//!
//! - [`frame`]: the bytes of one commit;
//! - [`segment`]: finding frames in a file, and where a torn tail begins;
//! - [`append`]: the writing end; any error poisons it, an fsync is never retried;
//! - [`read`]: frames from a sequence number on;
//! - [`checkpoint`]: all entries at one sequence, so that a start costs the checkpoint plus the tail;
//! - [`merge`]: checkpoint and tail as one ordered stream of entries;
//! - [`verify`]: the whole chain, byte by byte;
//! - [`blobs`]: files that records name by their hash; [`lock`]: one process per directory.

pub mod append;
pub mod backup;
pub mod blobs;
pub mod checkpoint;
pub mod disk;
pub mod frame;
pub mod lock;
pub mod merge;
pub mod read;
pub mod segment;
pub mod verify;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use append::Journal;
pub use frame::{Frame, Position};

/// Version of the journal's format. A directory with a higher one was written by a newer program.
pub const FORMAT: u16 = 1;

/// Where the journal lives in a data directory.
#[must_use]
pub fn directory(data: &Path) -> PathBuf {
    data.join("journal")
}

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused.
    #[error("{what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// Bytes that were acknowledged are not there any more, or not the same.
    #[error("{path}, byte {offset}: {what}")]
    Damaged {
        /// In which file.
        path: PathBuf,
        /// At which byte.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// The journal was written by a newer program.
    #[error("{path} has format {format}, this program reads up to {FORMAT}")]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        format: u16,
    },
    /// The journal ends before something that was made from it: part of it is missing.
    #[error("the journal ends at {journal}, but {what} stands at {other}")]
    EndsEarly {
        /// Last sequence of the journal.
        journal: u64,
        /// Whose sequence is higher.
        what: &'static str,
        /// That sequence.
        other: u64,
    },
    /// An earlier write failed; nothing can be written until the program starts again.
    #[error("an earlier write failed")]
    Poisoned,
}

impl JournalError {
    /// Whether the reason is a full disk.
    #[must_use]
    pub fn is_out_of_space(&self) -> bool {
        matches!(self, Self::Io { source, .. } if is_out_of_space(source))
    }
}

/// Whether the operating system says that the disk, or the quota, is used up.
#[must_use]
pub fn is_out_of_space(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

/// Wraps an I/O error with what was tried on which file.
pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> JournalError {
    let path = path.to_owned();
    move |source| JournalError::Io { what, path, source }
}
