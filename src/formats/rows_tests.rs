//! Whole files into rows: every rule that a row can break, every repair, every way to say where and when.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::{
    Batch, FileError, Format, FromRecord, Limits, Mapping, ReadPlan, ReadSummary, RowKind, Warning,
    WarningCounts, check_structure, read_rows,
};
use crate::domain::row::{AppealRow, MarkRow, MunicipalityRow, ProblemRow, RowIdentity};
use crate::domain::time::Zone;
use crate::domain::{AppealStatus, CostClass, Kopecks, Level, Quality, QualityFlags, Status, Timestamp};
use crate::geometry::{Bounds, Position, Shape};

fn plan<T: FromRecord>(mapping: &str) -> ReadPlan {
    ReadPlan {
        format: None,
        mapping: Mapping::parse(mapping, T::KIND).unwrap(),
        zone: Zone::parse("Asia/Vladivostok").unwrap(),
        region_bounds: Some(Bounds::parse_degrees([130.0, 46.0, 148.0, 63.0]).unwrap()),
        now: Timestamp::parse_rfc3339("2026-11-22T00:00:00Z").unwrap(),
        limits: Limits::default(),
    }
}

/// Everything that a file gives, and how its reading ended.
fn read_with<T: FromRecord>(input: impl Read, plan: &ReadPlan) -> (Batch<T>, Result<ReadSummary, FileError>) {
    let mut all =
        Batch { rows: vec![], rejections: vec![], warnings: WarningCounts::default(), records: 0, bytes: 0 };
    let summary = read_rows(input, plan, |batch: Batch<T>| {
        all.rows.extend(batch.rows);
        all.rejections.extend(batch.rejections);
        all.warnings.add(&batch.warnings);
        all.records += batch.records;
        all.bytes += batch.bytes;
        ControlFlow::Continue(())
    });
    (all, summary)
}

fn read<T: FromRecord>(text: &str, mapping: &str) -> Batch<T> {
    let (all, summary) = read_with(text.as_bytes(), &plan::<T>(mapping));
    let summary = summary.unwrap();
    assert_eq!((summary.records, summary.rejected), (all.records, all.rejected()));
    all
}

/// The rows of a file of which none is rejected.
fn rows<T: FromRecord>(text: &str, mapping: &str) -> Vec<T> {
    let all = read::<T>(text, mapping);
    assert_eq!(all.rejections, []);
    all.rows
}

fn broken<T: FromRecord>(text: &str, mapping: &str) -> Vec<String> {
    let all = read::<T>(text, mapping);
    all.rejections.iter().map(|r| format!("{} {} {} {}", r.row, r.field, r.rule, r.got)).collect()
}

/// A problem of which only some fields are said; the rest is in order.
fn problem_csv(columns: &str, values: &str) -> String {
    let has = |name: &str| columns.split(',').any(|column| column == name);
    let (mut header, mut row) = (columns.to_owned(), values.to_owned());
    let wanted = [("source_id", "A-1"), ("title", "Яма"), ("lon", "135.1"), ("lat", "48.5")];
    for (name, value) in wanted.into_iter().filter(|(name, _)| !has(name)) {
        header += &format!(",{name}");
        row += &format!(",{value}");
    }
    format!("{header}\n{row}\n")
}

fn problem(columns: &str, values: &str) -> ProblemRow {
    rows(&problem_csv(columns, values), "").remove(0)
}

fn problem_fault(columns: &str, values: &str) -> String {
    broken::<ProblemRow>(&problem_csv(columns, values), "").join("; ")
}

fn features(parts: &[&str]) -> String {
    let features: Vec<String> = parts.iter().map(|part| format!(r#"{{"type":"Feature",{part}}}"#)).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

const POINT: &str = r#""geometry":{"type":"Point","coordinates":[135.1,48.5]}"#;

// --- problems ---------------------------------------------------------------------------------------------------------

#[test]
fn a_problem_with_all_fields_is_read() {
    let text = "source,source_id,title,description,category,lon,lat,status,severity,responsible,level,registered_at,baseline_due,current_due,resolved_at,cost_rub,cost_class,people_affected,address\n\
        s, A-1 ,Яма,\"глубокая,\nопасная\",roads.pothole,135.1,48.5,In_Work,3,Мэрия,municipal,2026-01-02,2026-02-01,2026-03-01T10:00:00+10:00,2026-03-02 09:30,12500.5,B,250,\"ул. Ленина, 1\"\n";
    let [row] = &rows::<ProblemRow>(text, "")[..] else { panic!() };
    let at = |text: &str| Timestamp::parse_rfc3339(text);
    assert_eq!((row.row, row.source.as_str(), row.source_id.as_str()), (1, "s", "A-1"));
    assert_eq!((row.title.as_str(), row.description.as_str()), ("Яма", "глубокая,\nопасная"));
    assert_eq!(row.shape, Shape::Point(Position::new(1_351_000_000, 485_000_000)));
    assert_eq!(
        (row.status, row.severity, row.level),
        (Some(Status::InWork), Some(3), Some(Level::Municipal))
    );
    assert_eq!(row.registered_at, at("2026-01-01T14:00:00Z"));
    assert_eq!(row.baseline_due, at("2026-02-01T13:59:59.999Z"));
    assert_eq!(row.current_due, at("2026-03-01T00:00:00Z"));
    assert_eq!(row.resolved_at, at("2026-03-01T23:30:00Z"));
    let cost = row.cost.as_ref().unwrap();
    assert_eq!((cost.amount, cost.class), (Kopecks(1_250_050), CostClass::B));
    assert_eq!((row.people_affected, row.address.as_deref()), (Some(250), Some("ул. Ленина, 1")));
    assert_eq!(row.flags, QualityFlags::default());
}

#[test]
fn what_is_not_given_is_unknown_and_never_zero() {
    let row = problem("cost_rub,people_affected,status,registered_at", ",,,");
    assert_eq!((row.cost, row.people_affected, row.status, row.registered_at), (None, None, None, None));
    assert_eq!(row.description, "");
}

#[test]
fn all_violations_of_a_row_are_reported_and_it_counts_once() {
    let text =
        "source_id,title,lon,lat,severity,status,registered_at\n,,NaN,48,9,lost,soon\nA,Яма,135,48,,,\n";
    let all = read::<ProblemRow>(text, "");
    assert_eq!((all.rows.len(), all.rejected()), (1, 1));
    let rules: Vec<_> = all.rejections.iter().map(|r| (r.row, r.field.as_str(), r.rule)).collect();
    assert_eq!(
        rules,
        [
            (1, "source_id", "source_id_missing"),
            (1, "title", "title_missing"),
            (1, "geometry", "coordinates_not_finite"),
            (1, "status", "status_unknown"),
            (1, "severity", "severity_not_allowed"),
            (1, "registered_at", "date_unreadable"),
        ]
    );
}

#[test]
fn each_field_of_a_problem_has_its_rule() {
    let long = |n: usize| "x".repeat(n);
    for (columns, values, fault) in [
        ("source_id", "", "1 source_id source_id_missing "),
        ("status", "open", "1 status status_unknown open"),
        ("severity", "0", "1 severity severity_not_allowed 0"),
        ("severity", "2.5", "1 severity severity_not_allowed 2.5"),
        ("level", "city", "1 level level_unknown city"),
        ("cost_rub", "-1", "1 cost_rub cost_not_allowed -1"),
        ("cost_rub", "NaN", "1 cost_rub cost_not_allowed NaN"),
        ("cost_rub", "1e20", "1 cost_rub cost_not_allowed 1e20"),
        ("cost_rub", "much", "1 cost_rub cost_not_allowed much"),
        ("cost_class", "E", "1 cost_class cost_class_unknown E"),
        ("people_affected", "-3", "1 people_affected count_not_allowed -3"),
        ("people_affected", "1.5", "1 people_affected count_not_allowed 1.5"),
        ("registered_at", "31.12.2025", "1 registered_at date_unreadable 31.12.2025"),
        ("registered_at", "0215-01-01", "1 registered_at date_out_of_range 0215-01-01"),
        ("current_due", "2200-01-01", "1 current_due date_out_of_range 2200-01-01"),
        ("lon", "east", "1 lon coordinate_unreadable east"),
        ("lon", "", "1 lon geometry_missing "),
        ("lon,lat", ",", "1 geometry geometry_missing "),
        ("lon", "NaN", "1 geometry coordinates_not_finite NaN 48.5"),
        ("lon", "-inf", "1 geometry coordinates_not_finite -inf 48.5"),
        ("lon", "190", "1 geometry coordinates_out_of_range 190 48.5"),
        ("lat", "86", "1 geometry coordinates_out_of_range 135.1 86"),
    ] {
        assert_eq!(problem_fault(columns, values), fault, "{columns}={values}");
    }
    for (column, max) in
        [("source_id", 200), ("source", 200), ("category", 120), ("responsible", 200), ("address", 300)]
    {
        assert!(problem_fault(column, &long(max)).is_empty(), "{column}");
        let fault = format!("1 {column} text_too_long {}", long(120));
        assert_eq!(problem_fault(column, &long(max + 1)), fault);
    }
}

#[test]
fn long_titles_and_descriptions_are_cut_at_a_word_and_counted() {
    let title = "слово ".repeat(30);
    let description = "word ".repeat(1000);
    let all = read::<ProblemRow>(&problem_csv("title,description", &format!("{title},{description}")), "");
    let row = &all.rows[0];
    assert!(row.title.ends_with("слово…") && row.title.chars().count() <= 120);
    assert!(row.description.ends_with("word…") && row.description.chars().count() <= 4000);
    let counts: Vec<_> = all.warnings.iter().collect();
    assert_eq!(counts, [(Warning::TitleCut, 1), (Warning::DescriptionCut, 1)]);
}

#[test]
fn repairs_of_rejected_rows_are_not_counted() {
    let title = "слово ".repeat(30);
    let all = read::<ProblemRow>(&problem_csv("title,severity", &format!("{title},9")), "");
    assert_eq!((all.rejected(), all.warnings.iter().count()), (1, 0));
}

#[test]
fn a_problem_without_a_title_is_called_by_its_category() {
    let row = problem("title,category", ",Ямы и выбоины");
    assert_eq!((row.title.as_str(), row.category.as_str()), ("Ямы и выбоины", "Ямы и выбоины"));
    assert_eq!(problem_fault("title,category", " ,\u{1}"), "1 title title_missing ");
}

#[test]
fn control_characters_are_stripped() {
    let row = problem("title,description", "\"Я\u{0}ма\tна\ndороге\",\"a\u{7}b\nc\"");
    assert_eq!((row.title.as_str(), row.description.as_str()), ("Яма на dороге", "ab\nc"));
}

#[test]
fn a_cost_without_a_class_is_a_judgement_and_class_d_has_none() {
    let class = |columns: &str, values: &str| problem(columns, values).cost.map(|cost| cost.class);
    assert_eq!(class("cost_rub", "\"12 500,99\""), Some(CostClass::C));
    assert_eq!(class("cost_rub,cost_class", "5,a"), Some(CostClass::A));
    assert_eq!(class("cost_rub,cost_class", ",A"), None);
    assert_eq!(class("cost_rub,cost_class", ",D"), None);
    let dropped = read::<ProblemRow>(&problem_csv("cost_rub,cost_class", "5,D"), "");
    assert_eq!(dropped.rows[0].cost, None);
    assert_eq!(dropped.warnings.of(Warning::CostDropped), 1);
}

#[test]
fn doubtful_times_are_flagged() {
    let flagged = |columns: &str, values: &str| problem(columns, values).flags.iter().collect::<Vec<_>>();
    assert_eq!(flagged("registered_at,resolved_at", "2026-02-02,2026-02-01"), [Quality::ClosedBeforeOpened]);
    assert_eq!(flagged("registered_at,resolved_at", "2026-02-02,2026-02-02"), []);
    // Closed on the day on which it was opened at noon.
    assert_eq!(flagged("registered_at,resolved_at", "2026-02-02T12:00:00,2026-02-02"), []);
    assert_eq!(
        flagged("registered_at,resolved_at", "2026-02-02T12:00:00,2026-02-02T11:00:00"),
        [Quality::ClosedBeforeOpened]
    );
    assert_eq!(flagged("registered_at,current_due", "2026-02-02,2026-02-01"), [Quality::DueBeforeRegistered]);
    assert_eq!(flagged("registered_at,baseline_due", "2026-02-02,2026-02-02"), []);
    assert_eq!(flagged("registered_at", "2026-11-23T00:00:00Z"), []);
    assert_eq!(flagged("registered_at", "2026-11-23T00:00:01Z"), [Quality::FutureDate]);
    assert_eq!(flagged("resolved_at", "2027-01-01"), [Quality::FutureDate]);
    assert_eq!(flagged("current_due", "2030-01-01"), []);
}

#[test]
fn doubtful_places_are_flagged_and_exchanged_ones_turned_back_when_they_must_be() {
    let of = |values: &str| {
        let row = problem("lon,lat", values);
        let Shape::Point(p) = row.shape else { panic!() };
        (p.lon_deg(), p.lat_deg(), row.flags.iter().collect::<Vec<_>>())
    };
    assert_eq!(of("0,0"), (0.0, 0.0, vec![Quality::NullIsland]));
    assert_eq!(of("48.5,48.5"), (48.5, 48.5, vec![Quality::LonEqualsLat]));
    assert_eq!(of("48.5,135.1"), (135.1, 48.5, vec![Quality::CoordinatesSwapped]));
    assert_eq!(of("\"135,1\",\"48,5\""), (135.1, 48.5, vec![]));
}

// --- places -----------------------------------------------------------------------------------------------------------

#[test]
fn the_place_may_stand_in_well_known_text_or_in_one_pair() {
    let place = |columns: &str, mapping: &str, value: &str| {
        let text = format!("source_id,title,{columns}\n1,t,{value}\n");
        rows::<ProblemRow>(&text, mapping).remove(0).shape
    };
    let point = Shape::Point(Position::new(1_351_000_000, 485_000_000));
    assert_eq!(place("wkt", "", "POINT(135.1 48.5)"), point);
    assert_eq!(place("g", "[coordinates]\nwkt = \"g\"", "SRID=4326;POINT(135.1 48.5)"), point);
    assert_eq!(place("g", "[coordinates]\nlatlon_pair = \"g\"", "\"(48.5, 135.1)\""), point);
    assert_eq!(place("g", "[coordinates]\nlonlat_pair = \"g\"", "135.1 48.5"), point);
    let line = place("wkt", "", "\"LINESTRING(135 48,136 49)\"");
    assert!(matches!(line, Shape::Lines(lines) if lines[0].len() == 2));
    let text = "source_id,title,g\n1,t,nowhere\n";
    assert_eq!(
        broken::<ProblemRow>(text, "[coordinates]\nlatlon_pair = \"g\""),
        ["1 geometry geometry_unreadable nowhere"]
    );
}

#[test]
fn geometries_of_features_have_their_rules() {
    let polygon = |ring: &str| format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
    let of = |geometry: &str| {
        let feature = format!(r#""properties":{{"source_id":1,"title":"t"}},"geometry":{geometry}"#);
        let all = read::<ProblemRow>(&features(&[&feature]), "");
        all.rejections.first().map_or("accepted", |r| r.rule)
    };
    for (geometry, rule) in [
        (r#"{"type":"MultiPoint","coordinates":[[135,48]]}"#, "accepted"),
        (r#"{"type":"LineString","coordinates":[[135,48],[136,48]]}"#, "accepted"),
        (&polygon("[[135,48],[136,48],[136,49],[135,48]]"), "accepted"),
        ("null", "geometry_missing"),
        ("5", "geometry_unreadable"),
        (r#"{"type":"Point","coordinates":[1e999,48]}"#, "coordinates_not_finite"),
        (r#"{"type":"Point","coordinates":[135,98]}"#, "coordinates_out_of_range"),
        (r#"{"type":"Point","coordinates":[]}"#, "geometry_empty"),
        (r#"{"type":"LineString","coordinates":[]}"#, "geometry_empty"),
        (r#"{"type":"LineString","coordinates":[[135,48],[135,48]]}"#, "line_too_short"),
        (r#"{"type":"MultiPoint","coordinates":[[135,48],[136,48]]}"#, "geometry_unsupported"),
        (r#"{"type":"GeometryCollection","geometries":[]}"#, "geometry_unsupported"),
        (&polygon("[[135,48],[136,48],[135,48]]"), "ring_too_short"),
        (&polygon("[[135,48],[136,49],[136,48],[135,49.5],[135,48]]"), "polygon_crosses_itself"),
    ] {
        assert_eq!(of(geometry), rule, "{geometry}");
    }
}

#[test]
fn a_problem_has_at_most_ten_thousand_vertices() {
    let line = |n: usize| {
        let vertices: Vec<String> = (0..n).map(|i| format!("[135.{:04},48]", i % 10_000 + 1)).collect();
        let geometry = format!(r#"{{"type":"LineString","coordinates":[{}]}}"#, vertices.join(","));
        features(&[&format!(r#""properties":{{"source_id":1,"title":"t"}},"geometry":{geometry}"#)])
    };
    assert_eq!(rows::<ProblemRow>(&line(10_000), "").len(), 1);
    let fault = broken::<ProblemRow>(&line(10_001), "").join("");
    assert!(fault.starts_with("1 geometry geometry_too_many_vertices"), "{fault}");
}

#[test]
fn a_clockwise_polygon_is_turned_and_counted() {
    let ring = r#"{"type":"Polygon","coordinates":[[[135,48],[135,49],[136,49],[136,48]]]}"#;
    let feature = format!(r#""properties":{{"source_id":1,"title":"t"}},"geometry":{ring}"#);
    let all = read::<ProblemRow>(&features(&[&feature]), "");
    let counts: Vec<_> = all.warnings.iter().collect();
    assert_eq!(counts, [(Warning::RingsTurned, 1), (Warning::RingsClosed, 1)]);
}

// --- features ---------------------------------------------------------------------------------------------------------

#[test]
fn features_are_read_from_documents_and_sequences_alike() {
    let parts: Vec<String> = (1..=3)
        .map(|n| {
            format!(r#""id":{n},{POINT},"properties":{{"title":"№ {n}","severity":{n},"cost_rub":1.5e3}}"#)
        })
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let document = rows::<ProblemRow>(&features(&parts), "");
    assert_eq!(document.len(), 3);
    assert_eq!((document[2].row, document[2].source_id.as_str(), document[2].severity), (3, "3", Some(3)));
    assert_eq!(document[0].cost.as_ref().unwrap().amount, Kopecks(150_000));
    let lines: String = parts.iter().map(|part| format!("{{\"type\":\"Feature\",{part}}}\n")).collect();
    assert_eq!(rows::<ProblemRow>(&lines, ""), document);
    let separated: String = lines.lines().map(|line| format!("\u{1e}{line}\n")).collect();
    assert_eq!(rows::<ProblemRow>(&separated, ""), document);
}

#[test]
fn a_feature_without_geometry_may_have_coordinates_among_its_properties() {
    let feature = r#""geometry":null,"properties":{"source_id":"a","title":"t","x":"135,1","y":48.5}"#;
    let row = rows::<ProblemRow>(&features(&[feature]), "[coordinates]\nlon = \"x\"\nlat = \"y\"").remove(0);
    assert_eq!(row.shape, Shape::Point(Position::new(1_351_000_000, 485_000_000)));
}

#[test]
fn texts_that_are_no_features_are_rejected_one_by_one() {
    let good = format!(r#"{{"type":"Feature","id":"a",{POINT},"properties":{{"title":"t"}}}}"#);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(70), "]".repeat(70));
    let text =
        format!("{good}\n{{\"type\":\"Point\"}}\n{{\"type\":\"Feature\",}}\nnonsense\n{deep}\n[1]\n{good}\n");
    let all = read::<ProblemRow>(&text, "");
    assert_eq!(all.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [1, 7]);
    let rules: Vec<_> = all.rejections.iter().map(|r| (r.row, r.rule)).collect();
    let expected = ["row_not_feature", "row_not_json", "row_not_json", "row_too_deep", "row_not_feature"];
    assert_eq!(rules, expected.iter().zip(2..).map(|(rule, row)| (row, *rule)).collect::<Vec<_>>());
}

#[test]
fn a_list_where_one_value_belongs_is_rejected_and_ignored_elsewhere() {
    let feature = format!(r#"{POINT},"properties":{{"source_id":"a","title":["t"],"unused":{{"a":1}}}}"#);
    assert_eq!(broken::<ProblemRow>(&features(&[&feature]), ""), ["1 title value_not_scalar [\"t\"]"]);
}

// --- mappings ---------------------------------------------------------------------------------------------------------

#[test]
fn a_mapping_names_columns_constants_values_and_dates() {
    let mapping = "\
        delimiter = \";\"\nencoding = \"windows-1251\"\ntime_zone = \"Europe/Moscow\"\n\
        [constants]\nsource = \"реестр\"\nlevel = \"regional\"\n\
        [columns]\nsource_id = \"Номер\"\ntitle = \"Название\"\nregistered_at = \"Дата\"\nstatus = \"Состояние\"\n\
        [coordinates]\nlon = \"Долгота\"\nlat = \"Широта\"\n\
        [dates]\nformats = [\"%d.%m.%Y %H:%M\", \"%d.%m.%Y\"]\n\
        [values.status]\n\"Решена\" = \"resolved\"\n\"*\" = \"registered\"\n";
    let text = "Номер;Название;Дата;Состояние;Долгота;Широта\r\n\
        1;Ёлка «упала»;22.11.2025 12:00;Решена;135,1;48,5\r\n2;Яма;22.11.2025;Новая;135,2;48,5\r\n";
    let (bytes, _, unmapped) = encoding_rs::WINDOWS_1251.encode(text);
    assert!(!unmapped);
    let (all, summary) = read_with::<ProblemRow>(&*bytes, &plan::<ProblemRow>(mapping));
    assert_eq!((summary.unwrap().rejected, &all.rejections[..]), (0, &[][..]));
    let [first, second] = &all.rows[..] else { panic!() };
    assert_eq!((first.source.as_str(), first.title.as_str()), ("реестр", "Ёлка «упала»"));
    assert_eq!((first.status, second.status), (Some(Status::Resolved), Some(Status::Registered)));
    assert_eq!(first.registered_at, Timestamp::parse_rfc3339("2025-11-22T09:00:00Z"));
    assert_eq!(second.registered_at, Timestamp::parse_rfc3339("2025-11-21T21:00:00Z"));
    assert_eq!(first.level, Some(Level::Regional));
}

#[test]
fn a_value_that_the_mapping_does_not_translate_is_rejected_unless_a_star_does() {
    let text = problem_csv("status", "Lost");
    let mapping = "[values.status]\nOpen = \"registered\"";
    assert_eq!(broken::<ProblemRow>(&text, mapping), ["1 status value_not_in_mapping Lost"]);
    let empty = problem_csv("status", "");
    assert_eq!(rows::<ProblemRow>(&empty, mapping)[0].status, None);
    assert_eq!(rows::<ProblemRow>(&text, "[values.status]\n\"*\" = \"\"")[0].status, None);
    assert_eq!(
        rows::<ProblemRow>(&empty, "[values.status]\n\"\" = \"draft\"")[0].status,
        Some(Status::Draft)
    );
}

#[test]
fn without_a_header_columns_have_numbers() {
    let mapping = "header = false\n[columns]\nsource_id = \"1\"\ntitle = \"4\"\nlon = \"2\"\nlat = \"3\"";
    let found = rows::<ProblemRow>("A,135.1,48.5,Яма\nB,135.2,48.5,Дыра\n", mapping);
    assert_eq!(found.iter().map(|row| row.row).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(found[0].title, "Яма");
}

#[test]
fn columns_that_do_not_exist_are_errors_of_the_file() {
    let of = |text: &str, mapping: &str| {
        let (all, summary) = read_with::<ProblemRow>(text.as_bytes(), &plan::<ProblemRow>(mapping));
        assert_eq!(all.records, 0);
        summary.unwrap_err()
    };
    let unknown = of("source_id,title,lon,lat\n", "[columns]\ncategory = \"TYPE\"");
    assert!(matches!(unknown, FileError::ColumnsUnknown { columns, existing }
        if columns == ["TYPE"] && existing == ["source_id", "title", "lon", "lat"]));
    assert_eq!(of("a;b\n1;2\n", "").rule(), "fields_missing");
    let feature = format!(r#"{POINT},"properties":{{"nr":1,"title":"t"}}"#);
    let typo = of(&features(&[&feature]), "[columns]\nsource_id = \"number\"");
    assert!(matches!(typo, FileError::ColumnsUnknown { existing, .. } if existing == ["nr", "title"]));
}

#[test]
fn properties_that_the_mapping_names_in_vain_are_told_at_the_end() {
    let feature = format!(r#"{POINT},"properties":{{"source_id":1,"title":"t"}}"#);
    let plan = plan::<ProblemRow>("[columns]\nresolved_at = \"closed\"\ntitle = \"title\"");
    let (_, summary) = read_with::<ProblemRow>(features(&[&feature]).as_bytes(), &plan);
    assert_eq!(summary.unwrap().unseen_properties, ["closed"]);
}

// --- rows of CSV ------------------------------------------------------------------------------------------------------

#[test]
fn rows_of_a_wrong_length_or_encoding_are_rejected_alone() {
    let text = b"source_id,title,lon,lat\nA,t,135,48\nB,t,135\nC,t,135,48,x\nD,t,135,48,,\nE,\xff,135,48\nF,t,135,48\n";
    let (all, _) = read_with::<ProblemRow>(&text[..], &plan::<ProblemRow>(""));
    assert_eq!(all.rows.iter().map(|row| row.source_id.as_str()).collect::<String>(), "ADF");
    let faults: Vec<_> =
        all.rejections.iter().map(|r| (r.row, r.field.as_str(), r.rule, r.got.as_str())).collect();
    assert_eq!(
        faults,
        [
            (2, "", "wrong_number_of_fields", "3 / 4"),
            (3, "", "wrong_number_of_fields", "5 / 4"),
            (5, "", "utf8_invalid", "E,\u{fffd},135,48"),
        ]
    );
}

#[test]
fn a_header_without_rows_is_a_file_without_rows() {
    for text in ["source_id,title,lon,lat", "\u{feff}source_id,title,lon,lat\r\n\r\n"] {
        assert_eq!(read::<ProblemRow>(text, "").records, 0);
    }
    let (_, summary) = read_with::<ProblemRow>("\u{feff}".as_bytes(), &plan::<ProblemRow>(""));
    assert!(matches!(summary, Err(FileError::Empty)));
    assert_eq!(read::<ProblemRow>(r#"{"type":"FeatureCollection","features":[]}"#, "").records, 0);
    let unreadable = read_with::<ProblemRow>(&b"source_id,\xe0\n1,2\n"[..], &plan::<ProblemRow>("")).1;
    assert!(matches!(unreadable, Err(FileError::HeaderUnreadable)));
}

// --- appeals, municipalities, marks -----------------------------------------------------------------------------------

#[test]
fn an_appeal_is_read_and_known_again_by_its_content() {
    let text = "category,lon,lat,received_at,due_at,answered_at,status,text,public\n\
        roads,135.1,48.5,2026-01-02,2026-01-12,,in_work,\"Яма\n\u{1}опасная\",нет\n\
        roads,135.1,48.5,2026-01-02,2026-01-12,,in_work,\"Яма\n\u{1}опасная\",нет\n\
        roads,135.1,48.5,2026-01-03,2026-01-12,,,,\n";
    let found = rows::<AppealRow>(text, "");
    assert_eq!(found[0].status, Some(AppealStatus::InWork));
    assert_eq!((found[0].text.as_deref(), found[0].public), (Some("Яма\nопасная"), false));
    assert!(found[2].public && found[2].status.is_none());
    assert_eq!(found[0].identity, found[1].identity);
    assert_ne!(found[0].identity, found[2].identity);
    let same_in_another_order =
        "lat,lon,new,received_at,category,due_at\n48.5,135.1,,2026-01-03,roads,2026-01-12\n";
    assert_eq!(rows::<AppealRow>(same_in_another_order, "")[0].identity, found[2].identity);
    let named = rows::<AppealRow>("source_id,lon,lat\n77,135.1,48.5\n", "");
    assert_eq!(named[0].identity, RowIdentity::SourceId("77".to_owned()));
}

#[test]
fn an_appeal_as_a_feature_is_known_again_by_all_its_properties_and_its_place() {
    let identity = |geometry: &str, properties: &str| {
        let feature =
            format!(r#""geometry":{{"type":"Point","coordinates":{geometry}}},"properties":{properties}"#);
        rows::<AppealRow>(&features(&[&feature]), "").remove(0).identity
    };
    let first = identity("[135.1,48.5]", r#"{"a":"x","b":1}"#);
    assert_eq!(first, identity("[ 135.10, 48.5 ]", r#"{"b":1,"a":"\u0078","c":null}"#));
    assert_ne!(first, identity("[135.1,48.6]", r#"{"a":"x","b":1}"#));
    assert_ne!(first, identity("[135.1,48.5]", r#"{"a":"x","b":2}"#));
    assert_ne!(first, identity("[135.1,48.5]", r#"{"b":"x","a":1}"#));
}

#[test]
fn fields_of_appeals_have_their_rules() {
    let fault = |column: &str, value: &str| {
        broken::<AppealRow>(&format!("{column},lon,lat\n{value},135.1,48.5\n"), "").join("; ")
    };
    assert_eq!(fault("status", "resolved"), "1 status appeal_status_unknown resolved");
    assert_eq!(fault("public", "maybe"), "1 public boolean_unknown maybe");
    assert_eq!(fault("received_at", "yesterday"), "1 received_at date_unreadable yesterday");
    let line = r#""geometry":{"type":"LineString","coordinates":[[135,48],[136,48]]},"properties":{}"#;
    assert_eq!(broken::<AppealRow>(&features(&[line]), ""), ["1 geometry geometry_not_point LineString"]);
    let long = format!("text,lon,lat\n{},135.1,48.5\n", "x ".repeat(3000));
    assert_eq!(read::<AppealRow>(&long, "").warnings.of(Warning::TextCut), 1);
    let early = rows::<AppealRow>(
        "received_at,answered_at,due_at,lon,lat\n2026-02-02,2026-02-01,2026-01-01,135,48\n",
        "",
    );
    let flags: Vec<_> = early[0].flags.iter().collect();
    assert_eq!(flags, [Quality::ClosedBeforeOpened, Quality::DueBeforeRegistered]);
}

const SQUARE: &str =
    r#""geometry":{"type":"Polygon","coordinates":[[[135,48],[136,48],[136,49],[135,49],[135,48]]]}"#;

#[test]
fn a_municipality_is_read_with_all_that_the_file_says_of_it() {
    let properties = r#""properties":{"id":"MUN-27-05","name_ru":"Бикинский округ","oktmo":"08509000","valid_from":"2024-01-01","approximate":false,"population":21907,"area_km2":2483.5}"#;
    let row = rows::<MunicipalityRow>(&features(&[&format!("{SQUARE},{properties}")]), "").remove(0);
    assert_eq!((row.name.as_str(), row.oktmo.as_deref()), ("MUN-27-05", Some("08509000")));
    assert_eq!(row.valid_from.unwrap().to_string(), "2024-01-01");
    assert_eq!((row.population, row.area_km2, row.approximate), (Some(21907), Some(2483.5), false));
    assert_eq!((row.turned_rings, row.shape.vertices().count()), (0, 4));
    let by_name = format!(r#"{SQUARE},"properties":{{"district":"Район Лазо"}}"#);
    let row = rows::<MunicipalityRow>(&features(&[&by_name]), "[columns]\nname = \"district\"").remove(0);
    assert_eq!(row.name, "Район Лазо");
    let by_feature_id = format!(r#""id":"lazo",{SQUARE},"properties":{{}}"#);
    assert_eq!(rows::<MunicipalityRow>(&features(&[&by_feature_id]), "")[0].name, "lazo");
    let wkt = "name,wkt\nlazo,\"POLYGON((135 48,135 49,136 49,136 48,135 48))\"\n";
    assert_eq!(rows::<MunicipalityRow>(wkt, "")[0].turned_rings, 1);
}

#[test]
fn fields_of_municipalities_have_their_rules() {
    let fault = |properties: &str| {
        broken::<MunicipalityRow>(&features(&[&format!(r#"{SQUARE},"properties":{{{properties}}}"#)]), "")
            .join("; ")
    };
    assert_eq!(fault(""), "1 name name_missing ");
    assert_eq!(fault(r#""id":"a","oktmo":8509000"#), "1 oktmo oktmo_not_allowed 8509000");
    assert_eq!(fault(r#""id":"a","area_km2":0"#), "1 area_km2 area_not_allowed 0");
    assert_eq!(fault(r#""id":"a","population":-1"#), "1 population count_not_allowed -1");
    assert_eq!(fault(r#""id":"a","approximate":"so-so""#), "1 approximate boolean_unknown so-so");
    assert_eq!(fault(r#""id":"a","valid_from":"2024""#), "1 valid_from date_unreadable 2024");
    let name = "x".repeat(201);
    assert!(fault(&format!(r#""id":"{name}""#)).starts_with("1 id text_too_long"));
    let point = format!(r#"{POINT},"properties":{{"id":"a"}}"#);
    assert_eq!(
        broken::<MunicipalityRow>(&features(&[&point]), ""),
        ["1 geometry geometry_not_polygon Point"]
    );
}

#[test]
fn marks_are_read_and_have_their_rules() {
    let header = "municipality,criterion,mark,given_at";
    let found =
        rows::<MarkRow>(&format!("{header}\nlazo,openness,5,2026-01-02\nlazo,openness,5,2026-01-02\n"), "");
    assert_eq!((found[0].municipality.as_str(), found[0].mark), ("lazo", 5));
    assert_eq!(found[0].identity, found[1].identity);
    for (row, fault) in [
        (",openness,5,2026-01-02", "1 municipality municipality_missing "),
        ("lazo,,5,2026-01-02", "1 criterion criterion_missing "),
        ("lazo,openness,6,2026-01-02", "1 mark mark_not_allowed 6"),
        ("lazo,openness,,2026-01-02", "1 mark mark_not_allowed "),
        ("lazo,openness,5,", "1 given_at given_at_missing "),
        ("lazo,openness,5,2027-01-01", "1 given_at date_in_future 2026-12-31T14:00:00Z"),
    ] {
        assert_eq!(broken::<MarkRow>(&format!("{header}\n{row}\n"), ""), [fault]);
    }
}

// --- the reader -------------------------------------------------------------------------------------------------------

/// A file of several chunks.
fn many_rows(n: usize) -> String {
    let mut text = "source_id,title,lon,lat,severity\n".to_owned();
    for i in 0..n {
        text += &format!("{i},Яма № {i} на улице с длинным названием,135.1,48.5,{}\n", i % 7);
    }
    text
}

#[test]
fn batches_come_in_the_order_of_the_file_whatever_the_number_of_threads() {
    let text = many_rows(60_000);
    let plan = plan::<ProblemRow>("");
    let read_on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| read_with::<ProblemRow>(text.as_bytes(), &plan))
    };
    let (one, summary) = read_on(1);
    let (four, _) = read_on(4);
    assert!(one == four);
    assert_eq!(summary.unwrap().bytes, text.len() as u64);
    assert_eq!(one.bytes, text.len() as u64);
    assert!(one.rows.windows(2).all(|w| w[0].row < w[1].row));
    assert!(one.rows.iter().all(|row| row.row == row.source_id.parse::<u64>().unwrap() + 1));
    assert_eq!(one.rejected(), one.rejections.len() as u64);
}

#[test]
fn a_sink_that_breaks_ends_the_reading() {
    let text = many_rows(60_000);
    let mut batches = 0;
    let summary = read_rows(text.as_bytes(), &plan::<ProblemRow>(""), |_: Batch<ProblemRow>| {
        batches += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!((batches, summary.stopped), (1, true));
    assert!(summary.records < 60_000);
}

#[test]
fn a_gzipped_file_cut_short_gives_its_rows_and_then_an_error() {
    let text = many_rows(40_000);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let zipped = encoder.finish().unwrap();
    let (all, summary) = read_with::<ProblemRow>(&zipped[..zipped.len() * 3 / 4], &plan::<ProblemRow>(""));
    assert!(matches!(summary, Err(FileError::GzipBroken { .. })));
    assert!(all.records > 10_000);
    let (whole, summary) = read_with::<ProblemRow>(&zipped[..], &plan::<ProblemRow>(""));
    assert_eq!((whole.records, whole.bytes, summary.is_ok()), (40_000, zipped.len() as u64, true));
}

#[test]
fn a_document_cut_at_any_byte_gives_the_rows_before_the_cut() {
    let feature = |n: usize| format!(r#""id":{n},{POINT},"properties":{{"title":"t"}}"#);
    let text = features(&[&feature(1), &feature(2)]);
    for cut in 1..text.len() {
        let mut plan = plan::<ProblemRow>("");
        plan.format = Some(Format::GeoJson);
        let (all, summary) = read_with::<ProblemRow>(&text.as_bytes()[..cut], &plan);
        assert!(matches!(summary, Err(FileError::Truncated { byte }) if byte == cut as u64), "cut at {cut}");
        assert_eq!(all.rejections, [], "cut at {cut}");
    }
}

#[test]
fn a_file_that_was_cut_short_is_told_from_a_whole_one_without_looking_into_its_rows() {
    let check = |bytes: &[u8], format| {
        let mapping = Mapping::default();
        let mut done = 0;
        let mut progress = |n| done += n;
        let limits = Limits::default();
        let checked =
            check_structure(bytes, Some(format), &mapping, RowKind::Problems, limits, &mut progress);
        checked.map(|()| done).map_err(|fault| fault.rule())
    };
    let document = features(&[POINT, POINT]);
    assert_eq!(check(document.as_bytes(), Format::GeoJson), Ok(document.len() as u64));
    assert_eq!(check(&document.as_bytes()[..document.len() - 1], Format::GeoJson), Err("file_truncated"));
    let header = "source_id,title,lon,lat\n";
    let open = format!("{header}1,\"two\n");
    assert_eq!(check(open.as_bytes(), Format::Csv), Err("quote_not_closed"));
    assert_eq!(check(b"{\"a\":1}\n{\"a\":", Format::GeoJsonSeq), Err("file_truncated"));
    assert_eq!(check(b"colour,size\nred,3\n", Format::Csv), Err("fields_missing"));
    let rows = header.to_owned() + &"1,\"not a problem at all\"\n".repeat(40_000);
    assert_eq!(check(rows.as_bytes(), Format::Csv), Ok(rows.len() as u64));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(rows.as_bytes()).unwrap();
    let zipped = encoder.finish().unwrap();
    assert_eq!(check(&zipped[..zipped.len() - 9], Format::Csv), Err("file_gzip_broken"));
}

#[test]
fn the_format_is_the_chosen_one_then_the_mappings_then_what_the_file_looks_like() {
    let csv = "source_id,title,lon,lat\n";
    let of = |plan: &ReadPlan| read_with::<ProblemRow>(csv.as_bytes(), plan).1;
    let mut plan = plan::<ProblemRow>("format = \"geojson\"");
    assert!(matches!(of(&plan), Err(FileError::Syntax { byte: 0 })));
    plan.format = Some(Format::Csv);
    assert_eq!(of(&plan).unwrap().format, Format::Csv);
    plan = self::plan::<ProblemRow>("");
    assert_eq!(of(&plan).unwrap().format, Format::Csv);
}

fn read_in_every_way(bytes: &[u8]) {
    fn of<T: FromRecord>(bytes: &[u8], format: Option<Format>) {
        let mut plan = plan::<T>("");
        plan.format = format;
        let (all, read) = read_with::<T>(bytes, &plan);
        assert!(all.rows.len() as u64 <= all.records);
        let checked = check_structure(bytes, format, &plan.mapping, T::KIND, plan.limits, &mut |_| ());
        let rule_of = |fault: FileError| fault.rule();
        assert_eq!(checked.map_err(rule_of), read.map(|_| ()).map_err(rule_of));
    }
    for format in [None, Some(Format::Csv), Some(Format::GeoJson), Some(Format::GeoJsonSeq)] {
        of::<ProblemRow>(bytes, format);
        of::<AppealRow>(bytes, format);
        of::<MunicipalityRow>(bytes, format);
        of::<MarkRow>(bytes, format);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_in_every_way(&bytes);
    }

    #[test]
    fn no_damaged_csv_makes_the_reader_panic(at in 0usize..300, with in prop::collection::vec(any::<u8>(), 0..5)) {
        let mut bytes = b"source_id,title,lon,lat,wkt,registered_at,cost_rub,severity,id,name,municipality,criterion,mark,given_at\n\
            A,\"t \"\"x\"\"\",135.1,48.5,\"POLYGON((135 48,136 48,136 49,135 48))\",2026-01-01,5,3,a,b,c,d,5,2026-01-01\n".to_vec();
        let at = at % bytes.len();
        bytes.splice(at..at, with);
        read_in_every_way(&bytes);
    }

    #[test]
    fn no_damaged_document_makes_the_reader_panic(at in 0usize..400, with in prop::collection::vec(any::<u8>(), 0..5), cut in 0usize..3) {
        let part = format!(r#""id":1,{SQUARE},"properties":{{"title":"t\n","name":null,"mark":5,"registered_at":"2026-01-01"}}"#);
        let mut bytes = features(&[&part, &part]).into_bytes();
        let at = at % bytes.len();
        bytes.splice(at..(at + cut).min(bytes.len()), with);
        read_in_every_way(&bytes);
    }
}
