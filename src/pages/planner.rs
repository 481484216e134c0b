//! What lies beside the data in a planner's ZIP: the question, what each field means, and how QGIS shows it in our colours.

use std::fmt::Write;

use super::qgis;
use crate::messages::{Language, text};
use crate::service::planner::{Beside, NAME};

/// Properties of a problem, with the form of their values.
pub const FIELDS: [(&str, &str); 24] = [
    ("id", "text"),
    ("title", "text"),
    ("category", "code"),
    ("category_name", "text"),
    ("sphere", "code"),
    ("status", "code"),
    ("overdue", "boolean"),
    ("severity", "1…5"),
    ("municipality", "code"),
    ("municipality_name", "text"),
    ("responsible", "code"),
    ("responsible_name", "text"),
    ("level", "code"),
    ("registered_at", "RFC 3339"),
    ("baseline_due", "RFC 3339"),
    ("current_due", "RFC 3339"),
    ("resolved_at", "RFC 3339"),
    ("slip_days", "integer"),
    ("cost_rub", "number"),
    ("cost_class", "A…D"),
    ("n_appeals", "integer"),
    ("n_supporters", "integer"),
    ("updated_at", "RFC 3339"),
    ("quality", "codes"),
];

/// The files. `address` asks the same again; `day` is that of the data.
#[must_use]
pub fn files(language: Language, address: &str, day: &str) -> Vec<Beside> {
    let arguments = [("address", address), ("day", day)];
    vec![
        ("README.txt".to_owned(), text(language, "planner.readme", &arguments)),
        ("fields.csv".to_owned(), fields(language)),
        (format!("{NAME}.qml"), qgis::style(language)),
        (format!("{NAME}.qlr"), qgis::layers(language, &format!("{NAME}.geojson"))),
    ]
}

fn fields(language: Language) -> String {
    let mut table = String::from("\u{feff}field,values,meaning\n");
    for (name, values) in FIELDS {
        let meaning = text(language, &format!("field.{name}"), &[]);
        let _ = writeln!(table, "{name},{values},\"{}\"", meaning.replace('"', "\"\""));
    }
    table
}
