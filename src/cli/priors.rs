//! `atlas priors`

use std::path::PathBuf;

use jiff::civil::Date;

use super::failure::Failure;
use super::opening::{How, open_atlas, system_clock};
use super::{CommandResult, Outcome, say};
use crate::service::filter::{Filter, Moment};
use crate::writer::core::Leaving;

/// Publishes the priors of the rating for a period: from today on they are held until the next are published.
///
/// Without published priors every rating estimates them anew, and a level may move a little because others changed.
///
/// Example: atlas priors --data var/demo --as-of 2026-06-30
#[derive(clap::Args)]
pub struct Arguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Estimates them from the world at the end of this day; yesterday, when it is not given.
    #[arg(long)]
    as_of: Option<Date>,
}

/// Publishes priors.
pub fn run(arguments: &Arguments) -> CommandResult {
    let opened = open_atlas(&arguments.data, How::default())?;
    let (atlas, thread) = opened.into_atlas(system_clock());
    let present = atlas.read();
    let today = present.snapshot.dictionary.calendar.zone().day_of(present.now);
    let day = arguments.as_of.unwrap_or_else(|| today.yesterday().unwrap_or(today));
    let filter = Filter { as_of: Some(Moment::Day(day)), ..Filter::default() };
    let reading = atlas.read_for(&filter).map_err(Failure::from)?;
    let published = atlas.estimate_priors(&reading, today).map_err(Failure::from)?;
    let path = published.publish(&arguments.data)?.display().to_string();
    let (day, from) = (published.priors.version.unwrap_or_default(), published.valid_from.to_string());
    say::note("priors_published", &[("path", &path), ("day", &day), ("from", &from)]);
    drop(atlas);
    thread.stop(Leaving::AsItIs)?;
    Ok(Outcome::Done)
}
