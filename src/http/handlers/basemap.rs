//! Tiles of the base map that the administrator chose, out of a file of this machine.

use actix_web::http::StatusCode;

use crate::http::answer::{Answer, Body, Caching, tag};
use crate::http::call::Call;
use crate::http::handlers::tiles::{MVT, parse_tile};
use crate::http::problem_details::Failure;
use crate::service::basemap::TileForm;
use crate::service::encoding::Encoding;

/// Sends a tile as it lies in the file. Where it has none the answer is 204: there is nothing to draw, and no error to tell.
pub fn tile(call: &Call) -> Result<Answer, Failure> {
    let basemap = call.basemap.as_deref().ok_or(Failure::NotFound)?;
    let form = basemap.form().ok_or(Failure::NotFound)?;
    let tile = parse_tile(call.segment("z"), call.segment("x"), call.segment("y"))?;
    let mut answer = Answer::of(content_type(form), Vec::new()).cached(Caching::ForAnHour);
    let found = basemap.tile(tile, call.takes_gzip());
    let Some(stored) = found.map_err(|error| Failure::Internal(error.to_string()))? else {
        (answer.status, answer.body) = (StatusCode::NO_CONTENT, Body::Empty);
        return Ok(answer);
    };
    let encoding = if stored.gzipped { Encoding::Gzip } else { Encoding::Identity };
    answer.etag = Some(tag(&stored.bytes));
    answer.body = Body::Encoded(stored.bytes.into(), encoding);
    Ok(answer)
}

fn content_type(form: TileForm) -> &'static str {
    match form {
        TileForm::Vector => MVT,
        TileForm::Png => "image/png",
        TileForm::Jpeg => "image/jpeg",
        TileForm::Webp => "image/webp",
        TileForm::Avif => "image/avif",
    }
}
