//! What every page has around it: head, skip links, sections, the other language, looks, sources.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::ask::{Ask, Theme, encode, query_text};
use super::{built, style};
use crate::messages::Language;

/// What a page says of itself.
pub struct Head {
    /// The heading, also the title of the window.
    pub title: String,
    /// One sentence for search engines and previews.
    pub description: String,
    /// The path of the page, where it is one of the sections or of those at the foot.
    pub section: &'static str,
}

/// The sections: path and key of the name.
const SECTIONS: [(&str, &str); 10] = [
    ("/", "page.map"),
    ("/rating", "page.rating"),
    ("/table", "page.table"),
    ("/changes", "page.changes"),
    ("/plan", "page.plan"),
    ("/export", "page.export"),
    ("/embed-builder", "page.embed"),
    ("/method", "page.method"),
    ("/help", "page.help"),
    ("/a11y", "page.a11y"),
];

/// Pages that go on asking where the sections stop: at the foot of every page.
const FURTHER: [(&str, &str); 3] =
    [("/slippage", "page.slippage"), ("/hotspots", "page.hotspots"), ("/silence", "page.silence")];

/// A whole page.
#[must_use]
pub fn document(ask: &Ask<'_>, head: &Head, main: &Markup) -> String {
    let own = ask.own_address();
    let styles = html! {
        link rel="stylesheet" href=(style::address());
        @for letters in built::letters_at_once() {
            link rel="preload" as="font" type="font/woff2" crossorigin href=(letters);
        }
    };
    whole(ask, head, &styles, &frame(ask, head, main, &own))
}

/// The page of the map: with what loads the application, which takes the place of what is written here.
#[must_use]
pub fn map_document(ask: &Ask<'_>, head: &Head, main: &Markup, application: &str) -> String {
    let styles = html! {
        (PreEscaped(application))
        link rel="stylesheet" href=(style::poster_address());
    };
    let body = html! {
        div #app {}
        div #poster { (frame(ask, head, main, &ask.own_address())) }
    };
    whole(ask, head, &styles, &body)
}

fn whole(ask: &Ask<'_>, head: &Head, styles: &Markup, body: &Markup) -> String {
    let speech = &ask.speech;
    let title = format!("{} · {}", head.title, speech.say("page.title"));
    let own = ask.own_address();
    let markup = html! {
        (DOCTYPE)
        html lang=(speech.language.tag()) data-theme=[ask.theme.map(Theme::code)] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                meta name="description" content=(head.description);
                title { (title) }
                (styles)
                link rel="icon" type="image/svg+xml" href=(style::icon());
                link rel="canonical" href=(absolute(ask, speech.language, &canonical(ask, &own)));
                @if is_told_by_oembed(ask, head) {
                    link rel="alternate" type="application/json+oembed" href=(discovery(ask)) title=(title);
                }
                @for language in [Language::Ru, Language::En] {
                    link rel="alternate" hreflang=(language.tag()) href=(absolute(ask, language, &own));
                }
            }
            body { (body) }
        }
    };
    markup.into_string()
}

/// A map with the card of an object is the page of the object.
fn canonical(ask: &Ask<'_>, own: &str) -> String {
    let card = ask.view.iter().find(|(name, _)| *name == "o");
    card.map_or_else(
        || own.to_owned(),
        |(_, id)| {
            let mut path = "/o/".to_owned();
            encode(&mut path, id);
            path
        },
    )
}

fn frame(ask: &Ask<'_>, head: &Head, main: &Markup, own: &str) -> Markup {
    let (speech, region) = (&ask.speech, ask.region_name());
    html! {
        a.skip href="#main" { (speech.say("page.skip_main")) }
        a.skip href="#sections" { (speech.say("page.skip_sections")) }
        header.top {
            a.brand href=(ask.href("/")) { (speech.say("page.title")) span.region { (region) } }
            (other_language(ask, own))
            nav #sections aria-label=(speech.say("page.sections")) {
                ul {
                    @for (path, key) in SECTIONS {
                        li {
                            a href=(ask.href(path)) aria-current=[(path == head.section).then_some("page")] {
                                (speech.say(key))
                            }
                        }
                    }
                }
            }
        }
        main #main tabindex="-1" {
            div.heading {
                h1 { (head.title) }
                @if follows(ask, head) { (news(ask)) }
            }
            (main)
        }
        (footer(ask, head.section, own))
    }
}

/// Whether a page says when its data have changed: those that are read while work goes on, as long as they are of today.
fn follows(ask: &Ask<'_>, head: &Head) -> bool {
    let of_work = ask.path.starts_with("/m/") || ["/rating", "/changes", "/plan"].contains(&head.section);
    of_work && !ask.reading.past
}

/// What its script fills; without a script it stays unseen.
fn news(ask: &Ask<'_>) -> Markup {
    let speech = &ask.speech;
    html! {
        div #news .news.screen hidden {
            label { input type="checkbox" checked; (speech.say("news.follow")) }
            p role="status" {}
            template { (speech.say("news.changed")) " · " a href="" { (speech.say("news.show")) } }
            script src="/follow.js" defer {}
        }
    }
}

/// Whether oEmbed tells of a page: of those that are a selection of objects, and of an object.
fn is_told_by_oembed(ask: &Ask<'_>, head: &Head) -> bool {
    let of_one = ask.path.starts_with("/m/") || ask.path.starts_with("/o/");
    of_one || ["/", "/table", "/rating", "/plan", "/changes"].contains(&head.section)
}

/// Where oEmbed tells of this page: which selection it is of, not which part of it is read.
fn discovery(ask: &Ask<'_>) -> String {
    let told = ask.pairs.iter().filter(|(name, _)| !["since", "token"].contains(name));
    let pairs: Vec<_> = told.chain(&ask.view).cloned().collect();
    let url = absolute(ask, ask.speech.language, &format!("{}{}", ask.path, query_text(&pairs)));
    format!("{}/oembed{}", ask.base_url, query_text(&[("url", url)]))
}

fn absolute(ask: &Ask<'_>, language: Language, own: &str) -> String {
    format!("{}{}", ask.base_url, ask.href_in(language, None, own))
}

fn other_language(ask: &Ask<'_>, own: &str) -> Markup {
    let other = if ask.speech.language == Language::Ru { Language::En } else { Language::Ru };
    let name = if other == Language::Ru { "Русский" } else { "English" };
    html! {
        a.language href=(ask.href_in(other, ask.theme, own)) hreflang=(other.tag()) lang=(other.tag()) { (name) }
    }
}

fn footer(ask: &Ask<'_>, section: &str, own: &str) -> Markup {
    let speech = &ask.speech;
    let region = ask.reading.snapshot.dictionary.region.as_ref();
    let notice = region.and_then(|region| region.invented.as_ref());
    let themes = [(None, "theme.auto")].into_iter().chain(
        [(Theme::Light, "theme.light"), (Theme::Dark, "theme.dark"), (Theme::Contrast, "theme.contrast")]
            .map(|(theme, key)| (Some(theme), key)),
    );
    html! {
        footer {
            nav aria-label=(speech.say("page.further")) {
                ul {
                    @for (path, key) in FURTHER {
                        li { a href=(ask.href(path)) aria-current=[(path == section).then_some("page")] { (speech.say(key)) } }
                    }
                }
            }
            @if let Some(notice) = notice {
                p.notice { (speech.name(&notice.ru, &notice.en)) }
            }
            p { (speech.fill("page.as_of", &[("day", &ask.as_of())])) " " (speech.say("page.sources")) }
            nav aria-label=(speech.say("theme.title")) {
                ul.themes {
                    @for (theme, key) in themes {
                        li {
                            a href=(ask.href_in(speech.language, theme, own)) aria-current=[(theme == ask.theme).then_some("true")] {
                                (speech.say(key))
                            }
                        }
                    }
                }
            }
        }
    }
}
