//! The figures of the README, with their peers, in one run: `make bench`.
//!
//! One file per question that a user would ask. Names on the command line choose: `cargo bench -- import tiles`. The
//! comparison with other programs, which need to be there, is only run when it is named: `make bench-tiles`,
//! `make bench-ratings`.

#![allow(clippy::print_stdout)] // the table is what it is for

mod assign;
mod import;
mod memory;
mod peers;
mod ratings;
mod restart;
mod support;
mod tiles;

use support::Table;

type Question = (&'static str, fn(&mut Table));

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let questions: [Question; 6] = [
        ("import", import::run),
        ("restart", restart::run),
        ("assign", assign::run),
        ("tiles", tiles::run),
        ("ratings", ratings::run),
        ("memory", memory::run),
    ];
    let mut table = Table::default();
    for (name, question) in questions {
        if chosen.is_empty() || chosen.iter().any(|c| c == name) {
            eprintln!("{name} …");
            question(&mut table);
        }
    }
    if chosen.iter().any(|c| c == "peers") {
        peers::run();
        return;
    }
    if chosen.iter().any(|c| c == "ratings-peers") {
        ratings::report();
        return;
    }
    println!("{}", support::machine());
    println!("{table}");
}
