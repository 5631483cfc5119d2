//! Signature algorithms of certificates: identifiers, and the parameters that stand for them here.
//!
//! RFC 3279, RFC 4055, RFC 5758, RFC 8410, RFC 8692 and NIST's list.

use claviger_model::{CryptographicParameters, HashingAlgorithm, PaddingMethod, RecommendedCurve};
use claviger_ports::{CryptoError, KeyComponents, ParametricKey, ParametricMessage};
use der::Sequence;
use der::asn1::{AnyRef, Null, ObjectIdentifier};
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};

use crate::asymmetric;
use crate::legacy::Fence;

/// What signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Rsa,
    Ecdsa,
    Dsa,
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// id-RSASSA-PSS.
const PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
/// id-mgf1.
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
/// id-Ed25519.
const ED25519: ObjectIdentifier = oid("1.3.101.112");

/// Identifiers that name family and hash.
const SIGNATURES: [(ObjectIdentifier, Family, HashingAlgorithm); 20] = [
    (oid("1.2.840.113549.1.1.4"), Family::Rsa, HashingAlgorithm::Md5),
    (oid("1.2.840.113549.1.1.5"), Family::Rsa, HashingAlgorithm::Sha1),
    (oid("1.2.840.113549.1.1.14"), Family::Rsa, HashingAlgorithm::Sha224),
    (oid("1.2.840.113549.1.1.11"), Family::Rsa, HashingAlgorithm::Sha256),
    (oid("1.2.840.113549.1.1.12"), Family::Rsa, HashingAlgorithm::Sha384),
    (oid("1.2.840.113549.1.1.13"), Family::Rsa, HashingAlgorithm::Sha512),
    (oid("1.2.840.113549.1.1.16"), Family::Rsa, HashingAlgorithm::Sha512With256),
    (oid("2.16.840.1.101.3.4.3.14"), Family::Rsa, HashingAlgorithm::Sha3With256),
    (oid("2.16.840.1.101.3.4.3.15"), Family::Rsa, HashingAlgorithm::Sha3With384),
    (oid("2.16.840.1.101.3.4.3.16"), Family::Rsa, HashingAlgorithm::Sha3With512),
    (oid("1.2.840.10045.4.1"), Family::Ecdsa, HashingAlgorithm::Sha1),
    (oid("1.2.840.10045.4.3.1"), Family::Ecdsa, HashingAlgorithm::Sha224),
    (oid("1.2.840.10045.4.3.2"), Family::Ecdsa, HashingAlgorithm::Sha256),
    (oid("1.2.840.10045.4.3.3"), Family::Ecdsa, HashingAlgorithm::Sha384),
    (oid("1.2.840.10045.4.3.4"), Family::Ecdsa, HashingAlgorithm::Sha512),
    (oid("2.16.840.1.101.3.4.3.10"), Family::Ecdsa, HashingAlgorithm::Sha3With256),
    (oid("2.16.840.1.101.3.4.3.11"), Family::Ecdsa, HashingAlgorithm::Sha3With384),
    (oid("1.2.840.10040.4.3"), Family::Dsa, HashingAlgorithm::Sha1),
    (oid("2.16.840.1.101.3.4.3.1"), Family::Dsa, HashingAlgorithm::Sha224),
    (oid("2.16.840.1.101.3.4.3.2"), Family::Dsa, HashingAlgorithm::Sha256),
];

/// Hashes as parameters of PSS.
const HASHES: [(ObjectIdentifier, HashingAlgorithm); 6] = [
    (oid("1.3.14.3.2.26"), HashingAlgorithm::Sha1),
    (oid("2.16.840.1.101.3.4.2.4"), HashingAlgorithm::Sha224),
    (oid("2.16.840.1.101.3.4.2.1"), HashingAlgorithm::Sha256),
    (oid("2.16.840.1.101.3.4.2.2"), HashingAlgorithm::Sha384),
    (oid("2.16.840.1.101.3.4.2.3"), HashingAlgorithm::Sha512),
    (oid("2.16.840.1.101.3.4.2.6"), HashingAlgorithm::Sha512With256),
];

/// RSASSA-PSS-params (RFC 8017 §A.2.3).
#[derive(Sequence)]
struct PssParameters<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask_generator: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt_length: Option<u16>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u8>,
}

const UNKNOWN: CryptoError =
    CryptoError::InvalidKey("the signature algorithm of the certificate is not known");

fn pss_parameters(algorithm: AlgorithmIdentifierRef<'_>) -> Result<PssParameters<'_>, CryptoError> {
    match algorithm.parameters {
        Some(parameters) => {
            parameters.decode_as::<PssParameters<'_>>().map_err(|_| super::structures::INVALID)
        }
        None => {
            Ok(PssParameters { hash: None, mask_generator: None, salt_length: None, trailer: None })
        }
    }
}

/// The identifier of the hash in RSASSA-PSS; SHA-1 where it is left out.
pub(super) fn pss_hash(
    algorithm: AlgorithmIdentifierRef<'_>,
) -> Result<Option<ObjectIdentifier>, CryptoError> {
    if algorithm.oid != PSS {
        return Ok(None);
    }
    Ok(Some(pss_parameters(algorithm)?.hash.map_or(HASHES[0].0, |hash| hash.oid)))
}

fn hash_of(identifier: ObjectIdentifier) -> Result<HashingAlgorithm, CryptoError> {
    HASHES.iter().find(|(oid, _)| *oid == identifier).map(|(_, hash)| *hash).ok_or(UNKNOWN)
}

fn pss(algorithm: AlgorithmIdentifierRef<'_>) -> Result<CryptographicParameters, CryptoError> {
    let parameters = pss_parameters(algorithm)?;
    let sha1 = HashingAlgorithm::Sha1;
    let hash = parameters.hash.map_or(Ok(sha1), |hash| hash_of(hash.oid))?;
    let mask_hash = match parameters.mask_generator {
        None => sha1,
        Some(generator) if generator.oid == MGF1 => {
            let inner = generator.parameters.ok_or(UNKNOWN)?;
            let inner = inner.decode_as::<AlgorithmIdentifierRef<'_>>().map_err(|_| UNKNOWN)?;
            hash_of(inner.oid)?
        }
        Some(_) => return Err(UNKNOWN),
    };
    Ok(CryptographicParameters {
        padding_method: Some(PaddingMethod::Pss),
        hashing_algorithm: Some(hash),
        mask_generator_hashing_algorithm: Some(mask_hash),
        salt_length: Some(i32::from(parameters.salt_length.unwrap_or(20))),
        trailer_field: Some(i32::from(parameters.trailer.unwrap_or(1))),
        ..Default::default()
    })
}

/// The parameters that a signature algorithm stands for, if it fits the key.
fn parameters_of(
    algorithm: AlgorithmIdentifierRef<'_>,
    key: &KeyComponents,
) -> Result<CryptographicParameters, CryptoError> {
    let family = match key {
        KeyComponents::RsaPublic { .. } => Family::Rsa,
        KeyComponents::EcPublic { .. } => Family::Ecdsa,
        KeyComponents::DsaPublic { .. } => Family::Dsa,
        KeyComponents::Ed25519Public { .. } if algorithm.oid == ED25519 => {
            return Ok(CryptographicParameters::default());
        }
        _ => return Err(CryptoError::Failed),
    };
    if algorithm.oid == PSS && family == Family::Rsa {
        return pss(algorithm);
    }
    let (_, named, hash) =
        SIGNATURES.iter().find(|(oid, ..)| *oid == algorithm.oid).ok_or(UNKNOWN)?;
    if *named != family {
        return Err(CryptoError::Failed);
    }
    Ok(CryptographicParameters {
        padding_method: (family == Family::Rsa).then_some(PaddingMethod::Pkcs1V15),
        hashing_algorithm: Some(*hash),
        ..Default::default()
    })
}

/// Checks a signature.
pub(super) fn verify(
    algorithm: AlgorithmIdentifierRef<'_>,
    key: &KeyComponents,
    message: &[u8],
    signature: &[u8],
    fence: Fence,
) -> Result<(), CryptoError> {
    let parameters = parameters_of(algorithm, key)?;
    let message = ParametricMessage { parameters: &parameters, data: message, digested: false };
    asymmetric::load(key, fence)?.verify(message, signature)
}

/// The algorithm that an issuer signs with: SHA-256, with larger curves the hash of their size.
pub(super) fn for_issuer(key: &KeyComponents) -> Result<AlgorithmIdentifierOwned, CryptoError> {
    let wanted = match key {
        KeyComponents::Ed25519Public { .. } => {
            return Ok(AlgorithmIdentifierOwned { oid: ED25519, parameters: None });
        }
        KeyComponents::RsaPublic { .. } => (Family::Rsa, HashingAlgorithm::Sha256),
        KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, .. } => {
            return Err(CryptoError::Unsupported);
        }
        KeyComponents::EcPublic { curve: RecommendedCurve::P384, .. } => {
            (Family::Ecdsa, HashingAlgorithm::Sha384)
        }
        KeyComponents::EcPublic { curve: RecommendedCurve::P521, .. } => {
            (Family::Ecdsa, HashingAlgorithm::Sha512)
        }
        KeyComponents::EcPublic { .. } => (Family::Ecdsa, HashingAlgorithm::Sha256),
        KeyComponents::DsaPublic { .. } => (Family::Dsa, HashingAlgorithm::Sha256),
        _ => return Err(CryptoError::Unsupported),
    };
    let oid = SIGNATURES
        .iter()
        .find(|(_, family, hash)| (*family, *hash) == wanted)
        .map(|(oid, ..)| *oid)
        .ok_or(CryptoError::Internal)?;
    // RFC 4055 §5 wants a NULL with RSA, RFC 5758 §3 nothing with the others.
    let parameters = (wanted.0 == Family::Rsa).then(|| AnyRef::from(Null).into());
    Ok(AlgorithmIdentifierOwned { oid, parameters })
}

/// Signs with the algorithm of [`for_issuer`].
pub(super) fn sign(
    algorithm: &AlgorithmIdentifierOwned,
    private: &dyn ParametricKey,
    public: &KeyComponents,
    message: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let algorithm = AlgorithmIdentifierRef {
        oid: algorithm.oid,
        parameters: algorithm.parameters.as_ref().map(Into::into),
    };
    let parameters = parameters_of(algorithm, public)?;
    private.sign(ParametricMessage { parameters: &parameters, data: message, digested: false })
}

#[cfg(test)]
mod tests {
    use super::{HASHES, SIGNATURES};

    #[test]
    fn identifiers_are_unique() {
        let oids: std::collections::BTreeSet<_> = SIGNATURES.iter().map(|entry| entry.0).collect();
        assert_eq!(oids.len(), SIGNATURES.len());
        let oids: std::collections::BTreeSet<_> = HASHES.iter().map(|entry| entry.0).collect();
        assert_eq!(oids.len(), HASHES.len());
    }
}
