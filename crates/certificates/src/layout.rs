//! How the files of an authority are called.
//!
//! ```text
//! certificates/          mode 0700
//! ├── ca.pem             the authority's certificate: what clients and the service trust
//! ├── ca-key.pem         its key (0600): whoever has it can be everybody
//! ├── ca-crl.pem         its revocation list
//! ├── issued.json        what was issued and revoked
//! ├── server.pem         the service's certificate
//! ├── server-key.pem     its key (0600)
//! ├── NAME.pem           a client's certificate
//! ├── NAME-key.pem       its key (0600)
//! └── NAME.p12           both and the authority's certificate, for clients that want PKCS#12 (0600)
//! ```

use std::path::{Path, PathBuf};

/// The directory's name within the service's data directory.
pub const DIRECTORY: &str = "certificates";

/// The authority's name among the certificates.
pub const AUTHORITY: &str = "ca";

/// The name of the service's own certificate.
pub const SERVER: &str = "server";

/// What was issued and revoked.
pub(crate) const REGISTER: &str = "issued.json";

/// The file that is locked while something changes.
pub(crate) const LOCK: &str = ".lock";

/// The certificate of this name, in PEM.
#[must_use]
pub fn certificate(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.pem"))
}

/// The private key of this name, PKCS#8 in PEM.
#[must_use]
pub fn key(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}-key.pem"))
}

/// The PKCS#12 file of this name.
#[must_use]
pub fn pkcs12(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.p12"))
}

/// The authority's revocation list, in PEM.
#[must_use]
pub fn revocation_list(directory: &Path) -> PathBuf {
    directory.join(format!("{AUTHORITY}-crl.pem"))
}
