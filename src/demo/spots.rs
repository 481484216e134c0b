//! Where a single problem or appeal lies, and what it looks like on the map.

use std::f64::consts::FRAC_PI_2;

use super::chance::Chance;
use super::plan::TypePlan;
use super::plane::{Metres, Plane, along, length_m, moved};
use super::roads::Roads;
use super::towns::Town;
use crate::domain::MunicipalityNo;
use crate::geometry::shape::Path;
use crate::geometry::{Position, Shape};
use crate::index::Areas;

/// Houses stand so far apart on one side of a street.
const HOUSE_STEP_M: f64 = 34.0;
/// Sides of the polygons.
const SIDE_M: (f64, f64) = (20.0, 200.0);
/// Most vertices of a line.
const MAX_VERTICES: f64 = 12.0;
/// Attempts to find a place inside the municipality.
const ATTEMPTS: usize = 40;

/// A place with everything that can be said of it.
#[derive(Debug, Clone)]
pub struct Spot {
    /// The municipality to which it belongs.
    pub municipality: MunicipalityNo,
    /// Index of its settlement.
    pub town: Option<usize>,
    /// Index of its street within the settlement.
    pub street: Option<usize>,
    /// Number of the house: `14а`.
    pub house: Option<String>,
    /// Index of its road, and the kilometre.
    pub road: Option<(usize, i64)>,
    /// The middle of it.
    pub at: Position,
    /// What it looks like.
    pub shape: Shape,
    /// Length to speak of: of the line, or drawn.
    pub length_m: f64,
    /// Area to speak of: of the polygon, or drawn.
    pub area_m2: f64,
}

/// What a place is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Terrain<'a> {
    /// Boundaries.
    pub ground: &'a Areas,
    /// Settlements.
    pub towns: &'a [Town],
    /// Roads.
    pub roads: &'a Roads,
}

impl Terrain<'_> {
    /// A place in a street of a settlement; its middle without a street when every attempt leaves the municipality.
    pub fn in_town(&self, town: usize, plan: &TypePlan, chance: &mut Chance) -> Spot {
        let drawn = (0..ATTEMPTS).find_map(|_| self.try_street(town, plan, chance));
        drawn.unwrap_or_else(|| self.in_the_middle(town, plan, chance))
    }

    /// The middle of a settlement, as a geocoder puts there what it does not find.
    pub fn in_the_middle(&self, town: usize, plan: &TypePlan, chance: &mut Chance) -> Spot {
        let at = self.towns[town].centre;
        Spot {
            municipality: self.towns[town].municipality,
            town: Some(town),
            street: None,
            house: None,
            road: None,
            at,
            shape: Shape::Point(at),
            length_m: wanted(plan.length_m, chance),
            area_m2: wanted(plan.area_m2, chance),
        }
    }

    /// A place on a road of a municipality; `None` where there is no road.
    pub fn on_road(
        &self,
        municipality: MunicipalityNo,
        plan: &TypePlan,
        chance: &mut Chance,
    ) -> Option<Spot> {
        (0..ATTEMPTS).find_map(|_| {
            let (road, at_m) = self.roads.draw(municipality, chance)?;
            let line = &self.roads.roads[road].line;
            let (on_road, angle) = along(line, at_m)?;
            let off = Metres::towards(angle + FRAC_PI_2, chance.between(-15.0, 15.0));
            let mut spot = Spot {
                municipality,
                town: None,
                street: None,
                house: None,
                road: Some((road, (at_m / 1_000.0).floor() as i64 + 1)),
                at: moved(on_road, off),
                shape: Shape::Point(moved(on_road, off)),
                length_m: wanted(plan.length_m, chance),
                area_m2: wanted(plan.area_m2, chance),
            };
            shape_up(&mut spot, plan, line, at_m, angle, chance);
            self.ground.holds(municipality, &spot.shape).then_some(spot)
        })
    }

    fn try_street(&self, town: usize, plan: &TypePlan, chance: &mut Chance) -> Option<Spot> {
        let home = &self.towns[town];
        let at_street = home.street_weights.draw(chance)?;
        let street = &home.streets[at_street];
        let at_m = chance.unit() * street.length_m;
        let (on_street, angle) = along(&street.line, at_m)?;
        let left = chance.happens(0.5);
        let off_m = chance.between(7.0, 28.0) * if left { 1.0 } else { -1.0 };
        let at = moved(on_street, Metres::towards(angle + FRAC_PI_2, off_m));
        let number = 1 + 2 * (at_m / HOUSE_STEP_M).floor() as i64 + i64::from(!left);
        let letter = if chance.happens(0.06) { "а" } else { "" };
        let mut spot = Spot {
            municipality: home.municipality,
            town: Some(town),
            street: Some(at_street),
            house: Some(format!("{number}{letter}")),
            road: None,
            at,
            shape: Shape::Point(at),
            // What is said to be so long lies in this street.
            length_m: wanted(plan.length_m, chance).min(street.length_m * 0.95),
            area_m2: wanted(plan.area_m2, chance),
        };
        shape_up(&mut spot, plan, &street.line, at_m, angle, chance);
        self.ground.holds(home.municipality, &spot.shape).then_some(spot)
    }
}

/// A size between two limits, small ones as often as large ones.
fn wanted(limits: Option<[f64; 2]>, chance: &mut Chance) -> f64 {
    let [low, high] = limits.unwrap_or([100.0, 1_000.0]).map(|x| libm::log(x.max(1.0)));
    libm::exp(chance.between(low, high.max(low)))
}

/// Makes a line or a polygon of a point, as often as the plan wants.
fn shape_up(spot: &mut Spot, plan: &TypePlan, line: &[Position], at_m: f64, angle: f64, chance: &mut Chance) {
    let form = chance.unit();
    let (lines, areas) = (plan.line.unwrap_or(0.0), plan.area.unwrap_or(0.0));
    if form < lines {
        let stretch = stretch(line, at_m, spot.length_m, chance);
        spot.length_m = length_m(&stretch);
        spot.at = along(&stretch, spot.length_m / 2.0).map_or(spot.at, |(middle, _)| middle);
        spot.shape = Shape::Lines(vec![stretch]);
        spot.house = None;
    } else if form < lines + areas {
        let ring = plot(spot.at, angle, spot.area_m2, chance);
        spot.area_m2 = ring_area_m2(&ring);
        spot.shape = Shape::Polygons(vec![vec![ring]]);
    }
}

/// A stretch of a line around `at_m`: evenly spaced vertices, a little off the line as a survey by hand is.
fn stretch(line: &[Position], at_m: f64, wanted_m: f64, chance: &mut Chance) -> Path {
    let whole_m = length_m(line);
    let long_m = wanted_m.min(whole_m * 0.95);
    let from_m = (at_m - long_m / 2.0).clamp(0.0, whole_m - long_m);
    let vertices = (2.0 + long_m / 160.0).clamp(2.0, MAX_VERTICES).floor() as usize;
    let vertex = |n: usize| {
        let on_line = along(line, from_m + long_m * n as f64 / (vertices - 1) as f64);
        let (place, angle) = on_line.unwrap_or((line[0], 0.0));
        moved(place, Metres::towards(angle + FRAC_PI_2, chance.between(-2.0, 2.0)))
    };
    (0..vertices).map(vertex).collect()
}

/// A plot of land beside a street: four corners, counter-clockwise.
fn plot(at: Position, angle: f64, area_m2: f64, chance: &mut Chance) -> Path {
    let aspect = chance.between(1.0, 2.2);
    let side = |m2: f64| m2.sqrt().clamp(SIDE_M.0, SIDE_M.1);
    let (wide, deep) = (side(area_m2 * aspect), side(area_m2 / aspect));
    [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
        .map(|(x, y)| {
            let x = x * wide * chance.between(0.92, 1.0);
            let y = y * deep * chance.between(0.92, 1.0);
            moved(at, Metres::towards(angle, x).plus(Metres::towards(angle + FRAC_PI_2, y)))
        })
        .to_vec()
}

/// The area of a small ring.
fn ring_area_m2(ring: &[Position]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    let plane = Plane::at(*first);
    let ways: Vec<Metres> = ring.iter().map(|p| plane.way_to(*p)).collect();
    let next = ways.iter().cycle().skip(1);
    let doubled: f64 = ways.iter().zip(next).map(|(a, b)| a.east_m * b.north_m - b.east_m * a.north_m).sum();
    doubled.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::chance::Topic;
    use crate::geometry::shape::doubled_area;

    #[test]
    fn a_plot_is_wound_counter_clockwise_and_as_large_as_wanted() {
        let at = Position::parse_degrees(135.06, 48.46).unwrap();
        for n in 0..100 {
            let mut chance = Chance::stream(1, Topic::Problem, n);
            let ring = plot(at, chance.between(-3.0, 3.0), 3_000.0, &mut chance);
            assert!(doubled_area(&ring) > 0);
            assert!((2_400.0..3_010.0).contains(&ring_area_m2(&ring)));
        }
    }

    #[test]
    fn a_stretch_has_two_to_twelve_vertices_and_the_wanted_length() {
        let from = Position::parse_degrees(135.06, 48.46).unwrap();
        let line = [from, moved(from, Metres { east_m: 3_000.0, north_m: 1_000.0 })];
        for (wanted_m, vertices) in [(50.0, 2), (800.0, 7), (3_000.0, 12)] {
            let stretch = stretch(&line, 900.0, wanted_m, &mut Chance::stream(1, Topic::Problem, 0));
            assert_eq!(stretch.len(), vertices);
            assert!((length_m(&stretch) - wanted_m).abs() < wanted_m * 0.02);
        }
    }
}
