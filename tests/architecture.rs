//! The house keeps its shape: who may import whom, which outside thing lives in which folder, how long a file may be.
//!
//! The tables here are the rules; ARCHITECTURE.md quotes them.

#![allow(clippy::unwrap_used)] // a test that cannot go on ends here

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// Module → modules of ours that it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("geometry", &[]),
    ("messages", &[]),
    ("domain", &["geometry"]),
    ("records", &["domain", "geometry"]),
    ("analytics", &["domain", "geometry"]),
    ("archive", &["geometry"]),
    ("demo", &["index", "domain", "geometry"]),
    ("feed", &["domain"]),
    ("formats", &["domain", "geometry"]),
    ("index", &["domain", "geometry"]),
    ("journal", &["records", "domain"]),
    ("render", &["geometry"]),
    ("store", &["records", "domain", "geometry"]),
    ("snapshot", &["analytics", "index", "records", "domain", "geometry"]),
    (
        "writer",
        &["snapshot", "analytics", "feed", "index", "journal", "store", "records", "domain", "geometry"],
    ),
    (
        "service",
        &[
            "writer",
            "snapshot",
            "analytics",
            "archive",
            "demo",
            "feed",
            "formats",
            "index",
            "journal",
            "render",
            "store",
            "records",
            "domain",
            "geometry",
        ],
    ),
    ("pages", &["service", "analytics", "render", "messages", "domain", "geometry"]),
    ("http", &["pages", "service", "messages", "domain", "geometry"]),
    ("config", &["http", "service", "writer"]),
    ("telemetry", &["http"]),
    (
        "cli",
        &[
            "config",
            "telemetry",
            "http",
            "pages",
            "service",
            "writer",
            "snapshot",
            "formats",
            "journal",
            "store",
            "records",
            "messages",
            "analytics",
            "demo",
            "domain",
            "geometry",
        ],
    ),
];

/// Outside thing → the only modules that may touch it.
const CONFINED: &[(&str, &[&str])] = &[
    ("sled", &["store"]),
    ("rstar", &["index"]),
    ("h3o", &["geometry"]),
    ("image", &["render"]),
    ("png", &["render"]),
    ("tiny_skia", &["render"]),
    ("ttf_parser", &["render"]),
    ("fast_mvt", &["render"]),
    ("actix_web", &["http", "cli"]),
    ("csv", &["formats"]),
    ("geojson", &["formats"]),
    ("encoding_rs", &["formats"]),
    ("clap", &["cli"]),
    ("pmtiles", &["archive"]),
    ("rusqlite", &["archive"]),
    ("zip", &["archive"]),
    ("maud", &["pages"]),
    ("qrcode", &["pages"]),
    ("rust_embed", &["pages", "http", "cli"]),
];

/// Modules that do no input or output, read no clock and draw no unseeded random number.
const PURE: &[&str] = &[
    "geometry",
    "domain",
    "records",
    "analytics",
    "demo",
    "render",
    "index",
    "formats",
    "messages",
    "snapshot",
];

/// What pure modules must not name.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::time::SystemTime",
    "std::time::Instant",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "getrandom",
    "std::hash::RandomState",
];

/// Code lines that a file may have: comments, blank lines and tests not counted.
const MAX_CODE_LINES: usize = 400;

struct Source {
    path: PathBuf,
    module: String,
    text: String,
    paths: BTreeSet<String>,
}

/// All paths that a file names outside its tests, `use` trees taken apart.
#[derive(Default)]
struct Paths(BTreeSet<String>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = module.attrs.iter().any(|a| a.path().is_ident("cfg") && quoted(a).contains("test"));
        if !is_test {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        take_apart(&item.tree, "", &mut self.0);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        self.0.insert(segments.join("::"));
        syn::visit::visit_path(self, path);
    }
}

fn quoted(attribute: &syn::Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}

fn take_apart(tree: &syn::UseTree, before: &str, paths: &mut BTreeSet<String>) {
    let join = |name: String| if before.is_empty() { name } else { format!("{before}::{name}") };
    match tree {
        syn::UseTree::Path(path) => take_apart(&path.tree, &join(path.ident.to_string()), paths),
        syn::UseTree::Name(name) => {
            paths.insert(join(name.ident.to_string()));
        }
        syn::UseTree::Rename(rename) => {
            paths.insert(join(rename.ident.to_string()));
        }
        syn::UseTree::Glob(_) => {
            paths.insert(join("*".to_owned()));
        }
        syn::UseTree::Group(group) => {
            group.items.iter().for_each(|item| take_apart(item, before, paths));
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn is_test_file(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_string_lossy();
    name == "tests" || name.ends_with("_tests") || path.components().any(|c| c.as_os_str() == "tests")
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut paths = Paths::default();
        paths.visit_file(&file);
        let relative = path.strip_prefix(&src).unwrap().to_owned();
        let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
        let module = first.trim_end_matches(".rs").to_owned();
        Source { path: relative, module, text, paths: paths.0 }
    };
    files.into_iter().filter(|path| !is_test_file(path)).map(read).collect()
}

#[test]
fn imports_point_down_only() {
    let table: BTreeMap<&str, BTreeSet<&str>> =
        MAY_IMPORT.iter().map(|(module, may)| (*module, may.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| s.module != "lib" && s.module != "main") {
        let may = table.get(source.module.as_str());
        let may = may.unwrap_or_else(|| panic!("src/{} is in no row of the table", source.module));
        for path in &source.paths {
            let mut parts = path.split("::");
            if parts.next() != Some("crate") {
                continue;
            }
            let target = parts.next().unwrap_or("");
            if !target.is_empty() && target != source.module && !may.contains(target) {
                wrong.push(format!("{}: {path}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_of_imports_has_no_cycle() {
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    for _ in MAY_IMPORT {
        for (module, may) in MAY_IMPORT {
            if may.iter().all(|m| settled.contains(m)) {
                settled.insert(module);
            }
        }
    }
    let unsettled: Vec<&str> = MAY_IMPORT.iter().map(|(m, _)| *m).filter(|m| !settled.contains(m)).collect();
    assert!(unsettled.is_empty(), "{unsettled:?}");
}

#[test]
fn the_document_quotes_the_table_of_imports() {
    let document = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let quoted = |name: &str| format!("`{name}`");
    let rows: String = MAY_IMPORT
        .iter()
        .map(|(module, below)| {
            let below = below.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
            let below = if below.is_empty() { "nothing of ours".to_owned() } else { below };
            format!("| {} | {below} |\n", quoted(module))
        })
        .collect();
    assert!(document.contains(&rows), "ARCHITECTURE.md must hold this:\n{rows}");
}

#[test]
fn one_outside_thing_lives_in_one_folder() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (thing, homes) in CONFINED {
            let named = source.paths.iter().any(|p| p == thing || p.starts_with(&format!("{thing}::")));
            // A module of ours may have the name of a crate (`render::png`).
            let own = source.paths.iter().any(|p| *p == format!("crate::render::{thing}"));
            if named && !own && !homes.contains(&source.module.as_str()) {
                wrong.push(format!("{}: {thing}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_modules_touch_no_file_no_clock_and_no_chance() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| PURE.contains(&s.module.as_str())) {
        for impure in IMPURE {
            if source.paths.iter().any(|p| p == impure || p.starts_with(&format!("{impure}::"))) {
                wrong.push(format!("{}: {impure}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_opens_with_what_it_answers() {
    let silent: Vec<PathBuf> =
        sources().into_iter().filter(|s| !s.text.starts_with("//!")).map(|s| s.path).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn no_file_has_more_code_than_one_can_read() {
    let code_lines = |text: &str| {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
        code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
    };
    let long: Vec<(PathBuf, usize)> = sources()
        .into_iter()
        .map(|s| (s.path, code_lines(&s.text)))
        .filter(|(_, lines)| *lines > MAX_CODE_LINES)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// Calls whose text argument is a key of the message catalogue: what stands before the key, and how many text arguments
/// come first.
const SAYING: &[(&str, usize)] = &[
    ("say::note(", 0),
    ("Progress::begin(", 0),
    ("Failure::failed(", 0),
    ("Failure::unusable(", 0),
    ("Self::failed(", 0),
    ("Self::unusable(", 0),
    ("Violation { rule: ", 0),
    ("violated(", 0),
    ("Invalid::new(", 1),
    ("speech.say(", 0),
    ("speech.fill(", 0),
    ("speech.counted(", 0),
];

#[test]
fn every_sentence_that_code_asks_for_is_in_the_catalogue() {
    let catalogue = std::fs::read_to_string(root().join("src/messages.toml")).unwrap();
    let has =
        |key: &str| catalogue.contains(&format!("[{key}]")) || catalogue.contains(&format!("[\"{key}\"]"));
    let mut missing = Vec::new();
    for source in sources() {
        for (call, skipped) in SAYING {
            for (at, _) in source.text.match_indices(call) {
                let arguments = &source.text[at + call.len()..];
                let mut texts = arguments.split('"').skip(1).step_by(2);
                let first_is_text = arguments.trim_start().starts_with('"');
                let Some(key) = texts.nth(*skipped).filter(|_| first_is_text) else { continue };
                if !has(key) {
                    missing.push(format!("{}: {key}", source.path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
