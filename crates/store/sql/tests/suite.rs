//! The SQL store fulfils the contract of the store port.

use claviger_store_sql::{SqlStore, SqliteOptions};
use claviger_testkit::store::Opened;

async fn open() -> Opened {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    let store = SqlStore::open(SqliteOptions { path }).await.unwrap();
    Opened::keeping(store, directory)
}

claviger_testkit::store_suite!(sqlite, open);
