//! `categories.csv`: spheres and the types within them.

use super::fault::PackFault;
use super::table::{Row, Table};
use crate::domain::{Category, CategoryNo};
use crate::formats::rule;

pub(super) const FILE: &str = "categories.csv";
pub(super) const COLUMNS: &[&str] = &[
    "code",
    "parent",
    "name_ru",
    "name_en",
    "kind",
    "reply_rule",
    "resolution_rule",
    "duplicate_radius_m",
    "recurrence_months",
    "icon",
];

/// Reads the table.
pub(super) fn parse(table: &Table, faults: &mut Vec<PackFault>) -> Vec<Category> {
    let mut categories: Vec<Category> = vec![];
    for row in table.rows() {
        let Some(category) = parse_category(&row, categories.len() as u16, faults) else { continue };
        if categories.iter().any(|known| known.code == category.code) {
            row.fault("code", rule::PACK_ID_REPEATED, faults);
        }
        categories.push(category);
    }
    categories
}

fn parse_category(row: &Row<'_>, no: u16, faults: &mut Vec<PackFault>) -> Option<Category> {
    let code = row.required("code", faults);
    let is_type = row.parsed(
        "kind",
        |kind| match kind {
            "sphere" => Some(false),
            "type" => Some(true),
            _ => None,
        },
        faults,
    );
    let parent = row.optional("parent");
    if is_type.is_some_and(|is_type| is_type != parent.is_some()) {
        row.fault("parent", rule::PACK_VALUE_NOT_ALLOWED, faults);
    }
    let name_ru = row.required("name_ru", faults);
    let name_en = row.required("name_en", faults);
    let radius = row.parsed("duplicate_radius_m", |text| text.parse().ok(), faults);
    let months = row.parsed("recurrence_months", |text| text.parse().ok(), faults);
    let icon = row.required("icon", faults);
    Some(Category {
        no: CategoryNo(no),
        code: code?,
        parent,
        name_ru: name_ru?,
        name_en: name_en?,
        reply_rule: row.optional("reply_rule"),
        resolution_rule: row.optional("resolution_rule"),
        duplicate_radius_m: radius?,
        recurrence_months: months?,
        icon: icon?,
        aliases: Vec::new(),
        as_given: false,
    })
}
