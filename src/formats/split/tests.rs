//! Records are the same however a stream is cut into buffers, and hostile streams end soon.

use std::borrow::Cow;
use std::io::{Read, Result as IoResult};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::collection::CollectionSplitter;
use super::csv::CsvSplitter;
use super::sequence::SequenceSplitter;
use super::*;
use crate::formats::csv_cells::split_cells;

const LIMIT: usize = 1 << 20;

/// All records of a stream, and the error that ended it.
fn split<S: Splitter>(
    reader: impl Read,
    splitter: S,
    chunk_bytes: usize,
    limit: usize,
) -> (Vec<String>, Option<FileError>) {
    let input = match Input::open(reader) {
        Ok(input) => input,
        Err(error) => return (vec![], Some(error)),
    };
    let mut chunks = Chunks::new(input, splitter, 1, limit, 64);
    chunks.chunk_bytes = chunk_bytes;
    let mut records = vec![];
    while let Some(chunk) = chunks.next() {
        match chunk {
            Err(error) => {
                assert!(chunks.next().is_none(), "an error is the last thing");
                return (records, Some(error));
            }
            Ok(chunk) => {
                assert_eq!(chunk.first_row, records.len() as u64 + 1);
                assert!(!chunk.records.is_empty());
                let text =
                    |range: &Range<usize>| String::from_utf8_lossy(&chunk.bytes[range.clone()]).into_owned();
                records.extend(chunk.records.iter().map(text));
            }
        }
    }
    (records, None)
}

fn csv(text: &[u8], chunk_bytes: usize) -> (Vec<String>, Option<FileError>) {
    split(text, CsvSplitter::new(b','), chunk_bytes, LIMIT)
}

fn document(text: &[u8], chunk_bytes: usize) -> (Vec<String>, Option<FileError>) {
    split(text, CollectionSplitter::new(64), chunk_bytes, LIMIT)
}

fn sequence(text: &[u8], chunk_bytes: usize) -> (Vec<String>, Option<FileError>) {
    split(text, SequenceSplitter::new(64), chunk_bytes, LIMIT)
}

/// Names of the outcomes, for short expectations.
fn outcome(found: (Vec<String>, Option<FileError>)) -> (usize, &'static str) {
    (found.0.len(), found.1.map_or("read", |error| error.rule()))
}

// --- CSV --------------------------------------------------------------------------------------------------------------

fn by_the_csv_crate(text: &str) -> Vec<Vec<String>> {
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn cells(record: &str) -> Vec<String> {
    let mut cells = vec![];
    split_cells(record, b',', &mut cells);
    cells.into_iter().map(Cow::into_owned).collect()
}

proptest! {
    #[test]
    fn rows_are_those_of_the_csv_crate_at_any_buffer_size(
        text in "[ab\",\"\r\n\"é ]{1,80}", chunk_bytes in 1usize..30,
    ) {
        let (records, error) = csv(text.as_bytes(), chunk_bytes);
        let found: Vec<_> = records.iter().map(|record| cells(record)).collect();
        let mut expected = by_the_csv_crate(&text);
        match error {
            None => {}
            // The crate takes an unclosed quote for a row; here it is an error after the rows before it.
            Some(FileError::QuoteNotClosed { row }) => {
                expected.pop();
                prop_assert_eq!(row, expected.len() as u64 + 1);
            }
            Some(FileError::Empty) => prop_assert!(expected.is_empty()),
            Some(other) => prop_assert!(false, "{other}"),
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn no_bytes_make_a_splitter_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300), chunk_bytes in 1usize..40,
    ) {
        let _ = csv(&bytes, chunk_bytes);
        let _ = document(&bytes, chunk_bytes);
        let _ = sequence(&bytes, chunk_bytes);
    }

    #[test]
    fn nothing_like_json_makes_a_splitter_panic(
        text in "[{}\\[\\]\":, \\\\a0\u{1e}\n]{0,80}", chunk_bytes in 1usize..40,
    ) {
        prop_assert_eq!(
            format!("{:?}", document(text.as_bytes(), chunk_bytes)),
            format!("{:?}", document(text.as_bytes(), 1000))
        );
        prop_assert_eq!(
            format!("{:?}", sequence(text.as_bytes(), chunk_bytes)),
            format!("{:?}", sequence(text.as_bytes(), 1000))
        );
    }
}

#[test]
fn line_ends_inside_quotes_do_not_end_a_row() {
    let (records, error) = csv(b"a,\"x\r\ny\"\r\n\r\n\"p\"\"\nq\",b\nlast", 3);
    assert!(error.is_none());
    assert_eq!(records, ["a,\"x\r\ny\"", "\"p\"\"\nq\",b", "last"]);
}

#[test]
fn a_quote_that_never_closes_is_an_error_that_names_its_row() {
    let (records, error) = csv(b"a,b\nc,\"d\ne,f\n", 4);
    assert_eq!(records, ["a,b"]);
    assert!(matches!(error, Some(FileError::QuoteNotClosed { row: 2 })));
}

// --- one document -----------------------------------------------------------------------------------------------------

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a\"\\\\{}\\[\\],\u{1}é]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-c\"\\\\]{0,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn features_are_those_of_serde_json_at_any_buffer_size(
        features in prop::collection::vec(any_json(), 0..6),
        other in any_json(),
        order in 0usize..6,
        pretty: bool,
        chunk_bytes in 1usize..60,
    ) {
        let write = |value: &Value| {
            if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) }.unwrap()
        };
        let list = write(&Value::from(features.clone()));
        let members = [
            "\"type\" : \"FeatureCollection\"".to_owned(),
            format!("\"feat\\u0075res\":{list}"),
            format!("\"other\":{}", write(&other)),
        ];
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let text = format!("\n{{{}}} \n", orders[order].map(|n| members[n].clone()).join(" , "));
        let (records, error) = document(text.as_bytes(), chunk_bytes);
        prop_assert!(error.is_none(), "{error:?} in {text}");
        let found: Vec<Value> = records.iter().map(|record| serde_json::from_str(record).unwrap()).collect();
        prop_assert_eq!(found, features);
    }
}

const DOCUMENT: &str = r#" {"type":"FeatureCollection","crs":{"a":[1,"]}"]},"features":[
    {"type":"Feature","properties":{"a":"}\"]"}}, {"b":1} ],"bbox":[1,2]} "#;

#[test]
fn a_document_cut_at_any_byte_gives_the_features_before_the_cut_and_then_an_error() {
    let (whole, error) = document(DOCUMENT.as_bytes(), 1000);
    assert!(whole.len() == 2 && error.is_none());
    let end = DOCUMENT.trim_end().len();
    for cut in 0..end {
        let (records, error) = document(&DOCUMENT.as_bytes()[..cut], 16);
        assert!(whole.starts_with(&records), "cut at {cut}");
        match error {
            Some(FileError::Truncated { byte }) => assert_eq!(byte, cut as u64),
            Some(FileError::Empty) => assert!(DOCUMENT[..cut].trim().is_empty()),
            other => panic!("cut at {cut}: {other:?}"),
        }
        let complete =
            DOCUMENT[..cut].matches(r#"]"}}"#).count() + DOCUMENT[..cut].matches("{\"b\":1}").count();
        assert_eq!(records.len(), complete, "cut at {cut}");
    }
}

#[test]
fn a_single_feature_is_a_document_of_one() {
    let feature = r#"{"id":1,"properties":{"features":[]},"type":"Feature"}"#;
    let (records, error) = document(format!("\n {feature}\n").as_bytes(), 5);
    assert!(error.is_none());
    assert_eq!(records, [feature]);
}

#[test]
fn documents_of_another_make_are_refused_with_their_fault() {
    let of = |text: &str| outcome(document(text.as_bytes(), 7));
    for (text, expected) in [
        (r#"{"type":"FeatureCollection","features":[]}"#, (0, "read")),
        (r#"{"features":[{}],"type":"FeatureCollection"}"#, (1, "read")),
        ("   \n ", (0, "file_empty")),
        ("[1,2]", (0, "json_syntax")),
        ("hello", (0, "json_syntax")),
        (r#"{"type":"Topology","features":[{}]}"#, (0, "not_a_feature_collection")),
        (r#"{"type":"Feature","features":[{}]}"#, (0, "not_a_feature_collection")),
        (r#"{"features":[{}],"type":"Topology"}"#, (1, "not_a_feature_collection")),
        (r#"{"features":[{}]}"#, (1, "not_a_feature_collection")),
        (r#"{"type":"Point","coordinates":[1,2]}"#, (0, "not_a_feature_collection")),
        (r#"{"type":["FeatureCollection"]}"#, (0, "not_a_feature_collection")),
        ("{}", (0, "not_a_feature_collection")),
        (r#"{"type":"FeatureCollection"}"#, (0, "features_missing")),
        (r#"{"type":"FeatureCollection","features":null}"#, (0, "features_missing")),
        (r#"{"type":"FeatureCollection","features":{"a":1}}"#, (0, "features_missing")),
        (r#"{"type":"FeatureCollection","type":"FeatureCollection"}"#, (0, "member_repeated")),
        (r#"{"features":[{}],"features":[{}]}"#, (1, "member_repeated")),
        (r#"{"type":"FeatureCollection","features":[{}]}{}"#, (1, "trailing_content")),
        (r#"{"type":"Feature"},"#, (1, "trailing_content")),
        (r#"{"type":"FeatureCollection","features":[{} {}]}"#, (1, "json_syntax")),
        (r#"{"type":"FeatureCollection","features":[{},]}"#, (1, "json_syntax")),
        (r#"{"type":"FeatureCollection","features":[,{}]}"#, (0, "json_syntax")),
        (r#"{"type":"FeatureCollection","features":[{]]}"#, (0, "json_syntax")),
        (r#"{"type":"FeatureCollection","a":nonsense,"features":[]}"#, (0, "json_syntax")),
        (r#"{"type":"FeatureCollection",,"features":[]}"#, (0, "json_syntax")),
        (r#"{"type":"FeatureCollection","features":[{}],}"#, (1, "json_syntax")),
        (r#"{type:"FeatureCollection"}"#, (0, "json_syntax")),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn depth_is_capped_wherever_the_brackets_stand() {
    let deep = "[".repeat(100_000);
    for text in [
        deep.clone(),
        format!(r#"{{"a":{deep}"#),
        format!(r#"{{"type":"FeatureCollection","features":[{{"a":{deep}"#),
        format!(r#"{{"type":"FeatureCollection","features":[],"z":{deep}"#),
    ] {
        let rule = document(text.as_bytes(), 4096).1.unwrap().rule();
        let expected = if text.starts_with('[') { "json_syntax" } else { "json_too_deep" };
        assert_eq!(rule, expected);
    }
    let nested = |levels: usize| {
        let value = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        document(format!(r#"{{"type":"FeatureCollection","features":[{{"a":{value}}}]}}"#).as_bytes(), 64)
    };
    // The document, its list and the feature are three levels.
    assert_eq!(outcome(nested(61)), (1, "read"));
    assert_eq!(outcome(nested(62)), (0, "json_too_deep"));
}

// --- sequences --------------------------------------------------------------------------------------------------------

proptest! {
    #[test]
    fn texts_of_a_sequence_are_those_written_at_any_buffer_size(
        values in prop::collection::vec(any_json(), 1..6), rfc8142: bool, chunk_bytes in 1usize..60,
    ) {
        let texts: Vec<Value> = values.into_iter().map(|value| json!({"v": value})).collect();
        let text: String = texts
            .iter()
            .map(|value| {
                let pretty = serde_json::to_string_pretty(value).unwrap();
                if rfc8142 { format!("\u{1e}{pretty}\n") } else { format!("{value}\r\n\n") }
            })
            .collect();
        let (records, error) = sequence(text.as_bytes(), chunk_bytes);
        prop_assert!(error.is_none(), "{error:?}");
        let found: Vec<Value> = records.iter().map(|record| serde_json::from_str(record).unwrap()).collect();
        prop_assert_eq!(found, texts);
    }
}

#[test]
fn sequences_end_with_an_error_when_their_last_text_does_not_end() {
    let text = "{\"a\":1}\n{\"b\":{\"c\":2}}";
    for cut in 1..text.len() {
        let (records, error) = sequence(&text.as_bytes()[..cut], 4);
        let in_first = cut < 7;
        let between = (7..=8).contains(&cut);
        assert_eq!(records.len(), usize::from(!in_first), "cut at {cut}");
        assert_eq!(error.is_none(), between, "cut at {cut}: {error:?}");
    }
    assert_eq!(outcome(sequence(text.as_bytes(), 4)), (2, "read"));
    assert_eq!(outcome(sequence(b"\x1e{\"a\":1}\n\x1e{\"b\":", 4)), (1, "file_truncated"));
}

#[test]
fn what_is_no_sequence_is_refused() {
    assert_eq!(outcome(sequence(b"lon,lat\n1,2\n", 100)), (0, "json_syntax"));
    assert_eq!(outcome(sequence(b" \n\n ", 2)), (0, "file_empty"));
    assert_eq!(outcome(sequence(b"\x1e\x1e\n\x1e", 2)), (0, "file_empty"));
    assert_eq!(outcome(sequence(b"{\n \"type\": \"Feature\"\n}\n", 100)), (0, "sequence_line_broken"));
    // A broken text later on is a row, not the end.
    assert_eq!(outcome(sequence(b"{\"a\":1}\nnonsense\n{\"b\":2}\n", 100)), (3, "read"));
}

// --- hostile streams --------------------------------------------------------------------------------------------------

/// A stream without end that repeats a pattern after a beginning, and counts what was taken.
struct Endless<'c> {
    start: &'static [u8],
    pattern: &'static [u8],
    at: usize,
    taken: &'c std::cell::Cell<usize>,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        for byte in buffer.iter_mut() {
            *byte = match self.start.get(self.at) {
                Some(byte) => *byte,
                None => self.pattern[(self.at - self.start.len()) % self.pattern.len()],
            };
            self.at += 1;
        }
        self.taken.set(self.at);
        Ok(buffer.len())
    }
}

#[test]
fn garbage_without_end_is_refused_after_a_few_mebibytes() {
    type Case = (&'static [u8], &'static [u8], &'static str, &'static str, &'static str);
    let open: &'static [u8] = br#"{"type":"FeatureCollection","features":["#;
    let cases: &[Case] = &[
        (b"", b"\0", "file_binary", "file_binary", "file_binary"),
        (b"", b"x", "record_too_long", "json_syntax", "json_syntax"),
        (b"", b" ", "record_too_long", "blank_too_long", "blank_too_long"),
        (b"", b"\n", "blank_too_long", "blank_too_long", "blank_too_long"),
        (b"", b"\"", "record_too_long", "json_syntax", "json_syntax"),
        (b"", b"\"a", "record_too_long", "json_syntax", "json_syntax"),
        (b"{\"a\":\"", b"x", "record_too_long", "record_too_long", "record_too_long"),
        (b"{\"a\":", b"1", "record_too_long", "record_too_long", "record_too_long"),
        (b"{\"a\":[", b"1,", "record_too_long", "record_too_long", "record_too_long"),
        (b"{", b"\"a\":1,", "record_too_long", "record_too_long", "record_too_long"),
        (open, b"[", "record_too_long", "json_too_deep", "record_too_long"),
        (open, b" ", "record_too_long", "blank_too_long", "record_too_long"),
        (
            br#"{"type":"FeatureCollection","features":[]"#,
            b" ",
            "record_too_long",
            "blank_too_long",
            "record_too_long",
        ),
        (
            br#"{"type":"FeatureCollection","features":[]"#,
            b",\"a\":1",
            "record_too_long",
            "record_too_long",
            "record_too_long",
        ),
        (
            br#"{"type":"FeatureCollection","features":[]}"#,
            b" ",
            "record_too_long",
            "blank_too_long",
            "record_too_long",
        ),
    ];
    for (start, pattern, of_csv, of_document, of_sequence) in cases {
        let taken = std::cell::Cell::new(0);
        let endless = || Endless { start, pattern, at: 0, taken: &taken };
        let rules = [
            split(endless(), CsvSplitter::new(b','), CHUNK_BYTES, LIMIT).1.map(|e| e.rule()),
            split(endless(), CollectionSplitter::new(64), CHUNK_BYTES, LIMIT).1.map(|e| e.rule()),
            split(endless(), SequenceSplitter::new(64), CHUNK_BYTES, LIMIT).1.map(|e| e.rule()),
        ];
        let shown = format!("{}…{}", String::from_utf8_lossy(start), String::from_utf8_lossy(pattern));
        assert_eq!(rules, [*of_csv, of_document, of_sequence].map(Some), "{shown}");
        assert!(taken.get() < 4 << 20, "{shown}: {} bytes", taken.get());
    }
}

#[test]
fn a_record_over_the_limit_is_named_and_those_before_it_are_delivered() {
    let text = format!("a\nb\n{}\nc\n", "x".repeat(50));
    for chunk_bytes in [1, 7, 1000] {
        let (records, error) = split(text.as_bytes(), CsvSplitter::new(b','), chunk_bytes, 49);
        assert_eq!(records, ["a", "b"]);
        assert!(matches!(error, Some(FileError::RecordTooLong { row: 3, limit: 49 })), "{error:?}");
        let (records, error) = split(text.as_bytes(), CsvSplitter::new(b','), chunk_bytes, 50);
        assert_eq!((records.len(), error.is_none()), (4, true));
    }
}
