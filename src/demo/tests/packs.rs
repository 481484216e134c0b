//! Other packs than the shipped one: their data suffice.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::pack::{PACK, text};
use crate::demo::plan::TypePlan;
use crate::demo::{DemoError, DemoInput, DemoPhrases, DemoSizes, generate};
use crate::domain::{Category, Quality};
use crate::geometry::{Position, Shape};

const FEW: DemoSizes = DemoSizes { problems: 200, appeals: 300, assessments: 100 };

#[test]
fn types_that_no_text_and_no_plan_knows_are_told_of_by_their_names() {
    let renamed = |category: &Category| Category {
        code: format!("чужой.{}", category.code),
        parent: category.parent.as_ref().map(|_| "чужой".to_owned()),
        ..category.clone()
    };
    let categories: Vec<Category> = PACK.categories.iter().map(renamed).collect();
    let world = generate(&DemoInput { categories: &categories, ..PACK.input() }, FEW, 1).unwrap();
    assert_eq!(world.problems.len(), 200);
    for (p, _) in &world.problems {
        let name = &categories[p.category.index()].name_ru;
        assert!(p.title.starts_with(name.as_str()), "{}", p.title);
        assert!(!p.title.contains(['{', '}']) && p.description.contains(". "), "{}", p.description);
    }
    assert!(world.appeals.iter().any(|a| a.text.is_some()));
}

#[test]
fn a_pack_that_says_little_gives_a_plainer_region() {
    let phrases = DemoPhrases {
        streets: Vec::new(),
        settlements: BTreeMap::new(),
        spheres: BTreeMap::new(),
        types: BTreeMap::new(),
        letters: BTreeMap::new(),
        criteria: Vec::new(),
        ..PACK.phrases.clone()
    };
    let without_streets = generate(&DemoInput { phrases: &phrases, ..PACK.input() }, FEW, 1);
    assert_eq!(without_streets, Err(DemoError::NoSettlements));
    let phrases = DemoPhrases { streets: PACK.phrases.streets.clone(), ..phrases };
    let input = DemoInput { phrases: &phrases, bodies: &[], rules: &[], ..PACK.input() };
    let world = generate(&input, FEW, 1).unwrap();
    assert!(world.marks.is_empty(), "nothing to mark");
    assert!(world.problems.iter().all(|(p, _)| p.responsible.is_none()));
    assert!(world.appeals.iter().all(|a| a.due_at.is_none()));
}

#[test]
fn a_pack_without_places_or_types_or_with_a_broken_text_is_refused() {
    let refused = |input: DemoInput<'_>| generate(&input, FEW, 1).unwrap_err();
    assert_eq!(refused(DemoInput { boundaries: &[], ..PACK.input() }), DemoError::NoBoundaries);
    assert_eq!(refused(DemoInput { categories: &[], ..PACK.input() }), DemoError::NoTypes);
    let before = "2012-12-31".parse().unwrap();
    assert_eq!(refused(DemoInput { until: before, ..PACK.input() }), DemoError::NoHistory);
    let mut phrases = PACK.phrases.clone();
    phrases.default.titles.push("{type".to_owned());
    assert!(matches!(refused(DemoInput { phrases: &phrases, ..PACK.input() }), DemoError::Text(_)));
    // Boundaries on the other side of the Earth hold no settlement.
    let ring = [(0, 0), (10, 0), (10, 10), (0, 10)].map(|(x, y)| Position::new(x, y)).to_vec();
    let elsewhere = [(PACK.municipalities[0].no, Arc::new(Shape::Polygons(vec![vec![ring]])))];
    assert_eq!(refused(DemoInput { boundaries: &elsewhere, ..PACK.input() }), DemoError::NoSettlements);
}

#[test]
fn nonsensical_figures_give_a_nonsensical_region_but_never_a_panic() {
    for x in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300] {
        let mut plan = PACK.plan.clone();
        plan.types.clear();
        plan.spheres.clear();
        let TypePlan { years, cost, people, length_m, area_m2, danger, line, area, .. } = &mut plan.default;
        (*years, *danger) = (Some(x), Some(x));
        (*cost, *people, *length_m, *area_m2) = (Some([x; 2]), Some([x; 2]), Some([x; 2]), Some([1.0, x]));
        (*line, *area) = (Some(0.3), Some(x));
        plan.problems.intake = vec![(2020, x), (2021, 1.0)];
        for share in [
            &mut plan.problems.resolved,
            &mut plan.problems.residents_power,
            &mut plan.problems.remote,
            &mut plan.problems.recurrence,
            &mut plan.appeals.linked,
            &mut plan.appeals.late,
            &mut plan.appeals.answered_before,
            &mut plan.marks.spread,
        ] {
            *share = x;
        }
        for town in plan.towns.values_mut() {
            (town.half_width_km, town.bearing_deg) = (Some(x), Some(x));
            town.axis = vec![[x, x]; 3];
        }
        match generate(&DemoInput { plan: &plan, ..PACK.input() }, FEW, 1) {
            Ok(world) => assert_eq!((world.problems.len(), world.appeals.len()), (200, 300)),
            Err(error) => assert_eq!(error, DemoError::NoSettlements, "{x}"),
        }
    }
}

#[test]
fn a_history_of_one_day_is_lived_within_it() {
    let day = "2026-03-02".parse().unwrap();
    let input = DemoInput { since: day, until: day, ..PACK.input() };
    let world = generate(&input, FEW, 1).unwrap();
    let zone = PACK.calendar.zone();
    assert_eq!(world.problems.len(), 200);
    for (p, events) in &world.problems {
        assert_eq!(zone.day_of(p.registered_at.unwrap()), day);
        assert!(events.iter().all(|event| zone.day_of(event.at) == day));
    }
    assert!(
        world
            .appeals
            .iter()
            .all(|a| a.flags.contains(Quality::ClosedBeforeOpened) || zone.day_of(a.updated_at) == day)
    );
}

#[test]
fn every_type_that_can_be_a_problem_has_titles_of_its_own() {
    for (code, plan) in &PACK.plan.types {
        assert!(PACK.categories.iter().any(|c| c.code == *code), "{code}");
        if plan.problems != Some(0.0) && plan.problems.is_some() {
            let titles: usize =
                PACK.phrases.types.get(code).into_iter().flatten().map(|c| c.titles.len()).sum();
            assert!(titles >= 2, "{code}");
        }
    }
    let capital = |c: &&Category| c.parent.is_some() && PACK.plan.types.contains_key(&c.code);
    assert_eq!(PACK.categories.iter().filter(capital).count(), PACK.plan.types.len());
}

#[test]
fn the_region_lives_in_data_and_not_in_the_code() {
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo")).unwrap();
    for file in
        sources.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "rs"))
    {
        let source = std::fs::read_to_string(&file).unwrap();
        let code: String = source
            .split("#[cfg(test)]")
            .next()
            .unwrap()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for word in ["Хабаровск", "Амур", "27-", "\"roads", "ул."] {
            assert!(!code.contains(word), "{word} in {}", file.display());
        }
    }
    assert!(!text("demo.toml").contains("TODO"));
}
