//! How long is the map away when the server restarts?

use super::support::{self, Rows, Server, Table, large_world, text};

const ROUNDS: usize = 3;

fn measure(table: &mut Table, what: &str, data: &std::path::Path, goal: &str) {
    // The first start ends with a checkpoint, and the next ones begin from it.
    Server::start(data).stop();
    let cpu = (0..ROUNDS).map(|_| {
        let server = Server::start(data);
        let cpu = server.cpu();
        server.stop();
        cpu
    });
    let slowest = cpu.max().unwrap_or_default();
    table.add(
        format!("start with {what} from a checkpoint, processor time"),
        format!("{:.2} s", slowest.as_secs_f64()),
        goal,
    );
}

pub fn run(table: &mut Table) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let demo = place.path().join("demo");
    support::run(&["demo", "--data", text(&demo), "--assessments", "0"]);
    measure(table, "82,285 records", &demo, "< 1 s");
    measure(table, "1,000,000 records", &large_world(Rows::Problems, place.path()), "< 6 s");
}
