//! How the numbers are made: written from the very constants with which they are, formula by formula.

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, document};
use super::rating::indicator_name;
use crate::analytics::indicators::Indicator;
use crate::analytics::method::{Method, Scale};

/// Formulas of the method that are no indicators: key of their words, and the formula.
const FORMULAS: [(&str, &str); 6] = [
    ("shrinkage", "θ̂ = (α + k) / (α + β + n)"),
    ("normalised", "g = 100 · (x − worst) / (best − worst), 0 ≤ g ≤ 100"),
    ("level", "L = Π max(gᵢ, floor)^wᵢ, Σ wᵢ = 1"),
    ("score", "S = s · L + (1 − s) · T"),
    ("rank", "r = 1 + #{j : Sⱼ > S}"),
    ("funnel", "θ ± z · √(θ(1 − θ)/n + τ²)"),
];

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
        @for indicator in Indicator::ALL { (indicator_section(ask, indicator)) }
        h2 { (speech.say("method.formulas")) }
        @for (key, formula) in FORMULAS {
            h3 { (speech.say(&format!("method.{key}"))) }
            pre { (formula) }
            p { (speech.say(&format!("method.{key}_words"))) }
        }
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

fn indicator_section(ask: &Ask<'_>, indicator: Indicator) -> Markup {
    html! {
        h3 id=(indicator.id()) { (indicator_name(ask, indicator)) }
        p { (ask.speech.say(&format!("method.{}", indicator.id()))) }
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
        div.scroll {
            table {
                caption { (speech.say("method.constants_note")) }
                thead { tr { th scope="col" { (speech.say("method.constant")) } th scope="col" { (speech.say("method.value")) } } }
                tbody { @for (key, value) in rows { tr { th scope="row" { (speech.say(&format!("constant.{key}"))) } td.n { (constant(&value)) } } } }
            }
        }
    }
}
