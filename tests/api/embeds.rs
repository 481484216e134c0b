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
    assert!(
        text(&client.get("/metrics").body).contains(&format!("atlas_embed_views_total{{key=\"{key}\"}}"))
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
        // Its one script is a file of ours: the codes stand there as text.
        let own = body.matches("<script src=\"/embed-builder.js\" defer></script>").count();
        assert_eq!((body.matches("<script").count(), own), (1, 1), "{address}");
        assert!(body.matches("<textarea").count() >= 4 && !body.contains("<iframe src=\"http"), "{address}");
    }
    let element = client.get("/embed.js");
    assert_eq!(element.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(element.body.len() <= 2_000, "{}", element.body.len());
}

#[test]
fn a_frame_stays_within_its_budget_of_bytes() {
    let script = client().get_with("/embed-frame.js", &[("Accept-Encoding", "br")]).body.len();
    let (mut own, key) = own_client();
    let packed = [("Accept-Encoding", "br")];
    let frame = own.get_with(&format!("/e/{key}"), &packed);
    let body = text(&own.get(&format!("/e/{key}")).body);
    let sheet =
        body.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sheet = own.get_with(&sheet, &packed);
    let picture = client().get_with("/e/map.svg", &packed);
    assert!(frame.body.len() <= 14_000 && picture.body.len() <= 14_000);
    assert!(frame.body.len().max(picture.body.len()) + sheet.body.len() + script <= 25_000);
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
        ("/e/map.png?theme=contrast", 720),
        ("/e/map.png?w=480", 480),
        ("/e/map.png?mode=rating&at=2026-11-01", 720),
        ("/e/map.png?mode=rating&metric=open_per_10k&theme=dark&at=2026-11-01", 720),
        ("/e/map.png?mode=appeals", 720),
        ("/e/map.png?mode=appeals&mun=lazo", 720),
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
        let words = match address {
            _ if address.contains("lang=en") => "object",
            _ if address.contains("mode=appeals") => "обращен",
            _ if address.contains("mode=rating") => "муниципальных образований",
            _ => "объект",
        };
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

#[test]
fn every_code_lets_a_frame_do_the_same() {
    let (mut client, key) = own_client();
    let base = format!("http://{}", framed().server.address);
    let leave = "sandbox=\"allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox\"";
    let codes = client.json(&format!(
        "/api/embed-codes?key={key}&mun=lazo&status=overdue&map=7/47.9/134.9&theme=dark&lang=en"
    ));
    assert_eq!(codes["key_is_known"], true);
    let frame = codes["frame"].as_str().unwrap();
    let source = format!(
        "<iframe src=\"{base}/e/{key}?lang=en&amp;mun=lazo&amp;status=overdue&amp;theme=dark#map=7/47.9/134.9\""
    );
    assert!(frame.starts_with(&source) && frame.contains(leave), "{frame}");
    // What is left where frames are switched off.
    assert!(
        frame.contains(&format!("<a href=\"{base}/en/table?mun=lazo&amp;status=overdue&amp;theme=dark\">")),
        "{frame}"
    );
    let page = text(&client.get(&format!("/embed-builder?key={key}&mun=lazo")).body);
    assert!(page.contains(&leave.replace('"', "&quot;")), "{page}");
    let oembed = client.json(&format!("/oembed?url={base}/e/{key}"));
    assert!(oembed["html"].as_str().unwrap().contains(leave));
    assert!(text(&client.get("/embed.js").body).contains(&leave["sandbox=\"".len()..leave.len() - 1]));
    let unknown = client.json("/api/embed-codes?key=%22%3E%3Cscript%3E&q=%22%3E%3Cimg%20src=x%3E");
    assert_eq!(unknown["key_is_known"], false);
    for way in ["frame", "script", "picture", "png", "svg", "oembed"] {
        let code = unknown[way].as_str().unwrap();
        assert!(!code.contains("<img src=x") && !code.contains("<script>"), "{way}: {code}");
    }
}

#[test]
fn the_links_of_a_frame_lead_to_the_same_view() {
    let (mut client, key) = own_client();
    let all = "cat=roads&lang=en&layers=hotspots&mode=rating&metric=pace&mun=lazo&sort=-score&status=open&theme=dark&weight=cost";
    let body = text(&client.get(&format!("/e/{key}?{all}&ui=full&font=140&engine=raster&list=1")).body)
        .replace("&amp;", "&");
    let after = |before: &str| body.split(before).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sorted = |query: &str| {
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_unstable();
        pairs.join("&")
    };
    let live = after(&format!("href=\"/e/{key}/live?"));
    assert_eq!(live, sorted(&format!("{all}&ui=full&font=140&engine=raster&list=1")));
    let whole = body.split("href=\"/?").nth(1).unwrap();
    assert!(whole.starts_with(&format!("{}\" target=\"_blank\" rel=\"noopener\"", sorted(all))), "{whole}");
    assert!(body.contains("data-font=\"150\"") && body.contains("Open the full map"));
    let still = text(&client.get(&format!("/e/{key}?engine=static&ui=none")).body);
    assert!(!still.contains("/live") && !still.contains("<details") && !still.contains("class=\"keys\""));
}

#[test]
fn a_frame_shows_what_its_mode_and_object_say() {
    let (mut client, key) = own_client();
    let frame = |client: &mut Client, query: &str| {
        text(&client.get(&format!("/e/{key}?{query}")).body).replace('\u{a0}', " ")
    };
    let appeals = client.json("/api/stats?by=municipality")["total"]["count"].clone();
    assert!(appeals.is_number());
    assert!(frame(&mut client, "mode=appeals&lang=en").contains("Map of appeals"));
    let rating = frame(&mut client, "mode=rating&metric=open_per_10k&lang=en");
    assert!(
        rating.contains("Open per 10,000 residents")
            && rating.contains("class=\"swatch class-4\"")
            && rating.contains("120 and more"),
        "{rating}"
    );
    let first = client.json("/ogc/collections/problems/items?limit=1")["features"][0].clone();
    let (id, title) = (first["id"].as_str().unwrap(), first["properties"]["title"].as_str().unwrap());
    let marked = frame(&mut client, &format!("o={id}"));
    assert!(
        marked.contains(title)
            && marked.contains(&format!("href=\"/o/{id}\""))
            && marked.contains("r=\"13\""),
        "{marked}"
    );
    // What is wrong is left out, and nothing else is.
    let mended = frame(&mut client, &format!("o=NOBODY&mode=3d&font=900&mun={}", "lazo"));
    assert!(
        mended.contains("class=\"notice\"") && mended.contains("mun=lazo") && !mended.contains("NOBODY"),
        "{mended}"
    );
}

#[test]
fn a_large_picture_is_a_sheet_with_all_that_belongs_to_a_map_in_print() {
    let mut client = client();
    let plain = |body: &[u8]| text(body).replace('\u{a0}', " ");
    let sheet = plain(&client.get("/e/map.svg?w=720&mun=lazo&status=overdue&cat=roads&at=2025-06-01").body);
    for part in [
        "Состояние: Просроченные",
        "Тема: ",
        " км<",
        ">С<",
        "Данные на 1 июня 2025 · снимок ",
        "Росстат",
        "В работе",
    ] {
        assert!(sheet.contains(part), "{part}: {sheet}");
    }
    assert!(sheet.starts_with("<svg") && !sheet.contains("<style"));
    let small = plain(&client.get("/e/map.svg?w=480").body);
    assert!(small.contains("снимок") && !small.contains(">С<"));
    let colours =
        |theme: &str, client: &mut Client| plain(&client.get(&format!("/e/map.svg?theme={theme}")).body);
    let (light, dark, contrast) =
        (colours("light", &mut client), colours("dark", &mut client), colours("contrast", &mut client));
    assert!(light != dark && dark != contrast && contrast.contains("#000000"));
    // The stamp is in the pixels too: another day, other corners.
    let corner = |address: &str, client: &mut Client| {
        let picture = image::load_from_memory(&client.get(address).body).unwrap().to_rgb8();
        image::imageops::crop_imm(&picture, 0, 0, 240, 22).to_image().into_raw()
    };
    assert_ne!(
        corner("/e/map.png?w=480&at=2025-06-01", &mut client),
        corner("/e/map.png?w=480", &mut client)
    );
}

#[test]
fn oembed_tells_of_every_page_that_can_stand_elsewhere_in_both_languages() {
    let (mut client, _) = own_client();
    let base = format!("http://{}", framed().server.address);
    let id = client.json("/ogc/collections/problems/items?limit=1")["features"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for page in
        ["/".to_owned(), "/m/lazo".to_owned(), format!("/o/{id}"), "/table".to_owned(), "/rating".to_owned()]
    {
        for prefix in ["", "/en"] {
            let url = format!("{base}{prefix}{}", if page == "/" && !prefix.is_empty() { "" } else { &page });
            let told = client.json(&format!("/oembed?url={url}&maxwidth=400&maxheight=300"));
            let code = told["html"].as_str().unwrap();
            assert_eq!(code.contains("lang=en"), prefix == "/en", "{url}: {code}");
            assert!(
                told["width"].as_u64().unwrap() <= 400 && told["height"].as_u64().unwrap() <= 300,
                "{told}"
            );
            let src = code.split("src=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
            let picture = client.get(&crate::demo::path_of(&src));
            assert_eq!(picture.header("content-type"), Some("image/png"), "{src}");
            let discovered = client.get(&crate::demo::path_of(&url));
            assert_eq!(discovered.status, 200, "{url}");
        }
    }
    assert_eq!(client.get(&format!("/oembed?url={base}/o/NOBODY")).status, 404);
    assert_eq!(client.get(&format!("/oembed?url={base}/m/lazo&maxheight=tall")).status, 400);
}

#[test]
fn a_qr_code_is_of_our_own_addresses_only() {
    let (mut client, _) = own_client();
    let base = format!("http://{}", framed().server.address);
    let code = client.get(&format!("/qr.svg?url={base}/m/lazo"));
    assert_eq!((code.status, code.header("content-type")), (200, Some("image/svg+xml")));
    for wrong in [
        "https://elsewhere.example/",
        &format!("{base}.example/"),
        "",
        &format!("{base}/{}", "a".repeat(2_000)),
    ] {
        let answer = client.get(&format!("/qr.svg?url={wrong}"));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (400, Some("application/problem+json")),
            "{wrong}"
        );
    }
}

#[test]
fn a_hostile_title_stays_text_in_frame_drawing_picture_and_oembed() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("problems.geojson");
    let title = r#"<img src=x onerror=alert(1)></svg><script>alert(2)</script>\"'&"#;
    let feature = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[135.06,48.48]}},"properties":{{"source_id":"1","title":"{title}","category":"roads.pothole","status":"in_work"}}}}"#
    );
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)).unwrap();
    let data = data_of(&place);
    must(&["import", "problems", path(&file), "--data", path(&data)]);
    let key = text(&must(&["embed", "add", "--data", path(&data), "--label", "x", "--origin", SITE]).stdout);
    let key = key.trim();
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let found = client.json("/ogc/collections/problems/items?limit=1")["features"][0].clone();
    let (id, home) = (found["id"].as_str().unwrap(), found["properties"]["municipality"].as_str().unwrap());
    let view = format!("o={id}&mun={home}");
    for address in [
        format!("/e/{key}?{view}"),
        format!("/e/map.svg?{view}"),
        format!("/e/map.svg?{view}&w=720"),
        format!("/embed-builder?{view}"),
    ] {
        let body = text(&client.get(&address).body);
        assert!(body.contains("&lt;img src=x"), "{address} shows it");
        assert!(!body.contains("<img src=x") && !body.contains("<script>"), "{address}: {body}");
    }
    let told = client.json(&format!("/oembed?url=http://{}/o/{id}", server.address));
    assert!(told["title"].as_str().unwrap().starts_with("<img src=x"), "{told}");
    let code = told["html"].as_str().unwrap();
    assert!(
        code.contains("&lt;img src=x") && !code.contains("<img src=x") && !code.contains("<script"),
        "{code}"
    );
    let picture = client.get(&format!("/e/map.png?{view}")).body;
    let words = "<img src=x onerror=alert(1)>".as_bytes();
    assert!(
        picture.windows(words.len()).any(|bytes| bytes == words),
        "the words beside the pixels are the words"
    );
    assert!(image::load_from_memory(&picture).is_ok());
}
