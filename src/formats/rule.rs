//! The rules that a row may break, by code. Each code is a key of the message catalogue and part of import reports.

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub(super) const $name: &str = $code;)*

        /// All codes that a [`crate::domain::row::Rejection`] may carry.
        pub const ALL: &[&str] = &[$($code),*];
    };
}

rules! {
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
