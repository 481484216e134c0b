//! The outside face, black box: the real binary, real HTTP on port 0, real files. What CONTRACT promises is asserted here.

#![allow(clippy::unwrap_used)] // a test that cannot go on ends here

#[path = "../support/mod.rs"]
mod support;

mod analyses;
mod appeals;
mod archives;
mod as_of;
mod bad_files;
mod basemap;
mod budget;
mod cards;
mod checks;
mod demo;
mod directories;
mod embeds;
mod fallback;
mod geopackages;
mod golden;
mod hexes;
mod hotspots;
mod imports;
mod items;
mod outputs;
mod pages;
mod pages_links;
mod pages_rating;
mod photos;
mod pictures;
mod ratings;
mod refusals;
mod tiles;
mod vector;
