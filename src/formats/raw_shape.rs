//! From vertices as a file gives them to a [`Shape`] that the atlas draws: repaired where the intent is clear, refused
//! where it is not.
//!
//! The vertices come from [`super::geometry_json`], [`super::geometry_wkt`] or two columns.

use super::rule;
use crate::domain::{Quality, QualityFlags};
use crate::geometry::position::{HALF_TURN_E7, MAX_LAT_E7, UNITS_PER_DEG};
use crate::geometry::shape::{Path, doubled_area};
use crate::geometry::{Bounds, Position, Shape};

/// Why a geometry is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GeometryFault {
    /// Not GeoJSON, not WKT, not numbers.
    Unreadable,
    /// No vertex at all.
    Empty,
    /// A type that the atlas does not draw.
    Unsupported,
    /// A coordinate that is not a number, or infinite.
    NotFinite,
    /// A coordinate off the map.
    OutOfRange,
    /// More vertices than allowed.
    TooManyVertices,
    /// A line of fewer than two places.
    ShortLine,
    /// A ring of fewer than three places.
    ShortRing,
    /// A ring that crosses itself, here.
    SelfCrossing(Position),
}

impl GeometryFault {
    /// The code of the broken rule.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Unreadable => rule::GEOMETRY_UNREADABLE,
            Self::Empty => rule::GEOMETRY_EMPTY,
            Self::Unsupported => rule::GEOMETRY_UNSUPPORTED,
            Self::NotFinite => rule::COORDINATES_NOT_FINITE,
            Self::OutOfRange => rule::COORDINATES_OUT_OF_RANGE,
            Self::TooManyVertices => rule::GEOMETRY_TOO_MANY_VERTICES,
            Self::ShortLine => rule::LINE_TOO_SHORT,
            Self::ShortRing => rule::RING_TOO_SHORT,
            Self::SelfCrossing(_) => rule::POLYGON_CROSSES_ITSELF,
        }
    }
}

/// A shape that keeps the rules, and what had to be done to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked {
    pub shape: Shape,
    pub flags: QualityFlags,
    pub turned_rings: usize,
    pub closed_rings: usize,
}

/// A vertex whose latitude may still lie beyond the map, as it does when the two are exchanged.
pub(super) fn vertex(lon_deg: f64, lat_deg: f64) -> Result<Position, GeometryFault> {
    if !lon_deg.is_finite() || !lat_deg.is_finite() {
        return Err(GeometryFault::NotFinite);
    }
    let half_turn = f64::from(HALF_TURN_E7) / UNITS_PER_DEG;
    if lon_deg.abs() > half_turn || lat_deg.abs() > half_turn {
        return Err(GeometryFault::OutOfRange);
    }
    let e7 = |deg: f64| (deg * UNITS_PER_DEG).round() as i32;
    Ok(Position::new(e7(lon_deg), e7(lat_deg)))
}

/// Checks a point.
pub(super) fn check_point(
    point: Position,
    region: Option<Bounds>,
) -> Result<(Position, QualityFlags), GeometryFault> {
    let order = order_of(|| std::iter::once(point), region)?;
    let point = if order == Order::MustSwap { exchanged(point) } else { point };
    let null_island = point == Position::new(0, 0);
    let flags = QualityFlags::default()
        .with(Quality::CoordinatesSwapped, order != Order::LonLat)
        .with(Quality::NullIsland, null_island)
        .with(Quality::LonEqualsLat, point.lon_e7 == point.lat_e7 && !null_island);
    Ok((point, flags))
}

/// Checks and repairs any shape of at most `max_vertices`.
///
/// Repaired: repeated vertices, rings that are not closed or wound the wrong way, longitude and latitude exchanged when
/// only the exchange puts the shape into `region`. Cost: that of [`Shape::self_crossing`].
pub(super) fn check(
    mut shape: Shape,
    max_vertices: usize,
    region: Option<Bounds>,
) -> Result<Checked, GeometryFault> {
    if let Shape::Point(point) = shape {
        let (point, flags) = check_point(point, region)?;
        return Ok(Checked { shape: Shape::Point(point), flags, turned_rings: 0, closed_rings: 0 });
    }
    let closed_rings = tidy(&mut shape)?;
    if shape.vertices().count() > max_vertices {
        return Err(GeometryFault::TooManyVertices);
    }
    // All vertices come from one writer, so they are exchanged together.
    let order = order_of(|| shape.vertices(), region)?;
    if order == Order::MustSwap {
        exchange_all(&mut shape);
    }
    let turned_rings = shape.wind_rings();
    if let Some(place) = shape.self_crossing() {
        return Err(GeometryFault::SelfCrossing(place));
    }
    let flags = QualityFlags::default().with(Quality::CoordinatesSwapped, order != Order::LonLat);
    Ok(Checked { shape, flags, turned_rings, closed_rings })
}

/// Drops repeated vertices and the closing one of rings. Returns how many rings had none.
fn tidy(shape: &mut Shape) -> Result<usize, GeometryFault> {
    let mut closed = 0;
    match shape {
        Shape::Point(_) => {}
        Shape::Lines(lines) if lines.is_empty() => return Err(GeometryFault::Empty),
        Shape::Polygons(polygons) if polygons.is_empty() => return Err(GeometryFault::Empty),
        Shape::Lines(lines) => {
            for line in lines {
                line.dedup();
                if line.len() < 2 {
                    return Err(if line.is_empty() {
                        GeometryFault::Empty
                    } else {
                        GeometryFault::ShortLine
                    });
                }
            }
        }
        Shape::Polygons(polygons) => {
            for rings in polygons {
                if rings.first().is_none_or(Vec::is_empty) {
                    return Err(GeometryFault::Empty);
                }
                for ring in rings {
                    closed += usize::from(tidy_ring(ring)?);
                }
            }
        }
    }
    Ok(closed)
}

/// Returns whether the ring was not closed.
fn tidy_ring(ring: &mut Path) -> Result<bool, GeometryFault> {
    let open = ring.first() != ring.last();
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let Some(&first) = ring.first() else { return Err(GeometryFault::ShortRing) };
    let second = ring.iter().find(|v| **v != first).copied();
    let has_third = ring.iter().any(|v| *v != first && Some(*v) != second);
    if !has_third {
        return Err(GeometryFault::ShortRing);
    }
    // A ring without area lies on itself all along.
    if doubled_area(ring) == 0 {
        return Err(GeometryFault::SelfCrossing(first));
    }
    Ok(open)
}

/// In which order the two coordinates seem to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    LonLat,
    /// Exchanged, but possible as they stand: not for us to change.
    LooksSwapped,
    /// Exchanged, and impossible as they stand.
    MustSwap,
}

/// Coordinates look exchanged when the region holds all of them the other way round and none as they are given.
fn order_of<I: Iterator<Item = Position>>(
    vertices: impl Fn() -> I,
    region: Option<Bounds>,
) -> Result<Order, GeometryFault> {
    let in_range = |p: Position| p.lat_e7.abs() <= MAX_LAT_E7;
    let possible = vertices().all(in_range);
    let in_region = |p: Position| in_range(p) && region.is_some_and(|region| region.contains(p));
    if possible && vertices().any(in_region) {
        return Ok(Order::LonLat);
    }
    let fits_swapped = vertices().map(exchanged).all(in_region);
    match (possible, fits_swapped) {
        (true, false) => Ok(Order::LonLat),
        (true, true) => Ok(Order::LooksSwapped),
        (false, true) => Ok(Order::MustSwap),
        (false, false) => Err(GeometryFault::OutOfRange),
    }
}

fn exchanged(p: Position) -> Position {
    Position::new(p.lat_e7, p.lon_e7)
}

fn exchange_all(shape: &mut Shape) {
    let exchange = |path: &mut Path| path.iter_mut().for_each(|p| *p = exchanged(*p));
    match shape {
        Shape::Point(point) => *point = exchanged(*point),
        Shape::Lines(lines) => lines.iter_mut().for_each(exchange),
        Shape::Polygons(polygons) => polygons.iter_mut().flatten().for_each(exchange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region() -> Option<Bounds> {
        Some(Bounds::parse_degrees([130.0, 46.0, 147.0, 63.0]).unwrap())
    }

    fn at(lon: f64, lat: f64) -> Position {
        vertex(lon, lat).unwrap()
    }

    fn path(points: &[(f64, f64)]) -> Path {
        points.iter().map(|&(x, y)| at(x, y)).collect()
    }

    fn polygon(points: &[(f64, f64)]) -> Shape {
        Shape::Polygons(vec![vec![path(points)]])
    }

    #[test]
    fn coordinates_off_the_map_are_refused() {
        assert_eq!(vertex(f64::NAN, 0.0), Err(GeometryFault::NotFinite));
        assert_eq!(vertex(0.0, f64::NEG_INFINITY), Err(GeometryFault::NotFinite));
        assert_eq!(vertex(180.1, 0.0), Err(GeometryFault::OutOfRange));
        assert_eq!(check_point(at(10.0, 86.0), None), Err(GeometryFault::OutOfRange));
        assert_eq!(check_point(at(-180.0, 85.05), None).unwrap().0, at(-180.0, 85.05));
    }

    #[test]
    fn equal_coordinates_and_the_origin_are_flagged() {
        let flags = |lon, lat| check_point(at(lon, lat), None).unwrap().1;
        assert!(flags(48.5, 48.5).contains(Quality::LonEqualsLat));
        assert!(flags(0.0, 0.0).contains(Quality::NullIsland));
        assert_eq!(flags(135.0, 48.5), QualityFlags::default());
    }

    #[test]
    fn a_point_off_the_map_that_lies_in_the_region_the_other_way_round_goes_in_exchanged() {
        let (point, flags) = check_point(at(48.5, 135.1), region()).unwrap();
        assert_eq!(point, at(135.1, 48.5));
        assert!(flags.contains(Quality::CoordinatesSwapped));
        assert_eq!(check_point(at(12.0, 135.1), region()), Err(GeometryFault::OutOfRange));
    }

    #[test]
    fn a_possible_point_that_lies_in_the_region_only_the_other_way_round_stays_and_is_flagged() {
        let region = Some(Bounds::parse_degrees([-71.2, 42.2, -70.9, 42.4]).unwrap());
        let (point, flags) = check_point(at(42.3, -71.0), region).unwrap();
        assert_eq!(point, at(42.3, -71.0));
        assert!(flags.contains(Quality::CoordinatesSwapped));
        assert!(!check_point(at(10.0, 10.5), region).unwrap().1.contains(Quality::CoordinatesSwapped));
    }

    #[test]
    fn an_exchanged_polygon_is_turned_back_as_a_whole() {
        let exchanged = polygon(&[(48.0, 135.0), (49.0, 135.0), (49.0, 136.0), (48.0, 135.0)]);
        let checked = check(exchanged, 10, region()).unwrap();
        assert!(checked.flags.contains(Quality::CoordinatesSwapped));
        assert!(checked.shape.vertices().all(|v| region().unwrap().contains(v)));
    }

    #[test]
    fn rings_are_closed_turned_and_freed_of_repeated_vertices() {
        let messy = [(0.0, 0.0), (0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 1.0), (1.0, 0.0)];
        let checked = check(polygon(&messy), 10, None).unwrap();
        assert_eq!((checked.turned_rings, checked.closed_rings), (1, 1));
        assert_eq!(checked.shape.vertices().count(), 4);
        assert!(checked.shape.self_crossing().is_none());
    }

    #[test]
    fn a_proper_ring_stays_as_it_is() {
        let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
        let checked = check(polygon(&ring), 4, None).unwrap();
        assert_eq!(checked.shape, Shape::Polygons(vec![vec![path(&ring[..4])]]));
        assert_eq!((checked.turned_rings, checked.closed_rings), (0, 0));
    }

    #[test]
    fn rings_lines_and_shapes_that_are_too_short_are_refused() {
        let fault = |shape| check(shape, 100, None).unwrap_err();
        assert_eq!(fault(polygon(&[(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)])), GeometryFault::ShortRing);
        assert_eq!(
            fault(polygon(&[(0.0, 0.0), (1.0, 1.0), (0.0, 0.0), (1.0, 1.0), (0.0, 0.0)])),
            GeometryFault::ShortRing
        );
        assert_eq!(fault(polygon(&[])), GeometryFault::Empty);
        assert_eq!(fault(Shape::Polygons(vec![])), GeometryFault::Empty);
        assert_eq!(fault(Shape::Polygons(vec![vec![]])), GeometryFault::Empty);
        assert_eq!(fault(Shape::Lines(vec![])), GeometryFault::Empty);
        assert_eq!(fault(Shape::Lines(vec![vec![]])), GeometryFault::Empty);
        assert_eq!(fault(Shape::Lines(vec![path(&[(0.0, 0.0), (0.0, 0.0)])])), GeometryFault::ShortLine);
    }

    #[test]
    fn polygons_that_cross_themselves_or_have_no_area_are_refused() {
        let bow_tie = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.5), (0.0, 0.0)];
        let flat = [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 0.0)];
        for shape in [polygon(&bow_tie), polygon(&flat)] {
            let fault = check(shape, 100, None).unwrap_err();
            assert_eq!(fault.rule(), "polygon_crosses_itself");
        }
    }

    #[test]
    fn the_closing_vertex_does_not_count_towards_the_limit() {
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
        assert!(check(polygon(&square), 4, None).is_ok());
        assert_eq!(check(polygon(&square), 3, None), Err(GeometryFault::TooManyVertices));
    }
}
