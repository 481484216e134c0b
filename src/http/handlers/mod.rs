//! One file per family of addresses.

pub mod api;
pub mod appeals;
pub mod basemap;
pub mod downloads;
pub mod embeds;
pub mod events;
pub mod geopackages;
pub mod health;
pub mod ogc;
pub mod page;
pub mod pages;
pub mod photos;
pub mod pictures;
pub mod tiles;
