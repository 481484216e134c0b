//! Why a command failed, in words and as an exit code.

use std::path::Path;

use crate::formats::FileError;
use crate::formats::mapping::MappingError;
use crate::formats::region_pack::PackFault;
use crate::journal::JournalError;
use crate::messages::{Language, text};
use crate::service::ReadError;
use crate::service::basemap::{BasemapError, TileFileError};
use crate::service::import::ImportError;
use crate::service::priors::PriorsError;
use crate::service::setup::SetupError;
use crate::writer::WriteError;
use crate::writer::open::OpenError;

/// Failed for a reason that is not in the input.
const FAILED: u8 = 1;
/// The input, or the way the command was called, cannot be used.
const UNUSABLE: u8 = 2;

/// A failure: a sentence of the catalogue with its values, and an exit code.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    key: String,
    arguments: Vec<(&'static str, String)>,
}

impl Failure {
    /// A failure for a reason that is not in the input.
    #[must_use]
    pub fn failed(key: &str, arguments: Vec<(&'static str, String)>) -> Self {
        Self { code: FAILED, key: key.to_owned(), arguments }
    }

    /// Input that cannot be used.
    #[must_use]
    pub fn unusable(key: &str, arguments: Vec<(&'static str, String)>) -> Self {
        Self { code: UNUSABLE, key: key.to_owned(), arguments }
    }

    /// The exit code.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.code
    }

    /// The sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let arguments: Vec<(&str, &str)> = self.arguments.iter().map(|(n, v)| (*n, v.as_str())).collect();
        text(language, &self.key, &arguments)
    }

    /// A file that cannot be read or written.
    #[must_use]
    pub fn of_file(path: &Path, error: &std::io::Error) -> Self {
        Self::unusable(
            "file_unusable",
            vec![("path", path.display().to_string()), ("error", error.to_string())],
        )
    }
}

impl From<PriorsError> for Failure {
    fn from(error: PriorsError) -> Self {
        match error {
            PriorsError::File { path, error } => Self::of_file(&path, &error),
            PriorsError::Flaw { path, flaw } => {
                Self::unusable("file_unusable", vec![("path", path.display().to_string()), ("error", flaw)])
            }
            PriorsError::Exists(path) => {
                Self::unusable("priors_exist", vec![("path", path.display().to_string())])
            }
        }
    }
}

impl From<BasemapError> for Failure {
    fn from(error: BasemapError) -> Self {
        match error {
            BasemapError::NotOneSource => Self::unusable("basemap_not_one_source", Vec::new()),
            BasemapError::Attribution { allowed } => {
                Self::unusable("basemap_attribution", vec![("allowed", allowed.to_string())])
            }
            BasemapError::Address { got } => {
                let places = ("places", "{z}, {x}, {y}".to_owned());
                Self::unusable("basemap_address", vec![("got", got), places])
            }
            BasemapError::LastZoom => Self::unusable("basemap_last_zoom", Vec::new()),
            BasemapError::File { path, error: TileFileError::Io(error) } => Self::of_file(&path, &error),
            BasemapError::File { path, error } => {
                let path = ("path", path.display().to_string());
                Self::unusable("basemap_file", vec![path, ("error", error.to_string())])
            }
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let path = |path: &Path| vec![("path", path.display().to_string())];
        match &error {
            OpenError::Absent(p) => Self::unusable("data_absent", path(p)),
            OpenError::NotADirectory(p) => Self::unusable("data_not_a_directory", path(p)),
            OpenError::NotAnAtlas(p) => Self::unusable("data_not_an_atlas", path(p)),
            OpenError::ReadOnly(p) => Self::unusable("data_read_only", path(p)),
            OpenError::InUse { path: p, holder } => {
                let holder = ("holder", holder.clone());
                Self::failed("data_in_use", [path(p), vec![holder]].concat())
            }
            OpenError::OutOfSpace(p) => Self::failed("data_out_of_space", path(p)),
            OpenError::Journal(error) => Self::from_journal(error),
            OpenError::Store(error) => Self::failed("store_broken", vec![("error", error.to_string())]),
        }
    }
}

impl Failure {
    fn from_journal(error: &JournalError) -> Self {
        match error {
            JournalError::Newer { path, format } => {
                let arguments = vec![
                    ("path", path.display().to_string()),
                    ("format", format.to_string()),
                    ("known", crate::journal::FORMAT.to_string()),
                ];
                Self::unusable("written_by_newer", arguments)
            }
            JournalError::Damaged { path, offset, what } => {
                let arguments = vec![
                    ("path", path.display().to_string()),
                    ("offset", offset.to_string()),
                    ("what", (*what).to_owned()),
                ];
                Self::failed("journal_damaged", arguments)
            }
            JournalError::EndsEarly { journal, what, other } => {
                let arguments = vec![
                    ("journal", journal.to_string()),
                    ("what", (*what).to_owned()),
                    ("other", other.to_string()),
                ];
                Self::failed("journal_ends_early", arguments)
            }
            JournalError::Io { path, source, .. } => {
                let arguments = vec![("path", path.display().to_string()), ("error", source.to_string())];
                Self::failed("file_unusable", arguments)
            }
            JournalError::Poisoned => Self::failed("journal_poisoned", Vec::new()),
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::from_journal(&error)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::DiskFull => Self::failed("error.disk-full", Vec::new()),
            other => Self::failed("write_failed", vec![("error", other.to_string())]),
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::Journal(error) => error.into(),
            SetupError::Write(error) => error.into(),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::unusable(error.rule(), error.arguments())
    }
}

impl From<MappingError> for Failure {
    fn from(error: MappingError) -> Self {
        Self::unusable(error.rule(), error.arguments())
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(error) => error.into(),
            ImportError::Write(error) => error.into(),
            ImportError::Journal(error) => error.into(),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Invalid(invalid) => {
                let arguments = vec![
                    ("parameter", invalid.parameter.to_owned()),
                    ("got", invalid.got),
                    ("allowed", invalid.allowed),
                ];
                Self::unusable(invalid.rule, arguments)
            }
            ReadError::NotFound(what) => Self::unusable("unknown_thing", vec![("what", what.to_owned())]),
            ReadError::Store(error) => Self::failed("store_broken", vec![("error", error.to_string())]),
            ReadError::Known(error) => Self::failed("store_broken", vec![("error", error.to_string())]),
            ReadError::Priors(error) => error.into(),
            ReadError::File(error) => error.into(),
        }
    }
}

impl From<Vec<PackFault>> for Failure {
    /// The first fault; a pack is checked by its own script, which names them all.
    fn from(faults: Vec<PackFault>) -> Self {
        match faults.first() {
            Some(fault) => Self::unusable(fault.rule, fault.arguments()),
            None => Self::unusable("region_pack_missing", Vec::new()),
        }
    }
}
