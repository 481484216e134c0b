//! The states of a problem and what they mean for counting. Which step leads where: [`super::lifecycle`].

use serde::{Deserialize, Serialize};

/// Where a problem stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Status {
    /// Being written down; not public.
    Draft = 0,
    /// Proposed, waiting for a moderator.
    Submitted = 1,
    /// In the registry.
    Registered = 2,
    /// A body is responsible.
    Assigned = 3,
    /// It has a deadline.
    Planned = 4,
    /// Work goes on.
    InWork = 5,
    /// Reported as done, being verified.
    OnCheck = 6,
    /// Verified as fixed: the only state that earns credit.
    Resolved = 7,
    /// Not a problem of the registry.
    Rejected = 8,
    /// Put off until a review date.
    Postponed = 9,
    /// Will not be done, with a reason that is not money.
    Refused = 10,
    /// The same as another problem.
    Duplicate = 11,
    /// Out of sight after its end.
    Archived = 12,
}

impl Status {
    /// All states in the order of life.
    pub const ALL: [Self; 13] = [
        Self::Draft,
        Self::Submitted,
        Self::Registered,
        Self::Assigned,
        Self::Planned,
        Self::InWork,
        Self::OnCheck,
        Self::Resolved,
        Self::Rejected,
        Self::Postponed,
        Self::Refused,
        Self::Duplicate,
        Self::Archived,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Registered => "registered",
            Self::Assigned => "assigned",
            Self::Planned => "planned",
            Self::InWork => "in_work",
            Self::OnCheck => "on_check",
            Self::Resolved => "resolved",
            Self::Rejected => "rejected",
            Self::Postponed => "postponed",
            Self::Refused => "refused",
            Self::Duplicate => "duplicate",
            Self::Archived => "archived",
        }
    }

    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// The state with this number on disk.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Whether nothing more is to be done (Open311's `closed`).
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Resolved | Self::Refused | Self::Rejected | Self::Duplicate | Self::Archived)
    }

    /// Whether the public may see a problem in this state.
    #[must_use]
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Draft | Self::Submitted)
    }

    /// Whether the deadline runs: open, and not put off.
    #[must_use]
    pub const fn deadline_runs(self) -> bool {
        !self.is_closed() && !matches!(self, Self::Postponed)
    }
}
