//! The attributes that a certificate says itself (KMIP 2.1 §4.8 to §4.10, §4.61 to §4.63; KMIP 1.4 §3.8 to §3.15).

use std::fmt::Write as _;

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, CryptographicAlgorithm, DigitalSignatureAlgorithm,
    Field, KeyFormatType, Value,
};
use claviger_ports::{CertificateFacts, KeyComponents, ParametricMaterial};
use claviger_secret::SecretBytes;

use super::fields;
use super::making::length;
use crate::Error;
use crate::kms::Shared;

use AttributeKind as K;

/// Certificate Type (KMIP 2.1 §11.7).
pub(super) const X509: u32 = 1;

/// The parts of a distinguished name that have attributes of their own: type, the attribute of the subject's, the issuer's.
const PARTS: [(&str, AttributeKind, AttributeKind); 12] = [
    ("2.5.4.3", K::CertificateSubjectCn, K::CertificateIssuerCn),
    ("2.5.4.10", K::CertificateSubjectO, K::CertificateIssuerO),
    ("2.5.4.11", K::CertificateSubjectOu, K::CertificateIssuerOu),
    ("1.2.840.113549.1.9.1", K::CertificateSubjectEmail, K::CertificateIssuerEmail),
    ("2.5.4.6", K::CertificateSubjectC, K::CertificateIssuerC),
    ("2.5.4.8", K::CertificateSubjectSt, K::CertificateIssuerSt),
    ("2.5.4.7", K::CertificateSubjectL, K::CertificateIssuerL),
    ("0.9.2342.19200300.100.1.1", K::CertificateSubjectUid, K::CertificateIssuerUid),
    ("2.5.4.5", K::CertificateSubjectSerialNumber, K::CertificateIssuerSerialNumber),
    ("2.5.4.12", K::CertificateSubjectTitle, K::CertificateIssuerTitle),
    ("0.9.2342.19200300.100.1.25", K::CertificateSubjectDc, K::CertificateIssuerDc),
    ("2.5.4.46", K::CertificateSubjectDnQualifier, K::CertificateIssuerDnQualifier),
];

/// How the parts are called in text (RFC 4514 §3; the others as in common use).
const KEYWORDS: [(&str, &str); 13] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.12", "title"),
    ("2.5.4.46", "dnQualifier"),
];

/// Adds what a certificate says. Of types other than X.509 only the type and the length are known.
pub(super) fn describe(
    shared: &Shared,
    attributes: &mut Attributes,
    kind: u32,
    certificate: &[u8],
) -> Result<(), Error> {
    attributes.set(K::CertificateType, Value::Enumeration(kind));
    let size = i32::try_from(certificate.len()).unwrap_or(i32::MAX);
    attributes.set(K::CertificateLength, Value::Integer(size));
    if kind != X509 {
        return Ok(());
    }
    let facts = shared.certificates.facts(certificate)?;
    describe_key(shared, attributes, &facts);
    if let Some(algorithm) = signature_algorithm(&facts) {
        attributes.set(K::DigitalSignatureAlgorithm, Value::Enumeration(algorithm.code()));
    }
    for (place, (parts, alternatives)) in [
        (&facts.subject_parts, &facts.subject_alternative_names),
        (&facts.issuer_parts, &facts.issuer_alternative_names),
    ]
    .into_iter()
    .enumerate()
    {
        let subject = place == 0;
        for (oid, text) in parts {
            if let Some(&(_, of_subject, of_issuer)) = PARTS.iter().find(|(part, ..)| part == oid) {
                let kind = if subject { of_subject } else { of_issuer };
                attributes.add(AttributeKey::Standard(kind), Value::Text(text.clone()));
            }
        }
        describe_name(attributes, &facts, subject, name_text(parts), alternatives);
    }
    describe_identifiers(attributes, &facts);
    Ok(())
}

fn describe_key(shared: &Shared, attributes: &mut Attributes, facts: &CertificateFacts) {
    let bytes = SecretBytes::copy_from(&facts.public_key);
    let format = KeyFormatType::X509;
    let material = ParametricMaterial { algorithm: None, format, bytes: &bytes, curve: None };
    let algorithm = match shared.parametric.components(material) {
        Ok(KeyComponents::RsaPublic { .. }) => CryptographicAlgorithm::Rsa,
        Ok(KeyComponents::DsaPublic { .. }) => CryptographicAlgorithm::Dsa,
        Ok(KeyComponents::DhPublic { .. }) => CryptographicAlgorithm::Dh,
        Ok(KeyComponents::EcPublic { .. }) => CryptographicAlgorithm::Ec,
        Ok(KeyComponents::Ed25519Public { .. }) => CryptographicAlgorithm::Ed25519,
        // A key that nobody here can read is no reason to refuse its certificate.
        _ => return,
    };
    if attributes.get(K::CryptographicAlgorithm).is_none() {
        attributes.set(K::CryptographicAlgorithm, Value::Enumeration(algorithm.code()));
    }
    let algorithm = Some(algorithm);
    let material = ParametricMaterial { algorithm, format, bytes: &bytes, curve: None };
    if let (Ok(bits), None) =
        (shared.parametric.bits(&material), attributes.get(K::CryptographicLength))
    {
        attributes.set(K::CryptographicLength, length(bits));
    }
}

/// The subject's or the issuer's name, in text (KMIP 1.x) and in DER.
fn describe_name(
    attributes: &mut Attributes,
    facts: &CertificateFacts,
    subject: bool,
    text: String,
    alternatives: &[Vec<u8>],
) {
    let (kind, x509_kind) = if subject {
        (K::CertificateSubject, K::X509CertificateSubject)
    } else {
        (K::CertificateIssuer, K::X509CertificateIssuer)
    };
    let (name, alternative, x509_name, x509_alternative) = if subject {
        (
            fields::CERTIFICATE_SUBJECT_DISTINGUISHED_NAME,
            fields::CERTIFICATE_SUBJECT_ALTERNATIVE_NAME,
            fields::SUBJECT_DISTINGUISHED_NAME,
            fields::SUBJECT_ALTERNATIVE_NAME,
        )
    } else {
        (
            fields::CERTIFICATE_ISSUER_DISTINGUISHED_NAME,
            fields::CERTIFICATE_ISSUER_ALTERNATIVE_NAME,
            fields::ISSUER_DISTINGUISHED_NAME,
            fields::ISSUER_ALTERNATIVE_NAME,
        )
    };
    let with = |first: (Field, Value), others: Vec<(Field, Value)>| {
        Value::Structure(std::iter::once(first).chain(others).collect())
    };
    let texts = alternatives.iter().filter_map(|general| alternative_text(general));
    let texts = texts.map(|text| (alternative, Value::Text(text))).collect();
    attributes.set(kind, with((name, Value::Text(text)), texts));
    let der = if subject { &facts.subject } else { &facts.issuer };
    let general = alternatives.iter().map(|der| (x509_alternative, Value::Bytes(der.clone())));
    attributes.set(x509_kind, with((x509_name, Value::Bytes(der.clone())), general.collect()));
}

fn describe_identifiers(attributes: &mut Attributes, facts: &CertificateFacts) {
    let zeros = facts.serial.iter().take_while(|&&byte| byte == 0).count();
    let serial = &facts.serial[zeros.min(facts.serial.len().saturating_sub(1))..];
    let mut text = String::with_capacity(2 * serial.len());
    for byte in serial {
        // Writing to a String never fails.
        let _ = write!(text, "{byte:02X}");
    }
    attributes.set(
        K::CertificateIdentifier,
        Value::Structure(vec![
            (fields::ISSUER, Value::Text(name_text(&facts.issuer_parts))),
            (fields::SERIAL_NUMBER, Value::Text(text)),
        ]),
    );
    attributes.set(
        K::X509CertificateIdentifier,
        Value::Structure(vec![
            (fields::ISSUER_DISTINGUISHED_NAME, Value::Bytes(facts.issuer.clone())),
            (fields::CERTIFICATE_SERIAL_NUMBER, Value::Bytes(integer_der(serial))),
        ]),
    );
}

/// An unsigned number as DER INTEGER.
fn integer_der(number: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(number.len() + 1);
    if number.first().is_none_or(|first| first & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(number);
    let mut der = vec![2];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => der.push(short),
        // Serial numbers have at most 20 bytes (RFC 5280 §4.1.2.2); others are written all the same.
        _ => {
            let size = content.len().to_be_bytes();
            let zeros = size.iter().take_while(|&&byte| byte == 0).count();
            der.push(0x80 | (size.len() - zeros) as u8);
            der.extend_from_slice(&size[zeros..]);
        }
    }
    der.extend(content);
    der
}

/// A distinguished name as text: the last part first (RFC 4514).
pub(super) fn name_text(parts: &[(String, String)]) -> String {
    let one = |(oid, text): &(String, String)| {
        let keyword =
            KEYWORDS.iter().find(|(part, _)| part == oid).map_or(&oid[..], |(_, word)| *word);
        format!("{keyword}={}", escaped(text))
    };
    parts.iter().rev().map(one).collect::<Vec<_>>().join(",")
}

/// The object identifier of the part of a subject's name that is an attribute of its own; none for other attributes.
pub(super) fn subject_part(kind: AttributeKind) -> Option<&'static str> {
    PARTS.iter().find(|(_, of_subject, _)| *of_subject == kind).map(|(part, ..)| *part)
}

/// A value of a distinguished name as it stands in text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (place, character) in text.chars().enumerate() {
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (place == 0 && matches!(character, '#' | ' '))
            || (place == last && character == ' ');
        if special {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// The text of a general name that is text: e-mail address, DNS name or URI (RFC 5280 §4.2.1.6).
fn alternative_text(general: &[u8]) -> Option<String> {
    let (&tag, rest) = general.split_first()?;
    let (&size, content) = rest.split_first()?;
    let text = matches!(tag, 0x81 | 0x82 | 0x86) && usize::from(size) == content.len();
    text.then(|| String::from_utf8(content.to_vec()).ok()).flatten()
}

fn signature_algorithm(facts: &CertificateFacts) -> Option<DigitalSignatureAlgorithm> {
    use DigitalSignatureAlgorithm as D;
    Some(match facts.signature_algorithm.as_str() {
        "1.2.840.113549.1.1.2" => D::Md2WithRsa,
        "1.2.840.113549.1.1.4" => D::Md5WithRsa,
        "1.2.840.113549.1.1.5" => D::Sha1WithRsa,
        "1.2.840.113549.1.1.14" => D::Sha224WithRsa,
        "1.2.840.113549.1.1.11" => D::Sha256WithRsa,
        "1.2.840.113549.1.1.12" => D::Sha384WithRsa,
        "1.2.840.113549.1.1.13" => D::Sha512WithRsa,
        "1.2.840.113549.1.1.10" => D::RsassaPss,
        "1.2.840.10040.4.3" => D::DsaWithSha1,
        "2.16.840.1.101.3.4.3.1" => D::DsaWithSha224,
        "2.16.840.1.101.3.4.3.2" => D::DsaWithSha256,
        "1.2.840.10045.4.1" => D::EcdsaWithSha1,
        "1.2.840.10045.4.3.1" => D::EcdsaWithSha224,
        "1.2.840.10045.4.3.2" => D::EcdsaWithSha256,
        "1.2.840.10045.4.3.3" => D::EcdsaWithSha384,
        "1.2.840.10045.4.3.4" => D::EcdsaWithSha512,
        "2.16.840.1.101.3.4.3.14" => D::Sha3With256WithRsa,
        "2.16.840.1.101.3.4.3.15" => D::Sha3With384WithRsa,
        "2.16.840.1.101.3.4.3.16" => D::Sha3With512WithRsa,
        _ => return None,
    })
}
