//! Citizens' marks of heads by criterion and by month: what may be published of them, and what they are worth.
//!
//! Answers: "how are heads marked, in which criterion, and what remains of that once small numbers are shrunken?" The mark that
//! enters the rating is [`super::indicators`]'s; this is the table beside it.
//!
//! # Rules
//!
//! - A cell of fewer than [`MIN_PUBLISHED`] marks is not published: neither its mean nor how many they are.
//! - Nor may it follow by subtraction from the sum: as long as the cells held back of a list are only one, or together fewer than
//!   that, the smallest published one is held back with them (complementary suppression: Hundepool et al., *Statistical
//!   Disclosure Control* (2012), §4.2).
//! - Means are shrunken by the normal–normal prior of the size group, of all heads where a group has fewer than three with
//!   cases ([`MarkPrior`]).

use serde::Serialize;

use super::method::Method;
use super::shrinkage::{MarkPrior, Marks, Posterior};
use crate::domain::assessment::MIN_PUBLISHED;

/// The marks of one head before anything is held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadInput {
    /// Id of the municipality.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its residents.
    pub residents: Option<u32>,
    /// By criterion, ascending; the same criteria for all heads.
    pub criteria: Vec<(String, Marks)>,
    /// By month, ascending; the same months for all heads.
    pub months: Vec<(String, Marks)>,
}

/// The marks of one head as published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadRow {
    /// Id of the municipality.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size group; `None` when its residents are unknown.
    pub size_group: Option<String>,
    /// All its marks.
    pub total: MarkCell,
    /// By criterion.
    pub criteria: Vec<MarkCell>,
    /// By month.
    pub months: Vec<MarkCell>,
}

/// A cell of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarkCell {
    /// Criterion or month (`2026-05`); `None` for the sum.
    pub of: Option<String>,
    /// There are marks, but too few to be published.
    pub suppressed: bool,
    /// Marks; `None` when held back.
    pub n: Option<u32>,
    /// Mean mark, 1…5; `None` without marks or when held back.
    pub mean: Option<f64>,
    /// Mean mark after shrinkage.
    pub shrunken: Option<f64>,
    /// From the 5 % to the 95 % quantile of what is known of it.
    pub interval: Option<[f64; 2]>,
}

/// The published table. Cost: O(heads · cells).
#[must_use]
pub fn published(heads: &[HeadInput], method: &Method) -> Vec<HeadRow> {
    let total = |head: &HeadInput| {
        head.criteria.iter().fold(Marks::default(), |mut sum, (_, marks)| {
            sum.histogram.iter_mut().zip(marks.histogram).for_each(|(sum, n)| *sum += n);
            sum
        })
    };
    let column = |pick: &dyn Fn(&HeadInput) -> Marks| Priors::of(heads, pick, method);
    let of_totals = column(&total);
    let columns = |cells: fn(&HeadInput) -> &Vec<(String, Marks)>| -> Vec<Priors> {
        let n = heads.first().map_or(0, |head| cells(head).len());
        (0..n).map(|at| column(&|head| cells(head)[at].1)).collect()
    };
    let (of_criteria, of_months) = (columns(|head| &head.criteria), columns(|head| &head.months));
    heads
        .iter()
        .map(|head| {
            let group = head.residents.map(|n| method.size_group(n).id.clone());
            let list = |cells: &[(String, Marks)], priors: &[Priors]| -> Vec<MarkCell> {
                let held = held_back(&cells.iter().map(|(_, marks)| marks.n()).collect::<Vec<u32>>());
                let row = |(((name, marks), priors), held): (_, &bool)| {
                    let (name, marks): (&String, &Marks) = (name, marks);
                    let priors: &Priors = priors;
                    MarkCell::of(Some(name.clone()), *marks, priors.of_group(group.as_deref()), *held)
                };
                cells.iter().map(|(name, marks)| (name, marks)).zip(priors).zip(&held).map(row).collect()
            };
            let sum = total(head);
            let few = held_back(&[sum.n()])[0];
            HeadRow {
                id: head.id.clone(),
                name: head.name.clone(),
                total: MarkCell::of(None, sum, of_totals.of_group(group.as_deref()), few),
                criteria: list(&head.criteria, &of_criteria),
                months: list(&head.months, &of_months),
                size_group: group,
            }
        })
        .collect()
}

/// Which cells of a list are held back, so that none of them follows from the sum of the list.
fn held_back(counts: &[u32]) -> Vec<bool> {
    let mut held: Vec<bool> = counts.iter().map(|n| *n > 0 && *n < MIN_PUBLISHED).collect();
    loop {
        let hidden: Vec<u32> = counts.iter().zip(&held).filter(|(_, held)| **held).map(|(n, _)| *n).collect();
        if hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u32>() >= MIN_PUBLISHED) {
            return held;
        }
        let shown = counts.iter().enumerate().filter(|(at, n)| !held[*at] && **n > 0);
        match shown.min_by_key(|(at, n)| (**n, *at)) {
            Some((at, _)) => held[at] = true,
            None => return held,
        }
    }
}

/// The priors of one column of the table, by size group.
struct Priors {
    groups: Vec<(String, Option<MarkPrior>)>,
    together: Option<MarkPrior>,
}

impl Priors {
    fn of(heads: &[HeadInput], pick: &dyn Fn(&HeadInput) -> Marks, method: &Method) -> Self {
        let marks = |mine: &dyn Fn(&HeadInput) -> bool| -> Vec<Marks> {
            heads.iter().filter(|head| mine(head)).map(pick).collect()
        };
        let all = marks(&|_| true);
        let together = MarkPrior::estimate(&all).or_else(|| MarkPrior::weak(&all));
        let of_group = |id: &String| {
            let own = marks(&|head| head.residents.is_some_and(|n| method.size_group(n).id == *id));
            (id.clone(), MarkPrior::estimate(&own).or(together))
        };
        Self { groups: method.size_groups.iter().map(|group| of_group(&group.id)).collect(), together }
    }

    fn of_group(&self, group: Option<&str>) -> Option<MarkPrior> {
        let own = self.groups.iter().find(|(id, _)| Some(id.as_str()) == group);
        own.map_or(self.together, |(_, prior)| *prior)
    }
}

impl MarkCell {
    fn of(of: Option<String>, marks: Marks, prior: Option<MarkPrior>, held: bool) -> Self {
        if held || marks.n() == 0 {
            let n = (!held).then_some(0);
            return Self { of, suppressed: held, n, mean: None, shrunken: None, interval: None };
        }
        let posterior = prior.and_then(|prior| prior.posterior(marks));
        Self {
            of,
            suppressed: false,
            n: Some(marks.n()),
            mean: marks.mean().map(|(mean, _)| mean),
            shrunken: posterior.as_ref().map(Posterior::mean),
            interval: posterior.as_ref().map(Posterior::interval),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn head(n: u32, criteria: &[u32]) -> HeadInput {
        let cells: Vec<(String, Marks)> = criteria
            .iter()
            .enumerate()
            .map(|(c, &count)| {
                (format!("c{c}"), Marks { histogram: [0, 0, count / 2, count - count / 2, 0] })
            })
            .collect();
        let (id, name) = (format!("M{n}"), String::new());
        HeadInput { id, name, residents: Some(30_000), criteria: cells, months: Vec::new() }
    }

    #[test]
    fn small_cells_are_held_back_with_one_that_hides_them_in_the_sum() {
        assert_eq!(held_back(&[9, 12, 30]), [false; 3]);
        assert_eq!(held_back(&[3, 12, 30]), [true, true, false]);
        assert_eq!(held_back(&[2, 2, 30, 0]), [true, true, true, false]);
        assert_eq!(held_back(&[3, 4, 30]), [true, true, false]);
        assert_eq!(held_back(&[0, 0]), [false, false]);
        assert_eq!(held_back(&[4]), [true]);
    }

    #[test]
    fn few_marks_are_drawn_to_those_of_the_group() {
        let heads: Vec<HeadInput> = (0..6).map(|n| head(n, &[if n == 0 { 6 } else { 400 }, 50])).collect();
        let mut heads = heads;
        heads[0].criteria[0].1 = Marks { histogram: [6, 0, 0, 0, 0] };
        let rows = published(&heads, Method::builtin());
        let cell = &rows[0].criteria[0];
        assert_eq!((cell.n, cell.mean), (Some(6), Some(1.0)));
        assert!(cell.shrunken.unwrap() > 1.0 && rows[1].criteria[0].shrunken.unwrap() > 3.0);
        let [low, high] = cell.interval.unwrap();
        assert!(low <= cell.shrunken.unwrap() && cell.shrunken.unwrap() <= high);
        assert_eq!(rows[0].total.n, Some(56));
    }

    proptest! {
        #[test]
        fn no_held_back_number_follows_from_the_sum(counts in prop::collection::vec(0u32..12, 0..8)) {
            let held = held_back(&counts);
            let hidden: Vec<u32> = counts.iter().zip(&held).filter(|(_, h)| **h).map(|(n, _)| *n).collect();
            for (n, held) in counts.iter().zip(&held) {
                prop_assert!(*held || *n == 0 || *n >= MIN_PUBLISHED);
            }
            let all = counts.iter().zip(&held).all(|(n, held)| *held || *n == 0);
            prop_assert!(all || hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u32>() >= MIN_PUBLISHED));
        }
    }
}
