//! GeoPackage 1.3: the features of a layer in one SQLite file, with a spatial index and the meaning of each column.
//!
//! Source: OGC 12-128r17. A layer of points, lines and areas becomes a table for each: programs of planners style, edit and join
//! tables of one geometry, and a column of any geometry opens in them as a question which part is meant. The first
//! table is always there, the others when something is in them. `schema` is the SQL, `blob` the geometries.

mod blob;
mod schema;

pub use blob::form_of;

use std::borrow::Cow;
use std::path::Path;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params, params_from_iter};

use super::ArchiveError;
use crate::geometry::{Bounds, Position, Shape};

/// What one table can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Points.
    Points,
    /// Lines, each of one or more parts.
    Lines,
    /// Areas, each of one or more parts.
    Areas,
}

impl Form {
    const fn ending(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Lines => "lines",
            Self::Areas => "areas",
        }
    }
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Decimal numbers.
    Real,
    /// Text.
    Text,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// A moment, UTC.
    Moment,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name: letters, digits and underscores.
    pub name: &'static str,
    /// What stands in it.
    pub kind: Kind,
    /// What it means, in words; empty when nothing is said of it.
    pub meaning: String,
}

/// A value; the kind of its column says how it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Unknown.
    Null,
    /// A whole number, or 0 and 1.
    Int(i64),
    /// A decimal number.
    Real(f64),
    /// Text; days and moments are in RFC 3339.
    Text(&'a str),
}

impl Cell<'_> {
    /// Bytes of the value in a row.
    fn bytes(&self, kind: Kind) -> usize {
        match self {
            Self::Null => 0,
            Self::Int(n) => (8 - n.unsigned_abs().leading_zeros() as usize / 8).max(1),
            Self::Real(_) => 8,
            Self::Text(text) if kind == Kind::Moment => moment(text).len(),
            Self::Text(text) => text.len(),
        }
    }
}

/// What a file is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The layer's name: letters, digits and underscores.
    pub layer: &'static str,
    /// What the layer has, first that whose table is always there. With one form the table has the layer's name, else the
    /// form's beside it.
    pub forms: &'static [Form],
    /// Columns after the number and the geometry.
    pub columns: Vec<Column>,
    /// What the file is, in words.
    pub about: String,
}

impl Contents {
    fn table(&self, form: Form) -> String {
        match self.forms {
            [_] => self.layer.to_owned(),
            _ => format!("{}_{}", self.layer, form.ending()),
        }
    }
}

/// Writes a GeoPackage. Memory holds one feature and a few megabytes of SQLite's pages. Cost: O(log rows) a feature.
pub struct Writer {
    database: Connection,
    contents: Contents,
    tables: Vec<Table>,
}

struct Table {
    form: Form,
    name: String,
    insert_feature: String,
    insert_box: String,
    rows: i64,
    bounds: Option<Bounds>,
}

impl Writer {
    /// Begins a GeoPackage in a new or empty file.
    pub fn create(path: &Path, contents: Contents) -> Result<Self, ArchiveError> {
        let database = Connection::open(path)?;
        database.execute_batch(schema::BEGIN)?;
        let mut writer = Self { database, contents, tables: Vec::new() };
        if let Some(first) = writer.contents.forms.first() {
            writer.begin_table(*first)?;
        }
        Ok(writer)
    }

    fn begin_table(&mut self, form: Form) -> Result<(), ArchiveError> {
        let (name, columns) = (self.contents.table(form), &self.contents.columns);
        self.database.execute_batch(&schema::feature_table(&name, form, columns))?;
        self.database.execute(schema::CONTENTS, (&name, &self.contents.about))?;
        self.database.execute(schema::GEOMETRY_COLUMN, (&name, schema::geometry_type(form)))?;
        self.database.execute(schema::RTREE_EXTENSION, [&name])?;
        for column in columns.iter().filter(|column| !column.meaning.is_empty()) {
            self.database.execute(schema::MEANING, (&name, column.name, &column.meaning))?;
        }
        self.tables.push(Table {
            form,
            insert_feature: schema::insert_feature(&name, columns.len()),
            insert_box: schema::insert_box(&name),
            name,
            rows: 0,
            bounds: None,
        });
        Ok(())
    }

    /// Adds a feature with a cell for each column. One that is nowhere goes into the first table.
    pub fn add(&mut self, shape: Option<&Shape>, cells: &[Cell<'_>]) -> Result<(), ArchiveError> {
        let form = shape.map(form_of).or_else(|| self.contents.forms.first().copied());
        let Some(form) = form else { return Ok(()) };
        if !self.tables.iter().any(|table| table.form == form) {
            self.begin_table(form)?;
        }
        let Some(table) = self.tables.iter_mut().find(|table| table.form == form) else { return Ok(()) };
        table.rows += 1;
        let bounds = shape.map(Shape::bounds);
        let geometry = shape.zip(bounds).map(|(shape, bounds)| blob::blob(shape, &bounds));
        let columns = self.contents.columns.iter().zip(cells);
        let values: Vec<Written<'_>> = [Written::Int(table.rows), Written::of_geometry(geometry.as_deref())]
            .into_iter()
            .chain(columns.map(|(column, cell)| Written::of(column.kind, *cell)))
            .collect();
        self.database.prepare_cached(&table.insert_feature)?.execute(params_from_iter(values))?;
        if let Some(bounds) = bounds {
            let [west, south, east, north] = bounds.degrees();
            self.database
                .prepare_cached(&table.insert_box)?
                .execute((table.rows, west, east, south, north))?;
            let corners = |b: Bounds| [Position::new(b.west, b.south), Position::new(b.east, b.north)];
            table.bounds = Bounds::around(table.bounds.into_iter().chain([bounds]).flat_map(corners));
        }
        Ok(())
    }

    /// Bytes of the file by now.
    pub fn length_bytes(&self) -> Result<u64, ArchiveError> {
        let number = |name| self.database.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok(number("page_count")?.unsigned_abs() * number("page_size")?.unsigned_abs())
    }

    /// Ends the GeoPackage. `changed` is the moment of the last change of what it holds, RFC 3339 in UTC.
    pub fn finish(self, changed: &str) -> Result<(), ArchiveError> {
        for table in &self.tables {
            let edges = table.bounds.map(|bounds| bounds.degrees());
            let edge = |n: usize| edges.map(|edges| edges[n]);
            let row = params![table.name, moment(changed), edge(0), edge(1), edge(2), edge(3)];
            self.database.execute(schema::CONTENTS_END, row)?;
            self.database.execute_batch(&schema::triggers(&table.name))?;
        }
        self.database.execute_batch("COMMIT")?;
        self.database.close().map_err(|(_, error)| ArchiveError::from(error))
    }
}

/// A cell as SQLite gets it.
enum Written<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Blob(&'a [u8]),
}

impl<'a> Written<'a> {
    fn of_geometry(geometry: Option<&'a [u8]>) -> Self {
        geometry.map_or(Self::Null, Self::Blob)
    }

    fn of(kind: Kind, cell: Cell<'a>) -> Self {
        match (kind, cell) {
            (_, Cell::Null) => Self::Null,
            (_, Cell::Int(n)) => Self::Int(n),
            (_, Cell::Real(x)) if x.is_finite() => Self::Real(x),
            (_, Cell::Real(_)) => Self::Null,
            (Kind::Moment, Cell::Text(text)) => Self::Text(moment(text)),
            (_, Cell::Text(text)) => Self::Text(Cow::Borrowed(text)),
        }
    }
}

impl ToSql for Written<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(n) => ValueRef::Integer(*n),
            Self::Real(x) => ValueRef::Real(*x),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A moment of RFC 3339 in UTC with exactly three digits of milliseconds, which is the one form that a GeoPackage has.
fn moment(text: &str) -> Cow<'_, str> {
    let Some(plain) = text.strip_suffix('Z') else { return Cow::Borrowed(text) };
    let (seconds, digits) = plain.split_once('.').unwrap_or((plain, ""));
    Cow::Owned(format!("{seconds}.{digits:0<3.3}Z"))
}

/// Bytes of a file with `tables` that have no row: one page for the description, the index and each part of the R-tree of a
/// table, and those around them.
#[must_use]
pub fn empty_bytes(tables: usize) -> f64 {
    const ONE_TABLE: f64 = 86_016.0;
    const A_FURTHER_ONE: f64 = 20_480.0;
    ONE_TABLE + A_FURTHER_ONE * tables.saturating_sub(1) as f64
}

/// Bytes that a feature takes of a file, about: its row, with a byte a column for what stands in it; its place in the R-tree,
/// whose pages are two thirds full; and what stays free on a page because the next row does not fit.
#[must_use]
pub fn feature_bytes<'a>(shape: Option<&Shape>, cells: impl IntoIterator<Item = (Kind, Cell<'a>)>) -> f64 {
    const AROUND_A_ROW: usize = 12;
    const IN_RTREE: f64 = 54.0;
    const PAGE: f64 = 4096.0;
    let geometry = shape.map_or(0, |shape| blob::blob(shape, &shape.bounds()).len());
    let cells: usize = cells.into_iter().map(|(kind, cell)| 1 + cell.bytes(kind)).sum();
    let row = (AROUND_A_ROW + geometry + cells) as f64;
    // Longer rows go on in pages of their own.
    let free = row.min(PAGE) / 2.0 * row / PAGE;
    row + free + shape.map_or(0.0, |_| IN_RTREE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_three_digits_of_milliseconds() {
        for (from, to) in [
            ("2025-01-10T00:00:00Z", "2025-01-10T00:00:00.000Z"),
            ("2025-01-10T00:00:00.5Z", "2025-01-10T00:00:00.500Z"),
            ("2025-01-10T00:00:00.123Z", "2025-01-10T00:00:00.123Z"),
            ("invalid", "invalid"),
        ] {
            assert_eq!(moment(from), to);
        }
    }
}
