//! Files of records into the atlas: read in parallel, written batch by batch, reported row by row.
//!
//! Reading goes on while a batch is being made durable. That a file is whole is for the caller to find out beforehand
//! ([`crate::formats::check_structure`]): of one that breaks off, what stood before the fault would be in. Importing the
//! whole file later changes nothing about it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::Serialize;

use crate::analytics::topology::misfits;
use crate::domain::fallback::Fallback;
use crate::domain::row::{AppealRow, MarkRow, MunicipalityRow, ProblemRow, Rejection, RowIdentity};
use crate::domain::{Actor, Kind, Quality};
use crate::formats::{Batch, FileError, FromRecord, ReadPlan, RowKind, read_rows};
use crate::geometry::Shape;
use crate::journal::disk::RealDisk;
use crate::journal::{JournalError, blobs};
use crate::records::boundary;
use crate::snapshot::Snapshot;
use crate::writer::operations::appeals::ImportAppeals;
use crate::writer::operations::fallbacks::FindFallbacks;
use crate::writer::operations::marks::ImportMarks;
use crate::writer::operations::municipalities::ImportMunicipalities;
use crate::writer::operations::problems::ImportProblems;
use crate::writer::operations::reassign::ReassignMunicipalities;
use crate::writer::operations::{RowCounts, Warning};
use crate::writer::planner::{Operation, Planner, Refusal};
use crate::writer::{Pledge, World, WriteError, Writer};

/// Rejections that a report lists; all are counted, and all go to the file of rejects.
pub const LISTED: usize = 1_000;
/// Batches that may wait for the disk while the next one is read.
const IN_FLIGHT: usize = 6;

/// What to import, and how.
pub struct ImportJob {
    /// Kind of the rows.
    pub kind: RowKind,
    /// How to read the file.
    pub plan: ReadPlan,
    /// Source of rows that name none.
    pub default_source: String,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Where an import goes.
pub struct Importer<'a> {
    /// The queue to the writer.
    pub writer: &'a Writer,
    /// The published world.
    pub world: &'a World,
    /// The data directory, for boundaries.
    pub data: PathBuf,
}

/// Hears of an import as it goes on.
pub trait Listener {
    /// So many more bytes of the file, and rows, are done.
    fn progress(&mut self, bytes: u64, rows: u64);
    /// A row stays out. Called for every one.
    fn rejected(&mut self, rejection: &Rejection);
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ImportReport {
    /// New records.
    pub accepted: u64,
    /// Records that changed.
    pub updated: u64,
    /// Records that the rows say nothing new about.
    pub unchanged: u64,
    /// Rows that stayed out.
    pub rejected: u64,
    /// The first [`LISTED`] reasons.
    pub rejections: Vec<Rejection>,
    /// What is worth a look.
    pub warnings: Vec<ReportedWarning>,
}

/// Something worth a look, with how often.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedWarning {
    /// Code of the rule.
    pub rule: &'static str,
    /// Canonical name of the field.
    pub field: &'static str,
    /// The value, or what it is about.
    pub value: String,
    /// How often.
    pub count: u64,
}

/// Why an import ended early.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The atlas cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A boundary cannot be made durable.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Rows that can be imported.
trait Importable: FromRecord {
    type Import: Operation<Answer = RowCounts>;

    /// The operation that takes in a batch.
    fn operation(run: &mut Run<'_>, rows: Vec<Self>) -> Result<Self::Import, ImportError>;
}

/// What a running import remembers.
struct Run<'a> {
    importer: &'a Importer<'a>,
    source: String,
    dry_run: bool,
    counts: RowCounts,
    listed: Vec<Rejection>,
    /// How often each content has come in this run, for sources without ids: 16 bytes for each different row.
    seen: HashMap<u64, u32>,
    /// Borders of this run, for the report of overlaps.
    borders: Vec<(String, Shape)>,
}

type Flight = VecDeque<Pledge<RowCounts>>;

/// Imports a file.
///
/// Errors: a file that cannot be used; an atlas that cannot be written. The report then is lost, what was committed is not.
/// Memory: a few batches, and for sources without ids 16 bytes a row.
pub fn import(
    importer: &Importer<'_>,
    input: impl Read,
    job: &ImportJob,
    listener: &mut dyn Listener,
) -> Result<ImportReport, ImportError> {
    let mut run = Run {
        importer,
        source: job.default_source.clone(),
        dry_run: job.dry_run,
        counts: RowCounts::default(),
        listed: Vec::new(),
        seen: HashMap::new(),
        borders: Vec::new(),
    };
    match job.kind {
        RowKind::Problems => run_file::<ProblemRow>(&mut run, input, job, listener)?,
        RowKind::Appeals => run_file::<AppealRow>(&mut run, input, job, listener)?,
        RowKind::Municipalities => run_file::<MunicipalityRow>(&mut run, input, job, listener)?,
        RowKind::Marks => run_file::<MarkRow>(&mut run, input, job, listener)?,
    }
    if !job.dry_run {
        after_rows(&mut run, job.kind)?;
    }
    Ok(run.into_report())
}

fn run_file<T: Importable>(
    run: &mut Run<'_>,
    input: impl Read,
    job: &ImportJob,
    listener: &mut dyn Listener,
) -> Result<(), ImportError> {
    let (mut flight, mut failed): (Flight, Option<ImportError>) = (VecDeque::new(), None);
    let mut sink = |batch: Batch<T>| {
        let taken = take_batch(run, batch, &mut flight, listener);
        match taken {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    };
    let read = read_rows(input, &job.plan, &mut sink);
    if let Some(error) = failed {
        return Err(error);
    }
    while let Some(receiver) = flight.pop_front() {
        land(run, receiver, listener)?;
    }
    let summary = read?;
    for property in summary.unseen_properties {
        run.counts.warn("columns_unseen", "", &property);
    }
    Ok(())
}

fn take_batch<T: Importable>(
    run: &mut Run<'_>,
    batch: Batch<T>,
    flight: &mut Flight,
    listener: &mut dyn Listener,
) -> Result<(), ImportError> {
    listener.progress(batch.bytes, batch.records);
    run.counts.rejected += batch.rejected();
    for rejection in batch.rejections {
        run.list(rejection, listener);
    }
    for (warning, n) in batch.warnings.iter() {
        let key = Warning { rule: warning.code(), field: "", value: String::new() };
        *run.counts.warnings.entry(key).or_default() += n;
    }
    if batch.rows.is_empty() {
        return Ok(());
    }
    let operation = T::operation(run, batch.rows)?;
    let writer = run.importer.writer;
    let receiver = if run.dry_run {
        writer.start_blocking(DryRun(operation))
    } else {
        writer.start_blocking(operation)
    }?;
    flight.push_back(receiver);
    if flight.len() > IN_FLIGHT
        && let Some(first) = flight.pop_front()
    {
        land(run, first, listener)?;
    }
    Ok(())
}

fn land(
    run: &mut Run<'_>,
    receiver: Pledge<RowCounts>,
    listener: &mut dyn Listener,
) -> Result<(), ImportError> {
    let mut counts = receiver.blocking_recv().unwrap_or(Err(WriteError::Unavailable))?.answer;
    for rejection in std::mem::take(&mut counts.rejections) {
        run.list(rejection, listener);
    }
    run.counts.merge(counts);
    Ok(())
}

impl Run<'_> {
    fn list(&mut self, rejection: Rejection, listener: &mut dyn Listener) {
        listener.rejected(&rejection);
        if self.listed.len() < LISTED {
            self.listed.push(rejection);
        }
    }

    /// The id of a row: its source's own, or its content with its count among equal rows, which is the second value.
    fn source_id(&mut self, identity: &RowIdentity) -> (String, u32) {
        match identity {
            RowIdentity::SourceId(id) => (id.clone(), 1),
            RowIdentity::Content(hash) => {
                let count = self.seen.entry(*hash as u64).or_insert(0);
                *count += 1;
                // No source writes a control character into its ids.
                (format!("\u{2}{hash:032x}:{count}"), *count)
            }
        }
    }

    fn into_report(self) -> ImportReport {
        let mut rejections = self.listed;
        rejections.sort_by_key(|rejection| rejection.row);
        ImportReport {
            accepted: self.counts.accepted,
            updated: self.counts.updated,
            unchanged: self.counts.unchanged,
            rejected: self.counts.rejected,
            rejections,
            warnings: reported(self.counts.warnings),
        }
    }
}

fn reported(warnings: BTreeMap<Warning, u64>) -> Vec<ReportedWarning> {
    let mut list: Vec<ReportedWarning> = warnings
        .into_iter()
        .map(|(w, count)| ReportedWarning { rule: w.rule, field: w.field, value: w.value, count })
        .collect();
    list.sort_by(|a, b| a.rule.cmp(b.rule).then(b.count.cmp(&a.count)).then(a.value.cmp(&b.value)));
    list
}

/// An operation that is planned and then forgotten.
///
/// Each batch is planned on its own, so a dry run does not notice that an id comes a second time in a later batch.
struct DryRun<O>(O);

impl<O: Operation> Operation for DryRun<O> {
    type Answer = O::Answer;

    fn plan(self, planner: &mut Planner<'_>) -> Result<O::Answer, Refusal> {
        planner.without_effect(|planner| self.0.plan(planner))
    }

    fn weight_bytes(&self) -> usize {
        self.0.weight_bytes()
    }
}

impl Importable for ProblemRow {
    type Import = ImportProblems;

    fn operation(run: &mut Run<'_>, rows: Vec<Self>) -> Result<ImportProblems, ImportError> {
        for row in &rows {
            warn_of_flags(&mut run.counts, row.flags);
        }
        Ok(ImportProblems { rows, default_source: run.source.clone(), actor: Actor::ADMIN })
    }
}

impl Importable for AppealRow {
    type Import = ImportAppeals;

    fn operation(run: &mut Run<'_>, rows: Vec<Self>) -> Result<ImportAppeals, ImportError> {
        let rows = rows
            .into_iter()
            .map(|mut row| {
                let (source_id, count) = run.source_id(&row.identity);
                row.flags = row.flags.with(Quality::ExactDuplicate, count > 1);
                warn_of_flags(&mut run.counts, row.flags);
                (row, source_id)
            })
            .collect();
        Ok(ImportAppeals { rows, default_source: run.source.clone(), actor: Actor::ADMIN })
    }
}

impl Importable for MarkRow {
    type Import = ImportMarks;

    fn operation(run: &mut Run<'_>, rows: Vec<Self>) -> Result<ImportMarks, ImportError> {
        let rows = rows
            .into_iter()
            .map(|row| {
                let (source_id, _) = run.source_id(&row.identity);
                (row, source_id)
            })
            .collect();
        Ok(ImportMarks { rows, default_source: run.source.clone(), actor: Actor::ADMIN })
    }
}

impl Importable for MunicipalityRow {
    type Import = ImportMunicipalities;

    fn operation(run: &mut Run<'_>, rows: Vec<Self>) -> Result<ImportMunicipalities, ImportError> {
        let mut named = Vec::with_capacity(rows.len());
        for row in rows {
            let bytes = boundary::encode(&row.shape);
            let blob = if run.dry_run {
                blobs::id_of(&bytes)
            } else {
                blobs::put(&RealDisk, &run.importer.data, &bytes)?
            };
            run.borders.push((row.name.clone(), row.shape.clone()));
            named.push((row, blob));
        }
        Ok(ImportMunicipalities { rows: named, actor: Actor::ADMIN })
    }
}

fn warn_of_flags(counts: &mut RowCounts, flags: crate::domain::QualityFlags) {
    for flag in flags.iter() {
        counts.warn(flag.code(), "", "");
    }
}

/// What can only be said, or done, when all rows are in.
fn after_rows(run: &mut Run<'_>, kind: RowKind) -> Result<(), ImportError> {
    match kind {
        RowKind::Problems => find_fallbacks(run, Kind::Problem),
        RowKind::Appeals => find_fallbacks(run, Kind::Appeal),
        RowKind::Municipalities => {
            report_misfits(run);
            let changed = run.counts.updated > 0;
            for layer in [Kind::Problem, Kind::Appeal].into_iter().filter(|_| changed) {
                reassign(run, layer)?;
            }
            Ok(())
        }
        RowKind::Marks => Ok(()),
    }
}

fn find_fallbacks(run: &mut Run<'_>, layer: Kind) -> Result<(), ImportError> {
    run.importer.writer.execute_blocking(FindFallbacks { layer })?;
    let snapshot = run.importer.world.load_full();
    let source = snapshot.dictionary.find_source(&run.source);
    let of_layer = |f: &&Fallback| f.layer == layer && (source.is_none() || source == Some(f.source));
    for fallback in snapshot.dictionary.fallbacks.iter().filter(of_layer) {
        let p = fallback.position;
        let value = format!("{} {}", p.lon_deg(), p.lat_deg());
        let warning = Warning { rule: "fallback_coordinate", field: "geometry", value };
        run.counts.warnings.insert(warning, u64::from(fallback.rows));
    }
    let outside = outside_count(&snapshot, layer);
    if outside > 0 {
        let warning = Warning { rule: "outside_region", field: "geometry", value: String::new() };
        run.counts.warnings.insert(warning, outside);
    }
    Ok(())
}

/// Records of a layer that lie in no municipality.
fn outside_count(snapshot: &Snapshot, layer: Kind) -> u64 {
    let parts = if layer == Kind::Problem { snapshot.problems.parts() } else { snapshot.appeals.parts() };
    let flag = Quality::OutsideRegion as u16;
    let count = |part: &crate::analytics::selection::Part<'_>| {
        let alive = (0..part.columns.len()).filter(|n| !part.dead.contains(*n));
        alive.filter(|n| part.columns.flags[*n] & flag != 0).count() as u64
    };
    parts.iter().map(count).sum()
}

fn report_misfits(run: &mut Run<'_>) {
    let shapes: Vec<&Shape> = run.borders.iter().map(|(_, shape)| shape).collect();
    for misfit in misfits(&shapes) {
        let place = format!("{:.5} {:.5}", misfit.at.lon_deg(), misfit.at.lat_deg());
        let area = format!("{:.6} km²", misfit.area_m2 / 1e6);
        match misfit.between {
            Some((a, b)) => {
                let names = format!("{} × {}: {area}, {place}", run.borders[a].0, run.borders[b].0);
                run.counts.warn("borders_overlap", "geometry", &names);
            }
            None => run.counts.warn("gap_between_borders", "geometry", &format!("{area}, {place}")),
        }
    }
}

fn reassign(run: &mut Run<'_>, layer: Kind) -> Result<(), ImportError> {
    let mut after = Some(0);
    let mut moved = 0;
    while let Some(from) = after {
        let operation = ReassignMunicipalities { layer, after: from };
        let done = run.importer.writer.execute_blocking(operation)?.answer;
        moved += done.moved;
        after = done.next_after;
    }
    if moved > 0 {
        let value = layer.code().to_owned();
        let warning = Warning { rule: "moved_by_borders", field: "", value };
        run.counts.warnings.insert(warning, moved);
    }
    Ok(())
}
