//! Whether a file can be read to its end: its columns are those that are needed, its records are found and not looked into.
//!
//! A file that passes can still be full of bad rows. Next: [`super::reader`], which reads them.

use std::io::Read;

use super::chunk_rows::{Form, layout_of};
use super::error::FileError;
use super::field::RowKind;
use super::format::{Format, sniff_delimiter};
use super::input::Input;
use super::mapping::Mapping;
use super::plan::Limits;
use super::split::collection::CollectionSplitter;
use super::split::csv::CsvSplitter;
use super::split::sequence::SequenceSplitter;
use super::split::{Chunks, Splitter};

/// Reads `input` to its end and says why [`super::read_rows`] would not get there. `progress` hears of the bytes of the
/// file that are done.
///
/// Whoever can read a file twice calls this first, so that one that was cut short leaves nothing behind. Memory: one
/// chunk of half a MiB, or the longest record. Cost: O(bytes), a fraction of what parsing them costs.
///
/// Errors: the file as a whole cannot be read, or not to its end.
pub fn check_structure(
    input: impl Read,
    format: Option<Format>,
    mapping: &Mapping,
    kind: RowKind,
    limits: Limits,
    progress: &mut dyn FnMut(u64),
) -> Result<(), FileError> {
    let input = Input::open(input)?;
    let format = format.or(mapping.format).unwrap_or_else(|| Format::sniff(input.head()));
    let (limit, depth) = (limits.record_bytes(format, kind), limits.depth);
    let mut check = Check { mapping, kind, progress };
    match format {
        Format::Csv => {
            let delimiter = mapping.delimiter.unwrap_or_else(|| sniff_delimiter(input.head()));
            let first_row = u64::from(!mapping.header);
            let chunks = Chunks::new(input, CsvSplitter::new(delimiter), first_row, limit, depth);
            check.go_through(chunks, Form::Csv { delimiter })
        }
        Format::GeoJson => {
            let chunks = Chunks::new(input, CollectionSplitter::new(depth), 1, limit, depth);
            check.go_through(chunks, Form::Features { depth: None })
        }
        Format::GeoJsonSeq => {
            let chunks = Chunks::new(input, SequenceSplitter::new(depth), 1, limit, depth);
            check.go_through(chunks, Form::Features { depth: Some(depth) })
        }
    }
}

struct Check<'a> {
    mapping: &'a Mapping,
    kind: RowKind,
    progress: &'a mut dyn FnMut(u64),
}

impl Check<'_> {
    fn go_through<R: Read, S: Splitter>(
        &mut self,
        mut chunks: Chunks<R, S>,
        form: Form,
    ) -> Result<(), FileError> {
        let mut first = true;
        while let Some(chunk) = chunks.next() {
            let mut chunk = chunk?;
            (self.progress)(chunk.consumed);
            if std::mem::take(&mut first) {
                layout_of(&mut chunk, self.mapping, form, self.kind)?;
            }
        }
        Ok(())
    }
}
