//! Numbers from columns: selections, clusters, density, ratings. Pure and parallel; no clock, no chance without a seed.
//!
//! [`columns`] is the shape of the data, [`selection`] the filter that every output shares.

pub mod burden;
pub mod columns;
pub mod estimates;
pub mod facts;
pub mod indicators;
pub mod method;
pub mod random;
pub mod selection;
pub mod shrinkage;
pub mod special;
pub mod stacks;
pub mod stats;
pub mod survival;

#[cfg(test)]
mod oracles;
#[cfg(test)]
mod sample;
