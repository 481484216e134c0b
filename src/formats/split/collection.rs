//! Where the features of one GeoJSON document begin and end, without holding the document.
//!
//! Accepts a `FeatureCollection` whose members come in any order, and a single `Feature`. Everything before the
//! `features` (and everything after them) is held until it is understood, so each is capped like one record.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::{MAX_BLANK_BYTES, SplitFault, Splitter};
use crate::formats::json_scan::ValueScanner;

/// Finds features.
#[derive(Debug)]
pub(in crate::formats) struct CollectionSplitter {
    depth_limit: usize,
    state: State,
    scanner: ValueScanner,
    /// Where the token being scanned begins.
    token: usize,
    scanned: usize,
    /// Nothing before this is needed: the document, the feature or the tail that is being read.
    keep: usize,
    blank: usize,
    /// The member whose value comes next.
    member: Member,
    seen_type: Option<String>,
    features: Features,
}

/// What is expected next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Document,
    FirstKey,
    Key,
    InKey,
    Colon,
    Value,
    InValue,
    MemberEnd,
    FirstFeature,
    Feature,
    InFeature,
    FeatureEnd,
    Finished,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Type,
    Features,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Features {
    NotSeen,
    /// `features` is there, but no list.
    NoList,
    Seen,
}

type Records = Vec<Range<usize>>;

impl CollectionSplitter {
    /// A splitter for a document nested up to `depth_limit`.
    pub(in crate::formats) fn new(depth_limit: usize) -> Self {
        Self {
            depth_limit,
            state: State::Document,
            scanner: ValueScanner::default(),
            token: 0,
            scanned: 0,
            keep: 0,
            blank: 0,
            member: Member::Other,
            seen_type: None,
            features: Features::NotSeen,
        }
    }

    /// Reads one token or white space. `false`: more bytes are needed.
    fn step(&mut self, buffer: &[u8], records: &mut Records) -> Result<bool, SplitFault> {
        if matches!(self.state, State::InKey | State::InValue | State::InFeature) {
            return self.scan_token(buffer, records);
        }
        if !self.skip_blank(buffer)? {
            return Ok(false);
        }
        let (at, byte) = (self.scanned, buffer[self.scanned]);
        match (self.state, byte) {
            (State::Document, b'{') => {
                self.keep = at;
                self.punctuation(State::FirstKey);
            }
            (State::FirstKey | State::MemberEnd, b'}') => {
                self.punctuation(State::Finished);
                self.finish(records)?;
            }
            (State::FirstKey | State::Key, b'"') => self.begin_token(State::InKey, 2),
            (State::Colon, b':') => self.punctuation(State::Value),
            (State::Value, _) => self.begin_value(byte)?,
            (State::MemberEnd, b',') => self.punctuation(State::Key),
            (State::FirstFeature | State::FeatureEnd, b']') => {
                self.punctuation(State::MemberEnd);
                self.keep = self.scanned;
            }
            (State::FirstFeature | State::Feature, _) => {
                self.keep = at;
                self.begin_token(State::InFeature, 2);
            }
            (State::FeatureEnd, b',') => {
                self.punctuation(State::Feature);
                self.keep = self.scanned;
            }
            (State::Finished, _) => return Err(SplitFault::TrailingContent(at)),
            _ => return Err(SplitFault::Syntax(at)),
        }
        Ok(true)
    }

    fn punctuation(&mut self, next: State) {
        self.scanned += 1;
        self.state = next;
    }

    /// Begins a key, a value or a feature that stands inside `levels − 1` brackets.
    fn begin_token(&mut self, state: State, levels: usize) {
        self.state = state;
        self.token = self.scanned;
        self.scanner = ValueScanner::new(self.depth_limit.saturating_sub(levels));
    }

    fn skip_blank(&mut self, buffer: &[u8]) -> Result<bool, SplitFault> {
        let rest = &buffer[self.scanned..];
        let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
        self.scanned += blank;
        self.blank += blank;
        let holds_nothing =
            matches!(self.state, State::FirstFeature | State::Feature | State::FeatureEnd | State::Finished);
        if holds_nothing {
            self.keep = self.scanned;
        }
        if self.blank > MAX_BLANK_BYTES {
            return Err(SplitFault::Blank(self.scanned));
        }
        let found = blank < rest.len();
        if found {
            self.blank = 0;
        }
        Ok(found)
    }

    fn scan_token(&mut self, buffer: &[u8], records: &mut Records) -> Result<bool, SplitFault> {
        let from = self.scanned;
        let end = self.scanner.advance(&buffer[from..]).map_err(|f| SplitFault::scanning(from, f))?;
        let Some(n) = end else {
            self.scanned = buffer.len();
            return Ok(false);
        };
        self.scanned = from + n;
        let text = self.token..self.scanned;
        match self.state {
            State::InKey => self.key_ends(&buffer[text])?,
            State::InValue => self.value_ends(&buffer[text])?,
            _ => {
                records.push(text);
                self.state = State::FeatureEnd;
                self.keep = self.scanned;
            }
        }
        Ok(true)
    }

    fn key_ends(&mut self, text: &[u8]) -> Result<(), SplitFault> {
        // A key may be written with escapes, so it is decoded before it is compared.
        let key: String = serde_json::from_slice(text).map_err(|_| SplitFault::Syntax(self.token))?;
        self.member = match key.as_str() {
            "type" => Member::Type,
            "features" => Member::Features,
            _ => Member::Other,
        };
        self.state = State::Colon;
        match self.member {
            Member::Type if self.seen_type.is_some() => Err(SplitFault::MemberRepeated("type")),
            Member::Features if self.features != Features::NotSeen => {
                Err(SplitFault::MemberRepeated("features"))
            }
            _ => Ok(()),
        }
    }

    fn begin_value(&mut self, byte: u8) -> Result<(), SplitFault> {
        if self.member == Member::Features {
            // A document of another type is refused before its first feature is delivered.
            if let Some(seen) = self.seen_type.as_deref()
                && seen != "FeatureCollection"
            {
                return Err(SplitFault::NotFeatureCollection(seen.to_owned()));
            }
            if byte == b'[' {
                self.features = Features::Seen;
                self.punctuation(State::FirstFeature);
                self.keep = self.scanned;
                return Ok(());
            }
            self.features = Features::NoList;
        }
        self.begin_token(State::InValue, 1);
        Ok(())
    }

    fn value_ends(&mut self, text: &[u8]) -> Result<(), SplitFault> {
        serde_json::from_slice::<IgnoredAny>(text).map_err(|_| SplitFault::Syntax(self.token))?;
        if self.member == Member::Type {
            let shown = || String::from_utf8_lossy(text).chars().take(60).collect();
            self.seen_type = Some(serde_json::from_slice(text).unwrap_or_else(|_| shown()));
        }
        self.state = State::MemberEnd;
        Ok(())
    }

    /// The document has been read: was it one of ours?
    fn finish(&mut self, records: &mut Records) -> Result<(), SplitFault> {
        let document = self.keep..self.scanned;
        self.keep = self.scanned;
        match self.seen_type.as_deref() {
            Some("FeatureCollection") if self.features == Features::Seen => Ok(()),
            Some("FeatureCollection") => Err(SplitFault::FeaturesMissing),
            Some("Feature") if self.features != Features::Seen => {
                records.push(document);
                Ok(())
            }
            other => Err(SplitFault::NotFeatureCollection(other.unwrap_or_default().to_owned())),
        }
    }
}

impl Splitter for CollectionSplitter {
    fn advance(&mut self, buffer: &[u8], at_end: bool, records: &mut Records) -> Result<(), SplitFault> {
        while self.scanned < buffer.len() {
            if !self.step(buffer, records)? {
                break;
            }
        }
        match self.state {
            _ if !at_end => Ok(()),
            State::Finished => Ok(()),
            State::Document => Err(SplitFault::Empty),
            _ => Err(SplitFault::Truncated),
        }
    }

    fn keep_from(&self) -> usize {
        self.keep
    }

    fn rebase(&mut self, by: usize) {
        self.keep -= by;
        self.scanned -= by;
        self.token = self.token.saturating_sub(by);
    }
}
