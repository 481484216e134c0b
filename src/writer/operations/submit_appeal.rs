//! One appeal over HTTP.

use crate::domain::role::{Object, Permission, Scope, authorize};
use crate::domain::row::Rejection;
use crate::domain::{
    Actor, Appeal, AppealNo, AppealStatus, EventKind, Key, Kind, ProblemNo, Quality, QualityFlags, Record,
    Timestamp,
};
use crate::geometry::Position;
use crate::writer::planner::{Operation, Planner, Refusal};

/// Takes in one appeal. The same `source_id` again changes nothing and answers with the first one's number.
pub struct SubmitAppeal {
    /// Code of the category; it must be one that the atlas knows.
    pub category: String,
    /// Where.
    pub point: Position,
    /// Its words, held for moderation.
    pub text: Option<String>,
    /// When it came in; now when not given.
    pub received_at: Option<Timestamp>,
    /// Name of the source.
    pub source: String,
    /// Its id there. Without one every submission is a new appeal, known by `nonce`.
    pub source_id: Option<String>,
    /// Random, for submissions without an id of their own.
    pub nonce: u64,
    /// The problem for which it is evidence.
    pub problem: Option<ProblemNo>,
    /// Whether the public may see that it exists.
    pub public: bool,
    /// Who submits.
    pub actor: Actor,
    /// Where and until when the submitter may.
    pub scope: Scope,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Number of the appeal.
    pub appeal: AppealNo,
    /// It was there already.
    pub known: bool,
}

impl Operation for SubmitAppeal {
    type Answer = Submitted;

    fn plan(self, planner: &mut Planner<'_>) -> Result<Submitted, Refusal> {
        let hasher = planner.identity_hasher().ok_or(Refusal::Conflict("the atlas has no region yet"))?;
        let invalid = |field, rule, got: &str| Refusal::Invalid(vec![Rejection::new(1, field, rule, got)]);
        let Some(category) = planner.dictionary().find_category(&self.category).cloned() else {
            return Err(invalid("category", "unknown_category_code", &self.category));
        };
        let municipality = planner.snapshot.areas.locate(self.point);
        let today = planner.dictionary().calendar.zone().day_of(planner.now);
        let object = Object { municipality, sphere: Some(category.sphere()) };
        if !authorize(self.actor.role, &self.scope, Permission::SubmitAppeal, &object, today) {
            return Err(invalid("token", "outside_scope", ""));
        }
        let source_id = self.source_id.unwrap_or_else(|| format!("\u{1}{:016x}", self.nonce));
        let identity = hasher.of(Kind::Appeal, &self.source, &source_id);
        if let Some(number) = planner.find(Kind::Appeal, identity) {
            return Ok(Submitted { appeal: AppealNo(number), known: true });
        }
        let problem = match self.problem {
            None => None,
            Some(no) => match planner.problem(no.0)?.filter(|p| p.status.is_public()) {
                None => return Err(Refusal::NotFound("problem")),
                found => found,
            },
        };
        let received_at = self.received_at.unwrap_or(planner.now);
        let number = planner.number_for(Kind::Appeal, identity);
        let outside = municipality.is_none() && !planner.snapshot.areas.is_empty();
        let appeal = Appeal {
            no: AppealNo(number),
            source: planner.source(&self.source, self.actor),
            identity,
            category: category.no,
            point: self.point,
            municipality,
            received_at: Some(received_at),
            due_at: planner.dictionary().reply_due(category.no, received_at),
            answered_at: None,
            status: AppealStatus::Received,
            problem: self.problem,
            public: self.public,
            text: self.text,
            flags: QualityFlags::default().with(Quality::OutsideRegion, outside),
            updated_at: planner.now,
        };
        let key = Key { kind: Kind::Appeal, number };
        planner.happened(key, EventKind::AppealReceived, self.actor, received_at);
        if let Some(mut problem) = problem {
            let key = Key { kind: Kind::Problem, number: problem.no.0 };
            problem.apply(planner.happened(key, EventKind::AppealLinked, self.actor, received_at));
            planner.put(Record::Problem(Box::new(problem)));
        }
        planner.put(Record::Appeal(appeal));
        Ok(Submitted { appeal: AppealNo(number), known: false })
    }
}
