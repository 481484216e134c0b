//! Why a whole file cannot be read, or not to its end.
//!
//! A bad *row* is not an error but a [`crate::domain::row::Rejection`]. The sentences stand in the message catalogue
//! under [`FileError::rule`]; the texts here are for logs.

use std::io;

/// How many names of columns a message lists.
const MAX_LISTED: usize = 40;
/// How many characters of each it shows.
const MAX_NAME_CHARS: usize = 60;

/// Why a file cannot be read. Rows before the fault have been delivered.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing in it, or only white space.
    #[error("the file is empty")]
    Empty,
    /// Zero bytes: an archive, a spreadsheet, a database.
    #[error("the file is not text")]
    Binary,
    /// UTF-16 text.
    #[error("the file is UTF-16")]
    Utf16,
    /// The operating system could not read on.
    #[error("reading failed after {byte} bytes: {error}")]
    Read {
        /// Bytes of content read before.
        byte: u64,
        /// The system's reason.
        error: io::Error,
    },
    /// The gzip stream is damaged or cut short.
    #[error("the gzip stream breaks after {byte} bytes of content")]
    GzipBroken {
        /// Bytes of content read before.
        byte: u64,
    },
    /// One record is longer than the cap.
    #[error("row {row} is longer than {limit} bytes")]
    RecordTooLong {
        /// The row; 0 is the header.
        row: u64,
        /// The cap, bytes.
        limit: usize,
    },
    /// White space without end.
    #[error("more than {limit} bytes of white space at byte {byte}")]
    BlankTooLong {
        /// Where it was noticed.
        byte: u64,
        /// The cap, bytes.
        limit: usize,
    },
    /// Not JSON.
    #[error("not JSON at byte {byte}")]
    Syntax {
        /// Where.
        byte: u64,
    },
    /// Brackets within brackets beyond the cap.
    #[error("nested deeper than {limit} at byte {byte}")]
    TooDeep {
        /// Where.
        byte: u64,
        /// The cap, levels.
        limit: usize,
    },
    /// The file ends within a record or a document.
    #[error("truncated at byte {byte}")]
    Truncated {
        /// Length of what there is.
        byte: u64,
    },
    /// A quoted field of a CSV file has no end.
    #[error("the quotation mark opened in row {row} is never closed")]
    QuoteNotClosed {
        /// The row; 0 is the header.
        row: u64,
    },
    /// The document's `type` is something else, or missing.
    #[error("the type is “{found}”, not FeatureCollection or Feature")]
    NotFeatureCollection {
        /// What stands there; empty when nothing does.
        found: String,
    },
    /// A `FeatureCollection` without `features`, or with something else than a list there.
    #[error("a FeatureCollection without a list of features")]
    FeaturesMissing,
    /// `type` or `features` twice in one document.
    #[error("the member “{member}” is there twice")]
    MemberRepeated {
        /// Which.
        member: &'static str,
    },
    /// Something follows the end of the document.
    #[error("something follows the end of the document at byte {byte}")]
    TrailingContent {
        /// Where.
        byte: u64,
    },
    /// The first line of a sequence is not a complete JSON text.
    #[error("the first line is not a complete JSON text")]
    SequenceLineBroken,
    /// The first row of a CSV file is not text in the stated encoding.
    #[error("the header is not text in the stated encoding")]
    HeaderUnreadable,
    /// The mapping names columns that the file does not have.
    #[error("no such columns: {columns:?}; there are: {existing:?}")]
    ColumnsUnknown {
        /// Named, but absent.
        columns: Vec<String>,
        /// Columns of the file.
        existing: Vec<String>,
    },
    /// No column gives fields that every row needs.
    #[error("no column gives {fields:?}; there are: {existing:?}")]
    FieldsMissing {
        /// The fields; alternatives joined by `|`.
        fields: Vec<String>,
        /// Columns of the file.
        existing: Vec<String>,
    },
    /// A column that is used stands twice in the header.
    #[error("the column “{column}” is there twice")]
    ColumnRepeated {
        /// Its name.
        column: String,
    },
}

impl FileError {
    /// The key of its sentence in the message catalogue.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::Binary => "file_binary",
            Self::Utf16 => "file_utf16",
            Self::Read { .. } => "file_read_failed",
            Self::GzipBroken { .. } => "file_gzip_broken",
            Self::RecordTooLong { .. } => "record_too_long",
            Self::BlankTooLong { .. } => "blank_too_long",
            Self::Syntax { .. } => "json_syntax",
            Self::TooDeep { .. } => "json_too_deep",
            Self::Truncated { .. } => "file_truncated",
            Self::QuoteNotClosed { .. } => "quote_not_closed",
            Self::NotFeatureCollection { .. } => "not_a_feature_collection",
            Self::FeaturesMissing => "features_missing",
            Self::MemberRepeated { .. } => "member_repeated",
            Self::TrailingContent { .. } => "trailing_content",
            Self::SequenceLineBroken => "sequence_line_broken",
            Self::HeaderUnreadable => "header_unreadable",
            Self::ColumnsUnknown { .. } => "columns_unknown",
            Self::FieldsMissing { .. } => "fields_missing",
            Self::ColumnRepeated { .. } => "column_repeated",
        }
    }

    /// The values of the sentence's placeholders.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty
            | Self::Binary
            | Self::Utf16
            | Self::FeaturesMissing
            | Self::SequenceLineBroken
            | Self::HeaderUnreadable => vec![],
            Self::Read { byte, error } => vec![("byte", byte.to_string()), ("reason", error.to_string())],
            Self::GzipBroken { byte }
            | Self::Syntax { byte }
            | Self::Truncated { byte }
            | Self::TrailingContent { byte } => vec![("byte", byte.to_string())],
            Self::RecordTooLong { row, limit } => {
                vec![("row", row.to_string()), ("limit", limit.to_string())]
            }
            Self::BlankTooLong { byte, limit } | Self::TooDeep { byte, limit } => {
                vec![("byte", byte.to_string()), ("limit", limit.to_string())]
            }
            Self::QuoteNotClosed { row } => vec![("row", row.to_string())],
            Self::NotFeatureCollection { found } => vec![("got", found.clone())],
            Self::MemberRepeated { member } => vec![("member", (*member).to_owned())],
            Self::ColumnsUnknown { columns, existing } => {
                vec![("columns", listed(columns)), ("existing", listed(existing))]
            }
            Self::FieldsMissing { fields, existing } => {
                vec![("fields", listed(fields)), ("existing", listed(existing))]
            }
            Self::ColumnRepeated { column } => vec![("column", listed(std::slice::from_ref(column)))],
        }
    }
}

/// Names with commas between them, cut so that a header of a million columns stays a sentence.
fn listed(names: &[String]) -> String {
    let short = |name: &String| name.chars().take(MAX_NAME_CHARS).collect::<String>();
    let mut text = names.iter().take(MAX_LISTED).map(short).collect::<Vec<_>>().join(", ");
    if names.len() > MAX_LISTED {
        text.push_str(", …");
    }
    text
}
