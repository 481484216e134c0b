//! Frames from a sequence number on, across segments.

use std::path::{Path, PathBuf};

use super::JournalError;
use super::frame::{Frame, Position};
use super::segment::{self, End, Segment, SegmentReader, damaged};

/// Reads frames in order and checks that each continues the one before.
pub struct Reader {
    segments: std::vec::IntoIter<Segment>,
    current: Option<(Segment, SegmentReader)>,
    position: Position,
    tail: Tail,
}

/// Where the writing end goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// Where the log stands.
    pub position: Position,
    /// The segment that holds the last frame, and the offset after it. `None` in an empty journal.
    pub segment: Option<(Segment, u64)>,
    /// The last segment has bytes after its last frame.
    pub torn: bool,
    /// A segment whose creation was cut short: it holds nothing.
    pub stillborn: Option<PathBuf>,
}

impl Reader {
    /// Frames whose sequence is greater than `after_seq`. Frames before it, in the same segment, are passed over by
    /// their headers.
    ///
    /// Errors: the journal begins later, or ends before `after_seq`.
    pub fn after(directory: &Path, after_seq: u64) -> Result<Self, JournalError> {
        let mut segments = segment::list(directory)?;
        let first = segments.partition_point(|s| s.first_seq <= after_seq + 1);
        if first == 0 && !segments.is_empty() {
            return Err(damaged(&segments[0].path, 0, "the journal begins later than its first frame"));
        }
        segments.drain(..first.saturating_sub(1));
        let tail = Tail { position: Position::START, segment: None, torn: false, stillborn: None };
        let mut reader =
            Self { segments: segments.into_iter(), current: None, position: Position::START, tail };
        reader.enter_first_segment()?;
        reader.skip_to(after_seq)?;
        Ok(reader)
    }

    /// The next frame; `None` at the end of the journal.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, JournalError> {
        while let Some((_, reader)) = &mut self.current {
            match reader.next_frame()? {
                Ok(frame) => {
                    self.position = frame.after;
                    return Ok(Some(frame));
                }
                Err(end) => self.leave_segment(end)?,
            }
        }
        Ok(None)
    }

    /// Where the log stands after the frames read so far.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Where the writing end goes on. Reads what is left first.
    pub fn into_tail(mut self) -> Result<Tail, JournalError> {
        while self.next_frame()?.is_some() {}
        self.tail.position = self.position;
        Ok(self.tail)
    }

    /// Gives up reading here. The result says where the log stands, not where the writing end goes on.
    #[must_use]
    pub fn stop_here(mut self) -> Tail {
        self.tail.position = self.position;
        self.tail
    }

    fn enter_first_segment(&mut self) -> Result<(), JournalError> {
        self.enter_next_segment()?;
        if let Some((segment, reader)) = &self.current {
            if segment.first_seq == 1 && *reader.position() != Position::START {
                return Err(damaged(&segment.path, 18, "the first segment does not begin at the beginning"));
            }
            self.position = *reader.position();
        }
        Ok(())
    }

    fn skip_to(&mut self, after_seq: u64) -> Result<(), JournalError> {
        while self.position.seq < after_seq {
            let Some((_, reader)) = &mut self.current else {
                let journal = self.position.seq;
                return Err(JournalError::EndsEarly { journal, what: "the checkpoint", other: after_seq });
            };
            if reader.skip_frame()? {
                self.position = *reader.position();
            } else {
                let end = reader.end();
                self.leave_segment(end)?;
            }
        }
        Ok(())
    }

    /// Called where no further frame can be read in the current segment.
    fn leave_segment(&mut self, end: End) -> Result<(), JournalError> {
        let Some((segment, reader)) = self.current.take() else { return Ok(()) };
        let last = self.segments.len() == 0;
        if let End::Torn(offset) = end {
            if !last || segment::frame_after(&segment.path, offset)? {
                return Err(damaged(
                    &segment.path,
                    offset,
                    "the bytes here are not the frame that belongs here",
                ));
            }
            self.tail.torn = true;
        }
        self.tail.segment = Some((segment, reader.offset()));
        self.enter_next_segment()
    }

    fn enter_next_segment(&mut self) -> Result<(), JournalError> {
        let Some(segment) = self.segments.next() else { return Ok(()) };
        let path = segment.path.clone();
        match SegmentReader::open(&segment)? {
            Some(reader) => {
                let begins = self.tail.segment.is_none();
                if !begins && *reader.position() != self.position {
                    return Err(damaged(&path, 10, "the segment does not continue the one before it"));
                }
                self.current = Some((segment, reader));
                Ok(())
            }
            None if self.segments.len() == 0 && !segment::frame_after(&path, 0)? => {
                self.tail.stillborn = Some(path);
                Ok(())
            }
            None => Err(damaged(&path, 0, "the segment's header is damaged")),
        }
    }
}
