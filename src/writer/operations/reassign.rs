//! Putting records into the municipality that new borders give them.

use std::ops::ControlFlow;

use crate::domain::{Actor, EventKind, Key, Kind, MunicipalityNo, Quality, Record};
use crate::geometry::Mercator;
use crate::snapshot::layer::{Extra, Layer};
use crate::snapshot::problems::known;
use crate::writer::planner::{Operation, Planner, Refusal};

/// Most rows that one operation looks at, so that other writes get their turn.
pub const ROWS: usize = 20_000;

/// Looks at the next [`ROWS`] records after a number and moves those that lie elsewhere now.
pub struct ReassignMunicipalities {
    /// Problems or appeals.
    pub layer: Kind,
    /// Number after which to begin.
    pub after: u32,
}

/// How far the reassignment came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reassigned {
    /// Records that moved.
    pub moved: u64,
    /// Where to go on; `None` at the end.
    pub next_after: Option<u32>,
}

impl Operation for ReassignMunicipalities {
    type Answer = Reassigned;

    fn plan(self, planner: &mut Planner<'_>) -> Result<Reassigned, Refusal> {
        let snapshot = planner.snapshot;
        let locate = |place: Mercator| snapshot.areas.locate(place.position());
        let (moves, next_after) = match self.layer {
            Kind::Problem => moves(&snapshot.problems, self.after, &locate),
            _ => moves(&snapshot.appeals, self.after, &locate),
        };
        for &(number, to) in &moves {
            match self.layer {
                Kind::Problem => move_problem(planner, number, to)?,
                _ => move_appeal(planner, number, to)?,
            }
        }
        Ok(Reassigned { moved: moves.len() as u64, next_after })
    }
}

type Moves = Vec<(u32, Option<MunicipalityNo>)>;

fn moves<E: Extra>(
    layer: &Layer<E>,
    after: u32,
    locate: &dyn Fn(Mercator) -> Option<MunicipalityNo>,
) -> (Moves, Option<u32>) {
    let (mut moves, mut seen, mut last) = (Vec::new(), 0, None);
    layer.ascending(after, |at| {
        let columns = &layer.segments()[at.part].columns;
        let number = columns.number[at.row];
        let now = locate(columns.place(at.row));
        if now.map(|m| m.0) != known(columns.municipality[at.row]) {
            moves.push((number, now));
        }
        seen += 1;
        last = Some(number);
        if seen < ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    (moves, last.filter(|_| seen == ROWS))
}

fn move_problem(planner: &mut Planner<'_>, number: u32, to: Option<MunicipalityNo>) -> Result<(), Refusal> {
    let Some(mut problem) = planner.problem(number)? else { return Ok(()) };
    let kind = EventKind::MunicipalityChanged { from: problem.municipality, to };
    let now = planner.now;
    let event = planner.happened(Key { kind: Kind::Problem, number }, kind, Actor::SYSTEM, now);
    problem.apply(event);
    problem.flags.remove(Quality::OutsideRegion);
    problem.flags = problem.flags.with(Quality::OutsideRegion, to.is_none());
    planner.put(Record::Problem(Box::new(problem)));
    Ok(())
}

fn move_appeal(planner: &mut Planner<'_>, number: u32, to: Option<MunicipalityNo>) -> Result<(), Refusal> {
    let Some(mut appeal) = planner.appeal(number)? else { return Ok(()) };
    let kind = EventKind::MunicipalityChanged { from: appeal.municipality, to };
    let now = planner.now;
    planner.happened(Key { kind: Kind::Appeal, number }, kind, Actor::SYSTEM, now);
    appeal.municipality = to;
    appeal.flags.remove(Quality::OutsideRegion);
    appeal.flags = appeal.flags.with(Quality::OutsideRegion, to.is_none());
    appeal.updated_at = now;
    planner.put(Record::Appeal(appeal));
    Ok(())
}
