//! How a row without an id is known again: by a hash of everything that stands in it.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::feature_cells::for_each_property;
use super::layout::Layout;
use super::record::Record;
use crate::geometry::Position;

/// A 128-bit hash of the names and trimmed values of all columns, in whatever order they stand, used or not.
///
/// Empty values do not count, so a new column that is still empty changes nothing. The sum is order-free because a file
/// exported again may have its columns in another order. Cost: O(bytes).
pub(super) fn content_hash(record: &Record<'_>, layout: &Layout<'_>, point: Option<Position>) -> u128 {
    let mut sum = 0u128;
    let mut add = |name: &str, value: &str| {
        let value = value.trim();
        if !value.is_empty() {
            sum = sum.wrapping_add(xxh3_128_with_seed(value.as_bytes(), xxh3_64(name.as_bytes())));
        }
    };
    let Some(feature) = record.feature else {
        for (name, value) in layout.cells().iter().zip(record.cells) {
            add(name, value);
        }
        return sum;
    };
    if let Some(properties) = feature.properties {
        for_each_property(properties, &mut add);
    }
    if let Some(place) = point.filter(|_| feature.geometry.is_some()) {
        add("geometry", &format!("{} {}", place.lon_e7, place.lat_e7));
    }
    sum
}
