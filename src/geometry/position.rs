//! A place on Earth, WGS 84, as two integers.

use serde::{Deserialize, Serialize};

/// Units of a [`Position`] in one degree.
pub const UNITS_PER_DEG: f64 = 1e7;

/// The northern and southern limit of Web Mercator, in 1e-7 degrees (85.0511287°).
pub const MAX_LAT_E7: i32 = 850_511_287;

/// Half a turn in 1e-7 degrees.
pub const HALF_TURN_E7: i32 = 1_800_000_000;

/// A place, WGS 84, longitude before latitude.
///
/// Range: longitude −180…180°, latitude within ±85.0511287° (what Web Mercator can show).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Longitude in 1e-7 degrees, east positive.
    pub lon_e7: i32,
    /// Latitude in 1e-7 degrees, north positive.
    pub lat_e7: i32,
}

/// Why two numbers are not a [`Position`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// Not a number, or infinite.
    #[error("not a finite number")]
    NotFinite,
    /// Longitude outside −180…180°.
    #[error("longitude outside -180..180")]
    Longitude,
    /// Latitude outside ±85.0511287°.
    #[error("latitude outside -85.0511287..85.0511287")]
    Latitude,
}

impl Position {
    /// A position of 1e-7 degree units that are known to be in range.
    #[must_use]
    pub const fn new(lon_e7: i32, lat_e7: i32) -> Self {
        Self { lon_e7, lat_e7 }
    }

    /// Parses degrees from outside.
    ///
    /// Errors: a number that is not finite or out of range; nothing is wrapped or clamped.
    ///
    /// ```
    /// use atlas::geometry::Position;
    /// let khabarovsk = Position::parse_degrees(135.0599, 48.4647).unwrap();
    /// assert_eq!((khabarovsk.lon_e7, khabarovsk.lat_e7), (1_350_599_000, 484_647_000));
    /// assert!(Position::parse_degrees(f64::NAN, 0.0).is_err());
    /// assert!(Position::parse_degrees(48.4647, 135.0599).is_err());
    /// ```
    pub fn parse_degrees(lon_deg: f64, lat_deg: f64) -> Result<Self, PositionError> {
        if !lon_deg.is_finite() || !lat_deg.is_finite() {
            return Err(PositionError::NotFinite);
        }
        if !(-180.0..=180.0).contains(&lon_deg) {
            return Err(PositionError::Longitude);
        }
        let lat_e7 = (lat_deg * UNITS_PER_DEG).round();
        if lat_e7.abs() > f64::from(MAX_LAT_E7) {
            return Err(PositionError::Latitude);
        }
        Ok(Self { lon_e7: (lon_deg * UNITS_PER_DEG).round() as i32, lat_e7: lat_e7 as i32 })
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon_deg(self) -> f64 {
        f64::from(self.lon_e7) / UNITS_PER_DEG
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat_deg(self) -> f64 {
        f64::from(self.lat_e7) / UNITS_PER_DEG
    }
}
