//! The same seed, the same world.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::pack::{PACK, WORLD};
use crate::demo::chance::{Chance, Topic};
use crate::demo::{DemoSizes, DemoWorld, generate};

const SMALL: DemoSizes = DemoSizes { problems: 700, appeals: 3_000, assessments: 2_000 };

fn world(seed: u64) -> DemoWorld {
    generate(&PACK.input(), SMALL, seed).unwrap()
}

fn hash(world: &DemoWorld) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{world:?}").hash(&mut hasher);
    hasher.finish()
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_seed_another() {
    let first = world(27);
    assert_eq!(hash(&first), hash(&world(27)));
    assert_eq!(first, world(27));
    assert_ne!(hash(&first), hash(&world(28)));
    let titles = |w: &DemoWorld| w.problems.iter().map(|(p, _)| p.title.clone()).collect::<Vec<_>>();
    assert_ne!(titles(&first), titles(&world(28)));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| hash(&world(5)))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn the_numbers_that_chance_gives_are_the_same_bits_on_every_machine() {
    let mut chance = Chance::stream(27, Topic::Problem, 1);
    let drawn = [
        chance.bits(),
        chance.unit().to_bits(),
        chance.normal().to_bits(),
        chance.log_normal(3.0, 0.9).to_bits(),
        chance.waiting(250.0).to_bits(),
        chance.below(1_000) as u64,
    ];
    assert_eq!(drawn, PINNED);
}

/// What the first machine drew.
const PINNED: [u64; 6] = [
    15538398762040678304,
    4602569350641426232,
    13827286629545552350,
    4608456885822160872,
    4648856842379683162,
    916,
];

#[test]
fn every_size_is_kept_exactly() {
    for (problems, appeals, assessments) in
        [(0, 0, 0), (1, 1, 1), (2, 0, 7), (37, 90, 10), (150, 12, 0), (0, 50, 0)]
    {
        let world = generate(&PACK.input(), DemoSizes { problems, appeals, assessments }, 3).unwrap();
        let counts = (world.problems.len(), world.appeals.len(), world.marks.len());
        assert_eq!(counts, (problems as usize, appeals as usize, assessments as usize));
    }
    let counts = (WORLD.problems.len(), WORLD.appeals.len(), WORLD.marks.len());
    assert_eq!(counts, (9_285, 73_000, 90_000));
}

#[test]
fn records_are_numbered_from_one_in_the_order_in_which_they_arrived() {
    assert_eq!(WORLD.sources.len(), 1);
    assert_eq!((WORLD.sources[0].no.0, WORLD.sources[0].name.as_str()), (0, "demo"));
    for (n, (problem, _)) in WORLD.problems.iter().enumerate() {
        assert_eq!(problem.no.0 as usize, n + 1);
        assert_eq!(problem.source_id, format!("ДЕМО-{:06}", n + 1));
    }
    assert!(WORLD.problems.is_sorted_by_key(|(p, _)| p.registered_at));
    assert!(WORLD.appeals.iter().enumerate().all(|(n, a)| a.no.0 as usize == n + 1));
    assert!(WORLD.appeals.is_sorted_by_key(|a| a.received_at));
    assert!(WORLD.marks.iter().enumerate().all(|(n, m)| m.no.0 as usize == n + 1));
    assert!(WORLD.marks.is_sorted_by_key(|m| m.given_at));
}

#[test]
fn no_two_records_of_a_kind_share_an_identity() {
    let distinct = |identities: Vec<u64>| {
        let n = identities.len();
        identities.into_iter().collect::<std::collections::HashSet<u64>>().len() == n
    };
    assert!(distinct(WORLD.appeals.iter().map(|a| a.identity).collect()));
    assert!(distinct(WORLD.marks.iter().map(|m| m.identity).collect()));
    assert!(distinct(WORLD.problems.iter().map(|(p, _)| u64::from(p.no.0)).collect()));
}
