//! The peers, each a script beside this file that prints one JSON object.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::support::{ask, cpu_of, project, text};
use super::{CENTRE, DEEPEST, PERIOD};

/// What supercluster tells; processor milliseconds.
#[derive(Deserialize)]
pub struct Supercluster {
    pub version: String,
    pub runtime: String,
    pub load_ms: f64,
    pub all: Measured,
    pub reload_ms: f64,
    pub under_filter: Measured,
}

/// Cutting the same tiles twice.
#[derive(Deserialize, Clone, Copy)]
pub struct Measured {
    /// As objects.
    pub objects: Tiles,
    /// As the bytes of vector tiles.
    pub encoded: Tiles,
}

/// Cutting many tiles.
#[derive(Deserialize, Clone, Copy)]
pub struct Tiles {
    pub total_ms: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// What datashader tells.
#[derive(Deserialize)]
pub struct Datashader {
    pub version: String,
    pub runtime: String,
    pub by_zoom_ms: Vec<f64>,
}

/// Loading alone.
#[derive(Deserialize)]
struct Loading {
    load_ms: f64,
}

pub fn supercluster(rows: &Path) -> Option<Supercluster> {
    told(&mut supercluster_of(&[text(rows), PERIOD.0, PERIOD.1]), SUPERCLUSTER)
}

/// Processor milliseconds of loading.
pub fn supercluster_load(rows: &Path) -> Option<f64> {
    told(&mut supercluster_of(&[text(rows)]), SUPERCLUSTER).map(|Loading { load_ms }| load_ms)
}

const SUPERCLUSTER: &str = "supercluster (Node.js and npm)";

fn supercluster_of(arguments: &[&str]) -> Command {
    let mut command = Command::new("node");
    // A million features of GeoJSON need more than the default.
    command.arg("--max-old-space-size=8192").arg(script("supercluster.mjs")).args(arguments);
    command
}

/// What datashader tells, and the counts of its cells, picture by picture.
pub fn datashader(rows: &Path) -> Option<(Datashader, Vec<u32>)> {
    let counts = rows.with_file_name("counts.bin");
    let mut command = Command::new(script(".venv/bin/python"));
    command.arg(script("heat.py")).arg(rows);
    command.args([CENTRE.0.to_string(), CENTRE.1.to_string(), DEEPEST.to_string()]).arg(&counts);
    let told = told(&mut command, "datashader (Python and pip)")?;
    let bytes = std::fs::read(counts).ok()?;
    let (counts, _) = bytes.as_chunks();
    Some((told, counts.iter().map(|count| u32::from_le_bytes(*count)).collect()))
}

fn script(name: &str) -> PathBuf {
    project("benches/peers").join(name)
}

/// Runs a peer; `None`, told aloud, where it is absent or fails.
fn told<T: DeserializeOwned>(command: &mut Command, name: &str) -> Option<T> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().ok();
    let told = output.filter(|output| output.status.success());
    let told = told.and_then(|output| serde_json::from_slice(&output.stdout).ok());
    if told.is_none() {
        eprintln!("SKIPPED: {name} is not here, or failed: `make bench-tiles` installs it");
    }
    told
}

/// Martin, serving the rows of a CSV as a GeoJSON source, without its cache.
pub struct Martin {
    child: Child,
    pub address: String,
}

impl Martin {
    /// The name of the source.
    pub const SOURCE: &str = "points";
    /// How long it may take to read its source.
    const READY_WITHIN: Duration = Duration::from_secs(300);

    /// `None`, told aloud, where it is absent.
    pub fn start(rows: &Path) -> Option<Self> {
        let program = script(".martin/bin/martin");
        if !program.exists() {
            eprintln!("SKIPPED: Martin is not here: `make bench-tiles` builds it");
            return None;
        }
        let file = rows.with_file_name(format!("{}.geojson", Self::SOURCE));
        write_geojson(rows, &file);
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let address = free.expect("a free port").to_string();
        let mut command = Command::new(program);
        command.args(["--listen-addresses", &address, "--cache-size", "0"]).arg(&file);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let martin = Self { child, address };
        let begun = Instant::now();
        while ask(&martin.address, "/health").unwrap_or(0) == 0 {
            assert!(begun.elapsed() < Self::READY_WITHIN, "Martin does not answer");
            std::thread::sleep(Duration::from_millis(200));
        }
        Some(martin)
    }

    pub fn version() -> String {
        let output = Command::new(script(".martin/bin/martin")).arg("--version").output();
        output.map_or_else(
            |_| "Martin".to_owned(),
            |told| String::from_utf8_lossy(&told.stdout).trim().to_owned(),
        )
    }

    pub fn cpu(&self) -> Duration {
        cpu_of(self.child.id())
    }
}

impl Drop for Martin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The rows of a CSV of appeals as GeoJSON.
fn write_geojson(rows: &Path, file: &Path) {
    let lines = BufReader::new(std::fs::File::open(rows).expect("the rows were just written")).lines();
    let mut out = BufWriter::new(std::fs::File::create(file).expect("a temporary file can be made"));
    let mut write = |text: &str| out.write_all(text.as_bytes()).expect("the disk has room");
    write(r#"{"type":"FeatureCollection","features":["#);
    for (n, line) in lines.skip(1).enumerate() {
        let line = line.expect("the rows are text");
        let cells: Vec<&str> = line.split(',').collect();
        let [id, category, lon, lat, ..] = cells[..] else { continue };
        let comma = if n == 0 { "" } else { "," };
        write(&format!(
            r#"{comma}{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{lon},{lat}]}},"properties":{{"id":"{id}","category":"{category}"}}}}"#
        ));
    }
    write("]}");
    out.flush().expect("the disk has room");
}
