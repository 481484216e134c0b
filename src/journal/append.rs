//! The writing end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, DiskFile};
use super::frame::{self, Body, Compressor, Encoded, Position};
use super::read::Tail;
use super::segment::{self, SEGMENT_HEADER_BYTES};
use super::{JournalError, io};
use crate::records::chain::ChainHash;
use crate::records::changes::EncodedChanges;
use crate::records::stored::StateHash;

/// A segment is closed when it has grown beyond this.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// The writing end of a journal. There is one per data directory, guarded by its lock.
pub struct Journal {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    file: Box<dyn DiskFile>,
    path: PathBuf,
    len: u64,
    position: Position,
    compressor: Compressor,
    poisoned: bool,
}

impl Journal {
    /// Opens the writing end where `tail` says. Cuts a torn tail and removes a segment whose creation was cut short;
    /// creates the first segment of an empty journal.
    pub fn open(disk: Arc<dyn Disk>, directory: &Path, tail: &Tail) -> Result<Self, JournalError> {
        if let Some(stillborn) = &tail.stillborn {
            std::fs::remove_file(stillborn).map_err(io("remove", stillborn))?;
            disk.sync_directory(directory).map_err(io("sync", directory))?;
        }
        let (file, path, len) = match &tail.segment {
            Some((last, len)) => {
                let mut file = disk.open_to_append(&last.path).map_err(io("open", &last.path))?;
                if tail.torn {
                    file.truncate(*len).map_err(io("cut", &last.path))?;
                    file.sync().map_err(io("sync", &last.path))?;
                }
                (file, last.path.clone(), *len)
            }
            None => create_segment(&*disk, directory, &tail.position)?,
        };
        let directory = directory.to_owned();
        let (position, compressor) = (tail.position, Compressor::default());
        Ok(Self { disk, directory, file, path, len, position, compressor, poisoned: false })
    }

    /// Where the log stands.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Makes the body of the next frame, which can be done while its state hash is still being worked out.
    ///
    /// Errors: the changes are too many for one frame; nothing was written.
    pub fn body(&mut self, changes: &EncodedChanges) -> Result<Body, JournalError> {
        self.compressor.body(changes).map_err(|error| JournalError::Io {
            what: "append to",
            path: self.path.clone(),
            source: std::io::Error::new(std::io::ErrorKind::FileTooLarge, error),
        })
    }

    /// Makes the next frame, which says where the log will stand. `chain` and `state` are those after it.
    #[must_use]
    pub fn frame(&self, body: &Body, chain: ChainHash, state: StateHash) -> Encoded {
        frame::encode(&self.position, body, chain, state)
    }

    /// Makes a commit durable: when this returns, it will be there after a power cut.
    ///
    /// `on_step` hears of each step before it is taken; crash tests use it to know where a kill struck.
    ///
    /// Errors: anything the disk says poisons the journal. An fsync that failed may have dropped the pages it failed to
    /// write, so trying again could acknowledge what is lost; every later call answers [`JournalError::Poisoned`].
    pub fn append(
        &mut self,
        frame: &Encoded,
        on_step: &mut dyn FnMut(AppendStep),
    ) -> Result<(), JournalError> {
        if self.poisoned {
            return Err(JournalError::Poisoned);
        }
        // From here on the file may hold half a frame: poisoned until proven whole.
        self.poisoned = true;
        self.write(frame, on_step)?;
        self.poisoned = false;
        self.position = frame.after;
        Ok(())
    }

    fn write(&mut self, encoded: &Encoded, on_step: &mut dyn FnMut(AppendStep)) -> Result<(), JournalError> {
        if self.len >= SEGMENT_BYTES {
            on_step(AppendStep::Rotate);
            (self.file, self.path, self.len) = create_segment(&*self.disk, &self.directory, &self.position)?;
        }
        on_step(AppendStep::Append);
        self.file.append(&encoded.bytes).map_err(io("append to", &self.path))?;
        on_step(AppendStep::Sync);
        self.file.sync().map_err(io("sync", &self.path))?;
        self.len += encoded.bytes.len() as u64;
        Ok(())
    }
}

/// The steps of [`Journal::append`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppendStep {
    /// A new segment is created.
    Rotate,
    /// The frame is written.
    Append,
    /// The frame is made durable.
    Sync,
}

type OpenSegment = (Box<dyn DiskFile>, PathBuf, u64);

fn create_segment(disk: &dyn Disk, directory: &Path, before: &Position) -> Result<OpenSegment, JournalError> {
    let path = segment::path_of(directory, before.seq + 1);
    let mut file = disk.create(&path).map_err(io("create", &path))?;
    file.append(&segment::encode_header(before)).map_err(io("append to", &path))?;
    file.sync().map_err(io("sync", &path))?;
    disk.sync_directory(directory).map_err(io("sync", directory))?;
    Ok((file, path, SEGMENT_HEADER_BYTES))
}
