//! What a large store costs: time to open, memory, and how long a lookup takes.
//!
//! ```text
//! cargo run --release -p claviger-store-sql --example large_store [DIRECTORY [KEYSETS]]
//! ```
//!
//! It makes a store with that many keysets (500,000 unless told otherwise), each with a tag and one object that is found by its
//! name and its group, closes it, opens it again and looks for names, tags, identifiers, fingerprints and what is visible to one
//! at random places.

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use claviger_model::{KeyName, KeysetId, ObjectId, ObjectType, State, Tag, TenantId, Timestamp};
use claviger_ports::{
    Change, Fingerprint, KeysetQuery, KeysetRow, KeysetSelector, ObjectOrder, ObjectQuery,
    ObjectRow, ReadAccess, Store, StoreError,
};
use claviger_store_sql::{SqlStore, SqliteOptions};

const LOOKUPS: u64 = 5000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "the figures are the example's output")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let parent = arguments.next().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let keysets: u64 = arguments.next().map_or(Ok(500_000), |number| number.parse())?;
    let directory = tempfile::tempdir_in(parent)?;
    let path = directory.path().join("claviger.db");
    let options = SqliteOptions { path: path.clone() };
    let start = Instant::now();
    let store = SqlStore::open(options.clone()).await?;
    let mut number = 0;
    while number < keysets {
        let end = keysets.min(number + 1000);
        store.commit((number..end).flat_map(new_key).collect()).await?;
        number = end;
    }
    store.close().await?;
    drop(store);
    println!("filled in {:?}: {} MiB", start.elapsed(), std::fs::metadata(&path)?.len() >> 20);
    let start = Instant::now();
    let store = SqlStore::open(options).await?;
    let counts = store.counts().await?;
    println!("opened in {:?}: {} objects", start.elapsed(), counts.objects);
    for kind in [
        "name",
        "identifier",
        "tag of 100",
        "page by tag of all",
        "visible to one",
        "fingerprint",
        "fingerprint of 100",
        "objects visible to one",
    ] {
        let (median, high) = lookups(&store, kind, keysets).await?;
        println!("{kind}: median {median:?}, p99 {high:?}");
    }
    println!("{}", resident()?);
    store.close().await?;
    Ok(())
}

async fn lookups(
    store: &SqlStore,
    kind: &str,
    keysets: u64,
) -> Result<(Duration, Duration), StoreError> {
    let tenant = TenantId::default_tenant();
    let mut times = Vec::new();
    for round in 0..LOOKUPS {
        let number = mixed(round) % keysets;
        let start = Instant::now();
        match kind {
            "name" => {
                let name = name(number);
                let row = store.keyset(&tenant, KeysetSelector::Name(&name)).await?;
                assert!(row.is_some(), "{number}");
            }
            "identifier" => {
                let row =
                    store.object(&tenant, ObjectId::from_bytes(identifier(2, number))).await?;
                assert!(row.is_some(), "{number}");
            }
            "fingerprint" | "fingerprint of 100" | "objects visible to one" => {
                let mut query = object_query(tenant.clone());
                match kind {
                    "fingerprint" => query.fingerprints = vec![fingerprint(3, number)],
                    "objects visible to one" => query.visible_to = Some(format!("user-{number}")),
                    _ => {
                        query.fingerprints = vec![fingerprint(4, number / 100)];
                        query.visible_to = Some(format!("owner-{}", number % 1000));
                    }
                }
                assert!(!store.find_objects(&query).await?.is_empty(), "{number}");
            }
            _ => {
                let mut query = query(tenant.clone());
                match kind {
                    "tag of 100" => query.tags = vec![tag(&format!("group-{}", number / 100))],
                    "visible to one" => query.visible_to = Some(format!("user-{number}")),
                    _ => {
                        query.tags = vec![tag("everything")];
                        query.after = Some(name(number));
                        query.limit = 20;
                    }
                }
                store.find_keysets(&query).await?;
            }
        }
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok((times[times.len() / 2], times[times.len() * 99 / 100]))
}

fn query(tenant: TenantId) -> KeysetQuery {
    KeysetQuery {
        tenant,
        after: None,
        name_prefix: None,
        tags: Vec::new(),
        attribute: None,
        state: None,
        owner: None,
        visible_to: None,
        limit: 100,
    }
}

fn object_query(tenant: TenantId) -> ObjectQuery {
    ObjectQuery {
        tenant,
        after: None,
        state: None,
        object_type: None,
        owner: None,
        visible_to: None,
        order: ObjectOrder::Newest,
        fingerprints: Vec::new(),
        limit: 100,
    }
}

/// The line of the resident memory.
fn resident() -> std::io::Result<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let lines =
        status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    Ok(lines.collect::<Vec<_>>().join(", "))
}

/// A number that looks random but is the same in every run.
const fn mixed(number: u64) -> u64 {
    let mixed = (number ^ 0x5DEE_CE66).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 8
}

fn identifier(kind: u128, number: u64) -> [u8; 16] {
    (kind << 120 | u128::from(number) << 16).to_be_bytes()
}

/// Spread as keyed hashes are.
fn fingerprint(kind: u128, number: u64) -> Fingerprint {
    identifier(kind, mixed(number))
}

fn name(number: u64) -> KeyName {
    KeyName::new(&format!("key-{:016x}", mixed(number))).expect("a short name")
}

fn tag(text: &str) -> Tag {
    Tag::new(text).expect("a short tag")
}

fn new_key(number: u64) -> [Change; 3] {
    let (tenant, owner) = (TenantId::default_tenant(), format!("owner-{}", number % 1000));
    let created = Timestamp::from_milliseconds(1_700_000_000_000 + number.cast_signed());
    let keyset = KeysetRow {
        id: KeysetId::from_bytes(identifier(1, number)),
        tenant: tenant.clone(),
        name: name(number),
        owner: owner.clone(),
        state: State::Active,
        latest: 1,
        due: None,
        created,
        tags: vec![tag("everything"), tag(&format!("group-{}", number / 100))],
        attributes: Vec::new(),
        read_access: vec![ReadAccess { userid: format!("user-{number}"), permissions: 1 }],
        sequence: 1,
        sealed: vec![7; 300],
    };
    let object = ObjectRow {
        id: ObjectId::from_bytes(identifier(2, number)),
        tenant: tenant.clone(),
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
    let index = Change::IndexObject {
        tenant,
        id: object.id,
        created,
        fingerprints: vec![fingerprint(3, number), fingerprint(4, number / 100)],
    };
    [Change::InsertKeyset(keyset), Change::InsertObject(object), index]
}
