//! `atlas backup` and `atlas restore`

use std::path::PathBuf;

use super::failure::Failure;
use super::progress::Progress;
use super::{CommandResult, Outcome, say};
use crate::journal::backup;
use crate::writer::create::check_directory;
use crate::writer::open::OpenError;

/// Writes a backup of a data directory into one file. The atlas may be served meanwhile.
///
/// Example: atlas backup --data var/demo -o demo.backup
#[derive(clap::Args)]
pub struct BackupArguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// The file; it must not exist.
    #[arg(short, long)]
    output: PathBuf,
}

/// Unpacks a backup into a data directory that is absent or empty.
///
/// Example: atlas restore demo.backup --data var/restored
#[derive(clap::Args)]
pub struct RestoreArguments {
    /// The backup.
    file: PathBuf,
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
}

/// Writes a backup.
pub fn run(arguments: &BackupArguments) -> CommandResult {
    check_directory(&arguments.data)?;
    if arguments.output.exists() {
        let path = arguments.output.display().to_string();
        return Err(Failure::unusable("file_exists", vec![("path", path)]));
    }
    let mut progress = Progress::begin("backing_up", 0);
    let written = backup::write(&arguments.data, &arguments.output, &mut |bytes| progress.add(bytes));
    progress.end();
    tell("backup_done", &written?);
    Ok(Outcome::Done)
}

/// Restores a backup.
pub fn restore(arguments: &RestoreArguments) -> CommandResult {
    match check_directory(&arguments.data) {
        Err(OpenError::Absent(_)) => {}
        Err(error) => return Err(error.into()),
        Ok(()) => {
            let path = arguments.data.display().to_string();
            return Err(Failure::unusable("data_not_empty", vec![("path", path)]));
        }
    }
    if !arguments.file.is_file() {
        let path = arguments.file.display().to_string();
        return Err(Failure::unusable("file_missing", vec![("path", path)]));
    }
    let mut progress = Progress::begin("restoring", 0);
    let restored = backup::restore(&arguments.file, &arguments.data, &mut |bytes| progress.add(bytes));
    progress.end();
    tell("restore_done", &restored?);
    Ok(Outcome::Done)
}

fn tell(key: &str, summary: &backup::Summary) {
    let (frames, bytes) = (summary.position.seq.to_string(), summary.bytes.to_string());
    say::note(key, &[("frames", &frames), ("bytes", &bytes)]);
}
