//! The page and its files, from inside the binary, and the pages that explain errors.

use actix_web::http::StatusCode;
use rust_embed::EmbeddedFile;

use crate::domain::ids::hex;
use crate::http::answer::{Answer, Body, Caching};
use crate::http::call::Call;
use crate::http::handlers::pages;
use crate::http::problem_details::{Failure, SLUGS};
use crate::http::server::CONTENT_SECURITY_POLICY;
use crate::messages::{Language, text};
use crate::pages::built::Built;
use crate::pages::style;
use crate::service::basemap::Basemap;
use crate::service::encoding::Encoding;

/// Where the application puts itself.
const MOUNT: &str = "<div id=\"app\"></div>";

/// The map, in the language of its path: a page of the server's with the application in it.
pub fn index(call: &Call) -> Result<Answer, Failure> {
    if let Some(address) = pages::wished_elsewhere(call) {
        let mut answer = Answer::of(content_type("html"), Vec::new()).with_header("Location", address);
        answer.status = StatusCode::FOUND;
        return Ok(answer);
    }
    let answer = pages::map(call, &loading(&String::from_utf8_lossy(&bytes_of("index.html")?)))?;
    Ok(match call.basemap.as_deref().and_then(Basemap::origin) {
        Some(origin) => reaching(answer, origin),
        None => answer,
    })
}

/// The answer with leave to ask one other host for pictures: by `img-src` as images, by `connect-src` as the engine does.
fn reaching(answer: Answer, origin: &str) -> Answer {
    let (own, with) = ("img-src 'self' data: blob:", "connect-src 'self'");
    let policy = CONTENT_SECURITY_POLICY.replacen(own, &format!("{own} {origin}; {with} {origin}"), 1);
    // Whoever sets a policy says both.
    answer.with_header("Content-Security-Policy", policy).with_header("X-Frame-Options", "DENY".to_owned())
}

/// What of the built document loads the application: its script and its styles.
fn loading(document: &str) -> String {
    let loads = |line: &&str| line.contains("\"/assets/") && !line.contains("rel=\"icon\"");
    document.lines().map(str::trim).filter(loads).collect()
}

/// The document of the application alone, for a frame: it puts itself into `mount`, and what it links to opens beside the
/// site around it.
pub fn application(mount: &str) -> Result<Answer, Failure> {
    let document = String::from_utf8_lossy(&bytes_of("index.html")?).into_owned();
    let body = document.replacen("<head>", "<head><base target=\"_blank\">", 1).replacen(MOUNT, mount, 1);
    Ok(Answer::of(content_type("html"), body.into_bytes()).tagged_by_content())
}

fn bytes_of(file: &str) -> Result<Vec<u8>, Failure> {
    Ok(Built::get(file).ok_or(Failure::NotFound)?.data.into_owned())
}

/// A file of the page; its name holds the hash of its content.
///
/// Where the client takes Brotli it gets what was compressed with the page, tighter than there is time for in an answer.
pub fn asset(call: &Call) -> Result<Answer, Failure> {
    if let Some(sheet) = style::file(call.segment("file")) {
        let answer = Answer::of(content_type("css"), sheet.as_bytes().to_vec());
        return Ok(answer.tagged_by_content().cached(Caching::Immutable));
    }
    let path = format!("assets/{}", call.segment("file"));
    let packed = if call.takes_brotli() { Built::get(&format!("{path}.br")) } else { None };
    let is_packed = packed.is_some();
    let file = packed.or_else(|| Built::get(&path)).ok_or(Failure::NotFound)?;
    let digest = digest_of(&file);
    let mut answer = Answer::of(content_type(path.rsplit('.').next().unwrap_or("")), file.data.into_owned());
    if let (true, Body::Plain(bytes)) = (is_packed, &answer.body) {
        answer.body = Body::Encoded(bytes.as_slice().into(), Encoding::Brotli);
    }
    Ok(answer.tagged(&digest).cached(Caching::Immutable))
}

/// The icon, for what is no page of ours to say so: browsers ask here for a picture or a file that is opened by itself.
pub fn icon(_: &Call) -> Result<Answer, Failure> {
    let answer = Answer::of(content_type("svg"), style::ICON.as_bytes().to_vec());
    Ok(answer.tagged_by_content().cached(Caching::Revalidate))
}

fn digest_of(file: &EmbeddedFile) -> String {
    hex(&file.metadata.sha256_hash()[..10])
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
