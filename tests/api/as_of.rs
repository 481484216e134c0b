//! An answer about a past day is the same for ever: for any number of threads, after later writes and after a restart.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value as Json;

use crate::support::{Chance, Server, atlas, data_of, must, path};

const DAY: &str = "as_of=2026-06-01";

/// Everything that may be asked about a past day.
const QUESTIONS: [&str; 8] = [
    "/api/ratings",
    "/api/ratings/MUN-27-01",
    "/api/burden",
    "/api/stats?by=municipality,status",
    "/api/slippage",
    "/api/sensitivity",
    "/api/silence",
    "/ogc/collections/problems/items?limit=1000&f=geojsonseq",
];

/// Municipal problems of two cities; told a second time they are other than before, and there are more of them.
fn problems(again: bool) -> String {
    let mut chance = Chance(3);
    let mut csv =
        "source_id,title,category,lon,lat,status,severity,level,registered_at,baseline_due,resolved_at,cost_rub\n"
            .to_owned();
    for n in 0..if again { 240 } else { 200 } {
        let (lon, lat) = [(135.06, 48.48), (137.01, 50.55)][n % 2];
        let registered = if n < 200 {
            jiff::civil::date(2024, 6, 1) + jiff::Span::new().days(chance.below(600) as i64)
        } else {
            jiff::civil::date(2026, 6, 2)
        };
        let due = registered + jiff::Span::new().days(100);
        let solved = registered + jiff::Span::new().days(10 + chance.below(200) as i64);
        let is_solved = chance.below(2) == 0 && solved < jiff::civil::date(2026, 5, 1);
        let (status, solved) = match (is_solved, again) {
            (true, _) => ("resolved", solved.to_string()),
            (false, true) => ("resolved", "2026-10-01".to_owned()),
            (false, false) => ("in_work", String::new()),
        };
        let (severity, cost) = if again { (5, 9_000_000) } else { (2, 100_000) };
        writeln!(
            csv,
            "{n},Problem {n},roads.pothole,{lon},{lat},{status},{severity},municipal,{registered},{due},{solved},{cost}"
        )
        .unwrap();
    }
    csv
}

fn appeals(again: bool) -> String {
    let mut csv = "source_id,category,lon,lat,received_at,answered_at\n".to_owned();
    for n in 0..60 {
        let answered = if n % 3 == 0 || again { "2026-04-20" } else { "" };
        writeln!(csv, "{n},yards,135.06,48.48,2026-04-{:02},{answered}", 1 + n % 20).unwrap();
    }
    csv
}

fn marks(month: u32) -> String {
    let mut csv = "municipality,criterion,mark,given_at\n".to_owned();
    for n in 0..30 {
        writeln!(csv, "MUN-27-01,openness,{},2026-{month:02}-{:02}", 1 + n % 5, 1 + n % 28).unwrap();
    }
    csv
}

fn import(data: &Path, kind: &str, rows: &str) {
    let file = data.with_extension(format!("{kind}.csv"));
    std::fs::write(&file, rows).unwrap();
    must(&["import", kind, path(&file), "--data", path(data)]);
}

/// What is answered, byte by byte.
fn answers(data: &Path, threads: &str) -> Vec<String> {
    let server = Server::start_in(data, &[], &[("RAYON_NUM_THREADS", threads)]);
    let mut client = server.client();
    let answers = QUESTIONS.map(|question| {
        let and = if question.contains('?') { '&' } else { '?' };
        let answer = client.get(&format!("{question}{and}{DAY}"));
        assert_eq!(answer.status, 200, "{question}");
        crate::support::text(&answer.body)
    });
    server.assert_log_is_clean();
    server.stop();
    answers.into()
}

fn printed(data: &Path, threads: &str) -> Vec<u8> {
    let arguments = ["ratings", "--data", path(data), "--as-of", "2026-06-01", "--format", "json"];
    let output = atlas().args(arguments).env("RAYON_NUM_THREADS", threads).output().unwrap();
    assert!(output.status.success(), "{}", crate::support::text(&output.stderr));
    output.stdout
}

#[test]
fn answers_about_a_past_day_stay_as_they_are_whatever_is_written_later() {
    let place = tempfile::tempdir().unwrap();
    let data = data_of(&place);
    import(&data, "problems", &problems(false));
    import(&data, "appeals", &appeals(false));
    import(&data, "assessments", &marks(4));
    let (first, told) = (answers(&data, "1"), printed(&data, "1"));
    for (question, (one, two)) in QUESTIONS.iter().zip(first.iter().zip(&answers(&data, "2"))) {
        assert_eq!(one, two, "{question} on two threads");
    }
    assert_eq!(told, printed(&data, "2"), "the command on two threads");
    assert_eq!(
        serde_json::from_slice::<Json>(&told).unwrap(),
        serde_json::from_str::<Json>(&first[0]).unwrap(),
        "the command and the address"
    );
    for (question, answer) in QUESTIONS.iter().zip(&first).take(4) {
        let answer: Json = serde_json::from_str(answer).unwrap();
        let hash = answer["inputs_hash"].as_str().unwrap_or_else(|| panic!("{question}: {answer}"));
        let seed = u64::from_str_radix(&hash[..16], 16).unwrap();
        assert_eq!(answer["seed"], seed.to_string(), "{question}");
        assert_eq!(answer["method_version"].as_str().map(|v| &v[..4]), Some("2026"), "{question}");
    }
    // The sources correct what they said, and tell of more.
    import(&data, "problems", &problems(true));
    import(&data, "appeals", &appeals(true));
    import(&data, "assessments", &marks(10));
    for (question, (before, after)) in QUESTIONS.iter().zip(first.iter().zip(&answers(&data, "2"))) {
        assert_eq!(before, after, "{question} after later writes");
    }
    assert_eq!(told, printed(&data, "1"), "the command after later writes");
}

/// The rating of today, from the command line.
fn rated(data: &Path) -> Json {
    let output = must(&["ratings", "--data", path(data), "--format", "json"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn of_municipality(ratings: &Json, id: &str) -> Json {
    let rows = ratings["municipalities"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == id).unwrap();
    serde_json::json!([row["level"], row["score"], row["tier"], row["indicators"]])
}

/// Late solutions in the second city alone.
fn late_elsewhere() -> String {
    let mut csv =
        "source_id,title,category,lon,lat,status,severity,level,registered_at,baseline_due,resolved_at,cost_rub\n"
            .to_owned();
    for n in 0..150 {
        writeln!(
            csv,
            "new-{n},Problem,roads.pothole,137.01,50.55,resolved,2,municipal,2025-12-01,2026-01-15,2026-04-{:02},100000",
            1 + n % 28
        )
        .unwrap();
    }
    csv
}

#[test]
fn with_published_priors_a_municipality_does_not_move_when_only_others_do() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    import(&data, "problems", &problems(false));
    let free = rated(&data);
    assert_eq!(free["priors"]["version"], Json::Null);
    let told = must(&["priors", "--data", path(&data), "--as-of", "2026-06-01"]);
    assert!(crate::support::text(&told.stderr).contains("2026-06-01"));
    let held = rated(&data);
    assert_eq!(held["priors"]["version"], "2026-06-01");
    assert_ne!(held["inputs_hash"], free["inputs_hash"], "what is held is an input");
    let again = crate::support::run(&["priors", "--data", path(&data)]);
    assert_eq!(again.status.code(), Some(2), "a period has one set of priors");

    import(&data, "problems", &late_elsewhere());
    let after = rated(&data);
    assert_ne!(of_municipality(&after, "MUN-27-02"), of_municipality(&held, "MUN-27-02"));
    assert_eq!(of_municipality(&after, "MUN-27-01"), of_municipality(&held, "MUN-27-01"));
    assert_eq!(after["priors"], held["priors"]);

    let (backup, restored) = (place.path().join("backup"), place.path().join("restored"));
    must(&["backup", "--data", path(&data), "-o", path(&backup)]);
    must(&["restore", path(&backup), "--data", path(&restored)]);
    assert_eq!(rated(&restored), after, "priors are part of a backup");
    std::fs::remove_dir_all(restored.join("priors")).unwrap();
    let without = rated(&restored);
    assert_ne!(of_municipality(&without, "MUN-27-01"), of_municipality(&after, "MUN-27-01"));
}
