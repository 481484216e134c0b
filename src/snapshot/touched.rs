//! Where a layer changed when: what the entity tags of tiles are made of.
//!
//! The last changes are remembered one by one, with the place that each touched; of everything before them it is only known
//! that it is older. A tile's version is that of the last change that it could show, so a write gives new tags to exactly
//! the tiles that it touches.

use std::sync::Arc;

use crate::analytics::columns::Row;
use crate::analytics::selection::Selection;
use crate::geometry::Bounds;
use crate::geometry::zorder::Rect;

/// So many changes are remembered; with one more all are forgotten, and every tile counts as touched once.
const MOST: usize = 4_096;

/// One change of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Snapshot in which it happened.
    version: u64,
    /// What the row covers, before or after the change.
    pub place: Rect,
    /// Municipality of the row, or [`crate::analytics::columns::NONE`].
    pub municipality: u16,
}

impl Mark {
    /// Whether the row is a place and no line or polygon.
    #[must_use]
    pub fn is_point(&self) -> bool {
        self.place.min == self.place.max
    }
}

/// The last changes of a layer.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// Everything that is not remembered happened in this version or before.
    base: u64,
    /// Oldest first.
    marks: Arc<Vec<Mark>>,
}

impl Touched {
    /// Nothing is known but that everything happened in `version` or before.
    #[must_use]
    pub fn all(version: u64) -> Self {
        Self { base: version, marks: Arc::default() }
    }

    /// With changes of `version`. Cost: O(changes remembered), a few microseconds.
    #[must_use]
    pub fn with(&self, version: u64, changes: &[(Row, Option<Bounds>)]) -> Self {
        if self.marks.len() + changes.len() > MOST {
            return Self::all(version);
        }
        let mut marks = Vec::with_capacity(self.marks.len() + changes.len());
        marks.extend_from_slice(&self.marks);
        for (row, bounds) in changes {
            let municipality = row.municipality;
            let place = Rect { min: row.place, max: row.place };
            marks.push(Mark { version, place, municipality });
            let shape = bounds.iter().flat_map(Selection::rects_of);
            marks.extend(shape.map(|place| Mark { version, place, municipality }));
        }
        Self { base: self.base, marks: Arc::new(marks) }
    }

    /// Version of the last change that `touches` says yes to. Cost: O(changes remembered).
    #[must_use]
    pub fn last(&self, touches: impl Fn(&Mark) -> bool) -> u64 {
        self.marks.iter().rev().find(|mark| touches(mark)).map_or(self.base, |mark| mark.version)
    }
}
