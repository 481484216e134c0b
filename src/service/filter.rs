//! The one filter: the same parameters on lists, tiles, statistics, ratings and exports.
//!
//! A [`Filter`] is what the request says, in types; `Filter::select_problems` and its like turn its names into the numbers of one world.

use std::fmt::Write;
use std::sync::Arc;

use jiff::civil::Date;

use super::Reading;
use crate::analytics::columns::RowSet;
use crate::analytics::selection::{Attributes, DueClass, NumberSet, Selection, StatusFilter, StatusTable};
use crate::domain::{AppealStatus, Kind, Kopecks, Status, Timestamp};
use crate::geometry::Bounds;
use crate::snapshot::Snapshot;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::dictionary::Dictionary;
use crate::snapshot::layer::{Extra, Layer, Segment};
use crate::snapshot::problems::ProblemColumns;

/// Most values in one parameter.
pub const MAX_VALUES: usize = 100;
/// Longest text to search for, characters.
pub const MAX_QUERY_CHARS: usize = 200;

/// A moment or a legal day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A day of the region's calendar.
    Day(Date),
    /// A moment.
    At(Timestamp),
}

/// What a request asks for. Everything is ANDed; several values of one parameter mean "any of". Values are sorted and
/// without repetition, so that equal questions look equal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Within this box.
    pub bbox: Option<Bounds>,
    /// Ids, codes or slugs of municipalities.
    pub municipality: Vec<String>,
    /// Codes of spheres or types.
    pub category: Vec<String>,
    /// States, or sets of them: `open`, `closed`, and those of the legend, of which each row is in one: `new`, `underway`,
    /// `overdue`, `closed`.
    pub status: Vec<String>,
    /// How open ones stand to their deadlines: `overdue`, `30d`, `90d`, `later`, `none`.
    pub due: Vec<String>,
    /// Severities, 1…5.
    pub severity: Vec<u8>,
    /// Costing at least so many roubles; what costs nobody knows how much is not taken.
    pub cost_from: Option<u64>,
    /// Costing at most so many roubles.
    pub cost_to: Option<u64>,
    /// Ids or names of bodies.
    pub responsible: Vec<String>,
    /// Due on or after.
    pub due_from: Option<Moment>,
    /// Due on or before.
    pub due_to: Option<Moment>,
    /// Registered (received) on or after.
    pub registered_from: Option<Moment>,
    /// Registered (received) on or before.
    pub registered_to: Option<Moment>,
    /// Registered (received) within; unlike the two above this also takes records without a date, as OGC wants.
    pub datetime: Option<(Option<Moment>, Option<Moment>)>,
    /// Words that the title and the address must hold together, or the id.
    pub q: Option<String>,
    /// As it was then.
    pub as_of: Option<Moment>,
}

/// A value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {got} is not allowed")]
pub struct Invalid {
    /// Which parameter.
    pub parameter: &'static str,
    /// What stood there.
    pub got: String,
    /// Code of the rule, a key of the message catalogue.
    pub rule: &'static str,
    /// What is allowed.
    pub allowed: String,
}

impl Invalid {
    /// A value that breaks `rule`.
    #[must_use]
    pub fn new(parameter: &'static str, rule: &'static str, got: &str, allowed: impl Into<String>) -> Self {
        Self { parameter, got: got.chars().take(120).collect(), rule, allowed: allowed.into() }
    }
}

impl Filter {
    /// One text for every equal filter: part of cache keys and entity tags.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        let mut put = |name: &str, value: &dyn std::fmt::Debug| {
            let _ = write!(text, "{name}={value:?};");
        };
        if let Some(b) = &self.bbox {
            put("bbox", &(b.west, b.south, b.east, b.north));
        }
        for (name, values) in [
            ("municipality", &self.municipality),
            ("category", &self.category),
            ("status", &self.status),
            ("responsible", &self.responsible),
            ("due", &self.due),
        ] {
            if !values.is_empty() {
                put(name, values);
            }
        }
        if !self.severity.is_empty() {
            put("severity", &self.severity);
        }
        for (name, roubles) in [("cost_from", self.cost_from), ("cost_to", self.cost_to)] {
            if let Some(roubles) = roubles {
                put(name, &roubles);
            }
        }
        for (name, moment) in [
            ("due_from", self.due_from),
            ("due_to", self.due_to),
            ("from", self.registered_from),
            ("to", self.registered_to),
            ("as_of", self.as_of),
        ] {
            if let Some(moment) = moment {
                put(name, &moment);
            }
        }
        if let Some(datetime) = &self.datetime {
            put("datetime", datetime);
        }
        if let Some(q) = &self.q {
            put("q", q);
        }
        text
    }

    /// The filter in the numbers of `reading`'s problems.
    pub fn select_problems(&self, reading: &Reading) -> Result<Selection, Invalid> {
        let mut selection = self.select(reading, Kind::Problem)?;
        let layer = &reading.snapshot.problems;
        if let Some(bounds) = &self.bbox {
            selection.beyond = Some(shapes_beyond(&reading.snapshot, bounds));
        }
        let costs = self.cost_from.is_some() || self.cost_to.is_some();
        if self.q.is_some() || costs {
            let ids = &reading.snapshot.dictionary.ids;
            let search = self.q.as_ref().map(|q| (fold(q), ids.parse_problem(q.trim()).map(|no| no.0)));
            let found = |segment: &Segment<ProblemColumns>, row: usize| {
                search.as_ref().is_none_or(|(words, id)| {
                    let extra = &segment.extra;
                    // One text with a break in it: a word may stand in either part, and in no third one.
                    let told = || fold(&format!("{}\n{}", extra.title(row), extra.address(row)));
                    *id == Some(segment.columns.number[row]) || contains_all(&told(), words)
                })
            };
            let name = format!("{:?}", (&self.q, self.cost_from, self.cost_to));
            selection.rows = Some(matching(layer, &name, |segment, row| {
                (!costs || self.admits_cost(&segment.extra, row)) && found(segment, row)
            }));
        }
        Ok(selection)
    }

    fn admits_cost(&self, extra: &ProblemColumns, row: usize) -> bool {
        let Some((Kopecks(kopecks), _)) = extra.cost(row) else { return false };
        let kopecks = kopecks.max(0).unsigned_abs();
        self.cost_from.is_none_or(|from| kopecks >= from.saturating_mul(100))
            && self.cost_to.is_none_or(|to| kopecks <= to.saturating_mul(100))
    }

    /// The filter in the numbers of `reading`'s appeals. Their words are not public, so `q` looks at ids and categories.
    pub fn select_appeals(&self, reading: &Reading) -> Result<Selection, Invalid> {
        for (name, roubles) in [("cost_from", self.cost_from), ("cost_to", self.cost_to)] {
            if let Some(roubles) = roubles {
                return Err(Invalid::new(name, "no_costs", &roubles.to_string(), ""));
            }
        }
        let mut selection = self.select(reading, Kind::Appeal)?;
        if let Some(q) = &self.q {
            let dictionary = &reading.snapshot.dictionary;
            let words = fold(q);
            let named = |name: &str| contains_all(&fold(name), &words);
            let categories: NumberSet = dictionary
                .categories
                .iter()
                .filter(|c| named(&c.name_ru) || named(&c.name_en) || named(&c.code))
                .map(|c| c.no.0)
                .collect();
            let by_id = dictionary.ids.parse_appeal(q.trim()).map(|no| no.0);
            // Categories may be renamed.
            let name = format!("{}/{q}", reading.snapshot.dictionary_version);
            selection.rows = Some(matching(&reading.snapshot.appeals, &name, |segment, row| {
                by_id == Some(segment.columns.number[row])
                    || categories.contains(segment.columns.category[row])
            }));
        }
        Ok(selection)
    }

    fn select(&self, reading: &Reading, kind: Kind) -> Result<Selection, Invalid> {
        let dictionary = &reading.snapshot.dictionary;
        Ok(Selection {
            rects: self.bbox.as_ref().map(Selection::rects_of),
            attributes: Attributes {
                municipalities: self.municipality_numbers(dictionary)?,
                categories: self.category_numbers(dictionary)?,
                responsible: self.responsible_numbers(dictionary)?,
                status: self.status_filter(kind)?,
                severities: self.severity_bits()?,
                due: self.due_bits()?,
                due_at: interval(dictionary, self.due_from, self.due_to),
                opened: self.opened(dictionary),
                opened_or_unknown: self.datetime.and_then(|(from, to)| interval(dictionary, from, to)),
            },
            ..Selection::default()
        })
    }

    fn municipality_numbers(&self, dictionary: &Dictionary) -> Result<Option<NumberSet>, Invalid> {
        let find = |name: &String| {
            let found = dictionary.find_municipality(name).map(|m| m.no.0);
            found.ok_or_else(|| {
                let slugs: Vec<&str> = dictionary.municipalities.iter().map(|m| m.slug.as_str()).collect();
                Invalid::new("municipality", "unknown_value", name, slugs.join(", "))
            })
        };
        set_of(&self.municipality, find)
    }

    fn category_numbers(&self, dictionary: &Dictionary) -> Result<Option<NumberSet>, Invalid> {
        if self.category.is_empty() {
            return Ok(None);
        }
        let mut set = NumberSet::default();
        for code in &self.category {
            let before = set.clone();
            dictionary.category_and_types(code).for_each(|no| set.insert(no.0));
            if set == before && dictionary.category_and_types(code).next().is_none() {
                let spheres = dictionary.categories.iter().filter(|c| c.parent.is_none());
                let codes: Vec<&str> = spheres.map(|c| c.code.as_str()).collect();
                let allowed = format!("{}, {}.…", codes.join(", "), codes.first().unwrap_or(&"roads"));
                return Err(Invalid::new("category", "unknown_value", code, allowed));
            }
        }
        Ok(Some(set))
    }

    fn responsible_numbers(&self, dictionary: &Dictionary) -> Result<Option<NumberSet>, Invalid> {
        let find = |name: &String| {
            let found = dictionary.find_body(name).map(|body| body.no.0);
            found.ok_or_else(|| Invalid::new("responsible", "unknown_value", name, "BOD-…"))
        };
        set_of(&self.responsible, find)
    }

    fn status_filter(&self, kind: Kind) -> Result<Option<StatusFilter>, Invalid> {
        if self.status.is_empty() {
            return Ok(None);
        }
        let mut filter = StatusFilter::default();
        for name in &self.status {
            match name.as_str() {
                "overdue" => filter.overdue = true,
                "open" => filter.mask |= closed_bits(kind, false),
                "closed" => filter.mask |= closed_bits(kind, true),
                "new" => filter.in_time |= statuses_of(kind).new,
                "underway" => filter.in_time |= statuses_of(kind).open & !statuses_of(kind).new,
                name => match status_number(kind, name) {
                    Some(number) => filter.mask |= 1 << number,
                    None => return Err(Invalid::new("status", "unknown_value", name, status_names(kind))),
                },
            }
        }
        Ok(Some(filter))
    }

    fn due_bits(&self) -> Result<Option<u8>, Invalid> {
        let mut bits = 0;
        for name in &self.due {
            let found = DueClass::NAMES.iter().find(|(known, _)| known == name);
            let names = || DueClass::NAMES.map(|(known, _)| known).join(", ");
            let (_, class) = found.ok_or_else(|| Invalid::new("due", "unknown_value", name, names()))?;
            bits |= class.bit();
        }
        Ok((bits != 0).then_some(bits))
    }

    fn severity_bits(&self) -> Result<Option<u8>, Invalid> {
        let mut bits = 0;
        for severity in &self.severity {
            if !(1..=5).contains(severity) {
                return Err(Invalid::new(
                    "severity",
                    "unknown_value",
                    &severity.to_string(),
                    "1, 2, 3, 4, 5",
                ));
            }
            bits |= 1 << severity;
        }
        Ok((bits != 0).then_some(bits))
    }

    fn opened(&self, dictionary: &Dictionary) -> Option<(i64, i64)> {
        interval(dictionary, self.registered_from, self.registered_to)
    }
}

/// First and last millisecond of an interval of moments or legal days; `None` when both ends are open.
fn interval(dictionary: &Dictionary, from: Option<Moment>, to: Option<Moment>) -> Option<(i64, i64)> {
    if from.is_none() && to.is_none() {
        return None;
    }
    let zone = dictionary.calendar.zone();
    let first = |moment| match moment {
        Moment::Day(day) => zone.start_of(day).0,
        Moment::At(t) => t.0,
    };
    let last = |moment| match moment {
        Moment::Day(day) => zone.end_of(day).0,
        Moment::At(t) => t.0,
    };
    // The smallest value stands for "no moment", which no interval holds.
    Some((from.map_or(i64::MIN + 1, first), to.map_or(i64::MAX, last)))
}

fn set_of(
    names: &[String],
    find: impl FnMut(&String) -> Result<u16, Invalid>,
) -> Result<Option<NumberSet>, Invalid> {
    if names.is_empty() {
        return Ok(None);
    }
    names.iter().map(find).collect::<Result<NumberSet, Invalid>>().map(Some)
}

fn status_number(kind: Kind, name: &str) -> Option<u8> {
    match kind {
        Kind::Problem => Status::parse(name).filter(|s| s.is_public()).map(|s| s as u8),
        _ => AppealStatus::parse(name).map(|s| s as u8),
    }
}

fn closed_bits(kind: Kind, closed: bool) -> u16 {
    let bit = |number: u8, is_closed: bool| if is_closed == closed { 1 << number } else { 0 };
    match kind {
        Kind::Problem => Status::ALL.iter().map(|s| bit(*s as u8, s.is_closed())).sum(),
        _ => AppealStatus::ALL.iter().map(|s| bit(*s as u8, s.is_closed())).sum(),
    }
}

fn statuses_of(kind: Kind) -> StatusTable {
    match kind {
        Kind::Problem => ProblemColumns::STATUSES,
        _ => AppealColumns::STATUSES,
    }
}

fn status_names(kind: Kind) -> String {
    let own: Vec<&str> = match kind {
        Kind::Problem => Status::ALL.iter().filter(|s| s.is_public()).map(|s| s.code()).collect(),
        _ => AppealStatus::ALL.iter().map(|s| s.code()).collect(),
    };
    format!("open, closed, overdue, new, underway, {}", own.join(", "))
}

/// Rows whose line or polygon meets the box although their place lies outside it. Cost: O(log n + shapes found).
fn shapes_beyond(snapshot: &Snapshot, bounds: &Bounds) -> Vec<Vec<u32>> {
    let of_segment = |segment: &Arc<Segment<_>>| {
        let extra: &ProblemColumns = &segment.extra;
        let meets = |row: &u32| {
            let place = segment.columns.place(*row as usize).position();
            let shape = extra.shape(*row as usize);
            !bounds.contains(place) && shape.is_some_and(|shape| shape.meets(bounds))
        };
        let mut rows: Vec<u32> = extra.shapes_nearby().meeting(bounds).filter(meets).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    };
    snapshot.problems.segments().iter().map(of_segment).collect()
}

/// Rows that `take` accepts, one set per part; segments keep what the search called `name` found.
///
/// Cost: O(n) for segments in which nobody has searched for this yet; a row costs as much as its title and address are long.
fn matching<E: Extra>(
    layer: &Layer<E>,
    name: &str,
    take: impl Fn(&Segment<E>, usize) -> bool,
) -> Vec<Arc<RowSet>> {
    let search = |segment: &Segment<E>| {
        let mut set = RowSet::empty(segment.columns.len());
        for row in (0..segment.columns.len()).filter(|row| take(segment, *row)) {
            set.insert(row);
        }
        set
    };
    layer.segments().iter().map(|segment| segment.derived.found(name, || search(segment))).collect()
}

/// Text as people search for it: without case, `ё` as `е`.
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

fn contains_all(text: &str, words: &str) -> bool {
    words.split_whitespace().all(|word| text.contains(word))
}
