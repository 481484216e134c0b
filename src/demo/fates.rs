//! What becomes of problems: one common pace, so that the region as a whole resolves as many as the plan says.

use super::chance::{Chance, Topic};
use super::drafts::{Draft, Origin};
use super::land::Land;
use crate::domain::Timestamp;

/// Days of a year.
pub const YEAR_DAYS: f64 = 365.25;

/// What becomes of a problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It is worked on and, after so many days, verified as fixed.
    Worked {
        /// Days from registration to verification.
        days: f64,
    },
    /// It is worked on until it is put off, which it still is at the end of the history.
    Postponed {
        /// When it is put off.
        at: Timestamp,
    },
    /// It is refused then.
    Refused {
        /// When.
        at: Timestamp,
    },
    /// It does not belong in the registry.
    Rejected,
    /// It is the same as the problem with this index.
    Duplicate(usize),
}

/// The common pace of all problems: their drawn years are multiplied by it.
///
/// A problem with drawn years T, registered a years before the end of the history, is resolved within it when
/// pace · T < a, that is pace < a / T. So for exactly R of them to be resolved the pace is the (R + 1)-th largest a / T.
#[must_use]
pub fn pace(land: &Land<'_>, drafts: &[Draft], resolved: usize) -> f64 {
    let age = |draft: &Draft| land.days.now.days_since(draft.registered_at) / YEAR_DAYS;
    let mut ratios: Vec<f64> = drafts.iter().map(|draft| age(draft) / draft.years).collect();
    ratios.sort_unstable_by(|a, b| b.total_cmp(a));
    ratios.get(resolved).or(ratios.last()).copied().unwrap_or(1.0).max(1e-3)
}

impl Fate {
    /// The fate of a draft at a pace.
    #[must_use]
    pub fn draw(land: &Land<'_>, draft: &Draft, pace: f64, index: usize) -> Self {
        let plan = &land.input.plan.problems;
        let mut chance = land.chance(Topic::Fate, index);
        let days = (draft.years * pace * YEAR_DAYS).clamp(3.0, 36_500.0);
        if let Origin::DuplicateOf(other) = draft.origin {
            return Self::Duplicate(other);
        }
        let age_days = land.days.now.days_since(draft.registered_at);
        let end = chance.unit();
        if end < plan.rejected && age_days > 30.0 {
            return Self::Rejected;
        }
        // Of the problems that are open at the end, those put off are the share that makes them so many of all.
        let open = (1.0 - plan.resolved - plan.rejected - plan.refused - plan.duplicate).max(0.1);
        if end < plan.rejected + plan.refused && age_days > 60.0 {
            let at = age_days * chance.between(0.15, 0.9);
            return Self::Refused { at: super::days::later(draft.registered_at, at) };
        }
        let postponed = chance.happens(plan.postponed / open) && days > age_days;
        match postponed.then(|| put_off(land, age_days, &mut chance)).flatten() {
            Some(at) => Self::Postponed { at },
            None => Self::Worked { days },
        }
    }
}

/// A moment of the last year and a half, long enough after registration.
fn put_off(land: &Land<'_>, age_days: f64, chance: &mut Chance) -> Option<Timestamp> {
    let latest = (age_days - 60.0).min(540.0);
    (latest > 15.0).then(|| super::days::later(land.days.now, -chance.between(15.0, latest)))
}
