//! An atlas of a region's problems.
pub mod analytics;
pub mod demo;
pub mod domain;
pub mod feed;
pub mod geometry;
pub mod index;
pub mod journal;
pub mod messages;
pub mod records;
pub mod snapshot;
pub mod store;
pub mod writer;
