//! What a problem's history tells: how its deadline slipped, who held the ball for how long, and what came back.
//!
//! Answers three questions that no state of today answers. A deadline that was moved looks kept; a problem that was handed on
//! looks young at its new desk; a road that is mended each spring looks solved each time. Pure: takes problems with their
//! events, gives whole numbers. Sums over bodies and municipalities: [`Sums`]. Names and pages: `service/slippage.rs`.
//!
//! # Rules
//!
//! - **Slip** of a problem: current deadline − first deadline, rounded to whole days. Each move has its own days and its reason. What the moves do not explain (a source changed the date itself) stands beside them as `unexplained`.
//! - **Ball in court**: from the event that gives a body the problem to the one that gives it to the next, as long as the
//!   problem is open; a reopened one goes on with the body that had it. A record without such events (it came from a file) is
//!   held by its holder, else by the responsible body, from its registration on.
//! - **Recurrence**: a problem of the same type, registered after another one was verified as solved, within the type's
//!   `recurrence_months` (months of 30.44 days) and its `duplicate_radius_m`, both from the region's data. A problem that
//!   several could have come back from is counted with the latest of them. It is what is *seen*; what the registry itself
//!   declares is `recurrence_of`.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::domain::event::EventKind;
use crate::domain::time::DAY_MS;
use crate::domain::{BodyNo, CategoryNo, Event, MunicipalityNo, Problem, Status, Timestamp};
use crate::geometry::Position;
use crate::geometry::distance::haversine_m;

/// Days of a month: 365.25 / 12, as the length of a mean month.
const MONTH_DAYS: f64 = 30.4375;

/// One move of a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// When it took effect.
    pub at: Timestamp,
    /// The deadline before.
    pub from: Timestamp,
    /// The deadline after.
    pub to: Timestamp,
    /// Code of the reason, where one was given.
    pub reason: Option<String>,
}

impl Move {
    /// Whole days by which the deadline went back; negative when it came forward.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.to.days_since(self.from).round() as i64
    }
}

/// What the history of one problem tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// Number of the problem.
    pub number: u32,
    /// Where.
    pub municipality: Option<MunicipalityNo>,
    /// Who answers for it now.
    pub responsible: Option<BodyNo>,
    /// Who has it now, or had it last.
    pub holder: Option<BodyNo>,
    /// Whether something is still to be done.
    pub open: bool,
    /// Days from the first deadline to that of now; `None` without both.
    pub slip_days: Option<i64>,
    /// Moves of its deadline, oldest first.
    pub moves: Vec<Move>,
    /// Milliseconds for which each body held it while it was open, in the order in which they first had it.
    pub held: Vec<(BodyNo, i64)>,
}

impl Life {
    /// The life of a problem from its events in the order of time, up to a moment.
    ///
    /// Cost: O(events · bodies).
    #[must_use]
    pub fn of(problem: &Problem, events: &[Event], until: Timestamp) -> Self {
        let moves = events.iter().filter_map(|event| match event.kind {
            EventKind::DueMoved { from, to } => {
                Some(Move { at: event.effective_at, from, to, reason: event.reason.clone() })
            }
            _ => None,
        });
        Self {
            number: problem.no.0,
            municipality: problem.municipality,
            responsible: problem.responsible,
            holder: problem.holder.map(|(body, _)| body).or(problem.responsible),
            open: !problem.status.is_closed(),
            slip_days: problem.slip_days(),
            moves: moves.collect(),
            held: holdings(problem, events, until),
        }
    }

    /// Slip that no move explains, days.
    #[must_use]
    pub fn unexplained_days(&self) -> i64 {
        self.slip_days.unwrap_or(0) - self.moves.iter().map(Move::days).sum::<i64>()
    }
}

fn holdings(problem: &Problem, events: &[Event], until: Timestamp) -> Vec<(BodyNo, i64)> {
    let told = events.iter().any(|e| matches!(e.kind, EventKind::BodyChanged { .. }));
    let from_file = || {
        let since = problem.registered_at?;
        problem.holder.or_else(|| Some((problem.responsible?, since)))
    };
    let mut holder = if told { None } else { from_file() };
    let mut held: Vec<(BodyNo, i64)> = Vec::new();
    let mut give = |holder: Option<(BodyNo, Timestamp)>, end: Timestamp| {
        let Some((body, since)) = holder else { return };
        let time = (end.0 - since.0).max(0);
        match held.iter_mut().find(|(own, _)| *own == body) {
            Some((_, sum)) => *sum += time,
            None => held.push((body, time)),
        }
    };
    let mut open = true;
    for event in events {
        let at = event.effective_at;
        match event.kind {
            EventKind::BodyChanged { to, .. } => {
                if open {
                    give(holder, at);
                }
                holder = Some((to, at));
            }
            EventKind::StatusChanged { to, .. } if open && to.is_closed() => {
                give(holder, at);
                open = false;
            }
            EventKind::StatusChanged { to, .. } if !open && !to.is_closed() => {
                holder = holder.map(|(body, _)| (body, at));
                open = true;
            }
            _ => {}
        }
    }
    let states_told = events.iter().any(|e| matches!(e.kind, EventKind::StatusChanged { .. }));
    let end =
        if states_told || !problem.status.is_closed() { until } else { problem.resolved_at.unwrap_or(until) };
    if open {
        give(holder, end);
    }
    held
}

/// Slippage of several problems added up. Whole numbers: the order changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Problems with a first and a current deadline.
    pub with_deadline: u32,
    /// Of them, with a deadline that stands later than the first.
    pub slipped: u32,
    /// Days by which those slipped.
    pub slip_days: i64,
    /// The longest slip, days.
    pub longest_days: i64,
    /// Moves of deadlines.
    pub moves: u32,
    /// Days of slip that no move explains.
    pub unexplained_days: i64,
    /// Moves by the code of their reason; `""` where none was given.
    pub reasons: BTreeMap<String, u32>,
    /// Problems that came back after they were solved.
    pub recurrences: u32,
}

impl Sums {
    /// Adds one problem.
    pub fn add(&mut self, life: &Life) {
        if let Some(days) = life.slip_days {
            self.with_deadline += 1;
            self.slipped += u32::from(days > 0);
            self.slip_days += days.max(0);
            self.longest_days = self.longest_days.max(days);
            self.unexplained_days += life.unexplained_days();
        }
        self.moves += life.moves.len() as u32;
        for one in &life.moves {
            *self.reasons.entry(one.reason.clone().unwrap_or_default()).or_default() += 1;
        }
    }
}

/// Time for which a body held problems.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Court {
    /// Problems that it ever held.
    pub problems: u32,
    /// Of them, those that it holds now.
    pub holds: u32,
    /// Days for which it held them, together.
    pub days: i64,
    /// The longest that it held one, days.
    pub longest_days: i64,
}

impl Court {
    /// Adds one problem that was held for so many milliseconds.
    pub fn add(&mut self, held_ms: i64, holds: bool) {
        self.problems += 1;
        self.holds += u32::from(holds);
        self.days += held_ms / DAY_MS;
        self.longest_days = self.longest_days.max(held_ms / DAY_MS);
    }
}

/// What recurrence needs of a problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// Number.
    pub number: u32,
    /// Sphere and type.
    pub category: CategoryNo,
    /// Where.
    pub place: Position,
    /// When it was registered.
    pub opened_at: Option<Timestamp>,
    /// When it was verified as solved, when it was.
    pub resolved_at: Option<Timestamp>,
}

impl Site {
    /// The site of a problem. Duplicates and rejected ones never were problems of their own.
    #[must_use]
    pub fn of(problem: &Problem) -> Option<Self> {
        let counts = !matches!(problem.status, Status::Duplicate | Status::Rejected);
        counts.then(|| Self {
            number: problem.no.0,
            category: problem.category,
            place: problem.shape.anchor(),
            opened_at: problem.registered_at,
            resolved_at: problem.resolved_at,
        })
    }
}

/// Problems that came back, each with the one that it came back from, ascending by number. `rule` gives the radius in metres
/// and the months of a category.
///
/// Cost: O(n) cells and the pairs within two radii of one another.
#[must_use]
pub fn recurrences(sites: &[Site], rule: impl Fn(CategoryNo) -> (f64, f64)) -> Vec<(u32, u32)> {
    let mut cells: HashMap<(CategoryNo, i64, i64), Vec<&Site>> = HashMap::new();
    for site in sites.iter().filter(|site| site.resolved_at.is_some()) {
        let (row, column) = cell_of(site.place, rule(site.category).0);
        cells.entry((site.category, row, column)).or_default().push(site);
    }
    let mut found: Vec<(u32, u32)> = sites
        .iter()
        .filter_map(|site| {
            let opened = site.opened_at?;
            let (radius_m, months) = rule(site.category);
            let (row, column) = cell_of(site.place, radius_m);
            let around = (-1..=1).flat_map(|r| (-1..=1).map(move |c| (row + r, column + c)));
            let near = around.filter_map(|(r, c)| cells.get(&(site.category, r, c))).flatten();
            let earlier = near.filter(|old| {
                let days = old.resolved_at.map_or(-1.0, |t| opened.days_since(t));
                old.number != site.number
                    && days > 0.0
                    && days <= months * MONTH_DAYS
                    && haversine_m(old.place, site.place) <= radius_m
            });
            let latest = earlier.max_by_key(|old| (old.resolved_at, old.number))?;
            Some((site.number, latest.number))
        })
        .collect();
    found.sort_unstable();
    found
}

/// The cell of a grid whose cells are nowhere narrower than the radius up to 78° of latitude; beyond, pairs east and west of
/// a cell's neighbours may be missed.
fn cell_of(place: Position, radius_m: f64) -> (i64, i64) {
    const METRES_PER_DEG: f64 = 111_000.0;
    let side_deg = radius_m.max(1.0) / METRES_PER_DEG;
    // A degree of longitude has at least a fifth of a degree of latitude's metres there.
    ((place.lat_deg() / side_deg).floor() as i64, (place.lon_deg() / (5.0 * side_deg)).floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::sample::{AS_OF, days_ago};
    use crate::domain::event::Actor;
    use crate::domain::{Key, Kind, ProblemNo, SourceNo};
    use crate::geometry::Shape;
    use proptest::prelude::*;

    fn problem(status: Status) -> Problem {
        let shape = Shape::Point(Position::new(1_350_000_000, 484_000_000));
        Problem {
            responsible: Some(BodyNo(1)),
            status,
            baseline_due: Some(days_ago(50)),
            current_due: Some(days_ago(20)),
            registered_at: Some(days_ago(100)),
            updated_at: days_ago(1),
            ..Problem::draft(ProblemNo(7), SourceNo(0), CategoryNo(3), shape, days_ago(100))
        }
    }

    fn event(ago: i64, kind: EventKind) -> Event {
        Event {
            seq: 1_000 - ago as u64,
            entity: Key { kind: Kind::Problem, number: 7 },
            kind,
            actor: Actor::SYSTEM,
            at: days_ago(ago),
            effective_at: days_ago(ago),
            reason: None,
            evidence: None,
        }
    }

    fn held_days(status: Status, events: &[Event]) -> Vec<(u16, i64)> {
        let life = Life::of(&problem(status), events, AS_OF.now);
        life.held.iter().map(|(body, ms)| (body.0, ms / DAY_MS)).collect()
    }

    fn given(ago: i64, from: Option<u16>, to: u16) -> Event {
        event(ago, EventKind::BodyChanged { from: from.map(BodyNo), to: BodyNo(to) })
    }

    fn turned(ago: i64, from: Status, to: Status) -> Event {
        event(ago, EventKind::StatusChanged { from, to })
    }

    #[test]
    fn the_ball_is_counted_per_body_while_the_problem_is_open() {
        let events = [
            given(90, None, 1),
            given(60, Some(1), 2),
            given(50, Some(2), 1),
            turned(40, Status::OnCheck, Status::Resolved),
            turned(10, Status::Resolved, Status::Assigned),
        ];
        // 30 + 10 days until it was solved, and 10 since it was reopened.
        assert_eq!(held_days(Status::Assigned, &events), [(1, 50), (2, 10)]);
        assert_eq!(held_days(Status::Resolved, &events[..4]), [(1, 40), (2, 10)]);
    }

    #[test]
    fn a_record_without_such_events_is_held_by_who_answers_for_it_since_its_registration() {
        assert_eq!(held_days(Status::InWork, &[]), [(1, 100)]);
        let done = Problem { resolved_at: Some(days_ago(30)), ..problem(Status::Resolved) };
        let life = Life::of(&done, &[], AS_OF.now);
        assert_eq!(life.held, [(BodyNo(1), 70 * DAY_MS)]);
        let passed_on = Problem { holder: Some((BodyNo(4), days_ago(12))), ..problem(Status::InWork) };
        assert_eq!(Life::of(&passed_on, &[], AS_OF.now).held, [(BodyNo(4), 12 * DAY_MS)]);
    }

    #[test]
    fn every_move_has_its_reason_and_what_none_explains_is_told() {
        let moved = |ago, from, to, reason: Option<&str>| Event {
            reason: reason.map(str::to_owned),
            ..event(ago, EventKind::DueMoved { from: days_ago(from), to: days_ago(to) })
        };
        let events = [moved(55, 50, 40, Some("weather")), moved(45, 40, 25, None)];
        let life = Life::of(&problem(Status::InWork), &events, AS_OF.now);
        assert_eq!(life.moves.iter().map(Move::days).collect::<Vec<_>>(), [10, 15]);
        assert_eq!((life.slip_days, life.unexplained_days()), (Some(30), 5));
        let mut sums = Sums::default();
        sums.add(&life);
        assert_eq!((sums.slipped, sums.slip_days, sums.moves, sums.unexplained_days), (1, 30, 2, 5));
        assert_eq!(sums.reasons, BTreeMap::from([("weather".to_owned(), 1), (String::new(), 1)]));
    }

    fn site(number: u32, east_m: f64, opened_ago: i64, resolved_ago: Option<i64>) -> Site {
        let lon = 135.0 + east_m / (111_195.0 * libm::cos(48.4_f64.to_radians()));
        Site {
            number,
            category: CategoryNo(3),
            place: Position::parse_degrees(lon, 48.4).unwrap(),
            opened_at: Some(days_ago(opened_ago)),
            resolved_at: resolved_ago.map(days_ago),
        }
    }

    #[test]
    fn what_returns_near_and_soon_is_a_recurrence_of_the_latest() {
        let sites = [
            site(1, 0.0, 2_000, Some(1_900)),
            site(2, 40.0, 900, Some(600)),
            site(3, 0.0, 800, Some(500)),
            site(4, 45.0, 400, None),  // near 2 and 3
            site(5, 200.0, 300, None), // too far
            Site { category: CategoryNo(4), ..site(6, 0.0, 300, None) },
            site(7, 0.0, 550, None), // before 3 was solved, after 2
        ];
        assert_eq!(recurrences(&sites, |_| (50.0, 24.0)), [(4, 3), (7, 2)]);
        assert_eq!(recurrences(&sites, |_| (50.0, 1.0)), []);
    }

    proptest! {
        #[test]
        fn recurrences_are_those_of_all_pairs(
            rows in proptest::collection::vec((0i32..40_000, 0i32..40_000, 0i64..2_000, proptest::option::of(0i64..2_000)), 0..120),
        ) {
            let sites: Vec<Site> = rows
                .iter()
                .enumerate()
                .map(|(n, &(x, y, opened, resolved))| Site {
                    number: n as u32,
                    category: CategoryNo((n % 3) as u16),
                    place: Position::new(1_350_000_000 + x, 560_000_000 + y),
                    opened_at: Some(days_ago(opened)),
                    resolved_at: resolved.map(days_ago),
                })
                .collect();
            let pairs = |site: &Site| {
                let earlier = sites.iter().filter(|old| {
                    let days = old.resolved_at.map_or(-1.0, |t| site.opened_at.unwrap().days_since(t));
                    old.number != site.number && old.category == site.category && days > 0.0
                        && days <= 24.0 * MONTH_DAYS && haversine_m(old.place, site.place) <= 60.0
                });
                earlier.max_by_key(|old| (old.resolved_at, old.number)).map(|old| (site.number, old.number))
            };
            let expected: Vec<(u32, u32)> = sites.iter().filter_map(pairs).collect();
            prop_assert_eq!(recurrences(&sites, |_| (60.0, 24.0)), expected);
        }
    }
}
