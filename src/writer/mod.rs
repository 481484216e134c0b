//! The one writer: drain, plan, commit, apply, publish, announce, answer.
//!
//! Every change goes through one thread. It drains what has queued up into a group, plans each operation against the
//! published world and the group so far (pure), makes the group durable with one fsync, applies it, publishes the next
//! world with one pointer swap, announces it and answers everybody. Meanwhile the next group queues up: group commit
//! without a timer.
//!
//! - [`open`]: from a data directory to a running writer; [`create`]: a new data directory;
//! - [`planner`]: what an [`Operation`] may look at and record; [`operations`]: every write there is;
//! - [`core`]: journal, store and snapshot, in the order that makes a write durable;
//! - [`steps`]: where in that order the writer is, for crash tests; [`space`]: refusing writes before the disk is full.

pub mod core;
pub mod create;
pub mod open;
pub mod operations;
pub mod planner;
pub mod space;
pub mod steps;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use tokio::sync::oneshot;

use crate::domain::{Record, Timestamp};
use crate::feed::{Announcement, Feed};
use crate::snapshot::Snapshot;
use core::{Core, Leaving};
use planner::{Operation, Pending, Planner, Refusal};
use steps::{Step, StepTrace};

/// Operations that may wait. More than a second's work; whoever comes later is told to come back.
const QUEUE: usize = 4_096;
/// Most operations in one group…
const GROUP_OPERATIONS: usize = 1_000;
/// …and most bytes of requests.
const GROUP_BYTES: usize = 4 << 20;

/// The published world. Swapped by the writer only; a reader takes it once per request.
pub type World = Arc<ArcSwap<Snapshot>>;

/// The time, as the composition root gives it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Why a write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The operation itself is at fault.
    #[error(transparent)]
    Refused(Refusal),
    /// Too many writes wait.
    #[error("too many writes wait")]
    Busy,
    /// The disk is almost full; reads go on.
    #[error("the disk is almost full")]
    DiskFull,
    /// The service was started for reading only.
    #[error("read only")]
    ReadOnly,
    /// An earlier write failed: nothing can be written until a restart.
    #[error("the journal cannot be written")]
    Unavailable,
}

/// A write that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed<A> {
    /// What the operation answers.
    pub answer: A,
    /// The version of the world that holds it.
    pub version: u64,
}

/// Hears how an operation ended: durable and visible, refused, or impossible.
pub type Pledge<A> = oneshot::Receiver<Result<Committed<A>, WriteError>>;

/// Whether writes are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Health {
    /// Yes.
    Ready = 0,
    /// Not until there is room on the disk.
    DiskFull = 1,
    /// Not until a restart.
    Unavailable = 2,
    /// Not in this process.
    ReadOnly = 3,
}

type Answering = Box<dyn FnOnce(Result<u64, WriteError>) + Send>;
type Planning = Box<dyn FnOnce(&mut Planner<'_>) -> Answering + Send>;

enum Message {
    Operation { weight_bytes: usize, plan: Planning },
    Stop,
}

/// The queue to the writer. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: SyncSender<Message>,
    health: Arc<AtomicU8>,
}

/// The writer's thread; dropping it leaves the thread running, [`WriterThread::stop`] ends it in order.
pub struct WriterThread {
    queue: SyncSender<Message>,
    thread: JoinHandle<Core>,
}

/// Everything that runs after an atlas was opened.
pub struct Running {
    /// The queue.
    pub writer: Writer,
    /// The thread.
    pub thread: WriterThread,
    /// The published world.
    pub world: World,
    /// Announcements.
    pub feed: Arc<Feed>,
}

impl Writer {
    /// Queues an operation. The receiver hears when it is durable and visible.
    ///
    /// Errors: the queue is full, or writes are impossible.
    pub fn submit<O: Operation>(&self, operation: O) -> Result<Pledge<O::Answer>, WriteError> {
        let (message, receiver) = self.message(operation)?;
        self.queue.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => WriteError::Busy,
            TrySendError::Disconnected(_) => WriteError::Unavailable,
        })?;
        Ok(receiver)
    }

    /// Does an operation and waits for it, without blocking the thread.
    pub async fn execute<O: Operation>(&self, operation: O) -> Result<Committed<O::Answer>, WriteError> {
        self.submit(operation)?.await.unwrap_or(Err(WriteError::Unavailable))
    }

    /// Does an operation and blocks until it is done; waits for room in the queue. For the command line.
    pub fn execute_blocking<O: Operation>(&self, operation: O) -> Result<Committed<O::Answer>, WriteError> {
        self.start_blocking(operation)?.blocking_recv().unwrap_or(Err(WriteError::Unavailable))
    }

    /// Queues an operation and blocks only until there is room: the caller prepares the next one meanwhile.
    pub fn start_blocking<O: Operation>(&self, operation: O) -> Result<Pledge<O::Answer>, WriteError> {
        let (message, receiver) = self.message(operation)?;
        self.queue.send(message).map_err(|_| WriteError::Unavailable)?;
        Ok(receiver)
    }

    /// Whether writes are possible.
    #[must_use]
    pub fn health(&self) -> Health {
        match self.health.load(Ordering::Acquire) {
            0 => Health::Ready,
            1 => Health::DiskFull,
            2 => Health::Unavailable,
            _ => Health::ReadOnly,
        }
    }

    fn message<O: Operation>(&self, operation: O) -> Result<(Message, Pledge<O::Answer>), WriteError> {
        match self.health() {
            Health::ReadOnly => return Err(WriteError::ReadOnly),
            Health::Unavailable => return Err(WriteError::Unavailable),
            // A full disk may have been cleared since: the writer looks before every group.
            Health::Ready | Health::DiskFull => {}
        }
        let (sender, receiver) = oneshot::channel();
        let weight_bytes = operation.weight_bytes();
        let plan: Planning = Box::new(move |planner| {
            let planned = operation.plan(planner);
            Box::new(move |committed| {
                let answer = match (planned, committed) {
                    (Err(refusal), _) => Err(WriteError::Refused(refusal)),
                    (Ok(answer), Ok(version)) => Ok(Committed { answer, version }),
                    (Ok(_), Err(error)) => Err(error),
                };
                // Whoever asked may have gone away; the write stands all the same.
                let _ = sender.send(answer);
            })
        });
        Ok((Message::Operation { weight_bytes, plan }, receiver))
    }
}

impl WriterThread {
    /// Lets the writer finish what is queued and releases the data directory.
    pub fn stop(self, leaving: Leaving) -> Result<(), crate::journal::JournalError> {
        // A writer that is gone already has nothing to finish.
        let _ = self.queue.send(Message::Stop);
        match self.thread.join() {
            Ok(core) => core.close(leaving),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Starts the writer's thread.
#[must_use]
pub fn start(core: Core, clock: Clock, trace: StepTrace, read_only: bool) -> Running {
    let (queue, messages) = sync_channel(QUEUE);
    let world: World = Arc::new(ArcSwap::new(core.snapshot()));
    let feed = Arc::new(Feed::default());
    let initial = if read_only { Health::ReadOnly } else { Health::Ready };
    let health = Arc::new(AtomicU8::new(initial as u8));
    let writer = Writer { queue: queue.clone(), health: Arc::clone(&health) };
    let state = Loop { core, clock, trace, world: Arc::clone(&world), feed: Arc::clone(&feed), health };
    let thread = std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || state.run(&messages))
        .expect("a thread can be started at start-up");
    Running { writer, thread: WriterThread { queue, thread }, world, feed }
}

struct Loop {
    core: Core,
    clock: Clock,
    trace: StepTrace,
    world: World,
    feed: Arc<Feed>,
    health: Arc<AtomicU8>,
}

impl Loop {
    fn run(mut self, messages: &Receiver<Message>) -> Core {
        loop {
            self.trace.enter(Step::Idle);
            let Ok(first) = messages.recv() else { break };
            let (group, stop) = drain(first, messages);
            self.commit_group(group);
            if stop {
                break;
            }
        }
        self.core
    }

    fn commit_group(&mut self, group: Vec<Planning>) {
        if group.is_empty() {
            return;
        }
        let snapshot = self.core.snapshot();
        let mut pending = Pending::new(&snapshot);
        self.trace.enter(Step::Plan);
        let mut answers: Vec<Answering> = Vec::with_capacity(group.len());
        for plan in group {
            let mut planner = Planner::new(&snapshot, self.core.store(), (self.clock)(), &mut pending);
            answers.push(plan(&mut planner));
        }
        let outcome = self.commit(pending);
        self.trace.enter(Step::Answer);
        for answer in answers {
            answer(outcome.as_ref().copied().map_err(Failure::for_one));
        }
    }

    /// Makes a group durable and visible. Returns the version that holds it.
    fn commit(&mut self, pending: Pending) -> Result<u64, Failure> {
        let (changes, boundaries) = pending.into_changes();
        if changes.is_empty() {
            return Ok(self.core.snapshot().version);
        }
        if !self.core.has_room() {
            self.health.store(Health::DiskFull as u8, Ordering::Release);
            return Err(Failure::DiskFull);
        }
        let result = self.core.commit(&changes, &boundaries, &mut |step| self.trace.enter(step));
        let committed = match result {
            Ok(snapshot) => snapshot,
            Err(error) => {
                tracing::error!(%error, "the journal cannot be written; writes are refused until a restart");
                self.health.store(Health::Unavailable as u8, Ordering::Release);
                let full = error.is_out_of_space();
                return Err(if full { Failure::DiskFull } else { Failure::Unavailable });
            }
        };
        self.trace.enter(Step::Publish);
        let version = committed.version;
        self.world.store(committed);
        self.trace.enter(Step::Announce);
        self.feed.announce(Announcement::of(version, changes.records.iter().map(Record::key)));
        let health = if self.core.is_broken() { Health::Unavailable } else { Health::Ready };
        self.health.store(health as u8, Ordering::Release);
        Ok(version)
    }
}

/// Why a whole group failed.
#[derive(Debug, Clone, Copy)]
enum Failure {
    DiskFull,
    Unavailable,
}

impl Failure {
    fn for_one(&self) -> WriteError {
        match self {
            Self::DiskFull => WriteError::DiskFull,
            Self::Unavailable => WriteError::Unavailable,
        }
    }
}

/// Takes what has queued up, within the limits of a group. The first operation is always taken.
fn drain(first: Message, messages: &Receiver<Message>) -> (Vec<Planning>, bool) {
    let (mut group, mut bytes) = (Vec::new(), 0);
    let mut next = Some(first);
    while let Some(message) = next {
        match message {
            Message::Stop => return (group, true),
            Message::Operation { weight_bytes, plan } => {
                bytes += weight_bytes;
                group.push(plan);
            }
        }
        if group.len() >= GROUP_OPERATIONS || bytes >= GROUP_BYTES {
            break;
        }
        next = messages.try_recv().ok();
    }
    (group, false)
}
