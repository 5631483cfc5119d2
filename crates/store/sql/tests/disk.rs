//! A real disk that is full or read-only, a directory that may not be used, and callers that stop waiting.
//!
//! The disks are small temporary file systems: mounting them takes root, and without it these tests fail and say so.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use claviger_model::TenantId;
use claviger_ports::{Change, KeysetRow, KeysetSelector, ObjectRow, Store, StoreError};
use claviger_store_sql::{OpenError, SqlStore, SqliteOptions};
use claviger_testkit::store::rows::{full_keyset, keyset, keyset_id, object};

/// A mounted temporary file system, gone when dropped.
struct Disk {
    at: PathBuf,
    _directory: tempfile::TempDir,
}

impl Disk {
    fn mount(size: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path().join("disk");
        fs::create_dir(&at).unwrap();
        let options = format!("size={size}");
        mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], &at);
        Self { at, _directory: directory }
    }

    fn remount(&self, option: &str) {
        mount(&["-o", &format!("remount,{option}")], &self.at);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.at).status();
        let unmounted = unmounted.is_ok_and(|status| status.success());
        assert!(unmounted || std::thread::panicking(), "{} stays mounted", self.at.display());
    }
}

fn mount(arguments: &[&str], at: &Path) {
    let output = Command::new("mount").args(arguments).arg(at).output();
    let output = output.expect("this test needs the mount command");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "this test needs root, to mount a small disk: {message}");
}

async fn open(path: &Path) -> Result<SqlStore, OpenError> {
    SqlStore::open(SqliteOptions { path: path.to_owned() }).await
}

fn key(number: u64, size: usize) -> Vec<Change> {
    let sealed = vec![number.to_le_bytes()[0]; size];
    let row = KeysetRow { sealed: sealed.clone(), ..full_keyset(number) };
    vec![Change::InsertKeyset(row), Change::InsertObject(ObjectRow { sealed, ..object(number, 1) })]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_loses_nothing_and_recovers() {
    let disk = Disk::mount("4m");
    let filler = disk.at.join("filler");
    fs::write(&filler, vec![1; 1 << 20]).unwrap();
    let path = disk.at.join("claviger.db");
    let store = Arc::new(open(&path).await.unwrap());
    let (mut made, mut refused) = (Vec::new(), Vec::new());
    for number in 1..2000 {
        match store.commit(key(number, 8000)).await {
            Ok(()) => made.push(number),
            Err(StoreError::Full) => refused.push(number),
            Err(error) => panic!("{error}"),
        }
        if refused.len() == 20 {
            break;
        }
    }
    assert_eq!(refused.len(), 20, "the disk is full");
    assert!(made.len() > 20, "{made:?}");
    assert_kept(&store, &made, &refused).await;

    // Many at the same time are refused just as well, and reading goes on.
    let mut writers = Vec::new();
    for number in 3000..3064 {
        let store = Arc::clone(&store);
        writers.push(tokio::spawn(async move { store.commit(key(number, 100_000)).await }));
    }
    for writer in writers {
        assert!(matches!(writer.await.unwrap(), Err(StoreError::Full)));
    }
    assert_kept(&store, &made, &refused).await;

    fs::remove_file(&filler).unwrap();
    store.commit(key(4000, 8000)).await.expect("there is room again");
    made.push(4000);
    assert_kept(&store, &made, &refused).await;
    store.close().await.unwrap();
    let store = open(&path).await.unwrap();
    assert_kept(&store, &made, &refused).await;
    store.close().await.unwrap();
}

async fn assert_kept(store: &SqlStore, made: &[u64], refused: &[u64]) {
    let default = TenantId::default_tenant();
    for (numbers, expected) in [(made, true), (refused, false)] {
        for number in numbers {
            let selector = KeysetSelector::Id(keyset_id(*number));
            let there = store.keyset(&default, selector).await.unwrap().is_some();
            assert_eq!(there, expected, "{number}");
            let version = store.version(keyset_id(*number), 1).await.unwrap();
            assert_eq!(version.is_some(), expected, "{number}");
        }
    }
    assert_eq!(store.counts().await.unwrap().keysets, made.len() as u64);
}

#[tokio::test]
async fn a_disk_that_is_full_from_the_start_is_told() {
    let disk = Disk::mount("64k");
    fs::write(disk.at.join("filler"), vec![1; 60 << 10]).unwrap();
    let error = open(&disk.at.join("claviger.db")).await.err().unwrap();
    assert!(matches!(error, OpenError::Full { .. }), "{error:?}");
}

#[tokio::test]
async fn a_read_only_disk_is_told() {
    let disk = Disk::mount("4m");
    let path = disk.at.join("data").join("claviger.db");
    let store = open(&path).await.unwrap();
    store.commit(key(1, 10)).await.unwrap();
    store.close().await.unwrap();
    disk.remount("ro");
    let error = open(&path).await.err().unwrap();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
    let error = open(&disk.at.join("new").join("claviger.db")).await.err().unwrap();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
    disk.remount("rw");
    open(&path).await.unwrap().close().await.unwrap();
}

/// Root may do everything: the test opens the directory in a process of somebody else.
#[tokio::test]
async fn a_directory_of_somebody_else_is_told() {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let data = directory.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let program = directory.path().join("test");
    // Not fs::copy: a process that another test starts meanwhile would hold the copy open for writing ("text file busy").
    let copied = Command::new("cp").arg(std::env::current_exe().unwrap()).arg(&program).status();
    assert!(copied.unwrap().success());
    let output = Command::new(&program)
        .args(["--exact", "opened_by_somebody_else", "--ignored", "--nocapture"])
        .env("CLAVIGER_TEST_PATH", data.join("claviger.db"))
        .current_dir("/")
        .uid(65534)
        .gid(65534)
        .output()
        .expect("this test needs root, to start a process of another user");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "a part of a_directory_of_somebody_else_is_told"]
#[expect(clippy::disallowed_methods, reason = "what the other test tells this process")]
async fn opened_by_somebody_else() {
    let path = std::env::var_os("CLAVIGER_TEST_PATH").expect("started by the other test");
    let error = open(Path::new(&path)).await.err().unwrap();
    assert!(matches!(error, OpenError::Permission { .. }), "{error:?}");
}

/// Files that may not grow make the operating system refuse writes with an error that isn't about room. The test starts itself
/// with such a limit.
#[tokio::test]
async fn a_failed_write_is_told_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    open(&path).await.unwrap().close().await.unwrap();
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "written_until_it_fails", "--ignored", "--nocapture"])
        .env("CLAVIGER_TEST_PATH", &path)
        .output()
        .expect("this test needs a shell");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let made: Vec<u64> = said
        .lines()
        .filter_map(|line| line.split_once("made ").and_then(|(_, number)| number.parse().ok()))
        .collect();
    assert!(made.len() > 5, "{said}");
    let store = open(&path).await.unwrap();
    let default = TenantId::default_tenant();
    for number in &made {
        let selector = KeysetSelector::Id(keyset_id(*number));
        assert!(store.keyset(&default, selector).await.unwrap().is_some(), "{number}");
        assert!(store.version(keyset_id(*number), 1).await.unwrap().is_some(), "{number}");
    }
    store.close().await.unwrap();
}

#[tokio::test]
#[ignore = "a part of a_failed_write_is_told_and_loses_nothing"]
#[expect(clippy::disallowed_methods, reason = "what the other test tells this process")]
#[expect(clippy::print_stdout, reason = "what the other test reads")]
async fn written_until_it_fails() {
    let path = std::env::var_os("CLAVIGER_TEST_PATH").expect("started by the other test");
    let store = open(Path::new(&path)).await.unwrap();
    let mut failed = 0;
    for number in 1..1000 {
        match store.commit(key(number, 20_000)).await {
            Ok(()) => println!("\nmade {number}"),
            Err(StoreError::Unavailable { reason }) => {
                assert!(reason.contains("input or output failed"), "{reason}");
                failed += 1;
            }
            Err(error) => panic!("{error:?}"),
        }
        if failed == 5 {
            return;
        }
    }
    panic!("the limit on the size of files has no effect");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_stop_waiting_leave_the_store_whole() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(open(&directory.path().join("claviger.db")).await.unwrap());
    for number in 1..=300 {
        let patience = Duration::from_micros(number * 7 % 900);
        let _ = tokio::time::timeout(patience, store.commit(key(number, 10))).await;
        let selector = KeysetSelector::Id(keyset_id(number));
        let default = TenantId::default_tenant();
        let _ = tokio::time::timeout(patience / 2, store.keyset(&default, selector)).await;
    }
    store.commit(vec![Change::InsertKeyset(keyset(1000))]).await.unwrap();
    let default = TenantId::default_tenant();
    let mut found = 1;
    for number in 1..=300 {
        let selector = KeysetSelector::Id(keyset_id(number));
        let row = store.keyset(&default, selector).await.unwrap();
        let version = store.version(keyset_id(number), 1).await.unwrap();
        assert_eq!(row.is_some(), version.is_some(), "{number} is of one piece");
        found += u64::from(row.is_some());
    }
    assert_eq!(store.counts().await.unwrap().keysets, found);
    store.close().await.unwrap();
}
