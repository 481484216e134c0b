//! The text twin of any map view: the same conditions, every object in a table, page after page.

use maud::{Markup, html};

use super::ask::{Ask, CONDITIONS, FILTER_NAMES};
use super::layout::{Head, document};
use super::parts::{appeals_told, problem_table, summary_of};
use super::speech::Speech;
use super::summary::paragraph;
use crate::analytics::selection::DueClass;
use crate::domain::Category;
use crate::service::ReadError;
use crate::service::features::{Collection, FeatureQuery};
use crate::service::items::PageToken;
use crate::service::order::Order;
use crate::service::public::PublicAppeal;

/// Rows on a page.
const ROWS: usize = 50;
/// Words for the order in addresses, each with the order that it means.
pub const SORTS: [(&str, &str); 4] =
    [("due", "urgency"), ("cost", "-cost_rub"), ("appeals", "-n_appeals"), ("newest", "-registered_at")];

/// What of a list is asked for beside its conditions.
pub struct Wanted {
    /// Appeals instead of problems.
    pub appeals: bool,
    /// The order, one of [`SORTS`].
    pub sort: &'static str,
    /// Where the page begins.
    pub token: Option<PageToken>,
}

/// The page of a list.
pub fn page(ask: &Ask<'_>, wanted: &Wanted) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let (told, listed, matched, next) = if wanted.appeals {
        let order = Some(Order::parse(Collection::Appeals, "-received_at")?);
        let query = FeatureQuery { filter: ask.filter.clone(), order, limit: ROWS, token: wanted.token };
        let list = ask.atlas.list_appeals(&ask.reading, &query)?;
        let told = appeals_told(ask, list.matched);
        (told, appeal_table(ask, &list.rows), list.matched, list.next)
    } else {
        let name = SORTS.iter().find(|(word, _)| *word == wanted.sort).map_or("urgency", |(_, name)| name);
        let order = Some(Order::parse(Collection::Problems, name)?);
        let query = FeatureQuery { filter: ask.filter.clone(), order, limit: ROWS, token: wanted.token };
        let list = ask.atlas.list_problems(&ask.reading, &query)?;
        let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
        let caption =
            speech.fill("table.sorted", &[("order", &speech.say(&format!("sort.{}", wanted.sort)))]);
        let told = paragraph(speech, &summary_of(ask, &overview));
        (told, problem_table(ask, &list.rows, &caption, true), list.matched, list.next)
    };
    let title = speech.say("page.table");
    let shown = speech.number(matched as i64);
    let mut rows = vec![("f", "csv".to_owned())];
    rows.extend(api_pairs(ask));
    let collection = if wanted.appeals { Collection::Appeals } else { Collection::Problems };
    let body = html! {
        p.lead { (told) }
        (super::conditions::told(ask))
        (conditions(ask, "/table", &[("mode", if wanted.appeals { "appeals" } else { "" }), ("sort", wanted.sort)], !wanted.appeals))
        p {
            (speech.fill("table.matched", &[("n", &shown)])) " "
            @if !wanted.appeals { a href=(ask.with("/", &[("sort", "")])) { (speech.say("table.on_map")) } " · " }
            a href=(format!("/ogc/collections/{}/items{}", collection.code(), super::ask::query_text(&rows))) { "CSV" }
            " · " a href=(ask.with("/export", &[("sort", ""), ("mode", "")])) { (speech.say("page.export")) }
        }
        (listed)
        @if wanted.token.is_some() || next.is_some() {
            nav aria-label=(speech.say("table.pages")) {
                ul {
                    @if wanted.token.is_some() { li { a href=(ask.with("/table", &[("token", "")])) { (speech.say("table.first")) } } }
                    @if let Some(next) = next {
                        li { a rel="next" href=(ask.with("/table", &[("token", &next.to_string())])) { (speech.say("table.next")) } }
                    }
                }
            }
        }
    };
    Ok(document(ask, &Head { title, description: told.clone(), section: "/table" }, &body))
}

/// The conditions in the words of the API.
#[must_use]
pub fn api_pairs(ask: &Ask<'_>) -> Vec<(&'static str, String)> {
    let name = |own: &&'static str| match FILTER_NAMES.iter().find(|(known, _)| known == own) {
        Some((_, name)) => Some(*name),
        None => CONDITIONS.contains(own).then_some(*own),
    };
    ask.pairs.iter().filter_map(|(own, value)| Some((name(own)?, value.clone()))).collect()
}

/// The conditions as a form. `kept` are values that the form carries on unseen.
#[must_use]
pub fn conditions(ask: &Ask<'_>, path: &str, kept: &[(&'static str, &str)], of_problems: bool) -> Markup {
    let speech = &ask.speech;
    let dictionary = &ask.reading.snapshot.dictionary;
    let value = |name: &str| ask.pairs.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str());
    let spheres: Vec<&Category> = dictionary.categories.iter().filter(|c| c.parent.is_none()).collect();
    let carried = ["bbox", "from", "to", "at", "resp", "due_from", "due_to"].map(|name| (name, value(name)));
    let theme = [("theme", ask.theme.map_or("", super::ask::Theme::code))];
    let states = ["open", "overdue", "new", "underway", "closed"];
    let category_is_listed = value("cat").is_empty() || spheres.iter().any(|c| c.code == value("cat"));
    html! {
        form action=(ask.href_in(speech.language, None, path)) method="get" role="search" {
            label {
                (speech.say("column.municipality"))
                select name="mun" {
                    option value="" { (speech.say("filter.all_region")) }
                    @for m in &dictionary.municipalities {
                        option value=(m.slug) selected[m.is_called(value("mun"))] { (ask.municipality_name(m)) }
                    }
                }
            }
            label {
                (speech.say("filter.category"))
                select name="cat" {
                    option value="" { (speech.say("filter.all_categories")) }
                    @for c in &spheres {
                        option value=(c.code) selected[c.code == value("cat")] { (ask.category_name(c)) }
                    }
                    @if !category_is_listed {
                        option value=(value("cat")) selected { (ask.category_called(value("cat"))) }
                    }
                }
            }
            label {
                (speech.say("filter.status"))
                select name="status" {
                    option value="" { (speech.say("filter.any_status")) }
                    @for state in states {
                        option value=(state) selected[state == value("status")] { (speech.say(&format!("filter.{state}"))) }
                    }
                    @if !value("status").is_empty() && !states.contains(&value("status")) {
                        option value=(value("status")) selected { (value("status")) }
                    }
                }
            }
            label {
                (speech.say("filter.due"))
                select name="due" {
                    option value="" { (speech.say("filter.any_due")) }
                    @for (class, _) in DueClass::NAMES {
                        option value=(class) selected[class == value("due")] { (speech.say(&format!("filter.due_{class}"))) }
                    }
                    @if value("due").contains(',') {
                        option value=(value("due")) selected { (due_words(speech, value("due"))) }
                    }
                }
            }
            @if of_problems {
                @for name in ["cost_from", "cost_to"] {
                    label {
                        (speech.say(&format!("filter.{name}")))
                        input name=(name) value=(value(name)) inputmode="numeric" pattern="[0-9]*" maxlength="15";
                    }
                }
                label { (speech.say("filter.words")) input name="q" value=(value("q")) maxlength="200"; }
            }
            @for (name, value) in carried.iter().chain(kept).chain(&theme).filter(|(_, value)| !value.is_empty()) {
                input type="hidden" name=(name) value=(value);
            }
            button { (speech.say("filter.show")) }
        }
    }
}

/// Classes of deadlines in words.
pub(super) fn due_words(speech: &Speech, codes: &str) -> String {
    let chosen = DueClass::NAMES.iter().filter(|(class, _)| codes.split(',').any(|code| code == *class));
    let words: Vec<String> = chosen.map(|(class, _)| speech.say(&format!("filter.due_{class}"))).collect();
    words.join(", ")
}

fn appeal_table(ask: &Ask<'_>, rows: &[PublicAppeal]) -> Markup {
    let speech = &ask.speech;
    let label = |key: &str| speech.say(key);
    html! {
        div.scroll {
            table.stack {
                caption { (label("table.appeals_note")) }
                thead {
                    tr {
                        th scope="col" { (label("column.appeal")) }
                        th scope="col" { (label("column.status")) }
                        th scope="col" { (label("column.received")) }
                        th scope="col" { (label("column.answer_due")) }
                        th scope="col" { (label("column.municipality")) }
                        th scope="col" { (label("column.object")) }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (row.id) br; span.soft.small { (ask.category_called(&row.category)) } }
                            td data-label=(label("column.status")) { (speech.say(&format!("appeal.{}", row.status))) }
                            td data-label=(label("column.received")) { (speech.day_of_text(row.received_at.as_deref())) }
                            td data-label=(label("column.answer_due")) { (speech.day_of_text(row.due_at.as_deref())) }
                            td data-label=(label("column.municipality")) { (ask.municipality_called(row.municipality.as_deref())) }
                            td data-label=(label("column.object")) {
                                @match &row.problem {
                                    Some(problem) => a href=(ask.href(&format!("/o/{problem}"))) { (problem) },
                                    None => "—",
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
