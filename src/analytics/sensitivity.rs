//! How much a rating depends on its own making: leaving one indicator out, another series, and fairness.
//!
//! Answers: "would the order be another one without this indicator?", "does our order agree with the federal-style series?" and
//! "does the score go with size, load or cost, which nobody should be judged by?" Works on a finished rating.
//!
//! # Formulas
//!
//! - Spearman's `ρ`: Pearson's correlation of ranks, equal values taking the mean of their ranks. Spearman, "The Proof and
//!   Measurement of Association between Two Things", American Journal of Psychology 15 (1904), pp. 72–101.
//! - Drop-one: the level of every municipality without the indicator, its weight going to the others in proportion; `ρ` with
//!   the level with it, and the most places that somebody moves. OECD/JRC, *Handbook on Constructing Composite Indicators*
//!   (2008), step 7.
//! - The federal-style series: `I = (T − T_min)/(T_max − T_min)`, the worst municipality of the year 0 and the best 1;
//!   `K = 0.8 · mean of I + 0.2 · I of the marks`, where `I = 0.6 I(growth) + 0.4 I(level)`, growth being the value over that of
//!   a year before (turned over where less is better); the parts are `federal` of the method. It is computed for the legal report, is **not ours**, and moves when
//!   others move.
//!
//! # Edges
//!
//! Fewer than three pairs, or equal values throughout: no correlation. An indicator without a value a year before counts by
//! its level alone; one that is the same everywhere gives everybody ½.

use serde::Serialize;

use super::indicators::Indicator;
use super::method::Method;
use super::ranks::ranks;
use super::rating::{IndicatorRow, Rating, Ratings};

/// What happens without one indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dropped {
    /// The indicator that is left out.
    pub indicator: Indicator,
    /// Spearman's ρ of the levels with and without it.
    pub spearman: Option<f64>,
    /// The most places that a municipality moves.
    pub largest_move: u32,
}

/// Spearman's ρ of two series; `None` for fewer than three pairs or for one without differences.
///
/// Cost: O(n log n).
///
/// ```
/// use atlas::analytics::sensitivity::spearman;
/// assert_eq!(spearman(&[1.0, 2.0, 3.0, 4.0], &[10.0, 100.0, 1e3, 1e4]), Some(1.0));
/// assert_eq!(spearman(&[1.0, 2.0, 3.0], &[5.0, 5.0, 5.0]), None);
/// ```
#[must_use]
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() < 3 || a.len() != b.len() {
        return None;
    }
    let (a, b) = (mean_ranks(a), mean_ranks(b));
    let mean = (a.len() as f64 + 1.0) / 2.0;
    let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let spread = (sum(&a, &a) * sum(&b, &b)).sqrt();
    (spread > 0.0).then(|| sum(&a, &b) / spread)
}

fn mean_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for equals in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let mean = first as f64 + (equals.len() as f64 + 1.0) / 2.0;
        equals.iter().for_each(|&n| ranks[n] = mean);
        first += equals.len();
    }
    ranks
}

/// The rated municipalities, in the order of the rating.
fn rated(ratings: &Ratings) -> Vec<&Rating> {
    ratings.municipalities.iter().filter(|r| r.level.is_some()).collect()
}

fn level_without(rating: &Rating, without: Option<Indicator>, method: &Method) -> f64 {
    let enters = |row: &&IndicatorRow| Some(row.id) != without;
    let values: Vec<(f64, f64)> = rating
        .indicators
        .iter()
        .filter(enters)
        .filter_map(|row| Some((row.normalised?, row.weight)))
        .collect();
    method.score(&values).unwrap_or(0.0)
}

/// The sensitivity table: for every scored indicator what happens without it.
#[must_use]
pub fn drop_one(ratings: &Ratings, method: &Method) -> Vec<Dropped> {
    let rated = rated(ratings);
    let levels = |without| -> Vec<f64> { rated.iter().map(|r| level_without(r, without, method)).collect() };
    let with = levels(None);
    let before = ranks(&with);
    let scored = method.indicators.iter().filter(|rule| rule.weight > 0);
    scored
        .map(|rule| {
            let without = levels(Some(rule.id));
            let after = ranks(&without);
            let moves = before.iter().zip(&after).map(|(a, b)| a.abs_diff(*b));
            let largest_move = moves.max().unwrap_or(0);
            Dropped { indicator: rule.id, spearman: spearman(&with, &without), largest_move }
        })
        .collect()
}

/// The federal-style series of one municipality; not ours.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Federal {
    /// Id of the municipality.
    pub id: String,
    /// `K`, 0…1; `None` without any indicator.
    pub k: Option<f64>,
}

/// The series of all municipalities of a rating; `before` has the raw values of a year before by id and indicator.
///
/// Cost: O(municipalities · indicators).
#[must_use]
pub fn federal(
    ratings: &Ratings,
    before: impl Fn(&str, Indicator) -> Option<f64>,
    method: &Method,
) -> Vec<Federal> {
    let part = |thousandths: u32| f64::from(thousandths) / 1_000.0;
    let (survey, growth_share) = (part(method.federal.survey_share), part(method.federal.growth_share));
    let raw = |rating: &Rating, id: Indicator| {
        rating.indicators.iter().find(|row| row.id == id).and_then(|row| row.raw)
    };
    let index = |id: Indicator| -> Vec<Option<f64>> {
        let rule = method.rule(id);
        let better_up = rule.best > rule.worst;
        let levels: Vec<Option<f64>> = ratings.municipalities.iter().map(|r| raw(r, id)).collect();
        let growth = |rating: &Rating| {
            let (now, then) = (raw(rating, id)?, before(&rating.id, id)?);
            let ratio = if better_up { now / then } else { then / now };
            ratio.is_finite().then_some(ratio)
        };
        let growths: Vec<Option<f64>> = ratings.municipalities.iter().map(growth).collect();
        let level = stretched(&levels, better_up);
        let growth = stretched(&growths, true);
        let both = level.into_iter().zip(growth);
        both.map(|(level, growth)| match (level, growth) {
            (Some(level), Some(growth)) => Some(growth_share * growth + (1.0 - growth_share) * level),
            (level, _) => level,
        })
        .collect()
    };
    let scored = method.indicators.iter().filter(|rule| rule.weight > 0 && rule.id != Indicator::Marks);
    let columns: Vec<Vec<Option<f64>>> = scored.map(|rule| index(rule.id)).collect();
    let marks = index(Indicator::Marks);
    let of = |(n, rating): (usize, &Rating)| {
        let own: Vec<f64> = columns.iter().filter_map(|column| column[n]).collect();
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        let k =
            (!own.is_empty()).then(|| marks[n].map_or(mean, |marks| (1.0 - survey) * mean + survey * marks));
        Federal { id: rating.id.clone(), k }
    };
    ratings.municipalities.iter().enumerate().map(of).collect()
}

/// Values between the least (0) and the greatest (1) of them, or the other way round.
fn stretched(values: &[Option<f64>], better_up: bool) -> Vec<Option<f64>> {
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let part = |x: f64| if high > low { (x - low) / (high - low) } else { 0.5 };
    values.iter().map(|x| x.map(part).map(|part| if better_up { part } else { 1.0 - part })).collect()
}

/// Spearman's ρ of the scores with something that nobody should be judged by; `None` where too few have it.
#[must_use]
pub fn fairness(ratings: &Ratings, of: impl Fn(&Rating) -> Option<f64>) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        ratings.municipalities.iter().filter_map(|rating| Some((rating.score?, of(rating)?))).collect();
    let (scores, others): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    spearman(&scores, &others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::rating::{Inputs, rate};
    use crate::analytics::sample::{AS_OF, KRAI, municipalities, region};
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Case {
        a: Vec<f64>,
        b: Vec<f64>,
        rho: f64,
    }

    #[test]
    fn correlations_are_those_of_scipy() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/fixtures/analytics/spearman.json")).unwrap();
        assert_eq!(cases.len(), 10);
        for case in cases {
            assert!((spearman(&case.a, &case.b).unwrap() - case.rho).abs() < 1e-12);
        }
    }

    fn krai() -> Ratings {
        let (facts, units) = (region(4_000, &KRAI, 3), municipalities(&KRAI));
        let (method, as_of) = (Method::builtin(), AS_OF);
        let seed = Some(1);
        rate(&Inputs {
            facts: &facts,
            municipalities: &units,
            as_of,
            before: None,
            method,
            seed,
            priors: None,
        })
    }

    #[test]
    fn leaving_an_indicator_out_is_told_for_each_of_the_seven() {
        let ratings = krai();
        let table = drop_one(&ratings, Method::builtin());
        assert_eq!(table.len(), 7);
        for row in &table {
            assert!((-1.0..=1.0).contains(&row.spearman.unwrap()), "{row:?}");
            assert!(row.largest_move < 19);
        }
        for rating in ratings.municipalities.iter().filter(|r| r.level.is_some()) {
            let again = level_without(rating, None, Method::builtin());
            assert!((again - rating.level.unwrap()).abs() < 1e-9, "without leaving out, the level itself");
        }
    }

    #[test]
    fn the_federal_style_series_lies_between_the_worst_and_the_best_and_moves_with_others() {
        let ratings = krai();
        let series = federal(&ratings, |_, _| None, Method::builtin());
        assert!(series.iter().filter_map(|s| s.k).all(|k| (0.0..=1.0).contains(&k)));
        assert_eq!(
            stretched(&[Some(2.0), None, Some(4.0), Some(3.0)], true),
            [Some(0.0), None, Some(1.0), Some(0.5)]
        );
        assert_eq!(stretched(&[Some(2.0), Some(4.0)], false), [Some(1.0), Some(0.0)]);
        assert_eq!(stretched(&[Some(2.0), Some(2.0)], true), [Some(0.5), Some(0.5)]);
    }

    #[test]
    fn a_score_goes_fully_with_itself() {
        let ratings = krai();
        assert!((fairness(&ratings, |r| r.score).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(fairness(&ratings, |_| None), None);
    }
}
