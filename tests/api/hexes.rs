//! Hexagon bins: whatever the filter and the zoom, every problem whose place is known is in exactly one hexagon.

use std::collections::{BTreeMap, BTreeSet};

use fast_mvt::MvtGeometry;
use serde_json::{Map, Value as Json};

use crate::demo::{client, filter, matched, words};
use crate::support::{Chance, Client};
use crate::tiles::around_the_region;
use crate::vector::{Address, Feature};

/// The hexagons of a zoom under a filter, each once; whichever tile shows one must say the same of it.
fn hexagons(client: &mut Client, z: u8, filter: &str) -> BTreeMap<String, Map<String, Json>> {
    let mut tiles = around_the_region(z.min(7));
    while tiles[0].0 < z {
        let full: Vec<Address> =
            tiles.into_iter().filter(|tile| !tile.fetch(client, "hexes", filter).is_empty()).collect();
        tiles = full.into_iter().flat_map(Address::children).collect();
        if tiles.is_empty() {
            return BTreeMap::new();
        }
    }
    let mut found: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    for tile in tiles {
        let mut ids = BTreeSet::new();
        for feature in tile.fetch(client, "hexes", filter) {
            check_ring(&feature);
            assert!(ids.insert(feature.id.unwrap()), "ids are unique in a tile");
            let name = feature.tags["hex"].as_str().unwrap().to_owned();
            let before = found.insert(name, feature.tags.clone());
            assert!(before.is_none_or(|before| before == feature.tags), "{tile:?}: {:?}", feature.tags);
        }
    }
    found
}

/// A polygon of MVT 2.1: rings that enclose something, outer ones with a positive area in tile space.
fn check_ring(feature: &Feature) {
    let polygons: Vec<_> = match &feature.geometry {
        MvtGeometry::Polygon(polygon) => vec![polygon.clone()],
        MvtGeometry::MultiPolygon(polygons) => polygons.0.clone(),
        other => panic!("{other:?}"),
    };
    for polygon in polygons {
        assert!(polygon.interiors().is_empty());
        let ring = &polygon.exterior().0;
        assert!(ring.len() >= 4 && ring.first() == ring.last());
        let area: i64 = ring
            .windows(2)
            .map(|w| i64::from(w[0].x) * i64::from(w[1].y) - i64::from(w[1].x) * i64::from(w[0].y))
            .sum();
        assert!(area > 0, "{ring:?}");
        assert!(ring.iter().all(|c| (-64..=4_160).contains(&c.x) && (-64..=4_160).contains(&c.y)));
    }
}

fn number(tags: &Map<String, Json>, name: &str) -> u64 {
    tags[name].as_u64().unwrap()
}

#[test]
fn the_hexagons_of_a_zoom_add_up_to_the_problems_whose_place_is_known() {
    let mut client = client();
    let words = words(&mut client);
    let mut chance = Chance(311);
    for round in 0..10 {
        let filter = if round == 0 { String::new() } else { filter(&mut chance, &words, false) };
        let symbols: Vec<Feature> = around_the_region(5)
            .into_iter()
            .flat_map(|tile| tile.fetch(&mut client, "problems", &filter))
            .collect();
        let fallback: u64 = symbols.iter().filter(|f| f.is("fallback")).map(Feature::count).sum();
        let expected = matched(&mut client, "problems", &filter) - fallback;
        for z in [0, 3, 6, 8 + chance.below(4) as u8, 13] {
            let hexes = hexagons(&mut client, z, &filter);
            let counted: u64 = hexes.values().map(|tags| number(tags, "count")).sum();
            assert_eq!(counted, expected, "zoom {z}, {filter}");
        }
    }
}

#[test]
fn the_numbers_of_a_hexagon_fit_together() {
    let mut client = client();
    let hexes = hexagons(&mut client, 7, "");
    assert!(hexes.len() > 10);
    for tags in hexes.values() {
        let (count, open, overdue) = (number(tags, "count"), number(tags, "open"), number(tags, "overdue"));
        assert!(overdue <= open && open + number(tags, "resolved") <= count && count > 0, "{tags:?}");
        assert!(number(tags, "max_severity") <= 5);
        match tags.get("overdue_share") {
            Some(share) => assert!((share.as_f64().unwrap() - overdue as f64 / open as f64).abs() < 0.001),
            None => assert_eq!(open, 0),
        }
        // Most of the region's residents are known; a hexagon at its edge may have its centre outside.
        if let Some(rate) = tags.get("per_10k") {
            assert!(rate.as_f64().unwrap() >= 0.0);
        }
        assert_eq!(tags["hex"].as_str().unwrap().len(), 15);
    }
    assert!(hexes.values().any(|tags| tags.contains_key("per_10k")));
}

#[test]
fn tilejson_says_what_hexagons_leave_out() {
    let json = client().json("/tiles/hexes.json?status=open");
    let layer = &json["vector_layers"][0];
    assert_eq!(layer["id"], "hexes");
    assert!(layer["description"].as_str().unwrap().contains("left out"));
    assert!(json["tiles"][0].as_str().unwrap().ends_with("/tiles/hexes/{z}/{x}/{y}.mvt?status=open"));
    for name in ["hex", "count", "open", "overdue", "resolved", "overdue_share", "max_severity", "per_10k"] {
        assert!(layer["fields"][name].is_string(), "{name}");
    }
}
