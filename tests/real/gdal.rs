//! GDAL as a client: it reads the collections as OGC API – Features and a tile as a vector tile, without being told anything.

use std::io::Read;
use std::process::Command;

use crate::support::{Server, must, path, text};
use crate::vector::{Address, decode};

/// Runs `ogrinfo`; `None`, told aloud, where it is absent.
fn ogrinfo(arguments: &[&str]) -> Option<String> {
    match Command::new("ogrinfo").args(arguments).env("GDAL_HTTP_TIMEOUT", "20").output() {
        Ok(output) => {
            let told = text(&output.stdout) + &text(&output.stderr);
            assert!(output.status.success(), "{arguments:?}: {told}");
            Some(told)
        }
        Err(_) => {
            eprintln!("SKIPPED: ogrinfo (Debian: gdal-bin) is not here");
            None
        }
    }
}

fn feature_count(told: &str) -> u64 {
    let line = told.lines().find_map(|line| line.strip_prefix("Feature Count: "));
    line.unwrap_or_else(|| panic!("{told}")).parse().unwrap()
}

#[test]
fn gdal_reads_the_collections_and_counts_what_the_service_counts() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    must(&["demo", "--data", path(&data), "--problems", "1300", "--appeals", "700", "--assessments", "0"]);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let source = format!("OAPIF:http://{}/ogc", server.address);
    let Some(listed) = ogrinfo(&["-ro", &source]) else { return };
    for collection in ["problems", "appeals", "municipalities", "settlements"] {
        assert!(listed.contains(collection), "{listed}");
        let page = client.json(&format!("/ogc/collections/{collection}/items?limit=1"));
        let told = ogrinfo(&["-ro", "-so", &source, collection]).unwrap();
        assert_eq!(Some(feature_count(&told)), page["numberMatched"].as_u64(), "{collection}");
        assert!(told.contains("WGS 84"), "{told}");
        // Page by page, to the end.
        let all = ogrinfo(&["-ro", "-q", &source, collection]).unwrap();
        let read = all.lines().filter(|line| line.starts_with("OGRFeature(")).count() as u64;
        assert_eq!(Some(read), page["numberMatched"].as_u64(), "{collection}");
    }
    let boxed = ogrinfo(&["-ro", "-so", "-spat", "134", "48", "136", "49", &source, "problems"]).unwrap();
    let page = client.json("/ogc/collections/problems/items?limit=1&bbox=134,48,136,49");
    assert_eq!(Some(feature_count(&boxed)), page["numberMatched"].as_u64());
    server.assert_log_is_clean();
}

#[test]
fn gdal_reads_an_archive_and_finds_every_feature_of_its_deepest_zoom() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    must(&["demo", "--data", path(&data), "--problems", "1300", "--appeals", "0", "--assessments", "0"]);
    let server = Server::start(&data, &[]);
    let file = place.path().join("problems.mbtiles");
    std::fs::write(&file, server.client().get("/download/problems.mbtiles?maxzoom=12").body).unwrap();
    let Some(told) = ogrinfo(&["-ro", "-so", path(&file), "problems"]) else { return };
    let database = rusqlite::Connection::open(&file).unwrap();
    let mut query = database.prepare("SELECT tile_data FROM tiles WHERE zoom_level = 12").unwrap();
    let tiles = query.query_map((), |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let features = |gzipped: Vec<u8>| {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&gzipped[..]).read_to_end(&mut plain).unwrap();
        decode(&plain).len() as u64
    };
    assert_eq!(feature_count(&told), tiles.map(|tile| features(tile.unwrap())).sum::<u64>(), "{told}");
    for field in ["point_count", "overdue_count", "cluster_id"] {
        assert!(told.contains(field), "{told}");
    }
    server.assert_log_is_clean();
}

#[test]
fn gdal_reads_a_vector_tile_feature_by_feature() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    must(&["demo", "--data", path(&data), "--problems", "1300", "--appeals", "0", "--assessments", "0"]);
    let server = Server::start(&data, &[]);
    for z in [6, 9, 13] {
        let Address(z, x, y) = Address::of(z, 135.06, 48.48);
        let bytes = server.client().get(&format!("/tiles/problems/{z}/{x}/{y}.mvt")).body;
        let file = place.path().join(format!("{y}.mvt"));
        std::fs::write(&file, &bytes).unwrap();
        let Some(told) = ogrinfo(&["-ro", "-al", "-so", path(&file)]) else { return };
        let read: u64 =
            told.lines().filter_map(|line| line.strip_prefix("Feature Count: ")?.parse::<u64>().ok()).sum();
        assert_eq!(read, decode(&bytes).len() as u64, "zoom {z}: {told}");
        assert!(read > 0);
    }
}
