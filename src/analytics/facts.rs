//! What ratings, burden and statistics need to know of a problem, and how it stood at a moment.
//!
//! Answers: "was this problem open, overdue, resolved in the last year, as of then?" Each rule is written once, here, and
//! everything that counts asks here. Does not read any snapshot: whoever calls turns its columns into [`ProblemFact`]s.
//! Next: [`super::indicators`] (what counts for which indicator), [`super::burden`], [`super::stats`].

use crate::domain::time::DAY_MS;
use crate::domain::{CategoryNo, Event, EventKind, Kopecks, Level, MunicipalityNo, Status, Timestamp};

use super::shrinkage::{Marks, Share};
use super::survival::Spell;

/// Days of the rolling year over which performance and flow are counted.
pub const YEAR_DAYS: i64 = 365;

/// The moment at which everything is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment itself.
    pub now: Timestamp,
    /// The beginning of its legal day (see [`crate::domain::deadline::LegalCalendar::overdue_before`]).
    pub today: Timestamp,
}

impl AsOf {
    /// Whether `t` lies in the last 365 days: `now − 365 d < t ≤ now`.
    #[must_use]
    pub fn in_last_year(self, t: Timestamp) -> bool {
        self.now.plus_days(-YEAR_DAYS) < t && t <= self.now
    }

    /// The last millisecond of the legal day of `t`.
    ///
    /// Legal days are taken to follow one another every 24 hours from [`AsOf::today`], which holds in every zone without
    /// summer time. A zone with it would be wrong by its hour, for deadlines that fall into that hour.
    ///
    /// ```
    /// use atlas::analytics::facts::AsOf;
    /// use atlas::domain::Timestamp;
    /// let at = |text| Timestamp::parse_rfc3339(text).unwrap();
    /// let as_of = AsOf { now: at("2026-11-22T16:00:00+10:00"), today: at("2026-11-22T00:00:00+10:00") };
    /// assert_eq!(as_of.end_of_day(at("2026-03-05T09:30:00+10:00")), at("2026-03-05T23:59:59.999+10:00"));
    /// ```
    #[must_use]
    pub fn end_of_day(self, t: Timestamp) -> Timestamp {
        let days = (t.0 - self.today.0).div_euclid(DAY_MS);
        Timestamp(self.today.0 + (days + 1) * DAY_MS - 1)
    }

    /// Whether a deadline has passed: it is overdue from the legal day after it.
    #[must_use]
    pub fn is_past(self, due: Timestamp) -> bool {
        due < self.today
    }
}

/// One problem in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemFact {
    /// Its number, unique among the facts.
    pub number: u32,
    /// In which municipality, when in one.
    pub municipality: Option<MunicipalityNo>,
    /// Sphere and type.
    pub category: CategoryNo,
    /// Where it stands. A resolved problem that was put away afterwards is given as [`Status::Resolved`]: archiving takes
    /// no credit away.
    pub status: Status,
    /// 1 (minor) … 5 (critical); `None` is unknown, not minor.
    pub severity: Option<u8>,
    /// Level of who must fix it.
    pub level: Option<Level>,
    /// When it entered the registry.
    pub opened_at: Option<Timestamp>,
    /// The first deadline, which never changes.
    pub baseline_due: Option<Timestamp>,
    /// The deadline now.
    pub current_due: Option<Timestamp>,
    /// When it was closed: for a resolved problem, when it was verified.
    pub closed_at: Option<Timestamp>,
    /// What fixing it takes; `None` is unknown, not zero.
    pub cost: Option<Kopecks>,
    /// What became of its solutions. Only its events tell: facts that are made of rows have none, and nothing that is made
    /// of those asks.
    pub solutions: Solutions,
    /// How often its deadline was moved.
    pub extensions: u8,
}

/// When solutions of a problem were verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Solutions {
    /// The last one, even if it was undone since.
    pub last: Option<Timestamp>,
    /// The last one that did not hold: the problem was reopened soon after.
    pub undone: Option<Timestamp>,
}

impl Solutions {
    /// What the events of a problem tell, in their order; `held_days` is how long a solution is watched.
    ///
    /// A solution that was verified before the records began, and one that came in from a file as it was, is known by
    /// `closed_at` alone.
    ///
    /// ```
    /// use atlas::analytics::facts::Solutions;
    /// use atlas::domain::{Actor, Event, EventKind, Key, Kind, Status, Timestamp};
    /// let at = |day: i64, from, to| Event {
    ///     seq: 1, entity: Key { kind: Kind::Problem, number: 1 }, kind: EventKind::StatusChanged { from, to },
    ///     actor: Actor::SYSTEM, at: Timestamp(0), effective_at: Timestamp(0).plus_days(day), reason: None, evidence: None,
    /// };
    /// let solved = at(10, Status::OnCheck, Status::Resolved);
    /// let undone = |day| Solutions::of(&[solved.clone(), at(day, Status::Resolved, Status::Assigned)], None, 180).undone;
    /// assert_eq!(undone(190), Some(Timestamp(0).plus_days(10)));
    /// assert_eq!(undone(191), None); // it had held for 180 days
    /// ```
    #[must_use]
    pub fn of(events: &[Event], closed_at: Option<Timestamp>, held_days: u32) -> Self {
        let mut found = Self::default();
        for event in events {
            match event.kind {
                EventKind::StatusChanged { to: Status::Resolved, .. } => {
                    found.last = Some(event.effective_at);
                }
                EventKind::StatusChanged { from: Status::Resolved, to } if !to.is_closed() => {
                    let soon = |at: &Timestamp| event.effective_at <= at.plus_days(i64::from(held_days));
                    found.undone = found.last.filter(soon).or(found.undone);
                }
                _ => {}
            }
        }
        found.last = found.last.or(closed_at);
        found
    }

    /// As far as they were verified by then.
    fn until(self, now: Timestamp) -> Self {
        let known = |at: &Timestamp| *at <= now;
        Self { last: self.last.filter(known), undone: self.undone.filter(known) }
    }
}

impl ProblemFact {
    /// The problem as it stood at a moment; `None` when it was not in the registry then.
    ///
    /// Closed later counts as open (in work). Opened later, drafts and proposals count as absent. A problem whose opening
    /// or closing is unknown stands as its state says. Counters and the moved deadline are as given: facts carry no
    /// history of them.
    #[must_use]
    pub fn seen_at(&self, as_of: AsOf) -> Option<Self> {
        let later = |t: Option<Timestamp>| t.is_some_and(|t| t > as_of.now);
        if !self.status.is_public() || later(self.opened_at) {
            return None;
        }
        let mut seen = *self;
        if self.status.is_closed() && later(self.closed_at) {
            seen.status = Status::InWork;
        }
        if !seen.status.is_closed() {
            seen.closed_at = None;
        }
        seen.solutions = self.solutions.until(as_of.now);
        Some(seen)
    }

    /// Whether something is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.status.is_closed()
    }

    /// Whether the deadline of now has passed while it ran: the same rule as the map's filter.
    #[must_use]
    pub fn is_overdue(&self, as_of: AsOf) -> bool {
        self.status.deadline_runs() && self.current_due.is_some_and(|due| as_of.is_past(due))
    }

    /// Whether it is open and its first deadline has passed, wherever the deadline was moved since and even if it was put
    /// off. `None` for a problem that is closed or never had a deadline.
    #[must_use]
    pub fn is_past_baseline(&self, as_of: AsOf) -> Option<bool> {
        self.is_open().then_some(as_of.is_past(self.baseline_due?))
    }

    /// Whether it was verified as fixed in the last year.
    #[must_use]
    pub fn is_resolved_in_last_year(&self, as_of: AsOf) -> bool {
        self.status == Status::Resolved && self.closed_at.is_some_and(|t| as_of.in_last_year(t))
    }

    /// Whether its solutions of the last year held; `None` when none was verified then, or when it proved to be no problem of
    /// the registry.
    #[must_use]
    pub fn has_held(&self, as_of: AsOf) -> Option<bool> {
        let within = |t: Option<Timestamp>| t.is_some_and(|t| as_of.in_last_year(t));
        let counts = !matches!(self.status, Status::Rejected | Status::Duplicate);
        (counts && within(self.solutions.last)).then(|| !within(self.solutions.undone))
    }

    /// Whether it was verified as fixed by the end of the legal day of its first deadline; `None` when it was not fixed in
    /// the last year or never had a deadline.
    #[must_use]
    pub fn is_on_time(&self, as_of: AsOf) -> Option<bool> {
        if !self.is_resolved_in_last_year(as_of) {
            return None;
        }
        Some(self.closed_at? <= as_of.end_of_day(self.baseline_due?))
    }

    /// How long it was watched and whether it was fixed at the end of that.
    ///
    /// Resolved: until its verification. Open: until now, unresolved. Refused: until the refusal, unresolved. Everything
    /// else, unknown moments and ends before the beginning: `None`.
    #[must_use]
    pub fn spell(&self, as_of: AsOf) -> Option<Spell> {
        let opened = self.opened_at?;
        match self.status {
            Status::Resolved => Spell::between(opened, self.closed_at?, true),
            Status::Refused => Spell::between(opened, self.closed_at?, false),
            status if !status.is_closed() => Spell::between(opened, as_of.now, false),
            _ => None,
        }
    }
}

/// A municipality as ratings and burden see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MunicipalityInput {
    /// Its number, unique among the inputs.
    pub no: MunicipalityNo,
    /// Its stable id, handed through.
    pub id: String,
    /// Its name, handed through.
    pub name: String,
    /// Residents, where known.
    pub residents: Option<u32>,
    /// Appeals due in the last 365 days, and those of them that were answered in time.
    pub replies: Share,
    /// Citizens' marks of its head in the last twelve full months.
    pub marks: Marks,
}

impl MunicipalityInput {
    /// A municipality without appeals and marks.
    #[must_use]
    pub fn new(no: MunicipalityNo, id: &str, name: &str, residents: Option<u32>) -> Self {
        let (id, name) = (id.to_owned(), name.to_owned());
        Self { no, id, name, residents, replies: Share { hits: 0, n: 0 }, marks: Marks::default() }
    }
}

/// Facts by municipality: which rows belong to which unit.
#[derive(Debug)]
pub struct Units<'a> {
    facts: &'a [ProblemFact],
    inputs: Vec<&'a MunicipalityInput>,
    rows: Vec<u32>,
    starts: Vec<usize>,
}

impl<'a> Units<'a> {
    /// Sorts the municipalities by number and the rows to them. Rows of no listed municipality are kept apart.
    ///
    /// Cost: O(problems + municipalities).
    #[must_use]
    pub fn new(facts: &'a [ProblemFact], municipalities: &'a [MunicipalityInput]) -> Self {
        let mut inputs: Vec<&MunicipalityInput> = municipalities.iter().collect();
        inputs.sort_by_key(|m| m.no);
        let elsewhere = inputs.len();
        let mut slots = vec![elsewhere; inputs.last().map_or(0, |m| m.no.index() + 1)];
        for (slot, input) in inputs.iter().enumerate() {
            slots[input.no.index()] = slot;
        }
        let slot_of = |fact: &ProblemFact| {
            fact.municipality.and_then(|no| slots.get(no.index())).copied().unwrap_or(elsewhere)
        };
        let mut starts = vec![0; elsewhere + 2];
        for fact in facts {
            starts[slot_of(fact) + 1] += 1;
        }
        for slot in 1..starts.len() {
            starts[slot] += starts[slot - 1];
        }
        let (mut next, mut rows) = (starts.clone(), vec![0; facts.len()]);
        for (row, fact) in facts.iter().enumerate() {
            let place = &mut next[slot_of(fact)];
            rows[*place] = row as u32;
            *place += 1;
        }
        Self { facts, inputs, rows, starts }
    }

    /// The municipalities, ascending by number.
    #[must_use]
    pub fn inputs(&self) -> &[&'a MunicipalityInput] {
        &self.inputs
    }

    /// The facts of the municipality in this slot of [`Units::inputs`]. The slot after the last has the facts of no listed
    /// municipality.
    pub fn facts(&self, slot: usize) -> impl Iterator<Item = ProblemFact> + '_ {
        let rows = &self.rows[self.starts[slot]..self.starts[slot + 1]];
        rows.iter().map(move |&row| self.facts[row as usize])
    }

    /// The same as they stood at a moment.
    pub fn seen(&self, slot: usize, as_of: AsOf) -> impl Iterator<Item = ProblemFact> + '_ {
        self.facts(slot).filter_map(move |fact| fact.seen_at(as_of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::sample::{AS_OF, days_ago, fact};

    #[test]
    fn a_problem_closed_after_the_moment_is_open_at_the_moment() {
        let later = ProblemFact { status: Status::Resolved, closed_at: Some(days_ago(-1)), ..fact(1) };
        let seen = later.seen_at(AS_OF).unwrap();
        assert!(seen.is_open());
        assert_eq!(seen.closed_at, None);
        assert!(!seen.is_resolved_in_last_year(AS_OF));
    }

    #[test]
    fn a_problem_opened_after_the_moment_and_a_proposal_are_absent() {
        assert!(ProblemFact { opened_at: Some(days_ago(-1)), ..fact(1) }.seen_at(AS_OF).is_none());
        assert!(ProblemFact { status: Status::Submitted, ..fact(1) }.seen_at(AS_OF).is_none());
    }

    #[test]
    fn the_day_of_the_deadline_is_on_time_to_its_last_millisecond() {
        let due = Timestamp(AS_OF.today.0 - 10 * DAY_MS + 3_600_000);
        let resolved_at = |t| ProblemFact {
            status: Status::Resolved,
            baseline_due: Some(due),
            closed_at: Some(Timestamp(t)),
            ..fact(1)
        };
        let end = AS_OF.today.0 - 9 * DAY_MS - 1;
        assert_eq!(resolved_at(end).is_on_time(AS_OF), Some(true));
        assert_eq!(resolved_at(end + 1).is_on_time(AS_OF), Some(false));
    }

    #[test]
    fn a_solution_counts_for_a_year_from_its_verification_and_a_later_one_does_not_hide_that_it_was_undone() {
        let with = |last: i64, undone: Option<i64>, status| {
            let solutions = Solutions { last: Some(days_ago(last)), undone: undone.map(days_ago) };
            ProblemFact { status, solutions, ..fact(1) }.has_held(AS_OF)
        };
        assert_eq!(with(300, None, Status::Resolved), Some(true));
        assert_eq!(with(300, Some(300), Status::InWork), Some(false));
        assert_eq!(with(10, Some(300), Status::Resolved), Some(false));
        assert_eq!(with(10, Some(400), Status::Resolved), Some(true));
        assert_eq!(with(400, Some(400), Status::InWork), None);
        assert_eq!(with(300, Some(300), Status::Duplicate), None);
        assert_eq!(fact(1).has_held(AS_OF), None);
    }

    #[test]
    fn moving_or_putting_off_a_deadline_does_not_help_the_baseline() {
        let moved = ProblemFact {
            status: Status::Postponed,
            baseline_due: Some(days_ago(30)),
            current_due: Some(days_ago(-300)),
            extensions: 2,
            ..fact(1)
        };
        assert_eq!(moved.is_past_baseline(AS_OF), Some(true));
        assert!(!moved.is_overdue(AS_OF));
    }

    #[test]
    fn a_spell_ends_with_the_verification_the_refusal_or_now() {
        let opened = Some(days_ago(100));
        let base = ProblemFact { opened_at: opened, ..fact(1) };
        let with = |status, closed_at| ProblemFact { status, closed_at, ..base }.spell(AS_OF);
        assert_eq!(with(Status::Resolved, Some(days_ago(40))), Some(Spell { days: 60.0, resolved: true }));
        assert_eq!(with(Status::Refused, Some(days_ago(40))), Some(Spell { days: 60.0, resolved: false }));
        assert_eq!(with(Status::InWork, None), Some(Spell { days: 100.0, resolved: false }));
        assert_eq!(with(Status::Duplicate, Some(days_ago(40))), None);
        assert_eq!(with(Status::Resolved, Some(days_ago(140))), None, "closed before it was opened");
        assert_eq!(with(Status::Resolved, None), None);
    }

    #[test]
    fn rows_of_no_listed_municipality_are_kept_apart() {
        let inputs = crate::analytics::sample::municipalities(&[1000, 2000]);
        let of =
            |number, no: Option<u16>| ProblemFact { municipality: no.map(MunicipalityNo), ..fact(number) };
        let facts = [of(1, Some(1)), of(2, None), of(3, Some(0)), of(4, Some(9)), of(5, Some(1))];
        let units = Units::new(&facts, &inputs);
        let numbers = |slot| units.seen(slot, AS_OF).map(|f| f.number).collect::<Vec<_>>();
        assert_eq!((numbers(0), numbers(1), numbers(2)), (vec![3], vec![1, 5], vec![2, 4]));
    }
}
