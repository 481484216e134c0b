//! A whole collection, piece by piece: memory holds one page of it, whoever reads and however slowly.

use std::io;

use serde_json::json;

use super::features::{Collection, FeatureQuery, csv_row};
use super::filter::Filter;
use super::items::PageToken;
use super::{Atlas, ReadError, Reading, scope_of};
use crate::formats::csv_writer::CsvWriter;
use crate::formats::geojson_writer::{FeatureWriter, Framing};

/// Features of a piece.
pub(super) const PAGE: usize = 2_000;

/// How a whole collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// One GeoJSON `FeatureCollection`.
    GeoJson,
    /// A GeoJSON text sequence.
    GeoJsonSeq,
    /// Rows of CSV (RFC 4180).
    Csv,
    /// Rows of CSV as spreadsheets of the region's users open them: see [`CsvWriter::for_spreadsheets`].
    Spreadsheet,
}

impl ExportForm {
    /// Reads the ending of a file's name.
    #[must_use]
    pub fn parse(ending: &str) -> Option<Self> {
        match ending {
            "geojson" => Some(Self::GeoJson),
            "geojsonseq" => Some(Self::GeoJsonSeq),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The collection cannot be read as asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The output cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// An export under way. It is of the one world in which it began.
pub struct Export {
    reading: Reading,
    collection: Collection,
    filter: Filter,
    form: ExportForm,
    features: FeatureWriter,
    count: u64,
    next: Next,
}

enum Next {
    Page(Option<PageToken>),
    Nothing,
}

impl Atlas {
    /// Begins to write all features of a collection that the filter takes. Errors: unknown names in the filter.
    pub fn begin_export(
        &self,
        collection: Collection,
        filter: Filter,
        form: ExportForm,
    ) -> Result<Export, ReadError> {
        let reading = self.read_for(&filter)?;
        check(&reading, collection, &filter)?;
        let framing = if form == ExportForm::GeoJson { Framing::Collection } else { Framing::Sequence };
        let features = FeatureWriter::new(framing);
        Ok(Export { reading, collection, filter, form, features, count: 0, next: Next::Page(None) })
    }

    /// Writes a whole collection and returns how many features it has.
    pub fn export(
        &self,
        collection: Collection,
        filter: &Filter,
        form: ExportForm,
        out: &mut dyn io::Write,
    ) -> Result<u64, ExportError> {
        let mut export = self.begin_export(collection, filter.clone(), form)?;
        while let Some(piece) = export.next_piece(self)? {
            out.write_all(&piece)?;
        }
        Ok(export.count)
    }
}

/// Whether a collection knows the names in a filter.
pub(super) fn check(reading: &Reading, collection: Collection, filter: &Filter) -> Result<(), ReadError> {
    match collection {
        Collection::Problems => drop(filter.select_problems(reading)?),
        Collection::Appeals => drop(filter.select_appeals(reading)?),
        _ => {}
    }
    Ok(())
}

/// Everything on which the features of a whole collection depend.
pub(super) fn scope(reading: &Reading, collection: Collection, filter: &Filter) -> String {
    let snapshot = &reading.snapshot;
    let version = match collection {
        Collection::Problems | Collection::Hotspots => snapshot.problems.version(),
        Collection::Appeals => snapshot.appeals.version(),
        Collection::Municipalities | Collection::Settlements => snapshot.dictionary_version,
        Collection::Ratings => snapshot.version,
    };
    scope_of(collection.code(), version, reading, filter)
}

impl Export {
    /// Everything on which the bytes depend.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{}/{:?}", scope(&self.reading, self.collection, &self.filter), self.form)
    }

    /// The next bytes; `None` after the last. Cost: that of a page of features.
    pub fn next_piece(&mut self, atlas: &Atlas) -> Result<Option<Vec<u8>>, ReadError> {
        let Next::Page(token) = self.next else { return Ok(None) };
        let is_for_spreadsheets = self.form == ExportForm::Spreadsheet;
        let rows = if is_for_spreadsheets { CsvWriter::for_spreadsheets() } else { CsvWriter::new(b',') };
        let mut out = Vec::new();
        if is_for_spreadsheets && token.is_none() {
            rows.byte_order_mark(&mut out);
        }
        if self.form == ExportForm::GeoJson && token.is_none() {
            self.features.begin(&mut out);
        }
        let query = FeatureQuery { filter: self.filter.clone(), order: None, limit: PAGE, token };
        let page = atlas.features_of(&self.reading, self.collection, &query)?;
        for feature in &page.features {
            match self.form {
                ExportForm::Csv | ExportForm::Spreadsheet => {
                    csv_row(&rows, &mut out, feature, self.count == 0);
                }
                ExportForm::GeoJson | ExportForm::GeoJsonSeq => feature.write(&mut self.features, &mut out),
            }
            self.count += 1;
        }
        self.next = page.next.map_or(Next::Nothing, |token| Next::Page(Some(token)));
        if self.form == ExportForm::GeoJson && page.next.is_none() {
            self.features.end(&mut out, &self.notice());
        }
        Ok(Some(out))
    }

    /// Says that the data are invented, where they are, as a member of a collection.
    fn notice(&self) -> String {
        let region = self.reading.snapshot.dictionary.region.as_ref();
        let notice = region.and_then(|region| region.invented.as_ref());
        notice.map_or_else(String::new, |n| format!("\"notice\":{}", json!({ "ru": n.ru, "en": n.en })))
    }
}
