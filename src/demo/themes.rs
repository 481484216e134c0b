//! What problems and appeals are about: the pack's types with all that the plan says of them.

use std::collections::BTreeMap;

use super::DemoInput;
use super::plan::TypePlan;
use crate::domain::deadline::{DeadlineRule, Unit};
use crate::domain::{Category, CategoryNo, Timestamp};

/// Profile of a year without highs and lows.
const FLAT: [f64; 12] = [1.0; 12];

/// Code of the reply rule that holds where a category's own is not in force.
const GENERAL_REPLY: &str = "reply_general";

/// A type.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Its category.
    pub category: CategoryNo,
    /// Code of its category.
    pub code: String,
    /// Code of its sphere.
    pub sphere: String,
    /// Russian name.
    pub name_ru: String,
    /// Weight among the problems of a settlement.
    pub problems: f64,
    /// Weight among the problems along roads.
    pub remote: f64,
    /// Weight among the appeals.
    pub appeals: f64,
    /// Where it occurs, and the figures that need no default.
    pub plan: TypePlan,
    /// Profile of the year.
    pub months: [f64; 12],
    /// Median years to resolution.
    pub years: f64,
    /// Code of the reply rule.
    pub reply_rule: Option<String>,
    /// Code of the resolution rule.
    pub resolution_rule: Option<String>,
    /// Two problems within this distance may be the same.
    pub duplicate_radius_m: f64,
    /// A problem comes back within so many months.
    pub recurrence_months: u16,
}

/// All types of a pack; of a pack without types its spheres.
#[must_use]
pub fn build(input: &DemoInput<'_>) -> Vec<Theme> {
    let types = || input.categories.iter().filter(|c| !c.as_given);
    let with_parent: Vec<&Category> = types().filter(|c| c.parent.is_some()).collect();
    let chosen = if with_parent.is_empty() { types().collect() } else { with_parent };
    chosen.into_iter().map(|category| theme(input, category)).collect()
}

fn theme(input: &DemoInput<'_>, category: &Category) -> Theme {
    let plan = TypePlan::complete(input.plan, &category.code, category.sphere());
    let season = plan.season.as_ref().and_then(|name| input.plan.seasons.get(name));
    Theme {
        category: category.no,
        code: category.code.clone(),
        sphere: category.sphere().to_owned(),
        name_ru: category.name_ru.clone(),
        problems: plan.problems.unwrap_or(0.0),
        remote: plan.remote.unwrap_or(0.0),
        appeals: plan.appeals.unwrap_or(0.0),
        months: season.copied().unwrap_or(FLAT),
        years: plan.years.unwrap_or(3.0).max(0.02),
        plan,
        reply_rule: category.reply_rule.clone(),
        resolution_rule: category.resolution_rule.clone(),
        duplicate_radius_m: f64::from(category.duplicate_radius_m),
        recurrence_months: category.recurrence_months,
    }
}

/// Deadline rules by code.
#[derive(Debug)]
pub struct Rules<'a> {
    by_code: BTreeMap<&'a str, Vec<&'a DeadlineRule>>,
    input: DemoInput<'a>,
}

impl<'a> Rules<'a> {
    /// The rules of a pack.
    #[must_use]
    pub fn new(input: &DemoInput<'a>) -> Self {
        let mut by_code: BTreeMap<&str, Vec<&DeadlineRule>> = BTreeMap::new();
        for rule in input.rules {
            by_code.entry(rule.code.as_str()).or_default().push(rule);
        }
        Self { by_code, input: *input }
    }

    /// The rule with this code that holds at `t`.
    #[must_use]
    pub fn at(&self, code: &str, t: Timestamp) -> Option<&'a DeadlineRule> {
        let day = self.input.calendar.zone().day_of(t);
        self.by_code.get(code)?.iter().copied().find(|rule| rule.holds_on(day))
    }

    /// When the reply to an appeal is due that came in at `t`; the same rule as the atlas's own dictionary follows.
    #[must_use]
    pub fn reply_due(&self, theme: &Theme, t: Timestamp) -> Option<Timestamp> {
        let code = theme.reply_rule.as_deref()?;
        let rule = self.at(code, t).or_else(|| self.at(GENERAL_REPLY, t))?;
        Some(self.input.calendar.due(rule, t))
    }

    /// When a problem is due by rule whose clock starts at `t`.
    #[must_use]
    pub fn resolution_due(&self, theme: &Theme, t: Timestamp) -> Option<Timestamp> {
        let rule = self.at(theme.resolution_rule.as_deref()?, t)?;
        Some(self.input.calendar.due(rule, t))
    }

    /// The term of a theme's resolution rule in days.
    #[must_use]
    pub fn resolution_days(&self, theme: &Theme, t: Timestamp) -> f64 {
        let rule = theme.resolution_rule.as_deref().and_then(|code| self.at(code, t));
        rule.map_or(180.0, |rule| match rule.unit {
            Unit::CalendarDays => f64::from(rule.quantity),
            Unit::WorkingDays => f64::from(rule.quantity) * 7.0 / 5.0,
            Unit::Hours => f64::from(rule.quantity) / 24.0,
        })
    }
}
