//! Numbers become bytes: PNG pictures and vector tiles. The only user of image and vector-tile encoders.
//!
//! [`palette`] is what the map is drawn with; [`png`] writes palette pictures; [`vector_tile`] writes MVT.
//! Shapes come cut to the tile by [`crate::geometry::outline`].

pub mod palette;
pub mod png;
pub mod vector_tile;
