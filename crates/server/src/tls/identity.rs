//! The principal that a client's certificate stands for.
//!
//! | part          | what it is                                                                                        |
//! |---------------|---------------------------------------------------------------------------------------------------|
//! | method        | `certificate`                                                                                     |
//! | issuer        | the trusted authority's distinguished name (RFC 4514), a space, `sha256:` and the first 32 hexadecimal digits of the SHA-256 of its public key |
//! | subject       | the certificate's distinguished name (RFC 4514)                                                   |
//! | name to show  | its common name                                                                                   |
//!
//! So a renewed certificate of the same authority and subject is the same principal, with the same key or another; two
//! authorities that call themselves alike are two issuers; and an authority that renews its own certificate and keeps its key
//! stays one. The trusted authority is the one in the service's own file, whatever intermediate certificates a client sends.

use std::sync::Arc;

use claviger_certificates::{Description, describe};
use claviger_model::Principal;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

/// How principals of certificates are known.
const METHOD: &str = "certificate";

/// How many bytes of the hash of an authority's public key tell it from others.
const HASH_LENGTH: usize = 16;

/// Who a client is, and for how long its certificate says so.
#[derive(Debug)]
pub(crate) struct Identity {
    /// Who.
    pub(crate) principal: Principal,
    /// Until when, in seconds since 1970.
    pub(crate) not_after: u64,
}

/// The authorities that are trusted.
#[derive(Debug)]
pub(super) struct Authorities(Vec<Authority>);

#[derive(Debug)]
struct Authority {
    /// How principals name it.
    issuer: String,
    subject: Vec<u8>,
    /// Says whether a certificate is of this authority alone.
    verifier: Arc<dyn ClientCertVerifier>,
}

impl Authorities {
    /// Of these certificates.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub(super) fn new(
        certificates: &[CertificateDer<'static>],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, &'static str> {
        let mut authorities: Vec<Authority> = Vec::new();
        let mut stores: Vec<RootCertStore> = Vec::new();
        for certificate in certificates {
            let description = describe(certificate).ok_or(NOT_A_CERTIFICATE)?;
            let issuer = issuer(&description);
            // An authority may have several certificates with one key.
            let index = match authorities.iter().position(|known| known.issuer == issuer) {
                Some(index) => index,
                None => {
                    stores.push(RootCertStore::empty());
                    let subject = description.subject_der;
                    let verifier = WebPkiClientVerifier::no_client_auth();
                    authorities.push(Authority { issuer, subject, verifier });
                    authorities.len() - 1
                }
            };
            if let Some(store) = stores.get_mut(index) {
                store.add(certificate.clone()).map_err(|_| NOT_A_CERTIFICATE)?;
            }
        }
        for (authority, store) in authorities.iter_mut().zip(stores) {
            let builder =
                WebPkiClientVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
            authority.verifier = builder.build().map_err(|_| NOT_A_CERTIFICATE)?;
        }
        Ok(Self(authorities))
    }

    /// Who the client with this chain of certificates is. The chain has been verified: it leads to one of the authorities.
    ///
    /// # Errors
    /// Why it is nobody, in words.
    pub(super) fn identity(
        &self,
        chain: &[CertificateDer<'static>],
        now: UnixTime,
    ) -> Result<Identity, &'static str> {
        let (own, intermediates) = chain.split_first().ok_or("it sent no certificate")?;
        let description = describe(own).ok_or("its certificate cannot be read")?;
        if description.subject.is_empty() {
            return Err("its certificate names nobody: it has no subject");
        }
        let authority = self
            .of_chain(&description, own, intermediates, now)
            .ok_or("its certificate is of an authority that is not trusted here")?;
        let principal = Principal::new(METHOD, &authority.issuer, &description.subject);
        let principal = match &description.common_name {
            Some(name) => principal.with_display_name(name),
            None => principal,
        };
        Ok(Identity { principal, not_after: description.not_after })
    }

    fn of_chain(
        &self,
        description: &Description,
        own: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Option<&Authority> {
        // Nearly always the name alone tells, and saves a signature's verification.
        if let [only] = self.0.as_slice() {
            return Some(only);
        }
        let mut named = self.0.iter().filter(|one| one.subject == description.issuer_der);
        if let (Some(only), None, true) = (named.next(), named.next(), intermediates.is_empty()) {
            return Some(only);
        }
        self.0.iter().find(|one| one.verifier.verify_client_cert(own, intermediates, now).is_ok())
    }
}

const NOT_A_CERTIFICATE: &str = "it holds something that is not the certificate of an authority";

fn issuer(description: &Description) -> String {
    let hash = description.public_key_sha256.get(..HASH_LENGTH).unwrap_or_default();
    format!("{} sha256:{}", description.subject, hex::encode(hash))
}
