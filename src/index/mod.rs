//! What is here, what is near, which municipality: the only users of rstar, and the table of identities.

pub mod areas;
pub mod identity;
pub mod nearby;

pub use areas::Areas;
pub use identity::Identities;
pub use nearby::Nearby;

use crate::geometry::{Bounds, Position};

/// A place as rstar wants it. Whole numbers in f64: exact, and their squares do not overflow as they would in `i32`.
fn corner(p: Position) -> [f64; 2] {
    [f64::from(p.lon_e7), f64::from(p.lat_e7)]
}

fn corners(b: &Bounds) -> [f64; 4] {
    [b.west, b.south, b.east, b.north].map(f64::from)
}
