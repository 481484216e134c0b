//! A boundary as a file: its vertices, compressed.

use super::{DecodeError, V1};
use crate::geometry::Shape;

/// Level of compression: boundaries are written once and kept for years.
const COMPRESSION: i32 = 9;
/// Longest boundary, decompressed: about ten million vertices.
const MAX_BYTES: usize = 128 << 20;

/// The bytes of a boundary.
#[must_use]
pub fn encode(shape: &Shape) -> Vec<u8> {
    let raw = postcard::to_allocvec(shape).expect("a shape is plain data");
    let mut bytes = vec![V1];
    bytes.extend(zstd::bulk::compress(&raw, COMPRESSION).expect("compressing in memory cannot fail"));
    bytes
}

/// Reads a boundary.
pub fn decode(bytes: &[u8]) -> Result<Shape, DecodeError> {
    let damaged = DecodeError::Damaged("boundary");
    let (&version, body) = bytes.split_first().ok_or_else(|| damaged.clone())?;
    if version != V1 {
        return Err(DecodeError::Newer { kind: "boundary", version });
    }
    let raw = zstd::bulk::decompress(body, MAX_BYTES).map_err(|_| damaged.clone())?;
    postcard::from_bytes(&raw).map_err(|_| damaged)
}
