//! Borders of municipalities from records, and whatever else a file says of them.

use super::field::{Field, RowKind};
use super::number::{parse_bool, parse_number};
use super::record::{Fields, FromRecord};
use super::rule;
use crate::domain::row::MunicipalityRow;

/// Most vertices of a border: forty times the largest real one.
pub(super) const MAX_BORDER_VERTICES: usize = 2_000_000;
/// Longest name of a municipality, characters.
pub(super) const MAX_NAME_CHARS: usize = 200;
/// Largest legal area, km²: the land of the Earth.
const MAX_AREA_KM2: f64 = 149_000_000.0;

/// The fields by which a municipality may be called, best first.
const NAMES: [Field; 5] = [Field::Id, Field::Name, Field::Oktmo, Field::NameRu, Field::NameEn];

impl FromRecord for MunicipalityRow {
    const KIND: RowKind = RowKind::Municipalities;

    fn from_fields(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let name = name(fields);
        let place = fields.polygons(MAX_BORDER_VERTICES);
        let approximate = fields.choice(Field::Approximate, rule::BOOLEAN_UNKNOWN, parse_bool);
        let valid_from = fields.day(Field::ValidFrom);
        let oktmo = oktmo(fields);
        let name_ru = fields.line(Field::NameRu, MAX_NAME_CHARS);
        let name_en = fields.line(Field::NameEn, MAX_NAME_CHARS);
        let population = fields.whole(Field::Population, 0, u32::MAX, rule::COUNT_NOT_ALLOWED);
        let area_km2 = area_km2(fields);
        if fields.violations() > 0 {
            return None;
        }
        let place = place?;
        Some(Self {
            row: fields.row(),
            name: name?,
            shape: place.shape,
            approximate: approximate.unwrap_or(false),
            valid_from,
            oktmo,
            name_ru,
            name_en,
            population,
            area_km2,
            turned_rings: place.turned_rings,
        })
    }
}

fn name(fields: &mut Fields<'_, '_>) -> Option<String> {
    let before = fields.violations();
    let named = NAMES.into_iter().find(|field| fields.value(*field).is_some());
    let name = match named {
        Some(field) => fields.line(field, MAX_NAME_CHARS),
        None if fields.violations() == before => fields.id(Field::Id, MAX_NAME_CHARS),
        None => None,
    };
    if name.is_none() && fields.violations() == before {
        fields.reject(Field::Name.name(), rule::NAME_MISSING, "");
    }
    name
}

/// A territory code is text: a number would have lost its leading zero.
fn oktmo(fields: &mut Fields<'_, '_>) -> Option<String> {
    let text = fields.value(Field::Oktmo)?;
    if matches!(text.len(), 8 | 11) && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    fields.reject(Field::Oktmo.name(), rule::OKTMO_NOT_ALLOWED, text);
    None
}

fn area_km2(fields: &mut Fields<'_, '_>) -> Option<f64> {
    let text = fields.value(Field::AreaKm2)?;
    let area = parse_number(text).filter(|area| *area > 0.0 && *area <= MAX_AREA_KM2);
    if area.is_none() {
        fields.reject(Field::AreaKm2.name(), rule::AREA_NOT_ALLOWED, text);
    }
    area
}
