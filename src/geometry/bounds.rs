//! A box of longitudes and latitudes that may cross the antimeridian.

use super::Position;
use super::position::{HALF_TURN_E7, MAX_LAT_E7, PositionError, UNITS_PER_DEG};

/// A closed box, west to east and south to north, in 1e-7 degrees.
///
/// `west > east` means that the box crosses the antimeridian (RFC 7946, section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Western edge.
    pub west: i32,
    /// Southern edge.
    pub south: i32,
    /// Eastern edge.
    pub east: i32,
    /// Northern edge.
    pub north: i32,
}

/// Why four numbers are not a [`Bounds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoundsError {
    /// An edge is not a place.
    #[error(transparent)]
    Edge(#[from] PositionError),
    /// South lies north of north.
    #[error("south is greater than north")]
    SouthAboveNorth,
}

impl Bounds {
    /// Everything.
    pub const WORLD: Self =
        Self { west: -HALF_TURN_E7, south: -MAX_LAT_E7, east: HALF_TURN_E7, north: MAX_LAT_E7 };

    /// Parses `west, south, east, north` in degrees. Latitudes beyond Web Mercator, up to the poles, are allowed in a
    /// box (QGIS and GDAL ask for ±90) and cut to its limit.
    ///
    /// Errors: a number that is not finite or out of range; south above north.
    pub fn parse_degrees([west, south, east, north]: [f64; 4]) -> Result<Self, BoundsError> {
        let limit = f64::from(MAX_LAT_E7) / UNITS_PER_DEG;
        let cut = |lat: f64| if lat.abs() <= 90.0 { lat.clamp(-limit, limit) } else { lat };
        let low = Position::parse_degrees(west, cut(south))?;
        let high = Position::parse_degrees(east, cut(north))?;
        if south > north {
            return Err(BoundsError::SouthAboveNorth);
        }
        Ok(Self { west: low.lon_e7, south: low.lat_e7, east: high.lon_e7, north: high.lat_e7 })
    }

    /// The smallest box around `positions`, or `None` when there are none. Never crosses the antimeridian.
    pub fn around(positions: impl IntoIterator<Item = Position>) -> Option<Self> {
        positions.into_iter().fold(None, |bounds, p| match bounds {
            None => Some(Self { west: p.lon_e7, south: p.lat_e7, east: p.lon_e7, north: p.lat_e7 }),
            Some(b) => Some(Self {
                west: b.west.min(p.lon_e7),
                south: b.south.min(p.lat_e7),
                east: b.east.max(p.lon_e7),
                north: b.north.max(p.lat_e7),
            }),
        })
    }

    /// Whether `p` lies in the box or on its edge.
    #[must_use]
    pub fn contains(&self, p: Position) -> bool {
        let in_lon = if self.west <= self.east {
            (self.west..=self.east).contains(&p.lon_e7)
        } else {
            p.lon_e7 >= self.west || p.lon_e7 <= self.east
        };
        in_lon && (self.south..=self.north).contains(&p.lat_e7)
    }

    /// The box as one or two boxes that do not cross the antimeridian.
    pub fn split(&self) -> impl Iterator<Item = Self> + use<> {
        let crosses = self.west > self.east;
        let first = if crosses { Self { east: HALF_TURN_E7, ..*self } } else { *self };
        let second = crosses.then_some(Self { west: -HALF_TURN_E7, ..*self });
        std::iter::once(first).chain(second)
    }

    /// Edges in degrees: west, south, east, north.
    #[must_use]
    pub fn degrees(&self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north].map(|v| f64::from(v) / UNITS_PER_DEG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_across_the_antimeridian_holds_both_sides_and_not_the_middle() {
        let b = Bounds::parse_degrees([170.0, -10.0, -170.0, 10.0]).unwrap();
        for (lon, inside) in [(175.0, true), (-175.0, true), (0.0, false)] {
            assert_eq!(b.contains(Position::parse_degrees(lon, 0.0).unwrap()), inside);
        }
        assert_eq!(b.split().count(), 2);
    }

    #[test]
    fn the_poles_are_allowed_as_edges_and_numbers_beyond_them_are_not() {
        assert_eq!(Bounds::parse_degrees([-180.0, -90.0, 180.0, 90.0]).unwrap(), Bounds::WORLD);
        assert!(Bounds::parse_degrees([-180.0, -91.0, 180.0, 90.0]).is_err());
        assert_eq!(Bounds::parse_degrees([0.0, 5.0, 1.0, 4.0]), Err(BoundsError::SouthAboveNorth));
    }
}
