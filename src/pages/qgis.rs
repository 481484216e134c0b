//! The problems as QGIS draws them: our colours and glyphs for points, lines and areas.
//!
//! Answers: "how does a planner see the export as the map shows it?" Written: a style (`.qml`), which QGIS takes for points by
//! itself, and a layer definition (`.qlr`), which opens the one GeoJSON file as three styled layers. Source: "QGIS layer
//! definition file" and "QML", QGIS 3 documentation, appendix B; read by QGIS 3.22.

use std::fmt::Write;

use crate::domain::Status;
use crate::messages::{Language, text};
use crate::render::palette::{StatusColour, palette, parse_colour};

/// What one layer of QGIS can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Points,
    Lines,
    Areas,
}

impl Form {
    /// From the ground up.
    const ALL: [Self; 3] = [Self::Areas, Self::Lines, Self::Points];

    /// The key of the layer's name, what QGIS calls the geometry in a data source and in a layer, its symbols and its number.
    const fn names(self) -> (&'static str, &'static str, &'static str, &'static str, u8) {
        match self {
            Self::Points => ("planner.points", "Point", "Point", "marker", 0),
            Self::Lines => ("planner.lines", "LineString", "Line", "line", 1),
            Self::Areas => ("planner.areas", "Polygon", "Polygon", "fill", 2),
        }
    }
}

/// The style of points: one symbol for each status group, as on the map.
#[must_use]
pub fn style(language: Language) -> String {
    let number = Form::Points.names().4;
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22\" styleCategories=\"Symbology\">\n{}\
         <layerGeometryType>{number}</layerGeometryType>\n</qgis>\n",
        renderer(language, Form::Points)
    )
}

/// The definition of the layers of `file`, a GeoJSON file beside it.
#[must_use]
pub fn layers(language: Language, file: &str) -> String {
    let (mut tree, mut layers) = (String::new(), String::new());
    for form in Form::ALL {
        let (name, geometry, kind, ..) = form.names();
        let (name, source) = (text(language, name, &[]), format!("./{file}|geometrytype={geometry}"));
        let node = format!(
            "   <layer-tree-layer id=\"atlas_{geometry}\" name=\"{name}\" source=\"{source}\" providerKey=\"ogr\" \
             checked=\"Qt::Checked\" expanded=\"1\"/>\n"
        );
        // A tree is listed from the top.
        tree.insert_str(0, &node);
        let _ = write!(
            layers,
            "  <maplayer type=\"vector\" geometry=\"{kind}\" styleCategories=\"AllStyleCategories\">\n   \
             <id>atlas_{geometry}</id>\n   <datasource>{source}</datasource>\n   <layername>{name}</layername>\n   \
             <srs><spatialrefsys><authid>EPSG:4326</authid></spatialrefsys></srs>\n   \
             <provider encoding=\"UTF-8\">ogr</provider>\n{}  </maplayer>\n",
            renderer(language, form)
        );
    }
    let title = text(language, "planner.title", &[]);
    format!(
        "<!DOCTYPE qgis-layer-definition>\n<qlr>\n <layer-tree-group name=\"\" checked=\"Qt::Checked\" expanded=\"1\">\n  \
         <layer-tree-group name=\"{title}\" checked=\"Qt::Checked\" expanded=\"1\">\n{tree}  </layer-tree-group>\n \
         </layer-tree-group>\n <maplayers>\n{layers} </maplayers>\n</qlr>\n"
    )
}

fn renderer(language: Language, form: Form) -> String {
    let (mut categories, mut symbols) = (String::new(), String::new());
    let kind = form.names().3;
    for (n, status) in palette().status.iter().enumerate() {
        let label = text(language, &format!("group.{}", status.id), &[]);
        let _ = writeln!(
            categories,
            "   <category value=\"{}\" symbol=\"{n}\" label=\"{label}\" render=\"true\"/>",
            status.id
        );
        let _ = write!(
            symbols,
            "   <symbol type=\"{kind}\" name=\"{n}\" alpha=\"1\">\n{}   </symbol>\n",
            symbol(form, status)
        );
    }
    let group = group_expression();
    format!(
        " <renderer-v2 type=\"categorizedSymbol\" attr=\"{group}\" enableorderby=\"0\" symbollevels=\"0\">\n  \
         <categories>\n{categories}  </categories>\n  <symbols>\n{symbols}  </symbols>\n </renderer-v2>\n"
    )
}

/// The glyph says what the colour says: of points by its shape, of lines and outlines by their stroke.
fn symbol(form: Form, status: &StatusColour) -> String {
    let [r, g, b] = parse_colour(&status.light).unwrap_or_default();
    let (colour, white) = (format!("{r},{g},{b},255"), "255,255,255,255");
    let stroke = match status.glyph.as_str() {
        "half" => "dash",
        "ring" => "dot",
        _ => "solid",
    };
    let width = if status.glyph == "square" { "1.1" } else { "0.8" };
    match form {
        Form::Points => {
            let disc = |name, fill, edge, wide| {
                layer(
                    "SimpleMarker",
                    &[
                        ("name", name),
                        ("color", fill),
                        ("outline_color", edge),
                        ("outline_width", wide),
                        ("size", "2.6"),
                    ],
                )
            };
            match status.glyph.as_str() {
                "half" => {
                    let half = [
                        ("name", "semi_circle"),
                        ("color", &colour),
                        ("outline_style", "no"),
                        ("size", "2.6"),
                        ("angle", "270"),
                    ];
                    disc("circle", white, &colour, "0.4") + &layer("SimpleMarker", &half)
                }
                "ring" => disc("circle", white, &colour, "0.5"),
                "square" => disc("square", &colour, white, "0.2"),
                _ => disc("circle", &colour, white, "0.2"),
            }
        }
        Form::Lines => {
            layer("SimpleLine", &[("line_color", &colour), ("line_width", width), ("line_style", stroke)])
        }
        Form::Areas => layer(
            "SimpleFill",
            &[
                ("color", &format!("{r},{g},{b},70")),
                ("outline_color", &colour),
                ("outline_width", width),
                ("outline_style", stroke),
            ],
        ),
    }
}

fn layer(class: &str, options: &[(&str, &str)]) -> String {
    let options: String = options
        .iter()
        .map(|(name, value)| format!("      <Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>\n"))
        .collect();
    format!(
        "    <layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"0\">\n     <Option type=\"Map\">\n{options}     \
         </Option>\n    </layer>\n"
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
