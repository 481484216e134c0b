//! Everything lies where it says, and flawed places are marked.

use std::collections::HashMap;

use super::pack::{PACK, WORLD};
use crate::demo::plane;
use crate::domain::fallback::is_implausible;
use crate::domain::{Quality, QualityFlags};
use crate::geometry::shape::doubled_area;
use crate::geometry::{Position, Shape};
use crate::index::Areas;

#[test]
fn every_place_lies_in_the_municipality_that_the_record_names() {
    let ground = Areas::build(PACK.boundaries.iter().map(|(no, shape)| (*no, shape)));
    for (p, _) in &WORLD.problems {
        let outside = p.flags.contains(Quality::OutsideRegion);
        assert_eq!(p.municipality.is_none(), outside);
        assert_eq!(ground.locate(p.shape.anchor()), p.municipality, "{}", p.source_id);
        assert!(p.shape.vertices().all(|v| ground.locate(v) == p.municipality), "{}", p.source_id);
    }
    for a in &WORLD.appeals {
        assert_eq!(ground.locate(a.point), a.municipality, "{:?}", a.no);
        assert_eq!(a.municipality.is_none(), a.flags.contains(Quality::OutsideRegion));
    }
}

#[test]
fn impossible_places_carry_the_doubts_that_an_import_would_give_them() {
    let check = |place: Position, flags: QualityFlags| {
        let null_island = place == Position::new(0, 0);
        assert_eq!(flags.contains(Quality::NullIsland), null_island);
        assert_eq!(flags.contains(Quality::LonEqualsLat), place.lon_e7 == place.lat_e7 && !null_island);
        assert!(!flags.contains(Quality::FallbackCoordinate), "found by the atlas, never stored");
    };
    WORLD.problems.iter().for_each(|(p, _)| check(p.shape.anchor(), p.flags));
    WORLD.appeals.iter().for_each(|a| check(a.point, a.flags));
    let misplaced = WORLD.problems.iter().filter(|(p, _)| p.municipality.is_none()).count();
    assert!((3..=12).contains(&misplaced), "{misplaced}");
    let misplaced = WORLD.appeals.iter().filter(|a| a.municipality.is_none()).count();
    assert!((20..=80).contains(&misplaced), "{misplaced}");
}

#[test]
fn one_place_of_each_layer_is_a_fallback_that_the_atlas_will_find() {
    let check = |places: Vec<Position>| {
        let mut counts: HashMap<Position, u32> = HashMap::new();
        for place in &places {
            *counts.entry(*place).or_default() += 1;
        }
        let total = places.len() as u32;
        let found: Vec<_> = counts.into_iter().filter(|(_, n)| is_implausible(*n, total)).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(f64::from(found[0].1) / f64::from(total) < 0.025);
        found[0].0
    };
    let of_problems = check(WORLD.problems.iter().map(|(p, _)| p.shape.anchor()).collect());
    let of_appeals = check(WORLD.appeals.iter().map(|a| a.point).collect());
    assert_eq!((of_problems, of_appeals), (PACK.settlements[0].point, PACK.settlements[0].point));
}

#[test]
fn rows_sent_twice_are_marked_and_stand_behind_their_original() {
    let mut repeated = 0;
    for (p, _) in WORLD.problems.iter().filter(|(p, _)| p.flags.contains(Quality::ExactDuplicate)) {
        let same = |(o, _): &&(crate::domain::Problem, Vec<_>)| {
            o.title == p.title && o.description == p.description && o.shape == p.shape && o.no < p.no
        };
        assert!(WORLD.problems.iter().any(|o| same(&o)), "{}", p.source_id);
        repeated += 1;
    }
    assert!((4..=16).contains(&repeated), "{repeated}");
    let repeated = WORLD.appeals.iter().filter(|a| a.flags.contains(Quality::ExactDuplicate)).count();
    assert!((40..=100).contains(&repeated), "{repeated}");
}

#[test]
fn lines_have_two_to_twelve_vertices_and_polygons_are_small_and_wound_by_the_right_hand() {
    let (mut lines, mut polygons) = (0, 0);
    for (p, _) in &WORLD.problems {
        match &p.shape {
            Shape::Point(_) => {}
            Shape::Lines(parts) => {
                lines += 1;
                assert!(parts.len() == 1 && (2..=12).contains(&parts[0].len()));
                assert!(plane::length_m(&parts[0]) > 30.0);
            }
            Shape::Polygons(parts) => {
                polygons += 1;
                let ring = &parts[0][0];
                assert!(parts.len() == 1 && parts[0].len() == 1 && ring.len() == 4);
                assert!(doubled_area(ring) > 0);
                assert_eq!(p.shape.self_crossing(), None);
                for side in ring.windows(2) {
                    assert!((15.0..210.0).contains(&plane::distance_m(side[0], side[1])));
                }
            }
        }
    }
    let share = f64::from(lines + polygons) / WORLD.problems.len() as f64;
    assert!((0.05..0.12).contains(&share) && lines > polygons, "{lines} {polygons}");
}

#[test]
fn every_settlement_reports_but_a_few_silent_ones() {
    let mut counts = vec![0; PACK.settlements.len()];
    for (p, _) in &WORLD.problems {
        if let Some(settlement) = p.settlement {
            counts[settlement.index()] += 1;
        }
    }
    let silent: Vec<&str> =
        (0..counts.len()).filter(|n| counts[*n] < 3).map(|n| PACK.settlements[n].name_ru.as_str()).collect();
    assert_eq!(silent.len(), PACK.plan.problems.silent, "{silent:?}");
    for name in silent {
        let settlement = PACK.settlements.iter().find(|s| s.name_ru == name).unwrap();
        assert!(settlement.population.unwrap() >= PACK.plan.problems.silent_residents[0]);
    }
    let remote = WORLD.problems.iter().filter(|(p, _)| p.settlement.is_none()).count();
    assert!((200..600).contains(&remote), "{remote}");
}

#[test]
fn problems_lie_along_streets_as_far_out_as_the_settlement_is_large() {
    let far_m = |settlement: usize| {
        let centre = PACK.settlements[settlement].point;
        let of = |p: &crate::domain::Problem| p.settlement.is_some_and(|s| s.index() == settlement);
        let in_region = WORLD.problems.iter().filter(|(p, _)| of(p) && p.municipality.is_some());
        in_region.map(|(p, _)| plane::distance_m(centre, p.shape.anchor())).fold(0.0, f64::max)
    };
    assert!((9_000.0..20_000.0).contains(&far_m(0)), "Khabarovsk: {}", far_m(0));
    let village = PACK.settlements.iter().position(|s| s.name_ru == "Аян").unwrap();
    assert!((300.0..2_500.0).contains(&far_m(village)), "Ayan: {}", far_m(village));
}
