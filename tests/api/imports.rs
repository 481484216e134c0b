//! `atlas import`: exit codes, the report row by row, the same file twice, mappings, encodings, places in every spelling.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value as Json;

use crate::support::{Server, atlas, must, path, run, small_problems, text};

/// A place for files, with an empty atlas to be.
pub struct Bench {
    place: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { place: tempfile::tempdir().unwrap() }
    }

    pub fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.place.path().join(name);
        std::fs::write(&file, content).unwrap();
        file
    }

    /// Imports a file; returns how the command ended and its report, when there is one.
    pub fn import(&self, kind: &str, file: &Path, more: &[&str]) -> (Output, Json) {
        let (data, report) = (self.data(), self.place.path().join("report.json"));
        let _ = std::fs::remove_file(&report);
        let own = ["import", kind, path(file), "--data", path(&data), "--report", path(&report)];
        let output = run(&[&own, more].concat());
        assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
        let report = std::fs::read(&report).ok().map_or(Json::Null, |b| serde_json::from_slice(&b).unwrap());
        (output, report)
    }

    /// Imports a file that must end with an exit code; returns accepted, updated, unchanged, rejected and the report.
    pub fn counts(&self, kind: &str, file: &Path, more: &[&str], code: i32) -> ([u64; 4], Json) {
        let (output, report) = self.import(kind, file, more);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
        let count = |name: &str| report[name].as_u64().unwrap();
        (["accepted", "updated", "unchanged", "rejected"].map(count), report)
    }

    pub fn exported(&self, collection: &str) -> Vec<Json> {
        let output = must(&["export", collection, "--data", path(&self.data())]);
        let json: Json = serde_json::from_slice(&output.stdout).unwrap();
        json["features"].as_array().unwrap().clone()
    }

    /// All bytes of the journal.
    pub fn journal(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = std::fs::read_dir(self.data().join("journal")).unwrap();
        entries.map(|e| e.unwrap().path()).map(|p| (p.clone(), std::fs::read(p).unwrap())).collect()
    }
}

/// Rule, field and value of each rejection, by row.
fn rejections(report: &Json) -> Vec<(u64, String, String, String)> {
    let text = |one: &Json, name: &str| one[name].as_str().unwrap().to_owned();
    let list = report["rejections"].as_array().unwrap();
    list.iter()
        .map(|one| (one["row"].as_u64().unwrap(), text(one, "field"), text(one, "rule"), text(one, "got")))
        .collect()
}

fn warnings(report: &Json) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for warning in report["warnings"].as_array().unwrap() {
        *counts.entry(warning["rule"].as_str().unwrap().to_owned()).or_default() +=
            warning["count"].as_u64().unwrap();
    }
    counts
}

#[test]
fn good_rows_go_in_and_each_bad_one_is_told_with_row_field_rule_and_value() {
    let bench = Bench::new();
    let file = bench.file(
        "roads.csv",
        "source_id,title,category,lon,lat,status,severity,registered_at\n\
         1,Good,roads,135.06,48.48,registered,3,2025-01-10\n\
         2,Far,roads,535.06,48.48,registered,3,2025-01-10\n\
         3,,,135.06,48.48,registered,3,2025-01-10\n\
         4,Day,roads,135.06,48.48,registered,9,32.13.2025\n\
         ,No id,roads,135.06,48.48,registered,3,2025-01-10\n\
         6,Sleeping,roads,135.06,48.48,sleeping,3,2025-01-10\n\
         7,Good too,roads,135.07,48.49,in_work,,\n\
         8,Short row\n",
    );
    let rejects = bench.file("rejects.csv", "");
    let ([accepted, updated, unchanged, rejected], report) =
        bench.counts("problems", &file, &["--rejects", path(&rejects)], 3);
    assert_eq!([accepted, updated, unchanged, rejected], [2, 0, 0, 6]);
    let told = rejections(&report);
    let has = |row: u64, field: &str, rule: &str, got: &str| {
        let one = (row, field.to_owned(), rule.to_owned(), got.to_owned());
        assert!(told.contains(&one), "{one:?} is not in {told:?}");
    };
    has(2, "geometry", "coordinates_out_of_range", "535.06 48.48");
    has(3, "title", "title_missing", "");
    has(4, "severity", "severity_not_allowed", "9");
    has(4, "registered_at", "date_unreadable", "32.13.2025");
    has(5, "source_id", "source_id_missing", "");
    has(6, "status", "status_unknown", "sleeping");
    assert!(told.iter().any(|(row, _, rule, _)| (*row, rule.as_str()) == (8, "wrong_number_of_fields")));
    assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0), "in the order of the file");
    let all = std::fs::read_to_string(&rejects).unwrap();
    assert_eq!(all.lines().count(), told.len() + 1, "{all}");
    assert_eq!(bench.exported("problems").len(), 2);
}

#[test]
fn all_rejections_are_counted_and_written_although_only_a_thousand_are_listed() {
    let bench = Bench::new();
    let mut csv = "source_id,title,lon,lat\n0,Good,135.06,48.48\n".to_owned();
    (1..=2_500).for_each(|n| csv.push_str(&format!("{n},Bad,999,48.48\n")));
    let (file, rejects) = (bench.file("bad.csv", csv), bench.file("rejects.csv", ""));
    let (counts, report) = bench.counts("problems", &file, &["--rejects", path(&rejects)], 3);
    assert_eq!(counts, [1, 0, 0, 2_500]);
    assert_eq!(report["rejections"].as_array().unwrap().len(), 1_000);
    assert_eq!(std::fs::read_to_string(&rejects).unwrap().lines().count(), 2_501);
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let bench = Bench::new();
    let problems = bench.file("problems.geojson", small_problems());
    let appeals = bench.file(
        "appeals.csv",
        "category,lon,lat,received_at\nroads,135.06,48.48,2025-05-01\nroads,135.06,48.48,2025-05-01\nyards,135.07,48.48,2025-05-02\n",
    );
    let marks = bench.file(
        "marks.csv",
        "municipality,criterion,mark,given_at\nMUN-27-01,roads,4,2025-05-01\nMUN-27-01,roads,4,2025-05-01\n",
    );
    for (kind, file, rows) in
        [("problems", &problems, 6), ("appeals", &appeals, 3), ("assessments", &marks, 2)]
    {
        assert_eq!(bench.counts(kind, file, &[], 0).0, [rows, 0, 0, 0], "{kind}");
        let before = bench.journal();
        assert_eq!(bench.counts(kind, file, &[], 0).0, [0, 0, rows, 0], "{kind}");
        assert_eq!(bench.journal(), before, "not one byte of the journal changed");
    }
}

#[test]
fn a_changed_row_is_an_update_and_its_baseline_stands() {
    let bench = Bench::new();
    let header = "source_id,title,lon,lat,baseline_due,current_due\n";
    let first = bench
        .file("a.csv", format!("{header}1,Road,135.06,48.48,2026-01-01,2026-01-01\n2,Yard,135.06,48.48,,\n"));
    let second = bench
        .file("b.csv", format!("{header}1,Road,135.06,48.48,2026-09-01,2026-09-01\n2,Yard,135.06,48.48,,\n"));
    let source =
        ["--mapping", path(&bench.file("m.toml", "[constants]\nsource = \"registry\"\n"))].map(str::to_owned);
    let source: Vec<&str> = source.iter().map(String::as_str).collect();
    assert_eq!(bench.counts("problems", &first, &source, 0).0, [2, 0, 0, 0]);
    let (counts, report) = bench.counts("problems", &second, &source, 0);
    assert_eq!(counts, [0, 1, 1, 0]);
    assert_eq!(warnings(&report)["baseline_contested"], 1);
    let road = &bench.exported("problems")[0]["properties"];
    assert!(road["baseline_due"].as_str().unwrap().starts_with("2026-01-01"), "{road}");
    assert!(road["current_due"].as_str().unwrap().starts_with("2026-09-01"), "{road}");
    assert!(road["slip_days"].as_i64().unwrap() > 200);
}

#[test]
fn a_dry_run_says_what_would_happen_and_does_nothing() {
    let bench = Bench::new();
    let file = bench.file("problems.geojson", small_problems());
    must(&["import", "problems", path(&file), "--data", path(&bench.data())]);
    let more = bench.file("more.csv", "source_id,title,lon,lat\n77,New,135.06,48.48\n78,Bad,999,48.48\n");
    let before = bench.journal();
    assert_eq!(bench.counts("problems", &more, &["--dry-run"], 3).0, [1, 0, 0, 1]);
    assert_eq!(bench.journal(), before);
    assert_eq!(bench.exported("problems").len(), 6);
}

#[test]
fn a_mapping_names_columns_dates_values_zone_and_constants() {
    let bench = Bench::new();
    let mapping = bench.file(
        "m.toml",
        r#"
        format = "csv"
        encoding = "windows-1251"
        delimiter = ";"
        time_zone = "Europe/Moscow"
        [constants]
        source = "портал"
        level = "municipal"
        [columns]
        source_id = "Номер"
        title = "Что"
        status = "Состояние"
        registered_at = "Дата"
        [coordinates]
        lon = "Долгота"
        lat = "Широта"
        [dates]
        formats = ["%d.%m.%Y %H:%M"]
        [values.status]
        "в работе" = "in_work"
        "решено" = "resolved"
        "#,
    );
    let rows = "Номер;Что;Состояние;Дата;Долгота;Широта\n\
                1;Яма у «Ёлки»;в работе;05.03.2025 09:00;135,06;48,48\n\
                2;Двор;выдумано;05.03.2025 09:00;135,06;48,48\n";
    let file = bench.file("file.txt", encoding_rs::WINDOWS_1251.encode(rows).0);
    let (counts, report) = bench.counts("problems", &file, &["--mapping", path(&mapping)], 3);
    assert_eq!(counts, [1, 0, 0, 1]);
    assert_eq!(
        rejections(&report)[0],
        (2, "status".into(), "value_not_in_mapping".into(), "выдумано".into())
    );
    let problem = &bench.exported("problems")[0]["properties"];
    assert_eq!((&problem["title"], &problem["status"]), (&"Яма у «Ёлки»".into(), &"in_work".into()));
    assert_eq!(problem["registered_at"], "2025-03-05T06:00:00Z");
    assert_eq!(problem["level"], "municipal");
    for (wrong, word) in [
        ("[columns]\nunicorn = \"x\"\n", "unicorn"),
        ("format = \"docx\"\n", "docx"),
        ("this is not toml", ""),
        ("encoding = \"windows-1251\"\ndelimiter = \";\"\n[columns]\ntitle = \"Nothing\"\n", "Nothing"),
    ] {
        let mapping = bench.file("wrong.toml", wrong);
        let (output, _) = bench.import("problems", &file, &["--mapping", path(&mapping)]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(text(&output.stderr).contains(word), "{wrong}: {}", text(&output.stderr));
    }
}

#[test]
fn a_place_may_be_two_columns_one_pair_well_known_text_or_a_table_without_a_header() {
    let bench = Bench::new();
    let at = |bench: &Bench, n: usize| {
        let features = bench.exported("problems");
        let place = &features[n]["geometry"]["coordinates"];
        (place[0].as_f64().unwrap(), place[1].as_f64().unwrap())
    };
    let columns = bench.file("a.csv", "source_id,title,lat,lon\n1,A,48.48,135.06\n");
    let pair = bench.file("b.csv", "id,title,where\n1,B,\"(48.48, 135.06)\"\n");
    let wkt = bench.file(
        "c.csv",
        "source_id,title,wkt\n1,C,POINT (135.06 48.48)\n2,D,\"LINESTRING (135 48, 135.1 48)\"\n",
    );
    let bare = bench.file("d.csv", "1,E,135.06,48.48\n2,F,135.07,48.49\n");
    let of_pair =
        bench.file("b.toml", "[columns]\nsource_id = \"id\"\n[coordinates]\nlatlon_pair = \"where\"\n");
    let of_bare = bench.file(
        "d.toml",
        "header = false\n[columns]\nsource_id = \"1\"\ntitle = \"2\"\n[coordinates]\nlon = \"3\"\nlat = \"4\"\n",
    );
    bench.counts("problems", &columns, &[], 0);
    bench.counts("problems", &pair, &["--mapping", path(&of_pair)], 0);
    bench.counts("problems", &wkt, &[], 0);
    assert_eq!(bench.counts("problems", &bare, &["--mapping", path(&of_bare)], 0).0, [2, 0, 0, 0]);
    for n in [0, 1, 2, 4] {
        assert_eq!(at(&bench, n), (135.06, 48.48), "problem {n}");
    }
    assert_eq!(bench.exported("problems")[3]["geometry"]["type"], "LineString");
}

#[test]
fn formats_are_told_by_argument_by_name_and_by_their_first_bytes() {
    let bench = Bench::new();
    let feature = |n: u32| {
        format!(
            r#"{{"type":"Feature","properties":{{"source_id":"{n}","title":"T"}},"geometry":{{"type":"Point","coordinates":[135.06,48.48]}}}}"#
        )
    };
    let lines = format!("{}\n{}\n", feature(1), feature(2));
    let sequence = format!("\u{1e}{}\n\u{1e}{}\n", feature(1), feature(2));
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(lines.as_bytes()).unwrap();
    for (name, content) in [
        ("a.ndjson", lines.clone().into_bytes()),
        ("b.geojsonseq", sequence.into_bytes()),
        ("c.whatever", lines.clone().into_bytes()),
        ("d.ndjson.gz", zipped.finish().unwrap()),
        (
            "e.txt",
            b"\xef\xbb\xbfsource_id,title,lon,lat\r\n1,T,135.06,48.48\r\n2,T,135.06,48.48\r\n".to_vec(),
        ),
    ] {
        let file = bench.file(name, content);
        assert_eq!(bench.counts("problems", &file, &[], 0).0, [2, 0, 0, 0], "{name}");
    }
    let misnamed = bench.file("f.csv", &lines);
    assert_eq!(bench.counts("problems", &misnamed, &["--format", "geojsonseq"], 0).0, [2, 0, 0, 0]);
}

/// Imports what comes through a pipe.
fn piped(bench: &Bench, bytes: &[u8], more: &[&str]) -> Output {
    let mut command = atlas();
    command.args(["import", "problems", "-", "--data", path(&bench.data())]).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The command may refuse before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    child.wait_with_output().unwrap()
}

#[test]
fn a_file_may_come_through_a_pipe_and_one_that_breaks_off_leaves_nothing() {
    let bench = Bench::new();
    let whole = small_problems();
    let cut = piped(&bench, &whole.as_bytes()[..whole.len() - 2], &[]);
    assert_eq!(cut.status.code(), Some(2), "{}", text(&cut.stderr));
    assert!(!bench.data().exists(), "nothing was made");
    assert_eq!(piped(&bench, whole.as_bytes(), &[]).status.code(), Some(0));
    assert_eq!(piped(&bench, b"", &[]).status.code(), Some(2));
    assert_eq!(bench.exported("problems").len(), 6);
}

#[test]
fn an_unknown_category_is_kept_as_given_and_counted() {
    let bench = Bench::new();
    let file = bench.file(
        "a.csv",
        "source_id,title,category,lon,lat\n1,A,Unicorn stables,135.06,48.48\n2,B,Unicorn stables,135.06,48.48\n3,C,roads,135.06,48.48\n",
    );
    let (counts, report) = bench.counts("problems", &file, &[], 0);
    assert_eq!(counts, [3, 0, 0, 0]);
    assert_eq!(warnings(&report)["unknown_category"], 2);
    let features = bench.exported("problems");
    assert_eq!(features[0]["properties"]["sphere"], "other");
    assert_eq!(features[0]["properties"]["category_name"], "Unicorn stables");
    assert_eq!(features[2]["properties"]["sphere"], "roads");
}

#[test]
fn an_export_imports_again_as_the_same_problems() {
    let bench = Bench::new();
    let file = bench.file("problems.geojson", small_problems());
    bench.counts("problems", &file, &[], 0);
    for format in ["geojson", "geojsonseq", "csv"] {
        let out = bench.file(&format!("out.{format}"), "");
        must(&["export", "problems", "--data", path(&bench.data()), "--format", format, "-o", path(&out)]);
        let other = Bench::new();
        let mapping = other.file("m.toml", "[columns]\nsource_id = \"id\"\n");
        let (counts, report) =
            other.counts("problems", &out, &["--mapping", path(&mapping), "--format", format], 0);
        assert_eq!(counts, [6, 0, 0, 0], "{format}: {report}");
        let pick = |features: Vec<Json>| -> Vec<Vec<Json>> {
            let names =
                ["title", "category", "status", "baseline_due", "resolved_at", "municipality", "cost_rub"];
            features.iter().map(|f| names.iter().map(|n| f["properties"][n].clone()).collect()).collect()
        };
        assert_eq!(pick(other.exported("problems")), pick(bench.exported("problems")), "{format}");
    }
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_made_harmless() {
    let bench = Bench::new();
    let file = bench.file(
        "a.csv",
        "source_id,title,lon,lat\n1,\"=HYPERLINK(\"\"http://evil\"\")\",135.06,48.48\n2,@cmd,135.06,48.48\n",
    );
    bench.counts("problems", &file, &[], 0);
    let csv = text(&must(&["export", "problems", "--data", path(&bench.data()), "--format", "csv"]).stdout);
    for line in csv.lines().skip(1) {
        assert!(!line.split(',').any(|cell| cell.trim_matches('"').starts_with(['=', '@', '+'])), "{line}");
    }
    let server = Server::start(&bench.data(), &[]);
    let title = server.client().json("/api/problems/ATL-27-000001")["title"].clone();
    assert_eq!(title, "=HYPERLINK(\"http://evil\")", "JSON keeps the text as it is");
}
