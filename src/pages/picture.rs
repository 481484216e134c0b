//! The map of a selection as a PNG file: for sites, letters and previews that take nothing but a picture.

use super::ask::{Ask, Theme as Look};
use super::parts::summary_of;
use super::summary::paragraph;
use crate::domain::{MunicipalityNo, Status};
use crate::messages::Language;
use crate::render::numbers;
use crate::render::palette::Theme;
use crate::render::poster::{self, Land, Poster};
use crate::render::spread::{Spreading, spread};
use crate::render::symbols::{Group, Placed, Shares, Style, Symbol};
use crate::service::ReadError;
use crate::service::features::{Collection, FeatureQuery};
use crate::service::land::{Area, LandMap};
use crate::service::order::Order;
use crate::service::overview::Sums;
use crate::service::public::PublicProblem;

/// Symbols of single problems on the picture of one municipality.
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
pub fn draw(ask: &Ask<'_>, size: Size) -> Result<Option<Vec<u8>>, ReadError> {
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let only = ask.subject()?.map(|m| m.no);
    let Some(map) = ask.atlas.land_maps.of(&ask.reading, only) else { return Ok(None) };
    let density = f64::from(size.width * size.scale) / map.width;
    let style = Style {
        theme: if ask.theme == Some(Look::Dark) { Theme::Dark } else { Theme::Light },
        language: match ask.speech.language {
            Language::Ru => numbers::Language::Ru,
            Language::En => numbers::Language::En,
        },
        density: density as f32,
        donut_scale: DONUT_SCALE,
        point_scale: 0.85,
    };
    let symbols = match only {
        Some(_) => points(&map, &most_urgent(ask)?, density),
        None => {
            let sums =
                |no: MunicipalityNo| overview.municipalities.get(no.index()).copied().unwrap_or_default();
            donuts(&map, sums, &style)
        }
    };
    let is_subject = |area: &Area| only.is_none_or(|no| no == area.no);
    let poster = Poster {
        size: (map.width, map.height),
        land: map
            .areas
            .iter()
            .map(|area| Land { rings: &area.rings, is_subject: is_subject(area) })
            .collect(),
        symbols,
        day: day_of(ask),
        told: paragraph(&ask.speech, &summary_of(ask, &overview)),
    };
    Ok(Some(poster::draw(&poster, &style)))
}

/// Height that belongs to a width; `None` without borders.
pub fn height_of(ask: &Ask<'_>, width: u32) -> Result<Option<u32>, ReadError> {
    let only = ask.subject()?.map(|m| m.no);
    let map = ask.atlas.land_maps.of(&ask.reading, only);
    Ok(map.map(|map| (f64::from(width) * map.height / map.width).round() as u32))
}

fn day_of(ask: &Ask<'_>) -> String {
    let zone = ask.reading.snapshot.dictionary.calendar.zone();
    let day = zone.day_of(ask.reading.now);
    format!("{:02}.{:02}.{}", day.day(), day.month(), day.year())
}

fn most_urgent(ask: &Ask<'_>) -> Result<Vec<PublicProblem>, ReadError> {
    let order = Some(Order::parse(Collection::Problems, "urgency")?);
    let query = FeatureQuery { filter: ask.filter.clone(), order, limit: POINTS, token: None };
    Ok(ask.atlas.list_problems(&ask.reading, &query)?.rows)
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
        .map(|(place, symbol)| at(place, symbol, f64::from(style.density)))
        .collect();
    placed.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    placed
}

fn points(map: &LandMap, problems: &[PublicProblem], density: f64) -> Vec<Placed> {
    let placed = |problem: &PublicProblem| {
        Some(at(map.place(problem.place)?, Symbol::Point(group_of(problem), None), density))
    };
    let mut points: Vec<Placed> = problems.iter().filter_map(placed).collect();
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
