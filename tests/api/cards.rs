//! JSON for the page and for programs: cards with their history, statistics, ratings, burdens, and the service itself.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::demo::{APPEALS, PROBLEMS, all_features, client, demo, filter, matched, words};
use crate::support::{Chance, Server, data_of, small_atlas, text};

#[test]
fn a_card_holds_the_list_s_properties_and_the_history_from_the_first_event_on() {
    let mut client = client();
    for feature in all_features(&mut client, "problems", 200, "status=resolved").iter().take(25) {
        let id = feature["id"].as_str().unwrap();
        let card = client.json(&format!("/api/problems/{id}"));
        for (name, value) in feature["properties"].as_object().unwrap() {
            if name != "quality" {
                let equal =
                    card[name] == *value || (value.is_number() && card[name].as_f64() == value.as_f64());
                assert!(equal, "{name} of {id}: {} and {value}", card[name]);
            }
        }
        assert_eq!(card["geometry"], feature["geometry"]);
        let events = card["events"].as_array().unwrap();
        assert_eq!(client.json(&format!("/api/problems/{id}/events"))["events"], card["events"]);
        assert!(!events.is_empty(), "{id}");
        let seqs: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]), "{seqs:?}");
        let mut status = None;
        for event in events {
            assert_eq!(event["hash"].as_str().unwrap().len(), 64);
            assert!(event.get("actor").is_none() && event.get("role").is_none(), "never who: {event}");
            if event["kind"] == "status_changed" {
                if let Some(before) = status {
                    assert_eq!(&event["from"], before, "{id}: states follow one another");
                }
                status = Some(&event["to"]);
            }
        }
        if let Some(last) = status {
            assert_eq!(last, &card["status"], "{id}");
        }
    }
}

#[test]
fn moved_deadlines_are_counted_and_the_baseline_stays() {
    let mut client = client();
    let mut moved = 0;
    for feature in all_features(&mut client, "problems", 1_000, "") {
        if feature["properties"]["slip_days"].as_i64().is_none_or(|days| days == 0) {
            continue;
        }
        let card = client.json(&format!("/api/problems/{}", feature["id"].as_str().unwrap()));
        let moves: Vec<&Json> =
            card["events"].as_array().unwrap().iter().filter(|e| e["kind"] == "due_moved").collect();
        assert_eq!(card["extension_count"].as_u64().unwrap(), moves.len() as u64);
        assert!(moves.len() <= 2, "at most two extensions");
        assert_eq!(moves.first().unwrap()["from"], card["baseline_due"]);
        assert_eq!(moves.last().unwrap()["to"], card["current_due"]);
        moved += 1;
        if moved == 15 {
            return;
        }
    }
    assert!(moved > 0);
}

#[test]
fn a_card_as_of_an_earlier_day_knows_nothing_of_what_came_later() {
    let mut client = client();
    let resolved = all_features(&mut client, "problems", 1_000, "status=resolved&registered_from=2023-01-01");
    for feature in resolved.iter().take(10) {
        let id = feature["id"].as_str().unwrap();
        let registered = feature["properties"]["registered_at"].as_str().unwrap();
        let then = client.json(&format!("/api/problems/{id}?as_of={registered}"));
        assert_ne!(then["status"], "resolved", "{id}");
        assert_eq!(then["resolved_at"], Json::Null);
        let later = then["events"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["effective_at"].as_str().unwrap() > registered);
        assert!(later.is_none(), "{id}: {later:?}");
        assert_eq!(client.get(&format!("/api/problems/{id}?as_of=1990-01-01")).status, 404);
    }
}

#[test]
fn the_groups_of_any_statistic_sum_to_its_total_and_to_the_number_matched() {
    let mut client = client();
    let words = words(&mut client);
    let mut chance = Chance(8);
    for round in 0..30 {
        let by = [
            "category",
            "sphere",
            "status",
            "municipality",
            "month",
            "category,status",
            "municipality,sphere",
        ][round % 7];
        let of_appeals = round % 3 == 2;
        let layer = if of_appeals { "appeals" } else { "problems" };
        let filter = filter(&mut chance, &words, of_appeals);
        let stats = client.json(&format!("/api/stats?layer={layer}&by={by}&{filter}"));
        let columns = ["count", "open", "overdue", "resolved", "cost_known"];
        for column in columns.into_iter().take(if of_appeals { 4 } else { 5 }) {
            let groups = stats["groups"].as_array().unwrap();
            let sum: u64 = groups.iter().map(|group| group[column].as_u64().unwrap()).sum();
            assert_eq!(sum, stats["total"][column].as_u64().unwrap(), "{column} by {by} of {filter}");
        }
        assert_eq!(stats["total"]["count"], matched(&mut client, layer, &filter), "{layer} {filter}");
        assert_eq!(stats["total"]["cost_known"].is_null(), of_appeals, "appeals have no costs");
    }
    // Everything by everything is more than anybody reads; what is refused says how many may be had.
    let all = "category,status,municipality,month,month_closed,month_due";
    let many = client.get(&format!("/api/stats?layer=appeals&by={all}"));
    assert!(many.status == 200 || many.json()["parameter"] == "by", "{}", text(&many.body));
    for (layer, by) in [("problems", "status"), ("appeals", "status"), ("appeals", "category")] {
        let groups = client.json(&format!("/api/stats?layer={layer}&by={by}"))["groups"].clone();
        let mut listed: BTreeMap<String, u64> = BTreeMap::new();
        for feature in all_features(&mut client, layer, 1_000, "") {
            *listed.entry(feature["properties"][by].as_str().unwrap().to_owned()).or_default() += 1;
        }
        let counted: BTreeMap<String, u64> = groups
            .as_array()
            .unwrap()
            .iter()
            .map(|group| (group[by].as_str().unwrap().to_owned(), group["count"].as_u64().unwrap()))
            .collect();
        assert_eq!(counted, listed, "{layer} by {by}");
    }
}

#[test]
fn ratings_have_an_interval_around_every_rank_and_their_parts_explain_them() {
    let mut client = client();
    let ratings = client.json("/api/ratings?as_of=2026-06-01");
    assert_eq!(client.json("/api/ratings?as_of=2026-06-01"), ratings, "the same question, the same answer");
    for member in ["as_of", "method_version", "seed", "inputs_hash"] {
        assert!(!ratings[member].is_null(), "{member}");
    }
    let rows = ratings["municipalities"].as_array().unwrap();
    assert_eq!(rows.len(), 19);
    for row in rows.iter().filter(|row| !row["rank"].is_null()) {
        let (rank, low, high) = (
            &row["rank"],
            row["rank_interval"][0].as_u64().unwrap(),
            row["rank_interval"][1].as_u64().unwrap(),
        );
        assert!(low <= high && rank.as_u64().unwrap() >= 1, "{row}");
        for share in ["p_top3", "p_bottom3"] {
            assert!((0.0..=1.0).contains(&row[share].as_f64().unwrap()));
        }
        assert!((0.0..=100.0).contains(&row["score"].as_f64().unwrap()), "{row}");
        let weights: f64 =
            row["indicators"].as_array().unwrap().iter().map(|one| one["weight"].as_f64().unwrap()).sum();
        assert!((weights - 1.0).abs() < 1e-6, "{row}");
        let id = row["id"].as_str().unwrap();
        let why = client.json(&format!("/api/ratings/{id}?as_of=2026-06-01"));
        assert_eq!(
            (&why["score"], &why["rank"], &why["inputs_hash"]),
            (&row["score"], rank, &ratings["inputs_hash"])
        );
        for evidence in why["evidence"].as_array().unwrap() {
            let ids = evidence["ids"].as_array().unwrap();
            if let Some(first) = ids.first() {
                assert_eq!(
                    client.json(&format!("/api/problems/{}", first.as_str().unwrap()))["municipality"],
                    id
                );
            }
        }
    }
    for row in rows.iter().filter(|row| row["rank"].is_null()) {
        assert!(row["missing_weight"].as_f64().unwrap() > 0.4 || row["score"].is_null(), "{row}");
    }
}

#[test]
fn burdens_of_municipalities_sum_to_the_region_s() {
    let mut client = client();
    let burden = client.json("/api/burden?as_of=2026-06-01");
    let rows = burden["municipalities"].as_array().unwrap();
    assert_eq!(rows.len(), 19);
    let open: f64 = rows.iter().filter_map(|row| row["open"].as_f64()).sum();
    assert_eq!(Some(open), burden["total"]["open"].as_f64(), "{burden}");
}

#[test]
fn the_region_says_what_a_page_needs_and_that_its_data_are_invented() {
    let mut client = client();
    let region = client.json("/api/region");
    assert_eq!(region["municipalities"].as_array().unwrap().len(), 19);
    assert!(region["categories"].as_array().unwrap().len() > 30);
    let page = client.json("/ogc/collections/problems/items?limit=1");
    assert!(page["notice"]["ru"].as_str().is_some_and(|notice| !notice.is_empty()));
    let small = small_atlas();
    let server = Server::start(&data_of(&small), &[]);
    let real = server.client().json("/ogc/collections/problems/items?limit=1");
    assert!(real.get("notice").is_none(), "real data carry no such notice");
}

#[test]
fn the_service_says_that_it_lives_that_it_can_work_and_what_it_counted() {
    let mut client = client();
    let alive = client.get("/healthz");
    assert_eq!((alive.status, text(&alive.body).trim()), (200, "ok"));
    let ready = client.json("/readyz");
    assert_eq!((&ready["reads"], &ready["writes"]), (&"ready".into(), &"ready".into()));
    client.get("/api/nowhere-at-all");
    client.get("/tiles/problems/5/27/10.mvt");
    let metrics = client.get("/metrics");
    let counted = text(&metrics.body);
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain"));
    assert!(counted.contains(&format!("atlas_problems {PROBLEMS}")), "{counted}");
    assert!(counted.contains(&format!("atlas_appeals {APPEALS}")));
    assert!(counted.contains("atlas_requests_total{route=\"/tiles/{layer}/{z}/{x}/{file}\",status=\"200\"}"));
    assert!(!counted.contains("nowhere-at-all"), "addresses are no labels");
    assert!(counted.lines().count() < 1_000);
}

#[test]
fn reading_leaves_no_warning_in_the_log() {
    let mut client = client();
    for path in ["/", "/api/region", "/api/stats?by=month", "/nowhere", "/api/stats?x=1"] {
        client.get(path);
    }
    demo().server.assert_log_is_clean();
}
