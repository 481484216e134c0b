//! One file per family of addresses.

pub mod api;
pub mod appeals;
pub mod events;
pub mod health;
pub mod ogc;
pub mod page;
pub mod pictures;
pub mod tiles;
