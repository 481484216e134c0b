//! Answers about municipalities as rows of CSV: what spreadsheets ask for. The names of columns are those of the JSON.

use serde_json::Value as Json;

use super::public::OwnedValue;
use crate::analytics::burden::{Burden, BurdenRow};
use crate::formats::Value;
use crate::formats::csv_writer::CsvWriter;

type Cells = Vec<(&'static str, OwnedValue)>;

/// Burdens as rows of CSV with a header: municipalities by number, the region last, without id and name.
#[must_use]
pub fn burden_csv(burden: &Burden) -> Vec<u8> {
    let made = [
        ("as_of", burden.as_of.to_string().into()),
        ("method_version", burden.method_version.clone().into()),
        ("seed", burden.seed.to_string().into()),
        ("inputs_hash", burden.inputs_hash.clone().into()),
    ];
    let rows = burden.municipalities.iter().chain([&burden.region]);
    sheet(rows.map(|row| [burden_cells(row), made.to_vec()].concat()))
}

fn burden_cells(row: &BurdenRow) -> Cells {
    let text = |text: &Option<String>| text.clone().map_or(OwnedValue::Null, OwnedValue::from);
    let number = |n: Option<f64>| OwnedValue::from(n);
    let count = |n: u32| OwnedValue::from(i64::from(n));
    let forecast = row.forecast.as_ref();
    vec![
        ("id", text(&row.id)),
        ("name", text(&row.name)),
        ("residents", OwnedValue::from(row.residents.map(|n| n as i64))),
        ("open", count(row.open)),
        ("overdue", count(row.overdue)),
        ("past_baseline", count(row.past_baseline)),
        ("open_per_10k", number(row.open_per_10k)),
        ("open_per_10k_smoothed", number(row.open_per_10k_smoothed)),
        ("open_per_10k_low", number(row.open_per_10k_interval.map(|i| i[0]))),
        ("open_per_10k_high", number(row.open_per_10k_interval.map(|i| i[1]))),
        ("severity_per_10k", number(row.severity_per_10k)),
        ("severity_coverage", number(row.severity_coverage)),
        ("cost_rub", number(row.cost_rub)),
        ("cost_rub_per_resident", number(row.cost_rub_per_resident)),
        ("cost_coverage", number(row.cost_coverage)),
        ("age_under_1_year", count(row.age.under_1_year)),
        ("age_years_1_to_2", count(row.age.years_1_to_2)),
        ("age_years_2_to_3", count(row.age.years_2_to_3)),
        ("age_years_3_to_5", count(row.age.years_3_to_5)),
        ("age_over_5_years", count(row.age.over_5_years)),
        ("age_unknown", count(row.age.unknown)),
        ("intake", count(row.intake)),
        ("verified", count(row.verified)),
        ("years_to_clear", number(row.years_to_clear)),
        ("years_to_clear_low", number(row.years_to_clear_interval.map(|i| i.0))),
        ("years_to_clear_high", number(row.years_to_clear_interval.and_then(|i| i.1))),
        ("net_per_year", OwnedValue::from(forecast.map(|f| f.net_per_year))),
        ("p_shrinks", number(forecast.map(|f| f.p_shrinks))),
        ("forecast_years", number(forecast.and_then(|f| f.years))),
        ("clears_at", forecast.map_or(OwnedValue::Null, |f| text(&f.clears_at))),
        ("clears_at_low", forecast.map_or(OwnedValue::Null, |f| text(&f.clears_at_interval[0]))),
        ("clears_at_high", forecast.map_or(OwnedValue::Null, |f| text(&f.clears_at_interval[1]))),
    ]
}

/// The table of marks as rows of CSV, one for each cell: of a criterion, of a month, and in sum.
#[must_use]
pub fn marks_csv(marks: &Json) -> Vec<u8> {
    let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
    let rows = list(&marks["municipalities"]).into_iter().flat_map(|head| {
        let total = std::iter::once(("total", head["total"].clone()));
        let criteria = list(&head["criteria"]).into_iter().map(|cell| ("criterion", cell));
        let months = list(&head["months"]).into_iter().map(|cell| ("month", cell));
        let cells: Vec<Cells> = total
            .chain(criteria)
            .chain(months)
            .map(|(kind, cell)| {
                vec![
                    ("id", of_json(&head["id"])),
                    ("name", of_json(&head["name"])),
                    ("kind", kind.to_owned().into()),
                    ("of", of_json(&cell["of"])),
                    ("suppressed", of_json(&cell["suppressed"])),
                    ("n", of_json(&cell["n"])),
                    ("mean", of_json(&cell["mean"])),
                    ("shrunken", of_json(&cell["shrunken"])),
                    ("interval_low", of_json(&cell["interval"][0])),
                    ("interval_high", of_json(&cell["interval"][1])),
                    ("as_of", of_json(&marks["as_of"])),
                    ("method_version", of_json(&marks["method_version"])),
                    ("seed", of_json(&marks["seed"])),
                    ("inputs_hash", of_json(&marks["inputs_hash"])),
                ]
            })
            .collect();
        cells
    });
    sheet(rows)
}

fn of_json(value: &Json) -> OwnedValue {
    match value {
        Json::String(text) => text.clone().into(),
        Json::Bool(yes) => OwnedValue::Bool(*yes),
        Json::Number(n) => n.as_i64().map_or_else(|| OwnedValue::from(n.as_f64()), OwnedValue::from),
        _ => OwnedValue::Null,
    }
}

/// Rows with the header of the first.
fn sheet(rows: impl Iterator<Item = Cells>) -> Vec<u8> {
    let (mut out, writer) = (Vec::new(), CsvWriter::new(b','));
    for (n, cells) in rows.enumerate() {
        if n == 0 {
            writer.row(&mut out, cells.iter().map(|(name, _)| Value::Text(name)));
        }
        writer.row(&mut out, cells.iter().map(|(_, value)| value.borrow()));
    }
    out
}
