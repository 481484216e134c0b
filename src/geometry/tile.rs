//! Slippy-map tiles (WebMercatorQuad).

use std::ops::Range;

use super::zorder::{self, Rect};
use super::{Bounds, Mercator, Position};

/// The deepest zoom that is served: one tile pixel is then 4 cm, below the precision of any source.
pub const MAX_ZOOM: u8 = 22;

/// One tile: zoom, column from the west, row from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Zoom, 0…[`MAX_ZOOM`].
    pub z: u8,
    /// Column, 0…2^z − 1.
    pub x: u32,
    /// Row, 0…2^z − 1.
    pub y: u32,
}

impl Tile {
    /// Parses the three numbers of a tile address; `None` outside the grid.
    #[must_use]
    pub fn parse(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= MAX_ZOOM && x < (1 << z) && y < (1 << z)).then_some(Self { z, x, y })
    }

    /// The tile of zoom `z` that holds `m`.
    #[must_use]
    pub fn at(m: Mercator, z: u8) -> Self {
        let shift = 32 - u32::from(z);
        Self { z, x: m.x.checked_shr(shift).unwrap_or(0), y: m.y.checked_shr(shift).unwrap_or(0) }
    }

    /// Width of the tile in Mercator units.
    #[must_use]
    pub fn size(self) -> u64 {
        1 << (32 - self.z)
    }

    /// North-western corner in Mercator units.
    #[must_use]
    pub fn origin(self) -> Mercator {
        let shift = 32 - u32::from(self.z);
        Mercator { x: self.x.checked_shl(shift).unwrap_or(0), y: self.y.checked_shl(shift).unwrap_or(0) }
    }

    /// The Z-order keys of the places in this tile: one contiguous range.
    #[must_use]
    pub fn keys(self) -> Range<u64> {
        let prefix = zorder::encode(Mercator { x: self.x, y: self.y });
        zorder::prefix_range(prefix, u32::from(self.z))
    }

    /// The tile widened by `margin` Mercator units on each side, cut at the edges of the world.
    #[must_use]
    pub fn widened(self, margin: u64) -> Rect {
        let origin = self.origin();
        let low = |v: u32| u64::from(v).saturating_sub(margin) as u32;
        let high = |v: u32| (u64::from(v) + self.size() - 1 + margin).min(u64::from(u32::MAX)) as u32;
        Rect {
            min: Mercator { x: low(origin.x), y: low(origin.y) },
            max: Mercator { x: high(origin.x), y: high(origin.y) },
        }
    }

    /// The four tiles of the next zoom that it consists of.
    #[must_use]
    pub fn children(self) -> [Self; 4] {
        [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| Self {
            z: self.z + 1,
            x: 2 * self.x + dx,
            y: 2 * self.y + dy,
        })
    }

    /// The tile's edges in degrees' units.
    #[must_use]
    pub fn bounds(self) -> Bounds {
        let rect = self.widened(0);
        let (north_west, south_east): (Position, Position) = (rect.min.position(), rect.max.position());
        Bounds {
            west: north_west.lon_e7,
            south: south_east.lat_e7,
            east: south_east.lon_e7,
            north: north_west.lat_e7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_outside_the_grid_are_no_tiles() {
        assert!(Tile::parse(0, 0, 0).is_some());
        assert!(Tile::parse(3, 8, 0).is_none());
        assert!(Tile::parse(23, 0, 0).is_none());
    }

    #[test]
    fn the_four_children_of_a_tile_make_up_its_keys() {
        let parent = Tile::parse(5, 17, 11).unwrap();
        let children = [(0, 0), (1, 0), (0, 1), (1, 1)]
            .map(|(dx, dy)| Tile::parse(6, parent.x * 2 + dx, parent.y * 2 + dy).unwrap().keys());
        assert_eq!(children[0].start, parent.keys().start);
        assert_eq!(children[3].end, parent.keys().end);
        assert!(children.windows(2).all(|w| w[0].end == w[1].start));
    }

    #[test]
    fn the_tile_at_a_place_holds_its_key() {
        let m = Mercator::from(Position::parse_degrees(135.0599, 48.4647).unwrap());
        for z in 0..=MAX_ZOOM {
            assert!(Tile::at(m, z).keys().contains(&zorder::encode(m)));
        }
    }
}
