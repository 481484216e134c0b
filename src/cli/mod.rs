//! The command line: the composition root, where files, clocks and threads meet the rest.
//!
//! One file per command. `Outcome` is the only place that knows exit codes, `say` the only one that prints for people.

mod backup;
mod check;
mod demo;
mod embed;
mod export;
mod failure;
mod import;
pub mod opening;
mod pack;
mod priors;
mod progress;
mod ratings;
mod say;
mod serve;
mod token;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// An atlas of a region's problems: one map of problem objects and citizens' appeals.
#[derive(Parser)]
#[command(name = "atlas", version, about, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    Ratings(ratings::Arguments),
    Priors(priors::Arguments),
    Check(check::Arguments),
    Backup(backup::BackupArguments),
    Restore(backup::RestoreArguments),
    #[command(subcommand)]
    Token(token::Command),
    #[command(subcommand)]
    Embed(embed::Command),
    /// Opens the store of a data directory and adds up its entries: the child process that `serve` starts.
    #[command(hide = true)]
    ProbeStore {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
    },
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Done.
    Done,
    /// Done, but some rows were rejected.
    SomeRejected,
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Ratings(arguments) => ratings::run(&arguments),
        Command::Priors(arguments) => priors::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Token(command) => token::run(&command),
        Command::Embed(command) => embed::run(&command),
        Command::ProbeStore { data } => {
            say::line(&crate::store::probe::answer(&crate::store::probe::probe_here(&data)));
            Ok(Outcome::Done)
        }
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeRejected) => ExitCode::from(3),
        Err(failure) => {
            say::failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

type CommandResult = Result<Outcome, Failure>;
