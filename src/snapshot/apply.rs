//! The next world from a change set.

use std::sync::Arc;

use rayon::prelude::*;

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
        let identity = |record: &Record| match record {
            Record::Problem(p) if p.no.0 > self.problems.last_number() => {
                let source = self.dictionary.sources.get(p.source.index())?;
                let identity = hasher.as_ref()?.of(Kind::Problem, &source.name, &p.source_id);
                Some((Kind::Problem, identity, p.no.0))
            }
            Record::Appeal(a) if a.no.0 > self.appeals.last_number() => {
                Some((Kind::Appeal, a.identity, a.no.0))
            }
            Record::Mark(m) if m.no.0 > self.assessments.last_number => {
                Some((Kind::Mark, m.identity, m.no.0))
            }
            _ => None,
        };
        let found: Vec<(Kind, u64, u32)> =
            changes.records.par_iter().with_min_len(AT_ONCE).filter_map(identity).collect();
        for kind in [Kind::Problem, Kind::Appeal, Kind::Mark] {
            let own = found.iter().filter(|(k, ..)| *k == kind);
            self.identities.add(kind, own.map(|(_, identity, number)| (*identity, *number)).collect());
        }
    }

    fn take_rows(&mut self, changes: &ChangeSet) {
        let records = || changes.records.par_iter().with_min_len(AT_ONCE);
        let new_problems: Vec<_> = records()
            .filter_map(|record| match record {
                Record::Problem(p) => Some(problems::entry(p)),
                _ => None,
            })
            .collect();
        let new_appeals: Vec<_> = records()
            .filter_map(|record| match record {
                Record::Appeal(a) => Some(appeals::entry(a)),
                _ => None,
            })
            .collect();
        for record in &changes.records {
            if let Record::Mark(m) = record
                && m.no.0 > self.assessments.last_number
            {
                Arc::make_mut(&mut self.assessments).add(m);
            }
        }
        let places = self.dictionary.fallback_places(Kind::Problem);
        self.problems = self.problems.with(new_problems, &places, self.version);
        let places = self.dictionary.fallback_places(Kind::Appeal);
        self.appeals = self.appeals.with(new_appeals, &places, self.version);
    }
}

/// Records worth a thread of their own: below it handing them over costs more than it saves.
const AT_ONCE: usize = 512;
