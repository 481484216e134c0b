//! Figures that a planner of the region would believe.

use std::collections::BTreeMap;

use super::pack::{PACK, WORLD};
use crate::demo::traits::Traits;
use crate::demo::{DemoSizes, DemoWorld, generate};
use crate::domain::{CostClass, Problem, Status, Timestamp};

fn now() -> Timestamp {
    PACK.calendar.zone().end_of(PACK.input().until)
}

fn share(world: &DemoWorld, of: impl Fn(&Problem) -> bool) -> f64 {
    world.problems.iter().filter(|(p, _)| of(p)).count() as f64 / world.problems.len() as f64
}

/// Open, resolved in twelve months, registered in twelve months.
fn flow(world: &DemoWorld) -> (usize, usize, usize) {
    let year_ago = now().plus_days(-365);
    let count = |of: &dyn Fn(&Problem) -> bool| world.problems.iter().filter(|(p, _)| of(p)).count();
    (
        count(&|p| !p.status.is_closed()),
        count(&|p| p.resolved_at.is_some_and(|t| t > year_ago)),
        count(&|p| p.registered_at.is_some_and(|t| t > year_ago)),
    )
}

#[test]
fn open_and_resolved_problems_agree_with_what_is_publicly_known() {
    let (open, resolved, registered) = flow(&WORLD);
    assert!((780..=900).contains(&resolved), "{resolved}");
    assert!(registered > resolved && registered < resolved * 3 / 2, "{registered}");
    let years = open as f64 / resolved as f64;
    assert!((6.0..16.0).contains(&years), "{years}");
}

#[test]
fn the_region_as_a_whole_is_alike_under_every_seed() {
    for seed in [1, 2, 2026] {
        let sizes = DemoSizes { appeals: 0, assessments: 0, ..DemoSizes::default() };
        let world = generate(&PACK.input(), sizes, seed).unwrap();
        let (open, resolved, registered) = flow(&world);
        let years = open as f64 / resolved as f64;
        assert!((6.0..16.0).contains(&years) && registered > resolved, "{seed}: {years} {registered}");
        let overdue = share(&world, |p| p.is_overdue(now())) * world.problems.len() as f64 / open as f64;
        assert!((0.2..0.42).contains(&overdue), "{seed}: {overdue}");
    }
}

#[test]
fn states_have_plausible_shares() {
    let is = |status: Status| share(&WORLD, |p| p.status == status);
    let within = |value: f64, low: f64, high: f64| {
        assert!((low..high).contains(&value), "{value} not in {low}..{high}");
    };
    within(is(Status::Resolved) + is(Status::Archived), 0.24, 0.36);
    within(is(Status::Postponed), 0.04, 0.09);
    within(is(Status::Planned), 0.35, 0.6);
    within(is(Status::InWork), 0.04, 0.15);
    within(is(Status::OnCheck), 0.001, 0.02);
    within(is(Status::Registered) + is(Status::Assigned), 0.01, 0.06);
    within(is(Status::Rejected), 0.004, 0.02);
    within(is(Status::Refused), 0.005, 0.025);
    within(is(Status::Duplicate), 0.01, 0.035);
    within(share(&WORLD, |p| p.recurrence_of.is_some()), 0.01, 0.03);
    within(share(&WORLD, |p| p.reopened > 0), 0.004, 0.03);
    within(share(&WORLD, |p| p.reassignments > 0), 0.02, 0.09);
    within(share(&WORLD, |p| p.extension_count > 0), 0.08, 0.3);
    within(share(&WORLD, |p| p.cost.is_none()), 0.3, 0.4);
    assert_eq!(is(Status::Draft) + is(Status::Submitted), 0.0, "all of it is public");
    for class in [CostClass::A, CostClass::B, CostClass::C] {
        within(share(&WORLD, |p| p.cost.as_ref().is_some_and(|c| c.class == class)), 0.1, 0.4);
    }
    assert!(WORLD.problems.iter().all(|(p, _)| p.cost.as_ref().is_none_or(|c| c.amount.0 > 0)));
}

#[test]
fn types_have_costs_and_paces_of_their_own() {
    let median = |code: &str, of: &dyn Fn(&Problem) -> Option<f64>| {
        let is = |p: &Problem| PACK.categories[p.category.index()].code == code;
        let mut values: Vec<f64> =
            WORLD.problems.iter().filter(|(p, _)| is(p)).filter_map(|(p, _)| of(p)).collect();
        values.sort_unstable_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let cost = |code: &str| median(code, &|p| p.cost.as_ref().map(|c| c.amount.roubles()));
    assert!(cost("unfinished.school") > 50.0 * cost("yards.playground"));
    assert!(cost("roads.section_repair") > 10.0 * cost("roads.pothole"));
    let days = |code: &str| median(code, &|p| Some(p.resolved_at?.days_since(p.registered_at?)));
    assert!(days("roads.section_repair") > 2.0 * days("roads.pothole"));
    let severity = |code: &str| median(code, &|p| p.severity.map(f64::from));
    assert!(severity("emergency_housing.house") > severity("yards.yard_repair"));
}

/// How many of the records of some types fall into each month, January first.
fn months(codes: &[&str]) -> [usize; 12] {
    let mut months = [0; 12];
    let zone = PACK.calendar.zone();
    for appeal in &WORLD.appeals {
        if codes.contains(&PACK.categories[appeal.category.index()].code.as_str()) {
            months[zone.day_of(appeal.received_at.unwrap()).month() as usize - 1] += 1;
        }
    }
    months
}

#[test]
fn seasons_are_visible() {
    let of = |months: [usize; 12], which: &[usize]| which.iter().map(|m| months[m - 1]).sum::<usize>();
    let heating = months(&["energy.heat_network", "utilities.house_systems"]);
    assert!(of(heating, &[12, 1, 2]) > 3 * of(heating, &[6, 7, 8]), "{heating:?}");
    let potholes = months(&["roads.pothole"]);
    assert!(of(potholes, &[4, 5]) > 2 * of(potholes, &[12, 1]), "{potholes:?}");
    let snow = months(&["roads.winter"]);
    assert!(of(snow, &[12, 1, 2]) > 10 * of(snow, &[6, 7, 8]), "{snow:?}");
    let dumps = months(&["ecology.dump"]);
    assert!(of(dumps, &[4, 5, 6]) > 2 * of(dumps, &[11, 12, 1]), "{dumps:?}");
}

#[test]
fn appeals_grow_over_the_years_and_rest_at_the_weekend() {
    let (mut years, mut weekdays) = (BTreeMap::<i16, usize>::new(), [0usize; 7]);
    for appeal in &WORLD.appeals {
        let day = PACK.calendar.zone().day_of(appeal.received_at.unwrap());
        *years.entry(day.year()).or_default() += 1;
        weekdays[day.weekday().to_monday_zero_offset() as usize] += 1;
    }
    let counts: Vec<usize> = (2013..=2025).map(|year| years[&year]).collect();
    assert!(counts.is_sorted(), "{counts:?}");
    assert!(weekdays[0] > weekdays[4] && weekdays[4] > weekdays[6] * 3 / 2, "{weekdays:?}");
}

#[test]
fn half_of_the_appeals_are_linked_most_are_answered_in_time_and_public() {
    let n = WORLD.appeals.len() as f64;
    let share = |of: &dyn Fn(&crate::domain::Appeal) -> bool| {
        WORLD.appeals.iter().filter(|a| of(a)).count() as f64 / n
    };
    let within = |value: f64, low: f64, high: f64| {
        assert!((low..high).contains(&value), "{value} not in {low}..{high}");
    };
    within(share(&|a| a.problem.is_some()), 0.5, 0.58);
    within(share(&|a| a.answered_at.is_some_and(|t| Some(t) <= a.due_at)), 0.8, 0.95);
    within(share(&|a| a.answered_at.is_some_and(|t| Some(t) > a.due_at)), 0.04, 0.16);
    within(share(&|a| !a.status.is_closed()), 0.002, 0.03);
    within(share(&|a| a.public), 0.9, 0.96);
    within(share(&|a| a.text.is_some()), 0.27, 0.33);
}

#[test]
fn marks_follow_residents_and_leave_small_cells() {
    let mut cells: BTreeMap<(u16, i16), usize> = BTreeMap::new();
    for mark in &WORLD.marks {
        assert!((1..=5).contains(&mark.mark));
        assert!(PACK.phrases.criteria.iter().any(|c| c.code == mark.criterion));
        let day = PACK.calendar.zone().day_of(mark.given_at);
        assert!(matches!(day.month(), 3 | 4 | 9 | 10), "{day} is in no campaign");
        *cells.entry((mark.municipality.0, day.year())).or_default() += 1;
    }
    assert!(cells[&(0, 2025)] > 20 * cells[&(6, 2025)]);
    let small = cells.iter().filter(|((_, year), n)| *year >= 2024 && **n < 5).count();
    assert!((1..=8).contains(&small), "{small}");
    let mean = WORLD.marks.iter().map(|m| f64::from(m.mark)).sum::<f64>() / WORLD.marks.len() as f64;
    assert!((2.8..4.0).contains(&mean), "{mean}");
}

#[test]
fn how_municipalities_differ_comes_from_the_seed_and_not_from_the_place() {
    let slowest = |seed: u64| {
        let slow = |no: &u16| Traits::draw(seed, *no).slowness;
        (0..19u16).max_by(|a, b| slow(a).total_cmp(&slow(b))).unwrap()
    };
    let different: std::collections::BTreeSet<u16> = (0..60).map(slowest).collect();
    assert!(different.len() > 12, "{different:?}");
}
