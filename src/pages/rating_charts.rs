//! Charts of the rating: the interval of a rank, and the funnel of an indicator. Each has its words beside it.

use maud::{Markup, html};
use serde_json::Value as Json;

use super::ask::Ask;

/// The interval of a rank on the scale of all ranks, with the rank itself.
#[must_use]
pub fn interval_bar([from, to]: [u32; 2], rank: u32, last: u32) -> Markup {
    let at = |rank: u32| {
        6.0 + 108.0 * f64::from(rank.saturating_sub(1)) / f64::from(last.saturating_sub(1).max(1))
    };
    let px = |x: f64| format!("{x:.1}");
    html! {
        svg.chart.inline viewBox="0 0 120 14" aria-hidden="true" {
            line.axis x1="6" x2="114" y1="7" y2="7" stroke-opacity=".35" {}
            rect.bar x=(px(at(from) - 2.0)) y="4" width=(px(at(to) - at(from) + 4.0)) height="6" rx="3" {}
            circle.mark cx=(px(at(rank))) cy="7" r="4.5" {}
        }
    }
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 200.0;

/// A funnel: the share of each municipality over its number of cases, between the limits of chance.
#[must_use]
pub fn funnel_chart(ask: &Ask<'_>, funnel: &Json) -> Markup {
    let speech = &ask.speech;
    let number = |value: &Json| value.as_f64().unwrap_or(0.0);
    let places = funnel["municipalities"].as_array().map_or(&[][..], Vec::as_slice);
    let name = speech.say(&format!("indicator.{}", funnel["indicator"].as_str().unwrap_or("")));
    let most = places.iter().map(|p| number(&p["n"])).fold(1.0, f64::max);
    let top = places
        .iter()
        .map(|p| number(&p["value"]))
        .fold(number(&funnel["target"]) * 1.5, f64::max)
        .clamp(0.05, 1.0);
    let x = |n: f64| 34.0 + (WIDTH - 44.0) * (n / most).sqrt();
    let y = |share: f64| HEIGHT - 22.0 - (HEIGHT - 34.0) * (share / top).clamp(0.0, 1.0);
    let mut by_cases: Vec<&Json> = places.iter().collect();
    by_cases.sort_by(|a, b| number(&a["n"]).total_cmp(&number(&b["n"])));
    let limit = |limits: &str, side: usize| {
        let points: Vec<String> = by_cases
            .iter()
            .map(|p| format!("{:.0},{:.0}", x(number(&p["n"])), y(number(&p[limits][side]))))
            .collect();
        points.join(" ")
    };
    let outside: Vec<&Json> = places
        .iter()
        .filter(|p| {
            let value = number(&p["value"]);
            value < number(&p["limits_95"][0]) || value > number(&p["limits_95"][1])
        })
        .collect();
    let names: Vec<String> = outside.iter().map(|p| ask.municipality_called(p["id"].as_str())).collect();
    let target = number(&funnel["target"]);
    html! {
        h3 { (name) }
        svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) aria-hidden="true" {
            line.axis x1="34" x2=(WIDTH) y1=(HEIGHT - 22.0) y2=(HEIGHT - 22.0) {}
            line.axis x1="34" x2="34" y1="8" y2=(HEIGHT - 22.0) {}
            line.axis x1="34" x2=(WIDTH) y1=(format!("{:.0}", y(target))) y2=(format!("{:.0}", y(target))) {}
            @for (limits, side) in [("limits_95", 0), ("limits_95", 1), ("limits_998", 0), ("limits_998", 1)] {
                polyline.limit points=(limit(limits, side)) {}
            }
            @for place in places {
                circle class=(if outside.contains(&place) { "mark out" } else { "mark" })
                    cx=(format!("{:.0}", x(number(&place["n"])))) cy=(format!("{:.0}", y(number(&place["value"])))) r="4" {}
            }
            text x="0" y="16" { (speech.share(top)) }
            text x="0" y=(HEIGHT - 22.0) { (speech.share(0.0)) }
            text x=(WIDTH) y=(HEIGHT - 4.0) text-anchor="end" { (speech.number(most as i64)) " →" }
        }
        p.small {
            a href=(ask.evidence("/api/sensitivity", &[])) { (speech.fill("funnel.target", &[("share", &speech.share(target))])) } " "
            @if names.is_empty() { (speech.say("funnel.none")) } @else { (speech.fill("funnel.outside", &[("names", &names.join(", "))])) }
        }
    }
}
