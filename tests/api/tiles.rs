//! Tiles: whatever the filter and the zoom, every matched record is drawn exactly once; heat; addresses; what has changed.

use std::collections::BTreeSet;

use fast_mvt::MvtGeometry;

use crate::demo::{all_features, client, demo, filter, id_of, matched, words};
use crate::support::{Chance, Client, Server, data_of, path, small_atlas, token};
use crate::vector::{Address, Feature, decode};

/// All tiles of a zoom in which something may stand: around the region, and at 0/0, where a source put one appeal. Below zoom 7 symbols stand at seats, so every tile around the region is
/// asked for; from there on whatever stands in a tile stands in its parent, too.
fn pyramid(client: &mut Client, layer: &str, filter: &str, zooms: &[u8]) -> Vec<(u8, Vec<Feature>)> {
    let (mut found, deepest) = (Vec::new(), *zooms.iter().max().unwrap());
    for &z in zooms.iter().filter(|z| **z < 7) {
        let mut own = Vec::new();
        for address in around_the_region(z) {
            own.extend(address.fetch(client, layer, filter));
        }
        found.push((z, own));
    }
    let mut level = around_the_region(7);
    for z in 7..=deepest {
        let (mut own, mut next) = (Vec::new(), Vec::new());
        for address in level {
            let features = address.fetch(client, layer, filter);
            if features.iter().any(|feature| feature.layer == layer) {
                next.extend(address.children());
            }
            own.extend(features);
        }
        if zooms.contains(&z) {
            found.push((z, own));
        }
        level = next;
    }
    found
}

/// Tiles of a zoom around the region, and the one at 0/0.
pub fn around_the_region(z: u8) -> Vec<Address> {
    let (Address(_, west, north), Address(_, east, south)) =
        (Address::of(z, 128.0, 64.0), Address::of(z, 150.0, 45.0));
    let rows = |x| (north..=south).map(move |y| Address(z, x, y));
    (west..=east).flat_map(rows).chain([Address::of(z, 0.0, 0.0)]).collect()
}

#[test]
fn the_symbols_of_all_tiles_of_a_zoom_add_up_to_the_number_matched_under_any_filter() {
    let mut client = client();
    let words = words(&mut client);
    let mut chance = Chance(2_026);
    for round in 0..24 {
        let (layer, appeals) = if round % 4 == 3 { ("appeals", true) } else { ("problems", false) };
        let filter = if round == 0 { String::new() } else { filter(&mut chance, &words, appeals) };
        let expected = matched(&mut client, layer, &filter);
        let zooms = [3 + chance.below(2) as u8, 5, 6, 7, 7 + chance.below(6) as u8, 12, 13, 14];
        for (z, features) in pyramid(&mut client, layer, &filter, &zooms) {
            let own: Vec<&Feature> = features.iter().filter(|feature| feature.layer == layer).collect();
            let drawn: u64 = own.iter().map(|feature| feature.count()).sum();
            assert_eq!(drawn, expected, "zoom {z} of {layer}?{filter}");
            assert!(own.iter().all(|feature| matches!(feature.geometry, MvtGeometry::Point(_))));
            if z < 7 {
                assert!(own.len() <= 19 + 1, "below zoom 7 there is one symbol per municipality");
            }
            if z >= 13 {
                let (crowds, alone): (Vec<&&Feature>, Vec<_>) = own.iter().partition(|f| f.is("cluster"));
                assert!(
                    crowds.iter().all(|crowd| crowd.is("fallback") || crowd.count() > 24),
                    "from zoom 13 on points stand alone unless they would hide each other"
                );
                let crowded: u64 = crowds.iter().map(|crowd| crowd.count()).sum();
                let ids: BTreeSet<&str> = alone.iter().map(|f| f.tags["id"].as_str().unwrap()).collect();
                assert_eq!(ids.len() as u64 + crowded, expected);
            }
        }
    }
}

#[test]
fn a_cluster_says_how_many_of_each_kind_it_holds_and_its_leaves_are_those() {
    let mut client = client();
    let mut checked = 0;
    for (z, features) in pyramid(&mut client, "problems", "status=open,resolved", &[4, 8]) {
        for cluster in features.iter().filter(|feature| feature.is("cluster")) {
            let count = |name: &str| cluster.tags[name].as_u64().unwrap();
            let sum = count("new_count")
                + count("in_work_count")
                + count("overdue_count")
                + count("resolved_count");
            assert_eq!(sum, cluster.count(), "{:?}", cluster.tags);
            let id = cluster.tags["cluster_id"].as_str().unwrap();
            let mut ids = BTreeSet::new();
            while (ids.len() as u64) < cluster.count() {
                let offset = ids.len();
                let path = format!("/api/clusters/{id}/leaves?limit=40&offset={offset}&status=open,resolved");
                let leaves = client.json(&path);
                assert_eq!(leaves["point_count"], cluster.count());
                let page = leaves["ids"].as_array().unwrap();
                assert!(!page.is_empty(), "{id} has {} leaves, not {}", ids.len(), cluster.count());
                ids.extend(page.iter().map(|id| id.as_str().unwrap().to_owned()));
            }
            let path = format!("/api/clusters/{id}/expansion-zoom?status=open,resolved");
            let expansion = client.json(&path)["expansion_zoom"].as_u64().unwrap();
            assert!(expansion > u64::from(z) && expansion <= 22, "{id}: {expansion}");
            checked += 1;
        }
    }
    assert!(checked > 20);
}

#[test]
fn clusters_stay_within_their_municipality() {
    let mut client = client();
    for (_, features) in pyramid(&mut client, "problems", "", &[9]) {
        for cluster in features.iter().filter(|feature| feature.is("cluster")).take(25) {
            let id = cluster.tags["cluster_id"].as_str().unwrap();
            let leaves = client.json(&format!("/api/clusters/{id}/leaves?limit=50"));
            let municipality = |client: &mut Client, id: &str| {
                let item = client.json(&format!("/ogc/collections/problems/items/{id}"));
                item["properties"]["municipality"].clone()
            };
            let ids = leaves["ids"].as_array().unwrap();
            let first = municipality(&mut client, ids[0].as_str().unwrap());
            for id in ids {
                assert_eq!(municipality(&mut client, id.as_str().unwrap()), first);
            }
        }
    }
}

#[test]
fn lines_and_polygons_are_drawn_from_zoom_13_on_and_belong_to_a_problem_of_the_list() {
    let mut client = client();
    let features = all_features(&mut client, "problems", 1_000, "");
    let shapes: Vec<_> = features.iter().filter(|f| f["geometry"]["type"] != "Point").collect();
    assert!(shapes.len() > 3, "the demo has lines and polygons");
    for shape in shapes.iter().take(12) {
        let mut place = &shape["geometry"]["coordinates"];
        while place[0].is_array() {
            place = &place[0];
        }
        let (lon, lat) = (place[0].as_f64().unwrap(), place[1].as_f64().unwrap());
        let near = Address::of(15, lon, lat).fetch(&mut client, "problems", "");
        let drawn = near.iter().filter(|f| f.layer == "shapes").any(|f| f.tags["id"] == shape["id"]);
        assert!(drawn, "{}", shape["id"]);
        let far = Address::of(12, lon, lat).fetch(&mut client, "problems", "");
        assert!(far.iter().all(|f| f.layer != "shapes"));
    }
}

#[test]
fn tilejson_names_the_tiles_and_layers_that_are_served() {
    let mut client = client();
    for (layer, ending) in [
        ("problems", "mvt"),
        ("appeals", "mvt"),
        ("municipalities", "mvt"),
        ("heat", "png"),
        ("appeals-heat", "png"),
    ] {
        let json = client.json(&format!("/tiles/{layer}.json?status=open"));
        assert_eq!(json["tilejson"], "3.0.0");
        let template = json["tiles"][0].as_str().unwrap();
        assert!(
            template.contains(&format!("/tiles/{layer}/{{z}}/{{x}}/{{y}}.{ending}?status=open")),
            "{template}"
        );
        let tile = template.replace("{z}", "5").replace("{x}", "27").replace("{y}", "10");
        let answer = client.get(&crate::demo::path_of(&tile));
        assert_eq!(answer.status, 200, "{tile}");
        let bounds: Vec<f64> =
            json["bounds"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
        assert!(bounds[0] < 135.0 && bounds[2] > 135.1 && bounds[1] < 48.4 && bounds[3] > 48.5);
        assert!(json["minzoom"].as_u64() < json["maxzoom"].as_u64());
        if ending == "mvt" {
            let named: BTreeSet<&str> =
                json["vector_layers"].as_array().unwrap().iter().map(|l| l["id"].as_str().unwrap()).collect();
            for feature in decode(&answer.body) {
                assert!(named.contains(feature.layer.as_str()), "{}", feature.layer);
            }
        }
    }
}

/// A picture's width and its pixels as indexes of its palette, and the palette with its transparency.
pub fn picture(bytes: &[u8]) -> (u32, Vec<u8>, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Indexed, png::BitDepth::Eight));
    let palette = [info.palette.as_ref().unwrap().to_vec(), info.trns.as_ref().unwrap().to_vec()].concat();
    let width = info.width;
    assert_eq!(info.height, width);
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    (width, pixels, palette)
}

#[test]
fn heat_is_a_picture_with_a_palette_that_changes_with_the_filter() {
    let mut client = client();
    let Address(z, x, y) = Address::of(8, 135.07, 48.48);
    for layer in ["heat", "appeals-heat"] {
        let one = client.get(&format!("/tiles/{layer}/{z}/{x}/{y}.png"));
        assert_eq!(one.header("content-type"), Some("image/png"));
        let (width, pixels, palette) = picture(&one.body);
        assert_eq!(width, 256);
        assert!(pixels.iter().any(|pixel| *pixel > 0), "something is warm around the capital");
        let (double, _, same) = picture(&client.get(&format!("/tiles/{layer}/{z}/{x}/{y}@2x.png")).body);
        assert_eq!((double, same), (512, palette));
        let filtered = client.get(&format!("/tiles/{layer}/{z}/{x}/{y}.png?status=overdue"));
        assert_ne!(picture(&filtered.body).1, pixels);
        let nothing = client.get(&format!("/tiles/{layer}/8/0/0.png"));
        assert!(picture(&nothing.body).1.iter().all(|pixel| *pixel == 0));
    }
}

#[test]
fn neighbouring_heat_tiles_go_on_where_the_other_ends() {
    let mut client = client();
    let Address(z, x, y) = Address::of(9, 135.07, 48.48);
    let mut pixels = |x: u32| picture(&client.get(&format!("/tiles/heat/{z}/{x}/{y}.png")).body).1;
    for pair in [(x, x + 1), (x - 1, x)] {
        let (left, right) = (pixels(pair.0), pixels(pair.1));
        for row in 0..256 {
            let (a, b) = (i32::from(left[row * 256 + 255]), i32::from(right[row * 256]));
            assert!((a - b).abs() <= 24, "row {row} of {pair:?}: {a} and {b}");
        }
    }
}

#[test]
fn heat_can_be_weighed_and_toned_in_several_ways() {
    let mut client = client();
    let Address(z, x, y) = Address::of(8, 135.07, 48.48);
    let mut seen = BTreeSet::new();
    let styles = [
        "",
        "weight=overdue",
        "weight=severity",
        "weight=cost",
        "weight=per_resident",
        "tone=linear",
        "tone=eq_hist",
        "bandwidth=4px",
        "bandwidth=5000m",
    ];
    for style in styles {
        let answer = client.get(&format!("/tiles/heat/{z}/{x}/{y}.png?{style}"));
        assert_eq!(answer.status, 200, "{style}");
        let pixels = picture(&answer.body).1;
        assert!(pixels.iter().any(|pixel| *pixel > 0), "{style} shows something");
        assert!(seen.insert(pixels), "{style} shows something of its own");
    }
    for (layer, wrong) in [
        ("heat", "weight=beauty"),
        ("heat", "tone=rainbow"),
        ("heat", "bandwidth=17px"),
        ("heat", "bandwidth=0m"),
        ("heat", "bandwidth=8"),
        ("heat", "bandwidth=%F0%9F%94%A5px"),
        ("heat", "versus_from=2024-01-01"),
        ("heat", "versus_from=2024-01-01&versus_to=2024-12-31"),
        ("appeals-heat", "weight=cost"),
    ] {
        let answer = client.get(&format!("/tiles/{layer}/{z}/{x}/{y}.png?{wrong}"));
        assert_eq!(answer.status, 400, "{wrong}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    assert_eq!(client.get(&format!("/tiles/problems/{z}/{x}/{y}.mvt?weight=cost")).status, 400);
}

#[test]
fn a_difference_says_where_there_is_more_and_where_less_and_of_equals_nothing() {
    let mut client = client();
    let Address(z, x, y) = Address::of(7, 135.07, 48.48);
    let mut pixels = |own: &str, other: &str| {
        let [(from, to), (past_from, past_to)] = [own, other].map(|period| period.split_once('/').unwrap());
        let address = format!(
            "/tiles/heat/{z}/{x}/{y}.png?registered_from={from}&registered_to={to}&versus_from={past_from}&versus_to={past_to}"
        );
        picture(&client.get(&address).body).1
    };
    let (early, late) = ("2019-01-01/2019-12-31", "2023-01-01/2023-12-31");
    assert!(pixels(late, late).iter().all(|pixel| *pixel == 128));
    let (forth, back) = (pixels(late, early), pixels(early, late));
    assert!(forth.iter().any(|pixel| *pixel > 128) && forth.iter().any(|pixel| *pixel < 128));
    for (forth, back) in forth.iter().zip(&back) {
        assert_eq!(i16::from(*forth) - 128, 128 - i16::from(*back), "there and back are opposite");
    }
}

#[test]
fn the_legend_of_heat_gives_values_for_its_colours_at_every_zoom() {
    let mut client = client();
    let legend = client.json("/tiles/heat.json?status=open")["legend"].clone();
    assert_eq!((&legend["weight"], &legend["unit"]), (&"count".into(), &"records per km²".into()));
    for zoom in legend["zooms"].as_array().unwrap() {
        let values: Vec<f64> =
            zoom["stops"].as_array().unwrap().iter().map(|stop| stop["value"].as_f64().unwrap()).collect();
        assert!(values.is_sorted() && values[0] == 0.0 && *values.last().unwrap() > 0.0, "{zoom}");
        assert!(zoom["bandwidth_m"].as_f64().unwrap() > 0.0);
    }
    let periods =
        "registered_from=2023-01-01&registered_to=2023-12-31&versus_from=2022-01-01&versus_to=2022-12-31";
    let legend = client.json(&format!("/tiles/heat.json?{periods}"))["legend"].clone();
    let stops = legend["zooms"][0]["stops"].as_array().unwrap();
    assert!(stops[0]["value"].as_f64().unwrap() < 0.0);
    assert_eq!(stops[2]["value"], 0.0);
}

#[test]
fn tiles_that_do_not_exist_are_refused() {
    let mut client = client();
    for wrong in [
        "23/0/0",
        "99/0/0",
        "1/2/0",
        "1/0/2",
        "0/1/0",
        "-1/0/0",
        "a/0/0",
        "1/0/x",
        "5/27/+10",
        "5/027x/10",
        "4294967296/0/0",
        "1/4294967297/0",
        "1//0",
    ] {
        for (layer, ending) in [("problems", "mvt"), ("heat", "png")] {
            let answer = client.get(&format!("/tiles/{layer}/{wrong}.{ending}"));
            assert!(matches!(answer.status, 400 | 404), "{wrong}: {}", answer.status);
        }
    }
    assert_eq!(client.get("/tiles/problems/22/0/0.mvt").status, 200);
}

#[test]
fn random_tiles_of_every_layer_decode() {
    let mut client = client();
    let mut chance = Chance(77);
    let mut kinds = BTreeSet::new();
    for _ in 0..300 {
        let layer = ["problems", "appeals", "municipalities"][chance.below(3) as usize];
        let near = chance.below(3) > 0;
        let (lon, lat) = if near {
            (chance.between(134.9, 135.3), chance.between(48.3, 48.7))
        } else {
            (chance.between(-179.9, 179.9), chance.between(-84.0, 84.0))
        };
        for feature in Address::of(chance.below(23) as u8, lon, lat).fetch(&mut client, layer, "") {
            assert!(feature.id.is_some());
            kinds.insert(feature.layer);
        }
    }
    for kind in ["problems", "appeals", "municipalities", "labels", "settlements"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
}

#[test]
fn a_write_changes_the_tags_of_the_tiles_that_it_touches_and_leaves_the_others_alone() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let Address(z, x, y) = Address::of(8, 135.06, 48.48);
    let of = |layer: &str, ending: &str| format!("/tiles/{layer}/{z}/{x}/{y}.{ending}");
    let changing = [of("appeals", "mvt"), of("appeals-heat", "png")];
    let Address(far_z, far_x, far_y) = Address::of(8, 137.01, 50.55);
    let far = |layer: &str, ending: &str| format!("/tiles/{layer}/{far_z}/{far_x}/{far_y}.{ending}");
    let lasting =
        [of("problems", "mvt"), of("heat", "png"), of("municipalities", "mvt"), far("appeals", "mvt")];
    let mut tags = |paths: &[String]| -> Vec<String> {
        paths.iter().map(|path| client.get(path).header("etag").unwrap().to_owned()).collect()
    };
    // The first appeal of a source adds the source's name; tags name the version of the names, too.
    crate::appeals::post(&server, &token, r#"{"category":"roads","lon":135.06,"lat":48.48}"#);
    let (changing_before, lasting_before) = (tags(&changing), tags(&lasting));
    crate::appeals::post(&server, &token, r#"{"category":"roads","lon":135.061,"lat":48.481}"#);
    let (changing_after, lasting_after) = (tags(&changing), tags(&lasting));
    assert!(changing_before.iter().zip(&changing_after).all(|(before, after)| before != after));
    assert_eq!(lasting_before, lasting_after);
    server.assert_log_is_clean();
}

#[test]
fn tags_name_the_filter_so_that_no_cache_mixes_two_questions() {
    let mut client = client();
    let mut tags = BTreeSet::new();
    let filters =
        ["", "status=open", "status=closed", "severity=5", "bbox=130,46,140,50", "as_of=2024-01-01"];
    for filter in filters {
        tags.insert(
            client.get(&format!("/tiles/problems/5/27/10.mvt?{filter}")).header("etag").unwrap().to_owned(),
        );
    }
    assert_eq!(tags.len(), filters.len());
    let one = client.get("/tiles/problems/5/27/10.mvt?status=open,overdue&severity=5");
    let same = client.get("/tiles/problems/5/27/10.mvt?severity=5&status=overdue&status=open");
    assert_eq!((one.header("etag"), &one.body), (same.header("etag"), &same.body));
}

#[test]
fn the_map_as_of_a_day_shows_what_was_known_then() {
    let mut client = client();
    let day = "as_of=2022-06-01";
    let features = all_features(&mut client, "problems", 500, day);
    assert!(!features.is_empty() && (features.len() as u64) < crate::demo::PROBLEMS);
    for feature in &features {
        let known = feature["properties"]["registered_at"].as_str().unwrap_or("");
        assert!(known <= "2022-06-01T14:00:00Z", "{}", id_of(feature));
        let resolved = feature["properties"]["resolved_at"].as_str().unwrap_or("");
        assert!(resolved <= "2022-06-01T14:00:00Z", "{}", id_of(feature));
    }
    for (z, tiles) in pyramid(&mut client, "problems", day, &[4, 9]) {
        let drawn: u64 = tiles.iter().filter(|f| f.layer == "problems").map(Feature::count).sum();
        assert_eq!(drawn, features.len() as u64, "zoom {z}");
    }
    assert!(path(&demo().data).len() > 1);
}
