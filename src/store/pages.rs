//! Pages: a few entries with neighbouring numbers under one key of sled, in parts of less than 8 KB.
//!
//! Key of a part: kind (1 byte), page number (4, big-endian), part (2, big-endian). Value of part 0: schema (1), number of
//! parts (2), CRC-32 of the body (4), then the body's first bytes; further parts hold the rest. The body is postcard of
//! `[(slot, entry)]`, slots ascending. Values of 8 KB and more would go to files that sled never syncs.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::{Key, Kind};
use crate::records::Bytes;

/// Schema of the pages.
const SCHEMA: u8 = 1;
const HEADER_BYTES: usize = 7;
/// Most bytes in a part, below sled's 8 KB threshold with room for its own bookkeeping.
const PART_BYTES: usize = 7_800;

/// A page: kind and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageId {
    kind: Kind,
    number: u32,
}

/// Entries in a page. Chosen so that a full page of usual entries fills one or two parts.
const fn slots(kind: Kind) -> u32 {
    match kind {
        Kind::Problem => 8,
        Kind::Appeal => 32,
        Kind::Mark => 64,
        _ => 1,
    }
}

/// The page of an entry, and its slot there.
#[must_use]
pub fn locate(key: Key) -> (PageId, u8) {
    let slots = slots(key.kind);
    (PageId { kind: key.kind, number: key.number / slots }, (key.number % slots) as u8)
}

/// The entry in a slot of a page.
#[must_use]
pub fn key_of(id: PageId, slot: u8) -> Key {
    Key { kind: id.kind, number: id.number * slots(id.kind) + u32::from(slot) }
}

/// First bytes of the keys of a page's parts.
#[must_use]
pub fn page_prefix(id: PageId) -> [u8; 5] {
    let n = id.number.to_be_bytes();
    [id.kind as u8, n[0], n[1], n[2], n[3]]
}

/// Key of a part.
#[must_use]
pub fn part_key(id: PageId, part: u16) -> [u8; 7] {
    let (p, n) = (page_prefix(id), part.to_be_bytes());
    [p[0], p[1], p[2], p[3], p[4], n[0], n[1]]
}

/// The page of a part's key; `None` when the key is not one of a part.
#[must_use]
pub fn parse_part_key(key: &[u8]) -> Option<PageId> {
    let &[kind, a, b, c, d, _, _] = key else { return None };
    Some(PageId { kind: Kind::from_number(kind)?, number: u32::from_be_bytes([a, b, c, d]) })
}

#[derive(Serialize, Deserialize)]
struct BodyV1<'a>(#[serde(borrow)] Vec<(u8, Bytes<'a>)>);

/// The body of a page, its parts joined and checked.
pub struct Page {
    body: Vec<u8>,
}

impl Page {
    /// Joins parts; no parts are an empty page. `None` when they do not match their header.
    #[must_use]
    pub fn join<P: Deref<Target = [u8]>>(parts: &[P]) -> Option<Self> {
        let Some(first) = parts.first() else { return Some(Self { body: Vec::new() }) };
        let header: &[u8; HEADER_BYTES] = first.get(..HEADER_BYTES)?.try_into().ok()?;
        let crc = u32::from_le_bytes(header[3..].try_into().ok()?);
        if header[0] != SCHEMA || Self::part_count(first) != parts.len() {
            return None;
        }
        let mut body = first[HEADER_BYTES..].to_vec();
        for part in &parts[1..] {
            body.extend_from_slice(part);
        }
        (crc32fast::hash(&body) == crc).then_some(Self { body })
    }

    /// Number of parts, by the first of them.
    #[must_use]
    pub fn part_count(first: &[u8]) -> usize {
        first.get(1..3).map_or(0, |n| usize::from(u16::from_le_bytes([n[0], n[1]])))
    }

    /// The entries, slots ascending.
    pub fn entries(&self) -> Result<Vec<(u8, &[u8])>, StoreError> {
        if self.body.is_empty() {
            return Ok(Vec::new());
        }
        let BodyV1(entries) = postcard::from_bytes(&self.body).map_err(|_| StoreError::Damaged)?;
        Ok(entries.into_iter().map(|(slot, stored)| (slot, stored.0)).collect())
    }

    /// The parts that hold `entries`.
    #[must_use]
    pub fn encode(entries: &[(u8, Vec<u8>)]) -> Vec<Vec<u8>> {
        let plain = entries.iter().map(|(slot, stored)| (*slot, Bytes(stored))).collect();
        let room = 5 + entries.iter().map(|(_, stored)| stored.len() + 6).sum::<usize>();
        let body = postcard::to_extend(&BodyV1(plain), Vec::with_capacity(room));
        let body = body.expect("entries are plain data");
        let first_len = body.len().min(PART_BYTES - HEADER_BYTES);
        let rest: Vec<&[u8]> = body[first_len..].chunks(PART_BYTES).collect();
        let count = u16::try_from(1 + rest.len()).expect("a page holds less than half a gigabyte");
        let mut first = vec![SCHEMA];
        first.extend_from_slice(&count.to_le_bytes());
        first.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        first.extend_from_slice(&body[..first_len]);
        std::iter::once(first).chain(rest.into_iter().map(<[u8]>::to_vec)).collect()
    }
}
