//! A small file system filled to the brim: writes are refused in time, reads go on, nothing is lost.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Server, data_of, must, path, small_atlas, text, token};

/// A file system of 48 MiB in memory; `None`, told aloud, where one may not be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=48m", "tmpfs", path(at)]).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(at.to_owned()));
        }
        eprintln!("SKIPPED: a small file system may not be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l", path(&self.0)]).status();
    }
}

#[test]
fn a_full_disk_stops_writes_in_time_and_loses_nothing() {
    let source = small_atlas();
    let place = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(&place.path().join("small")) else { return };
    let (backup, data) = (source.path().join("b"), disk.0.join("data"));
    let token = token(&data_of(&source));
    must(&["backup", "--data", path(&data_of(&source)), "-o", path(&backup)]);
    must(&["restore", path(&backup), "--data", path(&data)]);
    let config = place.path().join("config.toml");
    std::fs::write(&config, "[space]\nmin_free_bytes = 8388608\nballast_bytes = 4194304\n").unwrap();
    let more = ["--config", path(&config)];

    let server = Server::start(&data, &more);
    let mut client = server.client();
    let authorization = format!("Bearer {token}");
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
    // Random-looking text that compression cannot shrink fills the disk quickly.
    let mut chance = crate::support::Chance(3);
    let mut send = |client: &mut crate::support::Client, n: usize| {
        let noise: String = (0..3_900).map(|_| char::from(b'!' + chance.below(90) as u8)).collect();
        let noise = noise.replace(['"', '\\'], "x");
        let body = format!(
            r#"{{"category":"roads","lon":135.0,"lat":48.5,"source":"full","source_id":"{n}","text":"{noise}"}}"#
        );
        client.send("POST", "/api/appeals", &headers, body.as_bytes()).unwrap()
    };
    let mut acknowledged = 0;
    let refused = loop {
        let answer = send(&mut client, acknowledged);
        if answer.status != 201 {
            break answer;
        }
        acknowledged += 1;
        assert!(acknowledged < 100_000, "the disk never filled");
    };
    assert_eq!(refused.status, 507, "{}", text(&refused.body));
    assert_eq!(refused.json()["type"], "/errors/disk-full");
    assert_eq!(client.get("/readyz").status, 503);
    let count = |client: &mut crate::support::Client| {
        client.json("/ogc/collections/appeals/items?limit=1")["numberMatched"].as_u64().unwrap()
    };
    assert_eq!(count(&mut client), acknowledged as u64);

    // Somebody else takes the rest: not a single byte is free any more.
    let filler = disk.0.join("filler");
    let full = Command::new("dd")
        .args(["if=/dev/zero", &format!("of={}", path(&filler)), "bs=64k"])
        .output()
        .unwrap();
    assert!(!full.status.success());
    assert_eq!(send(&mut client, acknowledged).status, 507);
    assert_eq!(count(&mut client), acknowledged as u64);
    server.kill();

    // It starts on the full disk, reads, and still refuses to write.
    let server = Server::start(&data, &more);
    let mut client = server.client();
    assert_eq!(count(&mut client), acknowledged as u64);
    assert_eq!(send(&mut client, acknowledged).status, 507);

    // Room again: writing goes on without a restart.
    std::fs::remove_file(&filler).unwrap();
    let grown = Command::new("mount").args(["-o", "remount,size=128m", path(&disk.0)]).status().unwrap();
    assert!(grown.success());
    assert_eq!(send(&mut client, acknowledged).status, 201);
    assert_eq!(client.get("/readyz").status, 200);
    assert_eq!(count(&mut client), acknowledged as u64 + 1);
    server.stop();
    must(&["check", "--data", path(&data)]);
}
