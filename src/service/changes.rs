//! What changes, as the public may hear of it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Atlas;
use crate::analytics::columns::HIDDEN;
use crate::domain::{AppealNo, Key, Kind, ProblemNo};
use crate::feed::{Announcement, Subscription};
use crate::snapshot::Snapshot;
use crate::snapshot::layer::{Extra, Layer};

/// A change of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These records changed.
    Records(ChangedRecords),
    /// Too much was missed: everything must be loaded again. With the version of the world.
    StartOver(u64),
}

/// What a commit changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedRecords {
    /// The version of the world that holds it.
    pub version: u64,
    counts: BTreeMap<&'static str, u32>,
    ids: Vec<String>,
}

/// Changes from a version on.
pub struct Changes {
    atlas: Arc<Atlas>,
    ready: VecDeque<Change>,
    live: Receiver<Announcement>,
}

impl Atlas {
    /// Listens to changes after `last_seen`, or from now on.
    #[must_use]
    pub fn changes(self: &Arc<Self>, last_seen: Option<u64>) -> Changes {
        let snapshot = self.read().snapshot;
        let Subscription { missed, start_over, live } = self.feed.subscribe(last_seen, snapshot.version);
        let ready = if start_over {
            VecDeque::from([Change::StartOver(snapshot.version)])
        } else {
            missed.iter().map(|a| Change::Records(public(&snapshot, a))).collect()
        };
        Changes { atlas: Arc::clone(self), ready, live }
    }
}

impl Changes {
    /// The next change; `None` when there will be no more.
    pub async fn next(&mut self) -> Option<Change> {
        if let Some(change) = self.ready.pop_front() {
            return Some(change);
        }
        let snapshot = || self.atlas.read().snapshot;
        match self.live.recv().await {
            Ok(announcement) => Some(Change::Records(public(&snapshot(), &announcement))),
            Err(RecvError::Lagged(_)) => Some(Change::StartOver(snapshot().version)),
            Err(RecvError::Closed) => None,
        }
    }
}

fn public(snapshot: &Snapshot, announcement: &Announcement) -> ChangedRecords {
    let told = |kind: &Kind| !matches!(kind, Kind::Token | Kind::Embed | Kind::IdentityKey);
    ChangedRecords {
        version: announcement.version,
        counts: announcement
            .counts
            .iter()
            .filter(|(kind, _)| told(kind))
            .map(|(k, n)| (k.code(), *n))
            .collect(),
        ids: announcement.entities.iter().filter_map(|key| public_id(snapshot, *key)).collect(),
    }
}

/// The public id of a record that the public may see.
fn public_id(snapshot: &Snapshot, key: Key) -> Option<String> {
    let ids = &snapshot.dictionary.ids;
    match key.kind {
        Kind::Problem if is_shown(&snapshot.problems, key.number) => Some(ids.problem(ProblemNo(key.number))),
        Kind::Appeal if is_shown(&snapshot.appeals, key.number) => Some(ids.appeal(AppealNo(key.number))),
        _ => None,
    }
}

fn is_shown<E: Extra>(layer: &Layer<E>, number: u32) -> bool {
    let found = layer.find(number);
    found.is_some_and(|at| layer.segments()[at.part].columns.flags[at.row] & HIDDEN == 0)
}
