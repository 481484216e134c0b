//! Opening a data directory for a command, and letting go of it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::failure::Failure;
use super::progress::Progress;
use super::{pack, say};
use crate::domain::Timestamp;
use crate::domain::change::IdentityKey;
use crate::domain::region::Notice;
use crate::formats::region_pack::RegionPack;
use crate::journal;
use crate::service::Atlas;
use crate::service::archives::ArchiveShelf;
use crate::service::as_of::PastWorlds;
use crate::service::checks::CheckCache;
use crate::service::hotspots::HotspotCache;
use crate::service::items::MatchCache;
use crate::service::land::LandMaps;
use crate::service::overview::Overviews;
use crate::service::photos::PhotoShelf;
use crate::service::random_bytes;
use crate::service::ratings::RatingCache;
use crate::service::recent::RecentCache;
use crate::service::setup::load_region;
use crate::service::slippage::Ledgers;
use crate::service::tiles::TileCache;
use crate::service::units::UnitShelf;
use crate::store::Store;
use crate::store::probe::{Probe, probe_in_child};
use crate::writer::core::Leaving;
use crate::writer::open::{OpenError, OpenOptions, OpenReport, open};
use crate::writer::space::{SpaceConfig, SpaceGuard};
use crate::writer::steps::StepTrace;
use crate::writer::{Clock, Running, WriterThread, create, start};

/// An opened atlas.
pub struct Opened {
    /// Writer, world and feed.
    pub running: Running,
    /// The store, for reading.
    pub store: Store,
    /// The data directory.
    pub data: PathBuf,
    /// The disk guard.
    pub space: SpaceGuard,
}

impl Opened {
    /// The atlas, for the verbs of the service, and the thread that must be stopped in the end.
    pub fn into_atlas(self, clock: Clock) -> (Arc<Atlas>, WriterThread) {
        let Running { writer, thread, world, feed } = self.running;
        let archives = ArchiveShelf::new(self.space.data());
        let atlas = Atlas {
            world,
            writer,
            feed,
            store: self.store,
            journal: journal::directory(&self.data),
            clock,
            space: self.space,
            tiles: TileCache::default(),
            matches: MatchCache::default(),
            ratings: RatingCache::default(),
            units: UnitShelf::default(),
            checks: CheckCache::default(),
            hotspots: HotspotCache::default(),
            ledgers: Ledgers::default(),
            overviews: Overviews::default(),
            recent: RecentCache::default(),
            land_maps: LandMaps::default(),
            past: PastWorlds::default(),
            archives,
            photos: PhotoShelf::new(&self.data),
        };
        (Arc::new(atlas), thread)
    }
}

/// How to open.
pub struct How {
    /// The time.
    pub clock: Clock,
    /// The disk guard's settings.
    pub space: SpaceConfig,
    /// Notes steps for crash tests.
    pub trace: StepTrace,
    /// Takes no writes.
    pub read_only: bool,
}

impl Default for How {
    fn default() -> Self {
        Self {
            clock: system_clock(),
            space: SpaceConfig::default(),
            trace: StepTrace::default(),
            read_only: false,
        }
    }
}

/// The clock of the machine.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
    })
}

/// Opens an atlas that is there.
pub fn open_atlas(data: &Path, how: How) -> Result<Opened, Failure> {
    let mut progress: Option<Progress> = None;
    let mut on_rebuild = |entries: usize| {
        progress.get_or_insert_with(|| Progress::begin("rebuilding_store", 0)).add(entries as u64);
    };
    let probe = |data: &Path| probe(data);
    let options = OpenOptions { probe: &probe, space: how.space, on_rebuild: &mut on_rebuild };
    let (core, report) = open(data, options)?;
    if let Some(progress) = progress {
        progress.end();
    }
    tell(&report);
    let (store, space) = (core.store().clone(), SpaceGuard::new(data, how.space));
    let running = start(core, how.clock, how.trace, how.read_only);
    Ok(Opened { running, store, data: data.to_owned(), space })
}

/// Opens an atlas, or makes one of a region pack where there is none.
pub fn open_or_create(data: &Path, region: Option<&Path>, how: How) -> Result<Opened, Failure> {
    match create::check_directory(data) {
        Err(OpenError::Absent(_)) => {
            let pack = pack::read(region)?;
            create_atlas(data, &pack, IdentityKey(random_bytes()), None, how)
        }
        Err(error) => Err(error.into()),
        Ok(()) => {
            let opened = open_atlas(data, how)?;
            if opened.running.world.load().version == 0 {
                // Whoever made it was stopped before the region was in.
                let pack = pack::read(region)?;
                load_region(&opened.running.writer, data, &pack, IdentityKey(random_bytes()), None)?;
            }
            Ok(opened)
        }
    }
}

/// Makes an atlas of a region pack in a directory that is absent or empty.
pub fn create_atlas(
    data: &Path,
    pack: &RegionPack,
    key: IdentityKey,
    notice: Option<Notice>,
    how: How,
) -> Result<Opened, Failure> {
    create::create(data)?;
    let opened = open_atlas(data, how)?;
    load_region(&opened.running.writer, data, pack, key, notice)?;
    Ok(opened)
}

/// Lets the writer finish and releases the directory.
pub fn close(opened: Opened, leaving: Leaving) -> Result<(), Failure> {
    // The store's last handle must go before the directory is free.
    drop(opened.store);
    Ok(opened.running.thread.stop(leaving)?)
}

fn probe(data: &Path) -> Probe {
    let Ok(program) = std::env::current_exe() else {
        return Probe::Unusable("this program does not know its own path".to_owned());
    };
    let mut command = Command::new(program);
    command.arg("probe-store").arg("--data").arg(data);
    probe_in_child(data, command)
}

fn tell(report: &OpenReport) {
    for error in &report.unusable_checkpoints {
        say::note("checkpoint_unusable", &[("error", error)]);
    }
    if report.cut_torn_tail {
        say::note("torn_tail_cut", &[]);
    }
    if let Some((why, aside)) = &report.rebuilt_store {
        match aside {
            Some(path) => {
                say::note("store_rebuilt", &[("why", why), ("path", &path.display().to_string())]);
            }
            None => tracing::debug!(why, "the store was built"),
        }
    }
    tracing::debug!(?report, "opened");
}
