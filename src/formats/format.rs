//! Which formats there are, and how to tell them apart: by name, by file extension, by their first bytes.
//!
//! Does not read files. Next: `input` opens one, `split` cuts it into records.

use std::path::Path;

use serde::Deserialize;

use super::json_scan::ValueScanner;

/// A format of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// One GeoJSON document: a `FeatureCollection` or a single `Feature` (RFC 7946).
    GeoJson,
    /// One GeoJSON feature per record: a text sequence (RFC 8142) or one feature per line.
    GeoJsonSeq,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Csv, Self::GeoJson, Self::GeoJsonSeq];

    /// The name on the command line and in mappings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::GeoJson => "geojson",
            Self::GeoJsonSeq => "geojsonseq",
        }
    }

    /// Reads the name on the command line.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.code() == text)
    }

    /// The format that a file's name promises, a trailing `.gz` set aside; `None` when it promises none.
    ///
    /// ```
    /// use atlas::formats::Format;
    /// assert_eq!(Format::of_path("data/boston.CSV.gz".as_ref()), Some(Format::Csv));
    /// assert_eq!(Format::of_path("borders.json".as_ref()), Some(Format::GeoJson));
    /// assert_eq!(Format::of_path("feed.ndjson".as_ref()), Some(Format::GeoJsonSeq));
    /// assert_eq!(Format::of_path("-".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let plain = name.strip_suffix(".gz").unwrap_or(&name);
        match plain.rsplit_once('.')?.1 {
            "csv" => Some(Self::Csv),
            "geojson" | "json" => Some(Self::GeoJson),
            "geojsonl" | "geojsons" | "geojsonseq" | "ndjson" => Some(Self::GeoJsonSeq),
            _ => None,
        }
    }

    /// The format that the first bytes of a file look like: anything that does not begin like JSON is CSV.
    #[must_use]
    pub(super) fn sniff(head: &[u8]) -> Self {
        let text = head.trim_ascii_start();
        match text.first() {
            Some(b'{') => sniff_json(text),
            Some(&RECORD_SEPARATOR) => Self::GeoJsonSeq,
            Some(b'[') => Self::GeoJson,
            _ => Self::Csv,
        }
    }
}

/// The byte before each text of a sequence (RFC 7464).
pub(super) const RECORD_SEPARATOR: u8 = 0x1e;

/// One document, or the first of many? Decided by what follows the first object; where the object is longer than the
/// head, by whether it spans lines, which a record of a sequence may not.
fn sniff_json(text: &[u8]) -> Format {
    match ValueScanner::new(usize::MAX).advance(text) {
        Ok(Some(end)) => match text[end..].trim_ascii_start().first() {
            Some(b'{' | &RECORD_SEPARATOR) => Format::GeoJsonSeq,
            _ => Format::GeoJson,
        },
        _ if memchr::memchr(b'\n', text).is_some() || begins_collection(text) => Format::GeoJson,
        _ => Format::GeoJsonSeq,
    }
}

fn begins_collection(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"\"FeatureCollection\"").is_some()
        || memchr::memmem::find(text, b"\"features\"").is_some()
}

/// The delimiter that the first line of a CSV file seems to use when nobody named one: the comma, unless there is none
/// and a semicolon or a tab stands there.
pub(super) fn sniff_delimiter(head: &[u8]) -> u8 {
    let line = head.split(|&b| b == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or(head);
    [b',', b';', b'\t'].into_iter().find(|&delimiter| line.contains(&delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_formats_apart() {
        let feature = r#"{"type":"Feature","geometry":null,"properties":{}}"#;
        let collection = r#"{"type":"FeatureCollection","features":[{"type":"Feature""#;
        for (head, format) in [
            ("a,b\n1,2\n".to_owned(), Format::Csv),
            (String::new(), Format::Csv),
            (feature.to_owned(), Format::GeoJson),
            (format!("  {feature}\n"), Format::GeoJson),
            (format!("{feature}\n{feature}\n"), Format::GeoJsonSeq),
            (format!("\u{1e}{feature}\n"), Format::GeoJsonSeq),
            (collection.to_owned(), Format::GeoJson),
            ("{\n \"type\": \"Feature\",\n".to_owned(), Format::GeoJson),
            (r#"{"type":"Feature","geometry":{"#.to_owned(), Format::GeoJsonSeq),
        ] {
            assert_eq!(Format::sniff(head.as_bytes()), format, "{head}");
        }
    }

    #[test]
    fn a_semicolon_or_a_tab_delimits_where_there_is_no_comma() {
        assert_eq!(sniff_delimiter(b"\n\na;b\n1,5;2\n"), b';');
        assert_eq!(sniff_delimiter(b"a\tb\n"), b'\t');
        assert_eq!(sniff_delimiter(b"a,b;c\n"), b',');
        assert_eq!(sniff_delimiter(b"single\n"), b',');
    }
}
