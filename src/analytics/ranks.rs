//! How sure a rank is: places and tiers in many seeded draws from what is known of every municipality.
//!
//! Answers: "between which places does this municipality stand, how likely is it among the three best, and has it really
//! improved?" A rank is the least certain of all statistics; shown without its interval it is indefensible (Goldstein &
//! Spiegelhalter, "League Tables and Their Limitations", JRSS A 159 (1996), pp. 385–443).
//!
//! # Formulas
//!
//! Each draw `d` is one possible world (OECD/JRC, *Handbook on Constructing Composite Indicators* (2008), step 7):
//!
//! - weights `w ~ Dirichlet(κ·w₁ … κ·w₇)`, κ = `weight_concentration` of the method, the same for all units;
//! - a normalisation, one of `goalpost_shifts` with equal chances, the same for all units;
//! - every indicator of every unit takes a value from its posterior, now and, for the trend, a year before.
//!
//! The scores are formed from these as in [`super::rating`] and ranked. `p_improved` is the share of draws in which the level
//! of now is above that of a year before. The two periods are drawn independently, although long waits reach into both: that
//! makes the change look rather less sure than it is.
//!
//! Every unit, indicator and period has a stream of its own and so has every draw's world, so the result depends on the seed
//! alone, not on the number of threads nor on who else takes part.

use rayon::prelude::*;

use super::estimates::in_unit;
use super::indicators::Indicator;
use super::method::Method;
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
}

/// A municipality that takes part in the ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender {
    /// Names its streams; unique.
    pub no: u16,
    /// What its level is made of.
    pub parts: Vec<Part>,
    /// What its level a year before was made of; empty when it was not rated then.
    pub before: Vec<Part>,
}

/// What the draws say of one contender.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chances {
    /// Half of the draws put it on this place or a better one.
    pub rank_median: u32,
    /// Nine of ten draws put it between these places.
    pub rank_interval: [u32; 2],
    /// Share of draws in which it is among the three best.
    pub p_top3: f64,
    /// Share of draws in which it is among the three last.
    pub p_bottom3: f64,
    /// Share of draws in which its level rose within the year; `None` without a level a year before.
    pub p_improved: Option<f64>,
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
    let worlds = Worlds::draw(method, seed);
    let drawn: Vec<Drawn> = contenders.par_iter().map(|c| Drawn::of(c, &worlds, method, seed)).collect();
    // Draw by draw in a few large steps: each unit's places lie together afterwards.
    let draws: Vec<usize> = (0..worlds.drawn.len()).collect();
    let places: Vec<Vec<[u32; 2]>> = draws
        .par_chunks(DRAWS_A_STEP)
        .flat_map_iter(|step| step.iter().map(|&draw| places_in(&drawn, draw)))
        .collect();
    (0..contenders.len())
        .into_par_iter()
        .map(|unit| {
            let own: Vec<[u32; 2]> = places.iter().map(|places| places[unit]).collect();
            chances(&drawn[unit], &own, method)
        })
        .collect()
}

/// Draws that are ranked in one piece of parallel work.
const DRAWS_A_STEP: usize = 64;
/// Names the streams of the worlds among those of the units, whose numbers are below 2¹⁶.
const WORLDS: u64 = 1 << 16;

/// The weights and the normalisation of one draw.
struct World {
    /// By [`Indicator::index`]; they need not add up to 1.
    weights: [f64; Indicator::ALL.len()],
    /// Which of the method's shifts of the goalposts.
    shift: usize,
}

impl World {
    fn draw(n: u64, method: &Method, seed: u64) -> Self {
        let mut stream = Stream::new(seed, &[WORLDS, n]);
        let shift = (stream.bits() % method.goalpost_shifts.len() as u64) as usize;
        // Gamma variables over their sum are Dirichlet; the sum falls out of every weighted mean.
        let weights = Indicator::ALL.map(|id| match method.rule(id).weight {
            0 => 0.0,
            weight => stream.gamma(method.weight_concentration * f64::from(weight) / 1_000.0),
        });
        Self { weights, shift }
    }
}

/// The worlds of all draws, and the logarithms that their scores are made of.
struct Worlds {
    drawn: Vec<World>,
    logs: Logs,
}

impl Worlds {
    fn draw(method: &Method, seed: u64) -> Self {
        let drawn = (0..u64::from(method.draws)).map(|n| World::draw(n, method, seed)).collect();
        Self { drawn, logs: Logs::new(method) }
    }
}

/// Cells of the table of logarithms: with its ends it takes 8 KB, a quarter of the nearest cache.
const LOG_CELLS: usize = 1_024;

/// `ln` of normalised values from the floor to 100, by straight lines between the ends of equal cells: with a floor of 5 at
/// most 5·10⁻⁵ too low (a hundredth of a point of the level), far below what 2,000 draws leave open, and several times
/// faster than the logarithm itself, which was the dearest part of a draw.
struct Logs {
    floor: f64,
    cells_a_point: f64,
    ends: Vec<f64>,
}

impl Logs {
    fn new(method: &Method) -> Self {
        let (floor, width) = (method.floor, (100.0 - method.floor) / LOG_CELLS as f64);
        // One end more than there are: the last true cell ends at 100, which begins a cell that is never gone into.
        let ends = (0..=LOG_CELLS + 1).map(|cell| libm::log(floor + width * cell as f64)).collect();
        Self { floor, cells_a_point: 1.0 / width, ends }
    }

    /// The logarithm of a value of at most 100, not below the floor.
    fn of(&self, normalised: f64) -> f64 {
        let place = (normalised.max(self.floor) - self.floor) * self.cells_a_point;
        let cell = (place as usize).min(LOG_CELLS);
        let (start, end) = (self.ends[cell], self.ends[cell + 1]);
        start + (end - start) * (place - cell as f64)
    }
}

/// What all draws say of one contender.
struct Drawn {
    scores: Vec<f64>,
    improved: Option<usize>,
}

impl Drawn {
    fn of(contender: &Contender, worlds: &Worlds, method: &Method, seed: u64) -> Self {
        let now = draw_levels(&contender.parts, worlds, method, seed, [u64::from(contender.no), 0]);
        if contender.before.is_empty() {
            return Self { scores: now, improved: None };
        }
        let before = draw_levels(&contender.before, worlds, method, seed, [u64::from(contender.no), 1]);
        let pairs = || now.iter().zip(&before);
        let score =
            |(now, before): (&f64, &f64)| method.with_trend(*now, Some(method.trend_of(now - before)));
        Self {
            improved: Some(pairs().filter(|(now, before)| now > before).count()),
            scores: pairs().map(score).collect(),
        }
    }
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

fn draw_levels(parts: &[Part], worlds: &Worlds, method: &Method, seed: u64, of: [u64; 2]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); worlds.drawn.len()];
    for part in parts {
        let (rule, index) = (method.rule(part.id), part.id.index());
        let lines: Vec<[f64; 2]> = method.goalpost_shifts.iter().map(|shift| rule.line(*shift)).collect();
        let drawer = part.posterior.as_ref().map(Posterior::drawer);
        let mut stream = Stream::new(seed, &[of[0], index as u64, of[1]]);
        for ((log, weights), world) in sums.iter_mut().zip(&worlds.drawn) {
            let value = drawer.map_or(part.value, |drawer| in_unit(part.id, drawer.draw(&mut stream)));
            let (weight, [a, b]) = (world.weights[index], lines[world.shift]);
            *log += weight * worlds.logs.of((a * rule.on_scale(value) + b).min(100.0));
            *weights += weight;
        }
    }
    sums.into_iter().map(|(log, weights)| libm::exp(log / weights).min(100.0)).collect()
}

fn places_in(drawn: &[Drawn], draw: usize) -> Vec<[u32; 2]> {
    places(&drawn.iter().map(|unit| unit.scores[draw]).collect::<Vec<f64>>())
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

fn chances(drawn: &Drawn, places: &[[u32; 2]], method: &Method) -> Chances {
    let scores = &drawn.scores;
    let n = scores.len() as f64;
    let share = |hits: usize| hits as f64 / n;
    let mut sorted = scores.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut ranks: Vec<u32> = places.iter().map(|p| p[0]).collect();
    ranks.sort_unstable();
    Chances {
        rank_median: ranks[(ranks.len() - 1) / 2],
        rank_interval: middle(&ranks),
        p_improved: drawn.improved.map(share),
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
        let part = |id| Part { id, value: 0.0, posterior: Some(Posterior::Beta { a, b }) };
        Contender { no, parts: vec![part(Indicator::OnTimeShare)], before: Vec::new() }
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
        let scores = |n: usize, seed| {
            let all: Vec<Contender> = (0..=n as u16).map(|no| contender(no + 4, 5.0, 7.0)).collect();
            let chances = simulate(&all, Method::builtin(), seed);
            (chances[0].score_interval, chances[n].score_interval)
        };
        assert_eq!(scores(0, 9).0, scores(3, 9).0);
        let (first, last) = scores(3, 9);
        assert_ne!(first, last, "each unit has a stream of its own");
        assert_ne!(scores(0, 10).0, scores(0, 9).0);
    }

    #[test]
    fn an_improvement_is_as_sure_as_the_two_years_are() {
        let with = |strength: f64, now: f64, before: f64| {
            let part = |mean: f64| Part {
                id: Indicator::OnTimeShare,
                value: mean,
                posterior: Some(Posterior::Beta { a: strength * mean, b: strength * (1.0 - mean) }),
            };
            let unit = Contender { no: 3, parts: vec![part(now)], before: vec![part(before)] };
            simulate(&[unit], Method::builtin(), 1)[0].p_improved.unwrap()
        };
        assert!(with(5_000.0, 0.7, 0.5) > 0.999);
        assert!(with(5_000.0, 0.5, 0.7) < 0.001);
        assert!((with(40.0, 0.6, 0.6) - 0.5).abs() < 0.05);
        let unsure = with(15.0, 0.65, 0.55);
        assert!(unsure > 0.55 && unsure < 0.95, "{unsure}");
    }

    #[test]
    fn logarithms_between_the_ends_of_cells_are_near_the_true_ones() {
        let method = Method::builtin();
        let logs = Logs::new(method);
        for n in -100..=10_000 {
            let value = f64::from(n) / 100.0;
            let gap = method.log_value(value) - logs.of(value);
            assert!((-1e-12..5e-5).contains(&gap), "{gap} at {value}");
        }
    }

    #[test]
    fn drawn_weights_have_the_mean_of_the_method() {
        let method = Method::builtin();
        let worlds: Vec<World> = (0..4_000).map(|n| World::draw(n, method, 3)).collect();
        for id in Indicator::ALL {
            let share = |w: &World| w.weights[id.index()] / w.weights.iter().sum::<f64>();
            let mean = worlds.iter().map(share).sum::<f64>() / worlds.len() as f64;
            assert!((mean - f64::from(method.rule(id).weight) / 1_000.0).abs() < 0.005, "{}", id.id());
        }
    }

    #[test]
    fn a_single_contender_is_first_and_last() {
        let chances = simulate(&[contender(0, 5.0, 5.0)], Method::builtin(), 1);
        assert_eq!((chances[0].rank_interval, chances[0].p_top3, chances[0].p_bottom3), ([1, 1], 1.0, 1.0));
        assert!(simulate(&[], Method::builtin(), 1).is_empty());
    }
}
