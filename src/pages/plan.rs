//! «Планёрка»: one sheet of A4 for a Monday meeting of one municipality. What to ask, whom, and what comes next.

use maud::html;

use super::ask::Ask;
use super::changes::{WEEK_DAYS, groups};
use super::home;
use super::layout::{Head, document};
use super::parts::{day_and_look, only, problem_table, summary_of, tiles};
use super::summary::paragraph;
use crate::domain::Status;
use crate::service::ReadError;
use crate::service::features::{Collection, FeatureQuery};
use crate::service::filter::Filter;
use crate::service::order::Order;
use crate::service::public::PublicProblem;

/// Rows of each list: together they fill one sheet.
const ROWS: usize = 6;

fn deadline_runs(row: &PublicProblem) -> bool {
    Status::parse(row.status).is_some_and(Status::deadline_runs)
}

/// The sheet of one municipality; without one, the choice of municipalities.
pub fn page(ask: &Ask<'_>) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let [name] = &ask.filter.municipality[..] else {
        let title = speech.say("page.plan");
        let description = speech.say("plan.about");
        let body = html! {
            p.lead { (description) }
            form action=(ask.href_in(speech.language, None, "/plan")) method="get" {
                label {
                    (speech.say("column.municipality"))
                    select name="mun" {
                        @for m in &ask.reading.snapshot.dictionary.municipalities { option value=(m.slug) { (ask.municipality_name(m)) } }
                    }
                }
                (day_and_look(ask))
                button { (speech.say("plan.make")) }
            }
            (home::overview(ask)?)
        };
        return Ok(document(ask, &Head { title, description, section: "/plan" }, &body));
    };
    let m = ask.municipality(name)?;
    let title = speech.fill("plan.title", &[("place", ask.municipality_name(m)), ("day", &ask.as_of())]);
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let told = paragraph(speech, &summary_of(ask, &overview));
    let list = |status: &[&str], order: &str, limit: usize| -> Result<Vec<PublicProblem>, ReadError> {
        let filter = Filter { as_of: ask.filter.as_of, ..only(name, status) };
        let order = Some(Order::parse(Collection::Problems, order)?);
        let query = FeatureQuery { filter, order, limit, token: None };
        Ok(ask.atlas.list_problems(&ask.reading, &query)?.rows)
    };
    let overdue = list(&["overdue"], "-cost_rub", ROWS)?;
    // Open ones by deadline begin with the overdue; the next ones follow them.
    let overdue_count = overview.total.overdue as usize;
    let open = list(&["open"], "urgency", (overdue_count + 4 * ROWS).min(crate::service::items::MAX_LIMIT))?;
    let next: Vec<PublicProblem> = open
        .into_iter()
        .filter(|row| !row.overdue && row.current_due.is_some() && deadline_runs(row))
        .take(ROWS)
        .collect();
    let week = groups(ask, ask.reading.now.plus_days(-WEEK_DAYS))?;
    let [late, put_off, back, solved, added] = &week[..] else { return Err(ReadError::NotFound("week")) };
    let n = |rows: &Vec<_>| speech.number(rows.len() as i64);
    let ratings = ask.atlas.ratings(&ask.reading)?;
    let rating = ratings.municipalities.iter().find(|r| r.no == m.no);
    let body = html! {
        p.lead { (told) }
        (tiles(ask, &overview.total))
        p.wide {
            strong { (speech.say("plan.week")) } " "
            (speech.fill("plan.week_told", &[("late", &n(late)), ("put_off", &n(put_off)), ("back", &n(back)), ("solved", &n(solved)), ("added", &n(added))]))
            @if let Some((rank, [from, to])) = rating.and_then(|r| r.rank.zip(r.rank_interval)) {
                " " (speech.fill("rating.place", &[("n", &rank.to_string())])) ", "
                (speech.fill("rating.interval", &[("from", &from.to_string()), ("to", &to.to_string())])) "."
            }
        }
        h2 { (speech.say("plan.ask")) }
        (problem_table(ask, &overdue, &speech.say("plan.ask_note"), false))
        h2 { (speech.say("plan.next")) }
        (problem_table(ask, &next, &speech.say("plan.next_note"), false))
        p.screen { (speech.say("plan.print")) " " a href=(ask.href(&format!("/m/{}", m.slug))) { (ask.municipality_name(m)) } }
    };
    Ok(document(ask, &Head { title, description: told.clone(), section: "/plan" }, &body))
}
