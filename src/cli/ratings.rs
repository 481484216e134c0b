//! `atlas ratings`

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;

use super::opening::{How, open_atlas, system_clock};
use super::{CommandResult, Outcome, say};
use crate::analytics::rating::Ratings;
use crate::messages::text;
use crate::service::filter::{Filter, Moment};
use crate::service::ratings::ratings_csv;
use crate::writer::core::Leaving;

/// Prints the rating of the municipalities.
///
/// Example: atlas ratings --data var/demo --as-of 2026-07-01 --format csv
#[derive(clap::Args)]
pub struct Arguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// As it was at the end of this day.
    #[arg(long)]
    as_of: Option<Date>,
    /// How to print it.
    #[arg(long, default_value = "table")]
    format: Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Table,
    Json,
    Csv,
}

/// Prints the rating.
pub fn run(arguments: &Arguments) -> CommandResult {
    let opened = open_atlas(&arguments.data, How::default())?;
    let (atlas, thread) = opened.into_atlas(system_clock());
    let filter = Filter { as_of: arguments.as_of.map(Moment::Day), ..Filter::default() };
    let reading = atlas.read_for(&filter).map_err(super::failure::Failure::from)?;
    let ratings = atlas.ratings(&reading).map_err(super::failure::Failure::from)?;
    match arguments.format {
        Form::Table => print_table(&ratings),
        Form::Json => {
            let json = serde_json::to_string_pretty(&*ratings).expect("ratings are plain data");
            say::line(&json);
        }
        Form::Csv => say::line(String::from_utf8_lossy(&ratings_csv(&ratings)).trim_end()),
    }
    drop(atlas);
    thread.stop(Leaving::AsItIs)?;
    Ok(Outcome::Done)
}

fn print_table(ratings: &Ratings) {
    let language = say::language();
    say::line(&text(
        language,
        "ratings_title",
        &[("day", &ratings.as_of.to_string()), ("method", &ratings.method_version)],
    ));
    say::line(&text(language, "ratings_header", &[]));
    for rating in &ratings.municipalities {
        let score = rating.score.map_or_else(|| "—".to_owned(), |score| format!("{score:.1}"));
        let tier = rating.tier.map_or("—", |tier| tier.code());
        let rank = match (rating.rank, rating.rank_interval) {
            (Some(rank), Some([low, high])) => format!("{rank:>2} ({low}–{high})"),
            _ => "—".to_owned(),
        };
        say::line(&format!("{rank:<12} {tier:<3} {score:>6}  {}", rating.name));
    }
}
