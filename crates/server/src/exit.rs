//! How a run of the service ends: why it didn't start, and the exit codes.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use claviger_ports::SealError;

use crate::config::ConfigurationError;
use crate::tls::TlsError;

/// Every exit code and its meaning, for `--help` and the reference page.
pub(crate) const CODES: &[(u8, &str)] = &[
    (OK, "it was stopped, and everything is on disk"),
    (FAILED, "it failed while it ran or stopped; the log says how"),
    (CONFIGURATION, "an option, a variable or the configuration file was refused"),
    (DATA, "the data directory or the database cannot be used"),
    (ROOT_KEY, "the root key was refused, or is not the database's"),
    (ADDRESS, "the address cannot be listened on"),
    (IN_USE, "another server uses the data directory"),
    (AUDIT, "the audit log cannot be read or written, or was tampered with"),
    (CERTIFICATES, "a certificate, its key or a revocation list cannot be used"),
];

/// It was stopped, and everything is on disk.
pub(crate) const OK: u8 = 0;
/// It failed while it ran or stopped.
pub(crate) const FAILED: u8 = 1;
/// An option was refused.
pub(crate) const CONFIGURATION: u8 = 2;
/// The data directory or the database can't be used.
pub(crate) const DATA: u8 = 3;
/// The root key was refused.
pub(crate) const ROOT_KEY: u8 = 4;
const ADDRESS: u8 = 5;
const IN_USE: u8 = 6;
/// The audit log can't be read or written, or was tampered with.
pub(crate) const AUDIT: u8 = 7;
const CERTIFICATES: u8 = 8;

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
    /// A file of the KMIP door can't be used.
    #[error("the file {path} cannot be used: {reason}", path = path.display())]
    KmipFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another server runs on the same data.
    #[error("{reason}")]
    InUse {
        /// What is in use, and what to do.
        reason: String,
    },
    /// There is no root key, or not a right one.
    #[error("{error}{}", hint(error, place))]
    Seal {
        /// Where it was read.
        place: String,
        /// Why it was refused.
        error: SealError,
    },
    /// The database is there, and the development root key that it would need is not.
    #[error(
        "there is a database in {data_dir} and no root key for it in {path}; give the root key that it was made with, with \
         `--root-key-file` or KMS_ROOT_KEY, or put the file back",
        data_dir = data_dir.display(), path = path.display()
    )]
    NoRootKey {
        /// Where the database is.
        data_dir: PathBuf,
        /// Where the root key would be.
        path: PathBuf,
    },
    /// The root key isn't the database's.
    #[error(
        "the root key in {place} is not the one that the database in {data_dir} was made with; start with that one, or with \
         an empty data directory",
        data_dir = data_dir.display()
    )]
    WrongRootKey {
        /// Where the root key was read.
        place: String,
        /// Where the database is.
        data_dir: PathBuf,
    },
    /// The database can't be used.
    #[error("the database cannot be used: {reason}")]
    Database {
        /// What is wrong with it, and what to do.
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
        "the hostname `{hostname}` stands for no address: {error}; give an address of this machine with `{option}`"
    )]
    Resolution {
        /// The name.
        hostname: String,
        /// The option that gave it.
        option: &'static str,
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
        advice: String,
    },
    /// A certificate, its key or a revocation list can't be used.
    #[error("the KMIP listener cannot be opened: {0}")]
    Certificates(#[from] TlsError),
    /// There is a place to listen and no certificate.
    #[error(
        "the KMIP listener has no certificate; run `claviger cert init --directory {directory}`, or give one with \
         `--kmip-cert-file`, `--kmip-key-file` and `--kmip-client-ca-file`",
        directory = directory.display()
    )]
    NoCertificate {
        /// Where certificates would have been found.
        directory: PathBuf,
    },
}

impl StartError {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Configuration(_) | Self::KmipFile { .. } | Self::Remote { .. } => CONFIGURATION,
            Self::Hardening { .. } | Self::Runtime(_) => FAILED,
            Self::Directory { .. } | Self::DirectoryExposed { .. } | Self::Database { .. } => DATA,
            Self::InUse { .. } => IN_USE,
            Self::Seal { .. } | Self::NoRootKey { .. } | Self::WrongRootKey { .. } => ROOT_KEY,
            Self::Audit { .. } => AUDIT,
            Self::Resolution { .. } | Self::Address { .. } => ADDRESS,
            Self::Certificates(_) | Self::NoCertificate { .. } => CERTIFICATES,
        }
    }
}

/// Where the key was read, if the error does not say it itself.
fn hint(error: &SealError, place: &str) -> String {
    match error {
        SealError::Length { .. } => format!(" (it was read from {place})"),
        SealError::Encoding { .. } | SealError::Unavailable { .. } | SealError::Exposed { .. } => {
            String::new()
        }
    }
}
