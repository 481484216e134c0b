//! An open file as plain text bytes: gzip is undone, a byte order mark skipped, what is not text refused.
//!
//! Does not know formats. Next: [`super::split`].

use std::cell::Cell;
use std::io::{BufReader, Chain, Cursor, ErrorKind, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

use super::error::FileError;

/// How much of the beginning is looked at before a format is chosen, bytes.
const HEAD_BYTES: usize = 4096;
/// Buffer between the file and the decompressor, bytes.
const GZIP_BUFFER_BYTES: usize = 64 * 1024;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const UTF8_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
const UTF16_MARKS: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];

/// How files begin that people mistake for text: archives (modern spreadsheets among them), databases and GeoPackages,
/// Parquet, old spreadsheets, PDF, FlatGeobuf.
const BINARY_MAGIC: [&[u8]; 11] = [
    b"PK\x03\x04",
    b"\x1f\x8b", // gzip within gzip
    b"\x28\xb5\x2f\xfd",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"SQLite format 3",
    b"PAR1",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"fgb\x03",
];

/// Plain bytes of a file and how much of the file they cost.
pub(super) struct Input<R: Read> {
    source: Source<R>,
    /// Bytes looked at and not yet handed out.
    head: Vec<u8>,
    /// Bytes taken from the file itself.
    consumed: Rc<Cell<u64>>,
    /// Bytes of content read so far, the byte order mark not counted.
    produced: u64,
}

type Peeked<R> = Chain<Cursor<Vec<u8>>, Counted<R>>;

enum Source<R: Read> {
    Plain(Peeked<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Peeked<R>>>>),
}

/// A reader that counts what is taken from it.
struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.set(self.count.get() + n as u64);
        Ok(n)
    }
}

impl<R: Read> Input<R> {
    /// Opens `reader` and looks at its first bytes.
    ///
    /// Errors: nothing in it; UTF-16; a binary file, told by its first bytes or by many zeros among the first 4,096.
    pub(super) fn open(reader: R) -> Result<Self, FileError> {
        let consumed = Rc::new(Cell::new(0));
        let mut counted = Counted { inner: reader, count: Rc::clone(&consumed) };
        let magic = read_up_to(&mut counted, GZIP_MAGIC.len(), 0, false)?;
        let zipped = magic == GZIP_MAGIC;
        let peeked = Cursor::new(magic).chain(counted);
        let source = if zipped {
            let buffered = BufReader::with_capacity(GZIP_BUFFER_BYTES, peeked);
            Source::Gzip(Box::new(MultiGzDecoder::new(buffered)))
        } else {
            Source::Plain(peeked)
        };
        let mut input = Self { source, head: Vec::new(), consumed, produced: 0 };
        input.head = read_up_to(&mut input.source, HEAD_BYTES, 0, zipped)?;
        input.check_head()?;
        Ok(input)
    }

    fn check_head(&mut self) -> Result<(), FileError> {
        if UTF16_MARKS.iter().any(|mark| self.head.starts_with(mark)) {
            return Err(FileError::Utf16);
        }
        if self.head.starts_with(&UTF8_MARK) {
            self.head.drain(..UTF8_MARK.len());
        }
        if self.head.is_empty() {
            return Err(FileError::Empty);
        }
        // Every second byte of Latin text in UTF-16 is zero. A stray zero in a text is a control character like others.
        let zeros = memchr::memchr_iter(0, &self.head).count();
        let tenths = zeros * 10 / self.head.len();
        if (4..6).contains(&tenths) {
            return Err(FileError::Utf16);
        }
        if tenths > 0 || BINARY_MAGIC.iter().any(|magic| self.head.starts_with(magic)) {
            return Err(FileError::Binary);
        }
        Ok(())
    }

    /// The first bytes of the content, for guessing the format. Empty once reading has begun.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Bytes taken from the file itself so far (of a compressed file: compressed bytes).
    pub(super) fn consumed(&self) -> u64 {
        self.consumed.get()
    }

    /// Appends about `wanted` bytes of content to `buffer`, fewer only at the end. Returns how many.
    ///
    /// Errors: what was read before the fault has been appended all the same.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) -> Result<usize, FileError> {
        let before = buffer.len();
        buffer.append(&mut self.head);
        let missing = wanted.saturating_sub(buffer.len() - before);
        let zipped = matches!(self.source, Source::Gzip(_));
        let read = append_up_to(&mut self.source, buffer, missing);
        let n = buffer.len() - before;
        self.produced += n as u64;
        read.map(|()| n).map_err(|error| read_fault(error, self.produced, zipped))
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(source) => source.read(buffer),
            Self::Gzip(source) => source.read(buffer),
        }
    }
}

fn read_up_to(reader: &mut impl Read, wanted: usize, byte: u64, zipped: bool) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::with_capacity(wanted);
    match append_up_to(reader, &mut bytes, wanted) {
        // A stream that breaks later has a beginning worth reading; the fault shows again when it is reached.
        Err(error) if bytes.is_empty() => Err(read_fault(error, byte, zipped)),
        _ => Ok(bytes),
    }
}

fn append_up_to(reader: &mut impl Read, buffer: &mut Vec<u8>, wanted: usize) -> std::io::Result<()> {
    let mut filled = buffer.len();
    let goal = filled + wanted;
    buffer.resize(goal, 0);
    let outcome = loop {
        if filled == goal {
            break Ok(());
        }
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break Ok(()),
            Ok(n) => filled += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
        }
    };
    buffer.truncate(filled);
    outcome
}

fn read_fault(error: std::io::Error, byte: u64, zipped: bool) -> FileError {
    let damaged =
        matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof);
    if zipped && damaged { FileError::GzipBroken { byte } } else { FileError::Read { byte, error } }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn content(bytes: &[u8]) -> Result<Vec<u8>, FileError> {
        let mut input = Input::open(bytes)?;
        let mut buffer = Vec::new();
        while input.fill(&mut buffer, 7)? > 0 {}
        assert_eq!(input.consumed(), bytes.len() as u64);
        Ok(buffer)
    }

    #[test]
    fn a_gzipped_file_reads_like_the_plain_one_even_in_several_members() {
        let text = "a,b\n1,2\n".repeat(1000);
        assert_eq!(content(text.as_bytes()).unwrap(), text.as_bytes());
        assert_eq!(content(&gzip(text.as_bytes())).unwrap(), text.as_bytes());
        let two_members = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
        assert_eq!(content(&two_members).unwrap(), b"a,b\n1,2\n");
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_does_not_make_a_file() {
        assert_eq!(content(b"\xef\xbb\xbfa,b\n").unwrap(), b"a,b\n");
        assert!(matches!(content(b"\xef\xbb\xbf"), Err(FileError::Empty)));
        assert!(matches!(content(b""), Err(FileError::Empty)));
        assert!(matches!(content(&gzip(b"")), Err(FileError::Empty)));
    }

    #[test]
    fn utf_16_and_binary_files_are_named_as_such() {
        let utf16: Vec<u8> = "lon,lat\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(matches!(content(&utf16), Err(FileError::Utf16)));
        assert!(matches!(content(&[&[0xff, 0xfe], &utf16[..]].concat()), Err(FileError::Utf16)));
        assert!(matches!(content(b"PK\x03\x04\x14\x00\x06\x00\x08\x00zip"), Err(FileError::Binary)));
        assert!(matches!(content(&[0; 9000]), Err(FileError::Binary)));
        assert!(matches!(content(&gzip(&gzip(&[0; 90_000]))), Err(FileError::Binary)));
    }

    #[test]
    fn a_gzip_stream_cut_short_gives_what_it_holds_and_then_a_fault() {
        let text: String = (0..50_000).map(|n| format!("{n}\n")).collect();
        let zipped = gzip(text.as_bytes());
        let mut input = Input::open(&zipped[..zipped.len() / 2]).unwrap();
        let mut buffer = Vec::new();
        let fault = loop {
            match input.fill(&mut buffer, 4096) {
                Ok(n) => assert!(n > 0, "a cut stream has no proper end"),
                Err(fault) => break fault,
            }
        };
        assert!(matches!(fault, FileError::GzipBroken { byte } if byte == buffer.len() as u64));
        assert!(buffer.len() > 1000 && text.as_bytes().starts_with(&buffer));
        assert!(matches!(content(b"\x1f\x8bnonsense"), Err(FileError::GzipBroken { .. })));
    }
}
