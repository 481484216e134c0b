//! A new atlas from a region pack.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::change::IdentityKey;
use crate::domain::region::Notice;
use crate::domain::{Category, Record};
use crate::formats::region_pack::{Outline, RegionPack};
use crate::journal::disk::RealDisk;
use crate::journal::{JournalError, blobs};
use crate::records::boundary;
use crate::snapshot::Boundaries;
use crate::writer::operations::dictionary::LoadRegion;
use crate::writer::{WriteError, Writer};

/// Why an atlas cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A boundary cannot be made durable.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The atlas cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Puts a region pack into an atlas without anything in it.
///
/// `notice` marks the data as invented. `key` is the key of the identity hashes: random, or of a seed for a demo.
pub fn load_region(
    writer: &Writer,
    data: &Path,
    pack: &RegionPack,
    key: IdentityKey,
    notice: Option<Notice>,
) -> Result<(), SetupError> {
    let mut municipalities = pack.municipalities.clone();
    let mut boundaries = Boundaries::new();
    // Each waits for the disk, so they wait together.
    let put = |outline: &Outline| blobs::put(&RealDisk, data, &boundary::encode(&outline.shape));
    let blobs: Vec<String> = pack.outlines.par_iter().map(put).collect::<Result<_, _>>()?;
    for (outline, blob) in pack.outlines.iter().zip(blobs) {
        boundaries.insert(blob.clone(), Arc::new(outline.shape.clone()));
        if let Some(municipality) = municipalities.iter_mut().find(|m| m.no == outline.municipality) {
            let version = municipality.current_mut();
            version.boundary = Some(blob);
            version.approximate = outline.approximate;
        }
    }
    let mut region = pack.settings.region.clone();
    region.invented = notice;
    let mut records = vec![Record::Region(region), Record::IdentityKey(key)];
    records.extend(municipalities.into_iter().map(Record::Municipality));
    records.extend(pack.settlements.iter().cloned().map(Record::Settlement));
    records.extend(pack.bodies.iter().cloned().map(Record::Body));
    records.extend(categories(pack).map(Record::Category));
    let rules = pack.deadline_rules.iter().cloned().enumerate();
    records.extend(rules.map(|(no, rule)| Record::DeadlineRule(no as u16, rule)));
    records.extend(pack.calendar.iter().cloned().map(Record::CalendarYear));
    writer.execute_blocking(LoadRegion { records, boundaries })?;
    Ok(())
}

/// The pack's categories; sub-categories of the fast track are further names of their types.
fn categories(pack: &RegionPack) -> impl Iterator<Item = Category> + '_ {
    pack.categories.iter().cloned().map(|mut category| {
        let own = pack.fast_track.iter().filter(|f| f.type_code == category.code);
        category.aliases.extend(own.map(|f| f.subcategory_ru.clone()));
        category
    })
}
