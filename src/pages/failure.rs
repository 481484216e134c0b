//! What went wrong, as a page in the reader's language.

use maud::html;

use super::ask::Ask;
use super::layout::{Head, document};

/// A page that says what went wrong and where to go on. `title` and `detail` are sentences of the catalogue.
#[must_use]
pub fn page(ask: &Ask<'_>, title: &str, detail: Option<&str>) -> String {
    let speech = &ask.speech;
    let body = html! {
        @if let Some(detail) = detail { p.lead { (detail) } }
        p {
            a href=(ask.href("/")) { (speech.say("page.map")) } " · "
            a href=(ask.href("/table")) { (speech.say("page.table")) } " · "
            a href=(ask.href("/rating")) { (speech.say("page.rating")) } " · "
            a href=(ask.href("/help")) { (speech.say("page.help")) }
        }
    };
    let head = Head { title: title.to_owned(), description: title.to_owned(), section: "" };
    document(ask, &head, &body)
}
