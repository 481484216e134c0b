//! Citizens' marks of a head of a municipality.

use serde::{Deserialize, Serialize};

use super::{MarkNo, MunicipalityNo, SourceNo, Timestamp};

/// Fewer marks than this are not published: a cell that small could point to people.
pub const MIN_PUBLISHED: u32 = 5;

/// One anonymous mark, 1…5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its number.
    pub no: MarkNo,
    /// Where it comes from.
    pub source: SourceNo,
    /// 64 bits of the identity: of its content and its count among equal rows.
    pub identity: u64,
    /// Whose head is marked.
    pub municipality: MunicipalityNo,
    /// What is marked (`openness`), as the source names it.
    pub criterion: String,
    /// 1…5, five is best.
    pub mark: u8,
    /// When.
    pub given_at: Timestamp,
}

/// The marks of one municipality and criterion within one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assessment {
    /// How many.
    pub n: u32,
    /// Their sum.
    pub sum: u32,
    /// How many of each mark, 1…5.
    pub histogram: [u32; 5],
}

impl Assessment {
    /// Adds one mark of 1…5.
    pub fn add(&mut self, mark: u8) {
        let mark = mark.clamp(1, 5);
        self.n += 1;
        self.sum += u32::from(mark);
        self.histogram[usize::from(mark) - 1] += 1;
    }

    /// Mean mark; `None` below [`MIN_PUBLISHED`].
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.n >= MIN_PUBLISHED).then(|| f64::from(self.sum) / f64::from(self.n))
    }
}
