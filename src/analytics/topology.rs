//! Where borders overlap, and where they leave gaps between them.
//!
//! Borders that were drawn separately rarely fit: files of real districts hold overlaps of a few hectares and slivers of a
//! few square metres. They are reported, not repaired: which of two borders is right is not ours to decide.

use geo::algorithm::bool_ops::{BooleanOps, unary_union};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use rayon::prelude::*;

use crate::geometry::distance::EARTH_RADIUS_M;
use crate::geometry::position::UNITS_PER_DEG;
use crate::geometry::shape::{Path, edges};
use crate::geometry::{Bounds, Position, Shape};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    /// Indices of the two borders that overlap; `None` for a gap.
    pub between: Option<(usize, usize)>,
    /// Area in square metres.
    pub area_m2: f64,
    /// A place in it.
    pub at: Position,
}

/// Overlaps of any two borders, then gaps that they enclose, each with its area.
///
/// Exact to 1e-7 degrees: coordinates are whole numbers in the computation too. Cost: O(v log v) for each pair whose boxes
/// meet, in parallel.
#[must_use]
pub fn misfits(borders: &[&Shape]) -> Vec<Misfit> {
    let areas: Vec<MultiPolygon<f64>> = borders.iter().map(|shape| to_geo(shape)).collect();
    let boxes: Vec<Bounds> = borders.iter().map(|shape| shape.bounds()).collect();
    let pairs: Vec<(usize, usize)> = (0..borders.len())
        .flat_map(|a| (a + 1..borders.len()).map(move |b| (a, b)))
        .filter(|&(a, b)| meet(&boxes[a], &boxes[b]))
        .collect();
    let mut found: Vec<Misfit> = pairs
        .par_iter()
        .filter_map(|&(a, b)| {
            let common = areas[a].intersection(&areas[b]);
            let area_m2: f64 = common.iter().map(polygon_area_m2).sum();
            let largest = common.iter().max_by(|p, q| polygon_area_m2(p).total_cmp(&polygon_area_m2(q)))?;
            (area_m2 > 0.0).then(|| Misfit {
                between: Some((a, b)),
                area_m2,
                at: from_geo(largest.exterior())[0],
            })
        })
        .collect();
    let union = unary_union(&areas);
    let holes = union.iter().flat_map(|polygon| polygon.interiors().iter());
    found.extend(holes.map(|ring| {
        let path = from_geo(ring);
        Misfit { between: None, area_m2: ring_area_m2(&path).abs(), at: path[0] }
    }));
    found
}

fn meet(a: &Bounds, b: &Bounds) -> bool {
    a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north
}

fn to_geo(shape: &Shape) -> MultiPolygon<f64> {
    let Shape::Polygons(polygons) = shape else { return MultiPolygon::new(Vec::new()) };
    let coord = |p: &Position| Coord { x: f64::from(p.lon_e7), y: f64::from(p.lat_e7) };
    let line = |path: &Path| LineString::new(path.iter().chain(path.first()).map(coord).collect());
    let polygon = |rings: &Vec<Path>| {
        let mut rings = rings.iter().map(line);
        Polygon::new(rings.next().unwrap_or(LineString::new(Vec::new())), rings.collect())
    };
    MultiPolygon::new(polygons.iter().map(polygon).collect())
}

fn from_geo(ring: &LineString<f64>) -> Path {
    let mut path: Path =
        ring.coords().map(|c| Position::new(c.x.round() as i32, c.y.round() as i32)).collect();
    if path.len() > 1 && path.first() == path.last() {
        path.pop();
    }
    path
}

fn polygon_area_m2(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(|ring| ring_area_m2(&from_geo(ring)).abs()).sum();
    ring_area_m2(&from_geo(polygon.exterior())).abs() - holes
}

/// Signed area of a ring on the sphere, in square metres: Σ Δλ · (2 + sin φ₁ + sin φ₂) · R² / 2.
///
/// Source: R. G. Chamberlain, W. H. Duquette, *Some Algorithms for Polygons on a Sphere*, JPL 07-03 (2007), equation 2.
#[must_use]
pub fn ring_area_m2(ring: &[Position]) -> f64 {
    let sum: f64 = edges(ring)
        .map(|(a, b)| {
            let lon = (f64::from(b.lon_e7) - f64::from(a.lon_e7)) / UNITS_PER_DEG;
            lon.to_radians() * (2.0 + a.lat_deg().to_radians().sin() + b.lat_deg().to_radians().sin())
        })
        .sum();
    -sum * EARTH_RADIUS_M * EARTH_RADIUS_M / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: i32, east: i32, south: i32, north: i32) -> Shape {
        let ring =
            [(west, south), (east, south), (east, north), (west, north)].map(|(x, y)| Position::new(x, y));
        Shape::Polygons(vec![vec![ring.to_vec()]])
    }

    #[test]
    fn neighbours_that_share_a_border_fit_and_those_that_overlap_do_not() {
        let (a, b) = (square(0, 1_000, 0, 1_000), square(1_000, 2_000, 0, 1_000));
        assert_eq!(misfits(&[&a, &b]), []);
        let c = square(990, 2_000, 0, 1_000);
        let found = misfits(&[&a, &c]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].between, Some((0, 1)));
        // 1e-6° × 1e-4° at the equator.
        assert!((found[0].area_m2 - 0.111_3 * 11.13).abs() < 0.01, "{}", found[0].area_m2);
    }

    #[test]
    fn a_gap_that_borders_enclose_is_found() {
        let parts = [
            square(0, 3_000, 0, 1_000),
            square(0, 3_000, 2_000, 3_000),
            square(0, 1_000, 1_000, 2_000),
            square(1_010, 3_000, 1_000, 2_000),
        ];
        let found = misfits(&parts.iter().collect::<Vec<_>>());
        assert_eq!(found.iter().filter(|m| m.between.is_none()).count(), 1);
    }
}
