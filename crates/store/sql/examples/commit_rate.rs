//! How fast the store makes keys durable, beside what the disk itself can do:
//!
//! ```text
//! cargo run --release -p claviger-store-sql --example commit_rate [DIRECTORY [COMMITTERS]]
//! ```
//!
//! It appends to a file with one `fdatasync` per write, then commits one keyset and one object at a time, alone and from many
//! tasks at once, in the same directory (the current one unless another is given), each for three seconds.

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use claviger_model::{KeyName, KeysetId, ObjectId, ObjectType, State, TenantId, Timestamp};
use claviger_ports::{Change, KeysetRow, ObjectRow, Store};
use claviger_store_sql::{SqlStore, SqliteOptions};

const DURATION: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "the figures are the example's output")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let parent = arguments.next().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let committers = match arguments.next() {
        Some(number) => number.parse()?,
        None => 32,
    };
    let directory = tempfile::tempdir_in(parent)?;
    let syncs = sync_rate(directory.path())?;
    println!("fdatasync of 4 KiB appended: {syncs:.0}/s");
    let path = directory.path().join("claviger.db");
    let store = Arc::new(SqlStore::open(SqliteOptions { path }).await?);
    let next = Arc::new(AtomicU64::new(0));
    for committers in [1, committers] {
        let rate = commit_rate(&store, &next, committers).await?;
        println!("{committers} committers: {rate:.0} keys/s, {:.1} per fdatasync", rate / syncs);
    }
    let start = Instant::now();
    let counts = store.counts().await?;
    println!(
        "{} keysets, {} objects counted in {:?}",
        counts.keysets,
        counts.objects,
        start.elapsed()
    );
    store.close().await?;
    Ok(())
}

/// How often a second the disk syncs 4 KiB at the end of a file.
fn sync_rate(directory: &Path) -> std::io::Result<f64> {
    let mut file = File::create(directory.join("sync"))?;
    let (start, mut syncs) = (Instant::now(), 0.0);
    while start.elapsed() < DURATION {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        syncs += 1.0;
    }
    Ok(syncs / start.elapsed().as_secs_f64())
}

async fn commit_rate(
    store: &Arc<SqlStore>,
    next: &Arc<AtomicU64>,
    committers: u64,
) -> Result<f64, Box<dyn std::error::Error>> {
    let (start, first) = (Instant::now(), next.load(Ordering::Relaxed));
    let mut tasks = Vec::new();
    for _ in 0..committers {
        let (store, next) = (Arc::clone(store), Arc::clone(next));
        tasks.push(tokio::spawn(async move {
            while start.elapsed() < DURATION {
                store.commit(new_key(next.fetch_add(1, Ordering::Relaxed))).await?;
            }
            Ok::<_, claviger_ports::StoreError>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let made = next.load(Ordering::Relaxed) - first;
    Ok(made as f64 / start.elapsed().as_secs_f64())
}

/// One keyset and its first version, as large as those of an AES key.
fn new_key(number: u64) -> Vec<Change> {
    let identifier = |kind: u128| (kind << 120 | u128::from(number) << 16).to_be_bytes();
    let (tenant, owner) = (TenantId::default_tenant(), "token:issuer:somebody".to_owned());
    let created = Timestamp::from_milliseconds(1_700_000_000_000);
    // Spread over the alphabet, as names are.
    let name = format!("key-{:016x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let keyset = KeysetRow {
        id: KeysetId::from_bytes(identifier(1)),
        tenant: tenant.clone(),
        name: KeyName::new(&name).expect("a short name of letters and digits"),
        owner: owner.clone(),
        state: State::Active,
        latest: 1,
        due: None,
        created,
        tags: Vec::new(),
        attributes: Vec::new(),
        read_access: Vec::new(),
        sequence: 1,
        sealed: vec![7; 300],
    };
    let object = ObjectRow {
        id: ObjectId::from_bytes(identifier(2)),
        tenant,
        keyset: keyset.id,
        version: 1,
        object_type: ObjectType::SymmetricKey,
        state: State::Active,
        owner,
        due: None,
        created,
        sequence: 1,
        sealed: vec![7; 250],
    };
    vec![Change::InsertKeyset(keyset), Change::InsertObject(object)]
}
