//! What the tests share: opening, filling and reading a log.

use std::fs;
use std::path::{Path, PathBuf};

use claviger_audit::{ChainKey, FileAuditLog, FileAuditOptions, LogError, Verified, verify};
use claviger_model::Timestamp;
use claviger_ports::{AuditLog as _, Durability};
use claviger_testkit::audit::record;
use serde_json::Value;

pub(crate) fn key() -> ChainKey {
    ChainKey::new([7; 32])
}

pub(crate) fn options(directory: &Path) -> FileAuditOptions {
    let opened = Timestamp::from_milliseconds(1_767_225_600_000);
    FileAuditOptions::new(directory.to_owned(), key(), opened)
}

pub(crate) fn open(directory: &Path) -> FileAuditLog {
    FileAuditLog::open(options(directory)).unwrap()
}

/// A log with `count` records, about four of them in each segment.
pub(crate) async fn filled(directory: &Path, count: u64) {
    let options = FileAuditOptions { segment_size: 1_600, ..options(directory) };
    let log = FileAuditLog::open(options).unwrap();
    for number in 0..count {
        log.append(vec![record(number)], Durability::Written).await.unwrap();
    }
}

pub(crate) fn segments(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .collect();
    paths.sort();
    paths
}

/// Every record, parsed.
pub(crate) fn records(directory: &Path) -> Vec<Value> {
    let text: String =
        segments(directory).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The requests of all records, in order.
pub(crate) fn requests(directory: &Path) -> Vec<String> {
    let text = |record: &Value| record["request"].as_str().unwrap().to_owned();
    records(directory).iter().map(text).collect()
}

pub(crate) fn verified(directory: &Path) -> Verified {
    verify(directory, &key()).unwrap()
}

/// The sequence number that is named as the first bad one, and the name of its segment.
pub(crate) fn first_bad(directory: &Path) -> (u64, String) {
    match verify(directory, &key()) {
        Err(LogError::Tampered { sequence, path, .. }) => {
            (sequence, path.file_name().unwrap().to_str().unwrap().to_owned())
        }
        other => panic!("expected a record that was tampered with and got {other:?}"),
    }
}
