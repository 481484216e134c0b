//! The region pack of Khabarovsk Krai for the tests of this module, read without [`crate::formats`].

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;

use crate::demo::{DemoInput, DemoPhrases, DemoPlan, DemoSizes, DemoWorld, generate};
use crate::domain::deadline::{Clock, DayKind, DeadlineRule, LegalCalendar, StartEvent, Unit};
use crate::domain::municipality::{MunicipalityKind, MunicipalityVersion, Population};
use crate::domain::time::Zone;
use crate::domain::{
    Body, BodyNo, Category, CategoryNo, Level, Municipality, MunicipalityNo, Settlement, SettlementNo,
};
use crate::geometry::{Position, Shape};

/// A pack in memory.
pub struct Pack {
    pub municipalities: Vec<Municipality>,
    pub boundaries: Vec<(MunicipalityNo, Arc<Shape>)>,
    pub settlements: Vec<Settlement>,
    pub bodies: Vec<Body>,
    pub categories: Vec<Category>,
    pub rules: Vec<DeadlineRule>,
    pub calendar: LegalCalendar,
    pub plan: DemoPlan,
    pub phrases: DemoPhrases,
}

pub static PACK: LazyLock<Pack> = LazyLock::new(Pack::read);
/// The world of the shipped sizes and seed.
pub static WORLD: LazyLock<DemoWorld> =
    LazyLock::new(|| generate(&PACK.input(), DemoSizes::default(), 27).unwrap());

impl Pack {
    pub fn input(&self) -> DemoInput<'_> {
        DemoInput {
            municipalities: &self.municipalities,
            boundaries: &self.boundaries,
            settlements: &self.settlements,
            bodies: &self.bodies,
            categories: &self.categories,
            rules: &self.rules,
            calendar: &self.calendar,
            plan: &self.plan,
            phrases: &self.phrases,
            since: Date::constant(2013, 1, 1),
            until: Date::constant(2026, 11, 1),
        }
    }

    fn read() -> Self {
        let municipalities = municipalities();
        let exception = |row: Row| {
            let kind = if row["day"] == "working" { DayKind::Working } else { DayKind::Off };
            (row["date"].parse().unwrap(), kind)
        };
        let exceptions: BTreeMap<Date, DayKind> = rows("calendar.csv").into_iter().map(exception).collect();
        Self {
            boundaries: outlines(&municipalities),
            municipalities,
            settlements: settlements(),
            bodies: bodies(),
            categories: categories(),
            rules: rules(),
            calendar: LegalCalendar::new(Zone::parse("Asia/Vladivostok").unwrap(), exceptions),
            plan: settings("demo.toml"),
            phrases: settings("demo_texts.toml"),
        }
    }
}

pub fn text(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/khabarovsk").join(file);
    std::fs::read_to_string(path).unwrap()
}

/// The message of a TOML error alone: the error itself would print the whole file.
fn settings<T: serde::de::DeserializeOwned>(file: &str) -> T {
    toml::from_str(&text(file)).unwrap_or_else(|e: toml::de::Error| panic!("{file}: {}", e.message()))
}

type Row = HashMap<String, String>;

fn rows(file: &str) -> Vec<Row> {
    csv::Reader::from_reader(text(file).as_bytes()).deserialize().map(Result::unwrap).collect()
}

fn optional(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}

fn list(cell: &str) -> Vec<String> {
    cell.split('|').filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn degrees(row: &Row, lon: &str, lat: &str) -> Position {
    Position::parse_degrees(row[lon].parse().unwrap(), row[lat].parse().unwrap()).unwrap()
}

fn municipalities() -> Vec<Municipality> {
    let mut all: Vec<Municipality> = Vec::new();
    for row in rows("municipalities.csv") {
        let population = Population {
            date: row["population_date"].parse().unwrap(),
            n: row["population"].parse().unwrap(),
            source: row["population_source"].clone(),
        };
        let version = MunicipalityVersion {
            valid_from: row["valid_from"].parse().ok(),
            valid_to: row["valid_to"].parse().ok(),
            kind: MunicipalityKind::parse(&row["kind"]).unwrap(),
            name_ru: row["name_ru"].clone(),
            name_en: row["name_en"].clone(),
            short_name_ru: row["short_name_ru"].clone(),
            aliases: list(&row["aliases"]),
            oktmo: row["oktmo"].clone(),
            oktmo_confirmed: row["oktmo_confirmed"] == "true",
            centre_name: row["centre_name"].clone(),
            centre: degrees(&row, "centre_lon", "centre_lat"),
            label_point: degrees(&row, "label_lon", "label_lat"),
            population: vec![population],
            area_km2: row["area_km2"].parse().ok(),
            boundary: None,
            approximate: true,
        };
        match all.iter_mut().find(|m| m.id == row["id"]) {
            Some(known) => known.versions.push(version),
            None => all.push(Municipality {
                no: MunicipalityNo(all.len() as u16),
                id: row["id"].clone(),
                slug: row["slug"].clone(),
                parent: optional(&row["parent"]),
                successor_of: Vec::new(),
                versions: vec![version],
            }),
        }
    }
    all
}

fn outlines(municipalities: &[Municipality]) -> Vec<(MunicipalityNo, Arc<Shape>)> {
    let file: serde_json::Value = serde_json::from_str(&text("outlines.geojson")).unwrap();
    let position = |pair: &serde_json::Value| {
        Position::parse_degrees(pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap()).unwrap()
    };
    let ring = |ring: &serde_json::Value| {
        let mut path: Vec<Position> = ring.as_array().unwrap().iter().map(position).collect();
        path.pop();
        path
    };
    let polygon = |rings: &serde_json::Value| rings.as_array().unwrap().iter().map(ring).collect();
    let outline = |feature: &serde_json::Value| {
        let id = feature["properties"]["id"].as_str().unwrap();
        let no = municipalities.iter().find(|m| m.id == id).unwrap().no;
        let coordinates = &feature["geometry"]["coordinates"];
        let polygons = match feature["geometry"]["type"].as_str().unwrap() {
            "Polygon" => vec![polygon(coordinates)],
            _ => coordinates.as_array().unwrap().iter().map(polygon).collect(),
        };
        (no, Arc::new(Shape::Polygons(polygons)))
    };
    file["features"].as_array().unwrap().iter().map(outline).collect()
}

fn settlements() -> Vec<Settlement> {
    let settlement = |(n, row): (usize, &Row)| Settlement {
        no: SettlementNo(n as u16),
        id: row["id"].clone(),
        municipality: row["municipality"].clone(),
        name_ru: row["name_ru"].clone(),
        name_en: row["name_en"].clone(),
        kind: row["kind"].clone(),
        point: degrees(row, "lon", "lat"),
        population: row["population"].parse().ok(),
        connectivity: optional(&row["connectivity"]),
    };
    rows("settlements.csv").iter().enumerate().map(settlement).collect()
}

fn bodies() -> Vec<Body> {
    let body = |(n, row): (usize, &Row)| Body {
        no: BodyNo(n as u16),
        id: row["id"].clone(),
        level: Level::parse(&row["level"]).unwrap(),
        name_ru: row["name_ru"].clone(),
        name_en: row["name_en"].clone(),
        municipality: optional(&row["municipality"]),
        parent: optional(&row["parent"]),
        spheres: list(&row["spheres"]),
    };
    rows("bodies.csv").iter().enumerate().map(body).collect()
}

fn categories() -> Vec<Category> {
    let category = |(n, row): (usize, &Row)| Category {
        no: CategoryNo(n as u16),
        code: row["code"].clone(),
        parent: optional(&row["parent"]),
        name_ru: row["name_ru"].clone(),
        name_en: row["name_en"].clone(),
        reply_rule: optional(&row["reply_rule"]),
        resolution_rule: optional(&row["resolution_rule"]),
        duplicate_radius_m: row["duplicate_radius_m"].parse().unwrap(),
        recurrence_months: row["recurrence_months"].parse().unwrap(),
        icon: row["icon"].clone(),
        aliases: Vec::new(),
        as_given: false,
    };
    rows("categories.csv").iter().enumerate().map(category).collect()
}

fn rules() -> Vec<DeadlineRule> {
    let rule = |row: &Row| DeadlineRule {
        code: row["code"].clone(),
        clock: if row["clock"] == "reply" { Clock::Reply } else { Clock::Resolution },
        quantity: row["quantity"].parse().unwrap(),
        unit: match row["unit"].as_str() {
            "calendar_days" => Unit::CalendarDays,
            "working_days" => Unit::WorkingDays,
            _ => Unit::Hours,
        },
        start_event: match row["start_event"].as_str() {
            "received" => StartEvent::Received,
            "registered" => StartEvent::Registered,
            _ => StartEvent::Planned,
        },
        name_ru: row["name_ru"].clone(),
        name_en: row["name_en"].clone(),
        legal_reference: row["legal_reference"].clone(),
        valid_from: row["valid_from"].parse().ok(),
        valid_to: row["valid_to"].parse().ok(),
    };
    rows("deadline_rules.csv").iter().map(rule).collect()
}
