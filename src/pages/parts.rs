//! What several pages have: tables of problems, tiles with figures, links to the evidence of a number.

use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use super::ask::Ask;
use super::summary::{Summary, paragraph};
use crate::domain::{Kopecks, Status, Timestamp};
use crate::service::ReadError;
use crate::service::features::FeatureQuery;
use crate::service::filter::Filter;
use crate::service::overview::{Overview, Sums};
use crate::service::public::PublicProblem;

/// Days from one legal day to another.
fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// How a deadline stands, in words: «просрочен на 14 дней».
#[must_use]
pub fn due_words(ask: &Ask<'_>, status: &str, overdue: bool, due: Option<&str>) -> String {
    let speech = &ask.speech;
    if Status::parse(status).is_some_and(Status::is_closed) {
        return status_name(ask, status);
    }
    let Some(due) = due.and_then(Timestamp::parse_rfc3339) else { return speech.say("due.none") };
    let (today, day) = (speech.day_of(ask.reading.now), speech.day_of(due));
    let days = days_between(today, day);
    if overdue {
        return speech.fill("due.overdue", &[("days", &speech.counted("unit.days", -days))]);
    }
    match days {
        0 => speech.say("due.today"),
        days if days > 0 => speech.fill("due.left", &[("days", &speech.counted("unit.days", days))]),
        _ => speech.say("due.on_hold"),
    }
}

/// A reason in words; one that the catalogue does not know stands as its source gave it.
#[must_use]
pub fn reason(ask: &Ask<'_>, code: Option<&str>) -> Markup {
    let words = reason_words(ask, code.unwrap_or(""));
    let is_known = code.is_none_or(|code| code != words);
    html! { @if is_known { (words) } @else { span lang="ru" { (words) } } }
}

/// The same without marks.
#[must_use]
pub fn reason_words(ask: &Ask<'_>, code: &str) -> String {
    let key = format!("reason.{}", if code.is_empty() { "none" } else { code });
    let words = ask.speech.say(&key);
    if words == key { code.to_owned() } else { words }
}

/// The name of a state.
#[must_use]
pub fn status_name(ask: &Ask<'_>, status: &str) -> String {
    ask.speech.say(&format!("status.{status}"))
}

/// A cost, or that nobody knows it.
#[must_use]
pub fn cost_words(ask: &Ask<'_>, roubles: Option<f64>) -> String {
    let known = roubles.and_then(Kopecks::from_roubles);
    known.map_or_else(|| ask.speech.say("cost.unknown"), |amount| ask.speech.money(amount))
}

/// A table of problems: what, how its deadline stands, what it takes, who must do it.
#[must_use]
pub fn problem_table(ask: &Ask<'_>, rows: &[PublicProblem], caption: &str, with_place: bool) -> Markup {
    let speech = &ask.speech;
    let label = |key: &str| speech.say(key);
    html! {
        div.scroll {
            table.stack {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { (label("column.object")) }
                        th scope="col" { (label("column.due")) }
                        th.n scope="col" { (label("column.cost")) }
                        th scope="col" { (label("column.responsible")) }
                        @if with_place { th scope="col" { (label("column.municipality")) } }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" {
                                a href=(ask.href(&format!("/o/{}", row.id))) lang="ru" { (row.title) }
                                br;
                                span.soft.small { (ask.category_called(&row.category.code)) " · " (row.id) }
                            }
                            td data-label=(label("column.due")) {
                                span.alarm[row.overdue] { (due_words(ask, row.status, row.overdue, row.current_due.as_deref())) }
                                @if row.current_due.is_some() {
                                    " " span.soft.small { (speech.day_of_text(row.current_due.as_deref())) }
                                }
                            }
                            td.n data-label=(label("column.cost")) { (cost_words(ask, row.cost_rub)) }
                            td data-label=(label("column.responsible")) {
                                (ask.body_called(row.responsible.as_ref().map(|b| b.code.as_str())))
                            }
                            @if with_place {
                                td data-label=(label("column.municipality")) {
                                    (ask.municipality_called(row.municipality.as_ref().map(|m| m.code.as_str())))
                                }
                            }
                        }
                    }
                    @if rows.is_empty() {
                        tr { td colspan="5" { (label("table.empty")) } }
                    }
                }
            }
        }
    }
}

/// What a head looks at first: overdue, deadline, money; then what is open. Each leads to the objects behind it.
#[must_use]
pub fn tiles(ask: &Ask<'_>, sums: &Sums) -> Markup {
    let speech = &ask.speech;
    let n = |n: u32| speech.number(i64::from(n));
    let mun = ask.filter.municipality.join(",");
    let list =
        |status: &str, sort: &str| ask.with("/table", &[("mun", &mun), ("status", status), ("sort", sort)]);
    let share = speech.percent(sums.overdue, sums.open()).unwrap_or_default();
    html! {
        ul.tiles {
            li.worst[sums.overdue > 0] {
                span.figure { (n(sums.overdue)) }
                (speech.say("tile.overdue"))
                @if sums.overdue > 0 { " · " (speech.fill("tile.of_open", &[("share", &share)])) }
                br;
                a href=(list("overdue", "")) { (speech.say("tile.show_overdue")) }
            }
            li {
                span.figure { (n(sums.due_soon)) }
                (speech.say("tile.soon"))
                br;
                a href=(list("open", "due")) { (speech.say("tile.show_soon")) }
            }
            li {
                span.figure { (speech.money(sums.overdue_money())) }
                (speech.say("tile.money")) " · "
                (speech.fill("tile.priced", &[("known", &n(sums.overdue_priced)), ("all", &n(sums.overdue))]))
                br;
                a href=(list("overdue", "cost")) { (speech.say("tile.show_money")) }
            }
            li {
                span.figure { (n(sums.open())) }
                (speech.say("tile.open")) " · " (speech.money(sums.open_money()))
                br;
                a href=(list("open", "")) { (speech.say("tile.show_open")) }
            }
        }
    }
}

/// What the paragraph tells of a selection.
#[must_use]
pub fn summary_of(ask: &Ask<'_>, overview: &Overview) -> Summary {
    let dictionary = &ask.reading.snapshot.dictionary;
    let top = overview
        .spheres
        .first()
        .and_then(|(no, n)| Some((ask.category_name(dictionary.category(*no)?).to_owned(), *n)));
    Summary {
        place: ask.place_name(),
        count: overview.total.count,
        overdue: overview.total.overdue,
        top: top.filter(|_| overview.spheres.len() > 1),
        due_soon: overview.total.due_soon,
        overdue_cost: overview.total.overdue_money(),
        overdue_priced: overview.total.overdue_priced,
    }
}

/// The paragraph of a selection of problems and the numbers in it, for programs.
pub fn problems_summary(ask: &Ask<'_>) -> Result<Json, ReadError> {
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let (summary, total) = (summary_of(ask, &overview), &overview.total);
    Ok(json!({
        "text": paragraph(&ask.speech, &summary),
        "place": summary.place,
        "count": total.count,
        "open": total.open(),
        "overdue": total.overdue,
        "due_soon": total.due_soon,
        "closed": total.closed,
        "overdue_cost_rub": total.overdue_money().roubles(),
        "overdue_priced": total.overdue_priced,
        "open_cost_rub": total.open_money().roubles(),
    }))
}

/// The same of a selection of appeals.
pub fn appeals_summary(ask: &Ask<'_>) -> Result<Json, ReadError> {
    let query = FeatureQuery { filter: ask.filter.clone(), order: None, limit: 1, token: None };
    let count = ask.atlas.list_appeals(&ask.reading, &query)?.matched;
    Ok(json!({ "text": appeals_told(ask, count), "place": ask.place_name(), "count": count }))
}

/// The paragraph of a selection of appeals.
#[must_use]
pub fn appeals_told(ask: &Ask<'_>, count: u64) -> String {
    let n = ask.speech.counted("unit.appeals", count as i64);
    ask.speech.fill("table.appeals", &[("place", &ask.place_name()), ("n", &n)])
}

/// Municipalities with what a head asks of each; every number leads to its objects.
#[must_use]
pub fn municipality_table(ask: &Ask<'_>, overview: &Overview) -> Markup {
    let speech = &ask.speech;
    let dictionary = &ask.reading.snapshot.dictionary;
    let mut rows: Vec<_> = dictionary.municipalities.iter().zip(&overview.municipalities).collect();
    rows.sort_by_key(|(m, sums)| (std::cmp::Reverse(sums.overdue), m.no));
    let sorted = |slug: &str, status: &'static str, sort: &'static str| {
        ask.with("/table", &[("mun", slug), ("status", status), ("sort", sort)])
    };
    let list = |slug: &str, status: &'static str| sorted(slug, status, "");
    let n = |n: u32| speech.number(i64::from(n));
    html! {
        div.scroll {
            table {
                caption { (speech.say("table.municipalities")) }
                thead {
                    tr {
                        th scope="col" { (speech.say("column.municipality")) }
                        th.n scope="col" { (speech.say("column.overdue")) }
                        th.n scope="col" { (speech.say("column.soon")) }
                        th.n scope="col" { (speech.say("column.overdue_cost")) }
                        th.n scope="col" { (speech.say("column.open")) }
                        th.n scope="col" { (speech.say("column.all")) }
                    }
                }
                tbody {
                    @for (m, sums) in rows {
                        tr {
                            th scope="row" { a href=(ask.href(&format!("/m/{}", m.slug))) { (ask.municipality_name(m)) } }
                            td.n { a.alarm[sums.overdue > 0] href=(list(&m.slug, "overdue")) { (n(sums.overdue)) } }
                            td.n { a href=(sorted(&m.slug, "open", "due")) { (n(sums.due_soon)) } }
                            td.n { a href=(sorted(&m.slug, "overdue", "cost")) { (speech.money(sums.overdue_money())) } }
                            td.n { a href=(list(&m.slug, "open")) { (n(sums.open())) } }
                            td.n { a href=(list(&m.slug, "")) { (n(sums.count)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The filter of one municipality.
#[must_use]
pub fn only(slug: &str, status: &[&str]) -> Filter {
    let status = status.iter().map(|s| (*s).to_owned()).collect();
    Filter { municipality: vec![slug.to_owned()], status, ..Filter::default() }
}

/// A choice of the region or of one municipality, for a page that is of either.
#[must_use]
pub fn place_form(ask: &Ask<'_>, path: &str) -> Markup {
    let speech = &ask.speech;
    let chosen = ask.filter.municipality.first().map_or("", String::as_str);
    html! {
        form action=(ask.href_in(speech.language, None, path)) method="get" {
            label {
                (speech.say("column.municipality"))
                select name="mun" {
                    option value="" { (speech.say("filter.all_region")) }
                    @for m in &ask.reading.snapshot.dictionary.municipalities {
                        option value=(m.slug) selected[m.is_called(chosen)] { (ask.municipality_name(m)) }
                    }
                }
            }
            (day_and_look(ask))
            button { (speech.say("filter.show")) }
        }
    }
}

/// What every form carries on unseen: the day and the look.
#[must_use]
pub fn day_and_look(ask: &Ask<'_>) -> Markup {
    let at = ask.pairs.iter().find(|(name, _)| *name == "at");
    html! {
        @if let Some((name, day)) = at { input type="hidden" name=(name) value=(day); }
        @if let Some(theme) = ask.theme { input type="hidden" name="theme" value=(theme.code()); }
    }
}

/// The cell of a number, which leads to where it comes from.
#[must_use]
pub fn number_cell(ask: &Ask<'_>, n: i64, why: &str) -> Markup {
    html! { td.n { a href=(why) { (ask.speech.number(n)) } } }
}

/// How many of `all` a list shows, which has `most` at the most, in the words of `key`.
#[must_use]
pub fn shown(ask: &Ask<'_>, key: &str, all: usize, most: usize) -> String {
    let n = |n: usize| ask.speech.number(n as i64);
    ask.speech.fill(key, &[("n", &n(all.min(most))), ("all", &n(all))])
}

/// The cell of an object: its title, which leads to its page of the same day, and its id.
#[must_use]
pub fn object_cell(ask: &Ask<'_>, problem: &PublicProblem) -> Markup {
    html! {
        th scope="row" {
            a href=(ask.same_day(&format!("/o/{}", problem.id), &[])) lang="ru" { (problem.title) }
            br;
            span.soft.small { (problem.id) }
        }
    }
}
