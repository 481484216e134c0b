//! Photos of problems: taken in by whoever moderates, without what a camera wrote beside the pixels; shown, taken off, kept.

use std::path::Path;

use serde_json::Value as Json;

use crate::support::{Answer, Client, Server, data_of, must, path, run, small_atlas, text};

const PROBLEM: &str = "ATL-27-000001";
const ALT: &str = "alt=%D0%AF%D0%BC%D0%B0%20%D1%83%20%D0%B4%D0%BE%D0%BC%D0%B0%205";

fn token_of(data: &Path, role: &str, more: &[&str]) -> String {
    let arguments =
        [&["token", "create", "--data", path(data), "--label", role, "--role", role], more].concat();
    text(&must(&arguments).stdout).trim().to_owned()
}

/// A client with a token.
struct Moderator {
    client: Client,
    token: String,
}

impl Moderator {
    fn send(&mut self, method: &str, address: &str, media_type: &str, body: &[u8]) -> Answer {
        let token = format!("Bearer {}", self.token);
        let headers = [("Content-Type", media_type), ("Authorization", &token)];
        self.client.send(method, address, &headers, body).unwrap()
    }

    fn publish(&mut self, query: &str, media_type: &str, body: &[u8]) -> Answer {
        self.send("POST", &format!("/api/problems/{PROBLEM}/photos?{query}"), media_type, body)
    }

    fn remove(&mut self, url: &str) -> Answer {
        let blob = url.rsplit('/').next().unwrap().trim_end_matches(".jpg");
        self.send("DELETE", &format!("/api/problems/{PROBLEM}/photos/{blob}"), "text/plain", b"")
    }

    fn photos(&mut self, query: &str) -> Vec<Json> {
        let card = self.client.json(&format!("/api/problems/{PROBLEM}{query}"));
        card["photos"].as_array().unwrap().clone()
    }
}

/// A served atlas, and whoever moderates it.
fn moderated() -> (tempfile::TempDir, Server, Moderator) {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token_of(&data, "moderator", &[]);
    let server = Server::start(&data, &[]);
    let client = server.client();
    (place, server, Moderator { client, token })
}

/// A picture of which the left half is red and the right half blue, encoded.
fn halves(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let colour = |x, _| if x < width / 2 { image::Rgb([220, 20, 20]) } else { image::Rgb([20, 20, 220]) };
    let picture = image::DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, colour));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    halves(width, height, image::ImageFormat::Jpeg)
}

/// The same JPEG as a camera that was held upright writes it: turned by 90 degrees, with its place beside the pixels.
fn from_a_camera(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
    // One entry: tag 0x0112 (orientation), a short, one of it, 6 = the row at the top is the right side.
    exif.extend([0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS 48.4800N 135.0600E");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A JPEG or PNG that says it is of this size and holds no such pixels.
fn bomb(side: u32) -> Vec<u8> {
    let mut png = halves(8, 8, image::ImageFormat::Png);
    png[16..20].copy_from_slice(&side.to_be_bytes());
    png[20..24].copy_from_slice(&side.to_be_bytes());
    let crc = crc32fast::hash(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

#[test]
fn a_photo_is_published_upright_and_without_what_the_camera_wrote_beside_it() {
    let (_place, server, mut moderator) = moderated();
    assert_eq!(moderator.photos(""), Vec::<Json>::new());
    let body = from_a_camera(&jpeg(400, 200));
    assert!(holds(&body, b"Exif") && holds(&body, b"GPS"));
    let answer = moderator.publish(&format!("{ALT}&taken_at=2026-05-01"), "image/jpeg", &body);
    assert_eq!(answer.status, 201, "{}", text(&answer.body));
    let url = answer.header("location").unwrap().to_owned();
    let photos = moderator.photos("");
    assert_eq!(photos.len(), 1);
    assert_eq!(photos[0]["url"].as_str(), Some(url.as_str()));
    assert_eq!(photos[0]["alt"], "Яма у дома 5");
    assert_eq!(photos[0]["taken_at"], "2026-04-30T14:00:00Z", "a day of the region");
    let served = moderator.client.get(&url);
    assert_eq!((served.status, served.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(served.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(served.header("x-frame-options"), Some("DENY"));
    for trace in [&b"Exif"[..], b"GPS", b"135.06"] {
        assert!(!holds(&served.body, trace), "{}", text(trace));
    }
    let seen = image::load_from_memory(&served.body).unwrap().into_rgb8();
    assert_eq!((seen.width(), seen.height()), (200, 400), "it stands upright");
    let (top, bottom) = (seen.get_pixel(100, 20), seen.get_pixel(100, 380));
    assert!(top[0] > 150 && top[2] < 100 && bottom[2] > 150 && bottom[0] < 100, "{top:?} {bottom:?}");
    let etag = served.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"'), "strong: {etag}");
    assert_eq!(moderator.client.get_with(&url, &[("If-None-Match", &etag)]).status, 304);
    let events = moderator.client.json(&format!("/api/problems/{PROBLEM}/events"));
    assert_eq!(events["events"].as_array().unwrap().last().unwrap()["kind"], "photo_added");
    let page = text(&moderator.client.get(&format!("/o/{PROBLEM}")).body);
    assert!(page.contains(&format!("src=\"{url}\"")) && page.contains("alt=\"Яма у дома 5\""), "{page}");
    server.assert_log_is_clean();
}

#[test]
fn png_and_webp_are_taken_and_large_ones_shrink() {
    let (_place, _server, mut moderator) = moderated();
    let png = halves(2_000, 500, image::ImageFormat::Png);
    for (media_type, body) in [("image/png", png), ("image/webp", halves(40, 30, image::ImageFormat::WebP))] {
        let answer = moderator.publish(ALT, media_type, &body);
        assert_eq!(answer.status, 201, "{media_type}: {}", text(&answer.body));
        let served = moderator.client.get(answer.header("location").unwrap());
        let seen = image::load_from_memory_with_format(&served.body, image::ImageFormat::Jpeg).unwrap();
        assert!(seen.width().max(seen.height()) <= 1_600);
    }
    let photos = moderator.photos("");
    assert_eq!(photos.len(), 2);
    assert_eq!(photos[0]["taken_at"], Json::Null);
}

#[test]
fn the_same_picture_again_changes_nothing_and_there_are_only_so_many() {
    let (_place, server, mut moderator) = moderated();
    let first = moderator.publish(ALT, "image/jpeg", &jpeg(40, 30));
    let again = moderator.publish("alt=Other+words", "image/jpeg", &jpeg(40, 30));
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(first.json()["version"], again.json()["version"]);
    assert_eq!(moderator.photos("")[0]["alt"], "Яма у дома 5");
    for width in 41..60 {
        assert_eq!(moderator.publish(ALT, "image/jpeg", &jpeg(width, 30)).status, 201);
    }
    let more = moderator.publish(ALT, "image/jpeg", &jpeg(60, 30));
    assert_eq!((more.status, more.json()["errors"][0]["rule"].as_str()), (422, Some("too_many_photos")));
    assert_eq!(moderator.publish(ALT, "image/jpeg", &jpeg(40, 30)).status, 200, "known ones are known");
    assert_eq!(moderator.photos("").len(), 20);
    server.assert_log_is_clean();
}

#[test]
fn what_is_wrong_with_a_photo_is_told_with_what_is_allowed() {
    let (_place, server, mut moderator) = moderated();
    let good = jpeg(40, 30);
    let mut refused = |query: &str, media_type: &str, body: &[u8], status: u16, told: &str| {
        let answer = moderator.publish(query, media_type, body);
        let words = text(&answer.body);
        assert_eq!(answer.status, status, "{query} {media_type}: {words}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(words.contains(told), "{query} {media_type}: no {told} in {words}");
    };
    refused(ALT, "image/gif", &good, 415, "image/jpeg, image/png, image/webp");
    refused(ALT, "image/svg+xml", b"<svg/>", 415, "image/jpeg, image/png, image/webp");
    refused(ALT, "text/html", &good, 415, "image/jpeg, image/png, image/webp");
    refused(ALT, "image/jpeg", b"<svg onload=alert(1)>", 422, "not_a_picture");
    refused(ALT, "image/jpeg", &good[..good.len() / 3], 422, "not_a_picture");
    refused(ALT, "image/jpeg", b"", 422, "image/webp");
    refused(ALT, "image/png", &bomb(8_000), 422, "too_many_pixels");
    refused(ALT, "image/png", &bomb(u32::MAX / 4), 422, "errors");
    refused("", "image/jpeg", &good, 400, "3…300");
    refused("alt=+x+", "image/jpeg", &good, 400, "3…300");
    refused(&format!("alt={}", "x".repeat(301)), "image/jpeg", &good, 400, "3…300");
    refused(&format!("{ALT}&taken_at=2199-01-01"), "image/jpeg", &good, 400, "ещё не наступило");
    refused(&format!("{ALT}&taken_at=yesterday"), "image/jpeg", &good, 400, "не дата");
    refused(&format!("{ALT}&title=x"), "image/jpeg", &good, 400, "alt, taken_at");
    refused(ALT, "image/jpeg", &vec![0; (12 << 20) + 1], 413, "12582912");
    moderator.client = server.client();
    for unknown in ["ATL-27-999999", "nothing"] {
        let answer =
            moderator.send("POST", &format!("/api/problems/{unknown}/photos?{ALT}"), "image/jpeg", &good);
        assert_eq!(answer.status, 404, "{unknown}");
    }
    assert_eq!(moderator.photos(""), Vec::<Json>::new());
    server.assert_log_is_clean();
}

#[test]
fn only_whoever_moderates_publishes_and_only_within_bounds() {
    let place = small_atlas();
    let data = data_of(&place);
    let tokens: Vec<(String, u16)> = [
        ("municipal_operator", &[][..], 403),
        ("head", &[], 403),
        ("analyst", &[], 403),
        ("moderator", &["--sphere", "ecology"], 403),
        ("moderator", &["--valid-to", "2020-01-01"], 403),
        ("moderator", &["--sphere", "roads", "--municipality", "MUN-27-01"], 201),
        ("admin", &[], 200),
    ]
    .map(|(role, more, status)| (token_of(&data, role, more), status))
    .to_vec();
    let server = Server::start(&data, &[]);
    let mut anonymous = server.client();
    let address = format!("/api/problems/{PROBLEM}/photos?{ALT}");
    let answer = anonymous.send("POST", &address, &[("Content-Type", "image/jpeg")], b"").unwrap();
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
    let known = "0".repeat(64);
    let address = format!("/api/problems/{PROBLEM}/photos/{known}");
    assert_eq!(anonymous.send("DELETE", &address, &[], b"").unwrap().status, 401);
    for (token, status) in tokens {
        let mut somebody = Moderator { client: server.client(), token };
        let answer = somebody.publish(ALT, "image/jpeg", &jpeg(40, 30));
        assert_eq!(answer.status, status, "{}", text(&answer.body));
        if status == 403 {
            assert_eq!(somebody.send("DELETE", &address, "text/plain", b"").status, 403);
        }
    }
}

#[test]
fn a_photo_that_was_taken_off_is_gone_from_every_day() {
    let (_place, server, mut moderator) = moderated();
    let first = moderator.publish(ALT, "image/jpeg", &jpeg(40, 30));
    let kept = moderator.publish(ALT, "image/jpeg", &jpeg(50, 30));
    let (url, kept) = (first.header("location").unwrap(), kept.header("location").unwrap());
    let changed = moderator.client.json(&format!("/api/problems/{PROBLEM}"))["updated_at"].clone();
    assert_eq!(moderator.photos("?as_of=2026-01-01"), Vec::<Json>::new(), "they were not there then");
    let removed = moderator.remove(url);
    assert_eq!(removed.status, 200, "{}", text(&removed.body));
    assert_eq!(moderator.client.get(url).status, 404);
    assert_eq!(moderator.client.get(kept).status, 200);
    assert_eq!(moderator.remove(url).status, 404, "it is there no more");
    assert_eq!(moderator.photos("").len(), 1);
    let before = moderator.photos(&format!("?as_of={}", changed.as_str().unwrap()));
    let urls: Vec<&str> = before.iter().map(|photo| photo["url"].as_str().unwrap()).collect();
    assert_eq!(urls, [kept], "a card of an earlier day does not bring it back");
    let other = kept.replace(PROBLEM, "ATL-27-000002");
    assert_eq!(moderator.client.get(&other).status, 404, "each problem has its own");
    assert_eq!(moderator.client.get(&format!("/photos/{PROBLEM}/..%2f..%2fjournal.jpg")).status, 404);
    server.assert_log_is_clean();
}

#[test]
fn photos_survive_a_restart_and_a_backup_and_a_missing_one_is_found() {
    let (place, server, mut moderator) = moderated();
    let data = data_of(&place);
    let url = moderator.publish(ALT, "image/jpeg", &jpeg(40, 30)).header("location").unwrap().to_owned();
    let (bytes, photos) = (moderator.client.get(&url).body, moderator.photos(""));
    server.kill();
    let server = Server::start(&data, &[]);
    moderator.client = server.client();
    assert_eq!((moderator.client.get(&url).body, moderator.photos("")), (bytes.clone(), photos.clone()));
    server.stop();
    let (backup, restored) = (place.path().join("backup"), place.path().join("restored"));
    must(&["backup", "--data", path(&data), "-o", path(&backup)]);
    must(&["restore", path(&backup), "--data", path(&restored)]);
    must(&["check", "--data", path(&restored)]);
    let server = Server::start(&restored, &[]);
    moderator.client = server.client();
    assert_eq!((moderator.client.get(&url).body, moderator.photos("")), (bytes, photos));
    server.stop();
    let blob = url.rsplit('/').next().unwrap().trim_end_matches(".jpg");
    std::fs::remove_file(restored.join("media").join(blob)).unwrap();
    let found = run(&["check", "--data", path(&restored)]);
    assert_eq!(found.status.code(), Some(1));
    assert!(text(&found.stderr).contains(blob), "{}", text(&found.stderr));
}

#[test]
fn a_server_for_reading_only_takes_no_photos() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token_of(&data, "moderator", &[]);
    let server = Server::start(&data, &["--read-only"]);
    let mut moderator = Moderator { client: server.client(), token };
    assert_eq!(moderator.publish(ALT, "image/jpeg", &jpeg(40, 30)).status, 503);
}
