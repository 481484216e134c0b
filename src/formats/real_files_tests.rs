//! The readers on real files, where they are at hand: `../shared/data` beside the project. Skipped, aloud, elsewhere.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use super::{Batch, FromRecord, Limits, Mapping, ReadPlan, ReadSummary, WarningCounts, read_rows};
use crate::domain::row::{AppealRow, MunicipalityRow, ProblemRow, RowIdentity};
use crate::domain::time::Zone;
use crate::domain::{Quality, Status, Timestamp};
use crate::geometry::Bounds;

const BOSTON: &str = r#"
    format = "csv"
    time_zone = "America/New_York"
    [constants]
    source = "boston-311-2015"
    [columns]
    source_id = "CASE_ENQUIRY_ID"
    registered_at = "OPEN_DT"
    baseline_due = "TARGET_DT"
    resolved_at = "CLOSED_DT"
    status = "CASE_STATUS"
    category = "TYPE"
    responsible = "Department"
    address = "neighborhood"
    [coordinates]
    lon = "LONGITUDE"
    lat = "LATITUDE"
    [dates]
    formats = ["%m/%d/%Y %I:%M:%S %p"]
    [values.status]
    Open = "registered"
    Closed = "resolved"
"#;

const STUTTGART: &str = r#"
    time_zone = "Europe/Berlin"
    [constants]
    source = "stuttgart"
    [columns]
    received_at = "first_seen_at_timestamp"
"#;

const DISTRICTS: &str = "[columns]\nname = \"district\"";

/// Opens a real file, or says that it is not there.
fn open(name: &str) -> Option<File> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../shared/data", name].iter().collect();
    let file = File::open(&path).ok();
    if file.is_none() {
        eprintln!("skipped: {} is not there", path.display());
    }
    file
}

fn plan<T: FromRecord>(mapping: &str, bounds: [f64; 4]) -> ReadPlan {
    ReadPlan {
        format: None,
        mapping: Mapping::parse(mapping, T::KIND).unwrap(),
        zone: Zone::parse("Asia/Vladivostok").unwrap(),
        region_bounds: Some(Bounds::parse_degrees(bounds).unwrap()),
        now: Timestamp::parse_rfc3339("2026-11-22T00:00:00Z").unwrap(),
        limits: Limits::default(),
    }
}

/// All batches of a file as one.
fn read_all<T: FromRecord>(input: impl Read, plan: &ReadPlan) -> (Batch<T>, ReadSummary) {
    let mut all =
        Batch { rows: vec![], rejections: vec![], warnings: WarningCounts::default(), records: 0, bytes: 0 };
    let summary = read_rows(input, plan, |batch: Batch<T>| {
        all.rows.extend(batch.rows);
        all.rejections.extend(batch.rejections);
        all.warnings.add(&batch.warnings);
        all.records += batch.records;
        all.bytes += batch.bytes;
        ControlFlow::Continue(())
    });
    (all, summary.unwrap())
}

const BOSTON_BOUNDS: [f64; 4] = [-71.2, 42.2, -70.9, 42.45];
const STUTTGART_BOUNDS: [f64; 4] = [9.0, 48.6, 9.4, 48.9];
const KHABAROVSK_BOUNDS: [f64; 4] = [130.0, 46.0, 148.0, 63.0];

#[test]
fn every_row_of_the_boston_file_is_taken_or_rejected_and_its_dirt_is_flagged() {
    let Some(file) = open("boston_311_2015.csv.gz") else { return };
    let size = file.metadata().unwrap().len();
    let (all, summary) = read_all::<ProblemRow>(file, &plan::<ProblemRow>(BOSTON, BOSTON_BOUNDS));
    assert_eq!(summary.records, 121_145);
    assert_eq!(all.rows.len() as u64 + summary.rejected, 121_145);
    assert_eq!(summary.rejected, 0, "{:?}", all.rejections.first());
    assert_eq!(all.bytes, size);
    let flagged = |flag| all.rows.iter().filter(|row| row.flags.contains(flag)).count();
    assert_eq!(flagged(Quality::ClosedBeforeOpened), 197);
    assert!(all.rows.windows(2).all(|w| w[0].row + 1 == w[1].row));
    let first = &all.rows[0];
    assert_eq!((first.row, first.source_id.as_str()), (1, "101001242404"));
    assert_eq!(first.registered_at.unwrap().to_string(), "2015-01-05T17:40:41Z");
    assert_eq!((first.status, first.title.as_str()), (Some(Status::Resolved), "Abandoned Bicycle"));
}

#[test]
fn every_row_of_the_stuttgart_file_is_taken_and_equal_rows_have_equal_identities() {
    let Some(file) = open("stuttgart_gelbe_karten.csv.gz") else { return };
    let (all, summary) = read_all::<AppealRow>(file, &plan::<AppealRow>(STUTTGART, STUTTGART_BOUNDS));
    assert_eq!(summary.records, 134_627);
    assert_eq!(all.rows.len() as u64 + summary.rejected, 134_627);
    assert_eq!(summary.rejected, 0, "{:?}", all.rejections.first());
    let mut identities: Vec<u128> = all
        .rows
        .iter()
        .map(|row| match row.identity {
            RowIdentity::Content(hash) => hash,
            RowIdentity::SourceId(_) => panic!("the file has no ids"),
        })
        .collect();
    identities.sort_unstable();
    identities.dedup();
    assert_eq!(all.rows.len() - identities.len(), 1019);
}

#[test]
fn all_nineteen_real_borders_are_taken() {
    let Some(file) = open("khabarovsk_districts_osm.geojson") else { return };
    let plan = plan::<MunicipalityRow>(DISTRICTS, KHABAROVSK_BOUNDS);
    let (all, summary) = read_all::<MunicipalityRow>(file, &plan);
    assert_eq!((summary.records, all.rows.len()), (19, 19), "{:?}", all.rejections);
    let vertices: usize = all.rows.iter().map(|row| row.shape.vertices().count()).sum();
    assert!((99_000..99_549).contains(&vertices), "{vertices}");
    assert!(all.rows.iter().any(|row| row.name == "Район Лазо"));
}

#[test]
fn the_ready_mappings_fit_their_files() {
    fn fits<T: FromRecord>(file: &str, mapping: &str, bounds: [f64; 4], rows: u64) {
        let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "data", "mappings", mapping].iter().collect();
        let Ok(mapping) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            return;
        };
        let plan = plan::<T>(&mapping, bounds);
        let Some(file) = open(file) else { return };
        let (all, summary) = read_all::<T>(file, &plan);
        assert_eq!((summary.records, summary.rejected), (rows, 0), "{:?}", all.rejections.first());
        assert!(summary.unseen_properties.is_empty());
    }
    fits::<ProblemRow>("boston_311_2015.csv.gz", "boston_311_problems.toml", BOSTON_BOUNDS, 121_145);
    fits::<AppealRow>(
        "stuttgart_gelbe_karten.csv.gz",
        "stuttgart_gelbe_karten_appeals.toml",
        STUTTGART_BOUNDS,
        134_627,
    );
    let borders = "khabarovsk_districts_osm";
    let (file, mapping) = (format!("{borders}.geojson"), format!("{borders}.toml"));
    fits::<MunicipalityRow>(&file, &mapping, KHABAROVSK_BOUNDS, 19);
}

/// Run with `cargo test --release --lib formats::real_files -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, for release builds"]
fn how_long_the_real_files_take() {
    fn measure<T: FromRecord>(name: &str, mapping: &str, bounds: [f64; 4]) {
        let Some(mut file) = open(name) else { return };
        let mut bytes = Vec::new();
        if name.ends_with(".gz") {
            flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
        } else {
            file.read_to_end(&mut bytes).unwrap();
        }
        let plan = plan::<T>(mapping, bounds);
        let read = || {
            let mut rows = 0;
            let start = Instant::now();
            read_rows(&bytes[..], &plan, |batch: Batch<T>| {
                rows += batch.rows.len();
                ControlFlow::Continue(())
            })
            .unwrap();
            (start.elapsed(), rows)
        };
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let best = (0..7).map(|_| pool.install(read)).min().unwrap();
            eprintln!("{name}: {} rows, {} threads of the pool: {:?}", best.1, threads, best.0);
        }
    }
    measure::<ProblemRow>("boston_311_2015.csv.gz", BOSTON, BOSTON_BOUNDS);
    measure::<AppealRow>("stuttgart_gelbe_karten.csv.gz", STUTTGART, STUTTGART_BOUNDS);
    measure::<MunicipalityRow>("khabarovsk_districts_osm.geojson", DISTRICTS, KHABAROVSK_BOUNDS);
}
