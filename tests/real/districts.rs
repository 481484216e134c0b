//! The real borders of Khabarovsk Krai: all are joined, what is wrong with them is told, and every place lies where the
//! tables say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::support::{Server, must, path, project, run, shared_data, text};
use crate::vector::Address;

/// Names in the file of districts and the pack's names, as the ready mapping translates them.
fn names() -> BTreeMap<String, String> {
    let mapping = std::fs::read_to_string(project("data/mappings/khabarovsk_districts_osm.toml")).unwrap();
    let table: toml::Table = mapping.parse().unwrap();
    let values = table["values"]["name"].as_table().unwrap();
    values.iter().map(|(name, own)| (name.clone(), own.as_str().unwrap().to_owned())).collect()
}

/// Rows of a table as maps from column to cell.
fn rows(file: &std::path::Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn the_real_districts_are_joined_and_every_place_lies_in_its_own() {
    let (Some(districts), Some(units), Some(settlements)) = (
        shared_data("khabarovsk_districts_osm.geojson"),
        shared_data("municipalities_khabarovsk.csv"),
        shared_data("settlements_khabarovsk.csv"),
    ) else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let (data, report) = (place.path().join("data"), place.path().join("report.json"));
    let mapping = project("data/mappings/khabarovsk_districts_osm.toml");
    let command = ["import", "municipalities", path(&districts), "--mapping", path(&mapping)];
    let with = [&command[..], &["--data", path(&data), "--report", path(&report)]].concat();
    must(&with);
    let told: Json = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!((&told["updated"], &told["rejected"]), (&19.into(), &0.into()));
    let of = |rule: &str| -> Vec<String> {
        let list = told["warnings"].as_array().unwrap();
        list.iter().filter(|w| w["rule"] == rule).map(|w| w["value"].as_str().unwrap().to_owned()).collect()
    };
    let overlaps = of("borders_overlap");
    assert_eq!(overlaps.len(), 1, "{told}");
    assert!(
        overlaps[0].contains("Лазо") && overlaps[0].contains("Хабаровский") && overlaps[0].contains("0.02")
    );
    assert_eq!(of("gap_between_borders").len(), 5, "{told}");

    // A problem at every label point and every settlement of the tables.
    let names = names();
    let (mut csv, mut expected) = ("source_id,title,lon,lat\n".to_owned(), Vec::new());
    for unit in rows(&units) {
        let title = format!("L {}", unit["name_ru"]);
        csv.push_str(&format!("L{},{title},{},{}\n", expected.len(), unit["label_lon"], unit["label_lat"]));
        expected.push((title, names[&unit["name_in_district_file"]].clone()));
    }
    for settlement in rows(&settlements) {
        let title = format!("S {}", settlement["name_en"]);
        csv.push_str(&format!("S{},{title},{},{}\n", expected.len(), settlement["lon"], settlement["lat"]));
        expected.push((title, names[&settlement["district_ru"]].clone()));
    }
    assert_eq!(expected.len(), 19 + 50);
    let file = place.path().join("places.csv");
    std::fs::write(&file, csv).unwrap();
    must(&["import", "problems", path(&file), "--data", path(&data)]);
    let exported = must(&["export", "problems", "--data", path(&data)]);
    let exported: Json = serde_json::from_slice(&exported.stdout).unwrap();
    let found: Vec<(String, String)> = exported["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| {
            let text = |name: &str| feature["properties"][name].as_str().unwrap_or("nowhere").to_owned();
            (text("title"), text("municipality_name"))
        })
        .collect();
    assert_eq!(found, expected);

    let before =
        std::fs::read_dir(data.join("journal")).unwrap().map(|e| e.unwrap().metadata().unwrap().len());
    let before: u64 = before.sum();
    must(&with);
    let after =
        std::fs::read_dir(data.join("journal")).unwrap().map(|e| e.unwrap().metadata().unwrap().len());
    assert_eq!(after.sum::<u64>(), before, "the same borders again change nothing");
    let told: Json = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!((&told["updated"], &told["unchanged"]), (&0.into(), &19.into()));

    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let tile = Address::of(5, 135.06, 48.48).fetch(&mut client, "municipalities", "");
    let drawn: BTreeSet<&str> = tile
        .iter()
        .filter(|feature| feature.layer == "municipalities")
        .map(|feature| feature.tags["name_ru"].as_str().unwrap())
        .collect();
    assert!(drawn.contains("Хабаровск") && drawn.contains("Хабаровский район"), "{drawn:?}");
    assert!(tile.iter().filter(|f| f.layer == "municipalities").all(|f| !f.is("approximate")));
    server.assert_log_is_clean();
    server.stop();
    must(&["check", "--data", path(&data)]);
}

#[test]
fn records_move_to_the_municipality_that_new_borders_give_them() {
    let Some(districts) = shared_data("khabarovsk_districts_osm.geojson") else { return };
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    must(&["demo", "--data", path(&data), "--problems", "400", "--appeals", "400", "--assessments", "0"]);
    let mapping = project("data/mappings/khabarovsk_districts_osm.toml");
    let output = run(&[
        "import",
        "municipalities",
        path(&districts),
        "--mapping",
        path(&mapping),
        "--data",
        path(&data),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    must(&["check", "--data", path(&data)]);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let stats = client.json("/api/stats?by=municipality");
    let sum: u64 = stats["groups"].as_array().unwrap().iter().map(|g| g["count"].as_u64().unwrap()).sum();
    assert_eq!(sum, 400);
    for group in stats["groups"].as_array().unwrap().iter().filter(|g| !g["municipality"].is_null()) {
        let id = group["municipality"].as_str().unwrap();
        let page = client.json(&format!("/ogc/collections/problems/items?municipality={id}&limit=1"));
        assert_eq!(page["numberMatched"], group["count"]);
    }
}
