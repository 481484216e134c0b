//! One process per data directory.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::{JournalError, io};

/// The lock on a data directory; released when dropped, or by the system when the process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child that is just being started holds a copy of it until it becomes another
        // program. If unlocking fails, closing is what is left.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

/// Why the lock cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("in use by {holder}")]
    InUse {
        /// The process: its number and command.
        holder: String,
    },
    /// The lock file cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Path of the lock file of a data directory.
#[must_use]
pub fn path(data: &Path) -> PathBuf {
    data.join("atlas.lock")
}

impl Lock {
    /// Takes the lock and writes down who has it.
    pub fn take(data: &Path) -> Result<Self, LockError> {
        let path = path(data);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io("open", &path))?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut holder = String::new();
            // Who holds it is only needed for the message; an unreadable line leaves it empty.
            let _ = file.read_to_string(&mut holder);
            return Err(LockError::InUse { holder: holder.trim().to_owned() });
        }
        // A full disk must not keep the atlas from starting: the line is only for the message above.
        let _ = write_holder(&mut file);
        Ok(Self { file })
    }
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    let command = std::env::args().take(2).collect::<Vec<_>>().join(" ");
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "process {} ({command})", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_was_let_go_is_free_although_a_copy_of_its_file_is_still_open() {
        let place = tempfile::tempdir().unwrap();
        let lock = Lock::take(place.path()).unwrap();
        let copy = lock.file.try_clone().unwrap();
        assert!(Lock::take(place.path()).is_err());
        drop(lock);
        assert!(Lock::take(place.path()).is_ok());
        drop(copy);
    }
}
