//! Finding the coordinates on which a source puts what it cannot locate.

use crate::analytics::stacks::stacks;
use crate::domain::fallback::{Fallback, MIN_ROWS, is_implausible};
use crate::domain::{Actor, EventKind, FallbackNo, Kind, Record, SourceNo};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Looks for new fallback coordinates in a layer. Done once after an import: O(n) in the layer's rows.
pub struct FindFallbacks {
    /// Problems or appeals.
    pub layer: Kind,
}

impl Operation for FindFallbacks {
    type Answer = Vec<Fallback>;

    fn plan(self, planner: &mut Planner<'_>) -> Result<Vec<Fallback>, Refusal> {
        let snapshot = planner.snapshot;
        let parts = match self.layer {
            Kind::Problem => snapshot.problems.parts(),
            _ => snapshot.appeals.parts(),
        };
        let (stacked, totals) = stacks(&parts, MIN_ROWS);
        let known = planner.dictionary().fallback_places(self.layer);
        let mut found = Vec::new();
        for (source, place, rows) in stacked {
            let total = totals.get(&source).copied().unwrap_or(0);
            if known.contains(source, place) || !is_implausible(rows, total) {
                continue;
            }
            let no = FallbackNo(planner.dictionary().fallbacks.len() as u16);
            let position = place.position();
            let fallback = Fallback { no, layer: self.layer, source: SourceNo(source), position, rows };
            let record = Record::Fallback(fallback.clone());
            let (key, now) = (record.key(), planner.now);
            planner.put(record);
            planner.happened(key, EventKind::FallbackFound, Actor::SYSTEM, now);
            found.push(fallback);
        }
        Ok(found)
    }
}
