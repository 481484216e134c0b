//! The only description of a write: what happened, and the records as they are afterwards.

use serde::{Deserialize, Serialize};

use super::deadline::{DayKind, DeadlineRule};
use super::embed::Embed;
use super::fallback::Fallback;
use super::source::Source;
use super::token::Token;
use super::{Appeal, Body, Category, Event, Mark, Municipality, Problem, Region, Settlement};

/// What sort of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    /// The region itself (number 0).
    Region = 0,
    /// The key of the identity hashes (number 0).
    IdentityKey = 1,
    /// A municipality.
    Municipality = 2,
    /// A settlement.
    Settlement = 3,
    /// A body.
    Body = 4,
    /// A category.
    Category = 5,
    /// A deadline rule.
    DeadlineRule = 6,
    /// One year of the calendar (number = year).
    CalendarYear = 7,
    /// A source of records.
    Source = 8,
    /// A fallback coordinate.
    Fallback = 9,
    /// A service token.
    Token = 10,
    /// A key of embeds.
    Embed = 11,
    /// A problem.
    Problem = 16,
    /// An appeal.
    Appeal = 17,
    /// A citizen's mark.
    Mark = 18,
}

impl Kind {
    /// All kinds, dictionaries first: a reader that goes in this order knows every name before it is used.
    pub const ALL: [Self; 15] = [
        Self::Region,
        Self::IdentityKey,
        Self::Municipality,
        Self::Settlement,
        Self::Body,
        Self::Category,
        Self::DeadlineRule,
        Self::CalendarYear,
        Self::Source,
        Self::Fallback,
        Self::Token,
        Self::Embed,
        Self::Problem,
        Self::Appeal,
        Self::Mark,
    ];

    /// The kind with this number on disk.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::IdentityKey => "identity_key",
            Self::Municipality => "municipality",
            Self::Settlement => "settlement",
            Self::Body => "body",
            Self::Category => "category",
            Self::DeadlineRule => "deadline_rule",
            Self::CalendarYear => "calendar_year",
            Self::Source => "source",
            Self::Fallback => "fallback",
            Self::Token => "token",
            Self::Embed => "embed",
            Self::Problem => "problem",
            Self::Appeal => "appeal",
            Self::Mark => "mark",
        }
    }

    /// Whether the store keeps the events of such an entity beside it, as its history.
    #[must_use]
    pub const fn keeps_history(self) -> bool {
        matches!(self, Self::Problem)
    }
}

/// Which entity: its kind and its number within the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Kind.
    pub kind: Kind,
    /// Number.
    pub number: u32,
}

/// The key of the identity hashes: 32 secret bytes, drawn when the atlas is created.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityKey(pub [u8; 32]);

impl std::fmt::Debug for IdentityKey {
    /// Never shows the key: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityKey(..)")
    }
}

/// The exceptions of one calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarYear {
    /// The year.
    pub year: u16,
    /// Days that differ from Monday–Friday.
    pub exceptions: Vec<(jiff::civil::Date, DayKind)>,
}

/// An entity as it is after a write.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// The region.
    Region(Region),
    /// The key of the identity hashes.
    IdentityKey(IdentityKey),
    /// A municipality.
    Municipality(Municipality),
    /// A settlement.
    Settlement(Settlement),
    /// A body.
    Body(Body),
    /// A category.
    Category(Category),
    /// A deadline rule and its number.
    DeadlineRule(u16, DeadlineRule),
    /// A year of the calendar.
    CalendarYear(CalendarYear),
    /// A source.
    Source(Source),
    /// A fallback coordinate.
    Fallback(Fallback),
    /// A token.
    Token(Token),
    /// A key of embeds.
    Embed(Embed),
    /// A problem.
    Problem(Box<Problem>),
    /// An appeal.
    Appeal(Appeal),
    /// A mark.
    Mark(Mark),
}

impl Record {
    /// The entity's key.
    #[must_use]
    pub fn key(&self) -> Key {
        let (kind, number) = match self {
            Self::Region(_) => (Kind::Region, 0),
            Self::IdentityKey(_) => (Kind::IdentityKey, 0),
            Self::Municipality(m) => (Kind::Municipality, u32::from(m.no.0)),
            Self::Settlement(s) => (Kind::Settlement, u32::from(s.no.0)),
            Self::Body(b) => (Kind::Body, u32::from(b.no.0)),
            Self::Category(c) => (Kind::Category, u32::from(c.no.0)),
            Self::DeadlineRule(no, _) => (Kind::DeadlineRule, u32::from(*no)),
            Self::CalendarYear(y) => (Kind::CalendarYear, u32::from(y.year)),
            Self::Source(s) => (Kind::Source, u32::from(s.no.0)),
            Self::Fallback(f) => (Kind::Fallback, u32::from(f.no.0)),
            Self::Token(t) => (Kind::Token, u32::from(t.no.0)),
            Self::Embed(e) => (Kind::Embed, u32::from(e.no.0)),
            Self::Problem(p) => (Kind::Problem, p.no.0),
            Self::Appeal(a) => (Kind::Appeal, a.no.0),
            Self::Mark(m) => (Kind::Mark, m.no.0),
        };
        Key { kind, number }
    }
}

/// One write: journal, store and snapshot all consume this same value.
///
/// Within one change set a key appears at most once among the records, and events stand in the order they happened.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeSet {
    /// What happened.
    pub events: Vec<Event>,
    /// The records as they are afterwards.
    pub records: Vec<Record>,
}

impl ChangeSet {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.records.is_empty()
    }
}
