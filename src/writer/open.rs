//! From a data directory to everything that a writer needs.
//!
//! Order, each step paid for by a failure seen: lock; probe the store in a child process while this one reads checkpoint
//! and tail; compare the store's entries with the state hash that the journal names for its sequence; equal: replay what it
//! lacks; anything else: set it aside and build it anew. A full disk is never taken for damage.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::core::{Beside, Core};
use super::create;
use super::space::{SpaceConfig, SpaceGuard};
use crate::journal::disk::{Disk, RealDisk};
use crate::journal::lock::{Lock, LockError};
use crate::journal::merge::Base;
use crate::journal::read::Reader;
use crate::journal::{Journal, JournalError, blobs, checkpoint, directory as journal_directory};
use crate::records::boundary;
use crate::records::stored::{Deltas, deltas_of};
use crate::snapshot::build::Builder;
use crate::snapshot::{Boundaries, Snapshot};
use crate::store::probe::Probe;
use crate::store::{self, Applied, Store, StoreError};

/// Why a data directory cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not there.
    #[error("{0} does not exist")]
    Absent(PathBuf),
    /// It is a file.
    #[error("{0} is not a directory")]
    NotADirectory(PathBuf),
    /// There is something else in it.
    #[error("{0} holds no atlas")]
    NotAnAtlas(PathBuf),
    /// It cannot be written to.
    #[error("{0} cannot be written to")]
    ReadOnly(PathBuf),
    /// Another process has it.
    #[error("{path} is in use by {holder}")]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The process.
        holder: String,
    },
    /// There is no room to start.
    #[error("there is no room on the disk of {0}")]
    OutOfSpace(PathBuf),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The store can neither be opened nor built anew.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How to open.
pub struct OpenOptions<'a> {
    /// Probes the store; see [`store::probe`].
    pub probe: &'a (dyn Fn(&Path) -> Probe + Sync),
    /// The disk guard's settings.
    pub space: SpaceConfig,
    /// Hears how far a rebuild is: entries written.
    pub on_rebuild: &'a mut dyn FnMut(usize),
}

/// What opening found and did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenReport {
    /// Sequence of the checkpoint that was used; 0 without one.
    pub checkpoint_seq: u64,
    /// Frames read after it.
    pub tail_frames: u64,
    /// Checkpoints that were damaged.
    pub unusable_checkpoints: Vec<String>,
    /// A write that was cut short, never acknowledged, was cut off.
    pub cut_torn_tail: bool,
    /// Frames that the store lacked.
    pub replayed_frames: u64,
    /// Why the store was built anew, and where the old one is now.
    pub rebuilt_store: Option<(String, Option<PathBuf>)>,
}

/// Opens an atlas.
pub fn open(data: &Path, mut options: OpenOptions<'_>) -> Result<(Core, OpenReport), OpenError> {
    create::check_directory(data)?;
    let lock = take_lock(data)?;
    let space = SpaceGuard::new(data, options.space);
    let (probed, world) = std::thread::scope(|scope| {
        let probing = scope.spawn(|| (options.probe)(data));
        let world = load_world(data);
        let probed = probing.join().unwrap_or_else(|_| Probe::Unusable("the probe panicked".to_owned()));
        (probed, world)
    });
    let (base, snapshot) = world?;
    let mut report = OpenReport {
        checkpoint_seq: base.checkpoint_position.seq,
        tail_frames: base.tail_frames,
        unusable_checkpoints: base.unusable.iter().map(ToString::to_string).collect(),
        cut_torn_tail: base.tail.torn || base.tail.stillborn.is_some(),
        ..OpenReport::default()
    };
    let store = open_store(data, probed, &base, &space, &mut report, &mut options)?;
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let journal = Journal::open(disk, &journal_directory(data), &base.tail)?;
    space.place_ballast();
    let core = Core {
        data: data.to_owned(),
        journal,
        store,
        snapshot: Arc::new(snapshot),
        space,
        since_checkpoint_bytes: tail_bytes(&base.deltas),
        checkpointing: None,
        broken: false,
        beside: Beside::default(),
        _lock: lock,
    };
    Ok((core, report))
}

fn take_lock(data: &Path) -> Result<Lock, OpenError> {
    Lock::take(data).map_err(|error| match error {
        LockError::InUse { holder } => OpenError::InUse { path: data.to_owned(), holder },
        LockError::Journal(JournalError::Io { source, .. }) if create::is_read_only(&source) => {
            OpenError::ReadOnly(data.to_owned())
        }
        LockError::Journal(error) => OpenError::Journal(error),
    })
}

/// The world from checkpoint and tail alone: what readers will see owes nothing to the store.
pub fn load_world(data: &Path) -> Result<(Base, Snapshot), OpenError> {
    let base = Base::open(data)?;
    let mut builder = Builder::default();
    for block in base.entries()? {
        builder.take(&block?).map_err(|_| unreadable(data, "an entry cannot be read"))?;
    }
    if builder.state() != base.position().state {
        return Err(unreadable(data, "the entries do not add up to the journal's state").into());
    }
    let mut boundaries = Boundaries::new();
    for id in builder.boundary_files() {
        let shape = boundary::decode(&blobs::read(data, id)?)
            .map_err(|_| unreadable(data, "a boundary cannot be read"))?;
        boundaries.insert(id.clone(), Arc::new(shape));
    }
    let snapshot = builder.finish(base.position(), boundaries);
    Ok((base, snapshot))
}

fn unreadable(data: &Path, what: &'static str) -> JournalError {
    JournalError::Damaged { path: journal_directory(data), offset: 0, what }
}

fn open_store(
    data: &Path,
    probed: Probe,
    base: &Base,
    space: &SpaceGuard,
    report: &mut OpenReport,
    options: &mut OpenOptions<'_>,
) -> Result<Store, OpenError> {
    let probed = match probed {
        Probe::OutOfSpace if space.drop_ballast() => (options.probe)(data),
        other => other,
    };
    let why = match probed {
        Probe::OutOfSpace => return Err(OpenError::OutOfSpace(data.to_owned())),
        Probe::Absent => "it was not there".to_owned(),
        Probe::Unusable(why) => why,
        Probe::Readable { applied, found } => match check_and_replay(data, applied, found, base) {
            Ok((store, frames)) => {
                report.replayed_frames = frames;
                return Ok(store);
            }
            Err(StoreFault::Refuse(error)) => return Err(error),
            Err(StoreFault::Rebuild(why)) => why,
        },
    };
    rebuild(data, base, space, why, report, options.on_rebuild)
}

/// Why a store that could be read is not used as it is.
enum StoreFault {
    /// It can be built anew.
    Rebuild(String),
    /// Building it anew would hide that something else is wrong.
    Refuse(OpenError),
}

fn check_and_replay(
    data: &Path,
    applied: Applied,
    found: store::StateHash,
    base: &Base,
) -> Result<(Store, u64), StoreFault> {
    let end = base.position();
    if applied.seq > end.seq {
        // A journal that was cut short would look like this: rebuilding from it is how data is lost silently.
        let error = JournalError::EndsEarly { journal: end.seq, what: "the store", other: applied.seq };
        return Err(StoreFault::Refuse(error.into()));
    }
    let refuse = |error: JournalError| StoreFault::Refuse(error.into());
    let mut reader = Reader::after(&journal_directory(data), applied.seq).map_err(refuse)?;
    if found != applied.state || reader.position().state != applied.state {
        return Err(StoreFault::Rebuild("its entries do not add up to the journal's state".to_owned()));
    }
    let rebuild = |error: StoreError| {
        if error.is_out_of_space() {
            return StoreFault::Refuse(OpenError::OutOfSpace(data.to_owned()));
        }
        StoreFault::Rebuild(error.to_string())
    };
    let store = Store::open(data).map_err(rebuild)?;
    let mut frames = 0;
    let mut state = applied.state;
    while let Some(frame) = reader.next_frame().map_err(refuse)? {
        let staged = store.stage(&deltas_of(&frame.changes), state).map_err(rebuild)?;
        if staged.state != frame.after.state {
            return Err(StoreFault::Rebuild("replaying leads to another state".to_owned()));
        }
        state = staged.state;
        store.commit(staged, frame.after.seq).map_err(rebuild)?;
        frames += 1;
    }
    Ok((store, frames))
}

fn rebuild(
    data: &Path,
    base: &Base,
    space: &SpaceGuard,
    why: String,
    report: &mut OpenReport,
    on_rebuild: &mut dyn FnMut(usize),
) -> Result<Store, OpenError> {
    let aside = if store::directory(data).exists() { Some(store::set_aside(data)?) } else { None };
    let needed = rebuild_bytes(data, base);
    if space.free_bytes() < needed && !(space.drop_ballast() && space.free_bytes() >= needed) {
        return Err(OpenError::OutOfSpace(data.to_owned()));
    }
    let applied = Applied { seq: base.position().seq, state: base.position().state };
    let built = store::rebuild::<OpenError>(
        data,
        applied,
        base.entries()?.map(|block| block.map_err(OpenError::from)),
        on_rebuild,
    );
    match built {
        Err(OpenError::Store(error)) if error.is_out_of_space() => {
            Err(OpenError::OutOfSpace(data.to_owned()))
        }
        Err(error) => Err(error),
        Ok(store) => {
            report.rebuilt_store = Some((why, aside));
            Ok(store)
        }
    }
}

/// Room that a rebuilt store takes: its entries, not compressed as they are in a checkpoint, and what sled adds.
fn rebuild_bytes(data: &Path, base: &Base) -> u64 {
    let checkpoints = checkpoint::list(&checkpoint::directory(data)).unwrap_or_default();
    let newest = checkpoints.first().and_then(|path| path.metadata().ok()).map_or(0, |meta| meta.len());
    4 * newest + 2 * tail_bytes(&base.deltas) + SLED_BYTES
}

/// What an almost empty store takes on disk.
const SLED_BYTES: u64 = 4 << 20;

fn tail_bytes(deltas: &Deltas<'_>) -> u64 {
    deltas.values().map(|d| d.record.as_ref().map_or(0, |r| r.len() as u64)).sum()
}
