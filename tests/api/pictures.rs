//! Tiles that are pictures: the symbols of the map and municipalities by class.

use std::collections::BTreeSet;

use fast_mvt::MvtGeometry;
use image::RgbaImage;
use serde_json::Value as Json;

use crate::demo::{LAST_DAY, client};
use crate::support::Client;
use crate::vector::{Address, Feature};

/// The picture at an address.
pub fn picture(client: &mut Client, path: &str) -> RgbaImage {
    let answer = client.get(path);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")), "{path}");
    image::load_from_memory(&answer.body).unwrap().to_rgba8()
}

fn of(layer: &str, Address(z, x, y): Address, rest: &str) -> String {
    format!("/tiles/{layer}/{z}/{x}/{y}{rest}")
}

fn is_clear(picture: &RgbaImage) -> bool {
    picture.pixels().all(|pixel| pixel.0[3] == 0)
}

/// The pixel of the four children of a tile in which a feature's place lies: which child, column, row.
fn pixel_of(feature: &Feature) -> (usize, u32, u32) {
    let MvtGeometry::Point(at) = &feature.geometry else { panic!("{feature:?}") };
    let (x, y) = ((at.0.x / 8) as u32, (at.0.y / 8) as u32);
    ((x / 256 + 2 * (y / 256)) as usize, x % 256, y % 256)
}

#[test]
fn symbols_stand_where_the_vector_tile_of_the_zoom_above_has_them() {
    let mut client = client();
    let mut moved = (0, 0);
    for layer in ["problems", "appeals"] {
        // Below zoom 8 symbols of municipalities give way to one another.
        for z in [8, 10, 14] {
            let above = Address::of(z - 1, 135.07, 48.48);
            let features = above.fetch(&mut client, layer, "");
            let quarters = above.children().map(|child| picture(&mut client, &of(layer, child, ".png")));
            for feature in features.iter().filter(|feature| feature.layer == layer) {
                let (quarter, x, y) = pixel_of(feature);
                let covered = quarters[quarter].get_pixel(x, y).0[3] > 200;
                // An object alone stays where it is; a donut gives way where another one would hide it.
                assert!(covered || feature.is("cluster"), "{feature:?}");
                moved = (moved.0 + u32::from(!covered), moved.1 + 1);
            }
        }
    }
    assert!(moved.0 * 10 < moved.1 && moved.1 > 50, "{moved:?}");
}

#[test]
fn a_symbol_on_an_edge_is_drawn_on_both_sides() {
    let mut client = client();
    let mut crossing = 0;
    for (z, x, y) in [(10, 896, 353), (11, 1_792, 707), (12, 3_584, 1_414)] {
        for dx in 0..4 {
            let [west, east] =
                [x + dx, x + dx + 1].map(|x| picture(&mut client, &of("appeals", Address(z, x, y), ".png")));
            // Opaque runs on the edge are cuts through symbols: the other side must have the same runs, a pixel more or less.
            let runs = |picture: &RgbaImage, column| -> Vec<(u32, u32)> {
                let opaque: Vec<bool> =
                    (0..256).map(|row| picture.get_pixel(column, row).0[3] > 128).collect();
                let begins = (0..256).filter(|&n| opaque[n] && (n == 0 || !opaque[n - 1]));
                let end = |n: usize| (n..256).find(|&m| !opaque[m]).unwrap_or(256);
                begins.map(|n| (n as u32, end(n) as u32)).collect()
            };
            let long = |run: &(u32, u32)| run.1 - run.0 > 12;
            let (here, there) = (runs(&west, 255), runs(&east, 0));
            for (from, to) in here.iter().filter(|run| long(run)) {
                let same = |run: &&(u32, u32)| run.0.abs_diff(*from) <= 6 && run.1.abs_diff(*to) <= 6;
                assert!(there.iter().any(|run| same(&run)), "{here:?} and {there:?} at {z}/{}", x + dx);
                crossing += 1;
            }
        }
    }
    assert!(crossing > 0, "some donut lies across an edge");
}

#[test]
fn pictures_follow_filter_theme_language_and_density() {
    let mut client = client();
    let address = Address::of(6, 135.07, 48.48);
    let plain = picture(&mut client, &of("problems", address, ".png"));
    assert_eq!(plain.dimensions(), (256, 256));
    assert!(!is_clear(&plain));
    assert_eq!(picture(&mut client, &of("problems", address, "@2x.png")).dimensions(), (512, 512));
    for other in ["theme=dark", "theme=contrast", "status=overdue", "groups=overdue", "municipality=lazo"] {
        let path = of("problems", address, &format!(".png?{other}"));
        assert!(picture(&mut client, &path) != plain, "{other}");
    }
    assert!(picture(&mut client, &of("problems", address, ".png?theme=light&lang=ru")) == plain);
    let mut tags = BTreeSet::new();
    for rest in [".png", "@2x.png", ".png?theme=dark", ".png?lang=en", ".png?status=open", ".mvt"] {
        tags.insert(client.get(&of("problems", address, rest)).header("etag").unwrap().to_owned());
    }
    assert_eq!(tags.len(), 6);
}

#[test]
fn groups_that_are_not_named_are_taken_out_of_symbols_and_numbers() {
    let mut client = client();
    let colours = |groups: &str, z: u8, client: &mut Client| {
        let path = of("problems", Address::of(z, 135.07, 48.48), &format!(".png?groups={groups}"));
        let picture = picture(client, &path);
        let seen =
            |[r, g, b]: [u8; 3]| picture.pixels().filter(|pixel| pixel.0 == [r, g, b, 255]).count() > 0;
        // New, in work, overdue, resolved (tiles/palette.toml).
        [[0x1b, 0x66, 0xb5], [0xb9, 0x7a, 0x00], [0xa5, 0x1d, 0x16], [0x73, 0x7d, 0x87]].map(seen)
    };
    for z in [6, 10] {
        assert_eq!(colours("overdue", z, &mut client), [false, false, true, false], "zoom {z}");
        assert!(!colours("new,in_work,resolved", z, &mut client)[2], "zoom {z}");
    }
    let address = Address::of(8, 135.07, 48.48);
    let all = picture(&mut client, &of("problems", address, ".png?groups=overdue,in_work,new,resolved"));
    assert!(all == picture(&mut client, &of("problems", address, ".png")));
    let refused = client.get("/tiles/problems/5/28/11.png?groups=late");
    assert_eq!((refused.status, refused.json()["parameter"].as_str()), (400, Some("groups")));
}

#[test]
fn the_empty_sea_is_an_empty_picture() {
    let mut client = client();
    for layer in ["problems", "appeals", "choropleth"] {
        for (rest, side) in [(".png", 256), ("@2x.png", 512)] {
            let sea = picture(&mut client, &of(layer, Address::of(9, -150.0, -40.0), rest));
            assert!(is_clear(&sea) && sea.width() == side, "{layer}");
        }
    }
    assert_eq!(client.get("/tiles/hexes/9/0/0.mvt").status, 200);
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let mut client = client();
    for path in [
        "/tiles/problems/8/224/88.png",
        "/tiles/choropleth/5/28/11@2x.png?metric=median_days",
        "/tiles/hexes/5/28/11.mvt",
    ] {
        let first = client.get(path);
        let tag = first.header("etag").unwrap().to_owned();
        assert_eq!(client.get(path).body, first.body);
        let again = client.get_with(path, &[("If-None-Match", &tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
}

#[test]
fn hostile_parameters_are_refused_with_what_is_allowed() {
    let mut client = client();
    for (path, parameter) in [
        ("/tiles/choropleth/5/28/11.png?metric=%27%22%3Cscript%3E", "metric"),
        ("/tiles/choropleth/5/28/11.png?metric=score&metric=score", "metric"),
        ("/tiles/choropleth/5/28/11.png?theme=../../etc", "theme"),
        ("/tiles/choropleth.json?metric=beauty", "metric"),
        ("/tiles/problems/5/28/11.png?theme=blue", "theme"),
        ("/tiles/problems/5/28/11.png?lang=%00", "lang"),
        ("/tiles/appeals/5/28/11@3x.png", "y"),
        ("/tiles/appeals/5/28/11@2x@2x.png", "y"),
        ("/tiles/problems/23/0/0.png", "z"),
        ("/tiles/choropleth/99/0/0@2x.png", "z"),
        ("/tiles/choropleth/5/32/0.png", "x"),
        ("/tiles/hexes/23/0/0.mvt", "z"),
        // A rating takes no filter, and a vector tile has no theme.
        ("/tiles/choropleth/5/28/11.png?status=open", "status"),
        ("/tiles/problems/5/28/11.mvt?theme=dark", "theme"),
        ("/tiles/problems/5/28/11.png?metric=score", "metric"),
    ] {
        let answer = client.get(path);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        let problem = answer.json();
        assert_eq!(problem["parameter"], parameter, "{path}: {problem}");
    }
    let allowed =
        client.get("/tiles/choropleth/5/28/11.png?metric=x").json()["detail"].as_str().unwrap().to_owned();
    for metric in ["score", "overdue_share", "on_time_share", "median_days", "open_per_10k", "years_to_clear"]
    {
        assert!(allowed.contains(metric), "{allowed}");
    }
    for path in ["/tiles/hexes/5/28/11.png", "/tiles/choropleth/5/28/11.mvt", "/tiles/problems/5/28/11.svg"] {
        assert_eq!(client.get(path).status, 404, "{path}");
    }
}

#[test]
fn municipalities_have_the_colours_that_the_legend_gives_to_their_values() {
    let mut client = client();
    let region = client.json("/api/region");
    let ratings = client.json(&format!("/api/ratings?as_of={LAST_DAY}"));
    let burden = client.json(&format!("/api/burden?as_of={LAST_DAY}"));
    for theme in ["light", "dark"] {
        for metric in ["score", "overdue_share", "open_per_10k", "years_to_clear"] {
            let json = client
                .json(&format!("/tiles/choropleth.json?metric={metric}&theme={theme}&as_of={LAST_DAY}"));
            let legend = &json["legend"];
            assert_eq!((&legend["metric"], legend["classes"].as_array().unwrap().len()), (&metric.into(), 5));
            let mut known = 0;
            for municipality in region["municipalities"].as_array().unwrap() {
                let value = value_of(metric, &municipality["id"], &ratings, &burden);
                let place = municipality["label_point"].as_array().unwrap();
                let (lon, lat) = (place[0].as_f64().unwrap(), place[1].as_f64().unwrap());
                let shown = colour_at(&mut client, metric, theme, lon, lat);
                if let Some(value) = value {
                    let class = legend["classes"].as_array().unwrap().iter().find(|class| {
                        class["from"].as_f64().is_none_or(|from| value >= from)
                            && class["to"].as_f64().is_none_or(|to| value < to)
                    });
                    assert_eq!(shown, class.unwrap()["colour"], "{metric} {value} of {municipality}");
                    known += 1;
                } else {
                    let classes = legend["classes"].as_array().unwrap();
                    assert!(classes.iter().all(|class| class["colour"] != *shown), "{municipality}");
                }
            }
            assert!(known > 5, "{metric}");
        }
    }
}

fn value_of(metric: &str, id: &Json, ratings: &Json, burden: &Json) -> Option<f64> {
    let row = |table: &Json| {
        table["municipalities"].as_array().unwrap().iter().find(|row| row["id"] == *id).cloned()
    };
    match metric {
        "open_per_10k" | "years_to_clear" => row(burden)?[metric].as_f64(),
        "score" => row(ratings)?["score"].as_f64(),
        _ => {
            let rating = row(ratings)?;
            let indicator = rating["indicators"].as_array()?.iter().find(|one| one["id"] == metric)?.clone();
            indicator["raw"].as_f64().filter(|_| indicator["n"].as_u64() >= Some(10))
        }
    }
}

/// The colour of a choropleth at a place, `#rrggbb`.
fn colour_at(client: &mut Client, metric: &str, theme: &str, lon: f64, lat: f64) -> String {
    let z = 8;
    let address = Address::of(z, lon, lat);
    let fine = Address::of(z + 8, lon, lat);
    let path = of("choropleth", address, &format!(".png?metric={metric}&theme={theme}&as_of={LAST_DAY}"));
    let pixel = picture(client, &path).get_pixel(fine.1 % 256, fine.2 % 256).0;
    assert_eq!(pixel[3], 255);
    format!("#{:02x}{:02x}{:02x}", pixel[0], pixel[1], pixel[2])
}

#[test]
fn neighbouring_choropleth_tiles_go_on_where_the_other_ends() {
    let mut client = client();
    let Address(z, x, y) = Address::of(7, 135.07, 48.48);
    let mut tile =
        |x: u32, y: u32| picture(&mut client, &of("choropleth", Address(z, x, y), ".png?metric=score"));
    let (here, east, south) = (tile(x, y), tile(x + 1, y), tile(x, y + 1));
    let differs =
        |a: &image::Rgba<u8>, b: &image::Rgba<u8>| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 60);
    // A border may pass along or across an edge, but most of what meets there is one area.
    let broken_east = (0..256).filter(|n| differs(here.get_pixel(255, *n), east.get_pixel(0, *n))).count();
    let broken_south = (0..256).filter(|n| differs(here.get_pixel(*n, 255), south.get_pixel(*n, 0))).count();
    assert!(broken_east < 24 && broken_south < 24, "{broken_east}, {broken_south}");
}

#[test]
fn tilejson_of_the_pictures_names_their_tiles() {
    let mut client = client();
    for (name, layer) in
        [("problems.png", "problems"), ("appeals.png", "appeals"), ("choropleth", "choropleth")]
    {
        let json = client.json(&format!("/tiles/{name}.json?theme=dark"));
        let template = json["tiles"][0].as_str().unwrap();
        assert!(
            template.ends_with(&format!("/tiles/{layer}/{{z}}/{{x}}/{{y}}.png?theme=dark")),
            "{template}"
        );
        assert!(json.get("vector_layers").is_none());
        let tile = template.replace("{z}", "5").replace("{x}", "28").replace("{y}", "11");
        assert!(!is_clear(&picture(&mut client, &crate::demo::path_of(&tile))));
    }
}
