//! The tables of a GeoPackage as SQL.
//!
//! Source: OGC 12-128r17, *OGC GeoPackage Encoding Standard*, version 1.3, annexes C (tables), F.3 (the R-tree and its triggers)
//! and F.9 (descriptions of columns).

use super::{Column, Form, Kind};

/// `GPKG` as the application id and version 1.3: what the GDAL of today's long-term distributions reads without a warning.
///
/// Nothing is written twice and the file is thrown away on any error, so there is no journal and no waiting for the disk. The
/// page cache is bounded, so memory does not grow with the rows. Constraints are SQLite's to enforce only once somebody edits
/// the file.
pub const BEGIN: &str = r#"
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8000;
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326,
   'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
   'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec130/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec130/#extension_schema', 'read-write');
BEGIN;
"#;

/// A row of the contents; its box and moment are known at the end.
pub const CONTENTS: &str = "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) \
     VALUES (?1, 'features', ?1, ?2, '', 4326)";
/// What is known at the end.
pub const CONTENTS_END: &str = "UPDATE gpkg_contents SET last_change = ?2, min_x = ?3, min_y = ?4, max_x = ?5, max_y = ?6 \
     WHERE table_name = ?1";
/// The geometry column of a table.
pub const GEOMETRY_COLUMN: &str = "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, 4326, 0, 0)";
/// That a table has an R-tree.
pub const RTREE_EXTENSION: &str = "INSERT INTO gpkg_extensions VALUES \
     (?1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')";
/// What a column means.
pub const MEANING: &str =
    "INSERT INTO gpkg_data_columns (table_name, column_name, description) VALUES (?1, ?2, ?3)";

/// The type of a geometry column.
pub const fn geometry_type(form: Form) -> &'static str {
    match form {
        Form::Points => "POINT",
        Form::Lines => "MULTILINESTRING",
        Form::Areas => "MULTIPOLYGON",
    }
}

const fn column_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "INTEGER",
        Kind::Real => "REAL",
        Kind::Text => "TEXT",
        Kind::Boolean => "BOOLEAN",
        Kind::Date => "DATE",
        Kind::Moment => "DATETIME",
    }
}

/// Makes a feature table and its R-tree, which is filled beside it.
pub fn feature_table(table: &str, form: Form, columns: &[Column]) -> String {
    let columns: String =
        columns.iter().map(|column| format!(", \"{}\" {}", column.name, column_type(column.kind))).collect();
    format!(
        "CREATE TABLE \"{table}\" (fid INTEGER PRIMARY KEY NOT NULL, geom {}{columns});
         CREATE VIRTUAL TABLE \"rtree_{table}_geom\" USING rtree(id, minx, maxx, miny, maxy);",
        geometry_type(form)
    )
}

/// Adds a feature: its number, its geometry, its columns.
pub fn insert_feature(table: &str, columns: usize) -> String {
    format!("INSERT INTO \"{table}\" VALUES (?, ?{})", ", ?".repeat(columns))
}

/// Adds a box to the R-tree.
pub fn insert_box(table: &str) -> String {
    format!("INSERT INTO \"rtree_{table}_geom\" VALUES (?1, ?2, ?3, ?4, ?5)")
}

/// The triggers that keep the R-tree true when somebody edits the table. They ask for functions that the programs of
/// GeoPackages bring along, so they come after the rows.
pub fn triggers(table: &str) -> String {
    let rtree = format!("\"rtree_{table}_geom\"");
    let set = format!(
        "INSERT OR REPLACE INTO {rtree} VALUES \
         (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"
    );
    let drop = format!("DELETE FROM {rtree} WHERE id = OLD.fid;");
    let (there, gone) =
        ("(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))", "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))");
    let trigger = |name: &str, event: &str, when: String, body: &str| {
        format!(
            "CREATE TRIGGER \"rtree_{table}_geom_{name}\" AFTER {event} ON \"{table}\" WHEN {when} BEGIN {body} END;\n"
        )
    };
    let of_geometry = "UPDATE OF geom";
    [
        trigger("insert", "INSERT", there.to_owned(), &set),
        trigger("update1", of_geometry, format!("OLD.fid = NEW.fid AND {there}"), &set),
        trigger("update2", of_geometry, format!("OLD.fid = NEW.fid AND {gone}"), &drop),
        trigger("update3", "UPDATE", format!("OLD.fid != NEW.fid AND {there}"), &format!("{drop} {set}")),
        trigger(
            "update4",
            "UPDATE",
            format!("OLD.fid != NEW.fid AND {gone}"),
            &format!("DELETE FROM {rtree} WHERE id IN (OLD.fid, NEW.fid);"),
        ),
        trigger("delete", "DELETE", "OLD.geom NOT NULL".to_owned(), &drop),
    ]
    .concat()
}
