//! What lies beside the data in a planner's ZIP: the question, what each field means, and how QGIS shows it in our colours. What
//! is said inside a GeoPackage is the same, as far as it fits.

use std::fmt::Write;

use super::qgis;
use crate::messages::{Language, text};
use crate::service::Reading;
use crate::service::features::Collection;
use crate::service::geopackages::{Words, columns};
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

/// What a GeoPackage says of itself and of its columns. `address` asks the same again, where there is one.
#[must_use]
pub fn words(language: Language, reading: &Reading, collection: Collection, address: Option<&str>) -> Words {
    let day = reading.snapshot.dictionary.calendar.zone().day_of(reading.now).to_string();
    let region = reading.snapshot.dictionary.region.as_ref();
    let notice = region.and_then(|region| region.invented.as_ref()).map(|notice| match language {
        Language::Ru => notice.ru.clone(),
        Language::En => notice.en.clone(),
    });
    let told = Some(text(language, "geopackage.day", &[("day", &day)]));
    let query = address.map(|address| text(language, "geopackage.query", &[("address", address)]));
    let about: Vec<String> = [notice, told, query].into_iter().flatten().collect();
    // The numbers of a rating are explained by its method, and some have the names of other things.
    let names = if collection == Collection::Ratings { Vec::new() } else { columns(collection) };
    let meaning = |(name, _)| (name, text(language, &format!("field.{name}"), &[]));
    Words { about: about.join("\n"), meanings: names.into_iter().map(meaning).collect() }
}

fn fields(language: Language) -> String {
    let mut table = String::from("\u{feff}field,values,meaning\n");
    for (name, values) in FIELDS {
        let meaning = text(language, &format!("field.{name}"), &[]);
        let _ = writeln!(table, "{name},{values},\"{}\"", meaning.replace('"', "\"\""));
    }
    table
}
