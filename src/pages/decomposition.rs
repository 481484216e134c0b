//! Why a municipality has its rank: what each indicator is worth and costs, which objects stand behind it, and what would lift
//! it a tier. The same numbers as `/api/ratings/{municipality}`.

use maud::{Markup, html};

use super::ask::Ask;
use super::glyph::px;
use super::rating::indicator_name;
use crate::analytics::indicators::Indicator;
use crate::analytics::method::Method;
use crate::analytics::rating::{IndicatorRow, Rating};
use crate::domain::Municipality;
use crate::service::ReadError;

/// Objects of the way up that are named; the rest stands in the evidence.
const NAMED: usize = 10;

/// What the score is made of: a row for each indicator that counts, the costliest first.
#[must_use]
pub fn table(ask: &Ask<'_>, m: &Municipality, rating: &Rating) -> Markup {
    let speech = &ask.speech;
    let counts =
        |id: Indicator| Method::builtin().indicators.iter().any(|rule| rule.id == id && rule.weight > 0);
    let mut rows: Vec<&IndicatorRow> = rating.indicators.iter().filter(|row| counts(row.id)).collect();
    rows.sort_by(|a, b| a.contribution.total_cmp(&b.contribution));
    let label = |key: &str| speech.say(key);
    html! {
        table.stack.decomposition {
            caption { (speech.fill("why.caption", &[("name", ask.municipality_name(m))])) }
            thead {
                tr {
                    th scope="col" { (label("method.indicator")) }
                    th.n scope="col" { (label("why.lost")) }
                    th.n scope="col" { (label("why.value")) }
                    th scope="col" { (label("why.of_hundred")) }
                    th.n scope="col" { (label("why.weight")) }
                    th scope="col" { (label("why.objects")) }
                }
            }
            tbody { @for one in rows { (row(ask, m, one)) } }
        }
    }
}

fn row(ask: &Ask<'_>, m: &Municipality, row: &IndicatorRow) -> Markup {
    let speech = &ask.speech;
    let why = ask.evidence(&format!("/api/ratings/{}", m.slug), &[]);
    let number = |told: String| html! { a href=(why) { (told) } };
    let label = |key: &str| speech.say(key);
    html! {
        tr {
            th scope="row" { (indicator_name(ask, row.id)) }
            @match row.normalised {
                Some(normalised) => {
                    td.n data-label=(label("why.lost")) { (number(speech.decimal(row.contribution, 1))) }
                    td.n data-label=(label("why.value")) { (number(value_words(ask, row.id, row.raw))) }
                    td data-label=(label("why.of_hundred")) { (bar(normalised)) " " (number(speech.decimal(normalised, 0))) }
                    td.n data-label=(label("why.weight")) { (number(speech.share(row.weight))) }
                }
                None => td colspan="4" { span.badge { (label("rating.not_rated")) } },
            }
            td data-label=(label("why.objects")) { (objects(ask, m, row.id)) }
        }
    }
}

/// From worst to best, 0…100.
fn bar(normalised: f64) -> Markup {
    html! {
        svg.chart.level viewBox="0 0 100 10" aria-hidden="true" {
            rect.track x="0.5" y="1.5" width="99" height="7" {}
            rect.bar x="0" y="1" width=(px(normalised.clamp(0.0, 100.0))) height="8" {}
        }
    }
}

/// The list of what speaks against a municipality in an indicator.
fn objects(ask: &Ask<'_>, m: &Municipality, indicator: Indicator) -> Markup {
    let slug = m.slug.as_str();
    let list = |more: &[(&'static str, &str)]| {
        let pairs: Vec<_> = [("mun", slug)].into_iter().chain(more.iter().copied()).collect();
        ask.same_day("/table", &pairs)
    };
    let (key, address) = match indicator {
        Indicator::OverdueShare => ("why.see_overdue", list(&[("status", "overdue")])),
        Indicator::Pace | Indicator::OpenPer10k | Indicator::YearsToClear => {
            ("why.see_open", list(&[("status", "open")]))
        }
        Indicator::OnTimeShare | Indicator::MedianDays => ("why.see_closed", list(&[("status", "closed")])),
        Indicator::AnsweredShare => ("why.see_appeals", list(&[("mode", "appeals")])),
        Indicator::ReopenedShare | Indicator::ExtendedShare => {
            ("why.see_moved", ask.same_day("/slippage", &[("mun", slug)]))
        }
        Indicator::Marks => ("why.see_marks", ask.evidence("/api/marks", &[("municipality", slug)])),
    };
    html! { a href=(address) { (ask.speech.say(key)) } }
}

/// A value of an indicator in its unit; a dash where there is none.
#[must_use]
pub fn value_words(ask: &Ask<'_>, indicator: Indicator, value: Option<f64>) -> String {
    let Some(value) = value else { return "—".to_owned() };
    match indicator {
        Indicator::OverdueShare
        | Indicator::OnTimeShare
        | Indicator::ReopenedShare
        | Indicator::AnsweredShare
        | Indicator::ExtendedShare => ask.speech.share(value),
        Indicator::Pace | Indicator::Marks => ask.speech.decimal(value, 2),
        Indicator::YearsToClear => ask.speech.decimal(value, 1),
        Indicator::MedianDays | Indicator::OpenPer10k => ask.speech.decimal(value, 0),
    }
}

/// What would lift a municipality into the next tier, as far as that can be told.
pub fn way_up(ask: &Ask<'_>, m: &Municipality) -> Result<Markup, ReadError> {
    let speech = &ask.speech;
    let explained = ask.atlas.explained_rating(&ask.reading, &m.slug)?;
    let Some((way, ids)) = explained.way_up() else { return Ok(html! {}) };
    let objects = speech.counted("unit.objects", ids.len() as i64);
    let told = speech.fill(
        "why.way_up",
        &[("tier", way.to.code()), ("objects", &objects), ("score", &speech.decimal(way.score_after, 1))],
    );
    Ok(html! {
        details.way {
            summary { (told) }
            ul { @for id in ids.iter().take(NAMED) { li { a href=(ask.href(&format!("/o/{id}"))) { (id) } } } }
            @if ids.len() > NAMED {
                p { a href=(ask.evidence(&format!("/api/ratings/{}", m.slug), &[])) { (speech.say("rating.why")) } }
            }
        }
    })
}
