//! Cuts a stream into chunks of whole records, with memory that does not grow with the file.
//!
//! Finds where records begin and end, nothing else; what stands in them is for [`super::reader`]'s parsers, which run
//! on many chunks at once. One file per format: [`csv`], [`collection`], [`sequence`].

pub(super) mod collection;
pub(super) mod csv;
pub(super) mod sequence;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::ops::Range;

use super::error::FileError;
use super::input::Input;
use super::json_scan::ScanFault;

/// Content read at a time, bytes: big enough to keep a core busy for milliseconds, small enough for the cache.
const CHUNK_BYTES: usize = 512 * 1024;

/// White space in a row before a file is taken for garbage, bytes.
const MAX_BLANK_BYTES: usize = 1024 * 1024;

/// Whole records, in the order of the file.
#[derive(Debug)]
pub(super) struct Chunk {
    pub bytes: Vec<u8>,
    /// Where in `bytes` each record lies.
    pub records: Vec<Range<usize>>,
    /// Number of the first of them.
    pub first_row: u64,
    /// Bytes of the file that were taken for this chunk.
    pub consumed: u64,
}

/// Finds records in a buffer that grows at its end and is cut at its beginning.
pub(super) trait Splitter {
    /// Looks at what is new in `buffer` and appends the places of complete records.
    ///
    /// `at_end`: nothing will follow. Errors: offsets are those of `buffer`; the records found before have been added.
    fn advance(
        &mut self,
        buffer: &[u8],
        at_end: bool,
        records: &mut Vec<Range<usize>>,
    ) -> Result<(), SplitFault>;

    /// Nothing before this offset will be looked at again.
    fn keep_from(&self) -> usize;

    /// The first `by` bytes of the buffer are gone.
    fn rebase(&mut self, by: usize);
}

/// Why a stream cannot be cut further. Offsets are those of the buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SplitFault {
    Syntax(usize),
    TooDeep(usize),
    Blank(usize),
    Truncated,
    Empty,
    QuoteNotClosed,
    NotFeatureCollection(String),
    FeaturesMissing,
    MemberRepeated(&'static str),
    TrailingContent(usize),
    LineBroken,
}

impl SplitFault {
    /// The fault `at` an offset of the buffer, from one found in the part of it that begins at `from`.
    fn scanning(from: usize, fault: ScanFault) -> Self {
        match fault {
            ScanFault::Syntax(at) => Self::Syntax(from + at),
            ScanFault::TooDeep(at) => Self::TooDeep(from + at),
        }
    }
}

/// The chunks of one stream.
pub(super) struct Chunks<R: Read, S> {
    input: Input<R>,
    splitter: S,
    /// Longest record, bytes.
    record_limit: usize,
    depth_limit: usize,
    /// Content to read at a time, bytes.
    chunk_bytes: usize,
    buffer: Vec<u8>,
    /// Offset of the buffer's first byte in the content.
    base: u64,
    next_row: u64,
    reported: u64,
    at_end: bool,
    fault: Option<FileError>,
}

impl<R: Read, S: Splitter> Chunks<R, S> {
    /// The chunks of `input`, rows counted from `first_row`.
    pub(super) fn new(
        input: Input<R>,
        splitter: S,
        first_row: u64,
        record_limit: usize,
        depth_limit: usize,
    ) -> Self {
        Self {
            input,
            splitter,
            record_limit,
            depth_limit,
            chunk_bytes: CHUNK_BYTES,
            buffer: Vec::new(),
            base: 0,
            next_row: first_row,
            reported: 0,
            at_end: false,
            fault: None,
        }
    }

    /// The next chunk; after the last one the fault that ended the stream early, if there was one; then `None`.
    pub(super) fn next(&mut self) -> Option<Result<Chunk, FileError>> {
        let mut records = Vec::new();
        while records.is_empty() && self.fault.is_none() && !self.at_end {
            self.read_on();
            let found = self.splitter.advance(&self.buffer, self.at_end, &mut records);
            // A fault of the stream comes after those of the content before it.
            if let Err(fault) = found {
                let row = self.next_row + records.len() as u64;
                self.fault = Some(self.file_error(fault, row));
            }
            self.check_length(&mut records);
            if records.is_empty() {
                self.forget(self.splitter.keep_from());
            }
        }
        if records.is_empty() {
            return self.fault.take().map(|fault| {
                self.at_end = true;
                Err(fault)
            });
        }
        Some(Ok(self.cut(records)))
    }

    /// Bytes taken from the file so far.
    pub(super) fn consumed(&self) -> u64 {
        self.input.consumed()
    }

    fn read_on(&mut self) {
        match self.input.fill(&mut self.buffer, self.chunk_bytes) {
            Ok(n) => self.at_end = n < self.chunk_bytes,
            Err(fault) => self.fault = Some(fault),
        }
    }

    fn check_length(&mut self, records: &mut Vec<Range<usize>>) {
        let too_long = records.iter().position(|record| record.len() > self.record_limit);
        let unfinished = self.buffer.len() - self.splitter.keep_from();
        let endless = self.fault.is_none() && unfinished > self.record_limit;
        let at = too_long.or(endless.then_some(records.len()));
        if let Some(at) = at {
            records.truncate(at);
            let row = self.next_row + at as u64;
            self.fault = Some(FileError::RecordTooLong { row, limit: self.record_limit });
        }
    }

    fn cut(&mut self, records: Vec<Range<usize>>) -> Chunk {
        let keep_from = self.splitter.keep_from();
        let rest = self.buffer[keep_from..].to_vec();
        let bytes = std::mem::replace(&mut self.buffer, rest);
        self.base += keep_from as u64;
        self.splitter.rebase(keep_from);
        let first_row = self.next_row;
        self.next_row += records.len() as u64;
        let consumed = self.input.consumed() - self.reported;
        self.reported += consumed;
        Chunk { bytes, records, first_row, consumed }
    }

    fn forget(&mut self, n: usize) {
        self.buffer.drain(..n);
        self.base += n as u64;
        self.splitter.rebase(n);
    }

    fn file_error(&self, fault: SplitFault, row: u64) -> FileError {
        let byte = |at: usize| self.base + at as u64;
        match fault {
            SplitFault::Syntax(at) => FileError::Syntax { byte: byte(at) },
            SplitFault::TooDeep(at) => FileError::TooDeep { byte: byte(at), limit: self.depth_limit },
            SplitFault::Blank(at) => FileError::BlankTooLong { byte: byte(at), limit: MAX_BLANK_BYTES },
            SplitFault::Truncated => FileError::Truncated { byte: byte(self.buffer.len()) },
            SplitFault::Empty => FileError::Empty,
            SplitFault::QuoteNotClosed => FileError::QuoteNotClosed { row },
            SplitFault::NotFeatureCollection(found) => FileError::NotFeatureCollection { found },
            SplitFault::FeaturesMissing => FileError::FeaturesMissing,
            SplitFault::MemberRepeated(member) => FileError::MemberRepeated { member },
            SplitFault::TrailingContent(at) => FileError::TrailingContent { byte: byte(at) },
            SplitFault::LineBroken => FileError::SequenceLineBroken,
        }
    }
}
