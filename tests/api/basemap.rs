//! A base map by configuration: what is refused, what is served, who learns of it, and that without one nothing is different.

use std::path::Path;
use std::process::Output;

use pmtiles::{Compression, PmTilesWriter, TileCoord, TileType};

use crate::support::{Client, LIMIT, Server, atlas, data_of, must, path, small_atlas, text};

const NAMED: &str = "attribution = \"© участники OpenStreetMap\"";
const ELSEWHERE: &str = "https://tiles.example/{z}/{x}/{y}.png";
/// The usual policy of pages.
const OWN_ONLY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
                        form-action 'self'; frame-ancestors 'none'";

/// Writes a file of tiles, as they are given.
fn write_tiles(
    file: &Path,
    form: TileType,
    encoding: Compression,
    zooms: (u8, u8),
    tiles: &[([u32; 3], &[u8])],
) {
    let writer =
        PmTilesWriter::new(form).precompressed(encoding).min_zoom(zooms.0).max_zoom(zooms.1).metadata("{}");
    let mut writer = writer.create(std::fs::File::create(file).unwrap()).unwrap();
    for ([z, x, y], bytes) in tiles {
        writer.add_tile(TileCoord::new(*z as u8, *x, *y).unwrap(), bytes).unwrap();
    }
    writer.finalize().unwrap();
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// Serves a small atlas with these lines in the section of the base map.
fn served(place: &tempfile::TempDir, lines: &str) -> Result<Server, Output> {
    let config = place.path().join("atlas.toml");
    std::fs::write(&config, format!("[basemap]\n{lines}\n")).unwrap();
    Server::try_start(&data_of(place), &["--config", path(&config)])
}

/// The log comes by a pipe of its own, so what is written before an answer may be read after it.
fn await_in_log(server: &Server, words: &str) {
    let until = std::time::Instant::now() + LIMIT;
    while !server.log().contains(words) {
        assert!(std::time::Instant::now() < until, "{}", server.log());
        std::thread::yield_now();
    }
}

fn refused(place: &tempfile::TempDir, lines: &str) -> String {
    match served(place, lines) {
        Ok(_) => panic!("served with {lines}"),
        Err(output) => {
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{lines}: {said}");
            assert!(!said.contains("panicked") && said.trim().lines().count() >= 1, "{lines}: {said}");
            said
        }
    }
}

#[test]
fn settings_that_give_no_base_map_end_the_command_with_2() {
    let place = small_atlas();
    let said = refused(&place, NAMED);
    assert!(said.contains("exactly one source"), "{said}");
    let said = refused(&place, &format!("{NAMED}\npmtiles = \"a\"\nraster = \"{ELSEWHERE}\""));
    assert!(said.contains("exactly one source"), "{said}");
    for attribution in ["", "attribution = \"  \"", "attribution = \"a\\nb\""] {
        let said = refused(&place, &format!("raster = \"{ELSEWHERE}\"\n{attribution}"));
        assert!(said.contains("1 to 200 letters"), "{said}");
    }
    let long = format!("raster = \"{ELSEWHERE}\"\nattribution = \"{}\"", "я".repeat(201));
    assert!(refused(&place, &long).contains("1 to 200 letters"));
    for address in [
        "ftp://tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://user:word@tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example; script-src */{z}/{x}/{y}.png",
    ] {
        let said = refused(&place, &format!("{NAMED}\nraster = \"{address}\""));
        assert!(said.contains(address) && said.contains("{z}, {x}, {y}"), "{said}");
    }
    let said = refused(&place, &format!("{NAMED}\nraster = \"{ELSEWHERE}\"\nmax_zoom = 23"));
    assert!(said.contains("max_zoom is 0 to 22"), "{said}");
    let said = refused(&place, &format!("{NAMED}\nraster = \"{ELSEWHERE}\"\nstyle = \"x\""));
    assert!(said.contains("unknown field `style`"), "{said}");
}

#[test]
fn a_file_that_is_no_use_ends_the_command_with_2() {
    let place = small_atlas();
    let file = place.path().join("krai.pmtiles");
    let lines = format!("{NAMED}\npmtiles = \"krai.pmtiles\"");
    let said = refused(&place, &lines);
    assert!(said.contains(path(&file)) && said.contains("No such file"), "{said}");
    std::fs::write(&file, "no tiles").unwrap();
    assert!(refused(&place, &lines).contains("not a PMTiles file of version 3"));
    write_tiles(&file, TileType::Mlt, Compression::Gzip, (0, 0), &[([0, 0, 0], b"x")]);
    assert!(refused(&place, &lines).contains("not supported: tiles of this type"));
    write_tiles(&file, TileType::Png, Compression::None, (0, 0), &[([0, 0, 0], b"x")]);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    assert!(refused(&place, &lines).contains("damaged: it is cut off"));
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    refused(&place, &lines);
    // In Russian too.
    let config = path(&place.path().join("atlas.toml")).to_owned();
    let data = path(&data_of(&place)).to_owned();
    let serve = ["serve", "--data", &data, "--listen", "127.0.0.1:0", "--config", &config];
    let output = atlas().env("ATLAS_LANG", "ru").args(serve).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("нельзя использовать: нужен неповреждённый файл PMTiles"));
}

#[test]
fn without_one_there_is_none() {
    let place = small_atlas();
    let server = Server::start(&data_of(&place), &[]);
    let mut client = server.client();
    let answer = client.get("/basemap/0/0/0");
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("application/problem+json")));
    assert!(client.json("/api/region")["basemap"].is_null());
    assert_eq!(policy(&mut client, "/"), OWN_ONLY);
    assert!(!server.log().contains("base map"));
    server.assert_log_is_clean();
}

fn policy(client: &mut Client, address: &str) -> String {
    let answer = client.get(address);
    assert_eq!((answer.status, answer.header("x-frame-options")), (200, Some("DENY")), "{address}");
    assert_eq!(answer.header("referrer-policy"), Some("strict-origin-when-cross-origin"), "{address}");
    let policies =
        answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-security-policy"));
    assert_eq!(policies.count(), 1, "{address}");
    answer.header("content-security-policy").unwrap().to_owned()
}

#[test]
fn vector_tiles_of_a_file_are_sent_as_they_lie_in_it() {
    let place = small_atlas();
    let plain = b"a tile of water and roads, a tile of water and roads".repeat(20);
    let packed = gzipped(&plain);
    let tiles: [([u32; 3], &[u8]); 2] = [([2, 3, 1], &packed), ([6, 56, 22], b"not gzip at all")];
    let file = place.path().join("krai.pmtiles");
    write_tiles(&file, TileType::Mvt, Compression::Gzip, (2, 6), &tiles);
    // The path begins where the settings lie, not where the command was called.
    let server = served(&place, &format!("{NAMED}\npmtiles = \"krai.pmtiles\"")).unwrap();
    await_in_log(&server, "territorial integrity");
    assert_eq!(server.log().lines().filter(|line| line.contains("base map")).count(), 1);
    let mut client = server.client();

    let as_gzip = client.get_with("/basemap/2/3/1", &[("Accept-Encoding", "br, gzip")]);
    assert_eq!((as_gzip.status, &as_gzip.body), (200, &packed));
    assert_eq!(as_gzip.header("content-encoding"), Some("gzip"));
    assert_eq!(as_gzip.header("content-type"), Some("application/vnd.mapbox-vector-tile"));
    assert_eq!(as_gzip.header("cache-control"), Some("public, max-age=3600"));
    assert!(as_gzip.header("vary").unwrap().contains("Accept-Encoding"));
    let as_it_is = client.get("/basemap/2/3/1");
    assert_eq!((as_it_is.status, &as_it_is.body), (200, &plain));
    assert_eq!(as_it_is.header("content-encoding"), None);
    let tags = [as_gzip.header("etag").unwrap(), as_it_is.header("etag").unwrap()];
    assert!(tags[0] != tags[1] && tags.iter().all(|tag| tag.starts_with('"')), "{tags:?}");
    for (tag, headers) in tags.iter().zip([&[("Accept-Encoding", "gzip")][..], &[]]) {
        let headers = [headers, &[("If-None-Match", *tag)]].concat();
        assert_eq!(client.get_with("/basemap/2/3/1", &headers).status, 304);
    }
    let head = client.send("HEAD", "/basemap/2/3/1", &[("Accept-Encoding", "gzip")], b"").unwrap();
    assert_eq!((head.status, head.header("etag")), (200, Some(tags[0])));

    // Beside, above and below what the file has.
    for absent in ["/basemap/2/0/0", "/basemap/0/0/0", "/basemap/22/4194303/0"] {
        let answer = client.get(absent);
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{absent}");
        assert_eq!((answer.header("etag"), answer.header("content-type")), (None, None), "{absent}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=3600"), "{absent}");
    }
    for outside in
        ["/basemap/2/4/0", "/basemap/23/0/0", "/basemap/2/-1/0", "/basemap/a/0/0", "/basemap/2/0/0?x=1"]
    {
        assert_eq!(client.get(outside).status, 400, "{outside}");
    }
    let told = client.json("/api/region");
    // Which file it is, is in the address: tiles of another one are not taken for its own.
    let tiles = told["basemap"]["tiles"].as_str().unwrap();
    let version = tiles.strip_prefix("/basemap/{z}/{x}/{y}?v=").unwrap();
    assert!(version.len() == 16 && version.bytes().all(|b| b.is_ascii_hexdigit()), "{tiles}");
    assert_eq!(client.get(&format!("/basemap/2/3/1?v={version}")).status, 200);
    let expected = serde_json::json!({
        "kind": "vector", "tiles": tiles, "minzoom": 2, "maxzoom": 6,
        "attribution": "© участники OpenStreetMap",
    });
    assert_eq!(told["basemap"], expected);
    assert!(told["municipalities"].is_array());
    assert_eq!(policy(&mut client, "/"), OWN_ONLY);
    server.assert_log_is_clean();

    // A tile that does not unpack is our fault, told in the log alone.
    let broken = client.get("/basemap/6/56/22");
    assert_eq!(broken.status, 500);
    let said = text(&broken.body);
    assert!(!said.contains("krai") && !said.contains("unpack"), "{said}");
    await_in_log(&server, "does not unpack");
}

#[test]
fn pictures_of_a_file_have_their_type() {
    let place = small_atlas();
    let file = place.path().join("pictures.pmtiles");
    let picture = b"a picture, as it seems".repeat(60);
    for (form, content_type) in [
        (TileType::Png, "image/png"),
        (TileType::Jpeg, "image/jpeg"),
        (TileType::Webp, "image/webp"),
        (TileType::Avif, "image/avif"),
    ] {
        write_tiles(&file, form, Compression::None, (0, 3), &[([0, 0, 0], &picture)]);
        let server = served(&place, &format!("{NAMED}\npmtiles = \"{}\"", path(&file))).unwrap();
        let mut client = server.client();
        let answer = client.get_with("/basemap/0/0/0", &[("Accept-Encoding", "gzip, br, zstd")]);
        assert_eq!((answer.status, &answer.body), (200, &picture), "{content_type}");
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(
            (answer.header("content-encoding"), answer.header("x-content-type-options")),
            (None, Some("nosniff"))
        );
        assert_eq!(client.json("/api/region")["basemap"]["kind"], "raster");
    }
}

#[test]
fn only_the_map_page_may_ask_a_server_of_pictures() {
    let place = small_atlas();
    let site = ["--label", "site", "--origin", "https://site.example"];
    let key = must(&[&["embed", "add", "--data", path(&data_of(&place))], &site[..]].concat());
    let key = text(&key.stdout).trim().to_owned();
    let address = "https://tiles.example:8443/{z}/{x}/{y}.png?a=1";
    let server = served(&place, &format!("{NAMED}\nraster = \"{address}\"\nmax_zoom = 17")).unwrap();
    await_in_log(&server, "territorial integrity");
    let mut client = server.client();
    let told = client.json("/api/region")["basemap"].clone();
    let expected = serde_json::json!({
        "kind": "raster", "tiles": address, "minzoom": 0, "maxzoom": 17,
        "attribution": "© участники OpenStreetMap",
    });
    assert_eq!(told, expected);
    assert_eq!(client.get("/basemap/0/0/0").status, 404);

    let origin = "https://tiles.example:8443";
    let reaching =
        OWN_ONLY.replacen("data: blob:", &format!("data: blob: {origin}; connect-src 'self' {origin}"), 1);
    for map in ["/", "/en", "/?theme=dark"] {
        assert_eq!(policy(&mut client, map), reaching, "{map}");
    }
    for other in ["/rating", "/table", "/m/lazo", "/embed-builder", "/method", "/api/region"] {
        assert_eq!(policy(&mut client, other), OWN_ONLY, "{other}");
    }
    for frame in [format!("/e/{key}"), format!("/e/{key}/live")] {
        let answer = client.get(&frame);
        assert_eq!(answer.status, 200, "{frame}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("site.example") && !policy.contains("tiles.example"), "{frame}: {policy}");
    }
    server.assert_log_is_clean();
}
