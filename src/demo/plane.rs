//! Metres around a place: small distances on a plane that touches the Earth there.
//!
//! Streets and yards are drawn in metres east and north. The great-circle distance of [`crate::geometry::distance`] is
//! more exact, but uses the standard library's sine, whose last bits differ between machines.

use std::f64::consts::PI;

use crate::geometry::Position;
use crate::geometry::distance::EARTH_RADIUS_M;
use crate::geometry::position::{HALF_TURN_E7, MAX_LAT_E7, UNITS_PER_DEG};

const M_PER_LAT_UNIT: f64 = EARTH_RADIUS_M * PI / 180.0 / UNITS_PER_DEG;

/// Metres east and north of an origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metres {
    /// To the east.
    pub east_m: f64,
    /// To the north.
    pub north_m: f64,
}

impl Metres {
    /// `along_m` metres in the direction of `angle` (radians, counter-clockwise from east).
    #[must_use]
    pub fn towards(angle: f64, along_m: f64) -> Self {
        Self { east_m: along_m * libm::cos(angle), north_m: along_m * libm::sin(angle) }
    }

    /// The sum of two ways.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { east_m: self.east_m + other.east_m, north_m: self.north_m + other.north_m }
    }

    /// The length of the way.
    #[must_use]
    pub fn length_m(self) -> f64 {
        (self.east_m * self.east_m + self.north_m * self.north_m).sqrt()
    }

    /// The direction of the way, radians, counter-clockwise from east.
    #[must_use]
    pub fn angle(self) -> f64 {
        libm::atan2(self.north_m, self.east_m)
    }
}

/// A plane that touches the Earth at a place. Good to 1 % within 50 km.
#[derive(Debug, Clone, Copy)]
pub struct Plane {
    origin: Position,
    m_per_lon_unit: f64,
}

impl Plane {
    /// The plane at `origin`.
    #[must_use]
    pub fn at(origin: Position) -> Self {
        let latitude = origin.lat_deg() * PI / 180.0;
        Self { origin, m_per_lon_unit: M_PER_LAT_UNIT * libm::cos(latitude) }
    }

    /// The place that lies so far from the origin.
    #[must_use]
    pub fn place(&self, way: Metres) -> Position {
        let moved = |from: i32, units: f64, limit: i32| {
            (f64::from(from) + units).round().clamp(-f64::from(limit), f64::from(limit)) as i32
        };
        Position::new(
            moved(self.origin.lon_e7, way.east_m / self.m_per_lon_unit, HALF_TURN_E7),
            moved(self.origin.lat_e7, way.north_m / M_PER_LAT_UNIT, MAX_LAT_E7),
        )
    }

    /// The way from the origin to a place.
    #[must_use]
    pub fn way_to(&self, place: Position) -> Metres {
        let units = |to: i32, from: i32| f64::from(to) - f64::from(from);
        Metres {
            east_m: units(place.lon_e7, self.origin.lon_e7) * self.m_per_lon_unit,
            north_m: units(place.lat_e7, self.origin.lat_e7) * M_PER_LAT_UNIT,
        }
    }
}

/// The place that lies so far from `from`.
#[must_use]
pub fn moved(from: Position, way: Metres) -> Position {
    Plane::at(from).place(way)
}

/// The distance of two places, metres.
#[must_use]
pub fn distance_m(a: Position, b: Position) -> f64 {
    Plane::at(a).way_to(b).length_m()
}

/// The length of a line, metres.
#[must_use]
pub fn length_m(line: &[Position]) -> f64 {
    line.windows(2).map(|w| distance_m(w[0], w[1])).sum()
}

/// The place `along_m` metres from the beginning of a line, and the line's direction there. Beyond the end it is the end.
#[must_use]
pub fn along(line: &[Position], along_m: f64) -> Option<(Position, f64)> {
    let mut left_m = along_m.max(0.0);
    let mut last = None;
    for w in line.windows(2) {
        let way = Plane::at(w[0]).way_to(w[1]);
        let step_m = way.length_m();
        if left_m <= step_m {
            return Some((moved(w[0], Metres::towards(way.angle(), left_m)), way.angle()));
        }
        left_m -= step_m;
        last = Some((w[1], way.angle()));
    }
    last.or_else(|| line.first().map(|p| (*p, 0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::distance::haversine_m;

    #[test]
    fn metres_of_the_plane_are_metres_of_the_earth() {
        let origin = Position::parse_degrees(135.06, 48.46).unwrap();
        let place = moved(origin, Metres { east_m: 3_000.0, north_m: -4_000.0 });
        assert!((haversine_m(origin, place) - 5_000.0).abs() < 5.0);
        assert!((distance_m(origin, place) - 5_000.0).abs() < 0.1);
    }

    #[test]
    fn half_way_along_a_bent_line_is_its_bend() {
        let start = Position::parse_degrees(135.06, 48.46).unwrap();
        let bend = moved(start, Metres { east_m: 100.0, north_m: 0.0 });
        let end = moved(bend, Metres { east_m: 0.0, north_m: 100.0 });
        let line = [start, bend, end];
        assert!((length_m(&line) - 200.0).abs() < 0.1);
        let (middle, _) = along(&line, 100.0).unwrap();
        assert!(distance_m(middle, bend) < 0.2);
        assert_eq!(along(&line, 999.0).unwrap().0, end);
        assert_eq!(along(&[], 1.0), None);
    }
}
