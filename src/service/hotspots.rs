//! Hot spots as features: crowds of open problems, and cells of the map that are hot.

use std::sync::Arc;

use moka::sync::Cache;

use super::Reading;
use super::features::Feature;
use super::public::OwnedValue;
use super::ratings::scope;
use crate::analytics::columns::NO_TIME;
use crate::analytics::hotspots::{Crowd, HotCell, HotspotRule, Spot, crowds, hot_cells};
use crate::analytics::selection::Selection;
use crate::domain::{ProblemNo, Quality, QualityFlags, Status, Timestamp};
use crate::geometry::{Mercator, Position, Shape};
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;

/// Hot spots of versions and days that are kept.
const KEPT: u64 = 8;
/// Most ids in one feature: the rest is found with the filter's `bbox`.
const MAX_IDS: usize = 200;

/// Hot spots that were found.
pub struct HotspotCache {
    kept: Cache<String, Arc<Vec<Feature>>>,
}

impl Default for HotspotCache {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT) }
    }
}

impl HotspotCache {
    /// The features of a world: crowds by sphere and radius, then cells.
    ///
    /// Cost: see [`crowds`] and [`hot_cells`] the first time a version is asked for on a day; then nothing.
    #[must_use]
    pub fn of(&self, reading: &Reading) -> Arc<Vec<Feature>> {
        self.kept.get_with(format!("hotspots/{}", scope(reading)), || Arc::new(found(reading)))
    }
}

fn found(reading: &Reading) -> Vec<Feature> {
    let rule = HotspotRule::builtin();
    let spots = spots_of(reading);
    let dictionary = &reading.snapshot.dictionary;
    let code = |sphere: u16| {
        dictionary.categories.get(usize::from(sphere)).map_or_else(String::new, |c| c.code.clone())
    };
    let crowds = crowds(&spots, reading.now, rule, code);
    let cells = hot_cells(&spots, reading.now, rule);
    let crowds = crowds.iter().map(|crowd| crowd_feature(reading, crowd, &code(crowd.sphere), rule));
    crowds.chain(cells.iter().map(|cell| cell_feature(cell, rule))).collect()
}

/// The public problems with a place of their own and known dates.
fn spots_of(reading: &Reading) -> Vec<Spot> {
    let (layer, dictionary) = (&reading.snapshot.problems, &reading.snapshot.dictionary);
    let spheres: Vec<u16> = dictionary
        .categories
        .iter()
        .map(|category| {
            dictionary.find_category(category.sphere()).map_or(category.no.0, |sphere| sphere.no.0)
        })
        .collect();
    let parts = layer.parts();
    let mut spots = Vec::new();
    Layer::<ProblemColumns>::view(&parts, &Selection::default(), reading.today).for_each(|part, row| {
        let columns = &layer.segments()[part].columns;
        let doubts = QualityFlags(columns.flags[row]);
        let astray = [Quality::FallbackCoordinate, Quality::NullIsland, Quality::LonEqualsLat];
        let status = Status::from_number(columns.status[row]).unwrap_or(Status::Registered);
        let closed = columns.closed_at[row];
        let (opened, category) = (columns.opened_at[row], usize::from(columns.category[row]));
        let datable = opened != NO_TIME && (!status.is_closed() || closed != NO_TIME);
        if datable && !astray.into_iter().any(|doubt| doubts.contains(doubt)) {
            spots.push(Spot {
                number: columns.number[row],
                place: columns.place(row),
                sphere: spheres.get(category).copied().unwrap_or(u16::MAX),
                opened_at: Timestamp(opened),
                closed_at: status.is_closed().then_some(Timestamp(closed)),
            });
        }
    });
    spots
}

fn crowd_feature(reading: &Reading, crowd: &Crowd, sphere: &str, rule: &HotspotRule) -> Feature {
    let ids = &reading.snapshot.dictionary.ids;
    let listed: Vec<String> =
        crowd.problems.iter().take(MAX_IDS).map(|n| ids.problem(ProblemNo(*n))).collect();
    let shape = match crowd.hull[..] {
        [place] => Shape::Point(place),
        [a, b] => Shape::Lines(vec![vec![a, b]]),
        _ => Shape::Polygons(vec![vec![crowd.hull.clone()]]),
    };
    let first = listed.first().map_or("", String::as_str);
    let id = format!("crowd-{sphere}-{}-{first}", crowd.radius_m);
    let properties = vec![
        ("kind", text("crowd")),
        ("sphere", text(sphere)),
        ("radius_m", OwnedValue::Float(crowd.radius_m)),
        ("point_count", count(crowd.problems.len() as u32)),
        ("core_count", count(crowd.core)),
        ("category", OwnedValue::Null),
        ("z", OwnedValue::Null),
        ("p", OwnedValue::Null),
        ("p_adjusted", OwnedValue::Null),
        ("hot_months", OwnedValue::Null),
        ("trend_z", OwnedValue::Null),
        ("trend_p", OwnedValue::Null),
        ("problems", text(&listed.join(","))),
        ("method_version", text(&rule.version)),
    ];
    Feature::new(id, shape, properties)
}

fn cell_feature(cell: &HotCell, rule: &HotspotRule) -> Feature {
    let shift = 32 - u32::from(rule.zoom);
    let ((column, row), side) = (cell.cell, 1u64 << shift);
    let corner = |x: u64, y: u64| -> Position {
        let edge = |at: u64| (at * side).min(u64::from(u32::MAX)) as u32;
        Mercator { x: edge(u64::from(column) + x), y: edge(u64::from(row) + y) }.position()
    };
    let ring = vec![corner(0, 1), corner(1, 1), corner(1, 0), corner(0, 0)];
    let properties = vec![
        ("kind", text("cell")),
        ("sphere", OwnedValue::Null),
        ("radius_m", OwnedValue::Null),
        ("point_count", count(cell.open)),
        ("core_count", OwnedValue::Null),
        ("category", text(cell.category)),
        ("z", OwnedValue::Float(cell.now.z)),
        ("p", OwnedValue::Float(cell.now.p)),
        ("p_adjusted", OwnedValue::Float(cell.adjusted_p)),
        ("hot_months", count(cell.hot_months)),
        ("trend_z", OwnedValue::Float(cell.trend.z)),
        ("trend_p", OwnedValue::Float(cell.trend.p)),
        ("problems", OwnedValue::Null),
        ("method_version", text(&rule.version)),
    ];
    Feature::new(format!("cell-{}-{column}-{row}", rule.zoom), Shape::Polygons(vec![vec![ring]]), properties)
}

fn text(value: &str) -> OwnedValue {
    OwnedValue::Text(value.to_owned())
}

fn count(n: u32) -> OwnedValue {
    OwnedValue::Int(i64::from(n))
}
