//! Marks of doubt on data that were accepted all the same.

use serde::{Deserialize, Serialize};

/// One doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Quality {
    /// The place is one on which a source puts what it cannot locate. Never stored with a record: it follows from the
    /// list of fallback coordinates (see [`super::fallback`]).
    FallbackCoordinate = 1,
    /// The place lies in no municipality of the region.
    OutsideRegion = 1 << 1,
    /// Closed before it was opened.
    ClosedBeforeOpened = 1 << 2,
    /// Longitude equals latitude: one of the two was lost.
    LonEqualsLat = 1 << 3,
    /// Longitude and latitude look exchanged: the other way round the place lies in the region.
    CoordinatesSwapped = 1 << 4,
    /// The place is 0, 0.
    NullIsland = 1 << 5,
    /// The same source has an identical row before this one.
    ExactDuplicate = 1 << 6,
    /// A deadline before the day of registration.
    DueBeforeRegistered = 1 << 7,
    /// The baseline deadline was set by rule because nobody set it in time.
    BaselineByRule = 1 << 8,
    /// A later import tried to change the baseline deadline; the first one stands.
    BaselineContested = 1 << 9,
    /// A date in the future where only the past is possible.
    FutureDate = 1 << 10,
}

impl Quality {
    /// All doubts.
    pub const ALL: [Self; 11] = [
        Self::FallbackCoordinate,
        Self::OutsideRegion,
        Self::ClosedBeforeOpened,
        Self::LonEqualsLat,
        Self::CoordinatesSwapped,
        Self::NullIsland,
        Self::ExactDuplicate,
        Self::DueBeforeRegistered,
        Self::BaselineByRule,
        Self::BaselineContested,
        Self::FutureDate,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FallbackCoordinate => "fallback_coordinate",
            Self::OutsideRegion => "outside_region",
            Self::ClosedBeforeOpened => "closed_before_opened",
            Self::LonEqualsLat => "lon_equals_lat",
            Self::CoordinatesSwapped => "coordinates_swapped",
            Self::NullIsland => "null_island",
            Self::ExactDuplicate => "exact_duplicate",
            Self::DueBeforeRegistered => "due_before_registered",
            Self::BaselineByRule => "baseline_by_rule",
            Self::BaselineContested => "baseline_contested",
            Self::FutureDate => "future_date",
        }
    }
}

/// A set of doubts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct QualityFlags(pub u16);

impl QualityFlags {
    /// Adds a doubt.
    pub fn insert(&mut self, flag: Quality) {
        self.0 |= flag as u16;
    }

    /// The set with `flag` when `when` holds.
    #[must_use]
    pub fn with(mut self, flag: Quality, when: bool) -> Self {
        if when {
            self.insert(flag);
        }
        self
    }

    /// The doubts of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Removes a doubt.
    pub fn remove(&mut self, flag: Quality) {
        self.0 &= !(flag as u16);
    }

    /// Whether the doubt is in the set.
    #[must_use]
    pub const fn contains(self, flag: Quality) -> bool {
        self.0 & flag as u16 != 0
    }

    /// The doubts in the set.
    pub fn iter(self) -> impl Iterator<Item = Quality> {
        Quality::ALL.into_iter().filter(move |flag| self.contains(*flag))
    }
}
