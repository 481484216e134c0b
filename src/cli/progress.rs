//! Progress of long work: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::say;

/// Progress towards a total; a total of 0 is unknown.
pub struct Progress {
    bar: ProgressBar,
    key: &'static str,
    terminal: bool,
    told: u64,
}

impl Progress {
    /// Begins. `key` names what is being done; its sentence has `{percent}`.
    pub fn begin(key: &'static str, total: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} % {msg} {eta}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, key, terminal, told: 0 }
    }

    /// So much more is done.
    pub fn add(&mut self, amount: u64) {
        self.bar.inc(amount);
        let total = self.bar.length().unwrap_or(0);
        if self.terminal || total == 0 {
            return;
        }
        // Elsewhere a line for each quarter: enough to see that it goes on.
        let percent = self.bar.position().saturating_mul(100) / total;
        if percent / 25 > self.told {
            self.told = percent / 25;
            say::note(self.key, &[("percent", &percent.min(100).to_string())]);
        }
    }

    /// Words beside the bar.
    pub fn tell(&self, words: String) {
        self.bar.set_message(words);
    }

    /// Ends.
    pub fn end(self) {
        self.bar.finish_and_clear();
    }
}
