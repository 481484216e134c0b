//! The conditions of a page in words: above lists and exports, on the screen and on paper.

use maud::{Markup, html};

use super::ask::Ask;
use super::parts::status_name;
use super::table::due_words;

/// The conditions as a line; nothing without conditions.
#[must_use]
pub fn told(ask: &Ask<'_>) -> Markup {
    let all: Vec<String> = ask
        .pairs
        .iter()
        .filter_map(|(name, value)| {
            let (key, words) = condition(ask, name, value)?;
            Some(format!("{} — {words}", ask.speech.say(key)))
        })
        .collect();
    html! {
        @if !all.is_empty() { p.conditions { (ask.speech.fill("conditions.told", &[("list", &all.join("; "))])) } }
    }
}

/// The key of a condition's name, and its value in words; `None` for what is no condition.
fn condition(ask: &Ask<'_>, name: &str, value: &str) -> Option<(&'static str, String)> {
    let each = |word: &dyn Fn(&str) -> String| value.split(',').map(word).collect::<Vec<_>>().join(", ");
    let day = || value.to_owned();
    let amount = || value.parse().map_or_else(|_| value.to_owned(), |n| ask.speech.number(n));
    Some(match name {
        "mun" => ("column.municipality", each(&|one| ask.municipality_called(Some(one)))),
        "cat" => ("filter.category", each(&|one| ask.category_called(one))),
        "status" => ("filter.status", each(&|one| state(ask, one))),
        "resp" => ("column.responsible", each(&|one| ask.body_called(Some(one)))),
        "due" => ("filter.due", due_words(&ask.speech, value)),
        "due_from" => ("conditions.due_from", day()),
        "due_to" => ("conditions.due_to", day()),
        "cost_from" => ("filter.cost_from", amount()),
        "cost_to" => ("filter.cost_to", amount()),
        "q" => ("filter.words", value.to_owned()),
        "bbox" => ("conditions.bbox", value.to_owned()),
        "from" => ("conditions.from", day()),
        "to" => ("conditions.to", day()),
        "at" => ("conditions.at", ask.as_of()),
        _ => return None,
    })
}

fn state(ask: &Ask<'_>, code: &str) -> String {
    match code {
        "open" => ask.speech.say("filter.open"),
        "overdue" => ask.speech.say("filter.overdue"),
        "closed" => ask.speech.say("filter.closed"),
        _ => status_name(ask, code),
    }
}
