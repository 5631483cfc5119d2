//! PKCS#8 private keys (RFC 5958), DER.
//!
//! ```text
//! SEQUENCE { INTEGER version, SEQUENCE { algorithm OID, parameters }, OCTET STRING key, … }
//! ```
//! | kind | key |
//! |---|---|
//! | RSA | RSAPrivateKey (RFC 8017) |
//! | EC | ECPrivateKey (RFC 5915) |
//! | Ed25519, X25519 | `OCTET STRING (32)` (RFC 8410) |
//! | ML-KEM, ML-DSA | `[0] seed`, or `SEQUENCE { seed, expanded key }` (RFC 9935, RFC 9881); an expanded key alone is refused |

use claviger_model::KeySpec;
use claviger_ports::{CryptoError, Key};
use claviger_secret::SecretBytes;
use der::asn1::{AnyRef, ContextSpecific, OctetStringRef};
use der::{Decode, Encode, Reader, SliceReader, TagMode, TagNumber};
use pkcs8::{AlgorithmIdentifierRef, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::identifiers::{self, RSA_ENCRYPTION};
use super::import::{PrivateKey, check_rsa};
use super::spki;
use crate::elliptic_curve::{Curve, EcPrivateKey};
use crate::provider::load;
use crate::rsa::RsaPrivateKey;
use crate::{ml_dsa, ml_kem};

/// Reads a private key and checks it.
pub(crate) fn decode(der: &[u8]) -> Result<PrivateKey, CryptoError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| {
        CryptoError::InvalidKey(
            "the private key is not PKCS#8 (DER or PEM): convert with openssl pkcs8 -topk8 -nocrypt",
        )
    })?;
    if info.algorithm.oid == RSA_ENCRYPTION {
        let key = RsaPrivateKey::from_pkcs8(der)?;
        check_rsa(&key)?;
        return Ok(PrivateKey { spec: key.spec(), material: key.to_pkcs8()? });
    }
    let spec = identifiers::spec_of(info.algorithm)?;
    if let Some(curve) = Curve::new(spec) {
        let material = EcPrivateKey::from_pkcs8(curve, der)?.to_pkcs8()?;
        return Ok(PrivateKey { spec, material });
    }
    let key = info.private_key.as_bytes();
    let material = match spec {
        KeySpec::Ed25519 | KeySpec::X25519 => <&OctetStringRef>::from_der(key)
            .ok()
            .map(|inner| inner.as_bytes())
            .filter(|inner| inner.len() == 32)
            .ok_or(CryptoError::InvalidKey("the private key must have 32 bytes"))?,
        _ => seed_of(spec, key)?,
    };
    let material = SecretBytes::copy_from(material);
    let public = load(spec, &material)?.public_key()?;
    if let Some(stated) = info.public_key
        && stated.as_bytes() != Some(spki::decode(&public)?.key)
    {
        return Err(CryptoError::InvalidKey("the public key is not the private key's own"));
    }
    Ok(PrivateKey { spec, material })
}

/// Writes a private key.
pub(crate) fn encode(spec: KeySpec, material: &SecretBytes) -> Result<SecretBytes, CryptoError> {
    let Some(oid) = identifiers::oid_of(spec) else {
        if spec.is_symmetric() {
            return Err(CryptoError::InvalidParameter(
                "a symmetric key has no PKCS#8 encoding: export it raw or as a JSON Web Key",
            ));
        }
        return Ok(material.duplicate("RSA and EC keys are kept as PKCS#8"));
    };
    let seed = material.expose("write PKCS#8");
    let inner = match spec {
        KeySpec::Ed25519 | KeySpec::X25519 => {
            OctetStringRef::new(seed).and_then(|value| value.to_der())
        }
        _ => OctetStringRef::new(seed).and_then(|value| {
            ContextSpecific { tag_number: TagNumber(0), tag_mode: TagMode::Implicit, value }
                .to_der()
        }),
    };
    let inner = Zeroizing::new(inner.map_err(|_| CryptoError::Internal)?);
    OctetStringRef::new(&inner)
        .and_then(|key| {
            PrivateKeyInfoRef::new(AlgorithmIdentifierRef { oid, parameters: None }, key).to_der()
        })
        .map(SecretBytes::new)
        .map_err(|_| CryptoError::Internal)
}

/// The seed within an ML-KEM or ML-DSA private key.
fn seed_of(spec: KeySpec, key: &[u8]) -> Result<&[u8], CryptoError> {
    let length = match spec {
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => ml_kem::SEED_LENGTH,
        _ => ml_dsa::SEED_LENGTH,
    };
    let seed = match key.first() {
        // [0] IMPLICIT OCTET STRING: the lengths here are below 128, so that the header has two bytes.
        Some(0x80) => key.strip_prefix(&[0x80, length as u8]),
        Some(0x30) => first_of_both(key),
        _ => {
            return Err(CryptoError::InvalidKey(
                "the private key holds no seed: export it from where it comes from with its seed",
            ));
        }
    };
    seed.filter(|seed| seed.len() == length)
        .ok_or(CryptoError::InvalidKey("the private key's seed is malformed"))
}

/// The seed of `SEQUENCE { OCTET STRING seed, OCTET STRING expanded key }`.
fn first_of_both(key: &[u8]) -> Option<&[u8]> {
    let both = AnyRef::from_der(key).ok()?;
    let mut reader = SliceReader::new(both.value()).ok()?;
    let seed = <&OctetStringRef>::decode(&mut reader).ok()?;
    let _expanded = <&OctetStringRef>::decode(&mut reader).ok()?;
    reader.is_finished().then(|| seed.as_bytes())
}
