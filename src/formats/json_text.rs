//! Texts and numbers as JSON writes them, appended to a buffer.

use std::io::Write;

use super::value::Value;

/// Appends a JSON string. Control characters, `"` and `\` are escaped, and the two line separators that old JavaScript
/// takes for line ends. Cost: O(bytes); a text without any of them is copied at once.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(needs_look) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        // 0xe2 begins U+2028 and U+2029, and many characters that need nothing.
        let c = rest[at..].chars().next().unwrap_or_default();
        write_char(out, c);
        rest = &rest[at + c.len_utf8()..];
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

fn needs_look(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7f | 0xe2)
}

fn write_char(out: &mut Vec<u8>, c: char) {
    match c {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        '\0'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
            write_display(out, format_args!("\\u{:04x}", u32::from(c)));
        }
        _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// Appends a value.
pub fn write_value(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(n) => write_display(out, format_args!("{n}")),
        Value::Float(x) if x.is_finite() => write_display(out, format_args!("{x}")),
        Value::Null | Value::Float(_) => out.extend_from_slice(b"null"),
        Value::Text(text) => write_string(out, text),
    }
}

/// Appends formatted text.
pub(super) fn write_display(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to memory does not fail");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: Value<'_>) -> String {
        let mut out = Vec::new();
        write_value(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn control_characters_and_line_separators_are_escaped() {
        assert_eq!(written(Value::Text("a\"b\\c\n\r\t\u{1}\u{7f}")), r#""a\"b\\c\n\r\t\u0001\u007f""#);
        assert_eq!(written(Value::Text("\u{2028}\u{2029}…")), "\"\\u2028\\u2029…\"");
        assert_eq!(written(Value::Text("Яма")), "\"Яма\"");
    }

    #[test]
    fn what_is_no_number_is_null() {
        assert_eq!(written(Value::Float(f64::NAN)), "null");
        assert_eq!(written(Value::Float(f64::INFINITY)), "null");
        assert_eq!(written(Value::Float(0.1)), "0.1");
        assert_eq!(written(Value::Float(3.0)), "3");
        assert_eq!(written(Value::Int(i64::MIN)), "-9223372036854775808");
        assert_eq!(written(Value::from(None::<&str>)), "null");
    }

    proptest! {
        #[test]
        fn serde_json_reads_back_what_was_written(text in "\\PC*[\\x00-\\x7f]{0,10}[\u{2020}-\u{2030}]{0,5}", x: f64) {
            prop_assert_eq!(serde_json::from_str::<String>(&written(Value::Text(&text))).unwrap(), text);
            if x.is_finite() {
                prop_assert_eq!(written(Value::Float(x)).parse::<f64>().unwrap(), x);
                prop_assert!(serde_json::from_str::<f64>(&written(Value::Float(x))).is_ok());
            }
        }
    }
}
