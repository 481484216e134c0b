//! Rows of one source that stand on exactly the same place.

use std::collections::HashMap;

use super::selection::Part;
use crate::geometry::Mercator;

/// A source, a place, and its rows there.
pub type Stack = (u16, Mercator, u32);

/// Rows on places that at least `least` rows of one source share, and rows of each source.
///
/// Counts living rows. Rows on one place are neighbours in Z-order, so a stack is a run. Cost: O(n).
#[must_use]
pub fn stacks(parts: &[Part<'_>], least: u32) -> (Vec<Stack>, HashMap<u16, u32>) {
    let mut stacked: HashMap<(u16, Mercator), u32> = HashMap::new();
    let mut totals: HashMap<u16, u32> = HashMap::new();
    for Part { columns, dead, .. } in parts {
        let mut n = 0;
        while n < columns.len() {
            let (place, start) = (columns.place(n), n);
            while n < columns.len() && columns.place(n) == place {
                if !dead.contains(n) {
                    *totals.entry(columns.source[n]).or_default() += 1;
                }
                n += 1;
            }
            // A place with few rows here may have more in another part; one row alone is not worth a table entry.
            if n - start > 1 || parts.len() > 1 {
                for row in (start..n).filter(|row| !dead.contains(*row)) {
                    *stacked.entry((columns.source[row], place)).or_default() += 1;
                }
            }
        }
    }
    let mut found: Vec<(u16, Mercator, u32)> = stacked
        .into_iter()
        .filter(|(_, n)| *n >= least)
        .map(|((source, place), n)| (source, place, n))
        .collect();
    found.sort_unstable_by_key(|(source, place, n)| (std::cmp::Reverse(*n), *source, place.x, place.y));
    (found, totals)
}
