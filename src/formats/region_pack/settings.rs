//! `region.toml`: what is said of the region as a whole.

use jiff::civil::Date;
use serde::Deserialize;

use super::fault::PackFault;
use super::table::day;
use crate::domain::Region;
use crate::domain::region::Notice;
use crate::domain::time::Zone;
use crate::formats::rule;
use crate::geometry::Bounds;

const FILE: &str = "region.toml";

/// The region and how it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PackSettings {
    /// The region. Its notice of invention is empty: only a demonstration sets it.
    pub region: Region,
    /// The middle part of public ids.
    pub id_prefix: String,
    /// Languages in which the pack has names, the default first.
    pub languages: Vec<String>,
    /// Currency of all amounts, ISO 4217.
    pub currency: String,
    /// The invented history, where the pack allows one.
    pub demo: Option<DemoSettings>,
}

/// The frame of an invented history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoSettings {
    /// First day.
    pub since: Date,
    /// Last day: "today" of the demonstration.
    pub until: Date,
    /// The sentence that says that all is invented.
    pub notice: Notice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionText {
    code: String,
    slug: String,
    id_prefix: String,
    name_ru: String,
    name_en: String,
    time_zone: String,
    bounds: [f64; 4],
    languages: Vec<String>,
    currency: String,
    report_url: Option<String>,
    demo: Option<DemoText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoText {
    since: String,
    until: String,
    title_ru: String,
    title_en: String,
}

/// Reads the file.
pub(super) fn parse(bytes: &[u8], faults: &mut Vec<PackFault>) -> Option<PackSettings> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string());
    let parsed = text.and_then(|text| {
        toml::from_str::<RegionText>(text)
            .map_err(|error| format!("{} ({})", error.message(), at_line(text, error.span())))
    });
    let region = match parsed {
        Ok(region) => region,
        Err(reason) => {
            faults.push(PackFault::of_file(FILE, rule::PACK_FILE_UNREADABLE, &reason));
            return None;
        }
    };
    check(&region, faults);
    let demo = region.demo.as_ref().map(|demo| parse_demo(demo, faults));
    Some(PackSettings {
        id_prefix: region.id_prefix,
        languages: region.languages,
        currency: region.currency,
        demo: demo.flatten(),
        region: Region {
            code: region.code,
            slug: region.slug,
            name_ru: region.name_ru,
            name_en: region.name_en,
            time_zone: region.time_zone,
            bounds: region.bounds,
            invented: None,
            report_url: region.report_url,
        },
    })
}

fn at_line(text: &str, span: Option<std::ops::Range<usize>>) -> String {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}", before.matches('\n').count() + 1)
}

fn check(region: &RegionText, faults: &mut Vec<PackFault>) {
    let is_code = |text: &str| is_slug(&text.to_lowercase());
    let shown_bounds = format!("{:?}", region.bounds);
    let rules = [
        ("code", is_code(&region.code), &region.code),
        ("slug", is_slug(&region.slug), &region.slug),
        ("id_prefix", is_code(&region.id_prefix), &region.id_prefix),
        ("name_ru", !region.name_ru.trim().is_empty(), &region.name_ru),
        ("name_en", !region.name_en.trim().is_empty(), &region.name_en),
        ("time_zone", Zone::parse(&region.time_zone).is_some(), &region.time_zone),
        ("bounds", Bounds::parse_degrees(region.bounds).is_ok(), &shown_bounds),
        ("currency", region.currency.len() == 3, &region.currency),
    ];
    for (field, keeps, got) in rules {
        if !keeps {
            faults.push(PackFault::new(FILE, 0, field, rule::PACK_VALUE_NOT_ALLOWED, got));
        }
    }
    if let Some(url) = region.report_url.as_ref().filter(|url| !url.starts_with("https://")) {
        faults.push(PackFault::new(FILE, 0, "report_url", rule::PACK_VALUE_NOT_ALLOWED, url));
    }
    if region.languages.is_empty() {
        faults.push(PackFault::new(FILE, 0, "languages", rule::PACK_VALUE_MISSING, ""));
    }
}

fn parse_demo(demo: &DemoText, faults: &mut Vec<PackFault>) -> Option<DemoSettings> {
    let mut date = |field: &str, text: &str| {
        let date = day(text);
        if date.is_none() {
            faults.push(PackFault::new(FILE, 0, field, rule::PACK_VALUE_NOT_ALLOWED, text));
        }
        date
    };
    let (since, until) = (date("demo.since", &demo.since)?, date("demo.until", &demo.until)?);
    if since >= until {
        faults.push(PackFault::new(FILE, 0, "demo.until", rule::PACK_VALUE_NOT_ALLOWED, &demo.until));
        return None;
    }
    let notice = Notice { ru: demo.title_ru.clone(), en: demo.title_en.clone() };
    Some(DemoSettings { since, until, notice })
}

/// Whether `text` can stand in an address: lower-case Latin letters, digits, hyphens.
pub(super) fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
