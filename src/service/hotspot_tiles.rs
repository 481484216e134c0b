//! Tiles of hot spots: what was found is kept with the boxes that tell what of it lies in a tile.

use std::sync::Arc;

use super::budget::within;
use super::features::Feature;
use super::public::OwnedValue;
use crate::geometry::outline::{Outline, tile_point};
use crate::geometry::{Mercator, Shape, Tile};
use crate::index::nearby::Nearby;
use crate::render::vector_tile::{Geometry, LayerWriter, Value};

/// Tags of a feature, those of its properties that fit a map.
const TAGS: [&str; 11] = [
    "kind",
    "sphere",
    "radius_m",
    "point_count",
    "category",
    "z",
    "hot_months",
    "length_m",
    "patch_cost_rub",
    "replace_cost_rub",
    "replacement_pays",
];

/// Hot spots with their outlines.
pub struct HotspotShapes {
    features: Arc<Vec<Feature>>,
    /// Of each feature; none for one at a single place.
    outlines: Vec<Option<Outline>>,
    boxes: Nearby,
}

impl HotspotShapes {
    /// Cost: O(f log f + their vertices).
    #[must_use]
    pub fn of(features: Arc<Vec<Feature>>) -> Self {
        let shapes = || features.iter().map(Feature::shape);
        let boxes = shapes().zip(0..).filter_map(|(shape, n)| Some((shape?.bounds(), n)));
        let boxes = Nearby::build(boxes);
        let outlines = shapes().map(|shape| Outline::of(shape?)).collect();
        Self { features, outlines, boxes }
    }

    /// The tile. Cost: O(log f + vertices of those that meet it).
    #[must_use]
    pub fn tile(&self, tile: Tile) -> Vec<u8> {
        let mut found: Vec<u32> = self.boxes.meeting(&tile.bounds()).collect();
        found.sort_unstable();
        within(|room, writer| {
            let drawn = room.take("hotspots", &found, |n| self.problems_of(*n), |_| 1);
            writer.layer("hotspots", |out| drawn.iter().for_each(|n| self.write(**n, tile, out)));
        })
    }

    fn problems_of(&self, n: u32) -> i64 {
        match self.features[n as usize].property("point_count") {
            Some(OwnedValue::Int(count)) => *count,
            _ => 0,
        }
    }

    fn write(&self, n: u32, tile: Tile, out: &mut LayerWriter) {
        let (feature, number) = (&self.features[n as usize], u64::from(n) + 1);
        let mut tags = vec![("id", Value::Text(feature.id()))];
        let known = |name: &'static str| Some((name, tag(feature.property(name)?)?));
        tags.extend(TAGS.into_iter().filter_map(known));
        match (&self.outlines[n as usize], feature.shape()) {
            (Some(outline), _) => {
                let pieces = outline.cut(tile);
                let lines: Vec<_> = pieces.iter().flatten().cloned().collect();
                let geometry =
                    if outline.is_closed() { Geometry::Polygons(&pieces) } else { Geometry::Lines(&lines) };
                if !pieces.is_empty() {
                    out.feature(number, geometry, &tags);
                }
            }
            (None, Some(Shape::Point(place))) => {
                out.feature(number, Geometry::Point(tile_point(Mercator::from(*place), tile)), &tags);
            }
            (None, _) => {}
        }
    }
}

fn tag(value: &OwnedValue) -> Option<Value<'_>> {
    Some(match value {
        OwnedValue::Null => return None,
        OwnedValue::Bool(flag) => Value::Flag(*flag),
        OwnedValue::Int(n) => Value::Count(u64::try_from(*n).ok()?),
        OwnedValue::Float(n) => Value::Number(*n),
        OwnedValue::Text(text) => Value::Text(text),
    })
}
