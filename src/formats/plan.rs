//! What is known before a file is read: the format, the mapping, the region, the limits.

use super::field::RowKind;
use super::format::Format;
use super::json_scan::MAX_DEPTH;
use super::mapping::Mapping;
use crate::domain::Timestamp;
use crate::domain::time::Zone;
use crate::geometry::Bounds;

/// What is known before a file is read.
#[derive(Debug, Clone)]
pub struct ReadPlan {
    /// The format; `None`: the mapping's, or else what the first bytes look like.
    pub format: Option<Format>,
    /// Names, dates and values of the source.
    pub mapping: Mapping,
    /// The region's zone, for times without an offset unless the mapping names another.
    pub zone: Zone,
    /// Where rows are expected to lie; without it exchanged coordinates are not noticed.
    pub region_bounds: Option<Bounds>,
    /// The present moment: what lies more than a day after it is in the future.
    pub now: Timestamp,
    /// What a file may ask of memory.
    pub limits: Limits,
}

/// What a file may ask of memory. Each has the size of the largest real thing in mind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest row of a CSV file, and longest feature of a kind that is always a point, bytes.
    pub row_bytes: usize,
    /// Longest GeoJSON feature of a kind that may be a polygon, and longest CSV row of a border, bytes.
    pub feature_bytes: usize,
    /// Deepest nesting of JSON, at most 64 levels.
    pub depth: usize,
}

impl Default for Limits {
    /// 1 MiB, 64 MiB and 64 levels.
    fn default() -> Self {
        Self { row_bytes: 1 << 20, feature_bytes: 64 << 20, depth: MAX_DEPTH }
    }
}

impl Limits {
    /// The longest record of a file.
    pub(super) fn record_bytes(self, format: Format, kind: RowKind) -> usize {
        match (format, kind) {
            (_, RowKind::Municipalities) => self.feature_bytes,
            (Format::GeoJson | Format::GeoJsonSeq, RowKind::Problems) => self.feature_bytes,
            _ => self.row_bytes,
        }
    }
}
