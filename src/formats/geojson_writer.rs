//! Features and their framings as text: GeoJSON documents (RFC 7946) and text sequences (RFC 8142).
//!
//! Appends to a buffer that the caller empties as it likes, so the same writer serves answers of a few features and
//! exports without end. Nothing is built in between; the `geojson` crate reads back what is written, in the tests.

use super::json_text::{write_string, write_value};
use super::value::Value;
use crate::geometry::position::UNITS_PER_DEG;
use crate::geometry::shape::Path;
use crate::geometry::{Position, Shape};

/// What stands around the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One `FeatureCollection`.
    Collection,
    /// A text sequence: each feature after a record separator and before a line feed.
    Sequence,
}

/// Where a feature lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place<'a> {
    /// Nowhere: `"geometry":null`.
    Nowhere,
    /// At a place.
    At(Position),
    /// Where its shape is.
    Of(&'a Shape),
}

/// Writes features one after another.
///
/// ```
/// use atlas::formats::geojson_writer::{FeatureWriter, Framing, Place};
/// use atlas::formats::Value;
/// use atlas::geometry::Position;
/// let mut out = Vec::new();
/// let mut writer = FeatureWriter::new(Framing::Collection);
/// writer.begin(&mut out);
/// let place = Place::At(Position::new(1_350_599_000, 484_647_000));
/// writer.feature(&mut out, Some("ATL-27-000001"), place, &[("severity", Value::Int(3))]);
/// writer.end(&mut out, "\"numberReturned\":1");
/// assert_eq!(
///     String::from_utf8(out).unwrap(),
///     "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"id\":\"ATL-27-000001\",\
///      \"geometry\":{\"type\":\"Point\",\"coordinates\":[135.0599,48.4647]},\"properties\":{\"severity\":3}}\n],\
///      \"numberReturned\":1}\n"
/// );
/// ```
#[derive(Debug)]
pub struct FeatureWriter {
    framing: Framing,
    written: u64,
}

/// The byte before each text of a sequence.
const RECORD_SEPARATOR: u8 = 0x1e;

impl FeatureWriter {
    /// A writer of features in this framing.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self { framing, written: 0 }
    }

    /// Appends what comes before the first feature.
    pub fn begin(&self, out: &mut Vec<u8>) {
        if self.framing == Framing::Collection {
            out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
        }
    }

    /// Appends a feature, its properties in the order given.
    pub fn feature(
        &mut self,
        out: &mut Vec<u8>,
        id: Option<&str>,
        place: Place<'_>,
        properties: &[(&str, Value<'_>)],
    ) {
        match self.framing {
            Framing::Collection if self.written == 0 => out.push(b'\n'),
            Framing::Collection => out.extend_from_slice(b",\n"),
            Framing::Sequence => out.push(RECORD_SEPARATOR),
        }
        write_feature(out, id, place, properties);
        if self.framing == Framing::Sequence {
            out.push(b'\n');
        }
        self.written += 1;
    }

    /// Appends what comes after the last feature. `members` are further members of the collection as JSON text
    /// (`"numberMatched":3,"links":[]`), or empty; a sequence has no place for them.
    pub fn end(&self, out: &mut Vec<u8>, members: &str) {
        if self.framing == Framing::Collection {
            out.extend_from_slice(b"\n]");
            if !members.is_empty() {
                out.push(b',');
                out.extend_from_slice(members.as_bytes());
            }
            out.extend_from_slice(b"}\n");
        }
    }

    /// How many features have been written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }
}

/// Appends one feature without anything around it.
pub fn write_feature(
    out: &mut Vec<u8>,
    id: Option<&str>,
    place: Place<'_>,
    properties: &[(&str, Value<'_>)],
) {
    out.extend_from_slice(b"{\"type\":\"Feature\"");
    if let Some(id) = id {
        out.extend_from_slice(b",\"id\":");
        write_string(out, id);
    }
    out.extend_from_slice(b",\"geometry\":");
    match place {
        Place::Nowhere => out.extend_from_slice(b"null"),
        Place::At(position) => write_geometry(out, &Shape::Point(position)),
        Place::Of(shape) => write_geometry(out, shape),
    }
    out.extend_from_slice(b",\"properties\":{");
    for (n, (name, value)) in properties.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write_string(out, name);
        out.push(b':');
        write_value(out, *value);
    }
    out.extend_from_slice(b"}}");
}

/// Appends a geometry. A line or polygon of one part is written in its single form.
pub fn write_geometry(out: &mut Vec<u8>, shape: &Shape) {
    let kind = match shape {
        Shape::Point(_) => "Point",
        Shape::Lines(lines) if lines.len() == 1 => "LineString",
        Shape::Lines(_) => "MultiLineString",
        Shape::Polygons(polygons) if polygons.len() == 1 => "Polygon",
        Shape::Polygons(_) => "MultiPolygon",
    };
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"coordinates\":");
    match shape {
        Shape::Point(position) => write_position(out, *position),
        Shape::Lines(lines) => match &lines[..] {
            [line] => write_line(out, line),
            _ => write_list(out, lines, |out, line| write_line(out, line)),
        },
        Shape::Polygons(polygons) => match &polygons[..] {
            [rings] => write_rings(out, rings),
            _ => write_list(out, polygons, |out, rings| write_rings(out, rings)),
        },
    }
    out.push(b'}');
}

fn write_rings(out: &mut Vec<u8>, rings: &[Path]) {
    write_list(out, rings, |out, ring| {
        write_line(out, ring);
        // The closing repetition that paths leave out.
        if let Some(first) = ring.first() {
            out.pop();
            out.push(b',');
            write_position(out, *first);
            out.push(b']');
        }
    });
}

fn write_line(out: &mut Vec<u8>, line: &[Position]) {
    write_list(out, line, |out, position| write_position(out, *position));
}

fn write_list<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn write_position(out: &mut Vec<u8>, position: Position) {
    out.push(b'[');
    write_degrees(out, position.lon_e7);
    out.push(b',');
    write_degrees(out, position.lat_e7);
    out.push(b']');
}

/// Appends 1e-7 degrees as degrees: exact, without trailing zeros.
pub fn write_degrees(out: &mut Vec<u8>, e7: i32) {
    const UNITS: u32 = UNITS_PER_DEG as u32;
    if e7 < 0 {
        out.push(b'-');
    }
    let (whole, mut fraction) = (e7.unsigned_abs() / UNITS, e7.unsigned_abs() % UNITS);
    let mut digits = [0u8; 10];
    let mut at = digits.len();
    let mut rest = whole;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
    if fraction > 0 {
        out.push(b'.');
        let mut place = UNITS / 10;
        while fraction > 0 {
            out.push(b'0' + (fraction / place) as u8);
            fraction %= place;
            place /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::geometry_json::parse_geometry;
    use crate::formats::raw_shape::check;

    fn degrees(e7: i32) -> String {
        let mut out = Vec::new();
        write_degrees(&mut out, e7);
        String::from_utf8(out).unwrap()
    }

    fn geometry(shape: &Shape) -> String {
        let mut out = Vec::new();
        write_geometry(&mut out, shape);
        String::from_utf8(out).unwrap()
    }

    fn path(points: &[(i32, i32)]) -> Path {
        points.iter().map(|&(x, y)| Position::new(x * 10_000_000, y * 10_000_000)).collect()
    }

    #[test]
    fn degrees_are_exact_and_have_no_trailing_zeros() {
        for (e7, text) in [
            (0, "0"),
            (1, "0.0000001"),
            (-1, "-0.0000001"),
            (1_350_599_000, "135.0599"),
            (-1_800_000_000, "-180"),
            (484_647_123, "48.4647123"),
            (10, "0.000001"),
            (i32::MIN, "-214.7483648"),
        ] {
            assert_eq!(degrees(e7), text);
        }
    }

    #[test]
    fn shapes_of_one_part_are_written_in_the_single_form_and_rings_are_closed() {
        let line = path(&[(1, 2), (3, 4)]);
        let ring = path(&[(0, 0), (1, 0), (1, 1)]);
        assert_eq!(
            geometry(&Shape::Lines(vec![line.clone()])),
            r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#
        );
        assert_eq!(
            geometry(&Shape::Polygons(vec![vec![ring.clone()]])),
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#
        );
        assert!(
            geometry(&Shape::Lines(vec![line.clone(), line])).starts_with(r#"{"type":"MultiLineString""#)
        );
        assert!(
            geometry(&Shape::Polygons(vec![vec![ring.clone()], vec![ring]]))
                .contains(r#""MultiPolygon","coordinates":[[[[0,0]"#)
        );
    }

    #[test]
    fn a_sequence_stands_between_separators_and_line_feeds() {
        let mut out = Vec::new();
        let mut writer = FeatureWriter::new(Framing::Sequence);
        writer.begin(&mut out);
        writer.feature(&mut out, None, Place::Nowhere, &[]);
        writer.feature(&mut out, Some("\"x\""), Place::Nowhere, &[("a", Value::Text("b"))]);
        writer.end(&mut out, "\"ignored\":1");
        let expected = "\u{1e}{\"type\":\"Feature\",\"geometry\":null,\"properties\":{}}\n\
            \u{1e}{\"type\":\"Feature\",\"id\":\"\\\"x\\\"\",\"geometry\":null,\"properties\":{\"a\":\"b\"}}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert_eq!(writer.written(), 2);
    }

    #[test]
    fn a_collection_without_features_is_a_collection() {
        let mut out = Vec::new();
        let writer = FeatureWriter::new(Framing::Collection);
        writer.begin(&mut out);
        writer.end(&mut out, "");
        let read: geojson::FeatureCollection = serde_json::from_slice(&out).unwrap();
        assert!(read.features.is_empty());
    }

    proptest! {
        #[test]
        fn the_geojson_crate_reads_back_every_coordinate(lon in -1_800_000_000..=1_800_000_000i32, lat in -850_511_287..=850_511_287i32) {
            let text = geometry(&Shape::Point(Position::new(lon, lat)));
            let read: geojson::Geometry = text.parse().unwrap();
            let geojson::GeometryValue::Point { coordinates } = read.value else { panic!("{text}") };
            prop_assert_eq!(Position::parse_degrees(coordinates[0], coordinates[1]), Ok(Position::new(lon, lat)));
        }

        #[test]
        fn a_shape_written_and_read_is_the_same(
            lines in prop::collection::vec(prop::collection::vec((-1000i32..1000, -800i32..800), 2..6), 1..4),
        ) {
            let e6 = |&(x, y): &(i32, i32)| Position::new(x * 1_000_003, y * 1_000_003);
            let mut lines: Vec<Path> = lines.iter().map(|line| line.iter().map(e6).collect()).collect();
            lines.iter_mut().for_each(Vec::dedup);
            prop_assume!(lines.iter().all(|line| line.len() > 1));
            let shape = Shape::Lines(lines);
            let read = parse_geometry(&geometry(&shape), 100).and_then(|raw| check(raw, 100, None));
            prop_assert_eq!(read.map(|checked| checked.shape), Ok(shape));
        }
    }
}
