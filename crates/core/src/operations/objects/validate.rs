//! Validate: whether certificates make a chain (KMIP 2.1 §6.1.57).

use claviger_model::{AttributeKind, ObjectType, Permissions, Timestamp, UniqueIdentifier, Value};
use claviger_ports::CryptoError;

use super::certificate_attributes::X509;
use super::issuing::{certificate_bytes, known_authorities};
use super::lifecycle::refuse_archived;
use super::validity::Validity;
use crate::operations::{Description, OBJECT_VALIDATE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Checks a chain of X.509 certificates: every signature, and that all are valid at one time. The chain must end in a
/// self-signed certificate among them, or in the service's own authority.
pub struct ValidateCertificates {
    /// Certificates, DER.
    pub certificates: Vec<Vec<u8>>,
    /// Certificates that are objects.
    pub identifiers: Vec<UniqueIdentifier>,
    /// At what time; now if none.
    pub at: Option<Timestamp>,
}

/// The most certificates of a chain.
const LIMIT: usize = 32;

impl Operation for ValidateCertificates {
    type Reply = Validity;

    const DESCRIPTION: &'static Description = OBJECT_VALIDATE;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Validity, Error> {
        let Self { mut certificates, identifiers, at } = self;
        if certificates.len() + identifiers.len() > LIMIT {
            return Err(Error::new(
                ErrorKind::TooLarge,
                format!("a chain has at most {LIMIT} certificates"),
                "leave out what does not belong to the chain",
            ));
        }
        for identifier in &identifiers {
            let permissions = Permissions::READ_ATTRIBUTES;
            let (_, version) = authorized.other_object(identifier, permissions).await?;
            let object = version.object();
            refuse_archived(object)?;
            let bytes = certificate_bytes(&version)?;
            let kind = object.attributes.get(AttributeKind::CertificateType);
            let x509 = kind.and_then(Value::as_enumeration) == Some(X509);
            if object.object_type != ObjectType::Certificate || !x509 {
                return Ok(Validity::Unknown);
            }
            certificates.push(bytes);
        }
        if certificates.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidMessage,
                "there is no certificate to validate",
                "pass certificates, or name some",
            ));
        }
        let shared = authorized.shared();
        let at = at.unwrap_or(authorized.now());
        let chain: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
        if judge(shared.certificates.validate(&chain, at))? == Validity::Valid {
            return Ok(Validity::Valid);
        }
        for authority in &known_authorities(shared, authorized.caller()).await? {
            let longer: Vec<&[u8]> = chain.iter().copied().chain([authority.as_slice()]).collect();
            if judge(shared.certificates.validate(&longer, at))? == Validity::Valid {
                return Ok(Validity::Valid);
            }
        }
        Ok(Validity::Invalid)
    }
}

fn judge(result: Result<(), CryptoError>) -> Result<Validity, Error> {
    match result {
        Ok(()) => Ok(Validity::Valid),
        Err(CryptoError::RandomUnavailable | CryptoError::Internal) => {
            Err(CryptoError::Internal.into())
        }
        // Whatever is wrong with them, or can't be checked here, they are no valid chain.
        Err(_) => Ok(Validity::Invalid),
    }
}
