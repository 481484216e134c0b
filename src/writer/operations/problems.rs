//! Problems from a file.

use rayon::prelude::*;

use super::RowCounts;
use crate::domain::category::OTHER;
use crate::domain::row::{ProblemRow, Rejection};
use crate::domain::{
    Actor, BodyNo, CategoryNo, EventKind, Key, Kind, MunicipalityNo, Problem, ProblemNo, Quality, Record,
    SourceNo, Status,
};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Takes in rows of problems: new ones are registered as their source has them, known ones updated.
///
/// The source is the authority on its own records, so the guards of the life cycle do not apply; the baseline deadline is
/// the exception: the first one stands. A value that a row lacks leaves what is known.
pub struct ImportProblems {
    /// The rows.
    pub rows: Vec<ProblemRow>,
    /// Source of the rows that name none.
    pub default_source: String,
    /// Who imports.
    pub actor: Actor,
}

/// What can be found out about a row without looking at the rows before it.
struct Prepared {
    row: ProblemRow,
    identity: u64,
    municipality: Option<MunicipalityNo>,
}

impl Operation for ImportProblems {
    type Answer = RowCounts;

    fn plan(self, planner: &mut Planner<'_>) -> Result<RowCounts, Refusal> {
        let hasher = planner.identity_hasher().ok_or(Refusal::Conflict("the atlas has no region yet"))?;
        let (areas, default_source) = (&planner.snapshot.areas, self.default_source);
        let prepare = |mut row: ProblemRow| {
            if row.source.is_empty() {
                row.source.clone_from(&default_source);
            }
            let identity = hasher.of(Kind::Problem, &row.source, &row.source_id);
            Prepared { identity, municipality: areas.locate(row.shape.anchor()), row }
        };
        let prepared: Vec<Prepared> = self.rows.into_par_iter().with_min_len(64).map(prepare).collect();
        let mut counts = RowCounts::default();
        for one in prepared {
            take_row(planner, one, self.actor, &mut counts)?;
        }
        Ok(counts)
    }

    fn weight_bytes(&self) -> usize {
        self.rows.len() * 512
    }
}

fn take_row(
    planner: &mut Planner<'_>,
    mut one: Prepared,
    actor: Actor,
    counts: &mut RowCounts,
) -> Result<(), Refusal> {
    let outside = one.municipality.is_none() && !planner.snapshot.areas.is_empty();
    one.row.flags = one.row.flags.with(Quality::OutsideRegion, outside);
    let Some(names) = resolve_names(planner, &one.row, actor, counts) else { return Ok(()) };
    let known = match planner.find(Kind::Problem, one.identity) {
        Some(number) => planner.problem(number)?,
        None => None,
    };
    match known {
        None => {
            let number = planner.number_for(Kind::Problem, one.identity);
            let problem = new_problem(ProblemNo(number), one, &names, planner);
            counts.accepted += 1;
            let effective_at = problem.registered_at.unwrap_or(planner.now);
            planner.happened(key(number), EventKind::Imported, actor, effective_at);
            planner.put(Record::Problem(Box::new(problem)));
        }
        Some(old) => {
            let mut new = update_problem(old.clone(), one, &names, counts);
            if new == old {
                counts.unchanged += 1;
                return Ok(());
            }
            new.updated_at = planner.now;
            if new.status != old.status {
                new.status_since = new.resolved_at.unwrap_or(planner.now);
            }
            counts.updated += 1;
            planner.happened(key(new.no.0), EventKind::Updated, actor, planner.now);
            planner.put(Record::Problem(Box::new(new)));
        }
    }
    Ok(())
}

fn key(number: u32) -> Key {
    Key { kind: Kind::Problem, number }
}

/// A row's names as numbers.
struct Names {
    source: SourceNo,
    category: CategoryNo,
    responsible: Option<BodyNo>,
}

fn resolve_names(
    planner: &mut Planner<'_>,
    row: &ProblemRow,
    actor: Actor,
    counts: &mut RowCounts,
) -> Option<Names> {
    let name = if row.category.is_empty() { OTHER } else { &row.category };
    let Some((category, as_given)) = planner.category(name, actor) else {
        counts.reject(Rejection::new(row.row, "category", "too_many_categories", name));
        return None;
    };
    if as_given {
        counts.warn("unknown_category", "category", name);
    }
    let responsible = match &row.responsible {
        None => None,
        Some(name) => {
            let body = planner.body(name, row.level, actor);
            if body.is_none() {
                counts.reject(Rejection::new(row.row, "responsible", "too_many_bodies", name));
                return None;
            }
            body
        }
    };
    Some(Names { source: planner.source(&row.source, actor), category, responsible })
}

fn new_problem(no: ProblemNo, one: Prepared, names: &Names, planner: &Planner<'_>) -> Problem {
    let row = one.row;
    let resolved = row.resolved_at.is_some();
    let status = row.status.unwrap_or(if resolved { Status::Resolved } else { Status::Registered });
    let known_since = if status.is_closed() { row.resolved_at } else { row.registered_at };
    let level = names.responsible.and_then(|no| planner.dictionary().body(no)).map(|body| body.level);
    Problem {
        source_id: row.source_id,
        title: row.title,
        description: row.description,
        municipality: one.municipality,
        address: row.address,
        severity: row.severity,
        people_affected: row.people_affected,
        cost: row.cost,
        responsible: names.responsible,
        level: row.level.or(level),
        holder: names.responsible.zip(row.registered_at),
        status,
        status_since: known_since.unwrap_or(planner.now),
        baseline_due: row.baseline_due,
        current_due: row.current_due.or(row.baseline_due),
        registered_at: row.registered_at,
        resolved_at: row.resolved_at.filter(|_| status == Status::Resolved),
        flags: row.flags,
        ..Problem::draft(no, names.source, names.category, row.shape, planner.now)
    }
}

/// The problem as its source has it now.
fn update_problem(mut problem: Problem, one: Prepared, names: &Names, counts: &mut RowCounts) -> Problem {
    let row = one.row;
    let by_rule = problem.flags.contains(Quality::BaselineByRule);
    let contested = problem.baseline_due.zip(row.baseline_due).is_some_and(|(old, new)| old != new);
    if contested {
        counts.warn("baseline_contested", "baseline_due", "");
    }
    problem.flags = row
        .flags
        .with(Quality::BaselineByRule, by_rule)
        .with(Quality::BaselineContested, contested || problem.flags.contains(Quality::BaselineContested));
    problem.title = row.title;
    if !row.description.is_empty() {
        problem.description = row.description;
    }
    problem.category = names.category;
    problem.shape = row.shape;
    problem.municipality = one.municipality;
    problem.address = row.address.or(problem.address);
    problem.severity = row.severity.or(problem.severity);
    problem.people_affected = row.people_affected.or(problem.people_affected);
    problem.cost = row.cost.or(problem.cost);
    problem.responsible = names.responsible.or(problem.responsible);
    problem.level = row.level.or(problem.level);
    problem.registered_at = row.registered_at.or(problem.registered_at);
    let asked_due = row.current_due.or(row.baseline_due.filter(|_| !contested));
    problem.baseline_due = problem.baseline_due.or(row.baseline_due);
    problem.current_due = asked_due.or(problem.current_due);
    if let Some(status) = row.status.or(row.resolved_at.map(|_| Status::Resolved)) {
        problem.status = status;
    }
    problem.resolved_at =
        row.resolved_at.or(problem.resolved_at).filter(|_| problem.status == Status::Resolved);
    problem
}
