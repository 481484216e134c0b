//! `atlas token`

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::opening::{How, close, open_atlas};
use super::{CommandResult, Outcome, say};
use crate::domain::TokenNo;
use crate::domain::ids::hex;
use crate::domain::role::{Role, Scope};
use crate::service::random_bytes;
use crate::writer::core::Leaving;
use crate::writer::operations::tokens::{IssueToken, RevokeToken};

/// Service tokens: how programs prove their role. The atlas must not be served meanwhile.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Issues a token and prints it: it is shown only this once.
    ///
    /// Example: atlas token create --data var/demo --label "feedback platform" --role municipal_operator
    Create(CreateArguments),
    /// Lists the tokens that were issued.
    ///
    /// Example: atlas token list --data var/demo
    List(ListArguments),
    /// Takes a token back.
    ///
    /// Example: atlas token revoke --data var/demo 0
    Revoke(RevokeArguments),
}

/// What a token is for.
#[derive(clap::Args)]
pub struct CreateArguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// What it is for; also the source of what comes in with it.
    #[arg(long)]
    label: String,
    /// The role that it gives.
    #[arg(long, default_value = "municipal_operator", value_parser = parse_role)]
    role: Role,
    /// Only for these municipalities (id, slug or code).
    #[arg(long, value_delimiter = ',')]
    municipality: Vec<String>,
    /// Only for these spheres.
    #[arg(long, value_delimiter = ',')]
    sphere: Vec<String>,
    /// First day on which it no longer holds.
    #[arg(long)]
    valid_to: Option<jiff::civil::Date>,
}

/// Whose tokens.
#[derive(clap::Args)]
pub struct ListArguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
}

/// Which token.
#[derive(clap::Args)]
pub struct RevokeArguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Its number in the list.
    number: u16,
}

fn parse_role(text: &str) -> Result<Role, String> {
    let allowed = || Role::ALL.map(Role::code).join(", ");
    Role::parse(text).filter(|role| !matches!(role, Role::Anonymous | Role::System)).ok_or_else(allowed)
}

/// Runs a token command.
pub fn run(command: &Command) -> CommandResult {
    match command {
        Command::Create(arguments) => create(arguments),
        Command::List(arguments) => list(arguments),
        Command::Revoke(arguments) => revoke(arguments),
    }
}

fn create(arguments: &CreateArguments) -> CommandResult {
    let opened = open_atlas(&arguments.data, How::default())?;
    let snapshot = opened.running.world.load_full();
    let dictionary = &snapshot.dictionary;
    let find = |name: &String| {
        let found = dictionary.find_municipality(name).map(|m| m.no);
        found.ok_or_else(|| Failure::unusable("no_such_municipality", vec![("got", name.clone())]))
    };
    let known_sphere = |code: &String| dictionary.find_category(code).is_some_and(|c| c.parent.is_none());
    if let Some(unknown) = arguments.sphere.iter().find(|code| !known_sphere(code)) {
        return Err(Failure::unusable("no_such_sphere", vec![("got", unknown.clone())]));
    }
    let scope = Scope {
        municipalities: arguments.municipality.iter().map(find).collect::<Result<_, _>>()?,
        spheres: arguments.sphere.clone(),
        valid_from: None,
        valid_to: arguments.valid_to,
    };
    let token = format!("atl_{}", hex(&random_bytes::<16>()));
    let sha256 = hex(&Sha256::digest(&token));
    let operation = IssueToken { label: arguments.label.clone(), sha256, role: arguments.role, scope };
    opened.running.writer.execute_blocking(operation)?;
    close(opened, Leaving::AsItIs)?;
    say::line(&token);
    Ok(Outcome::Done)
}

fn list(arguments: &ListArguments) -> CommandResult {
    let opened = open_atlas(&arguments.data, How::default())?;
    let snapshot = opened.running.world.load_full();
    for token in &snapshot.dictionary.tokens {
        let state = token.revoked_at.map_or_else(|| "+".to_owned(), |t| format!("− {t}"));
        say::line(&format!(
            "{}\t{}\t{}\t{}\t{state}",
            token.no.0,
            token.role.code(),
            token.issued_at,
            token.label
        ));
    }
    close(opened, Leaving::AsItIs)?;
    Ok(Outcome::Done)
}

fn revoke(arguments: &RevokeArguments) -> CommandResult {
    let opened = open_atlas(&arguments.data, How::default())?;
    let revoked = opened.running.writer.execute_blocking(RevokeToken { no: TokenNo(arguments.number) });
    close(opened, Leaving::AsItIs)?;
    revoked?;
    Ok(Outcome::Done)
}
