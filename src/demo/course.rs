//! The plan of a problem's life: which step when. Whether each is allowed is decided when it is lived ([`super::life`]).

use super::chance::Chance;
use super::days::{later, plus};
use super::drafts::{Draft, Origin};
use super::fates::Fate;
use super::land::Land;
use super::themes::Theme;
use super::traits::Traits;
use crate::domain::lifecycle::{Action, BASELINE_WITHIN_DAYS};
use crate::domain::{BodyNo, ProblemNo, Timestamp};

/// Something that is to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Somebody acts.
    Act(Action),
    /// The rule sets the baseline deadline.
    BaselineByRule(Timestamp),
    /// It is found to be an earlier problem come back.
    RecurrenceOf(ProblemNo),
}

/// A deed and its moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
}

/// Numbers of problems while they have none: their index, from 1.
#[must_use]
pub fn provisional(index: usize) -> ProblemNo {
    ProblemNo(u32::try_from(index + 1).unwrap_or(u32::MAX))
}

/// Plans the life of a draft after its registration, in the order of time.
#[must_use]
pub fn plan(land: &Land<'_>, draft: &Draft, fate: Fate, chance: &mut Chance) -> Vec<Step> {
    let theme = &land.themes[draft.theme];
    let traits = land.traits(draft.spot.municipality);
    let mut course = Course { land, draft, theme, traits, steps: Vec::new() };
    if let Origin::RecurrenceOf(earlier, _) = draft.origin {
        course.push(0.02, Deed::RecurrenceOf(provisional(earlier)), chance);
    }
    let beyond = land.days.now.days_since(draft.registered_at) * 2.0 + 400.0;
    match fate {
        Fate::Worked { days } => course.work(days, chance),
        Fate::Postponed { at } => {
            course.work(beyond, chance);
            course.cut(at);
            let review = course.review_day(at, chance);
            course.push_at(at, Deed::Act(Action::Postpone(review)), chance);
        }
        Fate::Refused { at } => {
            course.work(beyond, chance);
            course.cut(at);
            course.push_at(at, Deed::Act(Action::Refuse), chance);
        }
        Fate::Rejected => {
            let at = chance.between(2.0, 25.0);
            course.act(at, Action::Reject, chance);
            course.archive(at, 0.3, chance);
        }
        Fate::Duplicate(other) => {
            let at = chance.between(1.0, 25.0);
            course.act(at, Action::MarkDuplicate(provisional(other)), chance);
            course.archive(at, 0.15, chance);
        }
    }
    course.steps.sort_by_key(|step| step.at);
    course.steps
}

struct Course<'c, 'a> {
    land: &'c Land<'a>,
    draft: &'c Draft,
    theme: &'c Theme,
    traits: Traits,
    steps: Vec<Step>,
}

/// The days, counted from registration, on which a problem's stages begin.
#[derive(Debug, Clone, Copy)]
struct Stages {
    assigned: f64,
    planned: f64,
    started: f64,
    done: f64,
    verified: f64,
}

impl Stages {
    /// Most wait long for work and are then done in a season. Some wait long for somebody to be responsible, or for a
    /// deadline.
    fn draw(days: f64, slowness: f64, chance: &mut Chance) -> Self {
        let mut assigned = chance.log_normal(4.0, 0.9).min(0.2 * days);
        if chance.happens(0.025) {
            assigned = (assigned + chance.log_normal(150.0, 0.6)).min(0.5 * days);
        }
        let mut wait = chance.log_normal(7.0 * slowness, 0.85).min(0.25 * days);
        if chance.happens(0.035) {
            wait = (wait + chance.log_normal(300.0, 0.8)).min(0.5 * days - 0.5 * assigned);
        }
        let planned = assigned + wait.max(0.01);
        let checking = chance.between(2.0, 18.0).min(0.12 * days);
        let working = (days * chance.between(0.12, 0.55)).min(chance.log_normal(420.0, 0.6));
        let done = days - checking;
        let started = (done - working).max(planned + 0.02 * days).min(done);
        Self { assigned, planned, started, done, verified: days }
    }
}

impl Course<'_, '_> {
    /// A step so many days after registration, in office hours of a working day.
    fn push(&mut self, days: f64, deed: Deed, chance: &mut Chance) {
        self.push_at(later(self.draft.registered_at, days), deed, chance);
    }

    fn push_at(&mut self, at: Timestamp, deed: Deed, chance: &mut Chance) {
        // What lies beyond the history is not lived; its exact hour does not matter.
        let at = if at > self.land.days.now { at } else { self.land.days.office_from(at, chance) };
        self.steps.push(Step { at, deed });
    }

    fn act(&mut self, days: f64, action: Action, chance: &mut Chance) {
        self.push(days, Deed::Act(action), chance);
    }

    /// Takes back what would happen from `at` on.
    fn cut(&mut self, at: Timestamp) {
        self.steps.retain(|step| step.at < at);
    }

    /// The usual life: somebody is made responsible, a deadline is set and perhaps moved, the work is done and checked.
    fn work(&mut self, days: f64, chance: &mut Chance) {
        let stages = Stages::draw(days, self.traits.slowness, chance);
        self.assign(stages, chance);
        let due = self.set_deadline(stages, chance);
        let rest = self.put_off_for_a_while(stages, chance);
        self.act(stages.started + rest, Action::Start, chance);
        self.move_deadline(stages, due, chance);
        let stages = Stages { done: stages.done + rest, verified: stages.verified + rest, ..stages };
        self.check(stages, chance);
        self.afterwards(stages.verified, chance);
    }

    /// The first body is not always the right one.
    fn assign(&mut self, stages: Stages, chance: &mut Chance) {
        let municipality = self.draft.spot.municipality;
        let draw = |chance: &mut Chance| self.land.answerers.draw(self.theme, municipality, chance);
        let Some(right) = draw(chance) else { return };
        let wrong: Vec<BodyNo> =
            (0..4).filter_map(|_| draw(chance)).filter(|body| *body != right).take(2).collect();
        let mut at = stages.assigned;
        let detours = match chance.unit() {
            ..0.015 => 2,
            ..0.075 => 1,
            _ => 0,
        };
        let mut bodies: Vec<BodyNo> = wrong.into_iter().take(detours).collect();
        bodies.dedup();
        bodies.push(right);
        for (n, body) in bodies.into_iter().enumerate() {
            let action = if n == 0 { Action::Assign(body) } else { Action::Reassign(body) };
            self.act(at, action, chance);
            at += chance.between(4.0, 45.0);
        }
    }

    /// The deadline that is set, by somebody or by the rule.
    fn set_deadline(&mut self, stages: Stages, chance: &mut Chance) -> Timestamp {
        let by_somebody = self.draw_due(stages, chance);
        let patience = BASELINE_WITHIN_DAYS as f64;
        let mut due = by_somebody;
        if stages.planned > patience {
            let day = plus(self.land.days.day_of(self.draft.registered_at), BASELINE_WITHIN_DAYS + 1);
            let at = Timestamp(self.land.days.calendar.zone().start_of(day).0 + 600_000);
            due = self.land.rules.resolution_due(self.theme, at).unwrap_or(by_somebody);
            self.steps.push(Step { at, deed: Deed::BaselineByRule(due) });
        }
        self.act(stages.planned, Action::Plan(by_somebody), chance);
        due
    }

    /// Most of those who set a deadline know roughly how long it will take; the others go by the book.
    fn draw_due(&self, stages: Stages, chance: &mut Chance) -> Timestamp {
        let needed = stages.verified - stages.planned;
        let informed = chance.happens((0.82 / self.traits.haste).min(0.95));
        let by_book = self.land.rules.resolution_days(self.theme, self.draft.registered_at);
        let days = if informed {
            let horizon = chance.between(2.5, 6.0) * super::fates::YEAR_DAYS;
            (needed * chance.log_normal(1.15, 0.25)).min(horizon).max(0.4 * by_book)
        } else {
            by_book * chance.log_normal(1.05, 0.25)
        };
        self.end_of_period(later(self.draft.registered_at, stages.planned), days.max(3.0))
    }

    /// Long terms end with a month or a quarter, all end on a working day.
    fn end_of_period(&self, from: Timestamp, days: f64) -> Timestamp {
        let calendar_days = &self.land.days;
        let day = calendar_days.day_of(later(from, days));
        let day = match days {
            ..60.0 => day,
            ..400.0 => day.last_of_month(),
            _ => {
                let month = (day.month() - 1) / 3 * 3 + 3;
                day.with().day(1).month(month).build().unwrap_or(day).last_of_month()
            }
        };
        let first = plus(calendar_days.day_of(from), 2);
        calendar_days.calendar.zone().end_of(calendar_days.working_until(day).max(first))
    }

    /// Deadlines that will not be kept are moved shortly before they pass, twice at most.
    fn move_deadline(&mut self, stages: Stages, mut due: Timestamp, chance: &mut Chance) {
        let done = later(self.draft.registered_at, stages.verified);
        let mut willing = 0.5;
        while due < done && chance.happens(willing) {
            let at = later(due, -chance.between(4.0, 45.0));
            let to = self.end_of_period(due, chance.log_normal(170.0, 0.5).clamp(30.0, 700.0));
            if at > later(self.draft.registered_at, stages.planned + 1.0) {
                self.push_at(at, Deed::Act(Action::MoveDue(to)), chance);
            }
            due = to;
            willing *= 0.7;
        }
    }

    /// Few are put off for a while and taken up again. Answers with the days that it costs.
    fn put_off_for_a_while(&mut self, stages: Stages, chance: &mut Chance) -> f64 {
        let wait = stages.started - stages.planned;
        if wait < 200.0 || !chance.happens(0.05) {
            return 0.0;
        }
        let from = stages.planned + wait * chance.between(0.1, 0.6);
        let rest = chance.between(120.0, 400.0);
        let review = self.end_of_period(later(self.draft.registered_at, from), rest);
        self.act(from, Action::Postpone(review), chance);
        self.act(from + rest, Action::Resume, chance);
        let again = from + rest + chance.between(3.0, 20.0);
        let due = self.end_of_period(later(self.draft.registered_at, again), chance.between(150.0, 500.0));
        self.act(again, Action::Plan(due), chance);
        rest + 21.0
    }

    /// The work is reported as done; some of it comes back from the check.
    fn check(&mut self, stages: Stages, chance: &mut Chance) {
        let started = stages.started.min(stages.done);
        if chance.happens(0.1 * self.traits.sloppiness) {
            let first = stages.done - (stages.done - started) * chance.between(0.15, 0.5);
            self.act(first, Action::SendToCheck, chance);
            self.act(
                first + ((stages.done - first) * 0.4).min(chance.between(2.0, 12.0)),
                Action::SendBack,
                chance,
            );
        }
        self.act(stages.done, Action::SendToCheck, chance);
        self.act(stages.verified, Action::Resolve, chance);
    }

    /// Some break again and are done a second time; some are put out of sight.
    fn afterwards(&mut self, verified: f64, chance: &mut Chance) {
        if !chance.happens(0.045 * self.traits.sloppiness) {
            self.archive(verified, 0.08, chance);
            return;
        }
        let soon = chance.happens(0.4);
        let broken = verified + if soon { chance.between(2.0, 13.0) } else { chance.between(20.0, 330.0) };
        self.act(broken, Action::Reopen, chance);
        let planned = broken + chance.between(4.0, 30.0);
        let needed = chance.log_normal(120.0 * self.traits.slowness, 0.8);
        let due = self.end_of_period(later(self.draft.registered_at, planned), needed + 60.0);
        self.act(planned, Action::Plan(due), chance);
        self.act(planned + needed * 0.3, Action::Start, chance);
        self.act(planned + needed, Action::SendToCheck, chance);
        self.act(planned + needed + chance.between(2.0, 15.0), Action::Resolve, chance);
    }

    fn archive(&mut self, closed: f64, share: f64, chance: &mut Chance) {
        if chance.happens(share) {
            self.act(closed + chance.between(370.0, 1_100.0), Action::Archive, chance);
        }
    }

    /// The day on which a problem that was put off is looked at again: mostly still to come.
    fn review_day(&self, at: Timestamp, chance: &mut Chance) -> Timestamp {
        let days = chance.between(180.0, 720.0);
        let passed = later(at, days) < self.land.days.now;
        if passed && chance.happens(0.85) {
            let left = self.land.days.now.days_since(at);
            return self.end_of_period(at, left + chance.between(20.0, 400.0));
        }
        self.end_of_period(at, days)
    }
}
