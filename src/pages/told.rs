//! Pages that only tell: help, and the accessibility statement.

use maud::html;

use super::ask::Ask;
use super::layout::{Head, document};

/// Keys of the keyboard and what they do, as keys of the catalogue.
const KEYS: [(&str, &str); 8] = [
    ("Tab", "help.key_tab"),
    ("Ctrl+K", "help.key_search"),
    ("↑ ↓", "help.key_list"),
    ("Enter", "help.key_enter"),
    ("← ↑ → ↓", "help.key_pan"),
    ("+ −", "help.key_zoom"),
    ("N, Shift+N", "help.key_next"),
    ("Esc", "help.key_escape"),
];

/// How to find, read and take away.
#[must_use]
pub fn help(ask: &Ask<'_>) -> String {
    let speech = &ask.speech;
    let title = speech.say("page.help");
    let told = speech.say("help.told");
    let body = html! {
        p.lead { (told) }
        @for part in ["overdue", "meeting", "site", "numbers", "js"] {
            h2 { (speech.say(&format!("help.{part}"))) }
            p { (speech.say(&format!("help.{part}_words"))) }
        }
        h2 { (speech.say("help.keyboard")) }
        div.scroll role="region" tabindex="0" aria-label=(speech.say("help.keyboard_note")) {
            table {
                caption { (speech.say("help.keyboard_note")) }
                thead { tr { th scope="col" { (speech.say("help.key")) } th scope="col" { (speech.say("help.does")) } } }
                tbody { @for (key, does) in KEYS { tr { th scope="row" { kbd { (key) } } td { (speech.say(does)) } } } }
            }
        }
        p { a href=(ask.href("/table")) { (speech.say("page.table")) } " · " a href=(ask.href("/method")) { (speech.say("page.method")) } }
    };
    document(ask, &Head { title, description: told.clone(), section: "/help" }, &body)
}

/// What of the pages is accessible, and what is not.
#[must_use]
pub fn accessibility(ask: &Ask<'_>) -> String {
    let speech = &ask.speech;
    let title = speech.say("page.a11y");
    let told = speech.say("a11y.told");
    let rows = ["text", "keyboard", "zoom", "colour", "motion", "map", "titles"];
    let body = html! {
        p.lead { (told) }
        div.scroll role="region" tabindex="0" aria-label=(speech.say("a11y.caption")) {
            table.stack {
                caption { (speech.say("a11y.caption")) }
                thead { tr { th scope="col" { (speech.say("a11y.what")) } th scope="col" { (speech.say("a11y.how")) } } }
                tbody {
                    @for row in rows {
                        tr { th scope="row" { (speech.say(&format!("a11y.{row}"))) } td { (speech.say(&format!("a11y.{row}_words"))) } }
                    }
                }
            }
        }
        p { (speech.say("a11y.look")) " " a href=(ask.href_in(speech.language, Some(super::ask::Theme::Contrast), "/a11y")) { (speech.say("theme.contrast")) } }
        p { a href=(ask.href("/help")) { (speech.say("page.help")) } }
    };
    document(ask, &Head { title, description: told.clone(), section: "/a11y" }, &body)
}
