//! Bytes become domain values or rejections, and back. The only place that knows file formats.
//!
//! Reading, in the order in which a file meets it: [`input`] (gzip, byte order mark) → [`split`] (whole records, bounded
//! memory) → the fields of a record.

mod csv_cells;
pub mod error;
pub mod format;
mod input;
mod json_scan;
mod split;

pub use error::FileError;
pub use format::Format;
