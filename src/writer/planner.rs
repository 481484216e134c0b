//! What an operation may look at, and where it puts what follows.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use crate::domain::category::MAX_CATEGORIES;
use crate::domain::event::{Actor, Event, EventKind};
use crate::domain::lifecycle::Violation;
use crate::domain::row::Rejection;
use crate::domain::source::Source;
use crate::domain::{
    Appeal, Body, BodyNo, Category, CategoryNo, ChangeSet, Key, Kind, Level, Problem, Record, SourceNo,
    Timestamp,
};
use crate::records::decode;
use crate::records::identity::IdentityHasher;
use crate::records::stored::StoredV1;
use crate::snapshot::dictionary::Dictionary;
use crate::snapshot::{Boundaries, Snapshot};
use crate::store::{Store, StoreError};

/// One write, as a value. Planning is all or nothing: when it refuses, nothing of it may have been recorded.
pub trait Operation: Send + 'static {
    /// What whoever asked is told.
    type Answer: Send + 'static;

    /// Looks, decides and records what follows.
    fn plan(self, planner: &mut Planner<'_>) -> Result<Self::Answer, Refusal>;

    /// Roughly how many bytes it brings, for the size of a group.
    fn weight_bytes(&self) -> usize {
        1_024
    }
}

/// Why an operation cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Values that the operation brought break rules; all of them are named.
    #[error("invalid values")]
    Invalid(Vec<Rejection>),
    /// The rules of the life of a problem do not allow it; all of them are named.
    #[error("rules are violated")]
    Violated(Vec<Violation>),
    /// The data directory is not what the operation expects.
    #[error("{0}")]
    Conflict(&'static str),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An identity within its kind.
#[derive(PartialEq, Eq)]
struct Identity(Kind, u64);

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.1);
    }
}

/// Identities are keyed hashes: nobody outside can make them collide, and hashing them again adds nothing.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("identities are hashed as numbers");
    }

    fn write_u64(&mut self, identity: u64) {
        self.0 = identity;
    }
}

/// The changes of a group, as they gather.
pub struct Pending {
    first_event: u64,
    events: Vec<Event>,
    records: BTreeMap<Key, Record>,
    dictionary: Option<Box<Dictionary>>,
    identities: HashMap<Identity, u32, BuildHasherDefault<AlreadyHashed>>,
    last_numbers: HashMap<Kind, u32>,
    boundaries: Boundaries,
}

impl Pending {
    /// No changes yet, on top of `snapshot`.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        let last_numbers = HashMap::from([
            (Kind::Problem, snapshot.problems.last_number()),
            (Kind::Appeal, snapshot.appeals.last_number()),
            (Kind::Mark, snapshot.assessments.last_number),
        ]);
        Self {
            first_event: snapshot.next_event,
            events: Vec::new(),
            records: BTreeMap::new(),
            dictionary: None,
            identities: HashMap::default(),
            last_numbers,
            boundaries: Boundaries::new(),
        }
    }

    /// The changes, and the boundaries that they name for the first time.
    #[must_use]
    pub fn into_changes(self) -> (ChangeSet, Boundaries) {
        let changes = ChangeSet { events: self.events, records: self.records.into_values().collect() };
        (changes, self.boundaries)
    }
}

/// The world, the store and the group so far.
pub struct Planner<'a> {
    /// The published world.
    pub snapshot: &'a Snapshot,
    /// The time at which the group is planned.
    pub now: Timestamp,
    store: &'a Store,
    pending: &'a mut Pending,
}

impl<'a> Planner<'a> {
    /// A planner of one operation.
    pub fn new(snapshot: &'a Snapshot, store: &'a Store, now: Timestamp, pending: &'a mut Pending) -> Self {
        Self { snapshot, now, store, pending }
    }

    /// Plans something and forgets what it recorded.
    pub fn without_effect<A>(
        &mut self,
        plan: impl FnOnce(&mut Planner<'_>) -> Result<A, Refusal>,
    ) -> Result<A, Refusal> {
        let mut scratch = Pending::new(self.snapshot);
        plan(&mut Planner::new(self.snapshot, self.store, self.now, &mut scratch))
    }

    /// Names and rules, with what the group has added.
    #[must_use]
    pub fn dictionary(&self) -> &Dictionary {
        self.pending.dictionary.as_deref().unwrap_or(&self.snapshot.dictionary)
    }

    /// The hasher of identities; `None` in a world without anything in it.
    #[must_use]
    pub fn identity_hasher(&self) -> Option<IdentityHasher> {
        self.dictionary().identity_key.as_ref().map(IdentityHasher::new)
    }

    /// The number of the record with this identity.
    #[must_use]
    pub fn find(&self, kind: Kind, identity: u64) -> Option<u32> {
        let in_group = self.pending.identities.get(&Identity(kind, identity)).copied();
        in_group.or_else(|| self.snapshot.identities.of(kind).find(identity))
    }

    /// A new number of a kind, known by `identity` from now on.
    pub fn number_for(&mut self, kind: Kind, identity: u64) -> u32 {
        let last = self.pending.last_numbers.entry(kind).or_insert(0);
        *last += 1;
        self.pending.identities.insert(Identity(kind, identity), *last);
        *last
    }

    /// A problem as it is now.
    pub fn problem(&self, number: u32) -> Result<Option<Problem>, StoreError> {
        match self.record(Key { kind: Kind::Problem, number })? {
            Some(Record::Problem(problem)) => Ok(Some(*problem)),
            _ => Ok(None),
        }
    }

    /// An appeal as it is now.
    pub fn appeal(&self, number: u32) -> Result<Option<Appeal>, StoreError> {
        match self.record(Key { kind: Kind::Appeal, number })? {
            Some(Record::Appeal(appeal)) => Ok(Some(appeal)),
            _ => Ok(None),
        }
    }

    fn record(&self, key: Key) -> Result<Option<Record>, StoreError> {
        if let Some(record) = self.pending.records.get(&key) {
            return Ok(Some(record.clone()));
        }
        let Some(bytes) = self.store.get(key)? else { return Ok(None) };
        let stored = StoredV1::decode(&bytes)?;
        Ok(Some(decode(key, stored.record.0)?))
    }

    /// Records an entity as it is now. Records of dictionaries are visible to what is planned next.
    pub fn put(&mut self, record: Record) {
        let key = record.key();
        if key.kind < Kind::Problem {
            let snapshot = self.snapshot;
            let fresh = || Box::new(Dictionary::clone(&snapshot.dictionary));
            self.pending.dictionary.get_or_insert_with(fresh).put(&record);
        }
        self.pending.records.insert(key, record);
    }

    /// Records what happened. Its number in the log is given here.
    pub fn happened(
        &mut self,
        entity: Key,
        kind: EventKind,
        actor: Actor,
        effective_at: Timestamp,
    ) -> &mut Event {
        let seq = self.pending.first_event + self.pending.events.len() as u64;
        let at = self.now;
        self.pending.events.push(Event {
            seq,
            entity,
            kind,
            actor,
            at,
            effective_at,
            reason: None,
            evidence: None,
        });
        self.pending.events.last_mut().expect("the event was just pushed")
    }

    /// Records a change of a dictionary with its event.
    pub fn put_dictionary(&mut self, record: Record, actor: Actor) {
        let (key, now) = (record.key(), self.now);
        self.put(record);
        self.happened(key, EventKind::DictionaryChanged, actor, now);
    }

    /// Makes a boundary known that a record of this group names.
    pub fn put_boundary(&mut self, blob: String, shape: Arc<crate::geometry::Shape>) {
        self.pending.boundaries.insert(blob, shape);
    }

    /// The number of a source, which is added when it is new.
    pub fn source(&mut self, name: &str, actor: Actor) -> SourceNo {
        if let Some(no) = self.dictionary().find_source(name) {
            return no;
        }
        let no = SourceNo(self.dictionary().sources.len() as u16);
        self.put_dictionary(Record::Source(Source { no, name: name.to_owned() }), actor);
        no
    }

    /// The category with this name. An unknown one is kept as given under the sphere `other`; the second value says so.
    /// `None` when there are too many of those already.
    pub fn category(&mut self, name: &str, actor: Actor) -> Option<(CategoryNo, bool)> {
        if let Some(category) = self.dictionary().find_category(name) {
            return Some((category.no, category.as_given));
        }
        let count = self.dictionary().categories.len();
        if count >= MAX_CATEGORIES {
            return None;
        }
        let no = CategoryNo(count as u16);
        self.put_dictionary(Record::Category(Category::as_given(no, name)), actor);
        Some((no, true))
    }

    /// The body with this name, which is added as given when it is new. `None` when there are too many already.
    pub fn body(&mut self, name: &str, level: Option<Level>, actor: Actor) -> Option<BodyNo> {
        if let Some(body) = self.dictionary().find_body(name) {
            return Some(body.no);
        }
        let count = self.dictionary().bodies.len();
        if count >= MAX_BODIES {
            return None;
        }
        let no = BodyNo(count as u16);
        let body = Body {
            no,
            id: name.to_owned(),
            level: level.unwrap_or(Level::Other),
            name_ru: name.to_owned(),
            name_en: name.to_owned(),
            municipality: None,
            parent: None,
            spheres: Vec::new(),
        };
        self.put_dictionary(Record::Body(body), actor);
        Some(no)
    }
}

/// How many bodies an atlas keeps: above it a column was surely mapped wrongly.
const MAX_BODIES: usize = 20_000;
