//! Slipped deadlines by body: what slipped under whose responsibility, and in whose court the ball was for how long.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::ask::Ask;
use super::parts::{number_cell, shown};
use super::slippage::{SHOWN, evidence, sums_cells, sums_heads};
use crate::analytics::ledger::{Court, Sums};
use crate::domain::{Body, Municipality};
use crate::service::slippage::Account;

/// The name of a body, which leads to its open objects. A comma parts values of an address, so a name with one leads nowhere.
fn body_cell(ask: &Ask<'_>, body: &Body, subject: Option<&Municipality>) -> Markup {
    let name = ask.body_called(Some(&body.id));
    let mut objects = vec![("resp", body.id.as_str()), ("status", "open")];
    objects.extend(subject.map(|m| ("mun", m.slug.as_str())));
    html! {
        th scope="row" {
            @if body.id.contains(',') { (name) } @else { a href=(ask.same_day("/table", &objects)) { (name) } }
        }
    }
}

/// What slipped under the responsibility of each body.
pub(super) fn bodies(ask: &Ask<'_>, account: &Account, subject: Option<&Municipality>) -> Markup {
    let speech = &ask.speech;
    let why = &evidence(ask, subject);
    let body = |no| ask.reading.snapshot.dictionary.body(no);
    let mut rows: Vec<(&Body, &Sums)> = account
        .bodies
        .iter()
        .filter_map(|(no, (sums, _))| Some((body(*no)?, sums)))
        .filter(|(_, sums)| sums.slipped > 0)
        .collect();
    rows.sort_by_key(|(body, sums)| (Reverse(sums.slip_days), body.no));
    html! {
        div.scroll {
            table {
                caption { (shown(ask, "slippage.bodies_note", rows.len(), SHOWN)) }
                thead { tr { th scope="col" { (speech.say("column.responsible")) } (sums_heads(ask)) } }
                tbody {
                    @for (body, sums) in rows.iter().take(SHOWN) { tr { (body_cell(ask, body, subject)) (sums_cells(ask, sums, why)) } }
                    @if rows.is_empty() { tr { td colspan="6" { (speech.say("table.empty")) } } }
                }
            }
        }
    }
}

/// For how many days each body held objects.
pub(super) fn courts(ask: &Ask<'_>, account: &Account, subject: Option<&Municipality>) -> Markup {
    let speech = &ask.speech;
    let why = &evidence(ask, subject);
    let body = |no| ask.reading.snapshot.dictionary.body(no);
    let mut rows: Vec<(&Body, &Court)> = account
        .bodies
        .iter()
        .filter_map(|(no, (_, court))| Some((body(*no)?, court)))
        .filter(|(_, court)| court.problems > 0)
        .collect();
    rows.sort_by_key(|(body, court)| (Reverse(court.days), body.no));
    let mean = |court: &Court| (court.days as f64 / f64::from(court.problems)).round() as i64;
    html! {
        div.scroll {
            table {
                caption { (shown(ask, "slippage.court_note", rows.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (speech.say("slippage.column_body")) }
                        @for key in ["holds", "held_days", "held_mean", "held_longest", "held"] {
                            th.n scope="col" { (speech.say(&format!("slippage.column_{key}"))) }
                        }
                    }
                }
                tbody {
                    @for (body, court) in rows.iter().take(SHOWN) {
                        tr {
                            (body_cell(ask, body, subject))
                            (number_cell(ask, i64::from(court.holds), why))
                            (number_cell(ask, court.days, why))
                            (number_cell(ask, mean(court), why))
                            (number_cell(ask, court.longest_days, why))
                            (number_cell(ask, i64::from(court.problems), why))
                        }
                    }
                    @if rows.is_empty() { tr { td colspan="6" { (speech.say("table.empty")) } } }
                }
            }
        }
    }
}
