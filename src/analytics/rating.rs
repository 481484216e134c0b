//! The rating of municipalities by their performance: level, tier, rank with its interval, and why.
//!
//! Answers: "how well does each municipality solve what is its own to solve, how sure is that, and what made the number?"
//! Performance only: the load that a municipality carries is [`super::burden`], and the two are never added together.
//!
//! The way of a number: [`super::facts`] (how a problem stood) → [`super::indicators`] (which count) → [`super::estimates`]
//! (shrunken towards the peers) → [`super::method`] (between fixed goalposts) → here (score) → [`super::ranks`] (how sure).
//!
//! # Formulas
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `gᵢ` | normalised value of indicator `i`, not below the floor | 0…100 |
//! | `wᵢ` | weight of indicator `i` among those that are not insufficient; Σ = 1 | – |
//!
//! - level `L = Π gᵢ^{wᵢ}` ([`Method::score`]).
//! - trend: the level gained since a year before, `L − L′`, between its own goalposts ([`Method::trend_of`]); `L′` is made of
//!   the world as it was then, with the priors, speeds and goalposts of now. Score `S = 0.8 L + 0.2 trend`
//!   (`level_share`); the level alone where the municipality could not be rated a year before.
//! - contribution of indicator `i`, in points of level below 100: `−(100 − L) · wᵢ ln(100/gᵢ) / Σⱼ wⱼ ln(100/gⱼ)`. The contributions of
//!   a municipality add up to `L − 100`: they say where its points were lost.
//! - tier: A when the score reaches `tiers.a_from` in `tiers.sureness` of the draws, C when it stays below `tiers.c_below` in as
//!   many, else B.
//! - rank: one more than the number of better scores. Its interval holds nine of ten draws, and the rank itself.
//!
//! # Edges
//!
//! An indicator with fewer than `least_cases` cases is insufficient: its weight goes to the others in proportion. One that
//! nobody has cases of (an atlas without marks) is not measured and counts as nobody's missing weight. When more
//! than `most_missing_weight` is missing, the municipality is not rated: score, tier and rank are `None` and it comes last,
//! with its indicators. Fewer than three peers with cases: the prior of all municipalities serves.

use std::borrow::Borrow;
use std::collections::HashMap;

use rayon::prelude::*;
use serde::{Serialize, Serializer};

use super::digest::{fingerprint_of_units, seed_of};
use super::estimates::{Basis, Estimate, Figures, GroupPriors, Priors, interval_in_unit};
use super::facts::{AsOf, MunicipalityInput, ProblemFact, Units};
use super::indicators::Indicator;
use super::method::{Method, Rule, SizeGroup};
use super::pace::{Hazards, Watched};
use super::ranks::{Chances, Contender, Part, ranks, simulate};
use super::shrinkage::Posterior;
use super::unit::{Seen, Unit};
use crate::domain::{MunicipalityNo, Timestamp};

/// Everything that a rating is made of.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The problems, in any order.
    pub facts: &'a [ProblemFact],
    /// The municipalities, in any order.
    pub municipalities: &'a [MunicipalityInput],
    /// The moment.
    pub as_of: AsOf,
    /// The method.
    pub method: &'a Method,
    /// The same a year before, for the trend; `None` when it is not known.
    pub before: Option<Period<'a>>,
    /// The seed of the draws; `None` takes the first eight bytes of the fingerprint of all inputs, so that the same day has
    /// the same draws for ever.
    pub seed: Option<u64>,
    /// Priors of an earlier period to hold; `None` estimates them from these problems.
    pub priors: Option<&'a Priors>,
}

/// How things stood at an earlier moment.
#[derive(Debug, Clone, Copy)]
pub struct Period<'a> {
    /// The problems, in any order.
    pub facts: &'a [ProblemFact],
    /// The municipalities, with appeals and marks of that time.
    pub municipalities: &'a [MunicipalityInput],
    /// The moment.
    pub as_of: AsOf,
}

/// The rating of all municipalities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ratings {
    /// The moment, RFC 3339.
    #[serde(serialize_with = "as_text")]
    pub as_of: Timestamp,
    /// Version of the method.
    pub method_version: String,
    /// Seed of the draws, as text: it may exceed what a JSON number holds exactly elsewhere.
    #[serde(serialize_with = "as_text")]
    pub seed: u64,
    /// Fingerprint of all inputs.
    pub inputs_hash: String,
    /// The priors that were used: hold them to repeat or to continue.
    pub priors: Priors,
    /// By rank, equal ranks and the unrated by number.
    pub municipalities: Vec<Rating>,
}

/// The rating of one municipality.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rating {
    /// Its number; not on the wire.
    #[serde(skip)]
    pub no: MunicipalityNo,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size group; `None` when its residents are unknown.
    pub size_group: Option<String>,
    /// Score, 0…100; `None` when not rated.
    pub score: Option<f64>,
    /// Level, 0…100: what this period alone says.
    pub level: Option<f64>,
    /// Level a year before; `None` when it could not be rated then.
    pub level_before: Option<f64>,
    /// The change of level between its goalposts, 0…100; 50 is no change.
    pub trend: Option<f64>,
    /// Probability that the level rose within the year.
    pub p_improved: Option<f64>,
    /// Nine of ten draws put the score between these.
    pub score_interval: Option<[f64; 2]>,
    /// Tier.
    pub tier: Option<Tier>,
    /// Rank among the rated ones, from 1.
    pub rank: Option<u32>,
    /// Rank in the middle of the draws.
    pub rank_median: Option<u32>,
    /// Nine of ten draws put the rank between these.
    pub rank_interval: Option<[u32; 2]>,
    /// Probability of a rank among the first three.
    pub p_top3: Option<f64>,
    /// Probability of a rank among the last three.
    pub p_bottom3: Option<f64>,
    /// Part of the weight that is insufficient, 0…1.
    pub missing_weight: f64,
    /// What the score is made of, in the method's order.
    pub indicators: Vec<IndicatorRow>,
}

/// A tier. The better one is the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Tier {
    /// Surely good.
    A,
    /// Neither is sure.
    B,
    /// Surely weak.
    C,
}

impl Tier {
    /// The tier that the draws allow.
    #[must_use]
    pub fn of(chances: &Chances, method: &Method) -> Self {
        match method.tiers.sureness {
            sureness if chances.p_tier_a >= sureness => Self::A,
            sureness if chances.p_tier_c >= sureness => Self::C,
            _ => Self::B,
        }
    }

    /// The letter on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// One indicator of one municipality.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndicatorRow {
    /// Which.
    pub id: Indicator,
    /// As counted, in its unit (share 0…1, days, per 10,000 residents, years).
    pub raw: Option<f64>,
    /// Problems behind it.
    pub n: u32,
    /// What it rests on.
    pub basis: Basis,
    /// After shrinkage, in its unit.
    pub shrunken: Option<f64>,
    /// From the 5 % to the 95 % quantile of what is known, in its unit.
    pub interval: Option<[f64; 2]>,
    /// What is known of it: the distribution that is drawn from.
    pub posterior: Option<Posterior>,
    /// Between the goalposts, 0…100.
    pub normalised: Option<f64>,
    /// Its part of this municipality's score, 0…1, after redistribution.
    pub weight: f64,
    /// Points below 100 that it costs; 0 or negative.
    pub contribution: f64,
}

/// Rates all municipalities.
///
/// The same inputs give the same bytes, whatever the order of rows and the number of threads.
///
/// Cost: O(n log n + draws · units · log units), in parallel; n = problems.
///
/// ```
/// use atlas::analytics::facts::{AsOf, MunicipalityInput, ProblemFact};
/// use atlas::analytics::method::Method;
/// use atlas::analytics::rating::{Inputs, rate};
/// use atlas::domain::{CategoryNo, Level, MunicipalityNo, Status, Timestamp};
///
/// let now = Timestamp::parse_rfc3339("2026-11-22T12:00:00+10:00").unwrap();
/// let as_of = AsOf { now, today: Timestamp::parse_rfc3339("2026-11-22T00:00:00+10:00").unwrap() };
/// // Two districts with 20 solutions each in the last year: the first always in time, the second never.
/// let solved = |number: u32| ProblemFact {
///     number,
///     municipality: Some(MunicipalityNo(u16::from(number > 20))),
///     category: CategoryNo(0),
///     status: Status::Resolved,
///     severity: None,
///     level: Some(Level::Municipal),
///     opened_at: Some(now.plus_days(-400)),
///     baseline_due: Some(now.plus_days(if number > 20 { -200 } else { -50 })),
///     current_due: None,
///     closed_at: Some(now.plus_days(-100)),
///     cost: None,
///     solutions: Default::default(),
///     extensions: 0,
/// };
/// let facts: Vec<ProblemFact> = (1..=40).map(solved).collect();
/// let unit = |no| MunicipalityInput::new(MunicipalityNo(no), &format!("M{no}"), "", Some(9_000));
/// let ratings = rate(&Inputs {
///     facts: &facts, municipalities: &[unit(0), unit(1)], as_of, before: None, method: Method::builtin(),
///     seed: Some(1), priors: None,
/// });
/// let [first, second] = &ratings.municipalities[..] else { panic!() };
/// assert_eq!((first.id.as_str(), first.rank, second.rank), ("M0", Some(1), Some(2)));
/// let lost: f64 = second.indicators.iter().map(|i| i.contribution).sum();
/// assert!((second.score.unwrap() - 100.0 - lost).abs() < 1e-9);
/// ```
#[must_use]
pub fn rate(inputs: &Inputs<'_>) -> Ratings {
    let Inputs { facts, municipalities, as_of, before, method, seed, priors } = *inputs;
    let then = before.map(|period| seen(period, method)).unwrap_or_default();
    let mut then: HashMap<MunicipalityNo, Seen> =
        then.into_iter().map(|seen| (seen.input.no, seen)).collect();
    let now = seen(Period { facts, municipalities, as_of }, method).into_iter();
    let units: Vec<Unit> = now.map(|now| Unit { before: then.remove(&now.input.no), now }).collect();
    let moments = Moments { now: as_of, before: before.map(|period| period.as_of) };
    rate_units(&units, moments, method, &Held { seed, priors })
}

/// The moments that units were made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// That of the rating.
    pub now: AsOf,
    /// That with which it is compared.
    pub before: Option<AsOf>,
}

/// What a rating does not work out itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held<'a> {
    /// As [`Inputs::seed`].
    pub seed: Option<u64>,
    /// As [`Inputs::priors`].
    pub priors: Option<&'a Priors>,
}

/// Rates all municipalities from what is counted of each: the same bytes as [`rate`] for the same facts.
///
/// `units`: by number of their municipalities, ascending. Cost: O(draws · units · log units), in parallel.
#[must_use]
pub fn rate_units<U: Borrow<Unit> + Sync>(
    units: &[U],
    moments: Moments,
    method: &Method,
    held: &Held<'_>,
) -> Ratings {
    let units: Vec<&Unit> = units.iter().map(Borrow::borrow).collect();
    let inputs_hash = hash_of(&units, moments, method, held.priors);
    let seed = held.seed.unwrap_or_else(|| seed_of(&inputs_hash));
    let (priors, levels) = leveled(&units, held.priors, method);
    let mut municipalities = place(levels, method, seed);
    municipalities.sort_by_key(|r| (r.rank.unwrap_or(u32::MAX), r.no));
    Ratings {
        as_of: moments.now.now,
        method_version: method.version.clone(),
        seed,
        inputs_hash,
        priors,
        municipalities,
    }
}

fn hash_of(units: &[&Unit], moments: Moments, method: &Method, priors: Option<&Priors>) -> String {
    let text = |value: serde_json::Result<Vec<u8>>| value.expect("plain numbers and texts can be written");
    let (method, priors) = (text(serde_json::to_vec(method)), text(serde_json::to_vec(&priors)));
    let before = moments.before.map(|as_of| {
        let inputs: Vec<&MunicipalityInput> =
            units.iter().filter_map(|unit| Some(&unit.before.as_ref()?.input)).collect();
        fingerprint_of_units(&inputs, as_of, &[], std::iter::empty())
    });
    let inputs: Vec<&MunicipalityInput> = units.iter().map(|unit| &unit.now.input).collect();
    let more: [&[u8]; 3] = [&method, &priors, before.as_deref().unwrap_or_default().as_bytes()];
    fingerprint_of_units(&inputs, moments.now, &more, units.iter().flat_map(|unit| unit.prints()))
}

/// The municipalities of a period, ascending by number.
fn seen(period: Period<'_>, method: &Method) -> Vec<Seen> {
    let units = Units::new(period.facts, period.municipalities);
    (0..units.inputs().len())
        .into_par_iter()
        .map(|slot| {
            let own: Vec<ProblemFact> = units.facts(slot).collect();
            Seen::new(units.inputs()[slot].clone(), &own, period.as_of, method)
        })
        .collect()
}

fn leveled(units: &[&Unit], held: Option<&Priors>, method: &Method) -> (Priors, Vec<(Rating, Contender)>) {
    let hazards = held.map_or_else(|| speeds(units, method), |priors| priors.hazards.clone());
    let figures = |seen: &Seen| Figures::new(&seen.input, &seen.tally, &hazards);
    let both: Vec<(Figures, Option<Figures>)> =
        units.par_iter().map(|unit| (figures(&unit.now), unit.before.as_ref().map(figures))).collect();
    let priors = held.cloned().unwrap_or_else(|| {
        let own: Vec<Figures> = both.iter().map(|(now, _)| now.clone()).collect();
        Priors::estimate(&own, hazards.clone(), method)
    });
    let level = |(unit, (now, before)): (&&Unit, &(Figures, Option<Figures>))| {
        let input = &unit.now.input;
        assess(input, now, before.as_ref(), priors.for_residents(input.residents, method), method)
    };
    let levels = units.par_iter().zip(&both).map(level).collect();
    (priors, levels)
}

/// Level, trend and score of a municipality from its figures of now and of a year before. Nothing of it depends on others.
pub(super) fn assess(
    input: &MunicipalityInput,
    figures: &Figures,
    before: Option<&Figures>,
    group: Option<&GroupPriors>,
    method: &Method,
) -> (Rating, Contender) {
    let (mut rating, parts) = level_of(input, group, figures, method);
    for row in &mut rating.indicators {
        row.interval = row.posterior.map(|posterior| interval_in_unit(row.id, posterior));
    }
    let earlier =
        before.filter(|_| rating.level.is_some()).map(|figures| level_of(input, group, figures, method));
    let earlier = earlier.and_then(|(rating, parts)| Some((rating.level?, parts)));
    let (level_before, before) = earlier.map_or((None, Vec::new()), |(level, parts)| (Some(level), parts));
    let trend = rating.level.zip(level_before).map(|(now, before)| method.trend_of(now - before));
    let score = rating.level.map(|level| method.with_trend(level, trend));
    (Rating { score, level_before, trend, ..rating }, Contender { no: input.no.0, parts, before })
}

/// The speeds of all municipalities together.
fn speeds(units: &[&Unit], method: &Method) -> Hazards {
    let together = |mut all: Watched, own: &Watched| {
        all.merge(own);
        all
    };
    let watched = units.par_iter().map(|unit| unit.now.tally.watched());
    let all = watched.fold(Watched::default, together).reduce(Watched::default, |a, b| together(a, &b));
    Hazards::of_all(&all, &method.pace)
}

/// The estimates of a municipality, in the method's order. Without any priors everything is insufficient.
fn estimates(group: Option<&GroupPriors>, figures: &Figures, method: &Method) -> Vec<Estimate> {
    let of = |rule: &Rule| Some(group?.estimate(rule.id, figures, method));
    method.indicators.iter().filter_map(of).collect()
}

/// The level of a municipality, which does not depend on the others, and what it is made of. Without the intervals of the
/// indicators: quantiles cost more than everything else, and the year before needs none.
fn level_of(
    input: &MunicipalityInput,
    group: Option<&GroupPriors>,
    figures: &Figures,
    method: &Method,
) -> (Rating, Vec<Part>) {
    let estimates = estimates(group, figures, method);
    let weights = effective_weights(&estimates, group, method);
    let mut rows: Vec<IndicatorRow> = estimates
        .iter()
        .zip(&weights.shares)
        .map(|(estimate, &weight)| row_of(estimate, weight, method))
        .collect();
    let values: Vec<(f64, f64)> = rows.iter().filter_map(|r| Some((r.normalised?, r.weight))).collect();
    let level = method.score(&values).filter(|_| !weights.too_few(method));
    if let Some(level) = level {
        share_out(&mut rows, level, method);
    }
    let rating = Rating {
        no: input.no,
        id: input.id.clone(),
        name: input.name.clone(),
        size_group: input.residents.map(|n| method.size_group(n)).map(|group: &SizeGroup| group.id.clone()),
        score: level,
        level,
        level_before: None,
        trend: None,
        p_improved: None,
        score_interval: None,
        tier: None,
        rank: None,
        rank_median: None,
        rank_interval: None,
        p_top3: None,
        p_bottom3: None,
        missing_weight: weights.missing(),
        indicators: rows,
    };
    (rating, parts_of(&estimates, &weights.shares))
}

struct Weights {
    /// Of the indicators that somebody has cases of, thousandths.
    measured: u32,
    /// Of those that this unit has cases of, thousandths.
    present: u32,
    /// Of each indicator, adding up to 1 (or to 0 when everything is missing).
    shares: Vec<f64>,
}

impl Weights {
    /// Part of the measured weight that is missing.
    fn missing(&self) -> f64 {
        f64::from(self.measured - self.present) / f64::from(self.measured)
    }

    /// Whether so much is missing that no level can be told. In whole numbers, so that the bound itself is exact.
    fn too_few(&self, method: &Method) -> bool {
        1_000 * (self.measured - self.present) > method.most_missing_weight * self.measured
    }
}

/// The weight of insufficient indicators goes to the others in proportion.
fn effective_weights(estimates: &[Estimate], group: Option<&GroupPriors>, method: &Method) -> Weights {
    let own = |e: &Estimate| if e.shrunken.is_some() { method.rule(e.id).weight } else { 0 };
    let measured = |rule: &&Rule| group.is_none_or(|g| g.is_measured(rule.id));
    let present: u32 = estimates.iter().map(own).sum();
    Weights {
        measured: method.indicators.iter().filter(measured).map(|rule| rule.weight).sum(),
        present,
        shares: estimates.iter().map(|e| f64::from(own(e)) / f64::from(present.max(1))).collect(),
    }
}

fn row_of(estimate: &Estimate, weight: f64, method: &Method) -> IndicatorRow {
    IndicatorRow {
        id: estimate.id,
        raw: estimate.raw,
        n: estimate.n,
        basis: estimate.basis,
        shrunken: estimate.shrunken,
        interval: None,
        posterior: estimate.posterior,
        normalised: estimate.shrunken.map(|value| method.rule(estimate.id).normalise(value)),
        weight,
        contribution: 0.0,
    }
}

/// Shares the points lost out among the indicators that lost them.
fn share_out(rows: &mut [IndicatorRow], level: f64, method: &Method) {
    let top = method.log_value(100.0);
    let loss = |row: &IndicatorRow| row.normalised.map_or(0.0, |g| row.weight * (top - method.log_value(g)));
    let total: f64 = rows.iter().map(loss).sum();
    for row in rows.iter_mut().filter(|_| total > 0.0) {
        // Plus zero: what costs nothing costs 0, not −0.
        row.contribution = (level - 100.0) * loss(row) / total + 0.0;
    }
}

/// What of the estimates enters the score.
fn parts_of(estimates: &[Estimate], weights: &[f64]) -> Vec<Part> {
    let part = |(estimate, &weight): (&Estimate, &f64)| {
        let value = estimate.shrunken.filter(|_| weight > 0.0)?;
        Some(Part { id: estimate.id, value, posterior: estimate.posterior })
    };
    estimates.iter().zip(weights).filter_map(part).collect()
}

/// Ranks, their intervals and the tiers of those that are rated.
fn place(levels: Vec<(Rating, Contender)>, method: &Method, seed: u64) -> Vec<Rating> {
    let (rated, unrated): (Vec<_>, Vec<_>) = levels.into_iter().partition(|(r, _)| r.score.is_some());
    let (mut ratings, contenders): (Vec<Rating>, Vec<Contender>) = rated.into_iter().unzip();
    let scores: Vec<f64> = ratings.iter().filter_map(|r| r.score).collect();
    let chances = simulate(&contenders, method, seed);
    for ((rating, rank), chances) in ratings.iter_mut().zip(ranks(&scores)).zip(&chances) {
        settle(rating, rank, chances, method);
    }
    ratings.extend(unrated.into_iter().map(|(rating, _)| rating));
    ratings
}

fn settle(rating: &mut Rating, rank: u32, chances: &Chances, method: &Method) {
    let [low, high] = chances.rank_interval;
    rating.rank = Some(rank);
    rating.rank_median = Some(chances.rank_median);
    rating.p_improved = chances.p_improved;
    rating.rank_interval = Some([low.min(rank), high.max(rank)]);
    rating.p_top3 = Some(chances.p_top3);
    rating.p_bottom3 = Some(chances.p_bottom3);
    rating.score_interval = Some(chances.score_interval);
    rating.tier = Some(Tier::of(chances, method));
}

pub(super) fn as_text<T: std::fmt::Display, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::facts::Solutions;
    use crate::analytics::indicators::{Side, evidence};
    use crate::analytics::sample::{AS_OF, KRAI, days_ago, fact, municipalities, region};
    use crate::domain::Status;
    use proptest::prelude::*;

    fn rate_with(facts: &[ProblemFact], units: &[MunicipalityInput], priors: Option<&Priors>) -> Ratings {
        let method = Method::builtin();
        rate(&Inputs {
            facts,
            municipalities: units,
            as_of: AS_OF,
            before: None,
            method,
            seed: Some(27),
            priors,
        })
    }

    fn rate_krai(facts: &[ProblemFact], priors: Option<&Priors>) -> Ratings {
        rate_with(facts, &municipalities(&KRAI), priors)
    }

    fn of(ratings: &Ratings, no: u16) -> &Rating {
        ratings.municipalities.iter().find(|r| r.no.0 == no).unwrap()
    }

    fn row(rating: &Rating, id: Indicator) -> &IndicatorRow {
        rating.indicators.iter().find(|i| i.id == id).unwrap()
    }

    /// Problems of municipality `no` that were solved in the last year: `good` in time, `late` not.
    fn solved(no: u16, good: u32, late: u32) -> Vec<ProblemFact> {
        (0..good + late)
            .map(|n| ProblemFact {
                municipality: Some(MunicipalityNo(no)),
                status: Status::Resolved,
                opened_at: Some(days_ago(400)),
                baseline_due: Some(days_ago(if n < good { 50 } else { 200 })),
                closed_at: Some(days_ago(100)),
                solutions: Solutions { last: Some(days_ago(100)), undone: None },
                ..fact(u32::from(no) * 1_000 + n + 1)
            })
            .collect()
    }

    #[test]
    fn the_answer_has_the_names_of_the_contract() {
        let ratings = rate_krai(&region(2_000, &KRAI, 1), None);
        let json = serde_json::to_value(&ratings).unwrap();
        assert_eq!(json["as_of"], "2026-11-22T06:00:00Z");
        assert_eq!((&json["method_version"], &json["seed"]), (&"2026.3".into(), &"27".into()));
        assert_eq!(json["inputs_hash"].as_str().map(str::len), Some(64));
        let unit = &json["municipalities"][0];
        for name in [
            "id",
            "name",
            "size_group",
            "score",
            "level",
            "tier",
            "rank",
            "rank_interval",
            "p_top3",
            "p_bottom3",
        ] {
            assert!(!unit[name].is_null(), "{name}");
        }
        assert!(
            unit.get("trend").is_some_and(serde_json::Value::is_null),
            "nothing is known of the year before, so no trend is claimed"
        );
        for name in ["id", "raw", "n", "shrunken", "normalised", "weight", "contribution"] {
            assert!(unit["indicators"][0].get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_points_lost_are_shared_out_and_the_weights_add_up() {
        for rating in rate_krai(&region(9_285, &KRAI, 2), None).municipalities {
            let Some(score) = rating.score else { continue };
            let sum = |of: fn(&IndicatorRow) -> f64| rating.indicators.iter().map(of).sum::<f64>();
            assert!((sum(|i| i.contribution) - (score - 100.0)).abs() < 1e-9);
            assert!((sum(|i| i.weight) - 1.0).abs() < 1e-12);
            assert!(rating.indicators.iter().all(|i| i.contribution <= 0.0));
            let [low, high] = rating.rank_interval.unwrap();
            assert!((low..=high).contains(&rating.rank.unwrap()));
        }
    }

    #[test]
    fn an_indicator_with_few_cases_is_shown_but_its_weight_goes_to_the_others() {
        let open = |n| ProblemFact { baseline_due: Some(days_ago(-30)), ..fact(n) };
        let mut facts: Vec<ProblemFact> = (1..=20).map(open).collect();
        facts.extend(solved(0, 4, 0).into_iter().map(|f| ProblemFact { number: f.number + 100, ..f }));
        let ratings = rate_with(&facts, &municipalities(&[9_000]), None);
        let rating = of(&ratings, 0);
        let on_time = row(rating, Indicator::OnTimeShare);
        assert_eq!((on_time.raw, on_time.n, on_time.basis), (Some(1.0), 4, Basis::Insufficient));
        assert_eq!((on_time.shrunken, on_time.normalised, on_time.weight), (None, None, 0.0));
        assert_eq!(rating.missing_weight, 0.4, "on time and reopened");
        assert!((row(rating, Indicator::OverdueShare).weight - 150.0 / 600.0).abs() < 1e-12);
        assert!(rating.score.is_some(), "exactly 40 % missing is still rated");
    }

    #[test]
    fn with_too_much_missing_a_municipality_is_not_rated_and_comes_last() {
        let mut facts = solved(1, 20, 5);
        facts.push(fact(1));
        let ratings = rate_with(&facts, &municipalities(&[9_000, 9_000]), None);
        let last = &ratings.municipalities[1];
        assert_eq!((last.no.0, last.score, last.rank, last.tier), (0, None, None, None));
        assert_eq!((last.p_top3, last.rank_interval, last.missing_weight), (None, None, 0.8));
        assert_eq!(last.indicators.len(), 10);
        assert_eq!(ratings.municipalities[0].rank, Some(1));
        assert!(rate_with(&[], &[], None).municipalities.is_empty());
    }

    #[test]
    fn resolving_nothing_is_worse_than_resolving_slowly() {
        let waiting = |n, opened| ProblemFact {
            opened_at: Some(days_ago(opened)),
            baseline_due: Some(days_ago(40)),
            ..fact(n)
        };
        let slow = |n| ProblemFact {
            municipality: Some(MunicipalityNo(1)),
            status: if n % 2 == 0 { Status::Resolved } else { Status::InWork },
            closed_at: Some(days_ago(100)),
            ..waiting(n, 1_500)
        };
        let mut facts: Vec<ProblemFact> = (1..=40).map(|n| waiting(n, 2_500)).collect();
        facts.extend((41..=120).map(slow));
        for no in 2..6 {
            facts.extend(solved(no, 15, 5));
        }
        let ratings = rate_with(&facts, &municipalities(&[9_000; 6]), None);
        let idle = row(of(&ratings, 0), Indicator::MedianDays);
        assert_eq!((idle.basis, idle.raw), (Basis::AtLeast, Some(2_500.0)));
        assert!(idle.shrunken.unwrap() >= 2_500.0);
        assert!(of(&ratings, 0).score.unwrap() < of(&ratings, 1).score.unwrap());
        assert_eq!(of(&ratings, 0).rank, Some(6));
        let years = row(of(&ratings, 0), Indicator::YearsToClear);
        assert_eq!(years.raw, None, "no solution, no pace");
        assert!(years.shrunken.is_some_and(|years| years > 5.0));
    }

    #[test]
    fn as_many_problems_stand_behind_a_number_as_it_says() {
        let facts = region(9_285, &KRAI, 3);
        for rating in rate_krai(&facts, None).municipalities {
            for indicator in &rating.indicators {
                let numbers = |side| evidence(&facts, AS_OF, indicator.id, rating.no, side);
                let all = numbers(None);
                let of_problems = !matches!(indicator.id, Indicator::AnsweredShare | Indicator::Marks);
                let expected = if of_problems { indicator.n } else { 0 };
                assert_eq!(all.len() as u32, expected, "{} of {}", indicator.id.id(), rating.id);
                assert!(all.is_sorted());
                assert_eq!(numbers(Some(Side::For)).len() + numbers(Some(Side::Against)).len(), all.len());
            }
        }
    }

    #[test]
    fn later_events_do_not_change_the_rating_of_a_day() {
        let mut facts = region(3_000, &KRAI, 5);
        facts.retain(|f| f.closed_at.is_none_or(|t| t <= AS_OF.now));
        let before = rate_krai(&facts, None);
        for fact in facts.iter_mut().filter(|f| f.status == Status::InWork).take(50) {
            (fact.status, fact.closed_at) = (Status::Resolved, Some(days_ago(-3)));
        }
        facts.push(ProblemFact { opened_at: Some(days_ago(-1)), ..fact(9_999) });
        assert_eq!(rate_krai(&facts, None), before);
    }

    #[test]
    fn holding_the_published_priors_repeats_the_rating() {
        let facts = region(9_285, &KRAI, 6);
        let first = rate_krai(&facts, None);
        let text = serde_json::to_string(&first.priors).unwrap();
        let parse = |text: &str| serde_json::from_str::<Priors>(text).unwrap();
        let published = parse(&text);
        assert_eq!((&published, published.check()), (&first.priors, Ok(())));
        let again = rate_krai(&facts, Some(&published));
        assert_eq!(again.municipalities, first.municipalities);
        assert_ne!(again.inputs_hash, first.inputs_hash, "held priors are an input");
        let variance = first.priors.groups[0].median_days.unwrap().variance;
        let unsound = text.replace(&format!("\"variance\":{variance}"), "\"variance\":0.0");
        assert_eq!(parse(&unsound).check().unwrap_err(), "waits must vary");
    }

    #[test]
    fn two_cities_are_too_few_for_priors_of_their_own() {
        let ratings = rate_krai(&region(9_285, &KRAI, 7), None);
        let [large, medium, small, all] = &ratings.priors.groups[..] else {
            panic!("three size groups and all")
        };
        assert_eq!((large.units, medium.units, small.units, all.units), (2, 7, 10, 19));
        assert_eq!(large.pooled.len(), 10);
        assert_eq!(large.on_time_share, all.on_time_share);
        assert!(medium.pooled.is_empty());
    }

    /// Rated with the same problems as they were seen a year before.
    fn rate_with_trend(facts: &[ProblemFact], units: &[MunicipalityInput]) -> Ratings {
        let then = AsOf { now: AS_OF.now.plus_days(-365), today: AS_OF.today.plus_days(-365) };
        let before = Period { facts, municipalities: units, as_of: then };
        let (method, municipalities) = (Method::builtin(), units);
        rate(&Inputs {
            facts,
            municipalities,
            as_of: AS_OF,
            before: Some(before),
            method,
            seed: None,
            priors: None,
        })
    }

    #[test]
    fn who_rises_has_a_good_trend_and_a_score_above_the_level_alone() {
        // Late in the year before, in time in the last one; the others as good as ever.
        let aged = |n: u32, late: bool, ago: i64| ProblemFact {
            status: Status::Resolved,
            opened_at: Some(days_ago(ago + 300)),
            baseline_due: Some(days_ago(if late { ago + 100 } else { ago - 1 })),
            closed_at: Some(days_ago(ago)),
            ..fact(n)
        };
        let rising = (0..60).map(|n| aged(n + 1, n < 30, if n < 30 { 500 } else { 100 }));
        let steady = (0..60).map(|n| ProblemFact {
            municipality: Some(MunicipalityNo(1)),
            ..aged(n + 101, n % 3 == 0, if n < 30 { 500 } else { 100 })
        });
        let facts: Vec<ProblemFact> = rising.chain(steady).collect();
        let ratings = rate_with_trend(&facts, &municipalities(&[9_000, 9_000]));
        let (up, same) = (of(&ratings, 0), of(&ratings, 1));
        assert!(
            up.level_before < up.level && up.trend.unwrap() > 55.0,
            "{:?} {:?}",
            up.level_before,
            up.level
        );
        assert!(up.p_improved.unwrap() > 0.9);
        let gained = same.level.unwrap() - same.level_before.unwrap();
        assert!((same.trend.unwrap() - (50.0 + 2.5 * gained)).abs() < 1e-9);
        for rating in [up, same] {
            let expected = 0.8 * rating.level.unwrap() + 0.2 * rating.trend.unwrap();
            assert!((rating.score.unwrap() - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn an_atlas_without_marks_and_appeals_rates_by_the_rest() {
        let units: Vec<MunicipalityInput> = municipalities(&KRAI)
            .into_iter()
            .map(|m| MunicipalityInput::new(m.no, &m.id, &m.name, m.residents))
            .collect();
        let ratings = rate_with(&region(9_285, &KRAI, 3), &units, None);
        let first = of(&ratings, 0);
        assert_eq!(first.missing_weight, 0.0, "what nobody has is nobody's missing weight");
        assert!((row(first, Indicator::OnTimeShare).weight - 250.0 / 800.0).abs() < 1e-12);
        assert_eq!(row(first, Indicator::Marks).basis, Basis::Insufficient);
    }

    #[test]
    fn the_seed_of_a_day_comes_from_its_inputs_and_repeats() {
        let (facts, units) = (region(2_000, &KRAI, 4), municipalities(&KRAI));
        let (first, again) = (rate_with_trend(&facts, &units), rate_with_trend(&facts, &units));
        assert_eq!(first, again);
        assert_eq!(format!("{:016x}", first.seed), first.inputs_hash[..16]);
        let mut other = units;
        other[3].marks.histogram[4] += 1;
        assert_ne!(rate_with_trend(&facts, &other).inputs_hash, first.inputs_hash, "marks are an input");
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let (facts, units) = (region(5_000, &KRAI, 8), municipalities(&KRAI));
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| serde_json::to_string(&rate_with_trend(&facts, &units)).unwrap())
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(2), with(5));
    }

    #[test]
    fn ranks_of_nineteen_municipalities_are_mostly_uncertain() {
        let ratings = rate_krai(&region(9_285, &KRAI, 9), None);
        let width = |r: &Rating| r.rank_interval.map(|[low, high]| high - low);
        let widths: Vec<u32> = ratings.municipalities.iter().filter_map(width).collect();
        assert!(widths.iter().filter(|w| **w >= 3).count() > widths.len() / 2, "{widths:?}");
    }

    #[test]
    #[ignore = "prints how long ratings take; run with --release --ignored --nocapture"]
    fn how_long_it_takes() {
        use crate::analytics::burden::burden;
        use crate::analytics::stats::{Counted, Dimension, Tables, Tabulation};
        use crate::domain::{CategoryNo, time::Zone};
        let zone = Zone::parse("Asia/Vladivostok").unwrap();
        let many: Vec<u32> = (0..2_000).map(|n| 1_500 + 37 * n).collect();
        for (n, residents) in [(9_285, &KRAI[..]), (1_000_000, &many[..])] {
            let (facts, units) = (region(n, residents, 1), municipalities(residents));
            let timed = |what: &str, work: &dyn Fn() -> usize| {
                let times = (0..5).map(|_| {
                    let start = std::time::Instant::now();
                    std::hint::black_box(work());
                    start.elapsed()
                });
                println!(
                    "{n} problems, {} municipalities: {what} {:?}",
                    residents.len(),
                    times.min().unwrap()
                );
            };
            timed("rating with trend", &|| rate_with_trend(&facts, &units).municipalities.len());
            timed("rating", &|| rate_with(&facts, &units, None).municipalities.len());
            timed("burden", &|| burden(&facts, &units, AS_OF, Method::builtin()).municipalities.len());
            let spheres: Vec<CategoryNo> = (0..40).map(|n| CategoryNo(n / 10)).collect();
            let tables = Tables { zone: &zone, spheres: &spheres };
            let by = |dimensions: &[Dimension]| {
                let mut table = Tabulation::new(dimensions, tables);
                facts
                    .iter()
                    .filter_map(|fact| Counted::of(fact, AS_OF))
                    .for_each(|record| table.add(&record));
                table.finish().map_or(0, |groups| groups.len())
            };
            timed("counts by municipality", &|| by(&[Dimension::Municipality]));
            timed("counts by category and status", &|| by(&[Dimension::Category, Dimension::Status]));
            timed("counts by month of opening", &|| by(&[Dimension::MonthOpened]));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_order_of_rows_and_of_municipalities_changes_nothing(seed in 0u64..10_000, turn in 1usize..400) {
            let (mut facts, mut units) = (region(600, &KRAI, seed), municipalities(&KRAI));
            let before = rate_with(&facts, &units, None);
            facts.rotate_left(turn);
            units.reverse();
            prop_assert_eq!(rate_with(&facts, &units, None), before);
        }

        #[test]
        fn with_the_priors_held_a_unit_does_not_move_when_only_others_do(seed in 0u64..10_000, no in 0u16..19) {
            let facts = region(1_500, &KRAI, seed);
            let priors = rate_krai(&facts, None).priors;
            let own = |f: &ProblemFact| f.municipality == Some(MunicipalityNo(no));
            let mut others: Vec<ProblemFact> = facts.iter().copied().filter(own).collect();
            let foreign = region(1_500, &KRAI, seed + 1).into_iter().filter(|f| !own(f));
            others.extend(foreign.map(|f| ProblemFact { number: f.number + 5_000, ..f }));
            let (before, after) = (rate_krai(&facts, Some(&priors)), rate_krai(&others, Some(&priors)));
            let (before, after) = (of(&before, no), of(&after, no));
            prop_assert_eq!(&before.indicators, &after.indicators);
            let own_part = |r: &Rating| (r.level, r.tier, r.score_interval);
            prop_assert_eq!(own_part(before), own_part(after));
        }

        #[test]
        fn one_more_solution_in_time_instead_of_late_never_lowers_the_score(seed in 0u64..10_000) {
            let facts = region(1_500, &KRAI, seed);
            let priors = rate_krai(&facts, None).priors;
            let before = rate_krai(&facts, Some(&priors));
            for rating in before.municipalities.iter().filter(|r| r.score.is_some()) {
                let late = evidence(&facts, AS_OF, Indicator::OnTimeShare, rating.no, Some(Side::Against));
                let Some(number) = late.first() else { continue };
                let mut better = facts.clone();
                let fact = better.iter_mut().find(|f| f.number == *number).unwrap();
                fact.baseline_due = fact.closed_at;
                let after = rate_krai(&better, Some(&priors));
                prop_assert!(of(&after, rating.no.0).score >= rating.score, "{}", rating.id);
            }
        }

        #[test]
        fn an_overdue_problem_less_never_lowers_the_score(seed in 0u64..10_000) {
            let facts = region(1_500, &KRAI, seed);
            let priors = rate_krai(&facts, None).priors;
            let before = rate_krai(&facts, Some(&priors));
            for rating in before.municipalities.iter().filter(|r| r.score.is_some()).take(4) {
                let overdue = evidence(&facts, AS_OF, Indicator::OverdueShare, rating.no, Some(Side::Against));
                let Some(number) = overdue.first() else { continue };
                let mut better = facts.clone();
                let fact = better.iter_mut().find(|f| f.number == *number).unwrap();
                fact.baseline_due = Some(days_ago(-1));
                let after = rate_krai(&better, Some(&priors));
                prop_assert!(of(&after, rating.no.0).score >= rating.score, "{}", rating.id);
            }
        }
    }
}
