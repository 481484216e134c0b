//! Hot spots: crowds of open problems, and cells of the map that are hot.

use std::collections::BTreeSet;

use crate::demo::{all_features, client};

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
