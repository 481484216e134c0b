//! The table, on standard output and in a file.

use std::fmt::{Display, Formatter};

use super::super::support::{MILLION, machine, project};
use super::others::Tiles;
use super::ours::Spread;
use super::{DEEPEST, PERIOD};

/// Processor milliseconds, as a person reads them.
pub fn ms(ms: f64) -> String {
    if ms >= 1_000.0 { format!("{:.2} s", ms / 1e3) } else { format!("{ms:.2} ms") }
}

/// What was measured.
pub struct Report {
    points: usize,
    versions: Vec<String>,
    rows: Vec<[String; 4]>,
    growth: Vec<String>,
}

impl Report {
    pub fn new(points: usize) -> Self {
        Self { points, versions: Vec::new(), rows: Vec::new(), growth: Vec::new() }
    }

    /// Names a peer and its version.
    pub fn version(&mut self, version: &str) {
        self.versions.push(version.to_owned());
    }

    /// Adds a line: what, our figure, the peer's, and what to reach.
    pub fn add(
        &mut self,
        what: impl Into<String>,
        ours: impl Into<String>,
        theirs: impl Into<String>,
        goal: impl Into<String>,
    ) {
        self.rows.push([what.into(), ours.into(), theirs.into(), goal.into()]);
    }

    /// Adds a line with how many times faster we are; processor milliseconds.
    pub fn compare(&mut self, what: String, ours: f64, theirs: Option<f64>, goal: &str) {
        let theirs = match theirs {
            Some(theirs) => format!("{}; ours is {:.1} × as fast", ms(theirs), theirs / ours.max(1e-6)),
            None => "not measured: the peer is not here".to_owned(),
        };
        self.add(what, ms(ours), theirs, goal);
    }

    /// Adds a line with the middle and the dear end of many tiles.
    pub fn spread(&mut self, what: &str, ours: &Spread, theirs: Option<Tiles>) {
        let pair = |p50: f64, p99: f64| format!("p50 {p50:.3}, p99 {p99:.3} ms");
        let theirs = theirs.map_or_else(|| "not measured".to_owned(), |t| pair(t.p50_ms, t.p99_ms));
        self.add(what, pair(ours.p50(), ours.p99()), theirs, "");
    }

    /// Adds a line to the table of sizes: all tiles, and those of a filter.
    #[allow(clippy::needless_pass_by_value)] // two measurements, used up
    pub fn grows(&mut self, size: usize, all: Spread, few: Spread) {
        let cells = |s: &Spread| {
            format!("{} | {} | {:.3} | {:.3} | {:.3}", s.count(), ms(s.total()), s.p50(), s.p99(), s.worst())
        };
        self.growth.push(format!("| {size} | {} | {} |", cells(&all), cells(&few)));
    }

    /// Writes the file: `docs/benchmarks.md`, or, when less was measured than that tells of, beside what was built.
    pub fn save(&self) {
        let name = if self.points >= MILLION { "docs/benchmarks.md" } else { "target/benchmarks.md" };
        std::fs::write(project(name), self.to_string()).expect("the project's folder can be written");
        eprintln!("written: {name}");
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "# Tiles, clusters and heat beside their peers\n")?;
        writeln!(
            f,
            "Written by `make bench-tiles`. Machine: {}. Peers: {}.\n",
            machine(),
            self.versions.join(", ")
        )?;
        writeln!(
            f,
            "All programs got the same {} invented points around eight towns. Figures are processor time, of this thread \
             for tiles, of the whole process for building and for the peers, unless a rate says otherwise. Tiles are asked for \
             the first time, with the filter applied; supercluster runs with the options it comes with. The filter keeps {} \
             to {}.\n\n\
             The symbols are not the same, by design. supercluster draws circles around points in the order of its tree, whatever \
             border they cross, and counts a point near the edge of a tile in both. Ours are cells of a grid that never join two \
             municipalities, one symbol for each municipality below zoom 7, and every row is in exactly one symbol of a zoom. \
             Both keep the same counts for the same input, every time.\n",
            self.points, PERIOD.0, PERIOD.1
        )?;
        writeln!(f, "| what | ours | peer | to reach |\n|---|---|---|---|")?;
        for [what, ours, theirs, goal] in &self.rows {
            writeln!(f, "| {what} | {ours} | {theirs} | {goal} |")?;
        }
        writeln!(f, "\n## Cost by the number of points\n")?;
        writeln!(
            f,
            "All tiles of z0–{DEEPEST} that hold something, without a filter and under the one above; milliseconds of \
             processor time a tile.\n"
        )?;
        writeln!(
            f,
            "| points | tiles | total | p50 | p99 | dearest | tiles, filter | total | p50 | p99 | dearest |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|---|---|")?;
        for row in &self.growth {
            writeln!(f, "{row}")?;
        }
        writeln!(f, "\n## Again\n")?;
        writeln!(
            f,
            "`make bench-tiles` installs supercluster, vt-pbf, datashader and Martin at the versions named in \
             `benches/peers/` and in the `Makefile`, and needs `wrk` (Debian package of that name). What is not there is left \
             out, aloud. `ATLAS_BENCH_POINTS=100000 make bench-tiles` only shows that it works."
        )
    }
}
