//! What is in a cluster, and where it falls apart.

use serde::Serialize;

use super::filter::Filter;
use super::{Atlas, ReadError, Reading};
use crate::analytics::clusters::{self, ClusterId};
use crate::analytics::selection::View;
use crate::domain::{AppealNo, ProblemNo};
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;

/// Records that are points on the map: what clusters are made of, and what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointLayer {
    /// Problems.
    Problems,
    /// Appeals.
    Appeals,
}

/// A page of the records in a cluster, in the order of the map's curve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leaves {
    cluster_id: String,
    point_count: usize,
    offset: usize,
    ids: Vec<String>,
}

/// Where a cluster falls apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expansion {
    cluster_id: String,
    expansion_zoom: u8,
}

impl Atlas {
    /// The records in a cluster, from `offset` on. Cost: O(rows in its cell).
    pub fn leaves(
        &self,
        layer: PointLayer,
        id: &str,
        filter: &Filter,
        offset: usize,
        limit: usize,
    ) -> Result<Leaves, ReadError> {
        self.with_cluster(layer, id, filter, |view, id, reading| {
            let names = &reading.snapshot.dictionary.ids;
            let name = |number| match layer {
                PointLayer::Problems => names.problem(ProblemNo(number)),
                PointLayer::Appeals => names.appeal(AppealNo(number)),
            };
            let (mut seen, mut ids) = (0, Vec::new());
            view.for_each_in(&id.keys(), |part, row| {
                if id.holds(view, part, row) {
                    if seen >= offset && ids.len() < limit {
                        ids.push(name(view.parts[part].columns.number[row]));
                    }
                    seen += 1;
                }
            });
            Leaves { cluster_id: id.to_string(), point_count: seen, offset, ids }
        })
    }

    /// The zoom at which a cluster falls apart. Cost: O(rows in its cell).
    pub fn expansion(&self, layer: PointLayer, id: &str, filter: &Filter) -> Result<Expansion, ReadError> {
        self.with_cluster(layer, id, filter, |view, id, _| Expansion {
            cluster_id: id.to_string(),
            expansion_zoom: clusters::expansion_zoom(view, id),
        })
    }

    fn with_cluster<A>(
        &self,
        layer: PointLayer,
        id: &str,
        filter: &Filter,
        answer: impl FnOnce(&View<'_>, &ClusterId, &Reading) -> A,
    ) -> Result<A, ReadError> {
        let id = ClusterId::parse(id).ok_or(ReadError::NotFound("cluster"))?;
        let reading = self.read_for(filter)?;
        let snapshot = &reading.snapshot;
        Ok(match layer {
            PointLayer::Problems => {
                let (selection, parts) = (filter.select_problems(&reading)?, snapshot.problems.parts());
                let view = Layer::<ProblemColumns>::view(&parts, &selection, reading.today);
                answer(&view, &id, &reading)
            }
            PointLayer::Appeals => {
                let (selection, parts) = (filter.select_appeals(&reading)?, snapshot.appeals.parts());
                let view = Layer::<AppealColumns>::view(&parts, &selection, reading.today);
                answer(&view, &id, &reading)
            }
        })
    }
}
