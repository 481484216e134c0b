//! The reader of packs on a pack of two municipalities, and on the real one beside the program.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::domain::deadline::{Clock, DayKind};

/// A whole pack, as small as can be.
fn small_pack() -> HashMap<&'static str, String> {
    let region = r#"
        code = "99"
        slug = "nowhere"
        id_prefix = "99"
        name_ru = "Нигде"
        name_en = "Nowhere"
        time_zone = "Asia/Vladivostok"
        bounds = [130.0, 46.0, 147.0, 63.0]
        languages = ["ru", "en"]
        currency = "RUB"
        [demo]
        since = "2013-01-01"
        until = "2026-11-01"
        title_ru = "вымышлено"
        title_en = "invented"
    "#;
    let municipalities = "\
id,slug,valid_from,valid_to,kind,parent,name_ru,name_en,short_name_ru,aliases,oktmo,oktmo_confirmed,successor_of,centre_name,centre_lon,centre_lat,label_lon,label_lat,population,population_date,population_source,area_km2,note
M1,one,2006-01-01,2024-01-01,municipal_district,,Первый район,First District,Первый,первый р-н|One,08600000,true,,Центр,135.1,48.5,135.2,48.6,1000,2021-10-01,census,12.5,
M1,one,2024-01-01,,municipal_okrug,,Первый округ,First Okrug,Первый,,08500000,false,M1,Центр,135.1,48.5,135.2,48.6,1000,2021-10-01,census,12.5,
M2,two,2006-01-01,,urban_okrug,,Второй,Second,Второй город,,08700000,true,,Центр,136.1,48.5,136.2,48.6,,,,,\n";
    let outlines = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"M1","approximate":true},
         "geometry":{"type":"Polygon","coordinates":[[[135,48],[135,49],[136,49],[136,48],[135,48]]]}}]}"#;
    HashMap::from([
        ("region.toml", region.to_owned()),
        ("municipalities.csv", municipalities.to_owned()),
        ("outlines.geojson", outlines.to_owned()),
        (
            "settlements.csv",
            "id,municipality,name_ru,name_en,kind,lon,lat,population,connectivity,source,source_id\n\
             S1,M1,Село,Village,rural_settlement,135.5,48.5,,mobile,x,1\n"
                .to_owned(),
        ),
        (
            "categories.csv",
            "code,parent,name_ru,name_en,kind,reply_rule,resolution_rule,duplicate_radius_m,recurrence_months,icon\n\
             other,,Прочее,Other,sphere,reply_general,,100,24,marker\n\
             other.hole,other,Яма,Hole,type,,fix,50,24,hole\n"
                .to_owned(),
        ),
        (
            "deadline_rules.csv",
            "code,clock,quantity,unit,start_event,name_ru,name_en,legal_reference,valid_from,valid_to\n\
             reply_general,reply,30,calendar_days,registered,Ответ,Reply,law,2006-11-02,\n\
             fix,resolution,10,working_days,planned,Починка,Repair,default,,\n"
                .to_owned(),
        ),
        (
            "calendar.csv",
            "date,day,name_ru,source\n2026-11-04,off,Праздник,x\n2027-01-01,off,Праздник,x\n2026-11-07,working,Перенос,x\n"
                .to_owned(),
        ),
        (
            "bodies.csv",
            "id,level,name_ru,name_en,municipality,parent,spheres\n\
             B1,regional,Министерство,Ministry,,,other\nB2,municipal,Мэрия,Town hall,M1,B1,\n"
                .to_owned(),
        ),
        (
            "fast_track.csv",
            "number,category_ru,subcategory_ru,reply_days,type\n1,Дороги,\"ямы, выбоины\",10,other.hole\n".to_owned(),
        ),
    ])
}

fn parse_files(files: &HashMap<&'static str, String>) -> Result<RegionPack, Vec<PackFault>> {
    parse(|name| files.get(name).map(|text| Cow::Borrowed(text.as_bytes())))
}

/// The faults of the small pack after one replacement in one file.
fn faults_after(file: &'static str, from: &str, to: &str) -> Vec<String> {
    let mut files = small_pack();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    parse_files(&files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn a_small_pack_is_read_with_versions_rules_and_calendar() {
    let pack = parse_files(&small_pack()).unwrap();
    let [one, two] = &pack.municipalities[..] else { panic!("two municipalities") };
    assert_eq!((one.id.as_str(), one.no.0, two.no.0), ("M1", 0, 1));
    assert_eq!(one.versions.len(), 2);
    assert_eq!((one.current().oktmo.as_str(), one.residents()), ("08500000", Some(1000)));
    assert!(one.successor_of.is_empty() && one.is_called("ПЕРВЫЙ Р-Н"));
    assert!(one.current().approximate && !two.current().approximate);
    assert_eq!((two.residents(), two.current().area_km2), (None, None));
    assert_eq!(pack.outlines.len(), 1);
    assert_eq!(pack.outlines[0].shape.vertices().count(), 4);
    assert_eq!(pack.settlements[0].connectivity.as_deref(), Some("mobile"));
    assert_eq!(pack.categories[1].sphere(), "other");
    assert_eq!(pack.deadline_rules[1].clock, Clock::Resolution);
    let years: Vec<_> = pack.calendar.iter().map(|year| (year.year, year.exceptions.len())).collect();
    assert_eq!(years, [(2026, 2), (2027, 1)]);
    assert_eq!(pack.calendar[0].exceptions[1].1, DayKind::Working);
    assert_eq!(pack.fast_track[0].subcategory_ru, "ямы, выбоины");
    assert_eq!(pack.settings.demo.as_ref().unwrap().until.to_string(), "2026-11-01");
    assert_eq!(pack.settings.region.invented, None);
}

#[test]
fn faults_name_file_line_and_field() {
    for (file, from, to, fault) in [
        (
            "region.toml",
            "Asia/Vladivostok",
            "Asia/Nowhere",
            "region.toml: time_zone: pack_value_not_allowed “Asia/Nowhere”",
        ),
        (
            "region.toml",
            "130.0, 46.0",
            "130.0, 66.0",
            "region.toml: bounds: pack_value_not_allowed “[130.0, 66.0, 147.0, 63.0]”",
        ),
        (
            "region.toml",
            "2026-11-01",
            "2012-11-01",
            "region.toml: demo.until: pack_value_not_allowed “2012-11-01”",
        ),
        ("municipalities.csv", "id,slug,", "id,slog,", "municipalities.csv:1: slug: pack_column_missing"),
        ("municipalities.csv", "M2,two", "M2,one", "municipalities.csv:4: slug: pack_id_repeated “one”"),
        (
            "municipalities.csv",
            "M2,two",
            "M2,Two",
            "municipalities.csv:4: slug: pack_value_not_allowed “Two”",
        ),
        (
            "municipalities.csv",
            "08700000",
            "8700000",
            "municipalities.csv:4: oktmo: pack_value_not_allowed “8700000”",
        ),
        (
            "municipalities.csv",
            "M1,one,2024-01-01",
            "M1,one,2023-01-01",
            "municipalities.csv:3: valid_from: pack_versions_overlap “2023-01-01”",
        ),
        (
            "municipalities.csv",
            "urban_okrug,,Второй",
            "urban_okrug,M9,Второй",
            "municipalities.csv: M2.parent|successor_of: pack_reference_unknown “M9”",
        ),
        (
            "municipalities.csv",
            "Второй город,,",
            "Второй город,first okrug,",
            "municipalities.csv: M2.aliases: pack_id_repeated “first okrug”",
        ),
        (
            "municipalities.csv",
            "136.1",
            "NaN",
            "municipalities.csv:4: centre_lon: pack_value_not_allowed “NaN”",
        ),
        (
            "settlements.csv",
            "S1,M1",
            "S1,M7",
            "settlements.csv: S1.municipality: pack_reference_unknown “M7”",
        ),
        (
            "settlements.csv",
            "rural_settlement",
            "hamlet",
            "settlements.csv:2: kind: pack_value_not_allowed “hamlet”",
        ),
        (
            "categories.csv",
            "other.hole,other,",
            "other.hole,roads,",
            "categories.csv: other.hole.parent: pack_reference_unknown “roads”",
        ),
        (
            "categories.csv",
            "type,,fix",
            "type,,reply_general",
            "categories.csv: other.hole.resolution_rule: pack_reference_unknown “reply_general”",
        ),
        (
            "categories.csv",
            "other,,Прочее",
            "other,other,Прочее",
            "categories.csv:2: parent: pack_value_not_allowed “other”",
        ),
        (
            "deadline_rules.csv",
            "working_days",
            "fortnights",
            "deadline_rules.csv:3: unit: pack_value_not_allowed “fortnights”",
        ),
        (
            "deadline_rules.csv",
            "reply_general,reply,30",
            "reply_general,reply,0",
            "deadline_rules.csv:2: quantity: pack_value_not_allowed “0”",
        ),
        (
            "calendar.csv",
            "2027-01-01,off",
            "2026-11-04,off",
            "calendar.csv:3: date: pack_id_repeated “2026-11-04”",
        ),
        (
            "calendar.csv",
            "2027-01-01,off",
            "2027-01-01,half",
            "calendar.csv:3: day: pack_value_not_allowed “half”",
        ),
        ("bodies.csv", "B1,regional", "B2,regional", "bodies.csv:3: id: pack_id_repeated “B2”"),
        ("bodies.csv", ",,,other", ",,,roads", "bodies.csv: B1.spheres: pack_reference_unknown “roads”"),
        ("fast_track.csv", "other.hole", "other", "fast_track.csv: 1.type: pack_reference_unknown “other”"),
        (
            "outlines.geojson",
            "\"M1\"",
            "\"M3\"",
            "outlines.geojson: features[0].id: pack_reference_unknown “M3”",
        ),
        (
            "outlines.geojson",
            "[136,49]",
            "[136,49],[134,47]",
            "outlines.geojson: features[0].geometry: polygon_crosses_itself “M1”",
        ),
        (
            "outlines.geojson",
            "\"approximate\":true",
            "\"a\":1",
            "outlines.geojson: features[0].approximate: pack_value_missing",
        ),
    ] {
        let faults = faults_after(file, from, to);
        assert!(faults.contains(&fault.to_owned()), "{fault}\nis not among {faults:#?}");
    }
}

#[test]
fn rows_of_a_wrong_length_and_broken_files_are_faults() {
    assert!(
        faults_after("bodies.csv", ",M1,B1,", ",M1")[0].starts_with("bodies.csv:3: pack_file_unreadable")
    );
    assert!(faults_after("region.toml", "code = ", "code : ")[0].contains("line 2"));
    assert!(faults_after("outlines.geojson", "[[[135", "[[[[")[0].starts_with("outlines.geojson:"));
}

#[test]
fn missing_files_are_all_reported_and_two_may_be_missing() {
    let faults = parse(|_| None).unwrap_err();
    assert_eq!(faults.len(), FILES.len() - 2);
    let mut files = small_pack();
    files.remove("fast_track.csv");
    files.remove("calendar.csv");
    assert!(parse_files(&files).is_ok());
}

#[test]
fn a_pack_without_what_the_program_relies_on_is_refused() {
    let no_general = faults_after("deadline_rules.csv", "reply_general", "reply_usual");
    assert!(no_general.iter().any(|fault| fault.starts_with("deadline_rules.csv: reply_general.code")));
}

#[test]
fn the_pack_beside_the_program_is_whole() {
    let directory: PathBuf = [env!("CARGO_MANIFEST_DIR"), "data", "khabarovsk"].iter().collect();
    if !directory.join("region.toml").exists() {
        eprintln!("skipped: {} is not there", directory.display());
        return;
    }
    let pack = parse(|name| std::fs::read(directory.join(name)).ok().map(Cow::Owned)).unwrap();
    assert_eq!((pack.municipalities.len(), pack.outlines.len(), pack.fast_track.len()), (19, 19, 102));
    let residents: u32 = pack.municipalities.iter().filter_map(Municipality::residents).sum();
    assert_eq!(residents, 1_292_944);
}

proptest! {
    #[test]
    fn no_damage_makes_the_reader_panic(
        file in prop::sample::select(FILES.to_vec()), at in 0usize..2000, with in "\\PC{0,6}|[\",\n]{0,4}",
    ) {
        let mut files = small_pack();
        let text = files.get_mut(file).unwrap();
        let mut at = at % text.len();
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.insert_str(at, &with);
        let _ = parse_files(&files);
    }
}
