//! Web Mercator on 32-bit integers.

use std::f64::consts::PI;

use super::Position;
use super::position::UNITS_PER_DEG;

/// Length of the equator in EPSG:3857, metres.
pub const EQUATOR_M: f64 = 40_075_016.685_578_49;

const WORLD: f64 = 4_294_967_296.0;

/// A place in Web Mercator: the square world divided into 2³² × 2³², x growing east, y growing **south**.
///
/// One unit is 9.3 mm at the equator. Because one unit of a [`Position`] (1e-7°) spans at least 1.19 units here at
/// every latitude, the conversion is lossless: [`Mercator::position`] gives back exactly what went in. Columns
/// therefore keep only this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mercator {
    /// West to east.
    pub x: u32,
    /// North to south.
    pub y: u32,
}

impl From<Position> for Mercator {
    fn from(p: Position) -> Self {
        let sin = p.lat_deg().to_radians().sin();
        let x = (p.lon_deg() / 360.0 + 0.5) * WORLD;
        let y = (0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI)) * WORLD;
        // `as` saturates: 180° east is the last column, the northern limit the first row.
        Self { x: x.round() as u32, y: y.round() as u32 }
    }
}

impl Mercator {
    /// The position that this was made from.
    #[must_use]
    pub fn position(self) -> Position {
        let lon_deg = (f64::from(self.x) / WORLD - 0.5) * 360.0;
        let lat_deg = (PI * (1.0 - 2.0 * f64::from(self.y) / WORLD)).sinh().atan().to_degrees();
        Position::new((lon_deg * UNITS_PER_DEG).round() as i32, (lat_deg * UNITS_PER_DEG).round() as i32)
    }
}

/// Ground metres per pixel at latitude `lat_deg`, for tiles of `tile_px` pixels at zoom `z`.
#[must_use]
pub fn metres_per_px(lat_deg: f64, z: u8, tile_px: u32) -> f64 {
    EQUATOR_M * lat_deg.to_radians().cos() / (f64::from(tile_px) * f64::from(1u32 << z))
}

#[cfg(test)]
mod tests {
    use super::super::position::{HALF_TURN_E7, MAX_LAT_E7};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn mercator_gives_back_exactly_the_position_it_was_made_from(
            lon_e7 in -HALF_TURN_E7..HALF_TURN_E7, lat_e7 in -MAX_LAT_E7..=MAX_LAT_E7
        ) {
            let p = Position::new(lon_e7, lat_e7);
            prop_assert_eq!(Mercator::from(p).position(), p);
        }
    }

    #[test]
    fn the_corners_of_the_world_stay_in_the_world() {
        let north_west = Mercator::from(Position::new(-HALF_TURN_E7, MAX_LAT_E7));
        assert!(north_west.x == 0 && north_west.y < 100);
        let south_east = Mercator::from(Position::new(HALF_TURN_E7, -MAX_LAT_E7));
        assert!(south_east.x == u32::MAX && south_east.y > u32::MAX - 100);
    }
}
