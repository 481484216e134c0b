//! The fingerprint of everything that a rating was made of, so that anyone can tell whether a repetition had the same inputs.
//!
//! Answers with one SHA-256. Does not sign anything, and says nothing about whether the inputs are true.
//!
//! # Shape
//!
//! `SHA-256(header ‖ SHA-256(block 1) ‖ SHA-256(block 2) ‖ …)`, in hexadecimal. Blocks let it be computed in parallel.
//!
//! - header: the moment and its legal day, the number of municipalities, each of them by number (number, residents, id,
//!   name, appeals answered in time, appeals due, marks of 1 to 5, each u32), then what the caller adds (method and priors as JSON). Texts have their length before them.
//! - block: 65,536 problems in the order of their numbers, each in 68 bytes as [`seen`](ProblemFact::seen_at) at the moment:
//!   number u32, municipality u16, category u16, status, severity, level, extensions (a byte each), opened,
//!   baseline due, current due, closed, last solution, last undone
//!   solution (i64 milliseconds), cost (i64 kopecks). Little endian; what is unknown has the value
//!   that cannot occur: 65,535, 0 for severity, 255 for level, −2⁶³.
//!
//! Problems that were not in the registry at the moment leave no trace: later arrivals do not change an old fingerprint.

use std::fmt::Write as _;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::facts::{AsOf, MunicipalityInput, ProblemFact};
use crate::domain::{MunicipalityNo, Timestamp};

/// Problems in a block.
const BLOCK: usize = 65_536;
/// Bytes of a problem.
const FACT_BYTES: usize = 68;

/// The fingerprint of facts, municipalities, moment and what else decided (`more`), 64 hexadecimal digits.
///
/// Cost: O(n log n) for the order of the facts, 68 bytes each to hash. Their numbers must be unique.
#[must_use]
pub fn fingerprint(
    facts: &[ProblemFact],
    municipalities: &[MunicipalityInput],
    as_of: AsOf,
    more: &[&[u8]],
) -> String {
    let mut order: Vec<u64> = facts
        .par_iter()
        .enumerate()
        .filter(|(_, fact)| fact.seen_at(as_of).is_some())
        .map(|(row, fact)| u64::from(fact.number) << 32 | row as u64)
        .collect();
    order.par_sort_unstable();
    let blocks: Vec<_> = order
        .par_chunks(BLOCK)
        .map(|rows| {
            let mut block = Sha256::new();
            for seen in rows.iter().filter_map(|row| facts[*row as u32 as usize].seen_at(as_of)) {
                block.update(bytes_of(&seen));
            }
            block.finalize()
        })
        .collect();
    let mut whole = Sha256::new();
    whole.update(header(&municipalities.iter().collect::<Vec<_>>(), as_of, more));
    for block in blocks {
        whole.update(block);
    }
    hexadecimal(&whole.finalize())
}

/// The fingerprint of what was counted one municipality at a time: the header as above, then [`print_of`] each
/// municipality's problems, by number of the municipality. So a change costs the hash of one municipality.
#[must_use]
pub fn fingerprint_of_units<'a>(
    municipalities: &[&MunicipalityInput],
    as_of: AsOf,
    more: &[&[u8]],
    prints: impl Iterator<Item = &'a Print>,
) -> String {
    let mut whole = Sha256::new();
    whole.update(header(municipalities, as_of, more));
    prints.for_each(|print| whole.update(print));
    hexadecimal(&whole.finalize())
}

/// A fingerprint in bytes.
pub type Print = [u8; 32];

/// The fingerprint of some problems as they stood at the moment: blocks as above, but all in one. Cost: O(n log n).
#[must_use]
pub fn print_of(facts: &[ProblemFact], as_of: AsOf) -> Print {
    let mut seen: Vec<ProblemFact> = facts.iter().filter_map(|fact| fact.seen_at(as_of)).collect();
    seen.sort_unstable_by_key(|fact| fact.number);
    let mut block = Sha256::new();
    seen.iter().for_each(|fact| block.update(bytes_of(fact)));
    block.finalize().into()
}

/// The seed that a fingerprint gives: its first eight bytes. Whoever has the same inputs draws the same numbers.
///
/// ```
/// assert_eq!(atlas::analytics::digest::seed_of("00000000000000ff00"), 255);
/// ```
#[must_use]
pub fn seed_of(fingerprint: &str) -> u64 {
    u64::from_str_radix(&fingerprint[..16], 16).expect("a fingerprint is hexadecimal")
}

fn header(municipalities: &[&MunicipalityInput], as_of: AsOf, more: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(as_of.now.0.to_le_bytes());
    bytes.extend(as_of.today.0.to_le_bytes());
    let mut sorted = municipalities.to_vec();
    sorted.sort_by_key(|m| m.no);
    bytes.extend((sorted.len() as u32).to_le_bytes());
    for unit in sorted {
        bytes.extend(unit.no.0.to_le_bytes());
        bytes.extend(unit.residents.unwrap_or(u32::MAX).to_le_bytes());
        put_text(&mut bytes, unit.id.as_bytes());
        put_text(&mut bytes, unit.name.as_bytes());
        let counts = [unit.replies.hits, unit.replies.n].into_iter().chain(unit.marks.histogram);
        counts.for_each(|count| bytes.extend(count.to_le_bytes()));
    }
    more.iter().for_each(|text| put_text(&mut bytes, text));
    bytes
}

fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text);
}

fn bytes_of(fact: &ProblemFact) -> [u8; FACT_BYTES] {
    let moment = |t: Option<Timestamp>| t.map_or(i64::MIN, |t| t.0).to_le_bytes();
    let mut bytes = [0; FACT_BYTES];
    let mut rest = bytes.as_mut_slice();
    let mut put = |part: &[u8]| {
        let (head, tail) = std::mem::take(&mut rest).split_at_mut(part.len());
        head.copy_from_slice(part);
        rest = tail;
    };
    put(&fact.number.to_le_bytes());
    put(&fact.municipality.map_or(u16::MAX, |MunicipalityNo(no)| no).to_le_bytes());
    put(&fact.category.0.to_le_bytes());
    let level = fact.level.map_or(u8::MAX, |level| level as u8);
    put(&[fact.status as u8, fact.severity.unwrap_or(0), level, fact.extensions]);
    put(&moment(fact.opened_at));
    put(&moment(fact.baseline_due));
    put(&moment(fact.current_due));
    put(&moment(fact.closed_at));
    put(&moment(fact.solutions.last));
    put(&moment(fact.solutions.undone));
    put(&fact.cost.map_or(i64::MIN, |cost| cost.0).to_le_bytes());
    bytes
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::sample::{AS_OF, KRAI, days_ago, fact, municipalities, region};

    fn print(facts: &[ProblemFact]) -> String {
        fingerprint(facts, &municipalities(&KRAI), AS_OF, &[b"method"])
    }

    #[test]
    fn the_order_of_rows_and_later_arrivals_leave_the_fingerprint_as_it_was() {
        let mut facts = region(500, &KRAI, 3);
        let before = print(&facts);
        facts.reverse();
        facts.push(ProblemFact { opened_at: Some(days_ago(-1)), ..fact(501) });
        assert_eq!(print(&facts), before);
        assert_eq!(before.len(), 64);
    }

    #[test]
    fn every_input_is_in_the_fingerprint() {
        let facts = region(50, &KRAI, 3);
        let before = print(&facts);
        let mut changed = facts.clone();
        changed[7].cost = Some(crate::domain::Kopecks(1));
        assert_ne!(print(&changed), before);
        assert_ne!(fingerprint(&facts, &municipalities(&KRAI), AS_OF, &[b"other"]), before);
        assert_ne!(fingerprint(&facts, &municipalities(&[5]), AS_OF, &[b"method"]), before);
        let tomorrow = AsOf { now: AS_OF.now.plus_days(1), today: AS_OF.today.plus_days(1) };
        assert_ne!(fingerprint(&facts, &municipalities(&KRAI), tomorrow, &[b"method"]), before);
    }

    #[test]
    fn the_layout_of_a_problem_is_the_documented_one() {
        let bytes = bytes_of(&fact(0x0102_0304));
        assert_eq!(bytes[..12], [4, 3, 2, 1, 0, 0, 0, 0, 5, 0, 2, 0]);
        assert_eq!(bytes[12..20], days_ago(100).0.to_le_bytes());
        assert_eq!(bytes[60..68], i64::MIN.to_le_bytes());
    }
}
