//! Points, boxes, tiles, Mercator, Z-order and shapes: pure arithmetic, nothing of ours below it.
//!
//! Positions are integers of 1e-7 degrees (1.1 cm at the equator), so equality, hashing and ties are exact on every
//! machine. Order is always longitude, latitude. Start at [`Position`]; tiles are in [`tile`], the curve that makes a
//! tile one contiguous range of rows in [`zorder`].

pub mod albers;
pub mod bounds;
mod crossing;
pub mod distance;
pub mod hex;
pub mod locate;
pub mod mercator;
pub mod outline;
pub mod position;
pub mod shape;
pub mod tile;
pub mod zorder;

pub use bounds::Bounds;
pub use mercator::Mercator;
pub use position::Position;
pub use shape::Shape;
pub use tile::Tile;
