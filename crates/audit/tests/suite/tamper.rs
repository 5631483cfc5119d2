//! An intruder who can write the files and doesn't have the key.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use claviger_audit::{ChainKey, FileAuditLog, FileAuditOptions, LogError, verify};
use claviger_ports::{AuditLog as _, Durability};
use claviger_testkit::audit::record;

use crate::support::{filled, first_bad, open, options, segments, verified};

/// A log of 20 records in five segments or so.
async fn log() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    filled(directory.path(), 20).await;
    assert_eq!(verified(directory.path()).records, 20);
    directory
}

/// The segment of record `sequence`, and which line of it that is, counted from 0.
fn place(directory: &Path, sequence: u64) -> (PathBuf, usize) {
    for path in segments(directory) {
        let text = fs::read_to_string(&path).unwrap();
        let wanted = format!("{{\"seq\":{sequence},");
        if let Some(line) = text.lines().position(|line| line.starts_with(&wanted)) {
            return (path, line);
        }
    }
    panic!("there is no record {sequence}");
}

fn change_lines(path: &Path, change: impl FnOnce(&mut Vec<String>)) {
    let mut lines: Vec<String> =
        fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    change(&mut lines);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(path, text).unwrap();
}

#[tokio::test]
async fn every_flipped_bit_of_a_record_is_noticed() {
    let directory = log().await;
    let (path, line) = place(directory.path(), 7);
    let before = fs::read(&path).unwrap();
    let start = before.split_inclusive(|byte| *byte == b'\n').take(line).map(<[u8]>::len).sum();
    let length = before[start..].iter().position(|byte| *byte == b'\n').unwrap();
    for at in start..=start + length {
        let mut changed = before.clone();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert_eq!(first_bad(directory.path()).0, 7, "byte {at}");
    }
    fs::write(&path, &before).unwrap();
    verified(directory.path());
}

#[tokio::test]
async fn removed_added_and_moved_records_are_named() {
    for sequence in [1, 6, 13, 20] {
        let directory = log().await;
        let (path, line) = place(directory.path(), sequence);
        change_lines(&path, |lines| drop(lines.remove(line)));
        assert_eq!(first_bad(directory.path()).0, sequence, "removed");

        let directory = log().await;
        let (path, line) = place(directory.path(), sequence);
        change_lines(&path, |lines| lines.insert(line, lines[line].replace("native", "kmip")));
        assert_eq!(first_bad(directory.path()).0, sequence, "added");

        let directory = log().await;
        let (path, line) = place(directory.path(), sequence);
        change_lines(&path, |lines| lines.insert(line + 1, lines[line].clone()));
        assert_eq!(first_bad(directory.path()).0, sequence + 1, "repeated");
    }
    let directory = log().await;
    let (path, line) = place(directory.path(), 2);
    change_lines(&path, |lines| lines.swap(line, line + 1));
    assert_eq!(first_bad(directory.path()).0, 2, "moved");
}

#[tokio::test]
async fn a_cut_is_named() {
    let directory = log().await;
    let all = segments(directory.path());
    let last_records = fs::read_to_string(all.last().unwrap()).unwrap().lines().count() as u64;
    for (cut, path) in [(true, all.first().unwrap()), (false, all.last().unwrap())] {
        let before = fs::read(path).unwrap();
        let kept = before.len() - 10;
        OpenOptions::new().write(true).open(path).unwrap().set_len(kept as u64).unwrap();
        let (sequence, name) = first_bad(directory.path());
        assert_eq!(name, path.file_name().unwrap().to_str().unwrap());
        if cut {
            assert!(sequence < 20 - last_records, "the end of a segment that others follow");
        } else {
            assert_eq!(sequence, 20, "the end of the last one");
        }
        fs::write(path, before).unwrap();
    }
    fs::remove_file(all.last().unwrap()).unwrap();
    assert_eq!(first_bad(directory.path()).0, 21 - last_records, "the last segment as a whole");
    for path in &all[..all.len() - 1] {
        fs::remove_file(path).unwrap();
    }
    assert_eq!(first_bad(directory.path()).0, 1, "all of them");
}

#[tokio::test]
async fn segments_that_change_places_are_named() {
    let directory = log().await;
    let all = segments(directory.path());
    let first_of_second: u64 = fs::read_to_string(&all[0]).unwrap().lines().count() as u64 + 1;
    let (second, third) = (fs::read(&all[1]).unwrap(), fs::read(&all[2]).unwrap());
    fs::write(&all[1], &third).unwrap();
    fs::write(&all[2], &second).unwrap();
    let name = all[1].file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(first_bad(directory.path()), (first_of_second, name));
    fs::write(&all[1], &second).unwrap();
    fs::remove_file(&all[2]).unwrap();
    let records_of_second = second.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert_eq!(first_bad(directory.path()).0, first_of_second + records_of_second);
}

#[tokio::test]
async fn a_chain_made_anew_without_the_key_is_noticed() {
    let directory = log().await;
    let forged = tempfile::tempdir().unwrap();
    let other = FileAuditOptions { key: ChainKey::new([8; 32]), ..options(forged.path()) };
    let log = FileAuditLog::open(other).unwrap();
    for number in 0..20 {
        log.append(vec![record(number)], Durability::Written).await.unwrap();
    }
    drop(log);
    // With the head that the intruder can't make, everything is replaced …
    for path in segments(directory.path()) {
        fs::remove_file(path).unwrap();
    }
    fs::copy(&segments(forged.path())[0], directory.path().join("audit-000001.log")).unwrap();
    assert_eq!(first_bad(directory.path()).0, 1);
    // … and with his own.
    fs::copy(forged.path().join("audit-head"), directory.path().join("audit-head")).unwrap();
    let verified = verify(directory.path(), &crate::support::key());
    assert!(matches!(verified, Err(LogError::Head { .. })));
}

#[tokio::test]
async fn a_head_that_is_missing_or_changed_is_noticed() {
    let directory = log().await;
    let head = directory.path().join("audit-head");
    let before = fs::read(&head).unwrap();
    let changed = String::from_utf8(before).unwrap().replace("\"seq\":", "\"seq\":1");
    fs::write(&head, &changed).unwrap();
    let message = open_error(directory.path());
    assert!(message.contains("audit-head is missing, damaged"), "{message}");
    fs::remove_file(&head).unwrap();
    assert_eq!(open_error(directory.path()), message);
    assert!(!head.exists(), "no new head is made for an old log");
    fs::write(&head, &changed).unwrap();
    segments(directory.path()).iter().for_each(|path| fs::remove_file(path).unwrap());
    assert_eq!(open_error(directory.path()), message, "no new log is begun over an old head");
}

#[tokio::test]
async fn a_tampered_end_keeps_the_log_from_being_opened() {
    let directory = log().await;
    let (path, line) = place(directory.path(), 20);
    let before = fs::read(&path).unwrap();
    change_lines(&path, |lines| lines[line] = lines[line].replace("native", "kmip"));
    let message = open_error(directory.path());
    assert!(message.contains("record 20") && message.contains("as evidence"), "{message}");
    fs::write(&path, &before).unwrap();
    change_lines(&path, |lines| lines.push("{\"seq\":21,\"door\":\"native\"}".to_owned()));
    assert!(open_error(directory.path()).contains("record 21"));
    change_lines(&path, |lines| lines.truncate(line));
    assert!(open_error(directory.path()).contains("is gone"));
    fs::write(&path, &before).unwrap();
    let wrong_key = FileAuditOptions { key: ChainKey::new([8; 32]), ..options(directory.path()) };
    assert!(FileAuditLog::open(wrong_key).is_err());
    open(directory.path());
}

fn open_error(directory: &Path) -> String {
    FileAuditLog::open(options(directory)).err().unwrap().to_string()
}
