//! Several files in one ZIP, written from front to back: memory holds only what nobody has taken yet.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// A ZIP that is being written.
pub struct Bundle {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
}

/// Bytes that were written and not yet taken.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Default for Bundle {
    fn default() -> Self {
        let written = Written::default();
        Self { zip: ZipWriter::new_stream(written.clone()), written }
    }
}

impl Bundle {
    /// Begins a file; what is written from now on is its content. Every file has the same time: the same content gives the
    /// same bytes.
    pub fn file(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default());
        Ok(self.zip.start_file(name, options)?)
    }

    /// Adds to the file that was begun last.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.zip.write_all(bytes)
    }

    /// The bytes since the last time; there may be none, for compression holds some back.
    #[must_use]
    pub fn take(&self) -> Vec<u8> {
        self.written.take()
    }

    /// Ends the ZIP and gives its last bytes.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        let Self { zip, written } = self;
        zip.finish()?;
        Ok(written.take())
    }
}
