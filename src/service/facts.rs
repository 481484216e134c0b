//! Problems as statistics and ratings look at them, taken from a world.

use super::filter::Filter;
use super::{ReadError, Reading};
use crate::analytics::columns::NO_TIME;
use crate::analytics::facts::{AsOf, MunicipalityInput, ProblemFact};
use crate::analytics::selection::Selection;
use crate::domain::{CategoryNo, MunicipalityNo, Status, Timestamp};
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::{ProblemColumns, known};

/// The facts of all selected problems, in the order of the map's curve. Cost: O(rows selected).
pub fn problem_facts(reading: &Reading, filter: &Filter) -> Result<Vec<ProblemFact>, ReadError> {
    let selection = filter.select_problems(reading)?;
    Ok(facts_of(reading, &selection))
}

/// The facts of all problems that the public may see.
#[must_use]
pub fn all_facts(reading: &Reading) -> Vec<ProblemFact> {
    facts_of(reading, &Selection::default())
}

fn facts_of(reading: &Reading, selection: &Selection) -> Vec<ProblemFact> {
    let layer = &reading.snapshot.problems;
    let parts = layer.parts();
    let view = Layer::<ProblemColumns>::view(&parts, selection, reading.today);
    let mut facts = Vec::new();
    view.for_each(|part, row| {
        let segment = &layer.segments()[part];
        let (columns, extra) = (&segment.columns, &segment.extra);
        let time = |ms: i64| (ms != NO_TIME).then_some(Timestamp(ms));
        facts.push(ProblemFact {
            number: columns.number[row],
            municipality: known(columns.municipality[row]).map(MunicipalityNo),
            category: CategoryNo(columns.category[row]),
            status: Status::from_number(columns.status[row]).unwrap_or(Status::Registered),
            severity: Some(columns.severity[row]).filter(|s| *s > 0),
            level: extra.level(row),
            opened_at: time(columns.opened_at[row]),
            baseline_due: extra.baseline_due(row),
            current_due: time(columns.due_at[row]),
            closed_at: time(columns.closed_at[row]),
            cost: extra.cost(row).map(|(amount, _)| amount),
            reopened: extra.reopened(row),
            extensions: extra.extensions(row),
        });
    });
    facts
}

/// The moment of a reading.
#[must_use]
pub fn moment(reading: &Reading) -> AsOf {
    AsOf { now: reading.now, today: reading.today }
}

/// The municipalities of a world with their residents.
#[must_use]
pub fn municipalities(reading: &Reading) -> Vec<MunicipalityInput> {
    let dictionary = &reading.snapshot.dictionary;
    let input = |m: &crate::domain::Municipality| MunicipalityInput {
        no: m.no,
        id: m.id.clone(),
        name: m.current().short_name_ru.clone(),
        residents: m.residents(),
    };
    dictionary.municipalities.iter().map(input).collect()
}
