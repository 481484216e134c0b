//! Measuring: processor time of processes, peaks of memory, a table; and making large worlds.

use std::fmt::{Display, Formatter, Write as _};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use atlas::cli::opening::{Opened, system_clock};
use atlas::geometry::Position;
use atlas::service::Atlas;
use atlas::store::probe::probe_in_child;
use atlas::writer::core::Leaving;
use atlas::writer::open::OpenOptions;
use atlas::writer::space::{SpaceConfig, SpaceGuard};
use atlas::writer::steps::StepTrace;
use atlas::writer::{self, WriterThread};

/// Rows of a large world.
pub const MILLION: usize = 1_000_000;

/// What was measured, line by line.
#[derive(Default)]
pub struct Table(Vec<[String; 3]>);

impl Table {
    /// Adds a line: what, the figure, and the figure to reach.
    pub fn add(&mut self, what: impl Into<String>, figure: impl Into<String>, goal: impl Into<String>) {
        self.0.push([what.into(), figure.into(), goal.into()]);
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "| what | measured | to reach |\n|---|---|---|")?;
        for [what, figure, goal] in &self.0 {
            writeln!(f, "| {what} | {figure} | {goal} |")?;
        }
        Ok(())
    }
}

/// The machine, as far as it tells.
pub fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{} cores of {}, atlas {}",
        cores,
        model.unwrap_or("an unnamed processor"),
        env!("CARGO_PKG_VERSION")
    )
}

/// The binary that the bench was built with.
pub fn atlas() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas"));
    command.env("ATLAS_LANG", "en").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs `atlas` to its end; rejected rows are no failure here.
pub fn run(arguments: &[&str]) {
    let status = atlas().args(arguments).status().expect("the binary can be started");
    assert!(matches!(status.code(), Some(0 | 3)), "atlas {arguments:?} ended with {status}");
}

/// A file of the real data beside the project.
pub fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    path.exists().then_some(path)
}

pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("these paths are plain")
}

/// A server that is ready to answer.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn start(data: &Path) -> Self {
        let mut child = atlas()
            .args(["serve", "--listen", "127.0.0.1:0", "--data", text(data)])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("the server says when it is ready");
        let address = line.trim().trim_start_matches("listening on http://").to_owned();
        Self { child, address }
    }

    /// Processor time of the server and of its children that ended.
    pub fn cpu(&self) -> Duration {
        cpu_of(self.child.id())
    }

    /// The most memory that the server ever held, in bytes.
    pub fn peak_bytes(&self) -> u64 {
        self.memory_bytes("VmHWM:")
    }

    /// The memory that the server holds now, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        self.memory_bytes("VmRSS:")
    }

    fn memory_bytes(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let held = status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        held.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
    }

    /// Asks for `path` and returns the length of the answer.
    pub fn ask(&self, path: &str) -> u64 {
        let n = ask(&self.address, path).expect("the server listens");
        assert!(n > 0, "no answer to {path}");
        n
    }

    /// Stops the server as an operator would, and waits for it.
    pub fn stop(mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks a server for `path` and returns the length of the answer.
pub fn ask(address: &str, path: &str) -> std::io::Result<u64> {
    std::io::copy(&mut asked(address, path)?, &mut std::io::sink())
}

/// The entity tag of an answer.
pub fn etag_of(address: &str, path: &str) -> Option<String> {
    let lines = BufReader::new(asked(address, path).ok()?).lines();
    lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("etag: ")?.trim().to_owned()))
}

fn asked(address: &str, path: &str) -> std::io::Result<std::net::TcpStream> {
    let mut stream = std::net::TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: bench\r\n\r\n")?;
    Ok(stream)
}

/// Processor time of a process and of its children that ended.
pub fn cpu_of(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks =
        after_name.split_whitespace().skip(11).take(4).filter_map(|n| n.parse::<u64>().ok()).sum::<u64>();
    // The kernel counts in hundredths of a second, on every machine that it tells about in this file.
    Duration::from_millis(ticks * 10)
}

/// Processor time of this process.
pub fn own_cpu() -> Duration {
    clock(rustix::time::ClockId::ProcessCPUTime)
}

/// Processor time of this thread.
pub fn thread_cpu() -> Duration {
    clock(rustix::time::ClockId::ThreadCPUTime)
}

fn clock(id: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(id);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The middle one.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Numbers that look random and are the same every time (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal, with a deviation of 1.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// Places that rows gather around: longitude, latitude and their share.
const TOWNS: [(f64, f64, f64); 8] = [
    (135.0719, 48.4827, 0.48),
    (137.0073, 50.5503, 0.2),
    (140.2873, 48.9713, 0.07),
    (136.9, 50.24, 0.07),
    (134.66, 47.95, 0.05),
    (135.55, 47.3, 0.05),
    (140.72, 53.14, 0.04),
    (132.95, 51.48, 0.04),
];

/// A place in or near a town.
fn place(chance: &mut Chance) -> (f64, f64) {
    let mut share = chance.unit();
    let town = TOWNS.iter().find(|(.., part)| {
        share -= part;
        share < 0.0
    });
    let (lon, lat, _) = town.unwrap_or(&TOWNS[0]);
    (lon + chance.bell() * 0.06, lat + chance.bell() * 0.04)
}

/// A place anywhere in a square of 16 degrees.
fn anywhere(chance: &mut Chance) -> (f64, f64) {
    (130.0 + 16.0 * chance.unit(), 46.0 + 16.0 * chance.unit())
}

/// The same as a position.
pub fn place_e7(chance: &mut Chance) -> Position {
    let (lon, lat) = place(chance);
    Position::new((lon * 1e7) as i32, (lat * 1e7) as i32)
}

/// What the rows of a large world are.
#[derive(Clone, Copy)]
pub enum Rows {
    Problems,
    Appeals,
    /// Appeals that gather nowhere.
    Scattered,
}

/// Makes an atlas of a million invented rows through the front door.
pub fn large_world(rows: Rows, place_for_it: &Path) -> PathBuf {
    let (data, file) = world_of(rows, MILLION, place_for_it);
    std::fs::remove_file(file).expect("the file was just written");
    data
}

/// Makes an atlas of so many invented rows through the front door: its directory, and the file with the rows.
pub fn world_of(rows: Rows, count: usize, place_for_it: &Path) -> (PathBuf, PathBuf) {
    let (data, file) = (place_for_it.join("data"), place_for_it.join("rows.csv"));
    write_rows(rows, count, &file);
    let kind = match rows {
        Rows::Problems => "problems",
        Rows::Appeals | Rows::Scattered => "appeals",
    };
    run(&["import", kind, text(&file), "--data", text(&data)]);
    (data, file)
}

fn write_rows(rows: Rows, count: usize, file: &Path) {
    const CATEGORIES: [&str; 6] = ["roads.pothole", "yards", "utilities", "ecology", "heritage", "transport"];
    let mut out = BufWriter::new(std::fs::File::create(file).expect("a temporary file can be made"));
    let mut chance = Chance(27);
    let mut line = String::new();
    for n in 0..=count {
        line.clear();
        let (lon, lat) = match rows {
            Rows::Problems | Rows::Appeals => place(&mut chance),
            Rows::Scattered => anywhere(&mut chance),
        };
        let category = CATEGORIES[(chance.unit() * 6.0) as usize];
        let (year, month) = (2014 + (chance.unit() * 12.0) as u32, 1 + (chance.unit() * 12.0) as u32);
        match (n, rows) {
            (0, Rows::Problems) => {
                line.push_str("source_id,title,category,lon,lat,severity,registered_at,baseline_due\n");
            }
            (0, Rows::Appeals | Rows::Scattered) => line.push_str("source_id,category,lon,lat,received_at\n"),
            (_, Rows::Problems) => {
                let severity = 1 + (chance.unit() * 5.0) as u32;
                writeln!(line, "{n},Object {n},{category},{lon:.6},{lat:.6},{severity},{year}-{month:02}-05,{}-{month:02}-05", year + 1)
                    .expect("text can grow");
            }
            (_, Rows::Appeals | Rows::Scattered) => {
                writeln!(line, "{n},{category},{lon:.6},{lat:.6},{year}-{month:02}-05")
                    .expect("text can grow");
            }
        }
        out.write_all(line.as_bytes()).expect("the disk has room");
    }
    out.flush().expect("the disk has room");
}

/// Opens an atlas in this process, read-only.
pub fn open(data: &Path) -> (Arc<Atlas>, WriterThread) {
    let probe = |data: &Path| {
        let mut command = atlas();
        command.args(["probe-store", "--data", text(data)]);
        probe_in_child(data, command)
    };
    let options = OpenOptions { probe: &probe, space: SpaceConfig::default(), on_rebuild: &mut |_| {} };
    let (core, _) = writer::open::open(data, options).expect("the atlas was just made");
    let (store, space) = (core.store().clone(), SpaceGuard::new(data, SpaceConfig::default()));
    let running = writer::start(core, system_clock(), StepTrace::default(), true);
    let (atlas, thread) = Opened { running, store, data: data.to_owned(), space }.into_atlas(system_clock());
    // As `serve` does beside its start.
    atlas.warm();
    (atlas, thread)
}

/// Lets go of the data directory.
pub fn close(thread: WriterThread) {
    thread.stop(Leaving::AsItIs).expect("nothing was written");
}
