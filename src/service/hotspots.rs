//! Hot spots as features: crowds of open problems, cells of the map that are hot, and bundles along streets.

use std::sync::Arc;

use moka::sync::Cache;

use super::Reading;
use super::features::Feature;
use super::hotspot_tiles::HotspotShapes;
use super::public::OwnedValue;
use super::ratings::scope;
use crate::analytics::bundles::{Bead, Bundle, bundles};
use crate::analytics::columns::NO_TIME;
use crate::analytics::hotspots::{Crowd, HotCell, HotspotRule, Spot, crowds, hot_cells};
use crate::analytics::selection::Selection;
use crate::domain::{Kopecks, ProblemNo, Quality, QualityFlags, Status, Timestamp};
use crate::geometry::Shape;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;

/// Hot spots of versions and days that are kept.
const KEPT: u64 = 8;
/// Most ids in one feature: the rest is found with the filter's `bbox`.
const MAX_IDS: usize = 200;

/// Hot spots that were found.
pub struct HotspotCache {
    kept: Cache<String, Arc<Vec<Feature>>>,
    shapes: Cache<String, Arc<HotspotShapes>>,
}

impl Default for HotspotCache {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT), shapes: Cache::new(KEPT) }
    }
}

impl HotspotCache {
    /// The features of a world: crowds by sphere and radius, then cells, then bundles.
    ///
    /// Cost: see [`crowds`], [`hot_cells`] and [`bundles`] the first time a version is asked for on a day; then nothing.
    #[must_use]
    pub fn of(&self, reading: &Reading) -> Arc<Vec<Feature>> {
        self.kept.get_with(format!("hotspots/{}", scope(reading)), || Arc::new(found(reading)))
    }

    /// The same, to be drawn into tiles.
    #[must_use]
    pub fn shapes_of(&self, reading: &Reading) -> Arc<HotspotShapes> {
        self.shapes.get_with(scope(reading), || Arc::new(HotspotShapes::of(self.of(reading))))
    }
}

fn found(reading: &Reading) -> Vec<Feature> {
    let rule = HotspotRule::builtin();
    let (spots, costs) = spots_of(reading);
    let dictionary = &reading.snapshot.dictionary;
    let code = |sphere: u16| {
        dictionary.categories.get(usize::from(sphere)).map_or_else(String::new, |c| c.code.clone())
    };
    let crowds = crowds(&spots, reading.now, rule, code);
    let cells = hot_cells(&spots, reading.now, rule);
    let crowds = crowds.iter().map(|crowd| crowd_feature(reading, crowd, &code(crowd.sphere), rule));
    let beads: Vec<Bead> = spots
        .iter()
        .zip(costs)
        .filter(|(spot, _)| spot.closed_at.is_none())
        .map(|(spot, cost)| Bead {
            number: spot.number,
            place: spot.place.position(),
            sphere: spot.sphere,
            cost,
        })
        .collect();
    let bundles = bundles(&beads, &rule.bundles, code);
    let bundles = bundles.iter().map(|bundle| bundle_feature(reading, bundle, &code(bundle.sphere), rule));
    crowds.chain(cells.iter().map(|cell| cell_feature(cell, rule))).chain(bundles).collect()
}

/// The public problems with a place of their own and known dates, and what each costs.
fn spots_of(reading: &Reading) -> (Vec<Spot>, Vec<Option<Kopecks>>) {
    let (layer, dictionary) = (&reading.snapshot.problems, &reading.snapshot.dictionary);
    let spheres: Vec<u16> = dictionary
        .categories
        .iter()
        .map(|category| {
            dictionary.find_category(category.sphere()).map_or(category.no.0, |sphere| sphere.no.0)
        })
        .collect();
    let parts = layer.parts();
    let (mut spots, mut costs) = (Vec::new(), Vec::new());
    Layer::<ProblemColumns>::view(&parts, &Selection::default(), reading.today).for_each(|part, row| {
        let (columns, extra) = (&layer.segments()[part].columns, &layer.segments()[part].extra);
        let doubts = QualityFlags(columns.flags[row]);
        let astray = [Quality::FallbackCoordinate, Quality::NullIsland, Quality::LonEqualsLat];
        let status = Status::from_number(columns.status[row]).unwrap_or(Status::Registered);
        let closed = columns.closed_at.get(row);
        let (opened, category) = (columns.opened_at.get(row), usize::from(columns.category[row]));
        let datable = opened != NO_TIME && (!status.is_closed() || closed != NO_TIME);
        if datable && !astray.into_iter().any(|doubt| doubts.contains(doubt)) {
            costs.push(extra.cost(row).map(|(amount, _)| amount));
            spots.push(Spot {
                number: columns.number[row],
                place: columns.place(row),
                sphere: spheres.get(category).copied().unwrap_or(u16::MAX),
                opened_at: Timestamp(opened),
                closed_at: status.is_closed().then_some(Timestamp(closed)),
            });
        }
    });
    (spots, costs)
}

/// Properties of every kind of hot spot; what a kind does not have is null, so that rows of a table agree.
const PROPERTIES: [&str; 19] = [
    "kind",
    "sphere",
    "radius_m",
    "point_count",
    "core_count",
    "category",
    "z",
    "p",
    "p_adjusted",
    "hot_months",
    "trend_z",
    "trend_p",
    "problems",
    "length_m",
    "patch_cost_rub",
    "patch_cost_coverage",
    "replace_cost_rub",
    "replacement_pays",
    "method_version",
];

fn feature(id: String, shape: Shape, own: &[(&'static str, OwnedValue)], rule: &HotspotRule) -> Feature {
    let value = |name: &'static str| {
        let own = own.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        (name, if name == "method_version" { text(&rule.version) } else { own.unwrap_or(OwnedValue::Null) })
    };
    Feature::new(id, shape, PROPERTIES.map(value).into())
}

/// Public ids, the first [`MAX_IDS`] of them.
fn listed(reading: &Reading, problems: &[u32]) -> String {
    let ids = &reading.snapshot.dictionary.ids;
    let listed: Vec<String> = problems.iter().take(MAX_IDS).map(|n| ids.problem(ProblemNo(*n))).collect();
    listed.join(",")
}

fn crowd_feature(reading: &Reading, crowd: &Crowd, sphere: &str, rule: &HotspotRule) -> Feature {
    let shape = match crowd.hull[..] {
        [place] => Shape::Point(place),
        [a, b] => Shape::Lines(vec![vec![a, b]]),
        _ => Shape::Polygons(vec![vec![crowd.hull.clone()]]),
    };
    let first = listed(reading, &crowd.problems[..1]);
    let properties = vec![
        ("kind", text("crowd")),
        ("sphere", text(sphere)),
        ("radius_m", OwnedValue::Float(crowd.radius_m)),
        ("point_count", count(crowd.problems.len() as u32)),
        ("core_count", count(crowd.core)),
        ("problems", text(&listed(reading, &crowd.problems))),
    ];
    feature(format!("crowd-{sphere}-{}-{first}", crowd.radius_m), shape, &properties, rule)
}

fn bundle_feature(reading: &Reading, bundle: &Bundle, sphere: &str, rule: &HotspotRule) -> Feature {
    let first = listed(reading, &bundle.problems[..1]);
    let properties = vec![
        ("kind", text("bundle")),
        ("sphere", text(sphere)),
        ("point_count", count(bundle.problems.len() as u32)),
        ("problems", text(&listed(reading, &bundle.problems))),
        ("length_m", OwnedValue::Float(bundle.length_m)),
        ("patch_cost_rub", bundle.patch_rub.into()),
        ("patch_cost_coverage", OwnedValue::Float(bundle.patch_coverage)),
        ("replace_cost_rub", OwnedValue::Float(bundle.replace_rub)),
        ("replacement_pays", OwnedValue::Bool(bundle.replacement_pays())),
    ];
    let shape = Shape::Lines(vec![bundle.ends.into()]);
    feature(format!("bundle-{sphere}-{first}"), shape, &properties, rule)
}

fn cell_feature(cell: &HotCell, rule: &HotspotRule) -> Feature {
    let properties = vec![
        ("kind", text("cell")),
        ("point_count", count(cell.open)),
        ("category", text(cell.category)),
        ("z", OwnedValue::Float(cell.now.z)),
        ("p", OwnedValue::Float(cell.now.p)),
        ("p_adjusted", OwnedValue::Float(cell.adjusted_p)),
        ("hot_months", count(cell.hot_months)),
        ("trend_z", OwnedValue::Float(cell.trend.z)),
        ("trend_p", OwnedValue::Float(cell.trend.p)),
    ];
    feature(format!("cell-{}", cell.cell), Shape::Polygons(vec![vec![cell.cell.ring()]]), &properties, rule)
}

fn text(value: &str) -> OwnedValue {
    OwnedValue::Text(value.to_owned())
}

fn count(n: u32) -> OwnedValue {
    OwnedValue::Int(i64::from(n))
}
