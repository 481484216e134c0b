//! The world from all entries, at a start.

use std::sync::Arc;

use rayon::prelude::*;

use super::dictionary::Dictionary;
use super::layer::{Entry, Layer};
use super::{Assessments, Boundaries, IdentityTables, Snapshot, appeals, problems};
use crate::domain::municipality::BlobId;
use crate::domain::{Key, Kind, Record};
use crate::geometry::Shape;
use crate::records::identity::IdentityHasher;
use crate::records::position::Position;
use crate::records::stored::{StateHash, StoredV1};
use crate::records::{DecodeError, decode};

/// Takes in all entries in key order, then becomes a [`Snapshot`].
#[derive(Default)]
pub struct Builder {
    dictionary: Dictionary,
    hasher: Option<IdentityHasher>,
    problems: Vec<Entry<problems::ProblemColumns>>,
    appeals: Vec<Entry<appeals::AppealColumns>>,
    assessments: Assessments,
    identities: [Vec<(u64, u32)>; 3],
    state: StateHash,
}

/// What one entry becomes: everything a layer needs, small enough to hold a million of them.
enum Taken {
    Dictionary(Record),
    Problem(u64, Box<Entry<problems::ProblemColumns>>),
    Appeal(u64, Entry<appeals::AppealColumns>),
    Mark(crate::domain::Mark),
}

impl Builder {
    /// Takes in a block of entries. Entries must come in key order: dictionaries stand before what uses them.
    ///
    /// Cost: O(bytes), in parallel.
    pub fn take(&mut self, block: &[(Key, Vec<u8>)]) -> Result<(), DecodeError> {
        let dictionaries = block.partition_point(|(key, _)| key.kind < Kind::Problem);
        let (first, rest) = block.split_at(dictionaries);
        for (key, stored) in first {
            self.state.add(*key, stored);
            if let Taken::Dictionary(record) = self.read(*key, stored)? {
                self.dictionary.put(&record);
            }
        }
        if self.hasher.is_none() {
            self.hasher = self.dictionary.identity_key.as_ref().map(IdentityHasher::new);
        }
        let taken: Vec<(Taken, StateHash)> = rest
            .par_iter()
            .with_min_len(64)
            .map(|(key, stored)| {
                let mut state = StateHash::default();
                state.add(*key, stored);
                Ok((self.read(*key, stored)?, state))
            })
            .collect::<Result<_, DecodeError>>()?;
        for (one, state) in taken {
            self.state.merge(state);
            match one {
                Taken::Dictionary(record) => self.dictionary.put(&record),
                Taken::Problem(identity, entry) => {
                    self.identities[0].push((identity, entry.row.number));
                    self.problems.push(*entry);
                }
                Taken::Appeal(identity, entry) => {
                    self.identities[1].push((identity, entry.row.number));
                    self.appeals.push(entry);
                }
                Taken::Mark(mark) => {
                    self.identities[2].push((mark.identity, mark.no.0));
                    self.assessments.add(&mark);
                }
            }
        }
        Ok(())
    }

    fn read(&self, key: Key, stored: &[u8]) -> Result<Taken, DecodeError> {
        let stored = StoredV1::decode(stored)?;
        Ok(match decode(key, stored.record.0)? {
            Record::Problem(p) => {
                let source = self.dictionary.sources.get(p.source.index());
                let identity = match (&self.hasher, source) {
                    (Some(hasher), Some(source)) => hasher.of(Kind::Problem, &source.name, &p.source_id),
                    _ => return Err(DecodeError::Damaged("problem")),
                };
                Taken::Problem(identity, Box::new(problems::entry(&p)))
            }
            Record::Appeal(a) => Taken::Appeal(a.identity, appeals::entry(&a)),
            Record::Mark(m) => Taken::Mark(m),
            other => Taken::Dictionary(other),
        })
    }

    /// What the entries taken in so far add up to.
    #[must_use]
    pub fn state(&self) -> StateHash {
        self.state
    }

    /// Names of the boundary files that the world will need.
    pub fn boundary_files(&self) -> impl Iterator<Item = &BlobId> {
        self.dictionary.municipalities.iter().filter_map(|m| m.current().boundary.as_ref())
    }

    /// The world at `position`, with the boundaries of [`Builder::boundary_files`]. Cost: O(n log n), in parallel.
    #[must_use]
    pub fn finish(self, position: &Position, boundaries: Boundaries) -> Snapshot {
        let version = position.seq;
        let of_problems = self.dictionary.fallback_places(Kind::Problem);
        let of_appeals = self.dictionary.fallback_places(Kind::Appeal);
        let (problems, appeals) = (self.problems, self.appeals);
        let (problems, appeals) = rayon::join(
            || Layer::build(problems, &of_problems, version),
            || Layer::build(appeals, &of_appeals, version),
        );
        let mut identities = IdentityTables::default();
        let [of_problems, of_appeals, of_marks] = self.identities;
        identities.add(Kind::Problem, of_problems);
        identities.add(Kind::Appeal, of_appeals);
        identities.add(Kind::Mark, of_marks);
        let mut snapshot = Snapshot {
            version,
            chain: position.chain,
            next_event: position.next_event,
            dictionary: Arc::new(self.dictionary),
            dictionary_version: version,
            problems,
            appeals,
            assessments: Arc::new(self.assessments),
            boundaries: Arc::new(boundaries),
            areas: Arc::new(crate::index::Areas::build(std::iter::empty::<(_, &Arc<Shape>)>())),
            outlines: Arc::default(),
            seats: Arc::default(),
            identities,
        };
        snapshot.index_areas();
        snapshot
    }
}
