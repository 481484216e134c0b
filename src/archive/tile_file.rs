//! A PMTiles v3 file that is read tile by tile, wherever it comes from: ranges of the file, never the whole of it, and nothing
//! that it says of itself is believed before it is checked. Writing one is next door, in `pmtiles.rs`.
//!
//! Source: the PMTiles specification, version 3.4, sections 3 (header), 4 (directories).

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use self::TileFileError::{Damaged, Unsupported};
use super::pmtiles::number;
use crate::geometry::Tile;
use crate::geometry::tile::MAX_ZOOM;

/// Bytes of the header.
const HEADER_BYTES: usize = 127;
/// How every file of version 3 begins.
const MAGIC: &[u8] = b"PMTiles\x03";
/// A directory in the file: that of a map of the whole world has leaves of some 200 kB.
const MAX_DIRECTORY_BYTES: u64 = 1 << 20;
/// The same unpacked; its entries then take 24 MiB at most.
const MAX_UNPACKED_DIRECTORY_BYTES: u64 = 4 << 20;
/// A tile in the file. Good ones have less than a tenth of it.
const MAX_TILE_BYTES: u64 = 4 << 20;
/// A vector tile unpacked: whoever takes no gzip-encoding holds one for as long as it is being sent.
const MAX_UNPACKED_TILE_BYTES: u64 = 4 << 20;
/// Directories on the way to a tile: the root and three leaves, as readers of the format agree.
const MAX_DEPTH: usize = 4;

/// What the tiles of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileForm {
    /// Mapbox Vector Tiles.
    Vector,
    /// PNG pictures.
    Png,
    /// JPEG pictures.
    Jpeg,
    /// WebP pictures.
    Webp,
    /// AVIF pictures.
    Avif,
}

/// A tile of a file, gzip-encoded as it lies there or unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTile {
    /// Its bytes, 4 MiB at most.
    pub bytes: Vec<u8>,
    /// Whether they are gzip-encoded.
    pub gzipped: bool,
}

/// Why a file of tiles, or one tile of it, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TileFileError {
    /// The file system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is something else than PMTiles version 3.
    #[error("not a PMTiles file of version 3")]
    NotPmTiles,
    /// It is PMTiles, of a kind that is not read here.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// What it says cannot be true.
    #[error("damaged: {0}")]
    Damaged(&'static str),
}

/// A file of tiles, open for reading from any number of threads.
#[derive(Debug)]
pub struct TileFile {
    file: File,
    header: Header,
    root: Vec<Entry>,
    mark: u64,
}

#[derive(Debug)]
struct Header {
    root: Section,
    leaves: Section,
    data: Section,
    packed_directories: bool,
    gzipped_tiles: bool,
    form: TileForm,
    zooms: (u8, u8),
}

/// A part of the file.
#[derive(Debug, Clone, Copy)]
struct Section {
    offset: u64,
    length: u64,
}

/// `run` tiles from number `first` on have the same content; with a run of 0 it is a leaf directory that begins at `first`.
#[derive(Debug, Clone, Copy)]
struct Entry {
    first: u64,
    offset: u64,
    length: u32,
    run: u32,
}

impl TileFile {
    /// Opens a file: checks its header and reads the root directory. Cost: two reads, 4 MiB at most.
    ///
    /// # Errors
    /// It cannot be read, is no PMTiles v3, holds what is not read here, or is damaged or cut off.
    pub fn open(path: &Path) -> Result<Self, TileFileError> {
        // Opening a pipe would wait for whoever writes into it.
        if !std::fs::metadata(path)?.is_file() {
            return Err(TileFileError::NotPmTiles);
        }
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut bytes = [0; HEADER_BYTES];
        match file.read_exact_at(&mut bytes, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(TileFileError::NotPmTiles);
            }
            read => read?,
        }
        let header = Header::parse(&bytes, length)?;
        let root = read(&file, header.root, MAX_DIRECTORY_BYTES)?;
        let mark = xxh3_64_with_seed(&root, xxh3_64(&bytes));
        let root = directory(&root, header.packed_directories)?;
        Ok(Self { file, header, root, mark })
    }

    /// Tells this file from others: of its header, where sizes and counts stand, and its root directory.
    #[must_use]
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// What the tiles are.
    #[must_use]
    pub fn form(&self) -> TileForm {
        self.header.form
    }

    /// First and last zoom, within 0…[`MAX_ZOOM`].
    #[must_use]
    pub fn zooms(&self) -> (u8, u8) {
        self.header.zooms
    }

    /// A tile; `None` when the file has none there.
    ///
    /// Cost: for n tiles in the file O(log n) in the root, which is held, then one read and O(entries) for a leaf directory
    /// (some thousands in a good file) and one read for the tile. Nothing is kept: the system's own cache holds what is
    /// asked for often.
    ///
    /// # Errors
    /// The file cannot be read, or is damaged at that place.
    pub fn tile(&self, tile: Tile) -> Result<Option<StoredTile>, TileFileError> {
        let number = number(tile);
        let mut leaf: Vec<Entry>;
        let mut entries = &self.root;
        for _ in 0..MAX_DEPTH {
            let Some(entry) = find(entries, number) else { return Ok(None) };
            if entry.run > 0 {
                let bytes = read(&self.file, self.header.data.part(entry)?, MAX_TILE_BYTES)?;
                return Ok(Some(StoredTile { bytes, gzipped: self.header.gzipped_tiles }));
            }
            let bytes = read(&self.file, self.header.leaves.part(entry)?, MAX_DIRECTORY_BYTES)?;
            leaf = directory(&bytes, self.header.packed_directories)?;
            entries = &leaf;
        }
        Err(Damaged("directories within directories"))
    }
}

impl StoredTile {
    /// The bytes without their encoding, 4 MiB at most.
    ///
    /// # Errors
    /// They are not what they are said to be.
    pub fn unpacked(self) -> Result<Vec<u8>, TileFileError> {
        if self.gzipped { unpack(&self.bytes, MAX_UNPACKED_TILE_BYTES) } else { Ok(self.bytes) }
    }
}

impl Header {
    /// Errors: what the module's error says. `length` is that of the file, bytes.
    fn parse(bytes: &[u8; HEADER_BYTES], length: u64) -> Result<Self, TileFileError> {
        if !bytes.starts_with(MAGIC) {
            return Err(TileFileError::NotPmTiles);
        }
        let section = |at: usize| {
            let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
            let section = Section { offset: word(at), length: word(at + 8) };
            let end = section.offset.checked_add(section.length);
            if end.is_some_and(|end| end <= length) { Ok(section) } else { Err(Damaged("it is cut off")) }
        };
        let packed_directories = match bytes[97] {
            1 => false,
            2 => true,
            _ => return Err(Unsupported("directories that are not gzip-encoded")),
        };
        let form = match bytes[99] {
            1 => TileForm::Vector,
            2 => TileForm::Png,
            3 => TileForm::Jpeg,
            4 => TileForm::Webp,
            5 => TileForm::Avif,
            _ => return Err(Unsupported("tiles of this type")),
        };
        let gzipped_tiles = match (form, bytes[98]) {
            (TileForm::Vector, 2) => true,
            // Of pictures, which are compressed already, some programs say that it is not known.
            (_, 1) | (TileForm::Png | TileForm::Jpeg | TileForm::Webp | TileForm::Avif, 0) => false,
            _ => return Err(Unsupported("tiles in this encoding")),
        };
        let zooms = (bytes[100], bytes[101].min(MAX_ZOOM));
        if zooms.0 > zooms.1 {
            return Err(Damaged("its first zoom is deeper than its last"));
        }
        Ok(Self {
            root: section(8)?,
            leaves: section(40)?,
            data: section(56)?,
            packed_directories,
            gzipped_tiles,
            form,
            zooms,
        })
    }
}

impl Section {
    /// Where in the file the content of an entry lies.
    fn part(self, entry: Entry) -> Result<Self, TileFileError> {
        let end = entry.offset.checked_add(u64::from(entry.length));
        if end.is_none_or(|end| end > self.length) {
            return Err(Damaged("an entry beyond its section"));
        }
        Ok(Self { offset: self.offset + entry.offset, length: u64::from(entry.length) })
    }
}

fn read(file: &File, section: Section, most: u64) -> Result<Vec<u8>, TileFileError> {
    if section.length > most {
        return Err(Damaged("a directory or a tile that is too long"));
    }
    let mut bytes = vec![0; section.length as usize];
    file.read_exact_at(&mut bytes, section.offset)?;
    Ok(bytes)
}

fn unpack(bytes: &[u8], most: u64) -> Result<Vec<u8>, TileFileError> {
    let mut unpacked = Vec::new();
    let read = flate2::read::GzDecoder::new(bytes).take(most + 1).read_to_end(&mut unpacked);
    match read {
        Ok(length) if length as u64 <= most => Ok(unpacked),
        Ok(_) => Err(Damaged("a directory or a tile that unpacks to too much")),
        Err(_) => Err(Damaged("a directory or a tile that does not unpack")),
    }
}

/// The entries of a directory: four columns of numbers, one after the other.
fn directory(bytes: &[u8], packed: bool) -> Result<Vec<Entry>, TileFileError> {
    let unpacked;
    let mut rest = bytes;
    if packed {
        unpacked = unpack(bytes, MAX_UNPACKED_DIRECTORY_BYTES)?;
        rest = &unpacked;
    }
    let count = varint(&mut rest)?;
    // An entry takes four bytes at least, so nobody makes us hold more than six times what was read.
    if count > rest.len() as u64 / 4 {
        return Err(Damaged("a directory with fewer entries than it says"));
    }
    let mut entries = vec![Entry { first: 0, offset: 0, length: 0, run: 0 }; count as usize];
    let mut first = 0u64;
    for entry in &mut entries {
        first = first.checked_add(varint(&mut rest)?).ok_or(Damaged("a tile beyond all zooms"))?;
        entry.first = first;
    }
    for entry in &mut entries {
        entry.run = short(&mut rest)?;
    }
    for entry in &mut entries {
        entry.length = short(&mut rest)?;
    }
    let mut next = None;
    for entry in &mut entries {
        entry.offset = match (varint(&mut rest)?, next) {
            // Right behind the one before.
            (0, Some(next)) => next,
            (0, None) => return Err(Damaged("an entry that follows none")),
            (above, _) => above - 1,
        };
        next = entry.offset.checked_add(u64::from(entry.length));
    }
    Ok(entries)
}

/// A number in groups of seven bits, the lowest first.
fn varint(rest: &mut &[u8]) -> Result<u64, TileFileError> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first().ok_or(Damaged("a directory that ends early"))?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Damaged("a number without an end"))
}

fn short(rest: &mut &[u8]) -> Result<u32, TileFileError> {
    u32::try_from(varint(rest)?).map_err(|_| Damaged("a number that is too large"))
}

/// The entry that holds a tile, or leads to it.
fn find(entries: &[Entry], number: u64) -> Option<Entry> {
    let after = entries.partition_point(|entry| entry.first <= number);
    let entry = *entries.get(after.checked_sub(1)?)?;
    (entry.run == 0 || number - entry.first < u64::from(entry.run)).then_some(entry)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use pmtiles::{Compression, PmTilesWriter, TileCoord, TileType};
    use proptest::prelude::*;

    use super::*;

    /// The bytes of a file with these tiles of pictures.
    fn file_of(tiles: &[Tile]) -> Vec<u8> {
        let mut tiles = tiles.to_vec();
        super::super::sort(&mut tiles);
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = PmTilesWriter::new(TileType::Png)
            .tile_compression(Compression::None)
            .min_zoom(0)
            .max_zoom(12)
            .create(file.reopen().unwrap())
            .unwrap();
        for tile in tiles {
            let at = TileCoord::new(tile.z, tile.x, tile.y).unwrap();
            writer.add_tile(at, content_of(tile).as_bytes()).unwrap();
        }
        writer.finalize().unwrap();
        std::fs::read(file.path()).unwrap()
    }

    fn content_of(tile: Tile) -> String {
        // Even rows of a column are alike: runs and shared contents.
        format!("{}/{}/{}", tile.z, tile.x, tile.y / 2)
    }

    fn opened(bytes: &[u8]) -> Result<TileFile, TileFileError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        TileFile::open(file.path())
    }

    fn square(z: u8, side: u32) -> Vec<Tile> {
        (0..side).flat_map(|x| (0..side).filter_map(move |y| Tile::parse(z, x, y))).collect()
    }

    #[test]
    fn every_tile_is_found_through_leaves_and_no_other() {
        let tiles: Vec<Tile> = [square(0, 1), square(3, 5), square(12, 200)].concat();
        let file = opened(&file_of(&tiles)).unwrap();
        assert!(file.header.leaves.length > 0, "the file is large enough to have leaves");
        assert_eq!((file.form(), file.zooms()), (TileForm::Png, (0, 12)));
        for tile in &tiles {
            let found = file.tile(*tile).unwrap().unwrap();
            assert_eq!(found, StoredTile { bytes: content_of(*tile).into_bytes(), gzipped: false });
        }
        for absent in [(1, 0, 0), (3, 5, 0), (12, 200, 3), (12, 4095, 4095), (13, 0, 0)] {
            let tile = Tile::parse(absent.0, absent.1, absent.2).unwrap();
            assert_eq!(file.tile(tile).unwrap(), None, "{absent:?}");
        }
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        let good = file_of(&square(2, 4));
        let told = |bytes: &[u8]| opened(bytes).unwrap_err().to_string();
        assert_eq!(told(b""), "not a PMTiles file of version 3");
        assert_eq!(told(&[0; 4096]), "not a PMTiles file of version 3");
        let with = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            told(&bytes)
        };
        assert_eq!(with(7, 2), "not a PMTiles file of version 3");
        assert_eq!(with(97, 3), "not supported: directories that are not gzip-encoded");
        assert_eq!(with(98, 4), "not supported: tiles in this encoding");
        assert_eq!(with(99, 6), "not supported: tiles of this type");
        assert_eq!(with(100, 30), "damaged: its first zoom is deeper than its last");
        assert_eq!(with(23, 0xff), "damaged: it is cut off");
        assert_eq!(told(&good[..good.len() - 1]), "damaged: it is cut off");
        assert!(matches!(TileFile::open(Path::new("/")), Err(TileFileError::NotPmTiles)));
    }

    #[test]
    fn a_directory_that_promises_more_than_it_has_is_refused() {
        for (bytes, said) in [
            (&[0xff, 0xff, 0xff, 0xff, 0x0f][..], "damaged: a directory with fewer entries than it says"),
            (&[][..], "damaged: a directory that ends early"),
            (&[1, 0, 1, 1, 0], "damaged: an entry that follows none"),
            (&[0xff; 11], "damaged: a number without an end"),
        ] {
            assert_eq!(directory(bytes, false).unwrap_err().to_string(), said, "{bytes:?}");
        }
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        bomb.write_all(&vec![0; MAX_UNPACKED_DIRECTORY_BYTES as usize + 1]).unwrap();
        let bomb = bomb.finish().unwrap();
        assert!(directory(&bomb, true).unwrap_err().to_string().ends_with("unpacks to too much"));
    }

    #[test]
    fn a_leaf_that_leads_to_itself_is_not_followed_for_ever() {
        // One directory, as root and as leaf: an entry for all tiles that leads to a leaf at offset 0.
        let loops = [1, 0, 0, 5, 1];
        let mut bytes = MAGIC.to_vec();
        for word in [127u64, 5, 0, 0, 127, 5, 0, 0, 0, 0, 0] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend([1, 1, 1, 2, 0, 5]);
        bytes.resize(HEADER_BYTES, 0);
        bytes.extend(loops);
        let file = opened(&bytes).unwrap();
        let error = file.tile(Tile::parse(0, 0, 0).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "damaged: directories within directories");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn no_bytes_make_it_panic(flips in proptest::collection::vec((0usize..20_000, any::<u8>()), 1..8), cut in 0usize..20_000) {
            let mut bytes = file_of(&square(4, 12));
            for (at, byte) in flips {
                // Half of them hit the header, where most is decided.
                let at = if at % 2 == 0 { at % HEADER_BYTES } else { at % bytes.len() };
                bytes[at] = byte;
            }
            bytes.truncate(bytes.len().min(cut.max(HEADER_BYTES)));
            if let Ok(file) = opened(&bytes) {
                for tile in square(4, 12).into_iter().step_by(7) {
                    let _ = file.tile(tile).map(|found| found.map(StoredTile::unpacked));
                }
            }
        }
    }
}
