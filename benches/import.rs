//! How long does a planner wait for an import? Against GDAL's `ogr2ogr`, which writes the same rows into a GeoPackage with
//! its spatial index, in turns, so that both meet the same machine.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::support::{self, Table, median, project, shared, text};

const ROUNDS: usize = 7;
const ROWS: f64 = 121_145.0;

fn run_ogr(csv: &Path, package: &Path) -> bool {
    let _ = std::fs::remove_file(package);
    let mut command = Command::new("ogr2ogr");
    command.args(["-f", "GPKG", text(package), text(csv), "-a_srs", "EPSG:4326"]);
    command.args(["-oo", "X_POSSIBLE_NAMES=LONGITUDE", "-oo", "Y_POSSIBLE_NAMES=LATITUDE"]);
    command.args(["-lco", "SPATIAL_INDEX=YES"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn measure(table: &mut Table) -> Option<()> {
    let packed = shared("boston_311_2015.csv.gz")?;
    let place = tempfile::tempdir().expect("a temporary folder");
    let (csv, data, package) =
        (place.path().join("b.csv"), place.path().join("data"), place.path().join("b.gpkg"));
    unpack(&packed, &csv);
    let mapping = project("data/mappings/boston_311_problems.toml");
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let _ = std::fs::remove_dir_all(&data);
        let started = Instant::now();
        support::run(&["import", "problems", text(&csv), "--mapping", text(&mapping), "--data", text(&data)]);
        own.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        if run_ogr(&csv, &package) {
            peer.push(started.elapsed().as_secs_f64());
        }
    }
    let own = median(own);
    table.add("import of 121,145 rows (Boston, CSV)", format!("{own:.2} s, {:.0} rows/s", ROWS / own), "");
    if peer.is_empty() {
        eprintln!("SKIPPED the comparison: ogr2ogr (Debian gdal-bin) is not here");
    } else {
        let peer = median(peer);
        table.add(
            "ogr2ogr, the same rows into a GeoPackage",
            format!("{peer:.2} s, {:.0} rows/s", ROWS / peer),
            "",
        );
        table.add("rows/s, atlas against ogr2ogr", format!("{:.2} ×", peer / own), "≥ 3 ×");
    }
    Some(())
}

pub fn run(table: &mut Table) {
    if measure(table).is_none() {
        eprintln!("SKIPPED: the Boston file is not beside the project");
    }
}

fn unpack(packed: &Path, csv: &Path) {
    let file = std::fs::File::open(packed).expect("it exists");
    let mut reader = flate2::read::GzDecoder::new(file);
    let mut out = std::fs::File::create(csv).expect("a temporary file can be made");
    std::io::copy(&mut reader, &mut out).expect("the disk has room");
}
