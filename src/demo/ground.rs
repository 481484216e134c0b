//! The ground of the region: which municipality a place lies in.

use std::sync::Arc;

use crate::domain::MunicipalityNo;
use crate::geometry::locate::{BandedPolygons, Location};
use crate::geometry::{Position, Shape};

/// The boundaries, ready for questions.
#[derive(Debug)]
pub struct Ground {
    areas: Vec<(MunicipalityNo, BandedPolygons)>,
}

impl Ground {
    /// Indexes boundaries. Cost: O(vertices).
    #[must_use]
    pub fn build(boundaries: &[(MunicipalityNo, Arc<Shape>)]) -> Self {
        let mut areas = Vec::new();
        for (no, shape) in boundaries {
            if let Shape::Polygons(polygons) = &**shape {
                areas.extend(BandedPolygons::build(polygons).map(|banded| (*no, banded)));
            }
        }
        areas.sort_by_key(|(no, _)| *no);
        Self { areas }
    }

    /// Whether there are no boundaries at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// The municipality at `p`. The rule for ties is that of the atlas's own index: strictly inside beats on the border,
    /// and of several the lowest number has it.
    #[must_use]
    pub fn municipality_at(&self, p: Position) -> Option<MunicipalityNo> {
        let mut border = None;
        for (no, banded) in &self.areas {
            match banded.locate(p) {
                Location::Inside => return Some(*no),
                Location::Boundary => border = border.or(Some(*no)),
                Location::Outside => {}
            }
        }
        border
    }

    /// Whether all of a shape lies in a municipality, the place that stands for it included.
    ///
    /// The middle of a line ([`Shape::anchor`]) is found with the standard library's sine. It only answers yes or no here:
    /// two machines could disagree about a middle that lies within the last bit of a border.
    #[must_use]
    pub fn holds(&self, municipality: MunicipalityNo, shape: &Shape) -> bool {
        let inside = |p| self.municipality_at(p) == Some(municipality);
        shape.vertices().all(inside) && inside(shape.anchor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(no: u16, west: i32, east: i32) -> (MunicipalityNo, Arc<Shape>) {
        let ring = [(west, 0), (east, 0), (east, 10), (west, 10)].map(|(x, y)| Position::new(x, y));
        (MunicipalityNo(no), Arc::new(Shape::Polygons(vec![vec![ring.to_vec()]])))
    }

    #[test]
    fn a_place_on_a_shared_border_belongs_to_the_lowest_number_and_inside_beats_the_border() {
        let ground = Ground::build(&[square(1, 10, 20), square(0, 0, 10), square(2, 5, 15)]);
        assert_eq!(ground.municipality_at(Position::new(2, 5)), Some(MunicipalityNo(0)));
        assert_eq!(ground.municipality_at(Position::new(10, 5)), Some(MunicipalityNo(2)));
        assert_eq!(ground.municipality_at(Position::new(10, 10)), Some(MunicipalityNo(0)));
        assert_eq!(ground.municipality_at(Position::new(21, 5)), None);
    }
}
