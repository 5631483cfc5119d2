//! What a certificate says (RFC 5280, section 4.1). Nothing is verified here: whoever asks has done that.

use sha2::{Digest as _, Sha256};
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::crl::CertificateList;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::name::Name;

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The subject's distinguished name as text (RFC 4514); empty if it has none.
    pub subject: String,
    /// The subject's distinguished name in DER.
    pub subject_der: Vec<u8>,
    /// The issuer's distinguished name in DER.
    pub issuer_der: Vec<u8>,
    /// The subject's common name, if it has one that is text.
    pub common_name: Option<String>,
    /// The serial number in hexadecimal.
    pub serial: String,
    /// SHA-256 of the subject's public key (its SubjectPublicKeyInfo in DER).
    pub public_key_sha256: [u8; 32],
    /// From when on it is valid, in seconds since 1970.
    pub not_before: u64,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: u64,
}

/// Reads a certificate in DER; none if it isn't one.
#[must_use]
pub fn describe(certificate: &[u8]) -> Option<Description> {
    // Not the strict profile: serial numbers of old devices may be longer or negative, which harms nobody.
    let certificate = CertificateInner::<Raw>::from_der(certificate).ok()?;
    let signed = certificate.tbs_certificate();
    let subject = signed.subject();
    let public_key = signed.subject_public_key_info().to_der().ok()?;
    Some(Description {
        subject: subject.to_string(),
        subject_der: subject.to_der().ok()?,
        issuer_der: signed.issuer().to_der().ok()?,
        common_name: common_name(subject),
        serial: hex::encode(signed.serial_number().as_bytes()),
        public_key_sha256: Sha256::digest(&public_key).into(),
        not_before: signed.validity().not_before.to_unix_duration().as_secs(),
        not_after: signed.validity().not_after.to_unix_duration().as_secs(),
    })
}

/// What stands for a list of byte strings: the SHA-256 of all of them, each with its length before it.
#[must_use]
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Until when a revocation list in DER is meant to be used, in seconds since 1970; none if it doesn't say, or isn't one.
#[must_use]
pub fn revocation_list_expires(list: &[u8]) -> Option<u64> {
    let list = CertificateList::<Raw>::from_der(list).ok()?;
    Some(list.tbs_cert_list.next_update?.to_unix_duration().as_secs())
}

fn common_name(name: &Name) -> Option<String> {
    let text = String::from(name.common_name().ok().flatten()?);
    (!text.is_empty()).then_some(text)
}
