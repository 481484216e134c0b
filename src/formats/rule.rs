//! The rules that a row may break, by code. Each code is a key of the message catalogue and part of import reports.

macro_rules! rules {
    ($(#[$doc:meta])* $list:ident: $($name:ident = $code:literal;)*) => {
        $(pub(super) const $name: &str = $code;)*

        $(#[$doc])*
        pub const $list: &[&str] = &[$($code),*];
    };
}

rules! {
    /// All codes that a [`crate::domain::row::Rejection`] may carry.
    OF_ROWS:

    // The record as a whole; the rejection's field is empty.
    UTF8_INVALID = "utf8_invalid";
    ROW_NOT_JSON = "row_not_json";
    ROW_TOO_DEEP = "row_too_deep";
    ROW_NOT_FEATURE = "row_not_feature";
    WRONG_NUMBER_OF_FIELDS = "wrong_number_of_fields";

    // Any field.
    VALUE_NOT_SCALAR = "value_not_scalar";
    VALUE_NOT_IN_MAPPING = "value_not_in_mapping";
    TEXT_TOO_LONG = "text_too_long";
    BOOLEAN_UNKNOWN = "boolean_unknown";
    COUNT_NOT_ALLOWED = "count_not_allowed";
    DATE_UNREADABLE = "date_unreadable";
    DATE_OUT_OF_RANGE = "date_out_of_range";
    DATE_IN_FUTURE = "date_in_future";

    // The place; the rejection's field is `geometry`, or `lon` or `lat` where one of the two is at fault.
    GEOMETRY_MISSING = "geometry_missing";
    GEOMETRY_UNREADABLE = "geometry_unreadable";
    GEOMETRY_EMPTY = "geometry_empty";
    GEOMETRY_UNSUPPORTED = "geometry_unsupported";
    GEOMETRY_NOT_POINT = "geometry_not_point";
    GEOMETRY_NOT_POLYGON = "geometry_not_polygon";
    GEOMETRY_TOO_MANY_VERTICES = "geometry_too_many_vertices";
    COORDINATE_UNREADABLE = "coordinate_unreadable";
    COORDINATES_NOT_FINITE = "coordinates_not_finite";
    COORDINATES_OUT_OF_RANGE = "coordinates_out_of_range";
    LINE_TOO_SHORT = "line_too_short";
    RING_TOO_SHORT = "ring_too_short";
    POLYGON_CROSSES_ITSELF = "polygon_crosses_itself";

    // Problems and appeals.
    SOURCE_ID_MISSING = "source_id_missing";
    TITLE_MISSING = "title_missing";
    STATUS_UNKNOWN = "status_unknown";
    APPEAL_STATUS_UNKNOWN = "appeal_status_unknown";
    SEVERITY_NOT_ALLOWED = "severity_not_allowed";
    LEVEL_UNKNOWN = "level_unknown";
    COST_NOT_ALLOWED = "cost_not_allowed";
    COST_CLASS_UNKNOWN = "cost_class_unknown";

    // Municipalities and marks.
    NAME_MISSING = "name_missing";
    OKTMO_NOT_ALLOWED = "oktmo_not_allowed";
    AREA_NOT_ALLOWED = "area_not_allowed";
    MUNICIPALITY_MISSING = "municipality_missing";
    CRITERION_MISSING = "criterion_missing";
    MARK_NOT_ALLOWED = "mark_not_allowed";
    GIVEN_AT_MISSING = "given_at_missing";
}

rules! {
    /// All codes that a [`super::region_pack::PackFault`] may carry, besides those of geometries.
    OF_PACKS:

    PACK_FILE_MISSING = "pack_file_missing";
    PACK_FILE_UNREADABLE = "pack_file_unreadable";
    PACK_COLUMN_MISSING = "pack_column_missing";
    PACK_VALUE_MISSING = "pack_value_missing";
    PACK_VALUE_NOT_ALLOWED = "pack_value_not_allowed";
    PACK_ID_REPEATED = "pack_id_repeated";
    PACK_VERSIONS_OVERLAP = "pack_versions_overlap";
    PACK_REFERENCE_UNKNOWN = "pack_reference_unknown";
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::formats::{FileError, MappingError, Warning};

    type Sentences = HashMap<String, HashMap<String, String>>;

    fn sentences() -> Sentences {
        toml::from_str(include_str!("../messages.toml")).unwrap()
    }

    fn assert_filled(sentences: &Sentences, rule: &str, arguments: &[(&'static str, String)]) {
        let sentence = sentences.get(rule).unwrap_or_else(|| panic!("{rule} has no sentence"));
        for text in sentence.values() {
            let mut names =
                text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
            assert!(names.all(|name| arguments.iter().any(|(given, _)| *given == name)), "{rule}: {text}");
        }
    }

    #[test]
    fn every_rule_of_rows_has_a_sentence_that_needs_no_arguments() {
        for rule in OF_ROWS {
            assert_filled(&sentences(), rule, &[]);
        }
    }

    #[test]
    fn every_rule_of_packs_and_every_warning_has_a_sentence() {
        let fault = crate::formats::region_pack::parse(|_| None).unwrap_err().remove(0);
        for rule in OF_PACKS {
            assert_filled(&sentences(), rule, &fault.arguments());
        }
        for warning in Warning::ALL {
            assert_filled(&sentences(), warning.code(), &[("count", String::new())]);
        }
    }

    #[test]
    fn every_error_of_files_and_mappings_gives_what_its_sentence_needs() {
        let io = || std::io::Error::other("x");
        let names = || vec!["a".to_owned()];
        let errors = [
            FileError::Empty,
            FileError::Binary,
            FileError::Utf16,
            FileError::Read { byte: 1, error: io() },
            FileError::GzipBroken { byte: 1 },
            FileError::RecordTooLong { row: 1, limit: 1 },
            FileError::BlankTooLong { byte: 1, limit: 1 },
            FileError::Syntax { byte: 1 },
            FileError::TooDeep { byte: 1, limit: 1 },
            FileError::Truncated { byte: 1 },
            FileError::QuoteNotClosed { row: 1 },
            FileError::NotFeatureCollection { found: String::new() },
            FileError::FeaturesMissing,
            FileError::MemberRepeated { member: "type" },
            FileError::TrailingContent { byte: 1 },
            FileError::SequenceLineBroken,
            FileError::HeaderUnreadable,
            FileError::ColumnsUnknown { columns: names(), existing: names() },
            FileError::FieldsMissing { fields: names(), existing: names() },
            FileError::ColumnRepeated { column: String::new() },
        ];
        for error in errors {
            assert_filled(&sentences(), error.rule(), &error.arguments());
        }
        let text = String::new;
        let errors = [
            MappingError::Toml { reason: text() },
            MappingError::FieldUnknown { section: "columns", field: text(), allowed: text() },
            MappingError::FieldTwice { field: "title" },
            MappingError::ConstantNotScalar { field: text() },
            MappingError::ValueNotAllowed { field: "title", value: text() },
            MappingError::CoordinatesUnclear,
            MappingError::DelimiterInvalid { text: text() },
            MappingError::ZoneUnknown { name: text() },
            MappingError::DateFormatInvalid { format: text(), reason: text() },
        ];
        for error in errors {
            assert_filled(&sentences(), error.rule(), &error.arguments());
        }
    }

    #[test]
    fn sentences_list_all_values_that_are_allowed() {
        use crate::domain::{AppealStatus, Level, Status};
        let sentences = sentences();
        let lists = |rule: &str, codes: &[&str]| {
            let sentence = &sentences[rule];
            codes.iter().all(|code| sentence.values().all(|text| text.contains(code)))
        };
        assert!(lists(STATUS_UNKNOWN, &Status::ALL.map(Status::code)));
        assert!(lists(APPEAL_STATUS_UNKNOWN, &AppealStatus::ALL.map(AppealStatus::code)));
        assert!(lists(LEVEL_UNKNOWN, &Level::ALL.map(Level::code)));
        assert!(lists(GEOMETRY_TOO_MANY_VERTICES, &["10000", "2000000"]));
    }
}
