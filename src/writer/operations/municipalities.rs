//! Borders of municipalities from a file.

use std::sync::Arc;

use super::RowCounts;
use crate::domain::municipality::{BlobId, Municipality, MunicipalityVersion, Population};
use crate::domain::row::{MunicipalityRow, Rejection};
use crate::domain::{Actor, Record};
use crate::geometry::Shape;
use crate::writer::planner::{Operation, Planner, Refusal};

/// Gives municipalities that the pack knows new borders, and whatever else the file says of them.
///
/// Without `valid_from` the current border is replaced (a correction); with it a new version begins on that day.
pub struct ImportMunicipalities {
    /// The rows, with the file in which each border was already made durable.
    pub rows: Vec<(MunicipalityRow, BlobId)>,
    /// Who imports.
    pub actor: Actor,
}

impl Operation for ImportMunicipalities {
    type Answer = RowCounts;

    fn plan(self, planner: &mut Planner<'_>) -> Result<RowCounts, Refusal> {
        let mut counts = RowCounts::default();
        for (row, blob) in self.rows {
            let Some(old) = planner.dictionary().find_municipality(&row.name).cloned() else {
                counts.reject(Rejection::new(row.row, "name", "unknown_municipality", &row.name));
                continue;
            };
            let shape: Arc<Shape> = Arc::new(row.shape.clone());
            match changed(&old, &row, &blob) {
                Err(rule) => {
                    let got = row.valid_from.map(|day| day.to_string()).unwrap_or_default();
                    counts.reject(Rejection::new(row.row, "valid_from", rule, &got));
                }
                Ok(new) if new == old => counts.unchanged += 1,
                Ok(new) => {
                    planner.put_boundary(blob, shape);
                    planner.put_dictionary(Record::Municipality(new), self.actor);
                    counts.updated += 1;
                }
            }
        }
        Ok(counts)
    }

    fn weight_bytes(&self) -> usize {
        self.rows.len() * 4_096
    }
}

/// The municipality after the row. Errors: the code of the rule that the row breaks.
fn changed(old: &Municipality, row: &MunicipalityRow, blob: &BlobId) -> Result<Municipality, &'static str> {
    let mut new = old.clone();
    if let Some(day) = row.valid_from {
        let current = new.current_mut();
        if current.valid_from.is_some_and(|from| from > day) {
            return Err("version_before_current");
        }
        if current.valid_from != Some(day) {
            current.valid_to = Some(day);
            let next = MunicipalityVersion { valid_from: Some(day), valid_to: None, ..current.clone() };
            new.versions.push(next);
        }
    }
    let version = new.current_mut();
    version.boundary = Some(blob.clone());
    version.approximate = row.approximate;
    if let Some(name) = &row.name_ru {
        version.name_ru.clone_from(name);
    }
    if let Some(name) = &row.name_en {
        version.name_en.clone_from(name);
    }
    if let Some(oktmo) = &row.oktmo {
        version.oktmo.clone_from(oktmo);
    }
    if let Some(area) = row.area_km2 {
        version.area_km2 = Some(area);
    }
    let known = version.population.last().map(|count| count.n);
    if let Some(n) = row.population.filter(|n| Some(*n) != known) {
        let date = row.valid_from.or(version.population.last().map(|count| count.date));
        let date = date.ok_or("population_without_date")?;
        version.population.push(Population { date, n, source: "import".to_owned() });
    }
    Ok(new)
}
