//! Foreign files of more than a hundred thousand rows: every row is accounted for, their fallback point is one symbol of its
//! own and no hot spot, and the same file again changes nothing.

use std::path::{Path, PathBuf};

use fast_mvt::MvtGeometry;
use serde_json::Value as Json;

use crate::support::{Client, Server, must, path, project, run, shared_data, text};
use crate::vector::Address;

fn import(kind: &str, file: &Path, mapping: &str, data: &Path) -> Json {
    let report = data.with_extension("json");
    let mapping = project("data/mappings").join(mapping);
    let output = run(&[
        "import",
        kind,
        path(file),
        "--mapping",
        path(&mapping),
        "--data",
        path(data),
        "--report",
        path(&report),
    ]);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", text(&output.stderr));
    let told: Json = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!(output.status.code() == Some(3), told["rejected"].as_u64() > Some(0));
    told
}

fn sum(report: &Json) -> u64 {
    ["accepted", "updated", "unchanged", "rejected"].iter().map(|name| report[name].as_u64().unwrap()).sum()
}

fn warned(report: &Json, rule: &str) -> u64 {
    let list = report["warnings"].as_array().unwrap();
    list.iter().filter(|w| w["rule"] == rule).map(|w| w["count"].as_u64().unwrap()).sum()
}

fn journal_bytes(data: &Path) -> Vec<(PathBuf, u64)> {
    let entries = std::fs::read_dir(data.join("journal")).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries.map(|e| (e.path(), e.metadata().unwrap().len())).collect();
    files.sort();
    files
}

/// The same file once more changes nothing, not one byte of the journal.
fn again(kind: &str, file: &Path, mapping: &str, data: &Path, first: &Json) {
    let before = journal_bytes(data);
    let second = import(kind, file, mapping, data);
    assert_eq!(second["unchanged"].as_u64(), first["accepted"].as_u64());
    assert_eq!(journal_bytes(data), before);
}

fn matched(client: &mut Client, collection: &str, filter: &str) -> u64 {
    client.json(&format!("/ogc/collections/{collection}/items?limit=1&{filter}"))["numberMatched"]
        .as_u64()
        .unwrap()
}

/// The place on which Boston's geocoder put what it could not find, and how many rows.
const FALLBACK: (f64, f64, u64) = (-71.0587, 42.3594, 17_070);

#[test]
fn boston_s_requests_become_problems_and_its_fallback_point_no_hot_spot() {
    let Some(file) = shared_data("boston_311_2015.csv.gz") else { return };
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let first = import("problems", &file, "boston_311_problems.toml", &data);
    assert_eq!(sum(&first), 121_145);
    assert_eq!(warned(&first, "fallback_coordinate"), FALLBACK.2);
    assert_eq!(warned(&first, "closed_before_opened"), 197);
    again("problems", &file, "boston_311_problems.toml", &data, &first);

    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let accepted = first["accepted"].as_u64().unwrap();
    assert_eq!(matched(&mut client, "problems", ""), accepted);
    let (lon, lat, rows) = FALLBACK;
    let near = "bbox=-71.06,42.358,-71.057,42.361";
    for z in [3, 6, 9, 12, 13, 15, 18] {
        let features = Address::of(z, lon, lat).fetch(&mut client, "problems", "");
        let fallbacks: Vec<_> = features.iter().filter(|f| f.is("fallback")).collect();
        assert_eq!(fallbacks.len(), 1, "zoom {z}");
        assert_eq!(fallbacks[0].count(), rows, "zoom {z}");
        assert!(matches!(fallbacks[0].geometry, MvtGeometry::Point(_)));
        if z == 3 {
            let all: u64 = features.iter().map(crate::vector::Feature::count).sum();
            assert_eq!(all, accepted, "Boston lies in one tile of zoom 3");
        }
    }
    // Heat without the fallback point is heat with it: it does not count.
    let heat = |client: &mut Client, filter: &str| {
        let Address(z, x, y) = Address::of(15, lon, lat);
        client.get(&format!("/tiles/heat/{z}/{x}/{y}.png?{filter}")).body
    };
    assert!(matched(&mut client, "problems", near) > rows);
    let whole = heat(&mut client, "");
    assert!(!whole.is_empty());
    let hottest = hottest_pixel(&whole);
    let at = pixel_of(15, lon, lat);
    assert_ne!(hottest, at, "the hottest pixel is not the fallback point's");
    server.assert_log_is_clean();
    server.stop();
    must(&["check", "--data", path(&data)]);
}

/// Where in its tile of 256 pixels a place lies.
fn pixel_of(z: u8, lon: f64, lat: f64) -> (usize, usize) {
    let Address(_, x, y) = Address::of(z + 8, lon, lat);
    (x as usize % 256, y as usize % 256)
}

fn hottest_pixel(bytes: &[u8]) -> (usize, usize) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let hottest = (0..pixels.len()).max_by_key(|at| pixels[*at]).unwrap();
    (hottest % 256, hottest / 256)
}

#[test]
fn stuttgart_s_reports_become_appeals_without_ids_of_their_own() {
    let Some(file) = shared_data("stuttgart_gelbe_karten.csv.gz") else { return };
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let first = import("appeals", &file, "stuttgart_gelbe_karten_appeals.toml", &data);
    assert_eq!(sum(&first), 134_627);
    again("appeals", &file, "stuttgart_gelbe_karten_appeals.toml", &data, &first);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    assert_eq!(matched(&mut client, "appeals", ""), first["accepted"].as_u64().unwrap());
    let drawn: u64 = Address::of(3, 9.18, 48.78)
        .fetch(&mut client, "appeals", "")
        .iter()
        .map(crate::vector::Feature::count)
        .sum();
    assert!(drawn > 134_000, "{drawn}");
    let page = text(&client.get("/ogc/collections/appeals/items?limit=1000&f=csv").body);
    assert!(!page.contains("In der Nähe"), "addresses of single houses stay outside");
    server.assert_log_is_clean();
}
