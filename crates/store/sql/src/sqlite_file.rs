//! Opening an SQLite database file: it must be ours, whole, and of a schema that this version knows or can bring about.

use std::path::{Path, PathBuf};

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqlSafeStr as _};

use crate::dialect::sqlite::{APPLICATION_ID, SqliteDialect, failure};
use crate::dialect::{Access, Failure};
use crate::open_error::OpenError;

/// How to open a store in an SQLite file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteOptions {
    /// The database file. It is made if missing, and so is its directory; beside it lie its log and the lock file.
    pub path: PathBuf,
}

/// The schema's history. Migrations are only ever added.
fn migrations() -> Vec<Migration> {
    let tables = include_str!("../migrations/sqlite/0001_tables.sql");
    let fingerprints = include_str!("../migrations/sqlite/0002_fingerprints.sql");
    [(1, "tables", tables), (2, "fingerprints", fingerprints)]
        .into_iter()
        .map(|(version, name, sql)| {
            let sql = sql.into_sql_str();
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        })
        .collect()
}

/// Checks the database in `path`, an existing file that may be empty, and brings its tables up to date.
pub(crate) async fn prepare(path: &Path, dialect: &SqliteDialect) -> Result<(), OpenError> {
    let refused = |error: &sqlx::Error| open_error(path, error);
    let mut connection =
        dialect.options(Access::Write).connect().await.map_err(|error| refused(&error))?;
    check_owner(path, &mut connection).await?;
    let log: String = first(path, &mut connection, "PRAGMA journal_mode").await?;
    if log != "wal" {
        return Err(OpenError::NoLog { path: path.to_owned() });
    }
    let migrator = Migrator::with_migrations(migrations());
    migrator.run(&mut connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(migration) => {
            OpenError::Newer { path: path.to_owned(), migration }
        }
        MigrateError::VersionMismatch(migration) => {
            OpenError::Altered { path: path.to_owned(), migration }
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => refused(&error),
        _ => database(path, "a migration failed"),
    })?;
    connection.close().await.map_err(|error| refused(&error))
}

/// Refuses a database that something else made.
pub(crate) async fn check_owner(
    path: &Path,
    connection: &mut SqliteConnection,
) -> Result<(), OpenError> {
    let tables: i64 = first(path, connection, "SELECT count(*) FROM sqlite_schema").await?;
    let application: i64 = first(path, connection, "PRAGMA application_id").await?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    Ok(())
}

async fn first<T>(
    path: &Path,
    connection: &mut SqliteConnection,
    sql: &'static str,
) -> Result<T, OpenError>
where
    T: sqlx::Type<sqlx::Sqlite> + for<'r> sqlx::Decode<'r, sqlx::Sqlite>,
{
    let row = sqlx::query(sql).fetch_one(connection).await;
    row.and_then(|row| row.try_get(0)).map_err(|error| open_error(path, &error))
}

/// The error for what the driver said while the file was opened.
pub(crate) fn open_error(path: &Path, error: &sqlx::Error) -> OpenError {
    from_failure(path, failure(error))
}

/// The error for a database's failure while it is opened.
pub(crate) fn from_failure(path: &Path, failure: Failure) -> OpenError {
    let path = path.to_owned();
    match failure {
        Failure::ReadOnly => OpenError::ReadOnly { path },
        Failure::Full => OpenError::Full { path },
        Failure::Corrupt => OpenError::NotADatabase { path },
        Failure::Unique => database(&path, "a migration broke a constraint"),
        Failure::Refused(reason) | Failure::Broken(reason) => OpenError::Database { path, reason },
    }
}

fn database(path: &Path, reason: &str) -> OpenError {
    OpenError::Database { path: path.to_owned(), reason: reason.to_owned() }
}
