//! The rating: who stands where, how sure that is, and the way to the evidence behind every number.

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, document};
use super::map::{Caption, class_map};
use super::rating_charts::{funnel_chart, interval_bar};
use crate::analytics::indicators::Indicator;
use crate::analytics::rating::{Rating, Ratings};
use crate::render::metrics::{Metric, metrics};
use crate::service::ReadError;

/// Indicators that are columns of the table.
const COLUMNS: [Indicator; 4] =
    [Indicator::OverdueShare, Indicator::OnTimeShare, Indicator::MedianDays, Indicator::OpenPer10k];
/// Words for the order in addresses.
pub const SORTS: [&str; 6] =
    ["rank", "score", "overdue_share", "on_time_share", "median_days", "open_per_10k"];

/// The page of the rating, sorted by one of [`SORTS`].
pub fn page(ask: &Ask<'_>, sort: &str) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let ratings = ask.atlas.ratings(&ask.reading)?;
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
        (table(ask, &ratings, sort))
        p {
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

fn table(ask: &Ask<'_>, ratings: &Ratings, sort: &str) -> Markup {
    let speech = &ask.speech;
    let mut rows: Vec<&Rating> = ratings.municipalities.iter().collect();
    rows.sort_by(|a, b| key(a, sort).total_cmp(&key(b, sort)));
    let last = ratings.municipalities.iter().filter_map(|r| r.rank).max().unwrap_or(1);
    let column = |word: &'static str, name: &str, number: bool| {
        let now = word == sort;
        html! {
            th.n[number] scope="col" aria-sort=[now.then_some("ascending")] {
                a href=(ask.with("/rating", &[("sort", word)])) { (name) @if now { " ↓" } }
            }
        }
    };
    html! {
        div.scroll role="region" tabindex="0" aria-label=(speech.say("rating.caption")) {
            table {
                caption { (speech.say("rating.caption")) }
                thead {
                    tr {
                        (column("rank", &speech.say("rating.rank"), true))
                        th scope="col" { (speech.say("column.municipality")) }
                        th scope="col" { (speech.say("rating.rank_interval")) }
                        (column("score", &speech.say("rating.score_column"), true))
                        th scope="col" { (speech.say("rating.tier_column")) }
                        th.n scope="col" { (speech.say("rating.trend")) }
                        @for (indicator, word) in COLUMNS.iter().zip(&SORTS[2..]) { (column(word, &indicator_name(ask, *indicator), true)) }
                    }
                }
                tbody { @for rating in rows { (row(ask, rating, last)) } }
            }
        }
    }
}

/// What sorts first has the smallest key: the best rank, the worst value of an indicator.
fn key(rating: &Rating, sort: &str) -> f64 {
    let raw = |indicator: Indicator| {
        rating.indicators.iter().find(|row| row.id == indicator).and_then(|row| row.raw)
    };
    let key = match sort {
        "score" => rating.score.map(|score| -score),
        "overdue_share" => raw(Indicator::OverdueShare).map(|x| -x),
        "on_time_share" => raw(Indicator::OnTimeShare),
        "median_days" => raw(Indicator::MedianDays).map(|x| -x),
        "open_per_10k" => raw(Indicator::OpenPer10k).map(|x| -x),
        _ => rating.rank.map(f64::from),
    };
    key.unwrap_or(f64::INFINITY)
}

fn row(ask: &Ask<'_>, rating: &Rating, last: u32) -> Markup {
    let speech = &ask.speech;
    let dictionary = &ask.reading.snapshot.dictionary;
    let slug = dictionary.municipality(rating.no).map_or(rating.id.as_str(), |m| m.slug.as_str());
    let why = ask.evidence(&format!("/api/ratings/{slug}"), &[]);
    let name = ask.municipality_called(Some(&rating.id));
    let evidence = |told: String| {
        let label = speech.fill("rating.evidence", &[("value", &told), ("name", &name)]);
        html! { a href=(why) aria-label=(label) { (told) } }
    };
    let dash = || "—".to_owned();
    html! {
        tr {
            td.n { (evidence(rating.rank.map_or_else(dash, |rank| rank.to_string()))) }
            th scope="row" { a href=(ask.href(&format!("/m/{slug}"))) { (name) } }
            td {
                @match (rating.rank_interval, rating.rank) {
                    (Some([from, to]), Some(rank)) => {
                        (interval_bar([from, to], rank, last))
                        (evidence(speech.fill("rating.interval", &[("from", &from.to_string()), ("to", &to.to_string())])))
                    }
                    _ => (speech.say("rating.not_rated")),
                }
            }
            td.n { (evidence(rating.score.map_or_else(dash, |score| speech.decimal(score, 1)))) }
            td { (evidence(rating.tier.map_or_else(dash, |tier| tier.code().to_owned()))) }
            td.n { (evidence(change(ask, rating))) }
            @for indicator in COLUMNS { td.n { (evidence(raw_words(ask, rating, indicator))) } }
        }
    }
}

/// By how much the level changed within a year.
fn change(ask: &Ask<'_>, rating: &Rating) -> String {
    match (rating.level, rating.level_before) {
        (Some(level), Some(before)) => {
            let sign = if level > before { "+" } else { "" };
            format!("{sign}{}", ask.speech.decimal(level - before, 1))
        }
        _ => "—".to_owned(),
    }
}

fn raw_words(ask: &Ask<'_>, rating: &Rating, indicator: Indicator) -> String {
    let found = rating.indicators.iter().find(|row| row.id == indicator).and_then(|row| row.raw);
    let Some(raw) = found else { return "—".to_owned() };
    match indicator {
        Indicator::OverdueShare | Indicator::OnTimeShare => ask.speech.share(raw),
        _ => ask.speech.decimal(raw, 0),
    }
}

/// The name of an indicator.
#[must_use]
pub fn indicator_name(ask: &Ask<'_>, indicator: Indicator) -> String {
    ask.speech.say(&format!("indicator.{}", indicator.id()))
}
