//! A region pack: the files that say everything about a region before its first problem is registered.
//!
//! The pack's own README describes files and columns. Nothing here touches a disk: the caller gives bytes by file name, so
//! a pack inside the program and one in a directory read alike. `settings` reads `region.toml`, `municipalities`,
//! `categories`, `rules` and `places` the tables, `outlines` the borders; `references` checks what names what.

mod categories;
mod fault;
mod municipalities;
mod outlines;
mod places;
mod references;
mod rules;
mod settings;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use self::fault::PackFault;
pub use self::outlines::Outline;
pub use self::rules::FastTrack;
pub use self::settings::{DemoSettings, PackSettings};
use self::table::Table;
use super::rule;
use crate::domain::change::CalendarYear;
use crate::domain::deadline::DeadlineRule;
use crate::domain::{Body, Category, Municipality, Settlement};

/// The names of a pack's files. `fast_track.csv` and `calendar.csv` may be missing.
pub const FILES: [&str; 9] = [
    "region.toml",
    "municipalities.csv",
    "settlements.csv",
    "categories.csv",
    "fast_track.csv",
    "deadline_rules.csv",
    "calendar.csv",
    "bodies.csv",
    "outlines.geojson",
];

/// A pack, read and checked. Numbers of entities are those of the order in the files, from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionPack {
    /// The region and how it is shown.
    pub settings: PackSettings,
    /// Municipalities with all their versions; boundaries are in `outlines`.
    pub municipalities: Vec<Municipality>,
    /// Borders, at most one per municipality.
    pub outlines: Vec<Outline>,
    /// Settlements.
    pub settlements: Vec<Settlement>,
    /// Responsible bodies.
    pub bodies: Vec<Body>,
    /// Spheres and types.
    pub categories: Vec<Category>,
    /// Deadline rules.
    pub deadline_rules: Vec<DeadlineRule>,
    /// Exceptions to the working week, by year.
    pub calendar: Vec<CalendarYear>,
    /// Sub-categories with a shorter reply term, which also are names of types.
    pub fast_track: Vec<FastTrack>,
}

/// Reads a pack whose files `bytes_of` gives by name.
///
/// Errors: all faults of all files, each with file, line and field.
///
/// ```
/// use atlas::formats::region_pack;
/// let faults = region_pack::parse(|_name| None).unwrap_err();
/// assert_eq!(faults[0].to_string(), "region.toml: pack_file_missing");
/// ```
pub fn parse<'a>(bytes_of: impl Fn(&str) -> Option<Cow<'a, [u8]>>) -> Result<RegionPack, Vec<PackFault>> {
    let mut faults = Vec::new();
    let pack = parse_files(&bytes_of, &mut faults);
    match pack {
        Some(mut pack) if faults.is_empty() => {
            references::check(&pack, &mut faults);
            outlines::mark_approximate(&mut pack);
            if faults.is_empty() { Ok(pack) } else { Err(faults) }
        }
        _ => Err(faults),
    }
}

fn parse_files<'a>(
    bytes_of: &impl Fn(&str) -> Option<Cow<'a, [u8]>>,
    faults: &mut Vec<PackFault>,
) -> Option<RegionPack> {
    let mut required = |name: &'static str| {
        let bytes = bytes_of(name);
        if bytes.is_none() {
            faults.push(PackFault::of_file(name, rule::PACK_FILE_MISSING, ""));
        }
        bytes
    };
    let region_bytes = required("region.toml");
    let outline_bytes = required("outlines.geojson");
    let [municipality_bytes, settlement_bytes, category_bytes, rule_bytes, body_bytes] =
        [municipalities::FILE, places::SETTLEMENTS, categories::FILE, rules::FILE, places::BODIES]
            .map(required);

    let settings = region_bytes.and_then(|bytes| settings::parse(&bytes, faults));
    let municipality_rows =
        Table::read(municipalities::FILE, municipality_bytes, municipalities::COLUMNS, faults);
    let settlement_rows =
        Table::read(places::SETTLEMENTS, settlement_bytes, places::SETTLEMENT_COLUMNS, faults);
    let category_rows = Table::read(categories::FILE, category_bytes, categories::COLUMNS, faults);
    let rule_rows = Table::read(rules::FILE, rule_bytes, rules::COLUMNS, faults);
    let body_rows = Table::read(places::BODIES, body_bytes, places::BODY_COLUMNS, faults);
    let calendar_rows =
        Table::read(rules::CALENDAR, bytes_of(rules::CALENDAR), rules::CALENDAR_COLUMNS, faults);
    let fast_track_rows =
        Table::read(rules::FAST_TRACK, bytes_of(rules::FAST_TRACK), rules::FAST_TRACK_COLUMNS, faults);

    let municipalities = municipalities::parse(&municipality_rows, faults);
    let outlines = outline_bytes.map(|bytes| outlines::parse(&bytes, &municipalities, faults));
    Some(RegionPack {
        outlines: outlines.unwrap_or_default(),
        settlements: places::parse_settlements(&settlement_rows, faults),
        bodies: places::parse_bodies(&body_rows, faults),
        categories: categories::parse(&category_rows, faults),
        deadline_rules: rules::parse(&rule_rows, faults),
        calendar: rules::parse_calendar(&calendar_rows, faults),
        fast_track: rules::parse_fast_track(&fast_track_rows, faults),
        municipalities,
        settings: settings?,
    })
}
