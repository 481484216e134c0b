//! What lies beside the data in a planner's ZIP: the question, what each field means, and a style for QGIS with our colours.

use std::fmt::Write;

use crate::domain::Status;
use crate::messages::{Language, text};
use crate::render::palette::{palette, parse_colour};
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
        (format!("{NAME}.qml"), style(language)),
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

/// A style of QGIS: one symbol for each status group, as on the map.
fn style(language: Language) -> String {
    let (mut categories, mut symbols) = (String::new(), String::new());
    for (n, status) in palette().status.iter().enumerate() {
        let label = text(language, &format!("group.{}", status.id), &[]);
        let [r, g, b] = parse_colour(&status.light).unwrap_or_default();
        let shape = if status.glyph == "square" { "square" } else { "circle" };
        let _ = writeln!(
            categories,
            "   <category value=\"{}\" symbol=\"{n}\" label=\"{label}\" render=\"true\"/>",
            status.id
        );
        let _ = writeln!(
            symbols,
            "   <symbol type=\"marker\" name=\"{n}\" alpha=\"1\">\n    <layer class=\"SimpleMarker\" enabled=\"1\" locked=\"0\" pass=\"0\">\n     \
             <Option type=\"Map\">\n      <Option type=\"QString\" name=\"color\" value=\"{r},{g},{b},255\"/>\n      \
             <Option type=\"QString\" name=\"name\" value=\"{shape}\"/>\n      \
             <Option type=\"QString\" name=\"outline_color\" value=\"255,255,255,255\"/>\n      \
             <Option type=\"QString\" name=\"size\" value=\"2.6\"/>\n     </Option>\n    </layer>\n   </symbol>"
        );
    }
    let group = group_expression();
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.28\" styleCategories=\"Symbology\">\n \
         <renderer-v2 type=\"categorizedSymbol\" attr=\"{group}\" enableorderby=\"0\" symbollevels=\"0\">\n  \
         <categories>\n{categories}  </categories>\n  <symbols>\n{symbols}  </symbols>\n </renderer-v2>\n</qgis>\n"
    )
}

/// The status group of a problem, in the words of QGIS; quotes stand in an attribute of XML.
fn group_expression() -> String {
    let list = |take: fn(&Status) -> bool| {
        let codes: Vec<String> =
            Status::ALL.iter().filter(|s| take(s)).map(|s| format!("'{}'", s.code())).collect();
        codes.join(",")
    };
    let closed = list(|status| status.is_closed());
    let new = list(|status| matches!(status, Status::Registered | Status::Assigned));
    format!(
        "CASE WHEN &quot;status&quot; IN ({closed}) THEN 'resolved' WHEN &quot;overdue&quot; THEN 'overdue' \
         WHEN &quot;status&quot; IN ({new}) THEN 'new' ELSE 'in_work' END"
    )
}
