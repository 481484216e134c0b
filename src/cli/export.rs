//! `atlas export`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::failure::Failure;
use super::opening::{How, open_atlas, system_clock};
use super::{CommandResult, Outcome, say};
use crate::pages::planner;
use crate::service::Atlas;
use crate::service::archives::{ArchiveError, ArchiveFailure};
use crate::service::export::{ExportError, ExportForm};
use crate::service::features::Collection;
use crate::service::filter::Filter;
use crate::service::geopackages::PackageRequest;
use crate::writer::core::Leaving;

/// Writes all problems, appeals, municipalities, settlements or the rating into a file.
///
/// Example: atlas export problems --data var/demo --format csv -o problems.csv
#[derive(clap::Args)]
pub struct Arguments {
    /// What to write.
    what: What,
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// The format.
    #[arg(long, default_value = "geojson")]
    format: Form,
    /// The file; standard output without it.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Problems,
    Appeals,
    Municipalities,
    Settlements,
    Ratings,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Geojson,
    Geojsonseq,
    Csv,
    Gpkg,
}

/// Writes the file.
pub fn run(arguments: &Arguments) -> CommandResult {
    let collection = match arguments.what {
        What::Problems => Collection::Problems,
        What::Appeals => Collection::Appeals,
        What::Municipalities => Collection::Municipalities,
        What::Settlements => Collection::Settlements,
        What::Ratings => Collection::Ratings,
    };
    let form = match arguments.format {
        Form::Geojson => Some(ExportForm::GeoJson),
        Form::Geojsonseq => Some(ExportForm::GeoJsonSeq),
        Form::Csv => Some(ExportForm::Csv),
        Form::Gpkg => None,
    };
    if form.is_none() && arguments.output.is_none() {
        return Err(Failure::unusable("geopackage_needs_a_file", Vec::new()));
    }
    let path = arguments.output.clone().unwrap_or_else(|| PathBuf::from("-"));
    let failed = |error: &io::Error| Failure::of_file(&path, error);
    let mut out: Box<dyn Write> = match &arguments.output {
        Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|error| failed(&error))?)),
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let (atlas, thread) = open_atlas(&arguments.data, How::default())?.into_atlas(system_clock());
    let written = match form {
        Some(form) => {
            atlas.export(collection, &Filter::default(), form, &mut *out).map_err(|error| match error {
                ExportError::Read(error) => error.into(),
                ExportError::Write(error) => failed(&error),
            })
        }
        None => write_package(&atlas, collection, &path),
    };
    let flushed = out.flush();
    drop((atlas, out));
    thread.stop(Leaving::AsItIs)?;
    let written = written?;
    flushed.map_err(|error| failed(&error))?;
    say::note("export_done", &[("count", &written.to_string())]);
    Ok(Outcome::Done)
}

/// Writes a GeoPackage over the empty file at `path`: a database is not written from front to back.
fn write_package(atlas: &Atlas, collection: Collection, path: &Path) -> Result<u64, Failure> {
    let reading = atlas.read();
    let words = planner::words(say::language(), &reading, collection, None);
    let request = PackageRequest::new(reading, collection, Filter::default(), words)?;
    atlas.write_package(&request, path, u64::MAX).map_err(|failure| match failure {
        ArchiveFailure::Read(error) => error.into(),
        ArchiveFailure::Write(ArchiveError::Io(error)) => Failure::of_file(path, &error),
        other => Failure::of_file(path, &io::Error::other(other.to_string())),
    })
}
