//! Why a municipality has its rank, what it takes to rise, and what the histories of problems tell.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value as Json;

use crate::appeals::post;
use crate::demo::{all_features, client};
use crate::support::{Server, data_of, small_atlas, text, token};

const DAY: &str = "as_of=2026-06-01";

fn rows(answer: &Json, name: &str) -> Vec<Json> {
    answer[name].as_array().unwrap().clone()
}

fn number(value: &Json) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn a_score_is_made_of_level_and_trend_and_the_seed_of_what_went_in() {
    let ratings = client().json(&format!("/api/ratings?{DAY}"));
    assert_eq!(ratings["method_version"], "2026.3");
    let hash = ratings["inputs_hash"].as_str().unwrap();
    let seed = u64::from_str_radix(&hash[..16], 16).unwrap();
    assert_eq!(ratings["seed"], seed.to_string());
    let mut with_trend = 0;
    for row in rows(&ratings, "municipalities").iter().filter(|row| !row["rank"].is_null()) {
        let level = number(&row["level"]);
        let expected = row["trend"].as_f64().map_or(level, |trend| 0.8 * level + 0.2 * trend);
        assert!((number(&row["score"]) - expected).abs() < 1e-9, "{row}");
        assert_eq!(row["trend"].is_null(), row["p_improved"].is_null());
        with_trend += u32::from(!row["trend"].is_null());
        let ids: Vec<&str> =
            row["indicators"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap()).collect();
        let seven = [
            "on_time_share",
            "pace",
            "overdue_share",
            "reopened_share",
            "answered_share",
            "marks",
            "extended_share",
        ];
        assert_eq!(ids[..7], seven);
        let lost: f64 =
            row["indicators"].as_array().unwrap().iter().map(|i| number(&i["contribution"])).sum();
        assert!((lost - (level - 100.0)).abs() < 1e-6, "{row}");
    }
    assert!(with_trend > 0, "the demo has years before this one");
    let first = &ratings["priors"]["hazards"]["by_age"];
    assert!(first.as_array().unwrap().iter().all(|speed| number(speed) > 0.0));
}

#[test]
fn behind_every_number_stand_as_many_problems_as_it_says_and_the_list_to_rise_is_open_ones() {
    let mut client = client();
    let ratings = client.json(&format!("/api/ratings?{DAY}"));
    let mut ways = 0;
    for row in rows(&ratings, "municipalities") {
        let id = row["id"].as_str().unwrap();
        let why = client.json(&format!("/api/ratings/{id}?{DAY}"));
        for name in ["as_of", "method_version", "seed", "inputs_hash"] {
            assert_eq!(why[name], ratings[name], "{name}");
        }
        let of: HashMap<&str, &Json> = why["indicators"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["id"].as_str().unwrap(), one))
            .collect();
        for evidence in why["evidence"].as_array().unwrap() {
            let name = evidence["indicator"].as_str().unwrap();
            let ids: BTreeSet<&str> =
                evidence["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
            match name {
                "answered_share" => assert!(evidence["records"].as_str().unwrap().contains(id)),
                "marks" => assert!(ids.is_empty()),
                _ => assert_eq!(ids.len() as u64, of[name]["n"].as_u64().unwrap(), "{name} of {id}"),
            }
            let against = evidence["against"].as_array().unwrap();
            assert!(against.iter().all(|id| ids.contains(id.as_str().unwrap())));
        }
        if !row["score"].is_null() {
            assert_eq!(of["on_time_share"]["posterior"].is_null(), of["on_time_share"]["shrunken"].is_null());
        }
        let way = &why["next_tier"];
        if way.is_null() {
            continue;
        }
        ways += 1;
        assert_eq!(way["from"], row["tier"]);
        assert!(number(&way["score_after"]) > number(&way["score"]));
        for problem in way["ids"].as_array().unwrap() {
            let card = client.json(&format!("/api/problems/{}?{DAY}", problem.as_str().unwrap()));
            assert_eq!((&card["municipality"], &card["level"]), (&row["id"], &"municipal".into()));
            assert_eq!(card["resolved_at"], Json::Null);
        }
    }
    println!("{ways} ways to rise");
}

#[test]
fn after_a_write_the_rating_is_that_of_a_process_that_counts_everything_anew() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let mut server = Server::start(&data, &[]);
    let rated = |server: &Server| text(&server.client().get("/api/ratings").body);
    let first = rated(&server);
    for n in 0..3 {
        let body =
            format!(r#"{{"source_id": "{n}", "category": "roads.pothole", "lon": 135.06, "lat": 48.48}}"#);
        post(&server, &token, &body);
        let kept = rated(&server);
        server.stop();
        server = Server::start(&data, &[]);
        assert_eq!(kept, rated(&server));
    }
    assert_eq!(
        json(&first)["as_of"],
        json(&rated(&server))["as_of"],
        "a rating of today is made as of its end"
    );
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_ledger_adds_up_and_agrees_with_the_cards() {
    let mut client = client();
    let ledger = client.json("/api/slippage");
    let sum = |list: &str, name: &str| -> i64 {
        rows(&ledger, list).iter().map(|row| row["slippage"][name].as_i64().unwrap()).sum()
    };
    for name in ["with_deadline", "slipped", "slip_days", "moves", "unexplained_days", "recurrences"] {
        assert_eq!(sum("municipalities", name), ledger["total"][name].as_i64().unwrap(), "{name}");
    }
    let mut slipped = 0;
    let mut days = 0;
    for feature in all_features(&mut client, "problems", 1_000, "") {
        let own = feature["properties"]["slip_days"].as_i64().unwrap_or(0);
        slipped += i64::from(own > 0);
        days += own.max(0);
    }
    assert!(slipped > 0);
    assert_eq!(ledger["total"]["slipped"], slipped);
    assert_eq!(ledger["total"]["slip_days"], days);
    let listed = rows(&ledger, "problems");
    let order: Vec<i64> = listed.iter().map(|row| row["slip_days"].as_i64().unwrap()).collect();
    assert!(order.is_sorted_by(|a, b| a >= b));
    for row in listed.iter().take(10) {
        let card = client.json(&format!("/api/problems/{}", row["id"].as_str().unwrap()));
        assert_eq!(card["slippage"]["moves"], row["moves"]);
        assert_eq!(card["slip_days"], row["slip_days"]);
        let held: i64 =
            card["ball_in_court"].as_array().unwrap().iter().map(|one| one["days"].as_i64().unwrap()).sum();
        assert!(held > 0, "{card}");
    }
    for row in rows(&ledger, "bodies") {
        let court = &row["ball_in_court"];
        assert!(court["holds"].as_i64() <= court["problems"].as_i64(), "{row}");
        assert!(court["longest_days"].as_i64() <= court["days"].as_i64(), "{row}");
    }
}

#[test]
fn one_municipality_s_ledger_is_its_part_of_the_whole() {
    let mut client = client();
    let whole = client.json(&format!("/api/slippage?{DAY}"));
    assert_eq!(client.json(&format!("/api/slippage?{DAY}")), whole, "the same question, the same answer");
    for row in rows(&whole, "municipalities").iter().filter(|row| !row["id"].is_null()).take(4) {
        let id = row["id"].as_str().unwrap();
        let own = client.json(&format!("/api/slippage?{DAY}&municipality={id}"));
        assert_eq!(own["total"], row["slippage"]);
        assert_eq!(own["municipalities"].as_array().unwrap().len(), 1);
    }
    assert_eq!(client.get("/api/slippage?municipality=atlantis").status, 404);
    assert_eq!(client.get("/api/slippage?nonsense=1").status, 400);
}

#[test]
fn what_the_registry_calls_a_recurrence_lies_after_its_first_solution() {
    let mut client = client();
    for pair in rows(&client.json("/api/slippage"), "recurrences").iter().take(20) {
        let card = |client: &mut crate::support::Client, name: &str| {
            client.json(&format!("/api/problems/{}", pair[name].as_str().unwrap()))
        };
        let (new, old) = (card(&mut client, "id"), card(&mut client, "recurrence_of"));
        assert_eq!(new["category"], old["category"]);
        assert!(old["resolved_at"].as_str().unwrap() < new["registered_at"].as_str().unwrap());
    }
}
