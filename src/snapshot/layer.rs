//! Records of one kind as sorted immutable segments, newest last, with dead bits.
//!
//! A write adds a small segment and marks the rows that it replaces as dead; segments of similar size are merged, so that
//! there are O(log n) of them and a write costs O(log n) a row, amortised. Readers never see any of it: a [`View`] takes
//! all parts. Nothing is ever changed in place.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::dictionary::FallbackPlaces;
use super::touched::Touched;
use crate::analytics::columns::{Columns, NONE, Row, RowSet};
use crate::analytics::derived::Derived;
use crate::analytics::hexes::HexRuns;
use crate::analytics::selection::{Part, Selection, StatusTable, View};
use crate::domain::{Quality, Timestamp};
use crate::geometry::Bounds;

/// A segment is merged with the one before it when that one is less than this many times as long.
const GROWTH: usize = 4;

/// What a kind of record keeps beside the common columns.
pub trait Extra: Sized + Send + Sync + 'static {
    /// What one record keeps.
    type Item: Send + Sync;

    /// What the states of the kind mean.
    const STATUSES: StatusTable;

    /// Makes columns of items in row order.
    fn build(items: Vec<Self::Item>) -> Self;

    /// What a record covers that is more than a place.
    fn reach(item: &Self::Item) -> Option<Bounds>;

    /// The same of row `n`.
    fn reach_of(&self, n: usize) -> Option<Bounds>;

    /// Makes the columns of a merged segment: each row comes from a part and a row there.
    fn merge(parts: &[&Self], origin: &[(u32, u32)]) -> Self;
}

/// A record on its way into a layer.
pub struct Entry<E: Extra> {
    /// Common columns.
    pub row: Row,
    /// The rest.
    pub item: E::Item,
}

/// A sorted, immutable part of a layer.
pub struct Segment<E> {
    /// Common columns.
    pub columns: Columns,
    /// The rest.
    pub extra: E,
    /// What is worked out from the columns once.
    pub derived: Derived,
    /// Rows in the order of their numbers.
    by_number: Vec<u32>,
    /// Its rows by hexagon.
    pub hexes: HexRuns,
}

/// All records of one kind.
pub struct Layer<E> {
    segments: Vec<Arc<Segment<E>>>,
    dead: Vec<Arc<RowSet>>,
    /// Version of the snapshot in which the layer changed last.
    version: u64,
    touched: Touched,
    last_number: u32,
}

impl<E> Clone for Layer<E> {
    fn clone(&self) -> Self {
        Self {
            segments: self.segments.clone(),
            dead: self.dead.clone(),
            version: self.version,
            touched: self.touched.clone(),
            last_number: self.last_number,
        }
    }
}

/// A row of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// Part.
    pub part: usize,
    /// Row within it.
    pub row: usize,
}

impl<E: Extra> Layer<E> {
    /// A layer without records.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            segments: Vec::new(),
            dead: Vec::new(),
            version: 0,
            touched: Touched::default(),
            last_number: 0,
        }
    }

    /// Builds a layer in one go. Cost: O(n log n), in parallel.
    #[must_use]
    pub fn build(entries: Vec<Entry<E>>, fallbacks: &FallbackPlaces, version: u64) -> Self {
        let mut layer = Self::empty();
        (layer.version, layer.touched) = (version, Touched::all(version));
        layer.push(entries, fallbacks);
        layer
    }

    /// The layer with `entries` added or replaced.
    ///
    /// Cost: O(k log n) for k entries, amortised, plus n/8 bytes for each segment that loses a row.
    #[must_use]
    pub fn with(&self, entries: Vec<Entry<E>>, fallbacks: &FallbackPlaces, version: u64) -> Self {
        if entries.is_empty() {
            return self.clone();
        }
        let mut next = self.clone();
        next.version = version;
        let mut changes = Vec::with_capacity(entries.len());
        for entry in &entries {
            if let Some(at) = next.find(entry.row.number) {
                let Segment { columns, extra, .. } = &*next.segments[at.part];
                changes.push((columns.row(at.row), extra.reach_of(at.row)));
                Arc::make_mut(&mut next.dead[at.part]).insert(at.row);
            }
            changes.push((entry.row, E::reach(&entry.item)));
        }
        next.touched = self.touched.with(version, &changes);
        next.push(entries, fallbacks);
        next.fold();
        next
    }

    /// The layer with the fallback flag set where `fallbacks` say so. Cost: O(n).
    #[must_use]
    pub fn reflagged(&self, fallbacks: &FallbackPlaces, version: u64) -> Self {
        let reflag = |segment: &Arc<Segment<E>>, dead: &Arc<RowSet>| {
            let (mut columns, origin) = Columns::merge(&[&segment.columns], |_, row| !dead.contains(row));
            set_fallback_flags(&mut columns, fallbacks);
            let extra = E::merge(&[&segment.extra], &origin);
            Arc::new(Segment::new(columns, extra))
        };
        let segments: Vec<_> = self.segments.iter().zip(&self.dead).map(|(s, d)| reflag(s, d)).collect();
        let dead = segments.iter().map(|s| Arc::new(RowSet::empty(s.columns.len()))).collect();
        Self { segments, dead, version, touched: Touched::all(version), last_number: self.last_number }
    }

    fn push(&mut self, entries: Vec<Entry<E>>, fallbacks: &FallbackPlaces) {
        if entries.is_empty() {
            return;
        }
        let rows: Vec<Row> = entries.iter().map(|e| e.row).collect();
        let (mut columns, order) = Columns::build(&rows);
        set_fallback_flags(&mut columns, fallbacks);
        let mut items: Vec<Option<E::Item>> = entries.into_iter().map(|e| Some(e.item)).collect();
        let sorted =
            order.iter().map(|&n| items[n as usize].take().expect("each row has one place")).collect();
        let extra = E::build(sorted);
        self.last_number = rows.iter().map(|r| r.number).max().unwrap_or(0).max(self.last_number);
        self.dead.push(Arc::new(RowSet::empty(columns.len())));
        self.segments.push(Arc::new(Segment::new(columns, extra)));
    }

    /// Merges segments from the newest on while the one before is not much longer.
    fn fold(&mut self) {
        let mut first = self.segments.len() - 1;
        let mut total = self.alive_in(first);
        while first > 0 && self.alive_in(first - 1) < GROWTH * total {
            first -= 1;
            total += self.alive_in(first);
        }
        if first + 1 < self.segments.len() {
            let segments: Vec<_> = self.segments.drain(first..).collect();
            let dead: Vec<_> = self.dead.drain(first..).collect();
            let columns: Vec<&Columns> = segments.iter().map(|s| &s.columns).collect();
            let (columns, origin) = Columns::merge(&columns, |part, row| !dead[part].contains(row));
            let extras: Vec<&E> = segments.iter().map(|s| &s.extra).collect();
            let extra = E::merge(&extras, &origin);
            self.dead.push(Arc::new(RowSet::empty(columns.len())));
            self.segments.push(Arc::new(Segment::new(columns, extra)));
        }
    }

    fn alive_in(&self, part: usize) -> usize {
        self.segments[part].columns.len() - self.dead[part].count()
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        (0..self.segments.len()).map(|part| self.alive_in(part)).sum()
    }

    /// Whether there are no records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Version of the snapshot in which the layer changed last.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The last changes, with their places.
    #[must_use]
    pub fn touched(&self) -> &Touched {
        &self.touched
    }

    /// Highest number ever given.
    #[must_use]
    pub fn last_number(&self) -> u32 {
        self.last_number
    }

    /// The layer's segments, oldest first.
    #[must_use]
    pub fn segments(&self) -> &[Arc<Segment<E>>] {
        &self.segments
    }

    /// What [`View`]s are made of.
    #[must_use]
    pub fn parts(&self) -> Vec<Part<'_>> {
        let part = |(s, dead)| {
            let segment: &Arc<Segment<E>> = s;
            let dead: &Arc<RowSet> = dead;
            Part { columns: &segment.columns, dead, derived: &segment.derived }
        };
        self.segments.iter().zip(&self.dead).map(part).collect()
    }

    /// The layer's `parts` through a selection, on the legal day that begins at `today`.
    #[must_use]
    pub fn view<'a>(parts: &'a [Part<'a>], selection: &'a Selection, today: Timestamp) -> View<'a> {
        View { parts, statuses: E::STATUSES, selection, today: today.0 }
    }

    /// Where the record with this number stands. Cost: one binary search a segment.
    #[must_use]
    pub fn find(&self, number: u32) -> Option<At> {
        let parts = self.segments.iter().zip(&self.dead).enumerate().rev();
        parts
            .filter_map(|(part, (segment, dead))| {
                let row = segment.row_of(number)?;
                (!dead.contains(row)).then_some(At { part, row })
            })
            .next()
    }

    /// Calls `f` with each living row whose number is greater than `after`, numbers ascending, until it breaks.
    ///
    /// Cost: one binary search a segment, then O(segments) a row.
    pub fn ascending(&self, after: u32, mut f: impl FnMut(At) -> ControlFlow<()>) {
        let mut next: Vec<usize> = self
            .segments
            .iter()
            .map(|s| s.by_number.partition_point(|&row| s.columns.number[row as usize] <= after))
            .collect();
        loop {
            let heads = self.segments.iter().enumerate().filter_map(|(part, s)| {
                let row = *s.by_number.get(next[part])? as usize;
                Some((s.columns.number[row], part, row))
            });
            let Some((_, part, row)) = heads.min() else { return };
            next[part] += 1;
            if !self.dead[part].contains(row) && f(At { part, row }).is_break() {
                return;
            }
        }
    }
}

impl<E> Segment<E> {
    fn new(columns: Columns, extra: E) -> Self {
        let by_number = rows_by_number(&columns.number);
        Self { columns, extra, by_number, derived: Derived::default(), hexes: HexRuns::default() }
    }

    fn row_of(&self, number: u32) -> Option<usize> {
        let at =
            self.by_number.binary_search_by_key(&number, |&row| self.columns.number[row as usize]).ok()?;
        Some(self.by_number[at] as usize)
    }
}

/// Rows in the order of their numbers. Numbers are given out without gaps, so most segments hold a dense range of them:
/// then each row has its place and nothing needs to be sorted.
fn rows_by_number(numbers: &[u32]) -> Vec<u32> {
    const NOBODY: u32 = u32::MAX;
    let (low, high) = numbers.iter().fold((u32::MAX, 0), |(low, high), n| (low.min(*n), high.max(*n)));
    let span = (high as usize + 1).saturating_sub(low as usize);
    if span > 4 * numbers.len() {
        let mut rows: Vec<u32> = (0..numbers.len() as u32).collect();
        rows.sort_unstable_by_key(|&row| numbers[row as usize]);
        return rows;
    }
    let mut places = vec![NOBODY; span];
    for (row, number) in numbers.iter().enumerate() {
        places[(number - low) as usize] = row as u32;
    }
    places.retain(|row| *row != NOBODY);
    places
}

fn set_fallback_flags(columns: &mut Columns, fallbacks: &FallbackPlaces) {
    if *fallbacks == FallbackPlaces::default() {
        return;
    }
    let flag = Quality::FallbackCoordinate as u16;
    for n in 0..columns.len() {
        if fallbacks.contains(columns.source[n], columns.place(n)) {
            columns.flags[n] |= flag;
        }
    }
}

/// A dictionary number as a column value.
pub(super) fn number_or_none(number: Option<u16>) -> u16 {
    number.unwrap_or(NONE)
}
