//! The data directory: what is refused and how, backups made while serving, damage that `atlas check` finds.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::demo::{PROBLEMS, demo};
use crate::support::{Chance, Server, data_of, must, path, run, small_atlas, small_problems, text};

/// Commands that open a data directory, and what they need besides.
fn commands(data: &Path, file: &Path) -> Vec<Vec<String>> {
    let list: [&[&str]; 7] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["import", "problems", path(file)],
        &["export", "problems"],
        &["ratings"],
        &["check"],
        &["backup", "-o", "/dev/null"],
        &["token", "list"],
    ];
    list.iter()
        .map(|words| words.iter().copied().chain(["--data", path(data)]).map(str::to_owned).collect())
        .collect()
}

fn run_all(data: &Path, expected: i32, said: &str) {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("problems.geojson");
    std::fs::write(&file, small_problems()).unwrap();
    for command in commands(data, &file) {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let output = run(&words);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{words:?}: {told}");
        assert!(told.contains(said) && !told.contains("panicked"), "{words:?}: {told}");
    }
}

#[test]
fn a_file_where_a_directory_should_be_is_unusable() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("data");
    std::fs::write(&file, "not a directory").unwrap();
    run_all(&file, 2, path(&file));
    assert_eq!(std::fs::read(&file).unwrap(), b"not a directory");
}

#[test]
fn a_directory_with_other_things_in_it_is_not_touched() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("photos");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("cat.jpg"), "meow").unwrap();
    run_all(&data, 2, path(&data));
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1);
    let demo = run(&["demo", "--data", path(&data)]);
    assert_eq!(demo.status.code(), Some(2));
}

#[test]
fn a_directory_that_another_process_holds_is_refused_by_that_process_s_name() {
    let place = small_atlas();
    let data = data_of(&place);
    let server = Server::start(&data, &[]);
    let file = place.path().join("problems.geojson");
    for words in [
        vec!["serve", "--listen", "127.0.0.1:0", "--data", path(&data)],
        vec!["import", "problems", path(&file), "--data", path(&data)],
        vec!["check", "--data", path(&data)],
        vec!["token", "create", "--label", "x", "--data", path(&data)],
    ] {
        let output = run(&words);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {told}");
        assert!(told.contains(&server.id().to_string()), "{words:?}: {told}");
    }
    assert_eq!(server.client().get("/healthz").status, 200);
    server.assert_log_is_clean();
}

#[test]
fn a_directory_that_may_not_be_written_is_unusable() {
    let place = small_atlas();
    let data = data_of(&place);
    let forbid = |mode| std::fs::set_permissions(&data, std::fs::Permissions::from_mode(mode)).unwrap();
    forbid(0o500);
    let is_root = std::fs::write(data.join("try"), "x").is_ok();
    if is_root {
        forbid(0o700);
        std::fs::remove_file(data.join("try")).unwrap();
        eprintln!("SKIPPED: whoever runs this may write everywhere, so no directory is read-only");
        return;
    }
    std::fs::set_permissions(data.join("atlas.lock"), std::fs::Permissions::from_mode(0o400)).unwrap();
    let output = run(&["serve", "--data", path(&data), "--listen", "127.0.0.1:0"]);
    forbid(0o700);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn a_directory_that_a_newer_program_wrote_is_refused_and_left_alone() {
    let place = small_atlas();
    let data = data_of(&place);
    let segment = journal_files(&data).pop().unwrap();
    let mut bytes = std::fs::read(&segment).unwrap();
    // After the eight letters of the magic stands the number of the format; a checksum ends the header.
    assert_eq!((&bytes[..8], &bytes[8..10]), (&b"ATLJRNL\n"[..], &[1, 0][..]));
    bytes[8] = 9;
    let crc = crc32fast::hash(&bytes[..74]);
    bytes[74..78].copy_from_slice(&crc.to_le_bytes());
    std::fs::write(&segment, &bytes).unwrap();
    for words in [
        vec!["serve", "--data", path(&data), "--listen", "127.0.0.1:0"],
        vec!["check", "--data", path(&data)],
        vec!["export", "problems", "--data", path(&data)],
    ] {
        let output = run(&words);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {told}");
        assert!(told.contains('9') && !told.contains("panicked"), "{told}");
    }
    assert_eq!(std::fs::read(&segment).unwrap(), bytes);
}

#[test]
fn an_atlas_whose_making_was_interrupted_is_made_to_the_end_by_the_next_import() {
    let place = small_atlas();
    let data = data_of(&place);
    let segment = journal_files(&data).pop().unwrap();
    // What is there when the process is killed between the first segment and the first frame: a header and nothing else.
    std::fs::OpenOptions::new().write(true).open(segment).unwrap().set_len(78).unwrap();
    for folder in ["store", "checkpoint"] {
        std::fs::remove_dir_all(data.join(folder)).unwrap();
        std::fs::create_dir(data.join(folder)).unwrap();
    }
    let file = place.path().join("problems.geojson");
    must(&["import", "problems", path(&file), "--data", path(&data)]);
    must(&["check", "--data", path(&data)]);
    assert!(text(&export(&data, "problems")).contains("MUN-27-01"), "the region is in");
}

fn journal_files(data: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(data.join("journal")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn export(data: &Path, collection: &str) -> Vec<u8> {
    must(&["export", collection, "--data", path(data)]).stdout
}

#[test]
fn a_backup_made_while_serving_and_writing_restores_an_equal_export() {
    let place = small_atlas();
    let data = data_of(&place);
    let token = crate::support::token(&data);
    let server = Server::start(&data, &[]);
    let body = |n: u32| format!(r#"{{"category":"roads","lon":135.06,"lat":48.48,"source_id":"{n}"}}"#);
    for n in 0..20 {
        crate::appeals::post(&server, &token, &body(n));
    }
    let (file, restored) = (place.path().join("atlas.backup"), place.path().join("restored"));
    std::thread::scope(|scope| {
        let writing =
            scope.spawn(|| (20..200).for_each(|n| drop(crate::appeals::post(&server, &token, &body(n)))));
        must(&["backup", "--data", path(&data), "-o", path(&file)]);
        writing.join().unwrap();
    });
    server.assert_log_is_clean();
    server.stop();
    must(&["restore", path(&file), "--data", path(&restored)]);
    must(&["check", "--data", path(&restored)]);
    assert_eq!(export(&restored, "problems"), export(&data, "problems"));
    let (then, now) = (text(&export(&restored, "appeals")), text(&export(&data, "appeals")));
    let lines = |text: &str| text.lines().filter(|line| line.contains("\"Feature\"")).count();
    assert!((20..=200).contains(&lines(&then)) && lines(&now) == 200);
    let first =
        then.lines().filter(|line| line.contains("\"Feature\"")).map(|line| line.trim_end_matches(','));
    assert!(
        first.zip(now.lines().skip(1)).all(|(a, b)| a == b.trim_end_matches(',')),
        "a prefix of the world"
    );
    let quiet = place.path().join("quiet.backup");
    must(&["backup", "--data", path(&data), "-o", path(&quiet)]);
    let again = place.path().join("again");
    must(&["restore", path(&quiet), "--data", path(&again)]);
    assert_eq!(export(&again, "appeals"), export(&data, "appeals"));
}

#[test]
fn a_damaged_or_foreign_backup_restores_nothing() {
    let place = small_atlas();
    let data = data_of(&place);
    let file = place.path().join("atlas.backup");
    must(&["backup", "--data", path(&data), "-o", path(&file)]);
    let whole = std::fs::read(&file).unwrap();
    let mut chance = Chance(3);
    for round in 0..12 {
        let (mut bytes, restored) = (whole.clone(), place.path().join(format!("restored{round}")));
        if round < 4 {
            bytes.truncate(chance.below(whole.len() as u64) as usize);
        } else {
            let at = chance.below(whole.len() as u64) as usize;
            bytes[at] ^= 1 << chance.below(8);
        }
        std::fs::write(&file, &bytes).unwrap();
        let output = run(&["restore", path(&file), "--data", path(&restored)]);
        if output.status.success() {
            // The flipped bit was in nothing that the atlas reads, such as a tar header's padding.
            must(&["check", "--data", path(&restored)]);
            assert_eq!(export(&restored, "problems"), export(&data, "problems"), "round {round}");
        } else {
            assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
            assert!(!restored.join("journal").exists(), "round {round}: {}", text(&output.stderr));
        }
    }
    for foreign in [&b""[..], b"hello", b"PK\x03\x04"] {
        std::fs::write(&file, foreign).unwrap();
        let output = run(&["restore", path(&file), "--data", path(&place.path().join("never"))]);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{:?}", output.status);
        assert!(!place.path().join("never/journal").exists());
    }
}

#[test]
fn check_finds_a_flipped_byte_anywhere_in_the_journal_checkpoint_or_borders() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    must(&["demo", "--data", path(&data), "--problems", "60", "--appeals", "100", "--assessments", "50"]);
    must(&["check", "--data", path(&data)]);
    let mut files = journal_files(&data);
    let inside = |folder: &str| -> Vec<PathBuf> {
        std::fs::read_dir(data.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    files.extend(inside("checkpoint"));
    files.extend(inside("media").into_iter().take(2));
    let mut chance = Chance(19);
    for file in files {
        let whole = std::fs::read(&file).unwrap();
        let rounds = if file.starts_with(data.join("media")) { 3 } else { 20 };
        for round in 0..rounds {
            let at = match round {
                0 => 0,
                1 => whole.len() - 1,
                _ => chance.below(whole.len() as u64) as usize,
            };
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << chance.below(8);
            std::fs::write(&file, &bytes).unwrap();
            let output = run(&["check", "--data", path(&data)]);
            let told = text(&output.stderr);
            let code = output.status.code();
            // A flipped bit in the number of the format reads as a newer program's file, which is unusable input.
            assert!(code == Some(1) || (code == Some(2) && at < 16), "{} byte {at}: {told}", file.display());
            assert!(!told.contains("panicked"), "{told}");
        }
        std::fs::write(&file, &whole).unwrap();
    }
    must(&["check", "--data", path(&data)]);
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    for words in [
        vec!["fly"],
        vec!["serve"],
        vec!["import", "problems"],
        vec!["import", "unicorns", "x.csv", "--data", "/nowhere"],
        vec!["export", "problems", "--data", "/nowhere/at/all"],
        vec!["export", "problems", "--data", path(&demo().data), "--format", "docx"],
        vec!["demo", "--data", "/nowhere", "--problems", "0"],
    ] {
        let output = run(&words);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", text(&output.stderr));
    }
    for command in ["demo", "serve", "import", "export", "ratings", "check", "backup", "restore"] {
        let help = text(&must(&[command, "--help"]).stdout);
        assert!(help.contains("Example: atlas"), "{command} has no example");
    }
    assert_eq!(PROBLEMS, 600);
}
