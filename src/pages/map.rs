//! Pictures of the region and of one municipality as SVG: borders, rings by state, classes by rating.
//!
//! Colours stand in the picture as attributes, so that it is whole as a file of its own; on a page the stylesheet's rules win
//! over them, and the picture follows the reader's look. Without a page around it it has the look that the address asks for.

use std::f64::consts::TAU;

use maud::{Markup, PreEscaped, html};

use super::ask::{Ask, Theme as Look};
use super::glyph::{glyph, key, px};
use super::parts::due_words;
use super::picture::group_of;
use crate::domain::MunicipalityNo;
use crate::geometry::Position;
use crate::render::palette::{Ground, Theme, class_colours, ground, palette, status_colour};
use crate::render::symbols::Group;
use crate::service::land::{Area, LandMap};
use crate::service::overview::Sums;
use crate::service::public::PublicProblem;

/// Radii of rings by the number of problems.
const RADII_PX: [(u32, f64); 5] = [(1_000, 22.0), (300, 19.0), (100, 16.0), (30, 14.0), (0, 12.0)];
/// Room for the number within a ring: its radius less this.
const RING_PX: f64 = 5.0;
/// Widths of the arcs: what presses is broad, so that it is told without its colour too.
const ARCS_PX: [(&str, f64); 4] = [("new", 4.0), ("in_work", 5.5), ("overdue", 8.0), ("resolved", 2.5)];

/// Name and description of a picture: its text twin.
pub struct Caption<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The same in a paragraph.
    pub description: &'a str,
}

/// The theme of a picture by the look that is asked for: light when the device chooses.
#[must_use]
pub fn theme_of(ask: &Ask<'_>) -> Theme {
    match ask.theme {
        None | Some(Look::Light) => Theme::Light,
        Some(Look::Dark) => Theme::Dark,
        Some(Look::Contrast) => Theme::Contrast,
    }
}

/// The region with a ring at each seat: how many of a unit, in which states, by number of the municipality. Each leads to its
/// municipality.
#[must_use]
pub fn region_map(ask: &Ask<'_>, sums: &[Sums], unit: &str, caption: &Caption<'_>) -> Option<Markup> {
    let map = ask.atlas.land_maps.of(&ask.reading, None)?;
    let dictionary = &ask.reading.snapshot.dictionary;
    let sums = |no: MunicipalityNo| sums.get(no.index()).copied().unwrap_or_default();
    let told = |area: &Area| {
        let name = dictionary.municipality(area.no).map_or("", |m| ask.municipality_name(m));
        let sums = sums(area.no);
        let objects = ask.speech.counted(unit, i64::from(sums.count));
        let overdue = ask.speech.counted("unit.overdue", i64::from(sums.overdue));
        format!("{name}: {objects}, {overdue}")
    };
    let slug = |area: &Area| dictionary.municipality(area.no).map_or("", |m| m.slug.as_str());
    // The largest ring last, on top: it is what most readers look for.
    let mut rings: Vec<&Area> = map.areas.iter().filter(|area| sums(area.no).count > 0).collect();
    rings.sort_by_key(|area| (sums(area.no).count, area.no));
    let inner = html! {
        @for area in &map.areas {
            a href=(ask.href(&format!("/m/{}", slug(area)))) aria-label=(told(area)) {
                (outline(ask, area, "area", &ground(theme_of(ask)).land))
                title { (told(area)) }
            }
        }
        g aria-hidden="true" pointer-events="none" {
            @for area in rings { (ring(&sums(area.no), area.seat, ask)) }
        }
    };
    Some(picture(ask, &map, caption, &inner))
}

/// One municipality with its problems as dots.
#[must_use]
pub fn municipality_map(
    ask: &Ask<'_>,
    no: MunicipalityNo,
    problems: &[PublicProblem],
    caption: &Caption<'_>,
) -> Option<Markup> {
    let dots: Vec<Dot> = problems.iter().map(|problem| dot_of(ask, problem)).collect();
    dots_map(ask, no, &dots, caption)
}

/// A single thing on a map.
pub struct Dot {
    /// Where it is.
    pub place: Position,
    /// How it is coloured.
    pub group: Group,
    /// What it is, in words.
    pub told: String,
}

/// The dot of a problem.
#[must_use]
pub fn dot_of(ask: &Ask<'_>, problem: &PublicProblem) -> Dot {
    let due = due_words(ask, problem.status, problem.overdue, problem.current_due.as_deref());
    Dot { place: problem.place, group: group_of(problem), told: format!("{}: {due}", problem.title) }
}

/// One municipality with dots in it, the most urgent first.
#[must_use]
pub fn dots_map(ask: &Ask<'_>, no: MunicipalityNo, dots: &[Dot], caption: &Caption<'_>) -> Option<Markup> {
    let map = ask.atlas.land_maps.of(&ask.reading, Some(no))?;
    let ground = ground(theme_of(ask));
    let mut dots: Vec<(&Dot, (f64, f64))> =
        dots.iter().filter_map(|dot| Some((dot, map.place(dot.place)?))).collect();
    // The most urgent ones last, on top.
    dots.reverse();
    let inner = html! {
        @for area in map.areas.iter().filter(|area| area.no != no) { (outline(ask, area, "beside", &ground.sea)) }
        @for area in map.areas.iter().filter(|area| area.no == no) { (outline(ask, area, "area", &ground.land)) }
        @for (dot, at) in dots { (drawn(ask, dot, at)) }
    };
    Some(picture(ask, &map, caption, &inner))
}

/// Something at a place of the region.
pub struct Mark {
    /// Where.
    pub place: Position,
    /// What, in words.
    pub told: String,
    /// Half its width, px.
    pub radius: f64,
    /// It presses: a square in the colour of the overdue, where the others are discs.
    pub presses: bool,
}

/// The region, or one municipality, with marks at places. Each area leads to its municipality.
#[must_use]
pub fn marks_map(
    ask: &Ask<'_>,
    only: Option<MunicipalityNo>,
    marks: &[Mark],
    caption: &Caption<'_>,
) -> Option<Markup> {
    let map = ask.atlas.land_maps.of(&ask.reading, only)?;
    let (dictionary, ground) = (&ask.reading.snapshot.dictionary, ground(theme_of(ask)));
    let colour = |id| status_colour(id, theme_of(ask));
    let inner = html! {
        @for area in &map.areas {
            @if only.is_none_or(|no| no == area.no) {
                @if let Some(m) = dictionary.municipality(area.no) {
                    a href=(ask.same_day(&format!("/m/{}", m.slug), &[])) aria-label=(ask.municipality_name(m)) {
                        (outline(ask, area, "area", &ground.land))
                        title { (ask.municipality_name(m)) }
                    }
                }
            } @else { (outline(ask, area, "beside", &ground.sea)) }
        }
        @for (mark, (x, y)) in marks.iter().filter_map(|mark| Some((mark, map.place(mark.place)?))) {
            @let (r, side) = (mark.radius, 2.0 * mark.radius);
            @if mark.presses {
                rect.dot.overdue x=(px(x - r)) y=(px(y - r)) width=(px(side)) height=(px(side)) fill=(colour("overdue")) stroke=(ground.land) { title { (mark.told) } }
            } @else {
                circle.dot.in-work cx=(px(x)) cy=(px(y)) r=(px(r)) fill=(colour("in_work")) stroke=(ground.land) { title { (mark.told) } }
            }
        }
    };
    Some(picture(ask, &map, caption, &inner))
}

/// The region coloured by classes; an area without one is hatched.
#[must_use]
pub fn class_map(
    ask: &Ask<'_>,
    class_of: impl Fn(MunicipalityNo) -> Option<usize>,
    told: impl Fn(MunicipalityNo) -> String,
    caption: &Caption<'_>,
) -> Option<Markup> {
    let map = ask.atlas.land_maps.of(&ask.reading, None)?;
    let colours = class_colours(theme_of(ask));
    let dictionary = &ask.reading.snapshot.dictionary;
    let slug = |no: MunicipalityNo| dictionary.municipality(no).map_or("", |m| m.slug.as_str());
    let inner = html! {
        (hatching(ask))
        @for area in &map.areas {
            a href=(ask.href(&format!("/m/{}", slug(area.no)))) aria-label=(told(area.no)) {
                @match class_of(area.no) {
                    Some(class) => (outline(ask, area, &format!("area class-{class}"), colours[class])),
                    None => (outline(ask, area, "area no-data", "url(#no-data)")),
                }
                title { (told(area.no)) }
            }
        }
    };
    Some(picture(ask, &map, caption, &inner))
}

/// A map with a ring around a place.
#[must_use]
pub fn with_ring(ask: &Ask<'_>, map: Markup, place: Option<(f64, f64)>) -> Markup {
    let Some((x, y)) = place else { return map };
    let ground = ground(theme_of(ask));
    let ring = html! {
        g fill="none" {
            circle cx=(px(x)) cy=(px(y)) r="13" stroke=(ground.halo) stroke-width="5.5" {}
            circle cx=(px(x)) cy=(px(y)) r="13" stroke=(ground.text) stroke-width="2.5" {}
        }
    };
    let text = map.into_string();
    let end = text.rfind("</svg>").unwrap_or(text.len());
    PreEscaped(format!("{}{}{}", &text[..end], ring.into_string(), &text[end..]))
}

fn picture(ask: &Ask<'_>, map: &LandMap, caption: &Caption<'_>, inner: &Markup) -> Markup {
    let sea = &ground(theme_of(ask)).sea;
    html! {
        svg.map xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {} {}", map.width, map.height))
            width=(map.width) height=(map.height) role="group" aria-labelledby="map-title" aria-describedby="map-desc" {
            title #map-title { (caption.title) }
            desc #map-desc { (caption.description) }
            rect.sea width="100%" height="100%" fill=(sea) {}
            (inner)
        }
    }
}

/// What areas without data are filled with, under the name `no-data`.
fn hatching(ask: &Ask<'_>) -> Markup {
    let Ground { land, border, .. } = ground(theme_of(ask));
    html! {
        defs {
            pattern.hatching #no-data width="8" height="8" patternUnits="userSpaceOnUse" {
                rect.area width="8" height="8" fill=(land) {}
                path d="M-1 9 9-1M-1 1 1-1M7 9 9 7" stroke=(border) stroke-width="1" opacity=".45" {}
            }
        }
    }
}

fn outline(ask: &Ask<'_>, area: &Area, class: &str, fill: &str) -> Markup {
    let border = &ground(theme_of(ask)).border;
    html! { path class=(class) d=(PreEscaped(&area.path)) fill=(fill) stroke=(border) stroke-width=".8" {} }
}

fn ring(sums: &Sums, (x, y): (f64, f64), ask: &Ask<'_>) -> Markup {
    let radius = RADII_PX.iter().find(|(from, _)| sums.count >= *from).map_or(12.0, |(_, radius)| *radius);
    let counts = [sums.new, sums.in_work, sums.overdue, sums.closed];
    let (theme, mut before) = (theme_of(ask), 0.0);
    let arcs: Vec<Markup> = ARCS_PX
        .into_iter()
        .zip(counts)
        .filter(|(_, n)| *n > 0)
        .map(|((id, width), n)| {
            let middle = radius - RING_PX + width / 2.0;
            let around = TAU * middle;
            let share = f64::from(n) / f64::from(sums.count);
            let (length, offset) = (around * share, around * (0.25 - before));
            before += share;
            let dashes = format!("{length:.1} {:.1}", around - length);
            html! {
                circle class=(format!("ring {}", id.replace('_', "-"))) cx=(px(x)) cy=(px(y)) r=(px(middle)) fill="none"
                    stroke=(status_colour(id, theme)) stroke-width=(px(width)) stroke-dasharray=(dashes) stroke-dashoffset=(px(offset)) {}
            }
        })
        .collect();
    let told = match sums.count {
        n if n < 10_000 => ask.speech.number(i64::from(n)),
        n => ask.speech.compact(f64::from(n)),
    };
    html! {
        circle.disc cx=(px(x)) cy=(px(y)) r=(px(radius)) fill=(ground(theme).halo) {}
        @for arc in &arcs { (arc) }
        text.in x=(px(x)) y=(px(y + 4.0)) text-anchor="middle" font-size="11" font-family="sans-serif" fill=(ground(theme).text) { (told) }
    }
}

fn drawn(ask: &Ask<'_>, dot: &Dot, at: (f64, f64)) -> Markup {
    let (group, theme) = (dot.group.id(), theme_of(ask));
    html! { g { title { (dot.told) } (glyph(group, at, 5.0, status_colour(group, theme), &ground(theme).land)) } }
}

/// The legend of states: form, colour, name.
#[must_use]
pub fn legend(ask: &Ask<'_>) -> Markup {
    html! {
        ul.keys {
            @for status in &palette().status {
                li { (key(status)) (ask.speech.say(&format!("group.{}", status.id))) }
            }
        }
    }
}

/// The same beside rings, whose arcs tell by their width which state they are of.
#[must_use]
pub fn ring_legend(ask: &Ask<'_>) -> Markup {
    html! { (legend(ask)) p.soft.small { (ask.speech.say("map.arcs")) } }
}
