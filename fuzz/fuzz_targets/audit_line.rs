//! The audit log: whatever is done to the bytes of a segment, verification ends with an answer, and says
//! that the log is whole only if every record of it is still there.
//!
//! The input is a list of changes to a genuine log. Each is a place (two bytes), how many bytes to take out
//! there (one byte), how many to put in (one byte), and those bytes.

#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use claviger_audit::{ChainKey, FileAuditLog, FileAuditOptions, verify};
use claviger_model::{Principal, RequestId, TenantId, Timestamp};
use claviger_ports::{AuditLog, AuditRecord, Durability, Outcome, Target};
use libfuzzer_sys::fuzz_target;

const RECORDS: u8 = 5;

/// A log as it was written: its files with their names, and which of them holds the records.
struct Genuine {
    files: Vec<(PathBuf, Vec<u8>)>,
    segment: usize,
}

static GENUINE: LazyLock<Genuine> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_log(folder.path());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder.path()).expect("the folder is there") {
        let path = entry.expect("the folder is there").path();
        let name = path.file_name().map(PathBuf::from).expect("a file has a name");
        files.push((name, fs::read(&path).expect("the log was written")));
    }
    let is_segment = |(name, _): &(PathBuf, Vec<u8>)| name.extension().is_some();
    let segment = files.iter().position(is_segment).expect("the log has a segment");
    Genuine { files, segment }
});

fuzz_target!(|input: &[u8]| {
    let Genuine { files, segment } = &*GENUINE;
    let genuine = &files[*segment].1;
    let changed = changed(genuine, input);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (index, (name, bytes)) in files.iter().enumerate() {
        let bytes = if index == *segment { &changed } else { bytes };
        fs::write(folder.path().join(name), bytes).expect("the log can be laid out");
    }
    match verify(folder.path(), &key()) {
        Ok(verified) => {
            assert!(changed.starts_with(genuine), "a change was not noticed");
            assert_eq!(verified.records, u64::from(RECORDS));
        }
        Err(_) => assert_ne!(&changed, genuine, "a genuine log was refused"),
    }
});

fn key() -> ChainKey {
    ChainKey::new([7; 32])
}

fn write_log(folder: &Path) {
    let options = FileAuditOptions::new(folder.to_owned(), key(), Timestamp::from_milliseconds(0));
    let log = FileAuditLog::open(options).expect("a log can be begun");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime");
    for number in 0..RECORDS {
        let appended = log.append(vec![record(number)], Durability::Synced);
        runtime.block_on(appended).expect("a record can be written");
    }
}

fn record(number: u8) -> AuditRecord {
    AuditRecord {
        time: Timestamp::from_milliseconds(1_700_000_000_000 + i64::from(number)),
        request: RequestId::from_bytes([number; 16]),
        tenant: TenantId::default_tenant(),
        principal: Principal::local(),
        source: None,
        door: "native",
        operation: "encrypt",
        target: Target::default(),
        outcome: if number == 3 { Outcome::Refused("not-found") } else { Outcome::Done },
    }
}

/// Applies the changes that the input asks for.
fn changed(genuine: &[u8], input: &[u8]) -> Vec<u8> {
    let mut bytes = genuine.to_vec();
    let mut rest = input;
    while let Some((&[high, low, take, put], after)) = rest.split_first_chunk::<4>() {
        let (new, after) = after.split_at(usize::from(put).min(after.len()));
        rest = after;
        let start = usize::from(u16::from_be_bytes([high, low])) % (bytes.len() + 1);
        let end = (start + usize::from(take)).min(bytes.len());
        bytes.splice(start..end, new.iter().copied());
    }
    bytes
}
