//! How a run of the service ends: why it didn't start, and the exit codes.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use claviger_ports::{SealError, StoreError};

use crate::config::ConfigurationError;

/// Every exit code and its meaning, for `--help` and the reference page.
pub(crate) const CODES: &[(u8, &str)] = &[
    (OK, "it was stopped, and everything is on disk"),
    (FAILED, "it failed while it ran or stopped; the log says how"),
    (CONFIGURATION, "an option, a variable or the configuration file was refused"),
    (DATA, "the data directory or the database cannot be used"),
    (ROOT_KEY, "the root key was refused, or is not the database's"),
    (ADDRESS, "the address cannot be listened on"),
    (IN_USE, "another server uses the data directory"),
    (AUDIT, "the audit log cannot be written, or was tampered with"),
];

/// It was stopped, and everything is on disk.
pub(crate) const OK: u8 = 0;
/// It failed while it ran or stopped.
pub(crate) const FAILED: u8 = 1;
const CONFIGURATION: u8 = 2;
const DATA: u8 = 3;
const ROOT_KEY: u8 = 4;
const ADDRESS: u8 = 5;
const IN_USE: u8 = 6;
const AUDIT: u8 = 7;

/// Why the service did not start. Each message says what was wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// An option was refused.
    #[error("{0}")]
    Configuration(#[from] ConfigurationError),
    /// The process could not be made safe to hold keys.
    #[error("the process cannot be hardened: {what}: {error}")]
    Hardening {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// The runtime could not be started.
    #[error("the threads that serve requests cannot be started: {0}")]
    Runtime(io::Error),
    /// A directory could not be made or written.
    #[error("the directory {path} cannot be used: {error}; {advice}", path = path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
        /// What to do.
        advice: &'static str,
    },
    /// A directory that others can write.
    #[error("the directory {path} can be written by others (mode {mode:04o}); run `chmod 700` on it", path = path.display())]
    DirectoryExposed {
        /// The directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another server runs on the same data.
    #[error(
        "another server uses the data directory {path}; stop it first, or give this one a directory of its own with `--data-dir`",
        path = path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// There is no root key, or not a right one.
    #[error("{0}")]
    Seal(SealError),
    /// The root key isn't the database's.
    #[error(
        "the root key in {place} is not the one that the database in {data_dir} was made with; start with that one, or with an \
         empty data directory",
        data_dir = data_dir.display()
    )]
    WrongRootKey {
        /// Where the root key was read.
        place: String,
        /// Where the database is.
        data_dir: PathBuf,
    },
    /// The store doesn't work.
    #[error("the database in {data_dir} cannot be used: {error}", data_dir = data_dir.display())]
    Store {
        /// Where the database is.
        data_dir: PathBuf,
        /// What the store said.
        error: StoreError,
    },
    /// The core refuses what the store holds.
    #[error("the database in {data_dir} is refused: {reason}", data_dir = data_dir.display())]
    Content {
        /// Where the database is.
        data_dir: PathBuf,
        /// What the core said.
        reason: String,
    },
    /// The audit log can't be continued.
    #[error("{reason}")]
    Audit {
        /// What the audit log said, and what to do.
        reason: String,
    },
    /// The name stands for no address.
    #[error(
        "the hostname `{hostname}` stands for no address: {error}; give an address of this machine with `--hostname`"
    )]
    Resolution {
        /// The name.
        hostname: String,
        /// What the system said.
        error: io::Error,
    },
    /// The address can be reached by others and nobody said that it may.
    #[error(
        "other machines reach {address}, and the service does not authenticate its callers; listen on 127.0.0.1, or add \
         `--allow-remote` if something else decides who reaches the port"
    )]
    Remote {
        /// The address.
        address: SocketAddr,
    },
    /// The address can't be listened on.
    #[error("{address} cannot be listened on: {error}; {advice}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
        /// What to do.
        advice: &'static str,
    },
}

impl StartError {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Configuration(_) | Self::Remote { .. } => CONFIGURATION,
            Self::Hardening { .. } | Self::Runtime(_) => FAILED,
            Self::Directory { .. }
            | Self::DirectoryExposed { .. }
            | Self::Store { .. }
            | Self::Content { .. } => DATA,
            Self::InUse { .. } => IN_USE,
            Self::Seal(_) | Self::WrongRootKey { .. } => ROOT_KEY,
            Self::Audit { .. } => AUDIT,
            Self::Resolution { .. } | Self::Address { .. } => ADDRESS,
        }
    }
}
