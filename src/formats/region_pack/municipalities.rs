//! `municipalities.csv`: one row per version of a municipality.

use super::fault::PackFault;
use super::settings::is_slug;
use super::table::{Row, Table, day};
use crate::domain::municipality::{MunicipalityKind, MunicipalityVersion, Population};
use crate::domain::{Municipality, MunicipalityNo};
use crate::formats::rule;

pub(super) const FILE: &str = "municipalities.csv";
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "slug",
    "valid_from",
    "valid_to",
    "kind",
    "parent",
    "name_ru",
    "name_en",
    "short_name_ru",
    "aliases",
    "oktmo",
    "oktmo_confirmed",
    "successor_of",
    "centre_name",
    "centre_lon",
    "centre_lat",
    "label_lon",
    "label_lat",
    "population",
    "population_date",
    "population_source",
    "area_km2",
];

/// Reads the table. Versions of one municipality stand in the order of time and do not overlap.
pub(super) fn parse(table: &Table, faults: &mut Vec<PackFault>) -> Vec<Municipality> {
    let mut municipalities: Vec<Municipality> = vec![];
    for row in table.rows() {
        let id = row.required("id", faults);
        let slug = row.parsed("slug", |slug| is_slug(slug).then(|| slug.to_owned()), faults);
        let version = parse_version(&row, faults);
        let (Some(id), Some(slug), Some(version)) = (id, slug, version) else { continue };
        match municipalities.iter().position(|known| known.id == id) {
            Some(at) => add_version(&mut municipalities[at], &row, version, faults),
            None => {
                if municipalities.iter().any(|known| known.slug == slug) {
                    row.fault("slug", rule::PACK_ID_REPEATED, faults);
                }
                municipalities.push(Municipality {
                    no: MunicipalityNo(municipalities.len() as u16),
                    parent: row.optional("parent"),
                    successor_of: successors(&row, &id),
                    id,
                    slug,
                    versions: vec![version],
                });
            }
        }
    }
    municipalities
}

/// The latest row decides about what has no history; a version that replaced an earlier one of its own replaced nobody.
fn add_version(
    known: &mut Municipality,
    row: &Row<'_>,
    version: MunicipalityVersion,
    faults: &mut Vec<PackFault>,
) {
    if known.slug != row.text("slug") {
        row.fault("slug", rule::PACK_VALUE_NOT_ALLOWED, faults);
    }
    let previous = known.current();
    let follows = previous.valid_to.is_some_and(|end| version.valid_from.is_some_and(|start| end <= start));
    if !follows {
        row.fault("valid_from", rule::PACK_VERSIONS_OVERLAP, faults);
    }
    known.parent = row.optional("parent");
    for id in successors(row, &known.id) {
        if !known.successor_of.contains(&id) {
            known.successor_of.push(id);
        }
    }
    known.versions.push(version);
}

fn successors(row: &Row<'_>, own_id: &str) -> Vec<String> {
    row.list("successor_of").into_iter().filter(|id| id != own_id).collect()
}

fn parse_version(row: &Row<'_>, faults: &mut Vec<PackFault>) -> Option<MunicipalityVersion> {
    let valid_from = row.parsed_if_any("valid_from", day, faults);
    let valid_to = row.parsed_if_any("valid_to", day, faults);
    let kind = row.parsed("kind", MunicipalityKind::parse, faults);
    let names = ["name_ru", "name_en", "short_name_ru"].map(|column| row.required(column, faults));
    let oktmo = row.parsed("oktmo", |text| is_oktmo(text).then(|| text.to_owned()), faults);
    let confirmed = row.parsed("oktmo_confirmed", |text| text.parse::<bool>().ok(), faults);
    let centre_name = row.required("centre_name", faults);
    let centre = row.position("centre_lon", "centre_lat", faults);
    let label_point = row.position("label_lon", "label_lat", faults);
    let population = parse_population(row, faults);
    let is_area = |area: &f64| area.is_finite() && *area > 0.0;
    let area_km2 = row.parsed_if_any("area_km2", |text| text.parse().ok().filter(is_area), faults);
    let [name_ru, name_en, short_name_ru] = names;
    let version = MunicipalityVersion {
        valid_from: valid_from?,
        valid_to: valid_to?,
        kind: kind?,
        name_ru: name_ru?,
        name_en: name_en?,
        short_name_ru: short_name_ru?,
        aliases: row.list("aliases"),
        oktmo: oktmo?,
        oktmo_confirmed: confirmed?,
        centre_name: centre_name?,
        centre: centre?,
        label_point: label_point?,
        population: population?,
        area_km2: area_km2?,
        boundary: None,
        approximate: false,
    };
    let ends_after_start = version.valid_from.zip(version.valid_to).is_none_or(|(start, end)| start < end);
    if !ends_after_start {
        row.fault("valid_to", rule::PACK_VALUE_NOT_ALLOWED, faults);
    }
    Some(version)
}

fn is_oktmo(text: &str) -> bool {
    matches!(text.len(), 8 | 11) && text.bytes().all(|b| b.is_ascii_digit())
}

/// A count, its day and who counted: all or nothing.
fn parse_population(row: &Row<'_>, faults: &mut Vec<PackFault>) -> Option<Vec<Population>> {
    if row.text("population").is_empty() {
        return Some(vec![]);
    }
    let n = row.parsed("population", |text| text.parse().ok(), faults);
    let date = row.parsed("population_date", day, faults);
    let source = row.required("population_source", faults);
    Some(vec![Population { date: date?, n: n?, source: source? }])
}
