//! Public answers of a small atlas, compared with files in `tests/golden/`. `UPDATE_GOLDEN=1 cargo test --test api golden`
//! writes them anew; look at the difference before it is committed. What depends on the moment of the import is left out.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use crate::support::{Chance, Server, data_of, must, path, project, small_atlas};
use crate::tiles::picture;
use crate::vector::{Address, decode};

/// Compares `actual` with a golden file, or writes the file.
fn compare(name: &str, actual: &str) {
    let file = project("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; UPDATE_GOLDEN=1 writes it", file.display()));
    if expected == actual {
        return;
    }
    let beside = std::env::temp_dir().join(format!("actual-{name}"));
    std::fs::write(&beside, actual).unwrap();
    let first = expected.lines().zip(actual.lines()).position(|(a, b)| a != b);
    let line = first.unwrap_or(expected.lines().count().min(actual.lines().count()));
    panic!(
        "{name} differs from line {} on:\n  expected {}\n  actual   {}\nthe whole: {}",
        line + 1,
        expected.lines().nth(line).unwrap_or(""),
        actual.lines().nth(line).unwrap_or(""),
        beside.display()
    );
}

#[test]
fn golden_items_page() {
    let place = small_atlas();
    let server = Server::start(&data_of(&place), &[]);
    let mut page = server.client().json("/ogc/collections/problems/items?limit=4&status=open");
    page.as_object_mut().unwrap().remove("timeStamp");
    for feature in page["features"].as_array_mut().unwrap() {
        assert!(feature["properties"]["updated_at"].take().is_string());
    }
    let text = serde_json::to_string_pretty(&page).unwrap().replace(&server.address, "HOST");
    compare("items.json", &(text + "\n"));
}

#[test]
fn golden_vector_tiles() {
    let place = small_atlas();
    let server = Server::start(&data_of(&place), &[]);
    let mut client = server.client();
    let mut text = String::new();
    for (z, lon, lat) in [(5, 135.06, 48.48), (9, 135.06, 48.48), (13, 135.06, 48.48), (14, 135.05, 48.40)] {
        let address = Address::of(z, lon, lat);
        let Address(z, x, y) = address;
        writeln!(text, "problems/{z}/{x}/{y}").unwrap();
        let bytes = client.get(&format!("/tiles/problems/{z}/{x}/{y}.mvt")).body;
        for feature in decode(&bytes) {
            let geometry = format!("{:?}", feature.geometry);
            let line = json!({ "layer": feature.layer, "id": feature.id, "geometry": geometry, "tags": feature.tags });
            writeln!(text, "  {line}").unwrap();
        }
    }
    compare("tiles.txt", &text);
}

#[test]
fn golden_heat() {
    let place = small_atlas();
    let server = Server::start(&data_of(&place), &[]);
    let mut text = String::from(
        "# the highest palette index in each block of 8 × 8 pixels, and the checksum of all indexes\n",
    );
    for z in [6, 11] {
        let Address(z, x, y) = Address::of(z, 135.06, 48.48);
        let (width, pixels, palette) =
            picture(&server.client().get(&format!("/tiles/heat/{z}/{x}/{y}.png")).body);
        writeln!(
            text,
            "heat/{z}/{x}/{y} indexes {:08x} palette {:08x}",
            crc32fast::hash(&pixels),
            crc32fast::hash(&palette)
        )
        .unwrap();
        let width = width as usize;
        for block_row in 0..width / 8 {
            for block in 0..width / 8 {
                let at = |n: usize| pixels[(block_row * 8 + n / 8) * width + block * 8 + n % 8];
                write!(text, "{:02x}", (0..64).map(at).max().unwrap()).unwrap();
            }
            text.push('\n');
        }
    }
    compare("heat.txt", &text);
}

#[test]
fn golden_pictures_and_hexagons() {
    let place = small_atlas();
    let server = Server::start(&data_of(&place), &[]);
    let mut client = server.client();
    let mut text =
        String::from("# the mean opacity of each block of 8 × 8 pixels, and the checksum of all pixels\n");
    for (z, tile) in
        [(6, "problems/{}.png"), (14, "problems/{}.png"), (5, "choropleth/{}.png?metric=open_per_10k")]
    {
        let Address(z, x, y) = Address::of(z, 135.06, 48.48);
        let path = format!("/tiles/{}", tile.replace("{}", &format!("{z}/{x}/{y}")));
        let picture = crate::pictures::picture(&mut client, &path);
        writeln!(text, "{path} {:08x}", crc32fast::hash(picture.as_raw())).unwrap();
        for block_row in 0..32 {
            for block in 0..32 {
                let alpha =
                    |n: u32| u32::from(picture.get_pixel(block * 8 + n % 8, block_row * 8 + n / 8).0[3]);
                write!(text, "{:02x}", (0..64).map(alpha).sum::<u32>() / 64).unwrap();
            }
            text.push('\n');
        }
    }
    for z in [4, 9, 13] {
        let Address(z, x, y) = Address::of(z, 135.06, 48.48);
        writeln!(text, "hexes/{z}/{x}/{y}").unwrap();
        for feature in decode(&client.get(&format!("/tiles/hexes/{z}/{x}/{y}.mvt")).body) {
            let geometry = format!("{:?}", feature.geometry);
            writeln!(text, "  {}", json!({ "id": feature.id, "geometry": geometry, "tags": feature.tags }))
                .unwrap();
        }
    }
    compare("pictures.txt", &text);
}

/// Six hundred municipal problems of four municipalities with lives of different length, the same in every run.
fn problems_to_rate() -> String {
    let mut chance = Chance(6);
    let mut csv =
        "source_id,title,category,lon,lat,status,level,registered_at,baseline_due,resolved_at\n".to_owned();
    let seats = [(135.06, 48.48), (137.01, 50.55), (140.27, 48.97), (134.25, 46.82)];
    for n in 0..600 {
        let (lon, lat) = seats[n % 4];
        let registered = jiff::civil::date(2024, 6, 1) + jiff::Span::new().days(chance.below(600) as i64);
        let due = registered + jiff::Span::new().days(60 + chance.below(200) as i64);
        let resolved = registered + jiff::Span::new().days(10 + chance.below(350) as i64);
        let is_resolved = chance.below(10) < 4 + (n as u64 % 4) && resolved < jiff::civil::date(2026, 5, 1);
        let (status, resolved) =
            if is_resolved { ("resolved", resolved.to_string()) } else { ("in_work", String::new()) };
        let category = ["roads.pothole", "yards", "ecology"][n % 3];
        writeln!(
            csv,
            "{n},Problem {n},{category},{lon},{lat},{status},municipal,{registered},{due},{resolved}"
        )
        .unwrap();
    }
    csv
}

#[test]
fn golden_ratings() {
    let place = tempfile::tempdir().unwrap();
    let (file, data) = (place.path().join("problems.csv"), place.path().join("data"));
    std::fs::write(&file, problems_to_rate()).unwrap();
    must(&["import", "problems", path(&file), "--data", path(&data)]);
    let server = Server::start(&data, &[]);
    let ratings = server.client().json("/api/ratings?as_of=2026-06-01");
    let rounded = |value: &Json| value.as_f64().map_or("-".to_owned(), |n| format!("{n:.6}"));
    let mut text = format!("as of {}, method {}\n", ratings["as_of"], ratings["method_version"]);
    // Draws depend on everything that went in; levels and what they are made of are what must not change unnoticed.
    let mut rows: Vec<&Json> = ratings["municipalities"].as_array().unwrap().iter().collect();
    rows.sort_by_key(|row| row["id"].as_str());
    for row in rows {
        let (level, trend) = (rounded(&row["level"]), rounded(&row["trend"]));
        writeln!(text, "{} {} level {level} trend {trend}", row["id"], row["size_group"]).unwrap();
        for one in row["indicators"].as_array().unwrap().iter().filter(|one| one["n"] != 0) {
            let numbers =
                ["raw", "shrunken", "normalised", "weight", "contribution"].map(|name| rounded(&one[name]));
            writeln!(text, "  {} n {} {}", one["id"], one["n"], numbers.join(" ")).unwrap();
        }
    }
    compare("ratings.txt", &text);
}
