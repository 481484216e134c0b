//! The map of a selection as a PNG file: for sites, letters and previews that take nothing but a picture.

use super::ask::Ask;
use super::embed_told::{Shown, Told, told};
use super::embed_view::View;
use super::map::{Dot, theme_of};
use super::sheet::{LEAST_WIDTH_PX, sheet};
use crate::domain::{MunicipalityNo, Status};
use crate::messages::Language;
use crate::render::numbers;
use crate::render::palette::class_colours;
use crate::render::poster::{self, Fill, Land, Poster};
use crate::render::spread::{Spreading, spread};
use crate::render::symbols::{Group, Placed, Shares, Style, Symbol};
use crate::service::ReadError;
use crate::service::land::{Area, LandMap};
use crate::service::overview::Sums;
use crate::service::public::PublicProblem;

/// Symbols of single things on the picture of one municipality.
const POINTS: usize = 400;
/// The picture is as wide as a hand: donuts are a little smaller than on the page.
const DONUT_SCALE: f32 = 0.8;

/// The size of a picture.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Width, pixels of the page.
    pub width: u32,
    /// Device pixels in a pixel, 1 or 2.
    pub scale: u32,
}

/// The picture; `None` without borders.
pub fn draw(ask: &Ask<'_>, view: &View, size: Size, stamp: &str) -> Result<Option<Vec<u8>>, ReadError> {
    let told = told(ask, view, POINTS)?;
    let only = subject_of(&told);
    let Some(map) = ask.atlas.land_maps.of(&ask.reading, only) else { return Ok(None) };
    let sheet = (size.width >= LEAST_WIDTH_PX).then(|| sheet(ask, &told, &map, stamp));
    let whole = sheet.as_ref().map_or(map.width, |sheet| sheet.width);
    let density = f64::from(size.width * size.scale) / whole;
    let theme = theme_of(ask);
    let style = Style {
        theme,
        language: match ask.speech.language {
            Language::Ru => numbers::Language::Ru,
            Language::En => numbers::Language::En,
        },
        density: density as f32,
        donut_scale: DONUT_SCALE,
        point_scale: 0.85,
    };
    let symbols = match &told.shown {
        Shown::Dots(_, dots) => points(&map, dots, density),
        Shown::Rings(sums, _) => donuts(&map, |no| sums.get(no.index()).copied().unwrap_or_default(), &style),
        Shown::Classes(_) => Vec::new(),
    };
    let colours = class_colours(theme);
    let fill = |area: &Area| match &told.shown {
        Shown::Classes(classes) => classes
            .get(area.no.index())
            .and_then(|(class, _)| *class)
            .map_or(Fill::Hatched, |n| Fill::Class(colours[n])),
        _ if only.is_none_or(|no| no == area.no) => Fill::Subject,
        _ => Fill::Beside,
    };
    let poster = Poster {
        size: (map.width, map.height),
        land: map.areas.iter().map(|area| Land { rings: &area.rings, fill: fill(area) }).collect(),
        symbols,
        marked: told.marked.as_ref().and_then(|marked| map.place(marked.place)),
        stamp: stamp.to_owned(),
        sheet,
        told: told.paragraph,
    };
    Ok(Some(poster::draw(&poster, &style)))
}

/// The municipality that a picture is of; `None` for the region.
#[must_use]
pub fn subject_of(told: &Told) -> Option<MunicipalityNo> {
    match told.shown {
        Shown::Dots(no, _) => Some(no),
        _ => None,
    }
}

/// Height that belongs to a width; `None` without borders.
#[must_use]
pub fn height_of(ask: &Ask<'_>, told: &Told, width: u32, stamp: &str) -> Option<u32> {
    let map = ask.atlas.land_maps.of(&ask.reading, subject_of(told))?;
    let size = match width {
        LEAST_WIDTH_PX.. => {
            let sheet = sheet(ask, told, &map, stamp);
            (sheet.width, sheet.height)
        }
        _ => (map.width, map.height),
    };
    Some((f64::from(width) * size.1 / size.0).round() as u32)
}

/// A donut for each municipality near its seat, moved apart so that none hides another.
fn donuts(map: &LandMap, sums: impl Fn(MunicipalityNo) -> Sums, style: &Style) -> Vec<Placed> {
    let counted = map.areas.iter().map(|area| (area.seat, sums(area.no))).filter(|(_, sums)| sums.count > 0);
    let symbol = |sums: &Sums| Symbol::Donut {
        count: sums.count,
        shares: Shares { overdue: sums.overdue, in_work: sums.in_work, new: sums.new, resolved: sums.closed },
    };
    let (homes, symbols): (Vec<Spreading>, Vec<Symbol>) = counted
        .map(|((x, y), sums)| {
            let symbol = symbol(&sums);
            let radius = f64::from(symbol.radius_px(style));
            (Spreading { x, y, radius, weight: f64::from(sums.count) }, symbol)
        })
        .unzip();
    let mut placed: Vec<Placed> = spread(&homes, None)
        .into_iter()
        .zip(symbols)
        .map(|((x, y), symbol)| {
            // What stands at the edge is moved in: half a symbol says nothing.
            let reach = f64::from(symbol.radius_px(style)) + 2.0;
            let inside = |n: f64, most: f64| n.max(reach).min(most - reach);
            at((inside(x, map.width), inside(y, map.height)), symbol, f64::from(style.density))
        })
        .collect();
    placed.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    placed
}

fn points(map: &LandMap, dots: &[Dot], density: f64) -> Vec<Placed> {
    let placed = |dot: &Dot| Some(at(map.place(dot.place)?, Symbol::Point(dot.group, None), density));
    let mut points: Vec<Placed> = dots.iter().filter_map(placed).collect();
    // What presses lies on top.
    points.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    points
}

fn at((x, y): (f64, f64), symbol: Symbol, density: f64) -> Placed {
    Placed { x: (x * density).round() as i64, y: (y * density).round() as i64, symbol }
}

/// The status group by which a problem is coloured, see `tiles/palette.toml`.
#[must_use]
pub fn group_of(problem: &PublicProblem) -> Group {
    match Status::parse(problem.status) {
        _ if problem.overdue => Group::Overdue,
        Some(status) if status.is_closed() => Group::Resolved,
        Some(Status::Registered | Status::Assigned) => Group::New,
        _ => Group::InWork,
    }
}
