//! Every write there is, one file each.

pub mod appeals;
pub mod dictionary;
pub mod embeds;
pub mod fallbacks;
pub mod histories;
pub mod marks;
pub mod municipalities;
pub mod photos;
pub mod problems;
pub mod reassign;
pub mod submit_appeal;
pub mod tokens;

use std::collections::BTreeMap;

use crate::domain::row::Rejection;

/// What became of the rows of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// New records.
    pub accepted: u64,
    /// Records that changed.
    pub updated: u64,
    /// Records that the rows say nothing new about.
    pub unchanged: u64,
    /// Rows that stayed out, one entry for each broken rule.
    pub rejections: Vec<Rejection>,
    /// Rows that stayed out.
    pub rejected: u64,
    /// What is worth a look, with how often.
    pub warnings: BTreeMap<Warning, u64>,
}

/// Something that is worth a look but kept no row out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// Code, a key of the message catalogue.
    pub rule: &'static str,
    /// Canonical name of the field.
    pub field: &'static str,
    /// The value, where it helps.
    pub value: String,
}

impl RowCounts {
    /// Counts a row that stays out.
    pub fn reject(&mut self, rejection: Rejection) {
        self.rejected += 1;
        self.rejections.push(rejection);
    }

    /// Counts a warning.
    pub fn warn(&mut self, rule: &'static str, field: &'static str, value: &str) {
        *self.warnings.entry(Warning { rule, field, value: value.to_owned() }).or_default() += 1;
    }

    /// Takes in the counts of another batch.
    pub fn merge(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
        self.rejections.extend(other.rejections);
        for (warning, n) in other.warnings {
            *self.warnings.entry(warning).or_default() += n;
        }
    }
}
