//! What changed since a day: become overdue, put off, come back, solved, added. The bad news first.

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, document};
use super::parts::{cost_words, day_and_look};
use crate::domain::{MunicipalityNo, Timestamp};
use crate::service::ReadError;
use crate::service::recent::{REACH_DAYS, Recent, What};

/// Rows of each kind that are shown; the number of all stands above them.
const SHOWN: usize = 25;
/// Days that are told of unless somebody asks for others: since the last meeting.
pub const WEEK_DAYS: i64 = 7;
/// Kinds in the order of the page, with the key of their words.
const KINDS: [Kind; 5] = [
    ("overdue", |what| matches!(what, What::BecameOverdue)),
    ("put_off", |what| matches!(what, What::PutOff(_))),
    ("back", |what| matches!(what, What::CameBack)),
    ("solved", |what| matches!(what, What::Solved)),
    ("added", |what| matches!(what, What::Added)),
];

/// A kind of what happened: the end of the keys of its words, and what belongs to it.
type Kind = (&'static str, fn(What) -> bool);

/// The page of what changed since a moment.
pub fn page(ask: &Ask<'_>, since: Timestamp) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let recent = of_place(ask)?;
    let groups = by_kind(&recent, since);
    let day = speech.date(since);
    let counts: Vec<String> = KINDS
        .iter()
        .zip(&groups)
        .map(|((kind, _), rows)| {
            let n = speech.number(rows.len() as i64);
            speech.fill(&format!("changes.count_{kind}"), &[("n", &n)])
        })
        .collect();
    let told = speech
        .fill("changes.told", &[("place", &ask.place_name()), ("day", &day), ("counts", &counts.join(", "))]);
    let value = speech.day_of(since).to_string();
    let mun = ask.filter.municipality.first().map_or("", String::as_str);
    let body = html! {
        p.lead { (told) }
        form action=(ask.href_in(speech.language, None, "/changes")) method="get" {
            label { (speech.say("changes.since")) input type="date" name="since" value=(value); }
            label {
                (speech.say("column.municipality"))
                select name="mun" {
                    option value="" { (speech.say("filter.all_region")) }
                    @for m in &ask.reading.snapshot.dictionary.municipalities {
                        option value=(m.slug) selected[m.is_called(mun)] { (ask.municipality_name(m)) }
                    }
                }
            }
            (day_and_look(ask))
            button { (speech.say("filter.show")) }
        }
        (counts_table(ask, &groups))
        @if groups.iter().all(Vec::is_empty) { (nothing(ask, &recent, since)) }
        @for ((kind, _), rows) in KINDS.iter().zip(&groups) { @if !rows.is_empty() { (section(ask, kind, rows)) } }
    };
    let head = Head { title: speech.say("page.changes"), description: told.clone(), section: "/changes" };
    Ok(document(ask, &head, &body))
}

/// What happened since a moment within the conditions, by kind.
pub fn groups(ask: &Ask<'_>, since: Timestamp) -> Result<Vec<Vec<Recent>>, ReadError> {
    Ok(by_kind(&of_place(ask)?, since))
}

fn by_kind(recent: &[Recent], since: Timestamp) -> Vec<Vec<Recent>> {
    let own = |r: &&Recent| r.at >= since;
    KINDS.map(|(_, is)| recent.iter().filter(own).filter(|r| is(r.what)).copied().collect()).into()
}

/// What happened within the conditions, the latest first.
fn of_place(ask: &Ask<'_>) -> Result<Vec<Recent>, ReadError> {
    let named = ask.filter.municipality.iter();
    let wanted =
        named.map(|name| ask.municipality(name).map(|m| m.no)).collect::<Result<Vec<MunicipalityNo>, _>>()?;
    let own = |r: &&Recent| wanted.is_empty() || r.municipality.is_some_and(|no| wanted.contains(&no));
    Ok(ask.atlas.recent(&ask.reading)?.iter().filter(own).copied().collect())
}

/// What stands in place of lists without rows: when something happened last, and the way there.
fn nothing(ask: &Ask<'_>, recent: &[Recent], since: Timestamp) -> Markup {
    let speech = &ask.speech;
    let earlier = recent.iter().map(|r| r.at).find(|at| *at < since);
    let earliest = ask.reading.now.plus_days(1 - REACH_DAYS);
    html! {
        p {
            (speech.say("changes.none"))
            @if let Some(last) = earlier {
                @let from = speech.day_of(last.plus_days(-WEEK_DAYS).max(earliest)).to_string();
                @let mun = ask.filter.municipality.first().map(|name| ("mun", name.as_str()));
                @let conditions: Vec<_> = mun.into_iter().chain([("since", from.as_str())]).collect();
                " " (speech.fill("changes.last", &[("day", &speech.date(last))])) " "
                a href=(ask.same_day("/changes", &conditions)) { (speech.say("changes.show_earlier")) }
            }
        }
    }
}

fn counts_table(ask: &Ask<'_>, groups: &[Vec<Recent>]) -> Markup {
    let speech = &ask.speech;
    let name = |kind: &str| speech.say(&format!("changes.{kind}"));
    html! {
        div.scroll {
            table.stack {
                caption { (speech.say("changes.counts")) }
                thead { tr { @for (kind, _) in KINDS { th.n scope="col" { (name(kind)) } } } }
                tbody {
                    tr {
                        @for ((kind, _), rows) in KINDS.iter().zip(groups) {
                            @let count = speech.number(rows.len() as i64);
                            td.n data-label=(name(kind)) { @if rows.is_empty() { (count) } @else { a href=(format!("#{kind}")) { (count) } } }
                        }
                    }
                }
            }
        }
    }
}

fn section(ask: &Ask<'_>, kind: &str, rows: &[Recent]) -> Markup {
    let speech = &ask.speech;
    let label = |key: &str| speech.say(key);
    let caption = speech.fill(
        "changes.shown",
        &[("n", &speech.number(rows.len().min(SHOWN) as i64)), ("all", &speech.number(rows.len() as i64))],
    );
    html! {
        h2 id=(kind) { (speech.say(&format!("changes.{kind}"))) " · " (speech.number(rows.len() as i64)) }
        div.scroll {
            table.stack {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { (label("column.object")) }
                        th scope="col" { (label("changes.when")) }
                        th.n scope="col" { (label("column.cost")) }
                        th scope="col" { (label("column.responsible")) }
                        th scope="col" { (label("column.municipality")) }
                    }
                }
                tbody {
                    @for (recent, problem) in rows.iter().take(SHOWN).filter_map(|r| Some((r, ask.atlas.public_problem_of(&ask.reading, r.problem)?))) {
                        tr {
                            th scope="row" { a href=(ask.href(&format!("/o/{}", problem.id))) lang="ru" { (problem.title) } br; span.soft.small { (problem.id) } }
                            td data-label=(label("changes.when")) {
                                (speech.short_date(recent.at))
                                @if let What::PutOff(days) = recent.what { ", " (speech.fill("changes.by", &[("days", &speech.counted("unit.days", days))])) }
                            }
                            td.n data-label=(label("column.cost")) { (cost_words(ask, problem.cost_rub)) }
                            td data-label=(label("column.responsible")) { (ask.body_called(problem.responsible.as_ref().map(|b| b.code.as_str()))) }
                            td data-label=(label("column.municipality")) { (ask.municipality_called(problem.municipality.as_ref().map(|m| m.code.as_str()))) }
                        }
                    }
                }
            }
        }
    }
}
