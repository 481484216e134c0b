//! A problem: a capital thing that stays until it is fixed.

use serde::{Deserialize, Serialize};

use super::event::{Event, EventKind};
use super::status::Status;
use super::{
    BodyNo, CategoryNo, Cost, Kopecks, Level, MunicipalityNo, ProblemNo, QualityFlags, SettlementNo,
    SourceNo, Timestamp,
};
use crate::domain::quality::Quality;
use crate::geometry::Shape;

/// Longest title, characters.
pub const MAX_TITLE_CHARS: usize = 120;
/// Longest description, characters.
pub const MAX_DESCRIPTION_CHARS: usize = 4_000;
/// Most vertices of a problem's line or polygon.
pub const MAX_SHAPE_VERTICES: usize = 10_000;

/// Most photos of a problem: whoever looks at more learns no more.
pub const MAX_PHOTOS: usize = 20;
/// Fewest characters of what a photo shows, in words…
pub const MIN_ALT_CHARS: usize = 3;
/// …and most.
pub const MAX_ALT_CHARS: usize = 300;

/// How a place was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Placement {
    /// Given by the source.
    Given = 0,
    /// Surveyed on the spot.
    Surveyed = 1,
    /// From an address.
    Geocoded = 2,
    /// Shifted on purpose, to protect a dwelling.
    Snapped = 3,
}

/// Where money comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Purse {
    /// Federal budget.
    Federal = 0,
    /// Regional budget.
    Regional = 1,
    /// Municipal budget.
    Municipal = 2,
    /// Anything else.
    Other = 3,
}

/// A photo kept under `media/` by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Name of the file.
    pub blob: String,
    /// When it was taken.
    pub taken_at: Option<Timestamp>,
    /// Words for those who cannot see it.
    pub alt: String,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its number.
    pub no: ProblemNo,
    /// Where it comes from.
    pub source: SourceNo,
    /// Its id there.
    pub source_id: String,
    /// What it is, in a line.
    pub title: String,
    /// What it is, in full.
    pub description: String,
    /// Sphere and type.
    pub category: CategoryNo,
    /// Where.
    pub shape: Shape,
    /// How exact the place is, metres.
    pub precision_m: Option<u32>,
    /// How the place was found.
    pub placement: Placement,
    /// In which municipality, when in one.
    pub municipality: Option<MunicipalityNo>,
    /// In which settlement, when in one.
    pub settlement: Option<SettlementNo>,
    /// Postal address.
    pub address: Option<String>,
    /// 1 (minor) … 5 (critical).
    pub severity: Option<u8>,
    /// People are in danger.
    pub danger: bool,
    /// How many people it concerns.
    pub people_affected: Option<u32>,
    /// What fixing it takes.
    pub cost: Option<Cost>,
    /// What has been set aside for it.
    pub funding: Vec<(Purse, Kopecks)>,
    /// Who must fix it.
    pub responsible: Option<BodyNo>,
    /// Level of who must fix it.
    pub level: Option<Level>,
    /// Who has the ball, and since when.
    pub holder: Option<(BodyNo, Timestamp)>,
    /// How often the responsible body changed.
    pub reassignments: u8,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub status_since: Timestamp,
    /// The first deadline, which never changes.
    pub baseline_due: Option<Timestamp>,
    /// The deadline now.
    pub current_due: Option<Timestamp>,
    /// How often the deadline was moved.
    pub extension_count: u8,
    /// When a postponed problem is looked at again.
    pub review_at: Option<Timestamp>,
    /// When it entered the registry, where known.
    pub registered_at: Option<Timestamp>,
    /// When it was verified as fixed.
    pub resolved_at: Option<Timestamp>,
    /// How often it was reopened.
    pub reopened: u8,
    /// Appeals that are evidence for it.
    pub n_appeals: u32,
    /// People who said "me too".
    pub n_supporters: u32,
    /// Photos.
    pub photos: Vec<Photo>,
    /// Doubts about it.
    pub flags: QualityFlags,
    /// The problem of which it is a duplicate.
    pub duplicate_of: Option<ProblemNo>,
    /// The resolved problem that came back as this one.
    pub recurrence_of: Option<ProblemNo>,
    /// When the record changed last.
    pub updated_at: Timestamp,
}

impl Problem {
    /// A problem of which no more is known than what it is and where: a draft since `at`.
    #[must_use]
    pub fn draft(no: ProblemNo, source: SourceNo, category: CategoryNo, shape: Shape, at: Timestamp) -> Self {
        Self {
            no,
            source,
            source_id: String::new(),
            title: String::new(),
            description: String::new(),
            category,
            shape,
            precision_m: None,
            placement: Placement::Given,
            municipality: None,
            settlement: None,
            address: None,
            severity: None,
            danger: false,
            people_affected: None,
            cost: None,
            funding: Vec::new(),
            responsible: None,
            level: None,
            holder: None,
            reassignments: 0,
            status: Status::Draft,
            status_since: at,
            baseline_due: None,
            current_due: None,
            extension_count: 0,
            review_at: None,
            registered_at: None,
            resolved_at: None,
            reopened: 0,
            n_appeals: 0,
            n_supporters: 0,
            photos: Vec::new(),
            flags: QualityFlags::default(),
            duplicate_of: None,
            recurrence_of: None,
            updated_at: at,
        }
    }

    /// How far the deadline has moved, in whole days; `None` without both deadlines.
    #[must_use]
    pub fn slip_days(&self) -> Option<i64> {
        let (baseline, current) = (self.baseline_due?, self.current_due?);
        Some(current.days_since(baseline).round() as i64)
    }

    /// Whether the deadline has passed, on the legal day that begins at `today` (see
    /// [`super::deadline::LegalCalendar::overdue_before`]).
    #[must_use]
    pub fn is_overdue(&self, today: Timestamp) -> bool {
        self.status.deadline_runs() && self.current_due.is_some_and(|due| due < today)
    }

    /// Takes in one event of this problem's life. Events that carry no data of their own (an import) leave the fields to
    /// the record that stands beside them in the change set.
    pub fn apply(&mut self, event: &Event) {
        let when = event.effective_at;
        match &event.kind {
            EventKind::StatusChanged { from, to } => self.enter(*from, *to, when),
            EventKind::BaselineSet { due, by_rule } => {
                self.baseline_due = Some(*due);
                self.current_due = Some(*due);
                self.flags = self.flags.with(Quality::BaselineByRule, *by_rule);
            }
            EventKind::DueMoved { to, .. } => {
                self.current_due = Some(*to);
                self.extension_count = self.extension_count.saturating_add(1);
            }
            EventKind::BodyChanged { from, to } => {
                self.responsible = Some(*to);
                self.holder = Some((*to, when));
                if from.is_some() {
                    self.reassignments = self.reassignments.saturating_add(1);
                }
            }
            EventKind::ReviewSet { at } => self.review_at = Some(*at),
            EventKind::DuplicateOf { problem } => self.duplicate_of = Some(*problem),
            EventKind::RecurrenceOf { problem } => self.recurrence_of = Some(*problem),
            EventKind::MunicipalityChanged { to, .. } => self.municipality = *to,
            EventKind::AppealLinked => self.n_appeals += 1,
            _ => {}
        }
        self.updated_at = event.at;
    }

    /// The problem as it was at `t`, folded from the events of its life; `None` when it was not known then.
    ///
    /// A record whose events say nothing of its states (it came in from a file as it was) goes by its own dates. What no
    /// event tells, such as the number of supporters, stays that of today. Cost: O(events).
    #[must_use]
    pub fn as_of(&self, history: &[Event], t: Timestamp) -> Option<Self> {
        let first = history.iter().map(|e| e.effective_at).min();
        if self.registered_at.or(first).is_some_and(|known| known > t) {
            return None;
        }
        let mut then = self.clone();
        then.forget_what_is_told(history);
        if then.resolved_at.is_some_and(|at| at > t) {
            then.status = Status::Registered;
            then.resolved_at = None;
        }
        let mut events: Vec<&Event> = history.iter().filter(|e| e.effective_at <= t).collect();
        events.sort_by_key(|e| (e.effective_at, e.seq));
        events.into_iter().for_each(|event| then.apply(event));
        Some(then)
    }

    /// Takes back everything that the events of `history` will say again.
    fn forget_what_is_told(&mut self, history: &[Event]) {
        // Backwards, so that what stood before the first event is what remains.
        for event in history.iter().rev() {
            match event.kind {
                EventKind::StatusChanged { .. } => {
                    (self.status, self.resolved_at, self.reopened) = (Status::Registered, None, 0);
                }
                EventKind::BaselineSet { .. } => {
                    (self.baseline_due, self.current_due, self.extension_count) = (None, None, 0);
                }
                EventKind::BodyChanged { .. } => {
                    (self.responsible, self.holder, self.reassignments) = (None, None, 0);
                }
                EventKind::ReviewSet { .. } => self.review_at = None,
                EventKind::DuplicateOf { .. } => self.duplicate_of = None,
                EventKind::RecurrenceOf { .. } => self.recurrence_of = None,
                EventKind::MunicipalityChanged { from, .. } => self.municipality = from,
                EventKind::AppealLinked => self.n_appeals = self.n_appeals.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn enter(&mut self, from: Status, to: Status, when: Timestamp) {
        self.status = to;
        self.status_since = when;
        match to {
            Status::Registered if self.registered_at.is_none() => self.registered_at = Some(when),
            Status::Resolved => self.resolved_at = Some(when),
            _ => {}
        }
        if from == Status::Resolved && !to.is_closed() {
            self.resolved_at = None;
            self.reopened = self.reopened.saturating_add(1);
        }
        if from == Status::Postponed {
            self.review_at = None;
        }
    }
}
