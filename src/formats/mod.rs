//! Bytes become domain values or rejections, and back. The only place that knows file formats.
//!
//! Reading, in the order in which a file meets it: `input` (gzip, byte order mark) → `split` (whole records, bounded
//! memory) → `csv_cells` / `feature_cells` (fields as text) → [`record`] (typed access, every violation noted) →
//! `problem_rows` and its siblings (what the fields mean together). [`reader`] runs all of it on all cores;
//! [`structure`] goes through a file
//! beforehand and sees whether it is whole. [`mapping`] and `layout` say which column is which field. [`region_pack`] reads the files that describe a region.
//!
//! Writing: [`geojson_writer`] and [`csv_writer`] append [`value`]s to a buffer. Which rules a row can break is listed in
//! [`rule`], why a file is refused in [`error`].

mod appeal_rows;
mod chunk_rows;
mod content_hash;
mod csv_cells;
pub mod csv_writer;
mod dates;
pub mod error;
mod feature_cells;
pub mod field;
pub mod format;
pub mod geojson_writer;
mod geometry_json;
mod geometry_wkt;
mod input;
mod json_scan;
pub mod json_text;
mod layout;
pub mod mapping;
mod mark_rows;
mod municipality_rows;
mod number;
mod place;
pub mod plan;
mod problem_rows;
mod raw_shape;
pub mod reader;
pub mod record;
pub mod region_pack;
pub mod rule;
mod split;
pub mod structure;
mod text;
pub mod value;
pub mod warning;

#[cfg(test)]
mod real_files_tests;
#[cfg(test)]
mod rows_tests;

pub use error::FileError;
pub use field::RowKind;
pub use format::Format;
pub use mapping::{Mapping, MappingError};
pub use plan::{Limits, ReadPlan};
pub use reader::{Batch, ReadSummary, read_rows};
pub use record::FromRecord;
pub use structure::check_structure;
pub use value::Value;
pub use warning::{Warning, WarningCounts};
