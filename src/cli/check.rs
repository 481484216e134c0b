//! `atlas check`

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::progress::Progress;
use super::{CommandResult, Outcome, say};
use crate::domain::{Kind, Record};
use crate::journal::checkpoint::{self, CheckpointReader};
use crate::journal::lock::{Lock, LockError};
use crate::journal::merge::Base;
use crate::journal::{blobs, verify};
use crate::records::decode;
use crate::records::stored::{StateHash, StoredV1};
use crate::snapshot::Snapshot;
use crate::snapshot::build::Builder;
use crate::store::Store;
use crate::store::probe::{Probe, probe_here};
use crate::writer::create::check_directory;
use crate::writer::open::{OpenError, load_world};

/// Checks a data directory: the journal's chain and checksums, checkpoints, the store, the rebuilt world.
///
/// Example: atlas check --data var/demo
#[derive(clap::Args)]
pub struct Arguments {
    /// The data directory; no other process may use it.
    #[arg(long)]
    data: PathBuf,
}

/// Checks everything and tells all that it finds. Exit code 1 when something is wrong.
pub fn run(arguments: &Arguments) -> CommandResult {
    let data = &arguments.data;
    check_directory(data)?;
    let _lock = Lock::take(data).map_err(|error| match error {
        LockError::InUse { holder } => Failure::from(OpenError::InUse { path: data.clone(), holder }),
        LockError::Journal(error) => error.into(),
    })?;
    let mut progress = Progress::begin("checking", 0);
    let journal = verify::verify(data, &mut |_| progress.add(1))?;
    progress.end();
    let frames = journal.end.seq.to_string();
    say::note("check_journal", &[("frames", &frames), ("events", &(journal.end.next_event - 1).to_string())]);
    let mut wrong = Vec::new();
    if journal.torn {
        wrong.push(("check_torn", String::new()));
    }
    check_checkpoints(data, &journal.states, &mut wrong)?;
    check_blobs(data, &mut wrong)?;
    check_photos(data, &mut wrong)?;
    check_store(data, &journal, &mut wrong)?;
    if wrong.is_empty() {
        say::note("check_good", &[]);
        return Ok(Outcome::Done);
    }
    for (key, what) in &wrong {
        say::note(key, &[("what", what)]);
    }
    Err(Failure::failed("check_bad", vec![("count", wrong.len().to_string())]))
}

type Wrong = Vec<(&'static str, String)>;

fn state_at(states: &[StateHash], seq: u64) -> Option<StateHash> {
    match seq {
        0 => Some(StateHash::default()),
        seq => states.get(usize::try_from(seq - 1).ok()?).copied(),
    }
}

fn check_checkpoints(data: &Path, states: &[StateHash], wrong: &mut Wrong) -> Result<(), Failure> {
    for path in checkpoint::list(&checkpoint::directory(data))? {
        let good = checkpoint::verify(&path).and_then(|position| {
            let mut reader = CheckpointReader::open(&path)?;
            let mut state = StateHash::default();
            while let Some(block) = reader.next_block()? {
                block.iter().for_each(|(key, stored)| state.add(*key, stored));
            }
            Ok(state == position.state && state_at(states, position.seq) == Some(state))
        });
        if !matches!(good, Ok(true)) {
            wrong.push(("check_checkpoint", path.display().to_string()));
        }
    }
    Ok(())
}

/// Every photo that a problem names must be there.
fn check_photos(data: &Path, wrong: &mut Wrong) -> Result<(), Failure> {
    let directory = blobs::directory(data);
    for block in Base::open(data)?.entries()? {
        for (key, stored) in block?.iter().filter(|(key, _)| key.kind == Kind::Problem) {
            // An entry that cannot be read is told of where the world is loaded.
            let record = StoredV1::decode(stored).ok().and_then(|stored| decode(*key, stored.record.0).ok());
            let Some(Record::Problem(problem)) = record else { continue };
            let missing =
                problem.photos.iter().map(|photo| directory.join(&photo.blob)).filter(|path| !path.exists());
            wrong.extend(missing.map(|path| ("check_blob", path.display().to_string())));
        }
    }
    Ok(())
}

/// Every blob must be the one that its name says; borders that records name must be there, which loading the world checks.
fn check_blobs(data: &Path, wrong: &mut Wrong) -> Result<(), Failure> {
    let directory = blobs::directory(data);
    let entries = std::fs::read_dir(&directory).map_err(|error| Failure::of_file(&directory, &error))?;
    for entry in entries.flatten() {
        let id = entry.file_name().to_string_lossy().into_owned();
        if !id.ends_with(".tmp") && blobs::read(data, &id).is_err() {
            wrong.push(("check_blob", entry.path().display().to_string()));
        }
    }
    Ok(())
}

fn check_store(data: &Path, journal: &verify::Verified, wrong: &mut Wrong) -> Result<(), Failure> {
    let from_journal = match load_world(data) {
        Ok((_, snapshot)) => snapshot,
        Err(error) => {
            wrong.push(("check_world", error.to_string()));
            return Ok(());
        }
    };
    match probe_here(data) {
        Probe::Readable { applied, found } => {
            let expected = state_at(&journal.states, applied.seq);
            if found != applied.state || expected != Some(found) {
                wrong.push(("check_store", applied.seq.to_string()));
            } else if applied.seq == journal.end.seq && !same_world(data, &from_journal) {
                wrong.push(("check_world", "store".to_owned()));
            }
        }
        // A store that is not there is built at the next start.
        Probe::Absent => {}
        Probe::OutOfSpace => return Err(OpenError::OutOfSpace(data.to_owned()).into()),
        Probe::Unusable(why) => wrong.push(("check_store", why)),
    }
    Ok(())
}

/// Whether the world built from the store is the one built from the journal.
fn same_world(data: &Path, from_journal: &Snapshot) -> bool {
    let build = || -> Option<Snapshot> {
        let store = Store::open(data).ok()?;
        let mut builder = Builder::default();
        for page in store.entries() {
            builder.take(&page.ok()?).ok()?;
        }
        let base = Base::open(data).ok()?;
        Some(builder.finish(base.position(), (*from_journal.boundaries).clone()))
    };
    build().is_some_and(|from_store| from_store.digest() == from_journal.digest())
}
