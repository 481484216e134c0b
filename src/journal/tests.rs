//! What the journal promises, tried on real files and on a disk that fails at any call.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::disk::{Disk, DiskFile, RealDisk};
use super::merge::Base;
use super::read::Reader;
use super::{Journal, JournalError, backup, blobs, checkpoint, directory, segment, verify};
use crate::domain::source::Source;
use crate::domain::{Actor, ChangeSet, Event, EventKind, Record, SourceNo, Timestamp};
use crate::records::changes::EncodedChanges;
use crate::records::stored::{StateHash, deltas_of};

fn data_directory() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    for folder in [directory(data.path()), checkpoint::directory(data.path()), blobs::directory(data.path())]
    {
        std::fs::create_dir(folder).unwrap();
    }
    data
}

fn open(data: &Path, disk: Arc<dyn Disk>) -> std::result::Result<Journal, JournalError> {
    let tail = Reader::after(&directory(data), 0)?.into_tail()?;
    Journal::open(disk, &directory(data), &tail)
}

/// A commit that adds source number `n`, named after it.
fn commit(journal: &mut Journal, n: u16) -> std::result::Result<u64, JournalError> {
    let record = Record::Source(Source { no: SourceNo(n), name: format!("source {n}") });
    let event = Event {
        seq: journal.position().next_event,
        entity: record.key(),
        kind: EventKind::DictionaryChanged,
        actor: Actor::SYSTEM,
        at: Timestamp(i64::from(n)),
        effective_at: Timestamp(i64::from(n)),
        reason: None,
        evidence: None,
    };
    let changes = ChangeSet { events: vec![event], records: vec![record] };
    let (encoded, chain) = EncodedChanges::encode(&changes, &journal.position().chain);
    let deltas = deltas_of(&encoded);
    let mut state = journal.position().state;
    for (key, delta) in &deltas {
        state.add(*key, &delta.apply(None).unwrap().unwrap());
    }
    let body = journal.body(&encoded)?;
    let frame = journal.frame(&body, chain, state);
    journal.append(&frame, &mut |_| {})?;
    Ok(frame.after.seq)
}

fn filled(commits: u16) -> tempfile::TempDir {
    let data = data_directory();
    let mut journal = open(data.path(), Arc::new(RealDisk)).unwrap();
    for n in 0..commits {
        commit(&mut journal, n).unwrap();
    }
    data
}

fn only_segment(data: &Path) -> PathBuf {
    segment::list(&directory(data)).unwrap().pop().unwrap().path
}

fn frames(data: &Path) -> std::result::Result<u64, JournalError> {
    verify::verify(data, &mut |_| {}).map(|v| v.end.seq)
}

#[test]
fn what_was_appended_is_read_back_in_order() {
    let data = filled(20);
    let mut reader = Reader::after(&directory(data.path()), 7).unwrap();
    for seq in 8..=20 {
        assert_eq!(reader.next_frame().unwrap().unwrap().after.seq, seq);
    }
    assert_eq!(reader.next_frame().unwrap(), None);
}

#[test]
fn a_tail_that_was_cut_anywhere_loses_only_the_frame_that_was_cut() {
    let data = filled(3);
    let path = only_segment(data.path());
    let whole = std::fs::read(&path).unwrap();
    let ends: Vec<usize> = (0..3)
        .scan(segment::SEGMENT_HEADER_BYTES as usize, |at, _| {
            *at += super::frame::Header::parse(&whole[*at..]).unwrap().frame_bytes() as usize;
            Some(*at)
        })
        .collect();
    for len in ends[1] + 1..whole.len() {
        std::fs::write(&path, &whole[..len]).unwrap();
        let mut journal = open(data.path(), Arc::new(RealDisk)).unwrap();
        assert_eq!(journal.position().seq, 2, "cut at {len}");
        assert_eq!(commit(&mut journal, 9).unwrap(), 3);
        assert_eq!(frames(data.path()).unwrap(), 3);
    }
}

#[test]
fn a_flipped_byte_anywhere_in_a_segment_is_found() {
    let data = filled(3);
    let path = only_segment(data.path());
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        let found = match verify::verify(data.path(), &mut |_| {}) {
            Err(_) => true,
            Ok(verified) => verified.torn || verified.end.seq < 3,
        };
        assert!(found, "byte {at}");
    }
}

#[test]
fn damage_before_a_whole_frame_is_never_taken_for_a_torn_tail() {
    let data = filled(3);
    let path = only_segment(data.path());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[segment::SEGMENT_HEADER_BYTES as usize + 130] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let error = open(data.path(), Arc::new(RealDisk)).map(|_| ()).unwrap_err();
    assert!(matches!(error, JournalError::Damaged { offset: 78, .. }), "{error}");
}

#[test]
fn a_missing_segment_is_noticed() {
    let data = filled(3);
    let path = only_segment(data.path());
    std::fs::rename(&path, segment::path_of(&directory(data.path()), 9)).unwrap();
    assert!(open(data.path(), Arc::new(RealDisk)).is_err());
}

#[test]
fn a_newer_format_is_refused_by_name() {
    let data = filled(1);
    let path = only_segment(data.path());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[8..10].copy_from_slice(&99u16.to_le_bytes());
    let crc = crc32fast::hash(&bytes[..74]);
    bytes[74..78].copy_from_slice(&crc.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(frames(data.path()), Err(JournalError::Newer { format: 99, .. })));
}

fn make_checkpoint(data: &Path) -> PathBuf {
    let base = Base::open(data).unwrap();
    let directory = checkpoint::directory(data);
    checkpoint::write(&RealDisk, &directory, base.position(), base.entries().unwrap()).unwrap()
}

fn world(data: &Path) -> (u64, StateHash, usize) {
    let base = Base::open(data).unwrap();
    let (mut state, mut count) = (StateHash::default(), 0);
    for block in base.entries().unwrap() {
        for (key, stored) in block.unwrap() {
            state.add(key, &stored);
            count += 1;
        }
    }
    assert_eq!(state, base.position().state);
    (base.checkpoint_position.seq, state, count)
}

#[test]
fn checkpoint_and_tail_add_up_to_the_whole_journal() {
    let data = filled(10);
    let (_, before, _) = world(data.path());
    make_checkpoint(data.path());
    assert_eq!(world(data.path()), (10, before, 10));
    let mut journal = open(data.path(), Arc::new(RealDisk)).unwrap();
    for n in 5..15 {
        commit(&mut journal, n + 100).unwrap();
    }
    drop(journal);
    let (from, after, count) = world(data.path());
    assert_eq!((from, count), (10, 20));
    make_checkpoint(data.path());
    assert_eq!(world(data.path()), (20, after, 20));
}

#[test]
fn a_damaged_checkpoint_costs_time_and_not_data() {
    let data = filled(10);
    let (_, whole, _) = world(data.path());
    let path = make_checkpoint(data.path());
    let bytes = std::fs::read(&path).unwrap();
    for at in [0, 9, 20, 60, 80, 90, bytes.len() - 40, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        std::fs::write(&path, damaged).unwrap();
        assert_eq!(world(data.path()), (0, whole, 10), "byte {at}");
    }
}

#[test]
fn a_journal_that_ends_before_its_checkpoint_is_refused() {
    let data = filled(10);
    make_checkpoint(data.path());
    let path = only_segment(data.path());
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = Base::open(data.path()).map(|_| ()).unwrap_err();
    assert!(matches!(error, JournalError::EndsEarly { other: 10, .. }), "{error}");
}

#[test]
fn a_backup_is_the_same_journal_and_a_cut_one_is_refused() {
    let data = filled(10);
    let place = tempfile::tempdir().unwrap();
    let (file, target) = (place.path().join("a.backup"), place.path().join("restored"));
    backup::write(data.path(), &file, &mut |_| {}).unwrap();
    backup::restore(&file, &target, &mut |_| {}).unwrap();
    assert_eq!(world(&target), world(data.path()));
    let bytes = std::fs::read(&file).unwrap();
    for len in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&file, &bytes[..len]).unwrap();
        let other = place.path().join("other");
        assert!(backup::restore(&file, &other, &mut |_| {}).is_err());
        assert!(!other.exists());
    }
}

/// A disk whose n-th call fails; an append that fails has written half.
struct FailingDisk {
    calls: Arc<AtomicUsize>,
    fail_at: usize,
}

struct FailingFile {
    real: Box<dyn DiskFile>,
    calls: Arc<AtomicUsize>,
    fail_at: usize,
}

fn strike(calls: &AtomicUsize, fail_at: usize) -> Result<()> {
    let call = calls.fetch_add(1, Ordering::Relaxed);
    if call == fail_at { Err(Error::from_raw_os_error(5)) } else { Ok(()) }
}

impl FailingDisk {
    fn wrap(&self, real: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(FailingFile { real, calls: Arc::clone(&self.calls), fail_at: self.fail_at })
    }
}

impl Disk for FailingDisk {
    fn create(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        strike(&self.calls, self.fail_at)?;
        Ok(self.wrap(RealDisk.create(path)?))
    }
    fn open_to_append(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        strike(&self.calls, self.fail_at)?;
        Ok(self.wrap(RealDisk.open_to_append(path)?))
    }
    fn sync_directory(&self, path: &Path) -> Result<()> {
        strike(&self.calls, self.fail_at)?;
        RealDisk.sync_directory(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        strike(&self.calls, self.fail_at)?;
        RealDisk.rename(from, to)
    }
}

impl DiskFile for FailingFile {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        if let Err(error) = strike(&self.calls, self.fail_at) {
            self.real.append(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.real.append(bytes)
    }
    fn sync(&mut self) -> Result<()> {
        strike(&self.calls, self.fail_at)?;
        self.real.sync()
    }
    fn truncate(&mut self, len: u64) -> Result<()> {
        strike(&self.calls, self.fail_at)?;
        self.real.truncate(len)
    }
}

#[test]
fn whichever_call_to_the_disk_fails_nothing_acknowledged_is_lost_and_nothing_is_tried_again() {
    for fail_at in 0..40 {
        let data = data_directory();
        let calls = Arc::new(AtomicUsize::new(0));
        let disk = Arc::new(FailingDisk { calls: Arc::clone(&calls), fail_at });
        let (mut acknowledged, mut failed) = (0, false);
        if let Ok(mut journal) = open(data.path(), disk) {
            for n in 0..10 {
                match commit(&mut journal, n) {
                    Ok(seq) => {
                        assert!(!failed, "a poisoned journal must stay so");
                        acknowledged = seq;
                    }
                    Err(JournalError::Poisoned) => assert!(failed),
                    Err(_) => failed = true,
                }
            }
        }
        let reopened = open(data.path(), Arc::new(RealDisk)).unwrap();
        let kept = reopened.position().seq;
        // A frame whose fsync failed may still be whole: kept or not, it was never acknowledged.
        assert!(kept == acknowledged || kept == acknowledged + 1, "{fail_at}: {kept} of {acknowledged}");
        assert_eq!(frames(data.path()).unwrap(), kept);
    }
}
