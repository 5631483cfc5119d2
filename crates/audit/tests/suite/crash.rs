//! Crashes: a record that was cut in two, and a process that was killed.

use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use claviger_audit::{FileAuditLog, FileAuditOptions, SyncMode};
use claviger_ports::{AuditLog as _, Durability};
use claviger_testkit::audit::{record, request};

use crate::support::{filled, open, options, records, requests, segments, verified};

const DIRECTORY: &str = "CLAVIGER_TEST_AUDIT_DIRECTORY";

fn add(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[tokio::test]
async fn what_a_crash_cut_in_two_is_cut_off_and_noted() {
    let mut with_hole = b"{\"seq\":11,\"ti".to_vec();
    with_hole.extend_from_slice(&[0; 600]);
    with_hole.extend_from_slice(b"\"}\n{\"seq\":13}\n");
    for rest in [b"{".to_vec(), b"{\"seq\":11,\"time\":\"2026".to_vec(), vec![0; 5_000], with_hole]
    {
        let directory = tempfile::tempdir().unwrap();
        filled(directory.path(), 10).await;
        add(segments(directory.path()).last().unwrap(), &rest);
        assert!(verified(directory.path()).torn);
        let log = open(directory.path());
        log.append(vec![record(11)], Durability::Written).await.unwrap();
        drop(log);
        let found = records(directory.path());
        assert_eq!(found.len(), 12);
        assert_eq!(found[10]["operation"], "audit-recovered");
        assert_eq!(found[10]["principal"]["method"], "system");
        assert_eq!(found[11]["request"], request(11).to_string());
        let verified = verified(directory.path());
        assert_eq!((verified.records, verified.torn), (12, false));
    }
}

/// A power cut takes what wasn't synced, or a part of it; what was synced it takes not, and if that is gone it was no power cut.
#[tokio::test]
async fn wherever_a_power_cut_ends_the_log_what_was_synced_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let sync = SyncMode::Interval(Duration::from_secs(3_600));
    let options = FileAuditOptions { sync, ..options(directory.path()) };
    let log = FileAuditLog::open(options).unwrap();
    for number in 0..4 {
        log.append(vec![record(number)], Durability::Synced).await.unwrap();
    }
    for number in 4..7 {
        log.append(vec![record(number)], Durability::Written).await.unwrap();
    }
    assert_eq!(verified(directory.path()).synced, 4);
    let head = fs::read(directory.path().join("audit-head")).unwrap();
    let text = fs::read(&segments(directory.path())[0]).unwrap();
    let cut_at = |length: usize, filler: usize| {
        let after = tempfile::tempdir().unwrap();
        fs::write(after.path().join("audit-head"), &head).unwrap();
        let mut left = text[..length].to_vec();
        left.resize(length + filler, 0);
        fs::write(after.path().join("audit-000001.log"), left).unwrap();
        after
    };
    for length in (0..=text.len()).step_by(7) {
        let whole = text[..length].iter().filter(|byte| **byte == b'\n').count();
        for filler in [0, 100] {
            let after = cut_at(length, filler);
            match FileAuditLog::open(crate::support::options(after.path())) {
                Ok(log) => {
                    assert!(whole >= 4, "a synced record is gone and nobody noticed: {length}");
                    drop(log);
                    assert_eq!(
                        requests(after.path())[..whole],
                        requests(directory.path())[..whole]
                    );
                    verified(after.path());
                }
                Err(error) => assert!(whole < 4, "{length} {filler}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn an_empty_segment_after_a_full_one_is_taken_up() {
    let directory = tempfile::tempdir().unwrap();
    filled(directory.path(), 10).await;
    let next = segments(directory.path()).len() + 1;
    fs::write(directory.path().join(format!("audit-{next:06}.log")), "").unwrap();
    filled(directory.path(), 3).await;
    assert_eq!(verified(directory.path()).records, 13);
    assert!(segments(directory.path()).len() >= next);
}

#[tokio::test]
async fn a_crash_before_the_first_segment_is_no_loss() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    fs::remove_file(&segments(directory.path())[0]).unwrap();
    filled(directory.path(), 2).await;
    assert_eq!(verified(directory.path()).records, 2);
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    for _ in 0..3 {
        let directory = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "crash::appends_until_it_is_killed", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut acknowledged = Vec::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while acknowledged.len() < 2_000 {
            let line = lines.next().expect("the child goes on until it is killed").unwrap();
            acknowledged.extend(line.strip_prefix("acknowledged ").map(str::to_owned));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What the child said before it died and wasn't read yet counts as well; its last line may be cut.
        for line in lines.map_while(Result::ok) {
            let text = line.strip_prefix("acknowledged ").filter(|text| text.len() == 36);
            acknowledged.extend(text.map(str::to_owned));
        }
        drop(FileAuditLog::open(options(directory.path())).unwrap());
        verified(directory.path());
        let kept: std::collections::HashSet<String> =
            requests(directory.path()).into_iter().collect();
        let lost: Vec<&String> =
            acknowledged.iter().filter(|request| !kept.contains(*request)).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}

#[test]
#[ignore = "the process that another test kills"]
fn appends_until_it_is_killed() {
    let directory = PathBuf::from(std::env::var_os(DIRECTORY).expect("run by another test"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let log = Arc::new(open(&directory));
        let tasks: Vec<_> = (0..16_u64)
            .map(|task| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    for turn in 0.. {
                        let number = task << 32 | turn;
                        log.append(vec![record(number)], Durability::Written).await.unwrap();
                        let line = format!("acknowledged {}\n", request(number));
                        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}
