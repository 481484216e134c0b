//! Photos of a problem: published, taken off.

use crate::domain::problem::{MAX_PHOTOS, Photo};
use crate::domain::role::{Object, Permission, Scope, authorize};
use crate::domain::row::Rejection;
use crate::domain::{Actor, Category, EventKind, Key, Kind, Problem, ProblemNo, Record};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Who publishes or takes off, and where and until when this holds.
pub struct Publisher {
    /// Who.
    pub actor: Actor,
    /// Where and until when.
    pub scope: Scope,
}

/// Publishes a photo. The same picture again changes nothing.
pub struct PublishPhoto {
    /// Of which problem.
    pub problem: ProblemNo,
    /// The photo, whose file was already made durable.
    pub photo: Photo,
    /// Who publishes it.
    pub publisher: Publisher,
}

impl Operation for PublishPhoto {
    /// Whether it was there already.
    type Answer = bool;

    fn plan(self, planner: &mut Planner<'_>) -> Result<bool, Refusal> {
        let mut problem = reached(planner, self.problem, &self.publisher)?;
        if problem.photos.iter().any(|known| known.blob == self.photo.blob) {
            return Ok(true);
        }
        if problem.photos.len() >= MAX_PHOTOS {
            return Err(invalid("photo", "too_many_photos", &MAX_PHOTOS.to_string()));
        }
        problem.photos.push(self.photo);
        record(planner, problem, EventKind::PhotoAdded, self.publisher.actor);
        Ok(false)
    }
}

/// Takes a photo off a problem. Its file stays beside the journal, where no address leads to it: an earlier frame names it, and
/// another problem may.
pub struct RemovePhoto {
    /// Off which problem.
    pub problem: ProblemNo,
    /// Name of the photo's file.
    pub blob: String,
    /// Who takes it off.
    pub publisher: Publisher,
}

impl Operation for RemovePhoto {
    type Answer = ();

    fn plan(self, planner: &mut Planner<'_>) -> Result<(), Refusal> {
        let mut problem = reached(planner, self.problem, &self.publisher)?;
        let at = problem.photos.iter().position(|photo| photo.blob == self.blob);
        problem.photos.remove(at.ok_or(Refusal::NotFound("photo"))?);
        record(planner, problem, EventKind::PhotoRemoved, self.publisher.actor);
        Ok(())
    }
}

/// The public problem with this number, when the publisher's scope reaches it.
fn reached(planner: &Planner<'_>, no: ProblemNo, publisher: &Publisher) -> Result<Problem, Refusal> {
    let problem = planner.problem(no.0)?.filter(|problem| problem.status.is_public());
    let problem = problem.ok_or(Refusal::NotFound("problem"))?;
    let dictionary = planner.dictionary();
    let sphere = dictionary.category(problem.category).map(Category::sphere);
    let object = Object { municipality: problem.municipality, sphere };
    let today = dictionary.calendar.zone().day_of(planner.now);
    if authorize(publisher.actor.role, &publisher.scope, Permission::PublishPhotos, &object, today) {
        Ok(problem)
    } else {
        Err(invalid("token", "outside_scope", ""))
    }
}

fn record(planner: &mut Planner<'_>, mut problem: Problem, kind: EventKind, actor: Actor) {
    let key = Key { kind: Kind::Problem, number: problem.no.0 };
    let now = planner.now;
    problem.apply(planner.happened(key, kind, actor, now));
    planner.put(Record::Problem(Box::new(problem)));
}

fn invalid(field: &'static str, rule: &'static str, got: &str) -> Refusal {
    Refusal::Invalid(vec![Rejection::new(1, field, rule, got)])
}
