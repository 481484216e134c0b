//! The published table of citizens' marks of heads.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::facts::{full_months, moment, municipalities};
use super::{Atlas, ReadError, Reading};
use crate::analytics::digest::{fingerprint, seed_of};
use crate::analytics::head_marks::{HeadInput, published};
use crate::analytics::method::Method;
use crate::analytics::shrinkage::Marks;
use crate::domain::MunicipalityNo;
use crate::domain::assessment::MIN_PUBLISHED;

/// Marks by municipality and by what they are of.
type Cells<K> = BTreeMap<(MunicipalityNo, K), Marks>;

impl Atlas {
    /// Marks of heads in the last twelve full months: by criterion and by month, small cells held back, means shrunken.
    ///
    /// Errors: no such municipality. Cost: O(cells of marks + appeals).
    pub fn marks(&self, reading: &Reading, municipality: Option<&str>) -> Result<Json, ReadError> {
        let dictionary = &reading.snapshot.dictionary;
        let find = |name| dictionary.find_municipality(name).ok_or(ReadError::NotFound("municipality"));
        let only = municipality.map(find).transpose()?.map(|m| m.no);
        let (at, method, months) = (moment(reading), Method::builtin(), full_months(reading.now));
        let (of_criteria, of_months) = cells(reading, months.clone());
        let criteria: BTreeSet<&String> = of_criteria.keys().map(|(_, criterion)| criterion).collect();
        let units = municipalities(reading, at);
        let heads: Vec<HeadInput> = units
            .iter()
            .map(|unit| HeadInput {
                id: unit.id.clone(),
                name: unit.name.clone(),
                residents: unit.residents,
                criteria: criteria
                    .iter()
                    .map(|name| ((*name).clone(), of(&of_criteria, unit.no, (*name).clone())))
                    .collect(),
                months: months
                    .clone()
                    .map(|month| (month_text(month), of(&of_months, unit.no, month)))
                    .collect(),
            })
            .collect();
        // Priors need all heads, whoever is asked for.
        let mut rows = published(&heads, method);
        if let Some(no) = only {
            let id = units.iter().find(|unit| unit.no == no).map(|unit| &unit.id);
            rows.retain(|row| Some(&row.id) == id);
        }
        let told = format!("{of_criteria:?}");
        let inputs_hash = fingerprint(&[], &units, at, &[method.version.as_bytes(), told.as_bytes()]);
        Ok(json!({
            "as_of": reading.now.to_string(),
            "method_version": method.version,
            "seed": seed_of(&inputs_hash).to_string(),
            "inputs_hash": inputs_hash,
            "period": { "from": month_text(months.start), "to": month_text(months.end - 1) },
            "least_published": MIN_PUBLISHED,
            "municipalities": rows,
        }))
    }
}

fn cells(reading: &Reading, months: std::ops::Range<i32>) -> (Cells<String>, Cells<i32>) {
    let (mut of_criteria, mut of_months) = (Cells::new(), Cells::new());
    let within = |month: &i32| months.contains(month);
    for ((no, criterion, month), cell) in &reading.snapshot.assessments.cells {
        if within(month) {
            let add = |sum: &mut Marks| {
                sum.histogram.iter_mut().zip(cell.histogram).for_each(|(sum, n)| *sum += n);
            };
            add(of_criteria.entry((*no, criterion.clone())).or_default());
            add(of_months.entry((*no, *month)).or_default());
        }
    }
    (of_criteria, of_months)
}

fn of<K: Ord>(cells: &Cells<K>, no: MunicipalityNo, key: K) -> Marks {
    cells.get(&(no, key)).copied().unwrap_or_default()
}

/// A month as in `snapshot::month_of`, as people write it.
fn month_text(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}
