//! One commit as bytes.
//!
//! ```text
//! offset  bytes  what
//!      0      4  magic "ATLF"
//!      4      4  length of the body on disk
//!      8      4  length of the body, decompressed
//!     12      8  sequence, from 1, without gaps
//!     20      8  number of the first event in the body
//!     28      4  number of events
//!     32     32  link of the event chain before the body
//!     64     32  link of the event chain after the body
//!     96     16  state hash after the body
//!    112      4  CRC-32 of the body on disk
//!    116      4  CRC-32 of bytes 0…116
//!    120      …  the body: zstd of an encoded change set
//! ```
//!
//! Integers are little-endian.

use crate::records::DecodeError;
use crate::records::chain::ChainHash;
use crate::records::changes::EncodedChanges;
pub use crate::records::position::Position;
use crate::records::stored::StateHash;

/// First bytes of a frame.
pub const MAGIC: [u8; 4] = *b"ATLF";
/// Length of a header.
pub const HEADER_BYTES: usize = 120;
/// Longest body, decompressed. A group holds at most 4 MiB of requests; an import batch is smaller.
pub const MAX_BODY_BYTES: u32 = 64 << 20;

/// zstd level: 1 halves the journal at 400 MB/s; higher levels cost more than they save.
const COMPRESSION: i32 = 1;

/// A header, read and checked against its own CRC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Length of the body on disk.
    pub body_bytes: u32,
    /// Length of the body, decompressed.
    pub raw_bytes: u32,
    /// Number of the first event.
    pub first_event: u64,
    /// Link before the body.
    pub chain_before: ChainHash,
    /// Where the log stands after the frame.
    pub after: Position,
    /// CRC-32 of the body.
    pub body_crc: u32,
}

impl Header {
    /// Reads a header. `None` when the bytes are not one: wrong magic, wrong CRC, lengths beyond the limits.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let header: &[u8; HEADER_BYTES] = bytes.get(..HEADER_BYTES)?.try_into().ok()?;
        let u32_at = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("four bytes"));
        let u64_at = |at: usize| u64::from_le_bytes(header[at..at + 8].try_into().expect("eight bytes"));
        let hash_at = |at: usize| -> ChainHash { header[at..at + 32].try_into().expect("32 bytes") };
        if header[..4] != MAGIC || crc32fast::hash(&header[..116]) != u32_at(116) {
            return None;
        }
        let first_event = u64_at(20);
        let parsed = Self {
            body_bytes: u32_at(4),
            raw_bytes: u32_at(8),
            first_event,
            chain_before: hash_at(32),
            after: Position {
                seq: u64_at(12),
                next_event: first_event.checked_add(u64::from(u32_at(28)))?,
                chain: hash_at(64),
                state: StateHash(u128::from_le_bytes(header[96..112].try_into().expect("16 bytes"))),
            },
            body_crc: u32_at(112),
        };
        (parsed.body_bytes <= MAX_BODY_BYTES && parsed.raw_bytes <= MAX_BODY_BYTES).then_some(parsed)
    }

    /// Length of the whole frame on disk.
    #[must_use]
    pub fn frame_bytes(&self) -> u64 {
        HEADER_BYTES as u64 + u64::from(self.body_bytes)
    }

    /// Whether the frame continues a log that stands at `position`.
    #[must_use]
    pub fn follows(&self, position: &Position) -> bool {
        self.after.seq == position.seq + 1
            && self.first_event == position.next_event
            && self.chain_before == position.chain
    }
}

/// A commit, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Where the log stands after it.
    pub after: Position,
    /// What it changed.
    pub changes: EncodedChanges,
}

/// Compresses bodies; made once, because its tables take longer to set up than a small body to compress.
pub struct Compressor(zstd::bulk::Compressor<'static>);

impl Default for Compressor {
    fn default() -> Self {
        Self(zstd::bulk::Compressor::new(COMPRESSION).expect("the level is one of zstd's"))
    }
}

/// A frame ready to be appended.
#[derive(Debug)]
pub struct Encoded {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where the log will stand after it.
    pub after: Position,
}

/// The body of a frame: everything of it that does not depend on where it will stand.
#[derive(Debug)]
pub struct Body {
    compressed: Vec<u8>,
    raw_bytes: u32,
    event_count: u32,
}

impl Compressor {
    /// Makes the body that holds `changes`.
    ///
    /// Errors: it is longer than [`MAX_BODY_BYTES`].
    pub fn body(&mut self, changes: &EncodedChanges) -> Result<Body, TooLong> {
        let raw = changes.to_bytes();
        let raw_bytes = u32::try_from(raw.len()).ok().filter(|n| *n <= MAX_BODY_BYTES).ok_or(TooLong)?;
        let compressed = self.0.compress(&raw).expect("compressing in memory cannot fail");
        Ok(Body { compressed, raw_bytes, event_count: changes.events.len() as u32 })
    }
}

/// Makes the frame that follows `before`. `chain` and `state` are those after the changes.
#[must_use]
pub fn encode(before: &Position, body: &Body, chain: ChainHash, state: StateHash) -> Encoded {
    let after = Position {
        seq: before.seq + 1,
        next_event: before.next_event + u64::from(body.event_count),
        chain,
        state,
    };
    let compressed = body.compressed.as_slice();
    let mut bytes = Vec::with_capacity(HEADER_BYTES + compressed.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&(compressed.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&body.raw_bytes.to_le_bytes());
    bytes.extend_from_slice(&after.seq.to_le_bytes());
    bytes.extend_from_slice(&before.next_event.to_le_bytes());
    bytes.extend_from_slice(&body.event_count.to_le_bytes());
    bytes.extend_from_slice(&before.chain);
    bytes.extend_from_slice(&chain);
    bytes.extend_from_slice(&state.0.to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(compressed).to_le_bytes());
    let header_crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&header_crc.to_le_bytes());
    bytes.extend_from_slice(compressed);
    Encoded { bytes, after }
}

/// A commit that is too large for one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a commit is larger than {MAX_BODY_BYTES} bytes")]
pub struct TooLong;

/// Reads the body of a frame and checks it against its header: CRC, lengths, chain.
pub fn decode(header: &Header, body: &[u8]) -> Result<Frame, DecodeError> {
    let damaged = DecodeError::Damaged("frame");
    if crc32fast::hash(body) != header.body_crc {
        return Err(damaged);
    }
    let raw = zstd::bulk::decompress(body, header.raw_bytes as usize).map_err(|_| damaged.clone())?;
    let (changes, chain) = EncodedChanges::from_bytes(&raw, &header.chain_before)?;
    let counted = changes.events.len() as u64 == header.after.next_event - header.first_event;
    if chain != header.after.chain || !counted || raw.len() != header.raw_bytes as usize {
        return Err(damaged);
    }
    Ok(Frame { after: header.after, changes })
}
