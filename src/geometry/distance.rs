//! Distances on the sphere.

use super::Position;

/// Mean radius of the Earth (IUGG), metres.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Great-circle distance by the haversine formula, metres. Error against the ellipsoid: below 0.56 %.
///
/// ```
/// use atlas::geometry::{Position, distance::haversine_m};
/// let khabarovsk = Position::parse_degrees(135.0599, 48.4647).unwrap();
/// let komsomolsk = Position::parse_degrees(137.0079, 50.5499).unwrap();
/// assert!((haversine_m(khabarovsk, komsomolsk) - 271_600.0).abs() < 1_000.0);
/// assert_eq!(haversine_m(khabarovsk, khabarovsk), 0.0);
/// ```
#[must_use]
pub fn haversine_m(a: Position, b: Position) -> f64 {
    let (lat_a, lat_b) = (a.lat_deg().to_radians(), b.lat_deg().to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.lon_deg() - a.lon_deg()).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}
