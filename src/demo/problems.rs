//! Problems with their whole lives, in the order of their registration.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::chance::Topic;
use super::course::{self, provisional};
use super::drafts::{Draft, Drafting, Figures, Origin};
use super::echoes;
use super::fates::{Fate, pace};
use super::land::Land;
use super::life::{first_record, live};
use super::wording::RESOLVED_YEAR;
use crate::domain::event::PastEvent;
use crate::domain::problem::{Placement, Purse};
use crate::domain::{EventKind, Kopecks, Level, Problem, ProblemNo, Quality, SourceNo, Status, Timestamp};
use crate::geometry::Shape;

/// A problem, its life, and what it was drawn from.
#[derive(Debug, Clone)]
pub struct Case {
    /// The problem as it is at the end of the history.
    pub problem: Problem,
    /// What happened to it.
    pub events: Vec<PastEvent>,
    /// What it was drawn from.
    pub draft: Draft,
}

/// How many problems of each sort.
#[derive(Debug, Clone, Copy)]
struct Shares {
    fresh: usize,
    recurrences: usize,
    duplicates: usize,
    repeated: usize,
    unlocated: usize,
    misplaced: usize,
    resolved: usize,
}

impl Shares {
    fn of(land: &Land<'_>, n: usize) -> Self {
        let plan = &land.input.plan.problems;
        let part = |share: f64| ((n as f64 * share.clamp(0.0, 1.0)).round() as usize).min(n / 4);
        let (recurrences, duplicates) = (part(plan.recurrence), part(plan.duplicate));
        let repeated = part(plan.repeated);
        let fresh = n.saturating_sub(recurrences + duplicates + repeated);
        let resolved = (n as f64 * plan.resolved.clamp(0.0, 1.0)).round() as usize;
        Self {
            fresh,
            recurrences,
            duplicates,
            repeated,
            unlocated: part(plan.fallback),
            misplaced: part(plan.misplaced),
            resolved,
        }
    }
}

/// Draws `n` problems with their lives, numbered from 1 in the order of registration.
#[must_use]
pub fn draw(land: &Land<'_>, n: u32) -> Vec<Case> {
    let n = n as usize;
    let shares = Shares::of(land, n);
    let drafting = Drafting::new(land);
    let draw_fresh = |index| drafting.draw(index, shares.unlocated, shares.misplaced);
    let drafts: Vec<Draft> = (0..shares.fresh).into_par_iter().map(draw_fresh).collect();
    let pace = pace(land, &drafts, shares.resolved);
    let mut cases: Vec<Case> =
        drafts.into_par_iter().enumerate().map(|(index, draft)| grow(land, draft, pace, index)).collect();

    let echo = |k: usize| echoes::draw(land, &cases, shares.fresh + k, k < shares.recurrences);
    let echoes: Vec<Draft> =
        (0..shares.recurrences + shares.duplicates).into_par_iter().filter_map(echo).collect();
    // What could not be echoed, in a history that is short or a registry that is small, is fresh instead.
    let missing = n.saturating_sub(shares.repeated + cases.len() + echoes.len());
    let more = (shares.fresh..shares.fresh + missing).map(draw_fresh);
    let later: Vec<Draft> = echoes.into_iter().chain(more).collect();
    let first = cases.len();
    cases.par_extend(later.into_par_iter().enumerate().map(|(k, draft)| grow(land, draft, pace, first + k)));
    repeat_some(land, &mut cases, shares.repeated);
    number(cases)
}

/// Lives a draft: its first record, its course, its life.
fn grow(land: &Land<'_>, draft: Draft, pace: f64, index: usize) -> Case {
    let mut chance = land.chance(Topic::Life, index);
    let proposed_at = later_of_start(land, draft.registered_at, chance.between(0.2, 6.0));
    let record = record(land, &draft, index);
    let first = first_record(&record, proposed_at);
    let fate = Fate::draw(land, &draft, pace, index);
    let steps = course::plan(land, &draft, fate, &mut chance);
    let (mut problem, events) = live(land, &draft, first, steps, &mut chance);
    problem.level = problem.responsible.and_then(|body| land.answerers.level(body));
    if chance.happens(0.6) {
        problem.funding = fund(&problem, chance.between(0.0, 1.0));
    }
    Case { problem, events, draft }
}

/// A moment some days before `t`, but within the history.
fn later_of_start(land: &Land<'_>, t: Timestamp, days: f64) -> Timestamp {
    super::days::later(t, -days).max(land.days.start).min(Timestamp(t.0 - 1))
}

/// A draft as a record, in words and figures, without anything that events tell.
fn record(land: &Land<'_>, draft: &Draft, index: usize) -> Problem {
    let mut chance = land.chance(Topic::Words, index);
    let theme = &land.themes[draft.theme];
    let figures = Figures::draw(land, draft, &mut chance);
    let mut telling = land.telling(&draft.spot);
    if let Some(people) = figures.people {
        telling.count("people", i64::from(people));
    }
    if let Origin::RecurrenceOf(_, resolved_at) = draft.origin {
        telling.count(RESOLVED_YEAR, i64::from(land.days.day_of(resolved_at).year()));
    }
    let year = i64::from(land.days.day_of(draft.registered_at).year());
    let address = land.book.address(&telling, &mut chance);
    let story = land.book.story(theme, land.milieu(&draft.spot), year, telling, &mut chance);
    let (placement, precision_m) = placement(draft, &mut chance);
    let town = draft.spot.town.map(|n| &land.towns[n]);
    let outside = draft.flags.contains(Quality::OutsideRegion);
    let shape = draft.spot.shape.clone();
    Problem {
        title: story.title(&mut chance),
        description: story.description(&mut chance),
        precision_m,
        placement,
        municipality: (!outside).then_some(draft.spot.municipality),
        settlement: town.and_then(|town| town.settlement),
        address,
        severity: figures.severity,
        danger: figures.danger,
        people_affected: figures.people,
        cost: figures.cost,
        n_supporters: figures.supporters,
        flags: draft.flags,
        ..Problem::draft(provisional(index), SourceNo(0), theme.category, shape, draft.registered_at)
    }
}

fn placement(draft: &Draft, chance: &mut super::chance::Chance) -> (Placement, Option<u32>) {
    if draft.unlocated || draft.flags.contains(Quality::OutsideRegion) {
        return (Placement::Geocoded, None);
    }
    let surveyed = !matches!(draft.spot.shape, Shape::Point(_));
    match chance.unit() {
        ..0.25 => (Placement::Surveyed, Some(5)),
        _ if surveyed => (Placement::Surveyed, Some(10)),
        ..0.8 => (Placement::Geocoded, Some(if draft.spot.house.is_some() { 25 } else { 100 })),
        _ => (Placement::Given, None),
    }
}

/// What has been set aside for a problem on which work goes on or is planned. `part` of 0…1 decides how it is shared.
fn fund(problem: &Problem, part: f64) -> Vec<(Purse, Kopecks)> {
    let granted =
        matches!(problem.status, Status::Planned | Status::InWork | Status::OnCheck | Status::Resolved);
    let Some(cost) = problem.cost.as_ref().filter(|_| granted) else { return Vec::new() };
    let share = |of: f64| Kopecks((cost.amount.0 as f64 * of / 100.0).round() as i64 * 100);
    match problem.level {
        Some(Level::Municipal) if part < 0.45 => {
            vec![(Purse::Regional, share(0.9 - part * 0.4)), (Purse::Municipal, share(0.1 + part * 0.2))]
        }
        Some(Level::Municipal) => vec![(Purse::Municipal, share(0.3 + part * 0.7))],
        Some(Level::Regional) if part < 0.3 => {
            vec![(Purse::Federal, share(0.7)), (Purse::Regional, share(0.1 + part))]
        }
        Some(Level::Regional) => vec![(Purse::Regional, share(0.2 + part * 0.8))],
        Some(Level::Federal) => vec![(Purse::Federal, share(part))],
        _ => vec![(Purse::Other, share(part))],
    }
}

/// Repeats some problems as they are: rows that a source sent twice.
fn repeat_some(land: &Land<'_>, cases: &mut Vec<Case>, repeated: usize) {
    let mut chance = land.chance(Topic::Flaw, 0);
    let plain = cases.len();
    for _ in 0..repeated {
        let Some(original) = cases.get(chance.below(plain.max(1))) else { return };
        let mut copy = original.clone();
        copy.problem.flags.insert(Quality::ExactDuplicate);
        copy.problem.no = provisional(cases.len());
        cases.push(copy);
    }
}

/// Gives numbers in the order of registration; what names a problem by its provisional number gets the final one.
fn number(mut cases: Vec<Case>) -> Vec<Case> {
    let by_registration = |a: &Case, b: &Case| -> Ordering {
        a.problem.registered_at.cmp(&b.problem.registered_at).then(a.problem.no.cmp(&b.problem.no))
    };
    cases.sort_by(by_registration);
    let mut finals = vec![ProblemNo(0); cases.len()];
    for (n, case) in cases.iter().enumerate() {
        if let Some(slot) = finals.get_mut(case.problem.no.index().wrapping_sub(1)) {
            *slot = provisional(n);
        }
    }
    let of = |no: ProblemNo| finals.get(no.index().wrapping_sub(1)).copied().unwrap_or(no);
    for (n, case) in cases.iter_mut().enumerate() {
        let problem = &mut case.problem;
        problem.no = provisional(n);
        problem.source_id = format!("ДЕМО-{:06}", problem.no.0);
        problem.duplicate_of = problem.duplicate_of.map(of);
        problem.recurrence_of = problem.recurrence_of.map(of);
        for event in &mut case.events {
            match &mut event.kind {
                EventKind::DuplicateOf { problem } | EventKind::RecurrenceOf { problem } => {
                    *problem = of(*problem);
                }
                _ => {}
            }
        }
    }
    cases
}
