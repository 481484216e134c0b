//! What other sites show of us: a frame with a poster, a picture as a file, oEmbed. Their codes: [`super::embed_codes`].

use std::fmt::Write;

use maud::{DOCTYPE, Markup, html};
use serde_json::{Value as Json, json};

use super::ask::{Ask, Theme};
use super::embed_codes::{frame_code, static_code};
use super::embed_told::{legend, map, told};
use super::embed_view::View;
use super::picture::{height_of, subject_of};
use super::sheet::{LEAST_WIDTH_PX, sheet, svg};
use super::style;
use crate::service::ReadError;

/// Dots on the map of one municipality: a frame must stay light.
const DOTS: usize = 120;
/// Width of the picture that oEmbed names.
const THUMBNAIL_PX: u32 = 480;
/// Pictures are not drawn narrower.
pub const LEAST_PICTURE_PX: u32 = 240;
/// Height of a frame when nobody says otherwise, px.
pub const FRAME_HEIGHT_PX: u32 = 520;
/// The word in place of a key under which pictures, which need no leave, are found.
pub const OPEN_KEY: &str = "map";

/// The first letters of the hash that names the world of the data.
#[must_use]
pub fn world_hash(ask: &Ask<'_>) -> String {
    let chain = &ask.reading.snapshot.chain;
    chain.iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The day of the data with the hash of its world.
#[must_use]
pub fn stamp(ask: &Ask<'_>) -> String {
    ask.speech.fill("embed.stamp", &[("day", &ask.as_of()), ("hash", &world_hash(ask))])
}

/// The document of a frame.
pub fn frame(ask: &Ask<'_>, view: &View, key: &str) -> Result<String, ReadError> {
    let (speech, told) = (&ask.speech, told(ask, view, DOTS)?);
    let map = map(ask, &told);
    let region = ask.reading.snapshot.dictionary.region.as_ref();
    let report = region.and_then(|region| region.report_url.as_ref());
    let main = html! {
        @if view.noticed { p.notice { (speech.say("embed.noticed")) } }
        p.lead { (told.paragraph) }
        @if let Some(marked) = &told.marked { p { a href=(marked.href) lang="ru" { (marked.title) } " · " (marked.told) } }
        @if let Some(map) = &map { (map) @if !view.bare { (legend(&told)) } }
        p {
            @if !view.still {
                a.button href=(view.framed(&format!("/e/{key}/live"))) target="_self" data-carry { (speech.say("embed.live")) } " "
            }
            a.button[view.still] href=(view.whole()) target="_blank" rel="noopener" data-carry { (speech.say("embed.open_whole")) }
            " · " a href=(view.twin(ask)) { (speech.say("page.table")) }
            @if let Some(report) = report { " · " a href=(report) rel="noopener" { (speech.say("embed.report")) } }
        }
        @if view.listed && !view.bare { details { summary { (told.listed) } (told.table) } }
        p.soft.small { (stamp(ask)) }
    };
    Ok(outside(ask, &told.title, view.font, &main))
}

/// What stands in a frame under a key that nobody has: a link.
#[must_use]
pub fn unknown(ask: &Ask<'_>) -> String {
    let title = ask.speech.say("embed.unknown");
    outside(
        ask,
        &title,
        100,
        &html! { p.lead { a href=(ask.href("/")) { (ask.speech.say("embed.whole")) } } },
    )
}

/// A document without sections, whose links open beside the site that frames it.
fn outside(ask: &Ask<'_>, title: &str, font: usize, main: &Markup) -> String {
    let region = ask.reading.snapshot.dictionary.region.as_ref();
    let notice = region.and_then(|region| region.invented.as_ref());
    let markup = html! {
        (DOCTYPE)
        html lang=(ask.speech.language.tag()) data-theme=[ask.theme.map(Theme::code)] data-font=[(font > 100).then_some(font)] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                base target="_blank";
                title { (title) }
                link rel="stylesheet" href=(style::address());
                link rel="icon" type="image/svg+xml" href=(style::icon());
                script src="/embed-frame.js" defer {}
            }
            body.embed {
                main {
                    h1 { (title) }
                    (main)
                    @if let Some(notice) = notice { p.notice.small { (ask.speech.name(&notice.ru, &notice.en)) } }
                }
            }
        }
    };
    markup.into_string()
}

/// Where the application puts itself in a frame; an earlier day is stamped there.
#[must_use]
pub fn mount(stamp: Option<&str>) -> String {
    html! { div #app data-stamp=[stamp] {} }.into_string()
}

/// The map as a file of its own, in the width it is wanted in; `None` without borders.
pub fn drawing(ask: &Ask<'_>, view: &View, width: u32) -> Result<Option<String>, ReadError> {
    let told = told(ask, view, DOTS)?;
    let Some(drawn) = map(ask, &told) else { return Ok(None) };
    let stamp = stamp(ask);
    if width >= LEAST_WIDTH_PX {
        let land = ask.atlas.land_maps.of(&ask.reading, subject_of(&told));
        return Ok(land.map(|land| svg(ask, &sheet(ask, &told, &land, &stamp), drawn, &told)));
    }
    let colour = &crate::render::palette::ground(super::map::theme_of(ask)).text;
    let corner =
        html! { text x="6" y="14" font-size="11" font-family="sans-serif" fill=(colour) { (stamp) } };
    let text = drawn.into_string();
    let end = text.rfind("</svg>").unwrap_or(text.len());
    Ok(Some(format!("{}{}</svg>", &text[..end], corner.into_string())))
}

/// How much room there is where something is to stand.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Width, px.
    pub width: u32,
    /// Height, px; as much as it takes where nobody said.
    pub height: Option<u32>,
}

/// What oEmbed says of a page of ours.
pub fn oembed(ask: &Ask<'_>, view: &View, key: Option<&str>, room: Room) -> Result<Json, ReadError> {
    let told = told(ask, view, DOTS)?;
    let stamp = stamp(ask);
    let height_of = |width| height_of(ask, &told, width, &stamp);
    let (width, height, code) = match key {
        Some(key) => {
            let height = room.height.map_or(FRAME_HEIGHT_PX, |most| most.min(FRAME_HEIGHT_PX));
            let code = frame_code(ask, view, key, &told.title, &room.width.to_string(), height);
            (room.width, Some(height), code)
        }
        None => {
            let (width, height) = fitted(room, height_of);
            (width, height, static_code(ask, view, &told.paragraph, width, height))
        }
    };
    let mut said = json!({
        "version": "1.0",
        "type": "rich",
        "title": told.marked.as_ref().map_or(&told.title, |marked| &marked.title),
        "description": told.paragraph,
        "provider_name": ask.speech.say("page.title"),
        "provider_url": ask.base_url,
        "html": code,
        "width": width,
        "height": height,
        "cache_age": 3600,
    });
    let small = Room { width: room.width.min(THUMBNAIL_PX), ..room };
    if let (width @ LEAST_PICTURE_PX.., Some(height)) = fitted(small, height_of) {
        said["thumbnail_url"] =
            format!("{}{}", ask.base_url, view.pictured(&format!("/e/{OPEN_KEY}.png"), width, 1)).into();
        said["thumbnail_width"] = width.into();
        said["thumbnail_height"] = height.into();
    }
    Ok(said)
}

/// The largest picture for which there is room, with its height.
fn fitted(room: Room, height_of: impl Fn(u32) -> Option<u32>) -> (u32, Option<u32>) {
    let mut width = room.width;
    // A picture without words around it has another form, so one step may not be enough.
    for _ in 0..8 {
        match (height_of(width), room.height) {
            (Some(height), Some(most)) if height > most => {
                width = (u64::from(width) * u64::from(most) / u64::from(height)).max(1) as u32;
            }
            (height, _) => return (width, height),
        }
    }
    (width, room.height)
}
