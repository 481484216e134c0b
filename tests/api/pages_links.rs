//! Where pages lead: nowhere that is not there, to the same day, to the same page in the other language, to what tells of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::demo::{client, matched};
use crate::pages::{all_pages, between, page, words};
use crate::support::{Client, text};

/// A day of the past that the demo knows.
const DAY: &str = "2026-06-01";
/// Pages that are of today alone.
const OF_TODAY: [&str; 4] = ["/changes", "/method", "/help", "/a11y"];
/// Links of one shape that are followed: they differ in a name or a number only.
const OF_A_SHAPE: usize = 2;

/// Addresses within us to which a page leads, without what the head of the document loads or names.
fn links(body: &str) -> BTreeSet<String> {
    let parts = body[body.find("<body").unwrap()..].split(" href=\"").skip(1);
    let values = parts.map(|part| part.split('"').next().unwrap().replace("&amp;", "&"));
    values.filter(|value| value.starts_with('/') || value.starts_with('#')).collect()
}

/// What stays of an address without names and numbers: its kind, and the names of its parameters.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let english = if path.starts_with("/en/") { "/en" } else { "" };
    let parts: Vec<&str> = path[english.len()..].split('/').collect();
    let told = match parts.get(1) {
        Some(&("m" | "o")) => 2,
        Some(&"api") => 3,
        _ => 5,
    };
    let kind: Vec<&str> = parts.into_iter().take(told).collect();
    let names: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    format!("{english}{}?{}", kind.join("/"), names.join("&"))
}

/// Pages under conditions, of a day, in a look, and as a map is looked at.
fn starts(client: &mut Client) -> Vec<String> {
    let further = [
        "/?status=overdue&theme=dark",
        "/?mode=rating&sort=-score&metric=score&layers=heat",
        "/?mode=appeals&cat=roads&lang=ru",
        "/?mun=lazo&o=ATL-27-000001&at=2026-06-01",
        "/rating?at=2026-06-01&theme=contrast",
        "/rating?mun=lazo",
        "/plan?mun=lazo&at=2026-06-01",
        "/m/lazo?at=2026-06-01",
        "/table?at=2026-06-01&status=open&sort=cost",
        "/hotspots?at=2026-06-01",
        "/changes?mun=lazo",
        "/embed-builder?mun=lazo&status=overdue",
        "/method?theme=dark",
    ];
    let both = further.iter().flat_map(|page| {
        let english =
            if page.starts_with("/?") { format!("/en{}", &page[1..]) } else { format!("/en{page}") };
        [(*page).to_owned(), english]
    });
    let mut all = all_pages(client);
    all.extend(both);
    all
}

#[test]
fn no_link_of_any_page_leads_nowhere() {
    let mut client = client();
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for address in starts(&mut client) {
        let address = address.replace("lang=ru", "q=").replace("&q=", "");
        let (_, body) = page(&mut client, &address);
        for link in links(&body) {
            if let Some(id) = link.strip_prefix('#') {
                assert!(body.contains(&format!("id=\"{id}\"")), "{address} leads to #{id}, which it has not");
                continue;
            }
            let link = link.split('#').next().unwrap().to_owned();
            let alike = seen.entry(shape(&link)).or_default();
            if alike.len() >= OF_A_SHAPE || !alike.insert(link.clone()) {
                continue;
            }
            let answer = client.get(&link);
            assert_eq!(answer.status, 200, "{address} leads to {link}: {}", text(&answer.body));
        }
    }
    assert!(seen.len() > 60, "{} shapes of links", seen.len());
}

#[test]
fn on_a_page_of_a_day_every_link_keeps_the_day() {
    let mut client = client();
    let id = client.json("/ogc/collections/problems/items?limit=1&status=overdue&sortby=registered_at")["features"]
        [0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let pages = [
        "/",
        "/rating",
        "/table",
        "/plan",
        "/plan?mun=lazo",
        "/m/lazo",
        "/slippage",
        "/hotspots",
        "/silence",
    ];
    let own = [format!("/o/{id}"), "/export".to_owned()];
    for address in pages.iter().map(|page| (*page).to_owned()).chain(own) {
        for prefix in ["", "/en"] {
            let address = if address == "/" && prefix == "/en" { String::new() } else { address.clone() };
            let joint = if address.contains('?') { '&' } else { '?' };
            let address = format!("{prefix}{address}{joint}at={DAY}");
            let (_, body) = page(&mut client, &address);
            let mut dated = 0;
            for link in links(&body).iter().filter(|link| link.starts_with('/')) {
                let path = link.split(['?', '#']).next().unwrap();
                let plain = path.strip_prefix("/en").filter(|rest| rest.is_empty() || rest.starts_with('/'));
                let plain = plain.unwrap_or(path);
                let program = ["/api/", "/ogc", "/download/"].iter().any(|start| plain.starts_with(start));
                // Settlements, municipalities and the method are the same on all days.
                let timeless =
                    plain == "/ogc" || plain.contains("/settlements/") || plain.contains("/municipalities/");
                if OF_TODAY.contains(&plain) || timeless || plain == "/api/method" {
                    continue;
                }
                let wanted = if program { format!("as_of={DAY}") } else { format!("at={DAY}") };
                assert_eq!(link.matches(&wanted).count(), 1, "{address} leads to {link}");
                dated += 1;
            }
            assert!(dated >= 10, "{address} has {dated} links of the day");
            for form in body.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap()) {
                assert!(
                    form.contains(&format!("name=\"at\" value=\"{DAY}\"")),
                    "{address} has a form of today: {form}"
                );
            }
        }
    }
}

#[test]
fn the_map_in_english_is_that_in_russian_below_another_path() {
    let mut client = client();
    let script = |body: &str| between(body, "<script type=\"module\"", "</script>").to_owned();
    for (query, heading) in
        [("", "Khabarovsk"), ("?status=overdue", "Khabarovsk"), ("?mun=lazo&status=overdue", "Lazo")]
    {
        let (_, russian) = page(&mut client, &format!("/{query}"));
        for path in ["/en", "/en/"] {
            let address = format!("{path}{query}");
            let (answer, body) = page(&mut client, &address);
            assert_eq!(answer.header("content-language"), Some("en"), "{address}");
            assert!(
                body.contains("<html lang=\"en\"") && body.contains("<div id=\"app\"></div>"),
                "{address}"
            );
            assert_eq!(script(&body), script(&russian), "{address}");
            assert!(between(&body, "<h1>", "</h1>").contains(heading), "{address}");
            let poster = between(&body, "<main", "</main>");
            assert!(!words(poster).chars().any(|c| ('а'..='я').contains(&c)), "{address}: {}", words(poster));
            let query = query.replace('&', "&amp;");
            let base = between(&body, "rel=\"canonical\" href=\"", "/en");
            for (language, own) in [("ru", "/"), ("en", "/en")] {
                let alternate = format!("hreflang=\"{language}\" href=\"{base}{own}{query}\"");
                assert!(
                    body.contains(&alternate) && russian.contains(&alternate),
                    "{address} lacks {alternate}"
                );
            }
            assert!(body.contains(&format!("class=\"language\" href=\"/{query}\"")), "{address}");
            assert!(russian.contains(&format!("class=\"language\" href=\"/en{query}\"")), "{address}");
            assert!(russian.contains(&format!("rel=\"canonical\" href=\"{base}/{query}\"")), "{address}");
        }
    }
    // The numbers are those of the conditions.
    let overdue = client.json("/api/stats?status=overdue")["total"]["count"].to_string();
    let (_, body) = page(&mut client, "/en?status=overdue");
    assert!(between(&body, "<p class=\"lead\">", "</p>").contains(&overdue));
}

#[test]
fn a_wish_for_a_language_leads_to_its_path_and_keeps_the_rest() {
    let mut client = client();
    for (address, path) in [
        ("/?lang=en", "/en"),
        ("/?status=overdue&lang=en&mode=rating", "/en?status=overdue&mode=rating"),
        ("/en?lang=ru&q=%D1%8F%D0%BC%D0%B0", "/?q=%D1%8F%D0%BC%D0%B0"),
    ] {
        let answer = client.get(address);
        assert_eq!((answer.status, answer.header("location")), (302, Some(path)), "{address}");
    }
    for address in ["/?lang=ru", "/en?lang=en", "/?lang=de"] {
        assert_eq!(client.get(address).status, 200, "{address}");
    }
}

#[test]
fn the_map_heeds_the_look_that_is_asked_for_without_a_script() {
    let mut client = client();
    for address in ["/?theme=dark", "/en?theme=dark&status=open"] {
        let (_, body) = page(&mut client, address);
        assert!(body.contains("data-theme=\"dark\""), "{address}");
        assert!(
            links(&body).iter().filter(|link| link.contains("/m/")).all(|link| link.contains("theme=dark"))
        );
    }
    assert!(!page(&mut client, "/").1.contains("data-theme"));
}

#[test]
fn oembed_is_named_by_the_pages_of_which_it_tells_and_by_no_others() {
    let mut client = client();
    for address in starts(&mut client) {
        if address.contains("lang=") {
            continue;
        }
        let (_, body) = page(&mut client, &address);
        let named = body.contains("application/json+oembed");
        let plain = address.strip_prefix("/en").filter(|rest| !rest.starts_with(|c: char| c.is_alphabetic()));
        let path = plain.unwrap_or(&address).split('?').next().unwrap();
        let of_one = path.starts_with("/m/") || path.starts_with("/o/");
        let told = of_one || ["", "/", "/table", "/rating", "/plan", "/changes"].contains(&path);
        assert_eq!(named, told, "{address}");
        if named {
            let oembed =
                between(&body, "type=\"application/json+oembed\" href=\"", "\"").replace("&amp;", "&");
            let oembed = &oembed[oembed.find("/oembed").unwrap()..];
            let answer = client.get(oembed);
            assert_eq!(answer.status, 200, "{address} names {oembed}: {}", text(&answer.body));
        }
    }
    let lost = client.get("/m/atlantis");
    assert!(!text(&lost.body).contains("json+oembed"));
}

#[test]
fn the_page_of_exports_leads_to_pictures_of_the_same_conditions() {
    let mut client = client();
    for (address, layer, filter, noun) in [
        ("/en/export?mun=lazo&status=overdue", "problems", "municipality=lazo&status=overdue", "object"),
        ("/export?mode=appeals&mun=lazo", "appeals", "municipality=lazo", "обращен"),
    ] {
        let (_, body) = page(&mut client, address);
        let rows = format!("{} {noun}", matched(&mut client, layer, filter));
        for (ending, kind) in [("png", "image/png"), ("svg", "image/svg+xml")] {
            let link = between(&body, &format!("href=\"/e/map.{ending}"), "\"").replace("&amp;", "&");
            let picture = client.get(&format!("/e/map.{ending}{link}"));
            assert_eq!((picture.status, picture.header("content-type")), (200, Some(kind)), "{link}");
            let words = String::from_utf8_lossy(&picture.body).replace('\u{a0}', " ");
            assert!(words.contains(&rows), "{link} does not say {rows}");
        }
    }
}
