//! SIGKILL under write load: every acknowledged write is there afterwards, whole, once, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::support::{Chance, Client, LIMIT, Server, data_of, must, path, run, small_atlas, text, token};

/// Rounds with a kill at a random moment. Those that hold at a step come on top.
const ROUNDS: usize = 30;
const CLIENTS: usize = 4;

/// Steps of a commit, in order, by the byte that the writer leaves in the trace file.
const STEPS: [(&str, u8); 8] = [
    ("plan", b'p'),
    ("stage", b'e'),
    ("append", b'a'),
    ("sync", b's'),
    ("store", b't'),
    ("publish", b'w'),
    ("announce", b'n'),
    ("answer", b'z'),
];

/// What a client sent, by its own id, and what was acknowledged.
#[derive(Default)]
struct Model {
    /// Own id → longitude in 1e-7 degrees.
    sent: BTreeMap<String, i64>,
    /// Own id → public id.
    acknowledged: BTreeMap<String, String>,
}

/// Sends appeals until the server is gone.
fn load(
    mut client: Client,
    name: &str,
    token: &str,
    model: &Mutex<Model>,
    acknowledged: &AtomicUsize,
    stop: &AtomicBool,
) {
    let authorization = format!("Bearer {token}");
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let own_id = format!("{name}-{n:06}");
        let lon_e7 = 1_350_000_000 + i64::from(n % 1_000) * 100;
        model.lock().unwrap().sent.insert(own_id.clone(), lon_e7);
        let body = format!(
            r#"{{"category":"roads.pothole","lon":{},"lat":48.5,"source":"crash","source_id":"{own_id}"}}"#,
            lon_e7 as f64 / 1e7
        );
        match client.send("POST", "/api/appeals", &headers, body.as_bytes()) {
            Ok(answer) if answer.status == 201 => {
                let id = answer.json()["id"].as_str().unwrap().to_owned();
                model.lock().unwrap().acknowledged.insert(own_id, id);
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => panic!("{}: {}", answer.status, text(&answer.body)),
            Err(_) => return,
        }
    }
}

/// Writes until `enough` says so, kills, and tells the step at which the kill struck.
fn round(
    data: &Path,
    name: &str,
    token: &str,
    model: &Arc<Mutex<Model>>,
    more: &[&str],
    enough: impl Fn(usize, u8) -> bool,
) -> u8 {
    let trace = data.with_extension("step");
    let arguments: Vec<&str> = [&["--trace-steps", path(&trace)], more].concat();
    let server = Server::start(data, &arguments);
    let step = std::fs::File::open(&trace).unwrap();
    let step_now = || {
        let mut byte = [0];
        step.read_at(&mut byte, 0).map_or(0, |_| byte[0])
    };
    let (acknowledged, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|c| {
            let (client, name) = (server.client(), format!("{name}-{c}"));
            let (token, model) = (token.to_owned(), Arc::clone(model));
            let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
            std::thread::spawn(move || load(client, &name, &token, &model, &acknowledged, &stop))
        })
        .collect();
    let started = Instant::now();
    while !enough(acknowledged.load(Ordering::Relaxed), step_now()) {
        assert!(started.elapsed() < LIMIT, "no progress at step {}", step_now() as char);
        std::thread::yield_now();
    }
    stop.store(true, Ordering::Relaxed);
    server.kill();
    let struck = step_now();
    clients.into_iter().for_each(|client| client.join().unwrap());
    struck
}

/// Reads everything back through the public face of a fresh process and compares it with the model.
fn verify(data: &Path, model: &Mutex<Model>) {
    let server = Server::start(data, &[]);
    let mut client = server.client();
    let mut found: BTreeMap<String, f64> = BTreeMap::new();
    let mut next = Some("/ogc/collections/appeals/items?limit=10000".to_owned());
    let mut last_id = String::new();
    while let Some(address) = next {
        let page = client.json(&address);
        for feature in page["features"].as_array().unwrap() {
            let id = feature["id"].as_str().unwrap().to_owned();
            assert!(id.len() > last_id.len() || id > last_id, "{id} comes after {last_id}");
            last_id.clone_from(&id);
            assert_eq!(feature["properties"]["category"], "roads.pothole");
            assert!(feature["properties"]["received_at"].is_string());
            let lon = feature["geometry"]["coordinates"][0].as_f64().unwrap();
            assert!(found.insert(id, lon).is_none());
        }
        let links = page["links"].as_array().unwrap();
        let link = links.iter().find(|link| link["rel"] == "next").map(|link| link["href"].as_str().unwrap());
        next = link.map(|href| href.split_once(&server.address).unwrap().1.to_owned());
    }
    let model = model.lock().unwrap();
    for (own_id, id) in &model.acknowledged {
        let lon = found.get(id).unwrap_or_else(|| panic!("{own_id} was acknowledged as {id} and is lost"));
        assert_eq!((lon * 1e7).round() as i64, model.sent[own_id], "{own_id}");
    }
    let ids: BTreeSet<&String> = model.acknowledged.values().collect();
    assert_eq!(ids.len(), model.acknowledged.len(), "one number was given twice");
    assert!(found.len() <= model.sent.len(), "more was found than was ever sent");
    // Each client sends one after another: its later writes have higher numbers.
    let in_order: Vec<(&str, &String)> =
        model.acknowledged.iter().map(|(own, id)| (own.rsplit_once('-').unwrap().0, id)).collect();
    for pair in in_order.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        let number = |id: &str| id.rsplit_once('-').unwrap().1.parse::<u64>().unwrap();
        assert!(number(pair[0].1) < number(pair[1].1), "{pair:?}");
    }
    server.assert_log_is_clean();
    server.stop();
}

#[test]
fn whenever_the_process_is_killed_every_acknowledged_write_is_there_whole_once_and_in_order() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let model = Arc::new(Mutex::new(Model::default()));
    let mut struck: BTreeMap<char, usize> = BTreeMap::new();
    let mut chance = Chance(20_261_122);
    for n in 0..ROUNDS {
        let wanted = chance.below(200) as usize;
        let step =
            round(&data, &format!("r{n}"), &token, &model, &[], |acknowledged, _| acknowledged >= wanted);
        *struck.entry(step as char).or_default() += 1;
        if n % 10 == 9 {
            verify(&data, &model);
        }
    }
    for (name, byte) in STEPS {
        let after = chance.below(20).to_string();
        let more = ["--hold-at", name, "--hold-after", &after];
        // The writer leaves the step in capitals when it stands there.
        let held = byte.to_ascii_uppercase();
        let step = round(&data, &format!("h{name}"), &token, &model, &more, |_, step| step == held);
        let step = step.to_ascii_lowercase();
        *struck.entry(step as char).or_default() += 1;
        verify(&data, &model);
    }
    let missed: Vec<&str> = STEPS
        .iter()
        .filter(|(_, byte)| !struck.contains_key(&(*byte as char)))
        .map(|(name, _)| *name)
        .collect();
    println!("kills by step: {struck:?}; {} writes acknowledged", model.lock().unwrap().acknowledged.len());
    assert!(missed.is_empty(), "no kill struck {missed:?}: {struck:?}");
    must(&["check", "--data", path(&data)]);
}

#[test]
fn kills_during_the_start_lose_nothing_either() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let model = Arc::new(Mutex::new(Model::default()));
    round(&data, "first", &token, &model, &[], |acknowledged, _| acknowledged >= 300);
    let mut chance = Chance(7);
    for _ in 0..10 {
        // A start takes some ten milliseconds; the kill strikes somewhere within, the probe's process included.
        let mut child = crate::support::atlas()
            .args(["serve", "--data", path(&data), "--listen", "127.0.0.1:0"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + std::time::Duration::from_micros(chance.below(60_000));
        while Instant::now() < until {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    verify(&data, &model);
    let checked = run(&["check", "--data", path(&data)]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
}

#[test]
fn a_server_told_to_stop_the_moment_it_says_its_address_stops_in_order() {
    let place = small_atlas();
    for _ in 0..20 {
        Server::start(&data_of(&place), &[]).stop();
    }
}
