//! «Очаги и причины»: where open problems of a sphere crowd, which cells are hot and since when, which streets to replace.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, document};
use super::map::{Caption, Mark, marks_map};
use super::parts::{cost_words, number_cell, place_form, shown};
use super::speech::as_heading;
use crate::analytics::bundles::Bundle;
use crate::analytics::hotspots::{Crowd, HotCell, HotspotRule};
use crate::domain::{Municipality, MunicipalityNo};
use crate::geometry::{Bounds, Position};
use crate::service::ReadError;
use crate::service::hotspots::{Found, Hotspots};

/// Rows of each list; the rest stands in the collection.
const SHOWN: usize = 30;
/// Crowds in the section of a municipality's page.
const FIRST: usize = 3;
/// Categories of cells, those first that ask for something today.
const CATEGORIES: [&str; 7] =
    ["intensifying", "new", "consecutive", "persistent", "sporadic", "diminishing", "historical"];
/// Zooms of the map at which a crowd, a cell and a street fill the screen.
const CROWD_ZOOM: u8 = 14;
const CELL_ZOOM: u8 = 12;
const STREET_ZOOM: u8 = 15;

/// What of the hot spots a page tells: all, or those of one municipality, each kind in the order of its list.
struct Asked<'h> {
    crowds: Vec<&'h Found<Crowd>>,
    cells: Vec<&'h Found<HotCell>>,
    bundles: Vec<&'h Found<Bundle>>,
}

impl<'h> Asked<'h> {
    fn of(all: &'h Hotspots, only: Option<MunicipalityNo>) -> Self {
        let asked = |home: Option<MunicipalityNo>| only.is_none() || home == only;
        let mut crowds: Vec<_> = all.crowds.iter().filter(|one| asked(one.municipality)).collect();
        crowds.sort_by_key(|one| Reverse((one.overdue, one.spot.problems.len())));
        let mut cells: Vec<_> = all.cells.iter().filter(|one| asked(one.municipality)).collect();
        let urgency = |one: &&Found<HotCell>| CATEGORIES.iter().position(|name| *name == one.spot.category);
        cells.sort_by_key(|one| (urgency(one), Reverse(one.spot.open)));
        let mut bundles: Vec<_> = all.bundles.iter().filter(|one| asked(one.municipality)).collect();
        bundles.sort_by_key(|one| (!one.spot.replacement_pays(), Reverse(one.spot.problems.len())));
        Self { crowds, cells, bundles }
    }
}

/// The page of the region, or of the municipality that the conditions name.
pub fn page(ask: &Ask<'_>) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let only = ask.subject()?.map(|m| m.no);
    let all = ask.atlas.hotspots.of(&ask.reading);
    let asked = Asked::of(&all, only);
    let told = told(ask, &asked);
    let map_title = speech.say("hotspots.map");
    let map = marks_map(ask, only, &marks(ask, &asked), &Caption { title: &map_title, description: &told });
    let body = html! {
        p.lead { (told) }
        p { (speech.say("hotspots.next")) }
        (place_form(ask, "/hotspots"))
        div.split {
            section {
                h2 { (speech.say("hotspots.crowds")) }
                (crowd_table(ask, &asked.crowds))
                h2 { (speech.say("hotspots.streets")) }
                p { (speech.say("hotspots.streets_about")) " " (prices(ask)) }
                (bundle_table(ask, &asked.bundles))
            }
            section {
                @if let Some(map) = map {
                    h2 { (map_title) }
                    (map)
                    p.soft.small { (speech.say("hotspots.map_note")) }
                }
                @if !asked.crowds.is_empty() {
                    h2 { (speech.say("hotspots.spheres")) }
                    (sphere_table(ask, &asked.crowds))
                }
            }
        }
        h2 { (speech.say("hotspots.cells")) }
        p { (speech.say("hotspots.cells_about")) }
        (cell_table(ask, &asked.cells))
        p.screen {
            a href=(ask.evidence("/ogc/collections/hotspots/items", &[("limit", "1000")])) { "GeoJSON" } " · "
            a href=(ask.evidence("/ogc/collections/hotspots/items", &[("f", "csv"), ("limit", "1000")])) { "CSV" } " · "
            a href=(ask.href("/method")) { (speech.say("rating.to_method")) }
        }
    };
    let title = speech.fill("hotspots.title", &[("place", &ask.place_name())]);
    Ok(document(ask, &Head { title, description: told.clone(), section: "/hotspots" }, &body))
}

/// What a municipality's page says of it: the largest crowds, and where to read on.
pub fn section(ask: &Ask<'_>, m: &Municipality) -> Markup {
    let speech = &ask.speech;
    let all = ask.atlas.hotspots.of(&ask.reading);
    let asked = Asked::of(&all, Some(m.no));
    html! {
        p { (as_heading(&counts(ask, &asked))) "." }
        ul {
            @for crowd in asked.crowds.iter().take(FIRST) {
                li {
                    a href=(objects(ask, crowd, &crowd.spot.hull)) { (ask.category_called(&crowd.sphere)) }
                    ", " (metres(ask, crowd.spot.radius_m)) ": "
                    a href=(evidence(ask, &crowd.id)) { (speech.counted("unit.objects", crowd.spot.problems.len() as i64)) }
                    @if let Some(overdue) = crowd.overdue.filter(|n| *n > 0) {
                        ", " (speech.counted("unit.overdue", i64::from(overdue)))
                    }
                }
            }
        }
        p.screen { a href=(ask.same_day("/hotspots", &[("mun", &m.slug)])) { (speech.say("page.hotspots")) } }
    }
}

fn told(ask: &Ask<'_>, asked: &Asked<'_>) -> String {
    let speech = &ask.speech;
    let counts = counts(ask, asked);
    let mut sentences = vec![speech.fill("hotspots.told", &[("day", &ask.as_of()), ("counts", &counts)])];
    if let Some(first) = asked.crowds.first() {
        let arguments = [
            ("sphere", ask.category_called(&first.sphere)),
            ("place", ask.municipality_numbered(first.municipality)),
            ("n", speech.counted("unit.objects", first.spot.problems.len() as i64)),
            ("overdue", speech.number(i64::from(first.overdue.unwrap_or(0)))),
        ];
        let arguments = arguments.each_ref().map(|(name, value)| (*name, value.as_str()));
        sentences.push(speech.fill("hotspots.first", &arguments));
    }
    let pays = asked.bundles.iter().filter(|one| one.spot.replacement_pays()).count();
    if pays > 0 {
        sentences.push(speech.fill("hotspots.pays_told", &[("n", &speech.number(pays as i64))]));
    }
    sentences.join(" ")
}

/// How many of each kind, and in how many problems; one that is in crowds of two radii counts once.
fn counts(ask: &Ask<'_>, asked: &Asked<'_>) -> String {
    let n = |n: usize| ask.speech.number(n as i64);
    let hot = asked.cells.iter().filter(|one| one.spot.category != "historical").count();
    let arguments = [
        ("crowds", n(asked.crowds.len())),
        ("objects", n(distinct(&asked.crowds))),
        ("cells", n(hot)),
        ("streets", n(asked.bundles.len())),
    ];
    ask.speech.fill("hotspots.counts", &arguments.each_ref().map(|(name, value)| (*name, value.as_str())))
}

fn distinct(crowds: &[&Found<Crowd>]) -> usize {
    crowds.iter().flat_map(|one| &one.spot.problems).collect::<BTreeSet<_>>().len()
}

/// The hot spot itself with its numbers: its feature of the same day.
fn evidence(ask: &Ask<'_>, id: &str) -> String {
    ask.evidence(&format!("/ogc/collections/hotspots/items/{id}"), &[])
}

/// The open objects of its sphere in the box of a hot spot: its own, and those between them that stand alone.
fn objects<T>(ask: &Ask<'_>, found: &Found<T>, corners: &[Position]) -> String {
    let [west, south, east, north] =
        Bounds::around(corners.iter().copied()).map_or([0.0; 4], |b| b.degrees());
    let bbox = format!("{west:.7},{south:.7},{east:.7},{north:.7}");
    let mut conditions = vec![("bbox", bbox.as_str()), ("status", "open")];
    if !found.sphere.is_empty() {
        conditions.push(("cat", &found.sphere));
    }
    ask.same_day("/table", &conditions)
}

fn map_link(ask: &Ask<'_>, place: Option<Position>, zoom: u8) -> Markup {
    html! { @if let Some(place) = place { a href=(ask.map_at(place, zoom, "hotspots")) { (ask.speech.say("table.on_map")) } } }
}

fn metres(ask: &Ask<'_>, length_m: f64) -> String {
    ask.speech.fill("unit.metres", &[("n", &ask.speech.decimal(length_m, 0))])
}

/// The head of a row: the sphere, which leads to the objects, and the municipality.
fn row_head<T>(ask: &Ask<'_>, found: &Found<T>, corners: &[Position]) -> Markup {
    html! {
        th scope="row" {
            a href=(objects(ask, found, corners)) { (ask.category_called(&found.sphere)) }
            br;
            span.soft.small { (ask.municipality_numbered(found.municipality)) }
        }
    }
}

fn crowd_table(ask: &Ask<'_>, crowds: &[&Found<Crowd>]) -> Markup {
    let say = |key: &str| ask.speech.say(key);
    if crowds.is_empty() {
        return html! { p { (say("hotspots.none")) } };
    }
    html! {
        div.scroll {
            table {
                caption { (shown(ask, "hotspots.crowds_note", crowds.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (say("hotspots.column_sphere")) }
                        th.n scope="col" { (say("column.overdue")) }
                        th.n scope="col" { (say("column.open")) }
                        th scope="col" { (say("hotspots.column_radius")) }
                        th scope="col" { (say("hotspots.column_map")) }
                    }
                }
                tbody {
                    @for crowd in crowds.iter().take(SHOWN) {
                        tr {
                            (row_head(ask, crowd, &crowd.spot.hull))
                            (number_cell(ask, i64::from(crowd.overdue.unwrap_or(0)), &evidence(ask, &crowd.id)))
                            (number_cell(ask, crowd.spot.problems.len() as i64, &evidence(ask, &crowd.id)))
                            td { (metres(ask, crowd.spot.radius_m)) }
                            td { (map_link(ask, centre(&crowd.spot.hull), CROWD_ZOOM)) }
                        }
                    }
                }
            }
        }
    }
}

/// The middle of the box around places.
fn centre(corners: &[Position]) -> Option<Position> {
    let [west, south, east, north] = Bounds::around(corners.iter().copied())?.degrees();
    Position::parse_degrees((west + east) / 2.0, (south + north) / 2.0).ok()
}

/// Crowds summed by sphere and radius.
fn sphere_table(ask: &Ask<'_>, crowds: &[&Found<Crowd>]) -> Markup {
    let say = |key: &str| ask.speech.say(key);
    let why = ask.evidence("/ogc/collections/hotspots/items", &[("limit", "1000")]);
    // Radii are whole metres.
    let mut groups: BTreeMap<(&str, u32), Vec<&Found<Crowd>>> = BTreeMap::new();
    for crowd in crowds {
        groups.entry((&crowd.sphere, crowd.spot.radius_m as u32)).or_default().push(crowd);
    }
    html! {
        div.scroll {
            table {
                caption { (say("hotspots.spheres_note")) }
                thead {
                    tr {
                        th scope="col" { (say("hotspots.column_sphere")) }
                        th scope="col" { (say("hotspots.column_radius")) }
                        th.n scope="col" { (say("hotspots.column_crowds")) }
                        th.n scope="col" { (say("column.open")) }
                    }
                }
                tbody {
                    @for ((sphere, radius_m), crowds) in &groups {
                        tr {
                            th scope="row" { (ask.category_called(sphere)) }
                            td { (metres(ask, f64::from(*radius_m))) }
                            (number_cell(ask, crowds.len() as i64, &why))
                            (number_cell(ask, distinct(crowds) as i64, &why))
                        }
                    }
                }
            }
        }
    }
}

/// What replacement is reckoned at, and that these prices are placeholders.
fn prices(ask: &Ask<'_>) -> Markup {
    let speech = &ask.speech;
    let rule = HotspotRule::builtin();
    let listed: Vec<String> = rule
        .bundles
        .prices
        .iter()
        .map(|one| format!("{}: {}", ask.category_called(&one.sphere), cost_words(ask, Some(one.rub_per_m))))
        .collect();
    html! {
        (speech.fill("hotspots.prices", &[("prices", &listed.join("; "))])) " "
        a href="/api/method" { (speech.say("hotspots.prices_why")) }
    }
}

fn bundle_table(ask: &Ask<'_>, bundles: &[&Found<Bundle>]) -> Markup {
    let say = |key: &str| ask.speech.say(key);
    if bundles.is_empty() {
        return html! { p { (say("hotspots.no_streets")) } };
    }
    html! {
        div.scroll {
            table {
                caption { (shown(ask, "hotspots.streets_note", bundles.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (say("hotspots.column_sphere")) }
                        th.n scope="col" { (say("column.open")) }
                        th.n scope="col" { (say("hotspots.column_length")) }
                        th.n scope="col" { (say("hotspots.column_patch")) }
                        th.n scope="col" { (say("hotspots.column_replace")) }
                        th scope="col" { (say("hotspots.column_verdict")) }
                        th scope="col" { (say("hotspots.column_map")) }
                    }
                }
                tbody {
                    @for bundle in bundles.iter().take(SHOWN) { (bundle_row(ask, bundle)) }
                }
            }
        }
    }
}

fn bundle_row(ask: &Ask<'_>, found: &Found<Bundle>) -> Markup {
    let speech = &ask.speech;
    let bundle = &found.spot;
    let why = evidence(ask, &found.id);
    let known = speech.fill("hotspots.known", &[("share", &speech.share(bundle.patch_coverage))]);
    html! {
        tr {
            (row_head(ask, found, &bundle.ends))
            (number_cell(ask, bundle.problems.len() as i64, &why))
            td.n { a href=(why) { (metres(ask, bundle.length_m)) } }
            td.n {
                @match bundle.patch_rub {
                    Some(patch) => { a href=(why) { (cost_words(ask, Some(patch))) } br; span.soft.small { (known) } }
                    None => (cost_words(ask, None)),
                }
            }
            td.n { a href=(why) { (cost_words(ask, Some(bundle.replace_rub))) } }
            td { @if bundle.replacement_pays() { strong { (speech.say("hotspots.pays")) } } @else { (speech.say("hotspots.not_shown")) } }
            td { (map_link(ask, centre(&bundle.ends), STREET_ZOOM)) }
        }
    }
}

fn cell_table(ask: &Ask<'_>, cells: &[&Found<HotCell>]) -> Markup {
    let speech = &ask.speech;
    let say = |key: &str| speech.say(key);
    let months = HotspotRule::builtin().months as i64;
    if cells.is_empty() {
        return html! { p { (say("hotspots.no_cells")) } };
    }
    html! {
        div.scroll {
            table {
                caption { (shown(ask, "hotspots.cells_note", cells.len(), SHOWN)) }
                thead {
                    tr {
                        th scope="col" { (say("column.municipality")) }
                        th.n scope="col" { (say("column.open")) }
                        th scope="col" { (say("hotspots.column_category")) }
                        th.n scope="col" { (say("hotspots.column_months")) }
                        th scope="col" { (say("hotspots.column_map")) }
                    }
                }
                tbody {
                    @for cell in cells.iter().take(SHOWN) {
                        @let ring = cell.spot.cell.ring();
                        tr {
                            th scope="row" { a href=(objects(ask, cell, &ring)) { (ask.municipality_numbered(cell.municipality)) } }
                            (number_cell(ask, i64::from(cell.spot.open), &evidence(ask, &cell.id)))
                            td {
                                strong { (say(&format!("cell.{}", cell.spot.category))) }
                                ": " (say(&format!("cell.{}_words", cell.spot.category)))
                            }
                            td.n {
                                a href=(evidence(ask, &cell.id)) {
                                    (speech.fill("hotspots.months", &[("n", &speech.number(i64::from(cell.spot.hot_months))), ("all", &speech.number(months))]))
                                }
                            }
                            td { (map_link(ask, Some(cell.spot.cell.centre()), CELL_ZOOM)) }
                        }
                    }
                }
            }
        }
    }
}

/// Crowds on the map, the smaller and more urgent ones on top.
fn marks(ask: &Ask<'_>, asked: &Asked<'_>) -> Vec<Mark> {
    let speech = &ask.speech;
    let mark = |crowd: &&Found<Crowd>| {
        let n = crowd.spot.problems.len();
        let overdue = i64::from(crowd.overdue.unwrap_or(0));
        let told = format!(
            "{}, {}: {}, {}",
            ask.category_called(&crowd.sphere),
            ask.municipality_numbered(crowd.municipality),
            speech.counted("unit.objects", n as i64),
            speech.counted("unit.overdue", overdue)
        );
        // Areas go with counts, within what can be seen and what hides no neighbours.
        let radius = (1.8 * (n as f64).sqrt()).clamp(4.0, 14.0);
        Some(Mark { place: centre(&crowd.spot.hull)?, told, radius, presses: overdue > 0 })
    };
    let mut marks: Vec<Mark> = asked.crowds.iter().filter_map(mark).collect();
    marks.sort_by(|a, b| b.radius.total_cmp(&a.radius).then(a.presses.cmp(&b.presses)));
    marks
}
