//! All entries at one sequence, in one file: a start costs the checkpoint plus the tail of the journal.
//!
//! ```text
//! header   magic "ATLCKPT\n", format u16, seq u64, next event u64, chain 32 bytes, state hash 16 bytes, CRC-32 u32
//! blocks   length on disk u32, length decompressed u32, CRC-32 u32, zstd(postcard of [(kind, number, entry)])
//! trailer  0 u32, number of entries u64, SHA-256 of everything before it
//! ```
//!
//! A checkpoint is made from the one before it and the journal since ([`super::merge`]), never from sled or memory, and
//! it is renamed into place only when its entries add up to the state hash that the journal names.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::disk::Disk;
use super::frame::Position;
use super::segment::damaged;
use super::{FORMAT, JournalError, io};
use crate::domain::{Key, Kind};
use crate::records::stored::StateHash;

const MAGIC: [u8; 8] = *b"ATLCKPT\n";
const HEADER_BYTES: usize = 78;
/// Blocks are cut when they hold this much, decompressed.
const BLOCK_BYTES: usize = 1 << 20;
const MAX_BLOCK_BYTES: u32 = 64 << 20;
const COMPRESSION: i32 = 1;
/// Checkpoints that are kept: if the newest is damaged, the one before it still shortens the start.
const KEPT: usize = 2;

/// Where checkpoints live in a data directory.
#[must_use]
pub fn directory(data: &Path) -> PathBuf {
    data.join("checkpoint")
}

/// An entry: its key and its stored bytes.
pub type Entry = (Key, Vec<u8>);

#[derive(Serialize, Deserialize)]
struct BlockV1<'a>(#[serde(borrow)] Vec<(u8, u32, &'a [u8])>);

/// The checkpoints of a directory, newest first.
pub fn list(directory: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(io("list", directory))? {
        let path = entry.map_err(io("list", directory))?.path();
        if path.extension().is_some_and(|e| e == "ckpt") {
            found.push(path);
        }
    }
    found.sort_unstable();
    found.reverse();
    Ok(found)
}

/// Writes the checkpoint of `position` from `entries`, which come in key order, and removes the oldest ones.
///
/// Errors: an error of the stream or the disk; entries that do not add up to the state hash of `position`. Nothing that
/// was there before is touched then.
pub fn write(
    disk: &dyn Disk,
    directory: &Path,
    position: &Position,
    entries: impl Iterator<Item = Result<Vec<Entry>, JournalError>>,
) -> Result<PathBuf, JournalError> {
    let path = directory.join(format!("{:020}.ckpt", position.seq));
    let temporary = path.with_extension("tmp");
    match std::fs::remove_file(&temporary) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(io("remove", &temporary)(error));
        }
        _ => {}
    }
    let mut out =
        Output { file: disk.create(&temporary).map_err(io("create", &temporary))?, digest: Sha256::new() };
    let put = |out: &mut Output, bytes: &[u8]| out.put(bytes).map_err(io("append to", &temporary));
    put(&mut out, &encode_header(position))?;
    let (mut state, mut count, mut pending, mut pending_bytes) = (StateHash::default(), 0u64, Vec::new(), 0);
    for block in entries {
        for (key, stored) in block? {
            state.add(key, &stored);
            count += 1;
            pending_bytes += stored.len();
            pending.push((key, stored));
            if pending_bytes >= BLOCK_BYTES {
                put(&mut out, &encode_block(&pending))?;
                pending.clear();
                pending_bytes = 0;
            }
        }
    }
    if !pending.is_empty() {
        put(&mut out, &encode_block(&pending))?;
    }
    if state != position.state {
        return Err(damaged(&temporary, 0, "the entries do not add up to the journal's state"));
    }
    put(&mut out, &[0u32.to_le_bytes().as_slice(), count.to_le_bytes().as_slice()].concat())?;
    let digest = out.digest.finalize();
    out.file.append(&digest).map_err(io("append to", &temporary))?;
    out.file.sync().map_err(io("sync", &temporary))?;
    disk.rename(&temporary, &path).map_err(io("rename", &temporary))?;
    disk.sync_directory(directory).map_err(io("sync", directory))?;
    for old in list(directory)?.into_iter().skip(KEPT) {
        std::fs::remove_file(&old).map_err(io("remove", &old))?;
    }
    Ok(path)
}

struct Output {
    file: Box<dyn super::disk::DiskFile>,
    digest: Sha256,
}

impl Output {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.digest.update(bytes);
        self.file.append(bytes)
    }
}

fn encode_header(position: &Position) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&position.seq.to_le_bytes());
    bytes.extend_from_slice(&position.next_event.to_le_bytes());
    bytes.extend_from_slice(&position.chain);
    bytes.extend_from_slice(&position.state.0.to_le_bytes());
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

fn encode_block(entries: &[Entry]) -> Vec<u8> {
    let plain = entries.iter().map(|(key, stored)| (key.kind as u8, key.number, stored.as_slice())).collect();
    let raw = postcard::to_allocvec(&BlockV1(plain)).expect("entries are plain data");
    let body = zstd::bulk::compress(&raw, COMPRESSION).expect("compressing in memory cannot fail");
    let mut bytes = Vec::with_capacity(12 + body.len());
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&(raw.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

/// Reads a checkpoint block by block.
pub struct CheckpointReader {
    path: PathBuf,
    file: BufReader<File>,
    offset: u64,
    position: Position,
}

impl CheckpointReader {
    /// Opens a checkpoint.
    ///
    /// Errors: a newer format; a damaged header. The blocks are checked as they are read; [`verify`] checks all of it.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let file = File::open(path).map_err(io("open", path))?;
        let mut file = BufReader::with_capacity(1 << 20, file);
        let mut header = [0u8; HEADER_BYTES];
        file.read_exact(&mut header).map_err(|_| damaged(path, 0, "the header is cut short"))?;
        let position = parse_header(path, &header)?;
        Ok(Self { path: path.to_owned(), file, offset: HEADER_BYTES as u64, position })
    }

    /// Where the log stood.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The next block in key order; `None` at the trailer.
    pub fn next_block(&mut self) -> Result<Option<Vec<Entry>>, JournalError> {
        let wrong =
            || damaged(&self.path, self.offset, "the block is cut short or does not match its checksum");
        let mut head = [0u8; 4];
        self.file.read_exact(&mut head).map_err(|_| wrong())?;
        let body_bytes = u32::from_le_bytes(head);
        if body_bytes == 0 {
            return Ok(None);
        }
        let mut head = [0u8; 8];
        self.file.read_exact(&mut head).map_err(|_| wrong())?;
        let raw_bytes = u32::from_le_bytes(head[..4].try_into().expect("four bytes"));
        let crc = u32::from_le_bytes(head[4..].try_into().expect("four bytes"));
        if body_bytes > MAX_BLOCK_BYTES || raw_bytes > MAX_BLOCK_BYTES {
            return Err(wrong());
        }
        let mut body = vec![0; body_bytes as usize];
        self.file.read_exact(&mut body).map_err(|_| wrong())?;
        if crc32fast::hash(&body) != crc {
            return Err(wrong());
        }
        let raw = zstd::bulk::decompress(&body, raw_bytes as usize).map_err(|_| wrong())?;
        let BlockV1(entries) = postcard::from_bytes(&raw).map_err(|_| wrong())?;
        let entries = entries
            .into_iter()
            .map(|(kind, number, stored)| {
                let kind = Kind::from_number(kind).ok_or_else(wrong)?;
                Ok((Key { kind, number }, stored.to_vec()))
            })
            .collect::<Result<_, JournalError>>()?;
        self.offset += 12 + u64::from(body_bytes);
        Ok(Some(entries))
    }
}

fn parse_header(path: &Path, bytes: &[u8; HEADER_BYTES]) -> Result<Position, JournalError> {
    let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    let crc = u32::from_le_bytes(bytes[74..78].try_into().expect("four bytes"));
    if bytes[..8] != MAGIC || crc32fast::hash(&bytes[..74]) != crc {
        return Err(damaged(path, 0, "the header is damaged"));
    }
    let format = u16::from_le_bytes([bytes[8], bytes[9]]);
    if format > FORMAT {
        return Err(JournalError::Newer { path: path.to_owned(), format });
    }
    Ok(Position {
        seq: u64_at(10),
        next_event: u64_at(18),
        chain: bytes[26..58].try_into().expect("32 bytes"),
        state: StateHash(u128::from_le_bytes(bytes[58..74].try_into().expect("16 bytes"))),
    })
}

/// Reads all of a checkpoint and checks its digest. Cost: one pass over the file.
pub fn verify(path: &Path) -> Result<Position, JournalError> {
    let position = *CheckpointReader::open(path)?.position();
    let mut file = File::open(path).map_err(io("open", path))?;
    let len = file.metadata().map_err(io("measure", path))?.len();
    let Some(mut left) = len.checked_sub(32) else { return Err(damaged(path, 0, "the file is cut short")) };
    let (mut digest, mut buffer) = (Sha256::new(), vec![0u8; 1 << 20]);
    while left > 0 {
        let piece = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        file.read_exact(&mut buffer[..piece]).map_err(io("read", path))?;
        digest.update(&buffer[..piece]);
        left -= piece as u64;
    }
    let mut expected = [0u8; 32];
    file.read_exact(&mut expected).map_err(io("read", path))?;
    if <[u8; 32]>::from(digest.finalize()) != expected {
        return Err(damaged(path, len - 32, "the file does not match its digest"));
    }
    Ok(position)
}
