//! Priors that were published for a period and are held until the next: data with a version, beside the goalposts.
//!
//! Answers: "which priors hold on this day?" Without published ones a rating estimates them from the problems that it rates, and
//! a municipality's level may move a little because others changed. Published ones are files in `priors/` of the data
//! directory, named by the day from which they hold, and part of a backup; what they say goes into the fingerprint and into the
//! answer (`priors.version`), so a rating can be repeated by whoever has them.
//!
//! # Edges
//!
//! Priors of another method are passed over: its indicators and groups may be others. A day before the first published
//! ones has none. They can only be published for days that are not over, so no final answer changes.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::units::moments;
use super::{Atlas, ReadError, Reading};
use crate::analytics::estimates::Priors;
use crate::analytics::method::Method;
use crate::analytics::rating::{Held, rate_units};

/// Where published priors lie in a data directory.
const FOLDER: &str = "priors";

/// Priors as they were published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// First day on which they hold.
    pub valid_from: Date,
    /// Version of the method that they were estimated by.
    pub method_version: String,
    /// The priors, with their version.
    pub priors: Priors,
}

/// Why priors cannot be read or published.
#[derive(Debug, thiserror::Error)]
pub enum PriorsError {
    /// The file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file says something that makes no sense.
    #[error("{path}: {flaw}")]
    Flaw {
        /// Which.
        path: PathBuf,
        /// What.
        flaw: String,
    },
    /// There are published priors from that day on already.
    #[error("{0} exists")]
    Exists(PathBuf),
}

impl Published {
    fn read(path: &Path) -> Result<Self, PriorsError> {
        let text = std::fs::read_to_string(path).map_err(of_file(path))?;
        let flaw = |flaw: String| PriorsError::Flaw { path: path.to_owned(), flaw };
        let published: Self = serde_json::from_str(&text).map_err(|error| flaw(error.to_string()))?;
        published.priors.check().map_err(flaw)?;
        Ok(published)
    }

    /// Those that hold on a day, of all in a data directory; `None` when there are none.
    ///
    /// Cost: one small file, after a look at the names of all.
    pub fn on(data: &Path, day: Date, method: &Method) -> Result<Option<Self>, PriorsError> {
        let folder = data.join(FOLDER);
        if !folder.exists() {
            return Ok(None);
        }
        let names = std::fs::read_dir(&folder).map_err(of_file(&folder))?;
        let from = |path: &PathBuf| path.file_stem()?.to_str()?.parse::<Date>().ok();
        let paths = names.flatten().map(|entry| entry.path());
        let mut paths: Vec<(Date, PathBuf)> = paths.filter_map(|path| Some((from(&path)?, path))).collect();
        paths.retain(|(from, path)| *from <= day && path.extension().is_some_and(|e| e == "json"));
        paths.sort_unstable();
        for (_, path) in paths.iter().rev() {
            let found = Self::read(path)?;
            if found.method_version == method.version {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Writes them into a data directory; the file is complete when this returns, or not there.
    pub fn publish(&self, data: &Path) -> Result<PathBuf, PriorsError> {
        let folder = data.join(FOLDER);
        let path = folder.join(format!("{}.json", self.valid_from));
        if path.exists() {
            return Err(PriorsError::Exists(path));
        }
        let text = serde_json::to_string_pretty(self).expect("priors are plain data");
        let temporary = path.with_extension("partial");
        let written = std::fs::create_dir_all(&folder).and_then(|()| {
            let mut file = File::create(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&temporary, &path)?;
            File::open(&folder)?.sync_all()
        });
        written.map_err(of_file(&path))?;
        Ok(path)
    }
}

fn of_file(path: &Path) -> impl FnOnce(std::io::Error) -> PriorsError {
    let path = path.to_owned();
    move |error| PriorsError::File { path, error }
}

impl Atlas {
    /// The priors that hold on the day of a reading.
    pub(super) fn published_priors(&self, reading: &Reading) -> Result<Option<Published>, ReadError> {
        let day = reading.snapshot.dictionary.calendar.zone().day_of(reading.now);
        Ok(Published::on(self.space.data(), day, Method::builtin())?)
    }

    /// Estimates priors from the world of a reading, to hold from `valid_from` on. Their version is the day of that world.
    ///
    /// Cost: that of [`Atlas::units`] and of one rating.
    pub fn estimate_priors(&self, reading: &Reading, valid_from: Date) -> Result<Published, ReadError> {
        let (units, method) = (self.units(reading)?, Method::builtin());
        let day = reading.snapshot.dictionary.calendar.zone().day_of(reading.now);
        let estimated = rate_units(&units, moments(reading), method, &Held::default()).priors;
        let priors = Priors { version: Some(day.to_string()), ..estimated };
        Ok(Published { valid_from, method_version: method.version.clone(), priors })
    }
}
