//! X.509: what is in a certificate, issuing one, checking a chain, and the certificates that the service's own clients prove
//! themselves with.

use async_trait::async_trait;
use claviger_model::Timestamp;
use claviger_secret::SecretBytes;

use crate::CryptoError;

/// What a certificate says (KMIP 2.1 §4.6, §4.61 to §4.63).
pub struct CertificateFacts {
    /// The subject's distinguished name, DER.
    pub subject: Vec<u8>,
    /// The issuer's distinguished name, DER.
    pub issuer: Vec<u8>,
    /// The serial number, big-endian.
    pub serial: Vec<u8>,
    /// The parts of the subject's name: object identifier in dotted form, value.
    pub subject_parts: Vec<(String, String)>,
    /// The parts of the issuer's name.
    pub issuer_parts: Vec<(String, String)>,
    /// The subject's alternative names, each as DER of its GeneralName.
    pub subject_alternative_names: Vec<Vec<u8>>,
    /// The issuer's alternative names.
    pub issuer_alternative_names: Vec<Vec<u8>>,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
    /// The public key, as SubjectPublicKeyInfo (DER).
    pub public_key: Vec<u8>,
    /// What the public key may be used for, as a Cryptographic Usage Mask, if there is a Key Usage extension that says it
    /// (KMIP 1.4 §3.19, table 96).
    pub key_usage: Option<u32>,
    /// The signature algorithm's object identifier, in dotted form.
    pub signature_algorithm: String,
    /// The hash within an RSASSA-PSS signature algorithm, as object identifier in dotted form.
    pub pss_hash: Option<String>,
}

/// What to certify.
pub enum CertificationSubject<'a> {
    /// A PKCS#10 request, which was checked.
    Request(&'a CheckedRequest),
    /// A public key (SubjectPublicKeyInfo, DER) and the subject's name as RFC 4514 text.
    PublicKey {
        /// The key.
        public_key: &'a [u8],
        /// The name.
        name: &'a str,
    },
    /// A public key (SubjectPublicKeyInfo, DER), the subject's name and its alternative names. The name may be empty if there
    /// are alternative ones.
    Named {
        /// The key.
        public_key: &'a [u8],
        /// The name: RFC 4514 text, or a Name in DER.
        name: SubjectName<'a>,
        /// The alternative names: an e-mail address, an IP address, a URI or else a DNS name as text, or a GeneralName in DER.
        alternative_names: &'a [SubjectName<'a>],
    },
    /// The subject, public key and extensions of this certificate (DER), once more.
    Renewal(&'a [u8]),
}

/// A name of a subject.
#[derive(Clone, Copy)]
pub enum SubjectName<'a> {
    /// As text.
    Text(&'a str),
    /// As DER.
    Der(&'a [u8]),
}

/// A PKCS#10 request whose signature is that of its key.
pub struct CheckedRequest {
    /// The request, DER.
    pub der: Vec<u8>,
    /// The public key, as SubjectPublicKeyInfo (DER).
    pub public_key: Vec<u8>,
}

/// An issuer: its certificate (DER), if it has one yet, its name and its private key (PKCS#8, DER).
pub struct Issuer<'a> {
    /// The certificate; without one, the issuer signs for itself.
    pub certificate: Option<&'a [u8]>,
    /// The private key.
    pub private_key: &'a SecretBytes,
}

/// What a PKCS#12 container (RFC 7292) holds.
pub struct ContainerContents {
    /// The friendly name of the private key, if it has one.
    pub name: Option<String>,
    /// The private key, PKCS#8 (DER).
    pub private_key: SecretBytes,
    /// The certificates (DER), that of the key first if the container says which it is.
    pub certificates: Vec<Vec<u8>>,
}

/// Reads, issues and checks certificates.
pub trait Certificates: Send + Sync + 'static {
    /// What a certificate (DER) says.
    fn facts(&self, certificate: &[u8]) -> Result<CertificateFacts, CryptoError>;

    /// Checks the shape and signature of a PKCS#10 request (DER or PEM): [`CryptoError::Failed`] if the signature isn't right.
    fn request(&self, request: &[u8]) -> Result<CheckedRequest, CryptoError>;

    /// Makes a certificate authority's self-signed certificate.
    fn authority(
        &self,
        name: &str,
        private_key: &SecretBytes,
        serial: &[u8],
        validity: (Timestamp, Timestamp),
    ) -> Result<Vec<u8>, CryptoError>;

    /// Issues a certificate.
    fn issue(
        &self,
        subject: CertificationSubject<'_>,
        issuer: Issuer<'_>,
        serial: &[u8],
        validity: (Timestamp, Timestamp),
    ) -> Result<Vec<u8>, CryptoError>;

    /// Whether these certificates, in any order, make a chain from a leaf to a self-signed one among them, every signature
    /// right and every certificate valid at `at`: [`CryptoError::Failed`] if not.
    fn validate(&self, certificates: &[&[u8]], at: Timestamp) -> Result<(), CryptoError>;

    /// Opens a PKCS#12 container: [`CryptoError::Failed`] if the password is wrong. Of several private keys it takes the one of
    /// this friendly name, in letters of either case, or without a name the first.
    fn open_container(
        &self,
        container: &[u8],
        password: &str,
        name: Option<&str>,
    ) -> Result<ContainerContents, CryptoError>;

    /// Makes a PKCS#12 container of a private key and its chain of certificates, its own first. A key without a friendly name
    /// is called `alias` (KMIP 1.4 §3.45).
    fn make_container(
        &self,
        contents: &ContainerContents,
        password: &str,
    ) -> Result<SecretBytes, CryptoError>;
}

/// Why a client's certificate can't be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientCertificateError {
    /// The client's certificate isn't one of the service's own authority, or has been revoked.
    #[error(
        "the certificate that the client proves itself with was not issued here, or has been revoked"
    )]
    NotIssuedHere,
    /// Clients can't prove themselves with this public key.
    #[error("a client cannot prove itself with this public key")]
    UnusableKey,
    /// The client wouldn't be let in with this certificate, or would be somebody else.
    #[error("the certificate is not one that lets in the same client")]
    NotTrusted,
    /// What the authority keeps can't be read or written now; the log says why.
    #[error("the authority of the service cannot be used now")]
    Unavailable,
}

/// The certificates that clients of the service's own authority prove themselves with, each DER.
#[async_trait]
pub trait ClientCertificates: Send + Sync + 'static {
    /// Issues a certificate to the client that proves itself with `current`: of its name, for as long a time, for this public
    /// key (SubjectPublicKeyInfo, DER).
    async fn reissue(
        &self,
        current: &[u8],
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Vec<u8>, ClientCertificateError>;

    /// Checks that whoever has `certificate` would be let in now, as the client that proves itself with `current`.
    async fn check(&self, current: &[u8], certificate: &[u8])
    -> Result<(), ClientCertificateError>;

    /// Revokes a certificate that the service's own authority has issued. When it is done, no new request of whoever has only
    /// this certificate is served.
    async fn revoke(
        &self,
        certificate: &[u8],
        now: Timestamp,
    ) -> Result<(), ClientCertificateError>;
}
