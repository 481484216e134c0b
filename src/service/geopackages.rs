//! Whole collections as GeoPackages: the rows of the other exports, in tables that QGIS edits, styles and joins.
//!
//! A GeoPackage is a database and cannot be sent while it is written, so it is made in a file, like an archive of tiles, on
//! the same shelf and in the same turn. The same world, question and words give the same bytes. Points, lines and
//! areas of the problems are three tables (`problems_points`, `problems_lines`, `problems_areas`), the same three as in the
//! planner's layer definition, so its styles fit; collections of one geometry are one table of their name. Which columns there
//! are is written here once more, beside [`super::public`], because a table has types even when it has no row.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::archives::{Archive, ArchiveFailure};
use super::export::{self, PAGE};
use super::features::{Collection, Feature, FeatureQuery};
use super::filter::{Filter, Invalid};
use super::public::OwnedValue;
use super::{Atlas, ReadError, Reading};
use crate::analytics::indicators::Indicator;
pub use crate::archive::geopackage::Kind;
use crate::archive::geopackage::{Cell, Column, Contents, Form, Writer, empty_bytes, feature_bytes, form_of};

/// Most bytes of a GeoPackage that is sent: about 900,000 problems. One written by a command may have any size.
pub const MAX_BYTES: u64 = 512 << 20;

/// Columns of problems, in the order of [`super::public::PublicProblem::properties`].
const PROBLEM: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("title", Kind::Text),
    ("category", Kind::Text),
    ("category_name", Kind::Text),
    ("sphere", Kind::Text),
    ("status", Kind::Text),
    ("overdue", Kind::Boolean),
    ("severity", Kind::Integer),
    ("municipality", Kind::Text),
    ("municipality_name", Kind::Text),
    ("responsible", Kind::Text),
    ("responsible_name", Kind::Text),
    ("level", Kind::Text),
    ("registered_at", Kind::Moment),
    ("baseline_due", Kind::Moment),
    ("current_due", Kind::Moment),
    ("resolved_at", Kind::Moment),
    ("slip_days", Kind::Integer),
    ("cost_rub", Kind::Real),
    ("cost_class", Kind::Text),
    ("n_appeals", Kind::Integer),
    ("n_supporters", Kind::Integer),
    (CHANGED, Kind::Moment),
    ("quality", Kind::Text),
];

/// The property that tells when a record was changed last.
const CHANGED: &str = "updated_at";

const APPEAL: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("category", Kind::Text),
    ("status", Kind::Text),
    ("municipality", Kind::Text),
    ("received_at", Kind::Moment),
    ("due_at", Kind::Moment),
    ("answered_at", Kind::Moment),
    ("problem", Kind::Text),
    ("quality", Kind::Text),
];

const MUNICIPALITY: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("slug", Kind::Text),
    ("name_ru", Kind::Text),
    ("name_en", Kind::Text),
    ("short_name_ru", Kind::Text),
    ("kind", Kind::Text),
    ("oktmo", Kind::Text),
    ("population", Kind::Integer),
    ("area_km2", Kind::Real),
    ("approximate", Kind::Boolean),
    ("valid_from", Kind::Date),
    ("valid_to", Kind::Date),
];

const SETTLEMENT: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("name_ru", Kind::Text),
    ("name_en", Kind::Text),
    ("kind", Kind::Text),
    ("municipality", Kind::Text),
    ("population", Kind::Integer),
];

/// Nothing asks for a GeoPackage of hot spots, which change with every method.
const HOTSPOT: &[(&str, Kind)] = &[("id", Kind::Text)];

/// Columns of the rating before the indicators, which are decimal numbers.
const RATING: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("size_group", Kind::Text),
    ("score", Kind::Real),
    ("level", Kind::Real),
    ("trend", Kind::Real),
    ("tier", Kind::Text),
    ("rank", Kind::Integer),
    ("rank_median", Kind::Integer),
    ("rank_low", Kind::Integer),
    ("rank_high", Kind::Integer),
    ("p_top3", Kind::Real),
    ("p_bottom3", Kind::Real),
    ("p_improved", Kind::Real),
    ("missing_weight", Kind::Real),
];

/// Columns of the rating after the indicators.
const RATING_END: &[(&str, Kind)] = &[
    ("as_of", Kind::Text),
    ("method_version", Kind::Text),
    ("seed", Kind::Text),
    ("inputs_hash", Kind::Text),
];

/// What people read in a GeoPackage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// What the file is.
    pub about: String,
    /// What the columns mean, by name.
    pub meanings: Vec<(&'static str, String)>,
}

/// What is asked for.
pub struct PackageRequest {
    reading: Reading,
    collection: Collection,
    filter: Filter,
    words: Words,
}

impl PackageRequest {
    /// Asks for all features of a collection that the filter takes. Errors: unknown names in the filter.
    pub fn new(
        reading: Reading,
        collection: Collection,
        filter: Filter,
        words: Words,
    ) -> Result<Self, ReadError> {
        export::check(&reading, collection, &filter)?;
        Ok(Self { reading, collection, filter, words })
    }

    /// Everything on which the bytes depend.
    fn scope(&self) -> String {
        let features = export::scope(&self.reading, self.collection, &self.filter);
        format!("gpkg/{features}/{:?}", self.words)
    }
}

/// The names of a collection's columns with what stands in them.
#[must_use]
pub fn columns(collection: Collection) -> Vec<(&'static str, Kind)> {
    match collection {
        Collection::Problems => PROBLEM.to_vec(),
        Collection::Appeals => APPEAL.to_vec(),
        Collection::Municipalities => MUNICIPALITY.to_vec(),
        Collection::Settlements => SETTLEMENT.to_vec(),
        Collection::Hotspots => HOTSPOT.to_vec(),
        Collection::Ratings => {
            let indicators = Indicator::ALL.map(|indicator| (indicator.id(), Kind::Real));
            [RATING, &indicators, RATING_END].concat()
        }
    }
}

const fn forms(collection: Collection) -> &'static [Form] {
    match collection {
        Collection::Problems => &[Form::Points, Form::Lines, Form::Areas],
        Collection::Appeals | Collection::Settlements => &[Form::Points],
        Collection::Municipalities | Collection::Hotspots | Collection::Ratings => &[Form::Areas],
    }
}

fn described(collection: Collection, words: &Words) -> Vec<Column> {
    let meaning = |name: &str| words.meanings.iter().find(|(known, _)| *known == name);
    let column = |(name, kind)| Column {
        name,
        kind,
        meaning: meaning(name).map_or_else(String::new, |(_, text)| text.clone()),
    };
    columns(collection).into_iter().map(column).collect()
}

fn cells<'a>(feature: &'a Feature, columns: &[(&'static str, Kind)]) -> Vec<Cell<'a>> {
    columns.iter().map(|(name, _)| feature.property(name).map_or(Cell::Null, cell)).collect()
}

fn cell(value: &OwnedValue) -> Cell<'_> {
    match value {
        OwnedValue::Null => Cell::Null,
        OwnedValue::Bool(yes) => Cell::Int(i64::from(*yes)),
        OwnedValue::Int(n) => Cell::Int(*n),
        OwnedValue::Float(x) => Cell::Real(*x),
        OwnedValue::Text(text) => Cell::Text(text),
    }
}

/// Bytes of a GeoPackage of `all` features, about, reckoned from some of them. Cost: O(`some`).
#[must_use]
pub fn reckoned_bytes(collection: Collection, some: &[Feature], all: u64) -> f64 {
    let columns = columns(collection);
    let kinds = || columns.iter().map(|(_, kind)| *kind);
    let bytes =
        |feature: &Feature| feature_bytes(feature.drawn().as_deref(), kinds().zip(cells(feature, &columns)));
    let sum: f64 = some.iter().map(bytes).sum();
    let there = |form| some.iter().any(|f| f.drawn().is_some_and(|shape| form_of(&shape) == form));
    let tables = forms(collection).iter().filter(|form| there(**form)).count();
    empty_bytes(tables) + sum / some.len().max(1) as f64 * all as f64
}

impl Atlas {
    /// A GeoPackage that was made already.
    #[must_use]
    pub fn kept_package(&self, request: &PackageRequest) -> Option<Arc<Archive>> {
        self.archives.find(&request.scope())
    }

    /// Makes a GeoPackage, unless it was made while waiting. `turn` is the right to (see
    /// [`super::archives::ArchiveShelf::turn`]).
    ///
    /// Errors: more than [`MAX_BYTES`]; no room. Cost: O(rows of the filter) of processor and disk, on one thread; memory is that
    /// of a page of features.
    pub fn package(
        &self,
        request: &PackageRequest,
        turn: &OwnedSemaphorePermit,
    ) -> Result<Arc<Archive>, ArchiveFailure> {
        self.kept_or_made(&request.scope(), MAX_BYTES, turn, |path| {
            self.write_package(request, path, MAX_BYTES).map(drop)
        })
    }

    /// Writes a GeoPackage into a new or empty file and returns how many features it has. Errors: the file would have more than
    /// `most_bytes`, or cannot be written.
    pub fn write_package(
        &self,
        request: &PackageRequest,
        path: &Path,
        most_bytes: u64,
    ) -> Result<u64, ArchiveFailure> {
        let PackageRequest { reading, collection, filter, words } = request;
        let contents = Contents {
            layer: collection.code(),
            forms: forms(*collection),
            columns: described(*collection, words),
            about: words.about.clone(),
        };
        let (mut writer, columns) = (Writer::create(path, contents)?, columns(*collection));
        // What is overdue changes with the day, even when no record does.
        let (mut changed, mut count) = (reading.today.to_string(), 0);
        let mut query = FeatureQuery { filter: filter.clone(), order: None, limit: PAGE, token: None };
        loop {
            let page = self.features_of(reading, *collection, &query)?;
            for feature in &page.features {
                writer.add(feature.drawn().as_deref(), &cells(feature, &columns))?;
                if let Some(OwnedValue::Text(at)) = feature.property(CHANGED) {
                    changed = later(changed, at);
                }
                count += 1;
            }
            if writer.length_bytes()? > most_bytes {
                let rows = page.matched.to_string();
                let allowed = format!("{} MiB", most_bytes >> 20);
                return Err(
                    ReadError::from(Invalid::new("bbox", "geopackage_too_large", &rows, allowed)).into()
                );
            }
            query.token = page.next;
            if query.token.is_none() {
                break;
            }
        }
        writer.finish(&changed)?;
        Ok(count)
    }
}

/// The later of two moments of RFC 3339 in UTC. Without the letter of the zone a fraction sorts behind the whole second.
fn later(one: String, other: &str) -> String {
    let plain = |text: &str| text.trim_end_matches('Z').to_owned();
    if plain(other) > plain(&one) { other.to_owned() } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_later_than_its_whole_second() {
        let second = "2025-01-10T00:00:00Z";
        assert_eq!(later(second.to_owned(), "2025-01-10T00:00:00.5Z"), "2025-01-10T00:00:00.5Z");
        assert_eq!(later(second.to_owned(), "2025-01-09T23:59:59.9Z"), second);
    }
}
