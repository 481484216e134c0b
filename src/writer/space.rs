//! Refusing writes before the disk is full, and a reserve for starting again when it is.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Settings of the disk guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpaceConfig {
    /// Writes are refused below this much free space. It must hold a checkpoint and sled's clean-up.
    pub min_free_bytes: u64,
    /// Size of the file that is given up so that an atlas can start on a full disk.
    pub ballast_bytes: u64,
}

impl Default for SpaceConfig {
    fn default() -> Self {
        Self { min_free_bytes: 128 << 20, ballast_bytes: 16 << 20 }
    }
}

/// Watches the free space of a data directory.
#[derive(Debug, Clone)]
pub struct SpaceGuard {
    data: PathBuf,
    config: SpaceConfig,
}

impl SpaceGuard {
    /// A guard of a data directory.
    #[must_use]
    pub fn new(data: &Path, config: SpaceConfig) -> Self {
        Self { data: data.to_owned(), config }
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Free bytes on the file system; everything when it does not say.
    #[must_use]
    pub fn free_bytes(&self) -> u64 {
        rustix::fs::statvfs(&self.data).map_or(u64::MAX, |stat| stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Whether `more` bytes fit without going below the reserve.
    #[must_use]
    pub fn has_room_for(&self, more: u64) -> bool {
        self.free_bytes() >= self.config.min_free_bytes.saturating_add(more)
    }

    /// Puts the ballast in place when there is room for it. Failing is no error: the guard still refuses in time.
    pub fn place_ballast(&self) {
        let path = self.ballast();
        if path.exists() || self.config.ballast_bytes == 0 || !self.has_room_for(self.config.ballast_bytes) {
            return;
        }
        let Ok(file) = OpenOptions::new().write(true).create_new(true).open(&path) else { return };
        let flags = rustix::fs::FallocateFlags::empty();
        if rustix::fs::fallocate(&file, flags, 0, self.config.ballast_bytes).is_err() {
            let _ = self.drop_ballast();
        }
    }

    /// Gives up the ballast. `false` when there was none.
    #[must_use]
    pub fn drop_ballast(&self) -> bool {
        std::fs::remove_file(self.ballast()).is_ok()
    }

    fn ballast(&self) -> PathBuf {
        self.data.join("ballast")
    }
}
