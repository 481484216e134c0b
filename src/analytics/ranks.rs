//! How sure a rank is: places and tiers in many seeded draws from what is known of every municipality.
//!
//! Answers: "between which places does this municipality stand, and how likely is it among the three best?" A rank is the
//! least certain of all statistics; shown without its interval it is indefensible (Goldstein & Spiegelhalter, "League Tables
//! and Their Limitations", JRSS A 159 (1996), pp. 385–443). In each draw every indicator of every unit takes a value from its
//! posterior, the score is formed as in [`super::rating`], and the scores are ranked. Weights and normalisations are held.
//!
//! Every unit and indicator has a stream of its own, so the result depends on the seed alone, not on the number of threads nor
//! on who else takes part.

use rayon::prelude::*;

use super::estimates::in_unit;
use super::indicators::Indicator;
use super::method::{Method, Rule};
use super::random::Stream;
use super::shrinkage::Posterior;

/// One indicator that enters a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Which.
    pub id: Indicator,
    /// Its value when it is certain.
    pub value: f64,
    /// What it is drawn from otherwise.
    pub posterior: Option<Posterior>,
    /// Its share of the score's weight; those of a unit add up to 1.
    pub weight: f64,
}

/// A municipality that takes part in the ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender {
    /// Names its streams; unique.
    pub no: u16,
    /// What its score is made of.
    pub parts: Vec<Part>,
}

/// What the draws say of one contender.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chances {
    /// Nine of ten draws put it between these places.
    pub rank_interval: [u32; 2],
    /// Share of draws in which it is among the three best.
    pub p_top3: f64,
    /// Share of draws in which it is among the three last.
    pub p_bottom3: f64,
    /// Nine of ten draws put its score between these.
    pub score_interval: [f64; 2],
    /// Share of draws whose score reaches tier A.
    pub p_tier_a: f64,
    /// Share of draws whose score lies in tier C.
    pub p_tier_c: f64,
}

/// Draws `method.draws` times. The answer is in the order of the contenders.
///
/// Cost: O(draws · units · (indicators + log units)), in parallel; 8 bytes a draw and unit.
#[must_use]
pub fn simulate(contenders: &[Contender], method: &Method, seed: u64) -> Vec<Chances> {
    let scores: Vec<Vec<f64>> = contenders.par_iter().map(|c| draw_scores(c, method, seed)).collect();
    let places: Vec<Vec<[u32; 2]>> =
        (0..method.draws as usize).into_par_iter().map(|draw| places_in(&scores, draw)).collect();
    (0..contenders.len())
        .into_par_iter()
        .map(|unit| {
            let own: Vec<[u32; 2]> = places.iter().map(|places| places[unit]).collect();
            chances(&scores[unit], &own, method)
        })
        .collect()
}

/// The place of each score: one more than the number of better ones. Equal scores share a place.
///
/// ```
/// assert_eq!(atlas::analytics::ranks::ranks(&[40.0, 70.0, 40.0, 10.0]), [2, 1, 2, 4]);
/// ```
#[must_use]
pub fn ranks(scores: &[f64]) -> Vec<u32> {
    places(scores).into_iter().map(|[rank, _]| rank).collect()
}

fn draw_scores(contender: &Contender, method: &Method, seed: u64) -> Vec<f64> {
    let mut logs = vec![0.0; method.draws as usize];
    for part in &contender.parts {
        let rule: Rule = *method.rule(part.id);
        let mut stream = Stream::new(seed, &[u64::from(contender.no), part.id.index() as u64]);
        for log in &mut logs {
            let value = part.posterior.map_or(part.value, |p| in_unit(part.id, p.draw(&mut stream)));
            *log += part.weight * method.log_value(rule.normalise(value));
        }
    }
    logs.iter_mut().for_each(|log| *log = libm::exp(*log).min(100.0));
    logs
}

fn places_in(scores: &[Vec<f64>], draw: usize) -> Vec<[u32; 2]> {
    places(&scores.iter().map(|of_unit| of_unit[draw]).collect::<Vec<f64>>())
}

/// Places from the top and from the bottom.
fn places(scores: &[f64]) -> Vec<[u32; 2]> {
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    let score = |n: u32| scores[n as usize];
    order.sort_unstable_by(|&a, &b| score(b).total_cmp(&score(a)));
    let mut places = vec![[0; 2]; scores.len()];
    let mut first = 0;
    for equals in order.chunk_by(|&a, &b| score(a) == score(b)) {
        let last = first + equals.len();
        for &n in equals {
            places[n as usize] = [first as u32 + 1, (scores.len() - last) as u32 + 1];
        }
        first = last;
    }
    places
}

fn chances(scores: &[f64], places: &[[u32; 2]], method: &Method) -> Chances {
    let n = scores.len() as f64;
    let share = |hits: usize| hits as f64 / n;
    let mut sorted = scores.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut ranks: Vec<u32> = places.iter().map(|p| p[0]).collect();
    ranks.sort_unstable();
    Chances {
        rank_interval: middle(&ranks),
        p_top3: share(places.iter().filter(|p| p[0] <= 3).count()),
        p_bottom3: share(places.iter().filter(|p| p[1] <= 3).count()),
        score_interval: middle(&sorted),
        p_tier_a: share(sorted.iter().filter(|s| **s >= method.tiers.a_from).count()),
        p_tier_c: share(sorted.iter().filter(|s| **s < method.tiers.c_below).count()),
    }
}

/// The 5 % and the 95 % quantile of sorted draws: the values that leave out at most one in twenty on either side.
fn middle<T: Copy>(sorted: &[T]) -> [T; 2] {
    let outside = sorted.len() / 20;
    [sorted[outside], sorted[sorted.len() - 1 - outside]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contender(no: u16, a: f64, b: f64) -> Contender {
        let part = |id| Part { id, value: 0.0, posterior: Some(Posterior::Beta { a, b }), weight: 1.0 };
        Contender { no, parts: vec![part(Indicator::OnTimeShare)] }
    }

    #[test]
    fn sure_differences_have_narrow_intervals_and_unsure_ones_wide() {
        let method = Method::builtin();
        let sure: Vec<Contender> =
            (0..8).map(|n| contender(n, 3_000.0 + 500.0 * f64::from(n), 3_000.0)).collect();
        for (n, chances) in simulate(&sure, method, 1).iter().enumerate() {
            assert_eq!(chances.rank_interval, [8 - n as u32; 2]);
        }
        let unsure: Vec<Contender> = (0..8).map(|n| contender(n, 6.0 + 0.1 * f64::from(n), 6.0)).collect();
        for chances in simulate(&unsure, method, 1) {
            assert!(chances.rank_interval[1] - chances.rank_interval[0] >= 6);
        }
    }

    #[test]
    fn chances_of_the_first_three_places_add_up_to_three() {
        let contenders: Vec<Contender> = (0..9).map(|n| contender(n, 5.0, 4.0 + f64::from(n))).collect();
        let chances = simulate(&contenders, Method::builtin(), 5);
        // Ties at a goalpost may put more than three on the first three places, never fewer.
        assert!(chances.iter().map(|c| c.p_top3).sum::<f64>() >= 3.0 - 1e-9);
        assert!(chances.iter().map(|c| c.p_bottom3).sum::<f64>() >= 3.0 - 1e-9);
        assert!(chances[0].p_top3 > chances[8].p_top3);
    }

    #[test]
    fn what_is_drawn_for_a_unit_does_not_depend_on_who_else_takes_part() {
        let alone = draw_scores(&contender(4, 5.0, 7.0), Method::builtin(), 9);
        assert_eq!(alone, draw_scores(&contender(4, 5.0, 7.0), Method::builtin(), 9));
        assert_ne!(alone, draw_scores(&contender(5, 5.0, 7.0), Method::builtin(), 9));
        assert_ne!(alone, draw_scores(&contender(4, 5.0, 7.0), Method::builtin(), 10));
    }

    #[test]
    fn a_single_contender_is_first_and_last() {
        let chances = simulate(&[contender(0, 5.0, 5.0)], Method::builtin(), 1);
        assert_eq!((chances[0].rank_interval, chances[0].p_top3, chances[0].p_bottom3), ([1, 1], 1.0, 1.0));
        assert!(simulate(&[], Method::builtin(), 1).is_empty());
    }
}
