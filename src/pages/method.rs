//! How the numbers are made: written from the very constants with which they are, formula by formula.

use maud::{Markup, html};
use serde_json::Value as Json;

use super::ask::Ask;
use super::layout::{Head, document};
use super::rating::indicator_name;
use crate::analytics::formulas::{self, Formula};
use crate::analytics::method::{Method, Scale};

/// The page.
#[must_use]
pub fn page(ask: &Ask<'_>) -> String {
    let (speech, method) = (&ask.speech, Method::builtin());
    let title = speech.say("page.method");
    let told = speech.fill("method.told", &[("version", &method.version)]);
    let body = html! {
        p.lead { (told) }
        h2 { (speech.say("method.indicators")) }
        (indicators(ask, method))
        h2 { (speech.say("method.formulas")) }
        @for formula in formulas::all() { (section(ask, formula, method)) }
        h2 { (speech.say("method.constants")) }
        (constants(ask, method))
        p { a href="/api/ratings" { (speech.say("method.api")) } " · " a href="/api/sensitivity" { (speech.say("rating.checks")) } }
    };
    document(ask, &Head { title, description: told.clone(), section: "/method" }, &body)
}

fn indicators(ask: &Ask<'_>, method: &Method) -> Markup {
    let speech = &ask.speech;
    html! {
        div.scroll {
            table {
                caption { (speech.say("method.table")) }
                thead {
                    tr {
                        th scope="col" { (speech.say("method.indicator")) }
                        th.n scope="col" { (speech.say("method.weight")) }
                        th.n scope="col" { (speech.say("method.worst")) }
                        th.n scope="col" { (speech.say("method.best")) }
                        th scope="col" { (speech.say("method.scale")) }
                    }
                }
                tbody {
                    @for rule in &method.indicators {
                        tr {
                            th scope="row" { a href=(format!("#{}", rule.id.id())) { (indicator_name(ask, rule.id)) } }
                            td.n { @if rule.weight == 0 { (speech.say("method.shown_only")) } @else { (constant(&speech.decimal(f64::from(rule.weight) / 1e3, 3))) } }
                            td.n { (constant(&speech.decimal(rule.worst, 2))) }
                            td.n { (constant(&speech.decimal(rule.best, 2))) }
                            td { (speech.say(if rule.scale == Scale::Log { "method.log" } else { "method.linear" })) }
                        }
                    }
                }
            }
        }
    }
}

/// A number of the method, with the way to where it stands as data.
fn constant(told: &str) -> Markup {
    html! { a href="/api/method" { (told) } }
}

/// A formula: what its letters mean, where it comes from, what happens at its edges, and the constants that it uses.
fn section(ask: &Ask<'_>, formula: &Formula, method: &Method) -> Markup {
    let speech = &ask.speech;
    html! {
        h3 id=(formula.id) { (speech.name(&formula.name.ru, &formula.name.en)) }
        pre { (formula.formula) }
        dl.facts {
            @for symbol in &formula.symbols {
                dt { (symbol.symbol) } dd { (speech.name(&symbol.ru, &symbol.en)) }
            }
        }
        p { (speech.name(&formula.edges.ru, &formula.edges.en)) }
        p.soft.small {
            (speech.say("method.source")) ": " (source_in(ask, &formula.source))
            @for path in &formula.constants { " · " (constant(&constant_words(path, method))) }
        }
    }
}

/// A source in the language of the page: those that are no publication are told in both, parted by a slash.
fn source_in<'s>(ask: &Ask<'_>, source: &'s str) -> &'s str {
    source.split_once(" / ").map_or(source, |(ru, en)| ask.speech.name(ru, en))
}

/// A constant by its path, with its value where that is a number or a list of numbers.
fn constant_words(path: &str, method: &Method) -> String {
    let all = serde_json::to_value(method).unwrap_or_default();
    match all.pointer(&format!("/{}", path.replace('.', "/"))) {
        Some(value @ Json::Number(_)) => format!("{path} = {value}"),
        Some(Json::Array(list)) if list.iter().all(Json::is_number) => {
            let values: Vec<String> = list.iter().map(Json::to_string).collect();
            format!("{path} = {}", values.join(", "))
        }
        _ => path.to_owned(),
    }
}

fn constants(ask: &Ask<'_>, method: &Method) -> Markup {
    let speech = &ask.speech;
    let thousandths = |n: u32| speech.decimal(f64::from(n) / 1e3, 3);
    let groups: Vec<String> = method
        .size_groups
        .iter()
        .map(|g| format!("{}: ≥ {}", g.id, speech.number(i64::from(g.least_residents))))
        .collect();
    let rows = [
        ("least_cases", speech.number(i64::from(method.least_cases))),
        ("most_missing_weight", thousandths(method.most_missing_weight)),
        ("floor", speech.decimal(method.floor, 1)),
        ("draws", speech.number(i64::from(method.draws))),
        ("weight_concentration", speech.decimal(method.weight_concentration, 0)),
        ("level_share", thousandths(method.level_share)),
        (
            "trend",
            format!("{} … {}", speech.decimal(method.trend.worst, 0), speech.decimal(method.trend.best, 0)),
        ),
        ("tier_a", speech.decimal(method.tiers.a_from, 0)),
        ("tier_c", speech.decimal(method.tiers.c_below, 0)),
        ("sureness", speech.decimal(method.tiers.sureness, 2)),
        ("size_groups", groups.join("; ")),
    ];
    html! {
        div.scroll role="region" tabindex="0" aria-label=(speech.say("method.constants_note")) {
            table {
                caption { (speech.say("method.constants_note")) }
                thead { tr { th scope="col" { (speech.say("method.constant")) } th scope="col" { (speech.say("method.value")) } } }
                tbody { @for (key, value) in rows { tr { th scope="row" { (speech.say(&format!("constant.{key}"))) } td.n { (constant(&value)) } } } }
            }
        }
    }
}
