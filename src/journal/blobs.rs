//! Files that records name by their hash: boundaries, photos, exports.
//!
//! A blob is written and made durable before the frame that names it; one that no frame names does no harm. Its name is the
//! SHA-256 of its bytes, so that no path from outside ever reaches the disk and damage is found by reading it.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::disk::Disk;
use super::segment::damaged;
use super::{JournalError, io};
use crate::domain::ids::hex;
use crate::domain::municipality::BlobId;

/// Where blobs live in a data directory.
#[must_use]
pub fn directory(data: &Path) -> PathBuf {
    data.join("media")
}

/// The name of a blob with these bytes.
#[must_use]
pub fn id_of(bytes: &[u8]) -> BlobId {
    hex(&Sha256::digest(bytes))
}

/// Makes a blob durable and returns its name. The same bytes again cost one look at the directory.
pub fn put(disk: &dyn Disk, data: &Path, bytes: &[u8]) -> Result<BlobId, JournalError> {
    let directory = directory(data);
    let id = id_of(bytes);
    let path = directory.join(&id);
    if path.exists() {
        return Ok(id);
    }
    let temporary = directory.join(format!("{id}.tmp"));
    // Left behind by a process that was killed here; its content is not known to be whole.
    let _ = std::fs::remove_file(&temporary);
    let mut file = disk.create(&temporary).map_err(io("create", &temporary))?;
    file.append(bytes).map_err(io("append to", &temporary))?;
    file.sync().map_err(io("sync", &temporary))?;
    disk.rename(&temporary, &path).map_err(io("rename", &temporary))?;
    disk.sync_directory(&directory).map_err(io("sync", &directory))?;
    Ok(id)
}

/// Reads a blob and checks that it is the one.
pub fn read(data: &Path, id: &BlobId) -> Result<Vec<u8>, JournalError> {
    let path = directory(data).join(id);
    let bytes = std::fs::read(&path).map_err(io("read", &path))?;
    if id_of(&bytes) != *id {
        return Err(damaged(&path, 0, "the file is not the one that its name says"));
    }
    Ok(bytes)
}
