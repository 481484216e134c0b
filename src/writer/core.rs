//! Journal, store and snapshot, in the order that makes a write durable.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use super::space::SpaceGuard;
use super::steps::Step;
use crate::domain::ChangeSet;
use crate::journal::disk::{Disk, RealDisk};
use crate::journal::lock::Lock;
use crate::journal::merge::Base;
use crate::journal::{Journal, JournalError, checkpoint};
use crate::records::changes::EncodedChanges;
use crate::records::stored::deltas_of;
use crate::snapshot::{Boundaries, Snapshot};
use crate::store::{Store, StoreError};

/// A checkpoint is made when this many bytes of records were written since the last one: reading them back takes a second
/// or two, and holding them while merging stays below 200 MB.
const CHECKPOINT_BYTES: u64 = 48 << 20;
/// On a clean stop a tail of this many bytes is worth a checkpoint too: it would cost the next start a tenth of a second.
const CHECKPOINT_BYTES_ON_STOP: u64 = 16 << 20;

/// Records that are worth a second thread.
const AT_ONCE: usize = 512;

/// Why a commit failed. Nothing was acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The journal failed; it is poisoned now.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The store could not be read while preparing; nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// Whether the reason is a full disk.
    #[must_use]
    pub fn is_out_of_space(&self) -> bool {
        match self {
            Self::Journal(error) => error.is_out_of_space(),
            Self::Store(error) => error.is_out_of_space(),
        }
    }
}

/// What to do when the writer stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Nothing: the journal has everything.
    AsItIs,
    /// A checkpoint, when the next start would notice.
    CheckpointIfWorthIt,
    /// A checkpoint.
    WithCheckpoint,
}

/// The writer's state.
pub struct Core {
    pub(super) data: PathBuf,
    pub(super) journal: Journal,
    pub(super) store: Store,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) space: SpaceGuard,
    pub(super) since_checkpoint_bytes: u64,
    pub(super) checkpointing: Option<JoinHandle<()>>,
    pub(super) broken: bool,
    pub(super) beside: Beside,
    pub(super) _lock: Lock,
}

impl Core {
    /// The world as it is.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot)
    }

    /// The store, for reading.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Whether the disk has room for more writes.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.space.has_room_for(0)
    }

    /// Whether a restart is needed before anything more can be written.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Journal, then store, then snapshot. When this returns a world, the change is durable.
    pub fn commit(
        &mut self,
        changes: &ChangeSet,
        boundaries: &Boundaries,
        on_step: &mut dyn FnMut(Step),
    ) -> Result<Arc<Snapshot>, CommitError> {
        on_step(Step::Stage);
        let before = *self.journal.position();
        let (encoded, chain) = EncodedChanges::encode(changes, &before.chain);
        let deltas = deltas_of(&encoded);
        let (store, journal, beside) = (&self.store, &mut self.journal, &self.beside);
        let many = changes.records.len() >= AT_ONCE;
        let (staged, body) =
            beside.both(many, || journal.body(&encoded), || store.stage(&deltas, before.state));
        let (staged, body) = (staged?, body?);
        let frame = self.journal.frame(&body, chain, staged.state);
        // The next world is made while the disk is waited for. If the disk fails, nobody will have seen it.
        let (snapshot, journal) = (&self.snapshot, &mut self.journal);
        let (stored, next) = beside.both(
            many,
            || snapshot.apply(changes, &frame.after, boundaries),
            || -> Result<_, JournalError> {
                journal.append(&frame, &mut |step| on_step(Step::from(step)))?;
                on_step(Step::Store);
                Ok(store.commit(staged, frame.after.seq))
            },
        );
        if let Err(error) = stored? {
            // The write is durable and will be replayed into the store at the next start; until then nothing more may be
            // written, because the next one would be planned from a store that lacks this one.
            tracing::error!(%error, "the store cannot be written; writes are refused until a restart");
            self.broken = true;
        }
        self.snapshot = Arc::new(next);
        self.since_checkpoint_bytes +=
            encoded.records.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        self.checkpoint_in_background();
        Ok(self.snapshot())
    }

    fn checkpoint_in_background(&mut self) {
        let running = self.checkpointing.as_ref().is_some_and(|thread| !thread.is_finished());
        if running || self.since_checkpoint_bytes < CHECKPOINT_BYTES || !self.has_room_for_checkpoint() {
            return;
        }
        self.since_checkpoint_bytes = 0;
        let (data, last) = (self.data.clone(), self.journal.position().seq);
        let work = move || {
            if let Err(error) = make_checkpoint(&data, last) {
                tracing::error!(%error, "a checkpoint could not be made; the next start takes longer");
            }
        };
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(work);
        self.checkpointing = thread.ok();
    }

    fn has_room_for_checkpoint(&self) -> bool {
        let newest =
            checkpoint::list(&checkpoint::directory(&self.data)).ok().and_then(|l| l.into_iter().next());
        let last_bytes = newest.and_then(|path| path.metadata().ok()).map_or(0, |m| m.len());
        self.space.has_room_for(last_bytes + self.since_checkpoint_bytes)
    }

    /// Waits for a checkpoint that is being made, makes one as `leaving` says, and lets go of the data directory.
    pub fn close(mut self, leaving: Leaving) -> Result<(), JournalError> {
        if let Some(thread) = self.checkpointing.take() {
            // What went wrong there was logged there.
            let _ = thread.join();
        }
        let wanted = match leaving {
            Leaving::AsItIs => false,
            Leaving::CheckpointIfWorthIt => self.since_checkpoint_bytes >= CHECKPOINT_BYTES_ON_STOP,
            Leaving::WithCheckpoint => self.since_checkpoint_bytes > 0,
        };
        if wanted && self.has_room_for_checkpoint() {
            make_checkpoint(&self.data, self.journal.position().seq)?;
        }
        if let Err(error) = self.store.flush() {
            tracing::warn!(%error, "the store could not be flushed; the next start replays a few frames");
        }
        Ok(())
    }
}

/// A second thread for the writer.
///
/// It is not one of the global pool: those may all be reading a file, and a commit does not queue behind that.
pub(super) struct Beside(rayon::ThreadPool);

impl Default for Beside {
    fn default() -> Self {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(1).thread_name(|_| "writer-2".to_owned()).build();
        Self(pool.expect("a thread can be started at start-up"))
    }
}

impl Beside {
    /// Does `here`, and `there` at the same time when there is much to do.
    fn both<A, B: Send>(
        &self,
        much: bool,
        there: impl FnOnce() -> B + Send,
        here: impl FnOnce() -> A,
    ) -> (A, B) {
        if !much {
            let b = there();
            return (here(), b);
        }
        let mut b = None;
        let a = self.0.in_place_scope(|scope| {
            scope.spawn(|_| b = Some(there()));
            here()
        });
        (a, b.expect("the scope ends when both are done"))
    }
}

/// Makes the checkpoint of frame `last` from the checkpoint before it and the journal since.
fn make_checkpoint(data: &Path, last: u64) -> Result<PathBuf, JournalError> {
    let base = Base::open_up_to(data, last)?;
    let disk: &dyn Disk = &RealDisk;
    checkpoint::write(disk, &checkpoint::directory(data), base.position(), base.entries()?)
}
