//! The fields of one CSV row, unescaped; borrowed wherever nothing had to be.
//!
//! Agrees with the `csv` crate: a quote opens only at the beginning of a field, `""` inside quotes is a quote, and what
//! follows a closing quote belongs to the field as it stands. Rows come from [`super::split`].

use std::borrow::Cow;

use memchr::memchr;

/// Puts the fields of `row` into `cells`. Cost: O(bytes).
pub(super) fn split_cells<'a>(row: &'a str, delimiter: u8, cells: &mut Vec<Cow<'a, str>>) {
    cells.clear();
    let mut rest = row;
    loop {
        let (cell, after) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_cell(quoted, delimiter)
        } else {
            let (cell, after) = until(rest, delimiter);
            (Cow::Borrowed(cell), after)
        };
        cells.push(cell);
        match after {
            Some(next) => rest = next,
            None => break,
        }
    }
}

/// What stands before the next delimiter, and what after it.
fn until(text: &str, delimiter: u8) -> (&str, Option<&str>) {
    match memchr(delimiter, text.as_bytes()) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// A field whose opening quote has been taken off.
fn quoted_cell(text: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let Some(end) = memchr(b'"', text.as_bytes()) else { return (Cow::Borrowed(text), None) };
    let after = &text[end + 1..];
    match after.as_bytes().first() {
        None => (Cow::Borrowed(&text[..end]), None),
        Some(byte) if *byte == delimiter => (Cow::Borrowed(&text[..end]), Some(&after[1..])),
        _ => escaped_cell(text, delimiter),
    }
}

fn escaped_cell(text: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let mut cell = String::with_capacity(text.len().min(256));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => {
                let (tail, next) = until(after, delimiter);
                cell.push_str(tail);
                return (Cow::Owned(cell), next);
            }
        }
    }
    cell.push_str(rest);
    (Cow::Owned(cell), None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(row: &str) -> Vec<String> {
        let mut cells = Vec::new();
        split_cells(row, b',', &mut cells);
        cells.into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn quotes_protect_delimiters_and_double_to_stand_for_themselves() {
        assert_eq!(cells(r#"a,"b,c",d"#), ["a", "b,c", "d"]);
        assert_eq!(cells(r#""say ""hi""",x"#), [r#"say "hi""#, "x"]);
        assert_eq!(cells("a,,"), ["a", "", ""]);
        assert_eq!(cells(r#"5" pipe,"a"b"c,d"#), [r#"5" pipe"#, r#"ab"c"#, "d"]);
        assert_eq!(cells("\"two\nlines\",x"), ["two\nlines", "x"]);
    }

    #[test]
    fn a_plain_field_is_not_copied() {
        let mut out = Vec::new();
        split_cells(r#"a,"b,c""#, b',', &mut out);
        assert!(out.iter().all(|cell| matches!(cell, Cow::Borrowed(_))));
    }

    proptest! {
        #[test]
        fn fields_are_those_of_the_csv_crate(row in "[ab\",é ]{1,30}") {
            // An open quote at the end is the splitter's business.
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(row.as_bytes());
            let expected: Vec<Vec<String>> =
                reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
            prop_assert_eq!(vec![cells(&row)], expected);
        }
    }
}
