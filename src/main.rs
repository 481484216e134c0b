//! The binary `atlas`; see [`atlas::cli`].

use std::process::ExitCode;

// Large imports and published worlds come and go: mimalloc gives their memory back to the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    atlas::cli::run()
}
