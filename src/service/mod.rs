//! Verbs that a user would name: list, show, draw, count, rate, import, export. No HTTP types.
//!
//! [`Atlas`] is what a running service has in its hands. A reading verb takes a [`Reading`] (one snapshot, one moment)
//! and answers from it alone.

pub mod access;
pub mod appeal_counts;
pub mod appeals;
pub mod archives;
pub mod as_of;
pub mod basemap;
pub mod budget;
pub mod changes;
pub mod checks;
pub mod choropleth;
pub mod clusters;
pub mod coverage;
pub mod demo;
pub mod drawing;
pub mod encoding;
pub mod export;
pub mod facts;
pub mod features;
pub mod filter;
pub mod geopackages;
pub mod heat;
pub mod hexes;
pub mod histories;
pub mod hotspot_tiles;
pub mod hotspots;
pub mod import;
pub mod items;
pub mod known;
pub mod land;
pub mod lists;
pub mod markers;
pub mod marks;
pub mod method;
pub mod order;
pub mod overview;
pub mod photos;
pub mod planner;
pub mod priors;
pub mod problem;
pub mod public;
pub mod ratings;
pub mod recent;
pub mod region;
pub mod setup;
pub mod sheets;
pub mod slippage;
pub mod stats;
pub mod tiles;
pub mod units;

use std::path::PathBuf;
use std::sync::Arc;

use crate::analytics::pyramid;
use crate::analytics::selection::Selection;
use crate::domain::Timestamp;
use crate::feed::Feed;
use crate::snapshot::Snapshot;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;
use crate::store::Store;
use crate::writer::space::SpaceGuard;
use crate::writer::{Clock, World, Writer};

// What callers of the service must be able to tell apart.
pub use crate::writer::planner::Refusal;
pub use crate::writer::{Health, WriteError};

use archives::ArchiveShelf;
use as_of::PastWorlds;
use checks::CheckCache;
use filter::{Filter, Invalid};
use hotspots::HotspotCache;
use items::MatchCache;
use known::{Known, KnownError};
use land::LandMaps;
use overview::Overviews;
use photos::PhotoShelf;
use priors::PriorsError;
use ratings::RatingCache;
use recent::RecentCache;
use slippage::Ledgers;
use tiles::TileCache;
use units::UnitShelf;

/// A running atlas.
pub struct Atlas {
    /// The published world.
    pub world: World,
    /// The queue to the writer.
    pub writer: Writer,
    /// Announcements.
    pub feed: Arc<Feed>,
    /// The store, for what the columns do not hold.
    pub store: Store,
    /// Where the journal is, for what was known at an earlier moment.
    pub journal: PathBuf,
    /// The time.
    pub clock: Clock,
    /// The disk guard.
    pub space: SpaceGuard,
    /// Encoded tiles.
    pub tiles: TileCache,
    /// Numbers that match filters.
    pub matches: MatchCache,
    /// Ratings and burdens.
    pub ratings: RatingCache,
    /// What ratings take of each municipality.
    pub units: UnitShelf,
    /// Sensitivity tables and silent zones.
    pub checks: CheckCache,
    /// Hot spots.
    pub hotspots: HotspotCache,
    /// Ledgers of slipped deadlines.
    pub ledgers: Ledgers,
    /// What selections add up to.
    pub overviews: Overviews,
    /// What happened lately.
    pub recent: RecentCache,
    /// Borders made simple for pictures.
    pub land_maps: LandMaps,
    /// Worlds of earlier days.
    pub past: PastWorlds,
    /// Archives of tiles.
    pub archives: ArchiveShelf,
    /// Files of photos.
    pub photos: PhotoShelf,
}

/// One world at one moment: all that a reader uses.
#[derive(Clone)]
pub struct Reading {
    /// The world.
    pub snapshot: Arc<Snapshot>,
    /// The moment of the request, or the one that `as_of` names.
    pub now: Timestamp,
    /// Beginning of its legal day: deadlines before it are overdue.
    pub today: Timestamp,
    /// The moment was named by `as_of`.
    pub past: bool,
    /// Which entries stood otherwise at a past moment; empty for the present.
    pub known: Arc<Known>,
}

/// Why a reading verb cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A value of the request is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no such thing, or not for the public.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// What was known at an earlier moment cannot be told.
    #[error(transparent)]
    Known(#[from] KnownError),
    /// The published priors cannot be read.
    #[error(transparent)]
    Priors(#[from] PriorsError),
    /// A file that a record names cannot be read.
    #[error(transparent)]
    File(#[from] crate::journal::JournalError),
}

impl Atlas {
    /// The world as it is now.
    #[must_use]
    pub fn read(&self) -> Reading {
        let snapshot = self.world.load_full();
        let now = (self.clock)();
        let today = snapshot.dictionary.calendar.overdue_before(now);
        Reading { snapshot, now, today, past: false, known: Arc::default() }
    }

    /// The world that a filter asks for: the present one, or that of its `as_of`.
    pub fn read_for(&self, filter: &Filter) -> Result<Reading, ReadError> {
        let present = self.read();
        match filter.as_of {
            None => Ok(present),
            Some(asked) => self.past.at(&self.store, &self.journal, &present, asked),
        }
    }

    /// Counts rows by cell before the first tile asks for it. Cost: O(n).
    pub fn warm(&self) {
        let reading = self.read();
        let (problems, appeals) = (&reading.snapshot.problems, &reading.snapshot.appeals);
        let everything = Selection::default();
        let (problems, appeals) = (problems.parts(), appeals.parts());
        let views = [
            Layer::<ProblemColumns>::view(&problems, &everything, reading.today),
            Layer::<AppealColumns>::view(&appeals, &everything, reading.today),
        ];
        views.iter().for_each(pyramid::warm);
    }

    /// Whether writes are possible.
    #[must_use]
    pub fn health(&self) -> Health {
        match self.writer.health() {
            Health::Ready if !self.space.has_room_for(0) => Health::DiskFull,
            Health::DiskFull if self.space.has_room_for(0) => Health::Ready,
            other => other,
        }
    }
}

/// Names everything on which an answer about a layer depends: the atlas, the layer's version, the names' version, the legal
/// day and the filter. Cache keys and entity tags are made of it.
#[must_use]
pub fn scope_of(layer: &str, version: u64, reading: &Reading, filter: &Filter) -> String {
    let (names, atlas) = (reading.snapshot.dictionary_version, &reading.snapshot.dictionary.atlas_id);
    format!("{atlas}/{layer}/{version}/{names}/{}/{}", reading.today.0, filter.canonical())
}

/// Bytes that nobody can guess.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
