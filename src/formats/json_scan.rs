//! Where a JSON value ends, found byte by byte over any number of buffers.
//!
//! Knows brackets and strings only: whether what stands between them is JSON is for the row parser to say. Used by
//! [`super::split`] and by the guess of the format.

use memchr::memchr2;

/// Why bytes cannot be the beginning of a value. The number is the offset of the fault in the bytes given last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScanFault {
    /// A closing bracket without its opening one, or no value at all.
    Syntax(usize),
    /// More open brackets than allowed.
    TooDeep(usize),
}

/// Deepest nesting of brackets in any file: GeoJSON itself needs eight levels.
pub(super) const MAX_DEPTH: usize = 64;

/// Finds the end of one value whose first byte is the first byte given.
///
/// Cost: O(bytes), each looked at once however often the buffer grows.
#[derive(Debug, Clone, Default)]
pub(super) struct ValueScanner {
    max_depth: usize,
    within: Within,
    /// Open brackets, the innermost in the lowest bit: 1 for `{`, 0 for `[`.
    open: u64,
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Within {
    #[default]
    Nothing,
    Brackets,
    String,
    /// Just after a backslash.
    Escape,
    /// A number or a literal.
    Word,
}

/// Bytes that mean something between brackets.
const STRUCTURAL: [bool; 256] = {
    let mut table = [false; 256];
    table[b'"' as usize] = true;
    table[b'{' as usize] = true;
    table[b'}' as usize] = true;
    table[b'[' as usize] = true;
    table[b']' as usize] = true;
    table
};

impl ValueScanner {
    /// A scanner that allows `max_depth` open brackets, [`MAX_DEPTH`] at most.
    pub(super) fn new(max_depth: usize) -> Self {
        Self { max_depth: max_depth.min(MAX_DEPTH), ..Self::default() }
    }

    /// Looks at the next `bytes`. `Some(n)`: the value ended with the n-th of them. `None`: it goes on.
    ///
    /// A number or literal ends before the delimiter that follows it.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<Option<usize>, ScanFault> {
        let mut at = 0;
        while at < bytes.len() {
            match self.within {
                Within::Nothing => at = self.begin(bytes, at)?,
                Within::Brackets => match bytes[at..].iter().position(|&b| STRUCTURAL[usize::from(b)]) {
                    None => return Ok(None),
                    Some(skip) => at = self.bracket(bytes, at + skip)?,
                },
                Within::String => match memchr2(b'"', b'\\', &bytes[at..]) {
                    None => return Ok(None),
                    Some(skip) => at = self.string_mark(bytes, at + skip),
                },
                Within::Escape => {
                    self.within = Within::String;
                    at += 1;
                }
                Within::Word => {
                    let end = bytes[at..].iter().position(|b| b",]} \t\r\n".contains(b));
                    return Ok(end.map(|skip| at + skip));
                }
            }
            if self.within == Within::Nothing {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn begin(&mut self, bytes: &[u8], at: usize) -> Result<usize, ScanFault> {
        match bytes[at] {
            b'{' | b'[' => {
                self.within = Within::Brackets;
                self.bracket(bytes, at)
            }
            b'"' => {
                self.within = Within::String;
                Ok(at + 1)
            }
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                self.within = Within::Word;
                Ok(at)
            }
            _ => Err(ScanFault::Syntax(at)),
        }
    }

    fn bracket(&mut self, bytes: &[u8], at: usize) -> Result<usize, ScanFault> {
        match bytes[at] {
            b'"' => self.within = Within::String,
            opening @ (b'{' | b'[') => {
                if self.depth == self.max_depth {
                    return Err(ScanFault::TooDeep(at));
                }
                self.depth += 1;
                self.open = (self.open << 1) | u64::from(opening == b'{');
            }
            closing => {
                if (self.open & 1 == 1) != (closing == b'}') {
                    return Err(ScanFault::Syntax(at));
                }
                self.depth -= 1;
                self.open >>= 1;
                if self.depth == 0 {
                    self.within = Within::Nothing;
                }
            }
        }
        Ok(at + 1)
    }

    fn string_mark(&mut self, bytes: &[u8], at: usize) -> usize {
        self.within = match bytes[at] {
            b'\\' => Within::Escape,
            _ if self.depth > 0 => Within::Brackets,
            _ => Within::Nothing,
        };
        at + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end_of(text: &str) -> Result<Option<usize>, ScanFault> {
        ValueScanner::new(MAX_DEPTH).advance(text.as_bytes())
    }

    #[test]
    fn brackets_and_quotes_inside_strings_do_not_count() {
        assert_eq!(end_of(r#"{"a":"}]\"{","b":[1]} rest"#), Ok(Some(21)));
        assert_eq!(end_of(r#""a\\" rest"#), Ok(Some(5)));
        assert_eq!(end_of("-12.5e3, 4"), Ok(Some(7)));
        assert_eq!(end_of("[1, 2"), Ok(None));
    }

    #[test]
    fn a_bracket_that_closes_another_kind_is_a_fault() {
        assert_eq!(end_of("[1}"), Err(ScanFault::Syntax(2)));
        assert_eq!(end_of("}"), Err(ScanFault::Syntax(0)));
    }

    #[test]
    fn a_hundred_thousand_brackets_are_too_deep() {
        assert_eq!(end_of(&"[".repeat(100_000)), Err(ScanFault::TooDeep(64)));
        let just_allowed = format!("{}{}", "[".repeat(64), "]".repeat(64));
        assert_eq!(end_of(&just_allowed), Ok(Some(128)));
    }

    #[test]
    fn the_end_is_the_same_however_the_bytes_are_cut() {
        let text = r#"{"a":["\\","\"}",{"b":null}],"c":"x"}tail"#.as_bytes();
        let whole = ValueScanner::new(8).advance(text);
        for cut in 0..text.len() {
            let mut scanner = ValueScanner::new(8);
            let parts = match scanner.advance(&text[..cut]) {
                Ok(None) => scanner.advance(&text[cut..]).map(|end| end.map(|n| n + cut)),
                found => found,
            };
            assert_eq!(parts, whole, "cut at {cut}");
        }
    }
}
