//! One problem: its deadline and slip, its cost and how sure that is, who holds the ball, its history, what is near.

use maud::{Markup, html};
use serde_json::Value as Json;

use super::ask::Ask;
use super::layout::{Head, document};
use super::parts::{cost_words, due_words, problem_table, reason, status_name};
use crate::domain::Timestamp;
use crate::geometry::distance::haversine_m;
use crate::geometry::{Bounds, Position};
use crate::service::ReadError;
use crate::service::features::FeatureQuery;
use crate::service::filter::Filter;
use crate::service::public::{PublicAppeal, PublicProblem};

/// How far "near" reaches, metres.
const NEAR_M: f64 = 1_000.0;
/// Most problems that are looked at around one, and how many are shown.
const LOOKED_AT: usize = 200;
const SHOWN: usize = 6;
/// How far appeals are "near", metres: some blocks of houses. The page's card says the same (web/src/card/Nearby.tsx).
const APPEALS_NEAR_M: f64 = 300.0;
/// Most appeals that are looked at around one problem: a fallback point of a source may hold many thousands.
const APPEALS_LOOKED_AT: usize = 1_000;

/// The page of the problem with this id. Errors: no such problem, or not for the public.
pub fn page(ask: &Ask<'_>, id: &str) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let card = ask.atlas.problem_card(&ask.reading, id)?;
    let text = |name: &str| card[name].as_str();
    let status = text("status").unwrap_or("");
    let overdue = card["overdue"].as_bool().unwrap_or(false);
    let due = due_words(ask, status, overdue, text("current_due"));
    let title = text("title").unwrap_or(id).to_owned();
    let place = ask.municipality_called(text("municipality"));
    let cost = cost_words(ask, card["cost_rub"].as_f64());
    let category = ask.category_called(text("category").unwrap_or(""));
    let told = speech
        .fill("card.told", &[("category", &category), ("place", &place), ("due", &due), ("cost", &cost)]);
    let id = text("id").unwrap_or(id);
    let here = ask.atlas.place_of_problem(&ask.reading, id)?;
    let body = html! {
        p.soft { (id) " · " (category) " · " (place) }
        p.lead { (told) }
        div.split {
            section {
                h2 { (speech.say("card.facts")) }
                (facts(ask, &card, &due, overdue))
                @if let Some(description) = text("description") {
                    h2 { (speech.say("card.description")) }
                    p lang="ru" { (description) }
                }
                p.screen {
                    a href=(ask.same_day("/", &[("o", id)])) { (speech.say("card.on_map")) } " · "
                    a href=(ask.evidence(&format!("/ogc/collections/problems/items/{id}"), &[])) { "GeoJSON" } " · "
                    a href=(ask.evidence(&format!("/api/problems/{id}"), &[])) { "JSON" }
                }
            }
            section {
                (photos(ask, &card))
                h2 { (speech.say("card.history")) }
                (timeline(ask, &card))
            }
        }
        h2 { (speech.say("card.near")) }
        (problem_table(ask, &near(ask, &card, here)?, &speech.say("card.near_note"), false))
        (appeals_near(ask, here)?)
    };
    Ok(document(ask, &Head { title, description: told.clone(), section: "" }, &body))
}

fn facts(ask: &Ask<'_>, card: &Json, due: &str, overdue: bool) -> Markup {
    let speech = &ask.speech;
    let text = |name: &str| card[name].as_str();
    let day = |name: &str| speech.day_of_text(text(name));
    let slip = card["slip_days"].as_i64().filter(|days| *days != 0);
    let class = text("cost_class").unwrap_or("D");
    let held = card["ball_in_court"].as_array().map_or(&[][..], Vec::as_slice);
    let holder = card["holder"]["name"].as_str();
    html! {
        dl.facts {
            dt { (speech.say("card.due")) }
            dd { span.alarm[overdue] { (due) } @if text("current_due").is_some() { " · " (day("current_due")) } }
            dt { (speech.say("card.slip")) }
            dd {
                @match slip {
                    Some(days) => {
                        (speech.fill("card.slipped", &[("days", &speech.counted("unit.days", days)), ("first", &day("baseline_due"))]))
                    }
                    None => (speech.say("card.not_slipped")),
                }
            }
            dt { (speech.say("column.cost")) }
            dd { (cost_words(ask, card["cost_rub"].as_f64())) " · " (speech.say(&format!("cost.class_{class}"))) }
            dt { (speech.say("card.status")) }
            dd { (status_name(ask, text("status").unwrap_or(""))) }
            dt { (speech.say("card.holder")) }
            dd {
                @match holder {
                    Some(name) => {
                        (ask.body_called(Some(name))) ", "
                        (speech.counted("unit.days", card["holder"]["days"].as_i64().unwrap_or(0)))
                    }
                    None => (ask.body_called(text("responsible"))),
                }
                @if held.len() > 1 {
                    ul {
                        @for one in held {
                            li.small {
                                (ask.body_called(one["body"].as_str())) ": "
                                (speech.counted("unit.days", one["days"].as_i64().unwrap_or(0)))
                            }
                        }
                    }
                }
            }
            dt { (speech.say("column.responsible")) } dd { (ask.body_called(text("responsible"))) }
            dt { (speech.say("card.registered")) } dd { (day("registered_at")) }
            @if text("resolved_at").is_some() { dt { (speech.say("card.resolved")) } dd { (day("resolved_at")) } }
            @if let Some(address) = text("address") { dt { (speech.say("card.address")) } dd lang="ru" { (address) } }
            @if let Some(severity) = card["severity"].as_u64() {
                dt { (speech.say("card.severity")) } dd { (speech.fill("card.of_five", &[("n", &severity.to_string())])) }
            }
            dt { (speech.say("card.appeals")) } dd { (speech.number(card["n_appeals"].as_i64().unwrap_or(0))) }
        }
    }
}

/// The photos, each with what it shows in words and when it was taken, and a way to it in full.
fn photos(ask: &Ask<'_>, card: &Json) -> Markup {
    let photos = card["photos"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |photo: &'_ Json, name: &str| photo[name].as_str().unwrap_or("").to_owned();
    html! {
        @if !photos.is_empty() {
            h2 { (ask.speech.say("card.photos")) }
            ul.photos {
                @for photo in photos {
                    li {
                        figure {
                            a href=(text(photo, "url")) {
                                img src=(text(photo, "url")) alt=(text(photo, "alt")) loading="lazy" decoding="async";
                            }
                            figcaption lang="ru" {
                                (text(photo, "alt"))
                                @if photo["taken_at"].is_string() {
                                    ", " time datetime=(text(photo, "taken_at")) { (ask.speech.day_of_text(photo["taken_at"].as_str())) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn timeline(ask: &Ask<'_>, card: &Json) -> Markup {
    let events = card["events"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        ol.timeline {
            @for event in events {
                li {
                    time datetime=(event["effective_at"].as_str().unwrap_or("")) { (ask.speech.day_of_text(event["effective_at"].as_str())) }
                    " — " (event_words(ask, event))
                    @if let Some(code) = event["reason"].as_str() { " " span.soft { "(" (reason(ask, Some(code))) ")" } }
                }
            }
        }
    }
}

/// What happened, in words.
fn event_words(ask: &Ask<'_>, event: &Json) -> String {
    let speech = &ask.speech;
    let kind = event["kind"].as_str().unwrap_or("");
    let side = |name: &str| event[name].as_str().map(|value| word(ask, kind, value));
    let (from, to) = (side("from").unwrap_or_else(|| "—".into()), side("to").unwrap_or_else(|| "—".into()));
    let known = [
        "imported",
        "updated",
        "proposed",
        "status_changed",
        "baseline_set",
        "due_moved",
        "body_changed",
        "review_set",
        "duplicate_of",
        "recurrence_of",
        "municipality_changed",
        "appeal_linked",
        "photo_added",
        "photo_removed",
        "fallback_found",
    ];
    let key = if known.contains(&kind) { kind } else { "other" };
    speech.fill(&format!("event.{key}"), &[("from", &from), ("to", &to)])
}

fn word(ask: &Ask<'_>, kind: &str, value: &str) -> String {
    match kind {
        "status_changed" => status_name(ask, value),
        "body_changed" => ask.body_called(Some(value)),
        "municipality_changed" => ask.municipality_called(Some(value)),
        _ => Timestamp::parse_rfc3339(value).map_or_else(|| value.to_owned(), |t| ask.speech.short_date(t)),
    }
}

/// Other open problems nearby, the nearest first.
fn near(ask: &Ask<'_>, card: &Json, here: Position) -> Result<Vec<PublicProblem>, ReadError> {
    let query = around(ask, here, NEAR_M, vec!["open".to_owned()], LOOKED_AT);
    let mut rows = ask.atlas.list_problems(&ask.reading, &query)?.rows;
    let distance = |p: &PublicProblem| haversine_m(p.place, here);
    rows.retain(|row| Some(row.id.as_str()) != card["id"].as_str() && distance(row) <= NEAR_M);
    rows.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    rows.truncate(SHOWN);
    Ok(rows)
}

/// How many appeals came from nearby, and the newest of them. Their words are not public.
fn appeals_near(ask: &Ask<'_>, here: Position) -> Result<Markup, ReadError> {
    let speech = &ask.speech;
    let query = around(ask, here, APPEALS_NEAR_M, Vec::new(), APPEALS_LOOKED_AT);
    let list = ask.atlas.list_appeals(&ask.reading, &query)?;
    let mut rows: Vec<PublicAppeal> =
        list.rows.into_iter().filter(|row| haversine_m(row.place, here) <= APPEALS_NEAR_M).collect();
    let all_seen = list.matched <= APPEALS_LOOKED_AT as u64;
    let note = if all_seen { "card.appeals_near_note" } else { "card.appeals_near_many" };
    let n = speech.counted("unit.appeals", rows.len() as i64);
    let far = speech.fill("unit.metres", &[("n", &speech.number(APPEALS_NEAR_M as i64))]);
    rows.sort_by(|a, b| b.received_at.cmp(&a.received_at));
    Ok(html! {
        h2 { (speech.say("card.appeals_near")) }
        p { (speech.fill(note, &[("n", &n), ("far", &far)])) }
        ul {
            @for row in rows.iter().take(SHOWN) {
                li {
                    (ask.category_called(&row.category)) " — " (speech.say(&format!("appeal.{}", row.status)))
                    @if row.received_at.is_some() { ", " (speech.day_of_text(row.received_at.as_deref())) }
                    " " span.soft.small { (row.id) }
                }
            }
        }
    })
}

/// What lies in the box around a place that a circle of this radius just fits into.
fn around(ask: &Ask<'_>, here: Position, radius_m: f64, status: Vec<String>, limit: usize) -> FeatureQuery {
    let (lat, lon) = (here.lat_deg(), here.lon_deg());
    let tall = radius_m / 111_000.0;
    let wide = tall / lat.to_radians().cos().max(0.1);
    let around =
        Bounds::parse_degrees([(lon - wide).max(-180.0), lat - tall, (lon + wide).min(180.0), lat + tall]);
    let filter = Filter { bbox: around.ok(), status, as_of: ask.filter.as_of, ..Filter::default() };
    FeatureQuery { filter, order: None, limit, token: None }
}
