//! The order of a list, where it is not that of the records' numbers.

use super::features::Collection;
use super::filter::Invalid;
use crate::analytics::columns::NO_TIME;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::{At, Extra, Layer};
use crate::snapshot::problems::ProblemColumns;

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// What is open by its deadline, then what is open without one or with one that stands still, then what is closed.
    Urgency,
    /// Registered or received.
    Opened,
    /// Deadline.
    Due,
    /// Cost.
    Cost,
    /// Linked appeals.
    Appeals,
}

/// By what a list is sorted, and which way. What is unknown comes last either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    key: SortKey,
    descending: bool,
}

const PROBLEMS: &[(&str, SortKey)] = &[
    ("urgency", SortKey::Urgency),
    ("registered_at", SortKey::Opened),
    ("current_due", SortKey::Due),
    ("cost_rub", SortKey::Cost),
    ("n_appeals", SortKey::Appeals),
];
const APPEALS: &[(&str, SortKey)] =
    &[("urgency", SortKey::Urgency), ("received_at", SortKey::Opened), ("due_at", SortKey::Due)];

impl Order {
    /// Reads the name of a property; `-` before it turns the order round, `+` does not.
    pub fn parse(collection: Collection, text: &str) -> Result<Self, Invalid> {
        let keys = if collection == Collection::Appeals { APPEALS } else { PROBLEMS };
        let (descending, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            // A plus sign in a query is a space to whoever reads forms.
            None => (false, text.trim_start_matches(['+', ' '])),
        };
        let found = keys.iter().find(|(known, _)| *known == name);
        found.map(|(_, key)| Self { key: *key, descending }).ok_or_else(|| {
            let names: Vec<String> =
                keys.iter().flat_map(|(n, _)| [(*n).to_owned(), format!("-{n}")]).collect();
            Invalid::new("sortby", "unknown_value", text, names.join(", "))
        })
    }

    /// The place of a row in this order: smaller comes first, [`i64::MAX`] last.
    pub(super) fn rank<E: Sorted>(self, layer: &Layer<E>, at: At) -> i64 {
        let segment = &layer.segments()[at.part];
        let (columns, n) = (&segment.columns, at.row);
        let known = match self.key {
            SortKey::Urgency => {
                let state = 1 << columns.status[n];
                let runs = E::STATUSES.deadline_runs & state != 0;
                let due = time(columns.due_at.get(n)).filter(|_| runs);
                // Open, but with no deadline that runs: before all that is closed.
                if E::STATUSES.open & state != 0 { due.or(Some(i64::MAX - 1)) } else { None }
            }
            SortKey::Opened => time(columns.opened_at.get(n)),
            SortKey::Due => time(columns.due_at.get(n)),
            SortKey::Cost => segment.extra.cost_kopecks(n),
            SortKey::Appeals => segment.extra.linked_appeals(n),
        };
        match known {
            None => i64::MAX,
            Some(value) if self.descending => -value,
            Some(value) => value,
        }
    }
}

fn time(moment: i64) -> Option<i64> {
    (moment != NO_TIME).then_some(moment)
}

/// What a kind of record can be sorted by beside the common columns.
pub trait Sorted: Extra {
    /// Cost of row `n`.
    fn cost_kopecks(&self, _n: usize) -> Option<i64> {
        None
    }

    /// Appeals linked to row `n`.
    fn linked_appeals(&self, _n: usize) -> Option<i64> {
        None
    }
}

impl Sorted for ProblemColumns {
    fn cost_kopecks(&self, n: usize) -> Option<i64> {
        self.cost(n).map(|(amount, _)| amount.0)
    }

    fn linked_appeals(&self, n: usize) -> Option<i64> {
        Some(i64::from(self.n_appeals(n)))
    }
}

impl Sorted for AppealColumns {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_a_property_with_its_direction() {
        let parse = |text| Order::parse(Collection::Problems, text);
        assert_eq!(parse("cost_rub"), Ok(Order { key: SortKey::Cost, descending: false }));
        assert_eq!(parse("-cost_rub"), Ok(Order { key: SortKey::Cost, descending: true }));
        assert_eq!(parse("+cost_rub"), parse("cost_rub"));
        for wrong in ["", "-", "title", "--cost_rub", "cost_rub,urgency"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(Order::parse(Collection::Appeals, "cost_rub").is_err());
    }
}
