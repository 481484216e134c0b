//! `atlas embed`

use std::path::PathBuf;

use super::opening::{How, close, open_atlas};
use super::{CommandResult, Outcome, say};
use crate::domain::embed::{MAX_ORIGINS, parse_origin};
use crate::service::random_bytes;
use crate::writer::core::Leaving;
use crate::writer::operations::embeds::{AddEmbed, RemoveEmbed};

/// Letters and digits of keys: none that is read for another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Characters of a key.
const KEY_CHARS: usize = 6;

/// Keys of embeds: which sites may show a map of ours in a frame. The atlas must not be served meanwhile.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Adds a key for the sites of one owner and prints it.
    ///
    /// Example: atlas embed add --data var/demo --label "site of the district" --origin https://lazo.example
    Add(AddArguments),
    /// Lists the keys with their sites.
    ///
    /// Example: atlas embed list --data var/demo
    List(ListArguments),
    /// Takes a key back: frames show a link instead of a map from then on.
    ///
    /// Example: atlas embed remove --data var/demo K7Q2XR
    Remove(RemoveArguments),
}

/// Whose key.
#[derive(clap::Args)]
pub struct AddArguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Whose it is.
    #[arg(long)]
    label: String,
    /// A site that may frame, as its origin; one to five.
    #[arg(long = "origin", required = true, num_args = 1, value_parser = origin)]
    origins: Vec<String>,
}

/// Whose keys.
#[derive(clap::Args)]
pub struct ListArguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
}

/// Which key.
#[derive(clap::Args)]
pub struct RemoveArguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// The key.
    key: String,
}

fn origin(text: &str) -> Result<String, String> {
    parse_origin(text).ok_or_else(|| "https://example.ru".to_owned())
}

/// Runs an embed command.
pub fn run(command: &Command) -> CommandResult {
    match command {
        Command::Add(arguments) => add(arguments),
        Command::List(arguments) => list(arguments),
        Command::Remove(arguments) => remove(arguments),
    }
}

fn add(arguments: &AddArguments) -> CommandResult {
    let origins = arguments.origins.clone();
    if origins.len() > MAX_ORIGINS {
        let most = MAX_ORIGINS.to_string();
        return Err(super::Failure::unusable("too_many_origins", vec![("allowed", most)]));
    }
    let opened = open_atlas(&arguments.data, How::default())?;
    let letter = |byte: u8| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]);
    let key: String = random_bytes::<KEY_CHARS>().into_iter().map(letter).collect();
    let operation = AddEmbed { key: key.clone(), label: arguments.label.clone(), origins };
    let added = opened.running.writer.execute_blocking(operation);
    close(opened, Leaving::AsItIs)?;
    added?;
    say::line(&key);
    Ok(Outcome::Done)
}

fn list(arguments: &ListArguments) -> CommandResult {
    let opened = open_atlas(&arguments.data, How::default())?;
    let snapshot = opened.running.world.load_full();
    for embed in &snapshot.dictionary.embeds {
        let state = embed.removed_at.map_or_else(|| "+".to_owned(), |t| format!("− {t}"));
        say::line(&format!("{}\t{}\t{}\t{state}", embed.key, embed.label, embed.origins.join(" ")));
    }
    close(opened, Leaving::AsItIs)?;
    Ok(Outcome::Done)
}

fn remove(arguments: &RemoveArguments) -> CommandResult {
    let opened = open_atlas(&arguments.data, How::default())?;
    let removed = opened.running.writer.execute_blocking(RemoveEmbed { key: arguments.key.clone() });
    close(opened, Leaving::AsItIs)?;
    removed?;
    Ok(Outcome::Done)
}
