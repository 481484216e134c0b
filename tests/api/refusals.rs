//! What is refused: each with its status, as problem details, in the language of whoever asks, naming what would be allowed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value as Json;

use crate::demo::{client, demo};
use crate::support::{Answer, Client, LIMIT, text};

/// Asserts the form that every refusal has, and returns its body.
fn problem(answer: &Answer, status: u16) -> Json {
    assert_eq!(answer.status, status, "{}", text(&answer.body));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let body = answer.json();
    assert_eq!(body["status"], status);
    assert!(body["type"].as_str().unwrap().starts_with("/errors/"), "{body}");
    assert!(!body["title"].as_str().unwrap().is_empty());
    body
}

#[test]
fn an_unknown_parameter_is_refused_by_name_with_those_that_are_known() {
    let mut client = client();
    for path in [
        "/ogc/collections/problems/items",
        "/ogc/collections/appeals/items",
        "/ogc/collections/municipalities/items",
        "/tiles/problems/5/27/10.mvt",
        "/tiles/heat/5/27/10.png",
        "/tiles/problems.json",
        "/api/stats",
        "/api/ratings",
        "/api/burden",
        "/api/problems/ATL-27-000001",
        "/api/clusters/3.0.0.0.c/leaves",
        "/healthz",
    ] {
        let answer = client.get(&format!("{path}?colour=red"));
        let body = problem(&answer, 400);
        assert_eq!(
            (&body["parameter"], &body["type"]),
            (&"colour".into(), &"/errors/unknown-parameter".into())
        );
        assert_eq!(body["instance"], path);
        assert!(body["detail"].as_str().unwrap().contains("colour"), "{body}");
    }
    let body = problem(&client.get("/ogc/collections/problems/items?colour=red"), 400);
    for known in ["limit", "bbox", "status", "municipality", "as_of", "datetime"] {
        assert!(body["allowed"].as_str().unwrap().contains(known), "{body}");
    }
}

#[test]
fn a_wrong_value_is_refused_with_the_parameter_the_value_and_what_is_allowed() {
    let mut client = client();
    for (query, parameter, hint) in [
        ("bbox=1,2,3", "bbox", "west"),
        ("bbox=a,b,c,d", "bbox", "west"),
        ("bbox=NaN,1,2,3", "bbox", "west"),
        ("bbox=10,50,5,40", "bbox", "west"),
        ("municipality=Atlantis", "municipality", "khabarovsk"),
        ("category=unicorns", "category", "roads"),
        ("status=sleeping", "status", "in_work"),
        ("status=draft", "status", "in_work"),
        ("severity=9", "severity", "5"),
        ("responsible=nobody", "responsible", "BOD"),
        ("registered_from=yesterday", "registered_from", "2026"),
        ("registered_to=2026-02-30", "registered_to", "2026"),
        ("as_of=31.12.2025", "as_of", "2026"),
        ("datetime=../", "datetime", "2026"),
        ("limit=0", "limit", "10000"),
        ("limit=-5", "limit", "10000"),
        ("limit=ten", "limit", "10000"),
        ("token=zzz", "token", "next"),
        ("f=xml", "f", "geojsonseq"),
        ("limit=1&limit=2", "limit", "1"),
        ("q=%ff", "query", "UTF-8"),
        ("q=%zz", "query", "UTF-8"),
    ] {
        let answer = client.get(&format!("/ogc/collections/problems/items?{query}"));
        let body = problem(&answer, 400);
        assert_eq!(body["parameter"], parameter, "{query}: {body}");
        assert!(body["allowed"].as_str().is_some_and(|allowed| allowed.contains(hint)), "{query}: {body}");
    }
    let long = "x".repeat(201);
    assert_eq!(problem(&client.get(&format!("/api/stats?q={long}")), 400)["parameter"], "q");
    let many = (0..101).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(problem(&client.get(&format!("/api/stats?category={many}")), 400)["parameter"], "category");
    assert_eq!(problem(&client.get("/api/stats?by=colour"), 400)["parameter"], "by");
}

#[test]
fn the_same_filter_is_refused_alike_by_every_output() {
    let mut client = client();
    for path in [
        "/ogc/collections/problems/items",
        "/tiles/problems/5/27/10.mvt",
        "/tiles/heat/5/27/10.png",
        "/api/stats",
        "/api/clusters/3.0.0.0.c/leaves",
    ] {
        let body = problem(&client.get(&format!("{path}?municipality=Atlantis")), 400);
        assert_eq!(
            (&body["parameter"], &body["got"]),
            (&"municipality".into(), &"Atlantis".into()),
            "{path}"
        );
    }
}

#[test]
fn refusals_speak_the_language_of_whoever_asks() {
    let mut client = client();
    let mut title = |accepted: &str| {
        let answer = client.get_with("/nowhere", &[("Accept-Language", accepted)]);
        let body = problem(&answer, 404);
        (answer.header("content-language").unwrap().to_owned(), body["title"].as_str().unwrap().to_owned())
    };
    let (russian, english) = (title("ru"), title("en"));
    assert_eq!((russian.0.as_str(), english.0.as_str()), ("ru", "en"));
    assert_ne!(russian.1, english.1);
    assert_eq!(title("en-GB,en;q=0.9,ru;q=0.1"), english);
    assert_eq!(title("en;q=0.2, ru;q=0.8"), russian);
    assert_eq!(title(""), russian, "the region's own language when nobody says otherwise");
}

#[test]
fn addresses_that_do_not_exist_answer_404() {
    let mut client = client();
    for path in [
        "/nowhere",
        "/ogc/collections/unicorns",
        "/ogc/collections/unicorns/items",
        "/ogc/collections/problems/items/ATL-27-999999",
        "/api/problems/ATL-27-999999",
        "/api/problems/ATL-27-999999/events",
        "/api/problems/..%2f..%2fetc%2fpasswd",
        "/api/ratings/atlantis",
        "/api/clusters/x/leaves",
        "/tiles/unicorns/1/0/0.mvt",
        "/tiles/problems/1/0/0.gif",
        "/tiles/hexes/1/0/0.png",
        "/tiles/heat/1/0/0.mvt",
        "/tiles/unicorns.json",
        "/errors/unicorn",
        "/assets/unicorn.js",
        "/assets/..%2fCargo.toml",
    ] {
        problem(&client.get(path), 404);
    }
}

#[test]
fn every_type_of_refusal_has_a_page_that_explains_it() {
    let mut client = client();
    for slug in
        ["unknown-parameter", "invalid-value", "not-found", "method-not-allowed", "token-needed", "busy"]
    {
        let page = client.get(&format!("/errors/{slug}"));
        assert_eq!(page.status, 200, "{slug}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
    }
}

#[test]
fn a_wrong_method_is_answered_with_those_that_are_right() {
    let mut client = client();
    for (method, path, allowed) in [
        ("POST", "/ogc/collections/problems/items", "GET, HEAD"),
        ("DELETE", "/api/problems/ATL-27-000001", "GET, HEAD"),
        ("PUT", "/tiles/problems/5/27/10.mvt", "GET, HEAD"),
        ("PATCH", "/api/stats", "GET, HEAD"),
        ("GET", "/api/appeals", "POST"),
        ("DELETE", "/api/appeals", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
    ] {
        let answer = client.send(method, path, &[], b"").unwrap();
        problem(&answer, 405);
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[test]
fn every_answer_carries_the_headers_that_keep_a_browser_safe() {
    let mut client = client();
    for path in
        ["/", "/ogc", "/api/region", "/tiles/heat/5/27/10.png", "/healthz", "/nowhere", "/api/stats?x=1"]
    {
        let answer = client.get(path);
        let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{path} has no {name}"));
        let policy = header("content-security-policy");
        for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        header("referrer-policy");
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("server"), None);
    }
    let public = client.get("/ogc/collections/problems/items?limit=1");
    assert_eq!(public.header("access-control-allow-origin"), Some("*"));
    assert_eq!(public.header("access-control-allow-credentials"), None);
    assert_eq!(client.get("/readyz").header("access-control-allow-origin"), None);
}

#[test]
fn no_body_is_ever_decompressed() {
    let mut client = client();
    for path in ["/api/appeals", "/api/stats"] {
        let answer = client.send("POST", path, &[("Content-Encoding", "br")], b"x");
        if let Ok(answer) = answer {
            assert!(matches!(answer.status, 405 | 413 | 415), "{path}: {}", answer.status);
        }
    }
    let answer = client.send("GET", "/api/region", &[("Content-Encoding", "gzip")], b"").unwrap();
    problem(&answer, 415);
}

/// Sends bytes as they are and returns the first line of the answer; empty when the connection was closed without one.
fn raw(bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(&demo().server.address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut line = String::new();
    // A reset instead of an answer is a refusal, too.
    let _ = BufReader::new(stream.take(1_000)).read_line(&mut line);
    line.trim().to_owned()
}

#[test]
fn requests_that_are_no_http_or_endless_are_refused_and_the_service_goes_on() {
    let refused = |line: &str| line.is_empty() || line.contains(" 4");
    assert!(refused(&raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not http\r\n\r\n")));
    assert!(refused(&raw(b"GET / HTTP/9.9\r\n\r\n")));
    assert!(refused(&raw(b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n")));
    let endless = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(300_000));
    assert!(refused(&raw(endless.as_bytes())));
    let query = format!("GET /api/stats?q={} HTTP/1.1\r\nHost: x\r\n\r\n", "y".repeat(9_000));
    assert!(refused(&raw(query.as_bytes())));
    let smuggled =
        "POST /api/appeals HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd";
    assert!(refused(&raw(smuggled.as_bytes())));
    let mut client: Client = client();
    assert_eq!(client.get("/healthz").status, 200);
}

#[test]
fn a_host_that_no_host_can_have_does_not_come_back_in_links() {
    let mut stream = TcpStream::connect(&demo().server.address).unwrap();
    stream.write_all(b"GET /ogc HTTP/1.1\r\nHost: evil\"><script>\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let _ = stream.read_to_string(&mut answer);
    assert!(!answer.contains("<script") && !answer.contains("evil.example"), "{answer}");
}
