//! How much, where and when: the numbers of an invented region, from the pack's `demo.toml`.
//!
//! What is not said of a type holds as its sphere has it, then as `[default]` has it; so a pack whose types are others
//! needs no line here to work. Columns and units are described in `data/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A pack's `demo.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoPlan {
    /// The registry of problems as a whole.
    pub problems: ProblemPlan,
    /// The stream of appeals as a whole.
    pub appeals: AppealPlan,
    /// Citizens' marks.
    pub marks: MarkPlan,
    /// Named profiles of a year: twelve weights, January first.
    pub seasons: BTreeMap<String, [f64; 12]>,
    /// What is known of the lie of towns, by id of the settlement.
    #[serde(default)]
    pub towns: BTreeMap<String, TownPlan>,
    /// What holds for every type unless its sphere or itself says otherwise.
    #[serde(default)]
    pub default: TypePlan,
    /// What holds for the types of a sphere.
    #[serde(default)]
    pub spheres: BTreeMap<String, TypePlan>,
    /// What holds for a type.
    #[serde(default)]
    pub types: BTreeMap<String, TypePlan>,
}

/// Weights of calendar years.
pub type YearWeights = Vec<(i16, f64)>;

/// The registry of problems as a whole. Shares are of all problems.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemPlan {
    /// How many are registered in each year, in proportion.
    pub intake: YearWeights,
    /// Resolved at the end of the history.
    pub resolved: f64,
    /// Rejected soon after they came in.
    pub rejected: f64,
    /// Refused.
    pub refused: f64,
    /// Postponed at the end of the history.
    pub postponed: f64,
    /// Found to be the same as another.
    pub duplicate: f64,
    /// Come back after a resolved one.
    pub recurrence: f64,
    /// Away from settlements, along roads.
    pub remote: f64,
    /// On the fallback coordinate.
    pub fallback: f64,
    /// On an impossible coordinate.
    pub misplaced: f64,
    /// Identical to the row before.
    pub repeated: f64,
    /// Problems of a municipality grow with this power of its residents.
    pub residents_power: f64,
    /// Without a known cost.
    pub cost_unknown: f64,
    /// How many settlements are silent…
    pub silent: usize,
    /// …and of how many residents, from and to.
    pub silent_residents: [u32; 2],
}

/// The stream of appeals as a whole. Shares are of all appeals.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppealPlan {
    /// How many come in each year, in proportion.
    pub intake: YearWeights,
    /// Weights of the days of the week, Monday first.
    pub weekdays: [f64; 7],
    /// Weights of the hours of the day.
    pub hours: [f64; 24],
    /// Linked to a problem.
    pub linked: f64,
    /// Answered late.
    pub late: f64,
    /// With words.
    pub with_text: f64,
    /// Hidden from the public.
    pub hidden: f64,
    /// On the fallback coordinate.
    pub fallback: f64,
    /// On an impossible coordinate.
    pub misplaced: f64,
    /// Identical to the row before.
    pub repeated: f64,
    /// Answered before they came in.
    pub answered_before: f64,
}

/// Citizens' marks of heads of municipalities.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkPlan {
    /// How many are given in each year, in proportion.
    pub intake: YearWeights,
    /// First and last day of each campaign within a year, `MM-DD`.
    pub campaigns: Vec<[String; 2]>,
    /// The mean of all municipalities, 1…5.
    pub mean: f64,
    /// How far municipalities lie apart.
    pub spread: f64,
    /// How many municipalities hardly take part: the smallest ones.
    pub quiet: usize,
}

/// The lie of a town. Without it the town is a straight band in a direction drawn by chance.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TownPlan {
    /// The line along which it stretches, lon, lat.
    pub axis: Vec<[f64; 2]>,
    /// Direction of the band, degrees clockwise from north.
    pub bearing_deg: Option<f64>,
    /// Half the width of the band.
    pub half_width_km: Option<f64>,
}

/// What is known of the problems and appeals of a type.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TypePlan {
    /// Weight among the problems of a settlement; 0: never a problem of the registry.
    pub problems: Option<f64>,
    /// Weight among the problems along roads.
    pub remote: Option<f64>,
    /// Weight among the appeals.
    pub appeals: Option<f64>,
    /// Only in settlements of so many residents, from and to.
    pub residents: Option<[u32; 2]>,
    /// Only in these settlements, by id: what needs a railway or a river.
    pub settlements: Option<Vec<String>>,
    /// Name of the profile of the year.
    pub season: Option<String>,
    /// Years from registration to verification: the median.
    pub years: Option<f64>,
    /// Cost: median in millions of roubles and spread of the logarithm.
    pub cost: Option<[f64; 2]>,
    /// Weights of the severities 1…5.
    pub severity: Option<[f64; 5]>,
    /// How often people are in danger.
    pub danger: Option<f64>,
    /// People concerned: median and spread of the logarithm.
    pub people: Option<[f64; 2]>,
    /// How often it is drawn as a line.
    pub line: Option<f64>,
    /// How often it is drawn as a polygon.
    pub area: Option<f64>,
    /// Length of the stretch, metres, from and to.
    pub length_m: Option<[f64; 2]>,
    /// Area, square metres, from and to.
    pub area_m2: Option<[f64; 2]>,
    /// Who answers: weights of levels, or of ids of bodies.
    pub answer: Option<BTreeMap<String, f64>>,
}

impl TypePlan {
    /// The plan of a type, completed by that of its sphere and the default.
    #[must_use]
    pub fn complete(plan: &DemoPlan, code: &str, sphere: &str) -> Self {
        let own = plan.types.get(code).cloned().unwrap_or_default();
        let sphere = plan.spheres.get(sphere).cloned().unwrap_or_default();
        own.or(sphere).or(plan.default.clone())
    }

    fn or(self, other: Self) -> Self {
        Self {
            problems: self.problems.or(other.problems),
            remote: self.remote.or(other.remote),
            appeals: self.appeals.or(other.appeals),
            residents: self.residents.or(other.residents),
            settlements: self.settlements.or(other.settlements),
            season: self.season.or(other.season),
            years: self.years.or(other.years),
            cost: self.cost.or(other.cost),
            severity: self.severity.or(other.severity),
            danger: self.danger.or(other.danger),
            people: self.people.or(other.people),
            line: self.line.or(other.line),
            area: self.area.or(other.area),
            length_m: self.length_m.or(other.length_m),
            area_m2: self.area_m2.or(other.area_m2),
            answer: self.answer.or(other.answer),
        }
    }

    /// Whether it occurs in a settlement of so many residents with this id.
    #[must_use]
    pub fn suits(&self, residents: f64, settlement: Option<&str>) -> bool {
        let in_size = |[from, to]: [u32; 2]| (f64::from(from)..=f64::from(to)).contains(&residents.round());
        let named = |ids: &Vec<String>| settlement.is_some_and(|id| ids.iter().any(|own| own == id));
        self.residents.is_none_or(in_size) && self.settlements.as_ref().is_none_or(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_type_does_not_say_its_sphere_says_and_then_the_default() {
        let plan: DemoPlan = toml::from_str(include_str!("../../data/khabarovsk/demo.toml")).unwrap();
        let unknown = TypePlan::complete(&plan, "roads.of_another_pack", "roads");
        assert_eq!(unknown.cost, plan.spheres["roads"].cost);
        assert_eq!(TypePlan::complete(&plan, "x.y", "x").years, plan.default.years);
        let known = TypePlan::complete(&plan, "roads.pothole", "roads");
        assert_eq!(known.season, plan.types["roads.pothole"].season);
    }
}
