//! Coordinates on which a source puts everything that it cannot locate.
//!
//! A geocoder that fails answers with the middle of the town: 17,070 of the 121,145 rows of a public file stand on one
//! point. Such a point is a property of the *coordinate*, so it is recorded once; the rows on it are flagged by looking
//! it up, never one by one.

use serde::{Deserialize, Serialize};

use super::{FallbackNo, Kind, SourceNo};
use crate::geometry::Position;

/// A coordinate shared by at least this many rows of one source may be a fallback…
pub const MIN_ROWS: u32 = 100;
/// …when they are also at least one in this many of the source's rows.
pub const MAX_SHARE_INVERSE: u32 = 100;

/// One fallback coordinate of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    /// Its number.
    pub no: FallbackNo,
    /// Problems or appeals.
    pub layer: Kind,
    /// The source.
    pub source: SourceNo,
    /// The place.
    pub position: Position,
    /// How many rows stood there when it was found.
    pub rows: u32,
}

/// Whether `rows` of a source's `total` rows on one place are implausible.
///
/// ```
/// use atlas::domain::fallback::is_implausible;
/// assert!(is_implausible(17_070, 121_145));
/// assert!(!is_implausible(387, 121_145)); // a large office building
/// assert!(!is_implausible(30, 40)); // a small file about one place
/// ```
#[must_use]
pub fn is_implausible(rows: u32, total: u32) -> bool {
    rows >= MIN_ROWS && u64::from(rows) * u64::from(MAX_SHARE_INVERSE) >= u64::from(total) && rows < total
}
