//! The SQL store: sealed rows in a database, found by identifier, name, tag, attribute, state, owner, grant and due date.
//!
//! One store for all databases. Today it has one dialect, embedded SQLite; `docs/adr/0003-sql-dialects.md` says how others
//! join. The tables are described in `docs/on-disk-format.md`.
//!
//! ```text
//! engine.rs          the port: what is asked becomes statements, rows become what was asked
//! search.rs          the statements of lists with conditions
//! statements.rs      tables and all other statements
//! rows.rs            rows to values and back
//! readers.rs         the connections that read
//! writer.rs          the task that writes: many commits, one sync
//! batch.rs           one transaction for many commits
//! changes.rs         changes to statements
//! failure.rs         what a database's failure means to the caller
//! dialect/           what differs between databases
//! sqlite_file.rs     opening an SQLite file: ours, whole, up to date
//! data_directory.rs  exclusive use, private files
//! wrapped_keys.rs    the wrapped keys alone, beside a server
//! ```

mod batch;
mod changes;
mod data_directory;
mod dialect;
mod engine;
mod failure;
mod open_error;
#[cfg(test)]
mod plans;
mod readers;
mod rows;
mod search;
mod sqlite_file;
mod statements;
mod wrapped_keys;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use claviger_model::{KeysetId, ObjectId, TenantId, Timestamp};
use claviger_ports::{
    Change, Due, KeysetQuery, KeysetRow, KeysetSelector, ObjectQuery, ObjectRow, Store,
    StoreCounts, StoreError, WrappedKeyRow,
};

pub use crate::open_error::OpenError;
pub use crate::sqlite_file::SqliteOptions;

use crate::data_directory::DataDirectory;
use crate::dialect::sqlite::SqliteDialect;
use crate::dialect::{Access, Dialect};
use crate::engine::Engine;

/// A store in an SQL database.
pub struct SqlStore {
    engine: Engine,
}

impl SqlStore {
    /// Opens the store in an SQLite file, made if missing, for this process alone. Runs within a tokio runtime, which must
    /// live as long as the store.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the file or its directory.
    pub async fn open(options: SqliteOptions) -> Result<Self, OpenError> {
        let path = std::path::absolute(&options.path)
            .map_err(|error| OpenError::io(&options.path, error))?;
        let directory = DataDirectory::take(&path)?;
        let dialect = SqliteDialect::new(path.clone());
        sqlite_file::prepare(&path, &dialect).await?;
        let connection = dialect
            .connect(Access::Write)
            .await
            .map_err(|failure| sqlite_file::from_failure(&path, failure))?;
        Ok(Self { engine: Engine::start(Arc::new(dialect), connection, directory) })
    }

    /// Reads the wrapped keys of an SQLite file, and nothing else, without opening the store. Nothing is written and nobody is
    /// kept out: a server may use the file meanwhile. Runs within a tokio runtime.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the file; never [`OpenError::InUse`].
    pub async fn read_wrapped_keys(
        options: &SqliteOptions,
    ) -> Result<Vec<WrappedKeyRow>, OpenError> {
        let path = std::path::absolute(&options.path)
            .map_err(|error| OpenError::io(&options.path, error))?;
        wrapped_keys::read(&path).await
    }

    /// Waits for what goes on, refuses anything new, puts everything into the database file itself, so that it alone is a
    /// whole copy, and releases the data directory. A second time is fine.
    ///
    /// # Errors
    /// [`StoreError`] if the log couldn't be copied into the database file. Nothing is lost: the log stays beside it.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.engine.close().await
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.engine.commit(changes).await
    }

    async fn keyset(
        &self,
        tenant: &TenantId,
        selector: KeysetSelector<'_>,
    ) -> Result<Option<KeysetRow>, StoreError> {
        self.engine.keyset(tenant, selector).await
    }

    async fn object(
        &self,
        tenant: &TenantId,
        id: ObjectId,
    ) -> Result<Option<ObjectRow>, StoreError> {
        self.engine.object(tenant, id).await
    }

    async fn version(
        &self,
        keyset: KeysetId,
        version: u32,
    ) -> Result<Option<ObjectRow>, StoreError> {
        self.engine.version(keyset, version).await
    }

    async fn versions(
        &self,
        keyset: KeysetId,
        after: u32,
        limit: u32,
    ) -> Result<Vec<ObjectRow>, StoreError> {
        self.engine.versions(keyset, after, limit).await
    }

    async fn find_keysets(&self, query: &KeysetQuery) -> Result<Vec<KeysetRow>, StoreError> {
        self.engine.find_keysets(query).await
    }

    async fn find_objects(&self, query: &ObjectQuery) -> Result<Vec<ObjectRow>, StoreError> {
        self.engine.find_objects(query).await
    }

    async fn due(&self, until: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
        self.engine.due(until, limit).await
    }

    async fn wrapped_keys(&self) -> Result<Vec<WrappedKeyRow>, StoreError> {
        self.engine.wrapped_keys().await
    }

    async fn counts(&self) -> Result<StoreCounts, StoreError> {
        self.engine.counts().await
    }
}
