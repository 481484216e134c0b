//! The queryable store: **only** sled. Always rebuildable from the journal, and never believed without proof.
//!
//! Entries are kept in *pages* ([`pages`]): sled takes about 60,000 single records a second whatever their size, and a
//! million and more in pages of a few kilobytes. Every commit is one atomic batch that also says at which sequence of the
//! journal, and at which state hash, the store now stands. At start a child process opens the store and adds up its
//! entries ([`probe`]); a store that hangs, panics or adds up to anything else is set aside and built anew.

pub mod pages;
pub mod probe;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::Key;
use crate::records::DecodeError;
pub use crate::records::stored::StateHash;
use crate::records::stored::{Delta, Deltas};
use pages::{Page, PageId};

/// sled's page cache. The records themselves are rarely read: lists and tiles come from the snapshot's columns.
const CACHE_BYTES: u64 = 32 << 20;
/// Key of the entry that says where the store stands; no page has it.
const APPLIED_KEY: &[u8] = &[0xff];

/// Where the store lives in a data directory.
#[must_use]
pub fn directory(data: &Path) -> PathBuf {
    data.join("store")
}

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// sled refused.
    #[error("sled: {0}")]
    Sled(#[from] sled::Error),
    /// sled panicked while opening.
    #[error("sled panicked while opening")]
    Panicked,
    /// A page does not match its checksum, or an entry cannot be read.
    #[error("a page of the store is damaged")]
    Damaged,
    /// A file operation beside sled failed.
    #[error("{what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<DecodeError> for StoreError {
    fn from(_: DecodeError) -> Self {
        Self::Damaged
    }
}

impl StoreError {
    /// Whether the reason is a full disk, which is never damage.
    #[must_use]
    pub fn is_out_of_space(&self) -> bool {
        let full = |e: &std::io::Error| {
            matches!(e.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
        };
        match self {
            Self::Sled(sled::Error::Io(error)) => full(error),
            Self::Io { source, .. } => full(source),
            _ => false,
        }
    }
}

/// At which commit the store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Sequence of the journal.
    pub seq: u64,
    /// State hash at it.
    pub state: StateHash,
}

#[derive(Serialize, Deserialize)]
struct AppliedV1 {
    seq: u64,
    state: [u8; 16],
}

/// The open store.
#[derive(Clone)]
pub struct Store {
    db: sled::Db,
}

/// A write that was prepared: its pages are encoded, its state hash is known.
pub struct Staged {
    pages: Vec<(PageId, Vec<Vec<u8>>)>,
    /// State hash after it.
    pub state: StateHash,
}

/// sled lets go of its files a moment after the last handle is dropped, when its own threads have noticed. Whoever opens a
/// store holds the lock of the data directory, so whoever still holds sled's is about to let go.
const LET_GO: Duration = Duration::from_secs(5);
/// How often to look whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Whether somebody holds sled's lock. It has no kind of its own.
fn is_held(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(io) if io.to_string().contains("acquire lock"))
}

impl Store {
    /// Opens, or creates, the store of a data directory. Files that an interrupted clean-up of sled left behind, over which
    /// it would stumble for ever, are removed first.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        let path = directory(data);
        remove_unfinished_snapshots(&path)?;
        let config = sled::Config::new().path(&path).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let started = Instant::now();
        loop {
            // Damaged files can make sled panic; the panic must not take the process down.
            match catch_unwind(AssertUnwindSafe(|| config.open())).map_err(|_| StoreError::Panicked)? {
                Ok(db) => return Ok(Self { db }),
                Err(error) if is_held(&error) && started.elapsed() < LET_GO => std::thread::sleep(LOOK_EVERY),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Where the store stands; the beginning when it is empty.
    pub fn applied(&self) -> Result<Applied, StoreError> {
        let Some(bytes) = self.db.get(APPLIED_KEY)? else { return Ok(Applied::default()) };
        let v: AppliedV1 = postcard::from_bytes(&bytes).map_err(|_| StoreError::Damaged)?;
        Ok(Applied { seq: v.seq, state: StateHash(u128::from_le_bytes(v.state)) })
    }

    /// The bytes of an entry (see [`crate::records::stored::StoredV1`]). Cost: one page read.
    pub fn get(&self, key: Key) -> Result<Option<Vec<u8>>, StoreError> {
        let (id, slot) = pages::locate(key);
        let page = self.read_page(id)?;
        Ok(page.entries()?.into_iter().find(|(s, _)| *s == slot).map(|(_, stored)| stored.to_vec()))
    }

    /// Prepares a write: reads the pages it touches, applies the deltas, adds up the state. Nothing is written yet.
    ///
    /// Cost: O(pages touched), in parallel.
    pub fn stage(&self, deltas: &Deltas<'_>, before: StateHash) -> Result<Staged, StoreError> {
        let mut by_page: Vec<(PageId, Vec<(Key, &Delta<'_>)>)> = Vec::new();
        for (key, delta) in deltas {
            let (id, _) = pages::locate(*key);
            match by_page.last_mut() {
                Some((last, list)) if *last == id => list.push((*key, delta)),
                _ => by_page.push((id, vec![(*key, delta)])),
            }
        }
        let staged: Vec<(PageId, Vec<Vec<u8>>, StateHash)> = by_page
            .par_iter()
            .with_min_len(8)
            .map(|(id, deltas)| self.stage_page(*id, deltas))
            .collect::<Result<_, StoreError>>()?;
        let mut state = before;
        let mut pages = Vec::with_capacity(staged.len());
        for (id, parts, change) in staged {
            state.merge(change);
            pages.push((id, parts));
        }
        Ok(Staged { pages, state })
    }

    fn stage_page(
        &self,
        id: PageId,
        deltas: &[(Key, &Delta<'_>)],
    ) -> Result<(PageId, Vec<Vec<u8>>, StateHash), StoreError> {
        let page = self.read_page(id)?;
        let mut entries: Vec<(u8, Vec<u8>)> =
            page.entries()?.into_iter().map(|(slot, stored)| (slot, stored.to_vec())).collect();
        let mut change = StateHash::default();
        for (key, delta) in deltas {
            let (_, slot) = pages::locate(*key);
            let found = entries.binary_search_by_key(&slot, |(s, _)| *s);
            let before = found.ok().map(|at| entries[at].1.as_slice());
            let Some(after) = delta.apply(before)? else { continue };
            if let Some(before) = before {
                change.remove(*key, before);
            }
            change.add(*key, &after);
            match found {
                Ok(at) => entries[at].1 = after,
                Err(at) => entries.insert(at, (slot, after)),
            }
        }
        Ok((id, Page::encode(&entries), change))
    }

    /// Writes what was prepared, in one atomic batch with where the store then stands.
    pub fn commit(&self, staged: Staged, seq: u64) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (id, parts) in staged.pages {
            let old_parts = self.part_count(id)?;
            for part in parts.len()..old_parts {
                batch.remove(&pages::part_key(id, part as u16)[..]);
            }
            for (n, bytes) in parts.into_iter().enumerate() {
                batch.insert(&pages::part_key(id, n as u16)[..], bytes);
            }
        }
        let applied = AppliedV1 { seq, state: staged.state.0.to_le_bytes() };
        batch.insert(APPLIED_KEY, postcard::to_allocvec(&applied).expect("two numbers are plain data"));
        self.db.apply_batch(batch)?;
        Ok(())
    }

    /// All entries, page by page, in key order. Only meaningful while nobody writes.
    pub fn entries(&self) -> impl Iterator<Item = Result<Vec<(Key, Vec<u8>)>, StoreError>> + '_ {
        let mut parts = self.db.scan_prefix([]).peekable();
        std::iter::from_fn(move || next_page(&mut parts).transpose())
    }

    /// Hands sled's buffers to the operating system. Not needed for safety: it shortens the next start.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.db.flush()?;
        Ok(())
    }

    fn read_page(&self, id: PageId) -> Result<Page, StoreError> {
        let parts = self.db.scan_prefix(pages::page_prefix(id)).values().collect::<Result<Vec<_>, _>>()?;
        Page::join(&parts).ok_or(StoreError::Damaged)
    }

    fn part_count(&self, id: PageId) -> Result<usize, StoreError> {
        let first = self.db.get(pages::part_key(id, 0))?;
        Ok(first.map_or(0, |bytes| Page::part_count(&bytes)))
    }
}

/// The entries of a page.
type Entries = Vec<(Key, Vec<u8>)>;
type Parts = std::iter::Peekable<sled::Iter>;

fn next_page(parts: &mut Parts) -> Result<Option<Entries>, StoreError> {
    let mut values = Vec::new();
    let mut current = None;
    while let Some(next) = parts.peek() {
        let id = match next {
            Ok((key, _)) => pages::parse_part_key(key),
            Err(error) => return Err(StoreError::Sled(error.clone())),
        };
        if current.is_some() && id != current {
            break;
        }
        let Some(Ok((_, value))) = parts.next() else { break };
        // Anything that is no page, such as where the store stands, is passed over.
        if id.is_some() {
            current = id;
            values.push(value);
        }
    }
    let Some(id) = current else { return Ok(None) };
    let page = Page::join(&values).ok_or(StoreError::Damaged)?;
    let entries =
        page.entries()?.into_iter().map(|(slot, stored)| (pages::key_of(id, slot), stored.to_vec()));
    Ok(Some(entries.collect()))
}

fn remove_unfinished_snapshots(path: &Path) -> Result<(), StoreError> {
    let Ok(entries) = std::fs::read_dir(path) else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            let path = entry.path();
            std::fs::remove_file(&path).map_err(|source| StoreError::Io { what: "remove", path, source })?;
        }
    }
    Ok(())
}

/// Gives a store that cannot be used another name, `store.bad.N`, for whoever wants to find out why.
pub fn set_aside(data: &Path) -> Result<PathBuf, StoreError> {
    let path = directory(data);
    let free = (1u32..).map(|n| data.join(format!("store.bad.{n}"))).find(|p| !p.exists());
    let target = free.expect("there are fewer than four billion bad stores");
    std::fs::rename(&path, &target).map_err(|source| StoreError::Io { what: "rename", path, source })?;
    Ok(target)
}

/// Builds the store from entries in key order, which must add up to `applied.state`.
///
/// `on_entries` hears how many entries each step wrote.
pub fn rebuild<E: From<StoreError>>(
    data: &Path,
    applied: Applied,
    entries: impl Iterator<Item = Result<Vec<(Key, Vec<u8>)>, E>>,
    on_entries: &mut dyn FnMut(usize),
) -> Result<Store, E> {
    let store = Store::open(data)?;
    let mut state = StateHash::default();
    for block in entries {
        let block = block?;
        let count = block.len();
        for (key, stored) in &block {
            state.add(*key, stored);
        }
        store.load(block)?;
        on_entries(count);
    }
    if state != applied.state {
        return Err(StoreError::Damaged.into());
    }
    store.commit(Staged { pages: Vec::new(), state }, applied.seq)?;
    store.flush()?;
    Ok(store)
}

impl Store {
    /// Adds entries in key order to their pages; a page that an earlier block began is continued.
    fn load(&self, block: Vec<(Key, Vec<u8>)>) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        let mut entries = block.into_iter().peekable();
        while let Some((first, _)) = entries.peek() {
            let (id, _) = pages::locate(*first);
            let page = self.read_page(id)?;
            let mut slots: Vec<(u8, Vec<u8>)> =
                page.entries()?.into_iter().map(|(slot, stored)| (slot, stored.to_vec())).collect();
            while let Some((key, stored)) = entries.next_if(|(key, _)| pages::locate(*key).0 == id) {
                slots.push((pages::locate(key).1, stored));
            }
            for (n, bytes) in Page::encode(&slots).into_iter().enumerate() {
                batch.insert(&pages::part_key(id, n as u16)[..], bytes);
            }
        }
        self.db.apply_batch(batch)?;
        Ok(())
    }
}
