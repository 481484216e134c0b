//! `atlas import`
//!
//! A file is gone through twice: first its structure alone, so that one that was cut short is refused before anything of it
//! is in, then its rows. What comes through a pipe is written down first.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::failure::Failure;
use super::opening::{How, close, open_or_create};
use super::progress::Progress;
use super::{CommandResult, Outcome, say};
use crate::domain::row::Rejection;
use crate::domain::time::Zone;
use crate::formats::csv_writer::CsvWriter;
use crate::formats::{Format, Limits, Mapping, ReadPlan, RowKind, Value, check_structure};
use crate::geometry::Bounds;
use crate::messages::text;
use crate::service::import::{ImportJob, ImportReport, Importer, Listener, import};
use crate::service::random_bytes;
use crate::snapshot::Snapshot;
use crate::writer::core::Leaving;

/// Takes in a file of municipalities, problems, appeals or assessments.
///
/// Good rows go in, each bad one is told with row, field, rule and value. The same file again changes nothing.
///
/// Example: atlas import problems roads.csv --data var/atlas --mapping data/mappings/boston_311_problems.toml
#[derive(clap::Args)]
pub struct Arguments {
    /// What the rows are.
    kind: KindArgument,
    /// The file, plain or gzipped; `-` reads from standard input.
    file: PathBuf,
    /// The data directory; made of the region pack when it does not exist.
    #[arg(long)]
    data: PathBuf,
    /// Format, where the file's name does not say it.
    #[arg(long)]
    format: Option<FormatArgument>,
    /// Names, dates and values of the source, in TOML.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// Write the report as JSON.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Write every rejected row as CSV.
    #[arg(long)]
    rejects: Option<PathBuf>,
    /// Region pack for a data directory that does not exist yet.
    #[arg(long)]
    region: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum KindArgument {
    Municipalities,
    Problems,
    Appeals,
    Assessments,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArgument {
    Geojson,
    Geojsonseq,
    Csv,
}

impl KindArgument {
    const fn row_kind(self) -> RowKind {
        match self {
            Self::Municipalities => RowKind::Municipalities,
            Self::Problems => RowKind::Problems,
            Self::Appeals => RowKind::Appeals,
            Self::Assessments => RowKind::Marks,
        }
    }
}

impl FormatArgument {
    const fn format(self) -> Format {
        match self {
            Self::Geojson => Format::GeoJson,
            Self::Geojsonseq => Format::GeoJsonSeq,
            Self::Csv => Format::Csv,
        }
    }
}

/// Imports a file.
pub fn run(arguments: &Arguments) -> CommandResult {
    let kind = arguments.kind.row_kind();
    let mapping = read_mapping(arguments.mapping.as_deref(), kind)?;
    let (mut input, bytes) = open_input(&arguments.file)?;
    check_whole(&mut input, bytes, &mapping, arguments)?;
    let mut rejects = arguments.rejects.as_deref().map(Rejects::create).transpose()?;
    let how = How::default();
    let clock = how.clock.clone();
    let opened = open_or_create(&arguments.data, arguments.region.as_deref(), how)?;
    let snapshot = opened.running.world.load_full();
    let job = ImportJob {
        kind,
        plan: plan(&snapshot, mapping, arguments, clock())?,
        default_source: source_of(&arguments.file),
        dry_run: arguments.dry_run,
    };
    let importer = Importer {
        writer: &opened.running.writer,
        world: &opened.running.world,
        data: arguments.data.clone(),
    };
    let mut listener =
        Told { progress: Progress::begin("importing", bytes), rows: 0, rejects: rejects.as_mut() };
    let outcome = import(&importer, input, &job, &mut listener);
    listener.progress.end();
    let closed = close(opened, Leaving::CheckpointIfWorthIt);
    let report = outcome?;
    closed?;
    if let Some(rejects) = rejects {
        rejects.finish()?;
    }
    if let Some(path) = &arguments.report {
        let json = serde_json::to_vec_pretty(&report).expect("a report is plain data");
        std::fs::write(path, json).map_err(|error| Failure::of_file(path, &error))?;
    }
    tell(&report, arguments.dry_run);
    Ok(if report.rejected > 0 { Outcome::SomeRejected } else { Outcome::Done })
}

fn plan(
    snapshot: &Snapshot,
    mapping: Mapping,
    arguments: &Arguments,
    now: crate::domain::Timestamp,
) -> Result<ReadPlan, Failure> {
    let region = snapshot.dictionary.region.as_ref();
    let region = region.ok_or_else(|| Failure::failed("atlas_without_region", Vec::new()))?;
    let zone = Zone::parse(&region.time_zone);
    Ok(ReadPlan {
        format: format_of(&mapping, arguments),
        mapping,
        zone: zone.ok_or_else(|| Failure::failed("atlas_without_region", Vec::new()))?,
        region_bounds: Bounds::parse_degrees(region.bounds).ok(),
        now,
        limits: Limits::default(),
    })
}

fn read_mapping(path: Option<&Path>, kind: RowKind) -> Result<Mapping, Failure> {
    let Some(path) = path else { return Ok(Mapping::default()) };
    let text = std::fs::read_to_string(path).map_err(|error| Failure::of_file(path, &error))?;
    Ok(Mapping::parse(&text, kind)?)
}

/// The format by the arguments, the mapping or the file's name; `None`: what its first bytes look like.
fn format_of(mapping: &Mapping, arguments: &Arguments) -> Option<Format> {
    let by_name = || Format::of_path(&arguments.file);
    arguments.format.map(FormatArgument::format).or(mapping.format()).or_else(by_name)
}

/// Refuses a file that cannot be read to its end, and goes back to its beginning.
fn check_whole(
    input: &mut File,
    bytes: u64,
    mapping: &Mapping,
    arguments: &Arguments,
) -> Result<(), Failure> {
    let (format, kind) = (format_of(mapping, arguments), arguments.kind.row_kind());
    let mut progress = Progress::begin("reading_through", bytes);
    let checked =
        check_structure(&mut *input, format, mapping, kind, Limits::default(), &mut |n| progress.add(n));
    progress.end();
    checked?;
    input.rewind().map_err(|error| Failure::of_file(&arguments.file, &error))
}

/// The file, or what comes through a pipe as one, with its length.
fn open_input(path: &Path) -> Result<(File, u64), Failure> {
    let unusable = |error: io::Error| Failure::of_file(path, &error);
    let mut file = if path == Path::new("-") {
        spooled(&mut io::stdin().lock()).map_err(unusable)?
    } else {
        File::open(path).map_err(unusable)?
    };
    let meta = file.metadata().map_err(unusable)?;
    if meta.is_dir() {
        return Err(Failure::unusable("file_is_directory", vec![("path", path.display().to_string())]));
    }
    if meta.is_file() {
        return Ok((file, meta.len()));
    }
    let spooled = spooled(&mut file).map_err(unusable)?;
    let bytes = spooled.metadata().map_err(unusable)?.len();
    Ok((spooled, bytes))
}

/// A stream, written down: a file without a name, in the system's folder for such files, which is gone with this process.
/// A stream can be read only once, and that it was cut short shows only at its end.
fn spooled(stream: &mut dyn Read) -> io::Result<File> {
    let name = format!("atlas-import-{:032x}", u128::from_le_bytes(random_bytes()));
    let path = std::env::temp_dir().join(name);
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    io::copy(stream, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// The source of rows that name none: the file's name without endings.
fn source_of(path: &Path) -> String {
    let name =
        path.file_name().map_or_else(|| "stdin".to_owned(), |name| name.to_string_lossy().into_owned());
    let stem = name.split('.').next().filter(|stem| !stem.is_empty() && *stem != "-");
    stem.unwrap_or("stdin").to_owned()
}

struct Told<'a> {
    progress: Progress,
    rows: u64,
    rejects: Option<&'a mut Rejects>,
}

impl Listener for Told<'_> {
    fn progress(&mut self, bytes: u64, rows: u64) {
        self.rows += rows;
        self.progress.add(bytes);
        self.progress.tell(self.rows.to_string());
    }

    fn rejected(&mut self, rejection: &Rejection) {
        if let Some(rejects) = &mut self.rejects {
            rejects.put(rejection);
        }
    }
}

/// The file of all rejected rows.
struct Rejects {
    path: PathBuf,
    out: io::BufWriter<File>,
    writer: CsvWriter,
    failed: Option<io::Error>,
}

impl Rejects {
    fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| Failure::of_file(path, &error))?;
        let mut rejects = Self {
            path: path.to_owned(),
            out: io::BufWriter::new(file),
            writer: CsvWriter::new(b','),
            failed: None,
        };
        rejects.row(["row", "field", "rule", "got"].map(Value::Text));
        Ok(rejects)
    }

    fn put(&mut self, r: &Rejection) {
        self.row([Value::Int(r.row as i64), Value::Text(&r.field), Value::Text(r.rule), Value::Text(&r.got)]);
    }

    fn row(&mut self, cells: [Value<'_>; 4]) {
        let mut line = Vec::new();
        self.writer.row(&mut line, cells);
        if let Err(error) = self.out.write_all(&line) {
            self.failed.get_or_insert(error);
        }
    }

    fn finish(mut self) -> Result<(), Failure> {
        let written = self.failed.take().map_or(Ok(()), Err).and_then(|()| self.out.flush());
        written.map_err(|error| Failure::of_file(&self.path, &error))
    }
}

fn tell(report: &ImportReport, dry_run: bool) {
    let n = |n: u64| n.to_string();
    let key = if dry_run { "import_would_do" } else { "import_done" };
    let (accepted, updated) = (n(report.accepted), n(report.updated));
    let (unchanged, rejected) = (n(report.unchanged), n(report.rejected));
    say::note(
        key,
        &[("accepted", &accepted), ("updated", &updated), ("unchanged", &unchanged), ("rejected", &rejected)],
    );
    for warning in report.warnings.iter().take(20) {
        let words = text(say::language(), &format!("warning.{}", warning.rule), &[]);
        let (count, value) = (n(warning.count), warning.value.as_str());
        say::note("import_warning", &[("words", &words), ("value", value), ("count", &count)]);
    }
    if report.warnings.len() > 20 {
        say::note("import_more_warnings", &[("count", &n(report.warnings.len() as u64 - 20))]);
    }
    for rejection in report.rejections.iter().take(5) {
        let words = text(say::language(), rejection.rule, &[]);
        let row = n(rejection.row);
        let arguments =
            [("row", row.as_str()), ("field", &rejection.field), ("words", &words), ("got", &rejection.got)];
        say::note("import_rejection", &arguments);
    }
}
