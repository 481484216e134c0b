//! PMTiles v3. Source: the PMTiles specification, version 3.4.

use std::fs::File;
use std::path::Path;

use pmtiles::{Compression, PmTilesStreamWriter, PmTilesWriter, TileCoord, TileId, TileType};
use serde_json::json;

use super::{ArchiveError, ArchiveInfo};
use crate::geometry::Tile;

/// Writes a PMTiles file.
pub struct Writer(PmTilesStreamWriter<File>);

impl Writer {
    pub(super) fn create(path: &Path, info: &ArchiveInfo) -> Result<Self, ArchiveError> {
        let [west, south, east, north] = info.bounds;
        let (lon, lat) = info.centre();
        let metadata = json!({
            "name": info.name,
            "description": info.description,
            "attribution": info.attribution,
            "version": info.version,
            "type": "overlay",
            "vector_layers": info.vector_layers,
        });
        let writer = PmTilesWriter::new(TileType::Mvt)
            .precompressed(Compression::Gzip)
            .min_zoom(info.min_zoom)
            .max_zoom(info.max_zoom)
            .bounds(west, south, east, north)
            .center(lon, lat)
            .center_zoom(info.min_zoom)
            .metadata(metadata.to_string())
            .create(File::create_new(path)?)?;
        Ok(Self(writer))
    }

    pub(super) fn add(&mut self, tile: Tile, gzipped: &[u8]) -> Result<(), ArchiveError> {
        Ok(self.0.add_tile(coord(tile), gzipped)?)
    }

    pub(super) fn finish(self) -> Result<(), ArchiveError> {
        Ok(self.0.finalize()?)
    }
}

/// The tile's place in the order of the format.
pub(super) fn number(tile: Tile) -> u64 {
    TileId::from(coord(tile)).value()
}

fn coord(tile: Tile) -> TileCoord {
    TileCoord::new(tile.z, tile.x, tile.y).expect("our tiles lie in the grid")
}
