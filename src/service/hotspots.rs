//! Hot spots as features: crowds of open problems, cells of the map that are hot, and bundles along streets.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
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
use crate::domain::{Kopecks, MunicipalityNo, ProblemNo, Quality, QualityFlags, Status, Timestamp};
use crate::geometry::Shape;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::{ProblemColumns, known};

/// Hot spots of versions and days that are kept.
const KEPT: u64 = 8;
/// Most ids in one feature: the rest is found with the filter's `bbox`.
const MAX_IDS: usize = 200;

/// Hot spots that were found.
pub struct HotspotCache {
    kept: Cache<String, Arc<Hotspots>>,
    shapes: Cache<String, Arc<HotspotShapes>>,
}

impl Default for HotspotCache {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT), shapes: Cache::new(KEPT) }
    }
}

impl HotspotCache {
    /// The hot spots of a world.
    ///
    /// Cost: see [`crowds`], [`hot_cells`] and [`bundles`] the first time a version is asked for on a day; then nothing.
    #[must_use]
    pub fn of(&self, reading: &Reading) -> Arc<Hotspots> {
        self.kept.get_with(format!("hotspots/{}", scope(reading)), || Arc::new(found(reading)))
    }

    /// The same, to be drawn into tiles.
    #[must_use]
    pub fn shapes_of(&self, reading: &Reading) -> Arc<HotspotShapes> {
        self.shapes
            .get_with(scope(reading), || Arc::new(HotspotShapes::of(Arc::clone(&self.of(reading).features))))
    }
}

/// The hot spots of a world.
pub struct Hotspots {
    /// Crowds by sphere and radius.
    pub crowds: Vec<Found<Crowd>>,
    /// Hot cells.
    pub cells: Vec<Found<HotCell>>,
    /// Bundles along streets.
    pub bundles: Vec<Found<Bundle>>,
    /// The same as features: crowds, then cells, then bundles.
    pub features: Arc<Vec<Feature>>,
}

/// A hot spot with its names and what a head asks of it first.
pub struct Found<T> {
    /// Its id, that of its feature.
    pub id: String,
    /// Code of its sphere; empty for cells, which count all spheres.
    pub sphere: String,
    /// Where most of its problems are; of a cell, where its centre is.
    pub municipality: Option<MunicipalityNo>,
    /// Overdue ones among its problems; of a cell nobody counts them.
    pub overdue: Option<u32>,
    /// The hot spot.
    pub spot: T,
}

fn found(reading: &Reading) -> Hotspots {
    let rule = HotspotRule::builtin();
    let seen = seen(reading);
    let spots: Vec<Spot> = seen.iter().map(|one| one.spot).collect();
    let by_number: HashMap<u32, &Seen> = seen.iter().map(|one| (one.spot.number, one)).collect();
    let dictionary = &reading.snapshot.dictionary;
    let code = |sphere: u16| {
        dictionary.categories.get(usize::from(sphere)).map_or_else(String::new, |c| c.code.clone())
    };
    let overdue = |problems: &[u32]| {
        Some(problems.iter().filter(|n| by_number.get(n).is_some_and(|one| one.overdue)).count() as u32)
    };
    let home = |problems: &[u32]| {
        most_frequent(problems.iter().filter_map(|number| by_number.get(number)?.municipality))
    };
    let crowds: Vec<Found<Crowd>> = crowds(&spots, reading.now, rule, code)
        .into_iter()
        .map(|crowd| Found {
            id: format!(
                "crowd-{}-{}-{}",
                code(crowd.sphere),
                crowd.radius_m,
                listed(reading, &crowd.problems[..1])
            ),
            sphere: code(crowd.sphere),
            municipality: home(&crowd.problems),
            overdue: overdue(&crowd.problems),
            spot: crowd,
        })
        .collect();
    let cells: Vec<Found<HotCell>> = hot_cells(&spots, reading.now, rule)
        .into_iter()
        .map(|cell| Found {
            id: format!("cell-{}", cell.cell),
            sphere: String::new(),
            municipality: reading.snapshot.areas.locate(cell.cell.centre()),
            overdue: None,
            spot: cell,
        })
        .collect();
    let beads: Vec<Bead> =
        seen.iter().filter(|one| one.spot.closed_at.is_none()).map(Seen::as_bead).collect();
    let bundles: Vec<Found<Bundle>> = bundles(&beads, &rule.bundles, code)
        .into_iter()
        .map(|bundle| Found {
            id: format!("bundle-{}-{}", code(bundle.sphere), listed(reading, &bundle.problems[..1])),
            sphere: code(bundle.sphere),
            municipality: home(&bundle.problems),
            overdue: overdue(&bundle.problems),
            spot: bundle,
        })
        .collect();
    let features: Vec<Feature> = crowds
        .iter()
        .map(|crowd| crowd_feature(reading, crowd, rule))
        .chain(cells.iter().map(|cell| cell_feature(reading, cell, rule)))
        .chain(bundles.iter().map(|bundle| bundle_feature(reading, bundle, rule)))
        .collect();
    Hotspots { crowds, cells, bundles, features: Arc::new(features) }
}

/// What occurs most often; of several that do, the smallest.
fn most_frequent<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, u32> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(value, n)| (*n, Reverse(*value))).map(|(value, _)| value)
}

/// A public problem as hot spots need it, and what is told of it.
struct Seen {
    spot: Spot,
    cost: Option<Kopecks>,
    overdue: bool,
    municipality: Option<MunicipalityNo>,
}

impl Seen {
    fn as_bead(&self) -> Bead {
        let Spot { number, place, sphere, .. } = self.spot;
        Bead { number, place: place.position(), sphere, cost: self.cost }
    }
}

/// The public problems with a place of their own and known dates.
fn seen(reading: &Reading) -> Vec<Seen> {
    let (layer, dictionary) = (&reading.snapshot.problems, &reading.snapshot.dictionary);
    let spheres: Vec<u16> = dictionary
        .categories
        .iter()
        .map(|category| {
            dictionary.find_category(category.sphere()).map_or(category.no.0, |sphere| sphere.no.0)
        })
        .collect();
    let parts = layer.parts();
    let mut seen = Vec::new();
    let (all, today) = (Selection::default(), reading.today);
    let view = Layer::<ProblemColumns>::view(&parts, &all, today);
    view.for_each(|part, row| {
        let (columns, extra) = (&layer.segments()[part].columns, &layer.segments()[part].extra);
        let doubts = QualityFlags(columns.flags[row]);
        let astray = [Quality::FallbackCoordinate, Quality::NullIsland, Quality::LonEqualsLat];
        let status = Status::from_number(columns.status[row]).unwrap_or(Status::Registered);
        let closed = columns.closed_at.get(row);
        let (opened, category) = (columns.opened_at.get(row), usize::from(columns.category[row]));
        let datable = opened != NO_TIME && (!status.is_closed() || closed != NO_TIME);
        if datable && !astray.into_iter().any(|doubt| doubts.contains(doubt)) {
            let spot = Spot {
                number: columns.number[row],
                place: columns.place(row),
                sphere: spheres.get(category).copied().unwrap_or(u16::MAX),
                opened_at: Timestamp(opened),
                closed_at: status.is_closed().then_some(Timestamp(closed)),
            };
            seen.push(Seen {
                spot,
                cost: extra.cost(row).map(|(amount, _)| amount),
                overdue: view.is_overdue(columns, row),
                municipality: known(columns.municipality[row]).map(MunicipalityNo),
            });
        }
    });
    seen
}

/// Properties of every kind of hot spot; what a kind does not have is null, so that rows of a table agree.
const PROPERTIES: [&str; 21] = [
    "kind",
    "sphere",
    "municipality",
    "radius_m",
    "point_count",
    "overdue_count",
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

fn feature<T>(
    reading: &Reading,
    found: &Found<T>,
    shape: Shape,
    own: &[(&'static str, OwnedValue)],
    rule: &HotspotRule,
) -> Feature {
    let home = found.municipality.and_then(|no| reading.snapshot.dictionary.municipality(no));
    let value = |name: &'static str| {
        let value = match name {
            "municipality" => home.map(|m| m.id.clone()).into(),
            "overdue_count" => found.overdue.map(i64::from).into(),
            "sphere" if !found.sphere.is_empty() => text(&found.sphere),
            "method_version" => text(&rule.version),
            _ => {
                let own = own.iter().find(|(own, _)| *own == name);
                own.map_or(OwnedValue::Null, |(_, value)| value.clone())
            }
        };
        (name, value)
    };
    Feature::new(found.id.clone(), shape, PROPERTIES.map(value).into())
}

/// Public ids, the first [`MAX_IDS`] of them.
fn listed(reading: &Reading, problems: &[u32]) -> String {
    let ids = &reading.snapshot.dictionary.ids;
    let listed: Vec<String> = problems.iter().take(MAX_IDS).map(|n| ids.problem(ProblemNo(*n))).collect();
    listed.join(",")
}

fn crowd_feature(reading: &Reading, found: &Found<Crowd>, rule: &HotspotRule) -> Feature {
    let crowd = &found.spot;
    let shape = match crowd.hull[..] {
        [place] => Shape::Point(place),
        [a, b] => Shape::Lines(vec![vec![a, b]]),
        _ => Shape::Polygons(vec![vec![crowd.hull.clone()]]),
    };
    let properties = [
        ("kind", text("crowd")),
        ("radius_m", OwnedValue::Float(crowd.radius_m)),
        ("point_count", count(crowd.problems.len() as u32)),
        ("core_count", count(crowd.core)),
        ("problems", text(&listed(reading, &crowd.problems))),
    ];
    feature(reading, found, shape, &properties, rule)
}

fn bundle_feature(reading: &Reading, found: &Found<Bundle>, rule: &HotspotRule) -> Feature {
    let bundle = &found.spot;
    let properties = [
        ("kind", text("bundle")),
        ("point_count", count(bundle.problems.len() as u32)),
        ("problems", text(&listed(reading, &bundle.problems))),
        ("length_m", OwnedValue::Float(bundle.length_m)),
        ("patch_cost_rub", bundle.patch_rub.into()),
        ("patch_cost_coverage", OwnedValue::Float(bundle.patch_coverage)),
        ("replace_cost_rub", OwnedValue::Float(bundle.replace_rub)),
        ("replacement_pays", OwnedValue::Bool(bundle.replacement_pays())),
    ];
    feature(reading, found, Shape::Lines(vec![bundle.ends.into()]), &properties, rule)
}

fn cell_feature(reading: &Reading, found: &Found<HotCell>, rule: &HotspotRule) -> Feature {
    let cell = &found.spot;
    let properties = [
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
    feature(reading, found, Shape::Polygons(vec![vec![cell.cell.ring()]]), &properties, rule)
}

fn text(value: &str) -> OwnedValue {
    OwnedValue::Text(value.to_owned())
}

fn count(n: u32) -> OwnedValue {
    OwnedValue::Int(i64::from(n))
}
