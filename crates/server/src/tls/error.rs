//! Why certificates, keys or revocation lists can't be used.

use std::io;
use std::path::PathBuf;

/// Why a file can't be used. Each message names the file and what to do, and repeats nothing of a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// A file can't be read.
    #[error("{path} cannot be read: {error}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file doesn't hold what it should.
    #[error("{path} cannot be used: {problem}", path = path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The certificate and the key don't belong together.
    #[error(
        "the key in {key} is not the one of the certificate in {certificate}; give the two that were made together",
        key = key.display(), certificate = certificate.display()
    )]
    Mismatch {
        /// Where the certificate is.
        certificate: PathBuf,
        /// Where the key is.
        key: PathBuf,
    },
    /// TLS can't be set up, for which the files are not to blame.
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

impl TlsError {
    /// Something is wrong with what a file holds.
    pub(super) fn content(path: &std::path::Path, problem: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.into() }
    }
}
