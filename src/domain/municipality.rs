//! Municipalities. Names, kinds, codes and borders change; the id does not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::MunicipalityNo;
use crate::geometry::Position;

/// Legal form of a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MunicipalityKind {
    /// Городской округ.
    UrbanOkrug,
    /// Муниципальный район.
    MunicipalDistrict,
    /// Муниципальный округ.
    MunicipalOkrug,
    /// Поселение.
    Settlement,
}

impl MunicipalityKind {
    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UrbanOkrug => "urban_okrug",
            Self::MunicipalDistrict => "municipal_district",
            Self::MunicipalOkrug => "municipal_okrug",
            Self::Settlement => "settlement",
        }
    }

    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::UrbanOkrug, Self::MunicipalDistrict, Self::MunicipalOkrug, Self::Settlement]
            .into_iter()
            .find(|kind| kind.code() == text)
    }
}

/// A count of residents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// Day of the count.
    pub date: Date,
    /// Residents.
    pub n: u32,
    /// Who counted.
    pub source: String,
}

/// The hexadecimal SHA-256 of a file kept under `media/`.
pub type BlobId = String;

/// What is true of a municipality for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MunicipalityVersion {
    /// First day of validity; `None` = since ever.
    pub valid_from: Option<Date>,
    /// First day on which it no longer holds; `None` = still valid.
    pub valid_to: Option<Date>,
    /// Legal form.
    pub kind: MunicipalityKind,
    /// Full Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
    /// Short Russian name for labels.
    pub short_name_ru: String,
    /// Other names under which files may know it.
    pub aliases: Vec<String>,
    /// Territory code, text with its leading zero.
    pub oktmo: String,
    /// Whether the code was confirmed by a second source.
    pub oktmo_confirmed: bool,
    /// Name of the administrative centre.
    pub centre_name: String,
    /// The administrative centre: where cluster symbols of small scales stand. May lie outside the boundary.
    pub centre: Position,
    /// A place inside the boundary, for the label.
    pub label_point: Position,
    /// Residents at different days, ascending.
    pub population: Vec<Population>,
    /// Legal area; coastal boundaries include sea, so it is never computed from them.
    pub area_km2: Option<f64>,
    /// The boundary: a file of [`crate::geometry::Shape`] polygons.
    pub boundary: Option<BlobId>,
    /// The boundary is not the official one.
    pub approximate: bool,
}

/// A municipality with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Municipality {
    /// Its number.
    pub no: MunicipalityNo,
    /// Its stable id (`MUN-27-01`).
    pub id: String,
    /// Short Latin name for addresses (`lazo`).
    pub slug: String,
    /// Id of the municipality above it.
    pub parent: Option<String>,
    /// Ids of the municipalities that it replaced.
    pub successor_of: Vec<String>,
    /// Its versions, ascending by validity, without overlap. Never empty.
    pub versions: Vec<MunicipalityVersion>,
}

impl Municipality {
    /// The latest version.
    #[must_use]
    pub fn current(&self) -> &MunicipalityVersion {
        self.versions.last().expect("a municipality has at least one version")
    }

    /// The latest version, to change it.
    pub fn current_mut(&mut self) -> &mut MunicipalityVersion {
        self.versions.last_mut().expect("a municipality has at least one version")
    }

    /// The version that holds on `day`, or the earliest one for days before it.
    #[must_use]
    pub fn version_on(&self, day: Date) -> &MunicipalityVersion {
        let started = |v: &&MunicipalityVersion| v.valid_from.is_none_or(|from| from <= day);
        self.versions.iter().rev().find(started).unwrap_or(&self.versions[0])
    }

    /// Residents by the latest count.
    #[must_use]
    pub fn residents(&self) -> Option<u32> {
        self.current().population.last().map(|count| count.n)
    }

    /// Residents by the latest count up to `day`, of the version that holds then; before the first count, that one's.
    #[must_use]
    pub fn residents_on(&self, day: Date) -> Option<u32> {
        let counts = &self.version_on(day).population;
        let latest = counts.iter().rev().find(|count| count.date <= day).or(counts.first());
        latest.map(|count| count.n)
    }

    /// Whether `name` is its id, slug, a present or former code, or one of its names, whatever the case.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let folded = fold_name(name);
        let is = |own: &str| fold_name(own) == folded;
        is(&self.id)
            || is(&self.slug)
            || self.versions.iter().any(|v| {
                v.oktmo == name
                    || is(&v.name_ru)
                    || is(&v.name_en)
                    || is(&v.short_name_ru)
                    || v.aliases.iter().any(|alias| is(alias))
            })
    }
}

/// A name without case, with `ё` as `е` and single spaces: how people retype names.
fn fold_name(name: &str) -> String {
    let lower = name.to_lowercase().replace('ё', "е");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
