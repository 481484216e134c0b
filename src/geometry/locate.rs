//! Point in polygon, exactly and in constant expected time.
//!
//! The edges of all rings are sorted into bands of latitude. A question looks at the few edges of one band only, where
//! walking the rings would look at all of them (19 real borders have 99,549 vertices).

use super::shape::{between, edges, side};
use super::{Bounds, Position, shape::Path};

/// Where a place lies relative to polygons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// Inside.
    Inside,
    /// Exactly on an edge or a vertex.
    Boundary,
    /// Outside.
    Outside,
}

/// Edges aimed at per band. Fewer bands mean longer lists, more bands mean more copies of long edges.
const EDGES_PER_BAND: usize = 4;
const MAX_BANDS: usize = 16_384;

/// Polygons, ready for point-in-polygon questions.
///
/// Memory: about 24 bytes an edge. Rings combine by the even-odd rule, so a hole needs no mark.
#[derive(Debug)]
pub struct BandedPolygons {
    bounds: Bounds,
    band_height: i64,
    /// `edges[starts[b]..starts[b + 1]]` are the edges that touch band b.
    starts: Vec<u32>,
    edges: Vec<(Position, Position)>,
}

impl BandedPolygons {
    /// Sorts the edges of `polygons` into bands. `None` when there is no vertex. Cost: O(edges + copies).
    #[must_use]
    pub fn build(polygons: &[Vec<Path>]) -> Option<Self> {
        let rings = || polygons.iter().flatten();
        let bounds = Bounds::around(rings().flatten().copied())?;
        let edge_count: usize = rings().map(Vec::len).sum();
        let bands = (edge_count / EDGES_PER_BAND).clamp(1, MAX_BANDS);
        let height = i64::from(bounds.north) - i64::from(bounds.south) + 1;
        let band_height = (height + bands as i64 - 1) / bands as i64;
        let band_of = |lat: i32| ((i64::from(lat) - i64::from(bounds.south)) / band_height) as usize;
        let span =
            |(a, b): (Position, Position)| band_of(a.lat_e7.min(b.lat_e7))..=band_of(a.lat_e7.max(b.lat_e7));

        let mut starts = vec![0u32; bands + 1];
        for edge in rings().flat_map(|ring| edges(ring)) {
            for band in span(edge) {
                starts[band + 1] += 1;
            }
        }
        for band in 0..bands {
            starts[band + 1] += starts[band];
        }
        let mut next = starts.clone();
        let mut placed = vec![(Position::new(0, 0), Position::new(0, 0)); starts[bands] as usize];
        for edge in rings().flat_map(|ring| edges(ring)) {
            for band in span(edge) {
                placed[next[band] as usize] = edge;
                next[band] += 1;
            }
        }
        Some(Self { bounds, band_height, starts, edges: placed })
    }

    /// The box around the polygons.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Where `p` lies. Exact (integer arithmetic). Cost: O(edges in one band), about `EDGES_PER_BAND`.
    #[must_use]
    pub fn locate(&self, p: Position) -> Location {
        if !self.bounds.contains(p) {
            return Location::Outside;
        }
        let band = ((i64::from(p.lat_e7) - i64::from(self.bounds.south)) / self.band_height) as usize;
        let in_band = self.starts[band] as usize..self.starts[band + 1] as usize;
        let mut inside = false;
        for &(a, b) in &self.edges[in_band] {
            let left_of_both = p.lon_e7 < a.lon_e7 && p.lon_e7 < b.lon_e7;
            let straddles = (a.lat_e7 <= p.lat_e7) != (b.lat_e7 <= p.lat_e7);
            if left_of_both {
                // The ray to the east crosses the edge wherever the edge straddles the latitude.
                inside ^= straddles;
                continue;
            }
            if p.lon_e7 > a.lon_e7 && p.lon_e7 > b.lon_e7 {
                continue;
            }
            let turn = side(a, b, p);
            if turn == 0 && between(a, b, p) {
                return Location::Boundary;
            }
            if straddles && (turn > 0) == (b.lat_e7 > a.lat_e7) {
                inside = !inside;
            }
        }
        if inside { Location::Inside } else { Location::Outside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn square_with_hole() -> Vec<Vec<Path>> {
        let ring = |low: i32, high: i32| {
            [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| Position::new(x, y)).to_vec()
        };
        vec![vec![ring(0, 100), ring(40, 60)]]
    }

    #[test]
    fn inside_a_hole_is_outside_and_its_edge_is_boundary() {
        let index = BandedPolygons::build(&square_with_hole()).unwrap();
        let at = |x, y| index.locate(Position::new(x, y));
        assert_eq!(at(10, 10), Location::Inside);
        assert_eq!(at(50, 50), Location::Outside);
        assert_eq!(at(40, 50), Location::Boundary);
        assert_eq!(at(100, 100), Location::Boundary);
        assert_eq!(at(101, 50), Location::Outside);
    }

    /// The textbook test over all edges, in exact arithmetic.
    fn brute_force(polygons: &[Vec<Path>], p: Position) -> Location {
        let mut inside = false;
        for (a, b) in polygons.iter().flatten().flat_map(|ring| edges(ring)) {
            let turn = side(a, b, p);
            if turn == 0 && between(a, b, p) {
                return Location::Boundary;
            }
            if (a.lat_e7 <= p.lat_e7) != (b.lat_e7 <= p.lat_e7) && (turn > 0) == (b.lat_e7 > a.lat_e7) {
                inside = !inside;
            }
        }
        if inside { Location::Inside } else { Location::Outside }
    }

    proptest! {
        #[test]
        fn bands_agree_with_a_walk_over_all_edges(
            ring in prop::collection::vec((-20i32..20, -20i32..20), 3..40),
            probes in prop::collection::vec((-22i32..22, -22i32..22), 50),
        ) {
            let polygons = vec![vec![ring.iter().map(|&(x, y)| Position::new(x, y)).collect()]];
            let index = BandedPolygons::build(&polygons).unwrap();
            for (x, y) in probes {
                let p = Position::new(x, y);
                prop_assert_eq!(index.locate(p), brute_force(&polygons, p));
            }
        }
    }
}
