//! Which record a source's row is: identity hashes to numbers.

use std::sync::Arc;

/// Sorted runs of (identity, number), each at least four times as long as the next.
///
/// Identities never change and never disappear, so the runs are immutable and shared between snapshots. Memory: 12 bytes
/// an entry. Lookup: one binary search a run, newest first.
#[derive(Debug, Clone, Default)]
pub struct Identities {
    runs: Vec<Arc<Run>>,
}

#[derive(Debug, Default)]
struct Run {
    identities: Vec<u64>,
    numbers: Vec<u32>,
}

/// A run is merged with the one before it when that one is less than this many times as long.
const GROWTH: usize = 4;

impl Identities {
    /// The number of the record with this identity.
    #[must_use]
    pub fn find(&self, identity: u64) -> Option<u32> {
        self.runs.iter().rev().find_map(|run| {
            let at = run.identities.binary_search(&identity).ok()?;
            Some(run.numbers[at])
        })
    }

    /// The table with more entries. Cost: O(n log n) of the new ones, amortised O(log total) each for merging.
    #[must_use]
    pub fn with(&self, mut entries: Vec<(u64, u32)>) -> Self {
        if entries.is_empty() {
            return self.clone();
        }
        entries.sort_unstable();
        let mut runs = self.runs.clone();
        let mut last = Run {
            identities: entries.iter().map(|e| e.0).collect(),
            numbers: entries.iter().map(|e| e.1).collect(),
        };
        while let Some(before) = runs.pop_if(|r| r.identities.len() < GROWTH * last.identities.len()) {
            last = merge(&before, &last);
        }
        runs.push(Arc::new(last));
        Self { runs }
    }
}

fn merge(a: &Run, b: &Run) -> Run {
    let n = a.identities.len() + b.identities.len();
    let mut merged = Run { identities: Vec::with_capacity(n), numbers: Vec::with_capacity(n) };
    let (mut i, mut j) = (0, 0);
    for _ in 0..n {
        let from_a =
            j == b.identities.len() || (i < a.identities.len() && a.identities[i] <= b.identities[j]);
        let (run, at) = if from_a { (a, &mut i) } else { (b, &mut j) };
        merged.identities.push(run.identities[*at]);
        merged.numbers.push(run.numbers[*at]);
        *at += 1;
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_identity_is_found_however_it_came_in(batches in prop::collection::vec(prop::collection::hash_set(0u64..5_000, 0..40), 0..30)) {
            let (mut table, mut model) = (Identities::default(), std::collections::HashMap::new());
            let mut next = 0;
            for batch in batches {
                let new: Vec<(u64, u32)> = batch.into_iter().filter(|id| !model.contains_key(id)).map(|id| { next += 1; (id, next) }).collect();
                model.extend(new.iter().copied());
                table = table.with(new);
            }
            for id in 0..5_000 {
                prop_assert_eq!(table.find(id), model.get(&id).copied());
            }
        }
    }
}
