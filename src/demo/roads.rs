//! Roads between settlements, on which the remote problems lie.

use super::chance::{Chance, Topic};
use super::plane::{Metres, Plane, along, distance_m, length_m, moved};
use super::towns::Town;
use crate::domain::MunicipalityNo;
use crate::geometry::Position;
use crate::geometry::shape::Path;
use crate::index::Areas;

/// A road from one settlement to another.
#[derive(Debug, Clone)]
pub struct Road {
    /// Index of the settlement where its kilometres begin.
    pub from: usize,
    /// Index of the other one.
    pub to: usize,
    /// Its line.
    pub line: Path,
    /// Its length.
    pub length_m: f64,
}

/// Each settlement is joined to so many of its next neighbours.
const NEIGHBOURS: usize = 2;
/// Settlements nearer than this are one place, and farther apart than the second no road joins them.
const REACH_M: (f64, f64) = (6_000.0, 200_000.0);
/// So far from a road's ends the country begins.
const OUTSKIRTS_M: f64 = 2_500.0;
/// A stretch for every so many metres.
const STEP_M: f64 = 1_500.0;

/// The roads, and the stretches of them in each municipality.
#[derive(Debug, Default)]
pub struct Roads {
    /// All roads.
    pub roads: Vec<Road>,
    stretches: Vec<(MunicipalityNo, usize, f64)>,
}

impl Roads {
    /// Joins neighbouring settlements.
    #[must_use]
    pub fn build(towns: &[Town], ground: &Areas, seed: u64) -> Self {
        let mut pairs: Vec<(usize, usize)> =
            (0..towns.len()).flat_map(|n| nearest(towns, n).into_iter().map(move |m| (n, m))).collect();
        // The kilometres are counted from the larger settlement.
        for pair in &mut pairs {
            if towns[pair.0].residents < towns[pair.1].residents {
                *pair = (pair.1, pair.0);
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut all = Self::default();
        for (n, (from, to)) in pairs.into_iter().enumerate() {
            let mut chance = Chance::stream(seed, Topic::Roads, n as u64);
            let line = winding(towns[from].centre, towns[to].centre, &mut chance);
            let road = Road { from, to, length_m: length_m(&line), line };
            all.add(road, ground);
        }
        all.stretches.sort_by_key(|(no, ..)| *no);
        all
    }

    fn add(&mut self, road: Road, ground: &Areas) {
        let mut at_m = OUTSKIRTS_M;
        while at_m < road.length_m - OUTSKIRTS_M {
            let place = along(&road.line, at_m).map(|(place, _)| place);
            if let Some(no) = place.and_then(|place| ground.locate(place)) {
                self.stretches.push((no, self.roads.len(), at_m));
            }
            at_m += STEP_M;
        }
        self.roads.push(road);
    }

    /// A place on a road of a municipality: the road's index and the metres along it; `None` where there is no road.
    pub fn draw(&self, municipality: MunicipalityNo, chance: &mut Chance) -> Option<(usize, f64)> {
        let from = self.stretches.partition_point(|(no, ..)| *no < municipality);
        let end = self.stretches.partition_point(|(no, ..)| *no <= municipality);
        let &(_, road, at_m) = chance.pick(&self.stretches[from..end])?;
        Some((road, at_m + chance.between(-0.4, 0.4) * STEP_M))
    }
}

/// The next neighbours of a settlement, nearest first.
fn nearest(towns: &[Town], n: usize) -> Vec<usize> {
    if !towns[n].on_roads {
        return Vec::new();
    }
    let mut others: Vec<(f64, usize)> = (0..towns.len())
        .filter(|m| *m != n && towns[*m].on_roads)
        .map(|m| (distance_m(towns[n].centre, towns[m].centre), m))
        .filter(|(far_m, _)| (REACH_M.0..REACH_M.1).contains(far_m))
        .collect();
    others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    others.into_iter().take(NEIGHBOURS).map(|(_, m)| m).collect()
}

/// A line that winds: each half is bent at its middle by up to a tenth of its length, again and again.
fn winding(from: Position, to: Position, chance: &mut Chance) -> Path {
    let mut line = vec![from, to];
    for _ in 0..5 {
        let mut finer = Vec::with_capacity(line.len() * 2);
        for w in line.windows(2) {
            let way = Plane::at(w[0]).way_to(w[1]);
            let half = Metres { east_m: way.east_m / 2.0, north_m: way.north_m / 2.0 };
            let bend = Metres::towards(
                way.angle() + std::f64::consts::FRAC_PI_2,
                way.length_m() * chance.between(-0.1, 0.1),
            );
            finer.extend([w[0], moved(w[0], half.plus(bend))]);
        }
        finer.push(to);
        line = finer;
    }
    line
}
