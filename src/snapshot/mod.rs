//! The immutable world that readers see.
//!
//! A reader takes one [`Snapshot`] per request and uses only that. Snapshots share what did not change; publishing one is
//! one pointer swap, in [`crate::writer`].
//!
//! - [`dictionary`]: names to numbers and back;
//! - [`layer`]: problems and appeals as sorted immutable segments with dead bits;
//! - [`problems`], [`appeals`]: what each layer keeps beside the common columns;
//! - [`touched`]: where a layer changed when;
//! - [`build`]: from all entries at a start; [`apply`]: from a change set. A test holds the two equal.

pub mod appeals;
pub mod apply;
pub mod build;
pub mod dictionary;
pub mod layer;
pub mod problems;
pub mod touched;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::domain::assessment::Assessment;
use crate::domain::municipality::BlobId;
use crate::domain::{Kind, Mark, Municipality, MunicipalityNo, Timestamp};
use crate::geometry::outline::Outline;
use crate::geometry::{Mercator, Shape};
use crate::index::{Areas, Identities};
use crate::records::chain::ChainHash;
use appeals::AppealColumns;
use dictionary::Dictionary;
use layer::Layer;
use problems::ProblemColumns;

/// Boundaries by the name of their file.
pub type Boundaries = HashMap<BlobId, Arc<Shape>>;

/// The world after one commit.
#[derive(Clone)]
pub struct Snapshot {
    /// Sequence of the journal frame after which this is the world.
    pub version: u64,
    /// Link of the event chain at it: names this world among all possible ones.
    pub chain: ChainHash,
    /// Number that the next event gets.
    pub next_event: u64,
    /// Names and rules.
    pub dictionary: Arc<Dictionary>,
    /// Version in which the dictionary changed last.
    pub dictionary_version: u64,
    /// Problems.
    pub problems: Layer<ProblemColumns>,
    /// Appeals.
    pub appeals: Layer<AppealColumns>,
    /// Marks of heads, added up.
    pub assessments: Arc<Assessments>,
    /// Current boundaries by municipality.
    pub boundaries: Arc<Boundaries>,
    /// Which municipality a place lies in.
    pub areas: Arc<Areas>,
    /// Current boundaries, ready to be cut to tiles.
    pub outlines: Arc<Vec<(MunicipalityNo, Outline)>>,
    /// Where the symbols of municipalities stand, by number: at the seat when it lies inside, else at the label point. Two
    /// districts have their seat in the city next to them, where their symbol would lie on the city's.
    pub seats: Arc<Vec<Mercator>>,
    /// Which record a source's row is.
    pub identities: IdentityTables,
}

/// Identities of each kind that sources give ids to.
#[derive(Debug, Clone, Default)]
pub struct IdentityTables {
    problems: Identities,
    appeals: Identities,
    marks: Identities,
}

impl IdentityTables {
    /// The table of a kind; the kinds without sources share an empty one.
    #[must_use]
    pub fn of(&self, kind: Kind) -> &Identities {
        match kind {
            Kind::Problem => &self.problems,
            Kind::Appeal => &self.appeals,
            _ => &self.marks,
        }
    }

    pub(crate) fn add(&mut self, kind: Kind, entries: Vec<(u64, u32)>) {
        let table = match kind {
            Kind::Problem => &mut self.problems,
            Kind::Appeal => &mut self.appeals,
            _ => &mut self.marks,
        };
        *table = table.with(entries);
    }
}

/// Citizens' marks by municipality, criterion and month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assessments {
    /// Sums by cell; a month is `year * 12 + month − 1`.
    pub cells: BTreeMap<(MunicipalityNo, String, i32), Assessment>,
    /// Number of the last mark.
    pub last_number: u32,
}

impl Assessments {
    /// Adds a mark to its cell.
    pub fn add(&mut self, mark: &Mark) {
        let cell = (mark.municipality, mark.criterion.clone(), month_of(mark.given_at));
        self.cells.entry(cell).or_default().add(mark.mark);
        self.last_number = self.last_number.max(mark.no.0);
    }
}

/// The month of a moment, `year * 12 + month − 1`, in UTC.
#[must_use]
pub fn month_of(t: Timestamp) -> i32 {
    let day = jiff::Timestamp::from_millisecond(t.0).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

impl Snapshot {
    /// A world without anything in it.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            version: 0,
            chain: crate::records::chain::GENESIS,
            next_event: 1,
            dictionary: Arc::new(Dictionary::default()),
            dictionary_version: 0,
            problems: Layer::empty(),
            appeals: Layer::empty(),
            assessments: Arc::default(),
            boundaries: Arc::default(),
            areas: Arc::new(Areas::build(std::iter::empty())),
            outlines: Arc::default(),
            seats: Arc::default(),
            identities: IdentityTables::default(),
        }
    }

    /// The current boundary of a municipality.
    #[must_use]
    pub fn boundary(&self, no: MunicipalityNo) -> Option<&Arc<Shape>> {
        let blob = self.dictionary.municipality(no)?.current().boundary.as_ref()?;
        self.boundaries.get(blob)
    }

    /// A digest of everything that readers see, whatever way the world was built: two worlds with the same digest are the
    /// same. Cost: O(n log n).
    #[must_use]
    pub fn digest(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (self.version, self.chain, self.next_event).hash(&mut hasher);
        format!("{:?}", self.dictionary.contents()).hash(&mut hasher);
        format!("{:?}", self.assessments).hash(&mut hasher);
        self.problems.ascending(0, |at| {
            let segment = &self.problems.segments()[at.part];
            format!("{:?}{:?}", segment.columns.row(at.row), segment.extra.item(at.row)).hash(&mut hasher);
            std::ops::ControlFlow::Continue(())
        });
        self.appeals.ascending(0, |at| {
            let segment = &self.appeals.segments()[at.part];
            format!("{:?}{:?}", segment.columns.row(at.row), segment.extra.problem(at.row)).hash(&mut hasher);
            std::ops::ControlFlow::Continue(())
        });
        hasher.finish()
    }

    fn index_areas(&mut self) {
        let current = self.dictionary.municipalities.iter();
        let shapes: Vec<_> = current.filter_map(|m| self.boundary(m.no).map(|shape| (m.no, shape))).collect();
        let outline = |(no, shape): &(MunicipalityNo, &Arc<Shape>)| Some((*no, Outline::of(shape)?));
        let outlines = Arc::new(shapes.iter().filter_map(outline).collect());
        let areas = Areas::build(shapes.into_iter());
        let seat = |m: &Municipality| {
            let version = m.current();
            let inside = areas.locate(version.centre) == Some(m.no);
            Mercator::from(if inside { version.centre } else { version.label_point })
        };
        self.seats = Arc::new(self.dictionary.municipalities.iter().map(seat).collect());
        (self.outlines, self.areas) = (outlines, Arc::new(areas));
    }
}
