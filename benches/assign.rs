//! What does it cost to say in which municipality a point lies, over real borders?

use std::time::Instant;

use atlas::geometry::{Bounds, Position, Shape};

use super::support::{self, Chance, MILLION, Table, open, project, shared, text};

pub fn run(table: &mut Table) {
    let Some(borders) = shared("khabarovsk_districts_osm.geojson") else {
        eprintln!("SKIPPED: the real borders are not beside the project");
        return;
    };
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = place.path().join("data");
    let mapping = project("data/mappings/khabarovsk_districts_osm.toml");
    support::run(&[
        "import",
        "municipalities",
        text(&borders),
        "--mapping",
        text(&mapping),
        "--data",
        text(&data),
    ]);
    let (atlas, thread) = open(&data);
    let snapshot = atlas.read().snapshot;
    let vertices: usize = drawn(&snapshot).map(|shape| shape.vertices().count()).sum();
    let all = Bounds::around(drawn(&snapshot).flat_map(Shape::vertices)).expect("there are borders");
    let mut chance = Chance(27);
    let points: Vec<Position> = (0..MILLION).map(|_| somewhere(&mut chance, &all)).collect();
    let started = Instant::now();
    let inside = points.iter().filter(|p| snapshot.areas.locate(**p).is_some()).count();
    let per_point = started.elapsed().as_secs_f64() * 1e6 / points.len() as f64;
    let what = format!(
        "municipality of a point over {vertices} vertices, one core, 1,000,000 points ({inside} inside)"
    );
    table.add(what, format!("{per_point:.2} µs"), "< 2 µs");
    drop((snapshot, atlas));
    support::close(thread);
}

/// The borders that are valid today.
fn drawn(snapshot: &atlas::snapshot::Snapshot) -> impl Iterator<Item = &Shape> {
    let blobs = snapshot.dictionary.municipalities.iter().filter_map(|m| m.current().boundary.as_ref());
    blobs.filter_map(|blob| snapshot.boundaries.get(blob)).map(|shape| &**shape)
}

fn somewhere(chance: &mut Chance, all: &Bounds) -> Position {
    let between = |low: i32, high: i32, at: f64| low + (f64::from(high - low) * at) as i32;
    Position::new(between(all.west, all.east, chance.unit()), between(all.south, all.north, chance.unit()))
}
