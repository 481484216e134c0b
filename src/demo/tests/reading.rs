//! For reading: figures and texts, printed. Run with `cargo test demo::tests::reading -- --ignored --nocapture`.

use std::collections::BTreeMap;

use super::pack::{PACK, WORLD};
use crate::demo::chance::{Chance, Topic};
use crate::domain::{Problem, Status};

#[test]
#[ignore = "prints forty problems for a reader"]
fn forty_problems_to_read() {
    let pick = std::env::var("READ").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut chance = Chance::stream(pick, Topic::Words, 0);
    for _ in 0..40 {
        let (p, events) = chance.pick(&WORLD.problems).unwrap();
        println!("{}\n    {}\n    {}", p.title, p.description, p.address.as_deref().unwrap_or("—"));
        let cost = p.cost.as_ref().map(|c| format!("{:.2} млн", c.amount.roubles() / 1e6));
        println!(
            "    {} {} sev {:?} cost {} people {:?} events {}",
            PACK.categories[p.category.index()].code,
            p.status.code(),
            p.severity,
            cost.unwrap_or_else(|| "?".into()),
            p.people_affected,
            events.len()
        );
    }
}

#[test]
#[ignore = "prints two texts of every type for a reader"]
fn every_type_to_read() {
    let mut by_type: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
    for (p, _) in &WORLD.problems {
        by_type.entry(&PACK.categories[p.category.index()].code).or_default().push(p);
    }
    let skip: usize = std::env::var("READ").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    for (code, problems) in by_type {
        println!("== {code} ({})", problems.len());
        for p in problems.iter().skip(skip * 4).take(4) {
            println!("  {}\n      {}", p.title, p.description);
        }
    }
}

#[test]
#[ignore = "prints the letters of appeals for a reader"]
fn letters_to_read() {
    let texts: Vec<&String> = WORLD.appeals.iter().filter_map(|a| a.text.as_ref()).collect();
    let mut chance = Chance::stream(1, Topic::Words, 0);
    for _ in 0..60 {
        println!("{}", chance.pick(&texts).unwrap());
    }
}

#[test]
#[ignore = "prints the figures of the world"]
fn figures_to_read() {
    let started = std::time::Instant::now();
    let world = &*WORLD;
    println!("generated in {:?}", started.elapsed());
    let until = PACK.calendar.zone().end_of(PACK.input().until);
    let year_ago = until.plus_days(-365);
    let problems: Vec<&Problem> = world.problems.iter().map(|(p, _)| p).collect();
    let n = problems.len();
    let mut statuses: BTreeMap<Status, usize> = BTreeMap::new();
    for p in &problems {
        *statuses.entry(p.status).or_default() += 1;
    }
    println!("{n} problems: {statuses:?}");
    let open = problems.iter().filter(|p| !p.status.is_closed()).count();
    let overdue = problems.iter().filter(|p| p.is_overdue(until)).count();
    let resolved = problems.iter().filter(|p| p.resolved_at.is_some_and(|t| t > year_ago)).count();
    let intake = problems.iter().filter(|p| p.registered_at.is_some_and(|t| t > year_ago)).count();
    println!(
        "open {open} overdue {overdue} ({:.1} %) resolved/12m {resolved} intake/12m {intake} years to clear {:.1}",
        overdue as f64 / open as f64 * 100.0,
        open as f64 / resolved as f64
    );
    let count = |f: &dyn Fn(&Problem) -> bool| problems.iter().filter(|p| f(p)).count();
    println!(
        "lines {} polygons {} remote {} unknown cost {} extended {} twice {} reassigned {} reopened {} by rule {} recurrences {} duplicates {} danger {} no body {}",
        count(&|p| matches!(p.shape, crate::geometry::Shape::Lines(_))),
        count(&|p| matches!(p.shape, crate::geometry::Shape::Polygons(_))),
        count(&|p| p.settlement.is_none()),
        count(&|p| p.cost.is_none()),
        count(&|p| p.extension_count > 0),
        count(&|p| p.extension_count > 1),
        count(&|p| p.reassignments > 0),
        count(&|p| p.reopened > 0),
        count(&|p| p.flags.contains(crate::domain::Quality::BaselineByRule)),
        count(&|p| p.recurrence_of.is_some()),
        count(&|p| p.duplicate_of.is_some()),
        count(&|p| p.danger),
        count(&|p| p.responsible.is_none()),
    );
    let closed: Vec<&&Problem> =
        problems.iter().filter(|p| p.resolved_at.is_some_and(|t| t > year_ago)).collect();
    let on_time = closed.iter().filter(|p| p.resolved_at <= p.baseline_due).count();
    println!("on time by baseline: {:.2}", on_time as f64 / closed.len() as f64);
    let events: usize = world.problems.iter().map(|(_, e)| e.len()).sum();
    println!(
        "events {events}, appeals per problem at most {}",
        problems.iter().map(|p| p.n_appeals).max().unwrap()
    );
    println!("by municipality: problems open resolved/12m years overdue% | appeals late% | marks mean");
    for m in &PACK.municipalities {
        let own: Vec<&&Problem> = problems.iter().filter(|p| p.municipality == Some(m.no)).collect();
        let open = own.iter().filter(|p| !p.status.is_closed()).count();
        let fixed = own.iter().filter(|p| p.resolved_at.is_some_and(|t| t > year_ago)).count();
        let over = own.iter().filter(|p| p.is_overdue(until)).count();
        let appeals: Vec<_> = world.appeals.iter().filter(|a| a.municipality == Some(m.no)).collect();
        let late = appeals.iter().filter(|a| a.answered_at > a.due_at).count();
        let marks: Vec<u8> = world.marks.iter().filter(|k| k.municipality == m.no).map(|k| k.mark).collect();
        let recent = world.marks.iter().filter(|k| k.municipality == m.no && k.given_at > year_ago).count();
        println!(
            "  {:26} {:5} {:5} {:4} {:5.1} {:5.1} | {:6} {:5.1} | {:6} {:4.2} recent {}",
            m.slug,
            own.len(),
            open,
            fixed,
            open as f64 / fixed as f64,
            over as f64 / open as f64 * 100.0,
            appeals.len(),
            late as f64 / appeals.len() as f64 * 100.0,
            marks.len(),
            marks.iter().map(|m| f64::from(*m)).sum::<f64>() / marks.len() as f64,
            recent
        );
    }
    let mut spheres: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for p in &problems {
        let entry = spheres.entry(PACK.categories[p.category.index()].sphere()).or_default();
        entry.0 += 1;
        entry.1 += usize::from(!p.status.is_closed());
    }
    for a in &world.appeals {
        spheres.entry(PACK.categories[a.category.index()].sphere()).or_default().2 += 1;
    }
    println!("spheres (problems, open, appeals): {spheres:?}");
    let mut settlements: BTreeMap<u16, (usize, usize)> = BTreeMap::new();
    for p in &problems {
        if let Some(s) = p.settlement {
            settlements.entry(s.0).or_default().0 += 1;
        }
    }
    for s in &PACK.settlements {
        let n = settlements.get(&s.no.0).map_or(0, |s| s.0);
        print!("{} {:?}: {n}; ", s.name_ru, s.population);
    }
    println!();
    let mut years: BTreeMap<i16, [usize; 5]> = BTreeMap::new();
    let year = |t: crate::domain::Timestamp| PACK.calendar.zone().day_of(t).year();
    for p in &problems {
        years.entry(p.registered_at.map_or(0, year)).or_default()[0] += 1;
        if let Some(t) = p.resolved_at {
            years.entry(year(t)).or_default()[1] += 1;
        }
    }
    for a in &world.appeals {
        years.entry(a.received_at.map_or(0, year)).or_default()[2] += 1;
        years.entry(a.received_at.map_or(0, year)).or_default()[3] += usize::from(a.problem.is_some());
    }
    for m in &world.marks {
        years.entry(year(m.given_at)).or_default()[4] += 1;
    }
    println!("year: registered resolved appeals linked marks");
    for (y, row) in years {
        println!("  {y}: {row:?}");
    }
}

#[test]
#[ignore = "prints all places as CSV, for a map"]
fn places_to_see() {
    for (p, _) in &WORLD.problems {
        for v in p.shape.vertices() {
            println!("problem,{},{:.6},{:.6}", p.no.0, v.lon_deg(), v.lat_deg());
        }
    }
    for a in &WORLD.appeals {
        println!("appeal,{},{:.6},{:.6}", a.no.0, a.point.lon_deg(), a.point.lat_deg());
    }
}
