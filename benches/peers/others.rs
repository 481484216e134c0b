//! The peers, each a script beside this file that prints one JSON object.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::support::{project, text};
use super::{CENTRE, DEEPEST, PERIOD};

/// What supercluster tells; processor milliseconds.
#[derive(Deserialize)]
pub struct Supercluster {
    pub version: String,
    pub runtime: String,
    pub load_ms: f64,
    pub all: Tiles,
    pub reload_ms: f64,
    pub under_filter: Tiles,
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

pub fn supercluster(rows: &Path) -> Option<Supercluster> {
    let mut command = Command::new("node");
    // A million features of GeoJSON need more than the default.
    command.arg("--max-old-space-size=8192").arg(script("supercluster.mjs"));
    told(command.args([text(rows), PERIOD.0, PERIOD.1]), "supercluster (Node.js and npm)")
}

pub fn datashader(rows: &Path) -> Option<Datashader> {
    let mut command = Command::new(script(".venv/bin/python"));
    command.arg(script("heat.py")).arg(rows);
    command.args([CENTRE.0.to_string(), CENTRE.1.to_string(), DEEPEST.to_string()]);
    told(&mut command, "datashader (Python and pip)")
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
