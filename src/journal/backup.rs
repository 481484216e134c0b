//! The journal and the files that it names, as one file; and back.
//!
//! A backup can be made while another process writes: segments only grow, so the frames up to the end that was seen are a
//! consistent whole. Store and checkpoints are left out: they can be rebuilt.
//!
//! Format: zstd of a tar with `journal/*.seg`, `media/*` and `priors/*.json`, and last `MANIFEST`, which names each file with its length and
//! SHA-256. A file that was cut short has no manifest and is refused.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::frame::Position;
use super::read::Reader;
use super::segment::{self, damaged};
use super::{JournalError, blobs, checkpoint, directory, io, verify};
use crate::domain::ids::hex;

const FORMAT: u16 = 1;
const COMPRESSION: i32 = 3;
const MANIFEST: &str = "MANIFEST";
/// Published priors of the rating: data beside the journal, each file named by a day.
const PRIORS: &str = "priors";

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u16,
    seq: u64,
    files: Vec<ManifestFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ManifestFile {
    path: String,
    bytes: u64,
    sha256: String,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Where the log ends in it.
    pub position: Position,
    /// Files in it.
    pub files: usize,
    /// Their bytes, before compression.
    pub bytes: u64,
}

/// Writes a backup of `data` to `target`, which must not exist. The file is complete when this returns, or not there.
///
/// `on_bytes` hears of the bytes read. Cost: two passes over the journal, the first of which verifies it.
pub fn write(data: &Path, target: &Path, on_bytes: &mut dyn FnMut(u64)) -> Result<Summary, JournalError> {
    let tail = Reader::after(&directory(data), 0)?.into_tail()?;
    let temporary = beside(target, ".partial");
    let file = File::create(&temporary).map_err(io("create", &temporary))?;
    let written = write_to(data, file, &tail, on_bytes);
    let finish = written.and_then(|summary| {
        std::fs::rename(&temporary, target).map_err(io("rename", &temporary))?;
        Ok(summary)
    });
    if finish.is_err() {
        // The reason of the failure is told; a left-over that cannot be removed adds nothing to it.
        let _ = std::fs::remove_file(&temporary);
    }
    finish
}

fn write_to(
    data: &Path,
    file: File,
    tail: &super::read::Tail,
    on_bytes: &mut dyn FnMut(u64),
) -> Result<Summary, JournalError> {
    let target = Path::new("backup");
    let encoder = zstd::Encoder::new(file, COMPRESSION).map_err(io("write", target))?;
    let mut tar = tar::Builder::new(encoder);
    let mut files = Vec::new();
    for (path, name, bytes) in sources(data, tail)? {
        files.push(append(&mut tar, &path, name, bytes)?);
        on_bytes(bytes);
    }
    let manifest = Manifest { format: FORMAT, seq: tail.position.seq, files };
    let json = serde_json::to_vec(&manifest).expect("a manifest is plain data");
    tar.append_data(&mut header(json.len() as u64), MANIFEST, json.as_slice())
        .map_err(io("write", target))?;
    let encoder = tar.into_inner().map_err(io("write", target))?;
    let file = encoder.finish().map_err(io("write", target))?;
    file.sync_all().map_err(io("sync", target))?;
    let bytes = manifest.files.iter().map(|f| f.bytes).sum();
    Ok(Summary { position: tail.position, files: manifest.files.len(), bytes })
}

/// Files of a backup: path, name in the tar, and how many of their bytes.
fn sources(data: &Path, tail: &super::read::Tail) -> Result<Vec<(PathBuf, String, u64)>, JournalError> {
    let length = |path: &Path| Ok(std::fs::metadata(path).map_err(io("measure", path))?.len());
    let Some((last, end)) = &tail.segment else { return Ok(Vec::new()) };
    let mut sources = Vec::new();
    for found in segment::list(&directory(data))?.into_iter().filter(|s| s.first_seq <= last.first_seq) {
        let bytes = if found.first_seq == last.first_seq { *end } else { length(&found.path)? };
        let name = format!("journal/{:020}.seg", found.first_seq);
        sources.push((found.path, name, bytes));
    }
    for (folder, name) in [(blobs::directory(data), "media"), (data.join(PRIORS), PRIORS)] {
        for path in files_of(&folder, name)? {
            let file = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            sources.push((path.clone(), format!("{name}/{file}"), length(&path)?));
        }
    }
    Ok(sources)
}

/// The files of a folder that belong into a backup, by name; none when there is no folder.
fn files_of(folder: &Path, name: &str) -> Result<Vec<PathBuf>, JournalError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(io("list", folder))?;
    let belongs = |path: &PathBuf| {
        let file = path.file_name().and_then(|n| n.to_str());
        file.is_some_and(|file| is_ours(&format!("{name}/{file}")))
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(belongs).collect();
    paths.sort_unstable();
    Ok(paths)
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    path: &Path,
    name: String,
    bytes: u64,
) -> Result<ManifestFile, JournalError> {
    let file = File::open(path).map_err(io("open", path))?;
    let mut reader = Digesting { inner: file.take(bytes), digest: Sha256::new() };
    tar.append_data(&mut header(bytes), &name, &mut reader).map_err(io("read", path))?;
    Ok(ManifestFile { path: name, bytes, sha256: hex(&reader.digest.finalize()) })
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header
}

/// The same path with something at the end of its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

struct Digesting<R> {
    inner: R,
    digest: Sha256,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.digest.update(&buffer[..n]);
        Ok(n)
    }
}

/// Unpacks a backup into `data`, which must be absent or empty. It is checked as a whole before it gets its name: after an
/// error there is nothing at `data`.
pub fn restore(source: &Path, data: &Path, on_bytes: &mut dyn FnMut(u64)) -> Result<Summary, JournalError> {
    let temporary = beside(data, ".restoring");
    let _ = std::fs::remove_dir_all(&temporary);
    let restored = unpack(source, &temporary, on_bytes).and_then(|summary| {
        std::fs::rename(&temporary, data).map_err(io("rename", &temporary))?;
        Ok(summary)
    });
    if restored.is_err() {
        let _ = std::fs::remove_dir_all(&temporary);
    }
    restored
}

fn unpack(source: &Path, target: &Path, on_bytes: &mut dyn FnMut(u64)) -> Result<Summary, JournalError> {
    for folder in [directory(target), blobs::directory(target), checkpoint::directory(target)] {
        std::fs::create_dir_all(&folder).map_err(io("create", &folder))?;
    }
    let file = File::open(source).map_err(io("open", source))?;
    let unreadable = |_| damaged(source, 0, "this is not a backup, or it was cut short");
    let mut tar = tar::Archive::new(zstd::Decoder::new(file).map_err(unreadable)?);
    let (mut found, mut manifest) = (Vec::new(), None);
    for entry in tar.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = entry.path().ok().and_then(|p| p.to_str().map(str::to_owned)).unwrap_or_default();
        if name == MANIFEST {
            let mut json = Vec::new();
            entry.read_to_end(&mut json).map_err(unreadable)?;
            manifest = serde_json::from_slice::<Manifest>(&json).ok();
            continue;
        }
        if !is_ours(&name) {
            return Err(damaged(source, 0, "it holds a file that does not belong into a backup"));
        }
        let path = target.join(&name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io("create", folder))?;
        }
        let mut out = File::create(&path).map_err(io("create", &path))?;
        let mut reader = Digesting { inner: &mut entry, digest: Sha256::new() };
        let bytes = std::io::copy(&mut reader, &mut out).map_err(unreadable)?;
        out.sync_all().map_err(io("sync", &path))?;
        found.push(ManifestFile { path: name, bytes, sha256: hex(&reader.digest.finalize()) });
        on_bytes(bytes);
    }
    let manifest = manifest.ok_or_else(|| damaged(source, 0, "it was cut short: its manifest is missing"))?;
    if manifest.format > FORMAT {
        return Err(JournalError::Newer { path: source.to_owned(), format: manifest.format });
    }
    if manifest.files != found {
        return Err(damaged(source, 0, "its files are not those that its manifest names"));
    }
    let verified = verify::verify(target, &mut |_| {})?;
    if verified.end.seq != manifest.seq {
        return Err(damaged(source, 0, "its journal does not end where its manifest says"));
    }
    let bytes = found.iter().map(|f| f.bytes).sum();
    Ok(Summary { position: verified.end, files: found.len(), bytes })
}

/// Whether a name is one that [`write`] gives: nothing else may reach the disk.
fn is_ours(name: &str) -> bool {
    let journal = name.strip_prefix("journal/").and_then(|n| n.strip_suffix(".seg"));
    let media = name.strip_prefix("media/");
    let priors = name.strip_prefix("priors/").and_then(|n| n.strip_suffix(".json"));
    journal.is_some_and(|n| n.len() == 20 && n.bytes().all(|b| b.is_ascii_digit()))
        || media.is_some_and(|n| n.len() == 64 && n.bytes().all(|b| b.is_ascii_hexdigit()))
        || priors.is_some_and(|n| n.len() == 10 && n.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
}
