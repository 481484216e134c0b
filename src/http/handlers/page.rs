//! The page and its files, from inside the binary, and the pages that explain errors.

use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::answer::{Answer, Body, Caching};
use crate::http::call::Call;
use crate::http::problem_details::{Failure, SLUGS};
use crate::messages::{Language, text};
use crate::service::encoding::Encoding;

/// The built page. `build.rs` says where it is.
#[derive(RustEmbed)]
#[folder = "$ATLAS_PAGE"]
struct Page;

/// The map.
pub fn index(_: &Call) -> Result<Answer, Failure> {
    let page = Page::get("index.html").ok_or(Failure::NotFound)?;
    let digest = digest_of(&page);
    Ok(Answer::of(content_type("html"), page.data.into_owned()).tagged(&digest))
}

/// A file of the page; its name holds the hash of its content.
///
/// Where the client takes Brotli it gets what was compressed with the page, tighter than there is time for in an answer.
pub fn asset(call: &Call) -> Result<Answer, Failure> {
    let path = format!("assets/{}", call.segment("file"));
    let packed = if call.takes_brotli() { Page::get(&format!("{path}.br")) } else { None };
    let is_packed = packed.is_some();
    let file = packed.or_else(|| Page::get(&path)).ok_or(Failure::NotFound)?;
    let digest = digest_of(&file);
    let mut answer = Answer::of(content_type(path.rsplit('.').next().unwrap_or("")), file.data.into_owned());
    if let (true, Body::Plain(bytes)) = (is_packed, &answer.body) {
        answer.body = Body::Encoded(bytes.as_slice().into(), Encoding::Brotli);
    }
    Ok(answer.tagged(&digest).cached(Caching::Immutable))
}

fn digest_of(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash()[..10].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(ending: &str) -> &'static str {
    match ending {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// What an error means: the page behind the `type` of problem details.
pub fn error(call: &Call) -> Result<Answer, Failure> {
    let slug = SLUGS.iter().find(|slug| **slug == call.segment("slug")).ok_or(Failure::NotFound)?;
    let say = |language| text(language, &format!("error.{slug}"), &[]);
    let body = format!(
        "<!doctype html><html lang=\"ru\"><meta charset=\"utf-8\"><title>{slug}</title>\
         <p>{}</p><p lang=\"en\">{}</p>",
        say(Language::Ru),
        say(Language::En)
    );
    Ok(Answer::of("text/html; charset=utf-8", body.into_bytes()))
}
