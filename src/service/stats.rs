//! Counts by anything, under the one filter.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::clusters::PointLayer;
use super::facts::{moment, problem_facts};
use super::filter::{Filter, Invalid};
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::columns::NO_TIME;
use crate::analytics::digest::{fingerprint, seed_of};
use crate::analytics::method::Method;
use crate::analytics::selection::View;
use crate::analytics::stats::{
    Counted, Counts, Dimension, Group, MAX_GROUPS, Tables, Tabulation, year_and_month,
};
use crate::domain::{AppealStatus, CategoryNo, MunicipalityNo, Status, Timestamp};
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::known;

/// Names of the dimensions on the wire.
const DIMENSIONS: [(&str, Dimension); 7] = [
    ("category", Dimension::Category),
    ("sphere", Dimension::Sphere),
    ("status", Dimension::Status),
    ("municipality", Dimension::Municipality),
    ("month", Dimension::MonthOpened),
    ("month_closed", Dimension::MonthClosed),
    ("month_due", Dimension::MonthDue),
];

impl Atlas {
    /// Counts of the records of a layer that the filter takes, by the dimensions named in `by`, and in all. Appeals have no
    /// costs, and what their past days were counted from is not cited.
    ///
    /// Cost: one pass over the selected records, and for problems of a past day their fingerprint; counts of appeals, of
    /// which there are many more, are then kept while no appeal and no day changes.
    pub fn stats(&self, layer: PointLayer, filter: &Filter, by: &[String]) -> Result<Json, ReadError> {
        let dimensions = by.iter().map(parse_dimension).collect::<Result<Vec<_>, Invalid>>()?;
        let reading = self.read_for(filter)?;
        let (counted, inputs_hash) = match layer {
            PointLayer::Problems => problem_groups(&reading, filter, by, &dimensions)?,
            PointLayer::Appeals => (self.appeal_groups(&reading, filter, by, &dimensions)?, None),
        };
        let Some(counted) = counted else {
            return Err(Invalid::new("by", "too_many_groups", &by.join(","), MAX_GROUPS.to_string()).into());
        };
        let groups = counted.iter().map(|group| {
            let mut row = Map::new();
            for ((name, dimension), key) in by.iter().zip(&dimensions).zip(&group.key) {
                let named = |key| named(&reading, layer, *dimension, key);
                row.insert(name.clone(), key.map_or(Json::Null, named));
            }
            put_counts(&mut row, layer, &group.counts);
            Json::Object(row)
        });
        let groups: Vec<Json> = groups.collect();
        let total = counted.iter().fold(Counts::default(), |sum, group| sum.and(&group.counts));
        let mut sum = Map::new();
        put_counts(&mut sum, layer, &total);
        let mut answer =
            json!({ "as_of": reading.now.to_string(), "by": by, "groups": groups, "total": sum });
        if let Some(inputs_hash) = inputs_hash {
            answer["method_version"] = Method::builtin().version.clone().into();
            answer["seed"] = seed_of(&inputs_hash).to_string().into();
            answer["inputs_hash"] = inputs_hash.into();
        }
        Ok(answer)
    }

    fn appeal_groups(
        &self,
        reading: &Reading,
        filter: &Filter,
        by: &[String],
        dimensions: &[Dimension],
    ) -> Result<Groups, ReadError> {
        let selection = filter.select_appeals(reading)?;
        let appeals = &reading.snapshot.appeals;
        let scope = format!("{}/{}", scope_of("appeals", appeals.version(), reading, filter), by.join(","));
        Ok(self.matches.groups.get_with(scope, || {
            let parts = appeals.parts();
            let view = Layer::<AppealColumns>::view(&parts, &selection, reading.today);
            tabulated(reading, dimensions, |add| view.for_each(|part, row| add(&appeal(&view, part, row))))
        }))
    }
}

/// Groups, `None` when there are too many of them.
pub(super) type Groups = Option<Arc<[Group]>>;

/// The groups of what `each` counts in.
fn tabulated(
    reading: &Reading,
    dimensions: &[Dimension],
    each: impl FnOnce(&mut dyn FnMut(&Counted)),
) -> Groups {
    let zone = reading.snapshot.dictionary.calendar.zone();
    let spheres = sphere_of_each_category(reading);
    let mut table = Tabulation::new(dimensions, Tables { zone, spheres: &spheres });
    each(&mut |counted| table.add(counted));
    table.finish().map(Arc::from)
}

/// Groups of problems, and for a past day the fingerprint of what they were counted from: counts of now change with every
/// write, and are not cited.
fn problem_groups(
    reading: &Reading,
    filter: &Filter,
    by: &[String],
    dimensions: &[Dimension],
) -> Result<(Groups, Option<String>), ReadError> {
    let (facts, as_of) = (problem_facts(reading, filter)?, moment(reading));
    let question = filter.canonical() + &by.join(",");
    let hash = reading.past.then(|| fingerprint(&facts, &[], as_of, &[question.as_bytes()]));
    let groups = tabulated(reading, dimensions, |add| {
        facts.iter().filter_map(|fact| Counted::of(fact, as_of)).for_each(|counted| add(&counted));
    });
    Ok((groups, hash))
}

fn appeal(view: &View<'_>, part: usize, row: usize) -> Counted {
    let columns = view.parts[part].columns;
    let is = |states: u16| states & 1 << columns.status[row] != 0;
    let time = |ms: i64| (ms != NO_TIME).then_some(Timestamp(ms));
    Counted {
        municipality: known(columns.municipality[row]).map(MunicipalityNo),
        category: CategoryNo(columns.category[row]),
        status: u16::from(columns.status[row]),
        opened_at: time(columns.opened_at.get(row)),
        due_at: time(columns.due_at.get(row)),
        closed_at: time(columns.closed_at.get(row)),
        is_open: is(view.statuses.open),
        is_overdue: view.is_overdue(columns, row),
        is_resolved: is(view.statuses.resolved),
        cost: None,
    }
}

fn parse_dimension(name: &String) -> Result<Dimension, Invalid> {
    let found = DIMENSIONS.iter().find(|(n, _)| n == name).map(|(_, dimension)| *dimension);
    found.ok_or_else(|| Invalid::new("by", "unknown_value", name, DIMENSIONS.map(|(n, _)| n).join(", ")))
}

/// For each category the number of its sphere.
fn sphere_of_each_category(reading: &Reading) -> Vec<CategoryNo> {
    let dictionary = &reading.snapshot.dictionary;
    let sphere = |c: &crate::domain::Category| dictionary.find_category(c.sphere()).map_or(c.no, |s| s.no);
    dictionary.categories.iter().map(sphere).collect()
}

fn named(reading: &Reading, layer: PointLayer, dimension: Dimension, key: u16) -> Json {
    let dictionary = &reading.snapshot.dictionary;
    match dimension {
        Dimension::Category | Dimension::Sphere => {
            dictionary.category(CategoryNo(key)).map_or(Json::Null, |c| c.code.clone().into())
        }
        Dimension::Status => {
            let code = u8::try_from(key).ok().and_then(|number| match layer {
                PointLayer::Problems => Status::from_number(number).map(Status::code),
                PointLayer::Appeals => AppealStatus::from_number(number).map(AppealStatus::code),
            });
            code.map_or(Json::Null, Json::from)
        }
        Dimension::Municipality => {
            dictionary.municipality(MunicipalityNo(key)).map_or(Json::Null, |m| m.id.clone().into())
        }
        Dimension::MonthOpened | Dimension::MonthClosed | Dimension::MonthDue => {
            let (year, month) = year_and_month(key);
            format!("{year:04}-{month:02}").into()
        }
    }
}

fn put_counts(row: &mut Map<String, Json>, layer: PointLayer, counts: &Counts) {
    row.insert("count".to_owned(), counts.total.into());
    row.insert("open".to_owned(), counts.open.into());
    row.insert("overdue".to_owned(), counts.overdue.into());
    row.insert("resolved".to_owned(), counts.resolved.into());
    if layer == PointLayer::Problems {
        row.insert("cost_rub".to_owned(), counts.cost_rub().into());
        row.insert("cost_known".to_owned(), counts.priced.into());
    }
}
