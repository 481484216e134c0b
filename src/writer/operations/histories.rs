//! Whole lives at once: records with everything that happened to them.

use crate::domain::event::PastEvent;
use crate::domain::{Actor, Appeal, EventKind, Key, Kind, Mark, Problem, Record};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Records lives into an atlas that has none yet. Numbers are those that the records bring: 1, 2, 3, …
#[derive(Default)]
pub struct RecordHistories {
    /// Problems as they are at the end of their history, in the order of their numbers.
    pub problems: Vec<(Problem, Vec<PastEvent>)>,
    /// Appeals in the order of their numbers.
    pub appeals: Vec<Appeal>,
    /// Marks in the order of their numbers.
    pub marks: Vec<Mark>,
}

impl Operation for RecordHistories {
    type Answer = ();

    fn plan(self, planner: &mut Planner<'_>) -> Result<(), Refusal> {
        let hasher = planner.identity_hasher().ok_or(Refusal::Conflict("the atlas has no region yet"))?;
        for (problem, events) in self.problems {
            let source = planner.dictionary().sources.get(problem.source.index());
            let source = source.ok_or(Refusal::NotFound("source"))?.name.clone();
            let identity = hasher.of(Kind::Problem, &source, &problem.source_id);
            let key = claim(planner, Kind::Problem, identity, problem.no.0)?;
            for past in events {
                let event = planner.happened(key, past.kind, past.actor, past.at);
                event.at = past.at;
                event.reason = past.reason;
                event.evidence = past.evidence;
            }
            planner.put(Record::Problem(Box::new(problem)));
        }
        for appeal in self.appeals {
            let key = claim(planner, Kind::Appeal, appeal.identity, appeal.no.0)?;
            let at = appeal.received_at.unwrap_or(planner.now);
            planner.happened(key, EventKind::AppealReceived, Actor::SYSTEM, at).at = at;
            planner.put(Record::Appeal(appeal));
        }
        for mark in self.marks {
            let key = claim(planner, Kind::Mark, mark.identity, mark.no.0)?;
            let at = mark.given_at;
            planner.happened(key, EventKind::Imported, Actor::SYSTEM, at).at = at;
            planner.put(Record::Mark(mark));
        }
        Ok(())
    }

    fn weight_bytes(&self) -> usize {
        self.problems.len() * 2_048 + self.appeals.len() * 128 + self.marks.len() * 64
    }
}

fn claim(planner: &mut Planner<'_>, kind: Kind, identity: u64, number: u32) -> Result<Key, Refusal> {
    if planner.number_for(kind, identity) == number {
        Ok(Key { kind, number })
    } else {
        Err(Refusal::Conflict("the atlas holds records already"))
    }
}
