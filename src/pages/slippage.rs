//! «Переносы сроков»: how far deadlines moved from the first ones, with which reasons, who held the ball, what came back.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, document};
use super::parts::{number_cell, object_cell, place_form, reason, reason_words, shown};
use super::slippage_bodies::{bodies, courts};
use super::speech::as_heading;
use crate::analytics::ledger::{Life, Move, Sums};
use crate::domain::{Municipality, MunicipalityNo, ProblemNo};
use crate::service::ReadError;
use crate::service::public::PublicProblem;
use crate::service::slippage::{Account, Ledger};

/// Rows of the lists of objects and of bodies; the rest stands in the JSON.
pub(super) const SHOWN: usize = 25;
/// Moves in the section of a municipality's page.
const FIRST: usize = 3;

/// The page of the region, or of the municipality that the conditions name.
pub fn page(ask: &Ask<'_>) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let subject = ask.subject()?;
    let only = subject.map(|m| m.no);
    let ledger = ask.atlas.ledger(&ask.reading)?;
    let account = ledger.account(only);
    let told = told(ask, &account.total);
    let why = evidence(ask, subject);
    let body = html! {
        p.lead { (told) }
        p { (speech.say("slippage.next")) }
        (place_form(ask, "/slippage"))
        @if subject.is_none() {
            h2 { (speech.say("slippage.places")) }
            (places(ask, &account))
        }
        h2 { (speech.say("slippage.latest")) }
        (latest(ask, &ledger, only))
        h2 { (speech.say("slippage.longest")) }
        (longest(ask, &ledger, only))
        h2 { (speech.say("slippage.reasons")) }
        (reasons(ask, &account.total, &why))
        h2 { (speech.say("slippage.back")) }
        (came_back(ask, &ledger, only))
        h2 { (speech.say("slippage.bodies")) }
        (bodies(ask, &account, subject))
        h2 { (speech.say("slippage.court")) }
        (courts(ask, &account, subject))
        p.screen { a href=(why) { (speech.say("slippage.json")) } }
    };
    let title = speech.fill("slippage.title", &[("place", &ask.place_name())]);
    Ok(document(ask, &Head { title, description: told.clone(), section: "/slippage" }, &body))
}

/// What a municipality's page says of it: how much slipped, the latest moves, and where to read on.
pub fn section(ask: &Ask<'_>, m: &Municipality) -> Result<Markup, ReadError> {
    let speech = &ask.speech;
    let ledger = ask.atlas.ledger(&ask.reading)?;
    let total = ledger.account(Some(m.no)).total;
    let moves = ledger.latest_moves(Some(m.no));
    let recent = moves.iter().filter_map(|(life, one)| Some((seen(ask, life.number)?, one))).take(FIRST);
    Ok(html! {
        p { a href=(evidence(ask, Some(m))) { (as_heading(&sums_told(ask, &total))) } "." }
        ul {
            @for (problem, one) in recent {
                li {
                    a href=(ask.same_day(&format!("/o/{}", problem.id), &[])) lang="ru" { (problem.title) }
                    ": " (speech.short_date(one.at)) ", " (days_told(ask, one.days())) ", " (reason(ask, one.reason.as_deref()))
                }
            }
        }
        p.screen { a href=(ask.same_day("/slippage", &[("mun", &m.slug)])) { (speech.say("page.slippage")) } }
    })
}

/// Where the sums of the region, or of a municipality, come from.
pub(super) fn evidence(ask: &Ask<'_>, subject: Option<&Municipality>) -> String {
    let only: Vec<(&'static str, &str)> =
        subject.map(|m| ("municipality", m.slug.as_str())).into_iter().collect();
    ask.evidence("/api/slippage", &only)
}

/// The problem with this number, where the public sees it.
fn seen(ask: &Ask<'_>, number: u32) -> Option<PublicProblem> {
    ask.atlas.public_problem_of(&ask.reading, ProblemNo(number))
}

fn told(ask: &Ask<'_>, total: &Sums) -> String {
    let speech = &ask.speech;
    let mut sentences =
        vec![speech.fill("slippage.told", &[("day", &ask.as_of()), ("sums", &sums_told(ask, total))])];
    let most = total
        .reasons
        .iter()
        .filter(|(code, _)| !code.is_empty())
        .max_by_key(|(code, n)| (**n, Reverse(*code)));
    if let Some((code, n)) = most {
        let n = speech.number(i64::from(*n));
        sentences
            .push(speech.fill("slippage.reason_told", &[("reason", &reason_words(ask, code)), ("n", &n)]));
    }
    if total.recurrences > 0 {
        let n = speech.number(i64::from(total.recurrences));
        sentences.push(speech.fill("slippage.back_told", &[("n", &n)]));
    }
    sentences.join(" ")
}

/// «перенесены сроки 14 объектов из 112 (13 %), вместе на 900 дней».
fn sums_told(ask: &Ask<'_>, sums: &Sums) -> String {
    let speech = &ask.speech;
    let all = speech.number(i64::from(sums.with_deadline));
    if sums.slipped == 0 {
        return speech.fill("slippage.none", &[("all", &all)]);
    }
    let slipped = speech.number(i64::from(sums.slipped));
    let share = speech.percent(sums.slipped, sums.with_deadline).unwrap_or_default();
    let days = speech.counted("unit.days", sums.slip_days);
    speech.fill("slippage.sums", &[("slipped", &slipped), ("all", &all), ("share", &share), ("days", &days)])
}

/// «+30 дней», «−5 дней».
fn days_told(ask: &Ask<'_>, days: i64) -> String {
    let sign = if days > 0 { "+" } else { "" };
    format!("{sign}{}", ask.speech.counted("unit.days", days))
}

/// Mean days of those that slipped.
fn mean_days(sums: &Sums) -> i64 {
    (sums.slip_days as f64 / f64::from(sums.slipped.max(1))).round() as i64
}

fn places(ask: &Ask<'_>, account: &Account) -> Markup {
    let speech = &ask.speech;
    let mut rows: Vec<(Option<MunicipalityNo>, &Sums)> =
        account.units.iter().map(|(no, sums)| (*no, sums)).collect();
    rows.sort_by_key(|(no, sums)| (Reverse(sums.slip_days), *no));
    let municipality = |no: Option<MunicipalityNo>| ask.reading.snapshot.dictionary.municipality(no?);
    html! {
        div.scroll {
            table {
                caption { (speech.say("slippage.places_note")) }
                thead {
                    tr {
                        th scope="col" { (speech.say("column.municipality")) }
                        (sums_heads(ask))
                        th.n scope="col" { (speech.say("slippage.column_moves")) }
                        th.n scope="col" { (speech.say("slippage.column_back")) }
                    }
                }
                tbody {
                    @for (no, sums) in rows {
                        @let m = municipality(no);
                        @let why = evidence(ask, m);
                        tr {
                            th scope="row" {
                                @match m {
                                    Some(m) => a href=(ask.same_day("/slippage", &[("mun", &m.slug)])) { (ask.municipality_name(m)) },
                                    None => (ask.municipality_numbered(None)),
                                }
                            }
                            (sums_cells(ask, sums, &why))
                            (number_cell(ask, i64::from(sums.moves), &why))
                            (number_cell(ask, i64::from(sums.recurrences), &why))
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn sums_heads(ask: &Ask<'_>) -> Markup {
    html! {
        @for key in ["days", "slipped", "share", "mean", "longest"] {
            th.n scope="col" { (ask.speech.say(&format!("slippage.column_{key}"))) }
        }
    }
}

pub(super) fn sums_cells(ask: &Ask<'_>, sums: &Sums, why: &str) -> Markup {
    let share = ask.speech.percent(sums.slipped, sums.with_deadline).unwrap_or_else(|| "—".to_owned());
    html! {
        (number_cell(ask, sums.slip_days, why))
        (number_cell(ask, i64::from(sums.slipped), why))
        td.n { a href=(why) { (share) } }
        (number_cell(ask, mean_days(sums), why))
        (number_cell(ask, sums.longest_days, why))
    }
}

fn latest(ask: &Ask<'_>, ledger: &Ledger, only: Option<MunicipalityNo>) -> Markup {
    let speech = &ask.speech;
    let moves = ledger.latest_moves(only);
    let rows = moves.iter().filter_map(|(life, one)| Some((seen(ask, life.number)?, one))).take(SHOWN);
    let label = |key: &str| speech.say(key);
    html! {
        div.scroll {
            table.stack {
                caption { (shown(ask, "slippage.latest_note", moves.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (label("column.object")) }
                        th scope="col" { (label("slippage.column_moved")) }
                        th.n scope="col" { (label("slippage.column_by")) }
                        th scope="col" { (label("slippage.column_from_to")) }
                        th scope="col" { (label("slippage.column_reason")) }
                        th scope="col" { (label("column.responsible")) }
                        th scope="col" { (label("column.municipality")) }
                    }
                }
                tbody {
                    @for (problem, one) in rows { (move_row(ask, &problem, one)) }
                    @if moves.is_empty() { tr { td colspan="7" { (label("table.empty")) } } }
                }
            }
        }
    }
}

/// The cells of who must fix an object, and of where it is.
fn who_and_where(ask: &Ask<'_>, problem: &PublicProblem) -> Markup {
    let say = |key: &str| ask.speech.say(key);
    let body = problem.responsible.as_ref().map(|b| b.code.as_str());
    let place = problem.municipality.as_ref().map(|m| m.code.as_str());
    html! {
        td data-label=(say("column.responsible")) { (ask.body_called(body)) }
        td data-label=(say("column.municipality")) { (ask.municipality_called(place)) }
    }
}

fn move_row(ask: &Ask<'_>, problem: &PublicProblem, one: &Move) -> Markup {
    let speech = &ask.speech;
    let label = |key: &str| speech.say(key);
    html! {
        tr {
            (object_cell(ask, problem))
            td data-label=(label("slippage.column_moved")) { (speech.short_date(one.at)) }
            td.n data-label=(label("slippage.column_by")) { (days_told(ask, one.days())) }
            td data-label=(label("slippage.column_from_to")) { (speech.short_date(one.from)) " → " (speech.short_date(one.to)) }
            td data-label=(label("slippage.column_reason")) { (reason(ask, one.reason.as_deref())) }
            (who_and_where(ask, problem))
        }
    }
}

fn longest(ask: &Ask<'_>, ledger: &Ledger, only: Option<MunicipalityNo>) -> Markup {
    let speech = &ask.speech;
    let slipped: Vec<&Life> = ledger.most_slipped(only).into_iter().filter(|life| life.open).collect();
    let rows = slipped.iter().filter_map(|life| Some((seen(ask, life.number)?, *life))).take(SHOWN);
    let label = |key: &str| speech.say(key);
    html! {
        div.scroll {
            table.stack {
                caption { (shown(ask, "slippage.longest_note", slipped.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (label("column.object")) }
                        th.n scope="col" { (label("slippage.column_by")) }
                        th scope="col" { (label("slippage.column_from_to")) }
                        th.n scope="col" { (label("slippage.column_moves")) }
                        th.n scope="col" { (label("slippage.column_unexplained")) }
                        th scope="col" { (label("column.responsible")) }
                        th scope="col" { (label("column.municipality")) }
                    }
                }
                tbody {
                    @for (problem, life) in rows { (slip_row(ask, &problem, life)) }
                    @if slipped.is_empty() { tr { td colspan="7" { (label("table.empty")) } } }
                }
            }
        }
    }
}

fn slip_row(ask: &Ask<'_>, problem: &PublicProblem, life: &Life) -> Markup {
    let speech = &ask.speech;
    let label = |key: &str| speech.say(key);
    let day = |moment: &Option<String>| speech.day_of_text(moment.as_deref());
    html! {
        tr {
            (object_cell(ask, problem))
            td.n data-label=(label("slippage.column_by")) { (days_told(ask, life.slip_days.unwrap_or(0))) }
            td data-label=(label("slippage.column_from_to")) { (day(&problem.baseline_due)) " → " (day(&problem.current_due)) }
            td.n data-label=(label("slippage.column_moves")) { (speech.number(life.moves.len() as i64)) }
            td.n data-label=(label("slippage.column_unexplained")) { (speech.number(life.unexplained_days())) }
            (who_and_where(ask, problem))
        }
    }
}

fn reasons(ask: &Ask<'_>, total: &Sums, why: &str) -> Markup {
    let speech = &ask.speech;
    let mut rows: Vec<(&String, &u32)> = total.reasons.iter().collect();
    rows.sort_by_key(|(code, n)| (Reverse(**n), *code));
    html! {
        div.scroll {
            table {
                caption { (speech.say("slippage.reasons_note")) }
                thead {
                    tr {
                        th scope="col" { (speech.say("slippage.column_reason")) }
                        th.n scope="col" { (speech.say("slippage.column_moves")) }
                    }
                }
                tbody {
                    @for (code, n) in rows { tr { th scope="row" { (reason(ask, Some(code))) } (number_cell(ask, i64::from(*n), why)) } }
                    @if total.reasons.is_empty() { tr { td colspan="2" { (speech.say("table.empty")) } } }
                }
            }
        }
    }
}

fn came_back(ask: &Ask<'_>, ledger: &Ledger, only: Option<MunicipalityNo>) -> Markup {
    let speech = &ask.speech;
    let pairs: Vec<(u32, u32)> = ledger.came_back(only).collect();
    // The registry counts upwards: the last ones came back lately.
    let rows =
        pairs.iter().rev().filter_map(|(new, old)| Some((seen(ask, *new)?, seen(ask, *old)?))).take(SHOWN);
    html! {
        div.scroll {
            table.stack {
                caption { (shown(ask, "slippage.back_note", pairs.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (speech.say("column.object")) }
                        th scope="col" { (speech.say("slippage.column_solved")) }
                        th scope="col" { (speech.say("column.responsible")) }
                        th scope="col" { (speech.say("column.municipality")) }
                    }
                }
                tbody {
                    @for (new, old) in rows {
                        tr {
                            (object_cell(ask, &new))
                            td data-label=(speech.say("slippage.column_solved")) {
                                (speech.day_of_text(old.resolved_at.as_deref())) " "
                                a href=(ask.same_day(&format!("/o/{}", old.id), &[])) { (old.id) }
                            }
                            (who_and_where(ask, &new))
                        }
                    }
                    @if pairs.is_empty() { tr { td colspan="4" { (speech.say("table.empty")) } } }
                }
            }
        }
    }
}
