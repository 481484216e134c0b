//! Taking in an appeal.

use std::pin::Pin;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::domain::role::{Object, Permission, authorize};
use crate::domain::token::Token;
use crate::domain::{Actor, Timestamp};
use crate::geometry::Position;
use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::service::public::PublicAppeal;
use crate::writer::operations::submit_appeal::SubmitAppeal;

/// Longest text of an appeal, characters.
const MAX_TEXT_CHARS: usize = 4_000;
/// Longest id of a source, characters.
const MAX_ID_CHARS: usize = 200;

/// The body of `POST /api/appeals`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppealRequest {
    category: String,
    lon: f64,
    lat: f64,
    text: Option<String>,
    received_at: Option<String>,
    source: Option<String>,
    source_id: Option<String>,
    problem: Option<String>,
    #[serde(default = "yes")]
    public: bool,
}

const fn yes() -> bool {
    true
}

/// Takes in one appeal: 201 with its address, or 200 when the same `source_id` came before.
pub fn submit(call: Call) -> Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>>>> {
    Box::pin(async move {
        let token = authenticate(&call)?;
        if !call.content_type.starts_with("application/json") {
            return Err(Failure::UnsupportedMediaType("application/json"));
        }
        let request: AppealRequest = serde_json::from_slice(&call.body)
            .map_err(|error| Failure::InvalidFields(vec![(String::new(), "not_json", error.to_string())]))?;
        let operation = operation(&call, request, &token)?;
        let committed = call.atlas.writer.execute(operation).await?;
        let reading = call.atlas.read();
        let id = reading.snapshot.dictionary.ids.appeal(committed.answer.appeal);
        let at = reading.snapshot.appeals.find(committed.answer.appeal.0);
        let mut properties = serde_json::Map::new();
        if let Some(at) = at {
            for (name, value) in PublicAppeal::at(&reading, at).properties() {
                properties.insert(name.to_owned(), value.to_json());
            }
        }
        let body = json!({ "id": id, "version": committed.version, "known": committed.answer.known, "appeal": properties });
        let mut answer = Answer::json(&body).cached(Caching::Never);
        answer.status = if committed.answer.known { StatusCode::OK } else { StatusCode::CREATED };
        let address = format!("/ogc/collections/appeals/items/{id}");
        Ok(answer.with_header("Location", address).into_response(&call))
    })
}

/// The token of a request. Errors: none, or one that is unknown, taken back or out of its time.
fn authenticate(call: &Call) -> Result<Token, Failure> {
    let text = call.token.as_deref().ok_or(Failure::Unauthorized)?;
    let sha256: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    let reading = call.atlas.read();
    let dictionary = &reading.snapshot.dictionary;
    let token = dictionary.find_token(&sha256).cloned().ok_or(Failure::Unauthorized)?;
    // Whether the scope holds the appeal's place is decided where the place is known: in the writer.
    let anywhere = crate::domain::role::Scope {
        valid_from: token.scope.valid_from,
        valid_to: token.scope.valid_to,
        ..Default::default()
    };
    let today = dictionary.calendar.zone().day_of(reading.now);
    if !authorize(token.role, &anywhere, Permission::SubmitAppeal, &Object::default(), today) {
        return Err(Failure::Forbidden);
    }
    Ok(token)
}

fn operation(call: &Call, request: AppealRequest, token: &Token) -> Result<SubmitAppeal, Failure> {
    let mut wrong: Vec<(String, &'static str, String)> = Vec::new();
    let mut bad =
        |field: &str, rule, got: &str| wrong.push((field.to_owned(), rule, got.chars().take(120).collect()));
    let point = Position::parse_degrees(request.lon, request.lat);
    if point.is_err() {
        bad("lon, lat", "position_out_of_range", &format!("{}, {}", request.lon, request.lat));
    }
    for (field, text, most) in [
        ("text", &request.text, MAX_TEXT_CHARS),
        ("source", &request.source, MAX_ID_CHARS),
        ("source_id", &request.source_id, MAX_ID_CHARS),
    ] {
        if text.as_ref().is_some_and(|t| t.chars().count() > most) {
            bad(field, "text_too_long", &most.to_string());
        }
    }
    let received_at = match &request.received_at {
        None => None,
        Some(text) => {
            let parsed = Timestamp::parse_rfc3339(text);
            if parsed.is_none() {
                bad("received_at", "not_rfc3339", text);
            }
            parsed
        }
    };
    let reading = call.atlas.read();
    let problem = match &request.problem {
        None => None,
        Some(id) => {
            let parsed = reading.snapshot.dictionary.ids.parse_problem(id);
            if parsed.is_none() {
                bad("problem", "unknown_problem", id);
            }
            parsed
        }
    };
    let (Ok(point), true) = (point, wrong.is_empty()) else { return Err(Failure::InvalidFields(wrong)) };
    Ok(SubmitAppeal {
        category: request.category,
        point,
        text: request.text.filter(|text| !text.trim().is_empty()),
        received_at,
        source: request.source.unwrap_or_else(|| token.label.clone()),
        source_id: request.source_id,
        nonce: call.atlas.nonce(),
        problem,
        public: request.public,
        actor: Actor { role: token.role, body: None, token: Some(token.no) },
        scope: token.scope.clone(),
    })
}
