//! Which files TLS needs, and what is in them.
//!
//! Certificates and revocation lists are PEM, with several in a file, or DER. A private key is PEM: PKCS#8, PKCS#1 or SEC 1.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use claviger_certificates::{CertificateError, layout, pkcs12};
use claviger_secret::SecretBytes;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, PrivatePkcs8KeyDer,
};
use zeroize::Zeroizing;

use super::error::TlsError;

/// The most bytes of a file that are read. Revocation lists of large authorities have some megabytes.
const LIMIT: u64 = 64 << 20;

/// Where a listener's certificates are.
pub(crate) struct TlsFiles {
    /// The service's own certificate and key.
    pub(crate) own: OwnFiles,
    /// The certificates of the authorities whose clients are let in.
    pub(crate) client_authorities: PathBuf,
    /// The revocation lists of these authorities; none if none is kept.
    pub(crate) revocation_lists: Option<PathBuf>,
}

/// Where the service's own certificate and key are.
pub(crate) enum OwnFiles {
    /// In PEM.
    Pem {
        /// The certificate, and the intermediate ones after it.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// In a PKCS#12 file.
    Pkcs12 {
        /// The file.
        file: PathBuf,
        /// Its password.
        password: Password,
    },
}

/// The password of a PKCS#12 file.
pub(crate) enum Password {
    /// The empty one.
    Empty,
    /// Given as it is.
    Given(SecretBytes),
    /// The first line of this file.
    File(PathBuf),
}

/// The service's own certificates and key.
pub(super) struct Own {
    /// Where they were found: the certificate, and the key.
    pub(super) places: (PathBuf, PathBuf),
    /// In PEM the chain, the service's own first. In PKCS#12 they have any order.
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// The private key. Whoever uses it up wipes it.
    pub(super) key: PrivateKeyDer<'static>,
}

/// What a file looks like from outside: when this is the same, so is its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    file: (u64, u64),
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl TlsFiles {
    /// The files of the authority in this data directory; none if there is none that has a certificate for the service.
    pub(crate) fn of_authority(data_dir: &Path) -> Option<Self> {
        let directory = data_dir.join(layout::DIRECTORY);
        let certificate = layout::certificate(&directory, layout::SERVER);
        certificate.exists().then(|| Self {
            own: OwnFiles::Pem { certificate, key: layout::key(&directory, layout::SERVER) },
            client_authorities: layout::certificate(&directory, layout::AUTHORITY),
            revocation_lists: Some(layout::revocation_list(&directory)),
        })
    }

    /// What the files look like now; none for one that is missing.
    pub(super) fn marks(&self) -> Vec<Option<Mark>> {
        let mut paths = match &self.own {
            OwnFiles::Pem { certificate, key } => vec![certificate, key],
            OwnFiles::Pkcs12 { file, password: Password::File(path) } => vec![file, path],
            OwnFiles::Pkcs12 { file, password: Password::Empty | Password::Given(_) } => vec![file],
        };
        paths.push(&self.client_authorities);
        paths.extend(&self.revocation_lists);
        paths.into_iter().map(|path| mark(path)).collect()
    }

    /// The service's own certificates and key.
    pub(super) fn own(&self) -> Result<Own, TlsError> {
        match &self.own {
            OwnFiles::Pem { certificate, key } => Ok(Own {
                places: (certificate.clone(), key.clone()),
                certificates: certificates(certificate)?,
                key: private_key(key)?,
            }),
            OwnFiles::Pkcs12 { file, password } => from_pkcs12(file, password),
        }
    }

    /// The certificates of the authorities whose clients are let in.
    pub(super) fn authorities(&self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        certificates(&self.client_authorities)
    }

    /// Their revocation lists.
    pub(super) fn revocation_lists(
        &self,
    ) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsError> {
        let Some(path) = &self.revocation_lists else { return Ok(Vec::new()) };
        let bytes = read(path)?;
        if !is_pem(&bytes) {
            return Ok(vec![CertificateRevocationListDer::from(bytes.to_vec())]);
        }
        sections(path, &bytes, "no revocation list (`-----BEGIN X509 CRL-----`)")
    }
}

fn mark(path: &Path) -> Option<Mark> {
    let found = fs::metadata(path).ok()?;
    Some(Mark {
        file: (found.dev(), found.ino()),
        length: found.size(),
        modified: (found.mtime(), found.mtime_nsec()),
        changed: (found.ctime(), found.ctime_nsec()),
    })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = read(path)?;
    if !is_pem(&bytes) {
        return Ok(vec![CertificateDer::from(bytes.to_vec())]);
    }
    sections(path, &bytes, "no certificate (`-----BEGIN CERTIFICATE-----`)")
}

/// Every section of this kind; at least one.
fn sections<Section: PemObject>(
    path: &Path,
    pem: &[u8],
    none: &str,
) -> Result<Vec<Section>, TlsError> {
    let found: Vec<Section> = Section::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::content(path, "its PEM is broken; make the file again"))?;
    if found.is_empty() {
        return Err(TlsError::content(path, format!("it holds {none}")));
    }
    Ok(found)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let bytes = read(path)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| {
        let is_encrypted = bytes.windows(ENCRYPTED.len()).any(|window| window == ENCRYPTED);
        TlsError::content(path, if is_encrypted { IS_ENCRYPTED } else { NO_KEY })
    })
}

const ENCRYPTED: &[u8] = b"ENCRYPTED";

const IS_ENCRYPTED: &str = "its private key is encrypted; decrypt it with `openssl pkey`, or put it into a PKCS#12 file with \
                            `openssl pkcs12 -export`";

const NO_KEY: &str = "it holds no private key in PEM (`-----BEGIN PRIVATE KEY-----`)";

fn from_pkcs12(file: &Path, password: &Password) -> Result<Own, TlsError> {
    let bytes = read(file)?;
    let password = match password {
        Password::Empty => Zeroizing::new(Vec::new()),
        Password::Given(password) => Zeroizing::new(
            password.expose("the PKCS#12 file of the listener is opened with it").to_vec(),
        ),
        Password::File(path) => first_line(&read(path)?),
    };
    let password = std::str::from_utf8(&password)
        .map_err(|_| TlsError::content(file, "its password is not UTF-8 text"))?;
    let contents = pkcs12::read(&bytes, password).map_err(|error| match error {
        CertificateError::Pkcs12 { problem } => TlsError::content(file, problem),
        other => TlsError::content(file, other.to_string()),
    })?;
    let key = PrivatePkcs8KeyDer::from(contents.key.to_vec());
    Ok(Own {
        places: (file.to_owned(), file.to_owned()),
        certificates: contents.certificates.into_iter().map(CertificateDer::from).collect(),
        key: PrivateKeyDer::Pkcs8(key),
    })
}

/// Without the end of the line, which editors add.
fn first_line(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let end = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default();
    Zeroizing::new(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
}

fn is_pem(bytes: &[u8]) -> bool {
    // DER begins with a sequence (0x30); text with PEM in it may begin with anything that is text.
    bytes.first() != Some(&0x30)
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    let unreadable = |error| TlsError::Unreadable { path: path.to_owned(), error };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length > LIMIT {
        return Err(TlsError::content(path, "it is larger than 64 MiB"));
    }
    // All the room at once: a buffer that grows leaves copies behind.
    let room = usize::try_from(length).unwrap_or_default().saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(LIMIT).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}
