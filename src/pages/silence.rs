//! «Где молчат»: settlements from which fewer reports come than their residents would make one expect.

use maud::{Markup, html};
use serde_json::Value as Json;

use super::ask::Ask;
use super::layout::{Head, document};
use super::map::{Caption, Mark, marks_map};
use super::parts::{place_form, shown};
use crate::analytics::method::Method;
use crate::domain::{Municipality, Settlement};
use crate::service::ReadError;

/// Rows of the table; the rest stands in the JSON.
const SHOWN: usize = 100;
/// Zoom of the map at which a settlement fills the screen.
const ZOOM: u8 = 11;

/// A settlement with what was heard from it.
struct Row<'a> {
    settlement: &'a Settlement,
    residents: i64,
    reports: i64,
    expected: f64,
    /// Ends of the interval of reports over expected.
    interval: [f64; 2],
    silent: bool,
}

impl Row<'_> {
    /// Reports fewer than expected; below nothing where more came.
    fn missing(&self) -> f64 {
        self.expected - self.reports as f64
    }
}

/// The page of the region, or of the municipality that the conditions name.
pub fn page(ask: &Ask<'_>) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let subject = ask.subject()?;
    let heard = ask.atlas.silence(&ask.reading);
    let rows = rows(ask, &heard, subject);
    let told = told(ask, &rows);
    let why = ask.evidence("/api/silence", &[]);
    let map_title = speech.say("silence.map");
    let caption = Caption { title: &map_title, description: &told };
    let map = marks_map(ask, subject.map(|m| m.no), &marks(ask, &rows), &caption);
    let body = html! {
        p.lead { (told) }
        p { (speech.say("silence.next")) }
        (place_form(ask, "/silence"))
        h2 { (speech.say("silence.table")) }
        (table(ask, &rows, &why))
        div.split.even {
            @if let Some(map) = map {
                section {
                    h2 { (map_title) }
                    (map)
                    p.soft.small { (speech.say("silence.map_note")) }
                }
            }
            section {
                h2 { (speech.say("silence.about")) }
                (limits(ask, &heard, &why))
            }
        }
    };
    let title = speech.fill("silence.title", &[("place", &ask.place_name())]);
    Ok(document(ask, &Head { title, description: told.clone(), section: "/silence" }, &body))
}

/// What a municipality's page says of it: its silent settlements, and where to read on.
pub fn section(ask: &Ask<'_>, m: &Municipality) -> Markup {
    let speech = &ask.speech;
    let heard = ask.atlas.silence(&ask.reading);
    let rows = rows(ask, &heard, Some(m));
    let silent: Vec<&Row<'_>> = rows.iter().filter(|row| row.silent).collect();
    let why = ask.evidence("/api/silence", &[]);
    html! {
        @if silent.is_empty() {
            p { (speech.fill("silence.none_here", &[("all", &speech.counted("unit.settlements", rows.len() as i64))])) }
        }
        ul {
            @for row in silent {
                li {
                    (settlement_name(ask, row.settlement)) ": "
                    a href=(why) { (speech.fill("silence.heard", &[("reports", &speech.number(row.reports)), ("expected", &expected(ask, row.expected))])) }
                }
            }
        }
        p.screen { a href=(ask.same_day("/silence", &[("mun", &m.slug)])) { (speech.say("page.silence")) } }
    }
}

/// The settlements that are judged, of all or of one municipality; the one that misses most first.
fn rows<'a>(ask: &'a Ask<'_>, heard: &Json, subject: Option<&Municipality>) -> Vec<Row<'a>> {
    let settlements = &ask.reading.snapshot.dictionary.settlements;
    let row = |one: &Json| {
        let settlement = settlements.iter().find(|s| Some(s.id.as_str()) == one["id"].as_str())?;
        let of_subject = subject.is_none_or(|m| m.is_called(&settlement.municipality));
        of_subject.then(|| Row {
            settlement,
            residents: one["residents"].as_i64().unwrap_or(0),
            reports: one["reports"].as_i64().unwrap_or(0),
            expected: one["expected"].as_f64().unwrap_or(0.0),
            interval: [0, 1].map(|end| one["interval"][end].as_f64().unwrap_or(0.0)),
            silent: one["silent"].as_bool().unwrap_or(false),
        })
    };
    let mut rows: Vec<Row<'_>> =
        heard["settlements"].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(row).collect();
    rows.sort_by(|a, b| {
        b.missing().total_cmp(&a.missing()).then_with(|| a.settlement.id.cmp(&b.settlement.id))
    });
    rows
}

fn settlement_name<'s>(ask: &Ask<'_>, settlement: &'s Settlement) -> &'s str {
    ask.speech.name(&settlement.name_ru, &settlement.name_en)
}

/// Few expected reports are told with a decimal: rounded, they would look like none or like certainty.
fn expected(ask: &Ask<'_>, expected: f64) -> String {
    ask.speech.decimal(expected, usize::from(expected < 10.0))
}

fn told(ask: &Ask<'_>, rows: &[Row<'_>]) -> String {
    let speech = &ask.speech;
    let day = ask.as_of();
    if rows.is_empty() {
        return speech.fill("silence.nothing", &[("day", &day)]);
    }
    let silent = rows.iter().filter(|row| row.silent).count();
    let all = speech.counted("unit.settlements", rows.len() as i64);
    let n = speech.number(silent as i64);
    let key = if silent == 0 { "silence.told_none" } else { "silence.told" };
    let mut sentences = vec![speech.fill(key, &[("day", &day), ("all", &all), ("n", &n)])];
    if let Some(first) = rows.first().filter(|row| row.missing() > 0.0) {
        let arguments = [
            ("name", settlement_name(ask, first.settlement).to_owned()),
            ("expected", expected(ask, first.expected)),
            ("reports", speech.number(first.reports)),
        ];
        let arguments = arguments.each_ref().map(|(name, value)| (*name, value.as_str()));
        sentences.push(speech.fill("silence.first", &arguments));
    }
    sentences.join(" ")
}

fn table(ask: &Ask<'_>, rows: &[Row<'_>], why: &str) -> Markup {
    let speech = &ask.speech;
    html! {
        div.scroll {
            table {
                caption { (shown(ask, "silence.table_note", rows.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (speech.say("silence.column_settlement")) }
                        th.n scope="col" { (speech.say("silence.column_missing")) }
                        th.n scope="col" { (speech.say("silence.column_reports")) }
                        th.n scope="col" { (speech.say("silence.column_expected")) }
                        th.n scope="col" { (speech.say("silence.column_interval")) }
                        th scope="col" { (speech.say("silence.column_verdict")) }
                        th.n scope="col" { (speech.say("passport.population")) }
                        th scope="col" { (speech.say("hotspots.column_map")) }
                    }
                }
                tbody {
                    @for row in rows.iter().take(SHOWN) { (table_row(ask, row, why)) }
                    @if rows.is_empty() { tr { td colspan="8" { (speech.say("table.empty")) } } }
                }
            }
        }
    }
}

fn table_row(ask: &Ask<'_>, row: &Row<'_>, why: &str) -> Markup {
    let speech = &ask.speech;
    let linked = |told: String| html! { td.n { a href=(why) { (told) } } };
    let missing = if row.missing() > 0.0 { expected(ask, row.missing()) } else { "—".to_owned() };
    let [from, to] = row.interval.map(|end| speech.share(end));
    let place = format!("/ogc/collections/settlements/items/{}", row.settlement.id);
    html! {
        tr {
            th scope="row" {
                (settlement_name(ask, row.settlement))
                br;
                span.soft.small { (ask.municipality_called(Some(&row.settlement.municipality))) }
            }
            (linked(missing))
            (linked(speech.number(row.reports)))
            (linked(expected(ask, row.expected)))
            (linked(speech.fill("silence.interval", &[("from", &from), ("to", &to)])))
            td { @if row.silent { span.alarm { (speech.say("silence.silent")) } } @else { (speech.say("silence.not_silent")) } }
            td.n { a href=(place) { (speech.number(row.residents)) } }
            td { a href=(ask.map_at(row.settlement.point, ZOOM, "")) { (speech.say("table.on_map")) } }
        }
    }
}

/// From what the expectation is made, and what it cannot tell.
fn limits(ask: &Ask<'_>, heard: &Json, why: &str) -> Markup {
    let speech = &ask.speech;
    let rule = &Method::builtin().silence;
    let days = speech.counted("unit.days", heard["days"].as_i64().unwrap_or(0));
    let elsewhere = speech.number(heard["reports_elsewhere"].as_i64().unwrap_or(0));
    let reach = speech.decimal(rule.reach_m / 1_000.0, 0);
    let bound = speech.share(rule.silent_below);
    html! {
        ul {
            li { (speech.fill("silence.expected_from", &[("days", &days)])) }
            li { (speech.fill("silence.silent_when", &[("bound", &bound)])) }
            li { (speech.fill("silence.given_to", &[("reach", &reach)])) " " a href=(why) { (speech.fill("silence.elsewhere", &[("n", &elsewhere)])) } "." }
            li { (speech.say("silence.left_out")) }
            li { (speech.say("silence.cannot_tell")) }
        }
        p.screen { a href=(why) { "JSON" } " · " a href=(ask.href("/method")) { (speech.say("rating.to_method")) } }
    }
}

/// Settlements on the map: the silent ones press, and lie on top.
fn marks(ask: &Ask<'_>, rows: &[Row<'_>]) -> Vec<Mark> {
    let mark = |row: &Row<'_>| {
        let heard = [("reports", ask.speech.number(row.reports)), ("expected", expected(ask, row.expected))];
        let heard = heard.each_ref().map(|(name, value)| (*name, value.as_str()));
        let told = ask.speech.fill("silence.heard", &heard);
        Mark {
            place: row.settlement.point,
            told: format!("{}: {told}", settlement_name(ask, row.settlement)),
            radius: if row.silent { 6.0 } else { 4.0 },
            presses: row.silent,
        }
    };
    let mut marks: Vec<Mark> = rows.iter().map(mark).collect();
    marks.sort_by_key(|mark| mark.presses);
    marks
}
