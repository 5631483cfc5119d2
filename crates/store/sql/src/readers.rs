//! The reading connections: a few, opened when needed, used by one caller at a time.
//!
//! A connection goes back to the others only after everything on it went well: a caller that gives up halfway, or meets an
//! error, leaves it to be closed.

use std::sync::{Arc, Mutex, PoisonError};

use claviger_ports::StoreError;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::dialect::{Access, Connection, Dialect, Record, Sql, Value};
use crate::failure::{closed, store_error};
use crate::statements::COMMIT;

/// How many callers read at the same time.
const READERS: u32 = 4;

/// The reading connections.
pub(crate) struct Readers {
    dialect: Arc<dyn Dialect>,
    idle: Mutex<Vec<Box<dyn Connection>>>,
    permits: Semaphore,
}

/// One reading connection, for one caller.
pub(crate) struct Reader<'a> {
    readers: &'a Readers,
    connection: Box<dyn Connection>,
    _permit: SemaphorePermit<'a>,
}

impl Readers {
    /// No connection yet.
    pub(crate) fn new(dialect: Arc<dyn Dialect>) -> Self {
        Self { dialect, idle: Mutex::new(Vec::new()), permits: Semaphore::new(READERS as usize) }
    }

    /// A connection, once one is free.
    pub(crate) async fn reader(&self) -> Result<Reader<'_>, StoreError> {
        let permit = self.permits.acquire().await.map_err(|_| closed())?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self
                .dialect
                .connect(Access::Read)
                .await
                .map_err(|failure| store_error("(none)", &failure))?,
        };
        Ok(Reader { readers: self, connection, _permit: permit })
    }

    /// The rows of one statement.
    pub(crate) async fn rows(
        &self,
        table: &'static str,
        sql: Sql,
        values: Vec<Value>,
    ) -> Result<Vec<Record>, StoreError> {
        let mut reader = self.reader().await?;
        let rows = reader.fetch(table, &sql, values).await?;
        reader.give_back();
        Ok(rows)
    }

    /// Waits for those who read, lets nobody read any more and closes all connections.
    pub(crate) async fn close(&self) {
        let all = self.permits.acquire_many(READERS).await;
        self.permits.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            // The connection is gone either way, and nothing was written on it.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Box<dyn Connection>>> {
        // A list of connections is never half changed.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_> {
    /// From here on the connection sees one state of the database.
    pub(crate) async fn begin(&mut self) -> Result<(), StoreError> {
        let begin = Sql::Fixed(self.readers.dialect.begin_read());
        self.connection
            .execute(&begin, Vec::new())
            .await
            .map(drop)
            .map_err(|failure| store_error("(none)", &failure))
    }

    /// The rows of one statement on `table`.
    pub(crate) async fn fetch(
        &mut self,
        table: &'static str,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<Vec<Record>, StoreError> {
        let rows = self.connection.fetch(sql, values).await;
        rows.map_err(|failure| store_error(table, &failure))
    }

    /// Ends what [`Self::begin`] began and gives the connection back.
    pub(crate) async fn end(mut self) -> Result<(), StoreError> {
        let ended = self.connection.execute(&Sql::Fixed(COMMIT), Vec::new()).await;
        ended.map_err(|failure| store_error("(none)", &failure))?;
        self.give_back();
        Ok(())
    }

    /// Lets others use the connection. It must not be within a transaction.
    pub(crate) fn give_back(self) {
        self.readers.idle().push(self.connection);
    }
}
