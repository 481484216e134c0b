//! The codes by which other sites show our maps, and the page that writes them.

use maud::{Markup, PreEscaped, html};
use serde_json::{Value as Json, json};

use super::ask::{Ask, query_text};
use super::embed::{FRAME_HEIGHT_PX, LEAST_PICTURE_PX, OPEN_KEY, stamp};
use super::embed_told::{Told, told};
use super::embed_view::View;
use super::layout::{Head, document};
use super::picture::height_of;
use crate::messages::Language;
use crate::service::ReadError;

/// What a frame of ours may do: run its script, be of our origin, which the live map's worker needs, and open links beside the
/// site around it. The element for other sites (`embed.js`) gives its frame the same.
pub const SANDBOX: &str = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";
/// Width of the picture in the codes, px.
const PICTURE_PX: u32 = 720;
/// A picture of more pixels than this is not drawn twice as fine: it would be heavier than a page of a site should carry.
const MOST_PIXELS: u32 = 2_600_000;
/// Heights that a frame may have, px.
pub const HEIGHTS: std::ops::RangeInclusive<usize> = 240..=1_600;
/// Heights from which the page lets choose.
const OFFERED: [u32; 4] = [420, 520, 640, 800];

/// For whom codes are written.
pub struct Wanted<'a> {
    /// The key as it was typed.
    pub typed: &'a str,
    /// Somebody has this key.
    pub known: bool,
    /// Height of the frame, px.
    pub height: u32,
}

impl Wanted<'_> {
    /// What stands in the codes in place of a key that is not typed yet.
    fn shown(&self) -> &str {
        if self.typed.is_empty() { "KEY" } else { self.typed }
    }
}

/// All codes of one view.
struct Codes {
    frame: String,
    script: String,
    still: String,
    picture: String,
    drawing: String,
    oembed: String,
}

/// The frame, and the link that is its text twin: all that is left where frames are switched off.
#[must_use]
pub fn frame_code(ask: &Ask<'_>, view: &View, key: &str, title: &str, width: &str, height: u32) -> String {
    let markup = html! {
        iframe src=(absolute(ask, &view.framed(&format!("/e/{key}")))) title=(title) width=(width) height=(height) loading="lazy"
            style="border:0;max-width:100%" referrerpolicy="strict-origin-when-cross-origin" allow="fullscreen" sandbox=(SANDBOX) {}
        p { a href=(absolute(ask, &view.twin(ask))) { (title) } }
    };
    markup.into_string()
}

/// A picture that leads to us.
#[must_use]
pub fn static_code(ask: &Ask<'_>, view: &View, told: &str, width: u32, height: Option<u32>) -> String {
    let image =
        view.pictured(&format!("/e/{OPEN_KEY}.png"), width.max(LEAST_PICTURE_PX), fineness(width, height));
    let markup = html! {
        a href=(absolute(ask, &view.twin(ask))) {
            img src=(absolute(ask, &image)) alt=(told) width=(width) height=[height] style="max-width:100%;height:auto";
        }
    };
    markup.into_string()
}

/// Device pixels in a pixel of a picture.
fn fineness(width: u32, height: Option<u32>) -> u32 {
    if height.is_some_and(|height| width * height * 4 <= MOST_PIXELS) { 2 } else { 1 }
}

fn absolute(ask: &Ask<'_>, address: &str) -> String {
    format!("{}{address}", ask.base_url)
}

fn codes_of(ask: &Ask<'_>, view: &View, wanted: &Wanted<'_>, told: &Told) -> Codes {
    let height = height_of(ask, told, PICTURE_PX, &stamp(ask));
    let still = static_code(ask, view, &told.paragraph, PICTURE_PX, height);
    let framed = absolute(ask, &view.framed(&format!("/e/{}", wanted.shown())));
    let own_height = (wanted.height != FRAME_HEIGHT_PX).then_some(wanted.height);
    let script = html! {
        script src=(absolute(ask, "/embed.js")) async {}
        atlas-map src=(framed) title=(told.title) height=[own_height] { (PreEscaped(&still)) }
    };
    // Without a key oEmbed tells of the page; with one, of the frame.
    let told_of = if wanted.typed.is_empty() { absolute(ask, &view.twin(ask)) } else { framed };
    Codes {
        frame: frame_code(ask, view, wanted.shown(), &told.title, "100%", wanted.height),
        script: script.into_string(),
        still,
        picture: absolute(
            ask,
            &view.pictured(&format!("/e/{OPEN_KEY}.png"), PICTURE_PX, fineness(PICTURE_PX, height)),
        ),
        drawing: absolute(ask, &view.pictured(&format!("/e/{OPEN_KEY}.svg"), PICTURE_PX, 1)),
        oembed: absolute(ask, &format!("/oembed{}", query_text(&[("url", told_of)]))),
    }
}

/// The codes of a view for programs: the page's dialog shows them.
pub fn codes(ask: &Ask<'_>, view: &View, wanted: &Wanted<'_>) -> Result<Json, ReadError> {
    let told = told(ask, view, 0)?;
    let codes = codes_of(ask, view, wanted, &told);
    Ok(json!({
        "key_is_known": wanted.known,
        "title": told.title,
        "paragraph": told.paragraph,
        "frame": codes.frame,
        "script": codes.script,
        "picture": codes.still,
        "png": codes.picture,
        "svg": codes.drawing,
        "oembed": codes.oembed,
    }))
}

/// The page that writes the codes. `framed` asks the same in the language of the frame.
pub fn builder(
    ask: &Ask<'_>,
    framed: &Ask<'_>,
    view: &View,
    wanted: &Wanted<'_>,
) -> Result<String, ReadError> {
    let (speech, told) = (&ask.speech, told(framed, view, 0)?);
    let codes = codes_of(framed, view, wanted, &told);
    let ways = [
        ("embed.static", codes.still),
        ("embed.frame", codes.frame),
        ("embed.script", codes.script),
        ("embed.png", codes.picture),
        ("embed.svg", codes.drawing),
        ("embed.oembed", codes.oembed),
    ];
    // What needs a key comes first as soon as there is one.
    let order = if wanted.known { [1, 2, 0, 3, 4, 5] } else { [0, 3, 4, 5, 1, 2] };
    let body = html! {
        script src="/embed-builder.js" defer {}
        p.lead { (speech.say("embed.told")) }
        (form(ask, view, wanted))
        div #embed-result {
            @if view.noticed { p.notice { (speech.say("embed.noticed")) } }
            @if !wanted.known {
                p.notice { (speech.say(if wanted.typed.is_empty() { "embed.no_key" } else { "embed.wrong_key" })) }
            }
            div.split.even {
                div {
                    h2 { (speech.say("embed.codes")) }
                    p.soft { (speech.say("embed.codes_note")) }
                    @for (way, code) in order.map(|n| &ways[n]) {
                        @let id = way.replace('.', "-");
                        div.code {
                            label for=(id) { (speech.say(way)) }
                            textarea id=(id) readonly rows=(rows_of(code)) spellcheck="false" { (code) }
                            button type="button" data-copies=(id) data-done=(speech.say("embed.copied")) data-failed=(speech.say("embed.copy_failed")) hidden { (speech.say(if code.contains('<') { "embed.copy" } else { "embed.copy_address" })) }
                            " " span role="status" {}
                        }
                    }
                }
                div {
                    h2 { (speech.say("embed.preview")) }
                    @if wanted.known {
                        iframe.preview src=(view.framed(&format!("/e/{}", wanted.typed))) title=(told.title) width="720" height=(wanted.height) loading="lazy" {}
                    } @else {
                        img.preview src=(view.pictured(&format!("/e/{OPEN_KEY}.svg"), PICTURE_PX, 1)) alt=(told.paragraph);
                    }
                    p { a href=(view.twin(ask)) { (speech.say("page.table")) } }
                }
            }
        }
    };
    let head = Head {
        title: speech.say("page.embed"),
        description: told.paragraph.clone(),
        section: "/embed-builder",
    };
    Ok(document(ask, &head, &body))
}

/// Lines that a code takes in its field.
fn rows_of(code: &str) -> usize {
    (code.chars().count() / 60 + 1).min(8)
}

fn form(ask: &Ask<'_>, view: &View, wanted: &Wanted<'_>) -> Markup {
    let (speech, dictionary) = (&ask.speech, &ask.reading.snapshot.dictionary);
    let place = dictionary.municipalities.iter();
    let places =
        place.map(|m| (m.slug.as_str(), ask.municipality_name(m).to_owned(), m.is_called(view.value("mun"))));
    let spheres = dictionary.categories.iter().filter(|c| c.parent.is_none());
    let spheres =
        spheres.map(|c| (c.code.as_str(), ask.category_name(c).to_owned(), c.code == view.value("cat")));
    let words = |name: &str, words: &[(&'static str, &str)]| -> Vec<(&'static str, String, bool)> {
        words.iter().map(|(word, key)| (*word, speech.say(key), *word == view.value(name))).collect()
    };
    // The language of the frame is that of this page unless another was chosen.
    let english = match view.value("lang") {
        "" => speech.language == Language::En,
        chosen => chosen == Language::En.tag(),
    };
    let languages = [("ru", "Русский".to_owned(), !english), ("en", "English".to_owned(), english)];
    let heights = OFFERED.iter().map(|n| (n.to_string(), *n == wanted.height)).collect::<Vec<_>>();
    let chosen = ["mun", "cat", "status", "mode", "theme", "lang", "ui", "list", "key", "height"];
    let list = [("0", "embed.list_no"), ("1", "embed.list_yes")];
    html! {
        form #embed-form action=(ask.href_in(speech.language, None, "/embed-builder")) method="get" {
            label { (speech.say("embed.key")) input name="key" value=(wanted.typed) maxlength="12" autocomplete="off"; }
            (select(&speech.say("column.municipality"), "mun", Some(speech.say("filter.all_region")), places))
            (select(&speech.say("embed.mode"), "mode", None, words("mode", &[("objects", "embed.objects"), ("appeals", "embed.appeals"), ("rating", "page.rating")])))
            (select(&speech.say("filter.category"), "cat", Some(speech.say("filter.all_categories")), spheres))
            (select(&speech.say("filter.status"), "status", Some(speech.say("filter.any_status")), words("status", &[("open", "filter.open"), ("overdue", "filter.overdue"), ("closed", "filter.closed")])))
            (select(&speech.say("theme.title"), "theme", Some(speech.say("embed.theme_auto")), words("theme", &[("light", "theme.light"), ("dark", "theme.dark"), ("contrast", "theme.contrast")])))
            (select(&speech.say("embed.language"), "lang", None, languages))
            (select(&speech.say("embed.ui"), "ui", None, words("ui", &[("min", "embed.ui_min"), ("full", "embed.ui_full"), ("none", "embed.ui_none")])))
            (select(&speech.say("embed.list"), "list", Some(speech.say("embed.list_auto")), words("list", &list)))
            label {
                (speech.say("embed.height"))
                select name="height" {
                    @for (height, chosen) in &heights { option value=(height) selected[*chosen] { (height) } }
                    @if !heights.iter().any(|(_, chosen)| *chosen) { option value=(wanted.height) selected { (wanted.height) } }
                }
            }
            @for (name, value) in view.pairs.iter().filter(|(name, _)| !chosen.contains(name)) {
                input type="hidden" name=(name) value=(value);
            }
            @if let Some(camera) = view.camera.strip_prefix("#map=") { input type="hidden" name="map" value=(camera); }
            button { (speech.say("filter.show")) }
        }
    }
}

/// A choice; `any` is the word for none of the values.
fn select<'v>(
    label: &str,
    name: &str,
    any: Option<String>,
    values: impl IntoIterator<Item = (&'v str, String, bool)>,
) -> Markup {
    html! {
        label {
            (label)
            select name=(name) {
                @if let Some(any) = any { option value="" { (any) } }
                @for (value, words, chosen) in values { option value=(value) selected[chosen] { (words) } }
            }
        }
    }
}
