//! Embeds: frames for the sites of a key, pictures, oEmbed, and the page that writes the codes.

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::count;
use crate::http::handlers::page;
use crate::http::handlers::pages::{HTML, asked, asked_plainly, language_of, pairs_of, renamed};
use crate::http::problem_details::Failure;
use crate::http::query::Query;
use crate::messages::Language;
use crate::pages::ask::{Ask, CONDITIONS};
use crate::pages::embed::{self, Room};
use crate::pages::embed_codes::{self, HEIGHTS, Wanted};
use crate::pages::embed_view::{Mode, View};
use crate::pages::{picture, qr};
use crate::service::choropleth::{MetricNo, metrics};
use crate::service::filter::Invalid;

/// Parameters of a frame and of a picture beside the conditions.
pub const FRAME: &[&str] = &[
    "v", "w", "scale", "mode", "theme", "lang", "ui", "list", "o", "layers", "weight", "versus", "metric",
    "sort", "font", "engine", "per", "classes", "k",
];
/// Those of them that a link to the same view has.
const CARRIED: &[&str] = &[
    "mode", "theme", "lang", "ui", "list", "o", "layers", "weight", "versus", "metric", "sort", "font",
    "engine", "per", "classes", "k",
];
/// Parameters of oEmbed.
pub const OEMBED: &[&str] = &["url", "maxwidth", "maxheight", "format"];
/// Parameters of the codes beside the conditions: those of the frame, and for whom it is.
pub const CODES: &[&str] = &[
    "key", "height", "map", "v", "mode", "theme", "lang", "ui", "list", "o", "layers", "weight", "versus",
    "metric", "sort", "font", "engine", "per", "classes", "k",
];
/// Widths that pictures have, px.
const WIDTHS: std::ops::RangeInclusive<u32> = embed::LEAST_PICTURE_PX..=1_200;
/// Width of a picture when nobody says otherwise, px.
const USUAL_WIDTH: usize = 720;
/// Values that a frame does without before it does without all of them.
const MAX_DROPPED: usize = 12;
/// What a frame may load: nothing from elsewhere.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'";
/// The script of the element for other sites.
const ELEMENT: &str = include_str!("embed.js");
/// The script of a frame.
const FRAME_SCRIPT: &str = include_str!("frame.js");
/// The script of the page of codes.
const BUILDER_SCRIPT: &str = include_str!("embed-builder.js");

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
    let page = match &framers {
        Some(_) => {
            count::embed_viewed(named);
            forgiving(call, |_, ask, view| Ok(embed::frame(ask, view, named)?))?
        }
        None => forgiving(call, |_, ask, _| Ok(embed::unknown(ask)))?,
    };
    Ok(allowed(Answer::of(HTML, page.into_bytes()).tagged_by_content(), framers.as_deref()))
}

/// The application inside a frame, after its reader asked for it.
pub fn live(call: &Call) -> Result<Answer, Failure> {
    let framers = framers(call, call.segment("key")).ok_or(Failure::NotFound)?;
    let stamp = forgiving(call, |_, ask, _| Ok(ask.reading.past.then(|| embed::stamp(ask))))?;
    let answer = page::application(&embed::mount(stamp.as_deref()))?;
    Ok(allowed(answer, Some(&framers)))
}

fn drawing(call: &Call, key: &str) -> Result<Answer, Failure> {
    must_be_known(call, key)?;
    let (ask, view) = question(call)?;
    let width = call.query.count("w", 1, *WIDTHS.end() as usize)? as u32;
    let svg = embed::drawing(&ask, &view, width).map_err(named_here)?.ok_or(Failure::NotFound)?;
    Ok(Answer::of("image/svg+xml", svg.into_bytes()).tagged_by_content())
}

fn picture(call: &Call, key: &str) -> Result<Answer, Failure> {
    must_be_known(call, key)?;
    let width = call.query.count("w", USUAL_WIDTH, *WIDTHS.end() as usize)?.max(*WIDTHS.start() as usize);
    let scale = call.query.count("scale", 1, 2)?;
    let size = picture::Size { width: width as u32, scale: scale as u32 };
    let (ask, view) = question(call)?;
    let bytes = picture::draw(&ask, &view, size, &embed::stamp(&ask)).map_err(named_here)?;
    Ok(Answer::of("image/png", bytes.ok_or(Failure::NotFound)?).tagged_by_content())
}

fn named_here(error: crate::service::ReadError) -> Failure {
    renamed(error.into())
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
fn question(call: &Call) -> Result<(Ask<'_>, View), Failure> {
    let mut ask = asked(call).map_err(renamed)?;
    match call.query.word("lang", &["ru", "en"])? {
        Some("en") => ask.speech.language = Language::En,
        Some(_) => ask.speech.language = Language::Ru,
        None => {}
    }
    let view = view_of(&call.query)?;
    Ok((ask, view))
}

/// What is written for an address, without the values in it that were not understood.
fn forgiving<T>(
    call: &Call,
    write: impl Fn(&Call, &Ask<'_>, &View) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (mut call, mut noticed) = (call.clone(), false);
    for _ in 0..MAX_DROPPED {
        let written = question(&call)
            .and_then(|(ask, view)| write(&call, &ask, &View { noticed, ..view }).map_err(renamed));
        match written {
            Err(Failure::Invalid(invalid)) if call.query.has(invalid.parameter) => {
                call.query.remove(invalid.parameter);
                noticed = true;
            }
            Ok(written) => return Ok(written),
            Err(_) => break,
        }
    }
    call.query = Query::default();
    let view = View { noticed: true, ..view_of(&call.query)? };
    write(&call, &asked_plainly(&call)?, &view)
}

/// What an address says beside its conditions. Errors: a value that is not understood.
fn view_of(query: &Query) -> Result<View, Invalid> {
    let mode = match query.word("mode", &["objects", "appeals", "rating"])? {
        Some("appeals") => Mode::Appeals,
        Some("rating") => Mode::Rating,
        _ => Mode::Objects,
    };
    let metric = query.one("metric")?;
    let metric = MetricNo::parse(metric).ok_or_else(|| {
        let known: Vec<&str> = metrics().metric.iter().map(|metric| metric.id.as_str()).collect();
        Invalid::new("metric", "unknown_value", metric.unwrap_or(""), known.join(", "))
    })?;
    query.word("weight", &["count", "overdue", "severity", "cost", "per_resident"])?;
    query.word("versus", &["previous", "year"])?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    for name in ["sort", "layers"] {
        let values = query.list(name)?;
        if let Some(odd) = values.iter().find(|value| value.len() > 30 || !value.chars().all(plain)) {
            return Err(Invalid::new(name, "unknown_value", odd, ""));
        }
    }
    let font = match query.one("font")? {
        None => 100,
        Some(text) => {
            let size = text.parse::<usize>().ok().filter(|size| (100..=200).contains(size));
            size.ok_or_else(|| Invalid::new("font", "unknown_value", text, "100…200"))?
        }
    };
    Ok(View {
        mode,
        metric,
        object: query.one("o")?.map(str::to_owned),
        bare: query.word("ui", &["none", "min", "full"])? == Some("none"),
        listed: query.word("list", &["0", "1"])? != Some("0"),
        still: query.word("engine", &["auto", "gl", "raster", "static"])? == Some("static"),
        // In steps, for the stylesheet has no other.
        font: (font + 12) / 25 * 25,
        pairs: pairs_of(query, CONDITIONS.iter().chain(CARRIED))?,
        camera: query.one("map")?.map(camera).transpose()?.unwrap_or_default(),
        noticed: false,
    })
}

/// Where the map looks, `zoom/lat/lon`, as the fragment of addresses.
fn camera(text: &str) -> Result<String, Invalid> {
    let numbers: Vec<f64> = text.split('/').filter_map(|part| part.parse().ok()).collect();
    match numbers[..] {
        [zoom, lat, lon] if (0.0..=22.0).contains(&zoom) && lat.abs() <= 85.0 && lon.abs() <= 180.0 => {
            Ok(format!("#map={zoom}/{lat}/{lon}"))
        }
        _ => Err(Invalid::new("map", "unknown_value", text, "9/48.5/135.1")),
    }
}

/// The page that writes the codes.
pub fn builder(call: &Call) -> Result<Answer, Failure> {
    let (key, known) = key_of(call)?;
    let height = height_of(call)?;
    let page = forgiving(call, |call, framed, view| {
        let (ask, mut view) = (asked(call)?, view.clone());
        // A page in English writes codes of English frames, unless another language is chosen.
        if ask.speech.language == Language::En && !call.query.has("lang") {
            view.pairs.push(("lang", Language::En.tag().to_owned()));
            view.pairs.sort();
        }
        Ok(embed_codes::builder(&ask, framed, &view, &Wanted { typed: &key, known, height })?)
    })?;
    let answer = Answer::of(HTML, page.into_bytes()).tagged_by_content();
    Ok(answer.with_header("Content-Language", language_of(&call.path).0.tag().to_owned()))
}

/// The codes of a view, for the dialog of the page.
pub fn codes(call: &Call) -> Result<Answer, Failure> {
    let (key, known) = key_of(call)?;
    let height = height_of(call)?;
    let codes = forgiving(call, |_, ask, view| {
        Ok(embed_codes::codes(ask, view, &Wanted { typed: &key, known, height })?)
    })?;
    Ok(Answer::json(&codes).tagged_by_content())
}

/// The key as it was typed, and whether somebody has it.
fn key_of(call: &Call) -> Result<(String, bool), Failure> {
    let typed = call.query.one("key")?.unwrap_or("").to_ascii_uppercase();
    let typed: String = typed.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let known = framers(call, &typed).is_some();
    Ok((typed, known))
}

fn height_of(call: &Call) -> Result<u32, Failure> {
    let height = call.query.count("height", embed::FRAME_HEIGHT_PX as usize, *HEIGHTS.end())?;
    Ok(height.max(*HEIGHTS.start()) as u32)
}

/// oEmbed 1.0 for pages of ours.
pub fn oembed(call: &Call) -> Result<Answer, Failure> {
    call.query.word("format", &["json"])?;
    let most = *WIDTHS.end() as usize;
    let room = Room {
        width: call.query.count("maxwidth", USUAL_WIDTH, most)? as u32,
        height: match call.query.has("maxheight") {
            true => Some(call.query.count("maxheight", most, most)? as u32),
            false => None,
        },
    };
    let url = call.query.one("url")?.unwrap_or("");
    let address =
        url.strip_prefix(&call.base_url).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    let address = address.ok_or_else(|| Invalid::new("url", "unknown_value", url, call.base_url.clone()))?;
    let (call, key) = told_of(call, address)?;
    let (ask, view) = question(&call)?;
    let told = embed::oembed(&ask, &view, key.as_deref(), room).map_err(named_here)?;
    Ok(Answer::json(&told).tagged_by_content())
}

/// The question that a page of ours answers, asked as a frame asks it; and the key when it is a frame. Errors: it is no page
/// that can stand elsewhere.
fn told_of(call: &Call, address: &str) -> Result<(Call, Option<String>), Failure> {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut call = call.clone();
    call.path = if path.is_empty() { "/".to_owned() } else { path.to_owned() };
    let known: Vec<&str> = FRAME.iter().chain(CONDITIONS).chain(&["token", "key"]).copied().collect();
    // Links are lengthened on their way.
    call.query = Query::of_known(query, &known)?;
    let (language, plain) = language_of(path);
    let parts: Vec<String> = plain.trim_matches('/').split('/').map(str::to_owned).collect();
    let mut key = None;
    match &parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["e", own] => key = Some((*own).to_owned()).filter(|key| framers(&call, key).is_some()),
        ["m", slug] => call.query.set("mun", slug),
        ["o", id] => {
            let reading = call.atlas.read();
            let no = reading.snapshot.dictionary.ids.parse_problem(id);
            let problem =
                no.and_then(|no| call.atlas.public_problem_of(&reading, no)).ok_or(Failure::NotFound)?;
            call.query.set("o", id);
            if let Some(home) = problem.municipality {
                call.query.set("mun", &home.code);
            }
        }
        ["rating"] => call.query.set("mode", "rating"),
        ["" | "table" | "plan" | "changes"] => {}
        _ => return Err(Failure::NotFound),
    }
    if language == Language::En {
        call.query.set("lang", language.tag());
    }
    if let Some(camera) = fragment.strip_prefix("map=") {
        call.query.set("map", camera);
    }
    Ok((call, key))
}

/// A QR code of an address of ours, as a drawing.
pub fn qr_code(call: &Call) -> Result<Answer, Failure> {
    let url = call.query.one("url")?.unwrap_or("");
    let own = url
        .strip_prefix(&call.base_url)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    if !own {
        return Err(Invalid::new("url", "unknown_value", url, call.base_url.clone()).into());
    }
    let most = qr::MOST_BYTES.to_string();
    let svg = qr::svg(url).ok_or_else(|| Invalid::new("url", "too_long", "", most))?;
    Ok(Answer::of("image/svg+xml", svg.into_bytes()).tagged_by_content())
}

/// The script of a frame: it tells the site around how high the frame is.
pub fn frame_script(_: &Call) -> Result<Answer, Failure> {
    Ok(script(FRAME_SCRIPT))
}

/// The element for other sites.
pub fn element(_: &Call) -> Result<Answer, Failure> {
    Ok(script(ELEMENT))
}

/// The script of the page of codes.
pub fn builder_script(_: &Call) -> Result<Answer, Failure> {
    Ok(script(BUILDER_SCRIPT))
}

fn script(text: &str) -> Answer {
    let answer = Answer::of("text/javascript; charset=utf-8", text.as_bytes().to_vec());
    answer.tagged_by_content().cached(Caching::Revalidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_a_frame_knows_every_parameter_that_it_has() {
        let known: Vec<&str> = FRAME_SCRIPT.split('\'').nth(1).unwrap().split(' ').collect();
        for name in FRAME.iter().chain(CONDITIONS) {
            assert!(known.contains(name), "{name}");
        }
        assert_eq!(known.len(), FRAME.len() + CONDITIONS.len());
    }

    #[test]
    fn every_way_to_a_frame_gives_it_the_same_leave() {
        assert!(ELEMENT.contains(&format!("'{}'", embed_codes::SANDBOX)));
    }
}
