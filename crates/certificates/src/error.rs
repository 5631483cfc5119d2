//! What can go wrong with certificates.

use std::io;
use std::path::PathBuf;

/// What can go wrong with certificates. Each message says what was wrong; none repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A PKCS#12 file can't be used.
    #[error("{problem}")]
    Pkcs12 {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There is an authority in the directory already.
    #[error("there is an authority in {path} already", path = directory.display())]
    Exists {
        /// The directory.
        directory: PathBuf,
    },
    /// There is no authority in the directory.
    #[error("there is no authority in {path}", path = directory.display())]
    Missing {
        /// The directory.
        directory: PathBuf,
    },
    /// There is a certificate of this name already.
    #[error("there is a certificate `{name}` already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// There is no certificate of this name or serial number that could be revoked.
    #[error("there is no certificate `{wanted}`")]
    Unknown {
        /// What was asked for.
        wanted: String,
    },
    /// Everything of this name or serial number is revoked already.
    #[error("`{wanted}` is revoked already")]
    Revoked {
        /// What was asked for.
        wanted: String,
    },
    /// A name that can't be one of a certificate's.
    #[error("`{name}` cannot be the name of a certificate: {problem}")]
    Name {
        /// The name.
        name: String,
        /// Why not.
        problem: &'static str,
    },
    /// A certificate that would be valid at no time, or beyond what can be written.
    #[error("a certificate can be valid for 1 to 36500 days")]
    Validity,
    /// A public key with which nobody can prove itself in TLS.
    #[error(
        "TLS cannot use the public key: use ECDSA on P-256 or P-384, Ed25519, or RSA of 2048 to 8192 bits"
    )]
    PublicKey,
    /// A file can't be read or written.
    #[error("{path} cannot be {action}: {error}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried, as a participle.
        action: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// A file of the directory doesn't hold what it should.
    #[error("{path} cannot be used: {problem}", path = path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A key can't be made or used for signing.
    #[error("a key cannot be made or used: {0}")]
    Signing(rcgen::Error),
}
