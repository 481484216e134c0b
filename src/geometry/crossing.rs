//! Whether a ring crosses or touches itself, in O(v log v) whatever its shape.
//!
//! Comparing all edges whose longitudes overlap is quadratic on a comb: 100,000 vertices took 30 s, and a border may have
//! two million. The sweep stops at the first fault, so it needs no queue of crossings.
//!
//! Source: M. I. Shamos, D. Hoey, *Geometric intersection problems*, 17th FOCS, 1976, section 4.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Bound;

use super::Position;
use super::shape::{between, edges, segments_meet, side};

/// An edge, its lower end in the order of longitude, then latitude, first.
#[derive(Debug, Clone, Copy)]
struct Edge {
    low: Position,
    high: Position,
    n: usize,
}

impl Edge {
    /// From south to north where a line that sweeps from west to east meets both edges. Exact.
    ///
    /// An order as long as the edges do not cross, which is as long as the sweep goes on.
    fn south_to_north(&self, other: &Self) -> Ordering {
        if self.n == other.n {
            return Ordering::Equal;
        }
        if self.low > other.low {
            return other.south_to_north(self).reverse();
        }
        // Left of an edge that points east is north of it.
        0.cmp(&side(self.low, self.high, other.low))
            .then_with(|| 0.cmp(&side(self.low, self.high, other.high)))
            .then(self.n.cmp(&other.n))
    }
}

impl PartialEq for Edge {
    fn eq(&self, other: &Self) -> bool {
        self.n == other.n
    }
}

impl Eq for Edge {}

impl PartialOrd for Edge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Edge {
    fn cmp(&self, other: &Self) -> Ordering {
        self.south_to_north(other)
    }
}

/// A place where edges of the ring meet that are not neighbours, if there is one. Cost: O(v log v).
#[must_use]
pub(super) fn ring_crossing(ring: &[Position]) -> Option<Position> {
    // All edges of a triangle are neighbours.
    if ring.len() < 4 {
        return None;
    }
    repeated_vertex(ring).or_else(|| spike(ring)).or_else(|| sweep(ring))
}

fn repeated_vertex(ring: &[Position]) -> Option<Position> {
    let mut sorted = ring.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// A vertex from which the ring runs back the way it came: the only way in which neighbours can meet in more than one
/// place, once no vertex is repeated.
fn spike(ring: &[Position]) -> Option<Position> {
    let following = ring.iter().copied().cycle();
    let corners = edges(ring).zip(following.skip(2)).map(|((a, b), c)| (a, b, c));
    corners
        .filter(|&(a, b, c)| side(a, b, c) == 0 && (between(a, b, c) || between(b, c, a)))
        .map(|(_, tip, _)| tip)
        .next()
}

fn sweep(ring: &[Position]) -> Option<Position> {
    let all: Vec<Edge> =
        edges(ring).enumerate().map(|(n, (a, b))| Edge { low: a.min(b), high: a.max(b), n }).collect();
    // Where one edge ends and the next begins, the one that ends goes first.
    let mut events: Vec<(Position, bool, usize)> =
        all.iter().flat_map(|edge| [(edge.low, true, edge.n), (edge.high, false, edge.n)]).collect();
    events.sort_unstable();
    let mut active: BTreeSet<Edge> = BTreeSet::new();
    for (_, begins, n) in events {
        let edge = all[n];
        if !begins {
            active.remove(&edge);
        }
        let south = active.range(..edge).next_back();
        let north = active.range((Bound::Excluded(edge), Bound::Unbounded)).next();
        let met = if begins {
            south
                .and_then(|s| meeting(s, &edge, ring))
                .or_else(|| north.and_then(|n| meeting(&edge, n, ring)))
        } else {
            south.zip(north).and_then(|(s, n)| meeting(s, n, ring))
        };
        if met.is_some() {
            return met;
        }
        if begins {
            active.insert(edge);
        }
    }
    None
}

/// Where two edges meet that are not neighbours: the lower end of the later one, or near it.
fn meeting(a: &Edge, b: &Edge, ring: &[Position]) -> Option<Position> {
    let apart = a.n.abs_diff(b.n);
    let neighbours = apart == 1 || apart == ring.len() - 1;
    (!neighbours && segments_meet(a.low, a.high, b.low, b.high)).then(|| a.low.max(b.low))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Compares all pairs of edges.
    fn brute_force(ring: &[Position]) -> bool {
        let all: Vec<_> = edges(ring).collect();
        let last = all.len() - 1;
        (0..all.len()).any(|n| {
            (n + 2..all.len()).any(|m| m - n != last && segments_meet(all[n].0, all[n].1, all[m].0, all[m].1))
        })
    }

    fn ring(points: &[(i32, i32)]) -> Vec<Position> {
        points.iter().map(|&(x, y)| Position::new(x, y)).collect()
    }

    #[test]
    fn a_ring_that_touches_itself_anywhere_is_found() {
        for crossing in [
            vec![(0, 0), (10, 10), (10, 0), (0, 10)],                  // a bow tie
            vec![(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)],          // a vertex on an edge
            vec![(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)],      // a vertex twice
            vec![(0, 0), (10, 0), (10, 10), (10, 5), (12, 5), (0, 9)], // a spike
        ] {
            assert!(ring_crossing(&ring(&crossing)).is_some(), "{crossing:?}");
        }
        let square_with_a_vertex_on_its_side = ring(&[(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)]);
        assert_eq!(ring_crossing(&square_with_a_vertex_on_its_side), None);
    }

    #[test]
    fn a_comb_of_a_hundred_thousand_vertices_does_not_take_quadratic_time() {
        let teeth = 50_000;
        let mut points = vec![(0, teeth * 2000), (0, 0)];
        for i in 0..teeth {
            let (near, far) = ((1000, i * 2000), (1_000_000_000, i * 2000));
            points.extend(if i % 2 == 0 { [near, far] } else { [far, near] });
        }
        assert_eq!(ring_crossing(&ring(&points)), None);
    }

    proptest! {
        #[test]
        fn the_sweep_agrees_with_a_comparison_of_all_edges(
            points in prop::collection::vec((0i32..12, 0i32..12), 3..14),
        ) {
            let ring = ring(&points);
            prop_assert_eq!(ring_crossing(&ring).is_some(), brute_force(&ring));
        }

        #[test]
        fn the_sweep_agrees_on_stars_that_rarely_cross(
            radii in prop::collection::vec(200i32..1000, 3..40), bend in 0usize..40, by in -900i32..900,
        ) {
            let n = radii.len();
            let mut points: Vec<(i32, i32)> = radii.iter().enumerate().map(|(i, r)| {
                let angle = i as f64 * std::f64::consts::TAU / n as f64;
                ((f64::from(*r) * angle.cos()) as i32, (f64::from(*r) * angle.sin()) as i32)
            }).collect();
            points[bend % n].0 += by;
            let ring = ring(&points);
            prop_assert_eq!(ring_crossing(&ring).is_some(), brute_force(&ring));
        }
    }
}
