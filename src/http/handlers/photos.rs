//! Photos of problems: publishing one, taking one off, sending one.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::service::photos::{MEDIA_TYPES, NewPhoto, is_taken};

/// A browser that opens a picture by itself makes a page around it, and centres it there with a style of its own.
const PICTURE_POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// Publishes a photo: 201 with its address, or 200 when the problem shows the same picture already.
pub fn publish(call: &Call) -> Result<Answer, Failure> {
    if !is_taken(&call.content_type) {
        return Err(Failure::UnsupportedMediaType(MEDIA_TYPES));
    }
    let (alt, taken_at) = (call.query.one("alt")?, call.query.moment("taken_at")?);
    let new = NewPhoto { alt, taken_at, bytes: &call.body };
    let taken = call.atlas.publish_photo(call.token.as_deref(), call.segment("id"), &new)?;
    let mut answer = Answer::json(&taken).cached(Caching::Never);
    answer.status = if taken.known { StatusCode::OK } else { StatusCode::CREATED };
    Ok(answer.with_header("Location", taken.url))
}

/// Takes a photo off.
pub fn remove(call: &Call) -> Result<Answer, Failure> {
    let (id, blob) = (call.segment("id"), call.segment("blob"));
    let version = call.atlas.remove_photo(call.token.as_deref(), id, blob)?;
    Ok(Answer::json(&json!({ "problem": id, "removed": blob, "version": version })).cached(Caching::Never))
}

/// Sends a photo while its problem shows it.
pub fn photo(call: &Call) -> Result<Answer, Failure> {
    let blob = call.atlas.find_photo(call.segment("id"), call.segment("blob"))?;
    let bytes = call.atlas.photo_bytes(&blob)?;
    let answer = Answer::of("image/jpeg", bytes).tagged(&blob).cached(Caching::ForAnHour);
    let answer = answer.with_header("Content-Security-Policy", PICTURE_POLICY.to_owned());
    Ok(answer.with_header("X-Frame-Options", "DENY".to_owned()))
}
