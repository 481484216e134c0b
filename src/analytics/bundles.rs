//! Open problems of one sphere strung along a street: is patching them one by one dearer than replacing the stretch?
//!
//! Answers: "where do the same things fail again and again along one line, and what would a new line cost?" Crowds of any shape
//! are [`super::hotspots`]; whether to replace is for people to decide, with real estimates.
//!
//! # Formulas
//!
//! Problems of a sphere belong together when each has another within `link_m` (single linkage: [`cluster`] with two points to
//! a core). Their main axis is that of their second moments (Pearson, Phil. Mag. 2 (1901), pp. 559–572), on a plane around
//! their centre, metres. A bundle has at least `least` problems, none farther than `width_m` from the axis, over at least
//! `least_length_m` of it.
//!
//! - patching: `P = Σ c`, over the problems whose cost is known, with their part beside it: unknown is not zero, so `P` is what
//!   is known at least;
//! - replacing: `W = length · rub_per_m` of the sphere;
//! - replacing surely pays when `P ≥ W`: what is known of patching alone exceeds it.
//!
//! # Edges
//!
//! A sphere without a price of replacement has no bundles. Problems on one spot have no axis and are none.

use std::collections::BTreeMap;

use libm::{atan2, cos, sin};
use serde::{Deserialize, Serialize};

use super::dbscan::cluster;
use crate::domain::Kopecks;
use crate::geometry::Position;
use crate::geometry::distance::EARTH_RADIUS_M;

/// What makes a bundle, and prices of replacement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleRule {
    /// Fewest problems.
    pub least: usize,
    /// Farthest neighbour along the street, metres.
    pub link_m: f64,
    /// Farthest from the axis, metres.
    pub width_m: f64,
    /// Shortest stretch, metres.
    pub least_length_m: f64,
    /// Prices by sphere.
    pub prices: Vec<Price>,
}

/// What a new stretch costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Code of the sphere.
    pub sphere: String,
    /// Roubles a metre.
    pub rub_per_m: f64,
}

/// An open problem that may be strung with others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bead {
    /// Its number.
    pub number: u32,
    /// Where.
    pub place: Position,
    /// Number of its sphere, as the caller counts them.
    pub sphere: u16,
    /// What fixing it takes; `None` is unknown, not zero.
    pub cost: Option<Kopecks>,
}

/// Problems along a street.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// Number of the sphere.
    pub sphere: u16,
    /// Numbers of the problems, ascending.
    pub problems: Vec<u32>,
    /// Ends of the stretch, the western (of two the southern) one first.
    pub ends: [Position; 2],
    /// Its length, metres.
    pub length_m: f64,
    /// Patching every problem whose cost is known, roubles; `None` when it is known of none.
    pub patch_rub: Option<f64>,
    /// Share of the problems whose cost is known.
    pub patch_coverage: f64,
    /// Replacing the stretch, roubles.
    pub replace_rub: f64,
}

impl Bundle {
    /// Whether what is known of patching alone costs as much as replacing.
    #[must_use]
    pub fn replacement_pays(&self) -> bool {
        self.patch_rub.is_some_and(|patch| patch >= self.replace_rub)
    }
}

/// The bundles by sphere and first problem. `sphere_code` names a sphere.
///
/// Cost: that of [`cluster`] for each sphere with a price; beads in any order.
#[must_use]
pub fn bundles(beads: &[Bead], rule: &BundleRule, sphere_code: impl Fn(u16) -> String) -> Vec<Bundle> {
    let mut of_spheres: BTreeMap<u16, Vec<&Bead>> = BTreeMap::new();
    for bead in beads {
        of_spheres.entry(bead.sphere).or_default().push(bead);
    }
    let mut found = Vec::new();
    for (sphere, mut own) in of_spheres {
        let code = sphere_code(sphere);
        let Some(price) = rule.prices.iter().find(|price| price.sphere == code) else { continue };
        own.sort_unstable_by_key(|bead| bead.number);
        let places: Vec<Position> = own.iter().map(|bead| bead.place).collect();
        let clusters = cluster(&places, rule.link_m, 2);
        let mut strings: Vec<Vec<&Bead>> = vec![Vec::new(); clusters.clusters as usize];
        for (bead, label) in own.iter().zip(&clusters.labels) {
            if let Some(label) = label {
                strings[*label as usize].push(bead);
            }
        }
        found.extend(strings.iter().filter_map(|string| bundle(string, rule, price)));
    }
    found
}

fn bundle(string: &[&Bead], rule: &BundleRule, price: &Price) -> Option<Bundle> {
    if string.len() < rule.least {
        return None;
    }
    let (ends, length_m, off_m) = stretch(&string.iter().map(|bead| bead.place).collect::<Vec<_>>());
    if off_m > rule.width_m || length_m < rule.least_length_m {
        return None;
    }
    let known: Vec<i128> =
        string.iter().filter_map(|bead| bead.cost).map(|cost| i128::from(cost.0)).collect();
    Some(Bundle {
        sphere: string[0].sphere,
        problems: string.iter().map(|bead| bead.number).collect(),
        ends,
        length_m,
        patch_rub: (!known.is_empty()).then(|| known.iter().sum::<i128>() as f64 / 100.0),
        patch_coverage: known.len() as f64 / string.len() as f64,
        replace_rub: length_m * price.rub_per_m,
    })
}

/// The ends of the main axis of places, its length, and how far the farthest lies beside it, metres.
fn stretch(places: &[Position]) -> ([Position; 2], f64, f64) {
    let n = places.len() as f64;
    let mean = |of: fn(Position) -> f64| places.iter().map(|p| of(*p)).sum::<f64>() / n;
    let (lon, lat) = (mean(Position::lon_deg), mean(Position::lat_deg));
    let per_degree = EARTH_RADIUS_M.to_radians();
    let narrow = cos(lat.to_radians());
    let plane: Vec<(f64, f64)> = places
        .iter()
        .map(|p| ((p.lon_deg() - lon) * per_degree * narrow, (p.lat_deg() - lat) * per_degree))
        .collect();
    let sum = |of: &dyn Fn(f64, f64) -> f64| plane.iter().map(|&(x, y)| of(x, y)).sum::<f64>();
    let (xx, yy, xy) = (sum(&|x, _| x * x), sum(&|_, y| y * y), sum(&|x, y| x * y));
    let angle = 0.5 * atan2(2.0 * xy, xx - yy);
    let (c, s) = (cos(angle), sin(angle));
    let along = |&(x, y): &(f64, f64)| x * c + y * s;
    let beside = |&(x, y): &(f64, f64)| (y * c - x * s).abs();
    let first = (0..plane.len()).min_by(|&a, &b| along(&plane[a]).total_cmp(&along(&plane[b]))).unwrap_or(0);
    let last = (0..plane.len()).max_by(|&a, &b| along(&plane[a]).total_cmp(&along(&plane[b]))).unwrap_or(0);
    let length = along(&plane[last]) - along(&plane[first]);
    let mut ends = [places[first], places[last]];
    ends.sort_unstable();
    (ends, length, plane.iter().map(beside).fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> BundleRule {
        let prices = vec![Price { sphere: "roads".to_owned(), rub_per_m: 30_000.0 }];
        BundleRule { least: 4, link_m: 150.0, width_m: 25.0, least_length_m: 200.0, prices }
    }

    fn bead(number: u32, east_m: f64, north_m: f64, cost_rub: Option<i64>) -> Bead {
        let per_degree = EARTH_RADIUS_M.to_radians();
        let (lon, lat) =
            (135.0 + east_m / (per_degree * cos(48f64.to_radians())), 48.0 + north_m / per_degree);
        let place = Position::parse_degrees(lon, lat).unwrap();
        Bead { number, place, sphere: 0, cost: cost_rub.map(|rub| Kopecks(rub * 100)) }
    }

    fn found(beads: &[Bead]) -> Vec<Bundle> {
        bundles(beads, &rule(), |_| "roads".to_owned())
    }

    #[test]
    fn potholes_along_a_street_are_one_bundle_with_both_costs() {
        // 500 m to the north-east (3, 4, 5), a problem every 100 m, patched for 4 million each where it is known.
        let street: Vec<Bead> = (0..6)
            .map(|n| bead(n, 60.0 * f64::from(n), 80.0 * f64::from(n), (n != 2).then_some(4_000_000)))
            .collect();
        let [one] = &found(&street)[..] else { panic!("one bundle") };
        assert_eq!(one.problems, [0, 1, 2, 3, 4, 5]);
        assert!((one.length_m - 500.0).abs() < 1.0, "{}", one.length_m);
        assert_eq!((one.patch_rub, one.patch_coverage), (Some(20_000_000.0), 5.0 / 6.0));
        assert!((one.replace_rub - 15_000_000.0).abs() < 30_000.0 && one.replacement_pays());
        assert_eq!(one.ends, [street[0].place, street[5].place]);
        let mut other_way = street.clone();
        other_way.reverse();
        assert_eq!(found(&other_way), found(&street));
    }

    #[test]
    fn a_quarter_a_spot_and_a_sphere_without_a_price_are_no_bundles() {
        let quarter: Vec<Bead> =
            (0..16).map(|n| bead(n, f64::from(n % 4) * 100.0, f64::from(n / 4) * 100.0, None)).collect();
        assert!(found(&quarter).is_empty());
        let spot: Vec<Bead> = (0..9).map(|n| bead(n, 0.0, 0.0, None)).collect();
        assert!(found(&spot).is_empty());
        let street: Vec<Bead> = (0..6).map(|n| bead(n, 100.0 * f64::from(n), 0.0, None)).collect();
        assert_eq!(found(&street).len(), 1);
        assert!(!found(&street)[0].replacement_pays(), "nothing is known of patching");
        assert!(bundles(&street, &rule(), |_| "yards".to_owned()).is_empty());
    }
}
