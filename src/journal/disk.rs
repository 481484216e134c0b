//! The few things the writing end asks of a file system, behind a trait so that a test can make the n-th of them fail.

use std::fs::{File, OpenOptions};
use std::io::{Result, Write};
use std::path::Path;

/// A file system.
pub trait Disk: Send + Sync {
    /// Creates a file that must not exist yet.
    fn create(&self, path: &Path) -> Result<Box<dyn DiskFile>>;
    /// Opens a file to append to it.
    fn open_to_append(&self, path: &Path) -> Result<Box<dyn DiskFile>>;
    /// Makes the names in a directory durable.
    fn sync_directory(&self, path: &Path) -> Result<()>;
    /// Gives a file another name, replacing what has it.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;
}

/// A file being written.
pub trait DiskFile: Send {
    /// Appends all of `bytes`.
    fn append(&mut self, bytes: &[u8]) -> Result<()>;
    /// Makes what was appended durable.
    fn sync(&mut self) -> Result<()>;
    /// Cuts the file.
    fn truncate(&mut self, len: u64) -> Result<()>;
}

/// The real one.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().append(true).create_new(true).open(path)?))
    }

    fn open_to_append(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().append(true).open(path)?))
    }

    fn sync_directory(&self, path: &Path) -> Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        std::fs::rename(from, to)
    }
}

impl DiskFile for File {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> Result<()> {
        self.sync_data()
    }

    fn truncate(&mut self, len: u64) -> Result<()> {
        self.set_len(len)
    }
}
