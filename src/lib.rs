//! An atlas of a region's problems.
pub mod domain;
pub mod formats;
pub mod geometry;
pub mod messages;
