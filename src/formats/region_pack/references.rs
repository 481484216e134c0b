//! What a pack's tables say of each other: every name that one uses exists in another.

use std::collections::HashMap;

use super::fault::PackFault;
use super::{RegionPack, categories, municipalities, places, rules};
use crate::domain::category::OTHER;
use crate::domain::deadline::Clock;
use crate::formats::rule;

/// The rule that holds where a category's own one does not hold yet.
const GENERAL_REPLY_RULE: &str = "reply_general";

/// Checks all references. The line of a fault is left out: the id in it names the row.
pub(super) fn check(pack: &RegionPack, faults: &mut Vec<PackFault>) {
    check_municipalities(pack, faults);
    check_categories(pack, faults);
    check_bodies(pack, faults);
    for settlement in &pack.settlements {
        let known = has_municipality(pack, &settlement.municipality);
        require(known, places::SETTLEMENTS, &settlement.id, "municipality", &settlement.municipality, faults);
    }
    for entry in &pack.fast_track {
        let number = entry.number.to_string();
        let is_type = pack.categories.iter().any(|c| c.parent.is_some() && c.code == entry.type_code);
        require(is_type, rules::FAST_TRACK, &number, "type", &entry.type_code, faults);
    }
}

/// Notes that the row `id` of `file` names something in `column` that does not exist.
fn require(known: bool, file: &'static str, id: &str, column: &str, got: &str, faults: &mut Vec<PackFault>) {
    if !known {
        faults.push(PackFault::new(file, 0, &format!("{id}.{column}"), rule::PACK_REFERENCE_UNKNOWN, got));
    }
}

fn has_municipality(pack: &RegionPack, id: &str) -> bool {
    pack.municipalities.iter().any(|municipality| municipality.id == id)
}

fn check_municipalities(pack: &RegionPack, faults: &mut Vec<PackFault>) {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for municipality in &pack.municipalities {
        for id in municipality.successor_of.iter().chain(&municipality.parent) {
            let known = has_municipality(pack, id) && *id != municipality.id;
            require(known, municipalities::FILE, &municipality.id, "parent|successor_of", id, faults);
        }
        for version in &municipality.versions {
            let own = [&version.name_ru, &version.name_en, &version.short_name_ru, &version.oktmo];
            for name in own.into_iter().chain(&version.aliases) {
                let owner = owners.entry(name.to_lowercase()).or_insert(&municipality.id);
                if *owner != municipality.id {
                    let field = format!("{}.aliases", municipality.id);
                    faults.push(PackFault::new(
                        municipalities::FILE,
                        0,
                        &field,
                        rule::PACK_ID_REPEATED,
                        name,
                    ));
                }
            }
        }
    }
}

fn check_categories(pack: &RegionPack, faults: &mut Vec<PackFault>) {
    let is_sphere = |code: &str| pack.categories.iter().any(|c| c.parent.is_none() && c.code == code);
    let has_rule =
        |code: &str, clock: Clock| pack.deadline_rules.iter().any(|r| r.code == code && r.clock == clock);
    for category in &pack.categories {
        let mut check = |known: bool, column: &str, got: &str| {
            require(known, categories::FILE, &category.code, column, got, faults);
        };
        if let Some(parent) = &category.parent {
            check(is_sphere(parent), "parent", parent);
        }
        if let Some(rule) = &category.reply_rule {
            check(has_rule(rule, Clock::Reply), "reply_rule", rule);
        }
        if let Some(rule) = &category.resolution_rule {
            check(has_rule(rule, Clock::Resolution), "resolution_rule", rule);
        }
    }
    require(is_sphere(OTHER), categories::FILE, OTHER, "code", OTHER, faults);
    let general = has_rule(GENERAL_REPLY_RULE, Clock::Reply);
    require(general, rules::FILE, GENERAL_REPLY_RULE, "code", GENERAL_REPLY_RULE, faults);
}

fn check_bodies(pack: &RegionPack, faults: &mut Vec<PackFault>) {
    for body in &pack.bodies {
        let mut check = |known: bool, column: &str, got: &str| {
            require(known, places::BODIES, &body.id, column, got, faults);
        };
        if let Some(id) = &body.municipality {
            check(has_municipality(pack, id), "municipality", id);
        }
        if let Some(parent) = &body.parent {
            check(pack.bodies.iter().any(|b| b.id == *parent && b.id != body.id), "parent", parent);
        }
        for sphere in &body.spheres {
            let known = pack.categories.iter().any(|c| c.parent.is_none() && c.code == *sphere);
            check(known, "spheres", sphere);
        }
    }
}
