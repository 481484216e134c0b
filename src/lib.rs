//! An atlas of a region's problems.
pub mod analytics;
pub mod domain;
pub mod feed;
pub mod formats;
pub mod geometry;
pub mod http;
pub mod index;
pub mod journal;
pub mod messages;
pub mod records;
pub mod render;
pub mod service;
pub mod snapshot;
pub mod store;
pub mod telemetry;
pub mod writer;
