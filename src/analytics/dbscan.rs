//! Where problems lie so thick that there must be a cause: DBSCAN on the sphere, exact and parallel.
//!
//! Answers: "which of these points belong together, at this radius?" No number of clusters is asked for and noise stays noise.
//! Which radius for which sphere is data (`hotspots.toml`, [`super::hotspots`]); fallback coordinates are left out before.
//! HDBSCAN is not offered: its implementations disagree, so nothing could prove it right.
//!
//! # Rules
//!
//! A point is *core* when at least `least` points, itself included, lie within the radius by the haversine. Core points within
//! the radius of one another share a cluster; any other point within the radius of a core point is its cluster's *border*; the
//! rest is noise. Ester, Kriegel, Sander & Xu, "A Density-Based Algorithm for Discovering Clusters", KDD-96, pp. 226–231. The
//! paper leaves open to which cluster a border of several belongs: here, as in scikit-learn, to the one whose first core
//! point comes first. Clusters are numbered by their first core points. So the result depends on the order of the points
//! (give them by number) but not on the number of threads.
//!
//! # How
//!
//! Points become unit vectors; within the radius means that the chord is at most `2 sin(r/2R)`. A cubic grid whose cells have
//! a diagonal of one chord makes all points of a cell neighbours of one another: a cell with `least` points is core without
//! measuring, all its core points are joined at once, and of two cells one close pair is enough. Neighbours of a cell are found
//! by going along the sorted list of cells. Groups are joined in a lock-free union-find that always hangs the later point under the earlier one.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::geometry::Position;
use crate::geometry::distance::EARTH_RADIUS_M;

/// Smallest radius, metres: below it, cells could not be numbered in 21 bits.
pub const MIN_RADIUS_M: f64 = 15.0;

/// Squared chords are compared with a slack, so that two points on exactly the radius by the haversine are not lost to the
/// rounding of the vectors: 10⁻¹⁷ are 4 µm at 50 m, and more than that rounding up to 50 km.
const SLACK: f64 = 1e-17;

/// What became of the points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Cluster of each point, from 0; `None` is noise.
    pub labels: Vec<Option<u32>>,
    /// Whether each point is core.
    pub core: Vec<bool>,
    /// Number of clusters.
    pub clusters: u32,
}

/// Points sorted by cell.
struct Grid {
    /// Vector of each point, in the order of cells.
    vectors: Vec<[f64; 3]>,
    /// Number of each point, in the order of cells.
    points: Vec<u32>,
    /// Key of each cell that has points, ascending, and where its points begin; one more at the end.
    cells: Vec<(u64, u32)>,
    chord_squared: f64,
}

/// Cells on either side of one, along an axis, that may hold a close point.
const REACH: i64 = 2;
/// Cells whose surroundings are found in one piece of parallel work.
const CELLS_A_STEP: usize = 4_096;

/// Columns of cells around a cell, along the last axis, as differences of keys to their middles; nearest first.
fn columns() -> Vec<i64> {
    let axis = || -REACH..=REACH;
    let mut around: Vec<(i64, i64)> =
        axis().flat_map(|x| axis().map(move |y| (x * x + y * y, (x << 42) + (y << 21)))).collect();
    around.sort_unstable();
    around.into_iter().map(|(_, offset)| offset).collect()
}

/// Cells that may hold neighbours of a cell's points, without itself, for each cell.
struct Around {
    /// One after the other.
    near: Vec<u32>,
    /// Where each cell's begin; one more at the end.
    starts: Vec<usize>,
}

impl Around {
    fn new(grid: &Grid) -> Self {
        let columns = columns();
        let steps: Vec<(Vec<u32>, Vec<usize>)> = (0..grid.len().div_ceil(CELLS_A_STEP))
            .into_par_iter()
            .map(|step| {
                let first = step * CELLS_A_STEP;
                grid.around(first..(first + CELLS_A_STEP).min(grid.len()), &columns)
            })
            .collect();
        let (mut near, mut starts) = (Vec::new(), vec![0]);
        for (cells, counts) in steps {
            near.extend(cells);
            for count in counts {
                starts.push(starts[starts.len() - 1] + count);
            }
        }
        Self { near, starts }
    }

    fn of(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        self.near[self.starts[cell]..self.starts[cell + 1]].iter().map(|&n| n as usize)
    }
}

impl Grid {
    fn new(places: &[Position], radius_m: f64) -> Self {
        let chord = 2.0 * libm::sin(radius_m.max(MIN_RADIUS_M) / (2.0 * EARTH_RADIUS_M));
        let exact = 2.0 * libm::sin(radius_m / (2.0 * EARTH_RADIUS_M));
        let side = chord / 3f64.sqrt() * (1.0 - 1e-9);
        let mut order: Vec<(u64, u32, [f64; 3])> = places
            .par_iter()
            .enumerate()
            .map(|(n, place)| {
                let vector = vector(*place);
                // Two cells of room on every side, so that no offset leaves the numbers of an axis.
                let key = vector.iter().fold(0u64, |key, x| key << 21 | (((x + 1.0) / side) as u64 + 2));
                (key, n as u32, vector)
            })
            .collect();
        order.par_sort_unstable_by_key(|(key, n, _)| (*key, *n));
        let mut cells: Vec<(u64, u32)> = Vec::new();
        for (at, (key, ..)) in order.iter().enumerate() {
            if cells.last().is_none_or(|(last, _)| last != key) {
                cells.push((*key, at as u32));
            }
        }
        cells.push((u64::MAX, order.len() as u32));
        let (points, vectors) = order.into_iter().map(|(_, n, vector)| (n, vector)).unzip();
        Self { vectors, points, cells, chord_squared: exact * exact + SLACK }
    }

    fn len(&self) -> usize {
        self.cells.len() - 1
    }

    fn rows(&self, cell: usize) -> std::ops::Range<usize> {
        self.cells[cell].1 as usize..self.cells[cell + 1].1 as usize
    }

    /// The cells around each of a stretch of cells, and how many each has. Keys ascend, so in every column the place of the
    /// next cell lies behind that of the last one: no cell is searched for but the first.
    fn around(&self, stretch: std::ops::Range<usize>, columns: &[i64]) -> (Vec<u32>, Vec<usize>) {
        let cells = &self.cells[..self.len()];
        let begin = |cell: usize, column: i64| cells[cell].0.wrapping_add_signed(column - REACH);
        let mut places: Vec<usize> = columns
            .iter()
            .map(|&column| cells.partition_point(|(key, _)| *key < begin(stretch.start, column)))
            .collect();
        let (mut near, mut counts) = (Vec::new(), Vec::with_capacity(stretch.len()));
        for cell in stretch {
            let before = near.len();
            for (place, &column) in places.iter_mut().zip(columns) {
                let begin = begin(cell, column);
                while cells.get(*place).is_some_and(|(key, _)| *key < begin) {
                    *place += 1;
                }
                let found = (*place..cells.len()).take_while(|&n| cells[n].0 <= begin + 2 * REACH as u64);
                near.extend(found.filter(|&n| n != cell).map(|n| n as u32));
            }
            counts.push(near.len() - before);
        }
        (near, counts)
    }

    fn close(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.vectors[a], self.vectors[b]);
        let squares = (0..3).map(|axis| (a[axis] - b[axis]) * (a[axis] - b[axis]));
        squares.sum::<f64>() <= self.chord_squared
    }
}

fn vector(place: Position) -> [f64; 3] {
    let (lon, lat) = (place.lon_deg().to_radians(), place.lat_deg().to_radians());
    let across = libm::cos(lat);
    [across * libm::cos(lon), across * libm::sin(lon), libm::sin(lat)]
}

/// Clusters points.
///
/// `radius_m` at least [`MIN_RADIUS_M`]; `least` counts the point itself.
///
/// Cost: O(n log n) for the cells, then for each cell its neighbours; points in cells that are core throughout are not
/// measured against one another, so thick crowds cost little.
///
/// ```
/// use atlas::analytics::dbscan::cluster;
/// use atlas::geometry::Position;
/// // Three points 30 m apart in a row, and one a kilometre away.
/// let at = |lat_e7| Position::new(1_350_000_000, 484_000_000 + lat_e7);
/// let found = cluster(&[at(0), at(2_700), at(5_400), at(90_000)], 40.0, 3);
/// assert_eq!(found.labels, [Some(0), Some(0), Some(0), None]);
/// assert_eq!(found.core, [false, true, false, false]); // only the middle one has three within 40 m
/// ```
#[must_use]
pub fn cluster(places: &[Position], radius_m: f64, least: usize) -> Found {
    let grid = Grid::new(places, radius_m);
    let around = Around::new(&grid);
    // By row, that is, in the order of cells.
    let core: Vec<bool> =
        (0..grid.len()).into_par_iter().flat_map_iter(|cell| cores(&grid, cell, &around, least)).collect();
    let parents: Vec<AtomicU32> = (0..places.len() as u32).map(AtomicU32::new).collect();
    (0..grid.len()).into_par_iter().for_each(|cell| join(&grid, cell, &around, &core, &parents));
    let roots: Vec<Option<u32>> = (0..grid.len())
        .into_par_iter()
        .flat_map_iter(|cell| reached(&grid, cell, &around, &core, &parents))
        .collect();
    let mut found = Found { labels: vec![None; places.len()], core: vec![false; places.len()], clusters: 0 };
    let mut number = vec![u32::MAX; places.len()];
    let mut firsts: Vec<u32> =
        (0..roots.len()).filter(|row| core[*row]).filter_map(|row| roots[row]).collect();
    firsts.sort_unstable();
    firsts.dedup();
    for root in firsts {
        number[root as usize] = found.clusters;
        found.clusters += 1;
    }
    for (row, &point) in grid.points.iter().enumerate() {
        found.labels[point as usize] = roots[row].map(|root| number[root as usize]);
        found.core[point as usize] = core[row];
    }
    found
}

/// Which points of a cell are core.
fn cores(grid: &Grid, cell: usize, around: &Around, least: usize) -> Vec<bool> {
    let rows = grid.rows(cell);
    if rows.len() >= least {
        return vec![true; rows.len()];
    }
    let is_core = |row: usize| {
        let mut near = rows.len();
        for other in around.of(cell) {
            near += grid.rows(other).filter(|&b| grid.close(row, b)).count();
            if near >= least {
                return true;
            }
        }
        false
    };
    rows.clone().map(is_core).collect()
}

/// Joins the core points of a cell with one another and with those of the cells before it.
fn join(grid: &Grid, cell: usize, around: &Around, core: &[bool], parents: &[AtomicU32]) {
    let cores = |cell: usize| grid.rows(cell).filter(|row| core[*row]);
    let Some(first) = cores(cell).next() else { return };
    for row in cores(cell).skip(1) {
        unite(parents, grid.points[first], grid.points[row]);
    }
    for other in around.of(cell).filter(|other| *other < cell) {
        let pair = cores(other).find_map(|b| cores(cell).find(|&a| grid.close(a, b)).map(|a| (a, b)));
        if let Some((a, b)) = pair {
            unite(parents, grid.points[a], grid.points[b]);
        }
    }
}

/// The root of each point's cluster: for a border the least of those within reach.
fn reached(
    grid: &Grid,
    cell: usize,
    around: &Around,
    core: &[bool],
    parents: &[AtomicU32],
) -> Vec<Option<u32>> {
    let root_of = |row: usize| root(parents, grid.points[row]);
    let least_near = |row: usize| {
        let near = std::iter::once(cell).chain(around.of(cell)).flat_map(|other| grid.rows(other));
        near.filter(|&b| core[b] && grid.close(row, b)).map(root_of).min()
    };
    grid.rows(cell).map(|row| if core[row] { Some(root_of(row)) } else { least_near(row) }).collect()
}

fn root(parents: &[AtomicU32], mut n: u32) -> u32 {
    loop {
        let parent = parents[n as usize].load(Ordering::Relaxed);
        if parent == n {
            return n;
        }
        let above = parents[parent as usize].load(Ordering::Relaxed);
        // Halving the path; losing the race only leaves it longer.
        let _ = parents[n as usize].compare_exchange(parent, above, Ordering::Relaxed, Ordering::Relaxed);
        n = above;
    }
}

/// Hangs the later root under the earlier one, so that a cluster's root is its first core point whoever comes first.
fn unite(parents: &[AtomicU32], a: u32, b: u32) {
    let (mut a, mut b) = (root(parents, a), root(parents, b));
    while a != b {
        let (low, high) = (a.min(b), a.max(b));
        let hung = parents[high as usize].compare_exchange(high, low, Ordering::Relaxed, Ordering::Relaxed);
        if hung.is_ok() {
            return;
        }
        (a, b) = (root(parents, low), root(parents, high));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::random::Stream;
    use crate::geometry::distance::haversine_m;
    use proptest::prelude::*;

    /// By the definition, pair by pair.
    fn by_all_pairs(places: &[Position], radius_m: f64, least: usize) -> Found {
        let near =
            |n: usize| (0..places.len()).filter(move |&m| haversine_m(places[n], places[m]) <= radius_m);
        let core: Vec<bool> = (0..places.len()).map(|n| near(n).count() >= least).collect();
        let mut labels: Vec<Option<u32>> = vec![None; places.len()];
        let mut clusters = 0;
        for first in 0..places.len() {
            if !core[first] || labels[first].is_some() {
                continue;
            }
            let mut waiting = vec![first];
            while let Some(n) = waiting.pop() {
                if labels[n].is_some() {
                    continue;
                }
                labels[n] = Some(clusters);
                if core[n] {
                    waiting.extend(near(n));
                }
            }
            clusters += 1;
        }
        Found { labels, core, clusters }
    }

    fn crowd(n: usize, seed: u64) -> Vec<Position> {
        let mut stream = Stream::new(seed, &[]);
        (0..n)
            .map(|_| {
                let centre = (stream.unit() * 40.0).floor() * 137.0 % 40.0;
                let (x, y) =
                    (stream.normal() * 0.004 + centre * 0.03, stream.normal() * 0.003 + centre * 0.02);
                Position::parse_degrees(135.0 + x, 48.4 + y).unwrap()
            })
            .collect()
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let places = crowd(20_000, 5);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| cluster(&places, 150.0, 8))
        };
        let one = with(1);
        assert!(one.clusters > 5);
        assert_eq!(one, with(2));
        assert_eq!(one, with(5));
    }

    #[test]
    fn nothing_and_everything_on_one_spot_are_fine() {
        assert_eq!(cluster(&[], 100.0, 3).clusters, 0);
        let spot = vec![Position::new(1_350_000_000, 484_000_000); 5_000];
        let found = cluster(&spot, 50.0, 10);
        assert_eq!(found.clusters, 1);
        assert!(found.labels.iter().all(|label| *label == Some(0)));
        assert_eq!(cluster(&spot[..2], 50.0, 3).labels, [None, None]);
    }

    #[test]
    #[ignore = "prints how long a million points take; run with --ignored --nocapture"]
    fn how_long_it_takes() {
        let places = crowd(1_000_000, 1);
        let start = std::time::Instant::now();
        let found = cluster(&places, 50.0, 10);
        println!("1,000,000 points: {} clusters in {:?}", found.clusters, start.elapsed());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn labels_and_core_points_are_those_of_the_definition(
            seed in 0u64..10_000, n in 0usize..250, radius_m in 20.0..600.0f64, least in 1usize..9,
        ) {
            let places = crowd(n, seed);
            prop_assert_eq!(cluster(&places, radius_m, least), by_all_pairs(&places, radius_m, least));
        }
    }
}
