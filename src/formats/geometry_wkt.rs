//! Well-known text (WKT, and PostGIS's `SRID=4326;` before it) into vertices.

use std::str::FromStr;

use wkt::Wkt;
use wkt::types::{Coord, LineString, Polygon};

use super::geometry_json::single_point;
use super::raw_shape::{GeometryFault, vertex};
use crate::geometry::shape::Path;
use crate::geometry::{Position, Shape};

/// Deepest brackets: a multipolygon needs three. The parser behind this recurses, so more are refused beforehand.
const MAX_BRACKETS: usize = 4;

/// Reads a geometry, its rings still closed as in the file. Heights and measures are dropped.
///
/// Errors: see [`GeometryFault`]; `max_vertices` guards memory, the exact limit is checked later.
pub(super) fn parse_wkt(text: &str, max_vertices: usize) -> Result<Shape, GeometryFault> {
    let text = without_srid(text.trim()).ok_or(GeometryFault::Unreadable)?;
    check_brackets(text, max_vertices)?;
    match Wkt::<f64>::from_str(text).map_err(|_| GeometryFault::Unreadable)? {
        Wkt::Point(point) => Ok(Shape::Point(position(point.coord().ok_or(GeometryFault::Empty)?)?)),
        Wkt::MultiPoint(points) => {
            let coords = points.points().iter().filter_map(|point| point.coord());
            single_point(&coords.map(position).collect::<Result<Vec<_>, _>>()?)
        }
        Wkt::LineString(line) => Ok(Shape::Lines(vec![path(&line)?])),
        Wkt::MultiLineString(lines) => {
            Ok(Shape::Lines(lines.line_strings().iter().map(path).collect::<Result<_, _>>()?))
        }
        Wkt::Polygon(polygon) => Ok(Shape::Polygons(vec![rings(&polygon)?])),
        Wkt::MultiPolygon(polygons) => {
            Ok(Shape::Polygons(polygons.polygons().iter().map(rings).collect::<Result<_, _>>()?))
        }
        Wkt::GeometryCollection(_) => Err(GeometryFault::Unsupported),
    }
}

/// The text without PostGIS's prefix; `None` when it names another system than WGS 84.
fn without_srid(text: &str) -> Option<&str> {
    let Some(prefix) = text.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("SRID=")) else {
        return Some(text);
    };
    let (srid, geometry) = text[prefix.len()..].split_once(';')?;
    (srid.trim() == "4326").then_some(geometry)
}

/// One outermost pair of brackets that ends the text (or none, for `EMPTY`), nested no deeper than any geometry is.
fn check_brackets(text: &str, max_vertices: usize) -> Result<(), GeometryFault> {
    let (mut depth, mut commas, mut closed) = (0usize, 0, false);
    for byte in text.bytes() {
        match byte {
            _ if closed => return Err(GeometryFault::Unreadable),
            b'(' => depth += 1,
            b')' => {
                depth = depth.checked_sub(1).ok_or(GeometryFault::Unreadable)?;
                closed = depth == 0;
            }
            b',' => commas += 1,
            _ => {}
        }
        if depth > MAX_BRACKETS {
            return Err(GeometryFault::Unsupported);
        }
    }
    match depth {
        0 if commas >= max_vertices => Err(GeometryFault::TooManyVertices),
        0 => Ok(()),
        _ => Err(GeometryFault::Unreadable),
    }
}

fn position(coord: &Coord<f64>) -> Result<Position, GeometryFault> {
    vertex(coord.x, coord.y)
}

fn path(line: &LineString<f64>) -> Result<Path, GeometryFault> {
    line.coords().iter().map(position).collect()
}

fn rings(polygon: &Polygon<f64>) -> Result<Vec<Path>, GeometryFault> {
    polygon.rings().iter().map(path).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Shape, GeometryFault> {
        parse_wkt(text, 100)
    }

    fn at(lon: i32, lat: i32) -> Position {
        Position::new(lon * 10_000_000, lat * 10_000_000)
    }

    #[test]
    fn every_type_that_is_drawn_is_read() {
        assert_eq!(parse(" POINT (1 2) "), Ok(Shape::Point(at(1, 2))));
        assert_eq!(parse("srid=4326;Point Z(1 2 3)"), Ok(Shape::Point(at(1, 2))));
        assert_eq!(parse("MULTIPOINT ((1 2))"), Ok(Shape::Point(at(1, 2))));
        assert_eq!(parse("LINESTRING(1 2,3 4)"), Ok(Shape::Lines(vec![vec![at(1, 2), at(3, 4)]])));
        let ring = vec![at(0, 0), at(1, 0), at(1, 1), at(0, 0)];
        assert_eq!(parse("POLYGON((0 0,1 0,1 1,0 0))"), Ok(Shape::Polygons(vec![vec![ring.clone()]])));
        assert_eq!(
            parse("MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((0 0,1 0,1 1,0 0)))"),
            Ok(Shape::Polygons(vec![vec![ring.clone()], vec![ring]]))
        );
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_with_its_reason() {
        use GeometryFault as G;
        for (text, fault) in [
            ("", G::Unreadable),
            ("POINT", G::Unreadable),
            ("POINT(1 2", G::Unreadable),
            ("POINT(1 2) POINT(3 4)", G::Unreadable),
            ("POINT(1)", G::Unreadable),
            ("POINT(NaN NaN)", G::Unreadable),
            ("POINT(-inf 1)", G::NotFinite),
            ("POINT(1e999 1)", G::NotFinite),
            ("POINT(181 1)", G::OutOfRange),
            ("POINT EMPTY", G::Empty),
            ("MULTIPOINT(1 2,3 4)", G::Unsupported),
            ("GEOMETRYCOLLECTION(POINT(1 2))", G::Unsupported),
            ("SRID=3857;POINT(1 2)", G::Unreadable),
            ("CIRCLE(1 2)", G::Unreadable),
        ] {
            assert_eq!(parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_hundred_thousand_brackets_do_not_reach_the_parser() {
        let deep = "GEOMETRYCOLLECTION(".repeat(100_000);
        assert_eq!(parse(&deep), Err(GeometryFault::Unsupported));
        let long = format!("LINESTRING(0 0{})", ",1 1".repeat(200));
        assert_eq!(parse(&long), Err(GeometryFault::TooManyVertices));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(SRID=4326;)?[A-Z]{0,20}[ (),0-9.eE\\-a-z]{0,60}", any in "\\PC{0,60}") {
            let _ = parse(&text);
            let _ = parse(&any);
        }
    }
}
