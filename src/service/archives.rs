//! Archives of tiles: the vector tiles of a layer under a filter in one file, each as the address of the tile gives it. The shelf
//! on which they stand is for every file that is made whole before it is sent: [`super::geopackages`] puts its own there.
//!
//! An archive is made in a file beside the data, which loses its name as soon as it is made: nothing is left behind when the
//! process ends, and a reader keeps it for as long as it reads. One is made at a time; those made last are kept, by what
//! they were made of, up to a gibibyte on disk.

use std::fs::File;
use std::io;
use std::ops::RangeInclusive;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::coverage::{TooMany, coverage};
use super::encoding::{Encoding, encode};
use super::filter::Invalid;
use super::tiles::TileRequest;
use super::{Atlas, ReadError};
pub use crate::analytics::clusters::LAST_ZOOM;
use crate::analytics::selection::Selection;
pub use crate::archive::{ArchiveError, ArchiveForm, ArchiveInfo};
use crate::archive::{ArchiveWriter, sort};
use crate::domain::ids::hex;
use crate::geometry::Tile;

/// Most tiles that are looked at for one archive: a minute of one core, at half a millisecond each.
pub const MAX_TILES: usize = 120_000;
/// Most bytes of tiles in one archive.
pub const MAX_BYTES: u64 = 256 << 20;
/// Most bytes on disk of all archives that are kept or still read.
const KEPT_BYTES: u64 = 1 << 30;
/// Requests that may wait for an archive to be made. Whoever comes later gets 503.
const MAX_WAITING: usize = 8;
/// The ending of an archive in the making.
const UNFINISHED: &str = "unfinished";
/// Bytes that are hashed at once.
const PIECE_BYTES: usize = 256 << 10;

/// What is asked for.
#[derive(Clone)]
pub struct ArchiveRequest {
    /// The tiles' world, layer and filter; the address is of no account.
    pub tiles: TileRequest,
    /// First and last zoom.
    pub zooms: RangeInclusive<u8>,
    /// The format.
    pub form: ArchiveForm,
    /// What the archive says of itself.
    pub info: ArchiveInfo,
}

impl ArchiveRequest {
    /// Everything on which the archive depends.
    fn scope(&self) -> String {
        format!("{}/{:?}/{:?}", self.tiles.layer_scope(), self.zooms, self.form)
    }
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveFailure {
    /// It cannot be made as asked, or would be too large.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Too many are asked for at once.
    #[error("too many archives at once")]
    Busy,
    /// There is no room for it.
    #[error("the disk is almost full")]
    DiskFull,
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] ArchiveError),
}

impl From<io::Error> for ArchiveFailure {
    fn from(error: io::Error) -> Self {
        Self::Write(error.into())
    }
}

/// A finished archive: a file without a name.
#[derive(Debug)]
pub struct Archive {
    file: File,
    length_bytes: u64,
    etag: String,
}

impl Archive {
    /// Length, bytes.
    #[must_use]
    pub fn length_bytes(&self) -> u64 {
        self.length_bytes
    }

    /// A strong entity tag, made of the bytes.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The `length` bytes from `offset` on; both lie within the archive.
    pub fn read(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, offset)?;
        Ok(bytes)
    }

    /// Takes over the file at `path`, which loses its name.
    fn take_over(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        std::fs::remove_file(path)?;
        let mut archive = Self { length_bytes: file.metadata()?.len(), file, etag: String::new() };
        let mut digest = Sha256::new();
        for offset in (0..archive.length_bytes).step_by(PIECE_BYTES) {
            let length = (archive.length_bytes - offset).min(PIECE_BYTES as u64);
            digest.update(archive.read(offset, length as usize)?);
        }
        let hex = hex(&digest.finalize()[..10]);
        archive.etag = format!("\"{hex}\"");
        Ok(archive)
    }
}

/// Archives that were made, and the right to make one.
pub struct ArchiveShelf {
    folder: PathBuf,
    made: AtomicU64,
    turn: Arc<Semaphore>,
    waiting: AtomicUsize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// By scope, the one that was asked for last at the end.
    archives: Vec<(String, Arc<Archive>)>,
    /// Those that fell out and may still be read.
    lent: Vec<Weak<Archive>>,
}

impl Kept {
    /// The archive of a scope, which becomes the last to fall out.
    fn find(&mut self, scope: &str) -> Option<Arc<Archive>> {
        let at = self.archives.iter().position(|(kept, _)| kept == scope)?;
        let found = self.archives.remove(at);
        self.archives.push(found);
        self.archives.last().map(|(_, archive)| Arc::clone(archive))
    }

    fn bytes(&self) -> u64 {
        let kept = self.archives.iter().map(|(_, archive)| archive.length_bytes);
        let lent = self.lent.iter().filter_map(Weak::upgrade).map(|archive| archive.length_bytes);
        kept.sum::<u64>() + lent.sum::<u64>()
    }

    /// Lets go of archives until `bytes` more fit; `false` when too many are still read.
    fn make_room_for(&mut self, bytes: u64) -> bool {
        self.lent.retain(|archive| archive.strong_count() > 0);
        while self.bytes() + bytes > KEPT_BYTES {
            if self.archives.is_empty() {
                return false;
            }
            let (_, archive) = self.archives.remove(0);
            self.lent.push(Arc::downgrade(&archive));
        }
        true
    }
}

impl ArchiveShelf {
    /// An empty shelf in a data directory; what a killed process left there is removed.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        let folder = data.join("archives");
        let left = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        for path in left.filter(|path| path.extension().is_some_and(|ending| ending == UNFINISHED)) {
            let _ = std::fs::remove_file(path); // else it wastes room, no more
        }
        Self {
            folder,
            made: AtomicU64::new(0),
            turn: Arc::new(Semaphore::new(1)),
            waiting: AtomicUsize::new(0),
            kept: Mutex::default(),
        }
    }

    /// Waits for the right to make an archive.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, ArchiveFailure> {
        let _place = Place::take(&self.waiting)?;
        Arc::clone(&self.turn).acquire_owned().await.map_err(|_| ArchiveFailure::Busy)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file that `scope` names, if it is kept.
    pub(super) fn find(&self, scope: &str) -> Option<Arc<Archive>> {
        self.kept().find(scope)
    }

    /// A path that nothing has.
    fn new_path(&self) -> io::Result<Unfinished> {
        std::fs::create_dir_all(&self.folder)?;
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        Ok(Unfinished(self.folder.join(format!("{number}.{UNFINISHED}"))))
    }
}

/// A place in the queue; left when dropped, also when the client goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, ArchiveFailure> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(ArchiveFailure::Busy);
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A file that is removed when dropped, if it is still there.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Atlas {
    /// An archive that was made already.
    #[must_use]
    pub fn kept_archive(&self, request: &ArchiveRequest) -> Option<Arc<Archive>> {
        self.archives.find(&request.scope())
    }

    /// Makes an archive, unless it was made while waiting. `turn` is the right to (see [`ArchiveShelf::turn`]).
    ///
    /// Errors: unknown names in the filter; more than [`MAX_TILES`] or [`MAX_BYTES`]; no room. Cost: one drawing and one
    /// compression a tile, on one thread.
    pub fn archive(
        &self,
        request: &ArchiveRequest,
        turn: &OwnedSemaphorePermit,
    ) -> Result<Arc<Archive>, ArchiveFailure> {
        self.kept_or_made(&request.scope(), MAX_BYTES, turn, |path| self.write_archive(request, path))
    }

    /// The file that `scope` names: one that was kept, else what `write` makes of an empty path, `most_bytes` at most.
    pub(super) fn kept_or_made(
        &self,
        scope: &str,
        most_bytes: u64,
        _turn: &OwnedSemaphorePermit,
        write: impl FnOnce(&Path) -> Result<(), ArchiveFailure>,
    ) -> Result<Arc<Archive>, ArchiveFailure> {
        if let Some(kept) = self.archives.find(scope) {
            return Ok(kept);
        }
        if !self.space.has_room_for(most_bytes) {
            return Err(ArchiveFailure::DiskFull);
        }
        if !self.archives.kept().make_room_for(most_bytes) {
            return Err(ArchiveFailure::Busy);
        }
        let unfinished = self.archives.new_path()?;
        write(&unfinished.0)?;
        let archive = Arc::new(Archive::take_over(&unfinished.0)?);
        self.archives.kept().archives.push((scope.to_owned(), Arc::clone(&archive)));
        Ok(archive)
    }

    fn write_archive(&self, request: &ArchiveRequest, path: &Path) -> Result<(), ArchiveFailure> {
        let TileRequest { reading, kind, .. } = &request.tiles;
        let mut series = self.tile_series(request.tiles.clone())?;
        let everything = Selection::default();
        let selection = series.selection().unwrap_or(&everything);
        let mut tiles: Vec<Tile> = coverage(reading, *kind, selection, &request.zooms, MAX_TILES)
            .map_err(|TooMany| too_large(request))?;
        sort(&mut tiles);
        let mut writer = ArchiveWriter::create(request.form, path, &request.info)?;
        let mut bytes = 0;
        for tile in tiles {
            let plain = series.draw(tile)?;
            if plain.is_empty() {
                continue;
            }
            let gzipped = encode(&plain, Encoding::Gzip);
            bytes += gzipped.len() as u64;
            if bytes > MAX_BYTES {
                return Err(too_large(request).into());
            }
            writer.add(tile, &gzipped)?;
        }
        Ok(writer.finish()?)
    }
}

fn too_large(request: &ArchiveRequest) -> ReadError {
    let allowed = format!("{MAX_TILES} tiles, {} MiB", MAX_BYTES >> 20);
    Invalid::new("maxzoom", "archive_too_large", &request.zooms.end().to_string(), allowed).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(length_bytes: u64) -> Arc<Archive> {
        let file = File::open("/dev/null").unwrap();
        Arc::new(Archive { file, length_bytes, etag: String::new() })
    }

    #[test]
    fn the_archive_that_was_asked_for_longest_ago_falls_out_first_and_counts_while_it_is_read() {
        let mut kept = Kept::default();
        for name in ["a", "b", "c"] {
            kept.archives.push((name.to_owned(), archive(KEPT_BYTES / 4)));
        }
        let read = kept.find("b").unwrap();
        assert!(kept.find("a").is_some());
        assert!(kept.make_room_for(KEPT_BYTES / 2), "one goes");
        let names: Vec<&str> = kept.archives.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        assert!(!kept.make_room_for(KEPT_BYTES), "what is still read cannot go");
        assert_eq!(kept.bytes(), KEPT_BYTES / 4);
        drop(read);
        assert!(kept.make_room_for(KEPT_BYTES));
    }

    #[test]
    fn only_so_many_may_wait() {
        let waiting = AtomicUsize::new(0);
        let places: Vec<_> = (0..MAX_WAITING).map(|_| Place::take(&waiting).unwrap()).collect();
        assert!(matches!(Place::take(&waiting), Err(ArchiveFailure::Busy)));
        drop(places);
        assert!(Place::take(&waiting).is_ok());
    }
}
