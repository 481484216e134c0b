//! Why a municipality has its rank, what it takes to rise.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value as Json;

use crate::demo::client;

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
    assert_eq!(ratings["method_version"], "2026.2");
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
