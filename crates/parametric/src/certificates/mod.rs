//! X.509 certificates (RFC 5280) and PKCS#10 requests (RFC 2986).

mod algorithms;
mod build;
mod chain;
mod container;
mod facts;
mod names;
mod structures;

use claviger_model::Timestamp;
use claviger_ports::{
    CertificateFacts, Certificates, CertificationSubject, CheckedRequest, ContainerContents,
    CryptoError, Issuer,
};
use claviger_secret::SecretBytes;

use crate::legacy::Fence;
use structures::{RequestInfo, Signed, read, write};

/// The port in software.
///
/// SHA-1 signatures, DSA and keys below 2048 bits are refused unless [`Self::permitting_legacy`] is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftwareCertificates {
    legacy: bool,
}

impl SoftwareCertificates {
    /// The provider.
    #[must_use]
    pub const fn new() -> Self {
        Self { legacy: false }
    }

    /// The provider that takes legacy signatures and keys too.
    #[must_use]
    pub const fn permitting_legacy(self) -> Self {
        Self { legacy: true }
    }

    const fn fence(self) -> Fence {
        Fence::new(self.legacy)
    }
}

impl Certificates for SoftwareCertificates {
    fn facts(&self, certificate: &[u8]) -> Result<CertificateFacts, CryptoError> {
        facts::of(certificate)
    }

    fn request(&self, request: &[u8]) -> Result<CheckedRequest, CryptoError> {
        let der = request_der(request)?;
        let signed: Signed<'_> = read(&der)?;
        let info: RequestInfo = read(&signed.body()?)?;
        signed.verify(&info.public_key()?, self.fence())?;
        let public_key = write(&info.public_key_info)?;
        Ok(CheckedRequest { der, public_key })
    }

    fn authority(
        &self,
        name: &str,
        private_key: &SecretBytes,
        serial: &[u8],
        validity: (Timestamp, Timestamp),
    ) -> Result<Vec<u8>, CryptoError> {
        build::authority(name, private_key, serial, validity, self.fence())
    }

    fn issue(
        &self,
        subject: CertificationSubject<'_>,
        issuer: Issuer<'_>,
        serial: &[u8],
        validity: (Timestamp, Timestamp),
    ) -> Result<Vec<u8>, CryptoError> {
        let subject = match subject {
            CertificationSubject::Request(request) => build::Subject::of_request(&request.der)?,
            CertificationSubject::PublicKey { public_key, name } => {
                build::Subject::of_public_key(public_key, name)?
            }
            CertificationSubject::Named { public_key, name, alternative_names } => {
                build::Subject::of_names(public_key, name, alternative_names)?
            }
            CertificationSubject::Renewal(certificate) => build::Subject::of_renewal(certificate)?,
        };
        build::issue(subject, &issuer, serial, validity, self.fence())
    }

    fn validate(&self, certificates: &[&[u8]], at: Timestamp) -> Result<(), CryptoError> {
        chain::validate(certificates, at, self.fence())
    }

    fn open_container(
        &self,
        container: &[u8],
        password: &str,
        name: Option<&str>,
    ) -> Result<ContainerContents, CryptoError> {
        container::open(container, password, name)
    }

    fn make_container(
        &self,
        contents: &ContainerContents,
        password: &str,
    ) -> Result<SecretBytes, CryptoError> {
        container::make(contents, password)
    }
}

/// The labels of a request as PEM (RFC 7468 §7).
const REQUEST_LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// A request as DER.
fn request_der(request: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if request.len() > structures::LIMIT {
        return Err(CryptoError::TooLong { limit: structures::LIMIT });
    }
    if request.first() == Some(&0x30) {
        return Ok(request.to_vec());
    }
    let (label, der) = pem_rfc7468::decode_vec(request.trim_ascii())
        .map_err(|_| CryptoError::InvalidKey("the certificate request is neither DER nor PEM"))?;
    if REQUEST_LABELS.contains(&label) {
        Ok(der)
    } else {
        Err(CryptoError::InvalidKey("the PEM holds something else than a certificate request"))
    }
}
