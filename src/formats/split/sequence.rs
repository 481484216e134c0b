//! Where the texts of a GeoJSON sequence begin and end: after record separators (RFC 8142), or one text per line.
//!
//! The first byte that is not white space decides which of the two it is.

use std::ops::Range;

use memchr::memchr;

use super::{MAX_BLANK_BYTES, SplitFault, Splitter};
use crate::formats::format::RECORD_SEPARATOR;
use crate::formats::json_scan::ValueScanner;

/// Finds texts.
#[derive(Debug)]
pub(in crate::formats) struct SequenceSplitter {
    depth_limit: usize,
    /// The byte between texts; `None` until the first byte is seen.
    separator: Option<u8>,
    text_start: usize,
    scanned: usize,
    blank: usize,
    any_text: bool,
}

impl SequenceSplitter {
    /// A splitter for texts nested up to `depth_limit`.
    pub(in crate::formats) fn new(depth_limit: usize) -> Self {
        Self { depth_limit, separator: None, text_start: 0, scanned: 0, blank: 0, any_text: false }
    }

    /// Chooses the separator by the first byte that is not white space; `None` when there is no such byte yet.
    fn choose_separator(&mut self, buffer: &[u8]) -> Result<Option<u8>, SplitFault> {
        if self.separator.is_none() {
            let blank = buffer[self.scanned..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            self.skip_blank(self.scanned + blank)?;
            self.separator = match buffer.get(self.scanned) {
                None => None,
                Some(&RECORD_SEPARATOR) => Some(RECORD_SEPARATOR),
                Some(b'{') => Some(b'\n'),
                Some(_) => return Err(SplitFault::Syntax(self.scanned)),
            };
        }
        Ok(self.separator)
    }

    fn skip_blank(&mut self, to: usize) -> Result<(), SplitFault> {
        self.blank += to - self.text_start;
        self.text_start = to;
        self.scanned = to;
        if self.blank > MAX_BLANK_BYTES { Err(SplitFault::Blank(to)) } else { Ok(()) }
    }

    /// Takes the text between the last separator and the one at `end`.
    fn text_ends(
        &mut self,
        buffer: &[u8],
        end: usize,
        records: &mut Vec<Range<usize>>,
    ) -> Result<(), SplitFault> {
        let text = trimmed(buffer, self.text_start..end);
        if text.is_empty() {
            return self.skip_blank((end + 1).min(buffer.len()));
        }
        let first_line_broken = !self.any_text
            && self.separator == Some(b'\n')
            && end < buffer.len()
            && !is_complete(&buffer[text.clone()], self.depth_limit);
        if first_line_broken {
            return Err(SplitFault::LineBroken);
        }
        records.push(text);
        self.any_text = true;
        self.blank = 0;
        self.text_start = (end + 1).min(buffer.len());
        self.scanned = self.text_start;
        Ok(())
    }
}

impl Splitter for SequenceSplitter {
    fn advance(
        &mut self,
        buffer: &[u8],
        at_end: bool,
        records: &mut Vec<Range<usize>>,
    ) -> Result<(), SplitFault> {
        if let Some(separator) = self.choose_separator(buffer)? {
            while let Some(skip) = memchr(separator, &buffer[self.scanned..]) {
                self.text_ends(buffer, self.scanned + skip, records)?;
            }
            self.scanned = buffer.len();
        }
        if !at_end {
            return Ok(());
        }
        let last = trimmed(buffer, self.text_start..buffer.len());
        if !last.is_empty() && !is_complete(&buffer[last], self.depth_limit) {
            return Err(SplitFault::Truncated);
        }
        self.text_ends(buffer, buffer.len(), records)?;
        if self.any_text { Ok(()) } else { Err(SplitFault::Empty) }
    }

    fn keep_from(&self) -> usize {
        self.text_start
    }

    fn rebase(&mut self, by: usize) {
        self.text_start -= by;
        self.scanned -= by;
    }
}

/// `range` without the white space and separators at its ends.
fn trimmed(buffer: &[u8], range: Range<usize>) -> Range<usize> {
    let is_blank = |b: &u8| b.is_ascii_whitespace() || *b == RECORD_SEPARATOR;
    let text = &buffer[range.clone()];
    let Some(first) = text.iter().position(|b| !is_blank(b)) else { return range.end..range.end };
    let last = text.iter().rposition(|b| !is_blank(b)).unwrap_or(first);
    range.start + first..range.start + last + 1
}

/// Whether the value that begins the text also ends within it. Faults other than a missing end are the row's.
fn is_complete(text: &[u8], depth_limit: usize) -> bool {
    !matches!(ValueScanner::new(depth_limit).advance(text), Ok(None))
}
