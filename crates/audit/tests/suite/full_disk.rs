//! A disk that is full, and has room again. Mounting a small one takes root; without it these tests fail and say so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use claviger_ports::{AuditError, AuditLog as _, Durability};
use claviger_testkit::audit::{record, request};

use crate::support::{open, requests, verified};

/// A file system in memory, gone when dropped.
struct Small {
    _place: tempfile::TempDir,
    path: PathBuf,
}

impl Small {
    fn mounted(size: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("small");
        fs::create_dir(&path).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&path)
            .status()
            .unwrap();
        assert!(mounted.success(), "this test needs root, to mount a small disk");
        Self { _place: place, path }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // What stays mounted is seen by whoever runs the tests; a panic here would hide the failure that led to it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}

/// Takes all the room that is left.
fn fill(path: &Path) {
    let mut size = 1 << 20;
    let mut content = Vec::new();
    while size >= 1 {
        let longer = vec![1; content.len() + size];
        if fs::write(path, &longer).is_ok() {
            content = longer;
        } else {
            size /= 2;
        }
    }
    // The last attempt failed half-way; what it wrote may stay.
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_reported_ahead_and_recovered_from() {
    let disk = Small::mounted("1m");
    let directory = disk.path.join("audit");
    let log = open(&directory);
    let mut kept = Vec::new();
    let mut number = 0;
    // Each cycle leaves what was set aside full of records; the disk has room for so many.
    for _cycle in 0..3 {
        log.check().expect("there is room");
        let filler = disk.path.join("filler");
        fill(&filler);
        // What was set aside is used up first; then the check says so, and only then appends fail.
        let mut refused = 0;
        let mut warned = false;
        while refused < 5 {
            warned |= log.check().is_err();
            number += 1;
            let began = Instant::now();
            match log.append(vec![record(number)], Durability::Synced).await {
                Ok(()) => kept.push(request(number).to_string()),
                Err(AuditError::Unavailable { reason }) => {
                    assert!(warned, "the check warns before an append fails");
                    assert!(reason.contains("No space left"), "{reason}");
                    refused += 1;
                }
            }
            assert!(began.elapsed() < Duration::from_secs(60), "a full disk holds nobody up");
        }
        assert!(log.check().is_err());
        fs::remove_file(&filler).unwrap();
        log.check().expect("there is room again");
        number += 1;
        log.append(vec![record(number)], Durability::Synced).await.unwrap();
        kept.push(request(number).to_string());
        assert_eq!(requests(&directory), kept);
        assert_eq!(verified(&directory).records, kept.len() as u64);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_meet_a_full_disk() {
    let disk = Small::mounted("512k");
    let directory = disk.path.join("audit");
    let log = Arc::new(open(&directory));
    fill(&disk.path.join("filler"));
    let tasks: Vec<_> = (0..16_u64)
        .map(|task| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let mut kept = Vec::new();
                for number in task * 1_000..task * 1_000 + 400 {
                    if log.append(vec![record(number)], Durability::Written).await.is_ok() {
                        kept.push(request(number).to_string());
                    }
                }
                kept
            })
        })
        .collect();
    let mut kept = Vec::new();
    for task in tasks {
        kept.extend(task.await.unwrap());
    }
    assert!(kept.len() < 16 * 400, "the disk was full");
    let mut found = requests(&directory);
    found.sort();
    kept.sort();
    assert_eq!(found, kept, "what was acknowledged is in the log, and nothing else");
    drop(log);
    verified(&directory);
}
