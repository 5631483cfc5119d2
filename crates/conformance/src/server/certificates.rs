//! The authority of a run: it vouches for the servers, and for a client of its own for every case.
//!
//! Objects belong to whoever made them, so a case that has a client of its own sees no other case's objects: it has the fresh
//! store that the publication takes for granted, without a fresh server.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use claviger_certificates::{Authority, KeyKind, Kind, NewAuthority, NewCertificate, layout};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// For how many days certificates are valid: longer than any run.
const DAYS: u32 = 2;

/// The authority.
pub(crate) struct Certificates {
    directory: PathBuf,
    authority: Mutex<Authority>,
    roots: Arc<RootCertStore>,
    now: u64,
    clients: AtomicUsize,
}

/// A client with a certificate of its own.
#[derive(Clone)]
pub(crate) struct ClientIdentity {
    /// How it makes connections.
    pub(crate) tls: Arc<ClientConfig>,
}

impl Certificates {
    /// Makes an authority, and a certificate for servers on the loopback interface.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) fn make(directory: &Path, now: u64) -> Result<Self> {
        let key = KeyKind::EcdsaP256;
        let mut authority = Authority::create(directory, NewAuthority { key, now })?;
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        authority.issue(&NewCertificate {
            name: layout::SERVER,
            kind: Kind::Server,
            names: &names,
            days: DAYS,
            key,
            replace: false,
            pkcs12: None,
            now,
        })?;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority.certificate())?)?;
        Ok(Self {
            directory: directory.to_owned(),
            authority: Mutex::new(authority),
            roots: Arc::new(roots),
            now,
            clients: AtomicUsize::new(0),
        })
    }

    /// Puts what a server needs into its data directory.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) fn copy_to(&self, data: &Path) -> Result<()> {
        let target = data.join(layout::DIRECTORY);
        fs::create_dir_all(&target)?;
        // Nothing is issued meanwhile.
        let _alone = self.authority.lock().unwrap_or_else(PoisonError::into_inner);
        for name in [layout::AUTHORITY, layout::SERVER] {
            fs::copy(
                layout::certificate(&self.directory, name),
                layout::certificate(&target, name),
            )?;
            fs::copy(layout::key(&self.directory, name), layout::key(&target, name))?;
        }
        fs::copy(layout::revocation_list(&self.directory), layout::revocation_list(&target))?;
        Ok(())
    }

    /// Issues a certificate to a new client.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) fn client(&self) -> Result<ClientIdentity> {
        let name = format!("case-{}", self.clients.fetch_add(1, Ordering::Relaxed));
        let mut authority = self.authority.lock().unwrap_or_else(PoisonError::into_inner);
        let issued = authority
            .issue(&NewCertificate {
                name: &name,
                kind: Kind::Client,
                names: &[],
                days: DAYS,
                key: KeyKind::EcdsaP256,
                replace: false,
                pkcs12: None,
                now: self.now,
            })
            .with_context(|| format!("a certificate for {name}"))?;
        drop(authority);
        let certificate = CertificateDer::from_pem_file(&issued.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&issued.key)?;
        let tls = ClientConfig::builder()
            .with_root_certificates(Arc::clone(&self.roots))
            .with_client_auth_cert(vec![certificate], key)?;
        Ok(ClientIdentity { tls: Arc::new(tls) })
    }
}
