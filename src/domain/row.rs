//! A record as a source gives it: typed and bounded, but with names where the atlas has numbers.
//!
//! Parsers ([`crate::formats`]) make rows or [`Rejection`]s; the writer turns rows into records.

use serde::Serialize;

use super::money::Cost;
use super::status::Status;
use super::{AppealStatus, Level, QualityFlags, Timestamp};
use crate::geometry::{Position, Shape};

/// How a row is known again when the same file comes twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowIdentity {
    /// By the id that its source gave it.
    SourceId(String),
    /// By its content, for sources without ids: a 128-bit hash of the whole row. Equal rows are told apart by their count.
    Content(u128),
}

/// A problem from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemRow {
    /// Number of the row in its file, from 1, the header not counted.
    pub row: u64,
    /// Name of the source; empty when the row names none.
    pub source: String,
    /// Its id there.
    pub source_id: String,
    /// Title; empty when there is none.
    pub title: String,
    /// Description; empty when there is none.
    pub description: String,
    /// Code, name or foreign name of the category; empty when there is none.
    pub category: String,
    /// Where.
    pub shape: Shape,
    /// State; `None` when the row names none.
    pub status: Option<Status>,
    /// 1…5.
    pub severity: Option<u8>,
    /// Id or name of the responsible body.
    pub responsible: Option<String>,
    /// Level of the responsible body.
    pub level: Option<Level>,
    /// When it entered the registry.
    pub registered_at: Option<Timestamp>,
    /// First deadline.
    pub baseline_due: Option<Timestamp>,
    /// Deadline now.
    pub current_due: Option<Timestamp>,
    /// When it was fixed.
    pub resolved_at: Option<Timestamp>,
    /// What fixing it takes.
    pub cost: Option<Cost>,
    /// How many people it concerns.
    pub people_affected: Option<u32>,
    /// Postal address.
    pub address: Option<String>,
    /// Doubts that the row itself shows.
    pub flags: QualityFlags,
}

/// An appeal from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct AppealRow {
    /// Number of the row in its file, from 1, the header not counted.
    pub row: u64,
    /// Name of the source; empty when the row names none.
    pub source: String,
    /// How to know it again.
    pub identity: RowIdentity,
    /// Code, name or foreign name of the category; empty when there is none.
    pub category: String,
    /// Where.
    pub point: Position,
    /// When it came in.
    pub received_at: Option<Timestamp>,
    /// When the reply is due.
    pub due_at: Option<Timestamp>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// State; `None` when the row names none.
    pub status: Option<AppealStatus>,
    /// Its words, held for moderation.
    pub text: Option<String>,
    /// Whether the public may see that it exists.
    pub public: bool,
    /// Doubts that the row itself shows.
    pub flags: QualityFlags,
}

/// A municipality's border, and anything else that the file says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct MunicipalityRow {
    /// Number of the row in its file, from 1, the header not counted.
    pub row: u64,
    /// Id, code, slug or name that the pack knows.
    pub name: String,
    /// The border.
    pub shape: Shape,
    /// The border is not the official one.
    pub approximate: bool,
    /// First day on which the border holds; `None` replaces the current one.
    pub valid_from: Option<jiff::civil::Date>,
    /// New territory code.
    pub oktmo: Option<String>,
    /// New full name.
    pub name_ru: Option<String>,
    /// New English name.
    pub name_en: Option<String>,
    /// Residents by a newer count.
    pub population: Option<u32>,
    /// Legal area.
    pub area_km2: Option<f64>,
    /// Rings that broke the right-hand rule and were turned.
    pub turned_rings: usize,
}

/// A citizen's mark of a head.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkRow {
    /// Number of the row in its file, from 1, the header not counted.
    pub row: u64,
    /// Name of the source; empty when the row names none.
    pub source: String,
    /// How to know it again.
    pub identity: RowIdentity,
    /// Id, code, slug or name of the municipality.
    pub municipality: String,
    /// What is marked.
    pub criterion: String,
    /// 1…5.
    pub mark: u8,
    /// When.
    pub given_at: Timestamp,
}

/// Why a row stayed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// Number of the row in its file, from 1, the header not counted.
    pub row: u64,
    /// Canonical name of the field (`geometry` for the place); empty when the row as a whole is meant.
    pub field: String,
    /// Code of the broken rule, a key of the message catalogue.
    pub rule: &'static str,
    /// What stood there, cut to [`MAX_GOT_CHARS`].
    pub got: String,
}

/// Longest quotation of a bad value, characters.
pub const MAX_GOT_CHARS: usize = 120;

impl Rejection {
    /// A rejection of `row` because the value `got` of `field` breaks `rule`.
    #[must_use]
    pub fn new(row: u64, field: &str, rule: &'static str, got: &str) -> Self {
        let got = got.chars().take(MAX_GOT_CHARS).collect();
        Self { row, field: field.to_owned(), rule, got }
    }
}
