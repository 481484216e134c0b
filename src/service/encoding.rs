//! Content encodings: which there are, and compressing with them.

/// How the bytes of an answer are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// Brotli.
    Brotli,
}

/// Compresses bytes. Levels by measurement: compressing a large tile costs more than drawing it.
#[must_use]
pub fn encode(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    use std::io::Write;
    let in_memory = "compressing in memory cannot fail";
    match encoding {
        Encoding::Identity => bytes.to_vec(),
        Encoding::Zstd => zstd::bulk::compress(bytes, 3).expect(in_memory),
        Encoding::Gzip => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            out.write_all(bytes).expect(in_memory);
            out.finish().expect(in_memory)
        }
        Encoding::Brotli => {
            let mut out = Vec::new();
            let mut writer = brotli::CompressorWriter::new(&mut out, 4_096, 5, 20);
            writer.write_all(bytes).expect(in_memory);
            drop(writer);
            out
        }
    }
}
