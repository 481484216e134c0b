//! What does it cost to rate everybody anew, to look for crowds, and to go back to a past day? Beside the programs that people
//! use for it: `make bench-ratings` installs those and writes `docs/ratings-benchmarks.md`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use atlas::analytics::dbscan::{Found, cluster};
use atlas::analytics::facts::{AsOf, MunicipalityInput, ProblemFact, Solutions};
use atlas::analytics::getis::gi_star;
use atlas::analytics::method::Method;
use atlas::analytics::rating::{Inputs, Period, rate};
use atlas::analytics::shrinkage::{Marks, Share};
use atlas::analytics::survival::{Spell, Survival, Z_95};
use atlas::domain::{CategoryNo, Kopecks, Level, MunicipalityNo, Status, Timestamp};
use atlas::geometry::Position;
use atlas::service::filter::{Filter, Moment};
use geo::{Dbscan as _, Point};
use rayon::prelude::*;
use serde::Deserialize;

use super::support::{
    Chance, MILLION, Rows, Table, close, large_world, machine, median, open, own_cpu, project,
};

const DAY_MS: i64 = 86_400_000;
/// Noon of some day, and the beginning of it.
const NOW: AsOf = AsOf { now: Timestamp(1_795_327_200_000), today: Timestamp(1_795_269_600_000) };

pub fn run(table: &mut Table) {
    ratings(table, 19, 9_285, 9, "< 50 ms");
    ratings(table, 2_000, MILLION, 5, "< 2 s");
    rebuild(table);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (waits, cells, crowds) = (waits(folder.path()), hot_cells(folder.path()), crowds(folder.path()));
    let peers = peers(folder.path());
    let of = |peer: fn(&Peers) -> &Peer| peers.as_ref().map(peer);
    let what = "board of 19 municipalities: Kaplan–Meier over 300,000 waits, medians with intervals";
    waits.beside(table, what, of(|p| &p.kaplan_meier), "≥ 30 ×");
    let what =
        format!("Gi* on a grid of 256 × 256; greatest difference of z: {:.1e}", cells.apart(folder.path()));
    cells.ours.beside(table, &what, of(|p| &p.gi_star), "≥ 300 ×, |Δz| ≤ 1e-9");
    let what = format!("DBSCAN over 1,000,000 points of eight towns, {RADIUS_M} m, {LEAST} points");
    crowds.ours.beside(table, &what, of(|p| &p.dbscan), "≥ 25 ×, the same clusters and core points");
    crowds.beside_geo(table);
}

/// The same, in a file with what it was measured on.
pub fn report() {
    let mut table = Table::default();
    run(&mut table);
    let told = format!(
        "# Ratings and hot spots beside their peers\n\nWritten by `make bench-ratings`. Machine: {}.\n\nInputs are invented and the \
         same for all. Each figure is the middle of some runs, wall time and, in brackets, the processor time of the whole \
         process; how many times faster is told by processor time, which other work on the machine disturbs less, and by wall \
         time. `found` are clusters, core points and noise; for the board the sum of the medians in millionths of a day, and their number.\n\n{table}\n\
         `make bench-ratings` installs the peers at the versions of `benches/peers/requirements-ratings.txt`. The `geo` crate \
         clusters in the plane, so it gets metres of a local projection: its labels differ where the two distances do. \
         `cargo bench --locked --bench atlas -- ratings` prints the same without writing it.\n",
        machine()
    );
    print!("{told}");
    std::fs::write(project("docs/ratings-benchmarks.md"), told).expect("the project's folder can be written");
}

/// What a peer tells of one piece of work.
#[derive(Deserialize)]
struct Peer {
    peer: String,
    wall_ms: f64,
    cpu_ms: f64,
    found: [u64; 3],
}

/// What `benches/peers/ratings.py` tells.
#[derive(Deserialize)]
struct Peers {
    runtime: String,
    kaplan_meier: Peer,
    gi_star: Peer,
    dbscan: Peer,
}

/// The peers on the inputs in `folder`; `None`, told aloud, where they are not installed.
fn peers(folder: &Path) -> Option<Peers> {
    let here = project("benches/peers");
    let mut command = Command::new(here.join(".venv-ratings/bin/python"));
    command.arg(here.join("ratings.py")).arg(folder).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().ok().filter(|output| output.status.success());
    let told: Option<Peers> = output.and_then(|output| serde_json::from_slice(&output.stdout).ok());
    match &told {
        Some(told) => eprintln!("peers on {}", told.runtime),
        None => eprintln!("SKIPPED: the peers are not here, or failed: `make bench-ratings` installs them"),
    }
    told
}

/// A measured piece of work: wall and processor milliseconds, and what it found.
struct Measured {
    wall: f64,
    cpu: f64,
    found: [u64; 3],
}

impl Measured {
    fn told(&self) -> String {
        format!("{:.2} ms ({:.2} ms), found {:?}", self.wall, self.cpu, self.found)
    }

    /// A line of the table beside a peer's figures.
    fn beside(&self, table: &mut Table, what: &str, peer: Option<&Peer>, goal: &str) {
        let theirs = peer.map_or_else(
            || "peer not measured: not here".to_owned(),
            |peer| {
                format!(
                    "{}: {:.0} ms ({:.0} ms), found {:?}: {:.0} × by processor time, {:.0} × by wall time",
                    peer.peer,
                    peer.wall_ms,
                    peer.cpu_ms,
                    peer.found,
                    peer.cpu_ms / self.cpu,
                    peer.wall_ms / self.wall
                )
            },
        );
        table.add(what, format!("{}; {theirs}", self.told()), goal);
    }
}

/// Writes numbers, little endian, for the peers.
fn give(folder: &Path, name: &str, numbers: impl Iterator<Item = f64>) {
    let bytes: Vec<u8> = numbers.flat_map(f64::to_le_bytes).collect();
    std::fs::write(folder.join(name), bytes).expect("the disk has room");
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
        solutions: Solutions {
            last: resolved.then_some(Timestamp(closed)),
            undone: (resolved && below(1.0) < 0.05).then_some(Timestamp(closed)),
        },
        extensions: u8::from(below(1.0) < 0.1),
    }
}

/// The world of a past day out of a million events, and what is left to do when it is asked for again.
fn rebuild(table: &mut Table) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = large_world(Rows::Problems, place.path());
    let (atlas, thread) = open(&data);
    let days = ["2021-03-01", "2022-07-01", "2024-01-01"];
    let filters = days.map(|day| {
        let day = day.parse().expect("a day");
        Filter { as_of: Some(Moment::Day(day)), ..Filter::default() }
    });
    let mut filters = filters.iter().cycle();
    let (wall, cpu) = timed(days.len(), || {
        let filter = filters.next().expect("they go round");
        assert!(atlas.read_for(filter).is_ok_and(|reading| reading.past));
    });
    drop(atlas);
    close(thread);
    table.add(
        "the world of a past day, out of 1,000,000 problems and as many events",
        format!("{wall:.0} ms ({cpu:.0} ms)"),
        "< 1 s",
    );
}

/// The board of waits: for each municipality the median of its appeals, with its interval.
fn waits(folder: &Path) -> Measured {
    let mut chance = Chance(27);
    let spells: Vec<Spell> =
        (0..300_000).map(|_| Spell { days: chance.unit() * 300.0, resolved: chance.unit() < 0.8 }).collect();
    give(folder, "days.f64", spells.iter().map(|spell| spell.days));
    let resolved: Vec<u8> = spells.iter().map(|spell| u8::from(spell.resolved)).collect();
    std::fs::write(folder.join("resolved.u8"), resolved).expect("the disk has room");
    // As many for each, one after the other: the last has what is left over.
    let of_unit: Vec<&[Spell]> = spells.chunks(spells.len().div_ceil(UNITS)).collect();
    let mut medians: Vec<(Option<f64>, [Option<f64>; 2])> = Vec::new();
    let (wall, cpu) = timed(9, || {
        medians = of_unit
            .par_iter()
            .map(|own| {
                let survival = Survival::estimate(own.to_vec());
                (survival.median(), survival.median_interval(Z_95))
            })
            .collect();
    });
    let sum: f64 = medians.iter().filter_map(|(median, _)| *median).sum();
    Measured { wall, cpu, found: [(sum * 1e6).round() as u64, medians.len() as u64, 0] }
}

/// Municipalities of the board of waits.
const UNITS: usize = 19;

/// Radius of the crowds that are looked for, metres, and points that make a core point.
const RADIUS_M: f64 = 50.0;
const LEAST: usize = 10;

struct Crowds {
    ours: Measured,
    found: Found,
    places: Vec<Position>,
}

fn crowds(folder: &Path) -> Crowds {
    let mut chance = Chance(27);
    let places: Vec<Position> = (0..MILLION).map(|_| super::support::place_e7(&mut chance)).collect();
    give(folder, "places.f64", places.iter().flat_map(|place| [place.lat_deg(), place.lon_deg()]));
    let asked = format!("{{\"radius_m\": {RADIUS_M}, \"least\": {LEAST}}}");
    std::fs::write(folder.join("dbscan.json"), asked).expect("the disk has room");
    let mut found = Found { labels: Vec::new(), core: Vec::new(), clusters: 0 };
    let (wall, cpu) = timed(5, || found = cluster(&places, RADIUS_M, LEAST));
    let count = |hits: usize| hits as u64;
    let ours = Measured {
        wall,
        cpu,
        found: [
            u64::from(found.clusters),
            count(found.core.iter().filter(|core| **core).count()),
            count(found.labels.iter().filter(|label| label.is_none()).count()),
        ],
    };
    Crowds { ours, found, places }
}

impl Crowds {
    /// Beside the `geo` crate, which measures in the plane and tells no core points.
    fn beside_geo(&self, table: &mut Table) {
        const METRES_A_DEGREE: f64 = 111_195.08;
        let across = 49f64.to_radians().cos();
        let flat = |place: &Position| {
            Point::new(place.lon_deg() * METRES_A_DEGREE * across, place.lat_deg() * METRES_A_DEGREE)
        };
        let points: Vec<Point> = self.places.iter().map(flat).collect();
        let mut labels = Vec::new();
        let (wall, cpu) = timed(1, || labels = points.dbscan(RADIUS_M, LEAST));
        let noise = labels.iter().filter(|label| label.is_none()).count();
        let alike = labels.iter().zip(&self.found.labels).filter(|(a, b)| a.is_some() == b.is_some()).count();
        table.add(
            "the same points, in the plane",
            format!(
                "geo 0.33: {wall:.0} ms ({cpu:.0} ms), noise {noise}, the same verdict (in a cluster or noise) on {alike} points: \
                 {:.1} × by processor time, {:.1} × by wall time",
                cpu / self.ours.cpu,
                wall / self.ours.wall
            ),
            "≥ 6 ×",
        );
    }
}

struct Cells {
    ours: Measured,
    z: Vec<f64>,
}

fn hot_cells(folder: &Path) -> Cells {
    const SIDE: usize = 256;
    let mut chance = Chance(27);
    let values: Vec<f64> = (0..SIDE * SIDE).map(|_| (chance.unit() * 20.0).floor()).collect();
    give(folder, "values.f64", values.iter().copied());
    let near = |at: usize| at.saturating_sub(1)..(at + 2).min(SIDE);
    let around: Vec<Vec<u32>> = (0..SIDE * SIDE)
        .map(|n| {
            near(n / SIDE)
                .flat_map(|y| near(n % SIDE).map(move |x| (y * SIDE + x) as u32))
                .filter(|at| *at as usize != n)
                .collect()
        })
        .collect();
    let mut z = Vec::new();
    let (wall, cpu) =
        timed(9, || z = gi_star(&values, &around).into_iter().map(|cell| cell.z).collect::<Vec<f64>>());
    Cells { ours: Measured { wall, cpu, found: [z.len() as u64, 0, 0] }, z }
}

impl Cells {
    /// The greatest difference from what the peer wrote into `folder`; not a number where it wrote nothing.
    fn apart(&self, folder: &Path) -> f64 {
        let Ok(bytes) = std::fs::read(folder.join("z.f64")) else { return f64::NAN };
        let theirs =
            bytes.chunks_exact(8).map(|eight| f64::from_le_bytes(eight.try_into().expect("eight bytes")));
        self.z.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }
}
