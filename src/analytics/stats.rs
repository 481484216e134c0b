//! Counts of problems or appeals by anything: category, sphere, state, municipality, month.
//!
//! Answers: "how many, how many overdue, how many solved, at what cost, in each group?" Groups come sorted and in full, the
//! cost with its coverage. Does not choose the records (the caller's filter does) and names nothing (groups are numbers).
//!
//! # Edges
//!
//! What a problem lacks (no municipality, not closed, opened nobody knows when) is a group of its own, the last one. Problems
//! that were not in the registry at the moment are not counted. Months are civil months of the region's zone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;

use super::facts::{AsOf, ProblemFact};
use crate::domain::time::Zone;
use crate::domain::{CategoryNo, Kopecks, MunicipalityNo, Status, Timestamp};

/// The value of what a problem lacks: sorts last.
const LACKING: u16 = u16::MAX;
/// Most dimensions at once: all of them.
pub const MAX_DIMENSIONS: usize = 7;
/// Most groups of one answer: all municipalities by all types and states have a tenth of it.
pub const MAX_GROUPS: usize = 50_000;
/// The year of month 0.
const FIRST_YEAR: i16 = 1900;
/// Months from [`FIRST_YEAR`] to the latest moment taken from outside.
const MONTHS: usize = 12 * 301;

/// What of a record is counted, as it stood at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// In which municipality, when in one.
    pub municipality: Option<MunicipalityNo>,
    /// Sphere and type.
    pub category: CategoryNo,
    /// Number of its state.
    pub status: u16,
    /// When it entered the registry, or was received.
    pub opened_at: Option<Timestamp>,
    /// The deadline.
    pub due_at: Option<Timestamp>,
    /// When it was closed or answered.
    pub closed_at: Option<Timestamp>,
    /// Something is still to be done.
    pub is_open: bool,
    /// Its deadline passed while it ran.
    pub is_overdue: bool,
    /// Verified as solved, or answered.
    pub is_resolved: bool,
    /// What fixing it takes, where that is known.
    pub cost: Option<Kopecks>,
}

impl Counted {
    /// A problem at a moment; `None` when it was not in the registry then.
    #[must_use]
    pub fn of(fact: &ProblemFact, as_of: AsOf) -> Option<Self> {
        let seen = fact.seen_at(as_of)?;
        Some(Self {
            municipality: seen.municipality,
            category: seen.category,
            status: seen.status as u16,
            opened_at: seen.opened_at,
            due_at: seen.current_due,
            closed_at: seen.closed_at,
            is_open: seen.is_open(),
            is_overdue: seen.is_overdue(as_of),
            is_resolved: seen.status == Status::Resolved,
            cost: seen.cost,
        })
    }
}

/// What records are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Category, by number.
    Category,
    /// Sphere: what the caller's table gives for the category.
    Sphere,
    /// State, by number.
    Status,
    /// Municipality, by number.
    Municipality,
    /// Month of opening ([`month_of`]).
    MonthOpened,
    /// Month of closing ([`month_of`]).
    MonthClosed,
    /// Month of the deadline ([`month_of`]).
    MonthDue,
}

/// What one group adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Records.
    pub total: u32,
    /// Of them open.
    pub open: u32,
    /// Of them overdue by the deadline of now.
    pub overdue: u32,
    /// Of them verified as solved, or answered.
    pub resolved: u32,
    /// Of them with a known cost.
    pub priced: u32,
    /// Sum of the known costs, kopecks.
    pub cost_kopecks: i128,
}

impl Counts {
    fn add(&mut self, seen: &Counted) {
        self.total += 1;
        self.open += u32::from(seen.is_open);
        self.overdue += u32::from(seen.is_overdue);
        self.resolved += u32::from(seen.is_resolved);
        if let Some(cost) = seen.cost {
            self.priced += 1;
            self.cost_kopecks += i128::from(cost.0);
        }
    }

    /// These and others.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self {
            total: self.total + other.total,
            open: self.open + other.open,
            overdue: self.overdue + other.overdue,
            resolved: self.resolved + other.resolved,
            priced: self.priced + other.priced,
            cost_kopecks: self.cost_kopecks + other.cost_kopecks,
        }
    }

    /// The known costs, roubles; `None` when none is known.
    #[must_use]
    pub fn cost_rub(&self) -> Option<f64> {
        (self.priced > 0).then_some(self.cost_kopecks as f64 / 100.0)
    }

    /// Share of the problems whose cost is known; `None` without problems.
    #[must_use]
    pub fn cost_coverage(&self) -> Option<f64> {
        (self.total > 0).then(|| f64::from(self.priced) / f64::from(self.total))
    }
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The value of each dimension, in the order asked for; `None` is what the records lack.
    pub key: Vec<Option<u16>>,
    /// What they add up to.
    pub counts: Counts,
}

/// What the table needs beside the records.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// The zone of the months.
    pub zone: &'a Zone,
    /// The sphere of each category, by its number.
    pub spheres: &'a [CategoryNo],
}

/// Records in groups, counted one at a time: nothing is held but the groups.
///
/// ```
/// use atlas::analytics::stats::{Counted, Dimension, Tables, Tabulation};
/// use atlas::domain::time::Zone;
/// use atlas::domain::{CategoryNo, MunicipalityNo};
///
/// let zone = Zone::parse("Asia/Vladivostok").unwrap();
/// let record = |municipality, is_open: bool| Counted {
///     municipality, category: CategoryNo(3), status: 0, opened_at: None, due_at: None, closed_at: None, is_open,
///     is_overdue: false, is_resolved: !is_open, cost: None,
/// };
/// let here = Some(MunicipalityNo(7));
/// let mut table = Tabulation::new(&[Dimension::Municipality], Tables { zone: &zone, spheres: &[] });
/// for record in [record(here, true), record(None, true), record(here, false)] {
///     table.add(&record);
/// }
/// let groups = table.finish().unwrap();
/// assert_eq!((&groups[0].key[..], groups[0].counts.total, groups[0].counts.resolved), (&[Some(7)][..], 2, 1));
/// assert_eq!((&groups[1].key[..], groups[1].counts.total), (&[None][..], 1));
/// ```
pub struct Tabulation<'a> {
    dimensions: &'a [Dimension],
    tables: Tables<'a>,
    table: Table,
    is_overfull: bool,
}

impl<'a> Tabulation<'a> {
    /// By up to seven `dimensions`; with none there is one group of everything.
    #[must_use]
    pub fn new(dimensions: &'a [Dimension], tables: Tables<'a>) -> Self {
        let dimensions = &dimensions[..dimensions.len().min(MAX_DIMENSIONS)];
        Self { dimensions, tables, table: Table::default(), is_overfull: false }
    }

    /// Counts a record in. Cost: O(1), and one zone look-up for each month asked for.
    pub fn add(&mut self, seen: &Counted) {
        // 16 bits a dimension, the first one highest: keys sort as their dimensions do.
        let value = |d: &Dimension| u128::from(d.value(seen, &self.tables).unwrap_or(LACKING));
        let key = self.dimensions.iter().fold(0, |key, d| key << 16 | value(d));
        match self.table.counts_of(key) {
            Some(counts) => counts.add(seen),
            None => self.is_overfull = true,
        }
    }

    /// The groups, sorted by key, [`None`] last; `None` when there are more than [`MAX_GROUPS`].
    ///
    /// Cost: O(groups · log groups).
    #[must_use]
    pub fn finish(self) -> Option<Vec<Group>> {
        (!self.is_overfull).then(|| self.table.into_groups(self.dimensions.len()))
    }
}

impl Dimension {
    fn value(self, seen: &Counted, tables: &Tables<'_>) -> Option<u16> {
        let month = |t: Option<Timestamp>| month_of(tables.zone, t?);
        match self {
            Self::Category => Some(seen.category.0),
            Self::Sphere => tables.spheres.get(seen.category.index()).map(|sphere| sphere.0),
            Self::Status => Some(seen.status),
            Self::Municipality => seen.municipality.map(|no| no.0),
            Self::MonthOpened => month(seen.opened_at),
            Self::MonthClosed => month(seen.closed_at),
            Self::MonthDue => month(seen.due_at),
        }
    }
}

/// Groups while they are filled: the first 65,536 keys, which is all of them for one dimension, lie in an array.
#[derive(Default)]
struct Table {
    near: Vec<Counts>,
    far: HashMap<u128, Counts>,
}

impl Table {
    /// `None` when there is no room for another group.
    fn counts_of(&mut self, key: u128) -> Option<&mut Counts> {
        match u16::try_from(key) {
            Ok(key) => {
                let place = usize::from(key);
                if place >= self.near.len() {
                    self.near.resize(place + 1, Counts::default());
                }
                Some(&mut self.near[place])
            }
            Err(_) => {
                let has_room = self.far.len() < MAX_GROUPS;
                match self.far.entry(key) {
                    Entry::Occupied(found) => Some(found.into_mut()),
                    Entry::Vacant(place) => has_room.then(|| place.insert(Counts::default())),
                }
            }
        }
    }

    fn into_groups(self, dimensions: usize) -> Vec<Group> {
        let near = self.near.into_iter().zip(0u128..).filter(|(counts, _)| counts.total > 0);
        let mut cells: Vec<(u128, Counts)> =
            near.map(|(counts, key)| (key, counts)).chain(self.far).collect();
        cells.sort_unstable_by_key(|(key, _)| *key);
        let part =
            |key: u128, n: usize| Some((key >> (16 * (dimensions - 1 - n))) as u16).filter(|v| *v != LACKING);
        cells
            .into_iter()
            .map(|(key, counts)| Group { key: (0..dimensions).map(|n| part(key, n)).collect(), counts })
            .collect()
    }
}

/// Months since January 1900 of a moment's legal day; `None` for moments outside 1900–2200.
///
/// ```
/// use atlas::analytics::stats::{month_of, year_and_month};
/// use atlas::domain::{Timestamp, time::Zone};
/// let zone = Zone::parse("Asia/Vladivostok").unwrap();
/// // In Khabarovsk it is December already.
/// let month = month_of(&zone, Timestamp::parse_rfc3339("2026-11-30T20:00:00Z").unwrap());
/// assert_eq!(month.map(year_and_month), Some((2026, 12)));
/// ```
#[must_use]
pub fn month_of(zone: &Zone, t: Timestamp) -> Option<u16> {
    let day = zone.day_of(t);
    let months = i32::from(day.year() - FIRST_YEAR) * 12 + i32::from(day.month()) - 1;
    u16::try_from(months).ok().filter(|m| usize::from(*m) < MONTHS)
}

/// Year and month (1…12) of a number of [`month_of`].
#[must_use]
pub fn year_and_month(month: u16) -> (i16, u8) {
    (FIRST_YEAR + (month / 12) as i16, (month % 12) as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::sample::{AS_OF, KRAI, days_ago, fact, region};
    use proptest::prelude::*;

    const ALL: [Dimension; 7] = [
        Dimension::Category,
        Dimension::Sphere,
        Dimension::Status,
        Dimension::Municipality,
        Dimension::MonthOpened,
        Dimension::MonthClosed,
        Dimension::MonthDue,
    ];

    fn grouped(facts: &[ProblemFact], dimensions: &[Dimension]) -> Vec<Group> {
        let zone = Zone::parse("Asia/Vladivostok").unwrap();
        let spheres: Vec<CategoryNo> = (0..40).map(|n| CategoryNo(n / 10)).collect();
        let mut table = Tabulation::new(dimensions, Tables { zone: &zone, spheres: &spheres });
        facts.iter().filter_map(|fact| Counted::of(fact, AS_OF)).for_each(|record| table.add(&record));
        table.finish().unwrap()
    }

    #[test]
    fn without_dimensions_there_is_one_group_of_everything_and_without_problems_none() {
        let groups = grouped(&[fact(1), fact(2)], &[]);
        assert_eq!((groups.len(), groups[0].key.len(), groups[0].counts.total), (1, 0, 2));
        assert!(grouped(&[], &ALL).is_empty());
    }

    #[test]
    fn more_groups_than_anybody_reads_are_not_made() {
        let zone = Zone::parse("Asia/Vladivostok").unwrap();
        let dimensions = [Dimension::Category, Dimension::Status];
        let mut table = Tabulation::new(&dimensions, Tables { zone: &zone, spheres: &[] });
        let one = Counted::of(&fact(1), AS_OF).unwrap();
        for n in 0..=MAX_GROUPS as u32 {
            table.add(&Counted {
                category: CategoryNo(1 + (n / 1_000) as u16),
                status: (n % 1_000) as u16,
                ..one
            });
        }
        assert!(table.finish().is_none());
    }

    #[test]
    fn a_problem_counts_in_the_months_of_its_opening_and_of_its_closing() {
        let closed = ProblemFact {
            status: Status::Resolved,
            opened_at: Timestamp::parse_rfc3339("2026-01-31T23:00:00+10:00"),
            closed_at: Timestamp::parse_rfc3339("2026-03-01T00:30:00+10:00"),
            ..fact(1)
        };
        let groups = grouped(&[closed, fact(2)], &[Dimension::MonthOpened, Dimension::MonthClosed]);
        let months: Vec<_> = groups[0].key.iter().map(|m| m.map(year_and_month)).collect();
        assert_eq!(months, [Some((2026, 1)), Some((2026, 3))]);
        assert_eq!(groups[1].key[1], None);
    }

    #[test]
    fn a_cost_sum_says_what_part_of_the_problems_it_knows() {
        let priced = ProblemFact { cost: Some(Kopecks(150)), ..fact(1) };
        let counts = grouped(&[priced, fact(2)], &[])[0].counts;
        assert_eq!((counts.cost_rub(), counts.cost_coverage()), (Some(1.5), Some(0.5)));
        assert_eq!(grouped(&[fact(2)], &[])[0].counts.cost_rub(), None);
    }

    #[test]
    fn what_was_closed_later_or_opened_later_is_counted_as_it_stood() {
        let later = ProblemFact { status: Status::Resolved, closed_at: Some(days_ago(-2)), ..fact(1) };
        let unborn = ProblemFact { opened_at: Some(days_ago(-2)), ..fact(2) };
        let counts = grouped(&[later, unborn], &[])[0].counts;
        assert_eq!((counts.total, counts.open, counts.resolved), (1, 1, 0));
    }

    proptest! {
        #[test]
        fn groups_are_sorted_add_up_and_do_not_depend_on_the_order_of_rows(
            seed in 0u64..1_000, dimensions in prop::sample::subsequence(&ALL[..], 0..=6)
        ) {
            let mut facts = region(300, &KRAI, seed);
            let groups = grouped(&facts, &dimensions);
            prop_assert_eq!(groups.iter().map(|g| g.counts.total).sum::<u32>(), 300);
            let known = |g: &Group| g.key.iter().map(|v| (v.is_none(), *v)).collect::<Vec<_>>();
            prop_assert!(groups.windows(2).all(|w| known(&w[0]) < known(&w[1])));
            facts.reverse();
            prop_assert_eq!(grouped(&facts, &dimensions), groups);
        }

        #[test]
        fn a_group_holds_what_counting_by_hand_finds(seed in 0u64..1_000) {
            let facts = region(300, &KRAI, seed);
            let seen: Vec<ProblemFact> = facts.iter().filter_map(|f| f.seen_at(AS_OF)).collect();
            for group in grouped(&facts, &[Dimension::Status, Dimension::Municipality]) {
                let own = seen.iter().filter(|f| Some(f.status as u16) == group.key[0]
                    && f.municipality.map(|m| m.0) == group.key[1]);
                prop_assert_eq!(own.clone().count() as u32, group.counts.total);
                prop_assert_eq!(own.filter(|f| f.is_overdue(AS_OF)).count() as u32, group.counts.overdue);
            }
        }
    }
}
