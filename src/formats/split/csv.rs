//! Where the rows of a CSV file begin and end (RFC 4180): line ends inside quotes do not count.
//!
//! Agrees with the `csv` crate byte for byte: CR, LF and CRLF end a row, empty lines are no rows, a quote opens only at
//! the beginning of a field. The fields of a row: [`crate::formats::csv_cells`].

use std::ops::Range;

use memchr::{memchr, memchr3};

use super::{MAX_BLANK_BYTES, SplitFault, Splitter};

/// Finds rows.
#[derive(Debug)]
pub(in crate::formats) struct CsvSplitter {
    delimiter: u8,
    row_start: usize,
    scanned: usize,
    in_quotes: bool,
    /// Line ends since the last row.
    blank: usize,
    any_row: bool,
}

impl CsvSplitter {
    /// A splitter for fields divided by `delimiter`, an ASCII byte other than the quote and the line ends.
    pub(in crate::formats) fn new(delimiter: u8) -> Self {
        Self { delimiter, row_start: 0, scanned: 0, in_quotes: false, blank: 0, any_row: false }
    }

    /// Goes on inside quotes. `false`: more bytes are needed to tell.
    fn leave_quotes(&mut self, buffer: &[u8], at_end: bool) -> bool {
        while let Some(skip) = memchr(b'"', &buffer[self.scanned..]) {
            let quote = self.scanned + skip;
            match buffer.get(quote + 1) {
                None if !at_end => {
                    self.scanned = quote;
                    return false;
                }
                Some(b'"') => self.scanned = quote + 2,
                _ => {
                    self.scanned = quote + 1;
                    self.in_quotes = false;
                    return true;
                }
            }
        }
        self.scanned = buffer.len();
        false
    }

    fn line_end(&mut self, at: usize, records: &mut Vec<Range<usize>>) -> Result<(), SplitFault> {
        if at > self.row_start {
            self.row_ends(at, records);
        } else {
            self.blank += 1;
            if self.blank > MAX_BLANK_BYTES {
                return Err(SplitFault::Blank(at));
            }
        }
        self.row_start = at + 1;
        Ok(())
    }

    fn row_ends(&mut self, at: usize, records: &mut Vec<Range<usize>>) {
        records.push(self.row_start..at);
        self.any_row = true;
        self.blank = 0;
    }
}

impl Splitter for CsvSplitter {
    fn advance(
        &mut self,
        buffer: &[u8],
        at_end: bool,
        records: &mut Vec<Range<usize>>,
    ) -> Result<(), SplitFault> {
        loop {
            if self.in_quotes && !self.leave_quotes(buffer, at_end) {
                break;
            }
            let Some(skip) = memchr3(b'"', b'\n', b'\r', &buffer[self.scanned..]) else {
                self.scanned = buffer.len();
                break;
            };
            let at = self.scanned + skip;
            self.scanned = at + 1;
            if buffer[at] == b'"' {
                self.in_quotes = at == self.row_start || buffer[at - 1] == self.delimiter;
            } else {
                self.line_end(at, records)?;
            }
        }
        match at_end {
            true if self.in_quotes => Err(SplitFault::QuoteNotClosed),
            true if self.row_start < buffer.len() => {
                self.row_ends(buffer.len(), records);
                self.row_start = buffer.len();
                Ok(())
            }
            true if !self.any_row => Err(SplitFault::Empty),
            _ => Ok(()),
        }
    }

    fn keep_from(&self) -> usize {
        self.row_start
    }

    fn rebase(&mut self, by: usize) {
        self.row_start -= by;
        self.scanned -= by;
    }
}
