//! Appending and reading back.

use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use claviger_audit::{FileAuditLog, FileAuditOptions, LogError, SyncMode, verify};
use claviger_model::Principal;
use claviger_ports::{AuditLog as _, AuditRecord, Durability, Outcome, Target};
use claviger_testkit::audit::{conforms, record};
use serde_json::json;

use crate::support::{filled, key, open, options, records, requests, segments, verified};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_log_conforms() {
    for sync in [SyncMode::default(), SyncMode::Always] {
        for segment_size in [FileAuditOptions::SEGMENT_SIZE, 5_000] {
            let directory = tempfile::tempdir().unwrap();
            let options = FileAuditOptions { sync, segment_size, ..options(directory.path()) };
            let log = Arc::new(FileAuditLog::open(options).unwrap());
            conforms(log, || requests(directory.path())).await;
            verified(directory.path());
        }
    }
}

#[tokio::test]
async fn a_record_has_these_members_and_no_others() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let sparse = AuditRecord { source: None, target: Target::default(), ..record(2) };
    let far = AuditRecord { source: Some("2001:db8::1".parse::<IpAddr>().unwrap()), ..record(3) };
    log.append(vec![record(1), sparse, far], Durability::Written).await.unwrap();
    let mut found = records(directory.path());
    for record in &mut found {
        let mac = record.as_object_mut().unwrap().remove("mac").unwrap();
        assert_eq!(mac.as_str().unwrap().len(), 43);
    }
    let principal = |subject: &str| json!({"method": "jwt", "issuer": "https://issuer.example/", "subject": subject});
    let whole = json!({
        "seq": 1, "time": "2026-01-01T00:00:00.000Z", "request": "00000000-0000-0000-0000-000000000001",
        "tenant": "default", "principal": principal("subject-1"), "source": "127.0.0.1", "door": "native",
        "operation": "encrypt", "key": "orders", "version": 1, "object": "09090909-0909-0909-0909-090909090909",
        "outcome": "refused", "code": "key_disabled",
    });
    let sparse = json!({
        "seq": 2, "time": "2026-01-01T00:00:00.000Z", "request": "00000000-0000-0000-0000-000000000002",
        "tenant": "default", "principal": principal("subject-2"), "door": "native", "operation": "encrypt",
        "outcome": "done",
    });
    assert_eq!(found[0], whole);
    assert_eq!(found[1], sparse);
    assert_eq!(found[2]["source"], "2001:db8::1");
}

#[tokio::test]
async fn no_name_makes_a_second_line() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let hostile = "a\r\n{\"seq\":2}\u{1b}[2J\u{2028}\u{85}\u{0}\u{202e}\"\\ö\u{1f511}";
    let principal = Principal::new(hostile, hostile, hostile);
    log.append(vec![AuditRecord { principal, ..record(0) }], Durability::Written).await.unwrap();
    let text = fs::read_to_string(&segments(directory.path())[0]).unwrap();
    assert_eq!(text.matches('\n').count(), 1);
    assert!(text.trim_end_matches('\n').bytes().all(|byte| matches!(byte, b' '..=b'~')));
    for member in ["method", "issuer", "subject"] {
        assert_eq!(records(directory.path())[0]["principal"][member], hostile);
    }
    assert_eq!(verified(directory.path()).records, 1);
}

#[tokio::test]
async fn segments_continue_the_chain_over_restarts() {
    let directory = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        filled(directory.path(), 10).await;
    }
    let found = verified(directory.path());
    assert_eq!((found.records, found.synced, found.torn), (30, 30, false));
    assert!(found.segments >= 6, "{found:?}");
    let sequence: Vec<u64> =
        records(directory.path()).iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    assert_eq!(sequence, (1..=30).collect::<Vec<_>>());
}

#[tokio::test]
async fn files_are_for_their_owner_alone() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("outer").join("audit");
    filled(&directory, 10).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&directory), 0o700);
    for entry in fs::read_dir(&directory).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn one_process_writes_a_log() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let second = FileAuditLog::open(options(directory.path()));
    assert!(matches!(second, Err(LogError::InUse { .. })));
    drop(log);
    open(directory.path());
}

#[tokio::test]
async fn what_nobody_waits_for_is_synced_within_the_interval() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    log.append(vec![record(1)], Durability::Written).await.unwrap();
    let began = Instant::now();
    while verified(directory.path()).synced == 0 {
        // The interval is 100 ms; a busy disk gets much more.
        assert!(began.elapsed() < Duration::from_secs(60), "nothing was synced");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    log.append(vec![record(2)], Durability::Synced).await.unwrap();
    assert_eq!(verified(directory.path()).synced, 2, "a synced record is on disk when it returns");
}

#[tokio::test]
async fn always_means_every_record() {
    let directory = tempfile::tempdir().unwrap();
    let options = FileAuditOptions { sync: SyncMode::Always, ..options(directory.path()) };
    let log = FileAuditLog::open(options).unwrap();
    for number in 1..=5 {
        log.append(vec![record(number)], Durability::Written).await.unwrap();
        assert_eq!(verified(directory.path()).synced, number);
    }
}

#[tokio::test]
async fn there_must_be_a_log_to_verify_one() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().to_owned(), directory.path().join("missing")] {
        assert!(matches!(verify(&path, &key()), Err(LogError::Absent { .. })));
    }
    drop(open(directory.path()));
    assert_eq!(verified(directory.path()).records, 0);
}

#[tokio::test]
async fn a_refusal_has_its_code_and_what_was_done_has_none() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let refused = AuditRecord { outcome: Outcome::Refused("not_allowed"), ..record(0) };
    log.append(vec![refused, record(0)], Durability::Written).await.unwrap();
    let found = records(directory.path());
    assert_eq!(
        (&found[0]["outcome"], &found[0]["code"]),
        (&json!("refused"), &json!("not_allowed"))
    );
    assert_eq!((&found[1]["outcome"], found[1].get("code")), (&json!("done"), None));
}
