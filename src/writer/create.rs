//! A new data directory, and whether a directory is one.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use super::open::OpenError;
use crate::journal::disk::{Disk, RealDisk};
use crate::journal::read::Reader;
use crate::journal::{Journal, JournalError, blobs, checkpoint, directory as journal_directory, segment};

/// Whether `data` holds an atlas. Errors say what it is instead.
pub fn check_directory(data: &Path) -> Result<(), OpenError> {
    match std::fs::metadata(data) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(OpenError::Absent(data.to_owned())),
        Err(source) => {
            let path = data.to_owned();
            Err(JournalError::Io { what: "look at", path, source }.into())
        }
        Ok(meta) if !meta.is_dir() => Err(OpenError::NotADirectory(data.to_owned())),
        Ok(_) if holds_journal(data) => Ok(()),
        Ok(_) if is_empty(data) => Err(OpenError::Absent(data.to_owned())),
        Ok(_) => Err(OpenError::NotAnAtlas(data.to_owned())),
    }
}

fn holds_journal(data: &Path) -> bool {
    segment::list(&journal_directory(data)).is_ok_and(|segments| !segments.is_empty())
}

/// Whether there is nothing in a directory but what an interrupted creation leaves behind.
fn is_empty(data: &Path) -> bool {
    let ours = ["journal", "checkpoint", "media", "atlas.lock"];
    let Ok(entries) = std::fs::read_dir(data) else { return false };
    entries.flatten().all(|entry| {
        let name = entry.file_name();
        let empty_folder = || std::fs::read_dir(entry.path()).is_ok_and(|mut inside| inside.next().is_none());
        ours.iter().any(|known| name == *known) && (name == "atlas.lock" || empty_folder())
    })
}

/// Makes the folders and the first segment of an atlas in a directory that is absent or empty.
pub fn create(data: &Path) -> Result<(), OpenError> {
    for directory in
        [data.to_owned(), journal_directory(data), checkpoint::directory(data), blobs::directory(data)]
    {
        std::fs::create_dir_all(&directory).map_err(|source| {
            if is_read_only(&source) {
                return OpenError::ReadOnly(data.to_owned());
            }
            let path = directory.clone();
            OpenError::Journal(JournalError::Io { what: "create", path, source })
        })?;
    }
    let directory = journal_directory(data);
    let tail = Reader::after(&directory, 0)?.into_tail()?;
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    Journal::open(disk, &directory, &tail)?;
    for directory in [data, data.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))] {
        RealDisk.sync_directory(directory).map_err(|source| {
            let path = directory.to_owned();
            JournalError::Io { what: "sync", path, source }
        })?;
    }
    Ok(())
}

/// Whether the operating system says that nothing may be written here.
#[must_use]
pub fn is_read_only(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}
