//! Where each canonical field of a kind comes from in one file: names are resolved once, rows use numbers.
//!
//! Next: [`super::record`] reads values through a layout.

use super::error::FileError;
use super::field::{COORDINATE_FIELDS, Field, RowKind};
use super::mapping::{Mapping, Translation};

/// The origins of all fields.
#[derive(Debug)]
pub(super) struct Layout<'p> {
    /// By number of the field.
    sources: Vec<Source<'p>>,
    translations: Vec<Option<&'p Translation>>,
    /// Names of the cells of a record: all columns of a CSV file, the wanted properties of features.
    cells: Vec<String>,
    /// Cells that the mapping names.
    named: Vec<usize>,
}

/// Where the values of one field come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source<'p> {
    /// Nowhere.
    Absent,
    /// From a cell of each record.
    Cell(usize),
    /// From the mapping.
    Constant(&'p str),
}

impl<'p> Layout<'p> {
    /// The layout of a CSV file with these columns.
    ///
    /// Errors: columns that the mapping names and the file lacks; no column for a field that every row needs; a column
    /// that is used and stands there twice.
    pub(super) fn of_columns(
        kind: RowKind,
        mapping: &'p Mapping,
        columns: Vec<String>,
    ) -> Result<Self, FileError> {
        let unknown: Vec<String> = mapping
            .columns
            .iter()
            .filter(|(_, name)| !columns.contains(name))
            .map(|(_, name)| name.clone())
            .collect();
        if !unknown.is_empty() {
            return Err(FileError::ColumnsUnknown { columns: unknown, existing: columns });
        }
        let mut layout = Self::empty(mapping);
        for field in wanted(kind, mapping) {
            let name = mapping.column(field).unwrap_or(field.name());
            if let Some(cell) = columns.iter().position(|column| column == name) {
                if columns[cell + 1..].iter().any(|column| column == name) {
                    return Err(FileError::ColumnRepeated { column: name.to_owned() });
                }
                layout.set(field, cell);
            }
        }
        let missing = layout.missing(kind);
        if !missing.is_empty() {
            return Err(FileError::FieldsMissing { fields: missing, existing: columns });
        }
        layout.cells = columns;
        Ok(layout)
    }

    /// The layout of features: the properties that are looked for.
    pub(super) fn of_properties(kind: RowKind, mapping: &'p Mapping) -> Self {
        let mut layout = Self::empty(mapping);
        for field in wanted(kind, mapping) {
            let mapped = mapping.column(field);
            let name = mapped.unwrap_or(field.name());
            let cell = layout.cells.iter().position(|cell| cell == name).unwrap_or_else(|| {
                layout.cells.push(name.to_owned());
                layout.cells.len() - 1
            });
            layout.set(field, cell);
            if mapped.is_some() {
                layout.named.push(cell);
            }
        }
        layout
    }

    fn empty(mapping: &'p Mapping) -> Self {
        let mut sources = vec![Source::Absent; Field::ALL.len()];
        for (field, value) in &mapping.constants {
            sources[*field as usize] = Source::Constant(value);
        }
        let mut translations = vec![None; Field::ALL.len()];
        for (field, table) in &mapping.values {
            translations[*field as usize] = Some(table);
        }
        Self { sources, translations, cells: vec![], named: vec![] }
    }

    /// Constants stand above columns that happen to have the field's own name.
    fn set(&mut self, field: Field, cell: usize) {
        let source = &mut self.sources[field as usize];
        if *source == Source::Absent {
            *source = Source::Cell(cell);
        }
    }

    fn missing(&self, kind: RowKind) -> Vec<String> {
        let has = |field: Field| self.source(field) != Source::Absent;
        let mut missing: Vec<String> = kind
            .required()
            .iter()
            .filter(|group| !group.iter().any(|field| has(*field)))
            .map(|group| group.iter().map(|field| field.name()).collect::<Vec<_>>().join("|"))
            .collect();
        let [lon, lat, others @ ..] = COORDINATE_FIELDS.map(has);
        if kind.has_place() && !(lon && lat) && !others.contains(&true) {
            missing.push("lon+lat|wkt".to_owned());
        }
        missing
    }

    /// Where the values of `field` come from.
    pub(super) fn source(&self, field: Field) -> Source<'p> {
        self.sources[field as usize]
    }

    /// How the mapping translates the values of `field`.
    pub(super) fn translation(&self, field: Field) -> Option<&'p Translation> {
        self.translations[field as usize]
    }

    /// Names of the cells of a record.
    pub(super) fn cells(&self) -> &[String] {
        &self.cells
    }

    /// Properties that the mapping names and that are not in the set `seen` of cells.
    pub(super) fn unseen(&self, seen: u64) -> Vec<String> {
        let unseen = self.named.iter().filter(|cell| seen & (1 << **cell) == 0);
        let mut names: Vec<String> = unseen.map(|cell| self.cells[*cell].clone()).collect();
        names.dedup();
        names
    }

    /// Of the [`Self::unseen`] ones, those that feed a field that every row needs.
    pub(super) fn unseen_required(&self, kind: RowKind, mapping: &Mapping, seen: u64) -> Vec<String> {
        let feeds_required = |name: &String| {
            mapping.columns.iter().any(|(field, column)| {
                column == name
                    && (COORDINATE_FIELDS.contains(field)
                        || kind.required().iter().any(|group| group.contains(field)))
            })
        };
        self.unseen(seen).into_iter().filter(feeds_required).collect()
    }
}

/// The fields that are looked for. A mapping that says where the place stands means only that.
fn wanted(kind: RowKind, mapping: &Mapping) -> impl Iterator<Item = Field> {
    let place_is_mapped = COORDINATE_FIELDS.iter().any(|field| mapping.column(*field).is_some());
    let place: Vec<Field> = COORDINATE_FIELDS
        .into_iter()
        .filter(|field| if place_is_mapped { mapping.column(*field).is_some() } else { kind.has_place() })
        .collect();
    kind.fields().iter().copied().chain(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn error_of(mapping: &str, names: &[&str]) -> FileError {
        let mapping = Mapping::parse(mapping, RowKind::Problems).unwrap();
        Layout::of_columns(RowKind::Problems, &mapping, columns(names)).unwrap_err()
    }

    #[test]
    fn fields_that_no_mapping_lists_keep_their_own_names() {
        let mapping = Mapping::parse("[columns]\nsource_id = \"ID\"", RowKind::Problems).unwrap();
        let names = columns(&["ID", "title", "lon", "lat", "source_id", "unused"]);
        let layout = Layout::of_columns(RowKind::Problems, &mapping, names).unwrap();
        assert_eq!(layout.source(Field::SourceId), Source::Cell(0));
        assert_eq!(layout.source(Field::Title), Source::Cell(1));
        assert_eq!(layout.source(Field::Description), Source::Absent);
    }

    #[test]
    fn a_column_that_the_mapping_names_and_the_file_lacks_is_reported_with_those_that_exist() {
        let error = error_of("[columns]\ntitle = \"Tittle\"", &["Title", "lon", "lat", "source_id"]);
        let FileError::ColumnsUnknown { columns, existing } = error else { panic!("{error}") };
        assert_eq!(columns, ["Tittle"]);
        assert_eq!(existing, ["Title", "lon", "lat", "source_id"]);
    }

    #[test]
    fn a_file_without_the_columns_that_every_row_needs_is_refused_as_a_whole() {
        let error = error_of("", &["a", "lon", "title"]);
        let FileError::FieldsMissing { fields, .. } = error else { panic!("{error}") };
        assert_eq!(fields, ["source_id", "lon+lat|wkt"]);
    }

    #[test]
    fn a_used_column_may_not_stand_there_twice_and_an_unused_one_may() {
        let names = ["source_id", "title", "wkt", "x", "x"];
        let mapping = Mapping::default();
        assert!(Layout::of_columns(RowKind::Problems, &mapping, columns(&names)).is_ok());
        let twice = error_of("", &["source_id", "title", "wkt", "title"]);
        assert!(matches!(twice, FileError::ColumnRepeated { column } if column == "title"));
    }

    #[test]
    fn a_constant_stands_above_a_column_of_the_same_name() {
        let mapping = Mapping::parse("[constants]\nsource = \"s\"", RowKind::Appeals).unwrap();
        let layout =
            Layout::of_columns(RowKind::Appeals, &mapping, columns(&["source", "lon", "lat"])).unwrap();
        assert_eq!(layout.source(Field::Source), Source::Constant("s"));
    }
}
