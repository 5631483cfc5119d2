//! SQLite: pragmas, placeholders, types and error codes.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow,
    SqliteSynchronous, SqliteValueRef,
};
use sqlx::{
    Arguments as _, AssertSqlSafe, ConnectOptions as _, Connection as _, Decode, Row as _, Sqlite,
    TypeInfo as _, ValueRef as _,
};

use super::{Access, Connection, Dialect, Failure, Record, Sql, Value};

/// What the file's `application_id` says: `CLAV`.
pub(crate) const APPLICATION_ID: i64 = 0x434C_4156;

/// Page cache of the writing connection, in KiB.
const WRITE_CACHE: u32 = 16 * 1024;
/// Page cache of a reading connection, in KiB.
const READ_CACHE: u32 = 4 * 1024;
/// After how many pages in the log a commit copies them into the database: 4096 of 4 KiB each.
const CHECKPOINT_PAGES: u32 = 4096;
/// The log is cut back to this many bytes once it was copied.
const LOG_LIMIT: u32 = 64 * 1024 * 1024;
/// How long to wait for somebody else's lock, such as that of a backup.
const BUSY: Duration = Duration::from_secs(5);
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// SQLite with one database file.
pub(crate) struct SqliteDialect {
    path: PathBuf,
}

impl SqliteDialect {
    /// The dialect for the database in this file, which exists.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The pragmas of a connection.
    pub(crate) fn options(&self, access: Access) -> SqliteConnectOptions {
        let options = SqliteConnectOptions::new()
            .filename(&self.path)
            .create_if_missing(false)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .statement_cache_capacity(STATEMENTS)
            .pragma("mmap_size", "0")
            .pragma("temp_store", "MEMORY")
            .pragma("trusted_schema", "OFF")
            .pragma("cell_size_check", "ON")
            .disable_statement_logging();
        match access {
            Access::Write => options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .pragma("cache_size", format!("-{WRITE_CACHE}"))
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
                .pragma("journal_size_limit", LOG_LIMIT.to_string()),
            Access::Read => options.read_only(true).pragma("cache_size", format!("-{READ_CACHE}")),
        }
    }
}

#[async_trait]
impl Dialect for SqliteDialect {
    async fn connect(&self, access: Access) -> Result<Box<dyn Connection>, Failure> {
        let connection = self.options(access).connect().await.map_err(|error| failure(&error))?;
        Ok(Box::new(OpenSqlite(connection)))
    }

    fn begin_write(&self) -> &'static str {
        "BEGIN IMMEDIATE"
    }

    fn begin_read(&self) -> &'static str {
        "BEGIN"
    }

    fn before_close(&self) -> Option<&'static str> {
        Some("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}

struct OpenSqlite(SqliteConnection);

#[async_trait]
impl Connection for OpenSqlite {
    async fn execute(&mut self, sql: &Sql, values: Vec<Value>) -> Result<u64, Failure> {
        let arguments = arguments(values)?;
        let result = match sql {
            Sql::Fixed(sql) => sqlx::query_with(*sql, arguments).execute(&mut self.0).await,
            Sql::Built(sql) => {
                sqlx::query_with(AssertSqlSafe(sql.clone()), arguments).execute(&mut self.0).await
            }
        };
        result.map(|done| done.rows_affected()).map_err(|error| failure(&error))
    }

    async fn fetch(&mut self, sql: &Sql, values: Vec<Value>) -> Result<Vec<Record>, Failure> {
        let arguments = arguments(values)?;
        let result = match sql {
            Sql::Fixed(sql) => sqlx::query_with(*sql, arguments).fetch_all(&mut self.0).await,
            Sql::Built(sql) => {
                sqlx::query_with(AssertSqlSafe(sql.clone()), arguments).fetch_all(&mut self.0).await
            }
        };
        result.map_err(|error| failure(&error))?.iter().map(record).collect()
    }

    async fn close(self: Box<Self>) -> Result<(), Failure> {
        self.0.close().await.map_err(|error| failure(&error))
    }
}

fn arguments(values: Vec<Value>) -> Result<SqliteArguments, Failure> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Null => arguments.add(None::<i64>),
            Value::Integer(integer) => arguments.add(integer),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
            Value::Foreign => return Err(Failure::Refused("a value of no column's type".into())),
        };
        added.map_err(|_| Failure::Refused("a value could not be encoded".into()))?;
    }
    Ok(arguments)
}

/// The values of a row.
pub(crate) fn record(row: &SqliteRow) -> Result<Record, Failure> {
    (0..row.len())
        .map(|column| Ok(value(row.try_get_raw(column).map_err(|error| failure(&error))?)))
        .collect()
}

fn value(raw: SqliteValueRef<'_>) -> Value {
    if raw.is_null() {
        return Value::Null;
    }
    let of_type = raw.type_info().into_owned();
    let decoded = match of_type.name() {
        "INTEGER" => <i64 as Decode<'_, Sqlite>>::decode(raw).map(Value::Integer),
        "TEXT" => <String as Decode<'_, Sqlite>>::decode(raw).map(Value::Text),
        "BLOB" => <Vec<u8> as Decode<'_, Sqlite>>::decode(raw).map(Value::Bytes),
        _ => Ok(Value::Foreign),
    };
    decoded.unwrap_or(Value::Foreign)
}

/// What an error means (<https://www.sqlite.org/rescode.html>). The reason is made from the code alone: SQLite's messages
/// name tables and columns, and nothing guarantees that they never name a value.
pub(crate) fn failure(error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(error) => coded(error.as_ref()),
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Failure::Full,
        sqlx::Error::Io(error) => Failure::Broken(format!("input or output: {}", error.kind())),
        sqlx::Error::WorkerCrashed => Failure::Broken("the connection's thread ended".into()),
        _ => Failure::Broken("the driver failed outside of the database".into()),
    }
}

fn coded(error: &dyn DatabaseError) -> Failure {
    let code: u32 = error.code().and_then(|code| code.parse().ok()).unwrap_or(1);
    let reason = |meaning: &str| format!("SQLite error {code}: {meaning}");
    match (code & 0xff, code) {
        (_, 1555 | 2067 | 2579) => Failure::Unique,
        (19, _) => Failure::Refused(reason("a constraint that the service never breaks")),
        (18, _) => Failure::Refused(reason("a value is too big")),
        (20, _) => Failure::Refused(reason("a value of the wrong type")),
        // The shared-memory file can't grow: on every file system that means that there is no room.
        (13, _) | (_, 4874) => Failure::Full,
        (8, _) => Failure::ReadOnly,
        (11 | 26, _) => Failure::Corrupt,
        (5 | 6, _) => Failure::Broken(reason("locked by another program")),
        (7, _) => Failure::Broken(reason("out of memory")),
        (10, _) => Failure::Broken(reason("input or output failed")),
        (3 | 14, _) => Failure::Broken(reason("a file can't be opened")),
        _ => Failure::Broken(reason("unexpected")),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::error::Error;
    use std::fmt;

    use sqlx::error::{DatabaseError, ErrorKind};

    use super::{Failure, coded};

    #[derive(Debug)]
    struct Coded(u32);

    impl fmt::Display for Coded {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a message with a value")
        }
    }

    impl Error for Coded {}

    impl DatabaseError for Coded {
        fn message(&self) -> &str {
            "a message with a value"
        }
        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.to_string().into())
        }
        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }
        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }
        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }
        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    #[test]
    fn codes_mean_what_sqlite_documents_and_no_message_gets_through() {
        for (code, expected) in [
            (1555, Failure::Unique),
            (2067, Failure::Unique),
            (13, Failure::Full),
            (8, Failure::ReadOnly),
            (1032, Failure::ReadOnly),
            (11, Failure::Corrupt),
            (267, Failure::Corrupt),
            (26, Failure::Corrupt),
        ] {
            assert_eq!(coded(&Coded(code)), expected, "{code}");
        }
        for code in [1, 5, 7, 10, 14, 266, 778, 1034, 1294] {
            match coded(&Coded(code)) {
                Failure::Broken(reason) => assert!(!reason.contains("value"), "{reason}"),
                other => panic!("{code}: {other:?}"),
            }
        }
        for code in [275, 787, 1299, 18, 20, 3091] {
            assert!(matches!(coded(&Coded(code)), Failure::Refused(_)), "{code}");
        }
    }
}
