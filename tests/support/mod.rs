//! A black box: the real binary, real HTTP on port 0, temporary folders; servers end by their own process id.

#![allow(dead_code)] // each test target uses its own part

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value as Json;

/// Longest wait for anything: a hang is a result, and a failed test.
pub const LIMIT: Duration = Duration::from_secs(60);

/// The binary under test.
pub fn atlas() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas"));
    command.env("ATLAS_LANG", "en").env_remove("ATLAS_LOG");
    command
}

/// Runs a command to its end.
pub fn run(arguments: &[&str]) -> Output {
    atlas().args(arguments).stdin(Stdio::null()).output().expect("the binary can be started")
}

/// Runs a command that must end well.
pub fn must(arguments: &[&str]) -> Output {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    output
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The folder of real data beside the project; `None`, told aloud, where it is absent.
pub fn shared_data(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not here", path.display());
    None
}

/// A folder of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

/// An atlas with a region and a few problems.
pub fn small_atlas() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("problems.geojson");
    std::fs::write(&file, small_problems()).unwrap();
    must(&["import", "problems", path(&file), "--data", path(&place.path().join("data"))]);
    place
}

pub fn data_of(place: &tempfile::TempDir) -> PathBuf {
    place.path().join("data")
}

/// Six problems in and around Khabarovsk: two points in one place, one with a deadline long past, a line, a polygon.
pub fn small_problems() -> String {
    let point = |lon: f64, lat: f64| format!(r#"{{"type":"Point","coordinates":[{lon},{lat}]}}"#);
    let feature = |id: &str, geometry: &str, properties: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{geometry},"properties":{{"source_id":"{id}",{properties}}}}}"#
        )
    };
    let features = [
        feature(
            "1",
            &point(135.06, 48.48),
            r#""title":"Яма на улице Ленина","category":"roads.pothole","status":"in_work","severity":4,"registered_at":"2025-01-10","baseline_due":"2025-03-01","cost_rub":125000,"cost_class":"B","responsible":"BOD-27-101","level":"municipal""#,
        ),
        feature(
            "2",
            &point(135.06, 48.48),
            r#""title":"Вторая яма там же","category":"roads.pothole","status":"registered""#,
        ),
        feature(
            "3",
            &point(137.01, 50.55),
            r#""title":"Аварийный дом","category":"emergency_housing","status":"resolved","registered_at":"2024-02-01","baseline_due":"2026-02-01","resolved_at":"2026-01-15","level":"municipal""#,
        ),
        feature(
            "4",
            &point(140.29, 48.97),
            r#""title":"Свалка у порта","category":"ecology","status":"planned","baseline_due":"2099-01-01""#,
        ),
        feature(
            "5",
            r#"{"type":"LineString","coordinates":[[135.00,48.40],[135.10,48.40]]}"#,
            r#""title":"Разбитая дорога","category":"roads.section_repair","status":"registered""#,
        ),
        feature(
            "6",
            r#"{"type":"Polygon","coordinates":[[[135.20,48.50],[135.21,48.50],[135.21,48.51],[135.20,48.51],[135.20,48.50]]]}"#,
            r#""title":"Двор без освещения","category":"yards","status":"registered""#,
        ),
    ];
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Serves `data` on a free port.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        Self::try_start(data, more).unwrap_or_else(|output| panic!("{}", text(&output.stderr)))
    }

    /// Serves `data` with variables of the environment.
    pub fn start_in(data: &Path, more: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::launch(data, more, variables).unwrap_or_else(|output| panic!("{}", text(&output.stderr)))
    }

    /// Serves `data`, or tells how the command ended instead.
    pub fn try_start(data: &Path, more: &[&str]) -> Result<Self, Output> {
        Self::launch(data, more, &[])
    }

    fn launch(data: &Path, more: &[&str], variables: &[(&str, &str)]) -> Result<Self, Output> {
        let mut child = atlas()
            .envs(variables.iter().copied())
            .args(["serve", "--data", path(data), "--listen", "127.0.0.1:0"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = child.stderr.take().unwrap();
        let collected = Arc::clone(&log);
        let collecting = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut log = collected.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        match first.trim().strip_prefix("listening on http://") {
            Some(address) => Ok(Self { address: address.to_owned(), child, log }),
            None => {
                let status = child.wait().unwrap();
                collecting.join().unwrap();
                let stderr = log.lock().unwrap().clone().into_bytes();
                Err(Output { status, stdout: first.into_bytes(), stderr })
            }
        }
    }

    pub fn client(&self) -> Client {
        Client { address: self.address.clone(), stream: None }
    }

    /// Number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends the process in order.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{}", self.log());
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Fails when the log holds a warning or an error.
    pub fn assert_log_is_clean(&self) {
        let log = self.log();
        assert!(!log.contains(" WARN ") && !log.contains(" ERROR ") && !log.contains("panicked"), "{log}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", text(&self.body)))
    }
}

/// A client that keeps its connection.
pub struct Client {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], b"").unwrap_or_else(|e| panic!("GET {path}: {e}"))
    }

    pub fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, b"").unwrap_or_else(|e| panic!("GET {path}: {e}"))
    }

    /// JSON of an address that must answer 200.
    pub fn json(&mut self, path: &str) -> Json {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", text(&answer.body));
        answer.json()
    }

    /// Sends a request; an error means that the server is gone.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Answer> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.address)?;
            stream.set_read_timeout(Some(LIMIT))?;
            stream.set_nodelay(true)?;
            self.stream = Some(BufReader::new(stream));
        }
        let sent = self.exchange(method, path, headers, body);
        if sent.is_err() {
            self.stream = None;
        }
        sent
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let reader = self.stream.as_mut().expect("the connection was just made");
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" || !body.is_empty() {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        reader.get_mut().write_all(&bytes)?;
        read_answer(reader, method)
    }
}

fn read_answer(reader: &mut BufReader<TcpStream>, method: &str) -> std::io::Result<Answer> {
    let gone = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(gone());
    }
    let status: u16 = line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(gone)?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(gone());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let find =
        |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone());
    let mut body = Vec::new();
    if method != "HEAD" && status != 304 && status != 204 {
        if let Some(length) = find("content-length").and_then(|l| l.parse::<usize>().ok()) {
            body.resize(length, 0);
            reader.read_exact(&mut body)?;
        } else if find("transfer-encoding").is_some_and(|t| t == "chunked") {
            read_chunks(reader, &mut body)?;
        }
    }
    Ok(Answer { status, headers, body })
}

fn read_chunks(reader: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16)
            .map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidData))?;
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk)?;
        if length == 0 {
            return Ok(());
        }
        body.extend_from_slice(&chunk[..length]);
    }
}

/// Issues a token for appeals.
pub fn token(data: &Path) -> String {
    let output = must(&["token", "create", "--data", path(data), "--label", "test"]);
    text(&output.stdout).trim().to_owned()
}

/// A generator that gives the same numbers everywhere (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.below(1 << 53) as f64 / (1u64 << 53) as f64)
    }
}
