//! Files that no one should ever send, and someone will: nothing of them is in, no panic, no memory without end.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;

use serde_json::Value as Json;

use crate::imports::Bench;
use crate::support::{atlas, must, path, small_problems, text};

/// The file must be refused as unusable, with words of it; no atlas may come of it, and one that is there stays as it is.
fn refused(bench: &Bench, file: &Path, more: &[&str], said: &str) {
    let (output, report) = bench.import("problems", file, more);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{}: {told}", file.display());
    assert!(told.contains(said), "{}: {told}", file.display());
    assert_eq!(report, Json::Null);
    assert!(!bench.data().exists(), "{}: an atlas was made of nothing", file.display());
    let full = Bench::new();
    full.counts("problems", &full.file("good.geojson", small_problems()), &[], 0);
    let before = full.journal();
    let (output, _) = full.import("problems", file, more);
    assert_eq!(output.status.code(), Some(2), "{}", file.display());
    assert_eq!(full.journal(), before, "{}", file.display());
}

#[test]
fn files_that_are_no_records_at_all_are_unusable() {
    let bench = Bench::new();
    refused(&bench, &bench.file("empty.csv", ""), &[], "empty");
    refused(&bench, &bench.file("blank.geojson", " \n\t\r\n "), &[], "empty");
    refused(&bench, &bench.file("empty.ndjson", "\n\n"), &[], "empty");
    let folder = bench.file("folder-beside", "").with_file_name("folder");
    std::fs::create_dir(&folder).unwrap();
    refused(&bench, &folder, &[], "folder");
    refused(&bench, &folder.with_file_name("nowhere.csv"), &[], "nowhere");
    refused(&bench, &bench.file("a.xlsx", b"PK\x03\x04\x14\x00\x06\x00"), &[], "");
    refused(&bench, &bench.file("a.gpkg", b"SQLite format 3\0"), &[], "");
    refused(&bench, &bench.file("a.csv", [0u8; 5_000]), &[], "");
    let utf16: Vec<u8> = "source_id,title".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&bench, &bench.file("utf16.csv", utf16), &[], "UTF-16");
    refused(&bench, &bench.file("page.geojson", "<!doctype html><p>404"), &[], "");
    refused(&bench, &bench.file("b.geojson", "[1,2,3]"), &[], "");
    refused(&bench, &bench.file("c.geojson", r#"{"type":"Topology","objects":{}}"#), &[], "Topology");
    refused(&bench, &bench.file("d.geojson", r#"{"type":"FeatureCollection"}"#), &[], "");
    refused(&bench, &bench.file("e.csv", "colour,size\nred,3\n"), &[], "");
}

/// Many good features, and bytes after which the file may be cut.
fn many(n: usize) -> String {
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[\n");
    for id in 0..n {
        let comma = if id == 0 { "" } else { "," };
        text.push_str(&format!(
            "{comma}{{\"type\":\"Feature\",\"properties\":{{\"source_id\":\"{id}\",\"title\":\"A road [{id}] \\\"}}\"}},\
             \"geometry\":{{\"type\":\"Point\",\"coordinates\":[135.06,48.48]}}}}\n"
        ));
    }
    text.push_str("]}\n");
    text
}

#[test]
fn a_document_that_breaks_off_anywhere_leaves_nothing() {
    // More than one batch, so that a good beginning would have been in long before the fault shows.
    let whole = many(12_000);
    for cut in [whole.len() - 2, whole.len() - 4, whole.len() / 2, 700_001, 60, 1] {
        let bench = Bench::new();
        refused(&bench, &bench.file("cut.geojson", &whole.as_bytes()[..cut]), &[], "");
    }
    let bench = Bench::new();
    let counts = bench.counts("problems", &bench.file("whole.geojson", &whole), &[], 0).0;
    assert_eq!(counts, [12_000, 0, 0, 0]);
}

#[test]
fn sequences_tables_and_archives_that_break_off_leave_nothing() {
    let bench = Bench::new();
    let lines: String =
        many(12_000).lines().skip(1).map(|line| line.trim_start_matches(',').to_owned() + "\n").collect();
    let lines = lines.trim_end().trim_end_matches("]}");
    refused(&bench, &bench.file("cut.ndjson", &lines.as_bytes()[..lines.len() - 40]), &[], "");
    let mut table = "source_id,title,lon,lat\n".to_owned();
    (0..30_000).for_each(|n| table.push_str(&format!("{n},Road,135.06,48.48\n")));
    refused(&bench, &bench.file("quote.csv", format!("{table}x,\"Road,135,48\n")), &[], "");
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(table.as_bytes()).unwrap();
    let zipped = zipped.finish().unwrap();
    refused(&bench, &bench.file("cut.csv.gz", &zipped[..zipped.len() - 6]), &[], "");
    refused(&bench, &bench.file("half.csv.gz", &zipped[..zipped.len() / 2]), &[], "");
    let mut broken = zipped.clone();
    broken[zipped.len() / 2] ^= 0xff;
    refused(&bench, &bench.file("broken.csv.gz", broken), &[], "");
    refused(&bench, &bench.file("long.csv", format!("{table}9,{},135,48\n", "x".repeat(2 << 20))), &[], "");
    refused(&bench, &bench.file("tail.geojson", small_problems() + "{}"), &[], "");
    refused(
        &bench,
        &bench.file("twice.geojson", many(3).replace("]}\n", "],\"features\":[]}")),
        &[],
        "features",
    );
}

#[test]
fn brackets_within_brackets_are_too_deep_and_not_a_stack_overflow() {
    let bench = Bench::new();
    let deep = "[".repeat(3_000_000);
    refused(&bench, &bench.file("deep.geojson", &deep), &[], "");
    let inside = many(2).replace("[135.06,48.48]", &format!("{}1{}", &deep[..100_000], "]".repeat(100_000)));
    refused(&bench, &bench.file("inside.geojson", inside), &[], "");
    let objects = "{\"a\":".repeat(200_000);
    refused(&bench, &bench.file("objects.geojson", objects), &[], "");
}

/// Greatest resident memory of an import of `bytes` bytes that `make` writes to its standard input, MiB; and its exit code.
fn memory_of(bench: &Bench, bytes: usize, piece: &[u8], more: &[&str]) -> (u64, Option<i32>) {
    let mut command = atlas();
    command.args(["import", "problems", "-", "--data", path(&bench.data())]).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut highest = 0;
    let status = format!("/proc/{}/status", child.id());
    let look = |highest: &mut u64| {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
        *highest = (*highest).max(kib.unwrap_or(0) / 1_024);
    };
    let mut sent = 0;
    while sent < bytes && stdin.write_all(piece).is_ok() {
        sent += piece.len();
        look(&mut highest);
    }
    drop(stdin);
    // Each line that it says is a moment to look at it; its standard error ends with it.
    for _ in BufReader::new(child.stderr.take().unwrap()).lines() {
        look(&mut highest);
    }
    (highest, child.wait().unwrap().code())
}

#[test]
fn garbage_of_any_size_is_refused_in_little_memory() {
    let bench = Bench::new();
    let nothing: Vec<u8> = vec![b' '; 1 << 20];
    let words: Vec<u8> = b"lorem ipsum dolor sit amet ".repeat(40_000);
    for (piece, format) in [(&nothing, "csv"), (&nothing, "geojson"), (&words, "csv"), (&words, "geojsonseq")]
    {
        let (highest, code) = memory_of(&bench, 60 << 20, piece, &["--format", format]);
        assert_eq!(code, Some(2), "{format}");
        assert!(highest < 120, "{highest} MiB for {format}");
        assert!(!bench.data().exists());
    }
}

#[test]
fn a_sparse_file_of_two_gigabytes_is_refused_at_once() {
    let bench = Bench::new();
    let file = bench.file("huge.geojson", "");
    std::fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(2 << 30).unwrap();
    let (output, _) = bench.import("problems", &file, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!bench.data().exists());
}

#[test]
fn numbers_that_are_none_reject_their_row_only() {
    let bench = Bench::new();
    let file = bench.file(
        "a.csv",
        "source_id,title,lon,lat,cost_rub\n1,A,NaN,48.48,\n2,B,inf,48.48,\n3,C,1e999,48.48,\n4,D,135.06,-inf,\n\
         5,E,135.06,48.48,NaN\n6,F,135.06,48.48,-5\n7,G,135.06,48.48,1e300\n8,H,0x10,48.48,\n9,Good,135.06,48.48,5\n",
    );
    assert_eq!(bench.counts("problems", &file, &[], 3).0, [1, 0, 0, 8]);
    let with = |place: &str| small_problems().replace("[137.01,50.55]", place);
    for place in ["[1e999,50.55]", "[137.01]", "[]", "null", "[\"137\",50]", "[137.01,950.55]"] {
        let bench = Bench::new();
        let counts = bench.counts("problems", &bench.file("a.geojson", with(place)), &[], 3).0;
        assert_eq!(counts, [5, 0, 0, 1], "{place}");
    }
    // NaN is no JSON, so the feature as a whole is none.
    let bench = Bench::new();
    let counts = bench.counts("problems", &bench.file("a.geojson", with("[NaN,50.55]")), &[], 3).0;
    assert_eq!(counts, [5, 0, 0, 1]);
}

fn polygon(ring: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"source_id":"1","title":"T"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
    )
}

#[test]
fn polygons_that_cross_themselves_are_rejected_and_turned_rings_repaired_and_counted() {
    let bench = Bench::new();
    let bow_tie = polygon("[[135,48],[136,49],[136,48],[135,49],[135,48]]");
    let (counts, report) = bench.counts("problems", &bench.file("a.geojson", bow_tie), &[], 3);
    assert_eq!(counts, [0, 0, 0, 1]);
    assert_eq!(report["rejections"][0]["rule"], "polygon_crosses_itself");
    let clockwise = polygon("[[135,48],[135,49],[136,49],[136,48],[135,48]]");
    let (counts, report) = bench.counts("problems", &bench.file("b.geojson", clockwise), &[], 0);
    assert_eq!(counts, [1, 0, 0, 0]);
    let turned =
        report["warnings"].as_array().unwrap().iter().find(|w| w["rule"].as_str().unwrap().contains("ring"));
    assert_eq!(turned.unwrap()["count"], 1, "{report}");
    let ring = bench.exported("problems")[0]["geometry"]["coordinates"][0].clone();
    let corner = |n: usize| (ring[n][0].as_f64().unwrap(), ring[n][1].as_f64().unwrap());
    let doubled: f64 = (0..4).map(|n| corner(n).0 * corner(n + 1).1 - corner(n + 1).0 * corner(n).1).sum();
    assert!(doubled > 0.0, "the outer ring goes against the clock: {ring}");
    for wrong in ["[[135,48],[136,48]]", "[]", "[[135,48],[136,48],[135,48]]"] {
        let counts = bench.counts("problems", &bench.file("c.geojson", polygon(wrong)), &[], 3).0;
        assert_eq!(counts, [0, 0, 0, 1], "{wrong}");
    }
}

#[test]
fn exchanged_coordinates_are_turned_back_or_flagged_and_always_told() {
    let bench = Bench::new();
    let file = bench.file(
        "a.csv",
        "source_id,title,lon,lat\n1,Exchanged,48.48,135.06\n2,Right,135.06,48.48\n3,Null island,0,0\n4,Equal,50,50\n",
    );
    let (counts, report) = bench.counts("problems", &file, &[], 0);
    assert_eq!(counts, [4, 0, 0, 0]);
    let rules: Vec<&str> =
        report["warnings"].as_array().unwrap().iter().map(|w| w["rule"].as_str().unwrap()).collect();
    assert!(rules.iter().any(|rule| rule.contains("exchanged") || rule.contains("swapped")), "{rules:?}");
    assert!(rules.contains(&"null_island"), "{rules:?}");
    let features = bench.exported("problems");
    let first = &features[0]["geometry"]["coordinates"];
    assert_eq!((first[0].as_f64(), first[1].as_f64()), (Some(135.06), Some(48.48)), "{}", features[0]);
    assert!(!features[2]["properties"]["quality"].as_str().unwrap().is_empty());
    assert!(!features[3]["properties"]["quality"].as_str().unwrap().is_empty());
}

#[test]
fn titles_that_are_markup_stay_text() {
    let bench = Bench::new();
    let file = bench.file("a.csv", "source_id,title,lon,lat\n1,<img src=x onerror=alert(1)>,135.06,48.48\n2,a\u{0}b\u{7}c,135.06,48.48\n");
    bench.counts("problems", &file, &[], 0);
    let features = bench.exported("problems");
    assert_eq!(features[0]["properties"]["title"], "<img src=x onerror=alert(1)>");
    assert_eq!(features[1]["properties"]["title"], "abc", "control characters are no text");
    must(&["check", "--data", path(&bench.data())]);
}

#[test]
fn a_stream_that_never_ends_can_be_interrupted_and_leaves_nothing() {
    let bench = Bench::new();
    let mut command = atlas();
    command.args(["import", "problems", "-", "--data", path(&bench.data())]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&many(5_000).as_bytes()[..300_000]).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(!bench.data().exists(), "{told}");
}
