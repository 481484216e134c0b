//! Rows of CSV (RFC 4180) that spreadsheets open without running what stands in them.

use super::json_text::write_display;
use super::value::Value;

/// Writes rows one after another, appended to a buffer that the caller empties as it likes.
///
/// ```
/// use atlas::formats::csv_writer::CsvWriter;
/// use atlas::formats::Value;
/// let mut out = Vec::new();
/// let writer = CsvWriter::new(b',');
/// writer.row(&mut out, ["id", "title"].map(Value::from));
/// writer.row(&mut out, [Value::Int(7), Value::Text("=cmd|'/c calc'!A0")]);
/// assert_eq!(out, b"id,title\r\n7,'=cmd|'/c calc'!A0\r\n");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CsvWriter {
    delimiter: u8,
    decimal_comma: bool,
}

impl CsvWriter {
    /// A writer that divides cells by `delimiter`, an ASCII character other than the quotation mark and the line ends.
    #[must_use]
    pub fn new(delimiter: u8) -> Self {
        Self { delimiter, decimal_comma: false }
    }

    /// A writer for spreadsheets where numbers have a decimal comma, as in Russia: they divide cells by semicolons, and would
    /// take `12.05` for a day in May.
    #[must_use]
    pub fn for_spreadsheets() -> Self {
        Self { delimiter: b';', decimal_comma: true }
    }

    /// Appends the mark by which spreadsheets tell UTF-8; to stand before the header.
    pub fn byte_order_mark(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\xef\xbb\xbf");
    }

    /// Appends one row.
    pub fn row<'a>(&self, out: &mut Vec<u8>, cells: impl IntoIterator<Item = Value<'a>>) {
        let begin = out.len();
        for (n, cell) in cells.into_iter().enumerate() {
            if n > 0 {
                out.push(self.delimiter);
            }
            self.cell(out, cell);
        }
        // A row of one empty cell would be an empty line, which is no row.
        if out.len() == begin {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(b"\r\n");
    }

    fn cell(&self, out: &mut Vec<u8>, cell: Value<'_>) {
        match cell {
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Int(n) => write_display(out, format_args!("{n}")),
            Value::Float(x) if x.is_finite() => self.float(out, x),
            Value::Null | Value::Float(_) => {}
            Value::Text(text) => self.text(out, text),
        }
    }

    fn float(&self, out: &mut Vec<u8>, x: f64) {
        let begin = out.len();
        write_display(out, format_args!("{x}"));
        if self.decimal_comma {
            out[begin..].iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = b',');
        }
    }

    fn text(&self, out: &mut Vec<u8>, text: &str) {
        let guard = if may_be_formula(text) { "'" } else { "" };
        let special = |b: u8| b == self.delimiter || matches!(b, b'"' | b'\r' | b'\n');
        if !text.bytes().any(special) {
            out.extend_from_slice(guard.as_bytes());
            out.extend_from_slice(text.as_bytes());
            return;
        }
        out.push(b'"');
        out.extend_from_slice(guard.as_bytes());
        for (n, part) in text.split('"').enumerate() {
            if n > 0 {
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(part.as_bytes());
        }
        out.push(b'"');
    }
}

/// Whether a spreadsheet would run the text: it begins like a formula and is no plain number.
///
/// Source: OWASP, *CSV Injection*.
fn may_be_formula(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'=' | b'@' | b'\t' | b'\r') => true,
        Some(b'+' | b'-') => !is_plain_number(text),
        _ => false,
    }
}

/// A sign, digits, and one decimal point at most. Anything else after a sign (`-1+1`, `-inf`, `+7 999`) is none.
fn is_plain_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    text.len() - digits.len() <= 1
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().any(|b| b.is_ascii_digit())
        && digits.matches('.').count() <= 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(cells: &[Value<'_>]) -> String {
        let mut out = Vec::new();
        CsvWriter::new(b';').row(&mut out, cells.iter().copied());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn spreadsheets_get_semicolons_and_decimal_commas() {
        let mut out = Vec::new();
        let cells = [Value::Float(48.25), Value::Int(-3), Value::Text("1.5, 2"), Value::Null];
        CsvWriter::for_spreadsheets().row(&mut out, cells);
        assert_eq!(out, b"48,25;-3;1.5, 2;\r\n");
    }

    #[test]
    fn cells_that_spreadsheets_would_run_get_an_apostrophe_and_plain_numbers_do_not() {
        for (text, written) in [
            ("=1+1", "'=1+1\r\n"),
            ("+7 999 000", "'+7 999 000\r\n"),
            ("-2+3", "'-2+3\r\n"),
            ("@SUM(A1)", "'@SUM(A1)\r\n"),
            ("\tx", "'\tx\r\n"),
            ("\r=1", "\"'\r=1\"\r\n"),
            ("=a;b", "\"'=a;b\"\r\n"),
            ("-12.5", "-12.5\r\n"),
            ("+3", "+3\r\n"),
            ("-", "'-\r\n"),
            ("--1", "'--1\r\n"),
            ("-1.2.3", "'-1.2.3\r\n"),
            ("plain", "plain\r\n"),
            ("a=b", "a=b\r\n"),
        ] {
            assert_eq!(row(&[Value::Text(text)]), written);
        }
    }

    #[test]
    fn unknown_values_are_empty_cells_and_numbers_are_plain() {
        let cells =
            [Value::Null, Value::Bool(true), Value::Int(-5), Value::Float(0.5), Value::Float(f64::NAN)];
        assert_eq!(row(&cells), ";true;-5;0.5;\r\n");
        assert_eq!(row(&[Value::Null]), "\"\"\r\n");
    }

    #[test]
    fn the_mark_stands_before_everything() {
        let mut out = Vec::new();
        CsvWriter::new(b',').byte_order_mark(&mut out);
        assert_eq!(out, "\u{feff}".as_bytes());
    }

    proptest! {
        #[test]
        fn the_csv_crate_reads_back_what_was_written(cells in prop::collection::vec("[a-c;,\"\r\n=+é -]{0,8}", 1..5)) {
            let text = row(&cells.iter().map(Value::from).collect::<Vec<_>>());
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(b';')
                .has_headers(false)
                .from_reader(text.as_bytes());
            let records: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(records.len(), 1);
            let guarded: Vec<String> = cells
                .iter()
                .map(|cell| if may_be_formula(cell) { format!("'{cell}") } else { cell.clone() })
                .collect();
            prop_assert_eq!(records[0].iter().collect::<Vec<_>>(), guarded);
        }
    }
}
