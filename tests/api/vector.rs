//! Vector tiles taken apart by a reader that is not ours to write, and the arithmetic of tile addresses.

#![allow(dead_code)] // each test target uses its own part

use fast_mvt::{MvtGeometry, MvtReaderRef, MvtValueRef};
use serde_json::{Map, Value as Json, json};

use crate::support::Client;

/// A feature of a tile.
#[derive(Debug, Clone)]
pub struct Feature {
    pub layer: String,
    pub id: Option<u64>,
    pub geometry: MvtGeometry,
    pub tags: Map<String, Json>,
}

impl Feature {
    /// How many records it stands for.
    pub fn count(&self) -> u64 {
        self.tags.get("point_count").map_or(1, |count| count.as_u64().unwrap())
    }

    pub fn is(&self, flag: &str) -> bool {
        self.tags.get(flag).is_some_and(|value| value == true)
    }
}

/// The features of a tile; every geometry and tag must be readable.
pub fn decode(bytes: &[u8]) -> Vec<Feature> {
    let reader = MvtReaderRef::new(bytes).unwrap();
    let mut features = Vec::new();
    for layer in reader.layers() {
        assert_eq!((layer.version(), layer.extent()), (2, 4_096), "{}", layer.name());
        for feature in layer.features() {
            let tags = feature.properties().map(|pair| {
                let (key, value) = pair.unwrap();
                let value = match value {
                    MvtValueRef::String(text) => json!(text),
                    MvtValueRef::Float(n) => json!(n),
                    MvtValueRef::Double(n) => json!(n),
                    MvtValueRef::Int(n) | MvtValueRef::SInt(n) => json!(n),
                    MvtValueRef::UInt(n) => json!(n),
                    MvtValueRef::Bool(flag) => json!(flag),
                    MvtValueRef::Null => Json::Null,
                };
                (key.to_owned(), value)
            });
            features.push(Feature {
                layer: layer.name().to_owned(),
                id: feature.id(),
                geometry: feature.geometry().unwrap(),
                tags: tags.collect(),
            });
        }
    }
    features
}

/// A tile's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(pub u8, pub u32, pub u32);

impl Address {
    /// The tile of a zoom that holds a place.
    pub fn of(z: u8, lon: f64, lat: f64) -> Self {
        let n = f64::from(1u32 << z);
        let x = (lon + 180.0) / 360.0 * n;
        let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * n;
        Self(z, x as u32, y as u32)
    }

    pub fn children(self) -> [Self; 4] {
        let Self(z, x, y) = self;
        [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| Self(z + 1, 2 * x + dx, 2 * y + dy))
    }

    /// The features of the tile under a filter; none when there is nothing in it.
    pub fn fetch(self, client: &mut Client, layer: &str, filter: &str) -> Vec<Feature> {
        let Self(z, x, y) = self;
        let path = format!("/tiles/{layer}/{z}/{x}/{y}.mvt?{filter}");
        let answer = client.get(&path);
        match answer.status {
            200 => decode(&answer.body),
            204 => Vec::new(),
            status => panic!("{status} {path}"),
        }
    }
}
