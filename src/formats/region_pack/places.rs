//! `settlements.csv` and `bodies.csv`.

use super::fault::PackFault;
use super::table::{Row, Table};
use crate::domain::{Body, BodyNo, Level, Settlement, SettlementNo};
use crate::formats::rule;

pub(super) const SETTLEMENTS: &str = "settlements.csv";
pub(super) const SETTLEMENT_COLUMNS: &[&str] =
    &["id", "municipality", "name_ru", "name_en", "kind", "lon", "lat", "population", "connectivity"];
pub(super) const BODIES: &str = "bodies.csv";
pub(super) const BODY_COLUMNS: &[&str] =
    &["id", "level", "name_ru", "name_en", "municipality", "parent", "spheres"];

/// What a settlement may be.
const SETTLEMENT_KINDS: [&str; 4] = ["city", "urban_settlement", "rural_settlement", "other"];

/// Reads the settlements.
pub(super) fn parse_settlements(table: &Table, faults: &mut Vec<PackFault>) -> Vec<Settlement> {
    let mut settlements: Vec<Settlement> = vec![];
    for row in table.rows() {
        let Some(settlement) = parse_settlement(&row, settlements.len() as u16, faults) else { continue };
        if settlements.iter().any(|known| known.id == settlement.id) {
            row.fault("id", rule::PACK_ID_REPEATED, faults);
        }
        settlements.push(settlement);
    }
    settlements
}

fn parse_settlement(row: &Row<'_>, no: u16, faults: &mut Vec<PackFault>) -> Option<Settlement> {
    let texts = ["id", "municipality", "name_ru", "name_en"].map(|column| row.required(column, faults));
    let known_kind = |text: &str| SETTLEMENT_KINDS.contains(&text).then(|| text.to_owned());
    let kind = row.parsed("kind", known_kind, faults);
    let point = row.position("lon", "lat", faults);
    let population = row.parsed_if_any("population", |text| text.parse().ok(), faults);
    let [id, municipality, name_ru, name_en] = texts;
    Some(Settlement {
        no: SettlementNo(no),
        id: id?,
        municipality: municipality?,
        name_ru: name_ru?,
        name_en: name_en?,
        kind: kind?,
        point: point?,
        population: population?,
        connectivity: row.optional("connectivity"),
    })
}

/// Reads the bodies.
pub(super) fn parse_bodies(table: &Table, faults: &mut Vec<PackFault>) -> Vec<Body> {
    let mut bodies: Vec<Body> = vec![];
    for row in table.rows() {
        let level = row.parsed("level", Level::parse, faults);
        let texts = ["id", "name_ru", "name_en"].map(|column| row.required(column, faults));
        let (Some(level), [Some(id), Some(name_ru), Some(name_en)]) = (level, texts) else { continue };
        if bodies.iter().any(|known| known.id == id) {
            row.fault("id", rule::PACK_ID_REPEATED, faults);
        }
        bodies.push(Body {
            no: BodyNo(bodies.len() as u16),
            id,
            level,
            name_ru,
            name_en,
            municipality: row.optional("municipality"),
            parent: row.optional("parent"),
            spheres: row.list("spheres"),
        });
    }
    bodies
}
