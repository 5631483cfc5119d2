//! What was made of the files: the settings of TLS, and who is trusted.

use std::sync::Arc;

use claviger_certificates::{describe, revocation_list_expires};
use rustls::crypto::aws_lc_rs::{Ticketer, sign};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ServerSessionMemoryCache, VerifierBuilderError, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig};
use zeroize::Zeroize as _;

use super::error::TlsError;
use super::files::{Own, TlsFiles};
use super::identity::{Authorities, Identity};
use super::provider;

/// How many sessions are remembered for clients that can't keep a ticket.
const SESSIONS: usize = 4096;

/// Tickets after a full handshake of TLS 1.3. One is what clients use, and each costs an encryption.
const TICKETS: usize = 1;

/// Before a certificate expires, this many seconds, somebody should know.
const SOON: u64 = 14 * 24 * 60 * 60;

/// TLS, ready to be spoken.
pub(crate) struct Loaded {
    /// The settings.
    pub(crate) config: Arc<ServerConfig>,
    /// What somebody should look at, in words.
    pub(crate) warnings: Vec<String>,
    verifier: Arc<dyn ClientCertVerifier>,
    authorities: Authorities,
}

impl Loaded {
    /// Reads the files. Sessions of before can't be resumed with what comes of it, so that who was revoked is found out.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub(crate) fn read(files: &TlsFiles, now: UnixTime) -> Result<Self, TlsError> {
        let provider = provider();
        let certificates = files.authorities()?;
        let of_authorities = |problem| TlsError::content(&files.client_authorities, problem);
        let authorities = Authorities::new(&certificates, &provider).map_err(of_authorities)?;
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            roots.add(certificate).map_err(|error| of_authorities_text(files, &error))?;
        }
        let lists = files.revocation_lists()?;
        let own = certified(files.own()?)?;
        let mut warnings = Vec::new();
        if lists
            .iter()
            .filter_map(|list| revocation_list_expires(list))
            .any(|end| end < now.as_secs())
        {
            warnings
                .push("a revocation list is older than it should be; fetch a new one".to_owned());
        }
        warnings.extend(own.end_entity_cert().ok().and_then(|own| expiry(own, now)));
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .with_crls(lists)
                .build()
                .map_err(|error| verifier_failed(files, &error))?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(TlsError::Setup)?
            .with_client_cert_verifier(Arc::clone(&verifier))
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
        config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
        config.ticketer = Ticketer::new().map_err(TlsError::Setup)?;
        config.send_tls13_tickets = TICKETS;
        Ok(Self { config: Arc::new(config), warnings, verifier, authorities })
    }

    /// Whether this chain of certificates is trusted now.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn verify(
        &self,
        chain: &[CertificateDer<'static>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let (own, intermediates) =
            chain.split_first().ok_or(rustls::Error::NoCertificatesPresented)?;
        self.verifier.verify_client_cert(own, intermediates, now).map(|_| ())
    }

    /// Who the client with this chain is, once it is known to be trusted.
    ///
    /// # Errors
    /// Why it is nobody, in words.
    pub(crate) fn identity(
        &self,
        chain: &[CertificateDer<'static>],
        now: UnixTime,
    ) -> Result<Identity, &'static str> {
        self.authorities.identity(chain, now)
    }
}

/// The service's certificate with its key and its chain.
fn certified(mut own: Own) -> Result<CertifiedKey, TlsError> {
    let key = sign::any_supported_type(&own.key);
    own.key.zeroize();
    let (of_certificate, of_key) = own.places;
    let key = key.map_err(|_| {
        TlsError::content(
            &of_key,
            "its private key is none of RSA with 2048 to 8192 bits, ECDSA and Ed25519",
        )
    })?;
    let matches = |certificate: &CertificateDer<'static>| {
        CertifiedKey::new(vec![certificate.clone()], Arc::clone(&key)).keys_match().is_ok()
    };
    let Some(index) = own.certificates.iter().position(matches) else {
        return Err(TlsError::Mismatch { certificate: of_certificate, key: of_key });
    };
    let certificate = own.certificates.remove(index);
    Ok(CertifiedKey::new(chain(certificate, own.certificates), key))
}

/// The certificate, its issuer, the issuer's issuer and so on, as far as they are there; the last one, which clients have, is
/// left out.
fn chain(
    own: CertificateDer<'static>,
    mut others: Vec<CertificateDer<'static>>,
) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![own];
    while let Some(last) = chain.last().and_then(|last| describe(last)) {
        let issued = |other: &CertificateDer<'static>| {
            describe(other).is_some_and(|other| {
                other.subject_der == last.issuer_der && other.subject_der != other.issuer_der
            })
        };
        let Some(index) = others.iter().position(issued) else { break };
        chain.push(others.remove(index));
    }
    chain
}

fn expiry(own: &CertificateDer<'_>, now: UnixTime) -> Option<String> {
    let left = describe(own)?.not_after.saturating_sub(now.as_secs());
    match left {
        0 => {
            Some("the service's certificate has expired; clients refuse it, so renew it".to_owned())
        }
        left if left < SOON => Some(format!(
            "the service's certificate expires in {} hours; renew it",
            left.div_ceil(3600)
        )),
        _ => None,
    }
}

fn of_authorities_text(files: &TlsFiles, error: &rustls::Error) -> TlsError {
    TlsError::content(
        &files.client_authorities,
        format!("it holds something that cannot be an authority: {error}"),
    )
}

fn verifier_failed(files: &TlsFiles, error: &VerifierBuilderError) -> TlsError {
    match (error, &files.revocation_lists) {
        (VerifierBuilderError::InvalidCrl(_), Some(path)) => TlsError::content(
            path,
            "it holds something that is no revocation list, or a delta or indirect one; fetch a complete list",
        ),
        (error, _) => TlsError::content(&files.client_authorities, error.to_string()),
    }
}
