//! Archives and whole collections: the same bytes and the same records as everywhere else, in ranges, within bounds.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use pmtiles::{AsyncPmTilesReader, Compression, MmapBackend, TileCoord, TileType};
use serde_json::Value as Json;

use crate::demo::{all_features, client, demo, filter, matched, words};
use crate::support::{Answer, Chance, Client, Server, data_of, small_atlas, text, token};
use crate::tiles::around_the_region;
use crate::vector::{Address, Feature, decode};

type Tiles = BTreeMap<(u8, u32, u32), Vec<u8>>;

fn fetch(client: &mut Client, path: &str) -> Answer {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", text(&answer.body[..answer.body.len().min(300)]));
    answer
}

/// What the header of a PMTiles file says.
struct Header {
    zooms: (u8, u8),
    bounds: [f64; 4],
}

/// Tiles of a PMTiles file and its metadata, by a reader that is not ours.
fn read_pmtiles(bytes: &[u8], deepest: u8) -> (Tiles, Json, Header) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let name = file.path().to_owned();
    actix_web::rt::System::new().block_on(async move {
        let backend = MmapBackend::try_from(&name).await.unwrap();
        let reader = AsyncPmTilesReader::try_from_source(backend).await.unwrap();
        let header = reader.get_header();
        assert_eq!((header.tile_type, header.tile_compression), (TileType::Mvt, Compression::Gzip));
        assert!(header.clustered());
        let metadata = serde_json::from_str(&reader.get_metadata().await.unwrap()).unwrap();
        let mut tiles = Tiles::new();
        for z in 0..=deepest {
            for Address(z, x, y) in around_the_region(z.min(6)).into_iter().flat_map(|at| below(at, z)) {
                let found = reader.get_tile(TileCoord::new(z, x, y).unwrap()).await.unwrap();
                tiles.extend(found.map(|bytes| ((z, x, y), bytes.to_vec())));
            }
        }
        let addressed = header.n_addressed_tiles().map_or(0, std::num::NonZero::get);
        assert_eq!(tiles.len() as u64, addressed, "no tile lies where nobody looks");
        let zooms = (header.min_zoom, header.max_zoom);
        let bounds = [header.min_longitude, header.min_latitude, header.max_longitude, header.max_latitude];
        (tiles, metadata, Header { zooms, bounds })
    })
}

/// The descendants of a tile at a zoom.
fn below(at: Address, z: u8) -> Vec<Address> {
    (at.0..z).fold(vec![at], |level, _| level.into_iter().flat_map(Address::children).collect())
}

/// Tiles of an MBTiles file and its metadata.
fn read_mbtiles(bytes: &[u8]) -> (Tiles, BTreeMap<String, String>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let database = rusqlite::Connection::open(file.path()).unwrap();
    let sound: String = database.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let mut query = database.prepare("SELECT name, value FROM metadata").unwrap();
    let metadata = query.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let metadata = metadata.collect::<Result<_, _>>().unwrap();
    let mut query =
        database.prepare("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").unwrap();
    let tiles = query.query_map((), |row| {
        let (z, x, from_south): (u8, u32, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(((z, x, (1 << z) - 1 - from_south), row.get(3)?))
    });
    let tiles = tiles.unwrap().collect::<Result<_, _>>().unwrap();
    (tiles, metadata)
}

fn unpacked(gzipped: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(gzipped).read_to_end(&mut plain).unwrap();
    plain
}

/// Asserts that each tile is what the live address sends to a client that takes gzip, byte by byte.
fn assert_live(client: &mut Client, layer: &str, filter: &str, tiles: &Tiles) {
    for ((z, x, y), bytes) in tiles {
        let path = format!("/tiles/{layer}/{z}/{x}/{y}.mvt?{filter}");
        let live = client.get_with(&path, &[("Accept-Encoding", "gzip")]);
        assert_eq!((live.status, live.header("content-encoding")), (200, Some("gzip")), "{path}");
        assert!(live.body == *bytes, "{path}");
    }
}

/// How many records the tiles of each zoom show.
fn counts(layer: &str, tiles: &Tiles) -> BTreeMap<u8, u64> {
    let mut counts = BTreeMap::new();
    for ((z, ..), bytes) in tiles {
        let features = decode(&unpacked(bytes));
        let own: u64 = features.iter().filter(|f| f.layer == layer).map(Feature::count).sum();
        *counts.entry(*z).or_default() += own;
    }
    counts
}

#[test]
fn an_archive_holds_the_live_tiles_byte_by_byte_and_counts_what_the_list_counts() {
    let mut client = client();
    let words = words(&mut client);
    let mut chance = Chance(3);
    for round in 0..4 {
        let (layer, appeals) = if round % 2 == 1 { ("appeals", true) } else { ("problems", false) };
        let filter = if round == 0 { String::new() } else { filter(&mut chance, &words, appeals) };
        let deepest = [11, 10, 9, 10][round];
        let archive = format!("/download/{layer}.pmtiles?maxzoom={deepest}&{filter}");
        let (tiles, ..) = read_pmtiles(&fetch(&mut client, &archive).body, deepest);
        assert_live(&mut client, layer, &filter, &tiles);
        let (same, _) = read_mbtiles(&fetch(&mut client, &archive.replace(".pmtiles", ".mbtiles")).body);
        assert!(tiles == same, "both formats hold the same tiles: {layer}?{filter}");
        let expected = matched(&mut client, layer, &filter);
        for (z, drawn) in counts(layer, &tiles) {
            assert_eq!(drawn, expected, "zoom {z} of {layer}?{filter}");
        }
        // And no tile that shows something is left out.
        for at in around_the_region(6) {
            let Address(z, x, y) = at;
            let is_empty = at.fetch(&mut client, layer, &filter).is_empty();
            assert_eq!(tiles.contains_key(&(z, x, y)), !is_empty, "{at:?} of {layer}?{filter}");
        }
    }
    demo().server.assert_log_is_clean();
}

#[test]
fn an_archive_of_points_holds_every_line_and_polygon_too() {
    let mut client = client();
    let path = "/download/problems.mbtiles?minzoom=13&maxzoom=15&severity=4,5";
    let (tiles, _) = read_mbtiles(&fetch(&mut client, path).body);
    assert_live(&mut client, "problems", "severity=4,5", &tiles);
    let expected = matched(&mut client, "problems", "severity=4,5");
    assert_eq!(counts("problems", &tiles), (13..=15).map(|z| (z, expected)).collect());
    let drawn: BTreeSet<String> = tiles
        .iter()
        .filter(|((z, ..), _)| *z == 15)
        .flat_map(|(_, bytes)| decode(&unpacked(bytes)))
        .filter(|feature| feature.layer == "shapes")
        .map(|feature| feature.tags["id"].to_string())
        .collect();
    let shaped = all_features(&mut client, "problems", 1_000, "severity=4,5");
    let shaped = shaped.iter().filter(|f| f["geometry"]["type"] != "Point").count();
    assert!(shaped > 0 && drawn.len() == shaped, "{} of {shaped}", drawn.len());
}

#[test]
fn an_archive_says_what_the_tilejson_of_its_layer_says() {
    let mut client = client();
    for layer in ["problems", "appeals", "municipalities"] {
        let told = client.json(&format!("/tiles/{layer}.json"));
        let query = "minzoom=2&maxzoom=8";
        let (tiles, metadata, header) =
            read_pmtiles(&fetch(&mut client, &format!("/download/{layer}.pmtiles?{query}")).body, 8);
        assert_live(&mut client, layer, "", &tiles);
        assert!(tiles.keys().all(|(z, ..)| (2..=8).contains(z)));
        assert_eq!(header.zooms, (2, 8));
        for name in ["name", "description", "attribution", "version", "vector_layers"] {
            assert_eq!(metadata[name], told[name], "{layer}: {name}");
        }
        assert!(!metadata["attribution"].as_str().unwrap().is_empty(), "a demo says that it is one");
        for (n, edge) in header.bounds.iter().enumerate() {
            assert!((edge - told["bounds"][n].as_f64().unwrap()).abs() < 1e-6);
        }
        let (same, metadata) =
            read_mbtiles(&fetch(&mut client, &format!("/download/{layer}.mbtiles?{query}")).body);
        assert!(tiles == same, "{layer}");
        for (name, value) in [("format", "pbf"), ("minzoom", "2"), ("maxzoom", "8"), ("name", layer)] {
            assert_eq!(metadata[name], value);
        }
        let json: Json = serde_json::from_str(&metadata["json"]).unwrap();
        assert_eq!(json["vector_layers"], told["vector_layers"]);
    }
}

#[test]
fn an_archive_is_read_in_ranges() {
    let mut client = client();
    for form in ["pmtiles", "mbtiles"] {
        let path = format!("/download/problems.{form}?maxzoom=10");
        let whole = fetch(&mut client, &path);
        let (length, tag) = (whole.body.len(), whole.header("etag").unwrap().to_owned());
        assert!(tag.starts_with('"') && length > 20_000);
        assert_eq!(whole.header("accept-ranges"), Some("bytes"));
        assert!(whole.header("content-disposition").unwrap().contains(&format!("problems.{form}")));
        let head = client.send("HEAD", &path, &[], b"").unwrap();
        assert_eq!((head.status, head.header("etag")), (200, Some(tag.as_str())));
        assert_eq!(head.header("content-length"), Some(length.to_string().as_str()));
        for (range, first, end) in [
            ("bytes=0-16383".to_owned(), 0, 16_384),
            (format!("bytes={}-", length - 7), length - 7, length),
            ("bytes=-100".to_owned(), length - 100, length),
            ("bytes=100-99999999999".to_owned(), 100, length),
        ] {
            let part = client.get_with(&path, &[("Range", &range), ("If-Range", &tag)]);
            assert_eq!(part.status, 206, "{range}");
            let told = format!("bytes {first}-{}/{length}", end - 1);
            assert_eq!(part.header("content-range"), Some(told.as_str()));
            assert_eq!(part.header("etag"), Some(tag.as_str()));
            assert!(part.body == whole.body[first..end], "{range}");
        }
        let beyond = client.get_with(&path, &[("Range", "bytes=99999999999-")]);
        assert_eq!((beyond.status, beyond.header("content-type")), (416, Some("application/problem+json")));
        assert_eq!(beyond.header("content-range"), Some(format!("bytes */{length}").as_str()));
        let other = client.get_with(&path, &[("Range", "bytes=0-9"), ("If-Range", "\"other\"")]);
        assert_eq!((other.status, other.body.len()), (200, length), "of another archive there are no parts");
        let several = client.get_with(&path, &[("Range", "bytes=0-9,20-29")]);
        assert_eq!((several.status, several.body.len()), (200, length));
        let known = client.get_with(&path, &[("If-None-Match", &tag)]);
        assert_eq!((known.status, known.body.len()), (304, 0));
    }
}

#[test]
fn an_archive_that_would_be_too_large_is_refused_with_the_limit_and_what_to_lower() {
    let mut client = client();
    let answer = client.get("/download/municipalities.pmtiles?maxzoom=16");
    let body = answer.json();
    assert_eq!((answer.status, &body["parameter"]), (400, &"maxzoom".into()), "{body}");
    assert!(body["allowed"].as_str().unwrap().contains("120000 tiles"), "{body}");
    for (query, parameter) in [
        ("maxzoom=17", "maxzoom"),
        ("maxzoom=-1", "maxzoom"),
        ("maxzoom=x", "maxzoom"),
        ("minzoom=9&maxzoom=8", "minzoom"),
        ("minzoom=15", "minzoom"),
        ("colour=red", "colour"),
        ("municipality=Atlantis", "municipality"),
    ] {
        for form in ["pmtiles", "mbtiles"] {
            let answer = client.get(&format!("/download/problems.{form}?{query}"));
            assert_eq!((answer.status, &answer.json()["parameter"]), (400, &parameter.into()), "{query}");
        }
    }
    for absent in ["/download/heat.pmtiles", "/download/x.mbtiles", "/download/problems.exe", "/download/"] {
        assert_eq!(client.get(absent).status, 404, "{absent}");
    }
}

#[test]
fn a_write_makes_another_archive_and_nothing_stays_on_disk() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    std::fs::create_dir_all(data.join("archives")).unwrap();
    std::fs::write(data.join("archives/7.unfinished"), "left by a killed process").unwrap();
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let address = "/download/appeals.pmtiles?maxzoom=9";
    let nothing = fetch(&mut client, address);
    assert_eq!(read_pmtiles(&nothing.body, 9).0.len(), 0, "an archive of nothing is an archive");
    crate::appeals::post(&server, &token, r#"{"category":"roads","lon":135.06,"lat":48.48}"#);
    let one = fetch(&mut client, address);
    assert_ne!(one.header("etag"), nothing.header("etag"));
    let again = fetch(&mut client, address);
    assert_eq!((again.header("etag"), &again.body), (one.header("etag"), &one.body));
    let (tiles, ..) = read_pmtiles(&one.body, 9);
    assert_eq!(counts("appeals", &tiles), (0..=9).map(|z| (z, 1)).collect());
    assert_live(&mut client, "appeals", "", &tiles);
    assert!(is_empty(&data.join("archives")));
    server.assert_log_is_clean();
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn the_same_archive_made_twice_has_the_same_bytes() {
    let place = small_atlas();
    let mut made = BTreeMap::new();
    for _ in 0..2 {
        let server = Server::start(&data_of(&place), &[]);
        for form in ["pmtiles", "mbtiles"] {
            let body = fetch(&mut server.client(), &format!("/download/problems.{form}")).body;
            assert!(*made.entry(form).or_insert_with(|| body.clone()) == body, "{form}");
        }
        server.stop();
    }
}

#[test]
fn a_whole_collection_holds_what_its_pages_hold() {
    let mut client = client();
    for (collection, filter) in [
        ("problems", ""),
        ("problems", "status=open&severity=3,4,5"),
        ("appeals", "status=overdue"),
        ("municipalities", "bbox=134,47,136,49"),
    ] {
        let expected = all_features(&mut client, collection, 500, filter);
        let whole = fetch(&mut client, &format!("/download/{collection}.geojson?{filter}"));
        assert_eq!(whole.header("content-type"), Some("application/geo+json"));
        let json = whole.json();
        assert_eq!(json["features"].as_array().unwrap(), &expected, "{collection}?{filter}");
        assert!(json["notice"]["ru"].is_string(), "a demo says that it is one");
        let sequence = fetch(&mut client, &format!("/download/{collection}.geojsonseq?{filter}"));
        let lines: Vec<Json> = text(&sequence.body)
            .split('\u{1e}')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines, expected);
        let rows = fetch(&mut client, &format!("/download/{collection}.csv?{filter}"));
        assert!(rows.header("content-disposition").unwrap().contains(&format!("{collection}.csv")));
        assert_eq!(csv::Reader::from_reader(&rows.body[..]).records().count(), expected.len());
    }
}

#[test]
fn a_whole_collection_is_tagged_refused_and_headed_like_everything_else() {
    let mut client = client();
    let path = "/download/problems.csv?status=open";
    let tag = fetch(&mut client, path).header("etag").unwrap().to_owned();
    assert_eq!(client.get_with(path, &[("If-None-Match", &tag)]).status, 304);
    let head = client.send("HEAD", path, &[], b"").unwrap();
    assert_eq!((head.status, head.header("etag")), (200, Some(tag.as_str())));
    assert_ne!(fetch(&mut client, "/download/problems.csv").header("etag"), Some(tag.as_str()));
    for wrong in ["problems.csv?status=sleeping", "appeals.geojson?limit=1", "municipalities.csv?status=open"]
    {
        assert_eq!(client.get(&format!("/download/{wrong}")).status, 400, "{wrong}");
    }
}
