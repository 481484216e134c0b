//! The page and its files, from inside the binary, and the pages that explain errors.

use rust_embed::RustEmbed;

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::problem_details::{Failure, SLUGS};
use crate::messages::{Language, text};

/// The built page. `build.rs` says where it is.
#[derive(RustEmbed)]
#[folder = "$ATLAS_PAGE"]
struct Page;

/// The map.
pub fn index(_: &Call) -> Result<Answer, Failure> {
    file("index.html", Caching::Revalidate)
}

/// A file of the page; its name holds the hash of its content.
pub fn asset(call: &Call) -> Result<Answer, Failure> {
    file(&format!("assets/{}", call.segment("file")), Caching::Immutable)
}

fn file(path: &str, caching: Caching) -> Result<Answer, Failure> {
    let file = Page::get(path).ok_or(Failure::NotFound)?;
    let digest: String = file.metadata.sha256_hash()[..10].iter().map(|byte| format!("{byte:02x}")).collect();
    let ending = path.rsplit('.').next().unwrap_or("");
    Ok(Answer::of(content_type(ending), file.data.into_owned()).tagged(&digest).cached(caching))
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
