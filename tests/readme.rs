//! What the README tells people to type works, and prints what the README says.
//!
//! Commands run in order, in a copy of the project's shape: `var/` is a temporary folder, the server is one on a free port.

#![allow(clippy::unwrap_used)] // a test that cannot go on ends here

use std::process::{Command, Output};

mod support;
use support::{Server, must, path, project, shared_data, text};

/// A command of the README and the lines that stand below it.
struct Told {
    command: String,
    output: Vec<String>,
}

/// All commands: lines that begin with `$ ` in blocks of shell.
fn commands() -> Vec<Told> {
    let readme = std::fs::read_to_string(project("README.md")).unwrap();
    let mut told: Vec<Told> = Vec::new();
    for block in readme.split("```sh\n").skip(1) {
        for line in block.split("\n```").next().unwrap_or_default().lines() {
            match (line.strip_prefix("$ "), told.last_mut()) {
                (Some(command), _) => {
                    told.push(Told { command: command.to_owned(), output: Vec::new() });
                }
                (None, Some(last)) => last.output.push(line.to_owned()),
                (None, None) => panic!("output without a command: {line}"),
            }
        }
    }
    told
}

fn sh(command: &str) -> Output {
    Command::new("sh")
        .args(["-c", command])
        .current_dir(project("."))
        .env("ATLAS_LANG", "en")
        .output()
        .unwrap()
}

/// Whether a printed line is the one told; `…` stands for anything.
fn is_told(told: &str, printed: &str) -> bool {
    let mut rest = printed;
    for (n, part) in told.split('…').enumerate() {
        match rest.find(part) {
            Some(at) if n > 0 || at == 0 => rest = &rest[at + part.len()..],
            _ => return false,
        }
    }
    rest.is_empty() || told.ends_with('…')
}

#[test]
fn every_command_of_the_readme_does_what_the_readme_says() {
    let place = tempfile::tempdir().unwrap();
    let var = path(place.path()).to_owned();
    must(&["demo", "--data", &format!("{var}/demo")]);
    let mut server: Option<Server> = None;
    let told = commands();
    assert!(told.len() > 10, "the README tells {} commands", told.len());
    for Told { command, output } in told {
        if let Some(target) = command.strip_prefix("make ") {
            let known = sh(&format!("make -n {target}"));
            assert!(known.status.success(), "make {target}: {}", text(&known.stderr));
            continue;
        }
        let asks = command.contains("http://127.0.0.1:8027");
        if asks && server.is_none() {
            server = Some(Server::start(&place.path().join("demo"), &[]));
        } else if !asks {
            server = None;
        }
        if command.contains("../shared/data/") && shared_data("README.md").is_none() {
            continue;
        }
        let mut here = command
            .replace("target/release/atlas", env!("CARGO_BIN_EXE_atlas"))
            .replace("var/", &format!("{var}/"));
        if let Some(server) = &server {
            here = here.replace("127.0.0.1:8027", &server.address);
        }
        let ran = sh(&here);
        assert!(matches!(ran.status.code(), Some(0 | 3)), "{command}\n{}", text(&ran.stderr));
        let printed = text(&ran.stdout);
        let printed: Vec<&str> = printed.lines().collect();
        let same = printed.len() == output.len()
            && output.iter().zip(&printed).all(|(told, printed)| is_told(told, printed));
        assert!(output.is_empty() || same, "{command} printed\n{}", printed.join("\n"));
    }
}
