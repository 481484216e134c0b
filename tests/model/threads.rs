//! The number of threads changes no answer.

use std::path::Path;

use crate::support::{Server, atlas, must, path, text};

const THREADS: [&str; 2] = ["1", "3"];

/// Runs a command with so many threads and returns what it prints.
fn with_threads(threads: &str, arguments: &[&str]) -> Vec<u8> {
    let output = atlas().env("RAYON_NUM_THREADS", threads).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    output.stdout
}

fn journal(data: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> =
        std::fs::read_dir(data.join("journal")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_with_any_number_of_threads() {
    let _alone = crate::alone();
    let place = tempfile::tempdir().unwrap();
    let make = |threads: &str| {
        let data = place.path().join(threads);
        let sizes = ["--problems", "700", "--appeals", "3000", "--assessments", "900"];
        with_threads(threads, &[&["demo", "--data", path(&data)], &sizes[..]].concat());
        data
    };
    let made = THREADS.map(make);
    assert!(journal(&made[0]) == journal(&made[1]), "the journals differ");
    for command in [
        vec!["export", "problems"],
        vec!["export", "appeals", "--format", "csv"],
        vec!["ratings", "--as-of", "2026-06-01", "--format", "json"],
    ] {
        let answers =
            [0, 1].map(|n| with_threads(THREADS[n], &[&command[..], &["--data", path(&made[n])]].concat()));
        assert!(answers[0] == answers[1], "{command:?} differs");
    }
    let answers = [0, 1].map(|n| {
        let server = Server::start_in(&made[n], &[], &[("RAYON_NUM_THREADS", THREADS[n])]);
        let mut client = server.client();
        let paths = [
            "/api/stats?by=category,status&as_of=2026-01-01",
            "/api/ratings?as_of=2026-06-01",
            "/api/burden?as_of=2026-06-01",
            "/tiles/problems/5/28/11.mvt?as_of=2026-01-01",
            "/tiles/problems/8/224/88.mvt",
            "/tiles/appeals/11/1792/708.mvt",
            "/tiles/heat/7/112/44.png",
            "/tiles/appeals-heat/7/112/44@2x.png",
            "/ogc/collections/appeals/items?f=csv&limit=5000&status=open",
        ];
        paths.map(|path| (path, client.get(path).body))
    });
    for (one, two) in answers[0].iter().zip(&answers[1]) {
        assert!(one.1 == two.1, "{} differs", one.0);
        assert!(!one.1.is_empty(), "{} is empty", one.0);
    }
}

#[test]
fn a_file_is_imported_alike_with_any_number_of_threads() {
    let _alone = crate::alone();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("problems.csv");
    let mut csv = "source_id,title,category,lon,lat\n".to_owned();
    for n in 0..30_000 {
        // Every seventh is bad, every fifth comes twice, one category in a hundred is new.
        let lon = if n % 7 == 0 { 999.0 } else { 134.0 + f64::from(n % 700) / 100.0 };
        let id = if n % 5 == 0 { n / 2 } else { n };
        csv.push_str(&format!(
            "{id},Problem {n},{},{lon},48.5\n",
            ["roads", "New one", "yards"][(n / 100 % 3) as usize]
        ));
    }
    std::fs::write(&file, csv).unwrap();
    let import = |threads: &str| {
        let (data, report) = (place.path().join(threads), place.path().join(format!("{threads}.json")));
        let output = atlas()
            .env("RAYON_NUM_THREADS", threads)
            .args(["import", "problems", path(&file), "--data", path(&data), "--report", path(&report)])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3));
        let exported = text(&must(&["export", "problems", "--data", path(&data), "--format", "csv"]).stdout);
        // The moment of the import stands in one column.
        let rows: Vec<Vec<String>> = csv::Reader::from_reader(exported.as_bytes())
            .deserialize::<std::collections::BTreeMap<String, String>>()
            .map(|row| {
                row.unwrap()
                    .into_iter()
                    .filter(|(name, _)| name != "updated_at")
                    .map(|(_, cell)| cell)
                    .collect()
            })
            .collect();
        (rows, std::fs::read_to_string(report).unwrap())
    };
    let [one, many] = THREADS.map(import);
    assert_eq!(one.0.len(), many.0.len());
    assert!(one.0 == many.0, "the problems differ");
    assert_eq!(one.1, many.1, "the reports differ");
}
