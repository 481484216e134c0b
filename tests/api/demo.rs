//! One small invented region, served once for all tests that only read. A guard process ends the server and removes its
//! folder when the test process is gone, however it ended: it waits for the end of its standard input.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value as Json;

use crate::support::{Chance, Client, Server, must, path};

pub const PROBLEMS: u64 = 600;
/// Some of them are hidden from the public.
pub const APPEALS: u64 = 2_000;

/// The last day of what was invented. Ratings look back a year: a test that wants many of them asks for this day, and holds
/// in any year.
pub const LAST_DAY: &str = "2026-11-01";

pub struct Demo {
    pub server: Server,
    pub data: PathBuf,
    _guard: Child,
}

/// The served demo.
pub fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let data = tempfile::tempdir().unwrap().keep();
        let (problems, appeals) = (PROBLEMS.to_string(), APPEALS.to_string());
        let sizes = ["--problems", &problems, "--appeals", &appeals, "--assessments", "1500"];
        must(&[&["demo", "--data", path(&data)], &sizes[..]].concat());
        let server = Server::start(&data, &[]);
        let guard = guard(&server, &data);
        Demo { server, data, _guard: guard }
    })
}

/// Ends a server that all tests share, and removes its folder, when the test process is gone.
pub fn guard(server: &Server, folder: &Path) -> Child {
    let script = "cat > /dev/null; kill -TERM \"$1\"; rm -rf \"$2\"";
    let mut guard = Command::new("sh");
    guard.args(["-c", script, "guard", &server.id().to_string(), path(folder)]);
    guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// A client of the served demo.
pub fn client() -> Client {
    demo().server.client()
}

/// Codes that the region has, for making filters.
pub struct Words {
    municipalities: Vec<String>,
    categories: Vec<String>,
}

pub fn words(client: &mut Client) -> Words {
    let region = client.json("/api/region");
    let list = |name: &str, key: &str| -> Vec<String> {
        region[name].as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
    };
    Words { municipalities: list("municipalities", "slug"), categories: list("categories", "code") }
}

/// A filter by chance, as a query string. `appeals` have no severity and other states.
pub fn filter(chance: &mut Chance, words: &Words, appeals: bool) -> String {
    let mut parts = Vec::new();
    let statuses: &[&str] = if appeals {
        &["open", "closed", "overdue", "received", "answered"]
    } else {
        &["open", "closed", "overdue", "resolved", "in_work", "planned", "registered"]
    };
    let pick = |chance: &mut Chance, from: &[String]| from[chance.below(from.len() as u64) as usize].clone();
    if chance.below(2) == 0 {
        let first = statuses[chance.below(statuses.len() as u64) as usize];
        let second = statuses[chance.below(statuses.len() as u64) as usize];
        parts.push(format!("status={first},{second}"));
    }
    if chance.below(3) == 0 {
        let (a, b) = (pick(chance, &words.municipalities), pick(chance, &words.municipalities));
        parts.push(format!("municipality={a}&municipality={b}"));
    }
    if chance.below(3) == 0 {
        parts.push(format!("category={},roads", pick(chance, &words.categories)));
    }
    if chance.below(4) == 0 && !appeals {
        parts.push("severity=3,4,5".to_owned());
    }
    if chance.below(3) == 0 {
        parts.push(format!("registered_from=20{}-0{}-01", 15 + chance.below(10), 1 + chance.below(9)));
    }
    if chance.below(4) == 0 {
        let (west, south) = (chance.between(131.0, 138.0), chance.between(47.0, 50.0));
        let (east, north) = (west + chance.between(0.5, 8.0), south + chance.between(0.5, 8.0));
        parts.push(format!("bbox={west:.4},{south:.4},{east:.4},{north:.4}"));
    }
    if chance.below(4) == 0 {
        parts.push("due=30d,later,overdue".to_owned());
    }
    if chance.below(5) == 0 && !appeals {
        parts.push(format!("cost_from={}", 100_000 * chance.below(30)));
    }
    if chance.below(6) == 0 {
        parts.push("q=%D1%83%D0%BB".to_owned()); // «ул»
    }
    parts.join("&")
}

/// How many records match, as the list says it.
pub fn matched(client: &mut Client, collection: &str, filter: &str) -> u64 {
    let page = client.json(&format!("/ogc/collections/{collection}/items?limit=1&{filter}"));
    page["numberMatched"].as_u64().unwrap()
}

/// All features that match, page by page, following the links that the answers give.
pub fn all_features(client: &mut Client, collection: &str, limit: u64, filter: &str) -> Vec<Json> {
    let mut features = Vec::new();
    let mut next = format!("/ogc/collections/{collection}/items?limit={limit}&{filter}");
    loop {
        let page = client.json(&next);
        let own = page["features"].as_array().unwrap();
        assert_eq!(page["numberReturned"].as_u64().unwrap(), own.len() as u64);
        features.extend(own.iter().cloned());
        let link = page["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next").cloned();
        match link {
            None => return features,
            Some(link) => {
                assert_eq!(own.len() as u64, limit, "only the last page may be short");
                next = path_of(link["href"].as_str().unwrap());
            }
        }
    }
}

/// Path and query of an absolute address of ours.
pub fn path_of(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    rest[rest.find('/').unwrap()..].to_owned()
}

pub fn id_of(feature: &Json) -> String {
    feature["id"].as_str().unwrap().to_owned()
}
