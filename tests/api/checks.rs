//! Checks of the rating by itself, and settlements from which little is heard.

use serde_json::Value as Json;

use crate::demo::{all_features, client};

fn rows<'a>(answer: &'a Json, name: &str) -> &'a Vec<Json> {
    answer[name].as_array().unwrap()
}

#[test]
fn the_sensitivity_of_a_rating_belongs_to_it_and_the_federal_style_series_is_labelled() {
    let mut client = client();
    let ratings = client.json("/api/ratings?as_of=2026-06-01");
    let checks = client.json("/api/sensitivity?as_of=2026-06-01");
    assert_eq!(client.json("/api/sensitivity?as_of=2026-06-01"), checks);
    for name in ["as_of", "method_version", "seed", "inputs_hash"] {
        assert_eq!(checks[name], ratings[name], "{name}");
    }
    assert_eq!(rows(&checks, "drop_one").len(), 7);
    for row in rows(&checks, "drop_one") {
        assert!(row["spearman"].as_f64().is_none_or(|rho| (-1.0..=1.0).contains(&rho)), "{row}");
    }
    let series = &checks["federal_style"];
    assert_eq!(series["is_the_rating_of_the_atlas"], false);
    assert_eq!(rows(series, "municipalities").len(), 19);
    for row in rows(series, "municipalities") {
        assert!(row["k"].as_f64().is_none_or(|k| (0.0..=1.0).contains(&k)), "{row}");
    }
    assert!(!rows(&checks, "funnels").is_empty());
    for funnel in rows(&checks, "funnels") {
        for row in rows(funnel, "municipalities") {
            let wide = |name: &str| row[name][1].as_f64().unwrap() - row[name][0].as_f64().unwrap();
            assert!(wide("limits_95") <= wide("limits_998"));
            assert!(
                row["outside"] == false || row["outside_naive"] == true,
                "corrected limits are wider: {row}"
            );
        }
    }
    assert_eq!(client.get("/api/sensitivity?nonsense=1").status, 400);
}

#[test]
fn reports_of_the_year_are_those_of_the_settlements_and_of_elsewhere() {
    let mut client = client();
    let silence = client.json("/api/silence?as_of=2026-06-01");
    let heard: u64 = rows(&silence, "settlements").iter().map(|row| row["reports"].as_u64().unwrap()).sum();
    let appeals = all_features(
        &mut client,
        "appeals",
        1_000,
        "as_of=2026-06-01&registered_from=2025-06-03&registered_to=2026-05-31",
    );
    let all = heard + silence["reports_elsewhere"].as_u64().unwrap();
    assert!(all >= appeals.len() as u64 && all > 0, "{all} of {}", appeals.len());
    for row in rows(&silence, "settlements") {
        let [low, high] = [0, 1].map(|n| row["interval"][n].as_f64().unwrap());
        let ratio = row["ratio"].as_f64().unwrap();
        assert!(low <= ratio && ratio <= high, "{row}");
        assert_eq!(row["silent"], high < 0.5, "{row}");
    }
    assert_eq!(client.get("/api/silence?nonsense=1").status, 400);
}
