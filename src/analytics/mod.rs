//! Numbers from columns: selections, clusters, density, ratings. Pure and parallel; no clock, no chance without a seed.
//!
//! [`columns`] is the shape of the data, [`selection`] the filter that every output shares.

pub mod clusters;
pub mod columns;
pub mod density;
pub mod selection;
pub mod stacks;
