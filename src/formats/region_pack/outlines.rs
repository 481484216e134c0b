//! `outlines.geojson`: the borders of the municipalities. Small and of our own making, so the `geojson` crate reads it.

use geojson::{FeatureCollection, GeometryValue};

use super::RegionPack;
use super::fault::PackFault;
use crate::domain::{Municipality, MunicipalityNo};
use crate::formats::municipality_rows::MAX_BORDER_VERTICES;
use crate::formats::raw_shape::{GeometryFault, check, vertex};
use crate::formats::rule;
use crate::geometry::Shape;
use crate::geometry::shape::Path;

const FILE: &str = "outlines.geojson";

/// The border of one municipality.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Whose.
    pub municipality: MunicipalityNo,
    /// Polygons.
    pub shape: Shape,
    /// Right for a map of the region, wrong for deciding on which side of a border a house stands.
    pub approximate: bool,
}

/// Reads the outlines of `municipalities`. A fault is reported with the feature's place in the list, from 0.
pub(super) fn parse(
    bytes: &[u8],
    municipalities: &[Municipality],
    faults: &mut Vec<PackFault>,
) -> Vec<Outline> {
    let collection: FeatureCollection = match serde_json::from_slice(bytes) {
        Ok(collection) => collection,
        Err(error) => {
            let line = error.line() as u64;
            faults.push(PackFault::new(FILE, line, "", rule::PACK_FILE_UNREADABLE, &error.to_string()));
            return vec![];
        }
    };
    let mut outlines: Vec<Outline> = vec![];
    for (n, feature) in collection.features.iter().enumerate() {
        let mut fault = |member: &str, rule, got: &str| {
            faults.push(PackFault::new(FILE, 0, &format!("features[{n}].{member}"), rule, got));
        };
        let id = feature.property("id").and_then(|id| id.as_str()).unwrap_or_default();
        let approximate = feature.property("approximate").and_then(serde_json::Value::as_bool);
        let Some(municipality) = municipalities.iter().find(|known| known.id == id) else {
            fault("id", rule::PACK_REFERENCE_UNKNOWN, id);
            continue;
        };
        if outlines.iter().any(|known| known.municipality == municipality.no) {
            fault("id", rule::PACK_ID_REPEATED, id);
        }
        let Some(approximate) = approximate else {
            fault("approximate", rule::PACK_VALUE_MISSING, "");
            continue;
        };
        let value = feature.geometry.as_ref().map(|geometry| &geometry.value);
        match value.map_or(Err(GeometryFault::Empty), shape_of) {
            Ok(shape) => outlines.push(Outline { municipality: municipality.no, shape, approximate }),
            Err(broken) => fault("geometry", broken.rule(), id),
        }
    }
    outlines
}

fn shape_of(value: &GeometryValue) -> Result<Shape, GeometryFault> {
    let polygons = match value {
        GeometryValue::Polygon { coordinates } => vec![rings(coordinates)?],
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().map(|polygon| rings(polygon)).collect::<Result<_, _>>()?
        }
        _ => return Err(GeometryFault::Unsupported),
    };
    check(Shape::Polygons(polygons), MAX_BORDER_VERTICES, None).map(|checked| checked.shape)
}

fn rings(polygon: &[Vec<geojson::Position>]) -> Result<Vec<Path>, GeometryFault> {
    let place = |position: &geojson::Position| match position.as_slice() {
        [lon, lat, ..] => vertex(*lon, *lat),
        _ => Err(GeometryFault::Unreadable),
    };
    polygon.iter().map(|ring| ring.iter().map(place).collect()).collect()
}

/// An outline belongs to the municipality, whatever its version.
pub(super) fn mark_approximate(pack: &mut RegionPack) {
    for outline in &pack.outlines {
        for version in &mut pack.municipalities[outline.municipality.index()].versions {
            version.approximate = outline.approximate;
        }
    }
}
