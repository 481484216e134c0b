//! The region's borders made simple for a picture: projected without lying about areas, cut to the picture, on whole pixels.
//!
//! What is drawn upon it is the page's business. Exact borders: the tiles and the collection of municipalities.

use std::fmt::Write;
use std::sync::Arc;

use moka::sync::Cache;

use super::Reading;
use crate::domain::MunicipalityNo;
use crate::geometry::albers::Albers;
use crate::geometry::{Position, Shape};

/// Longest side of a picture, px.
pub const SIDE_PX: f64 = 640.0;
/// How far outlines go on beyond the picture, so that their strokes have no visible ends, px.
const BEYOND_PX: f64 = 8.0;
/// Land around the municipality that a picture is of, as a part of its size.
const MARGIN: f64 = 0.06;
/// Rings of less than so many square pixels are islets that nobody sees.
const LEAST_AREA_PX: i64 = 6;
/// Pictures that are kept: one of the region and one of each municipality, of two versions of the borders.
const KEPT: u64 = 128;

/// Pictures' borders that were made.
pub struct LandMaps {
    kept: Cache<(String, u64, Option<u16>), Option<Arc<LandMap>>>,
}

impl Default for LandMaps {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT) }
    }
}

/// Borders in the pixels of a picture.
#[derive(Debug, Clone)]
pub struct LandMap {
    /// Width, px.
    pub width: f64,
    /// Height, px.
    pub height: f64,
    /// Municipalities that are in the picture.
    pub areas: Vec<Area>,
    frame: Frame,
}

/// A municipality in a picture.
#[derive(Debug, Clone)]
pub struct Area {
    /// Which.
    pub no: MunicipalityNo,
    /// Its outline: rings on whole pixels.
    pub rings: Vec<Vec<(i64, i64)>>,
    /// The same as an SVG path.
    pub path: String,
    /// Where its symbol stands, px.
    pub seat: (f64, f64),
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    albers: Albers,
    west: f64,
    north: f64,
    px: f64,
}

/// The earth's mean radius, m.
const EARTH_M: f64 = 6_371_008.8;

impl LandMap {
    /// How many metres a pixel is; in an equal-area projection of one region they are nearly the same everywhere.
    #[must_use]
    pub fn metres_per_px(&self) -> f64 {
        EARTH_M / self.frame.px
    }

    /// Where a place lies in the picture, px; `None` outside it.
    #[must_use]
    pub fn place(&self, position: Position) -> Option<(f64, f64)> {
        let (x, y) = self.frame.pixel(position);
        let inside = (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y);
        inside.then_some((x, y))
    }
}

impl LandMaps {
    /// The picture of the region, or of one municipality; `None` without borders.
    ///
    /// Cost: O(vertices of all borders) the first time after borders changed; then nothing.
    #[must_use]
    pub fn of(&self, reading: &Reading, only: Option<MunicipalityNo>) -> Option<Arc<LandMap>> {
        let snapshot = &reading.snapshot;
        let key = (snapshot.dictionary.atlas_id.clone(), snapshot.dictionary_version, only.map(|no| no.0));
        self.kept.get_with(key, || make(reading, only).map(Arc::new))
    }
}

fn make(reading: &Reading, only: Option<MunicipalityNo>) -> Option<LandMap> {
    let snapshot = &reading.snapshot;
    let shown = snapshot.dictionary.municipalities.iter();
    let shapes: Vec<(MunicipalityNo, &Arc<Shape>)> =
        shown.filter_map(|m| Some((m.no, snapshot.boundary(m.no)?))).collect();
    let framed = |no: &MunicipalityNo| only.is_none_or(|only| only == *no);
    let inside = || shapes.iter().filter(|(no, _)| framed(no)).flat_map(|(_, shape)| shape.vertices());
    let degrees = shapes.iter().filter(|(no, _)| framed(no)).map(|(_, shape)| shape.bounds().degrees());
    let around = degrees.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
    let albers = Albers::for_box(around);
    let (mut west, mut south) = (f64::INFINITY, f64::INFINITY);
    let (mut east, mut north) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (x, y) in inside().map(|p| albers.project(p)) {
        (west, east) = (west.min(x), east.max(x));
        (south, north) = (south.min(y), north.max(y));
    }
    let margin = (east - west).max(north - south) * if only.is_some() { MARGIN } else { 0.012 };
    (west, south, east, north) = (west - margin, south - margin, east + margin, north + margin);
    let px = SIDE_PX / (east - west).max(north - south);
    let frame = Frame { albers, west, north, px };
    let (width, height) = (((east - west) * px).ceil(), ((north - south) * px).ceil());
    let seats = &snapshot.seats;
    let area = |(no, shape): &(MunicipalityNo, &Arc<Shape>)| {
        let rings = rings_of(shape, &frame, width, height);
        let path = path_of(&rings);
        let seat = frame.pixel(seats[no.index()].position());
        (!path.is_empty()).then_some(Area { no: *no, rings, path, seat })
    };
    Some(LandMap { width, height, areas: shapes.iter().filter_map(area).collect(), frame })
}

impl Frame {
    fn pixel(&self, position: Position) -> (f64, f64) {
        let (x, y) = self.albers.project(position);
        ((x - self.west) * self.px, (self.north - y) * self.px)
    }
}

/// The outline of a shape on whole pixels. A border that two share rounds to the same pixels in both.
fn rings_of(shape: &Shape, frame: &Frame, width: f64, height: f64) -> Vec<Vec<(i64, i64)>> {
    let Shape::Polygons(polygons) = shape else { return Vec::new() };
    let ring = |ring: &Vec<Position>| {
        let ring: Vec<(f64, f64)> = ring.iter().map(|p| frame.pixel(*p)).collect();
        let mut points: Vec<(i64, i64)> =
            cut(ring, width, height).into_iter().map(|(x, y)| (x.round() as i64, y.round() as i64)).collect();
        straighten(&mut points);
        (doubled_area(&points) >= 2 * LEAST_AREA_PX).then_some(points)
    };
    polygons.iter().flatten().filter_map(ring).collect()
}

fn path_of(rings: &[Vec<(i64, i64)>]) -> String {
    let mut path = String::new();
    for points in rings {
        let (mut x, mut y) = points[0];
        let _ = write!(path, "M{x} {y}l");
        for (n, &(to_x, to_y)) in points[1..].iter().enumerate() {
            // A minus sign parts numbers as well as a space does.
            let part = if n > 0 && to_x >= x { " " } else { "" };
            let comma = if to_y >= y { " " } else { "" };
            let _ = write!(path, "{part}{}{comma}{}", to_x - x, to_y - y);
            (x, y) = (to_x, to_y);
        }
        path.push('z');
    }
    path
}

/// Drops repeated points and those on a straight line between their neighbours.
fn straighten(points: &mut Vec<(i64, i64)>) {
    points.dedup();
    let mut kept: Vec<(i64, i64)> = Vec::with_capacity(points.len());
    for &(x, y) in points.iter() {
        while let [.., (ax, ay), (bx, by)] = kept[..] {
            if (bx - ax) * (y - by) != (by - ay) * (x - bx) {
                break;
            }
            kept.pop();
        }
        kept.push((x, y));
    }
    *points = kept;
}

fn doubled_area(points: &[(i64, i64)]) -> i64 {
    let next = points.iter().cycle().skip(1);
    points.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<i64>().abs()
}

/// A ring cut to the picture and a little more (Sutherland and Hodgman, "Reentrant polygon clipping", CACM 17 (1974)).
fn cut(ring: Vec<(f64, f64)>, width: f64, height: f64) -> Vec<(f64, f64)> {
    type Edge = (fn((f64, f64)) -> f64, f64, f64);
    let edges: [Edge; 4] = [
        (|p| p.0, 1.0, -BEYOND_PX),
        (|p| p.0, -1.0, width + BEYOND_PX),
        (|p| p.1, 1.0, -BEYOND_PX),
        (|p| p.1, -1.0, height + BEYOND_PX),
    ];
    edges.into_iter().fold(ring, |ring, (of, sign, limit)| {
        let depth = |p: (f64, f64)| sign * (of(p) - limit);
        let mut cut = Vec::with_capacity(ring.len());
        let next = ring.iter().copied().cycle().skip(1);
        for (a, b) in ring.iter().copied().zip(next) {
            let (from, to) = (depth(a), depth(b));
            if from >= 0.0 {
                cut.push(a);
            }
            if (from >= 0.0) != (to >= 0.0) {
                let part = from / (from - to);
                cut.push((a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1)));
            }
        }
        cut
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_around_the_picture_becomes_its_edge_and_one_beside_it_nothing() {
        let square =
            |x: f64, y: f64, side: f64| vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
        let around = cut(square(-500.0, -500.0, 2_000.0), 100.0, 100.0);
        assert!(
            around.iter().all(|(x, y)| [-8.0, 108.0].contains(x) && [-8.0, 108.0].contains(y)),
            "{around:?}"
        );
        assert!(cut(square(200.0, 200.0, 50.0), 100.0, 100.0).is_empty());
        assert_eq!(cut(square(10.0, 10.0, 50.0), 100.0, 100.0), square(10.0, 10.0, 50.0));
    }

    #[test]
    fn points_on_a_straight_line_are_dropped() {
        let mut points = vec![(0, 0), (0, 0), (1, 1), (2, 2), (4, 2), (5, 2)];
        straighten(&mut points);
        assert_eq!(points, [(0, 0), (2, 2), (5, 2)]);
    }
}
