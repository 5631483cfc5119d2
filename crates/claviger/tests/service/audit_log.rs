//! `claviger audit verify` on the log of a real service: whole, changed, cut, and with a key that is not its own.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use claviger_testkit::process::Service;

use crate::client::Client;
use crate::service;

const DATA: i32 = 3;
const ROOT_KEY: i32 = 4;
const AUDIT: i32 = 7;

/// A service with a log of eight records: two keys, and three encryptions with each.
async fn prepared() -> Service {
    let service = service();
    let client = Client::of(&service);
    for key in ["alice", "bob"] {
        client.create(key).await.good();
        for _ in 0..3 {
            client.encrypted(key, "text").await;
        }
    }
    service
}

/// Runs `claviger audit verify` with these arguments, and nothing of the test's own environment.
fn verify(arguments: &[&Path], variables: &[(&str, &str)]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
    command.env_clear().env("HOME", home.path()).current_dir(home.path());
    command.args(["audit", "verify"]).args(arguments);
    command.envs(variables.iter().copied()).output().unwrap()
}

fn verify_data(service: &Service) -> Output {
    verify(&["--data-dir".as_ref(), service.data_dir()], &[])
}

/// What a good verification prints: records, segments, and the last one that was synced.
#[track_caller]
fn whole(output: &Output) -> [u64; 3] {
    let text = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}{said}");
    assert!(said.is_empty(), "{said}");
    assert!(text.contains(" is whole\n"), "{text}");
    ["records", "segments", "last synced"].map(|name| {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.and_then(|value| value.trim().parse().ok()).unwrap_or_else(|| panic!("{text}"))
    })
}

#[track_caller]
fn refused(output: &Output, code: i32, parts: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty());
    assert_eq!(said.lines().count(), 1, "{said}");
    for part in parts {
        assert!(said.contains(part), "{part:?} is missing: {said}");
    }
}

fn segment(service: &Service) -> PathBuf {
    service.data_dir().join("audit/audit-000001.log")
}

/// The files below a directory with what tells that one was changed.
fn files(directory: &Path) -> Vec<(PathBuf, u64, i64, i64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let (path, file) = entry.map(|entry| (entry.path(), entry.metadata().unwrap())).unwrap();
        found.push((path.clone(), file.len(), file.mtime(), file.mtime_nsec()));
        if file.is_dir() {
            found.extend(files(&path));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_log_that_is_whole() {
    let mut service = prepared().await;
    let [records, segments, synced] = whole(&verify_data(&service));
    assert_eq!((records, segments), (8, 1), "beside the service");
    assert!(synced <= records);
    let client = Client::of(&service);
    client.encrypted("alice", "the service goes on").await;

    service.kill();
    let [records, segments, _] = whole(&verify_data(&service));
    assert_eq!((records, segments), (9, 1), "after the service was killed");
    service.start_again().unwrap();
    Client::of(&service).encrypted("alice", "and starts again").await;

    assert!(service.stop().success());
    let before = files(service.data_dir());
    let [records, segments, synced] = whole(&verify_data(&service));
    assert_eq!((records, segments, synced), (10, 1, 10), "after it was stopped");
    assert_eq!(files(service.data_dir()), before, "nothing was written");
}

#[tokio::test]
async fn a_byte_that_was_changed() {
    let mut service = prepared().await;
    assert!(service.stop().success());
    let log = segment(&service);
    let good = fs::read(&log).unwrap();
    let path = log.to_str().unwrap();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(good.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1))
        .collect();
    for (line, bounds) in (1..).zip(starts.windows(2)) {
        let (start, end) = (bounds[0], bounds[1]);
        for at in [start, start + 10, (start + end) / 2, end - 10, end - 2] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&log, bad).unwrap();
            let parts = [path, &format!("record {line} "), &format!("line {line}:"), "evidence"];
            refused(&verify_data(&service), AUDIT, &parts);
        }
    }
    fs::write(&log, &good).unwrap();
    whole(&verify_data(&service));
}

#[tokio::test]
async fn a_log_that_was_cut_or_taken_away() {
    let mut service = prepared().await;
    assert!(service.stop().success());
    let log = segment(&service);
    let good = fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    fs::write(&log, lines[..6].join("\n") + "\n").unwrap();
    refused(&verify_data(&service), AUDIT, &["record 7 ", "line 7:", "the end of the log was cut"]);
    fs::write(&log, &good[..good.len() - 20]).unwrap();
    refused(&verify_data(&service), AUDIT, &["record 8 ", "line 8:", "the end of the log was cut"]);
    fs::write(&log, good + "{\"seq\":9").unwrap();
    let output = verify_data(&service);
    assert_eq!(whole(&output), [8, 1, 8]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("in the middle of a record"), "{text}");
    fs::remove_file(&log).unwrap();
    refused(&verify_data(&service), AUDIT, &["record 1 ", "line 1:"]);
    fs::remove_dir_all(service.data_dir().join("audit")).unwrap();
    refused(&verify_data(&service), AUDIT, &["there is no audit log in"]);
}

#[tokio::test]
async fn a_copy_elsewhere_and_the_places_of_the_root_key() {
    let mut service = prepared().await;
    assert!(service.stop().success());
    let folder = tempfile::tempdir().unwrap();
    let (copy, key) = (folder.path().join("audit"), folder.path().join("key"));
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(service.data_dir().join("audit")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
    }
    fs::rename(service.data_dir().join("root-key"), &key).unwrap();
    let data = service.data_dir().to_str().unwrap();
    let text = fs::read_to_string(&key).unwrap();

    let log: [&Path; 2] = ["--audit-dir".as_ref(), &copy];
    let variables = [("KMS_DATA_DIR", data), ("KMS_ROOT_KEY", text.trim())];
    assert_eq!(whole(&verify(&log, &variables)), [8, 1, 8]);
    let file: [&Path; 4] = ["--root-key-file".as_ref(), &key, "--audit-dir".as_ref(), &copy];
    assert_eq!(whole(&verify(&file, &[("KMS_DATA_DIR", data)])), [8, 1, 8]);

    let none = verify(&log, &[("KMS_DATA_DIR", data)]);
    refused(&none, ROOT_KEY, &["no root key for it", "--root-key-file"]);
    assert!(!service.data_dir().join("root-key").exists(), "no key is made");
}

#[tokio::test]
async fn a_root_key_or_a_directory_of_another() {
    let service = prepared().await;
    let other = STANDARD.encode([8; 32]);
    let variables = [("KMS_DATA_DIR", service.data_dir().to_str().unwrap())];
    let wrong = verify(&[], &[variables[0], ("KMS_ROOT_KEY", &other)]);
    refused(&wrong, ROOT_KEY, &["is not the one that the database", "KMS_ROOT_KEY"]);
    assert!(!String::from_utf8_lossy(&wrong.stderr).contains(&other), "the key is printed");
    let short = verify(&[], &[variables[0], ("KMS_ROOT_KEY", "AAAA")]);
    refused(&short, ROOT_KEY, &["the root key has 3 bytes"]);

    let empty = tempfile::tempdir().unwrap();
    let nothing = verify(&["--data-dir".as_ref(), empty.path()], &[]);
    refused(&nothing, DATA, &["there is no database in", "--data-dir"]);
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0, "nothing is made");
    fs::write(empty.path().join("claviger.db"), "no database".repeat(1000)).unwrap();
    let key = service.data_dir().join("root-key");
    let arguments: [&Path; 4] =
        ["--data-dir".as_ref(), empty.path(), "--root-key-file".as_ref(), &key];
    refused(&verify(&arguments, &[]), DATA, &["is not a database"]);

    let another = prepared().await;
    let arguments: [&Path; 2] = ["--audit-dir".as_ref(), &another.data_dir().join("audit")];
    refused(&verify(&arguments, &variables), AUDIT, &["made with another key"]);
    let unknown = verify(&["--port=1".as_ref()], &variables);
    assert_eq!(unknown.status.code(), Some(2), "an option of the server's that means nothing here");
}
