//! GeoPackages: the records of the other exports in tables that programs of maps open, typed, indexed and described.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::{Value as Json, json};

use crate::demo::{all_features, client, demo, filter, matched, words};
use crate::support::{Chance, Client, LIMIT, Server, atlas, data_of, must, path, run, small_atlas, text};

/// A GeoPackage as a file for as long as this lives.
struct Package {
    database: Connection,
    _file: tempfile::NamedTempFile,
}

/// A row: its table, its places one after another, and its columns.
#[derive(Debug, PartialEq)]
struct Row {
    table: String,
    places: Vec<[f64; 2]>,
    columns: BTreeMap<String, Json>,
}

impl Package {
    fn fetch(client: &mut Client, address: &str) -> Self {
        let answer = client.get(address);
        assert_eq!(answer.status, 200, "{address}: {}", text(&answer.body[..answer.body.len().min(300)]));
        Self::of(&answer.body)
    }

    fn of(bytes: &[u8]) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let database = Connection::open(file.path()).unwrap();
        assert_eq!(texts(&database, "PRAGMA integrity_check"), ["ok"]);
        assert_eq!(texts(&database, "SELECT \"table\" FROM pragma_foreign_key_check"), [""; 0]);
        Self { database, _file: file }
    }

    fn tables(&self) -> Vec<String> {
        texts(&self.database, "SELECT table_name FROM gpkg_contents ORDER BY rowid")
    }

    fn one<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        self.database.query_row(sql, (), |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    fn rows(&self) -> BTreeMap<String, Row> {
        self.tables().iter().flat_map(|table| self.rows_of(table)).collect()
    }

    fn rows_of(&self, table: &str) -> BTreeMap<String, Row> {
        let mut query = self.database.prepare(&format!("SELECT * FROM \"{table}\" ORDER BY fid")).unwrap();
        let names: Vec<String> = query.column_names().map(str::to_owned).collect();
        assert_eq!(names[..2], ["fid", "geom"]);
        let mut rows = query.query(()).unwrap();
        let mut found = BTreeMap::new();
        while let Some(row) = rows.next().unwrap() {
            assert_eq!(row.get::<_, i64>(0).unwrap(), found.len() as i64 + 1, "numbers have no gaps");
            let blob: Option<Vec<u8>> = row.get(1).unwrap();
            let places = blob.map_or_else(Vec::new, |blob| places_of(&blob));
            let value = |n: usize| match row.get(n).unwrap() {
                Value::Null => Json::Null,
                Value::Integer(n) => json!(n),
                Value::Real(x) => json!(x),
                Value::Text(text) => json!(text),
                Value::Blob(_) => panic!("{} is a blob", names[n]),
            };
            let columns: BTreeMap<_, _> = (2..names.len()).map(|n| (names[n].clone(), value(n))).collect();
            let id = columns["id"].as_str().unwrap().to_owned();
            found.insert(id, Row { table: table.to_owned(), places, columns });
        }
        found
    }
}

fn texts(database: &Connection, sql: &str) -> Vec<String> {
    let mut query = database.prepare(sql).unwrap();
    query.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// The places of a geometry's blob, read as the specification says, with its box checked against them.
fn places_of(blob: &[u8]) -> Vec<[f64; 2]> {
    assert_eq!(blob[..3], [b'G', b'P', 0]);
    assert_eq!(blob[4..8], 4326i32.to_le_bytes());
    let double = |at: usize| f64::from_le_bytes(blob[at..at + 8].try_into().unwrap());
    let (mut at, mut places) = (if blob[3] == 1 { 8 } else { 40 }, Vec::new());
    read_wkb(blob, &mut at, &mut places);
    assert_eq!(at, blob.len());
    if blob[3] == 3 {
        let [lowest, highest] = [f64::min, f64::max].map(|pick| {
            [0, 1].map(|axis| places.iter().map(|place: &[f64; 2]| place[axis]).reduce(pick).unwrap())
        });
        assert_eq!([8, 16, 24, 32].map(double), [lowest[0], highest[0], lowest[1], highest[1]]);
    } else {
        assert_eq!((blob[3], places.len()), (1, 1), "only a point has no box");
    }
    places
}

fn read_wkb(blob: &[u8], at: &mut usize, places: &mut Vec<[f64; 2]>) {
    assert_eq!(blob[*at], 1, "little-endian");
    *at += 1;
    let number = |at: &mut usize| {
        *at += 4;
        u32::from_le_bytes(blob[*at - 4..*at].try_into().unwrap())
    };
    let path = |at: &mut usize, count: u32, places: &mut Vec<[f64; 2]>| {
        for _ in 0..count {
            let double = |at: usize| f64::from_le_bytes(blob[at..at + 8].try_into().unwrap());
            places.push([double(*at), double(*at + 8)]);
            *at += 16;
        }
    };
    match number(at) {
        1 => path(at, 1, places),
        2 => {
            let count = number(at);
            path(at, count, places);
        }
        3 => {
            for _ in 0..number(at) {
                let (count, first) = (number(at), places.len());
                path(at, count, places);
                assert_eq!(places[first], places[places.len() - 1], "a ring is closed");
            }
        }
        5 | 6 => {
            for _ in 0..number(at) {
                read_wkb(blob, at, places);
            }
        }
        kind => panic!("geometry {kind}"),
    }
}

/// What a GeoPackage must hold for a feature of GeoJSON.
fn expected(layer: &str, feature: &Json) -> (String, Row) {
    fn flat(coordinates: &Json, places: &mut Vec<[f64; 2]>) {
        let list = coordinates.as_array().unwrap();
        match (list[0].as_f64(), list.get(1).and_then(Json::as_f64)) {
            (Some(lon), Some(lat)) => places.push([lon, lat]),
            _ => list.iter().for_each(|part| flat(part, places)),
        }
    }
    let mut places = Vec::new();
    flat(&feature["geometry"]["coordinates"], &mut places);
    let table = match (layer, feature["geometry"]["type"].as_str().unwrap()) {
        ("problems", "Point") => "problems_points",
        ("problems", "LineString" | "MultiLineString") => "problems_lines",
        ("problems", _) => "problems_areas",
        _ => layer,
    };
    let column = |(name, value): (&String, &Json)| {
        let value = match value {
            Json::Bool(yes) => json!(i64::from(*yes)),
            Json::String(text) if name.ends_with("_at") || name.ends_with("_due") => json!(moment(text)),
            other => other.clone(),
        };
        (name.clone(), value)
    };
    let mut columns: BTreeMap<_, _> = feature["properties"].as_object().unwrap().iter().map(column).collect();
    let id = feature["id"].as_str().unwrap().to_owned();
    columns.insert("id".to_owned(), json!(id));
    // JSON writes a decimal number without a fraction as a whole one.
    for name in ["cost_rub", "area_km2"] {
        if let Some(number) = columns.get(name).and_then(Json::as_f64) {
            columns.insert(name.to_owned(), json!(number));
        }
    }
    (id, Row { table: table.to_owned(), places, columns })
}

fn moment(text: &str) -> String {
    let plain = text.strip_suffix('Z').unwrap();
    let (seconds, digits) = plain.split_once('.').unwrap_or((plain, ""));
    format!("{seconds}.{digits:0<3}Z")
}

#[test]
fn a_geopackage_holds_every_feature_of_the_same_filter_with_every_property() {
    let mut client = client();
    let (words, mut chance) = (words(&mut client), Chance(11));
    let mut cases = vec![
        ("problems", String::new()),
        ("appeals", "status=overdue".to_owned()),
        ("municipalities", String::new()),
        ("municipalities", "bbox=134,47,136,49".to_owned()),
    ];
    cases.extend((0..3).map(|_| ("problems", filter(&mut chance, &words, false))));
    cases.extend((0..2).map(|_| ("appeals", filter(&mut chance, &words, true))));
    for (layer, filter) in cases {
        let package = Package::fetch(&mut client, &format!("/download/{layer}.gpkg?{filter}"));
        let features = all_features(&mut client, layer, 1_000, &filter);
        let expected: BTreeMap<_, _> = features.iter().map(|feature| expected(layer, feature)).collect();
        let rows = package.rows();
        assert_eq!(rows.len() as u64, matched(&mut client, layer, &filter), "{layer}?{filter}");
        for (id, row) in &expected {
            assert_eq!(rows.get(id), Some(row), "{layer}?{filter}");
        }
        let mut tables: BTreeSet<&str> = expected.values().map(|row| row.table.as_str()).collect();
        tables.insert(if layer == "problems" { "problems_points" } else { layer });
        let there = package.tables();
        assert_eq!(there.iter().map(String::as_str).collect::<BTreeSet<_>>(), tables, "no other is empty");
        assert_eq!(there.len(), tables.len());
    }
    demo().server.assert_log_is_clean();
}

#[test]
fn a_geopackage_is_one_by_the_rules_of_the_specification() {
    let mut client = client();
    for layer in ["problems", "appeals", "municipalities"] {
        let package = Package::fetch(&mut client, &format!("/download/{layer}.gpkg?lang=en"));
        assert_eq!(package.one::<i64>("PRAGMA application_id"), 0x4750_4B47);
        assert_eq!(package.one::<i64>("PRAGMA user_version"), 10_300);
        assert_eq!(
            texts(&package.database, "SELECT CAST(srs_id AS TEXT) FROM gpkg_spatial_ref_sys ORDER BY srs_id"),
            ["-1", "0", "4326"]
        );
        for table in package.tables() {
            let geometry: String =
                package.one(&format!("SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = '{table}' AND column_name = 'geom' AND srs_id = 4326 AND z = 0 AND m = 0"));
            let kind = match table.as_str() {
                "problems_lines" => "MULTILINESTRING",
                "problems_areas" | "municipalities" => "MULTIPOLYGON",
                _ => "POINT",
            };
            assert_eq!(geometry, kind, "{table}");
            let declared: String =
                package.one(&format!("SELECT type FROM pragma_table_info('{table}') WHERE name = 'geom'"));
            assert_eq!(declared, kind);
            let rows = package.rows_of(&table);
            let places: Vec<_> = rows.values().flat_map(|row| &row.places).collect();
            let edge =
                |axis: usize, pick: fn(f64, f64) -> f64| places.iter().map(|p| p[axis]).reduce(pick).unwrap();
            let told: [f64; 4] = package
                .database
                .query_row(
                    "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?1 AND data_type = 'features' AND srs_id = 4326",
                    [&table],
                    |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
                )
                .unwrap();
            assert_eq!(told, [edge(0, f64::min), edge(1, f64::min), edge(0, f64::max), edge(1, f64::max)]);
            let changed: String =
                package.one(&format!("SELECT last_change FROM gpkg_contents WHERE table_name = '{table}'"));
            assert!(changed.len() == 24 && changed.ends_with('Z'), "{changed}");
            let about: String =
                package.one(&format!("SELECT description FROM gpkg_contents WHERE table_name = '{table}'"));
            assert!(
                about.contains("invented") && about.contains(&format!("/download/{layer}.gpkg?lang=en")),
                "{about}"
            );
            let silent = texts(
                &package.database,
                &format!(
                    "SELECT name FROM pragma_table_info('{table}') WHERE name NOT IN ('fid', 'geom') AND name NOT IN \
                     (SELECT column_name FROM gpkg_data_columns WHERE table_name = '{table}' AND description NOT LIKE 'field.%')"
                ),
            );
            assert_eq!(silent, [""; 0], "every column of {table} is told of");
            let indexed: String = package.one(&format!(
                "SELECT scope FROM gpkg_extensions WHERE table_name = '{table}' AND column_name = 'geom' AND extension_name = 'gpkg_rtree_index'"
            ));
            assert_eq!(indexed, "write-only");
            let triggers = texts(
                &package.database,
                &format!(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}' ORDER BY name"
                ),
            );
            let names = ["delete", "insert", "update1", "update2", "update3", "update4"];
            assert_eq!(triggers, names.map(|name| format!("rtree_{table}_geom_{name}")));
        }
    }
}

#[test]
fn columns_have_types_and_what_is_unknown_is_null() {
    let place = small_atlas();
    let server = Server::start(&data_of(&place), &[]);
    let package = Package::fetch(&mut server.client(), "/download/problems.gpkg");
    assert_eq!(package.tables(), ["problems_points", "problems_lines", "problems_areas"]);
    let type_of = |name: &str| -> String {
        package.one(&format!("SELECT type FROM pragma_table_info('problems_points') WHERE name = '{name}'"))
    };
    for (name, kind) in [
        ("fid", "INTEGER"),
        ("title", "TEXT"),
        ("overdue", "BOOLEAN"),
        ("severity", "INTEGER"),
        ("registered_at", "DATETIME"),
        ("cost_rub", "REAL"),
    ] {
        assert_eq!(type_of(name), kind, "{name}");
    }
    let rows = package.rows();
    let titled = |title: &str| rows.values().find(|row| row.columns["title"] == title).unwrap();
    let pit = titled("Яма на улице Ленина");
    assert_eq!(pit.places, [[135.06, 48.48]]);
    assert_eq!((&pit.columns["severity"], &pit.columns["cost_rub"]), (&json!(4), &json!(125_000.0)));
    assert_eq!(pit.columns["overdue"], json!(1));
    // The beginning of 10 January in Khabarovsk.
    assert_eq!(pit.columns["registered_at"], json!("2025-01-09T14:00:00.000Z"));
    let other = titled("Вторая яма там же");
    for unknown in ["severity", "cost_rub", "baseline_due", "slip_days", "responsible", "level"] {
        assert_eq!(other.columns[unknown], Json::Null, "{unknown}");
    }
    assert_eq!(titled("Разбитая дорога").places, [[135.0, 48.4], [135.1, 48.4]]);
    assert_eq!(titled("Двор без освещения").places.len(), 5);
    let places = Package::fetch(&mut server.client(), "/download/municipalities.gpkg");
    let kinds =
        texts(&places.database, "SELECT name || ' ' || type FROM pragma_table_info('municipalities')");
    for kind in ["population INTEGER", "area_km2 REAL", "approximate BOOLEAN", "valid_from DATE"] {
        assert!(kinds.iter().any(|told| told == kind), "{kind} in {kinds:?}");
    }
    server.assert_log_is_clean();
}

#[test]
fn the_spatial_index_finds_what_the_box_of_the_list_finds() {
    let mut client = client();
    let package = Package::fetch(&mut client, "/download/problems.gpkg");
    let rows = package.rows_of("problems_points");
    for table in package.tables() {
        let [indexed, all] = [format!("rtree_{table}_geom"), table]
            .map(|name| package.one::<i64>(&format!("SELECT count(*) FROM \"{name}\"")));
        assert_eq!(indexed, all);
    }
    let mut chance = Chance(5);
    for _ in 0..6 {
        let (west, south) = (chance.between(131.0, 136.0), chance.between(46.0, 50.0));
        let (east, north) = (west + chance.between(0.1, 3.0), south + chance.between(0.1, 2.0));
        let mut query = package
            .database
            .prepare(
                "SELECT id FROM problems_points WHERE fid IN (SELECT id FROM rtree_problems_points_geom \
                 WHERE maxx >= ?1 AND minx <= ?3 AND maxy >= ?2 AND miny <= ?4)",
            )
            .unwrap();
        let hits = query.query_map((west, south, east, north), |row| row.get::<_, String>(0)).unwrap();
        // The index keeps single precision: it may find a little more, never less.
        let inside = |id: &String| {
            let [lon, lat] = rows[id].places[0];
            (west..=east).contains(&lon) && (south..=north).contains(&lat)
        };
        let found: BTreeSet<String> = hits.map(Result::unwrap).filter(inside).collect();
        let listed =
            all_features(&mut client, "problems", 1_000, &format!("bbox={west},{south},{east},{north}"));
        let points = listed.iter().filter(|feature| feature["geometry"]["type"] == "Point");
        let expected: BTreeSet<String> = points.map(|f| f["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_geopackage_of_nothing_is_a_geopackage() {
    let mut client = client();
    for (layer, table) in
        [("problems", "problems_points"), ("appeals", "appeals"), ("municipalities", "municipalities")]
    {
        let package = Package::fetch(&mut client, &format!("/download/{layer}.gpkg?bbox=10,10,11,11"));
        assert_eq!(package.tables(), [table]);
        assert_eq!(package.one::<i64>(&format!("SELECT count(*) FROM {table}")), 0);
        assert_eq!(package.one::<Option<f64>>("SELECT min_x FROM gpkg_contents"), None);
        let columns: i64 = package.one(&format!("SELECT count(*) FROM pragma_table_info('{table}')"));
        assert!(columns > 8, "the columns are there without rows");
    }
}

#[test]
fn what_a_geopackage_does_not_know_is_refused_like_everywhere() {
    let mut client = client();
    for (wrong, parameter) in [
        ("problems.gpkg?colour=red", "colour"),
        ("problems.gpkg?status=sleeping", "status"),
        ("problems.gpkg?municipality=Atlantis", "municipality"),
        ("problems.gpkg?dialect=excel", "dialect"),
        ("problems.gpkg?lang=de", "lang"),
        ("appeals.gpkg?limit=1", "limit"),
        ("municipalities.gpkg?status=open", "status"),
        ("municipalities.gpkg?bbox=1,2,3", "bbox"),
    ] {
        let answer = client.get(&format!("/download/{wrong}"));
        assert_eq!((answer.status, &answer.json()["parameter"]), (400, &parameter.into()), "{wrong}");
    }
    assert_eq!(client.get("/download/heat.gpkg").status, 404);
}

#[test]
fn a_geopackage_is_tagged_headed_and_read_in_ranges() {
    let mut client = client();
    let path = "/download/problems.gpkg?status=open";
    let whole = client.get(path);
    let (length, tag) = (whole.body.len(), whole.header("etag").unwrap().to_owned());
    assert_eq!((whole.status, whole.header("content-type")), (200, Some("application/geopackage+sqlite3")));
    assert_eq!(whole.header("content-length"), Some(length.to_string().as_str()));
    assert!(whole.header("content-disposition").unwrap().contains("filename=\"problems.gpkg\""));
    assert_eq!(client.get_with(path, &[("If-None-Match", &tag)]).status, 304);
    let head = client.send("HEAD", path, &[], b"").unwrap();
    assert_eq!((head.status, head.header("etag"), head.body.len()), (200, Some(tag.as_str()), 0));
    assert_eq!(head.header("content-length"), Some(length.to_string().as_str()));
    let part = client.get_with(path, &[("Range", "bytes=60-71")]);
    assert_eq!((part.status, &part.body[8..]), (206, &b"GPKG"[..]));
    assert_ne!(client.get("/download/problems.gpkg").header("etag"), Some(tag.as_str()));
    let (ru, en) = (client.get(&format!("{path}&lang=ru")), client.get(&format!("{path}&lang=en")));
    assert!(ru.header("etag") != en.header("etag") && text(&en.body).contains("Days by which the deadline"));
}

#[test]
fn a_title_that_would_be_a_command_or_a_formula_stays_text() {
    let place = small_atlas();
    let titles = [
        "Robert'); DROP TABLE problems_points;--",
        "\" ? :a @b $c ?1",
        "=cmd|'/c calc'!A0",
        "<script>alert(1)</script> \u{202e}🕳",
    ];
    let feature = |(n, title): (usize, &&str)| {
        json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [135.0 + n as f64 / 10.0, 48.5] },
            "properties": { "source_id": format!("h{n}"), "title": title, "category": "roads", "status": "registered" },
        })
    };
    let features: Vec<Json> = titles.iter().enumerate().map(feature).collect();
    let file = place.path().join("hostile.geojson");
    std::fs::write(&file, json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    must(&["import", "problems", path(&file), "--data", path(&data_of(&place))]);
    let server = Server::start(&data_of(&place), &[]);
    let mut client = server.client();
    let package = Package::fetch(&mut client, "/download/problems.gpkg");
    let listed = all_features(&mut client, "problems", 100, "");
    let rows = package.rows();
    assert_eq!(rows.len(), 6 + titles.len());
    for feature in &listed {
        assert_eq!(rows[feature["id"].as_str().unwrap()].columns["title"], feature["properties"]["title"]);
    }
    for title in &titles[..3] {
        assert!(rows.values().any(|row| row.columns["title"] == *title), "{title}");
    }
}

#[test]
fn a_write_makes_another_geopackage_and_a_client_that_leaves_leaves_nothing_on_disk() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = crate::support::token(&data);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let nothing = client.get("/download/appeals.gpkg");
    crate::appeals::post(&server, &token, r#"{"category":"roads","lon":135.06,"lat":48.48}"#);
    let one = client.get("/download/appeals.gpkg");
    assert_ne!(one.header("etag"), nothing.header("etag"));
    assert_eq!(Package::of(&one.body).rows().values().next().unwrap().places, [[135.06, 48.48]]);
    for filter in ["severity=4", "severity=3"] {
        let mut leaving = std::net::TcpStream::connect(&server.address).unwrap();
        write!(leaving, "GET /download/problems.gpkg?{filter} HTTP/1.1\r\nHost: atlas\r\n\r\n").unwrap();
    }
    let stayed = Package::fetch(&mut client, "/download/problems.gpkg?severity=4");
    assert_eq!(stayed.rows().len(), 1, "whoever stays is served");
    let begun = Instant::now();
    while std::fs::read_dir(data.join("archives")).unwrap().next().is_some() {
        assert!(begun.elapsed() < LIMIT, "a file stays");
        std::thread::sleep(Duration::from_millis(20));
    }
    server.assert_log_is_clean();
}

#[test]
fn the_page_of_exports_reckons_the_size_and_leads_to_the_file() {
    let mut client = client();
    for (address, mode) in [
        ("/en/export?status=open", "problems"),
        ("/en/export?mun=lazo", "problems"),
        ("/en/export?mode=appeals", "appeals"),
    ] {
        let page = text(&client.get(address).body);
        let row = page.split("<tr>").find(|row| row.contains(">GeoPackage</a>")).unwrap();
        let href = row.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        assert!(href.starts_with(&format!("/download/{mode}.gpkg?")) && href.contains("lang=en"), "{href}");
        let told: String =
            row.split("≈ ").nth(1).unwrap().chars().take_while(|c| !c.is_whitespace()).collect();
        let unit = if row.contains("MB") { 1e6 } else { 1e3 };
        let reckoned = told.replace(',', "").parse::<f64>().unwrap() * unit;
        let length = client.get(&href).body.len() as f64;
        assert!((reckoned / length - 1.0).abs() < 0.2, "{reckoned} reckoned of {length}: {row}");
    }
    assert!(text(&client.get("/export").body).contains("слои с пространственным индексом"));
}

#[test]
fn the_command_writes_the_same_bytes_twice_and_wants_a_file() {
    let place = small_atlas();
    let data = data_of(&place);
    let file = place.path().join("out.gpkg");
    for (layer, count) in
        [("problems", 6), ("appeals", 0), ("municipalities", 19), ("settlements", 50), ("ratings", 19)]
    {
        let write = || {
            must(&["export", layer, "--data", path(&data), "--format", "gpkg", "-o", path(&file)]);
            std::fs::read(&file).unwrap()
        };
        let bytes = write();
        let package = Package::of(&bytes);
        let rows: i64 = package
            .tables()
            .iter()
            .map(|table| package.one::<i64>(&format!("SELECT count(*) FROM {table}")))
            .sum();
        assert_eq!(rows, count, "{layer}");
        let csv = must(&["export", layer, "--data", path(&data), "--format", "csv"]).stdout;
        let mut reader = csv::Reader::from_reader(&csv[..]);
        if count > 0 {
            let told: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
            let own = texts(
                &package.database,
                &format!("SELECT name FROM pragma_table_info('{}')", package.tables()[0]),
            );
            assert_eq!(own[2..], told[..told.len() - 2], "{layer}: the columns of CSV without lon and lat");
        }
        assert!(write() == bytes, "{layer}");
    }
    let about = atlas()
        .env("ATLAS_LANG", "ru")
        .args(["export", "problems", "--data", path(&data), "--format", "gpkg", "-o", path(&file)])
        .output()
        .unwrap();
    assert!(about.status.success());
    let package = Package::of(&std::fs::read(&file).unwrap());
    let meaning: String =
        package.one("SELECT description FROM gpkg_data_columns WHERE column_name = 'status'");
    assert_eq!(meaning, "Состояние");
    let streamed = run(&["export", "problems", "--data", path(&data), "--format", "gpkg"]);
    assert_eq!(streamed.status.code(), Some(2));
    assert!(text(&streamed.stderr).contains("-o FILE") && streamed.stdout.is_empty());
    let nowhere = place.path().join("absent/out.gpkg");
    let refused =
        run(&["export", "problems", "--data", path(&data), "--format", "gpkg", "-o", path(&nowhere)]);
    assert_eq!(refused.status.code(), Some(2));
}
