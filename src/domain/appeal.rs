//! One citizen's message: evidence for a problem. Never the citizen.

use serde::{Deserialize, Serialize};

use super::{AppealNo, CategoryNo, MunicipalityNo, ProblemNo, QualityFlags, SourceNo, Timestamp};
use crate::geometry::Position;

/// Where an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum AppealStatus {
    /// Waiting for a reply.
    Received = 0,
    /// Somebody is at it.
    InWork = 1,
    /// Replied.
    Answered = 2,
    /// Not within anybody's powers, or abusive.
    Rejected = 3,
    /// Taken back by the sender.
    Withdrawn = 4,
}

impl AppealStatus {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Received, Self::InWork, Self::Answered, Self::Rejected, Self::Withdrawn];

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InWork => "in_work",
            Self::Answered => "answered",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
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

    /// Whether nobody waits for a reply any more.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Answered | Self::Rejected | Self::Withdrawn)
    }
}

/// One message of one citizen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Its number.
    pub no: AppealNo,
    /// Where it comes from.
    pub source: SourceNo,
    /// 64 bits of a keyed hash of the source's own number: opaque outside, enough to know the row again.
    pub identity: u64,
    /// What it is about.
    pub category: CategoryNo,
    /// Where.
    pub point: Position,
    /// In which municipality, when in one.
    pub municipality: Option<MunicipalityNo>,
    /// When it came in, where known.
    pub received_at: Option<Timestamp>,
    /// When the reply is due.
    pub due_at: Option<Timestamp>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Where it stands.
    pub status: AppealStatus,
    /// The problem for which it is evidence.
    pub problem: Option<ProblemNo>,
    /// Whether the public may see that it exists.
    pub public: bool,
    /// Its words, held for moderation; no public view has them.
    pub text: Option<String>,
    /// Doubts about it.
    pub flags: QualityFlags,
    /// When the record changed last.
    pub updated_at: Timestamp,
}
