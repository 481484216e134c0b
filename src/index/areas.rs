//! Which municipality a place lies in.

use std::sync::Arc;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::domain::MunicipalityNo;
use crate::geometry::locate::{BandedPolygons, Location};
use crate::geometry::{Position, Shape};

type Boxed = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// An R-tree of the boxes of polygons, with banded edges inside each.
///
/// Rule for ties: a place on a shared border, or where borders overlap, belongs to the municipality with the lowest
/// number, that is the first in the region pack; strictly inside always beats on the border.
#[derive(Debug)]
pub struct Areas {
    boxes: RTree<Boxed>,
    areas: Vec<(MunicipalityNo, BandedPolygons)>,
}

impl Areas {
    /// Indexes boundaries. Each polygon of a multipolygon gets its own box, so that a remote island does not widen the box
    /// of the mainland. Cost: O(vertices).
    #[must_use]
    pub fn build<'a>(boundaries: impl Iterator<Item = (MunicipalityNo, &'a Arc<Shape>)>) -> Self {
        let mut areas = Vec::new();
        for (no, shape) in boundaries {
            let Shape::Polygons(polygons) = &**shape else { continue };
            for rings in polygons {
                areas.extend(BandedPolygons::build(std::slice::from_ref(rings)).map(|banded| (no, banded)));
            }
        }
        let boxes = areas.iter().enumerate().map(|(n, (_, banded))| {
            let [west, south, east, north] = super::corners(&banded.bounds());
            GeomWithData::new(Rectangle::from_corners([west, south], [east, north]), n as u32)
        });
        Self { boxes: RTree::bulk_load(boxes.collect()), areas }
    }

    /// The municipality at `p`; `None` outside all of them. Cost: O(log areas + edges in one band), below 1 µs.
    #[must_use]
    pub fn locate(&self, p: Position) -> Option<MunicipalityNo> {
        let (mut inside, mut border): (Option<MunicipalityNo>, Option<MunicipalityNo>) = (None, None);
        let lower = |best: Option<MunicipalityNo>, no| Some(best.map_or(no, |b: MunicipalityNo| b.min(no)));
        for found in self.boxes.locate_in_envelope_intersecting(AABB::from_point(super::corner(p))) {
            let (no, banded) = &self.areas[found.data as usize];
            match banded.locate(p) {
                Location::Inside => inside = lower(inside, *no),
                Location::Boundary => border = lower(border, *no),
                Location::Outside => {}
            }
        }
        inside.or(border)
    }

    /// Whether all of a shape lies in a municipality, the place that stands for it included. Cost: one
    /// [`locate`](Self::locate) for each vertex.
    ///
    /// The middle of a line ([`Shape::anchor`]) is found with the standard library's sine. It only answers yes or no here:
    /// two machines could disagree about a middle that lies within the last bit of a border.
    #[must_use]
    pub fn holds(&self, municipality: MunicipalityNo, shape: &Shape) -> bool {
        let inside = |p| self.locate(p) == Some(municipality);
        shape.vertices().all(inside) && inside(shape.anchor())
    }

    /// Whether there are no boundaries at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
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
    fn a_place_on_a_shared_border_belongs_to_the_first_municipality() {
        let squares = [square(1, 10, 20), square(0, 0, 10)];
        let areas = Areas::build(squares.iter().map(|(no, shape)| (*no, shape)));
        assert_eq!(areas.locate(Position::new(5, 5)), Some(MunicipalityNo(0)));
        assert_eq!(areas.locate(Position::new(15, 5)), Some(MunicipalityNo(1)));
        assert_eq!(areas.locate(Position::new(10, 5)), Some(MunicipalityNo(0)));
        assert_eq!(areas.locate(Position::new(21, 5)), None);
    }

    #[test]
    fn strictly_inside_beats_on_the_border() {
        let squares = [square(0, 0, 10), square(1, 5, 20)];
        let areas = Areas::build(squares.iter().map(|(no, shape)| (*no, shape)));
        assert_eq!(areas.locate(Position::new(10, 5)), Some(MunicipalityNo(1)));
    }
}
