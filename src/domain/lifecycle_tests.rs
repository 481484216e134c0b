//! Every row and every guard of the life of a problem: what it lets through, what it stops, and with which code.

use super::lifecycle::*;
use super::{Actor, BodyNo, CategoryNo, EventKind, Problem, ProblemNo, Role, SourceNo, Status, Timestamp};
use crate::geometry::{Position, Shape};

const BEGAN: Timestamp = Timestamp(1_700_000_000_000);
const NOW: Timestamp = BEGAN.plus_days(5);
const EXECUTOR: BodyNo = BodyNo(7);

fn problem(status: Status) -> Problem {
    let shape = Shape::Point(Position::parse_degrees(135.0, 48.5).unwrap());
    Problem {
        source_id: "1".into(),
        title: "A road".into(),
        responsible: Some(EXECUTOR),
        status,
        registered_at: Some(BEGAN),
        ..Problem::draft(ProblemNo(1), SourceNo(0), CategoryNo(0), shape, BEGAN)
    }
}

fn by(role: Role, action: Action) -> Intent {
    let actor = Actor { role, body: None, token: None };
    Intent { action, actor, at: NOW, reason: None, evidence: vec![] }
}

impl Intent {
    fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    fn with(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    fn at(mut self, at: Timestamp) -> Self {
        self.at = at;
        self
    }

    fn of(mut self, body: BodyNo) -> Self {
        self.actor.body = Some(body);
        self
    }
}

/// The codes of all rules that an intent breaks.
fn broken(problem: &Problem, intent: &Intent) -> Vec<&'static str> {
    decide(problem, intent).err().unwrap_or_default().into_iter().map(|violation| violation.rule).collect()
}

fn allowed(problem: &Problem, intent: &Intent) -> bool {
    broken(problem, intent).is_empty()
}

fn act() -> Evidence {
    Evidence::Act("12-3".into())
}

/// An action of each step, with data that no guard stops.
fn action_of(step: Step) -> Action {
    match step {
        Step::Submit => Action::Submit,
        Step::Register => Action::Register,
        Step::Assign => Action::Assign(EXECUTOR),
        Step::Plan => Action::Plan(NOW.plus_days(30)),
        Step::Start => Action::Start,
        Step::SendToCheck => Action::SendToCheck,
        Step::Resolve => Action::Resolve,
        Step::SendBack => Action::SendBack,
        Step::Reopen => Action::Reopen,
        Step::Postpone => Action::Postpone(NOW.plus_days(90)),
        Step::Resume => Action::Resume,
        Step::Refuse => Action::Refuse,
        Step::Reject => Action::Reject,
        Step::MarkDuplicate => Action::MarkDuplicate(ProblemNo(2)),
        Step::Archive => Action::Archive,
    }
}

/// An intent that has everything that any guard asks for.
fn well_founded(role: Role, step: Step) -> Intent {
    by(role, action_of(step))
        .because("weather")
        .with(act())
        .with(Evidence::Confirmation)
        .with(Evidence::Confirmation)
        .with(Evidence::RegionalApproval("5".into()))
        .with(Evidence::Applicant)
}

#[test]
fn each_row_of_the_table_lets_its_roles_and_the_calendar_through_and_nobody_else() {
    for row in TRANSITIONS {
        for from in row.from {
            for role in Role::ALL {
                let may = role == Role::System || row.roles.contains(&role);
                let decided = decide(&problem(*from), &well_founded(role, row.step));
                match decided {
                    Ok(events) => {
                        assert!(may, "{role:?} {:?} from {from:?}", row.step);
                        let change = EventKind::StatusChanged { from: *from, to: row.to };
                        assert!(events.contains(&change), "{events:?}");
                    }
                    Err(violations) => {
                        assert!(!may, "{role:?} {:?} from {from:?}: {violations:?}", row.step);
                        assert_eq!(violations[0].rule, "role_not_allowed");
                        assert!(row.roles.iter().all(|r| violations[0].allowed.contains(r.code())));
                    }
                }
            }
        }
    }
}

#[test]
fn a_step_that_the_table_does_not_have_is_refused_with_the_states_that_can_be_reached() {
    for from in Status::ALL {
        for step in TRANSITIONS.iter().map(|row| row.step) {
            let exists = TRANSITIONS.iter().any(|row| row.step == step && row.from.contains(&from));
            let violations = decide(&problem(from), &well_founded(Role::System, step)).err();
            assert_eq!(violations.is_none(), exists, "{step:?} from {from:?}");
            if let Some(violations) = violations {
                assert_eq!(violations.len(), 1);
                assert_eq!(violations[0].rule, "no_such_step");
                let reachable = TRANSITIONS.iter().filter(|row| row.from.contains(&from));
                assert!(reachable.into_iter().all(|row| violations[0].allowed.contains(row.to.code())));
            }
        }
    }
}

#[test]
fn a_state_and_a_step_have_one_row_at_most() {
    for from in Status::ALL {
        for row in TRANSITIONS {
            let same = TRANSITIONS.iter().filter(|r| r.step == row.step && r.from.contains(&from)).count();
            assert!(same <= 1, "{:?} from {from:?}", row.step);
        }
    }
}

#[test]
fn anonymous_readers_analysts_and_auditors_change_nothing() {
    for role in [Role::Anonymous, Role::Analyst, Role::Auditor] {
        for row in TRANSITIONS {
            assert!(!row.roles.contains(&role), "{role:?} {:?}", row.step);
        }
        let mut planned = problem(Status::Planned);
        planned.current_due = Some(NOW.plus_days(1));
        let later = by(role, Action::MoveDue(NOW.plus_days(2))).because("weather");
        assert_eq!(broken(&planned, &later), ["role_not_allowed"]);
        assert_eq!(broken(&planned, &by(role, Action::Reassign(BodyNo(8)))), ["role_not_allowed"]);
    }
}

#[test]
fn sending_back_postponing_refusing_and_rejecting_need_a_reason() {
    let without = |status, role, action| broken(&problem(status), &by(role, action));
    assert_eq!(without(Status::OnCheck, Role::Controller, Action::SendBack), ["reason_missing"]);
    assert_eq!(without(Status::InWork, Role::RegionalCurator, Action::Refuse), ["reason_missing"]);
    assert_eq!(without(Status::Submitted, Role::Moderator, Action::Reject), ["reason_missing"]);
    let postponed = without(Status::InWork, Role::Head, Action::Postpone(NOW.plus_days(1)));
    assert_eq!(postponed, ["reason_missing", "regional_approval_missing"]);
}

#[test]
fn no_funds_is_no_reason_to_refuse_but_one_to_postpone() {
    let refuse = by(Role::RegionalCurator, Action::Refuse);
    let violations = decide(&problem(Status::Planned), &refuse.clone().because("no_funds")).unwrap_err();
    assert_eq!(
        (violations[0].rule, violations[0].allowed.as_str()),
        ("no_funds_is_postponement", "postponed")
    );
    assert!(allowed(&problem(Status::Planned), &refuse.because("not_technically_possible")));
    let approved = Evidence::RegionalApproval("5".into());
    let postpone = by(Role::Head, Action::Postpone(NOW.plus_days(30))).because("no_funds").with(approved);
    assert!(allowed(&problem(Status::Planned), &postpone));
}

#[test]
fn postponing_needs_a_review_date_in_the_future_and_leaves_it_on_the_problem() {
    let until = |date| {
        let approved = Evidence::RegionalApproval("5".into());
        by(Role::Head, Action::Postpone(date)).because("weather").with(approved)
    };
    let planned = problem(Status::Planned);
    assert_eq!(broken(&planned, &until(NOW)), ["review_date_not_in_future"]);
    let review = NOW.plus_days(1);
    assert!(decide(&planned, &until(review)).unwrap().contains(&EventKind::ReviewSet { at: review }));
}

#[test]
fn postponing_needs_the_regions_approval() {
    let postpone = by(Role::Head, Action::Postpone(NOW.plus_days(1))).because("weather");
    assert_eq!(broken(&problem(Status::InWork), &postpone), ["regional_approval_missing"]);
    assert_eq!(broken(&problem(Status::InWork), &postpone.with(act())), ["regional_approval_missing"]);
}

#[test]
fn a_deadline_is_set_in_the_future_and_the_first_one_stands() {
    let plan = |due| by(Role::Head, Action::Plan(due));
    let mut assigned = problem(Status::Assigned);
    assert_eq!(broken(&assigned, &plan(NOW)), ["deadline_not_in_future"]);
    let due = NOW.plus_days(10);
    let set = EventKind::BaselineSet { due, by_rule: false };
    assert!(decide(&assigned, &plan(due)).unwrap().contains(&set));
    assigned.baseline_due = Some(NOW.plus_days(3));
    let again = decide(&assigned, &plan(NOW.plus_days(60))).unwrap();
    assert_eq!(again, [EventKind::StatusChanged { from: Status::Assigned, to: Status::Planned }]);
}

#[test]
fn a_check_needs_an_act_or_a_photo_taken_after_the_work_began() {
    let check = || by(Role::MunicipalOperator, Action::SendToCheck);
    let in_work = problem(Status::InWork);
    assert_eq!(broken(&in_work, &check()), ["proof_of_work_missing"]);
    assert_eq!(broken(&in_work, &check().with(Evidence::Photo(BEGAN))), ["proof_of_work_missing"]);
    let tomorrow = Evidence::Photo(NOW.plus_days(1));
    assert_eq!(broken(&in_work, &check().with(tomorrow)), ["proof_of_work_missing"]);
    assert!(allowed(&in_work, &check().with(Evidence::Photo(NOW))));
    assert!(allowed(&in_work, &check().with(act())));
}

#[test]
fn whoever_executed_may_not_verify() {
    let resolve = by(Role::Controller, Action::Resolve);
    let on_check = problem(Status::OnCheck);
    assert_eq!(broken(&on_check, &resolve.clone().of(EXECUTOR)), ["executor_may_not_verify"]);
    assert!(allowed(&on_check, &resolve.of(BodyNo(8))));
}

#[test]
fn it_is_resolved_by_a_controller_or_two_confirmations_or_silence_with_an_inspection() {
    let on_check = problem(Status::OnCheck);
    assert!(allowed(&on_check, &by(Role::Controller, Action::Resolve)));
    let citizen = by(Role::Citizen, Action::Resolve);
    let once = citizen.clone().with(Evidence::Confirmation);
    assert_eq!(broken(&on_check, &citizen), ["not_verified"]);
    assert_eq!(broken(&on_check, &once), ["not_verified"]);
    assert!(allowed(&on_check, &once.with(Evidence::Confirmation)));
    let inspected = by(Role::System, Action::Resolve).with(Evidence::SampledInspection("9".into()));
    let silent = BEGAN.plus_days(SILENT_DAYS);
    assert_eq!(broken(&on_check, &inspected.clone().at(Timestamp(silent.0 - 1))), ["not_verified"]);
    assert!(allowed(&on_check, &inspected.at(silent)));
    let silence_alone = by(Role::System, Action::Resolve).at(BEGAN.plus_days(400));
    assert_eq!(broken(&on_check, &silence_alone), ["not_verified"]);
}

#[test]
fn the_applicant_reopens_within_15_days_and_anybody_with_a_photo_within_a_year() {
    let resolved = problem(Status::Resolved);
    let reopen = |days: i64| by(Role::Citizen, Action::Reopen).at(BEGAN.plus_days(days));
    assert_eq!(broken(&resolved, &reopen(1)), ["reopen_window_passed"]);
    assert!(allowed(&resolved, &reopen(APPLICANT_REOPEN_DAYS).with(Evidence::Applicant)));
    let late = reopen(APPLICANT_REOPEN_DAYS + 1).with(Evidence::Applicant);
    assert_eq!(broken(&resolved, &late), ["reopen_window_passed"]);
    let newer = Evidence::Photo(BEGAN.plus_days(1));
    assert!(allowed(&resolved, &reopen(PHOTO_REOPEN_DAYS).with(newer.clone())));
    assert_eq!(broken(&resolved, &reopen(PHOTO_REOPEN_DAYS + 1).with(newer)), ["reopen_window_passed"]);
    let old = Evidence::Photo(BEGAN.plus_days(-1));
    assert_eq!(broken(&resolved, &reopen(1).with(old)), ["reopen_window_passed"]);
}

fn with_deadline(due: Timestamp) -> Problem {
    let mut planned = problem(Status::Planned);
    (planned.baseline_due, planned.current_due) = (Some(due), Some(due));
    planned
}

fn move_to(due: Timestamp) -> Intent {
    by(Role::Head, Action::MoveDue(due)).because("weather")
}

#[test]
fn a_deadline_moves_twice_at_most_and_every_move_is_counted() {
    let (mut planned, mut due) = (with_deadline(NOW.plus_days(10)), NOW.plus_days(10));
    for moves in 1..=MAX_EXTENSIONS {
        let later = due.plus_days(10);
        let events = decide(&planned, &move_to(later)).unwrap();
        assert_eq!(events, [EventKind::DueMoved { from: due, to: later }]);
        planned.apply(&event(events[0].clone()));
        assert_eq!((planned.current_due, planned.extension_count), (Some(later), moves));
        due = later;
    }
    assert_eq!(planned.baseline_due, Some(NOW.plus_days(10)));
    assert_eq!(broken(&planned, &move_to(due.plus_days(1))), ["too_many_extensions"]);
}

fn event(kind: EventKind) -> super::Event {
    let entity = super::Key { kind: super::Kind::Problem, number: 1 };
    let actor = Actor::SYSTEM;
    super::Event { seq: 1, entity, kind, actor, at: NOW, effective_at: NOW, reason: None, evidence: None }
}

#[test]
fn a_deadline_is_not_moved_after_it_has_passed_nor_to_an_earlier_day_nor_without_a_reason() {
    let due = NOW.plus_days(10);
    let passed = move_to(due.plus_days(30)).at(due.plus_days(1));
    assert_eq!(broken(&with_deadline(due), &passed), ["deadline_already_passed"]);
    assert_eq!(broken(&with_deadline(due), &move_to(due)), ["deadline_not_later"]);
    let silent = by(Role::Head, Action::MoveDue(due.plus_days(1)));
    assert_eq!(broken(&with_deadline(due), &silent), ["reason_missing"]);
    assert_eq!(broken(&problem(Status::Planned), &move_to(due)), ["no_deadline_to_move"]);
}

#[test]
fn the_deadline_of_a_closed_problem_is_not_moved() {
    for status in Status::ALL.into_iter().filter(|status| status.is_closed()) {
        let closed = Problem { status, ..with_deadline(NOW.plus_days(10)) };
        assert_eq!(broken(&closed, &move_to(NOW.plus_days(20))), ["no_deadline_to_move"], "{status:?}");
    }
}

#[test]
fn the_responsible_body_changes_twice_and_then_the_region_decides() {
    let mut planned = problem(Status::Planned);
    for body in [BodyNo(8), BodyNo(9)] {
        let events = decide(&planned, &by(Role::Head, Action::Reassign(body))).unwrap();
        planned.apply(&event(events[0].clone()));
    }
    let third = Action::Reassign(BodyNo(10));
    assert_eq!(broken(&planned, &by(Role::Head, third.clone())), ["too_many_reassignments"]);
    assert!(allowed(&planned, &by(Role::RegionalCurator, third)));
    let same = by(Role::RegionalCurator, Action::Reassign(BodyNo(9)));
    assert_eq!(broken(&planned, &same), ["nothing_to_reassign"]);
    let resolved = problem(Status::Resolved);
    assert_eq!(broken(&resolved, &by(Role::Head, Action::Reassign(BodyNo(8)))), ["nothing_to_reassign"]);
}

#[test]
fn every_broken_rule_is_told_at_once() {
    let mut planned = with_deadline(NOW.plus_days(-1));
    planned.extension_count = MAX_EXTENSIONS;
    let worst = by(Role::Citizen, Action::MoveDue(NOW.plus_days(-2)));
    let expected = [
        "role_not_allowed",
        "reason_missing",
        "too_many_extensions",
        "deadline_already_passed",
        "deadline_not_later",
    ];
    assert_eq!(broken(&planned, &worst), expected);
}

#[test]
fn a_reopened_problem_loses_its_credit_and_remembers_that_it_was_reopened() {
    let mut resolved = Problem { resolved_at: Some(BEGAN), ..problem(Status::Resolved) };
    let reopen = by(Role::Citizen, Action::Reopen).with(Evidence::Applicant);
    for kind in decide(&resolved, &reopen).unwrap() {
        resolved.apply(&event(kind));
    }
    assert_eq!((resolved.status, resolved.resolved_at, resolved.reopened), (Status::Assigned, None, 1));
}
