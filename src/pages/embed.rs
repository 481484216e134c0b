//! What other sites show of us: a frame with a poster, a picture as a file, oEmbed, and the page that writes the codes.

use std::fmt::Write;

use maud::{DOCTYPE, Markup, html};
use serde_json::{Value as Json, json};

use super::ask::{Ask, Theme, query_text};
use super::layout::{Head, document};
use super::map::{Caption, legend, municipality_map, region_map};
use super::parts::{problem_table, summary_of};
use super::picture::height_of;
use super::style;
use super::summary::paragraph;
use crate::service::ReadError;
use crate::service::features::{Collection, FeatureQuery};
use crate::service::lists::List;
use crate::service::order::Order;
use crate::service::public::PublicProblem;

/// Rows of the table in a frame.
const ROWS: usize = 10;
/// Dots on the map of one municipality: a frame must stay light.
const DOTS: usize = 120;
/// Width of the picture that oEmbed names.
const THUMBNAIL_PX: u32 = 480;
/// The word in place of a key under which pictures, which need no leave, are found.
pub const OPEN_KEY: &str = "map";

/// What a frame tells, all from the same selection.
struct Told {
    title: String,
    paragraph: String,
    map: Option<Markup>,
    first: List<PublicProblem>,
}

fn told(ask: &Ask<'_>) -> Result<Told, ReadError> {
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let paragraph = paragraph(&ask.speech, &summary_of(ask, &overview));
    let title = ask.speech.fill("map.title", &[("place", &ask.place_name())]);
    let order = Some(Order::parse(Collection::Problems, "urgency")?);
    let query = FeatureQuery { filter: ask.filter.clone(), order, limit: DOTS, token: None };
    let first = ask.atlas.list_problems(&ask.reading, &query)?;
    let caption = Caption { title: &title, description: &paragraph };
    let map = match &ask.filter.municipality[..] {
        [one] => municipality_map(ask, ask.municipality(one)?.no, &first.rows, &caption),
        _ => region_map(ask, &overview, &caption),
    };
    Ok(Told { title, paragraph, map, first })
}

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
fn stamp(ask: &Ask<'_>) -> String {
    ask.speech.fill("embed.stamp", &[("day", &ask.as_of()), ("hash", &world_hash(ask))])
}

/// The document of a frame. `noticed` says that a value of the address was not understood.
pub fn frame(ask: &Ask<'_>, key: &str, noticed: bool) -> Result<String, ReadError> {
    let (speech, told) = (&ask.speech, told(ask)?);
    let whole = match &ask.filter.municipality[..] {
        [one] => ask.href(&format!("/m/{one}")),
        _ => ask.href("/table"),
    };
    let rows = &told.first.rows[..told.first.rows.len().min(ROWS)];
    let live = format!("/e/{key}/live{}", query_text(&ask.pairs));
    Ok(outside(
        ask,
        &told.title,
        &html! {
            @if noticed { p.notice { (speech.say("embed.noticed")) } }
            p.lead { (told.paragraph) }
            @if let Some(map) = &told.map { (map) (legend(ask)) }
            p {
                a.button href=(live) target="_self" { (speech.say("embed.live")) } " "
                a href=(whole) { (speech.say("embed.whole")) }
            }
            details { summary { (speech.say("embed.first")) } (problem_table(ask, rows, &speech.say("sort.due"), false)) }
            p.soft.small { (stamp(ask)) }
        },
    ))
}

/// What stands in a frame under a key that nobody has: a link.
#[must_use]
pub fn unknown(ask: &Ask<'_>) -> String {
    let title = ask.speech.say("embed.unknown");
    outside(ask, &title, &html! { p.lead { a href=(ask.href("/")) { (ask.speech.say("embed.whole")) } } })
}

/// A document without sections, whose links open beside the site that frames it.
fn outside(ask: &Ask<'_>, title: &str, main: &Markup) -> String {
    let region = ask.reading.snapshot.dictionary.region.as_ref();
    let notice = region.and_then(|region| region.invented.as_ref());
    let markup = html! {
        (DOCTYPE)
        html lang=(ask.speech.language.tag()) data-theme=[ask.theme.map(Theme::code)] {
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

/// The map as a file of its own; `None` without borders.
pub fn drawing(ask: &Ask<'_>) -> Result<Option<String>, ReadError> {
    let stamp = stamp(ask);
    let of = |map: Markup| {
        let corner =
            html! { text x="6" y="14" font-size="11" font-family="sans-serif" fill="#22262b" { (stamp) } };
        let text = map.into_string();
        let end = text.rfind("</svg>").unwrap_or(text.len());
        format!("{}{}</svg>", &text[..end], corner.into_string())
    };
    Ok(told(ask)?.map.map(of))
}

/// What oEmbed says of a page of ours: `address` is its path within us.
pub fn oembed(ask: &Ask<'_>, address: &str, key: Option<&str>, width: u32) -> Result<Json, ReadError> {
    let told = told(ask)?;
    let height = width.clamp(320, 520);
    let code = match key {
        Some(key) => frame_code(ask, key, &told.title, width, height),
        None => static_code(ask, address, &told.paragraph, width)?,
    };
    let thumbnail = format!("{}/e/{OPEN_KEY}.png{}", ask.base_url, picture_query(ask, THUMBNAIL_PX, 1));
    let mut told = json!({
        "version": "1.0",
        "type": "rich",
        "title": told.title,
        "description": told.paragraph,
        "provider_name": ask.speech.say("page.title"),
        "provider_url": ask.base_url,
        "html": code,
        "width": width,
        "height": height,
        "cache_age": 3600,
    });
    if let Some(height) = height_of(ask, THUMBNAIL_PX)? {
        told["thumbnail_url"] = thumbnail.into();
        told["thumbnail_width"] = THUMBNAIL_PX.into();
        told["thumbnail_height"] = height.into();
    }
    Ok(told)
}

fn frame_code(ask: &Ask<'_>, key: &str, title: &str, width: u32, height: u32) -> String {
    let address = format!("{}/e/{key}{}", ask.base_url, query_text(&ask.pairs));
    let markup = html! {
        iframe src=(address) title=(title) width=(width) height=(height) loading="lazy" style="border:0;max-width:100%"
            referrerpolicy="strict-origin-when-cross-origin"
            sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
        p { a href=(format!("{}{}", ask.base_url, ask.with("/table", &[]))) { (title) } }
    };
    markup.into_string()
}

fn static_code(ask: &Ask<'_>, address: &str, told: &str, width: u32) -> Result<String, ReadError> {
    let image = format!("{}/e/{OPEN_KEY}.png{}", ask.base_url, picture_query(ask, width, 2));
    let height = height_of(ask, width)?;
    let markup = html! {
        a href=(format!("{}{address}", ask.base_url)) {
            img src=(image) alt=(told) width=(width) height=[height] style="max-width:100%;height:auto";
        }
    };
    Ok(markup.into_string())
}

/// The conditions, and the size of a picture.
fn picture_query(ask: &Ask<'_>, width: u32, scale: u32) -> String {
    let mut pairs = ask.pairs.clone();
    pairs.push(("scale", scale.to_string()));
    pairs.push(("w", width.to_string()));
    query_text(&pairs)
}

/// The page that writes the codes. `key` is the one that its reader has, when it is known.
pub fn builder(ask: &Ask<'_>, key: Option<&str>, typed: &str) -> Result<String, ReadError> {
    let (speech, told) = (&ask.speech, told(ask)?);
    let value = |name: &str| ask.pairs.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str());
    let shown = key.unwrap_or("…");
    let framed = frame_code(ask, shown, &told.title, 720, 520);
    let still = static_code(ask, &ask.with("/table", &[]), &told.paragraph, 720)?;
    let element = html! {
        script src=(format!("{}/embed.js", ask.base_url)) async {}
        atlas-map src=(format!("{}/e/{shown}{}", ask.base_url, query_text(&ask.pairs))) title=(told.title) { (maud::PreEscaped(&still)) }
    };
    let page = format!("{}{}", ask.base_url, ask.with("/table", &[]));
    let discovered = format!("{}/oembed{}", ask.base_url, query_text(&[("url", page)]));
    let codes = [
        ("embed.frame", framed),
        ("embed.script", element.into_string()),
        ("embed.static", still),
        ("embed.oembed", discovered),
    ];
    let body = html! {
        p.lead { (told.paragraph) }
        form action=(ask.href_in(speech.language, None, "/embed-builder")) method="get" {
            label { (speech.say("embed.key")) input name="key" value=(typed) maxlength="12"; }
            label {
                (speech.say("column.municipality"))
                select name="mun" {
                    option value="" { (speech.say("filter.all_region")) }
                    @for m in &ask.reading.snapshot.dictionary.municipalities {
                        option value=(m.slug) selected[m.is_called(value("mun"))] { (ask.municipality_name(m)) }
                    }
                }
            }
            label {
                (speech.say("filter.status"))
                select name="status" {
                    option value="" { (speech.say("filter.any_status")) }
                    @for state in ["open", "overdue", "closed"] {
                        option value=(state) selected[state == value("status")] { (speech.say(&format!("filter.{state}"))) }
                    }
                }
            }
            button { (speech.say("filter.show")) }
        }
        @if key.is_none() { p.notice { (speech.say("embed.no_key")) } }
        h2 { (speech.say("embed.preview")) }
        @if let Some(key) = key {
            iframe.preview src=(format!("/e/{key}{}", query_text(&ask.pairs))) title=(told.title) width="720" height="520" loading="lazy" {}
        } @else {
            img.preview src=(format!("/e/{OPEN_KEY}.svg{}", query_text(&ask.pairs))) alt=(told.paragraph);
        }
        h2 { (speech.say("embed.codes")) }
        div.scroll {
            table.stack {
                caption { (speech.say("embed.codes_note")) }
                thead { tr { th scope="col" { (speech.say("embed.way")) } th scope="col" { (speech.say("embed.code")) } } }
                tbody {
                    @for (way, code) in &codes { tr { th scope="row" { (speech.say(way)) } td { pre { code { (code) } } } } }
                }
            }
        }
        p { a href=(ask.with("/table", &[])) { (speech.say("page.table")) } }
    };
    let head = Head {
        title: speech.say("page.embed"),
        description: told.paragraph.clone(),
        section: "/embed-builder",
    };
    Ok(document(ask, &head, &body))
}
