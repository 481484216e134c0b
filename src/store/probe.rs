//! Opening the store in a child process first: damaged files can make sled hang or panic, and a hang cannot be caught.
//!
//! The child opens the store, adds up all entries and prints one line; the parent waits for it with a time limit.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Applied, Store, StoreError, directory};
use crate::records::stored::StateHash;

/// What probing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// There is no store yet.
    Absent,
    /// The entries add up to `found`, and the store says that it stands at `applied`.
    Readable {
        /// What the store says.
        applied: Applied,
        /// What its entries add up to.
        found: StateHash,
    },
    /// sled cannot write because the disk is full: no damage.
    OutOfSpace,
    /// It cannot be opened, hangs, or its pages are damaged.
    Unusable(String),
}

/// Time that probing may take whatever the size…
const BASE_LIMIT: Duration = Duration::from_secs(30);
/// …and the slowest reading that still counts as progress.
const SLOWEST_BYTES_PER_S: u64 = 4 << 20;
/// How often the parent looks whether the child has ended.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Probes in this process: what the child does.
#[must_use]
pub fn probe_here(data: &Path) -> Probe {
    match add_up(data) {
        Ok((applied, found)) => Probe::Readable { applied, found },
        Err(error) if error.is_out_of_space() => Probe::OutOfSpace,
        Err(error) => Probe::Unusable(error.to_string()),
    }
}

fn add_up(data: &Path) -> Result<(Applied, StateHash), StoreError> {
    let store = Store::open(data)?;
    let mut found = StateHash::default();
    for page in store.entries() {
        for (key, stored) in page? {
            found.add(key, &stored);
        }
    }
    Ok((store.applied()?, found))
}

/// Probes in a child process made by `command`, which must end in [`answer`].
#[must_use]
pub fn probe_in_child(data: &Path, mut command: Command) -> Probe {
    let path = directory(data);
    if !path.exists() {
        return Probe::Absent;
    }
    let limit = BASE_LIMIT + Duration::from_secs(size_bytes(&path) / SLOWEST_BYTES_PER_S);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return Probe::Unusable(format!("the probe cannot be started: {error}")),
    };
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < limit => std::thread::sleep(LOOK_EVERY),
            _ => {
                // Ending a child that already ended is no error worth a word.
                let _ = child.kill();
                let _ = child.wait();
                return Probe::Unusable(format!("no answer within {} s", limit.as_secs()));
            }
        }
    };
    let mut line = String::new();
    let read = child.stdout.take().map(|mut out| out.read_to_string(&mut line));
    match (read, parse(&line)) {
        (Some(Ok(_)), Some(probe)) => probe,
        _ => Probe::Unusable(format!("the probe ended with {status}")),
    }
}

/// The line by which the child tells the parent what it found.
#[must_use]
pub fn answer(probe: &Probe) -> String {
    match probe {
        Probe::Absent => "absent".to_owned(),
        Probe::Readable { applied, found } => {
            format!("readable {} {:032x} {:032x}", applied.seq, applied.state.0, found.0)
        }
        Probe::OutOfSpace => "out-of-space".to_owned(),
        Probe::Unusable(why) => format!("unusable {why}"),
    }
}

fn parse(line: &str) -> Option<Probe> {
    let line = line.trim_end();
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match word {
        "absent" => Some(Probe::Absent),
        "out-of-space" => Some(Probe::OutOfSpace),
        "unusable" => Some(Probe::Unusable(rest.to_owned())),
        "readable" => {
            let mut parts = rest.split(' ');
            let seq = parts.next()?.parse().ok()?;
            let mut hash = || u128::from_str_radix(parts.next()?, 16).ok().map(StateHash);
            let (state, found) = (hash()?, hash()?);
            Some(Probe::Readable { applied: Applied { seq, state }, found })
        }
        _ => None,
    }
}

fn size_bytes(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size_bytes(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_back_as_it_was_written() {
        let applied = Applied { seq: 7, state: StateHash(u128::MAX) };
        for probe in [
            Probe::Absent,
            Probe::Readable { applied, found: StateHash(5) },
            Probe::OutOfSpace,
            Probe::Unusable("sled: broken".into()),
        ] {
            assert_eq!(parse(&answer(&probe)), Some(probe));
        }
        assert_eq!(parse("thread 'main' panicked"), None);
    }
}
