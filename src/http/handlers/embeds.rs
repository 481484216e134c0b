//! Embeds: frames for the sites of a key, pictures, oEmbed, and the page that writes the codes.

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::handlers::page;
use crate::http::handlers::pages::{HTML, asked, asked_plainly, written};
use crate::http::problem_details::Failure;
use crate::http::query::Query;
use crate::messages::Language;
use crate::pages::ask::{Ask, CONDITIONS};
use crate::pages::{embed, picture};
use crate::service::filter::Invalid;

/// Parameters of a frame and of a picture beside the conditions.
pub const FRAME: &[&str] = &[
    "v", "w", "scale", "mode", "theme", "lang", "ui", "list", "o", "layers", "weight", "versus", "metric",
    "sort", "font", "engine", "per", "classes", "k",
];
/// Parameters of oEmbed.
pub const OEMBED: &[&str] = &["url", "maxwidth", "maxheight", "format"];
/// Parameters of the page that writes the codes beside the conditions.
pub const BUILDER: &[&str] = &["key", "theme", "mode"];
/// Widths that oEmbed gives, px.
const WIDTHS: std::ops::RangeInclusive<u32> = 240..=1_200;
/// Width of a picture when nobody says otherwise, px.
const USUAL_WIDTH: usize = 720;
/// What a frame may load: nothing from elsewhere.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'";
/// The script of the element for other sites.
const ELEMENT: &str = include_str!("embed.js");

/// The script of a frame.
const FRAME_SCRIPT: &str = include_str!("frame.js");

/// A frame, or with `.svg` or `.png` at the end a picture.
pub fn frame(call: &Call) -> Result<Answer, Failure> {
    let named = call.segment("key");
    if let Some(key) = named.strip_suffix(".svg") {
        return drawing(call, key);
    }
    if let Some(key) = named.strip_suffix(".png") {
        return picture(call, key);
    }
    let framers = framers(call, named);
    let (ask, noticed) = match ask_in_language(call) {
        Ok(ask) => (ask, false),
        Err(_) => (asked_plainly(call)?, true),
    };
    let page = match &framers {
        Some(_) => match embed::frame(&ask, named, noticed) {
            Ok(page) => page,
            Err(_) => embed::frame(&asked_plainly(call)?, named, true)?,
        },
        None => embed::unknown(&ask),
    };
    Ok(allowed(Answer::of(HTML, page.into_bytes()).tagged_by_content(), framers.as_deref()))
}

/// The application inside a frame, after its reader asked for it.
pub fn live(call: &Call) -> Result<Answer, Failure> {
    let framers = framers(call, call.segment("key")).ok_or(Failure::NotFound)?;
    let answer = page::application(call)?;
    Ok(allowed(answer, Some(&framers)))
}

fn drawing(call: &Call, key: &str) -> Result<Answer, Failure> {
    must_be_known(call, key)?;
    let svg = embed::drawing(&ask_in_language(call)?)?.ok_or(Failure::NotFound)?;
    Ok(Answer::of("image/svg+xml", svg.into_bytes()).tagged_by_content())
}

fn picture(call: &Call, key: &str) -> Result<Answer, Failure> {
    must_be_known(call, key)?;
    let width = call.query.count("w", USUAL_WIDTH, *WIDTHS.end() as usize)?.max(*WIDTHS.start() as usize);
    let scale = call.query.count("scale", 1, 2)?;
    let size = picture::Size { width: width as u32, scale: scale as u32 };
    let bytes = picture::draw(&ask_in_language(call)?, size)?.ok_or(Failure::NotFound)?;
    Ok(Answer::of("image/png", bytes).tagged_by_content())
}

/// Pictures need no leave, so there is a word in place of a key for them.
fn must_be_known(call: &Call, key: &str) -> Result<(), Failure> {
    let known = key == embed::OPEN_KEY || framers(call, key).is_some();
    if known { Ok(()) } else { Err(Failure::NotFound) }
}

/// The sites of a key; `None` for a key that nobody has.
fn framers(call: &Call, key: &str) -> Option<String> {
    let reading = call.atlas.read();
    let embed = reading.snapshot.dictionary.find_embed(key)?;
    Some(format!("'self' {}", embed.origins.join(" ")))
}

/// The answer with the policy of its key; nobody may frame what has none.
fn allowed(answer: Answer, framers: Option<&str>) -> Answer {
    let framers = framers.unwrap_or("'none'");
    answer.with_header("Content-Security-Policy", format!("{POLICY}; frame-ancestors {framers}"))
}

/// The question of a frame: its language is a parameter, not a part of the path.
fn ask_in_language(call: &Call) -> Result<Ask<'_>, Failure> {
    let mut ask = asked(call)?;
    if call.query.word("lang", &["ru", "en"])? == Some("en") {
        ask.speech.language = Language::En;
    }
    Ok(ask)
}

/// The page that writes the codes.
pub fn builder(call: &Call) -> Result<Answer, Failure> {
    let typed = call.query.one("key")?.unwrap_or("").to_ascii_uppercase();
    let known = framers(call, &typed).is_some();
    written(call, |ask| Ok(embed::builder(&ask, known.then_some(typed.as_str()), &typed)?))
}

/// oEmbed 1.0 for pages of ours.
pub fn oembed(call: &Call) -> Result<Answer, Failure> {
    call.query.word("format", &["json"])?;
    let width =
        call.query.count("maxwidth", USUAL_WIDTH, *WIDTHS.end() as usize)?.max(*WIDTHS.start() as usize);
    let url = call.query.one("url")?.unwrap_or("");
    let address =
        url.strip_prefix(&call.base_url).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let address = address.ok_or_else(|| Invalid::new("url", "unknown_value", url, call.base_url.clone()))?;
    let address = address.split('#').next().unwrap_or(address);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let path = if path.is_empty() { "/" } else { path };
    let known: Vec<&str> = FRAME.iter().chain(CONDITIONS).chain(&["token", "key"]).copied().collect();
    let mut call = call.clone();
    (call.query, call.path) = (Query::parse(query, &known)?, path.to_owned());
    let (_, plain) = crate::http::handlers::pages::language_of(&call.path);
    let parts: Vec<String> = plain.trim_start_matches('/').split('/').map(str::to_owned).collect();
    let key = match &parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["e", key] => Some((*key).to_owned()).filter(|key| framers(&call, key).is_some()),
        ["m", slug] => {
            call.query = Query::parse(&format!("mun={slug}"), &known)?;
            None
        }
        ["" | "table" | "rating" | "plan" | "changes"] => None,
        _ => return Err(Failure::NotFound),
    };
    let ask = ask_in_language(&call)?;
    let told = embed::oembed(&ask, address, key.as_deref(), width as u32)?;
    Ok(Answer::json(&told).tagged_by_content())
}

/// The script of a frame: it tells the site around how high the frame is.
pub fn frame_script(_: &Call) -> Result<Answer, Failure> {
    let answer = Answer::of("text/javascript; charset=utf-8", FRAME_SCRIPT.as_bytes().to_vec());
    Ok(answer.tagged_by_content().cached(Caching::Revalidate))
}

/// The script of the element for other sites.
pub fn element(_: &Call) -> Result<Answer, Failure> {
    let answer = Answer::of("text/javascript; charset=utf-8", ELEMENT.as_bytes().to_vec());
    Ok(answer.tagged_by_content().cached(Caching::Revalidate))
}
