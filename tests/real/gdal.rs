//! GDAL as a client: it reads the collections as OGC API – Features, a tile as a vector tile and a GeoPackage as tables, without
//! being told anything.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

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
fn gdal_reads_a_geopackage_table_by_table_gives_the_same_features_back_and_edits_it() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    must(&["demo", "--data", path(&data), "--problems", "1300", "--appeals", "300", "--assessments", "0"]);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let file = place.path().join("own.gpkg");
    let filter = "status=open&bbox=130,45,150,65";
    for layer in ["appeals", "municipalities", "problems"] {
        let query = if layer == "municipalities" { "bbox=130,45,150,65" } else { filter };
        std::fs::write(&file, client.get(&format!("/download/{layer}.gpkg?{query}")).body).unwrap();
        let Some(told) = ogrinfo(&["-ro", "-so", "-al", path(&file)]) else { return };
        assert!(!told.contains("Warning") && !told.contains("ERROR"), "{told}");
        let own = client.json(&format!("/download/{layer}.geojson?{query}"));
        let own: BTreeMap<String, &Json> = own["features"].as_array().unwrap().iter().map(named).collect();
        let counted: Vec<u64> = told.split("Layer name: ").skip(1).map(feature_count).collect();
        assert_eq!(counted.iter().sum::<u64>(), own.len() as u64, "{layer}");
        assert_eq!(told.matches("ID[\"EPSG\",4326]]").count(), counted.len(), "{told}");
        for (part, table) in told.split("Layer name: ").skip(1).zip(0..) {
            let name = part.lines().next().unwrap();
            let back = ogr_to_geojson(&file, name);
            assert_eq!(back["features"].as_array().unwrap().len() as u64, counted[table]);
            let mut extent = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
            for feature in back["features"].as_array().unwrap() {
                let id = feature["properties"]["id"].as_str().unwrap();
                let places = places_of(&feature["geometry"]["coordinates"]);
                assert_eq!(places, places_of(&own[id]["geometry"]["coordinates"]), "{id}");
                for [lon, lat] in places {
                    extent = [extent[0].min(lon), extent[1].min(lat), extent[2].max(lon), extent[3].max(lat)];
                }
                let expected = &own[id]["properties"];
                for name in
                    ["overdue", "severity", "title", "cost_rub", "approximate", "population", "problem"]
                {
                    let (got, known) = (&feature["properties"][name], &expected[name]);
                    let same = got == known || (got.is_number() && got.as_f64() == known.as_f64());
                    assert!(same, "{id}: {name} is {got}, not {known}");
                }
            }
            let [west, south, east, north] = extent;
            let line = format!("Extent: ({west:.6}, {south:.6}) - ({east:.6}, {north:.6})");
            assert!(part.contains(&line), "{line} in {part}");
        }
    }
    // Whoever edits keeps the index true: that is what the triggers are for.
    let database = rusqlite::Connection::open(&file).unwrap();
    let indexed = || -> (i64, f64) {
        let sql = "SELECT count(*), max(maxx) FROM rtree_problems_points_geom";
        database.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    let (before, _) = indexed();
    for edit in [
        "DELETE FROM problems_points WHERE fid = 1",
        "UPDATE problems_points SET geom = ST_GeomFromText('POINT(179 1)', 4326) WHERE fid = 2",
    ] {
        assert!(ogrinfo(&["-q", path(&file), "-sql", edit]).is_some());
    }
    assert_eq!(indexed(), (before - 1, 179.0));
    server.assert_log_is_clean();
}

fn named(feature: &Json) -> (String, &Json) {
    (feature["id"].as_str().unwrap().to_owned(), feature)
}

fn ogr_to_geojson(file: &Path, layer: &str) -> Json {
    let options = ["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", "/vsistdout/", path(file), layer];
    let output = Command::new("ogr2ogr").args(options).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// All places of coordinates, however deep they lie.
fn places_of(coordinates: &Json) -> Vec<[f64; 2]> {
    let list = coordinates.as_array().unwrap();
    match (list[0].as_f64(), list[1..].first().and_then(Json::as_f64)) {
        (Some(lon), Some(lat)) => vec![[lon, lat]],
        _ => list.iter().flat_map(places_of).collect(),
    }
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
