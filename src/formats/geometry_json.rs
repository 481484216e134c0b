//! GeoJSON geometries from text, straight into vertices: no tree is built, and reading stops at the first fault.
//!
//! The `geojson` crate reads the same geometries and is what the tests compare with; it holds every position as a list
//! of its own, which a hostile 64 MiB feature turns into gigabytes.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::raw_shape::{GeometryFault, vertex};
use crate::geometry::{Position, Shape};

#[derive(Deserialize)]
struct GeometryText<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
}

/// Reads a geometry, its rings still closed as in the file. Positions beyond two numbers lose the rest.
///
/// Errors: see [`GeometryFault`]; `max_vertices` guards memory, the exact limit is checked later.
pub(super) fn parse_geometry(json: &str, max_vertices: usize) -> Result<Shape, GeometryFault> {
    let text: GeometryText = serde_json::from_str(json).map_err(|_| GeometryFault::Unreadable)?;
    let depth = match text.kind.as_ref() {
        "Point" => 0,
        "MultiPoint" | "LineString" => 1,
        "MultiLineString" | "Polygon" => 2,
        "MultiPolygon" => 3,
        "GeometryCollection" => return Err(GeometryFault::Unsupported),
        _ => return Err(GeometryFault::Unreadable),
    };
    let coordinates = text.coordinates.ok_or(GeometryFault::Empty)?.get();
    let mut scan = CoordinateScan { bytes: coordinates.as_bytes(), at: 0, left: max_vertices };
    match (depth, text.kind.as_ref()) {
        (0, _) => scan.position().map(Shape::Point),
        (1, "MultiPoint") => single_point(&scan.path()?),
        (1, _) => Ok(Shape::Lines(vec![scan.path()?])),
        (2, "Polygon") => Ok(Shape::Polygons(vec![scan.list(CoordinateScan::path)?])),
        (2, _) => Ok(Shape::Lines(scan.list(CoordinateScan::path)?)),
        _ => Ok(Shape::Polygons(scan.list(|scan| scan.list(CoordinateScan::path))?)),
    }
}

/// A multipoint of one is a point; the atlas draws no others.
pub(super) fn single_point(points: &[Position]) -> Result<Shape, GeometryFault> {
    match points {
        [] => Err(GeometryFault::Empty),
        [point] => Ok(Shape::Point(*point)),
        _ => Err(GeometryFault::Unsupported),
    }
}

/// Walks over nested arrays of numbers. The text is known to be JSON.
struct CoordinateScan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Vertices that may still come.
    left: usize,
}

impl CoordinateScan<'_> {
    fn path(&mut self) -> Result<Vec<Position>, GeometryFault> {
        self.list(|scan| {
            scan.left = scan.left.checked_sub(1).ok_or(GeometryFault::TooManyVertices)?;
            scan.position()
        })
    }

    fn list<T>(
        &mut self,
        item: impl Fn(&mut Self) -> Result<T, GeometryFault>,
    ) -> Result<Vec<T>, GeometryFault> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        if self.next() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if !self.comma_or_end()? {
                return Ok(items);
            }
        }
    }

    fn position(&mut self) -> Result<Position, GeometryFault> {
        self.expect(b'[')?;
        if self.next() == Some(b']') {
            return Err(GeometryFault::Empty);
        }
        let lon = self.number()?;
        self.expect(b',')?;
        let lat = self.number()?;
        while self.comma_or_end()? {
            self.number()?;
        }
        vertex(lon, lat)
    }

    fn number(&mut self) -> Result<f64, GeometryFault> {
        self.next();
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        let digits = &rest[..end.unwrap_or(rest.len())];
        self.at += digits.len();
        let text = std::str::from_utf8(digits).map_err(|_| GeometryFault::Unreadable)?;
        text.parse().map_err(|_| GeometryFault::Unreadable)
    }

    /// The next byte that is not white space, without taking it.
    fn next(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), GeometryFault> {
        if self.next() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(GeometryFault::Unreadable)
        }
    }

    /// Takes a comma (`true`) or the end of a list (`false`).
    fn comma_or_end(&mut self) -> Result<bool, GeometryFault> {
        let next = self.next();
        self.at += 1;
        match next {
            Some(b',') => Ok(true),
            Some(b']') => Ok(false),
            _ => Err(GeometryFault::Unreadable),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(json: &str) -> Result<Shape, GeometryFault> {
        parse_geometry(json, 100)
    }

    /// The same vertices by the `geojson` crate.
    fn by_crate(json: &str) -> Option<Vec<Position>> {
        use geojson::GeometryValue as G;
        let geometry: geojson::Geometry = json.parse().ok()?;
        let positions: Vec<geojson::Position> = match geometry.value {
            G::Point { coordinates } => vec![coordinates],
            G::MultiPoint { coordinates } | G::LineString { coordinates } => coordinates,
            G::MultiLineString { coordinates } | G::Polygon { coordinates } => coordinates.concat(),
            G::MultiPolygon { coordinates } => coordinates.concat().concat(),
            G::GeometryCollection { .. } => return None,
        };
        positions.iter().map(|p| vertex(p[0], p[1]).ok()).collect()
    }

    #[test]
    fn every_type_that_is_drawn_is_read_as_the_geojson_crate_reads_it() {
        for json in [
            r#"{"type":"Point","coordinates":[135.0599, 48.4647]}"#,
            r#"{"type":"Point","coordinates":[-1e2,4.5E1,12]}"#,
            r#"{"type":"MultiPoint","coordinates":[[1,2]]}"#,
            r#"{"coordinates" : [ [1,2] , [3,4] ],"type":"LineString"}"#,
            r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,2],[1,2],[1,1]]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]]],[[[20,0],[29,0],[29,9],[20,0]]]],"bbox":[0,0,1,1]}"#,
        ] {
            assert_eq!(
                parse(json).unwrap().vertices().collect::<Vec<_>>(),
                by_crate(json).unwrap(),
                "{json}"
            );
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_with_its_reason() {
        use GeometryFault as G;
        for (json, fault) in [
            (r#"{"type":"GeometryCollection","geometries":[]}"#, G::Unsupported),
            (r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#, G::Unsupported),
            (r#"{"type":"MultiPoint","coordinates":[]}"#, G::Empty),
            (r#"{"type":"Point","coordinates":[]}"#, G::Empty),
            (r#"{"type":"Point"}"#, G::Empty),
            (r#"{"type":"Point","coordinates":null}"#, G::Empty),
            (r#"{"type":"Circle","coordinates":[1,2]}"#, G::Unreadable),
            (r#"{"coordinates":[1,2]}"#, G::Unreadable),
            (r#"{"type":"Point","coordinates":[1]}"#, G::Unreadable),
            (r#"{"type":"Point","coordinates":["1","2"]}"#, G::Unreadable),
            (r#"{"type":"Point","coordinates":[null,2]}"#, G::Unreadable),
            (r#"{"type":"Point","coordinates":[[1,2]]}"#, G::Unreadable),
            (r#"{"type":"LineString","coordinates":[1,2]}"#, G::Unreadable),
            (r#"{"type":"Polygon","coordinates":[[[[1,2]]]]}"#, G::Unreadable),
            (r#"{"type":"Point","coordinates":[1e999,2]}"#, G::NotFinite),
            (r#"{"type":"Point","coordinates":[NaN,2]}"#, G::Unreadable),
            (r#"{"type":"Point","coordinates":[200,2]}"#, G::OutOfRange),
            ("[1,2]", G::Unreadable),
            ("null", G::Unreadable),
        ] {
            assert_eq!(parse(json), Err(fault), "{json}");
        }
    }

    #[test]
    fn reading_stops_at_the_limit_of_vertices() {
        let line = format!(r#"{{"type":"LineString","coordinates":[{}[0,0]]}}"#, "[1,1],".repeat(100));
        assert_eq!(parse(&line), Err(GeometryFault::TooManyVertices));
    }

    proptest! {
        #[test]
        fn no_coordinates_make_the_parser_panic(
            kind in "(Point|MultiPoint|LineString|MultiLineString|Polygon|MultiPolygon)",
            coordinates in "[\\[\\]0-9,.e \\-\"n]{0,40}",
        ) {
            let _ = parse(&format!(r#"{{"type":"{kind}","coordinates":{coordinates}}}"#));
        }
    }
}
