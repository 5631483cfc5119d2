//! Why a store can't be opened, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a store can't be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Another process has the data directory open.
    InUse {
        /// The data directory.
        directory: PathBuf,
        /// Its process, if it said so.
        process: Option<u32>,
    },
    /// The file or directory is on a read-only file system, or the file may not be written.
    ReadOnly {
        /// The file or directory.
        path: PathBuf,
    },
    /// This user may not use the file or directory.
    Permission {
        /// The file or directory.
        path: PathBuf,
    },
    /// The file system is full.
    Full {
        /// The file or directory.
        path: PathBuf,
    },
    /// The file isn't a database, or one that is damaged or encrypted.
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is some other program's database.
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The database was changed by a newer version of this service.
    Newer {
        /// The file.
        path: PathBuf,
        /// The migration that this version doesn't know.
        migration: i64,
    },
    /// The database's tables were made by something else than this service's migrations.
    Altered {
        /// The file.
        path: PathBuf,
        /// The migration that differs.
        migration: i64,
    },
    /// The file system can't keep a write-ahead log, as some network file systems.
    NoLog {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused something else.
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// The database failed.
    Database {
        /// The file.
        path: PathBuf,
        /// What it said, without any value.
        reason: String,
    },
}

impl OpenError {
    /// The error for what the operating system said about `path`.
    pub(crate) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::PermissionDenied => Self::Permission { path },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::StorageFull => Self::Full { path },
            _ => Self::Io { path, source },
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { directory, process } => {
                write!(formatter, "{} is in use by ", directory.display())?;
                match process {
                    Some(process) => write!(formatter, "process {process}")?,
                    None => formatter.write_str("another process")?,
                }
                formatter.write_str("; stop it first, or choose another data directory")
            }
            Self::ReadOnly { path } => write!(
                formatter,
                "{} is read-only; mount it writable, or choose another data directory",
                path.display()
            ),
            Self::Permission { path } => write!(
                formatter,
                "no permission to use {}; it must belong to the user that the service runs as",
                path.display()
            ),
            Self::Full { path } => {
                write!(formatter, "there is no room left for {}; make some", path.display())
            }
            Self::NotADatabase { path } => write!(
                formatter,
                "{} is not a database that can be read: damaged, encrypted or something else; \
                 restore it from a backup, or choose another file",
                path.display()
            ),
            Self::Foreign { path } => write!(
                formatter,
                "{} is a database of some other program; choose another file",
                path.display()
            ),
            Self::Newer { path, migration } => write!(
                formatter,
                "{} was changed by a newer version of this service (migration {migration}); \
                 use that version",
                path.display()
            ),
            Self::Altered { path, migration } => write!(
                formatter,
                "the tables of {} were not made by this service (migration {migration} differs); \
                 restore it from a backup",
                path.display()
            ),
            Self::NoLog { path } => write!(
                formatter,
                "the file system of {} cannot keep a write-ahead log; choose a local one",
                path.display()
            ),
            Self::Io { path, source } => write!(formatter, "{}: {source}", path.display()),
            Self::Database { path, reason } => write!(formatter, "{}: {reason}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
