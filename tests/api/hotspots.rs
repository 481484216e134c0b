//! Hot spots: crowds of open problems, and cells of the map that are hot.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::demo::{all_features, client};
use crate::tiles::around_the_region;
use crate::vector::Address;

#[test]
fn crowds_are_open_problems_of_one_sphere_and_cells_have_a_category() {
    let mut client = client();
    let features = all_features(&mut client, "hotspots", 50, "");
    assert!(!features.is_empty(), "the demo has knots of problems");
    let ids: BTreeSet<&str> = features.iter().map(|f| f["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), features.len(), "every hot spot has an id of its own");
    let categories =
        ["new", "intensifying", "diminishing", "persistent", "consecutive", "sporadic", "historical"];
    let mut crowds = 0;
    for feature in &features {
        let properties = &feature["properties"];
        assert!(properties["method_version"].is_string());
        if properties["kind"] == "cell" {
            assert!(categories.contains(&properties["category"].as_str().unwrap()));
            assert!(
                properties["category"] == "historical" || properties["p_adjusted"].as_f64().unwrap() <= 0.05
            );
            assert_eq!(feature["geometry"]["type"], "Polygon");
            continue;
        }
        if properties["kind"] == "bundle" {
            assert_eq!(feature["geometry"]["type"], "LineString");
            let number = |name: &str| properties[name].as_f64();
            assert!(number("length_m") >= Some(250.0) && number("point_count") >= Some(5.0));
            let pays =
                number("patch_cost_rub").is_some_and(|patch| Some(patch) >= number("replace_cost_rub"));
            assert_eq!(properties["replacement_pays"], pays);
            continue;
        }
        crowds += 1;
        let members: Vec<&str> = properties["problems"].as_str().unwrap().split(',').collect();
        assert_eq!(members.len() as u64, properties["point_count"].as_u64().unwrap());
        assert!(members.len() >= 5 && properties["core_count"].as_u64() >= Some(1));
        for id in members.iter().take(if crowds < 6 { 3 } else { 0 }) {
            let card = client.json(&format!("/api/problems/{id}"));
            assert_eq!(card["sphere"], properties["sphere"], "{id}");
            assert_eq!(card["resolved_at"], serde_json::Value::Null, "{id}");
        }
    }
    println!("{crowds} crowds, {} cells", features.len() - crowds);
}

#[test]
fn hot_spots_of_a_past_day_stay_and_a_box_cuts_them() {
    let mut client = client();
    let path = "/ogc/collections/hotspots/items?limit=1000&as_of=2026-06-01";
    let (first, again) = (client.json(path), client.json(path));
    assert_eq!(first["features"], again["features"]);
    let whole = first["numberMatched"].as_u64().unwrap();
    let west = client.json(&format!("{path}&bbox=130,46,135.5,50"))["numberMatched"].as_u64().unwrap();
    assert!(west <= whole);
    assert_eq!(client.get("/ogc/collections/hotspots/items?status=open").status, 400);
    assert_eq!(client.get("/ogc/collections/hotspots/items/crowd-nowhere").status, 404);
}

#[test]
fn problems_along_a_street_are_a_bundle_with_the_cost_of_patching_and_of_replacing() {
    let place = tempfile::tempdir().unwrap();
    let (file, data) = (place.path().join("problems.csv"), crate::support::data_of(&place));
    let mut csv = "source_id,title,category,lon,lat,status,registered_at,cost_rub\n".to_owned();
    // Eight potholes, 74 m from one to the next along a parallel, four million roubles each.
    for n in 0..8 {
        let lon = 135.06 + 0.001 * f64::from(n);
        csv.push_str(&format!("{n},Pothole {n},roads.pothole,{lon:.4},48.48,in_work,2026-01-10,4000000\n"));
    }
    std::fs::write(&file, csv).unwrap();
    crate::support::must(&[
        "import",
        "problems",
        crate::support::path(&file),
        "--data",
        crate::support::path(&data),
    ]);
    let server = crate::support::Server::start(&data, &[]);
    let mut client = server.client();
    let features = all_features(&mut client, "hotspots", 100, "");
    let bundles: Vec<_> = features.iter().filter(|f| f["properties"]["kind"] == "bundle").collect();
    let [bundle] = bundles[..] else { panic!("{features:?}") };
    let properties = &bundle["properties"];
    let number = |name: &str| properties[name].as_f64().unwrap();
    assert_eq!((number("point_count"), number("patch_cost_rub")), (8.0, 32_000_000.0));
    let length = number("length_m");
    assert!((length - 516.0).abs() < 3.0, "{length}");
    assert!((number("replace_cost_rub") - 60_000.0 * length).abs() < 1.0);
    assert_eq!((number("patch_cost_coverage"), &properties["replacement_pays"]), (1.0, &true.into()));
    assert_eq!(bundle["geometry"]["coordinates"].as_array().unwrap().len(), 2);
    let id = bundle["id"].as_str().unwrap();
    for (address, verdict, patch) in
        [("/en/hotspots", "replacement pays", "₽32 million"), ("/hotspots", "замена окупается", "32 млн ₽")]
    {
        let (_, page) = crate::pages::page(&mut client, address);
        let row = page.split("<tr>").find(|row| row.contains(id)).unwrap().replace('\u{a0}', " ");
        assert!(row.contains(verdict) && row.contains(patch), "{row}");
    }
}

#[test]
fn the_tiles_of_hot_spots_show_those_of_the_collection_with_the_same_values() {
    let mut client = client();
    let listed = all_features(&mut client, "hotspots", 1_000, "");
    let mut tiles = around_the_region(7);
    let mut drawn: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    for z in 7..=14 {
        let mut full: Vec<Address> = Vec::new();
        for tile in tiles {
            let features = tile.fetch(&mut client, "hotspots", "");
            full.extend((!features.is_empty()).then_some(tile));
            let named = features.into_iter().map(|f| (f.tags["id"].as_str().unwrap().to_owned(), f.tags));
            drawn.extend(named.filter(|_| z == 14));
        }
        tiles = if z < 14 { full.into_iter().flat_map(Address::children).collect() } else { full };
    }
    assert_eq!(drawn.len(), listed.len());
    for feature in &listed {
        let tags = &drawn[feature["id"].as_str().unwrap()];
        for (name, value) in tags.iter().filter(|(name, _)| *name != "id") {
            let told = &feature["properties"][name];
            let is_near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs();
            let both = told.as_f64().zip(value.as_f64());
            assert!(told == value || both.is_some_and(|(a, b)| is_near(a, b)), "{name}: {told} {value}");
        }
    }
    let refused = client.get("/tiles/hotspots/8/223/88.mvt?status=open");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["allowed"], "as_of");
    assert_eq!(client.get("/tiles/hotspots/8/223/88.mvt?as_of=2026-06-01").status, 200);
    let described = client.json("/tiles/hotspots.json");
    assert_eq!(described["vector_layers"][0]["id"], "hotspots");
}
