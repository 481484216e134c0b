//! The page of the rating and why a municipality has its place: the same numbers as the API gives, with the way to the objects.

use serde_json::Value as Json;

use crate::demo::client;
use crate::pages::{between, page};
use crate::support::Client;

/// The rating with the slug of each municipality.
fn rated(client: &mut Client) -> Vec<(String, Json)> {
    let region = client.json("/api/region");
    let slug = |id: &Json| {
        let all = region["municipalities"].as_array().unwrap();
        all.iter().find(|m| &m["id"] == id).unwrap()["slug"].as_str().unwrap().to_owned()
    };
    let ratings = client.json("/api/ratings");
    ratings["municipalities"].as_array().unwrap().iter().map(|r| (slug(&r["id"]), r.clone())).collect()
}

/// Slugs of the rows in their order.
fn order(body: &str) -> Vec<String> {
    let rows = body.split("<th scope=\"row\"><a href=\"/en/m/").skip(1);
    rows.map(|row| row.split(['"', '?']).next().unwrap().to_owned()).collect()
}

/// A number as the page writes it in English.
fn told(number: f64) -> String {
    let fixed = format!("{:.1}", (number.abs() * 10.0).round() / 10.0);
    let plain = fixed.trim_end_matches(".0");
    if number < 0.0 && plain != "0" { format!("−{plain}") } else { plain.to_owned() }
}

#[test]
fn every_row_opens_to_why_it_stands_there_with_the_numbers_of_the_api() {
    let mut client = client();
    let rated = rated(&mut client);
    let (_, body) = page(&mut client, "/en/rating");
    for (slug, rating) in &rated {
        let row = between(&body, &format!("<a href=\"/en/m/{slug}\">"), "</details>");
        let why = &row[row.find("<details").unwrap()..];
        for indicator in
            rating["indicators"].as_array().unwrap().iter().filter(|row| row["weight"].as_f64() > Some(0.0))
        {
            let lost = told(indicator["contribution"].as_f64().unwrap());
            let weight = format!("{}%", told((indicator["weight"].as_f64().unwrap() * 100.0).round()));
            for number in [lost, weight] {
                assert!(
                    why.contains(&format!(">{number}</a>")),
                    "{slug}, {}: no {number} in {why}",
                    indicator["id"]
                );
            }
        }
        assert!(why.contains(&format!("href=\"/en/table?mun={slug}&amp;status=overdue\"")), "{slug}");
        assert!(why.contains("<svg class=\"chart level\"") || rating["score"].is_null(), "{slug}");
        // The same on its own page, with the way up where there is one.
        let (_, own) = page(&mut client, &format!("/en/m/{slug}"));
        assert!(own.contains("class=\"stack decomposition\""), "{slug}");
        let next = client.json(&format!("/api/ratings/{slug}"))["next_tier"].clone();
        assert_eq!(own.contains("To rise to tier"), !next.is_null(), "{slug}");
        if let Some(id) = next["ids"][0].as_str() {
            assert!(own.contains(&format!("href=\"/en/o/{id}\"")), "{slug}");
        }
    }
}

#[test]
fn the_table_of_the_rating_is_sorted_as_its_address_and_its_heading_say() {
    let mut client = client();
    let rated = rated(&mut client);
    let raw = |rating: &Json, id: &str| {
        let rows = rating["indicators"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == id).and_then(|row| row["raw"].as_f64())
    };
    let burden = client.json("/api/burden");
    let cost = |rating: &Json| {
        let rows = burden["municipalities"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == rating["id"]).and_then(|row| row["cost_rub"].as_f64())
    };
    for (word, value) in [
        ("rank", &(|r: &Json| r["rank"].as_f64()) as &dyn Fn(&Json) -> Option<f64>),
        ("score", &|r| r["score"].as_f64()),
        ("overdue_share", &|r| raw(r, "overdue_share")),
        ("median_days", &|r| raw(r, "median_days")),
        ("cost", &cost),
    ] {
        for (minus, direction) in [("", "ascending"), ("-", "descending")] {
            let (_, body) = page(&mut client, &format!("/en/rating?sort={minus}{word}"));
            assert_eq!(body.matches("aria-sort=").count(), 1);
            let heading = between(&body, &format!("aria-sort=\"{direction}\""), "</th>");
            let turned = if minus == "-" { format!("?sort={word}\"") } else { format!("?sort=-{word}\"") };
            assert!(heading.contains(&turned) || (word == "rank" && minus == "-"), "{heading}");
            let values: Vec<Option<f64>> = order(&body)
                .iter()
                .map(|slug| value(&rated.iter().find(|(own, _)| own == slug).unwrap().1))
                .collect();
            assert_eq!(values.len(), rated.len(), "every municipality has one row");
            let known: Vec<f64> = values.iter().flatten().copied().collect();
            assert!(
                known.windows(2).all(|p| if minus == "-" { p[0] >= p[1] } else { p[0] <= p[1] }),
                "{known:?}"
            );
            assert!(values[..known.len()].iter().all(Option::is_some), "what is unknown is last");
        }
    }
}

#[test]
fn the_row_that_is_asked_for_stands_on_top_and_is_open() {
    let mut client = client();
    let last = rated(&mut client).last().unwrap().0.clone();
    let (_, body) = page(&mut client, &format!("/en/rating?mun={last}"));
    assert_eq!(order(&body)[0], last);
    assert_eq!(order(&body).iter().filter(|slug| **slug == last).count(), 1);
    assert_eq!(body.matches("<details open").count(), 1);
    assert!(between(&body, "<tbody class=\"own\">", "</tbody>").contains(&format!("/en/m/{last}")));
    assert_eq!(client.get("/rating?mun=atlantis").status, 404);
    assert!(body.contains(&format!("<option value=\"{last}\" selected")));
    // The rating is put on other sites from here.
    let (_, builder) = page(&mut client, "/en/embed-builder?mode=rating");
    assert!(body.contains("href=\"/en/embed-builder?mode=rating\"") && builder.contains("mode=rating"));
}
