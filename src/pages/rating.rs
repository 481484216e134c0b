//! The rating: who stands where, how sure that is, and the way to the evidence behind every number.

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, document};
use super::map::{Caption, class_map};
use super::parts::place_form;
use super::rating_charts::funnel_chart;
pub use super::rating_table::SORTS;
use super::rating_table::table;
use crate::analytics::indicators::Indicator;
use crate::analytics::rating::{Rating, Ratings};
use crate::render::metrics::{Metric, metrics};
use crate::service::ReadError;

/// The page of the rating, sorted by one of [`SORTS`]; the row of the municipality that the conditions name stands on top.
pub fn page(ask: &Ask<'_>, sort: &str) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let ratings = ask.atlas.ratings(&ask.reading)?;
    let own = ask.subject()?;
    let checks = ask.atlas.sensitivity(&ask.reading)?;
    let rated: Vec<&Rating> = ratings.municipalities.iter().filter(|r| r.rank.is_some()).collect();
    let told = told(ask, &ratings, &rated);
    let title = speech.say("rating.title");
    let caption = Caption { title: &speech.say("rating.map"), description: &told };
    let class_of = |no| Some(of_score().class_of(rated.iter().find(|r| r.no == no)?.score?));
    let name_of = |no| {
        let found = ratings.municipalities.iter().find(|r| r.no == no);
        let name = ask.municipality_called(found.map(|r| r.id.as_str()));
        let score = found
            .and_then(|r| r.score)
            .map_or_else(|| speech.say("rating.not_rated"), |s| speech.decimal(s, 1));
        format!("{name}: {score}")
    };
    let map = class_map(ask, class_of, name_of, &caption);
    let funnels = checks["funnels"].as_array().map_or(&[][..], Vec::as_slice);
    let body = html! {
        p.lead { (told) }
        p { (speech.say("rating.note")) " " a href=(ask.href("/method")) { (speech.say("rating.to_method")) } }
        (place_form(ask, "/rating"))
        (table(ask, &ratings, &ask.atlas.burdens(&ask.reading), sort, own))
        p.screen { a.button href=(ask.same_day("/embed-builder", &[("mode", "rating")])) { (speech.say("rating.share")) } }
        p.screen {
            (speech.say("rating.further")) " "
            a href=(ask.same_day("/slippage", &[])) { (speech.say("page.slippage")) } " · "
            a href=(ask.same_day("/hotspots", &[])) { (speech.say("page.hotspots")) } " · "
            a href=(ask.same_day("/silence", &[])) { (speech.say("page.silence")) }
        }
        div.split.even {
            section {
                h2 { (speech.say("rating.map")) }
                @if let Some(map) = map { (map) }
                (class_legend(ask))
            }
            section {
                h2 { (speech.say("rating.funnels")) }
                p { (speech.say("rating.funnels_note")) }
                @for funnel in funnels { (funnel_chart(ask, funnel)) }
                p { a href=(ask.evidence("/api/sensitivity", &[])) { (speech.say("rating.checks")) } }
            }
        }
    };
    Ok(document(ask, &Head { title, description: told.clone(), section: "/rating" }, &body))
}

fn told(ask: &Ask<'_>, ratings: &Ratings, rated: &[&Rating]) -> String {
    let speech = &ask.speech;
    let tier = |letter: &str| rated.iter().filter(|r| r.tier.is_some_and(|t| t.code() == letter)).count();
    let n = |n: usize| speech.number(n as i64);
    let name = |r: Option<&&Rating>| ask.municipality_called(r.map(|r| r.id.as_str()));
    let arguments = [
        ("rated", n(rated.len())),
        ("all", n(ratings.municipalities.len())),
        ("a", n(tier("A"))),
        ("c", n(tier("C"))),
        ("last", name(rated.last())),
        ("day", speech.date(ratings.as_of)),
    ];
    speech.fill("rating.told", &arguments.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// The classes of the score: the same as on the map of the application and in its tiles, and the same every week.
fn of_score() -> &'static Metric {
    &metrics().metric[0]
}

fn class_legend(ask: &Ask<'_>) -> Markup {
    let bound = |x: f64| ask.speech.decimal(x, 1);
    let words = |range: (Option<f64>, Option<f64>)| match range {
        (Some(from), Some(to)) => format!("{}–{}", bound(from), bound(to)),
        (Some(from), None) => format!("≥\u{a0}{}", bound(from)),
        (None, Some(to)) => format!("<\u{a0}{}", bound(to)),
        (None, None) => String::new(),
    };
    html! {
        ul.keys {
            @for (class, range) in of_score().class_ranges().into_iter().enumerate() {
                li { svg viewBox="0 0 14 14" aria-hidden="true" { rect class=(format!("swatch class-{class}")) width="14" height="14" {} } (words(range)) }
            }
            li { svg viewBox="0 0 14 14" aria-hidden="true" { rect.swatch.none width="14" height="14" {} path.stripes d="M0 7 7 0M0 14 14 0M7 14 14 7" {} } (ask.speech.say("rating.not_rated")) }
        }
    }
}

/// The name of an indicator.
#[must_use]
pub fn indicator_name(ask: &Ask<'_>, indicator: Indicator) -> String {
    ask.speech.say(&format!("indicator.{}", indicator.id()))
}
