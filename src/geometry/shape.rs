//! What a thing on the map looks like: a point, lines or polygons.

use serde::{Deserialize, Serialize};

use super::locate::{BandedPolygons, Location};
use super::{Bounds, Position, crossing, distance};

/// A line as its vertices, or a ring as its vertices without the closing repetition.
pub type Path = Vec<Position>;

/// A geometry of RFC 7946, reduced to what the atlas draws. A line or polygon is kept in its multi form; a multi of one
/// part is written out as the single form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// One place.
    Point(Position),
    /// One or more lines of at least two vertices.
    Lines(Vec<Path>),
    /// One or more polygons: an outer ring, counter-clockwise, then its holes, clockwise (the right-hand rule).
    Polygons(Vec<Vec<Path>>),
}

impl Shape {
    /// All vertices in order.
    pub fn vertices(&self) -> impl Iterator<Item = Position> + '_ {
        let (point, lines, polygons): (Option<Position>, &[Path], &[Vec<Path>]) = match self {
            Self::Point(p) => (Some(*p), &[], &[]),
            Self::Lines(lines) => (None, lines, &[]),
            Self::Polygons(polygons) => (None, &[], polygons),
        };
        point
            .into_iter()
            .chain(lines.iter().flatten().copied())
            .chain(polygons.iter().flatten().flatten().copied())
    }

    /// The smallest box around the shape. A shape without vertices cannot be built by the parsers.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds::around(self.vertices()).unwrap_or(Bounds::WORLD)
    }

    /// One place that stands for the shape: the point itself, the middle of the longest line, a place inside the
    /// largest polygon. Cost: O(v log v) in the number of vertices.
    #[must_use]
    pub fn anchor(&self) -> Position {
        match self {
            Self::Point(p) => *p,
            Self::Lines(lines) => middle_of_longest(lines),
            Self::Polygons(polygons) => inside_largest(polygons),
        }
    }

    /// Turns rings that break the right-hand rule. Returns how many were turned.
    pub fn wind_rings(&mut self) -> usize {
        let Self::Polygons(polygons) = self else { return 0 };
        let mut turned = 0;
        for rings in polygons {
            for (n, ring) in rings.iter_mut().enumerate() {
                let counter_clockwise = doubled_area(ring) > 0;
                if counter_clockwise != (n == 0) {
                    ring.reverse();
                    turned += 1;
                }
            }
        }
        turned
    }

    /// Whether any part of the shape lies in the box or on its edge. Exact. Cost: O(v).
    #[must_use]
    pub fn meets(&self, bounds: &Bounds) -> bool {
        bounds.split().any(|b| self.meets_half(&b))
    }

    fn meets_half(&self, b: &Bounds) -> bool {
        if self.vertices().any(|p| b.contains(p)) {
            return true;
        }
        let corners = [(b.west, b.south), (b.east, b.south), (b.east, b.north), (b.west, b.north)]
            .map(|(x, y)| Position::new(x, y));
        let crosses = |p: Position, q: Position| edges(&corners).any(|(c, d)| segments_meet(p, q, c, d));
        match self {
            Self::Point(_) => false,
            Self::Lines(lines) => lines.iter().flat_map(|line| line.windows(2)).any(|w| crosses(w[0], w[1])),
            Self::Polygons(polygons) => {
                let rings = || polygons.iter().flatten();
                rings().flat_map(|ring| edges(ring)).any(|(p, q)| crosses(p, q))
                    || BandedPolygons::build(polygons)
                        .is_some_and(|area| area.locate(corners[0]) != Location::Outside)
            }
        }
    }

    /// A place where a ring crosses or touches itself other than at its vertices' neighbours, if there is one.
    ///
    /// Cost: O(v log v); a border of 20,000 vertices takes about 10 ms.
    #[must_use]
    pub fn self_crossing(&self) -> Option<Position> {
        let Self::Polygons(polygons) = self else { return None };
        polygons.iter().flatten().find_map(|ring| crossing::ring_crossing(ring))
    }
}

/// Twice the signed area of a ring in squared 1e-7 degrees, positive when counter-clockwise.
#[must_use]
pub fn doubled_area(ring: &[Position]) -> i128 {
    edges(ring)
        .map(|(a, b)| {
            i128::from(a.lon_e7) * i128::from(b.lat_e7) - i128::from(b.lon_e7) * i128::from(a.lat_e7)
        })
        .sum()
}

/// The edges of a ring, the closing one included.
pub fn edges(ring: &[Position]) -> impl Iterator<Item = (Position, Position)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// On which side of the line a→b the place `p` lies: positive left, negative right, 0 on it. Exact.
#[must_use]
pub fn side(a: Position, b: Position, p: Position) -> i128 {
    let d = |to: i32, from: i32| i128::from(to) - i128::from(from);
    d(b.lon_e7, a.lon_e7) * d(p.lat_e7, a.lat_e7) - d(b.lat_e7, a.lat_e7) * d(p.lon_e7, a.lon_e7)
}

/// Whether two segments have a place in common. Exact.
#[must_use]
pub(super) fn segments_meet(a: Position, b: Position, c: Position, d: Position) -> bool {
    let (abc, abd) = (side(a, b, c), side(a, b, d));
    let (cda, cdb) = (side(c, d, a), side(c, d, b));
    let opposite = |p: i128, q: i128| (p > 0 && q < 0) || (p < 0 && q > 0);
    (opposite(abc, abd) && opposite(cda, cdb))
        || (abc == 0 && between(a, b, c))
        || (abd == 0 && between(a, b, d))
        || (cda == 0 && between(c, d, a))
        || (cdb == 0 && between(c, d, b))
}

/// Whether `p`, known to lie on the line through a and b, lies between them.
#[must_use]
pub fn between(a: Position, b: Position, p: Position) -> bool {
    (a.lon_e7.min(b.lon_e7)..=a.lon_e7.max(b.lon_e7)).contains(&p.lon_e7)
        && (a.lat_e7.min(b.lat_e7)..=a.lat_e7.max(b.lat_e7)).contains(&p.lat_e7)
}

fn middle_of_longest(lines: &[Path]) -> Position {
    let length_m =
        |line: &[Position]| -> f64 { line.windows(2).map(|w| distance::haversine_m(w[0], w[1])).sum() };
    let Some(line) = lines.iter().max_by(|a, b| length_m(a).total_cmp(&length_m(b))) else {
        return Position::new(0, 0);
    };
    let mut left_m = length_m(line) / 2.0;
    for w in line.windows(2) {
        let step_m = distance::haversine_m(w[0], w[1]);
        if step_m >= left_m {
            let f = if step_m > 0.0 { left_m / step_m } else { 0.0 };
            return between_at(w[0], w[1], f);
        }
        left_m -= step_m;
    }
    line[0]
}

fn between_at(a: Position, b: Position, f: f64) -> Position {
    let at = |from: i32, to: i32| (f64::from(from) + (f64::from(to) - f64::from(from)) * f).round() as i32;
    Position::new(at(a.lon_e7, b.lon_e7), at(a.lat_e7, b.lat_e7))
}

/// The middle of the widest stretch inside the largest polygon at a latitude near its middle.
fn inside_largest(polygons: &[Vec<Path>]) -> Position {
    let area = |rings: &[Path]| rings.first().map_or(0, |outer| doubled_area(outer).abs());
    let Some(rings) = polygons.iter().max_by_key(|rings| area(rings)) else {
        return Position::new(0, 0);
    };
    let Some(bounds) = Bounds::around(rings[0].iter().copied()) else {
        return Position::new(0, 0);
    };
    // A scan line through no vertex crosses the rings an even number of times; half a unit makes sure of it.
    let lat = (f64::from(bounds.south) + f64::from(bounds.north)) / 2.0;
    let lat = lat.floor() + 0.5;
    let mut crossings: Vec<f64> = rings
        .iter()
        .flat_map(|ring| edges(ring))
        .filter(|(a, b)| (f64::from(a.lat_e7) <= lat) != (f64::from(b.lat_e7) <= lat))
        .map(|(a, b)| {
            let f = (lat - f64::from(a.lat_e7)) / (f64::from(b.lat_e7) - f64::from(a.lat_e7));
            f64::from(a.lon_e7) + f * (f64::from(b.lon_e7) - f64::from(a.lon_e7))
        })
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let widest = crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    widest.map_or(rings[0][0], |w| Position::new(((w[0] + w[1]) / 2.0).round() as i32, lat.floor() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(i32, i32)]) -> Path {
        points.iter().map(|&(x, y)| Position::new(x, y)).collect()
    }

    #[test]
    fn a_clockwise_outer_ring_is_turned_and_counted() {
        let mut shape = Shape::Polygons(vec![vec![ring(&[(0, 0), (0, 10), (10, 10), (10, 0)])]]);
        assert_eq!(shape.wind_rings(), 1);
        assert_eq!(shape.wind_rings(), 0);
    }

    #[test]
    fn a_bow_tie_crosses_itself_and_a_square_does_not() {
        let bow_tie = Shape::Polygons(vec![vec![ring(&[(0, 0), (10, 10), (10, 0), (0, 10)])]]);
        assert!(bow_tie.self_crossing().is_some());
        let square = Shape::Polygons(vec![vec![ring(&[(0, 0), (10, 0), (10, 10), (0, 10)])]]);
        assert_eq!(square.self_crossing(), None);
    }

    #[test]
    fn the_anchor_of_a_horseshoe_lies_in_its_arm_and_not_in_the_gap() {
        let horseshoe = ring(&[(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)]);
        let anchor = Shape::Polygons(vec![vec![horseshoe]]).anchor();
        assert!((0..=10).contains(&anchor.lon_e7) || (20..=30).contains(&anchor.lon_e7));
    }

    #[test]
    fn a_line_meets_a_box_that_it_only_passes_through_and_a_polygon_one_that_it_surrounds() {
        let b = Bounds { west: 40, south: 40, east: 60, north: 60 };
        assert!(Shape::Lines(vec![ring(&[(0, 50), (100, 50)])]).meets(&b));
        assert!(!Shape::Lines(vec![ring(&[(0, 70), (100, 70)])]).meets(&b));
        assert!(Shape::Polygons(vec![vec![ring(&[(0, 0), (100, 0), (100, 100), (0, 100)])]]).meets(&b));
        let with_hole = vec![
            ring(&[(0, 0), (100, 0), (100, 100), (0, 100)]),
            ring(&[(30, 30), (30, 70), (70, 70), (70, 30)]),
        ];
        assert!(!Shape::Polygons(vec![with_hole]).meets(&b));
    }

    #[test]
    fn the_anchor_of_a_line_is_half_way_along_it() {
        let line = Shape::Lines(vec![ring(&[(0, 0), (100, 0), (400, 0)])]);
        assert_eq!(line.anchor(), Position::new(200, 0));
    }
}
