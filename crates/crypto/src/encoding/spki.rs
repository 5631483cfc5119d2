//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): public keys, DER.
//!
//! ```text
//! SEQUENCE { SEQUENCE { algorithm OID, parameters }, BIT STRING key }
//! ```

use claviger_model::KeySpec;
use claviger_ports::CryptoError;
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode, Encode};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::identifiers::{self, EC_PUBLIC_KEY, RSA_ENCRYPTION};
use super::rsa_numbers;

/// A decoded public key.
pub(crate) struct PublicKey<'a> {
    /// What it is.
    pub(crate) spec: KeySpec,
    /// The bits: RSAPublicKey (DER), a point, or the bytes of the other kinds.
    pub(crate) key: &'a [u8],
}

/// Decodes, and checks what the kind alone implies: that it is known, and lengths; RSA: size, exponent.
pub(crate) fn decode(der: &[u8]) -> Result<PublicKey<'_>, CryptoError> {
    let malformed = CryptoError::InvalidKey("the public key is not a SubjectPublicKeyInfo (DER)");
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| malformed.clone())?;
    let key = info.subject_public_key.as_bytes().ok_or(malformed)?;
    let spec = match info.algorithm.oid {
        RSA_ENCRYPTION => rsa_numbers::spec_of_public_key(key)?,
        _ => identifiers::spec_of(info.algorithm)?,
    };
    if let Some(length) = identifiers::public_length(spec)
        && key.len() != length
    {
        return Err(CryptoError::InvalidKey("the public key has a wrong length for its kind"));
    }
    Ok(PublicKey { spec, key })
}

/// Encodes the bits of a public key of any kind. RSA: RSAPublicKey (DER).
pub(crate) fn encode(spec: KeySpec, key: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let curve = identifiers::curve_of(spec);
    let (oid, parameters) = match (identifiers::oid_of(spec), &curve) {
        (Some(oid), _) => (oid, None),
        (None, Some(curve)) => (EC_PUBLIC_KEY, Some(AnyRef::from(curve))),
        (None, None) => (RSA_ENCRYPTION, Some(AnyRef::NULL)),
    };
    encode_with(oid, parameters, key).map_err(|_| CryptoError::Internal)
}

fn encode_with(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    key: &[u8],
) -> der::Result<Vec<u8>> {
    SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid, parameters },
        subject_public_key: BitStringRef::from_bytes(key)?,
    }
    .to_der()
}
