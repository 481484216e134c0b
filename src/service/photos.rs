//! Photos of problems: published by whoever moderates, served while a public problem names them, taken off.
//!
//! A picture is made fit ([`crate::render::photo`]) and durable under its hash before the record names it. A card of an earlier
//! day shows the photos of that day which stand today: what was taken off was taken off for a reason.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, TryLockError};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::access::AccessError;
use super::filter::{Invalid, Moment};
use super::known::Known;
use super::public::is_public_problem;
use super::{Atlas, ReadError, Reading};
use crate::domain::problem::{MAX_ALT_CHARS, MIN_ALT_CHARS, Photo};
use crate::domain::role::Permission;
use crate::domain::token::Token;
use crate::domain::{Actor, Problem, Timestamp};
use crate::journal::disk::RealDisk;
use crate::journal::{JournalError, blobs};
use crate::render::photo::{PhotoFault, publishable};
use crate::writer::operations::photos::{PublishPhoto, Publisher, RemovePhoto};
use crate::writer::planner::Operation;
use crate::writer::{Committed, WriteError};

pub use crate::render::photo::{MAX_MEGAPIXELS, MEDIA_TYPES, is_taken};

/// Where the files of photos are, and the one place at which they are made.
pub struct PhotoShelf {
    data: PathBuf,
    making: Mutex<()>,
}

impl PhotoShelf {
    /// The shelf of a data directory.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self { data: data.to_owned(), making: Mutex::new(()) }
    }

    /// Makes a picture fit to be published, and durable. One at a time: an unpacked one may take 200 MB.
    fn take_in(&self, bytes: &[u8], has_room: impl FnOnce(u64) -> bool) -> Result<String, PhotoError> {
        let _alone = match self.making.try_lock() {
            Ok(guard) => guard,
            // Nothing is kept in it that could be broken.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(WriteError::Busy.into()),
        };
        let jpeg = publishable(bytes)?;
        if !has_room(jpeg.len() as u64) {
            return Err(WriteError::DiskFull.into());
        }
        blobs::put(&RealDisk, &self.data, &jpeg).map_err(|error| match error.is_out_of_space() {
            true => WriteError::DiskFull.into(),
            false => PhotoError::File(error),
        })
    }
}

/// A photo as whoever moderates sends it.
#[derive(Debug, Clone, Copy)]
pub struct NewPhoto<'a> {
    /// Words for those who cannot see it.
    pub alt: Option<&'a str>,
    /// When it was taken.
    pub taken_at: Option<Moment>,
    /// The bytes of the picture.
    pub bytes: &'a [u8],
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhotoTaken {
    /// Public id of the problem.
    pub problem: String,
    /// Where the photo is.
    pub url: String,
    /// The version of the world that holds it.
    pub version: u64,
    /// It was there already.
    pub known: bool,
}

/// Why a photo is not published, or not taken off.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// Whoever asks may not.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A value of the request is not allowed, or there is no such problem.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The picture is not taken.
    #[error(transparent)]
    Picture(#[from] PhotoFault),
    /// Its file cannot be written.
    #[error(transparent)]
    File(JournalError),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<Invalid> for PhotoError {
    fn from(invalid: Invalid) -> Self {
        Self::Read(invalid.into())
    }
}

impl Atlas {
    /// Publishes a photo of a problem: when this returns, it is on disk, visible and announced. Blocks.
    pub fn publish_photo(
        &self,
        token: Option<&str>,
        id: &str,
        new: &NewPhoto<'_>,
    ) -> Result<PhotoTaken, PhotoError> {
        let token = self.authenticate(token, Permission::PublishPhotos)?;
        let reading = self.read();
        let (problem, _) = self.public_problem(&reading, id)?;
        let alt = checked_alt(new.alt)?;
        let taken_at = checked_moment(&reading, new.taken_at)?;
        // The writer refuses too, but a file that nobody will name need not be made.
        if self.health() == super::Health::ReadOnly {
            return Err(WriteError::ReadOnly.into());
        }
        let blob = self.photos.take_in(new.bytes, |bytes| self.space.has_room_for(bytes))?;
        let url = photo_url(id, &blob);
        let photo = Photo { blob, taken_at, alt };
        let operation = PublishPhoto { problem: problem.no, photo, publisher: publisher(&token) };
        let committed = self.written(operation)?;
        Ok(PhotoTaken { problem: id.to_owned(), url, version: committed.version, known: committed.answer })
    }

    /// Takes a photo off a problem; returns the version of the world without it. Blocks.
    pub fn remove_photo(&self, token: Option<&str>, id: &str, blob: &str) -> Result<u64, PhotoError> {
        let token = self.authenticate(token, Permission::PublishPhotos)?;
        let (problem, _) = self.public_problem(&self.read(), id)?;
        let operation =
            RemovePhoto { problem: problem.no, blob: blob.to_owned(), publisher: publisher(&token) };
        Ok(self.written(operation)?.version)
    }

    fn written<O: Operation>(&self, operation: O) -> Result<Committed<O::Answer>, WriteError> {
        self.writer.submit(operation)?.blocking_recv().unwrap_or(Err(WriteError::Unavailable))
    }

    /// The name of a photo that a public problem shows now. Cost: one page of the store.
    pub fn find_photo(&self, id: &str, blob: &str) -> Result<String, ReadError> {
        let (problem, _) = self.public_problem(&self.read(), id)?;
        let found = problem.photos.into_iter().find(|photo| photo.blob == blob);
        Ok(found.ok_or(ReadError::NotFound("photo"))?.blob)
    }

    /// The bytes of a photo that [`Atlas::find_photo`] found.
    pub fn photo_bytes(&self, blob: &String) -> Result<Vec<u8>, ReadError> {
        Ok(blobs::read(&self.photos.data, blob)?)
    }

    /// The photos of a problem, as its card tells of them; `id` is its public id.
    pub(super) fn photos_of(
        &self,
        reading: &Reading,
        problem: &Problem,
        id: &str,
    ) -> Result<Vec<Json>, ReadError> {
        // What was known is a record of its own, so what stands today is asked for apart.
        let now = if reading.past { self.problem_record(&Known::default(), problem.no)? } else { None };
        let standing = now.filter(|(now, _)| is_public_problem(now)).map(|(now, _)| now.photos);
        let stands =
            |photo: &&Photo| !reading.past || standing.iter().flatten().any(|now| now.blob == photo.blob);
        let told = |photo: &Photo| {
            let taken_at = photo.taken_at.map(|t| t.to_string());
            json!({ "url": photo_url(id, &photo.blob), "alt": photo.alt, "taken_at": taken_at })
        };
        Ok(problem.photos.iter().filter(stands).map(told).collect())
    }
}

/// Where a photo is served.
fn photo_url(id: &str, blob: &str) -> String {
    format!("/photos/{id}/{blob}.jpg")
}

fn publisher(token: &Token) -> Publisher {
    let actor = Actor { role: token.role, body: None, token: Some(token.no) };
    Publisher { actor, scope: token.scope.clone() }
}

fn checked_alt(alt: Option<&str>) -> Result<String, Invalid> {
    let alt = alt.unwrap_or("").trim();
    let fits = (MIN_ALT_CHARS..=MAX_ALT_CHARS).contains(&alt.chars().count());
    let wrong = || Invalid::new("alt", "alt_length", alt, format!("{MIN_ALT_CHARS}…{MAX_ALT_CHARS}"));
    fits.then(|| alt.to_owned()).ok_or_else(wrong)
}

/// A day is kept as its first moment in the region.
fn checked_moment(reading: &Reading, asked: Option<Moment>) -> Result<Option<Timestamp>, Invalid> {
    let moment = match asked {
        None => return Ok(None),
        Some(Moment::Day(day)) => reading.snapshot.dictionary.calendar.zone().start_of(day),
        Some(Moment::At(moment)) => moment,
    };
    if moment > reading.now {
        return Err(Invalid::new(
            "taken_at",
            "in_the_future",
            &moment.to_string(),
            format!("… {}", reading.now),
        ));
    }
    Ok(Some(moment))
}

/// What is allowed of a picture, for whoever is told of a [`PhotoFault`]: rule and bound.
#[must_use]
pub fn allowed_of(fault: PhotoFault) -> (&'static str, String) {
    match fault {
        PhotoFault::Unreadable => ("not_a_picture", MEDIA_TYPES.to_owned()),
        PhotoFault::TooManyPixels => ("too_many_pixels", MAX_MEGAPIXELS.to_string()),
    }
}
