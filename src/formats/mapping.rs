//! How a source's columns, dates and values become the canonical ones: a TOML file, checked when it is loaded.
//!
//! Does not look at data files; `layout` brings the two together. Schema: the fields of `MappingText`, examples in
//! `data/mappings/`.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::dates::DateFormat;
use super::field::{COORDINATE_FIELDS, Field, RowKind};
use super::format::Format;
use crate::domain::time::Zone;

/// The text encodings that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1251")]
    Windows1251,
}

/// Source values and the canonical values that they mean.
pub(super) type Translation = HashMap<String, String>;

/// A checked mapping. The default one leaves every canonical name as it stands.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) format: Option<Format>,
    pub(super) encoding: Encoding,
    pub(super) delimiter: Option<u8>,
    pub(super) header: bool,
    pub(super) zone: Option<Zone>,
    pub(super) constants: Vec<(Field, String)>,
    /// Source columns of canonical fields, those of the place included.
    pub(super) columns: Vec<(Field, String)>,
    pub(super) date_formats: Vec<DateFormat>,
    pub(super) values: Vec<(Field, Translation)>,
}

impl Default for Mapping {
    fn default() -> Self {
        Self {
            format: None,
            encoding: Encoding::Utf8,
            delimiter: None,
            header: true,
            zone: None,
            constants: vec![],
            columns: vec![],
            date_formats: vec![],
            values: vec![],
        }
    }
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not TOML, or a key or value that the schema does not have.
    #[error("{reason}")]
    Toml {
        /// The parser's words, with the line.
        reason: String,
    },
    /// A canonical name that rows of this kind do not have.
    #[error("[{section}] names “{field}”; fields are: {allowed}")]
    FieldUnknown {
        /// Section of the mapping.
        section: &'static str,
        /// The name.
        field: String,
        /// Names that exist.
        allowed: String,
    },
    /// A field has two origins.
    #[error("“{field}” has two origins")]
    FieldTwice {
        /// The field.
        field: &'static str,
    },
    /// A constant that is a table or a list.
    #[error("the constant “{field}” is neither text nor number")]
    ConstantNotScalar {
        /// The field.
        field: String,
    },
    /// A constant or translation that the field cannot have.
    #[error("“{field}” cannot be “{value}”")]
    ValueNotAllowed {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
    },
    /// `[coordinates]` has no complete form, or several.
    #[error("[coordinates] needs exactly one of lon + lat, wkt, latlon_pair, lonlat_pair")]
    CoordinatesUnclear,
    /// Not one ASCII character, or one that CSV needs itself.
    #[error("the delimiter “{text}” cannot be used")]
    DelimiterInvalid {
        /// What was given.
        text: String,
    },
    /// No such zone.
    #[error("the time zone “{name}” is unknown")]
    ZoneUnknown {
        /// What was given.
        name: String,
    },
    /// Not a usable `strptime` format.
    #[error("the date format “{format}” cannot be used: {reason}")]
    DateFormatInvalid {
        /// The format.
        format: String,
        /// Why.
        reason: String,
    },
}

impl MappingError {
    /// The key of its sentence in the message catalogue.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Toml { .. } => "mapping_invalid",
            Self::FieldUnknown { .. } => "mapping_field_unknown",
            Self::FieldTwice { .. } => "mapping_field_twice",
            Self::ConstantNotScalar { .. } => "mapping_constant_not_scalar",
            Self::ValueNotAllowed { .. } => "mapping_value_not_allowed",
            Self::CoordinatesUnclear => "mapping_coordinates_unclear",
            Self::DelimiterInvalid { .. } => "mapping_delimiter_invalid",
            Self::ZoneUnknown { .. } => "mapping_zone_unknown",
            Self::DateFormatInvalid { .. } => "mapping_date_format_invalid",
        }
    }

    /// The values of the sentence's placeholders.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Toml { reason } => vec![("reason", reason.clone())],
            Self::FieldUnknown { section, field, allowed } => vec![
                ("section", (*section).to_owned()),
                ("field", field.clone()),
                ("allowed", allowed.clone()),
            ],
            Self::FieldTwice { field } => vec![("field", (*field).to_owned())],
            Self::ConstantNotScalar { field } => vec![("field", field.clone())],
            Self::ValueNotAllowed { field, value } => {
                vec![("field", (*field).to_owned()), ("got", value.clone())]
            }
            Self::CoordinatesUnclear => vec![],
            Self::DelimiterInvalid { text } => vec![("got", text.clone())],
            Self::ZoneUnknown { name } => vec![("got", name.clone())],
            Self::DateFormatInvalid { format, reason } => {
                vec![("got", format.clone()), ("reason", reason.clone())]
            }
        }
    }
}

/// The schema of a mapping file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingText {
    /// `csv`, `geojson` or `geojsonseq`; else the file's name or its first bytes decide.
    format: Option<Format>,
    /// `utf-8` (default) or `windows-1251`.
    #[serde(default)]
    encoding: Encoding,
    /// CSV only: one character; else the comma, or what the first line uses instead.
    delimiter: Option<String>,
    /// CSV only: whether the first row names the columns (default); else they are called `1`, `2`, …
    header: Option<bool>,
    /// IANA zone of times without an offset; else the region's.
    time_zone: Option<String>,
    /// Canonical field = value of every row.
    #[serde(default)]
    constants: BTreeMap<String, toml::Value>,
    /// Canonical field = source column.
    #[serde(default)]
    columns: BTreeMap<String, String>,
    /// The columns that say where.
    coordinates: Option<CoordinatesText>,
    /// How dates are written.
    #[serde(default)]
    dates: DatesText,
    /// Canonical field = (source value = canonical value); `"*"` stands for all other values.
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoordinatesText {
    lon: Option<String>,
    lat: Option<String>,
    wkt: Option<String>,
    latlon_pair: Option<String>,
    lonlat_pair: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatesText {
    /// `strptime` formats, tried in order after ISO 8601.
    #[serde(default)]
    formats: Vec<String>,
}

impl Mapping {
    /// Reads the mapping of a file of such rows.
    ///
    /// Errors: the first fault, see [`MappingError`].
    pub fn parse(text: &str, kind: RowKind) -> Result<Self, MappingError> {
        let text: MappingText =
            toml::from_str(text).map_err(|error| MappingError::Toml { reason: error.to_string() })?;
        let mapping = Self {
            format: text.format,
            encoding: text.encoding,
            delimiter: text.delimiter.as_deref().map(parse_delimiter).transpose()?,
            header: text.header.unwrap_or(true),
            zone: text.time_zone.as_deref().map(parse_zone).transpose()?,
            constants: parse_constants(text.constants, kind)?,
            columns: parse_columns(text.columns, text.coordinates, kind)?,
            date_formats: text.dates.formats.iter().map(|f| parse_format(f)).collect::<Result<_, _>>()?,
            values: parse_values(text.values, kind)?,
        };
        mapping.check_single_origins()?;
        Ok(mapping)
    }

    /// The format that the mapping names.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// The source column that the mapping names for `field`.
    pub(super) fn column(&self, field: Field) -> Option<&str> {
        self.columns.iter().find(|(f, _)| *f == field).map(|(_, column)| column.as_str())
    }

    fn check_single_origins(&self) -> Result<(), MappingError> {
        match self.constants.iter().find(|(field, _)| self.column(*field).is_some()) {
            Some((field, _)) => Err(MappingError::FieldTwice { field: field.name() }),
            None => Ok(()),
        }
    }
}

fn field_of(kind: RowKind, section: &'static str, name: &str) -> Result<Field, MappingError> {
    kind.field(name).ok_or_else(|| MappingError::FieldUnknown {
        section,
        field: name.to_owned(),
        allowed: kind.names().join(", "),
    })
}

fn checked_value(field: Field, kind: RowKind, value: String) -> Result<String, MappingError> {
    if field.may_be(kind, &value) {
        Ok(value)
    } else {
        Err(MappingError::ValueNotAllowed { field: field.name(), value })
    }
}

fn parse_constants(
    constants: BTreeMap<String, toml::Value>,
    kind: RowKind,
) -> Result<Vec<(Field, String)>, MappingError> {
    let parse = |(name, value): (String, toml::Value)| {
        let field = field_of(kind, "constants", &name)?;
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(n) => n.to_string(),
            toml::Value::Float(x) => x.to_string(),
            toml::Value::Boolean(b) => b.to_string(),
            toml::Value::Datetime(t) => t.to_string(),
            _ => return Err(MappingError::ConstantNotScalar { field: name }),
        };
        Ok((field, checked_value(field, kind, text)?))
    };
    constants.into_iter().map(parse).collect()
}

fn parse_columns(
    columns: BTreeMap<String, String>,
    coordinates: Option<CoordinatesText>,
    kind: RowKind,
) -> Result<Vec<(Field, String)>, MappingError> {
    let mut parsed = Vec::with_capacity(columns.len() + 2);
    for (name, column) in columns {
        parsed.push((field_of(kind, "columns", &name)?, column));
    }
    if let Some(coordinates) = coordinates {
        if !kind.has_place() {
            field_of(kind, "coordinates", "coordinates")?;
        }
        let named = [
            coordinates.lon,
            coordinates.lat,
            coordinates.wkt,
            coordinates.latlon_pair,
            coordinates.lonlat_pair,
        ];
        for (field, column) in COORDINATE_FIELDS.into_iter().zip(named) {
            parsed.extend(column.map(|column| (field, column)));
        }
    }
    let count = |field: Field| parsed.iter().filter(|(f, _)| *f == field).count();
    match COORDINATE_FIELDS.map(count) {
        [0, 0, 0, 0, 0] | [1, 1, 0, 0, 0] | [0, 0, 1, 0, 0] | [0, 0, 0, 1, 0] | [0, 0, 0, 0, 1] => Ok(parsed),
        _ => Err(MappingError::CoordinatesUnclear),
    }
}

fn parse_values(
    values: BTreeMap<String, BTreeMap<String, String>>,
    kind: RowKind,
) -> Result<Vec<(Field, Translation)>, MappingError> {
    let parse = |(name, table): (String, BTreeMap<String, String>)| {
        let field = field_of(kind, "values", &name)?;
        let entry = |(from, to): (String, String)| Ok((from, checked_value(field, kind, to)?));
        Ok((field, table.into_iter().map(entry).collect::<Result<_, _>>()?))
    };
    values.into_iter().map(parse).collect()
}

fn parse_delimiter(text: &str) -> Result<u8, MappingError> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0) => Ok(*byte),
        _ => Err(MappingError::DelimiterInvalid { text: text.to_owned() }),
    }
}

fn parse_zone(name: &str) -> Result<Zone, MappingError> {
    Zone::parse(name).ok_or_else(|| MappingError::ZoneUnknown { name: name.to_owned() })
}

fn parse_format(format: &str) -> Result<DateFormat, MappingError> {
    DateFormat::parse(format)
        .map_err(|reason| MappingError::DateFormatInvalid { format: format.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOSTON: &str = r#"
        format = "csv"
        encoding = "utf-8"
        delimiter = ","
        header = true
        time_zone = "America/New_York"
        [constants]
        source = "boston-311-2015"
        severity = 3
        [columns]
        source_id = "CASE_ENQUIRY_ID"
        [coordinates]
        lon = "LONGITUDE"
        lat = "LATITUDE"
        [dates]
        formats = ["%m/%d/%Y %I:%M:%S %p"]
        [values.status]
        Open = "registered"
        Closed = "resolved"
        "*" = ""
    "#;

    fn problem(text: &str) -> Result<Mapping, MappingError> {
        Mapping::parse(text, RowKind::Problems)
    }

    fn rule(text: &str) -> &'static str {
        problem(text).map_or_else(|error| error.rule(), |_| "accepted")
    }

    #[test]
    fn the_whole_schema_is_read() {
        let mapping = problem(BOSTON).unwrap();
        assert_eq!(mapping.format(), Some(Format::Csv));
        assert_eq!(mapping.delimiter, Some(b','));
        assert_eq!(mapping.column(Field::SourceId), Some("CASE_ENQUIRY_ID"));
        assert_eq!(mapping.column(Field::Lon), Some("LONGITUDE"));
        assert!(mapping.constants.contains(&(Field::Severity, "3".to_owned())));
        assert_eq!(mapping.values[0].1["Closed"], "resolved");
        assert!(problem("").is_ok());
    }

    #[test]
    fn unknown_keys_and_fields_of_other_kinds_are_refused() {
        assert_eq!(rule("colums = 1"), "mapping_invalid");
        assert_eq!(rule("encoding = \"koi8-r\""), "mapping_invalid");
        assert_eq!(rule("[dates]\nformat = []"), "mapping_invalid");
        assert_eq!(rule("not toml"), "mapping_invalid");
        assert_eq!(rule("[columns]\nreceived_at = \"x\""), "mapping_field_unknown");
        assert_eq!(rule("[constants]\nfoo = \"x\""), "mapping_field_unknown");
        assert_eq!(rule("[values.foo]\na = \"b\""), "mapping_field_unknown");
        let marks = Mapping::parse("[coordinates]\nwkt = \"g\"", RowKind::Marks).unwrap_err();
        assert_eq!(marks.rule(), "mapping_field_unknown");
    }

    #[test]
    fn a_field_has_one_origin() {
        assert_eq!(rule("[constants]\ntitle = \"x\"\n[columns]\ntitle = \"y\""), "mapping_field_twice");
        assert_eq!(rule("[constants]\ntitle = [1]"), "mapping_constant_not_scalar");
    }

    #[test]
    fn coordinates_have_exactly_one_complete_form() {
        let form = |keys: &str| rule(&format!("[coordinates]\n{keys}"));
        for good in ["lon = \"x\"\nlat = \"y\"", "wkt = \"g\"", "latlon_pair = \"p\"", "lonlat_pair = \"p\""]
        {
            assert_eq!(form(good), "accepted", "{good}");
        }
        for bad in
            ["lon = \"x\"", "lon = \"x\"\nlat = \"y\"\nwkt = \"g\"", "wkt = \"g\"\nlatlon_pair = \"p\""]
        {
            assert_eq!(form(bad), "mapping_coordinates_unclear", "{bad}");
        }
        assert_eq!(rule("[columns]\nlon = \"x\"\nlat = \"y\""), "accepted");
        assert_eq!(rule("[columns]\nlon = \"x\"\n[coordinates]\nwkt = \"g\""), "mapping_coordinates_unclear");
    }

    #[test]
    fn values_that_a_field_cannot_have_are_found_when_the_mapping_is_loaded() {
        assert_eq!(rule("[values.status]\nOpen = \"registred\""), "mapping_value_not_allowed");
        assert_eq!(rule("[constants]\nseverity = 9"), "mapping_value_not_allowed");
        assert_eq!(rule("[constants]\nlevel = \"galactic\""), "mapping_value_not_allowed");
        let appeals = Mapping::parse("[values.status]\n\"*\" = \"answered\"", RowKind::Appeals);
        assert!(appeals.is_ok());
    }

    #[test]
    fn delimiters_zones_and_date_formats_are_checked() {
        for bad in ["", ",,", "\\\"", "\\n", "é"] {
            assert_eq!(rule(&format!("delimiter = \"{bad}\"")), "mapping_delimiter_invalid", "{bad}");
        }
        assert_eq!(rule("delimiter = \"\\t\""), "accepted");
        assert_eq!(rule("time_zone = \"Mars/Olympus\""), "mapping_zone_unknown");
        assert_eq!(rule("[dates]\nformats = [\"%K\"]"), "mapping_date_format_invalid");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
            let _ = problem(&text);
        }

        #[test]
        fn no_damaged_mapping_makes_the_parser_panic(at in 0usize..BOSTON.len(), with in "\\PC{0,4}") {
            let (before, after) = BOSTON.split_at(at);
            let _ = problem(&format!("{before}{with}{}", after.chars().skip(1).collect::<String>()));
        }
    }
}
