//! What does it cost to rate everybody anew, and to look for crowds?

use std::time::Instant;

use atlas::analytics::dbscan::cluster;
use atlas::analytics::facts::{AsOf, MunicipalityInput, ProblemFact};
use atlas::analytics::getis::gi_star;
use atlas::analytics::method::Method;
use atlas::analytics::rating::{Inputs, Period, rate};
use atlas::analytics::shrinkage::{Marks, Share};
use atlas::analytics::survival::{Spell, Survival};
use atlas::domain::{CategoryNo, Kopecks, Level, MunicipalityNo, Status, Timestamp};
use atlas::geometry::Position;

use super::support::{Chance, MILLION, Table, median, own_cpu};

const DAY_MS: i64 = 86_400_000;
/// Noon of some day, and the beginning of it.
const NOW: AsOf = AsOf { now: Timestamp(1_795_327_200_000), today: Timestamp(1_795_269_600_000) };

pub fn run(table: &mut Table) {
    ratings(table, 19, 9_285, 9, "< 50 ms");
    ratings(table, 2_000, MILLION, 3, "< 2 s");
    waits(table);
    crowds(table);
    hot_cells(table);
}

/// Wall and processor time of the middle one of `times` runs, milliseconds.
fn timed(times: usize, mut work: impl FnMut()) -> (f64, f64) {
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let (start, before) = (Instant::now(), own_cpu());
        work();
        wall.push(start.elapsed().as_secs_f64() * 1e3);
        cpu.push((own_cpu() - before).as_secs_f64() * 1e3);
    }
    (median(wall), median(cpu))
}

fn ratings(table: &mut Table, units: u16, problems: usize, times: usize, goal: &str) {
    let mut chance = Chance(27);
    let facts: Vec<ProblemFact> = (0..problems).map(|n| problem(n as u32, units, &mut chance)).collect();
    let municipalities: Vec<MunicipalityInput> = (0..units).map(municipality).collect();
    let then = NOW.now.plus_days(-365);
    let before = Period {
        facts: &facts,
        municipalities: &municipalities,
        as_of: AsOf { now: then, today: NOW.today.plus_days(-365) },
    };
    let inputs = Inputs {
        facts: &facts,
        municipalities: &municipalities,
        as_of: NOW,
        method: Method::builtin(),
        before: Some(before),
        seed: None,
        priors: None,
    };
    let (wall, cpu) = timed(times, || assert_eq!(rate(&inputs).municipalities.len(), usize::from(units)));
    let what = format!("rating of {units} municipalities with {problems} problems, two years, 2,000 draws");
    table.add(what, format!("{wall:.0} ms ({cpu:.0} ms of processors)"), goal);
}

fn municipality(n: u16) -> MunicipalityInput {
    let due = 20 + u32::from(n % 50);
    MunicipalityInput {
        replies: Share { hits: due * (5 + u32::from(n % 5)) / 10, n: due },
        marks: Marks { histogram: [u32::from(n % 4), 2, 3, 9, u32::from(n % 7)] },
        ..MunicipalityInput::new(
            MunicipalityNo(n),
            &format!("M{n}"),
            "",
            Some(2_000 + 37 * u32::from(n) * u32::from(n % 90)),
        )
    }
}

fn problem(number: u32, units: u16, chance: &mut Chance) -> ProblemFact {
    let mut below = |n: f64| chance.unit() * n;
    let opened = NOW.now.0 - (below(2_500.0) * DAY_MS as f64) as i64;
    let term = ((60.0 + below(600.0)) * DAY_MS as f64) as i64;
    let closed = opened + (below(2.5) * term as f64) as i64;
    let resolved = below(1.0) < 0.5 && closed <= NOW.now.0;
    ProblemFact {
        number,
        municipality: Some(MunicipalityNo(below(f64::from(units)) as u16)),
        category: CategoryNo(below(40.0) as u16),
        status: if resolved { Status::Resolved } else { Status::InWork },
        severity: Some(1 + below(5.0) as u8),
        level: Some(if below(1.0) < 0.7 { Level::Municipal } else { Level::Regional }),
        opened_at: Some(Timestamp(opened)),
        baseline_due: Some(Timestamp(opened + term)),
        current_due: Some(Timestamp(opened + term)),
        closed_at: resolved.then_some(Timestamp(closed)),
        cost: (below(1.0) < 0.6).then(|| Kopecks(below(1e10) as i64)),
        reopened: u8::from(below(1.0) < 0.05),
        extensions: u8::from(below(1.0) < 0.1),
    }
}

fn waits(table: &mut Table) {
    let mut chance = Chance(27);
    let spells: Vec<Spell> = (0..300_000)
        .map(|_| Spell { days: (chance.unit() * 900.0).floor() / 3.0, resolved: chance.unit() < 0.8 })
        .collect();
    let (wall, _) = timed(5, || assert!(Survival::estimate(spells.clone()).median().is_some()));
    table.add(
        "Kaplan–Meier over 300,000 appeals (lifelines: 1,290 ms)",
        format!("{wall:.0} ms"),
        "30 times faster: < 43 ms",
    );
}

fn crowds(table: &mut Table) {
    let mut chance = Chance(27);
    let mut bell = || (0..12).map(|_| chance.unit()).sum::<f64>() - 6.0;
    let places: Vec<Position> = (0..MILLION)
        .map(|n| {
            let (lon, lat) = [(135.07, 48.48), (137.0, 50.55), (140.28, 48.97)][n % 3];
            let at = |deg: f64| (deg * 1e7) as i32;
            Position::new(at(lon + bell() * 0.3), at(lat + bell() * 0.2))
        })
        .collect();
    let (wall, _) = timed(3, || assert!(cluster(&places, 100.0, 5).clusters > 0));
    table.add(
        "DBSCAN over 1,000,000 points of three towns, 100 m",
        format!("{wall:.0} ms"),
        "25 times scikit-learn, 6 times geo on the same points",
    );
}

fn hot_cells(table: &mut Table) {
    const SIDE: usize = 256;
    let mut chance = Chance(27);
    let values: Vec<f64> = (0..SIDE * SIDE).map(|_| (chance.unit() * 20.0).floor()).collect();
    let near = |at: usize| at.saturating_sub(1)..(at + 2).min(SIDE);
    let around: Vec<Vec<u32>> = (0..SIDE * SIDE)
        .map(|n| {
            near(n / SIDE)
                .flat_map(|y| near(n % SIDE).map(move |x| (y * SIDE + x) as u32))
                .filter(|at| *at as usize != n)
                .collect()
        })
        .collect();
    let (wall, _) = timed(5, || assert_eq!(gi_star(&values, &around).len(), SIDE * SIDE));
    table.add("Gi* on a grid of 256 × 256", format!("{wall:.2} ms"), "300 times faster than esda");
}
