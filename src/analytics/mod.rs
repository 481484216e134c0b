//! Numbers from columns: selections, clusters, density, ratings. Pure and parallel; no clock, no chance without a seed.
//!
//! [`columns`] is the shape of the data, [`selection`] the filter that every output shares.
//!
//! What municipalities are told: [`rating`] (how well they solve what is theirs; its formula, why, how sure),
//! [`counterfactual`] (what it takes to rise), [`burden`] (what
//! load they carry, never ranked), [`stats`] (counts by anything). All three look at problems as [`facts`]; [`indicators`] says
//! which problems stand behind a number, [`estimates`] what a number is worth, `method.toml` holds weights and goalposts.
//! [`survival`], [`shrinkage`] and [`special`] are the formulas, checked against lifelines, statsmodels and SciPy.

pub mod burden;
pub mod clusters;
pub mod columns;
pub mod counterfactual;
pub mod dbscan;
pub mod density;
pub mod digest;
pub mod estimates;
pub mod facts;
pub mod getis;
pub mod hotspots;
pub mod indicators;
pub mod ledger;
pub mod method;
pub mod pace;
pub mod pyramid;
pub mod random;
pub mod ranks;
pub mod rating;
pub mod selection;
pub mod shrinkage;
pub mod special;
pub mod stacks;
pub mod stats;
pub mod survival;
pub mod topology;

#[cfg(test)]
mod hotspot_oracles;
#[cfg(test)]
mod oracles;
#[cfg(test)]
mod sample;
