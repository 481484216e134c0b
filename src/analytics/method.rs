//! The method of the rating: version, weights, goalposts, size groups, tiers. Data, read once from `method.toml`.
//!
//! Answers: "which numbers is the rating made with?" and "what does this value become between its goalposts?" The
//! formulas that use them are in [`super::rating`].
//!
//! # Formulas
//!
//! - Normalisation to fixed goalposts: `100 · (x − worst)/(best − worst)`, cut to 0…100, on the value itself or on
//!   `ln(1 + x)`. Distance to a reference: OECD/JRC, *Handbook on Constructing Composite Indicators* (2008), §1.5 and step 5.
//!   The sample's own minimum and maximum are not used: a unit's score would move because others moved.
//! - Score: `Π max(gᵢ, floor)^{wᵢ}`, the weighted geometric mean (same handbook, step 6): a deficit is not made up for by the
//!   same surplus elsewhere.

use std::sync::LazyLock;

use libm::{exp, log, log1p};
use serde::{Deserialize, Serialize};

use super::indicators::Indicator;
use crate::domain::Kopecks;

/// Everything in `method.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Version, part of every answer.
    pub version: String,
    /// Cases below which an indicator is insufficient.
    pub least_cases: u32,
    /// Days for which a verified solution is watched.
    pub held_days: u32,
    /// Missing weight above which a unit is not rated, thousandths.
    pub most_missing_weight: u32,
    /// Least normalised value in the geometric mean, above 0.
    pub floor: f64,
    /// Draws behind rank intervals and tiers.
    pub draws: u32,
    /// Concentration of the Dirichlet distribution that weights are drawn from.
    pub weight_concentration: f64,
    /// Parts of their distance by which goalposts are moved in the normalisations that are drawn.
    pub goalpost_shifts: Vec<f64>,
    /// Part of the level in the score, thousandths; the rest is the trend's.
    pub level_share: u32,
    /// Goalposts of the trend, points of level in a year.
    pub trend: TrendRule,
    /// Strata of pace.
    pub pace: PaceRule,
    /// Tiers.
    pub tiers: Tiers,
    /// Peers, the largest first.
    pub size_groups: Vec<SizeGroup>,
    /// Indicators, in the order of the answer.
    pub indicators: Vec<Rule>,
    /// Burden.
    pub burden: BurdenRule,
    /// Silent zones.
    pub silence: SilenceRule,
    /// The federal-style series.
    pub federal: FederalRule,
}

/// Numbers of the silent zones, see [`super::silence`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilenceRule {
    /// The upper end of the ratio below which a settlement is silent.
    pub silent_below: f64,
    /// Reports farther from every settlement belong to none, metres.
    pub reach_m: f64,
}

/// Numbers of the federal-style series, see [`super::sensitivity`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederalRule {
    /// Part of the marks, thousandths.
    pub survey_share: u32,
    /// Part of growth in an indicator, thousandths.
    pub growth_share: u32,
}

/// The bounds of the tiers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    /// Least score of tier A.
    pub a_from: f64,
    /// Scores below this are tier C.
    pub c_below: f64,
    /// How sure one must be of either, 0.5…1.
    pub sureness: f64,
}

/// Goalposts of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrendRule {
    /// Points of level in a year that become 0.
    pub worst: f64,
    /// Points of level in a year that become 100.
    pub best: f64,
}

/// Strata of the indirect standardisation, see [`super::pace`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaceRule {
    /// Limits of the classes of age, ascending.
    pub age_days: Vec<u32>,
    /// Limits of the classes of cost, ascending.
    pub cost_roubles: Vec<i64>,
    /// A stratum's speed is drawn to that of its age like by so many solutions.
    pub strength: f64,
}

impl PaceRule {
    /// The class of a cost: 0 is unknown, then ascending.
    #[must_use]
    pub fn cost_class(&self, cost: Option<Kopecks>) -> u8 {
        let class =
            |cost: Kopecks| 1 + self.cost_roubles.partition_point(|limit| limit * 100 <= cost.0) as u8;
        cost.map_or(0, class)
    }
}

/// Municipalities of similar size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeGroup {
    /// Its id on the wire.
    pub id: String,
    /// Residents from which a municipality belongs to it, unless to a larger one.
    pub least_residents: u32,
}

/// How one indicator enters the score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which.
    pub id: Indicator,
    /// Weight, thousandths; 0 = shown only.
    pub weight: u32,
    /// What becomes 0, in the indicator's unit.
    pub worst: f64,
    /// What becomes 100, in the indicator's unit.
    pub best: f64,
    /// On which scale.
    pub scale: Scale,
}

/// The scale between two goalposts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// The value itself.
    Linear,
    /// `ln(1 + x)`.
    Log,
}

/// Numbers of the burden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BurdenRule {
    /// What an open problem of severity 1…5 counts.
    pub severity_weights: [u32; 5],
}

impl Rule {
    /// A value between the goalposts, 0…100.
    ///
    /// ```
    /// use atlas::analytics::indicators::Indicator;
    /// use atlas::analytics::method::{Rule, Scale};
    /// let rule = Rule { id: Indicator::OverdueShare, weight: 150, worst: 0.8, best: 0.05, scale: Scale::Linear };
    /// assert!((rule.normalise(0.35) - 60.0).abs() < 1e-9); // 100 · (0.35 − 0.80) / (0.05 − 0.80)
    /// assert_eq!(rule.normalise(0.9), 0.0);
    /// ```
    #[must_use]
    pub fn normalise(&self, value: f64) -> f64 {
        self.normalise_shifted(value, 0.0)
    }

    /// The same with both goalposts moved outwards by a part of their distance.
    ///
    /// ```
    /// use atlas::analytics::indicators::Indicator;
    /// use atlas::analytics::method::{Rule, Scale};
    /// let rule = Rule { id: Indicator::Pace, weight: 200, worst: 0.0, best: 2.0, scale: Scale::Linear };
    /// assert_eq!(rule.normalise_shifted(2.0, -0.1), 100.0); // reached at 1.8 already
    /// assert!((rule.normalise_shifted(0.0, 0.1) - 100.0 / 12.0).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn normalise_shifted(&self, value: f64, shift: f64) -> f64 {
        let (worst, best) = (self.on_scale(self.worst), self.on_scale(self.best));
        let part = (self.on_scale(value) - worst) / (best - worst);
        (100.0 * ((part + shift) / (1.0 + 2.0 * shift))).clamp(0.0, 100.0)
    }

    /// [`Rule::normalise_shifted`] as one multiplication and one addition on the scale, for many values: `a·x + b`, to be cut to
    /// 0…100.
    ///
    /// ```
    /// use atlas::analytics::indicators::Indicator;
    /// use atlas::analytics::method::Method;
    /// let rule = Method::builtin().rule(Indicator::OverdueShare);
    /// let [a, b] = rule.line(0.1);
    /// assert!((a * rule.on_scale(0.4) + b - rule.normalise_shifted(0.4, 0.1)).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn line(&self, shift: f64) -> [f64; 2] {
        let (worst, best) = (self.on_scale(self.worst), self.on_scale(self.best));
        let (span, stretch) = (best - worst, 100.0 / (1.0 + 2.0 * shift));
        [stretch / span, stretch * (shift - worst / span)]
    }

    /// A value on the scale between the goalposts.
    #[must_use]
    pub fn on_scale(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => value,
            Scale::Log => log1p(value),
        }
    }
}

impl Method {
    /// The method that is built in. Read once.
    ///
    /// ```
    /// let method = atlas::analytics::method::Method::builtin();
    /// assert_eq!(method.size_group(1_902).id, "small");
    /// assert_eq!(method.size_group(200_000).id, "medium");
    /// ```
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Method> = LazyLock::new(|| {
            Method::parse(include_str!("method.toml")).expect("the built-in method is sound")
        });
        &BUILTIN
    }

    /// Reads a method.
    ///
    /// # Errors
    ///
    /// A sentence naming what does not parse, or which number makes no sense.
    pub fn parse(text: &str) -> Result<Self, String> {
        let method: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        match method.first_flaw() {
            Some(flaw) => Err(flaw.to_owned()),
            None => Ok(method),
        }
    }

    /// The size group of a municipality.
    #[must_use]
    pub fn size_group(&self, residents: u32) -> &SizeGroup {
        let group = self.size_groups.iter().find(|g| residents >= g.least_residents);
        group.expect("the last size group takes everybody")
    }

    /// The rule of an indicator.
    #[must_use]
    pub fn rule(&self, indicator: Indicator) -> &Rule {
        self.indicators.iter().find(|rule| rule.id == indicator).expect("every indicator has a rule")
    }

    /// The weighted geometric mean of normalised values with their weights, 0…100; weights need not add up to anything.
    /// `None` without weight.
    ///
    /// ```
    /// let method = atlas::analytics::method::Method::builtin();
    /// assert!((method.score(&[(80.0, 1.0), (20.0, 1.0)]).unwrap() - 40.0).abs() < 1e-9); // √(80 · 20)
    /// // 0 counts as the floor of 5 and does not annihilate.
    /// assert!((method.score(&[(80.0, 1.0), (0.0, 1.0)]).unwrap() - 20.0).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn score(&self, values: &[(f64, f64)]) -> Option<f64> {
        let (sum, weights) = values.iter().fold((0.0, 0.0), |(sum, weights), &(value, weight)| {
            (sum + weight * self.log_value(value), weights + weight)
        });
        (weights > 0.0).then(|| exp(sum / weights).min(100.0))
    }

    /// A change of level within a year between its goalposts, 0…100; 50 for no change between symmetric ones.
    ///
    /// ```
    /// let method = atlas::analytics::method::Method::builtin();
    /// assert_eq!(method.trend_of(10.0), 75.0); // 100 · (10 + 20)/40
    /// ```
    #[must_use]
    pub fn trend_of(&self, gained: f64) -> f64 {
        let TrendRule { worst, best } = self.trend;
        (100.0 * ((gained - worst) / (best - worst))).clamp(0.0, 100.0)
    }

    /// The score from level and trend: the level alone when there is no trend.
    #[must_use]
    pub fn with_trend(&self, level: f64, trend: Option<f64>) -> f64 {
        let share = f64::from(self.level_share) / 1_000.0;
        trend.map_or(level, |trend| share * level + (1.0 - share) * trend)
    }

    /// The logarithm of a normalised value, not below the floor.
    #[must_use]
    pub fn log_value(&self, normalised: f64) -> f64 {
        log(normalised.max(self.floor))
    }

    fn first_flaw(&self) -> Option<&'static str> {
        let total: u32 = self.indicators.iter().map(|r| r.weight).sum();
        let once = |i: &Indicator| self.indicators.iter().filter(|r| r.id == *i).count() == 1;
        let descending = self.size_groups.windows(2).all(|w| w[0].least_residents > w[1].least_residents);
        let sound = |r: &Rule| {
            r.worst.is_finite() && r.best.is_finite() && r.worst >= 0.0 && r.best >= 0.0 && r.worst != r.best
        };
        let tiers = self.tiers;
        [
            (total == 1_000, "the weights must add up to 1000"),
            (Indicator::ALL.iter().all(once), "every indicator needs exactly one rule"),
            (self.indicators.iter().all(sound), "goalposts must be two different finite numbers, 0 or more"),
            (descending, "size groups must be given from the largest down"),
            (
                self.size_groups.last().is_some_and(|g| g.least_residents == 0),
                "the last size group must begin at 0",
            ),
            (self.floor > 0.0 && self.floor < 100.0, "the floor must lie between 0 and 100"),
            ((1..=100_000).contains(&self.draws), "draws must be 1 to 100,000"),
            (self.weight_concentration > 0.0, "the concentration of weights must be above 0"),
            (
                !self.goalpost_shifts.is_empty()
                    && self.goalpost_shifts.iter().all(|x| *x > -0.5 && *x < 0.5),
                "goalposts must be moved by less than half of their distance",
            ),
            (self.level_share <= 1_000, "the level cannot be more than the whole score"),
            (self.trend.worst < self.trend.best, "a rising level must be a good trend"),
            (
                self.pace.age_days.is_sorted_by(|a, b| a < b)
                    && self.pace.cost_roubles.is_sorted_by(|a, b| a < b),
                "the limits of pace must ascend",
            ),
            (
                self.federal.survey_share <= 1_000 && self.federal.growth_share <= 1_000,
                "no part is more than the whole",
            ),
            (self.pace.strength > 0.0, "the strength of pace must be above 0"),
            (tiers.c_below <= tiers.a_from, "tier C must not begin above tier A"),
            ((0.5..=1.0).contains(&tiers.sureness), "sureness must lie between 0.5 and 1"),
        ]
        .into_iter()
        .find_map(|(fine, flaw)| (!fine).then_some(flaw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burden_never_enters_the_score() {
        let method = Method::builtin();
        for indicator in [Indicator::OpenPer10k, Indicator::YearsToClear, Indicator::MedianDays] {
            assert_eq!(method.rule(indicator).weight, 0);
        }
    }

    #[test]
    fn verifying_nothing_is_no_way_out_of_the_rating() {
        let method = Method::builtin();
        let weight = |i| method.rule(i).weight;
        assert!(
            weight(Indicator::OnTimeShare) + weight(Indicator::ReopenedShare) <= method.most_missing_weight
        );
    }

    #[test]
    fn a_method_with_a_flaw_is_refused_with_its_name() {
        let text = include_str!("method.toml");
        let refused = |from: &str, to: &str| Method::parse(&text.replacen(from, to, 1)).unwrap_err();
        assert!(refused("weight = 250", "weight = 251").contains("1000"));
        assert!(refused("id = \"median_days\"", "id = \"on_time_share\"").contains("exactly one"));
        assert!(refused("floor = 5.0", "floor = 0.0").contains("floor"));
        assert!(refused("best = 0.95", "best = 0.20").contains("goalposts"));
        assert!(refused("version =", "verzion =").contains("verzion"));
    }

    #[test]
    fn goalposts_may_stand_either_way_round_and_cut_what_lies_beyond() {
        for rule in &Method::builtin().indicators {
            assert_eq!(rule.normalise(rule.worst), 0.0);
            assert_eq!(rule.normalise(rule.best), 100.0);
            let middle = rule.normalise(0.5 * (rule.worst + rule.best));
            assert!(middle > 0.0 && middle < 100.0);
        }
    }
}
