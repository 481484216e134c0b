//! Taking in one appeal from a program with a token.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::access::AccessError;
use super::public::PublicAppeal;
use super::{Atlas, random_bytes};
use crate::domain::role::Permission;
use crate::domain::token::Token;
use crate::domain::{Actor, Timestamp};
use crate::geometry::Position;
use crate::writer::WriteError;
use crate::writer::operations::submit_appeal::SubmitAppeal;

/// Longest text of an appeal, characters.
const MAX_TEXT_CHARS: usize = 4_000;
/// Longest name or id, characters.
const MAX_NAME_CHARS: usize = 200;

/// An appeal as a program sends it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAppeal {
    /// Code or name of the category.
    pub category: String,
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// Its words, held for moderation.
    pub text: Option<String>,
    /// When it came in (RFC 3339); now when not given.
    pub received_at: Option<String>,
    /// Where it comes from; the token's label when not given.
    pub source: Option<String>,
    /// Its id there: the same one again changes nothing.
    pub source_id: Option<String>,
    /// Public id of the problem for which it is evidence.
    pub problem: Option<String>,
    /// Whether the public may see that it exists.
    #[serde(default = "yes")]
    pub public: bool,
}

const fn yes() -> bool {
    true
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AppealTaken {
    /// Its public id.
    pub id: String,
    /// The version of the world that holds it.
    pub version: u64,
    /// It was there already.
    pub known: bool,
    /// The appeal as the public sees it.
    pub appeal: Map<String, Json>,
}

/// A value of an appeal that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Which field.
    pub field: &'static str,
    /// Code of the rule, a key of the message catalogue.
    pub rule: &'static str,
    /// What stood there, or what is allowed.
    pub got: String,
}

/// Why an appeal is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// Whoever sends it may not.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Values that are not allowed; all of them are named.
    #[error("values are not allowed")]
    Fields(Vec<FieldFault>),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Atlas {
    /// Takes in an appeal: when this returns, it is on disk, visible and announced.
    pub async fn submit_appeal(
        &self,
        token: Option<&str>,
        appeal: NewAppeal,
    ) -> Result<AppealTaken, SubmitError> {
        let token = self.authenticate(token, Permission::SubmitAppeal)?;
        let operation = self.operation(appeal, &token)?;
        let committed = self.writer.execute(operation).await?;
        let reading = self.read();
        let no = committed.answer.appeal;
        let view = reading.snapshot.appeals.find(no.0).map(|at| PublicAppeal::at(&reading, at));
        let properties = view.iter().flat_map(PublicAppeal::properties);
        Ok(AppealTaken {
            id: reading.snapshot.dictionary.ids.appeal(no),
            version: committed.version,
            known: committed.answer.known,
            appeal: properties.map(|(name, value)| (name.to_owned(), value.to_json())).collect(),
        })
    }

    fn operation(&self, appeal: NewAppeal, token: &Token) -> Result<SubmitAppeal, SubmitError> {
        let mut faults = Vec::new();
        let mut fault = |field, rule, got: String| faults.push(FieldFault { field, rule, got });
        let point = Position::parse_degrees(appeal.lon, appeal.lat);
        if point.is_err() {
            fault("lon, lat", "position_out_of_range", format!("{}, {}", appeal.lon, appeal.lat));
        }
        for (field, text, most) in [
            ("text", &appeal.text, MAX_TEXT_CHARS),
            ("source", &appeal.source, MAX_NAME_CHARS),
            ("source_id", &appeal.source_id, MAX_NAME_CHARS),
        ] {
            if text.as_ref().is_some_and(|t| t.chars().count() > most) {
                fault(field, "field_too_long", most.to_string());
            }
        }
        let received_at = appeal.received_at.as_deref().map(|text| (text, Timestamp::parse_rfc3339(text)));
        if let Some((text, None)) = received_at {
            fault("received_at", "not_rfc3339", text.chars().take(80).collect());
        }
        let ids = &self.read().snapshot.dictionary.ids;
        let problem = appeal.problem.as_deref().map(|id| (id, ids.parse_problem(id)));
        if let Some((id, None)) = problem {
            fault("problem", "unknown_problem", id.chars().take(80).collect());
        }
        let (Ok(point), true) = (point, faults.is_empty()) else { return Err(SubmitError::Fields(faults)) };
        Ok(SubmitAppeal {
            category: appeal.category,
            point,
            text: appeal.text.filter(|text| !text.trim().is_empty()),
            received_at: received_at.and_then(|(_, t)| t),
            source: appeal.source.unwrap_or_else(|| token.label.clone()),
            source_id: appeal.source_id,
            nonce: u64::from_le_bytes(random_bytes()),
            problem: problem.and_then(|(_, no)| no),
            public: appeal.public,
            actor: Actor { role: token.role, body: None, token: Some(token.no) },
            scope: token.scope.clone(),
        })
    }
}
