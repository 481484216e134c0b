//! Taking in an appeal.

use std::pin::Pin;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::service::appeals::NewAppeal;

/// Takes in one appeal: 201 with its address, or 200 when the same `source_id` came before.
pub fn submit(call: Call) -> Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>>>> {
    Box::pin(async move {
        if !call.content_type.starts_with("application/json") {
            return Err(Failure::UnsupportedMediaType("application/json"));
        }
        let appeal: NewAppeal = serde_json::from_slice(&call.body)
            .map_err(|error| Failure::InvalidFields(vec![(String::new(), "not_json", error.to_string())]))?;
        let taken = call.atlas.submit_appeal(call.token.as_deref(), appeal).await?;
        let mut answer = Answer::json(&taken).cached(Caching::Never);
        answer.status = if taken.known { StatusCode::OK } else { StatusCode::CREATED };
        let address = format!("/ogc/collections/appeals/items/{}", taken.id);
        Ok(answer.with_header("Location", address).into_response(&call))
    })
}
