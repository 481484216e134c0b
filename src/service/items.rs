//! Pages of a list, in the order of numbers or in one that is asked for.
//!
//! A page is found by the number after which it begins, so the hundred-thousandth costs what the first costs. The token of
//! the next page also names the highest number of the first page's world: records that come in meanwhile stay out, those
//! that stay in the list are seen exactly once. In another order a record that changes meanwhile may move past the reader.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use moka::sync::Cache;

use super::filter::Invalid;
use super::order::{Order, Sorted};
use super::stats::Groups;
use super::{Atlas, Reading};
use crate::analytics::selection::Selection;
use crate::analytics::stats::Group;
use crate::snapshot::layer::{At, Layer};

/// Most records on a page.
pub const MAX_LIMIT: usize = 10_000;
/// Records on a page when nobody says otherwise.
pub const DEFAULT_LIMIT: usize = 100;
/// Most bytes of matched numbers that are kept.
const KEPT_BYTES: u64 = 64 << 20;

/// Most bytes of counts that are kept.
const GROUPS_KEPT_BYTES: u64 = 16 << 20;

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageToken {
    /// The page holds numbers after this one.
    pub after: u32,
    /// And none after this one.
    pub last: u32,
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.after, self.last)
    }
}

impl PageToken {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let read = || {
            let (after, last) = text.split_once('-')?;
            let number = |hex: &str| u32::from_str_radix(hex, 16).ok();
            let token = Self { after: number(after)?, last: number(last)? };
            (token.to_string() == text).then_some(token)
        };
        read().ok_or_else(|| Invalid::new("token", "unknown_value", text, "next"))
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its rows in order.
    pub rows: Vec<At>,
    /// How many records match in all.
    pub matched: u64,
    /// Where the next page begins.
    pub next: Option<PageToken>,
}

/// Numbers that match a filter, in the order of the list, counts of unfiltered layers, and counts of appeals by anything.
pub struct MatchCache {
    numbers: Cache<String, Arc<[u32]>>,
    counts: Cache<String, u64>,
    pub(super) groups: Cache<String, Groups>,
}

impl Default for MatchCache {
    fn default() -> Self {
        let weigh = |key: &String, numbers: &Arc<[u32]>| (key.len() + 4 * numbers.len()) as u32;
        Self {
            numbers: Cache::builder().weigher(weigh).max_capacity(KEPT_BYTES).build(),
            counts: Cache::new(1_000),
            groups: Cache::builder()
                .weigher(|key: &String, groups| weigh_groups(key, groups))
                .max_capacity(GROUPS_KEPT_BYTES)
                .build(),
        }
    }
}

fn weigh_groups(key: &str, groups: &Groups) -> u32 {
    let own = |group: &Group| size_of::<Group>() + size_of_val(&group.key[..]);
    (key.len() + groups.iter().flat_map(|groups| groups.iter()).map(own).sum::<usize>()) as u32
}

impl Atlas {
    /// The page of `layer` that begins at `token`. `scope` names layer, version, day, filter and order (see
    /// [`super::scope_of`]).
    ///
    /// Cost: O(n) for the first page of a filter, O(n log n) in another order; then O(limit) a page at any depth.
    pub fn page<E: Sorted>(
        &self,
        layer: &Layer<E>,
        reading: &Reading,
        selection: &Selection,
        scope: &str,
        order: Option<Order>,
        limit: usize,
        token: Option<PageToken>,
    ) -> Page {
        let token = token.unwrap_or(PageToken { after: 0, last: layer.last_number() });
        let parts = layer.parts();
        let view = Layer::<E>::view(&parts, selection, reading.today);
        let (mut rows, mut next) = (Vec::with_capacity(limit.min(1_024)), None);
        let mut take = |at: At, number: u32| {
            if number > token.last {
                let end = order.is_none();
                return if end { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            }
            if rows.len() == limit {
                next = rows.last().map(|at: &At| layer.segments()[at.part].columns.number[at.row]);
                return ControlFlow::Break(());
            }
            rows.push(at);
            ControlFlow::Continue(())
        };
        let matched = if selection.is_everything() && order.is_none() {
            layer.ascending(token.after, |at| {
                if !view.takes(at.part, at.row) {
                    return ControlFlow::Continue(());
                }
                take(at, layer.segments()[at.part].columns.number[at.row])
            });
            self.matches.counts.get_with(scope.to_owned(), || view.count())
        } else {
            let numbers = self.matches.numbers.get_with(scope.to_owned(), || {
                let mut ranked = Vec::new();
                view.for_each(|part, row| {
                    let rank = order.map_or(0, |order| order.rank(layer, At { part, row }));
                    ranked.push((rank, view.parts[part].columns.number[row]));
                });
                ranked.sort_unstable();
                ranked.into_iter().map(|(_, number)| number).collect()
            });
            let first = match order {
                None => numbers.partition_point(|number| *number <= token.after),
                Some(_) if token.after == 0 => 0,
                Some(_) => numbers.iter().position(|n| *n == token.after).map_or(numbers.len(), |at| at + 1),
            };
            for number in &numbers[first..] {
                let Some(at) = layer.find(*number) else { continue };
                if take(at, *number).is_break() {
                    break;
                }
            }
            numbers.len() as u64
        };
        let next = next.map(|after| PageToken { after, last: token.last });
        Page { rows, matched, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_spelling() {
        let token = PageToken { after: 255, last: 4_096 };
        assert_eq!(PageToken::parse(&token.to_string()), Ok(token));
        for wrong in ["", "ff", "FF-1000", "0ff-1000", "ff-1000-1", "g-1"] {
            assert!(PageToken::parse(wrong).is_err(), "{wrong}");
        }
    }
}
