//! Where a record lies: the geometry of its feature, its well-known text, or two numbers.

use super::field::Field;
use super::geometry_json::parse_geometry;
use super::geometry_wkt::parse_wkt;
use super::number::parse_number;
use super::raw_shape::{Checked, GeometryFault, check, vertex};
use super::record::Fields;
use super::rule;
use super::warning::Warning;
use crate::domain::QualityFlags;
use crate::geometry::{Position, Shape};

/// The field under which faults of a place are reported.
const GEOMETRY: &str = "geometry";

impl<'r> Fields<'r, '_> {
    /// The shape of the record, checked and repaired; `None` when a violation was noted.
    pub(super) fn shape(&mut self, max_vertices: usize) -> Option<Checked> {
        let (raw, text) = self.raw_shape(max_vertices)?;
        match raw.and_then(|shape| check(shape, max_vertices, self.context.region)) {
            Ok(checked) => {
                self.warn_of_repairs(&checked);
                Some(checked)
            }
            Err(fault) => {
                self.reject_geometry(fault, &text.shown());
                None
            }
        }
    }

    /// The place of a record that has to be a point.
    pub(super) fn point(&mut self) -> Option<(Position, QualityFlags)> {
        // Two vertices suffice to see that it is none.
        let checked = self.shape(MAX_POINT_VERTICES)?;
        match checked.shape {
            Shape::Point(point) => Some((point, checked.flags)),
            Shape::Lines(_) | Shape::Polygons(_) => {
                self.reject(GEOMETRY, rule::GEOMETRY_NOT_POINT, type_of(&checked.shape));
                None
            }
        }
    }

    /// The polygons of a record that has to have some.
    pub(super) fn polygons(&mut self, max_vertices: usize) -> Option<Checked> {
        let checked = self.shape(max_vertices)?;
        if matches!(checked.shape, Shape::Polygons(_)) {
            return Some(checked);
        }
        self.reject(GEOMETRY, rule::GEOMETRY_NOT_POLYGON, type_of(&checked.shape));
        None
    }

    /// The shape as it stands in the record and where it stands there. `None` when a violation was noted.
    fn raw_shape(&mut self, max_vertices: usize) -> Option<(Result<Shape, GeometryFault>, PlaceText<'r>)> {
        let before = self.violations();
        // A ring may repeat vertices, which do not count in the end; twice the limit is room enough.
        let guard = max_vertices.saturating_mul(2).max(8);
        if let Some(json) = self.record.feature.and_then(|feature| feature.geometry) {
            return Some((parse_geometry(json, guard), PlaceText::One(json)));
        }
        if let Some(text) = self.value(Field::Wkt) {
            return Some((parse_wkt(text, guard), PlaceText::One(text)));
        }
        for (field, lon_first) in [(Field::LonLatPair, true), (Field::LatLonPair, false)] {
            if let Some(text) = self.value(field) {
                let pair = parse_pair(text).ok_or(GeometryFault::Unreadable);
                let point = pair.and_then(|(a, b)| if lon_first { vertex(a, b) } else { vertex(b, a) });
                return Some((point.map(Shape::Point), PlaceText::One(text)));
            }
        }
        let (lon_text, lat_text) = (self.value(Field::Lon), self.value(Field::Lat));
        if lon_text.is_none() && lat_text.is_none() {
            if self.violations() == before {
                self.reject(GEOMETRY, rule::GEOMETRY_MISSING, "");
            }
            return None;
        }
        let lon = self.coordinate(Field::Lon, lon_text);
        let lat = self.coordinate(Field::Lat, lat_text);
        let point = vertex(lon?, lat?).map(Shape::Point);
        Some((point, PlaceText::LonLat(lon_text.unwrap_or_default(), lat_text.unwrap_or_default())))
    }

    fn coordinate(&mut self, field: Field, text: Option<&str>) -> Option<f64> {
        let Some(text) = text else {
            self.reject(field.name(), rule::GEOMETRY_MISSING, "");
            return None;
        };
        let number = parse_number(text);
        if number.is_none() {
            self.reject(field.name(), rule::COORDINATE_UNREADABLE, text);
        }
        number
    }

    fn reject_geometry(&mut self, fault: GeometryFault, text: &str) {
        match fault {
            GeometryFault::SelfCrossing(at) => {
                let place = format!("{} {}", at.lon_deg(), at.lat_deg());
                self.reject(GEOMETRY, fault.rule(), &place);
            }
            _ => self.reject(GEOMETRY, fault.rule(), text),
        }
    }

    fn warn_of_repairs(&mut self, checked: &Checked) {
        if checked.turned_rings > 0 {
            self.warn(Warning::RingsTurned);
        }
        if checked.closed_rings > 0 {
            self.warn(Warning::RingsClosed);
        }
    }
}

/// Most vertices of a shape that should have been a point: enough to call it by its name.
const MAX_POINT_VERTICES: usize = 10_000;

/// Where a place stood, to be quoted.
#[derive(Clone, Copy)]
enum PlaceText<'r> {
    One(&'r str),
    LonLat(&'r str, &'r str),
}

impl PlaceText<'_> {
    fn shown(self) -> String {
        match self {
            Self::One(text) => text.chars().take(crate::domain::row::MAX_GOT_CHARS).collect(),
            Self::LonLat(lon, lat) => format!("{lon} {lat}"),
        }
    }
}

const fn type_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Point(_) => "Point",
        Shape::Lines(_) => "LineString",
        Shape::Polygons(_) => "Polygon",
    }
}

/// Two numbers with a semicolon, a comma or space between them, with or without brackets around. A comma stands for the
/// decimal point only where a semicolon divides.
fn parse_pair(text: &str) -> Option<(f64, f64)> {
    let inner = text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']') || c.is_whitespace());
    if let Some((first, second)) = inner.split_once(';') {
        return Some((parse_number(first.trim())?, parse_number(second.trim())?));
    }
    let (first, second) = inner.split_once(',').or_else(|| inner.split_once(char::is_whitespace))?;
    Some((first.trim().parse().ok()?, second.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_two_numbers_with_something_between_them() {
        assert_eq!(parse_pair("(42.3594, -71.0587)"), Some((42.3594, -71.0587)));
        assert_eq!(parse_pair("48,4647; 135,0599"), Some((48.4647, 135.0599)));
        assert_eq!(parse_pair("[1 2]"), Some((1.0, 2.0)));
        for wrong in ["", "()", "1", "1,", "a,b", "(1,2,3)"] {
            assert_eq!(parse_pair(wrong), None, "{wrong}");
        }
    }
}
