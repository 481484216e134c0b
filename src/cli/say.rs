//! The only place that prints for people. Results go to stdout, everything else to stderr.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::Write;

use super::failure::Failure;
use crate::messages::{Language, text};

/// The language of whoever sits at the terminal: `ATLAS_LANG`, else the locale; Russian when neither says.
#[must_use]
pub fn language() -> Language {
    let said = ["ATLAS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.is_empty() && !value.starts_with('C') && value != "POSIX")
    });
    Language::preferred(said.as_deref().unwrap_or(""))
}

/// A line of the result.
pub fn line(text: &str) {
    // Whoever read the result may have gone away.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A sentence of the catalogue, on stderr.
pub fn note(key: &str, arguments: &[(&str, &str)]) {
    let _ = writeln!(std::io::stderr(), "{}", text(language(), key, arguments));
}

/// Why a command failed.
pub fn failure(failure: &Failure) {
    let _ = writeln!(std::io::stderr(), "{}", failure.text(language()));
}
