//! Segment files: a header, then frames without gaps.
//!
//! ```text
//! offset  bytes  what
//!      0      8  magic "ATLJRNL\n"
//!      8      2  format
//!     10      8  sequence of the first frame
//!     18      8  number of its first event
//!     26     32  link of the event chain before it
//!     58     16  state hash before it
//!     74      4  CRC-32 of bytes 0…74
//! ```
//!
//! The name is the sequence of the first frame in 20 digits, so that names sort like sequences.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::frame::{self, Frame, HEADER_BYTES, Header, MAGIC, Position};
use super::{FORMAT, JournalError, io};
use crate::records::stored::StateHash;

/// First bytes of a segment.
const SEGMENT_MAGIC: [u8; 8] = *b"ATLJRNL\n";
/// Length of a segment's header.
pub const SEGMENT_HEADER_BYTES: u64 = 78;

/// A segment on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its file.
    pub path: PathBuf,
    /// Sequence of its first frame, by its name.
    pub first_seq: u64,
}

/// The path of the segment that begins with `first_seq`.
#[must_use]
pub fn path_of(directory: &Path, first_seq: u64) -> PathBuf {
    directory.join(format!("{first_seq:020}.seg"))
}

/// The segments of a directory in order. Files with other names are left alone.
pub fn list(directory: &Path) -> Result<Vec<Segment>, JournalError> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(io("list", directory))? {
        let path = entry.map_err(io("list", directory))?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if let Some(first_seq) =
            name.strip_suffix(".seg").filter(|n| n.len() == 20).and_then(|n| n.parse().ok())
        {
            segments.push(Segment { path, first_seq });
        }
    }
    segments.sort_unstable_by_key(|s| s.first_seq);
    Ok(segments)
}

/// The bytes of a segment's header.
#[must_use]
pub fn encode_header(before: &Position) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SEGMENT_HEADER_BYTES as usize);
    bytes.extend_from_slice(&SEGMENT_MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&(before.seq + 1).to_le_bytes());
    bytes.extend_from_slice(&before.next_event.to_le_bytes());
    bytes.extend_from_slice(&before.chain);
    bytes.extend_from_slice(&before.state.0.to_le_bytes());
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

/// Frames of one segment, from the first on.
pub struct SegmentReader {
    path: PathBuf,
    file: BufReader<File>,
    len: u64,
    offset: u64,
    position: Position,
}

/// What stands at the end of the frames that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing: the file ends with a whole frame.
    Clean,
    /// Bytes that are not a frame, from this offset on.
    Torn(u64),
}

impl SegmentReader {
    /// Opens a segment. `Ok(None)` when its header is torn: the segment was being created.
    ///
    /// Errors: a newer format; a header that is whole but contradicts the file's name.
    pub fn open(segment: &Segment) -> Result<Option<Self>, JournalError> {
        let path = &segment.path;
        let file = File::open(path).map_err(io("open", path))?;
        let len = file.metadata().map_err(io("measure", path))?.len();
        let mut file = BufReader::with_capacity(1 << 20, file);
        let mut header = [0u8; SEGMENT_HEADER_BYTES as usize];
        if len < SEGMENT_HEADER_BYTES {
            return Ok(None);
        }
        file.read_exact(&mut header).map_err(io("read", path))?;
        let Some(position) = parse_header(path, &header)? else { return Ok(None) };
        if position.seq + 1 != segment.first_seq {
            return Err(damaged(path, 10, "the header names another first sequence than the file's name"));
        }
        Ok(Some(Self { path: path.clone(), file, len, offset: SEGMENT_HEADER_BYTES, position }))
    }

    /// Where the log stands before the next frame.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Offset of the next frame.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next frame, or what stands at the end.
    pub fn next_frame(&mut self) -> Result<Result<Frame, End>, JournalError> {
        let Some(header) = self.next_header()? else { return Ok(Err(self.end())) };
        let mut body = vec![0; header.body_bytes as usize];
        self.file.read_exact(&mut body).map_err(io("read", &self.path))?;
        let Ok(frame) = frame::decode(&header, &body) else { return Ok(Err(End::Torn(self.offset))) };
        self.advance(&header);
        Ok(Ok(frame))
    }

    /// Passes over the next frame without reading its body; `false` at the end.
    pub fn skip_frame(&mut self) -> Result<bool, JournalError> {
        let Some(header) = self.next_header()? else { return Ok(false) };
        self.file.seek_relative(i64::from(header.body_bytes)).map_err(io("read", &self.path))?;
        self.advance(&header);
        Ok(true)
    }

    fn next_header(&mut self) -> Result<Option<Header>, JournalError> {
        if self.len - self.offset < HEADER_BYTES as u64 {
            return Ok(None);
        }
        let mut bytes = [0u8; HEADER_BYTES];
        self.file.read_exact(&mut bytes).map_err(io("read", &self.path))?;
        let header = Header::parse(&bytes)
            .filter(|h| h.follows(&self.position) && self.offset + h.frame_bytes() <= self.len);
        Ok(header)
    }

    fn advance(&mut self, header: &Header) {
        self.offset += header.frame_bytes();
        self.position = header.after;
    }

    /// What stands where no further frame could be read.
    #[must_use]
    pub fn end(&self) -> End {
        if self.offset == self.len { End::Clean } else { End::Torn(self.offset) }
    }
}

fn parse_header(
    path: &Path,
    bytes: &[u8; SEGMENT_HEADER_BYTES as usize],
) -> Result<Option<Position>, JournalError> {
    let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    let crc = u32::from_le_bytes(bytes[74..78].try_into().expect("four bytes"));
    if bytes[..8] != SEGMENT_MAGIC || crc32fast::hash(&bytes[..74]) != crc {
        return Ok(None);
    }
    let format = u16::from_le_bytes([bytes[8], bytes[9]]);
    if format > FORMAT {
        return Err(JournalError::Newer { path: path.to_owned(), format });
    }
    let Some(seq) = u64_at(10).checked_sub(1) else { return Ok(None) };
    Ok(Some(Position {
        seq,
        next_event: u64_at(18),
        chain: bytes[26..58].try_into().expect("32 bytes"),
        state: StateHash(u128::from_le_bytes(bytes[58..74].try_into().expect("16 bytes"))),
    }))
}

/// Whether a whole frame stands anywhere in `path` from `offset` on. A torn write leaves none; damage in the middle does.
///
/// Cost: O(bytes from `offset` on), read in pieces.
pub fn frame_after(path: &Path, offset: u64) -> Result<bool, JournalError> {
    let mut file = File::open(path).map_err(io("open", path))?;
    file.seek(SeekFrom::Start(offset)).map_err(io("read", path))?;
    let mut rest = Vec::new();
    file.read_to_end(&mut rest).map_err(io("read", path))?;
    let whole = |at: usize| {
        Header::parse(&rest[at..]).is_some_and(|header| {
            let body = at + HEADER_BYTES..at + header.frame_bytes() as usize;
            rest.get(body).is_some_and(|body| crc32fast::hash(body) == header.body_crc)
        })
    };
    Ok(memchr::memmem::find_iter(&rest, &MAGIC).any(whole))
}

/// A [`JournalError::Damaged`].
pub(crate) fn damaged(path: &Path, offset: u64, what: &'static str) -> JournalError {
    JournalError::Damaged { path: path.to_owned(), offset, what }
}
