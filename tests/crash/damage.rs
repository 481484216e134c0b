//! Damaged and deleted files: the store is rebuilt, the journal never guessed at.

use std::path::{Path, PathBuf};

use crate::support::{Chance, Server, data_of, must, path, run, small_atlas, text};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Everything that a reader sees, as one text.
fn world(data: &Path) -> String {
    let server = Server::start(data, &[]);
    let mut client = server.client();
    let mut page = client.json("/ogc/collections/problems/items?limit=1000");
    page["timeStamp"] = "".into();
    page["links"] = "".into();
    let card = client.json("/api/problems/ATL-27-000001").to_string();
    server.stop();
    format!("{page}{card}")
}

fn flip_a_bit(path: &Path, chance: &mut Chance) {
    let mut bytes = std::fs::read(path).unwrap();
    if !bytes.is_empty() {
        let at = chance.below(bytes.len() as u64) as usize;
        bytes[at] ^= 1 << chance.below(8);
        std::fs::write(path, bytes).unwrap();
    }
}

fn zero_a_block(path: &Path, chance: &mut Chance) {
    let mut bytes = std::fs::read(path).unwrap();
    let blocks = bytes.len().div_ceil(4_096).max(1) as u64;
    let start = chance.below(blocks) as usize * 4_096;
    let end = (start + 4_096).min(bytes.len());
    bytes[start..end].fill(0);
    std::fs::write(path, bytes).unwrap();
}

fn cut(path: &Path, chance: &mut Chance) {
    let length = std::fs::metadata(path).unwrap().len();
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(chance.below(length.max(1))).unwrap();
}

fn fill_with_garbage(path: &Path, chance: &mut Chance) {
    let length = std::fs::metadata(path).unwrap().len();
    let bytes: Vec<u8> = (0..length).map(|_| chance.below(256) as u8).collect();
    std::fs::write(path, bytes).unwrap();
}

fn delete(path: &Path, _: &mut Chance) {
    std::fs::remove_file(path).unwrap();
}

#[test]
fn whatever_happens_to_the_stores_files_the_atlas_starts_with_the_same_world() {
    let place = small_atlas();
    let data = data_of(&place);
    let before = world(&data);
    let store = data.join("store");
    let kept = place.path().join("kept");
    copy(&store, &kept);
    let mut chance = Chance(5);
    for harm in [flip_a_bit, zero_a_block, cut, fill_with_garbage, delete] {
        for n in 0..files(&kept).len() {
            std::fs::remove_dir_all(&store).ok();
            copy(&kept, &store);
            let file = &files(&store)[n];
            harm(file, &mut chance);
            assert_eq!(world(&data), before, "{}", file.display());
        }
    }
    std::fs::remove_dir_all(&store).unwrap();
    assert_eq!(world(&data), before, "without a store");
    std::fs::write(store.join("snap.0000.generating"), b"half").unwrap();
    assert_eq!(world(&data), before, "with an unfinished snapshot of sled");
    must(&["check", "--data", path(&data)]);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_flipped_byte_in_any_file_of_the_journal_is_found_and_refused_by_name() {
    let place = small_atlas();
    let data = data_of(&place);
    let mut chance = Chance(11);
    let segment = files(&data.join("journal")).pop().unwrap();
    let whole = std::fs::read(&segment).unwrap();
    for _ in 0..40 {
        let at = chance.below(whole.len() as u64) as usize;
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        std::fs::write(&segment, &bytes).unwrap();
        let checked = run(&["check", "--data", path(&data)]);
        assert_eq!(checked.status.code(), Some(1), "byte {at}: {}", text(&checked.stderr));
    }
    // Damage before the last frame must also keep a server from starting, and name the file.
    let mut bytes = whole.clone();
    bytes[300] ^= 0x20;
    std::fs::write(&segment, &bytes).unwrap();
    let refused = Server::try_start(&data, &[]).map(|_| ()).unwrap_err();
    let name = segment.file_name().unwrap().to_str().unwrap();
    assert!(text(&refused.stderr).contains(name), "{}", text(&refused.stderr));
    std::fs::write(&segment, &whole).unwrap();
    must(&["check", "--data", path(&data)]);
}

#[test]
fn a_journal_that_was_cut_behind_the_stores_back_is_refused() {
    let place = small_atlas();
    let data = data_of(&place);
    let segment = files(&data.join("journal")).pop().unwrap();
    let whole = std::fs::read(&segment).unwrap();
    std::fs::write(&segment, &whole[..whole.len() - 10]).unwrap();
    let refused = Server::try_start(&data, &[]).map(|_| ()).unwrap_err();
    assert!(text(&refused.stderr).contains("part of the journal is missing"), "{}", text(&refused.stderr));
    std::fs::write(&segment, &whole).unwrap();
    must(&["check", "--data", path(&data)]);
}

#[test]
fn a_backup_made_while_serving_restores_the_same_world() {
    let place = small_atlas();
    let data = data_of(&place);
    let before = world(&data);
    let (file, restored) = (place.path().join("atlas.backup"), place.path().join("restored"));
    let server = Server::start(&data, &[]);
    must(&["backup", "--data", path(&data), "-o", path(&file)]);
    server.stop();
    must(&["restore", path(&file), "--data", path(&restored)]);
    must(&["check", "--data", path(&restored)]);
    assert_eq!(world(&restored), before);
    let again = run(&["restore", path(&file), "--data", path(&restored)]);
    assert_eq!(again.status.code(), Some(2), "a directory with an atlas must not be overwritten");
}
