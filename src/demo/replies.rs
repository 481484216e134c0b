//! Replies to appeals: when they are due, when they are given, mostly in time.

use super::chance::Chance;
use super::days::later;
use super::land::Land;
use super::themes::Theme;
use crate::domain::{AppealStatus, MunicipalityNo, Timestamp};

/// How often an appeal is never answered at all.
const FORGOTTEN: f64 = 0.003;
/// How often it is nobody's business, or taken back.
const REJECTED: f64 = 0.025;
const WITHDRAWN: f64 = 0.006;
/// Terms shorter than this are kept around the clock.
const AROUND_THE_CLOCK_DAYS: f64 = 2.0;

/// What becomes of an appeal.
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    /// When the reply is due.
    pub due_at: Option<Timestamp>,
    /// When it was given.
    pub answered_at: Option<Timestamp>,
    /// Where the appeal stands.
    pub status: AppealStatus,
    /// When that became so.
    pub updated_at: Timestamp,
}

impl Reply {
    /// A reply that was given.
    #[must_use]
    pub fn answered(due_at: Option<Timestamp>, answered_at: Timestamp, received_at: Timestamp) -> Self {
        let status = AppealStatus::Answered;
        Self { due_at, answered_at: Some(answered_at), status, updated_at: answered_at.max(received_at) }
    }
}

/// Replies to an appeal of a theme that came in at `received_at`.
pub fn reply(
    land: &Land<'_>,
    theme: &Theme,
    municipality: MunicipalityNo,
    received_at: Timestamp,
    chance: &mut Chance,
) -> Reply {
    let due_at = land.rules.reply_due(theme, received_at);
    let open = |status, updated_at| Reply { due_at, answered_at: None, status, updated_at };
    let term = due_at.unwrap_or(later(received_at, 30.0));
    let end = chance.unit();
    if end < WITHDRAWN {
        let updated_at = later(received_at, chance.waiting(4.0));
        if updated_at < land.days.now {
            return open(AppealStatus::Withdrawn, updated_at);
        }
    }
    let tardiness = land.traits(municipality).tardiness;
    let late = chance.happens(land.input.plan.appeals.late * tardiness);
    let answered_at = if late {
        land.days.office_from(later(term, chance.waiting(11.0)), chance)
    } else {
        in_time(land, received_at, term, chance)
    };
    let forgotten = chance.happens(FORGOTTEN);
    if answered_at > land.days.now || forgotten {
        let taken_up = later(received_at, chance.waiting(2.0));
        let waiting = taken_up > land.days.now || (forgotten && chance.happens(0.5));
        return if waiting {
            open(AppealStatus::Received, received_at)
        } else {
            open(AppealStatus::InWork, taken_up)
        };
    }
    let mut reply = Reply::answered(due_at, answered_at, received_at);
    if end < WITHDRAWN + REJECTED {
        reply.status = AppealStatus::Rejected;
    }
    reply
}

/// A moment within the term, rather towards its end, in office hours unless the term is hours.
fn in_time(land: &Land<'_>, received_at: Timestamp, due_at: Timestamp, chance: &mut Chance) -> Timestamp {
    let days = due_at.days_since(received_at);
    let at = later(received_at, days * (0.08 + 0.9 * chance.unit().sqrt()));
    if days < AROUND_THE_CLOCK_DAYS {
        return at;
    }
    let day = land.days.working_until(land.days.day_of(at));
    let answered_at = land.days.office(day, chance);
    if answered_at > received_at { answered_at.min(due_at) } else { at.min(due_at) }
}
