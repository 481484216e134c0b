//! Hot spots: where problems of a sphere crowd together, and which cells of the map are hot, since when and whither.
//!
//! Two answers from the same problems. *Clusters* ([`super::dbscan`]) are the crowds themselves, per sphere and radius: their
//! problems may share a cause. *Cells* ([`super::getis`]) are hexagons of H3 in which more is open than the inhabited territory
//! makes one expect; their months tell whether that is new, grows or ends. Radii, months and bounds are data: `hotspots.toml`.
//!
//! # Categories of cells
//!
//! From the hotness of the last `months` ends of months, each with its own false discovery rate, and the trend of z:
//!
//! | category | hot now | months hot before | trend |
//! |---|---|---|---|
//! | `new` | yes | none | any |
//! | `intensifying` | yes | at least 90 % | up |
//! | `diminishing` | yes | at least 90 % | down |
//! | `persistent` | yes | at least 90 % | none |
//! | `consecutive` | yes | fewer, but all in one run up to now | any |
//! | `sporadic` | yes | fewer, on and off | any |
//! | `historical` | no | at least 90 % | any |
//!
//! The names and bounds are those of Esri's *Emerging Hot Spot Analysis* (ArcGIS Pro, "How Emerging Hot Spot Analysis works").
//! Cold spots are not told: few problems in a place are as likely a silence as a success.
//!
//! # Edges
//!
//! Places on a source's fallback coordinate, and problems whose opening is unknown, are left out; so are closed ones whose
//! closing is unknown. The territory is every cell in which a problem ever was: empty taiga would make any village hot.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bundles::BundleRule;
use super::dbscan::{MIN_RADIUS_M, cluster};
use super::getis::{Hotness, Trend, false_discoveries, gi_star, mann_kendall};
use crate::domain::Timestamp;
use crate::domain::time::DAY_MS;
use crate::geometry::hex::{FINEST, Hex};
use crate::geometry::{Mercator, Position};

/// Days of a month: 365.25 / 12.
const MONTH_DAYS: f64 = 30.4375;

/// Everything in `hotspots.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HotspotRule {
    /// Version, part of every answer.
    pub version: String,
    /// Points that make a core point.
    pub least: usize,
    /// Radii of spheres that are not named.
    pub radii_m: Vec<f64>,
    /// Resolution of the cells, of H3.
    pub resolution: u8,
    /// Ends of months that are looked at, now included.
    pub months: usize,
    /// False discovery rate.
    pub false_discovery_rate: f64,
    /// p of a trend.
    pub trend_p: f64,
    /// Part of the months for the categories of the long run.
    pub most_of_the_time: f64,
    /// Radii of named spheres.
    pub spheres: Vec<SphereRadii>,
    /// Bundles along streets.
    pub bundles: BundleRule,
}

/// Radii of one sphere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SphereRadii {
    /// Code of the sphere.
    pub code: String,
    /// Its radii, metres.
    pub radii_m: Vec<f64>,
}

impl HotspotRule {
    /// The rule that is built in. Read once.
    ///
    /// ```
    /// let rule = atlas::analytics::hotspots::HotspotRule::builtin();
    /// assert_eq!(rule.radii_of("roads"), [150.0, 500.0]);
    /// ```
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<HotspotRule> = LazyLock::new(|| {
            let rule: HotspotRule =
                toml::from_str(include_str!("hotspots.toml")).expect("the built-in rule is sound");
            let radii = rule.spheres.iter().flat_map(|s| &s.radii_m).chain(&rule.radii_m);
            assert!(radii.into_iter().all(|r| *r >= MIN_RADIUS_M), "radii are not too small for the grid");
            assert!(rule.resolution <= FINEST, "hexagons of that resolution are served");
            rule
        });
        &BUILTIN
    }

    /// The radii for a sphere, metres.
    #[must_use]
    pub fn radii_of(&self, sphere: &str) -> &[f64] {
        let own = self.spheres.iter().find(|s| s.code == sphere);
        own.map_or(&self.radii_m, |s| &s.radii_m)
    }
}

/// What hot spots need of a problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Its number.
    pub number: u32,
    /// Where, not on a fallback coordinate.
    pub place: Mercator,
    /// Number of its sphere, as the caller counts them.
    pub sphere: u16,
    /// When it entered the registry.
    pub opened_at: Timestamp,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
}

impl Spot {
    fn is_open_at(&self, t: i64) -> bool {
        self.opened_at.0 <= t && self.closed_at.is_none_or(|closed| closed.0 > t)
    }
}

/// A crowd of open problems of one sphere.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowd {
    /// Number of the sphere.
    pub sphere: u16,
    /// Radius, metres.
    pub radius_m: f64,
    /// Numbers of its problems, ascending.
    pub problems: Vec<u32>,
    /// Those of them that are core points.
    pub core: u32,
    /// Corners of the convex hull, counter-clockwise; fewer than three when all lie on a line or a spot.
    pub hull: Vec<Position>,
}

/// The crowds of the spots that are open at a moment, by sphere, radius and first problem. `sphere_code` names a sphere.
///
/// Cost: that of [`cluster`] for each sphere and radius; spots in any order.
pub fn crowds(
    spots: &[Spot],
    now: Timestamp,
    rule: &HotspotRule,
    sphere_code: impl Fn(u16) -> String,
) -> Vec<Crowd> {
    let mut of_spheres: BTreeMap<u16, Vec<&Spot>> = BTreeMap::new();
    for spot in spots.iter().filter(|spot| spot.is_open_at(now.0)) {
        of_spheres.entry(spot.sphere).or_default().push(spot);
    }
    let mut found = Vec::new();
    for (sphere, mut own) in of_spheres {
        own.sort_unstable_by_key(|spot| spot.number);
        let places: Vec<Position> = own.iter().map(|spot| spot.place.position()).collect();
        for &radius_m in rule.radii_of(&sphere_code(sphere)) {
            let clusters = cluster(&places, radius_m, rule.least);
            let mut members: Vec<Vec<usize>> = vec![Vec::new(); clusters.clusters as usize];
            for (n, label) in clusters.labels.iter().enumerate() {
                if let Some(label) = label {
                    members[*label as usize].push(n);
                }
            }
            found.extend(members.into_iter().map(|members| Crowd {
                sphere,
                radius_m,
                problems: members.iter().map(|&n| own[n].number).collect(),
                core: members.iter().filter(|&&n| clusters.core[n]).count() as u32,
                hull: hull(members.iter().map(|&n| places[n]).collect()),
            }));
        }
    }
    found
}

/// Corners of the convex hull, counter-clockwise from the westernmost: the monotone chain of Andrew (1979), in whole numbers.
#[must_use]
pub fn hull(mut places: Vec<Position>) -> Vec<Position> {
    places.sort_unstable();
    places.dedup();
    if places.len() < 3 {
        return places;
    }
    let half = |places: &mut dyn Iterator<Item = Position>| {
        let mut chain: Vec<Position> = Vec::new();
        for place in places {
            while let [.., a, b] = chain[..] {
                if turn(a, b, place) > 0 {
                    break;
                }
                chain.pop();
            }
            chain.push(place);
        }
        chain.pop();
        chain
    };
    let mut corners = half(&mut places.iter().copied());
    corners.extend(half(&mut places.iter().rev().copied()));
    corners
}

/// Above 0 when `a`, `b`, `c` turn left.
fn turn(a: Position, b: Position, c: Position) -> i128 {
    let x = |p: Position, q: Position| i128::from(q.lon_e7) - i128::from(p.lon_e7);
    let y = |p: Position, q: Position| i128::from(q.lat_e7) - i128::from(p.lat_e7);
    x(a, b) * y(a, c) - y(a, b) * x(a, c)
}

/// A cell of the map that is hot or was.
#[derive(Debug, Clone, PartialEq)]
pub struct HotCell {
    /// Which hexagon.
    pub cell: Hex,
    /// Open problems in it.
    pub open: u32,
    /// z and p of now.
    pub now: Hotness,
    /// p of now, adjusted for the number of cells.
    pub adjusted_p: f64,
    /// Name of its category.
    pub category: &'static str,
    /// Months of those looked at in which it was hot.
    pub hot_months: u32,
    /// Trend of z over the months.
    pub trend: Trend,
}

/// The cells that are hot at a moment, or were for long; by the numbers of H3.
///
/// Cost: O(spots · months + cells · months · log cells), in parallel over the months.
#[must_use]
pub fn hot_cells(spots: &[Spot], now: Timestamp, rule: &HotspotRule) -> Vec<HotCell> {
    let places: Vec<Hex> =
        spots.par_iter().map(|spot| Hex::at(spot.place.position(), rule.resolution)).collect();
    let known = spots.iter().zip(&places).filter(|(spot, _)| spot.opened_at <= now);
    let mut cells: Vec<Hex> = known.map(|(_, cell)| *cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let number = |cell: &Hex| cells.binary_search(cell).ok();
    let near = |cell: &Hex| cell.around().iter().filter_map(|other| Some(number(other)? as u32)).collect();
    let around: Vec<Vec<u32>> = cells.par_iter().map(near).collect();
    let homes: Vec<Option<usize>> = places.iter().map(number).collect();
    // The oldest month first, now last.
    let moments: Vec<i64> = (0..rule.months)
        .rev()
        .map(|back| now.0 - (back as f64 * MONTH_DAYS * DAY_MS as f64) as i64)
        .collect();
    let months: Vec<(Vec<f64>, Vec<Hotness>, Vec<f64>)> = moments
        .par_iter()
        .map(|&moment| {
            let mut values = vec![0.0; cells.len()];
            for (spot, home) in spots.iter().zip(&homes) {
                if let Some(home) = home.filter(|_| spot.is_open_at(moment)) {
                    values[home] += 1.0;
                }
            }
            let hotness = gi_star(&values, &around);
            let adjusted = false_discoveries(&hotness.iter().map(|one| one.p).collect::<Vec<f64>>());
            (values, hotness, adjusted)
        })
        .collect();
    let Some((values, last, adjusted)) = months.last() else { return Vec::new() };
    let found = |n: usize| {
        let is_hot = |(_, hotness, adjusted): &(Vec<f64>, Vec<Hotness>, Vec<f64>)| {
            hotness[n].z > 0.0 && adjusted[n] <= rule.false_discovery_rate
        };
        let hot: Vec<bool> = months.iter().map(is_hot).collect();
        let trend = mann_kendall(&months.iter().map(|(_, hotness, _)| hotness[n].z).collect::<Vec<f64>>());
        Some(HotCell {
            cell: cells[n],
            open: values[n] as u32,
            now: last[n],
            adjusted_p: adjusted[n],
            category: category(&hot, trend, rule)?,
            hot_months: hot.iter().filter(|hot| **hot).count() as u32,
            trend,
        })
    };
    (0..cells.len()).filter_map(found).collect()
}

/// The category of a cell from its months, the oldest first; `None` for one that is not hot and was not for long.
fn category(hot: &[bool], trend: Trend, rule: &HotspotRule) -> Option<&'static str> {
    let (now, before) = hot.split_last()?;
    let share =
        |months: &[bool]| months.iter().filter(|hot| **hot).count() as f64 / months.len().max(1) as f64;
    let long = share(before) >= rule.most_of_the_time;
    let moves = trend.p < rule.trend_p;
    let ever = before.contains(&true);
    // Once hot, hot until now.
    let one_run = before.is_sorted();
    match (*now, long) {
        (false, true) if !before.is_empty() => Some("historical"),
        (false, _) => None,
        (true, _) if !ever => Some("new"),
        (true, true) if moves && trend.s > 0 => Some("intensifying"),
        (true, true) if moves && trend.s < 0 => Some("diminishing"),
        (true, true) => Some("persistent"),
        (true, false) if one_run => Some("consecutive"),
        (true, false) => Some("sporadic"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::random::Stream;
    use crate::analytics::sample::{AS_OF, days_ago};
    use std::collections::BTreeSet;

    fn spot(number: u32, lon: f64, lat: f64, opened_ago: i64) -> Spot {
        Spot {
            number,
            place: Mercator::from(Position::parse_degrees(lon, lat).unwrap()),
            sphere: 0,
            opened_at: days_ago(opened_ago),
            closed_at: None,
        }
    }

    /// One problem in each of the 217 hexagons around one, and `extra` more in that one, opened so long ago.
    fn field(extra: u32, opened_ago: i64) -> Vec<Spot> {
        let at = |number: u32, hex: Hex, ago| {
            let centre = hex.centre();
            spot(number, centre.lon_deg(), centre.lat_deg(), ago)
        };
        let middle =
            Hex::at(Position::parse_degrees(135.0, 48.0).unwrap(), HotspotRule::builtin().resolution);
        let mut hexes = BTreeSet::from([middle]);
        for _ in 0..8 {
            hexes = hexes.iter().flat_map(|hex| hex.around()).chain([middle]).collect();
        }
        let mut spots: Vec<Spot> = hexes.iter().zip(0..).map(|(hex, n)| at(n, *hex, 1_500)).collect();
        assert_eq!(spots.len(), 217);
        spots.extend((0..extra).map(|n| at(1_000 + n, middle, opened_ago)));
        spots
    }

    #[test]
    fn a_crowded_cell_is_hot_and_its_months_say_since_when() {
        let rule = HotspotRule::builtin();
        assert!(hot_cells(&field(0, 1), AS_OF.now, rule).is_empty(), "evenly spread, nothing is hot");
        let cells = |ago| hot_cells(&field(40, ago), AS_OF.now, rule);
        let recent = cells(10);
        assert!(!recent.is_empty() && recent.iter().all(|cell| cell.category == "new"));
        assert!(recent.iter().any(|cell| cell.open > 30));
        assert!(cells(200).iter().all(|cell| cell.category == "consecutive" && cell.hot_months == 7));
        assert!(cells(1_400).iter().all(|cell| cell.category == "persistent"));
        let closed: Vec<Spot> = field(40, 1_400)
            .into_iter()
            .map(|s| Spot { closed_at: (s.number >= 1_000).then(|| days_ago(5)), ..s })
            .collect();
        let historical = hot_cells(&closed, AS_OF.now, rule);
        assert!(!historical.is_empty() && historical.iter().all(|cell| cell.category == "historical"));
    }

    #[test]
    fn crowds_hold_their_problems_whatever_the_order_of_rows() {
        let rule = HotspotRule::builtin();
        let mut stream = Stream::new(4, &[]);
        let mut spots: Vec<Spot> = (0..400)
            .map(|n| {
                let base = f64::from(n % 8) * 0.02;
                let (x, y) = (stream.normal() * 0.001, stream.normal() * 0.001);
                Spot { sphere: (n % 3) as u16, ..spot(n, 135.0 + base + x, 48.4 + y, 30) }
            })
            .collect();
        let code = |_: u16| "roads".to_owned();
        let found = crowds(&spots, AS_OF.now, rule, code);
        assert!(found.len() > 5);
        for crowd in &found {
            assert!(crowd.problems.len() >= rule.least && crowd.problems.is_sorted());
            let places =
                spots.iter().filter(|s| crowd.problems.contains(&s.number)).map(|s| s.place.position());
            let corners = &crowd.hull;
            for place in places {
                let inside = (0..corners.len())
                    .all(|n| turn(corners[n], corners[(n + 1) % corners.len()], place) >= 0);
                assert!(inside, "every problem lies within the hull");
            }
        }
        spots.reverse();
        assert_eq!(crowds(&spots, AS_OF.now, rule, code), found);
    }

    #[test]
    fn a_hull_of_few_places_is_those_places() {
        let at = |lon, lat| Position::new(lon, lat);
        assert_eq!(hull(vec![at(3, 3), at(3, 3)]), [at(3, 3)]);
        assert_eq!(hull(vec![at(0, 0), at(2, 2), at(1, 1)]).len(), 2);
        assert_eq!(hull(vec![at(0, 0), at(4, 0), at(4, 4), at(0, 4), at(2, 2)]).len(), 4);
    }
}
