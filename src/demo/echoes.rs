//! Problems that echo earlier ones: the same reported again, and resolved ones that came back.

use super::chance::{Chance, Topic};
use super::days::later;
use super::drafts::{Draft, Origin, draw_years};
use super::land::Land;
use super::plane::{Metres, moved};
use super::problems::Case;
use super::spots::Spot;
use crate::domain::{QualityFlags, Timestamp};
use crate::geometry::Shape;

/// Days of a month, on average.
const MONTH_DAYS: f64 = 30.4;
/// A problem comes back this soon at the earliest.
const SOONEST_DAYS: f64 = 25.0;
/// Attempts to find something that can be echoed.
const ATTEMPTS: usize = 60;

/// Draws echo number `index`: of a resolved problem that came back, or of one that was there already. `None` when no
/// problem can be echoed that way.
#[must_use]
pub fn draw(land: &Land<'_>, cases: &[Case], index: usize, recurrence: bool) -> Option<Draft> {
    let mut chance = land.chance(Topic::Echo, index);
    (0..ATTEMPTS).find_map(|_| {
        let parent = chance.below(cases.len());
        let case = cases.get(parent)?;
        let usable = case.draft.flags == QualityFlags::default() && !case.draft.unlocated;
        if !usable {
            return None;
        }
        if recurrence {
            come_back(land, case, parent, &mut chance)
        } else {
            again(land, case, parent, &mut chance)
        }
    })
}

/// The same type within the radius, after the resolution and before the term of recurrence is over.
fn come_back(land: &Land<'_>, case: &Case, parent: usize, chance: &mut Chance) -> Option<Draft> {
    let resolved_at = case.problem.resolved_at?;
    let theme = &land.themes[case.draft.theme];
    if !land.book.recurs(theme) {
        return None;
    }
    let longest = f64::from(theme.recurrence_months) * MONTH_DAYS - 5.0;
    let left = land.days.now.days_since(resolved_at) - 3.0;
    (longest.min(left) > SOONEST_DAYS).then(|| {
        let at = later(resolved_at, chance.between(SOONEST_DAYS, longest.min(left)));
        let near = theme.duplicate_radius_m * 0.7;
        echo(land, &case.draft, at, near, Origin::RecurrenceOf(parent, resolved_at), chance)
    })
}

/// The same type within the radius, while the first one is open.
fn again(land: &Land<'_>, case: &Case, parent: usize, chance: &mut Chance) -> Option<Draft> {
    let closed = case.problem.status.is_closed();
    let end = if closed { case.problem.status_since } else { land.days.now };
    let open_days = end.days_since(case.draft.registered_at) - 4.0;
    (open_days > 2.0).then(|| {
        let days = chance.waiting(200.0).min(open_days * 0.97).max(1.0);
        let at = later(case.draft.registered_at, days);
        let near = land.themes[case.draft.theme].duplicate_radius_m * 0.6;
        echo(land, &case.draft, at, near, Origin::DuplicateOf(parent), chance)
    })
}

/// A draft of the same type near another.
fn echo(
    land: &Land<'_>,
    draft: &Draft,
    at: Timestamp,
    near_m: f64,
    origin: Origin,
    chance: &mut Chance,
) -> Draft {
    let registered_at = land.days.office_from(at, chance).min(land.days.now);
    let spot = beside(land, &draft.spot, near_m, chance);
    let years = draw_years(land, draft.theme, &spot, chance);
    Draft { theme: draft.theme, spot, flags: draft.flags, unlocated: false, registered_at, years, origin }
}

/// A point near a place, in the same municipality; the place itself when there is none.
fn beside(land: &Land<'_>, spot: &Spot, near_m: f64, chance: &mut Chance) -> Spot {
    let try_near = |chance: &mut Chance| {
        let way = Metres::towards(chance.between(0.0, std::f64::consts::TAU), near_m * chance.unit());
        let at = moved(spot.at, way);
        (land.ground.locate(at) == Some(spot.municipality)).then_some(at)
    };
    let at = (0..10).find_map(|_| try_near(chance)).unwrap_or(spot.at);
    Spot { at, shape: Shape::Point(at), ..spot.clone() }
}
