//! The seam between the store and a database: what differs from one SQL database to the next, and nothing else.
//!
//! The store writes its SQL once, with `?` for every parameter, out of what SQLite, PostgreSQL and MySQL have in common. A
//! dialect opens connections, turns placeholders and values into its driver's, and says which of a few kinds of failure an
//! error code means. See `docs/adr/0003-sql-dialects.md`.

pub(crate) mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;

/// A value that goes to or comes from the database. The columns are 64-bit integers, texts and byte strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// SQL's NULL.
    Null,
    /// A 64-bit integer.
    Integer(i64),
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Something from the database that is none of these: text that isn't UTF-8, or a type that no column has.
    Foreign,
}

/// A statement with `?` for every parameter. It contains no value.
#[derive(Clone, Debug)]
pub(crate) enum Sql {
    /// Written in the source.
    Fixed(&'static str),
    /// Put together from parts that are written in the source.
    Built(Arc<str>),
}

/// What a database couldn't do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A row with this key is there already. Only the statement failed.
    Unique,
    /// The database takes no such value. Only the statement failed.
    Refused(String),
    /// No room is left.
    Full,
    /// The database can't be written.
    ReadOnly,
    /// The database's own structures are damaged, or it is no such database.
    Corrupt,
    /// Anything else. The reason contains no value.
    Broken(String),
}

impl Failure {
    /// Whether only the one statement failed and the transaction is as it was before it.
    pub(crate) const fn is_of_the_statement(&self) -> bool {
        matches!(self, Self::Unique | Self::Refused(_))
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The one that writes.
    Write,
    /// One of those that only read.
    Read,
}

/// One row of a result.
pub(crate) type Record = Vec<Value>;

/// A database's ways.
#[async_trait]
pub(crate) trait Dialect: Send + Sync + 'static {
    /// Opens a connection, ready to use.
    async fn connect(&self, access: Access) -> Result<Box<dyn Connection>, Failure>;

    /// Begins a transaction that will write.
    fn begin_write(&self) -> &'static str;

    /// Begins a transaction that reads one state of the database.
    fn begin_read(&self) -> &'static str;

    /// What to run on the writing connection before it is closed for good, if anything.
    fn before_close(&self) -> Option<&'static str>;
}

/// One open connection. After any [`Failure`] but those of a statement it is closed and replaced.
#[async_trait]
pub(crate) trait Connection: Send {
    /// Runs one statement and returns how many rows it inserted, matched or deleted.
    async fn execute(&mut self, sql: &Sql, values: Vec<Value>) -> Result<u64, Failure>;

    /// Runs one query and returns its rows.
    async fn fetch(&mut self, sql: &Sql, values: Vec<Value>) -> Result<Vec<Record>, Failure>;

    /// Closes the connection and waits until that is done.
    async fn close(self: Box<Self>) -> Result<(), Failure>;
}
