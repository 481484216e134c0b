//! How many appeals a selection holds, in which states, and where: for pictures. Counts by anything else: [`super::stats`].

use super::drawing::group_of;
use super::filter::Filter;
use super::overview::Sums;
use super::{Atlas, ReadError, Reading};
use crate::render::symbols::Group;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::known;

/// Appeals of a selection.
pub struct AppealCounts {
    /// All of them.
    pub total: Sums,
    /// By number of the municipality; appeals of none are in no entry.
    pub municipalities: Vec<Sums>,
}

impl Atlas {
    /// The appeals that the filter takes, in the world of the reading.
    ///
    /// Cost: O(rows selected).
    pub fn appeal_counts(&self, reading: &Reading, filter: &Filter) -> Result<AppealCounts, ReadError> {
        let selection = filter.select_appeals(reading)?;
        let parts = reading.snapshot.appeals.parts();
        let view = Layer::<AppealColumns>::view(&parts, &selection, reading.today);
        let places = reading.snapshot.dictionary.municipalities.len();
        let mut counts =
            AppealCounts { total: Sums::default(), municipalities: vec![Sums::default(); places] };
        view.for_each(|part, row| {
            let columns = parts[part].columns;
            let group = group_of(&view, columns, row);
            count(&mut counts.total, group);
            let home = known(columns.municipality[row]);
            if let Some(sums) = home.and_then(|no| counts.municipalities.get_mut(usize::from(no))) {
                count(sums, group);
            }
        });
        Ok(counts)
    }
}

fn count(sums: &mut Sums, group: Group) {
    sums.count += 1;
    match group {
        Group::New => sums.new += 1,
        Group::InWork => sums.in_work += 1,
        Group::Overdue => sums.overdue += 1,
        Group::Resolved => sums.closed += 1,
    }
}
