//! Lives follow the rules of the domain and can be replayed.

use super::pack::{PACK, WORLD};
use crate::demo::life::{as_event, first_record};
use crate::domain::event::PastEvent;
use crate::domain::lifecycle::{MAX_EXTENSIONS, TRANSITIONS};
use crate::domain::{
    AppealStatus, CategoryNo, EventKind, Problem, ProblemNo, Quality, Role, Status, Timestamp,
};
use crate::geometry::distance::haversine_m;

fn problem(no: ProblemNo) -> &'static Problem {
    &WORLD.problems[no.index() - 1].0
}

fn bounds() -> (Timestamp, Timestamp) {
    let (zone, input) = (PACK.calendar.zone(), PACK.input());
    (zone.start_of(input.since), zone.end_of(input.until))
}

#[test]
fn the_fold_of_a_problems_events_is_the_problem() {
    for (problem, events) in &WORLD.problems {
        let mut folded = first_record(problem, events[0].at);
        for past in events {
            folded.apply(&as_event(problem, past));
        }
        assert_eq!(folded, *problem, "{}", problem.source_id);
    }
}

#[test]
fn every_step_is_one_that_the_table_of_transitions_allows_to_that_role() {
    for (problem, events) in &WORLD.problems {
        let mut status = Status::Draft;
        for PastEvent { kind, actor, .. } in events {
            let EventKind::StatusChanged { from, to } = *kind else { continue };
            assert_eq!(from, status, "{}", problem.source_id);
            let row = TRANSITIONS
                .iter()
                .find(|t| t.from.contains(&from) && t.to == to && t.roles.contains(&actor.role));
            assert!(row.is_some(), "{from:?} → {to:?} by {:?}", actor.role);
            status = to;
        }
        assert_eq!(status, problem.status);
    }
}

#[test]
fn events_stand_in_the_order_of_time_within_the_history() {
    let (start, now) = bounds();
    for (problem, events) in &WORLD.problems {
        assert!(events.is_sorted_by_key(|event| event.at), "{}", problem.source_id);
        assert!(events.iter().all(|event| (start..=now).contains(&event.at)), "{}", problem.source_id);
        assert_eq!(problem.updated_at, events[events.len() - 1].at);
        assert!(problem.registered_at.is_some(), "every problem is in the registry");
    }
}

#[test]
fn deadlines_lie_on_working_days_and_are_moved_twice_at_most_and_never_after_they_passed() {
    let end_of_working_day = |due: Timestamp| {
        let day = PACK.calendar.zone().day_of(due);
        PACK.calendar.zone().end_of(day) == due && PACK.calendar.is_working(day)
    };
    for (problem, events) in &WORLD.problems {
        assert!(problem.extension_count <= MAX_EXTENSIONS);
        let mut hours_term = false;
        for past in events {
            match &past.kind {
                EventKind::BaselineSet { due, by_rule } => {
                    assert!(*due > past.at);
                    // A rule in hours ends on the hour.
                    hours_term = *by_rule && !end_of_working_day(*due);
                    assert!(end_of_working_day(*due) || *by_rule, "{}", problem.source_id);
                }
                EventKind::DueMoved { from, to } => {
                    assert!(past.at <= *from && from < to && past.reason.is_some());
                    assert!(end_of_working_day(*to));
                }
                _ => {}
            }
        }
        let short = PACK.categories[problem.category.index()].resolution_rule.as_deref();
        assert!(!hours_term || matches!(short, Some("resolve_accident" | "resolve_outage")));
        let by_rule = events.iter().any(|e| matches!(e.kind, EventKind::BaselineSet { by_rule: true, .. }));
        assert_eq!(problem.flags.contains(Quality::BaselineByRule), by_rule);
    }
}

#[test]
fn what_is_put_off_has_a_review_date_and_an_approval() {
    for (problem, events) in &WORLD.problems {
        assert_eq!(problem.status == Status::Postponed, problem.review_at.is_some());
        for past in events {
            let is = |to: Status| matches!(past.kind, EventKind::StatusChanged { to: t, .. } if t == to);
            if is(Status::Postponed) || is(Status::Refused) || is(Status::Rejected) {
                assert!(past.reason.is_some());
            }
            if is(Status::Postponed) || is(Status::OnCheck) || is(Status::Resolved) {
                assert!(past.evidence.is_some(), "{}", problem.source_id);
            }
            if is(Status::Refused) {
                assert_ne!(past.reason.as_deref(), Some("no_funds"));
            }
            if is(Status::Resolved) {
                assert!(past.actor.body.is_none() || past.actor.body != problem.responsible);
            }
        }
    }
}

#[test]
fn a_recurrence_names_an_earlier_problem_of_its_type_resolved_near_it_within_the_term() {
    let recurrences = WORLD.problems.iter().filter_map(|(p, _)| Some((p, problem(p.recurrence_of?))));
    for (new, old) in recurrences {
        let category = &PACK.categories[new.category.index()];
        assert_eq!(new.category, old.category);
        let apart_m = haversine_m(new.shape.anchor(), old.shape.anchor());
        assert!(apart_m <= f64::from(category.duplicate_radius_m) + 1.0);
        let resolved = WORLD.problems[old.no.index() - 1].1.iter().find_map(|event| match event.kind {
            EventKind::StatusChanged { to: Status::Resolved, .. } => Some(event.at),
            _ => None,
        });
        let days = new.registered_at.unwrap().days_since(resolved.unwrap());
        assert!(days > 0.0 && days < f64::from(category.recurrence_months) * 30.5, "{days}");
    }
}

#[test]
fn a_duplicate_names_an_earlier_problem_of_its_type_near_it() {
    for (new, _) in &WORLD.problems {
        let Some(old) = new.duplicate_of.map(problem) else { continue };
        let category = &PACK.categories[new.category.index()];
        assert_eq!(new.category, old.category);
        assert!(new.no != old.no && new.registered_at >= old.registered_at);
        let apart_m = haversine_m(new.shape.anchor(), old.shape.anchor());
        assert!(apart_m <= f64::from(category.duplicate_radius_m) + 1.0, "{apart_m}");
    }
}

#[test]
fn a_linked_appeal_is_of_the_problems_sphere_near_it_and_no_younger_than_its_end() {
    let sphere = |no: CategoryNo| PACK.categories[no.index()].sphere();
    let mut counts = vec![0u32; WORLD.problems.len() + 1];
    for appeal in &WORLD.appeals {
        let Some(of) = appeal.problem.map(problem) else { continue };
        counts[of.no.index()] += 1;
        assert_eq!(sphere(appeal.category), sphere(of.category));
        let far_m = of.shape.vertices().map(|v| haversine_m(v, appeal.point)).fold(f64::MAX, f64::min);
        assert!(far_m < 700.0, "{far_m}");
        if of.status.is_closed() {
            assert!(appeal.received_at.unwrap() <= of.status_since);
        }
    }
    for (p, events) in &WORLD.problems {
        let links = events.iter().filter(|event| event.kind == EventKind::AppealLinked).count();
        assert_eq!((p.n_appeals, links as u32), (counts[p.no.index()], counts[p.no.index()]));
    }
}

#[test]
fn a_reply_is_due_by_the_rule_that_held_when_the_appeal_came_in() {
    let zone = PACK.calendar.zone();
    let fast_from = zone.start_of("2023-04-14".parse().unwrap());
    for appeal in &WORLD.appeals {
        let received_at = appeal.received_at.unwrap();
        let rule = PACK.categories[appeal.category.index()].reply_rule.as_deref().unwrap();
        let days = appeal.due_at.unwrap().days_since(received_at);
        let expected = match rule {
            "reply_urgent" => 1.0..1.001,
            "reply_fast_track" if received_at >= fast_from => 10.0..23.0,
            _ => 30.0..43.0,
        };
        assert!(expected.contains(&days), "{rule} {days} {received_at}");
    }
}

#[test]
fn the_state_of_an_appeal_says_whether_it_was_answered() {
    let (start, now) = bounds();
    for appeal in &WORLD.appeals {
        let received_at = appeal.received_at.unwrap();
        assert!((start..=now).contains(&received_at) && (start..=now).contains(&appeal.updated_at));
        let answered = matches!(appeal.status, AppealStatus::Answered | AppealStatus::Rejected);
        assert_eq!(appeal.answered_at.is_some(), answered);
        let before = appeal.answered_at.is_some_and(|t| t < received_at);
        assert_eq!(before, appeal.flags.contains(Quality::ClosedBeforeOpened));
        assert!(appeal.answered_at.is_none_or(|t| t <= now));
    }
}

#[test]
fn nobody_acts_as_a_person_and_the_atlas_acts_only_by_the_calendar() {
    for (_, events) in &WORLD.problems {
        for event in events {
            assert_eq!(event.actor.token, None);
            if event.actor.role == Role::System {
                assert!(matches!(
                    event.kind,
                    EventKind::BaselineSet { by_rule: true, .. } | EventKind::RecurrenceOf { .. }
                ));
            }
        }
    }
}
