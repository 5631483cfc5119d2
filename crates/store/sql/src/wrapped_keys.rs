//! Reading the wrapped keys of an SQLite file and nothing else: beside a running server, or from a copy.
//!
//! The directory is not taken: nobody is kept out, and neither the database nor its log is written. Where there is a log,
//! beside a server or after a crash, this is one more reader of it, with SQLite's own locks and its index (`-shm`). Where there is no log, as after an orderly shutdown or in a copy of the
//! database file alone, the file is read as one that doesn't change (`immutable`), so that no log and no index of one are left
//! behind and the disk may be read-only.

use std::io;
use std::path::Path;

use claviger_ports::WrappedKeyRow;
use rustix::fs::{Access as Permission, access};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::data_directory::with_suffix;
use crate::dialect::Access;
use crate::dialect::sqlite::{SqliteDialect, record};
use crate::open_error::OpenError;
use crate::rows;
use crate::sqlite_file::{check_owner, from_failure, open_error};
use crate::statements::ALL_WRAPPED_KEYS;

/// The wrapped keys in the database `path`, an absolute path.
pub(crate) async fn read(path: &Path) -> Result<Vec<WrappedKeyRow>, OpenError> {
    // The file is not opened for this: closing it would give up the locks of all connections of this process.
    access(path, Permission::READ_OK)
        .map_err(|error| OpenError::io(path, io::Error::from(error)))?;
    let log = with_suffix(path, "-wal");
    let has_log = log.try_exists().map_err(|error| OpenError::io(log, error))?;
    let options = SqliteDialect::new(path.to_owned()).options(Access::Read).immutable(!has_log);
    let refused = |error: sqlx::Error| open_error(path, &error);
    let mut connection = options.connect().await.map_err(refused)?;
    check_owner(path, &mut connection).await?;
    let found = sqlx::query(ALL_WRAPPED_KEYS).fetch_all(&mut connection).await.map_err(refused)?;
    connection.close().await.map_err(refused)?;
    let rows = found.iter().map(|row| {
        let record = record(row).map_err(|failure| from_failure(path, failure))?;
        rows::wrapped_key(record).map_err(|error| OpenError::Database {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    });
    rows.collect()
}
