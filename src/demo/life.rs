//! Lives: the steps of a course, each put to the rules of the domain ([`decide`]) by somebody who may take it.
//!
//! A step that the rules refuse is left out, as an official would have had to leave it out.

use super::chance::Chance;
use super::course::{Deed, Step};
use super::drafts::Draft;
use super::land::Land;
use super::wording::Reference;
use crate::domain::event::PastEvent;
use crate::domain::lifecycle::{Action, Evidence, Intent, SILENT_DAYS, decide};
use crate::domain::{
    Actor, BodyNo, Event, EventKind, Key, Kind, Level, Problem, Quality, Role, Status, Timestamp,
};

/// Steps of one problem lie at least so far apart.
const LEAST_GAP_MS: i64 = 7 * 60_000;

/// A problem as it was before the first of its events: what the events tell is taken back, everything else stays.
///
/// The fold of a problem's events over this record is the problem itself.
#[must_use]
pub fn first_record(problem: &Problem, at: Timestamp) -> Problem {
    let mut first = problem.clone();
    first.flags.remove(Quality::BaselineByRule);
    Problem {
        responsible: None,
        holder: None,
        reassignments: 0,
        status: Status::Draft,
        status_since: at,
        baseline_due: None,
        current_due: None,
        extension_count: 0,
        review_at: None,
        registered_at: None,
        resolved_at: None,
        reopened: 0,
        n_appeals: 0,
        duplicate_of: None,
        recurrence_of: None,
        updated_at: at,
        ..first
    }
}

/// A past event as the event that a problem takes in.
#[must_use]
pub fn as_event(problem: &Problem, past: &PastEvent) -> Event {
    Event {
        seq: 0,
        entity: Key { kind: Kind::Problem, number: problem.no.0 },
        kind: past.kind.clone(),
        actor: past.actor,
        at: past.at,
        effective_at: past.at,
        reason: past.reason.clone(),
        evidence: past.evidence.clone(),
    }
}

/// Lives a problem from its proposal to the end of the history.
pub fn live(
    land: &Land<'_>,
    draft: &Draft,
    first: Problem,
    steps: Vec<Step>,
    chance: &mut Chance,
) -> (Problem, Vec<PastEvent>) {
    let sphere = &land.themes[draft.theme].sphere;
    let mut life = Life { land, curator: land.answerers.curator(sphere), problem: first, events: Vec::new() };
    life.enter(draft, chance);
    let mut last = draft.registered_at;
    for step in steps {
        let at = step.at.max(Timestamp(last.0 + LEAST_GAP_MS));
        if at > land.days.now {
            break;
        }
        if life.take(step.deed, at, chance) {
            last = at;
        }
    }
    (life.problem, life.events)
}

struct Life<'l, 'a> {
    land: &'l Land<'a>,
    curator: Option<BodyNo>,
    problem: Problem,
    events: Vec<PastEvent>,
}

impl Life<'_, '_> {
    /// Somebody proposes it, a moderator takes it into the registry.
    fn enter(&mut self, draft: &Draft, chance: &mut Chance) {
        let at = self.problem.status_since;
        let administration = self.land.answerers.administration(draft.spot.municipality);
        let proposer = match chance.unit() {
            ..0.5 => actor(Role::Citizen, None),
            ..0.85 => actor(Role::MunicipalOperator, administration),
            _ => actor(Role::RegionalCurator, self.curator),
        };
        self.record(EventKind::Proposed, proposer, at, None, None);
        let handed_in = Timestamp((at.0 + LEAST_GAP_MS).min(draft.registered_at.0));
        self.attempt(&intent(Action::Submit, proposer, handed_in), chance);
        let moderator = actor(Role::Moderator, None);
        self.attempt(&intent(Action::Register, moderator, draft.registered_at), chance);
    }

    /// Whether the deed was done.
    fn take(&mut self, deed: Deed, at: Timestamp, chance: &mut Chance) -> bool {
        match deed {
            Deed::RecurrenceOf(problem) => {
                self.record(EventKind::RecurrenceOf { problem }, Actor::SYSTEM, at, None, None);
                true
            }
            Deed::BaselineByRule(due) => {
                let unset = self.problem.baseline_due.is_none() && !self.problem.status.is_closed();
                if unset {
                    let kind = EventKind::BaselineSet { due, by_rule: true };
                    self.record(kind, Actor::SYSTEM, at, None, None);
                }
                unset
            }
            Deed::Act(action) => {
                let intent = self.intend(action, at, chance);
                self.attempt(&intent, chance)
            }
        }
    }

    /// Puts an intent to the rules; what follows from it is recorded.
    fn attempt(&mut self, intent: &Intent, chance: &mut Chance) -> bool {
        let Ok(kinds) = decide(&self.problem, intent) else { return false };
        let evidence = self.refer_to(intent, chance);
        for kind in kinds {
            self.record(kind, intent.actor, intent.at, intent.reason.clone(), evidence.clone());
        }
        true
    }

    fn record(
        &mut self,
        kind: EventKind,
        actor: Actor,
        at: Timestamp,
        reason: Option<String>,
        evidence: Option<String>,
    ) {
        let past = PastEvent { kind, actor, at, reason, evidence };
        let event = as_event(&self.problem, &past);
        self.problem.apply(&event);
        self.events.push(past);
    }

    /// Who takes a step, why, and on what grounds.
    fn intend(&self, action: Action, at: Timestamp, chance: &mut Chance) -> Intent {
        let reasons = self.land.book.reasons;
        let reason = match action {
            Action::MoveDue(_) => chance.pick(&reasons.move_due),
            Action::Postpone(_) => chance.pick(&reasons.postpone),
            Action::Refuse => chance.pick(&reasons.refuse),
            Action::Reject => chance.pick(&reasons.reject),
            Action::SendBack => chance.pick(&reasons.send_back),
            Action::Reassign(_) => chance.pick(&reasons.reassign),
            _ => None,
        };
        let reason = reason.cloned();
        let curator = actor(Role::RegionalCurator, self.curator);
        let (actor, evidence) = match action {
            Action::Assign(_) | Action::Refuse => (curator, Vec::new()),
            Action::Register | Action::Reject | Action::MarkDuplicate(_) => {
                (actor(Role::Moderator, None), Vec::new())
            }
            Action::SendBack => (actor(Role::Controller, None), Vec::new()),
            Action::Archive => (Actor::ADMIN, Vec::new()),
            Action::Postpone(_) => {
                let approval =
                    self.land.book.reference(Reference::Approval, self.land.days.day_of(at), chance);
                (self.executor(chance), vec![Evidence::RegionalApproval(approval)])
            }
            Action::SendToCheck => (self.executor(chance), vec![self.proof_of_work(at, chance)]),
            Action::Resolve => self.verifier(at, chance),
            Action::Reopen => (actor(Role::Citizen, None), vec![self.grounds_to_reopen(at, chance)]),
            _ => (self.executor(chance), Vec::new()),
        };
        Intent { action, actor, at, reason, evidence }
    }

    /// Somebody of the responsible body; in a municipality sometimes its head.
    fn executor(&self, chance: &mut Chance) -> Actor {
        let body = self.problem.responsible;
        let level = body.and_then(|body| self.land.answerers.level(body));
        match level {
            Some(Level::Municipal) if chance.happens(0.2) => actor(Role::Head, body),
            _ => actor(self.land.answerers.executor_role(body), body),
        }
    }

    fn proof_of_work(&self, at: Timestamp, chance: &mut Chance) -> Evidence {
        let taken = Timestamp(at.0 - (chance.between(0.5, 30.0) * 3_600_000.0) as i64);
        if chance.happens(0.65) && taken > self.problem.status_since {
            return Evidence::Photo(taken);
        }
        Evidence::Act(self.land.book.reference(Reference::Act, self.land.days.day_of(at), chance))
    }

    /// A controller, two citizens, or an inspection after days of silence.
    fn verifier(&self, at: Timestamp, chance: &mut Chance) -> (Actor, Vec<Evidence>) {
        let day = self.land.days.day_of(at);
        let silent = at.days_since(self.problem.status_since) >= SILENT_DAYS as f64;
        match chance.unit() {
            ..0.18 => (actor(Role::Citizen, None), vec![Evidence::Confirmation; 2]),
            ..0.6 if silent => {
                let inspection = self.land.book.reference(Reference::Inspection, day, chance);
                (actor(Role::Moderator, None), vec![Evidence::SampledInspection(inspection)])
            }
            _ => {
                let act = self.land.book.reference(Reference::Act, day, chance);
                (actor(Role::Controller, None), vec![Evidence::Act(act)])
            }
        }
    }

    fn grounds_to_reopen(&self, at: Timestamp, chance: &mut Chance) -> Evidence {
        if at.days_since(self.problem.status_since) < 14.9 {
            return Evidence::Applicant;
        }
        Evidence::Photo(Timestamp(at.0 - (chance.between(0.2, 40.0) * 3_600_000.0) as i64))
    }

    /// What the event says of the evidence.
    fn refer_to(&self, intent: &Intent, chance: &mut Chance) -> Option<String> {
        let (book, days) = (&self.land.book, &self.land.days);
        let mut refer = |sort: Reference, at: Timestamp| book.reference(sort, days.day_of(at), chance);
        intent.evidence.first().map(|evidence| match evidence {
            Evidence::Act(text) | Evidence::SampledInspection(text) | Evidence::RegionalApproval(text) => {
                text.clone()
            }
            Evidence::Photo(taken) => refer(Reference::Photo, *taken),
            Evidence::Confirmation => refer(Reference::Confirmations, intent.at),
            Evidence::Applicant => refer(Reference::Applicant, intent.at),
        })
    }
}

const fn actor(role: Role, body: Option<BodyNo>) -> Actor {
    Actor { role, body, token: None }
}

const fn intent(action: Action, actor: Actor, at: Timestamp) -> Intent {
    Intent { action, actor, at, reason: None, evidence: Vec::new() }
}
