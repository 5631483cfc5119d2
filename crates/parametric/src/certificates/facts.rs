//! What a certificate says.

use claviger_model::{Timestamp, Usage};
use claviger_ports::{CertificateFacts, CryptoError};
use der::asn1::{Any, ObjectIdentifier};
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};
use x509_cert::time::Time;

use super::chain::KEY_USAGE;
use super::structures::{Body, Signed, read, write};
use super::{algorithms, names};

/// id-ce-subjectAltName (RFC 5280 §4.2.1.6).
const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
/// id-ce-issuerAltName (RFC 5280 §4.2.1.7).
const ISSUER_ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.18");

/// The facts of a certificate (DER). Its signature isn't checked.
pub(super) fn of(certificate: &[u8]) -> Result<CertificateFacts, CryptoError> {
    let signed: Signed<'_> = read(certificate)?;
    let body_der = signed.body()?;
    let body: Body = read(&body_der)?;
    Ok(CertificateFacts {
        subject: write(&body.subject)?,
        issuer: write(&body.issuer)?,
        serial: body.serial.as_bytes().to_vec(),
        subject_parts: names::parts(&body.subject)?,
        issuer_parts: names::parts(&body.issuer)?,
        subject_alternative_names: general_names(&body, SUBJECT_ALTERNATIVE_NAME)?,
        issuer_alternative_names: general_names(&body, ISSUER_ALTERNATIVE_NAME)?,
        not_before: timestamp(body.validity.not_before),
        not_after: timestamp(body.validity.not_after),
        public_key: body.public_key_der()?,
        // An extension that nobody can read says nothing.
        key_usage: body.decoded(KEY_USAGE).ok().flatten().map(usage_mask),
        signature_algorithm: signed.algorithm.oid.to_string(),
        pss_hash: algorithms::pss_hash(signed.algorithm)?.map(|oid| oid.to_string()),
    })
}

/// The uses of a public key as a Cryptographic Usage Mask (KMIP 1.4 §3.19, table 96).
fn usage_mask(extension: KeyUsage) -> u32 {
    const CONTENT_COMMITMENT: u32 = 0x400;
    let uses = [
        (KeyUsages::DigitalSignature, Usage::VERIFY.bits()),
        (KeyUsages::NonRepudiation, CONTENT_COMMITMENT),
        (KeyUsages::KeyEncipherment, Usage::WRAP_KEY.bits()),
        (KeyUsages::DataEncipherment, Usage::ENCRYPT.bits()),
        (KeyUsages::KeyAgreement, Usage::KEY_AGREEMENT.bits()),
        (KeyUsages::KeyCertSign, Usage::CERTIFICATE_SIGN.bits()),
        (KeyUsages::CRLSign, Usage::CRL_SIGN.bits()),
        (KeyUsages::EncipherOnly, Usage::ENCRYPT.bits()),
        (KeyUsages::DecipherOnly, Usage::DECRYPT.bits()),
    ];
    let said = uses.into_iter().filter(|(one, _)| extension.0.contains(*one));
    said.fold(0, |mask, (_, usage)| mask | usage)
}

/// Each GeneralName as DER.
fn general_names(body: &Body, extension: ObjectIdentifier) -> Result<Vec<Vec<u8>>, CryptoError> {
    let names: Vec<Any> = body.decoded(extension)?.unwrap_or_default();
    names.iter().map(write).collect()
}

/// A time of a certificate.
pub(super) fn timestamp(time: Time) -> Timestamp {
    let milliseconds = time.to_unix_duration().as_millis();
    Timestamp::from_milliseconds(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}
