//! A geometry as a GeoPackage stores it: a header with the box of what is not a point, then well-known binary.
//!
//! Everything is little-endian; a place is longitude, then latitude, whatever the axes of the reference system are
//! (requirement 17 of the specification). Lines and polygons are in their multi forms: a column has one type.

use super::Form;
use crate::geometry::shape::Path;
use crate::geometry::{Bounds, Position, Shape};

/// Number of WGS 84 in the EPSG register.
pub const SRS: i32 = 4326;

/// Version 1 of the binary is written as 0.
const VERSION: u8 = 0;
/// Little-endian, no box.
const FLAGS_OF_A_POINT: u8 = 0b0000_0001;
/// Little-endian, a box of four numbers.
const FLAGS_WITH_A_BOX: u8 = 0b0000_0011;

const LITTLE_ENDIAN: u8 = 1;
const POINT: u32 = 1;
const LINE_STRING: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_LINE_STRING: u32 = 5;
const MULTI_POLYGON: u32 = 6;

/// Which column a shape belongs to.
pub fn form_of(shape: &Shape) -> Form {
    match shape {
        Shape::Point(_) => Form::Points,
        Shape::Lines(_) => Form::Lines,
        Shape::Polygons(_) => Form::Areas,
    }
}

/// The shape's bytes; `bounds` is its box. Cost: O(vertices).
pub fn blob(shape: &Shape, bounds: &Bounds) -> Vec<u8> {
    let mut out = vec![b'G', b'P', VERSION];
    let is_point = matches!(shape, Shape::Point(_));
    out.push(if is_point { FLAGS_OF_A_POINT } else { FLAGS_WITH_A_BOX });
    out.extend(SRS.to_le_bytes());
    if !is_point {
        let [west, south, east, north] = bounds.degrees();
        [west, east, south, north].iter().for_each(|edge| out.extend(edge.to_le_bytes()));
    }
    match shape {
        Shape::Point(position) => {
            begin(&mut out, POINT);
            place(&mut out, *position);
        }
        Shape::Lines(lines) => {
            begin(&mut out, MULTI_LINE_STRING);
            count(&mut out, lines.len());
            for line in lines {
                begin(&mut out, LINE_STRING);
                count(&mut out, line.len());
                line.iter().for_each(|position| place(&mut out, *position));
            }
        }
        Shape::Polygons(polygons) => {
            begin(&mut out, MULTI_POLYGON);
            count(&mut out, polygons.len());
            for rings in polygons {
                begin(&mut out, POLYGON);
                count(&mut out, rings.len());
                rings.iter().for_each(|closed| ring(&mut out, closed));
            }
        }
    }
    out
}

/// A ring with the closing repetition that paths leave out.
fn ring(out: &mut Vec<u8>, ring: &Path) {
    count(out, ring.len() + usize::from(!ring.is_empty()));
    ring.iter().chain(ring.first()).for_each(|position| place(out, *position));
}

fn begin(out: &mut Vec<u8>, kind: u32) {
    out.push(LITTLE_ENDIAN);
    out.extend(kind.to_le_bytes());
}

fn count(out: &mut Vec<u8>, n: usize) {
    out.extend(u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
}

fn place(out: &mut Vec<u8>, position: Position) {
    out.extend(position.lon_deg().to_le_bytes());
    out.extend(position.lat_deg().to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(shape: &Shape) -> String {
        blob(shape, &shape.bounds()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What GDAL 3.6 writes for the same geometry.
    #[test]
    fn a_point_has_no_box_and_longitude_comes_first() {
        let point = Shape::Point(Position::new(1_351_000_000, 485_000_000));
        assert_eq!(
            hex(&point),
            "47500001e610000001010000003333333333e360400000000000404840" // 135.1, 48.5
        );
    }

    #[test]
    fn a_polygon_has_its_box_and_closed_rings() {
        let e7 = |(x, y): (i32, i32)| Position::new(x * 10_000_000, y * 10_000_000);
        let ring: Path = [(0, 0), (2, 0), (2, 1)].map(e7).to_vec();
        let bytes =
            blob(&Shape::Polygons(vec![vec![ring.clone()]]), &Shape::Polygons(vec![vec![ring]]).bounds());
        let number = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        assert_eq!([8, 16, 24, 32].map(number), [0.0, 2.0, 0.0, 1.0], "west, east, south, north");
        let head = 8 + 32;
        assert_eq!(bytes[head..head + 5], [1, 6, 0, 0, 0]);
        assert_eq!(bytes.len(), head + (5 + 4) + (5 + 4) + 4 + 4 * 16, "one polygon, one ring, four places");
        assert_eq!([bytes.len() - 16, bytes.len() - 8].map(number), [0.0, 0.0], "the first place again");
    }
}
