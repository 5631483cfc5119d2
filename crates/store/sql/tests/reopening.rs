//! What an SQLite store keeps when it is closed, who may open it, and what it refuses to open.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use claviger_model::TenantId;
use claviger_ports::{Change, KeysetSelector, Store, StoreError};
use claviger_store_sql::{OpenError, SqlStore, SqliteOptions};
use claviger_testkit::store::rows::{
    at, full_keyset, keyset_id, keyset_query, object, object_query, tenant_key,
};
use rustix::fs::Mode;
use sqlx::{ConnectOptions as _, Connection as _};

async fn open(path: &Path) -> Result<SqlStore, OpenError> {
    SqlStore::open(SqliteOptions { path: path.to_owned() }).await
}

async fn fill(store: &SqlStore, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        let mut object = object(number, 7);
        object.due = Some(at(number.cast_signed()));
        let changes = vec![Change::InsertKeyset(full_keyset(number)), Change::InsertObject(object)];
        store.commit(changes).await.unwrap();
    }
}

async fn assert_filled(store: &SqlStore, numbers: std::ops::RangeInclusive<u64>) {
    let rows = store.find_keysets(&keyset_query()).await.unwrap();
    assert_eq!(rows, numbers.clone().map(full_keyset).collect::<Vec<_>>());
    let objects = store.find_objects(&object_query()).await.unwrap();
    let due: Vec<_> = objects.iter().map(|row| row.due.unwrap().milliseconds()).collect();
    assert_eq!(due, numbers.clone().rev().map(u64::cast_signed).collect::<Vec<_>>());
    let counts = store.counts().await.unwrap();
    let expected = numbers.count() as u64;
    assert_eq!((counts.keysets, counts.objects), (expected, expected));
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data").join("claviger.db");
    let store = open(&path).await.unwrap();
    fill(&store, 1..=20).await;
    let key = tenant_key("default", 1);
    store.commit(vec![Change::InsertWrappedKey(key.clone())]).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    for round in 0..3 {
        let store = open(&path).await.unwrap();
        assert_filled(&store, 1..=20 + round).await;
        assert_eq!(store.wrapped_keys().await.unwrap(), std::slice::from_ref(&key));
        fill(&store, 21 + round..=21 + round).await;
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_database_file_is_a_whole_copy() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    let store = open(&path).await.unwrap();
    fill(&store, 1..=50).await;
    store.close().await.unwrap();
    let backup = directory.path().join("elsewhere").join("backup.db");
    fs::create_dir(backup.parent().unwrap()).unwrap();
    fs::copy(&path, &backup).unwrap();
    let restored = open(&backup).await.unwrap();
    assert_filled(&restored, 1..=50).await;
    restored.close().await.unwrap();
}

#[tokio::test]
async fn a_store_that_was_dropped_without_closing_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    let store = open(&path).await.unwrap();
    fill(&store, 1..=5).await;
    drop(store);
    let reopened = loop {
        match open(&path).await {
            Ok(store) => break store,
            // The writer ends by itself a moment later.
            Err(OpenError::InUse { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    };
    assert_filled(&reopened, 1..=5).await;
    reopened.close().await.unwrap();
}

#[tokio::test]
async fn a_second_store_on_the_same_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    let store = open(&path).await.unwrap();
    let Err(error) = open(&path).await else { panic!("a second store") };
    let process = std::process::id();
    assert!(
        matches!(&error, OpenError::InUse { directory: of, process: Some(by) }
            if of == directory.path() && *by == process),
        "{error:?}"
    );
    assert!(error.to_string().contains(&format!("in use by process {process}")), "{error}");
    let other = open(&directory.path().join("other.db")).await;
    assert!(matches!(other, Err(OpenError::InUse { .. })), "the directory is taken, not the file");
    fill(&store, 1..=1).await;
    store.close().await.unwrap();
    open(&path).await.unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("claviger.db")).await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    let commit = store.commit(vec![Change::InsertKeyset(full_keyset(1))]).await;
    assert!(matches!(commit, Err(StoreError::Unavailable { .. })), "{commit:?}");
    let counts = store.counts().await;
    assert!(matches!(counts, Err(StoreError::Unavailable { .. })), "{counts:?}");
}

#[tokio::test]
async fn files_are_private_whatever_the_umask() {
    for umask in [0o000, 0o022, 0o777] {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let path = data.join("claviger.db");
        let before = rustix::process::umask(Mode::from_raw_mode(umask));
        let store = open(&path).await;
        rustix::process::umask(before);
        let store = store.unwrap();
        fill(&store, 1..=1).await;
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&data).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().mode() & 0o7777;
            assert_eq!(mode, 0o600, "{} under umask {umask:o}", entry.path().display());
            names.insert(entry.file_name().into_string().unwrap());
        }
        let expected = ["claviger.db", "claviger.db-shm", "claviger.db-wal", "claviger.lock"];
        assert!(names.iter().eq(expected), "{names:?}");
        assert_eq!(fs::metadata(&data).unwrap().mode() & 0o077, 0);
        store.close().await.unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        open(&path).await.unwrap().close().await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600, "tightened");
    }
}

#[tokio::test]
async fn what_is_no_store_of_ours_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let garbage = directory.path().join("garbage.db");
    fs::write(&garbage, [0x5a; 8192]).unwrap();
    let error = open(&garbage).await.err().unwrap();
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{error:?}");
    assert_eq!(fs::read(&garbage).unwrap(), [0x5a; 8192], "left as it was");

    let foreign = directory.path().join("foreign.db");
    fs::write(&foreign, "").unwrap();
    edit(&foreign, &["CREATE TABLE somebodys (id INTEGER)"]).await;
    let error = open(&foreign).await.err().unwrap();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");

    let newer = directory.path().join("newer.db");
    open(&newer).await.unwrap().close().await.unwrap();
    edit(
        &newer,
        &["INSERT INTO _sqlx_migrations SELECT 999, description, installed_on, success, \
        checksum, execution_time FROM _sqlx_migrations WHERE version = 1"],
    )
    .await;
    let error = open(&newer).await.err().unwrap();
    assert!(matches!(error, OpenError::Newer { migration: 999, .. }), "{error:?}");

    let altered = directory.path().join("altered.db");
    open(&altered).await.unwrap().close().await.unwrap();
    edit(&altered, &["UPDATE _sqlx_migrations SET checksum = x'00'"]).await;
    let error = open(&altered).await.err().unwrap();
    assert!(matches!(error, OpenError::Altered { migration: 1, .. }), "{error:?}");

    let missing = directory.path().join("no").join("such").join("claviger.db");
    let error = open(&missing).await.err().unwrap();
    assert!(matches!(error, OpenError::Io { .. }), "{error:?}");
}

#[tokio::test]
async fn impossible_values_are_named_by_table_column_and_row() {
    let id = keyset_id(1).to_string();
    let object_id = object(1, 7).id.to_string();
    let cases = [
        ("UPDATE keysets SET state = 'dormant'", "keysets", "state", &id),
        ("UPDATE keysets SET latest = -1", "keysets", "latest", &id),
        ("UPDATE keysets SET latest = 4294967296", "keysets", "latest", &id),
        ("UPDATE keysets SET owner = CAST(x'ff' AS TEXT)", "keysets", "owner", &id),
        ("UPDATE tags SET tag = '' WHERE tag = 'red'", "tags", "tag", &format!("{id}/")),
        (
            "UPDATE attributes SET value = CAST(x'c0' AS TEXT)",
            "attributes",
            "value",
            &format!("{id}/cost-centre"),
        ),
        ("UPDATE objects SET type = 'letter'", "objects", "type", &object_id),
        ("UPDATE objects SET state = ''", "objects", "state", &object_id),
        ("UPDATE objects SET version = -7", "objects", "version", &object_id),
        ("UPDATE objects SET tenant = '../x'", "objects", "tenant", &object_id),
        ("UPDATE objects SET keyset = x'00'", "objects", "keyset", &object_id),
        (
            "UPDATE wrapped_keys SET kind = 'other'",
            "wrapped_keys",
            "kind",
            &"other/default/1".to_owned(),
        ),
        ("UPDATE row_counts SET objects = -1", "row_counts", "objects", &String::new()),
    ];
    for (sql, table, column, row) in cases {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("claviger.db");
        let store = open(&path).await.unwrap();
        fill(&store, 1..=1).await;
        let key = Change::InsertWrappedKey(tenant_key("default", 1));
        store.commit(vec![key]).await.unwrap();
        edit(&path, &["PRAGMA ignore_check_constraints = ON", sql]).await;
        let error = read_everything(&store).await.err();
        match error {
            Some(StoreError::Inconsistency { table: of, column: at, row: key }) => {
                assert_eq!((of, at, &key), (table, column, row), "{sql}");
            }
            other => panic!("{sql}: {other:?}"),
        }
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn another_tenants_keyset_is_not_listed_by_an_edited_tag() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    let store = open(&path).await.unwrap();
    fill(&store, 1..=1).await;
    edit(&path, &["UPDATE tags SET tenant = 'other'"]).await;
    let mut query = keyset_query();
    query.tenant = TenantId::new("other").unwrap();
    query.tags = claviger_testkit::store::rows::tags(&["red"]);
    let error = store.find_keysets(&query).await.err();
    assert!(
        matches!(error, Some(StoreError::Inconsistency { table: "keysets", column: "tenant", .. })),
        "{error:?}"
    );
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_damaged_file_is_reported_and_never_served() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    let store = open(&path).await.unwrap();
    fill(&store, 1..=500).await;
    store.close().await.unwrap();
    let mut bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 64 * 4096);
    bytes[24 * 4096..].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    match open(&path).await {
        Err(OpenError::NotADatabase { .. }) => {}
        Err(error) => panic!("{error}"),
        Ok(store) => {
            let mut reported = 0;
            for number in 1..=500 {
                let selector = KeysetSelector::Id(keyset_id(number));
                match store.keyset(&TenantId::default_tenant(), selector).await {
                    Ok(row) => assert_eq!(row, Some(full_keyset(number))),
                    Err(StoreError::Inconsistency { .. }) => reported += 1,
                    Err(error) => panic!("{error}"),
                }
            }
            assert!(reported > 0);
        }
    }
}

async fn read_everything(store: &SqlStore) -> Result<(), StoreError> {
    store.find_keysets(&keyset_query()).await?;
    store.versions(keyset_id(1), 0, 10).await?;
    store.object(&TenantId::default_tenant(), object(1, 7).id).await?;
    store.due(at(i64::MAX), 10).await?;
    // Where the row no longer has the tenant or version that it is looked up by, whoever asks for all still meets it.
    store.version(keyset_id(1), 7).await?;
    store.wrapped_keys().await?;
    store.counts().await.map(drop)
}

/// Changes a database behind the store's back.
async fn edit(path: &Path, statements: &[&'static str]) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(PathBuf::from(path));
    let mut connection = options.connect().await.unwrap();
    for sql in statements {
        sqlx::query(*sql).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn wrapped_keys_are_read_beside_a_store_and_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/claviger.db");
    let options = SqliteOptions { path: path.clone() };
    let missing = SqlStore::read_wrapped_keys(&options).await.unwrap_err();
    assert!(matches!(missing, OpenError::Io { .. }), "{missing}");

    let store = open(&path).await.unwrap();
    let rows = vec![tenant_key("default", 1), tenant_key("default", 2)];
    store.commit(rows.iter().cloned().map(Change::InsertWrappedKey).collect()).await.unwrap();
    assert_eq!(SqlStore::read_wrapped_keys(&options).await.unwrap(), rows, "out of the log");
    fill(&store, 1..=2).await;
    store.close().await.unwrap();

    let names = || -> BTreeSet<_> {
        let entries = fs::read_dir(path.parent().unwrap()).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    let before = names();
    assert_eq!(SqlStore::read_wrapped_keys(&options).await.unwrap(), rows, "out of the file");
    assert_eq!(names(), before);
    let reopened = open(&path).await.unwrap();
    assert_filled(&reopened, 1..=2).await;
}
