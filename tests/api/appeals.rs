//! Taking in an appeal: on disk, visible and announced when it is answered; what is refused; what stays private.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::Value as Json;

use crate::support::{Answer, Client, LIMIT, Server, data_of, must, path, run, small_atlas, text, token};
use crate::vector::Address;

/// Sends an appeal that must be taken.
pub fn post(server: &Server, token: &str, body: &str) -> Answer {
    let answer = send(&mut server.client(), Some(token), body);
    assert!(matches!(answer.status, 200 | 201), "{}: {}", answer.status, text(&answer.body));
    answer
}

fn send(client: &mut Client, token: Option<&str>, body: &str) -> Answer {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(authorization.as_deref().map(|value| ("Authorization", value)));
    client.send("POST", "/api/appeals", &headers, body.as_bytes()).unwrap()
}

/// A stream of server-sent events.
struct Events {
    lines: BufReader<TcpStream>,
}

impl Events {
    fn open(server: &Server, last_event_id: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let last = last_event_id.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let request = format!("GET /api/events HTTP/1.1\r\nHost: {}\r\n{last}\r\n", server.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut events = Self { lines: BufReader::new(stream) };
        while events.line() != "retry: 3000" {}
        events
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.lines.read_line(&mut line).unwrap() > 0, "the stream ended");
        line.trim_end().to_owned()
    }

    /// Kind, id and data of the next event.
    fn next(&mut self) -> (String, u64, Json) {
        let (mut kind, mut id) = (String::new(), 0);
        loop {
            let line = self.line();
            if let Some(name) = line.strip_prefix("event: ") {
                kind = name.to_owned();
            } else if let Some(number) = line.strip_prefix("id: ") {
                id = number.parse().unwrap();
            } else if let Some(data) = line.strip_prefix("data: ") {
                return (kind, id, serde_json::from_str(data).unwrap());
            }
        }
    }
}

#[test]
fn an_appeal_is_answered_announced_listed_and_drawn() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let mut events = Events::open(&server, None);
    let body = r#"{"category":"roads.pothole","lon":135.0601,"lat":48.4801,"text":"У дома 5","problem":"ATL-27-000002",
        "received_at":"2026-11-20T10:00:00+10:00","source_id":"42"}"#;
    let answer = send(&mut client, Some(&token), body);
    assert_eq!(answer.status, 201, "{}", text(&answer.body));
    let taken = answer.json();
    let id = taken["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("/ogc/collections/appeals/items/{id}").as_str()));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let (kind, version, change) = events.next();
    assert_eq!((kind.as_str(), version), ("change", taken["version"].as_u64().unwrap()));
    let ids: Vec<&str> = change["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(ids.contains(&id) && ids.contains(&"ATL-27-000002"), "{change}");
    let item = client.json(answer.header("location").unwrap());
    assert_eq!(item["properties"], taken["appeal"]);
    assert_eq!(item["properties"]["problem"], "ATL-27-000002");
    assert_eq!(item["properties"]["received_at"], "2026-11-20T00:00:00Z");
    let lon = item["geometry"]["coordinates"][0].as_f64().unwrap();
    assert!((lon - 135.0601).abs() < 1e-6);
    assert_eq!(client.json("/ogc/collections/appeals/items")["numberMatched"], 1);
    assert_eq!(client.json("/api/problems/ATL-27-000002")["n_appeals"], 1);
    for z in [4, 9, 14] {
        let features = Address::of(z, 135.0601, 48.4801).fetch(&mut client, "appeals", "");
        assert_eq!(features.iter().map(crate::vector::Feature::count).sum::<u64>(), 1, "zoom {z}");
    }
    server.assert_log_is_clean();
    server.kill();
    let server = Server::start(&data, &[]);
    assert_eq!(
        server.client().json("/ogc/collections/appeals/items")["numberMatched"],
        1,
        "after a power cut"
    );
}

#[test]
fn the_same_source_id_again_changes_nothing_and_answers_with_the_first() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let body = r#"{"category":"roads","lon":135.06,"lat":48.48,"source_id":"7"}"#;
    let first = send(&mut client, Some(&token), body);
    let again = send(&mut client, Some(&token), body);
    let moved = send(&mut client, Some(&token), &body.replace("48.48", "48.49"));
    assert_eq!((first.status, again.status, moved.status), (201, 200, 200));
    let (first, again) = (first.json(), again.json());
    assert_eq!((&first["id"], &again["known"]), (&again["id"], &Json::Bool(true)));
    assert_eq!(first["version"], again["version"], "no new version of the world");
    let without_id = r#"{"category":"roads","lon":135.06,"lat":48.48}"#;
    assert_eq!(send(&mut client, Some(&token), without_id).status, 201);
    assert_eq!(send(&mut client, Some(&token), without_id).status, 201);
    assert_eq!(client.json("/ogc/collections/appeals/items")["numberMatched"], 3);
}

#[test]
fn a_client_that_comes_back_gets_what_it_missed() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let server = Server::start(&data, &[]);
    let body = r#"{"category":"roads","lon":135.06,"lat":48.48}"#;
    let versions: Vec<u64> =
        (0..4).map(|_| post(&server, &token, body).json()["version"].as_u64().unwrap()).collect();
    let mut events = Events::open(&server, Some(&versions[0].to_string()));
    for expected in &versions[1..] {
        let (kind, id, _) = events.next();
        assert_eq!((kind.as_str(), id), ("change", *expected));
    }
    let mut stranger = Events::open(&server, Some("0"));
    let (kind, id, _) = stranger.next();
    assert_eq!((kind.as_str(), id), ("reset", *versions.last().unwrap()), "too much was missed");
    let wrong = server.client().get_with("/api/events", &[("Last-Event-ID", "yesterday")]);
    assert_eq!(wrong.status, 400);
}

#[test]
fn bodies_that_are_not_an_appeal_are_refused_with_every_fault() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    for (body, status) in [
        ("", 422),
        ("null", 422),
        ("[]", 422),
        ("{", 422),
        ("not json", 422),
        (r#"{"category":"roads"}"#, 422),
        (r#"{"lon":135.06,"lat":48.48}"#, 422),
        (r#"{"category":7,"lon":135.06,"lat":48.48}"#, 422),
        (r#"{"category":"roads","lon":"east","lat":48.48}"#, 422),
        (r#"{"category":"roads","lon":135.06,"lat":null}"#, 422),
        (r#"{"category":"roads","lon":1e999,"lat":48.48}"#, 422),
        (r#"{"category":"roads","lon":NaN,"lat":48.48}"#, 422),
        (r#"{"category":"roads","lon":535.06,"lat":48.48}"#, 422),
        (r#"{"category":"unicorns","lon":135.06,"lat":48.48}"#, 422),
        (r#"{"category":"roads","lon":135.06,"lat":48.48,"name":"Иван"}"#, 422),
        (r#"{"category":"roads","lon":135.06,"lat":48.48,"received_at":"yesterday"}"#, 422),
        (r#"{"category":"roads","lon":135.06,"lat":48.48,"problem":"ATL-27-9"}"#, 422),
        (r#"{"category":"roads","lon":135.06,"lat":48.48,"problem":"ATL-27-999999"}"#, 404),
    ] {
        let answer = send(&mut client, Some(&token), body);
        assert_eq!(answer.status, status, "{body}: {}", text(&answer.body));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    let deep = format!(
        r#"{{"category":"roads","lon":135.06,"lat":48.48,"text":{}1{}}}"#,
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    assert_eq!(send(&mut client, Some(&token), &deep).status, 422);
    let two = r#"{"category":"roads","lon":135.06,"lat":99,"received_at":"x","problem":"y"}"#;
    let faults = send(&mut client, Some(&token), two).json();
    let fields: Vec<&str> =
        faults["errors"].as_array().unwrap().iter().map(|fault| fault["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["lon, lat", "received_at", "problem"], "all faults at once");
    let long = format!(r#"{{"category":"roads","lon":135.06,"lat":48.48,"text":"{}"}}"#, "x".repeat(4_001));
    assert_eq!(send(&mut client, Some(&token), &long).status, 422);
    let endless = format!(r#"{{"category":"roads","text":"{}"}}"#, "x".repeat(70_000));
    assert_eq!(send(&mut server.client(), Some(&token), &endless).status, 413);
    let headers = [("Content-Type", "text/plain"), ("Authorization", &format!("Bearer {token}"))];
    assert_eq!(client.send("POST", "/api/appeals", &headers, b"{}").unwrap().status, 415);
    assert_eq!(client.json("/ogc/collections/appeals/items")["numberMatched"], 0);
    server.assert_log_is_clean();
}

fn token_with(data: &std::path::Path, more: &[&str]) -> String {
    let arguments = [&["token", "create", "--data", path(data), "--label", "bound"], more].concat();
    text(&must(&arguments).stdout).trim().to_owned()
}

#[test]
fn only_a_token_with_the_right_and_within_its_bounds_may_submit() {
    let place = small_atlas();
    let data = data_of(&place);
    let bound = token_with(&data, &["--municipality", "MUN-27-01", "--sphere", "roads"]);
    let analyst = token_with(&data, &["--role", "analyst"]);
    let ended = token_with(&data, &["--valid-to", "2020-01-01"]);
    let revoked = token_with(&data, &[]);
    let listed = text(&must(&["token", "list", "--data", path(&data)]).stdout);
    assert!(!listed.contains(&bound) && !listed.contains(&revoked), "a token is shown once");
    must(&["token", "revoke", "--data", path(&data), "3"]);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let mut status = |token: Option<&str>, body: &str| send(&mut client, token, body).status;
    let road = r#"{"category":"roads.pothole","lon":135.07,"lat":48.48}"#;
    assert_eq!(status(None, road), 401);
    assert_eq!(status(Some("wrong"), road), 401);
    assert_eq!(status(Some(&revoked), road), 401);
    assert_eq!(status(Some(&analyst), road), 403);
    assert_eq!(status(Some(&ended), road), 403);
    assert_eq!(status(Some(&bound), road), 201);
    assert_eq!(status(Some(&bound), &road.replace("roads.pothole", "ecology")), 403);
    assert_eq!(status(Some(&bound), &road.replace("135.07", "137.01").replace("48.48", "50.55")), 403);
    let refused = send(&mut client, None, road);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    assert_eq!(client.json("/ogc/collections/appeals/items")["numberMatched"], 1);
}

#[test]
fn a_server_for_reading_only_takes_nothing_in() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let server = Server::start(&data, &["--read-only"]);
    let mut client = server.client();
    let answer = send(&mut client, Some(&token), r#"{"category":"roads","lon":135.06,"lat":48.48}"#);
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    let ready = client.get("/readyz");
    assert_eq!((ready.status, ready.json()["writes"].as_str()), (200, Some("read_only")));
}

#[test]
fn words_tokens_and_source_ids_stay_inside() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = token(&data);
    let server = Server::start(&data, &[]);
    let body = r#"{"category":"roads","lon":135.06,"lat":48.48,"text":"SECRETWORDS +7 914 000","source_id":"SECRETNUMBER",
        "source":"SECRETSOURCE","problem":"ATL-27-000001"}"#;
    let hidden = r#"{"category":"roads","lon":135.07,"lat":48.49,"public":false,"source_id":"2"}"#;
    let shown = post(&server, &token, body);
    let id = post(&server, &token, hidden).json()["id"].as_str().unwrap().to_owned();
    let mut client = server.client();
    let mut seen = text(&shown.body);
    for path in [
        "/ogc/collections/appeals/items",
        "/ogc/collections/appeals/items?f=csv",
        "/ogc/collections/appeals/items?f=geojsonseq",
        "/api/problems/ATL-27-000001",
        "/api/problems/ATL-27-000001/events",
        "/api/region",
        "/api/stats?by=category",
        "/metrics",
        "/readyz",
        "/ogc/collections/appeals/items?q=SECRETNOTHING",
    ] {
        seen.push_str(&text(&client.get(path).body));
    }
    for z in [3, 9, 14] {
        let Address(z, x, y) = Address::of(z, 135.06, 48.48);
        seen.push_str(&text(&client.get(&format!("/tiles/appeals/{z}/{x}/{y}.mvt")).body));
    }
    seen.push_str(&server.log());
    for secret in ["SECRETWORDS", "7 914", "SECRETNUMBER", "SECRETSOURCE", &token, &id] {
        assert!(!seen.contains(secret), "{secret}");
    }
    assert_eq!(client.get(&format!("/ogc/collections/appeals/items/{id}")).status, 404);
    assert_eq!(client.json("/ogc/collections/appeals/items")["numberMatched"], 1);
    server.stop();
    let exported = must(&["export", "appeals", "--data", path(&data)]);
    assert!(!text(&exported.stdout).contains("SECRET"));
    assert_eq!(run(&["export", "tokens", "--data", path(&data)]).status.code(), Some(2));
}
