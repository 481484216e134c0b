//! What may happen to a problem, who may do it and under which conditions: one table.
//!
//! [`decide`] is pure: it looks at a problem and an intent and answers with the events that follow, or with every
//! violated rule at once. Nothing changes until the events are applied ([`Problem::apply`]).

use super::event::{Actor, EventKind};
use super::problem::Problem;
use super::role::Role;
use super::status::Status;
use super::{BodyNo, ProblemNo, Timestamp};

/// Extensions that a deadline may have.
pub const MAX_EXTENSIONS: u8 = 2;
/// Changes of the responsible body before the region has to decide.
pub const MAX_REASSIGNMENTS: u8 = 2;
/// Days within which the applicant may reopen without a photo.
pub const APPLICANT_REOPEN_DAYS: i64 = 15;
/// Days within which anybody may reopen with a photo.
pub const PHOTO_REOPEN_DAYS: i64 = 365;
/// Days of silence after which a sampled inspection is enough to resolve.
pub const SILENT_DAYS: i64 = 15;
/// Independent confirmations that replace a controller.
pub const CONFIRMATIONS: usize = 2;
/// Days after registration within which somebody should set the baseline; after them the rule does.
pub const BASELINE_WITHIN_DAYS: i64 = 30;

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Hand in a draft.
    Submit,
    /// Take it into the registry.
    Register,
    /// Make a body responsible.
    Assign(BodyNo),
    /// Set the deadline.
    Plan(Timestamp),
    /// Begin the work.
    Start,
    /// Report it as done.
    SendToCheck,
    /// Confirm that it is fixed.
    Resolve,
    /// It is not fixed: back to work.
    SendBack,
    /// It is broken again, or never was fixed.
    Reopen,
    /// Put it off until a review date.
    Postpone(Timestamp),
    /// Take it up again.
    Resume,
    /// It will not be done.
    Refuse,
    /// It does not belong in the registry.
    Reject,
    /// It is the same as another.
    MarkDuplicate(ProblemNo),
    /// Put it out of sight.
    Archive,
    /// Move the current deadline.
    MoveDue(Timestamp),
    /// Make another body responsible.
    Reassign(BodyNo),
}

/// [`Action`] without its data, for the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of `Action`
pub enum Step {
    Submit,
    Register,
    Assign,
    Plan,
    Start,
    SendToCheck,
    Resolve,
    SendBack,
    Reopen,
    Postpone,
    Resume,
    Refuse,
    Reject,
    MarkDuplicate,
    Archive,
}

/// What is put forward in support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A photo, and when it was taken.
    Photo(Timestamp),
    /// Reference of an act.
    Act(String),
    /// An independent person confirms.
    Confirmation,
    /// Reference of a sampled inspection.
    SampledInspection(String),
    /// Reference of the region's approval.
    RegionalApproval(String),
    /// It is the applicant who asks.
    Applicant,
}

/// An action with who, when, why and on what grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// What.
    pub action: Action,
    /// Who.
    pub actor: Actor,
    /// When it takes effect.
    pub at: Timestamp,
    /// Code of the reason.
    pub reason: Option<String>,
    /// Grounds.
    pub evidence: Vec<Evidence>,
}

/// A condition of a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// A reason code is given.
    Reason,
    /// "No funds" is no reason to refuse: it is a reason to postpone.
    NotForLackOfFunds,
    /// The review date lies in the future.
    ReviewDate,
    /// The region approved.
    RegionalApproval,
    /// A photo taken after the work began, or an act.
    ProofOfWork,
    /// Whoever executed may not verify.
    NotTheExecutor,
    /// A controller, or two confirmations, or 15 silent days and a sampled inspection.
    Verification,
    /// The applicant within 15 days, or anybody with a newer photo within 12 months.
    ReopenWindow,
    /// The deadline lies in the future.
    DueInFuture,
}

/// One row: from these states this step leads to that state, for these roles, under these conditions.
#[derive(Debug)]
pub struct Transition {
    /// From any of these.
    pub from: &'static [Status],
    /// By this step.
    pub step: Step,
    /// To this.
    pub to: Status,
    /// For these roles ([`Role::System`] acts by the calendar and may do what any role may).
    pub roles: &'static [Role],
    /// Under all of these conditions.
    pub guards: &'static [Guard],
}

const EXECUTORS: &[Role] = &[Role::MunicipalOperator, Role::Head, Role::RegionalCurator];
const REGISTRARS: &[Role] = &[Role::Moderator, Role::RegionalCurator];
const PROPOSERS: &[Role] =
    &[Role::Citizen, Role::MunicipalOperator, Role::Head, Role::RegionalCurator, Role::Moderator];
const ANYBODY: &[Role] = &[
    Role::Citizen,
    Role::MunicipalOperator,
    Role::Head,
    Role::RegionalCurator,
    Role::Moderator,
    Role::Controller,
];

/// The life of a problem. A pair of state and step that is not here does not exist.
pub const TRANSITIONS: &[Transition] = {
    use Guard as G;
    use Status::{
        Archived, Assigned, Draft, Duplicate, InWork, OnCheck, Planned, Postponed, Refused, Registered,
        Rejected, Resolved, Submitted,
    };
    &[
        row(&[Draft], Step::Submit, Submitted, PROPOSERS, &[]),
        row(&[Submitted], Step::Register, Registered, REGISTRARS, &[]),
        row(&[Registered, Rejected, Refused], Step::Assign, Assigned, &[Role::RegionalCurator], &[]),
        row(&[Assigned], Step::Plan, Planned, EXECUTORS, &[G::DueInFuture]),
        row(&[Planned], Step::Start, InWork, EXECUTORS, &[]),
        row(&[InWork], Step::SendToCheck, OnCheck, EXECUTORS, &[G::ProofOfWork]),
        row(&[OnCheck], Step::Resolve, Resolved, ANYBODY, &[G::NotTheExecutor, G::Verification]),
        row(&[OnCheck], Step::SendBack, InWork, &[Role::Controller, Role::RegionalCurator], &[G::Reason]),
        row(&[Resolved], Step::Reopen, Assigned, ANYBODY, &[G::ReopenWindow]),
        row(
            &[Assigned, Planned, InWork],
            Step::Postpone,
            Postponed,
            EXECUTORS,
            &[G::Reason, G::ReviewDate, G::RegionalApproval],
        ),
        row(&[Postponed], Step::Resume, Assigned, EXECUTORS, &[]),
        row(
            &[Registered, Assigned, Planned, InWork, Postponed],
            Step::Refuse,
            Refused,
            &[Role::RegionalCurator],
            &[G::Reason, G::NotForLackOfFunds],
        ),
        row(&[Submitted, Registered], Step::Reject, Rejected, REGISTRARS, &[G::Reason]),
        row(
            &[Submitted, Registered, Assigned, Planned],
            Step::MarkDuplicate,
            Duplicate,
            &[Role::Moderator, Role::RegionalCurator, Role::MunicipalOperator],
            &[],
        ),
        row(&[Resolved, Rejected, Refused, Duplicate], Step::Archive, Archived, &[Role::Admin], &[]),
    ]
};

const fn row(
    from: &'static [Status],
    step: Step,
    to: Status,
    roles: &'static [Role],
    guards: &'static [Guard],
) -> Transition {
    Transition { from, step, to, roles, guards }
}

/// A rule that an intent breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Code of the rule, a key of the message catalogue.
    pub rule: &'static str,
    /// What would be allowed, or the limit.
    pub allowed: String,
}

/// Decides what follows from `intent`.
///
/// Errors: every violated rule, never only the first. A step that does not exist in this state is the only violation
/// then, with the steps that do exist.
pub fn decide(problem: &Problem, intent: &Intent) -> Result<Vec<EventKind>, Vec<Violation>> {
    match &intent.action {
        Action::MoveDue(to) => decide_move(problem, intent, *to),
        Action::Reassign(to) => decide_reassign(problem, intent, *to),
        action => decide_step(problem, intent, step_of(action)),
    }
}

fn step_of(action: &Action) -> Step {
    match action {
        Action::Submit => Step::Submit,
        Action::Register => Step::Register,
        Action::Assign(_) | Action::Reassign(_) => Step::Assign,
        Action::Plan(_) | Action::MoveDue(_) => Step::Plan,
        Action::Start => Step::Start,
        Action::SendToCheck => Step::SendToCheck,
        Action::Resolve => Step::Resolve,
        Action::SendBack => Step::SendBack,
        Action::Reopen => Step::Reopen,
        Action::Postpone(_) => Step::Postpone,
        Action::Resume => Step::Resume,
        Action::Refuse => Step::Refuse,
        Action::Reject => Step::Reject,
        Action::MarkDuplicate(_) => Step::MarkDuplicate,
        Action::Archive => Step::Archive,
    }
}

fn decide_step(problem: &Problem, intent: &Intent, step: Step) -> Result<Vec<EventKind>, Vec<Violation>> {
    let Some(row) = TRANSITIONS.iter().find(|t| t.step == step && t.from.contains(&problem.status)) else {
        let steps = TRANSITIONS.iter().filter(|t| t.from.contains(&problem.status));
        let names: Vec<String> = steps.map(|t| t.to.code().to_owned()).collect();
        return Err(vec![Violation { rule: "no_such_step", allowed: names.join(", ") }]);
    };
    let mut violations = check_role(row.roles, intent.actor.role);
    violations.extend(row.guards.iter().filter_map(|guard| check_guard(*guard, problem, intent)));
    if !violations.is_empty() {
        return Err(violations);
    }
    let mut events = vec![EventKind::StatusChanged { from: problem.status, to: row.to }];
    match intent.action {
        Action::Assign(to) if problem.responsible != Some(to) => {
            events.insert(0, EventKind::BodyChanged { from: problem.responsible, to });
        }
        Action::Plan(due) if problem.baseline_due.is_none() => {
            events.push(EventKind::BaselineSet { due, by_rule: false });
        }
        Action::Postpone(at) => events.push(EventKind::ReviewSet { at }),
        Action::MarkDuplicate(of) => events.push(EventKind::DuplicateOf { problem: of }),
        _ => {}
    }
    Ok(events)
}

/// At most two extensions, never after the date has passed, never of what is closed: moved dates are the known way to game a registry.
fn decide_move(problem: &Problem, intent: &Intent, to: Timestamp) -> Result<Vec<EventKind>, Vec<Violation>> {
    let mut violations = check_role(EXECUTORS, intent.actor.role);
    violations.extend(check_guard(Guard::Reason, problem, intent));
    let Some(from) = problem.current_due.filter(|_| !problem.status.is_closed()) else {
        violations.push(Violation { rule: "no_deadline_to_move", allowed: String::new() });
        return Err(violations);
    };
    if problem.extension_count >= MAX_EXTENSIONS {
        violations.push(Violation { rule: "too_many_extensions", allowed: MAX_EXTENSIONS.to_string() });
    }
    if from < intent.at {
        violations.push(Violation { rule: "deadline_already_passed", allowed: from.to_string() });
    }
    if to <= from {
        violations.push(Violation { rule: "deadline_not_later", allowed: from.to_string() });
    }
    if violations.is_empty() { Ok(vec![EventKind::DueMoved { from, to }]) } else { Err(violations) }
}

fn decide_reassign(problem: &Problem, intent: &Intent, to: BodyNo) -> Result<Vec<EventKind>, Vec<Violation>> {
    let arbitration = intent.actor.role == Role::RegionalCurator;
    let mut violations = check_role(EXECUTORS, intent.actor.role);
    if problem.reassignments >= MAX_REASSIGNMENTS && !arbitration {
        violations.push(Violation { rule: "too_many_reassignments", allowed: MAX_REASSIGNMENTS.to_string() });
    }
    if problem.responsible == Some(to) || problem.status.is_closed() {
        violations.push(Violation { rule: "nothing_to_reassign", allowed: String::new() });
    }
    if violations.is_empty() {
        Ok(vec![EventKind::BodyChanged { from: problem.responsible, to }])
    } else {
        Err(violations)
    }
}

fn check_role(roles: &[Role], role: Role) -> Vec<Violation> {
    if role == Role::System || roles.contains(&role) {
        return Vec::new();
    }
    let allowed: Vec<&str> = roles.iter().map(|r| r.code()).collect();
    vec![Violation { rule: "role_not_allowed", allowed: allowed.join(", ") }]
}

fn check_guard(guard: Guard, problem: &Problem, intent: &Intent) -> Option<Violation> {
    let has = |wanted: fn(&Evidence) -> bool| intent.evidence.iter().any(wanted);
    let newer_photo = |than: Timestamp| {
        intent
            .evidence
            .iter()
            .any(|e| matches!(e, Evidence::Photo(taken) if *taken > than && *taken <= intent.at))
    };
    let days_in_state = intent.at.days_since(problem.status_since);
    let violated = |rule: &'static str, allowed: String| Some(Violation { rule, allowed });
    match guard {
        Guard::Reason => {
            intent.reason.is_none().then(|| Violation { rule: "reason_missing", allowed: String::new() })
        }
        Guard::NotForLackOfFunds => match intent.reason.as_deref() {
            Some("no_funds") => violated("no_funds_is_postponement", Status::Postponed.code().to_owned()),
            _ => None,
        },
        Guard::ReviewDate => match intent.action {
            Action::Postpone(at) if at > intent.at => None,
            _ => violated("review_date_not_in_future", intent.at.to_string()),
        },
        Guard::DueInFuture => match intent.action {
            Action::Plan(due) if due > intent.at || problem.baseline_due.is_some() => None,
            _ => violated("deadline_not_in_future", intent.at.to_string()),
        },
        Guard::RegionalApproval => {
            let approved = has(|e| matches!(e, Evidence::RegionalApproval(_)));
            (!approved).then(|| Violation { rule: "regional_approval_missing", allowed: String::new() })
        }
        Guard::ProofOfWork => {
            let proven = newer_photo(problem.status_since) || has(|e| matches!(e, Evidence::Act(_)));
            (!proven).then(|| Violation { rule: "proof_of_work_missing", allowed: String::new() })
        }
        Guard::NotTheExecutor => {
            let same = intent.actor.body.is_some() && intent.actor.body == problem.responsible;
            same.then(|| Violation { rule: "executor_may_not_verify", allowed: String::new() })
        }
        Guard::Verification => {
            let confirmed = intent.evidence.iter().filter(|e| **e == Evidence::Confirmation).count();
            let inspected = has(|e| matches!(e, Evidence::SampledInspection(_)));
            let verified = intent.actor.role == Role::Controller
                || confirmed >= CONFIRMATIONS
                || (inspected && days_in_state >= SILENT_DAYS as f64);
            (!verified).then(|| Violation { rule: "not_verified", allowed: CONFIRMATIONS.to_string() })
        }
        Guard::ReopenWindow => {
            let applicant =
                has(|e| *e == Evidence::Applicant) && days_in_state <= APPLICANT_REOPEN_DAYS as f64;
            let photo = newer_photo(problem.status_since) && days_in_state <= PHOTO_REOPEN_DAYS as f64;
            (!(applicant || photo)).then(|| Violation {
                rule: "reopen_window_passed",
                allowed: format!("{APPLICANT_REOPEN_DAYS} / {PHOTO_REOPEN_DAYS}"),
            })
        }
    }
}
