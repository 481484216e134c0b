//! Problems as statistics and ratings look at them, taken from a world.

use std::collections::HashMap;

use super::filter::Filter;
use super::{ReadError, Reading};
use crate::analytics::columns::NO_TIME;
use crate::analytics::facts::{AsOf, MunicipalityInput, ProblemFact, Solutions};
use crate::analytics::method::Method;
use crate::analytics::selection::{Attributes, NumberSet, Selection};
use crate::analytics::shrinkage::{Marks, Share};
use crate::domain::{CategoryNo, Event, MunicipalityNo, Problem, Status, Timestamp};
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::month_of;
use crate::snapshot::problems::{ProblemColumns, known};

/// The facts of all selected problems, in the order of the map's curve. Cost: O(rows selected).
pub fn problem_facts(reading: &Reading, filter: &Filter) -> Result<Vec<ProblemFact>, ReadError> {
    let selection = filter.select_problems(reading)?;
    Ok(facts_of(reading, &selection))
}

/// The facts of all problems that the public may see, as burden takes them: a solution that was put away since
/// keeps its credit.
#[must_use]
pub fn all_facts(reading: &Reading) -> Vec<ProblemFact> {
    let mut facts = facts_of(reading, &Selection::default());
    facts.iter_mut().for_each(|fact| fact.status = credited(fact.status, fact.closed_at));
    facts
}

fn facts_of(reading: &Reading, selection: &Selection) -> Vec<ProblemFact> {
    let layer = &reading.snapshot.problems;
    let parts = layer.parts();
    let view = Layer::<ProblemColumns>::view(&parts, selection, reading.today);
    let mut facts = Vec::new();
    view.for_each(|part, row| {
        let segment = &layer.segments()[part];
        let (columns, extra) = (&segment.columns, &segment.extra);
        let time = |ms: i64| (ms != NO_TIME).then_some(Timestamp(ms));
        let status = Status::from_number(columns.status[row]).unwrap_or(Status::Registered);
        let closed_at = time(columns.closed_at.get(row));
        facts.push(ProblemFact {
            number: columns.number[row],
            municipality: known(columns.municipality[row]).map(MunicipalityNo),
            category: CategoryNo(columns.category[row]),
            status,
            severity: Some(columns.severity[row]).filter(|s| *s > 0),
            level: extra.level(row),
            opened_at: time(columns.opened_at.get(row)),
            baseline_due: extra.baseline_due(row),
            current_due: time(columns.due_at.get(row)),
            closed_at,
            cost: extra.cost(row).map(|(amount, _)| amount),
            solutions: Solutions::default(),
            extensions: extra.extensions(row),
        });
    });
    facts
}

/// The moment of a reading.
#[must_use]
pub fn moment(reading: &Reading) -> AsOf {
    AsOf { now: reading.now, today: reading.today }
}

/// The facts of one problem with its events in their order, as ratings take them.
#[must_use]
pub fn fact_of(problem: &Problem, events: &[Event]) -> ProblemFact {
    let solved_at =
        problem.resolved_at.filter(|_| credited(problem.status, problem.resolved_at) == Status::Resolved);
    ProblemFact {
        number: problem.no.0,
        municipality: problem.municipality,
        category: problem.category,
        status: credited(problem.status, problem.resolved_at),
        severity: problem.severity,
        level: problem.level,
        opened_at: problem.registered_at,
        baseline_due: problem.baseline_due,
        current_due: problem.current_due,
        closed_at: problem.resolved_at,
        cost: problem.cost.as_ref().map(|cost| cost.amount),
        solutions: Solutions::of(events, solved_at, Method::builtin().held_days),
        extensions: problem.extension_count,
    }
}

/// Archiving a resolved problem takes no credit away.
fn credited(status: Status, resolved_at: Option<Timestamp>) -> Status {
    if status == Status::Archived && resolved_at.is_some() { Status::Resolved } else { status }
}

/// The municipalities of a world with their names and residents of then, and their appeals and marks up to `as_of`.
///
/// Cost: O(appeals + cells of marks).
#[must_use]
pub fn municipalities(reading: &Reading, as_of: AsOf) -> Vec<MunicipalityInput> {
    inputs_of(reading, as_of, None)
}

/// The same; only those of `only` with their appeals, the others without.
///
/// Cost: O(appeals of `only` + cells of marks), after one look at each appeal's municipality.
#[must_use]
pub fn inputs_of(reading: &Reading, as_of: AsOf, only: Option<NumberSet>) -> Vec<MunicipalityInput> {
    let dictionary = &reading.snapshot.dictionary;
    let replies = replies_of(reading, as_of, only);
    let marks = marks_of(reading, as_of);
    let day = dictionary.calendar.zone().day_of(as_of.now);
    let input = |m: &crate::domain::Municipality| {
        let name = &m.version_on(day).short_name_ru;
        let mut input = MunicipalityInput::new(m.no, &m.id, name, m.residents_on(day));
        input.replies = replies.get(&m.no).copied().unwrap_or(input.replies);
        input.marks = marks.get(&m.no).copied().unwrap_or_default();
        input
    };
    dictionary.municipalities.iter().map(input).collect()
}

/// Public appeals that were due in the last year, and those of them that were answered by the end of the legal day.
fn replies_of(reading: &Reading, as_of: AsOf, only: Option<NumberSet>) -> HashMap<MunicipalityNo, Share> {
    let layer = &reading.snapshot.appeals;
    let parts = layer.parts();
    let asked = Selection {
        attributes: Attributes { municipalities: only, ..Attributes::default() },
        ..Selection::default()
    };
    let mut replies: HashMap<MunicipalityNo, Share> = HashMap::new();
    Layer::<AppealColumns>::view(&parts, &asked, reading.today).for_each(|part, row| {
        let columns = &layer.segments()[part].columns;
        let due = Timestamp(columns.due_at.get(row));
        let counts = columns.due_at.get(row) != NO_TIME && as_of.is_past(due) && as_of.in_last_year(due);
        if let Some(no) = known(columns.municipality[row]).filter(|_| counts) {
            let share = replies.entry(MunicipalityNo(no)).or_insert(Share { hits: 0, n: 0 });
            let answered = columns.closed_at.get(row);
            share.n += 1;
            share.hits += u32::from(answered != NO_TIME && answered <= as_of.end_of_day(due).0);
        }
    });
    replies
}

/// The last twelve full months before a moment: the marks of a month that has not ended may still grow.
#[must_use]
pub fn full_months(now: Timestamp) -> std::ops::Range<i32> {
    let this_month = month_of(now);
    this_month - 12..this_month
}

/// Marks of the last twelve full months.
fn marks_of(reading: &Reading, as_of: AsOf) -> HashMap<MunicipalityNo, Marks> {
    let months = full_months(as_of.now);
    let mut marks: HashMap<MunicipalityNo, Marks> = HashMap::new();
    for ((no, _, month), cell) in &reading.snapshot.assessments.cells {
        if months.contains(month) {
            let sum = &mut marks.entry(*no).or_default().histogram;
            sum.iter_mut().zip(cell.histogram).for_each(|(sum, n)| *sum += n);
        }
    }
    marks
}
