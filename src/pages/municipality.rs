//! A municipality: what is overdue, due and at what cost, what to do first, where, its place in the rating and why.

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, document};
use super::map::{Caption, legend, municipality_map};
use super::parts::{only, problem_table, summary_of, tiles};
use super::speech::as_heading;
use super::summary::paragraph;
use super::{decomposition, hotspots, silence, slippage};
use crate::domain::Municipality;
use crate::service::ReadError;
use crate::service::features::{Collection, FeatureQuery};
use crate::service::filter::Filter;
use crate::service::lists::List;
use crate::service::order::Order;
use crate::service::overview::Month;
use crate::service::public::PublicProblem;

/// Rows of the short lists.
const FIRST: usize = 10;
/// Dots on the map: more would hide one another, and the page.
const DOTS: usize = 250;

/// The page of the municipality with this name in addresses.
pub fn page(mut ask: Ask<'_>, name: &str) -> Result<String, ReadError> {
    let slug = ask.municipality(name)?.slug.clone();
    ask.filter.municipality = vec![slug.clone()];
    let ask = &ask;
    let m = ask.municipality(&slug)?;
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let told = paragraph(&ask.speech, &summary_of(ask, &overview));
    let urgent = problems(ask, &slug, &["open"], "urgency", DOTS)?;
    let costly = problems(ask, &slug, &["overdue"], "-cost_rub", FIRST)?;
    let speech = &ask.speech;
    let title = as_heading(ask.municipality_name(m));
    let map_title = speech.fill("map.title", &[("place", ask.municipality_name(m))]);
    let map = municipality_map(ask, m.no, &urgent.rows, &Caption { title: &map_title, description: &told });
    let first = &urgent.rows[..urgent.rows.len().min(FIRST)];
    let body = html! {
        p.lead { (told) }
        (tiles(ask, &overview.total))
        p {
            a.button href=(ask.same_day("/plan", &[("mun", &slug)])) { (speech.say("municipality.to_plan")) }
            " " a href=(ask.same_day("/changes", &[("mun", &slug)])) { (speech.say("municipality.to_changes")) }
        }
        div.split {
            section {
                h2 { (speech.say("municipality.first")) }
                (problem_table(ask, first, &speech.say("municipality.first_note"), false))
                h2 { (speech.say("municipality.costly")) }
                (problem_table(ask, &costly.rows, &speech.say("municipality.costly_note"), false))
                p {
                    a href=(ask.same_day("/table", &[("mun", &slug), ("status", "overdue")])) {
                        (speech.fill("municipality.all_overdue", &[("n", &speech.number(costly.matched as i64))]))
                    }
                }
            }
            section {
                h2 { (speech.say("municipality.map")) }
                @if let Some(map) = map {
                    (map)
                    (legend(ask))
                    p.soft.small { (shown(ask, &urgent)) }
                }
                h2 { (speech.say("page.slippage")) }
                (slippage::section(ask, m)?)
                h2 { (speech.say("page.hotspots")) }
                (hotspots::section(ask, m))
                h2 { (speech.say("page.silence")) }
                (silence::section(ask, m))
                h2 { (speech.say("municipality.trend")) }
                (trend(ask, &overview.months))
                h2 { (speech.say("municipality.passport")) }
                (passport(ask, m))
            }
        }
        h2 #rating { (speech.say("municipality.rating")) }
        (standing(ask, m)?)
    };
    Ok(document(ask, &Head { title, description: told, section: "" }, &body))
}

fn problems(
    ask: &Ask<'_>,
    slug: &str,
    status: &[&str],
    order: &str,
    limit: usize,
) -> Result<List<PublicProblem>, ReadError> {
    let filter = Filter { as_of: ask.filter.as_of, ..only(slug, status) };
    let order = Some(Order::parse(Collection::Problems, order)?);
    ask.atlas.list_problems(&ask.reading, &FeatureQuery { filter, order, limit, token: None })
}

fn shown(ask: &Ask<'_>, urgent: &List<PublicProblem>) -> String {
    let n = |n: usize| ask.speech.number(n as i64);
    let arguments = [("n", n(urgent.rows.len())), ("all", n(urgent.matched as usize))];
    let arguments = arguments.each_ref().map(|(name, value)| (*name, value.as_str()));
    ask.speech.fill("municipality.dots", &arguments)
}

/// Its place in the rating with the interval, and the way to every number behind it.
fn standing(ask: &Ask<'_>, m: &Municipality) -> Result<Markup, ReadError> {
    let speech = &ask.speech;
    let ratings = ask.atlas.ratings(&ask.reading)?;
    let why = ask.evidence(&format!("/api/ratings/{}", m.slug), &[]);
    let Some(rating) = ratings.municipalities.iter().find(|r| r.no == m.no) else { return Ok(html! {}) };
    Ok(html! {
        @match (rating.rank, rating.rank_interval, rating.score) {
            (Some(rank), Some([from, to]), Some(score)) => {
                p {
                    a href=(why) {
                        strong { (speech.fill("rating.place", &[("n", &rank.to_string())])) }
                        ", "
                        (speech.fill("rating.interval", &[("from", &from.to_string()), ("to", &to.to_string())]))
                        " · " (speech.fill("rating.score", &[("score", &speech.decimal(score, 1))]))
                        @if let Some(tier) = rating.tier { " · " (speech.fill("rating.tier", &[("tier", tier.code())])) }
                    }
                }
            }
            _ => p { (speech.say("rating.not_rated")) }
        }
        details {
            summary { (speech.say("rating.lost")) }
            (decomposition::table(ask, m, rating))
        }
        (decomposition::way_up(ask, m)?)
        p { a href=(why) { (speech.say("rating.why")) } " · " a href=(ask.same_day("/rating", &[("mun", &m.slug)])) { (speech.say("rating.all")) } }
    })
}

/// Twelve months: what came in and what was solved, as bars and as a table.
fn trend(ask: &Ask<'_>, months: &[Month]) -> Markup {
    let speech = &ask.speech;
    let mun = ask.filter.municipality.join(",");
    let counted = |by: &str| ask.evidence("/api/stats", &[("municipality", &mun), ("by", by)]);
    let (opened, resolved) = (counted("month"), counted("status,month_closed"));
    let most = months.iter().map(|m| m.opened.max(m.resolved)).max().unwrap_or(0).max(1);
    let height = |n: u32| 60.0 * f64::from(n) / f64::from(most);
    let bar = |x: usize, n: u32, class: &str| {
        let height = height(n);
        html! { rect class=(class) x=(x) y=(format!("{:.1}", 64.0 - height)) width="10" height=(format!("{height:.1}")) {} }
    };
    html! {
        svg.chart viewBox="0 0 360 66" aria-hidden="true" {
            line.axis x1="0" x2="360" y1="64.5" y2="64.5" {}
            @for (n, month) in months.iter().enumerate() {
                (bar(n * 30 + 3, month.opened, "bar"))
                (bar(n * 30 + 14, month.resolved, "mark"))
            }
        }
        div.scroll {
            table {
                caption { (speech.say("trend.caption")) }
                thead {
                    tr {
                        th scope="col" { (speech.say("trend.month")) }
                        th.n scope="col" { (speech.say("trend.opened")) }
                        th.n scope="col" { (speech.say("trend.resolved")) }
                    }
                }
                tbody {
                    @for month in months.iter().rev().take(6) {
                        tr {
                            th scope="row" { (speech.month(month.year, month.month)) }
                            td.n { a href=(opened) { (speech.number(i64::from(month.opened))) } }
                            td.n { a href=(resolved) { (speech.number(i64::from(month.resolved))) } }
                        }
                    }
                }
            }
        }
    }
}

fn passport(ask: &Ask<'_>, m: &Municipality) -> Markup {
    let (speech, version) = (&ask.speech, m.current());
    let counted = version.population.last();
    let source = format!("/ogc/collections/municipalities/items/{}", m.id);
    html! {
        dl.facts {
            dt { (speech.say("passport.kind")) } dd { (speech.say(&format!("kind.{}", version.kind.code()))) }
            @if let Some(count) = counted {
                dt { (speech.say("passport.population")) }
                dd {
                    a href=(source) { (speech.number(i64::from(count.n))) } " "
                    span.soft { (speech.fill("passport.counted", &[("day", &speech.day(count.date))])) }
                }
            }
            @if let Some(area) = version.area_km2 {
                dt { (speech.say("passport.area")) } dd { a href=(source) { (speech.decimal(area, 0)) } " " (speech.say("unit.km2")) }
            }
            dt { (speech.say("passport.oktmo")) } dd { (version.oktmo) }
            dt { (speech.say("passport.centre")) } dd lang="ru" { (version.centre_name) }
            @if version.approximate { dt { (speech.say("passport.border")) } dd { (speech.say("passport.approximate")) } }
        }
    }
}
