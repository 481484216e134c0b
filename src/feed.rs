//! Numbered announcements of what changed, for everybody who listens, with a ring for those who come back.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::broadcast;

use crate::domain::{Key, Kind};

/// Announcements that a listener who was away can still have.
const RING: usize = 1_024;
/// Announcements that a slow listener may lag behind before it is told to start over.
const LAG: usize = 256;
/// Most entities named in one announcement; above that only the counts are told.
const NAMED: usize = 100;

/// What one commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The version of the world that holds it.
    pub version: u64,
    /// How many entities of each kind changed.
    pub counts: Vec<(Kind, u32)>,
    /// Which ones; empty when there were too many to name.
    pub entities: Vec<Key>,
}

impl Announcement {
    /// The announcement of a commit that changed `entities`.
    #[must_use]
    pub fn of(version: u64, entities: impl Iterator<Item = Key> + Clone) -> Self {
        let mut counts: Vec<(Kind, u32)> = Vec::new();
        for key in entities.clone() {
            match counts.iter_mut().find(|(kind, _)| *kind == key.kind) {
                Some((_, n)) => *n += 1,
                None => counts.push((key.kind, 1)),
            }
        }
        let total: u32 = counts.iter().map(|(_, n)| n).sum();
        let entities = if total as usize <= NAMED { entities.collect() } else { Vec::new() };
        Self { version, counts, entities }
    }
}

/// Hands announcements to all listeners.
pub struct Feed {
    ring: Mutex<VecDeque<Announcement>>,
    live: broadcast::Sender<Announcement>,
}

/// What a listener gets first.
pub struct Subscription {
    /// What it missed, oldest first.
    pub missed: Vec<Announcement>,
    /// It was away for so long that it must load everything again.
    pub start_over: bool,
    /// What comes from now on.
    pub live: broadcast::Receiver<Announcement>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { ring: Mutex::default(), live: broadcast::channel(LAG).0 }
    }
}

impl Feed {
    /// Tells everybody. Called by the writer only, versions ascending.
    pub fn announce(&self, announcement: Announcement) {
        let mut ring = self.ring.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if ring.len() == RING {
            ring.pop_front();
        }
        ring.push_back(announcement.clone());
        // Nobody listening is no error.
        let _ = self.live.send(announcement);
    }

    /// Listens from now on, after what came later than `last_seen` while `current` is the published version.
    pub fn subscribe(&self, last_seen: Option<u64>, current: u64) -> Subscription {
        // The ring is locked while the listener joins, so that nothing falls between the two.
        let ring = self.ring.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let live = self.live.subscribe();
        let Some(seen) = last_seen else {
            return Subscription { missed: Vec::new(), start_over: false, live };
        };
        let missed: Vec<_> = ring.iter().filter(|a| a.version > seen).cloned().collect();
        let first_missed = missed.first().map_or(current + 1, |a| a.version);
        Subscription { start_over: first_missed > seen + 1 || seen > current, missed, live }
    }
}
