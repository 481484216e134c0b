//! Finds the built page. Without it the service still builds: its page then says how to build the real one.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let built = root.join("web/dist");
    let is_built = built.join("index.html").exists();
    // A release holds the page; a build for development reads it from the folder, and need not be made anew with it.
    if !is_built || env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=web/dist");
    }
    let folder = if is_built {
        built
    } else {
        let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("page");
        fs::create_dir_all(&folder).expect("the output folder can be written");
        let page = "<!doctype html><html lang=\"ru\"><meta charset=\"utf-8\"><title>Атлас</title>\
                    <p>Страница ещё не собрана: <code>make web</code>.</p>";
        fs::write(folder.join("index.html"), page).expect("the output folder can be written");
        folder
    };
    println!("cargo:rustc-env=ATLAS_PAGE={}", folder.display());
}
