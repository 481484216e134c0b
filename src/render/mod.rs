//! Numbers become bytes: PNG pictures and vector tiles. The only user of image and vector-tile encoders.
//!
//! [`palette`] is what the map is drawn with; [`photo`] makes a photo fit to be published; [`png`] writes pictures; [`vector_tile`] writes MVT. [`symbols`] draws donuts
//! and single objects, with [`numbers`] or [`icons`] in them, moved apart by [`spread`]; [`poster`] is the whole region, on a [`sheet`] with [`words`] around it; [`areas`] colours municipalities by the classes of [`metrics`].
//! Shapes come cut to the tile by [`crate::geometry::outline`].

pub mod areas;
pub mod icons;
pub mod metrics;
pub mod numbers;
pub mod palette;
pub mod photo;
pub mod png;
pub mod poster;
pub mod sheet;
pub mod spread;
pub mod symbols;
pub mod vector_tile;
pub mod words;
