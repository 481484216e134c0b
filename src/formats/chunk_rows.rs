//! A chunk of records into rows and rejections: what [`super::reader`] runs on every core.

use std::borrow::Cow;

use super::csv_cells::split_cells;
use super::dates::DateReader;
use super::error::FileError;
use super::feature_cells::{Feature, FeatureFault, PropertyCells, for_each_property};
use super::field::RowKind;
use super::json_scan::{ScanFault, ValueScanner};
use super::layout::Layout;
use super::mapping::{Encoding, Mapping};
use super::plan::ReadPlan;
use super::reader::Batch;
use super::record::{Context, Fields, FromRecord, Record};
use super::rule;
use super::split::Chunk;
use super::warning::WarningCounts;
use crate::domain::row::Rejection;

/// How the text of a record is taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Csv {
        delimiter: u8,
    },
    Features {
        /// The nesting to check, where the splitter has not done so.
        depth: Option<usize>,
    },
}

/// What every chunk of a file is parsed by.
pub(super) struct Job<'p> {
    pub plan: &'p ReadPlan,
    pub layout: Layout<'p>,
    pub form: Form,
}

/// A chunk, parsed, with the properties that its features had.
pub(super) struct Parsed<T> {
    pub batch: Batch<T>,
    pub seen: u64,
}

/// The layout of the file, told by its first chunk. Takes the header off.
pub(super) fn layout_of<'p>(
    first: &mut Chunk,
    mapping: &'p Mapping,
    form: Form,
    kind: RowKind,
) -> Result<Layout<'p>, FileError> {
    match form {
        Form::Csv { delimiter } => {
            let text = decode(&first.bytes[first.records[0].clone()], mapping.encoding)
                .ok_or(FileError::HeaderUnreadable)?;
            let mut cells = Vec::new();
            split_cells(&text, delimiter, &mut cells);
            if !mapping.header {
                let numbers = (1..=cells.len()).map(|n| n.to_string()).collect();
                return Layout::of_columns(kind, mapping, numbers);
            }
            let names = cells.iter().map(|name| name.trim().to_owned()).collect();
            let layout = Layout::of_columns(kind, mapping, names)?;
            first.records.remove(0);
            first.first_row += 1;
            Ok(layout)
        }
        Form::Features { .. } => {
            let layout = Layout::of_properties(kind, mapping);
            check_properties(first, mapping, &layout, kind)?;
            Ok(layout)
        }
    }
}

/// A property that the mapping names for a field that every row needs has to occur in the first chunk.
fn check_properties(
    first: &Chunk,
    mapping: &Mapping,
    layout: &Layout<'_>,
    kind: RowKind,
) -> Result<(), FileError> {
    if layout.unseen_required(kind, mapping, 0).is_empty() {
        return Ok(());
    }
    let mut seen = 0;
    let mut existing: Vec<String> = vec![];
    for range in &first.records {
        let Some(text) = decode(&first.bytes[range.clone()], mapping.encoding) else { continue };
        let Ok(feature) = Feature::parse(&text) else { continue };
        let mut cells = PropertyCells::default();
        if cells.read(layout.cells(), feature.properties).is_ok() {
            seen |= cells.seen;
        }
        if existing.is_empty()
            && let Some(properties) = feature.properties
        {
            for_each_property(properties, |name, _| existing.push(name.to_owned()));
        }
        if layout.unseen_required(kind, mapping, seen).is_empty() {
            return Ok(());
        }
    }
    let columns = layout.unseen_required(kind, mapping, seen);
    Err(FileError::ColumnsUnknown { columns, existing })
}

fn decode(bytes: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Encoding::Windows1251 => Some(encoding_rs::WINDOWS_1251.decode_without_bom_handling(bytes).0),
    }
}

/// Parses one chunk.
pub(super) fn parse_chunk<T: FromRecord>(chunk: &Chunk, job: &Job<'_>) -> Parsed<T> {
    let plan = job.plan;
    let zone = plan.mapping.zone.as_ref().unwrap_or(&plan.zone);
    let mut context = Context {
        dates: DateReader::new(zone, &plan.mapping.date_formats),
        region: plan.region_bounds,
        latest: plan.now.plus_days(1),
        rejections: vec![],
        warnings: WarningCounts::default(),
    };
    let texts: Vec<Option<Cow<'_, str>>> = chunk
        .records
        .iter()
        .map(|range| decode(&chunk.bytes[range.clone()], plan.mapping.encoding))
        .collect();
    let mut rows: Vec<T> = Vec::with_capacity(texts.len());
    let mut cells = RowCells::default();
    for (n, (text, range)) in texts.iter().zip(&chunk.records).enumerate() {
        let row = chunk.first_row + n as u64;
        let warnings = context.warnings;
        let outcome = match text {
            Some(text) => cells.parse(row, text, job, &mut context),
            None => Err((rule::UTF8_INVALID, String::from_utf8_lossy(&chunk.bytes[range.clone()]))),
        };
        match outcome {
            Ok(Some(parsed)) => rows.push(parsed),
            Ok(None) => context.warnings = warnings,
            Err((rule, got)) => context.rejections.push(Rejection::new(row, "", rule, &got)),
        }
    }
    let records = chunk.records.len() as u64;
    let Context { rejections, warnings, .. } = context;
    let batch = Batch { rows, rejections, warnings, records, bytes: chunk.consumed };
    Parsed { batch, seen: cells.seen }
}

/// The cells of one row after another, so that their storage is used again.
#[derive(Default)]
struct RowCells<'a> {
    csv: Vec<Cow<'a, str>>,
    properties: PropertyCells<'a>,
    seen: u64,
}

/// Why a record cannot even be taken apart: the broken rule and what stands there.
type RecordFault<'a> = (&'static str, Cow<'a, str>);

impl<'a> RowCells<'a> {
    fn parse<'p, T: FromRecord>(
        &mut self,
        row: u64,
        text: &'a str,
        job: &Job<'p>,
        context: &mut Context<'p>,
    ) -> Result<Option<T>, RecordFault<'a>> {
        let record = match job.form {
            Form::Csv { delimiter } => {
                split_cells(text, delimiter, &mut self.csv);
                check_width(&self.csv, job.layout.cells().len())?;
                Record { row, cells: &self.csv, compound: 0, feature: None }
            }
            Form::Features { depth } => {
                let feature =
                    self.take_apart(text, job, depth).map_err(|rule| (rule, Cow::Borrowed(text)))?;
                let PropertyCells { cells, compound, .. } = &self.properties;
                Record { row, cells, compound: *compound, feature: Some(feature) }
            }
        };
        Ok(T::from_fields(&mut Fields::new(record, &job.layout, context)))
    }

    fn take_apart(
        &mut self,
        text: &'a str,
        job: &Job<'_>,
        depth: Option<usize>,
    ) -> Result<Feature<'a>, &'static str> {
        if let Some(depth) = depth
            && let Err(ScanFault::TooDeep(_)) = ValueScanner::new(depth).advance(text.as_bytes())
        {
            return Err(rule::ROW_TOO_DEEP);
        }
        let rule = |fault| match fault {
            FeatureFault::NotJson => rule::ROW_NOT_JSON,
            FeatureFault::NotFeature => rule::ROW_NOT_FEATURE,
        };
        let feature = Feature::parse(text).map_err(rule)?;
        self.properties.read(job.layout.cells(), feature.properties).map_err(rule)?;
        self.seen |= self.properties.seen;
        Ok(feature)
    }
}

/// A row has as many fields as the header; empty ones beyond are a spreadsheet's habit.
fn check_width<'a>(cells: &[Cow<'a, str>], columns: usize) -> Result<(), RecordFault<'a>> {
    let surplus_is_empty = cells.iter().skip(columns).all(|cell| cell.trim().is_empty());
    if cells.len() >= columns && surplus_is_empty {
        return Ok(());
    }
    Err((rule::WRONG_NUMBER_OF_FIELDS, Cow::Owned(format!("{} / {columns}", cells.len()))))
}
