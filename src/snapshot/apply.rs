//! The next world from a change set.

use std::sync::Arc;

use super::dictionary::Dictionary;
use super::{Boundaries, Snapshot, appeals, problems};
use crate::domain::{ChangeSet, Kind, Record};
use crate::records::identity::IdentityHasher;
use crate::records::position::Position;

impl Snapshot {
    /// The world after `changes`, which the journal holds up to `position`. `boundaries` are those that the change set
    /// names for the first time.
    ///
    /// Cost: O(k log n) for k records, amortised; O(n) when a fallback coordinate or a boundary is among them.
    #[must_use]
    pub fn apply(&self, changes: &ChangeSet, position: &Position, boundaries: &Boundaries) -> Self {
        let mut next = self.clone();
        next.version = position.seq;
        next.chain = position.chain;
        next.next_event = position.next_event;
        next.take_dictionary(changes, boundaries);
        next.take_identities(changes);
        next.take_rows(changes);
        next
    }

    fn take_dictionary(&mut self, changes: &ChangeSet, boundaries: &Boundaries) {
        let of = |kind: Kind| changes.records.iter().any(|r| r.key().kind == kind);
        if changes.records.iter().any(|r| r.key().kind < Kind::Problem) {
            let dictionary: &mut Dictionary = Arc::make_mut(&mut self.dictionary);
            changes.records.iter().for_each(|record| dictionary.put(record));
            self.dictionary_version = self.version;
        }
        if of(Kind::Municipality) {
            let known = Arc::make_mut(&mut self.boundaries);
            known.extend(boundaries.iter().map(|(blob, shape)| (blob.clone(), Arc::clone(shape))));
            self.index_areas();
        }
        if of(Kind::Fallback) {
            let places = self.dictionary.fallback_places(Kind::Problem);
            self.problems = self.problems.reflagged(&places, self.version);
            let places = self.dictionary.fallback_places(Kind::Appeal);
            self.appeals = self.appeals.reflagged(&places, self.version);
        }
    }

    /// Identities of records that were not there before. Those of updated records stand already.
    fn take_identities(&mut self, changes: &ChangeSet) {
        let hasher = self.dictionary.identity_key.as_ref().map(IdentityHasher::new);
        let (mut problems, mut appeals, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        for record in &changes.records {
            match record {
                Record::Problem(p) if p.no.0 > self.problems.last_number() => {
                    let source = self.dictionary.sources.get(p.source.index());
                    if let (Some(hasher), Some(source)) = (&hasher, source) {
                        problems.push((hasher.of(Kind::Problem, &source.name, &p.source_id), p.no.0));
                    }
                }
                Record::Appeal(a) if a.no.0 > self.appeals.last_number() => {
                    appeals.push((a.identity, a.no.0));
                }
                Record::Mark(m) if m.no.0 > self.assessments.last_number => {
                    marks.push((m.identity, m.no.0));
                }
                _ => {}
            }
        }
        self.identities.add(Kind::Problem, problems);
        self.identities.add(Kind::Appeal, appeals);
        self.identities.add(Kind::Mark, marks);
    }

    fn take_rows(&mut self, changes: &ChangeSet) {
        let (mut new_problems, mut new_appeals) = (Vec::new(), Vec::new());
        for record in &changes.records {
            match record {
                Record::Problem(p) => new_problems.push(problems::entry(p)),
                Record::Appeal(a) => new_appeals.push(appeals::entry(a)),
                Record::Mark(m) if m.no.0 > self.assessments.last_number => {
                    Arc::make_mut(&mut self.assessments).add(m);
                }
                _ => {}
            }
        }
        let places = self.dictionary.fallback_places(Kind::Problem);
        self.problems = self.problems.with(new_problems, &places, self.version);
        let places = self.dictionary.fallback_places(Kind::Appeal);
        self.appeals = self.appeals.with(new_appeals, &places, self.version);
    }
}
