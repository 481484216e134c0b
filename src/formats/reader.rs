//! A whole file into rows: chunks are cut on the calling thread, parsed on all cores, and delivered in file order.
//!
//! Knows no kind of row by itself, see [`FromRecord`]; how one chunk is parsed is in `chunk_rows`, what happens
//! to rows is the sink's business.

use std::collections::VecDeque;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use super::chunk_rows::{Form, Job, Parsed, layout_of, parse_chunk};
use super::error::FileError;
use super::format::{Format, sniff_delimiter};
use super::input::Input;
use super::plan::ReadPlan;
use super::record::FromRecord;
use super::split::collection::CollectionSplitter;
use super::split::csv::CsvSplitter;
use super::split::sequence::SequenceSplitter;
use super::split::{Chunk, Chunks, Splitter};
use super::warning::WarningCounts;
use crate::domain::row::Rejection;

/// A part of a file, read. Batches come in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch<T> {
    /// The rows that keep all rules.
    pub rows: Vec<T>,
    /// The violations of all others; several may be about one row.
    pub rejections: Vec<Rejection>,
    /// Repairs.
    pub warnings: WarningCounts,
    /// Rows in this part of the file, good and bad.
    pub records: u64,
    /// Bytes of the file (of a compressed one: compressed bytes) that were taken since the batch before.
    pub bytes: u64,
}

impl<T> Batch<T> {
    /// Rows that were rejected.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.records - self.rows.len() as u64
    }
}

/// A file that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSummary {
    /// The format that it turned out to have.
    pub format: Format,
    /// Rows, good and bad.
    pub records: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Bytes of the file that were taken.
    pub bytes: u64,
    /// The sink asked to stop before the end.
    pub stopped: bool,
    /// GeoJSON properties that the mapping names and that no feature has.
    pub unseen_properties: Vec<String>,
}

impl ReadSummary {
    fn empty(format: Format) -> Self {
        Self { format, records: 0, rejected: 0, bytes: 0, stopped: false, unseen_properties: vec![] }
    }
}

/// Reads `input` and hands its rows to `sink`, batch by batch, on the calling thread.
///
/// A sink that breaks ends the reading. Memory: a few chunks of half a MiB, or the longest record, whatever the size of
/// the file. Cost: O(bytes), parsed in parallel on rayon's pool.
///
/// Errors: the file as a whole cannot be read, or not to its end; what stands before the fault has been delivered.
pub fn read_rows<R: Read, T: FromRecord>(
    input: R,
    plan: &ReadPlan,
    sink: impl FnMut(Batch<T>) -> ControlFlow<()>,
) -> Result<ReadSummary, FileError> {
    let input = Input::open(input)?;
    let format = plan.format.or(plan.mapping.format).unwrap_or_else(|| Format::sniff(input.head()));
    let limit = plan.limits.record_bytes(format, T::KIND);
    let depth = plan.limits.depth;
    match format {
        Format::Csv => {
            let delimiter = plan.mapping.delimiter.unwrap_or_else(|| sniff_delimiter(input.head()));
            let first_row = u64::from(!plan.mapping.header);
            let splitter = CsvSplitter::new(delimiter);
            let chunks = Chunks::new(input, splitter, first_row, limit, depth);
            read_chunks(chunks, plan, Form::Csv { delimiter }, format, sink)
        }
        Format::GeoJson => {
            let chunks = Chunks::new(input, CollectionSplitter::new(depth), 1, limit, depth);
            read_chunks(chunks, plan, Form::Features { depth: None }, format, sink)
        }
        Format::GeoJsonSeq => {
            let chunks = Chunks::new(input, SequenceSplitter::new(depth), 1, limit, depth);
            read_chunks(chunks, plan, Form::Features { depth: Some(depth) }, format, sink)
        }
    }
}

fn read_chunks<R: Read, S: Splitter, T: FromRecord>(
    mut chunks: Chunks<R, S>,
    plan: &ReadPlan,
    form: Form,
    format: Format,
    mut sink: impl FnMut(Batch<T>) -> ControlFlow<()>,
) -> Result<ReadSummary, FileError> {
    let mut summary = ReadSummary::empty(format);
    let Some(first) = chunks.next() else {
        summary.bytes = chunks.consumed();
        return Ok(summary);
    };
    let mut first = first?;
    let layout = layout_of(&mut first, &plan.mapping, form, T::KIND)?;
    let job = Job { plan, layout, form };
    let mut seen = 0;
    let fault = run(first, &mut chunks, &job, |parsed: Parsed<T>| {
        summary.records += parsed.batch.records;
        summary.rejected += parsed.batch.rejected();
        seen |= parsed.seen;
        let flow = sink(parsed.batch);
        summary.stopped = flow.is_break();
        flow
    });
    if let Some(fault) = fault {
        return Err(fault);
    }
    summary.bytes = chunks.consumed();
    if !summary.stopped {
        summary.unseen_properties = job.layout.unseen(seen);
    }
    Ok(summary)
}

/// Cuts, parses and delivers until the end, a fault or a break. Returns the fault.
fn run<R: Read, S: Splitter, T: FromRecord>(
    first: Chunk,
    chunks: &mut Chunks<R, S>,
    job: &Job<'_>,
    mut deliver: impl FnMut(Parsed<T>) -> ControlFlow<()>,
) -> Option<FileError> {
    // Two chunks per core: one being parsed, one waiting.
    let window = 2 * rayon::current_num_threads();
    let mut first = Some(Ok(first));
    let mut fault = None;
    rayon::in_place_scope_fifo(|scope| {
        let mut waiting = VecDeque::new();
        let mut ended = false;
        loop {
            while !ended && waiting.len() < window {
                match first.take().or_else(|| chunks.next()) {
                    Some(Ok(chunk)) => {
                        let (sender, receiver) = sync_channel(1);
                        scope.spawn_fifo(move |_| {
                            // Nobody listens any more after a break.
                            let _ = sender.send(parse_chunk::<T>(&chunk, job));
                        });
                        waiting.push_back(receiver);
                    }
                    Some(Err(found)) => (ended, fault) = (true, Some(found)),
                    None => ended = true,
                }
            }
            let Some(parsed) = waiting.pop_front().and_then(|receiver| wait(&receiver)) else { break };
            if deliver(parsed).is_break() {
                fault = None;
                break;
            }
        }
    });
    fault
}

/// Waits for a parsed chunk. On a thread of the pool it works meanwhile, because the pool may have no other thread.
///
/// `None` when the parsing thread died; the scope then hands on its panic.
fn wait<T>(receiver: &Receiver<T>) -> Option<T> {
    loop {
        match receiver.try_recv() {
            Ok(parsed) => return Some(parsed),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        match rayon::yield_now() {
            None => return receiver.recv().ok(),
            Some(rayon::Yield::Executed) => {}
            Some(rayon::Yield::Idle) => std::thread::yield_now(),
        }
    }
}
