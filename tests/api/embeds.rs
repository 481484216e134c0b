//! Embeds: who may frame what, what a frame, a picture and oEmbed hold, and that keys are kept.

use std::process::Child;
use std::sync::OnceLock;

use crate::demo::{client, guard};
use crate::support::{Client, Server, data_of, must, path, run, small_atlas, text};

const SITE: &str = "https://lazo.example";

struct Framed {
    server: Server,
    key: String,
    _guard: Child,
}

/// An atlas with a key for one site.
fn framed() -> &'static Framed {
    static FRAMED: OnceLock<Framed> = OnceLock::new();
    FRAMED.get_or_init(|| {
        let place = small_atlas();
        let data = data_of(&place);
        let place = place.keep();
        let added = must(&["embed", "add", "--data", path(&data), "--label", "site", "--origin", SITE]);
        let key = text(&added.stdout).trim().to_owned();
        let server = Server::start(&data, &[]);
        let guard = guard(&server, &place);
        Framed { server, key, _guard: guard }
    })
}

fn own_client() -> (Client, &'static str) {
    (framed().server.client(), &framed().key)
}

#[test]
fn a_frame_names_the_sites_of_its_key_and_no_others() {
    let (mut client, key) = own_client();
    let answer = client.get(&format!("/e/{key}?status=open"));
    assert_eq!(answer.status, 200);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.ends_with(&format!("frame-ancestors 'self' {SITE}")), "{policy}");
    assert_eq!(answer.header("x-frame-options"), None);
    assert_eq!(answer.header("set-cookie"), None);
    let body = text(&answer.body);
    for part in ["<h1>", "<p class=\"lead\">", "<svg", "<details>", "<table", "target=\"_blank\""] {
        assert!(body.contains(part), "{part}");
    }
    // Its one script is a file of ours: no code stands in the document.
    assert_eq!(
        body.matches("<script").count(),
        body.matches("<script src=\"/embed-frame.js\" defer></script>").count()
    );
    let live = client.get(&format!("/e/{key}/live?status=open"));
    assert!(live.header("content-security-policy").unwrap().contains(SITE));
}

#[test]
fn nobody_may_frame_under_a_key_that_nobody_has() {
    let (mut client, _) = own_client();
    let answer = client.get("/e/NOBODY");
    assert!(answer.header("content-security-policy").unwrap().ends_with("frame-ancestors 'none'"));
    assert!(text(&answer.body).contains("href=\"/\"") && !text(&answer.body).contains("<svg"));
    assert_eq!(client.get("/e/NOBODY/live").status, 404);
    assert_eq!(client.get("/e/NOBODY.svg").status, 404);
    let page = client.get("/rating");
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
}

#[test]
fn a_value_that_is_not_understood_gives_the_frame_without_it_and_a_notice() {
    let (mut client, key) = own_client();
    let answer = client.get(&format!("/e/{key}?mun=atlantis"));
    assert_eq!(answer.status, 200);
    assert!(text(&answer.body).contains("class=\"notice\""));
    // What a site adds of its own is passed over.
    let plain = client.get(&format!("/e/{key}?status=open"));
    let counted = client.get(&format!("/e/{key}?status=open&utm_source=site&v=7"));
    assert_eq!((counted.status, text(&counted.body).contains("class=\"notice\"")), (200, false));
    assert_eq!(counted.body, plain.body);
    assert_eq!(client.get(&format!("/e/{key}/live?colour=red")).status, 200);
    assert_eq!(client.get("/?utm_source=letter").status, 200);
}

#[test]
fn a_picture_is_whole_by_itself_and_of_the_day_that_is_asked_for() {
    let mut client = client();
    let now = client.get("/e/map.svg");
    assert_eq!((now.status, now.header("content-type")), (200, Some("image/svg+xml")));
    let body = text(&now.body);
    assert!(body.starts_with("<svg") && body.contains("<desc") && body.contains("fill=\"#"));
    assert!(!body.contains("<style") && !body.contains("var(--"));
    let tag = now.header("etag").unwrap().to_owned();
    assert_eq!(client.get_with("/e/map.svg", &[("If-None-Match", &tag)]).status, 304);
    let then = text(&client.get("/e/map.svg?at=2025-06-01&lang=en").body).replace('\u{a0}', " ");
    assert!(then.contains("Data as of 1 June 2025 · snapshot "), "{then}");
    assert_ne!(then, body);
    let one = client.get("/e/map.svg?mun=lazo");
    assert!(one.body.len() < 60_000 && now.body.len() < 60_000, "{} {}", one.body.len(), now.body.len());
}

#[test]
fn oembed_tells_of_pages_and_of_frames_and_of_nothing_else() {
    let (mut client, key) = own_client();
    let base = format!("http://{}", framed().server.address);
    let page = client.json(&format!("/oembed?url={base}/m/lazo&maxwidth=600"));
    assert_eq!(
        (&page["version"], &page["type"], &page["width"]),
        (&"1.0".into(), &"rich".into(), &600.into())
    );
    let code = page["html"].as_str().unwrap();
    assert!(code.contains("/e/map.png?mun=lazo") && code.contains("alt="), "{code}");
    let frame = client.json(&format!("/oembed?url={base}/e/{key}?status=open"));
    assert!(
        frame["html"].as_str().unwrap().contains(&format!("<iframe src=\"{base}/e/{key}?status=open\"")),
        "{frame}"
    );
    assert_eq!(client.get("/oembed?url=https://elsewhere.example/m/lazo").status, 400);
    assert_eq!(client.get(&format!("/oembed?url={base}/api/stats")).status, 404);
    assert_eq!(client.get(&format!("/oembed?url={base}/m/lazo&format=xml")).status, 400);
    let discovered = text(&client.get("/m/lazo").body);
    assert!(discovered.contains("application/json+oembed"));
}

#[test]
fn the_page_of_codes_shows_them_as_text_and_the_element_is_small() {
    let (mut client, key) = own_client();
    for address in [format!("/embed-builder?key={key}&mun=lazo"), "/en/embed-builder".to_owned()] {
        let answer = client.get(&address);
        assert_eq!(answer.status, 200, "{}", text(&answer.body));
        let body = text(&answer.body);
        assert!(body.contains("&lt;iframe src=") && body.contains("&lt;atlas-map src="), "{address}");
        assert!(!body.contains("<script"), "{address}");
    }
    let element = client.get("/embed.js");
    assert_eq!(element.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(element.body.len() <= 2_000, "{}", element.body.len());
}

#[test]
fn a_frame_stays_within_its_budget_of_bytes() {
    let (mut own, key) = own_client();
    let packed = [("Accept-Encoding", "br")];
    let frame = own.get_with(&format!("/e/{key}"), &packed);
    let body = text(&own.get(&format!("/e/{key}")).body);
    let sheet =
        body.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sheet = own.get_with(&sheet, &packed);
    let picture = client().get_with("/e/map.svg", &packed);
    assert!(frame.body.len() <= 14_000 && picture.body.len() <= 14_000);
    assert!(frame.body.len().max(picture.body.len()) + sheet.body.len() <= 25_000);
}

#[test]
fn keys_are_added_listed_and_taken_back() {
    let place = small_atlas();
    let data = data_of(&place);
    let data = path(&data);
    let add = |origin: &str| run(&["embed", "add", "--data", data, "--label", "x", "--origin", origin]);
    let key = text(&add("https://A.example/").stdout).trim().to_owned();
    assert_eq!(key.len(), 6);
    for wrong in ["a.example", "https://a.example/path", "https://a;b"] {
        assert_eq!(add(wrong).status.code(), Some(2), "{wrong}");
    }
    let list = || text(&must(&["embed", "list", "--data", data]).stdout);
    assert!(list().contains(&format!("{key}\tx\thttps://a.example\t+")), "{}", list());
    must(&["embed", "remove", "--data", data, &key]);
    assert!(list().contains('−'));
    assert_ne!(run(&["embed", "remove", "--data", data, &key]).status.code(), Some(0));
    assert!(must(&["check", "--data", data]).status.success());
}

#[test]
fn a_picture_for_sites_has_its_size_is_not_blank_and_says_in_words_what_it_shows() {
    let mut client = client();
    let mut seen = Vec::new();
    for (address, width) in [
        ("/e/map.png", 720),
        ("/e/map.png?w=480&scale=2&lang=en", 960),
        ("/e/map.png?mun=lazo&due=overdue", 720),
        ("/e/map.png?theme=dark", 720),
        ("/e/map.png?at=2025-06-01", 720),
    ] {
        let answer = client.get(address);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")), "{address}");
        assert!(answer.body.len() < 60_000, "{address}: {} bytes", answer.body.len());
        let picture = image::load_from_memory(&answer.body).unwrap().to_rgb8();
        assert_eq!(picture.width(), width);
        let colours: std::collections::HashSet<_> = picture.pixels().map(|pixel| pixel.0).collect();
        assert!(colours.len() >= 20, "{address}: {} colours", colours.len());
        let words = if address.contains("lang=en") { "object" } else { "объект" };
        assert!(answer.body.windows(words.len()).any(|bytes| bytes == words.as_bytes()), "{address}");
        let tag = answer.header("etag").unwrap().to_owned();
        assert_eq!(client.get_with(address, &[("If-None-Match", &tag)]).status, 304);
        seen.push(answer.body);
    }
    for (n, picture) in seen.iter().enumerate() {
        assert!(!seen[..n].contains(picture), "picture {n} is that of another question");
    }
    assert_eq!(client.get("/e/NOBODY.png").status, 404);
    assert_eq!(client.get("/e/map.png?scale=much").status, 400);
}

#[test]
fn oembed_names_a_picture_that_has_the_size_it_says() {
    let (mut client, _) = own_client();
    let told = client.json(&format!("/oembed?url=http://{}/m/lazo", framed().server.address));
    let address = crate::demo::path_of(told["thumbnail_url"].as_str().unwrap());
    let picture = image::load_from_memory(&client.get(&address).body).unwrap();
    assert_eq!(told["thumbnail_width"], picture.width());
    assert_eq!(told["thumbnail_height"], picture.height());
}
