//! Problems: what lists and cards need beside the common columns.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::layer::{Entry, Extra, number_or_none};
use crate::analytics::columns::{HIDDEN, NO_TIME, NONE, Row};
use crate::analytics::selection::StatusTable;
use crate::domain::{Cost, CostClass, Kopecks, Level, Problem, Status, Timestamp};
use crate::geometry::{Bounds, Mercator, Shape};
use crate::index::Nearby;

/// No cost known.
const NO_COST: i64 = i64::MIN;

/// Columns of problems, parallel to the common ones.
pub struct ProblemColumns {
    titles: Texts,
    /// Postal addresses; empty where there is none.
    addresses: Texts,
    cost_kopecks: Vec<i64>,
    cost_class: Vec<u8>,
    level: Vec<u8>,
    baseline_due: Vec<i64>,
    updated_at: Vec<i64>,
    n_appeals: Vec<u32>,
    n_supporters: Vec<u32>,
    extensions: Vec<u8>,
    reopened: Vec<u8>,
    /// Lines and polygons by row; everything else is a point.
    shapes: HashMap<u32, Arc<Shape>>,
    /// R-tree of their boxes. Built when it is first asked for: an import makes and drops many segments that
    /// nobody ever asks.
    nearby: OnceLock<Nearby>,
}

/// What one problem keeps beside the common columns.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemItem {
    /// Title.
    pub title: Box<str>,
    /// Postal address; empty where there is none.
    pub address: Box<str>,
    /// Cost and its class, where known.
    pub cost: Option<(Kopecks, CostClass)>,
    /// Level of the responsible body.
    pub level: Option<Level>,
    /// First deadline.
    pub baseline_due: Option<Timestamp>,
    /// When the record changed last.
    pub updated_at: Timestamp,
    /// Appeals linked.
    pub n_appeals: u32,
    /// Supporters.
    pub n_supporters: u32,
    /// How often the deadline was moved.
    pub extensions: u8,
    /// How often it was reopened.
    pub reopened: u8,
    /// Its line or polygon; `None` for a point.
    pub shape: Option<Arc<Shape>>,
}

/// Strings end to end, with where each ends.
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn of<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Self {
        let bytes = texts.clone().map(str::len).sum();
        let (mut text, mut ends) = (String::with_capacity(bytes), Vec::with_capacity(texts.size_hint().0));
        for one in texts {
            text.push_str(one);
            ends.push(text.len() as u32);
        }
        Self { text, ends }
    }

    fn at(&self, n: usize) -> &str {
        let start = if n == 0 { 0 } else { self.ends[n - 1] as usize };
        &self.text[start..self.ends[n] as usize]
    }
}

/// Makes the entry of a problem.
#[must_use]
pub fn entry(problem: &Problem) -> Entry<ProblemColumns> {
    let time = |t: Option<Timestamp>| t.map_or(NO_TIME, |t| t.0);
    let hidden = if problem.status.is_public() { 0 } else { HIDDEN };
    let row = Row {
        place: Mercator::from(problem.shape.anchor()),
        number: problem.no.0,
        category: problem.category.0,
        municipality: number_or_none(problem.municipality.map(|m| m.0)),
        responsible: number_or_none(problem.responsible.map(|b| b.0)),
        source: problem.source.0,
        status: problem.status as u8,
        severity: problem.severity.unwrap_or(0),
        flags: problem.flags.0 | hidden,
        opened_at: time(problem.registered_at),
        due_at: time(problem.current_due),
        closed_at: time(problem.resolved_at),
    };
    let item = ProblemItem {
        title: problem.title.as_str().into(),
        address: problem.address.as_deref().unwrap_or("").into(),
        cost: problem.cost.as_ref().map(|Cost { amount, class, .. }| (*amount, *class)),
        level: problem.level,
        baseline_due: problem.baseline_due,
        updated_at: problem.updated_at,
        n_appeals: problem.n_appeals,
        n_supporters: problem.n_supporters,
        extensions: problem.extension_count,
        reopened: problem.reopened,
        shape: (!matches!(problem.shape, Shape::Point(_))).then(|| Arc::new(problem.shape.clone())),
    };
    Entry { row, item }
}

impl ProblemColumns {
    /// What row `n` keeps.
    #[must_use]
    pub fn item(&self, n: usize) -> ProblemItem {
        ProblemItem {
            title: self.title(n).into(),
            address: self.address(n).into(),
            cost: self.cost(n),
            level: self.level(n),
            baseline_due: self.baseline_due(n),
            updated_at: Timestamp(self.updated_at[n]),
            n_appeals: self.n_appeals[n],
            n_supporters: self.n_supporters[n],
            extensions: self.extensions[n],
            reopened: self.reopened[n],
            shape: self.shape(n).cloned(),
        }
    }

    /// Title of row `n`.
    #[must_use]
    pub fn title(&self, n: usize) -> &str {
        self.titles.at(n)
    }

    /// Postal address of row `n`; empty where there is none.
    #[must_use]
    pub fn address(&self, n: usize) -> &str {
        self.addresses.at(n)
    }

    /// Cost of row `n` and its class.
    #[must_use]
    pub fn cost(&self, n: usize) -> Option<(Kopecks, CostClass)> {
        let class = match self.cost_class[n] {
            0 => CostClass::A,
            1 => CostClass::B,
            _ => CostClass::C,
        };
        (self.cost_kopecks[n] != NO_COST).then_some((Kopecks(self.cost_kopecks[n]), class))
    }

    /// Level of the body responsible for row `n`.
    #[must_use]
    pub fn level(&self, n: usize) -> Option<Level> {
        Level::from_number(self.level[n])
    }

    /// First deadline of row `n`.
    #[must_use]
    pub fn baseline_due(&self, n: usize) -> Option<Timestamp> {
        (self.baseline_due[n] != NO_TIME).then_some(Timestamp(self.baseline_due[n]))
    }

    /// When the record of row `n` changed last.
    #[must_use]
    pub fn updated_at(&self, n: usize) -> Timestamp {
        Timestamp(self.updated_at[n])
    }

    /// Appeals linked to row `n`.
    #[must_use]
    pub fn n_appeals(&self, n: usize) -> u32 {
        self.n_appeals[n]
    }

    /// Supporters of row `n`.
    #[must_use]
    pub fn n_supporters(&self, n: usize) -> u32 {
        self.n_supporters[n]
    }

    /// How often row `n` was reopened.
    #[must_use]
    pub fn reopened(&self, n: usize) -> u8 {
        self.reopened[n]
    }

    /// How often the deadline of row `n` was moved.
    #[must_use]
    pub fn extensions(&self, n: usize) -> u8 {
        self.extensions[n]
    }

    /// Line or polygon of row `n`; `None` for a point.
    #[must_use]
    pub fn shape(&self, n: usize) -> Option<&Arc<Shape>> {
        self.shapes.get(&(n as u32))
    }

    /// R-tree of the boxes of lines and polygons; points are found by their keys. Cost: O(s log s) for s of them, the first
    /// time.
    pub fn shapes_nearby(&self) -> &Nearby {
        let boxes = || self.shapes.iter().map(|(row, shape)| (shape.bounds(), *row));
        self.nearby.get_or_init(|| Nearby::build(boxes()))
    }
}

const fn bits(statuses: &[Status]) -> u16 {
    let (mut mask, mut n) = (0, 0);
    while n < statuses.len() {
        mask |= 1 << statuses[n] as u8;
        n += 1;
    }
    mask
}

const RUNNING: u16 = bits(&[
    Status::Draft,
    Status::Submitted,
    Status::Registered,
    Status::Assigned,
    Status::Planned,
    Status::InWork,
    Status::OnCheck,
]);

impl Extra for ProblemColumns {
    type Item = ProblemItem;

    const STATUSES: StatusTable = StatusTable {
        open: RUNNING | bits(&[Status::Postponed]),
        new: bits(&[Status::Draft, Status::Submitted, Status::Registered, Status::Assigned]),
        deadline_runs: RUNNING,
        resolved: bits(&[Status::Resolved]),
    };

    fn reach(item: &ProblemItem) -> Option<Bounds> {
        item.shape.as_ref().map(|shape| shape.bounds())
    }

    fn reach_of(&self, n: usize) -> Option<Bounds> {
        self.shape(n).map(|shape| shape.bounds())
    }

    fn build(items: Vec<ProblemItem>) -> Self {
        let time = |t: Option<Timestamp>| t.map_or(NO_TIME, |t| t.0);
        let shapes =
            items.iter().enumerate().filter_map(|(row, item)| Some((row as u32, item.shape.clone()?)));
        Self {
            titles: Texts::of(items.iter().map(|item| &*item.title)),
            addresses: Texts::of(items.iter().map(|item| &*item.address)),
            cost_kopecks: items
                .iter()
                .map(|item| item.cost.map_or(NO_COST, |(amount, _)| amount.0))
                .collect(),
            cost_class: items.iter().map(|item| item.cost.map_or(0, |(_, class)| class as u8)).collect(),
            level: items.iter().map(|item| item.level.map_or(u8::MAX, |level| level as u8)).collect(),
            baseline_due: items.iter().map(|item| time(item.baseline_due)).collect(),
            updated_at: items.iter().map(|item| item.updated_at.0).collect(),
            n_appeals: items.iter().map(|item| item.n_appeals).collect(),
            n_supporters: items.iter().map(|item| item.n_supporters).collect(),
            extensions: items.iter().map(|item| item.extensions).collect(),
            reopened: items.iter().map(|item| item.reopened).collect(),
            shapes: shapes.collect(),
            nearby: OnceLock::new(),
        }
    }

    fn merge(parts: &[&Self], origin: &[(u32, u32)]) -> Self {
        let from = |&(part, row): &(u32, u32)| (parts[part as usize], row as usize);
        macro_rules! gathered {
            ($column:ident) => {
                origin.iter().map(from).map(|(part, row)| part.$column[row]).collect()
            };
        }
        let shapes = origin.iter().enumerate().filter_map(|(row, at)| {
            let (part, old) = from(at);
            part.shapes.get(&(old as u32)).map(|shape| (row as u32, Arc::clone(shape)))
        });
        Self {
            titles: Texts::of(origin.iter().map(from).map(|(part, row)| part.title(row))),
            addresses: Texts::of(origin.iter().map(from).map(|(part, row)| part.address(row))),
            cost_kopecks: gathered!(cost_kopecks),
            cost_class: gathered!(cost_class),
            level: gathered!(level),
            baseline_due: gathered!(baseline_due),
            updated_at: gathered!(updated_at),
            n_appeals: gathered!(n_appeals),
            n_supporters: gathered!(n_supporters),
            extensions: gathered!(extensions),
            reopened: gathered!(reopened),
            shapes: if parts.iter().all(|part| part.shapes.is_empty()) {
                HashMap::new()
            } else {
                shapes.collect()
            },
            nearby: OnceLock::new(),
        }
    }
}

/// Whether a column value names a body or municipality.
#[must_use]
pub fn known(number: u16) -> Option<u16> {
    (number != NONE).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_states_says_what_the_domain_says() {
        for status in Status::ALL {
            let bit = 1 << status as u8;
            let table = ProblemColumns::STATUSES;
            assert_eq!(table.open & bit != 0, !status.is_closed(), "{status:?}");
            assert_eq!(table.deadline_runs & bit != 0, status.deadline_runs(), "{status:?}");
            assert_eq!(table.resolved & bit != 0, status == Status::Resolved, "{status:?}");
        }
    }
}
