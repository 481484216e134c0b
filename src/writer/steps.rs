//! Where the writer is, for crash tests.
//!
//! A kill is only worth something as a test when one knows which step it struck. With a trace file the writer notes each
//! step before it takes it, in one byte that survives the process; with a step to hold at, it stops there, notes the step in
//! capitals and waits to be killed. Neither is on unless `serve` is told so.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use crate::journal::append::AppendStep;

/// A step of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Step {
    /// Waiting for work.
    Idle = b'i',
    /// Deciding what follows.
    Plan = b'p',
    /// Encoding, and reading the pages that will change.
    Stage = b'e',
    /// Creating a segment.
    Rotate = b'r',
    /// Writing the frame.
    Append = b'a',
    /// Making it durable: after this the write is acknowledged for good.
    Sync = b's',
    /// Writing the store. The next world is made beside these last three steps.
    Store = b't',
    /// Swapping the pointer.
    Publish = b'w',
    /// Telling listeners.
    Announce = b'n',
    /// Answering whoever asked.
    Answer = b'z',
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 10] = [
        Self::Idle,
        Self::Plan,
        Self::Stage,
        Self::Rotate,
        Self::Append,
        Self::Sync,
        Self::Store,
        Self::Publish,
        Self::Announce,
        Self::Answer,
    ];

    /// The step's name for `--hold-at`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Plan => "plan",
            Self::Stage => "stage",
            Self::Rotate => "rotate",
            Self::Append => "append",
            Self::Sync => "sync",
            Self::Store => "store",
            Self::Publish => "publish",
            Self::Announce => "announce",
            Self::Answer => "answer",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == text)
    }
}

impl From<AppendStep> for Step {
    fn from(step: AppendStep) -> Self {
        match step {
            AppendStep::Rotate => Self::Rotate,
            AppendStep::Append => Self::Append,
            AppendStep::Sync => Self::Sync,
        }
    }
}

/// What to do at each step.
#[derive(Debug, Default)]
pub struct StepTrace {
    /// File whose first byte is the step.
    pub file: Option<File>,
    /// Stop here and wait…
    pub hold_at: Option<Step>,
    /// …when the step has been entered this often.
    pub hold_after: u32,
}

impl StepTrace {
    /// Notes a step that is about to be taken.
    pub fn enter(&mut self, step: Step) {
        self.note(step as u8);
        if self.hold_at == Some(step) {
            if self.hold_after == 0 {
                self.note(step as u8 & !0x20);
                loop {
                    std::thread::sleep(Duration::from_secs(3_600));
                }
            }
            self.hold_after -= 1;
        }
    }

    fn note(&self, byte: u8) {
        if let Some(file) = &self.file {
            // A test without its trace fails by itself; the service must not.
            let _ = file.write_all_at(&[byte], 0);
        }
    }
}
