//! Files that are made whole before they are sent. Tile archives: the vector tiles of one layer in one file, as PMTiles v3 or as
//! MBTiles 1.3. [`geopackage`]: the records of one layer.
//!
//! Tiles come in gzip-encoded, because MBTiles asks for that and PMTiles can say it; their bytes are written as they are.
//! Which tiles there are, and what they show, is decided above. Only `pmtiles` and SQLite are touched here, and `zip`: [`bundle`] is
//! several files in one. [`tile_file`] reads the other way: a PMTiles file from elsewhere, tile by tile.

pub mod bundle;
pub mod geopackage;
mod mbtiles;
mod pmtiles;
pub mod tile_file;

use std::io;
use std::path::Path;

use serde_json::Value as Json;

use crate::geometry::Tile;

/// The format of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveForm {
    /// PMTiles v3: one file that is read over HTTP in ranges.
    PmTiles,
    /// MBTiles 1.3: a SQLite database.
    MbTiles,
}

/// What an archive says of itself; the words are those of TileJSON.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchiveInfo {
    /// The layer's name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Whom to name, or that the data are invented.
    pub attribution: String,
    /// Version of the data, `n.0.0`.
    pub version: String,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// First zoom.
    pub min_zoom: u8,
    /// Last zoom.
    pub max_zoom: u8,
    /// Layers and their fields.
    pub vector_layers: Json,
}

impl ArchiveInfo {
    /// The middle of the bounds, in degrees.
    fn centre(&self) -> (f64, f64) {
        let [west, south, east, north] = self.bounds;
        ((west + east) / 2.0, (south + north) / 2.0)
    }
}

/// Why an archive cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The PMTiles writer refuses.
    #[error(transparent)]
    PmTiles(#[from] ::pmtiles::PmtError),
    /// SQLite refuses.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// Writes one archive. Memory holds some tens of bytes a tile, never the tiles.
pub enum ArchiveWriter {
    /// PMTiles.
    PmTiles(Box<pmtiles::Writer>),
    /// MBTiles.
    MbTiles(mbtiles::Writer),
}

impl ArchiveWriter {
    /// Begins an archive in a new file.
    pub fn create(form: ArchiveForm, path: &Path, info: &ArchiveInfo) -> Result<Self, ArchiveError> {
        Ok(match form {
            ArchiveForm::PmTiles => Self::PmTiles(Box::new(pmtiles::Writer::create(path, info)?)),
            ArchiveForm::MbTiles => Self::MbTiles(mbtiles::Writer::create(path, info)?),
        })
    }

    /// Adds a tile that is not empty, gzip-encoded. Tiles come in the order of [`sort`].
    pub fn add(&mut self, tile: Tile, gzipped: &[u8]) -> Result<(), ArchiveError> {
        match self {
            Self::PmTiles(writer) => writer.add(tile, gzipped),
            Self::MbTiles(writer) => writer.add(tile, gzipped),
        }
    }

    /// Ends the archive.
    pub fn finish(self) -> Result<(), ArchiveError> {
        match self {
            Self::PmTiles(writer) => writer.finish(),
            Self::MbTiles(writer) => writer.finish(),
        }
    }
}

/// Sorts tiles as PMTiles wants them: by zoom, then along the Hilbert curve, so that neighbours are read together.
pub fn sort(tiles: &mut [Tile]) {
    tiles.sort_by_cached_key(|tile| pmtiles::number(*tile));
}
