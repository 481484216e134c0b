//! Pages for people: complete without a script, the same in both languages, and with the same numbers as the API.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;

use crate::demo::{LAST_DAY, client, demo};
use crate::support::{Answer, Client, Server, data_of, must, path, text};

/// Every page that takes no name, with a query that it understands.
const PAGES: [&str; 18] = [
    "/rating",
    "/rating?sort=overdue_share",
    "/table",
    "/table?mun=lazo&status=overdue&sort=cost",
    "/table?mode=appeals&status=open",
    "/changes",
    "/slippage",
    "/slippage?mun=lazo",
    "/hotspots",
    "/hotspots?mun=khabarovsk",
    "/silence",
    "/silence?mun=lazo",
    "/plan",
    "/plan?mun=lazo",
    "/export?mun=lazo",
    "/method",
    "/help",
    "/a11y",
];

/// The one script of pages that are no map: a file.
const FOLLOW: &str = "<script src=\"/follow.js\" defer></script>";

fn first_problem(client: &mut Client, query: &str) -> Json {
    client.json(&format!("/ogc/collections/problems/items?limit=1&{query}"))["features"][0].clone()
}

/// All pages of both languages.
pub fn all_pages(client: &mut Client) -> Vec<String> {
    let id = first_problem(client, "status=overdue")["id"].as_str().unwrap().to_owned();
    let russian: Vec<String> =
        PAGES.iter().map(|p| (*p).to_owned()).chain(["/m/lazo".to_owned(), format!("/o/{id}")]).collect();
    let english = russian.iter().map(|page| format!("/en{page}"));
    russian.iter().cloned().chain(english).chain(["/".to_owned(), "/en".to_owned()]).collect()
}

pub fn page(client: &mut Client, address: &str) -> (Answer, String) {
    let answer = client.get(address);
    assert_eq!(answer.status, 200, "{address}: {}", text(&answer.body));
    let body = text(&answer.body);
    (answer, body)
}

/// What stands between two marks, the first time.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    let rest = &text[start..];
    &rest[..rest.find(to).unwrap_or_else(|| panic!("no {to} after {from}"))]
}

/// The text of a page without its markup, and without what is said to be of another language.
pub fn words(html: &str) -> String {
    let mut text = String::new();
    let (mut rest, mut other) = (html, 0usize);
    while let Some((before, after)) = rest.split_once('<') {
        if other == 0 {
            text.push_str(before);
        }
        let Some((tag, tail)) = after.split_once('>') else { break };
        let is_other = tag.contains("lang=\"ru\"") && !tag.starts_with("html") && !tag.starts_with("link");
        let closes = tag.starts_with('/');
        if other > 0 && !closes && !tag.ends_with('/') && tag != "br" {
            other += 1;
        } else if other > 0 && closes {
            other -= 1;
        } else if is_other {
            other = 1;
        }
        rest = tail;
    }
    text + rest
}

#[test]
fn every_page_has_a_heading_a_paragraph_a_table_and_links_and_keeps_the_policy() {
    let mut client = client();
    for address in all_pages(&mut client) {
        let (answer, body) = page(&mut client, &address);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{address}");
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'self'"));
        assert_eq!(body.matches("<h1>").count(), 1, "{address}");
        for part in ["<p class=\"lead\"", "<table", "<a href=", "href=\"#main\"", "name=\"description\""] {
            assert!(body.contains(part), "{address} lacks {part}");
        }
        let language = if address.starts_with("/en") { "en" } else { "ru" };
        assert!(body.contains(&format!("<html lang=\"{language}\"")), "{address}");
        assert_eq!(answer.header("content-language"), Some(language));
        // Some say when their data have changed.
        let body = body.replace(FOLLOW, "");
        // The map has the script of the application, as a file.
        let is_map = address == "/" || address == "/en";
        let script = if is_map { "<script>" } else { "<script" };
        for forbidden in [script, " style=", " onerror=", "http://www.w3.org/1999", "//fonts."] {
            assert!(!body.contains(forbidden), "{address} has {forbidden}");
        }
        let unsaid = ["page.", "column.", "tile.", "unit.", "summary."]
            .iter()
            .find(|key| words(&body).contains(**key));
        assert_eq!(unsaid, None, "{address} shows a key instead of a sentence");
    }
    demo().server.assert_log_is_clean();
}

#[test]
fn english_pages_have_no_russian_but_in_names_that_are_said_to_be_russian() {
    let mut client = client();
    let russian = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c.to_lowercase().next().unwrap()));
    for address in all_pages(&mut client).iter().filter(|address| address.starts_with("/en")) {
        let (_, body) = page(&mut client, address);
        let main = between(&body, "<main", "</main>");
        let left: Vec<String> =
            words(main).split_whitespace().filter(|word| russian(word)).map(str::to_owned).collect();
        // A problem's own page is headed by its title; dots on a map are named by it.
        let own = address.contains("/o/") || address.contains("/m/");
        assert!(own || left.is_empty(), "{address}: {left:?}");
    }
}

#[test]
fn a_page_that_did_not_change_is_not_sent_again() {
    let mut client = client();
    for address in ["/rating", "/en/m/lazo", "/help"] {
        let (answer, body) = page(&mut client, address);
        let tag = answer.header("etag").unwrap().to_owned();
        assert_eq!(client.get_with(address, &[("If-None-Match", &tag)]).status, 304, "{address}");
        let sheet = between(&body, "rel=\"stylesheet\" href=\"", "\"");
        let sheet = client.get(sheet);
        assert_eq!((sheet.status, sheet.header("content-type")), (200, Some("text/css; charset=utf-8")));
        assert!(sheet.header("cache-control").unwrap().contains("immutable"));
    }
}

#[test]
fn what_is_refused_is_told_as_a_page_in_the_language_of_its_address() {
    let mut client = client();
    for (address, status, told) in [
        ("/m/atlantis", 404, "<html lang=\"ru\""),
        ("/en/m/atlantis", 404, "<html lang=\"en\""),
        ("/o/ATL-27-999999", 404, "<h1>"),
        ("/table?colour=red", 400, "colour"),
        ("/en/table?mun=atlantis", 400, "mun"),
        ("/table?status=sleeping", 400, "in_work"),
        ("/table?bbox=1,2", 400, "bbox"),
        ("/table?token=zz", 400, "token"),
        ("/rating?sort=beauty", 400, "score"),
        ("/changes?since=1999-01-01", 400, "since"),
        ("/slippage?mun=atlantis", 404, "<h1>"),
        ("/en/hotspots?sort=due", 400, "sort"),
        ("/silence?at=tomorrow", 400, "at"),
        ("/rating?theme=pink", 400, "contrast"),
        ("/rating?at=tomorrow", 400, "at"),
    ] {
        let answer = client.get(address);
        assert_eq!(answer.status, status, "{address}: {}", text(&answer.body));
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{address}");
        assert!(text(&answer.body).contains(told), "{address}: {}", text(&answer.body));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    }
    let browser = [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let lost = client.get_with("/nowhere", &browser);
    assert_eq!((lost.status, lost.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert_eq!(client.get("/nowhere").header("content-type"), Some("application/problem+json"));
}

#[test]
fn numbers_on_pages_are_those_of_the_api() {
    let mut client = client();
    let region = client.json("/api/region");
    let ratings = client.json("/api/ratings");
    for municipality in region["municipalities"].as_array().unwrap() {
        let (slug, id) = (municipality["slug"].as_str().unwrap(), &municipality["id"]);
        let total = client.json(&format!("/api/stats?municipality={slug}"))["total"].clone();
        let (_, body) = page(&mut client, &format!("/en/m/{slug}"));
        let tiles = between(&body, "<ul class=\"tiles\">", "</ul>");
        let figures: Vec<&str> =
            tiles.split("class=\"figure\">").skip(1).map(|t| &t[..t.find('<').unwrap()]).collect();
        let number = |text: &str| text.replace(',', "").parse::<u64>().unwrap();
        assert_eq!(number(figures[0]), total["overdue"].as_u64().unwrap(), "{slug}");
        assert_eq!(number(figures[3]), total["open"].as_u64().unwrap(), "{slug}");
        let lead = between(&body, "<p class=\"lead\">", "</p>").replace('\u{a0}', " ");
        let count = total["count"].as_u64().unwrap();
        assert!(count == 0 || lead.replace(',', "").contains(&format!(" {count} object")), "{lead}");
        let rating = ratings["municipalities"].as_array().unwrap().iter().find(|r| &r["id"] == id).unwrap();
        if let Some(rank) = rating["rank"].as_u64() {
            let interval = &rating["rank_interval"];
            assert!(body.contains(&format!("Rank {rank}<")), "{slug}");
            assert!(body.contains(&format!("{} to {}", interval[0], interval[1])), "{slug}");
            assert!(body.contains(&format!("href=\"/api/ratings/{slug}\"")));
        }
    }
    let matched = client.json("/ogc/collections/problems/items?limit=1&status=open")["numberMatched"].clone();
    let (_, table) = page(&mut client, "/en/table?status=open");
    assert!(table.replace(',', "").contains(&format!("Matching the conditions: {matched}.")));
}

/// Addresses in the cells of a page that hold numbers; every such cell must have one, or stand in the row of an object.
fn evidence_of_numbers(body: &str, address: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for row in body.split("<tr>").skip(1).map(|rest| rest.split("</tr>").next().unwrap()) {
        let of_object = row.contains("href=\"/o/") || row.contains("href=\"/en/o/");
        for cell in row.split("<td class=\"n\"").skip(1).map(|rest| rest.split("</td>").next().unwrap()) {
            let link = cell.split("href=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
            let is_number = cell.chars().any(|c| c.is_ascii_digit());
            assert!(of_object || link.is_some() || !is_number, "{address}: {cell} in {row}");
            found.extend(link.map(|link| link.replace("&amp;", "&")));
        }
    }
    found
}

#[test]
fn every_number_in_the_tables_leads_to_its_evidence() {
    let mut client = client();
    let slug = client.json("/api/region")["municipalities"][0]["slug"].as_str().unwrap().to_owned();
    let pages = ["/en/rating".to_owned(), "/rating?at=2026-06-01".to_owned(), format!("/en/m/{slug}")];
    let more = [format!("/m/{slug}?at=2026-06-01"), "/en/method".to_owned(), "/method".to_owned()];
    let further = ["/slippage", "/hotspots", "/silence"]
        .map(|path| [format!("/en{path}"), format!("{path}?mun={slug}"), format!("{path}?at=2026-06-01")]);
    for address in pages.iter().chain(&more).chain(further.iter().flatten()) {
        let (_, body) = page(&mut client, address);
        let evidence = evidence_of_numbers(&body, address);
        // A municipality may be without a hot spot, and what was invented falls silent a year after its last day.
        let is_of_now = address.contains("silence") && !address.contains("at=");
        assert!(!evidence.is_empty() || address.starts_with("/hotspots?mun") || is_of_now, "{address}");
        for link in &evidence {
            assert_eq!(client.get(link).status, 200, "{link} on {address}");
            let is_dated = link.starts_with("/api/") || link.starts_with("/ogc/collections/hotspots/");
            assert!(
                !address.contains("at=") || !is_dated || link.contains("as_of=2026-06-01"),
                "{link} on {address} tells of another day"
            );
        }
    }
}

#[test]
fn the_paragraph_of_a_page_is_given_to_programs_too_with_its_numbers() {
    let mut client = client();
    for (filter, conditions) in [
        ("", ""),
        ("municipality=lazo&status=open", "mun=lazo&status=open"),
        ("category=roads&as_of=2026-06-01", "cat=roads&at=2026-06-01"),
        ("bbox=134,47,136,49&q=%D1%8F%D0%BC%D0%B0", "bbox=134,47,136,49&q=%D1%8F%D0%BC%D0%B0"),
    ] {
        for (language, prefix) in [("ru", ""), ("en", "/en")] {
            let told = client.json(&format!("/api/summary?{filter}&lang={language}"));
            let (_, body) = page(&mut client, &format!("{prefix}/table?{conditions}"));
            assert_eq!(told["text"], between(&body, "<p class=\"lead\">", "</p>"), "{filter}");
            let total = client.json(&format!("/api/stats?{filter}"))["total"].clone();
            for number in ["count", "open", "overdue"] {
                assert_eq!(told[number], total[number], "{number} of {filter}");
            }
        }
    }
    let appeals = client.json("/api/summary?mode=appeals&municipality=lazo&lang=en");
    let matched = client.json("/ogc/collections/appeals/items?limit=1&municipality=lazo");
    assert_eq!(appeals["count"], matched["numberMatched"]);
    assert!(appeals["text"].as_str().unwrap().contains("appeal"));
    // Without a word of its own the language is that of whoever asks.
    let english = client.get_with("/api/summary", &[("Accept-Language", "en")]);
    assert_eq!(english.header("content-language"), Some("en"));
    for refused in ["lang=de", "mode=nothing", "mun=lazo", "status=sleeping"] {
        let answer = client.get(&format!("/api/summary?{refused}"));
        assert_eq!(answer.status, 400, "{refused}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
}

#[test]
fn a_colour_of_the_rating_means_the_same_on_its_page_and_on_the_map() {
    let mut client = client();
    let legend =
        client.json(&format!("/tiles/choropleth.json?metric=score&as_of={LAST_DAY}"))["legend"]["classes"]
            .clone();
    let ratings = client.json(&format!("/api/ratings?as_of={LAST_DAY}"));
    let (_, body) = page(&mut client, &format!("/en/rating?at={LAST_DAY}"));
    let mut coloured = 0;
    for rating in ratings["municipalities"].as_array().unwrap() {
        let Some(score) = rating["score"].as_f64() else { continue };
        let is_in = |class: &&Json| {
            class["from"].as_f64().is_none_or(|from| score >= from)
                && class["to"].as_f64().is_none_or(|to| score < to)
        };
        let class = legend.as_array().unwrap().iter().position(|class| is_in(&class)).unwrap();
        let region = client.json("/api/region");
        let own = region["municipalities"]
            .as_array()
            .unwrap()
            .iter()
            .find(|m| m["id"] == rating["id"])
            .unwrap()
            .clone();
        let area = between(
            &body,
            &format!("<a href=\"/en/m/{}?at={LAST_DAY}\" aria-label=", own["slug"].as_str().unwrap()),
            "</path>",
        );
        assert!(
            area.contains(&format!("area class-{class}\"")),
            "{}: {score} is {class}, {area}",
            own["slug"]
        );
        coloured += 1;
    }
    assert!(coloured > 5);
    let keys = between(&body, "<ul class=\"keys\">", "</ul>");
    for class in legend.as_array().unwrap() {
        for bound in [&class["from"], &class["to"]].into_iter().filter_map(Json::as_f64) {
            assert!(keys.contains(&bound.to_string()), "{bound} is not in {keys}");
        }
    }
    assert!(keys.contains("class=\"stripes\""), "what has too few data is hatched in the legend too");
}

#[test]
fn a_state_is_told_by_its_form_and_not_by_its_colour_alone() {
    let mut client = client();
    for address in ["/en/m/lazo", "/en", "/m/lazo?theme=dark"] {
        let (_, body) = page(&mut client, address);
        let keys = between(&body, "<ul class=\"keys\">", "</ul>");
        let forms: BTreeSet<String> = keys
            .split("</svg>")
            .filter_map(|part| part.split_once("<svg"))
            .map(|(_, svg)| {
                let elements = svg.split('<').skip(1).filter(|tag| !tag.starts_with('/'));
                let kind = |tag: &str| tag.split("=\"").nth(1).unwrap().split(' ').next().unwrap().to_owned();
                elements
                    .map(|tag| format!("{} {}", tag.split(' ').next().unwrap(), kind(tag)))
                    .collect::<Vec<_>>()
                    .join(", ")
            })
            .collect();
        assert_eq!(forms.len(), 4, "{address}: {forms:?}");
    }
    // Dots on the map have the same forms.
    let map = text(&client.get("/e/map.svg?mun=khabarovsk").body);
    let dots = map.matches("<g><title>").count();
    assert!(dots > 10 && map.contains("<rect class=\"solid overdue\""), "{dots}");
}

#[test]
fn a_table_shows_every_object_once_page_after_page() {
    let mut client = client();
    let matched =
        client.json("/ogc/collections/problems/items?limit=1&status=open")["numberMatched"].as_u64();
    let (mut address, mut ids) = ("/table?status=open".to_owned(), Vec::new());
    loop {
        let (_, body) = page(&mut client, &address);
        let table = between(&body, "<tbody>", "</tbody>");
        ids.extend(table.split("href=\"/o/").skip(1).map(|t| t[..t.find('"').unwrap()].to_owned()));
        let Some((before, _)) = body.split_once("rel=\"next\" href=\"") else { break };
        address = body[before.len() + 17..].split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!(ids.len() as u64, matched.unwrap());
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len() as u64, matched.unwrap());
}

#[test]
fn a_hostile_title_stays_text_on_every_page() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("problems.geojson");
    let title = r#"<img src=x onerror=alert(1)>\"'&"#;
    let feature = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[135.06,48.48]}},"properties":{{"source_id":"1","title":"{title}","address":"{title}","category":"roads.pothole","status":"in_work","registered_at":"2025-01-10","baseline_due":"2025-03-01","current_due":"2025-09-01","responsible":"{title}","cost_rub":1}}}}"#
    );
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)).unwrap();
    let data = data_of(&place);
    must(&["import", "problems", path(&file), "--data", path(&data)]);
    let server = Server::start(Path::new(&data), &[]);
    let mut client = server.client();
    let listed = first_problem(&mut client, "");
    let (id, municipality) =
        (listed["id"].as_str().unwrap(), listed["properties"]["municipality"].as_str().unwrap());
    for address in [
        format!("/o/{id}"),
        format!("/m/{municipality}"),
        "/table?q=%3Cimg".to_owned(),
        format!("/plan?mun={municipality}"),
        "/slippage".to_owned(),
        "/table?q=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
    ] {
        let body = page(&mut client, &address).1.replace(FOLLOW, "");
        assert!(!body.contains("<img") && !body.contains("<script"), "{address}");
        assert!(body.contains("&lt;img") || body.contains("&lt;script"), "{address} shows it");
    }
}

#[test]
fn a_time_without_changes_says_when_the_last_was_and_leads_there() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("problems.geojson");
    let registered = jiff::Zoned::now().date() - jiff::Span::new().days(20);
    let feature = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[135.06,48.48]}},"properties":{{"source_id":"1","title":"Яма","category":"roads.pothole","status":"in_work","registered_at":"{registered}"}}}}"#
    );
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)).unwrap();
    let data = data_of(&place);
    must(&["import", "problems", path(&file), "--data", path(&data)]);
    let server = Server::start(Path::new(&data), &[]);
    let mut client = server.client();
    let body = page(&mut client, "/en/changes").1;
    assert!(body.contains("Nothing has changed in this time.") && !body.contains("id=\"added\""));
    let link = between(&body, "href=\"/en/changes?since=", "\"").to_owned();
    let body = page(&mut client, &format!("/en/changes?since={link}")).1;
    assert!(!body.contains("Nothing has changed") && body.contains("id=\"added\""), "{link}");
}

#[test]
fn a_history_is_told_in_words_and_not_in_codes() {
    let mut client = client();
    let moved = "/ogc/collections/problems/items?limit=200&status=overdue&sortby=-n_appeals";
    let found = client.json(moved);
    let slipped = found["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["properties"]["slip_days"].as_i64() > Some(0));
    let ids: Vec<String> = slipped.take(20).map(|f| f["id"].as_str().unwrap().to_owned()).collect();
    assert!(!ids.is_empty());
    for address in ids.iter().flat_map(|id| [format!("/o/{id}"), format!("/en/o/{id}")]) {
        let body = page(&mut client, &address).1;
        let told = between(&body, "<ol class=\"timeline\">", "</ol>");
        let words = told.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words);
        assert!(
            words.clone().all(|text| !text.contains('_') && !text.contains("status.")),
            "{address}: {told}"
        );
        assert!(words.count() > 2, "{address}");
    }
}

#[test]
fn a_past_day_is_told_as_it_was() {
    let mut client = client();
    let then = client.json("/api/stats?municipality=lazo&as_of=2025-06-01")["total"]["count"].clone();
    let (_, body) = page(&mut client, "/en/m/lazo?at=2025-06-01");
    let lead = between(&body, "<p class=\"lead\">", "</p>").replace('\u{a0}', " ");
    assert!(then == 0 || lead.contains(&format!(" {then} object")), "{lead} and {then}");
    assert!(body.replace('\u{a0}', " ").contains("1 June 2025"));
}

#[test]
fn what_is_opened_by_itself_has_an_icon() {
    let icon = client().get("/favicon.ico");
    assert_eq!(icon.status, 200);
    assert_eq!(icon.header("content-type"), Some("image/svg+xml"));
    assert!(text(&icon.body).starts_with("<svg"));
}

#[test]
fn pages_are_set_in_the_letters_of_the_application_and_frames_ask_for_none() {
    let mut client = client();
    let (_, body) = page(&mut client, "/rating");
    let sheet = between(&body, "rel=\"stylesheet\" href=\"", "\"").to_owned();
    let style = text(&client.get(&sheet).body);
    let (ahead, named) = (body.matches("as=\"font\"").count(), style.matches("@font-face").count());
    if !text(&client.get("/").body).contains("/assets/index-") {
        eprintln!("skipped: the application is not built, so it has no letters");
        return;
    }
    assert_eq!((ahead, named), (2, 3));
    for rule in style.split("src:url(").skip(1) {
        let file = &rule[..rule.find(')').unwrap()];
        assert_eq!(client.get(file).header("content-type"), Some("font/woff2"), "{file}");
    }
    assert!(!text(&client.get("/e/map").body).contains("as=\"font\""));
}
