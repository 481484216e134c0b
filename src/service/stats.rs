//! Counts by anything, under the one filter.

use serde_json::{Map, Value as Json, json};

use super::facts::{moment, problem_facts};
use super::filter::{Filter, Invalid};
use super::{Atlas, ReadError, Reading};
use crate::analytics::digest::{fingerprint, seed_of};
use crate::analytics::method::Method;
use crate::analytics::stats::{Counts, Dimension, Tables, tabulate, year_and_month};
use crate::domain::{CategoryNo, MunicipalityNo, Status};

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
    /// Counts of the problems that the filter takes, by the dimensions named in `by`, and in all.
    ///
    /// Cost: one pass over the selected problems for each call, and their fingerprint for a past day.
    pub fn stats(&self, filter: &Filter, by: &[String]) -> Result<Json, ReadError> {
        let dimensions = by.iter().map(parse_dimension).collect::<Result<Vec<_>, Invalid>>()?;
        let reading = self.read_for(filter)?;
        let facts = problem_facts(&reading, filter)?;
        let dictionary = &reading.snapshot.dictionary;
        let tables = Tables {
            as_of: moment(&reading),
            zone: dictionary.calendar.zone(),
            spheres: &sphere_of_each_category(&reading),
        };
        let groups: Vec<Json> = tabulate(facts.iter().copied(), &dimensions, &tables)
            .into_iter()
            .map(|group| {
                let mut row = Map::new();
                for ((name, dimension), key) in by.iter().zip(&dimensions).zip(&group.key) {
                    row.insert(name.clone(), key.map_or(Json::Null, |key| named(&reading, *dimension, key)));
                }
                put_counts(&mut row, &group.counts);
                Json::Object(row)
            })
            .collect();
        let total = tabulate(facts.iter().copied(), &[], &tables);
        let mut sum = Map::new();
        put_counts(&mut sum, &total.first().map(|group| group.counts).unwrap_or_default());
        let mut answer =
            json!({ "as_of": reading.now.to_string(), "by": by, "groups": groups, "total": sum });
        if reading.past {
            // What an old answer was counted from. The counts of now change with every write, and are not cited.
            let question = filter.canonical() + &by.join(",");
            let inputs_hash = fingerprint(&facts, &[], moment(&reading), &[question.as_bytes()]);
            answer["method_version"] = Method::builtin().version.clone().into();
            answer["seed"] = seed_of(&inputs_hash).to_string().into();
            answer["inputs_hash"] = inputs_hash.into();
        }
        Ok(answer)
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

fn named(reading: &Reading, dimension: Dimension, key: u16) -> Json {
    let dictionary = &reading.snapshot.dictionary;
    match dimension {
        Dimension::Category | Dimension::Sphere => {
            dictionary.category(CategoryNo(key)).map_or(Json::Null, |c| c.code.clone().into())
        }
        Dimension::Status => {
            u8::try_from(key).ok().and_then(Status::from_number).map_or(Json::Null, |s| s.code().into())
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

fn put_counts(row: &mut Map<String, Json>, counts: &Counts) {
    row.insert("count".to_owned(), counts.total.into());
    row.insert("open".to_owned(), counts.open.into());
    row.insert("overdue".to_owned(), counts.overdue.into());
    row.insert("resolved".to_owned(), counts.resolved.into());
    row.insert("cost_rub".to_owned(), counts.cost_rub().into());
    row.insert("cost_known".to_owned(), counts.priced.into());
}
