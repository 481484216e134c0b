//! Numbers from columns: selections, clusters, density, ratings. Pure and parallel; no clock, no chance without a seed.
//!
//! [`columns`] is the shape of the data, [`selection`] the filter that every output shares; [`clusters`], [`density`] and
//! [`hexes`] are what tiles are made of.
//!
//! What municipalities are told: [`rating`] (how well they solve what is theirs; its formula, why, how sure),
//! [`counterfactual`] (what it takes to rise), [`burden`] (what load they carry, never ranked), [`stats`] (counts by anything).
//! All look at problems as [`facts`]; [`indicators`] says which problems stand behind a number, [`pace`] and [`estimates`] what a
//! number is worth, [`ranks`] how sure a place is, `method.toml` holds weights and goalposts. [`sensitivity`] and [`funnel`]
//! check the rating, [`ledger`] reads histories, [`silence`] asks who is not heard.
//!
//! Where problems crowd: [`hotspots`], by way of [`dbscan`] and [`getis`], and along streets [`bundles`]; `hotspots.toml` holds radii,
//! bounds and prices. By when it is cleared: [`forecast`]. What citizens think: [`head_marks`]. All of it in words: [`formulas`].
//!
//! [`survival`], [`shrinkage`] and [`special`] are the formulas, checked against lifelines, statsmodels and SciPy.

pub mod bundles;
pub mod burden;
pub mod clusters;
pub mod columns;
pub mod counterfactual;
pub mod dbscan;
pub mod density;
pub mod derived;
pub mod digest;
pub mod estimates;
pub mod facts;
pub mod forecast;
pub mod formulas;
pub mod funnel;
pub mod getis;
pub mod head_marks;
pub mod hexes;
pub mod hotspots;
pub mod indicators;
pub mod ledger;
pub mod method;
pub mod pace;
pub mod postings;
pub mod pyramid;
pub mod random;
pub mod ranks;
pub mod rating;
pub mod selection;
pub mod sensitivity;
pub mod shrinkage;
pub mod silence;
pub mod special;
pub mod stacks;
pub mod stats;
pub mod survival;
pub mod times;
pub mod tone;
pub mod topology;
pub mod unit;
pub mod values;

#[cfg(test)]
mod hotspot_oracles;
#[cfg(test)]
mod oracles;
#[cfg(test)]
mod sample;
