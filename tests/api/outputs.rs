//! The rating in rows, on the map and from the command line; marks of heads; forecasts; the method as data.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::demo::{all_features, client, demo};
use crate::support::{must, path, text};

const DAY: &str = "as_of=2026-06-01";

fn rows<'a>(answer: &'a Json, name: &str) -> &'a Vec<Json> {
    answer[name].as_array().unwrap()
}

#[test]
fn the_rating_is_the_same_in_json_in_rows_and_as_features() {
    let mut client = client();
    let ratings = client.json(&format!("/api/ratings?{DAY}"));
    let answer = client.get(&format!("/api/ratings?{DAY}&f=csv"));
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    let csv = text(&answer.body);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let features = all_features(&mut client, "ratings", 5, DAY);
    assert_eq!((lines.len(), features.len()), (19, 19));
    for ((row, line), feature) in rows(&ratings, "municipalities").iter().zip(&lines).zip(&features) {
        let cell = |name: &str| &line[header.iter().position(|h| h == name).unwrap()];
        assert_eq!((cell("id"), &feature["id"]), (row["id"].as_str().unwrap(), &row["id"]));
        assert_eq!(cell("score").parse::<f64>().ok(), row["score"].as_f64());
        assert_eq!(cell("rank").parse::<u64>().ok(), row["rank"].as_u64());
        assert_eq!(cell("rank_high").parse::<u64>().ok(), row["rank_interval"][1].as_u64());
        assert_eq!(cell("inputs_hash"), ratings["inputs_hash"].as_str().unwrap());
        let properties = &feature["properties"];
        for name in ["score", "tier", "rank", "p_top3", "trend", "size_group"] {
            assert_eq!(properties[name], row[name], "{name}");
        }
        for one in rows(row, "indicators") {
            assert_eq!(properties[one["id"].as_str().unwrap()], one["shrunken"]);
        }
    }
    let first = features[0]["id"].as_str().unwrap();
    let one = client.json(&format!("/ogc/collections/ratings/items/{first}"));
    assert_eq!(one["geometry"], features[0]["geometry"]);
    assert_eq!(client.get("/api/ratings?f=xml").status, 400);
    assert_eq!(client.get("/ogc/collections/ratings/items?status=open").status, 400);
}

#[test]
fn a_rating_is_exported_from_a_directory() {
    let place = crate::support::small_atlas();
    let data = crate::support::data_of(&place);
    for (format, has) in [("csv", "inputs_hash"), ("geojson", "FeatureCollection")] {
        let out = must(&["export", "ratings", "--data", path(&data), "--format", format]);
        assert!(text(&out.stdout).contains(has) && text(&out.stdout).contains("MUN-27-01"));
    }
    assert!(path(&demo().data).len() > 1);
}

#[test]
fn marks_of_heads_are_those_of_the_rating_and_small_cells_are_held_back() {
    let mut client = client();
    let marks = client.json(&format!("/api/marks?{DAY}"));
    let ratings = client.json(&format!("/api/ratings?{DAY}"));
    assert_eq!((&marks["period"]["from"], &marks["period"]["to"]), (&"2025-06".into(), &"2026-05".into()));
    let (mut held, mut shown) = (0, 0);
    for row in rows(&marks, "municipalities") {
        let rated = rows(&ratings, "municipalities").iter().find(|r| r["id"] == row["id"]).unwrap();
        let own = rows(rated, "indicators").iter().find(|i| i["id"] == "marks").unwrap();
        if row["total"]["suppressed"] == false && row["total"]["n"] != 0 {
            assert_eq!(row["total"]["n"], own["n"]);
            assert!((row["total"]["mean"].as_f64().unwrap() - own["raw"].as_f64().unwrap()).abs() < 1e-9);
        }
        for cell in rows(row, "criteria").iter().chain(rows(row, "months")) {
            if cell["suppressed"] == true {
                held += 1;
                assert!(cell["n"].is_null() && cell["mean"].is_null() && cell["shrunken"].is_null());
            } else if cell["n"] != 0 {
                shown += 1;
                assert!(cell["n"].as_u64().unwrap() >= 5);
                let [low, high] = [0, 1].map(|n| cell["interval"][n].as_f64().unwrap());
                let shrunken = cell["shrunken"].as_f64().unwrap();
                assert!(1.0 <= low && low <= shrunken && shrunken <= high && high <= 5.0, "{cell}");
            }
        }
    }
    assert!(held > 0 && shown > 0, "{held} held back, {shown} shown");
    let one = client.json(&format!("/api/marks?{DAY}&municipality=MUN-27-01"));
    assert_eq!(rows(&one, "municipalities").len(), 1);
    assert_eq!(rows(&one, "municipalities")[0], rows(&marks, "municipalities")[0]);
    assert_eq!(client.get("/api/marks?municipality=atlantis").status, 404);
}

#[test]
fn a_forecast_follows_from_intake_and_verified_solutions() {
    let burden = client().json(&format!("/api/burden?{DAY}"));
    let mut dated = 0;
    for row in rows(&burden, "municipalities").iter().chain([&burden["total"]]) {
        let forecast = &row["forecast"];
        let number = |name: &str| row[name].as_i64().unwrap();
        if number("open") == 0 {
            assert!(forecast.is_null());
            continue;
        }
        let net = number("verified") - number("intake");
        assert_eq!(forecast["net_per_year"], net);
        // Even flows are as likely to grow as to shrink, but for rounding.
        assert_eq!(forecast["p_shrinks"].as_f64().unwrap() > 0.5 + 1e-9, net > 0, "{row}");
        let years = number("open") as f64 / net as f64;
        match forecast["years"].as_f64() {
            Some(told) => {
                dated += 1;
                assert!((told - years).abs() < 1e-9);
                assert!(forecast["years_interval"][0].as_f64().unwrap() <= told);
                assert!(forecast["clears_at"].as_str().unwrap() > "2026-06-01");
            }
            None => assert!(net <= 0 || years > 100.0, "{row}"),
        }
    }
    println!("{dated} dates");
    assert!(burden["inputs_hash"].is_string() && burden["seed"].is_string());
}

#[test]
fn the_method_is_told_with_the_constants_that_answers_are_made_with() {
    let mut client = client();
    let (method, ratings) = (client.json("/api/method"), client.json("/api/ratings"));
    assert_eq!(method["version"], ratings["method_version"]);
    let weights: u64 =
        rows(&method["constants"], "indicators").iter().map(|i| i["weight"].as_u64().unwrap()).sum();
    assert_eq!(weights, 1_000);
    for rule in rows(&method["constants"], "indicators") {
        let formula = rows(&method, "formulas").iter().find(|f| f["id"] == rule["id"]).unwrap();
        assert!(formula["name"]["ru"].is_string() && formula["edges"]["en"].is_string());
    }
    assert!(method["hotspots"]["radii_m"].is_array());
    assert_eq!(client.get("/api/method?nonsense=1").status, 400);
}

/// Readers of JSON may be off by the last bit of a number.
fn assert_same(cell: &str, value: &Json) {
    match (cell.parse::<f64>().ok(), value.as_f64()) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} and {b}"),
        other => assert_eq!(other, (None, None), "{cell} and {value}"),
    }
}

#[test]
fn burdens_and_marks_are_the_same_in_rows_as_in_json() {
    let mut client = client();
    let mut sheet = |address: String| {
        let answer = client.get(&address);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/csv; charset=utf-8")));
        let mut reader = csv::Reader::from_reader(answer.body.as_slice());
        let rows: Vec<HashMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        rows
    };
    let (burdens, marks) =
        (sheet(format!("/api/burden?{DAY}&f=csv")), sheet(format!("/api/marks?{DAY}&f=csv")));
    let burden = client.json(&format!("/api/burden?{DAY}"));
    let told = rows(&burden, "municipalities");
    assert_eq!(burdens.len(), told.len() + 1, "the region comes last");
    for (cells, row) in burdens.iter().zip(told.iter().chain([&burden["total"]])) {
        assert_eq!(cells["open"], row["open"].to_string());
        assert_eq!(cells["id"], row["id"].as_str().unwrap_or(""));
        assert_same(&cells["open_per_10k_high"], &row["open_per_10k_interval"][1]);
        assert_eq!(cells["inputs_hash"], burden["inputs_hash"].as_str().unwrap());
    }
    let table = client.json(&format!("/api/marks?{DAY}"));
    let mut cells = marks.iter();
    for head in rows(&table, "municipalities") {
        let of = |name: &str| head[name].as_array().unwrap().clone();
        for cell in [vec![head["total"].clone()], of("criteria"), of("months")].concat() {
            let row = cells.next().unwrap();
            assert_eq!(
                (row["id"].as_str(), row["suppressed"].as_str()),
                (head["id"].as_str().unwrap(), cell["suppressed"].to_string().as_str())
            );
            assert_eq!(row["n"].parse::<u64>().ok(), cell["n"].as_u64());
            assert_same(&row["mean"], &cell["mean"]);
        }
    }
    assert!(cells.next().is_none());
    assert_eq!(client.get("/api/burden?f=xml").status, 400);
}

#[test]
fn a_planners_zip_holds_the_problems_their_style_every_field_and_the_question() {
    let mut client = client();
    let filter = "municipality=lazo&status=overdue";
    let answer = client.get(&format!("/download/problems.zip?{filter}&lang=en"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    let tag = answer.header("etag").unwrap().to_owned();
    assert_eq!(client.get(&format!("/download/problems.zip?{filter}&lang=en")).body, answer.body);
    let known =
        client.get_with(&format!("/download/problems.zip?{filter}&lang=en"), &[("If-None-Match", &tag)]);
    assert_eq!(known.status, 304);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(answer.body)).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    let data: Json = serde_json::from_str(&read("problems.geojson")).unwrap();
    let features = data["features"].as_array().unwrap();
    assert_eq!(features.len() as u64, crate::demo::matched(&mut client, "problems", filter));
    let fields = read("fields.csv");
    let told: Vec<&str> = fields.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    let mut own: Vec<&str> =
        features[0]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    for name in &told {
        assert!(*name == "id" || own.contains(name), "{name} is told of and not there");
        own.retain(|own| own != name);
    }
    assert!(own.is_empty(), "{own:?} are there and not told of");
    let style = read("problems.qml");
    assert!(style.starts_with("<!DOCTYPE qgis") && style.matches("<category ").count() == 4, "{style}");
    let layers = read("problems.qlr");
    for geometry in ["Point", "LineString", "Polygon"] {
        let source = format!("<datasource>./problems.geojson|geometrytype={geometry}</datasource>");
        assert!(layers.contains(&source), "no layer of {geometry} in {layers}");
    }
    assert_eq!(layers.matches("<category ").count(), 3 * 4, "{layers}");
    assert!(read("README.txt").contains(filter));
    assert_eq!(client.get("/download/problems.zip?status=sleeping").status, 400);
}
