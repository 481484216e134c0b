//! An invented region, written like a real one: batch by batch, through the one writer.

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::setup::{SetupError, load_region};
use crate::demo::{self, DemoError, DemoInput, DemoPhrases, DemoPlan, DemoSizes, DemoWorld};
use crate::domain::change::IdentityKey;
use crate::domain::deadline::LegalCalendar;
use crate::domain::time::Zone;
use crate::domain::{Kind, MunicipalityNo, Timestamp};
use crate::formats::region_pack::{DemoSettings, RegionPack};
use crate::geometry::Shape;
use crate::writer::operations::dictionary::LoadSources;
use crate::writer::operations::fallbacks::FindFallbacks;
use crate::writer::operations::histories::RecordHistories;
use crate::writer::{WriteError, Writer};

/// Problems in one frame of the journal; with their histories about a megabyte.
const PROBLEMS_AT_ONCE: usize = 1_000;
/// Appeals or marks in one frame.
const APPEALS_AT_ONCE: usize = 10_000;

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoFailure {
    /// The pack cannot carry one.
    #[error(transparent)]
    Pack(#[from] DemoError),
    /// The region cannot be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The atlas cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What a demo is made of.
pub struct DemoRecipe<'a> {
    /// The region pack.
    pub pack: &'a RegionPack,
    /// Its span of time and its notice.
    pub settings: &'a DemoSettings,
    /// Its figures.
    pub plan: &'a DemoPlan,
    /// Its words.
    pub phrases: &'a DemoPhrases,
    /// How much.
    pub sizes: DemoSizes,
    /// The seed: the same one gives the same bytes.
    pub seed: u64,
}

impl DemoRecipe<'_> {
    /// The calendar of the region.
    fn calendar(&self) -> LegalCalendar {
        let years = self.pack.calendar.iter().flat_map(|year| year.exceptions.iter().copied());
        let zone = Zone::parse(&self.pack.settings.region.time_zone);
        LegalCalendar::new(zone.expect("the pack's zone was parsed with it"), years.collect())
    }

    /// The moment at which everything is recorded: the end of the demo's last day.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        self.calendar().zone().end_of(self.settings.until)
    }

    /// The key of the identity hashes. It protects nothing here, so it may follow from the seed.
    fn key(&self) -> IdentityKey {
        IdentityKey(Sha256::digest(format!("demo {}", self.seed)).into())
    }

    /// Invents the region. Cost: half a second for the usual sizes.
    pub fn invent(&self) -> Result<DemoWorld, DemoError> {
        let boundaries: Vec<(MunicipalityNo, Arc<Shape>)> =
            self.pack.outlines.iter().map(|o| (o.municipality, Arc::new(o.shape.clone()))).collect();
        let calendar = self.calendar();
        let input = DemoInput {
            municipalities: &self.pack.municipalities,
            boundaries: &boundaries,
            settlements: &self.pack.settlements,
            bodies: &self.pack.bodies,
            categories: &self.pack.categories,
            rules: &self.pack.deadline_rules,
            calendar: &calendar,
            plan: self.plan,
            phrases: self.phrases,
            since: self.settings.since,
            until: self.settings.until,
        };
        demo::generate(&input, self.sizes, self.seed)
    }
}

/// Writes an invented region into an atlas without anything in it. `on_records` hears how many records each step wrote.
pub fn write_demo(
    writer: &Writer,
    data: &Path,
    recipe: &DemoRecipe<'_>,
    on_records: &mut dyn FnMut(u64),
) -> Result<(), DemoFailure> {
    let DemoWorld { sources, problems, appeals, marks } = recipe.invent()?;
    load_region(writer, data, recipe.pack, recipe.key(), Some(recipe.settings.notice.clone()))?;
    writer.execute_blocking(LoadSources { sources })?;
    let mut write = |histories: RecordHistories| {
        let records = histories.problems.len() + histories.appeals.len() + histories.marks.len();
        writer.execute_blocking(histories).map(|_| on_records(records as u64))
    };
    for problems in in_pieces(problems, PROBLEMS_AT_ONCE) {
        write(RecordHistories { problems, ..RecordHistories::default() })?;
    }
    for appeals in in_pieces(appeals, APPEALS_AT_ONCE) {
        write(RecordHistories { appeals, ..RecordHistories::default() })?;
    }
    for marks in in_pieces(marks, APPEALS_AT_ONCE) {
        write(RecordHistories { marks, ..RecordHistories::default() })?;
    }
    for layer in [Kind::Problem, Kind::Appeal] {
        writer.execute_blocking(FindFallbacks { layer })?;
    }
    Ok(())
}

fn in_pieces<T>(mut all: Vec<T>, size: usize) -> impl Iterator<Item = Vec<T>> {
    std::iter::from_fn(move || {
        let rest = all.split_off(size.min(all.len()));
        let piece = std::mem::replace(&mut all, rest);
        (!piece.is_empty()).then_some(piece)
    })
}
