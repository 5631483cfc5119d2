//! Making certificates.

use claviger_model::{CryptographicAlgorithm, KeyFormatType, Timestamp};
use claviger_ports::{
    CryptoError, Issuer, KeyComponents, ParametricKey, ParametricMaterial, SubjectName,
};
use claviger_secret::SecretBytes;
use der::asn1::{Any, GeneralizedTime, Int, ObjectIdentifier, OctetString, UtcTime};
use der::{DateTime, Decode, Encode};
use std::sync::Arc;
use std::time::Duration;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::chain::{BASIC_CONSTRAINTS, KEY_USAGE};
use super::structures::{Body, RequestInfo, Signed, Validity, read, write};
use super::{algorithms, names};
use crate::legacy::Fence;
use crate::{asymmetric, format, hash};

/// id-ce-subjectKeyIdentifier.
const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
/// id-ce-authorityKeyIdentifier.
const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
/// id-ce-subjectAltName.
const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
/// id-ce-extKeyUsage.
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
/// extensionRequest (RFC 2985 §5.4.2).
const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");

/// What a request may ask for and gets. That it be an authority is not among it.
const GRANTED: [ObjectIdentifier; 3] = [SUBJECT_ALTERNATIVE_NAME, EXTENDED_KEY_USAGE, KEY_USAGE];

/// Who is certified.
pub(super) struct Subject {
    name: Name,
    /// SubjectPublicKeyInfo.
    public_key: Vec<u8>,
    /// The extensions that are taken over.
    extensions: Vec<Extension>,
}

impl Subject {
    /// Of a request, whose signature was checked.
    pub(super) fn of_request(request: &[u8]) -> Result<Self, CryptoError> {
        let signed: Signed<'_> = read(request)?;
        let info: RequestInfo = read(&signed.body()?)?;
        let mut extensions: Vec<Extension> = Vec::new();
        for attribute in info.attributes.iter().filter(|one| one.oid == EXTENSION_REQUEST) {
            for value in attribute.values.iter() {
                let asked: Vec<Extension> = read(&write(value)?)?;
                extensions.extend(asked);
            }
        }
        extensions.retain(|extension| GRANTED.contains(&extension.extn_id));
        without_signing(&mut extensions)?;
        Ok(Self { name: info.subject, public_key: write(&info.public_key_info)?, extensions })
    }

    /// Of a bare key.
    pub(super) fn of_public_key(public_key: &[u8], name: &str) -> Result<Self, CryptoError> {
        format::public_key(public_key)?;
        let (name, public_key) = (names::parse(name)?, public_key.to_vec());
        Ok(Self { name, public_key, extensions: Vec::new() })
    }

    /// Of a bare key, with alternative names.
    pub(super) fn of_names(
        public_key: &[u8],
        name: SubjectName<'_>,
        alternative_names: &[SubjectName<'_>],
    ) -> Result<Self, CryptoError> {
        format::public_key(public_key)?;
        let name = match name {
            SubjectName::Text("") => Name::default(),
            SubjectName::Text(text) => names::parse(text)?,
            SubjectName::Der(der) => read(der)?,
        };
        let alternative = alternative_names.iter().map(|name| names::general(*name));
        let alternative: Vec<GeneralName> = alternative.collect::<Result<_, _>>()?;
        if name.is_empty() && alternative.is_empty() {
            return Err(CryptoError::InvalidParameter(
                "the subject of a certificate needs a name or an alternative name",
            ));
        }
        let mut extensions = Vec::new();
        if !alternative.is_empty() {
            // Who has no other name is known by these (RFC 5280 §4.2.1.6).
            let is_critical = name.is_empty();
            extensions.push(extension(SUBJECT_ALTERNATIVE_NAME, is_critical, &alternative)?);
        }
        Ok(Self { name, public_key: public_key.to_vec(), extensions })
    }

    /// Of a certificate, once more: all but what the issuer writes.
    pub(super) fn of_renewal(certificate: &[u8]) -> Result<Self, CryptoError> {
        let signed: Signed<'_> = read(certificate)?;
        let body: Body = read(&signed.body()?)?;
        let public_key = body.public_key_der()?;
        let mut extensions = body.extensions.unwrap_or_default();
        extensions.retain(|extension| extension.extn_id != AUTHORITY_KEY_IDENTIFIER);
        Ok(Self { name: body.subject, public_key, extensions })
    }
}

/// Takes the signing of certificates out of a key usage that was asked for.
fn without_signing(extensions: &mut [Extension]) -> Result<(), CryptoError> {
    for extension in extensions.iter_mut().filter(|extension| extension.extn_id == KEY_USAGE) {
        let usage = KeyUsage::from_der(extension.extn_value.as_bytes())
            .map_err(|_| super::structures::INVALID)?;
        let rest = usage.0 & !(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
        extension.extn_value = octets(&KeyUsage(rest))?;
    }
    Ok(())
}

/// A private key that signs, and its public half.
struct Signer {
    key: Arc<dyn ParametricKey>,
    public: KeyComponents,
    /// SubjectPublicKeyInfo.
    public_key: Vec<u8>,
}

impl Signer {
    fn new(private_key: &SecretBytes, fence: Fence) -> Result<Self, CryptoError> {
        let components = format::components(&ParametricMaterial {
            algorithm: None::<CryptographicAlgorithm>,
            format: KeyFormatType::Pkcs8,
            bytes: private_key,
            curve: None,
        })?;
        let public = asymmetric::public_of(&components)?;
        let public_key = canonical(&public)?;
        Ok(Self { key: asymmetric::load(&components, fence)?, public, public_key })
    }
}

/// The SubjectPublicKeyInfo of a public key as it is written here, whatever it was read from.
fn canonical(public: &KeyComponents) -> Result<Vec<u8>, CryptoError> {
    let encoded = format::encode(&asymmetric::public_of(public)?, KeyFormatType::X509)?;
    Ok(encoded.expose("a public key").to_vec())
}

/// A self-signed authority.
pub(super) fn authority(
    name: &str,
    private_key: &SecretBytes,
    serial: &[u8],
    validity: (Timestamp, Timestamp),
    fence: Fence,
) -> Result<Vec<u8>, CryptoError> {
    let signer = Signer::new(private_key, fence)?;
    let name = names::parse(name)?;
    let usage = KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
    let constraints = BasicConstraints { ca: true, path_len_constraint: None };
    let extensions = vec![
        extension(BASIC_CONSTRAINTS, true, &constraints)?,
        extension(KEY_USAGE, true, &usage)?,
        key_identifier(&signer.public_key)?,
    ];
    let subject = Subject { name: name.clone(), public_key: signer.public_key.clone(), extensions };
    sign(&signer, name, subject, serial, validity)
}

/// A certificate by an issuer.
pub(super) fn issue(
    mut subject: Subject,
    issuer: &Issuer<'_>,
    serial: &[u8],
    validity: (Timestamp, Timestamp),
    fence: Fence,
) -> Result<Vec<u8>, CryptoError> {
    let signer = Signer::new(issuer.private_key, fence)?;
    let has = |extensions: &[Extension], identifier| {
        extensions.iter().any(|extension: &Extension| extension.extn_id == identifier)
    };
    if !has(&subject.extensions, BASIC_CONSTRAINTS) {
        let constraints = BasicConstraints { ca: false, path_len_constraint: None };
        subject.extensions.insert(0, extension(BASIC_CONSTRAINTS, true, &constraints)?);
    }
    if !has(&subject.extensions, SUBJECT_KEY_IDENTIFIER) {
        subject.extensions.push(key_identifier(&subject.public_key)?);
    }
    let Some(certificate) = issuer.certificate else {
        if canonical(&format::public_key(&subject.public_key)?)? != signer.public_key {
            return Err(CryptoError::InvalidParameter(
                "an issuer without a certificate signs for its own key only: pass its certificate",
            ));
        }
        let name = subject.name.clone();
        return sign(&signer, name, subject, serial, validity);
    };
    let signed: Signed<'_> = read(certificate)?;
    let body: Body = read(&signed.body()?)?;
    if canonical(&body.public_key()?)? != signer.public_key {
        return Err(CryptoError::InvalidParameter(
            "the issuer's certificate is not for the issuer's private key",
        ));
    }
    let constraints: Option<BasicConstraints> = body.decoded(BASIC_CONSTRAINTS)?;
    if constraints.is_some_and(|constraints| !constraints.ca) {
        return Err(CryptoError::InvalidParameter(
            "the issuer's certificate is not one of a certificate authority",
        ));
    }
    let own: Option<OctetString> = body.decoded(SUBJECT_KEY_IDENTIFIER)?;
    let own = match own {
        Some(identifier) => identifier,
        None => identifier_of(&signer.public_key)?,
    };
    let authority = AuthorityKeyIdentifier {
        key_identifier: Some(own),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    };
    subject.extensions.push(extension(AUTHORITY_KEY_IDENTIFIER, false, &authority)?);
    sign(&signer, body.subject, subject, serial, validity)
}

fn sign(
    signer: &Signer,
    issuer: Name,
    subject: Subject,
    serial: &[u8],
    validity: (Timestamp, Timestamp),
) -> Result<Vec<u8>, CryptoError> {
    let algorithm = algorithms::for_issuer(&signer.public)?;
    let body = Body {
        // v3
        version: 2,
        serial: serial_number(serial)?,
        algorithm: algorithm.clone(),
        issuer,
        validity: period(validity)?,
        subject: subject.name,
        public_key_info: Any::from_der(&subject.public_key)
            .map_err(|_| super::structures::INVALID)?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(subject.extensions),
    };
    let body = write(&body)?;
    let signature = algorithms::sign(&algorithm, &*signer.key, &signer.public, &body)?;
    let algorithm = spki::AlgorithmIdentifierRef {
        oid: algorithm.oid,
        parameters: algorithm.parameters.as_ref().map(Into::into),
    };
    write(&Signed::new(&body, algorithm, &signature)?)
}

/// A positive number of at most 20 bytes (RFC 5280 §4.1.2.2).
fn serial_number(serial: &[u8]) -> Result<Int, CryptoError> {
    let mut bytes = format::trimmed(serial).to_vec();
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    if bytes.is_empty() || bytes.len() > 20 {
        return Err(CryptoError::InvalidParameter(
            "a serial number is positive and has at most 20 bytes",
        ));
    }
    Int::new(&bytes).map_err(|_| CryptoError::Internal)
}

fn period((from, until): (Timestamp, Timestamp)) -> Result<Validity, CryptoError> {
    if until < from {
        return Err(CryptoError::InvalidParameter("the certificate would end before it begins"));
    }
    Ok(Validity { not_before: time(from)?, not_after: time(until)? })
}

/// UTCTime to 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5).
fn time(at: Timestamp) -> Result<Time, CryptoError> {
    let invalid = CryptoError::InvalidParameter("a certificate is valid from 1970 to 9999");
    let seconds = u64::try_from(at.milliseconds() / 1000).map_err(|_| invalid.clone())?;
    let date = DateTime::from_unix_duration(Duration::from_secs(seconds)).map_err(|_| invalid)?;
    match UtcTime::from_date_time(date) {
        Ok(time) => Ok(Time::UtcTime(time)),
        Err(_) => Ok(Time::GeneralTime(GeneralizedTime::from_date_time(date))),
    }
}

fn octets(value: &impl Encode) -> Result<OctetString, CryptoError> {
    OctetString::new(write(value)?).map_err(|_| CryptoError::Internal)
}

fn extension(
    identifier: ObjectIdentifier,
    critical: bool,
    value: &impl Encode,
) -> Result<Extension, CryptoError> {
    Ok(Extension { extn_id: identifier, critical, extn_value: octets(value)? })
}

/// The key's identifier: the first 160 bits of the SHA-256 of its BIT STRING (RFC 7093 §2, method 1).
fn identifier_of(public_key: &[u8]) -> Result<OctetString, CryptoError> {
    let info = spki::SubjectPublicKeyInfoRef::try_from(public_key)
        .map_err(|_| super::structures::INVALID)?;
    let mut digest =
        hash::hash(claviger_model::HashingAlgorithm::Sha256, info.subject_public_key.raw_bytes());
    digest.truncate(20);
    OctetString::new(digest).map_err(|_| CryptoError::Internal)
}

fn key_identifier(public_key: &[u8]) -> Result<Extension, CryptoError> {
    extension(SUBJECT_KEY_IDENTIFIER, false, &identifier_of(public_key)?)
}
