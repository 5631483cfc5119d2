//! The certificates of the KMIP listener's clients, where the authority in the data directory has issued them: what
//! `claviger cert` does by hand, for clients that ask themselves.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use claviger_certificates::{Authority, CertificateError, describe};
use claviger_model::Timestamp;
use claviger_ports::{ClientCertificateError, ClientCertificates};
use rustls::pki_types::{CertificateDer, UnixTime};

use crate::tls::CurrentTls;

/// The authority in the data directory, and the listener that trusts it.
pub(crate) struct OwnAuthority {
    directory: PathBuf,
    tls: Arc<CurrentTls>,
}

impl OwnAuthority {
    /// The authority in this directory.
    pub(crate) fn new(directory: PathBuf, tls: Arc<CurrentTls>) -> Self {
        Self { directory, tls }
    }

    /// Lets the authority do something. It waits for whoever else uses it, and for the disk.
    async fn with<Done: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Authority) -> Result<Done, CertificateError> + Send + 'static,
    ) -> Result<Done, ClientCertificateError> {
        let directory = self.directory.clone();
        let done = tokio::task::spawn_blocking(move || work(&mut Authority::open(&directory)?));
        // What panicked was logged.
        done.await.map_err(|_| ClientCertificateError::Unavailable)?.map_err(|error| match error {
            CertificateError::Unknown { .. } | CertificateError::Revoked { .. } => {
                ClientCertificateError::NotIssuedHere
            }
            CertificateError::PublicKey => ClientCertificateError::UnusableKey,
            error => {
                tracing::error!(%error, "a client's certificate could not be replaced");
                ClientCertificateError::Unavailable
            }
        })
    }
}

#[async_trait]
impl ClientCertificates for OwnAuthority {
    async fn reissue(
        &self,
        current: &[u8],
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Vec<u8>, ClientCertificateError> {
        let (serial, public_key) = (serial(current)?, public_key.to_vec());
        self.with(move |authority| authority.reissue(&serial, &public_key, seconds(now))).await
    }

    async fn check(
        &self,
        current: &[u8],
        certificate: &[u8],
    ) -> Result<(), ClientCertificateError> {
        let serial = serial(current)?;
        self.with(move |authority| authority.check(&serial)).await?;
        let (tls, now) = (self.tls.now(), UnixTime::now());
        let client = |certificate: &[u8]| {
            let chain = [CertificateDer::from(certificate.to_vec())];
            let trusted = tls.verify(&chain, now).is_ok();
            tls.identity(&chain, now).ok().filter(|_| trusted).map(|identity| identity.principal)
        };
        let is_same = client(certificate).is_some_and(|new| Some(new) == client(current));
        if is_same && certificate != current {
            Ok(())
        } else {
            Err(ClientCertificateError::NotTrusted)
        }
    }

    async fn revoke(
        &self,
        certificate: &[u8],
        now: Timestamp,
    ) -> Result<(), ClientCertificateError> {
        let serial = serial(certificate)?;
        self.with(move |authority| authority.revoke(&serial, seconds(now))).await?;
        // Not at the next look at the files, but before the client is told that it was done.
        self.tls.renew().await.then_some(()).ok_or(ClientCertificateError::Unavailable)
    }
}

fn serial(certificate: &[u8]) -> Result<String, ClientCertificateError> {
    let described = describe(certificate).ok_or(ClientCertificateError::NotIssuedHere)?;
    Ok(described.serial)
}

fn seconds(time: Timestamp) -> u64 {
    u64::try_from(time.milliseconds().div_euclid(1000)).unwrap_or_default()
}
