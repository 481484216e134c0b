//! A CSV table of a pack: typed access to its cells, every fault noted with its line.

use std::borrow::Cow;

use csv::StringRecord;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as CodeError, StrDeserializer};

use super::fault::PackFault;
use crate::formats::rule;
use crate::geometry::Position;

/// A table whose columns are known to be there.
#[derive(Debug)]
pub(super) struct Table {
    file: &'static str,
    /// Name and place of each column.
    columns: Vec<(&'static str, usize)>,
    rows: Vec<(u64, StringRecord)>,
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table,
    line: u64,
    record: &'t StringRecord,
}

impl Table {
    /// Reads a table; without bytes it is empty. Columns beyond `columns` are left alone, their order is free.
    pub(super) fn read(
        file: &'static str,
        bytes: Option<Cow<'_, [u8]>>,
        columns: &[&'static str],
        faults: &mut Vec<PackFault>,
    ) -> Self {
        let mut table = Self { file, columns: vec![], rows: vec![] };
        let Some(bytes) = bytes else { return table };
        let mut reader = csv::Reader::from_reader(bytes.as_ref());
        match reader.headers() {
            Ok(header) => table.find_columns(header, columns, faults),
            Err(error) => {
                faults.push(PackFault::of_file(file, rule::PACK_FILE_UNREADABLE, &error.to_string()));
            }
        }
        if table.columns.len() < columns.len() {
            return table;
        }
        for record in reader.into_records() {
            match record {
                Ok(record) => table.rows.push((record.position().map_or(0, csv::Position::line), record)),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    let reason = error.to_string();
                    faults.push(PackFault::new(file, line, "", rule::PACK_FILE_UNREADABLE, &reason));
                }
            }
        }
        table
    }

    fn find_columns(&mut self, header: &StringRecord, columns: &[&'static str], faults: &mut Vec<PackFault>) {
        for name in columns {
            let plain = |cell: &str| cell.trim_start_matches('\u{feff}').trim() == *name;
            match header.iter().position(plain) {
                Some(at) => self.columns.push((name, at)),
                None => faults.push(PackFault::new(self.file, 1, name, rule::PACK_COLUMN_MISSING, "")),
            }
        }
    }

    /// The rows in the order of the file.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row { table: self, line: *line, record })
    }
}

impl<'t> Row<'t> {
    /// The trimmed text of a column.
    pub(super) fn text(&self, column: &str) -> &'t str {
        let at = self.table.columns.iter().find(|(name, _)| *name == column).map(|(_, at)| *at);
        debug_assert!(at.is_some(), "{column} is not a column of {}", self.table.file);
        at.and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// Notes a fault of a column.
    pub(super) fn fault(&self, column: &str, rule: &'static str, faults: &mut Vec<PackFault>) {
        faults.push(PackFault::new(self.table.file, self.line, column, rule, self.text(column)));
    }

    /// The text of a column that may not be empty.
    pub(super) fn required(&self, column: &str, faults: &mut Vec<PackFault>) -> Option<String> {
        let text = self.text(column);
        if text.is_empty() {
            self.fault(column, rule::PACK_VALUE_MISSING, faults);
            return None;
        }
        Some(text.to_owned())
    }

    /// The text of a column, `None` when empty.
    pub(super) fn optional(&self, column: &str) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The value of a column that may not be empty.
    pub(super) fn parsed<T>(
        &self,
        column: &str,
        parse: impl Fn(&str) -> Option<T>,
        faults: &mut Vec<PackFault>,
    ) -> Option<T> {
        let text = self.required(column, faults)?;
        let value = parse(&text);
        if value.is_none() {
            self.fault(column, rule::PACK_VALUE_NOT_ALLOWED, faults);
        }
        value
    }

    /// The value of a column that may be empty: `Some(None)` then.
    #[expect(clippy::option_option, reason = "a fault and an empty cell are two things")]
    pub(super) fn parsed_if_any<T>(
        &self,
        column: &str,
        parse: impl Fn(&str) -> Option<T>,
        faults: &mut Vec<PackFault>,
    ) -> Option<Option<T>> {
        if self.text(column).is_empty() {
            return Some(None);
        }
        self.parsed(column, parse, faults).map(Some)
    }

    /// The place that two columns give.
    pub(super) fn position(&self, lon: &str, lat: &str, faults: &mut Vec<PackFault>) -> Option<Position> {
        let number = |column: &str, faults: &mut Vec<PackFault>| {
            self.parsed(column, |text| text.parse::<f64>().ok(), faults)
        };
        let (lon_deg, lat_deg) = (number(lon, faults), number(lat, faults));
        let position = Position::parse_degrees(lon_deg?, lat_deg?).ok();
        if position.is_none() {
            self.fault(lon, rule::PACK_VALUE_NOT_ALLOWED, faults);
        }
        position
    }

    /// The parts of a list.
    pub(super) fn list(&self, column: &str) -> Vec<String> {
        self.text(column)
            .split('|')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Reads the code of an enum as the domain spells it.
pub(super) fn code<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let deserializer: StrDeserializer<'de, CodeError> = text.into_deserializer();
    T::deserialize(deserializer).ok()
}

/// Reads a day (`2026-11-22`).
pub(super) fn day(text: &str) -> Option<jiff::civil::Date> {
    text.parse().ok()
}
