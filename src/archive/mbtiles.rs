//! MBTiles 1.3. Source: the MBTiles specification, version 1.3. Rows are counted from the south (TMS).

use std::path::Path;

use rusqlite::Connection;
use serde_json::json;

use super::{ArchiveError, ArchiveInfo};
use crate::geometry::Tile;

/// `MPBX` as the application id, which `file` and GDAL know. Nothing is written twice and the file is thrown away on any
/// error, so there is no journal and no waiting for the disk.
const BEGIN: &str = "PRAGMA application_id = 0x4d504258;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE metadata (name TEXT, value TEXT);
    CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
    BEGIN;";
const END: &str = "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row); COMMIT;";

/// Writes an MBTiles file.
pub struct Writer(Connection);

impl Writer {
    pub(super) fn create(path: &Path, info: &ArchiveInfo) -> Result<Self, ArchiveError> {
        let database = Connection::open(path)?;
        database.execute_batch(BEGIN)?;
        let [west, south, east, north] = info.bounds;
        let (lon, lat) = info.centre();
        let rows = [
            ("name", info.name.clone()),
            ("format", "pbf".to_owned()),
            ("bounds", format!("{west},{south},{east},{north}")),
            ("center", format!("{lon},{lat},{}", info.min_zoom)),
            ("minzoom", info.min_zoom.to_string()),
            ("maxzoom", info.max_zoom.to_string()),
            ("attribution", info.attribution.clone()),
            ("description", info.description.clone()),
            ("type", "overlay".to_owned()),
            ("version", info.version.clone()),
            ("json", json!({ "vector_layers": info.vector_layers }).to_string()),
        ];
        for row in rows {
            database.execute("INSERT INTO metadata VALUES (?1, ?2)", row)?;
        }
        Ok(Self(database))
    }

    pub(super) fn add(&mut self, tile: Tile, gzipped: &[u8]) -> Result<(), ArchiveError> {
        let row_from_south = (1u32 << tile.z) - 1 - tile.y;
        let row = (tile.z, tile.x, row_from_south, gzipped);
        self.0.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", row)?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), ArchiveError> {
        self.0.execute_batch(END)?;
        self.0.close().map_err(|(_, error)| ArchiveError::from(error))
    }
}
