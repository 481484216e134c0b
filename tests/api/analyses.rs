//! Pages that tell what stands behind the numbers: slipped deadlines, hot spots, silence. They say what the API says.

use serde_json::Value as Json;

use crate::demo::{LAST_DAY, all_features, client};
use crate::pages::{between, page};
use crate::support::{Server, data_of, must, path};

const PAST: &str = "2026-06-01";

/// Rows of the bodies of all tables on a page.
fn rows(body: &str) -> Vec<&str> {
    body.split("<tr>").skip(1).map(|rest| rest.split("</tr>").next().unwrap()).collect()
}

/// What stands in the cells of numbers of a row, without markup and without what parts thousands.
fn numbers(row: &str) -> Vec<String> {
    let cells = row.split("<td class=\"n\"").skip(1).map(|rest| rest.split("</td>").next().unwrap());
    cells.map(|cell| plain(&cell[cell.find('>').unwrap() + 1..]).replace(',', "")).collect()
}

/// Text without markup.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
    }
    text.replace('\u{a0}', " ")
}

/// The address of the first link of a text.
fn link(html: &str) -> String {
    between(html, "href=\"", "\"").replace("&amp;", "&")
}

fn list<'j>(answer: &'j Json, name: &str) -> &'j [Json] {
    answer[name].as_array().unwrap()
}

#[test]
fn the_page_of_slipped_deadlines_has_the_sums_of_the_api_for_every_place_and_body() {
    let mut client = client();
    let region = client.json("/api/region");
    let told = client.json("/api/slippage");
    let (_, body) = page(&mut client, "/en/slippage");
    let lead = plain(between(&body, "<p class=\"lead\">", "</p>")).replace(',', "");
    let total = &told["total"];
    let sums = format!("deadlines of {} of {} objects slipped", total["slipped"], total["with_deadline"]);
    assert!(lead.contains(&sums), "{lead}");
    let rows = rows(&body);
    for one in list(&told, "municipalities").iter().filter(|one| !one["id"].is_null()) {
        let municipality = list(&region, "municipalities").iter().find(|m| m["id"] == one["id"]).unwrap();
        let address = format!("href=\"/en/slippage?mun={}\"", municipality["slug"].as_str().unwrap());
        let numbers = numbers(rows.iter().find(|row| row.contains(&address)).unwrap());
        let sums = &one["slippage"];
        for (n, name) in
            [(0, "slip_days"), (1, "slipped"), (4, "longest_days"), (5, "moves"), (6, "recurrences")]
        {
            assert_eq!(numbers[n], sums[name].to_string(), "{name} of {}", one["id"]);
        }
    }
    let mut held: Vec<&Json> = list(&told, "bodies").iter().collect();
    held.sort_by_key(|body| -body["ball_in_court"]["days"].as_i64().unwrap());
    let address = format!("resp={}&amp;", held[0]["id"].as_str().unwrap());
    let row = rows.iter().rev().find(|row| row.contains(&address)).unwrap();
    let court = &held[0]["ball_in_court"];
    for (n, name) in [(0, "holds"), (1, "days"), (3, "longest_days"), (4, "problems")] {
        assert_eq!(numbers(row)[n], court[name].to_string(), "{name}");
    }
    assert!(
        list(
            &client.json(&link(row).replace("/en/table?resp", "/ogc/collections/problems/items?responsible")),
            "features"
        )
        .len()
            > 1
    );
}

#[test]
fn the_latest_moves_have_their_reasons_and_lead_to_their_objects_in_both_languages() {
    let mut client = client();
    let (_, body) = page(&mut client, "/slippage?mun=khabarovsk");
    let latest = between(&body, "Последние переносы</h2>", "</table>");
    let moves = rows(between(latest, "<tbody>", "</tbody>"));
    assert!(moves.len() > 5, "{latest}");
    for row in moves.iter().take(5) {
        let id = link(row).replace("/o/", "");
        let card = client.json(&format!("/api/problems/{id}"));
        let days = numbers(row)[0]
            .trim_start_matches('+')
            .split(' ')
            .next()
            .unwrap()
            .replace('−', "-")
            .parse::<i64>()
            .unwrap();
        assert!(
            list(&card["slippage"], "moves").iter().any(|one| one["days"].as_i64() == Some(days)),
            "{row}: {card}"
        );
        let reason = list(&card["slippage"], "moves").iter().rev().find_map(|one| one["reason"].as_str());
        assert!(reason.is_none_or(|code| !row.contains(code)), "a code for words: {row}");
    }
}

#[test]
fn the_sums_of_a_municipality_and_of_a_past_day_are_those_of_the_api() {
    let mut client = client();
    for (address, api) in [
        ("/en/slippage?mun=lazo".to_owned(), "/api/slippage?municipality=lazo".to_owned()),
        (format!("/en/slippage?at={PAST}"), format!("/api/slippage?as_of={PAST}")),
        ("/en/m/lazo".to_owned(), "/api/slippage?municipality=lazo".to_owned()),
    ] {
        let total = client.json(&api)["total"].clone();
        let (_, body) = page(&mut client, &address);
        let slipped = total["slipped"].as_u64().unwrap();
        let sums = if slipped == 0 {
            format!("of {} objects with a deadline none slipped", total["with_deadline"])
        } else {
            format!("deadlines of {slipped} of {} objects slipped", total["with_deadline"])
        };
        // Where it begins a sentence its first letter is large.
        assert!(plain(&body).replace(',', "").contains(&sums[1..]), "{address} lacks {sums}");
    }
}

#[test]
fn every_crowd_on_the_page_is_that_of_the_collection_with_its_overdue_ones() {
    // The region that the other tests share is too thin for crowds.
    let place = tempfile::tempdir().unwrap();
    let data = data_of(&place);
    let sizes = ["--problems", "4000", "--appeals", "100", "--assessments", "100"];
    must(&[&["demo", "--data", path(&data)], &sizes[..]].concat());
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let features = all_features(&mut client, "hotspots", 1_000, "");
    let kind = |kind: &str| features.iter().filter(|f| f["properties"]["kind"] == kind).count();
    let (_, body) = page(&mut client, "/en/hotspots");
    let lead = plain(between(&body, "<p class=\"lead\">", "</p>"));
    assert!(lead.contains(&format!("{} crowds", kind("crowd"))), "{lead}");
    let of_kind = |kind: &str| -> Vec<String> {
        let address = format!("/ogc/collections/hotspots/items/{kind}-");
        rows(&body).into_iter().filter(|row| row.contains(&address)).map(str::to_owned).collect()
    };
    let crowds = of_kind("crowd");
    assert_eq!(crowds.len(), kind("crowd").min(30));
    for row in &crowds {
        let crowd = client.json(&link(row.split("<td class=\"n\"").nth(1).unwrap()));
        let properties = &crowd["properties"];
        assert_eq!(
            numbers(row),
            [&properties["overdue_count"], &properties["point_count"]].map(Json::to_string)
        );
        // Its members are among the objects to which its name leads.
        let objects =
            link(row).replace("/en/table", "/ogc/collections/problems/items").replace("cat=", "category=");
        let objects = client.json(&format!("{objects}&limit=1"))["numberMatched"].as_u64();
        assert!(objects >= properties["point_count"].as_u64(), "{row}");
        assert!(row.contains("href=\"/en?layers=hotspots#map=14/"), "{row}");
    }
    let first = client.json(&link(crowds[0].split("<td class=\"n\"").nth(1).unwrap()));
    let members = first["properties"]["problems"].as_str().unwrap().to_owned();
    let overdue =
        members.split(',').filter(|id| client.json(&format!("/api/problems/{id}"))["overdue"] == true);
    assert_eq!(first["properties"]["overdue_count"], overdue.count());
    for row in of_kind("cell") {
        let cell = client.json(&link(row.split("<td class=\"n\"").nth(1).unwrap()));
        let category = cell["properties"]["category"].as_str().unwrap();
        assert!(row.contains(&format!("<strong>{category}</strong>: ")), "{row}");
        assert!(numbers(&row)[1].starts_with(&format!("{} of ", cell["properties"]["hot_months"])), "{row}");
    }
}

#[test]
fn a_hot_spot_of_a_past_day_is_found_by_its_id_and_that_day() {
    let mut client = client();
    let then = client.json(&format!("/ogc/collections/hotspots/items?limit=1&as_of={PAST}"));
    let id = then["features"][0]["id"].as_str().unwrap();
    let one = client.json(&format!("/ogc/collections/hotspots/items/{id}?as_of={PAST}"));
    assert_eq!(one["properties"], then["features"][0]["properties"]);
    assert_eq!(client.get(&format!("/ogc/collections/hotspots/items/{id}?as_of=tomorrow")).status, 400);
}

#[test]
fn settlements_stand_by_what_is_missing_with_the_numbers_of_the_api() {
    let mut client = client();
    let told = client.json(&format!("/api/silence?as_of={LAST_DAY}"));
    let missing = |row: &Json| row["expected"].as_f64().unwrap() - row["reports"].as_f64().unwrap();
    let mut expected: Vec<&Json> = list(&told, "settlements").iter().collect();
    expected.sort_by(|a, b| missing(b).total_cmp(&missing(a)));
    let (_, body) = page(&mut client, &format!("/en/silence?at={LAST_DAY}"));
    let rows = rows(between(&body, "<tbody>", "</tbody>"));
    assert_eq!(rows.len(), expected.len());
    for (row, own) in rows.iter().zip(&expected) {
        assert!(row.contains(&format!("settlements/items/{}\"", own["id"].as_str().unwrap())), "{row}");
        let numbers = numbers(row);
        assert_eq!([&numbers[1], &numbers[4]], [&own["reports"].to_string(), &own["residents"].to_string()]);
        assert_eq!(row.contains(">silent<"), own["silent"] == true, "{row}");
    }
    let silent = expected.iter().filter(|row| row["silent"] == true).count();
    let lead = plain(between(&body, "<p class=\"lead\">", "</p>"));
    let told_so = if silent == 0 {
        "no settlement is surely silent".to_owned()
    } else {
        format!("surely silent: {silent} of")
    };
    assert!(lead.contains(&told_so), "{lead}");
    let (_, russian) = page(&mut client, "/silence");
    for words in
        ["Где молчат", "молчание не значит, что всё хорошо", "Откуда ожидание и чего оно не знает", "365"]
    {
        assert!(russian.contains(words), "{words}");
    }
}

#[test]
fn a_municipality_tells_of_its_slips_hot_spots_and_silence_and_the_rating_leads_there() {
    let mut client = client();
    let (_, own) = page(&mut client, &format!("/en/m/lazo?at={PAST}"));
    let (_, rating) = page(&mut client, &format!("/rating?at={PAST}"));
    let (_, help) = page(&mut client, "/help");
    for page in ["/slippage", "/hotspots", "/silence"] {
        assert!(own.contains(&format!("href=\"/en{page}?mun=lazo&amp;at={PAST}\"")), "{page}");
        assert!(rating.contains(&format!("href=\"{page}?at={PAST}\"")), "{page}");
        assert!(help.contains(&format!("href=\"{page}\"")), "{page} at the foot of every page");
    }
}
