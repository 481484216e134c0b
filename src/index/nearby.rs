//! What stands near a place, and which shapes meet a box.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RTree};

use crate::geometry::distance::haversine_m;
use crate::geometry::position::UNITS_PER_DEG;
use crate::geometry::{Bounds, Position};

type Boxed = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// An R-tree of the boxes of shapes (a point's box is the point), each with its row.
#[derive(Debug)]
pub struct Nearby {
    tree: RTree<Boxed>,
}

impl Nearby {
    /// Indexes boxes by bulk loading. Cost: O(n log n).
    #[must_use]
    pub fn build(boxes: impl Iterator<Item = (Bounds, u32)>) -> Self {
        let boxed = |(b, row): (Bounds, u32)| {
            let [west, south, east, north] = super::corners(&b);
            GeomWithData::new(Rectangle::from_corners([west, south], [east, north]), row)
        };
        Self { tree: RTree::bulk_load(boxes.map(boxed).collect()) }
    }

    /// Rows whose box meets `bounds`, in no order. Cost: O(log n + found).
    pub fn meeting<'a>(&'a self, bounds: &Bounds) -> impl Iterator<Item = u32> + use<'a> {
        let halves: Vec<Bounds> = bounds.split().collect();
        halves.into_iter().flat_map(|b| {
            let [west, south, east, north] = super::corners(&b);
            let envelope = AABB::from_corners([west, south], [east, north]);
            self.tree.locate_in_envelope_intersecting(envelope).map(|found| found.data)
        })
    }

    /// Rows whose box comes within `radius_m` of `p`, nearest first, with the distance to the box in metres.
    ///
    /// Cost: O(log n + rows in the box around the circle).
    #[must_use]
    pub fn within(&self, p: Position, radius_m: f64) -> Vec<(u32, f64)> {
        let mut found: Vec<(u32, f64)> = self
            .tree
            .locate_in_envelope_intersecting(box_around(p, radius_m))
            .map(|boxed| (boxed.data, distance_m(boxed, p)))
            .filter(|(_, m)| *m <= radius_m)
            .collect();
        found.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }

    /// The row nearest to `p` that `take` accepts, with its distance in metres.
    ///
    /// The tree orders by degrees, which shrink towards the poles; candidates are therefore asked for until the next one
    /// cannot be nearer in metres either. Cost: O(log n + candidates refused).
    pub fn nearest(&self, p: Position, mut take: impl FnMut(u32) -> bool) -> Option<(u32, f64)> {
        let shrink = p.lat_deg().to_radians().cos().max(0.01);
        let mut best: Option<(u32, f64)> = None;
        for boxed in self.tree.nearest_neighbor_iter(super::corner(p)) {
            let degrees = boxed.distance_2(&super::corner(p)).sqrt() / UNITS_PER_DEG;
            let at_least_m = degrees * METRES_PER_DEG * shrink * 0.99;
            if best.is_some_and(|(_, m)| at_least_m > m) {
                break;
            }
            let m = distance_m(boxed, p);
            if best.is_none_or(|(_, nearest)| m < nearest) && take(boxed.data) {
                best = Some((boxed.data, m));
            }
        }
        best
    }
}

const METRES_PER_DEG: f64 = 111_195.0;

/// A box that surely holds the circle: one per cent wider.
fn box_around(p: Position, radius_m: f64) -> AABB<[f64; 2]> {
    let lat = radius_m / METRES_PER_DEG * UNITS_PER_DEG * 1.01;
    let lon = lat / p.lat_deg().to_radians().cos().max(0.01);
    let [x, y] = super::corner(p);
    AABB::from_corners([x - lon, y - lat], [x + lon, y + lat])
}

fn distance_m(boxed: &Boxed, p: Position) -> f64 {
    let [lon, lat] = boxed.geom().nearest_point(&super::corner(p));
    haversine_m(p, Position::new(lon as i32, lat as i32))
}
