//! What stands in each kind of certificate (RFC 5280).
//!
//! | kind      | subject               | extensions                                                                         |
//! |-----------|-----------------------|------------------------------------------------------------------------------------|
//! | authority | `CN=Claviger CA` and eight digits of its key | CA without intermediates; key usage: certificates and lists |
//! | server    | `CN=` its first name  | serverAuth; digitalSignature, for RSA keyEncipherment too; alternative names        |
//! | client    | `CN=` its name        | clientAuth; digitalSignature                                                        |
//!
//! All are valid from one hour before they are made, because clocks differ.

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, RsaKeySize, SanType,
};
use time::{Duration, OffsetDateTime};

use crate::error::CertificateError;

/// How much earlier than now a certificate is valid.
const CLOCK_TOLERANCE: Duration = Duration::HOUR;
/// The longest time for which a certificate may be issued: a hundred years.
const MOST_DAYS: u32 = 36_500;

/// Which keys are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256.
    EcdsaP256,
    /// RSA, for old devices: 2048 bits, and 3072 for an authority.
    Rsa,
}

impl KeyKind {
    /// A new key of a server or client.
    pub(crate) fn generate(self) -> Result<KeyPair, CertificateError> {
        self.generate_with(RsaKeySize::_2048)
    }

    /// A new key of an authority.
    pub(crate) fn generate_for_authority(self) -> Result<KeyPair, CertificateError> {
        self.generate_with(RsaKeySize::_3072)
    }

    fn generate_with(self, size: RsaKeySize) -> Result<KeyPair, CertificateError> {
        match self {
            Self::EcdsaP256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            Self::Rsa => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, size),
        }
        .map_err(CertificateError::Signing)
    }
}

/// An authority's certificate.
pub(crate) fn authority(
    name: &str,
    days: u32,
    now: u64,
) -> Result<CertificateParams, CertificateError> {
    let mut parameters = of(name, days, now)?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.use_authority_key_identifier_extension = false;
    Ok(parameters)
}

/// A client's certificate.
pub(crate) fn client(
    name: &str,
    days: u32,
    now: u64,
) -> Result<CertificateParams, CertificateError> {
    let mut parameters = of(name, days, now)?;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    Ok(parameters)
}

/// A server's certificate for these host names and addresses.
pub(crate) fn server(
    names: &[String],
    kind: KeyKind,
    days: u32,
    now: u64,
) -> Result<CertificateParams, CertificateError> {
    let alternatives = names.iter().map(|name| alternative(name)).collect::<Result<Vec<_>, _>>()?;
    let first = names.first().ok_or_else(|| CertificateError::Name {
        name: String::new(),
        problem: "a server's certificate is for at least one host name or address",
    })?;
    let mut parameters = of(first, days, now)?;
    parameters.subject_alt_names = alternatives;
    parameters.key_usages = match kind {
        KeyKind::EcdsaP256 => vec![KeyUsagePurpose::DigitalSignature],
        KeyKind::Rsa => vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment],
    };
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(parameters)
}

fn of(common_name: &str, days: u32, now: u64) -> Result<CertificateParams, CertificateError> {
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(CertificateError::Validity);
    }
    let now = date(now)?;
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, common_name);
    parameters.not_before = now - CLOCK_TOLERANCE;
    parameters.not_after = now + Duration::days(i64::from(days));
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.use_authority_key_identifier_extension = true;
    Ok(parameters)
}

/// A date from seconds since 1970, in a range where a hundred years more is still a date.
pub(crate) fn date(seconds: u64) -> Result<OffsetDateTime, CertificateError> {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .filter(|date| (1970..9000).contains(&date.year()))
        .ok_or(CertificateError::Validity)
}

/// Whether this is a host name, with a wildcard or without, or an address.
#[must_use]
pub fn is_host_name(name: &str) -> bool {
    alternative(name).is_ok()
}

fn alternative(name: &str) -> Result<SanType, CertificateError> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let refused = |problem| CertificateError::Name { name: name.to_owned(), problem };
    // A wildcard stands for one label, the first (RFC 6125, section 6.4.3).
    let labels = name.strip_prefix("*.").unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|one| one.is_ascii_alphanumeric() || one == '-' || one == '_')
    };
    if name.len() > 253 || !labels.split('.').all(is_label) {
        return Err(refused("a host name has labels of letters, digits and hyphens"));
    }
    let name = name.try_into().map_err(|_| refused("a host name is ASCII text"))?;
    Ok(SanType::DnsName(name))
}
