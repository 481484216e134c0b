//! What happened. Events are append-only and the only way anything changes.
//!
//! Their hash chain is computed where they become bytes: [`crate::records::chain`].

use serde::{Deserialize, Serialize};

use super::change::Key;
use super::role::Role;
use super::status::Status;
use super::{BodyNo, MunicipalityNo, ProblemNo, Timestamp, TokenNo};

/// Who did it: a role, never a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// In which role.
    pub role: Role,
    /// For which body.
    pub body: Option<BodyNo>,
    /// With which token.
    pub token: Option<TokenNo>,
}

impl Actor {
    /// The atlas itself.
    pub const SYSTEM: Self = Self { role: Role::System, body: None, token: None };

    /// The administrator at the command line.
    pub const ADMIN: Self = Self { role: Role::Admin, body: None, token: None };
}

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// An entry of a dictionary (region, municipality, category, …) was added or changed.
    DictionaryChanged,
    /// A record came in from a file as its source has it.
    Imported,
    /// A record changed because its source says so now.
    Updated,
    /// A problem was proposed.
    Proposed,
    /// A problem went from one state to another.
    StatusChanged {
        /// From.
        from: Status,
        /// To.
        to: Status,
    },
    /// The baseline deadline was set, once and for all.
    BaselineSet {
        /// The deadline.
        due: Timestamp,
        /// By rule, because nobody set it in time.
        by_rule: bool,
    },
    /// The current deadline was moved.
    DueMoved {
        /// From.
        from: Timestamp,
        /// To.
        to: Timestamp,
    },
    /// Another body is responsible.
    BodyChanged {
        /// From.
        from: Option<BodyNo>,
        /// To.
        to: BodyNo,
    },
    /// A postponed problem is to be looked at again then.
    ReviewSet {
        /// When.
        at: Timestamp,
    },
    /// The problem is the same as another.
    DuplicateOf {
        /// The other.
        problem: ProblemNo,
    },
    /// The problem comes back after an earlier one of its type was resolved here.
    RecurrenceOf {
        /// The earlier one.
        problem: ProblemNo,
    },
    /// New borders put the record into another municipality.
    MunicipalityChanged {
        /// From.
        from: Option<MunicipalityNo>,
        /// To.
        to: Option<MunicipalityNo>,
    },
    /// An appeal came in.
    AppealReceived,
    /// An appeal became evidence for the problem.
    AppealLinked,
    /// A coordinate proved to be a source's fallback.
    FallbackFound,
    /// A token was issued.
    TokenIssued,
    /// A token was taken back.
    TokenRevoked,
    /// A photo was published with the problem.
    PhotoAdded,
    /// A photo of the problem was taken off.
    PhotoRemoved,
}

impl EventKind {
    /// The name on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DictionaryChanged => "dictionary_changed",
            Self::Imported => "imported",
            Self::Updated => "updated",
            Self::Proposed => "proposed",
            Self::StatusChanged { .. } => "status_changed",
            Self::BaselineSet { .. } => "baseline_set",
            Self::DueMoved { .. } => "due_moved",
            Self::BodyChanged { .. } => "body_changed",
            Self::ReviewSet { .. } => "review_set",
            Self::DuplicateOf { .. } => "duplicate_of",
            Self::RecurrenceOf { .. } => "recurrence_of",
            Self::MunicipalityChanged { .. } => "municipality_changed",
            Self::AppealReceived => "appeal_received",
            Self::AppealLinked => "appeal_linked",
            Self::FallbackFound => "fallback_found",
            Self::TokenIssued => "token_issued",
            Self::TokenRevoked => "token_revoked",
            Self::PhotoAdded => "photo_added",
            Self::PhotoRemoved => "photo_removed",
        }
    }
}

/// One thing that happened to one entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the log, from 1, without gaps. Set by the writer.
    pub seq: u64,
    /// To what.
    pub entity: Key,
    /// What.
    pub kind: EventKind,
    /// By whom.
    pub actor: Actor,
    /// When it was recorded.
    pub at: Timestamp,
    /// From when it holds; earlier than `at` when something is entered later.
    pub effective_at: Timestamp,
    /// Code of the reason (`weather`, `scope_grew`, …).
    pub reason: Option<String>,
    /// Reference of an act or a photo.
    pub evidence: Option<String>,
}

/// Something that happened in a recorded life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEvent {
    /// What.
    pub kind: EventKind,
    /// By whom.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Code of the reason.
    pub reason: Option<String>,
    /// Reference of an act or a photo.
    pub evidence: Option<String>,
}
