//! Reading keys: raw, PKCS#1 (RFC 8017), PKCS#8 (RFC 5958), SubjectPublicKeyInfo (RFC 5280), ECPrivateKey (RFC 5915).

use claviger_model::{CryptographicAlgorithm, KeyFormatType, RecommendedCurve};
use claviger_ports::{CryptoError, KeyComponents, ParametricMaterial};
use claviger_secret::SecretBytes;
use der::asn1::{BitStringRef, OctetStringRef, UintRef};
use der::{Decode, Encode};
use pkcs8::PrivateKeyInfoRef;
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::curves::{curve_of, curve_of_length, scalar_length_of};
use super::structures::{
    DH, DH_X942, DSA, DhParameters, DhX942Parameters, DsaParameters, EC, ED25519, EcPrivateKey,
    EncryptedPrivateKeyInfo, RSA, RsaPrivateKey, RsaPublicKey, X25519,
};

/// The longest encoding that is read, in bytes: an RSA key of 16384 bits in PKCS#8 has about 10 KiB.
const LIMIT: usize = 64 << 10;

/// The numbers of a key.
pub(crate) fn components(material: &ParametricMaterial<'_>) -> Result<KeyComponents, CryptoError> {
    let bytes = material.bytes.expose("read the key");
    if bytes.len() > LIMIT {
        return Err(CryptoError::TooLong { limit: LIMIT });
    }
    match material.format {
        KeyFormatType::Raw | KeyFormatType::Opaque => raw(material, bytes),
        KeyFormatType::Pkcs1 => pkcs1(bytes),
        // KMIP's own test cases (KMIP 1.1 test cases §13.4), and clients after them, say PKCS#8 of a bare RSAPrivateKey.
        KeyFormatType::Pkcs8 => pkcs8(bytes).or_else(|error| rsa_private(bytes).map_err(|_| error)),
        KeyFormatType::X509 => public_key(bytes),
        KeyFormatType::EcPrivateKey => ec_private(bytes, material.curve),
        KeyFormatType::Pkcs12 | KeyFormatType::Pkcs10 => Err(CryptoError::InvalidParameter(
            "PKCS#12 and PKCS#10 hold more than a key: take the key out of them first",
        )),
        _ => Err(CryptoError::InvalidParameter(
            "a transparent key is given by its numbers, not as bytes",
        )),
    }
}

/// Raw bytes: a symmetric key, or a scalar or point of a curve, or any DER.
fn raw(material: &ParametricMaterial<'_>, bytes: &[u8]) -> Result<KeyComponents, CryptoError> {
    use CryptographicAlgorithm as Algorithm;
    match material.algorithm {
        Some(Algorithm::Ec | Algorithm::Ecdsa | Algorithm::Ecdh | Algorithm::Ecmqv) => {
            raw_on_curve(material.curve, bytes)
        }
        Some(Algorithm::Ed25519) if bytes.len() == 32 => {
            Ok(KeyComponents::Ed25519Private { seed: SecretBytes::copy_from(bytes) })
        }
        Some(Algorithm::Rsa | Algorithm::Dsa | Algorithm::Dh | Algorithm::Ed25519) => pkcs1(bytes)
            .or_else(|_| pkcs8(bytes))
            .or_else(|_| public_key(bytes))
            .map_err(|_| INVALID),
        _ => Ok(KeyComponents::Symmetric(material.bytes.duplicate("the key's bytes"))),
    }
}

fn raw_on_curve(
    curve: Option<RecommendedCurve>,
    bytes: &[u8],
) -> Result<KeyComponents, CryptoError> {
    // Points on a Montgomery curve are one coordinate, with no byte before it (RFC 7748 §5).
    let has_coordinates =
        !matches!(curve, Some(RecommendedCurve::Curve25519 | RecommendedCurve::Curve448));
    let is_point = has_coordinates && bytes.len() % 2 == 1 && bytes.first() == Some(&4);
    let of_length = if is_point { (bytes.len() - 1) / 2 } else { bytes.len() };
    let curve = curve.or_else(|| curve_of_length(of_length)).ok_or(CryptoError::InvalidKey(
        "raw bytes do not say which curve they are for: name the recommended curve",
    ))?;
    if is_point && bytes.len() > scalar_length_of(curve) {
        return Ok(KeyComponents::EcPublic { curve, point: bytes.to_vec() });
    }
    if bytes.len() > scalar_length_of(curve) {
        return pkcs8(bytes)
            .or_else(|_| public_key(bytes))
            .or_else(|_| ec_private(bytes, Some(curve)))
            .map_err(|_| INVALID);
    }
    Ok(KeyComponents::EcPrivate { curve, scalar: SecretBytes::copy_from(bytes) })
}

const INVALID: CryptoError =
    CryptoError::InvalidKey("the key is not valid DER of the format that was named");

/// RSAPrivateKey or RSAPublicKey.
fn pkcs1(bytes: &[u8]) -> Result<KeyComponents, CryptoError> {
    rsa_private(bytes).or_else(|_| rsa_public(bytes))
}

fn rsa_public(bytes: &[u8]) -> Result<KeyComponents, CryptoError> {
    let key = RsaPublicKey::from_der(bytes).map_err(|_| INVALID)?;
    Ok(KeyComponents::RsaPublic {
        modulus: key.modulus.as_bytes().to_vec(),
        public_exponent: key.public_exponent.as_bytes().to_vec(),
    })
}

fn rsa_private(bytes: &[u8]) -> Result<KeyComponents, CryptoError> {
    let key = RsaPrivateKey::from_der(bytes).map_err(|_| INVALID)?;
    if key.version != 0 {
        return Err(CryptoError::InvalidKey("an RSA key has two primes here, not more"));
    }
    let secret = |number: UintRef<'_>| Some(SecretBytes::copy_from(number.as_bytes()));
    Ok(KeyComponents::RsaPrivate {
        modulus: key.modulus.as_bytes().to_vec(),
        public_exponent: Some(key.public_exponent.as_bytes().to_vec()),
        private_exponent: secret(key.private_exponent),
        p: secret(key.p),
        q: secret(key.q),
        prime_exponent_p: secret(key.prime_exponent_p),
        prime_exponent_q: secret(key.prime_exponent_q),
        crt_coefficient: secret(key.crt_coefficient),
    })
}

/// ECPrivateKey; `curve` is the one that is known from elsewhere.
fn ec_private(bytes: &[u8], curve: Option<RecommendedCurve>) -> Result<KeyComponents, CryptoError> {
    let key = EcPrivateKey::from_der(bytes).map_err(|_| INVALID)?;
    let own = key.parameters.map(curve_of).transpose()?;
    if own.is_some_and(|own| curve.is_some_and(|curve| curve != own)) {
        return Err(CryptoError::InvalidKey("the key is of another curve than it is said to be"));
    }
    let curve = own.or(curve).ok_or(CryptoError::InvalidKey(
        "the key does not name its curve: name the recommended curve",
    ))?;
    Ok(KeyComponents::EcPrivate {
        curve,
        scalar: SecretBytes::copy_from(key.private_key.as_bytes()),
    })
}

fn algorithm_curve(
    algorithm: &AlgorithmIdentifierRef<'_>,
) -> Result<RecommendedCurve, CryptoError> {
    let curve = algorithm.parameters_oid().map_err(|_| {
        CryptoError::InvalidKey(
            "an elliptic curve must be named, not written out: convert with openssl ec -param_enc named_curve",
        )
    })?;
    curve_of(curve)
}

/// PrivateKeyInfo. An encrypted one is nothing that can be read here, and nothing that is wrong either.
fn pkcs8(bytes: &[u8]) -> Result<KeyComponents, CryptoError> {
    let info = PrivateKeyInfoRef::try_from(bytes).map_err(|_| {
        let is_encrypted = EncryptedPrivateKeyInfo::from_der(bytes).is_ok();
        if is_encrypted { CryptoError::Unsupported } else { INVALID }
    })?;
    let key = info.private_key.as_bytes();
    let parameters = || -> Result<Vec<u8>, CryptoError> {
        info.algorithm.parameters.ok_or(INVALID)?.to_der().map_err(|_| INVALID)
    };
    match info.algorithm.oid {
        RSA => rsa_private(key),
        EC => ec_private(key, Some(algorithm_curve(&info.algorithm)?)),
        ED25519 => Ok(KeyComponents::Ed25519Private { seed: curve_25519(key)? }),
        X25519 => Ok(KeyComponents::EcPrivate {
            curve: RecommendedCurve::Curve25519,
            scalar: curve_25519(key)?,
        }),
        DSA => {
            let parameters = parameters()?;
            let numbers = DsaParameters::from_der(&parameters).map_err(|_| INVALID)?;
            let x = UintRef::from_der(key).map_err(|_| INVALID)?;
            Ok(KeyComponents::DsaPrivate {
                p: numbers.p.as_bytes().to_vec(),
                q: numbers.q.as_bytes().to_vec(),
                g: numbers.g.as_bytes().to_vec(),
                x: SecretBytes::copy_from(x.as_bytes()),
            })
        }
        DH | DH_X942 => {
            let [p, g, q, j] = dh_numbers(info.algorithm.oid == DH_X942, &parameters()?)?;
            let x = UintRef::from_der(key).map_err(|_| INVALID)?;
            Ok(KeyComponents::DhPrivate {
                p: p.ok_or(INVALID)?,
                g: g.ok_or(INVALID)?,
                q,
                j,
                x: SecretBytes::copy_from(x.as_bytes()),
            })
        }
        _ => Err(UNKNOWN),
    }
}

const UNKNOWN: CryptoError =
    CryptoError::InvalidKey("the key is none of RSA, EC, Ed25519, X25519, DSA and DH");

/// CurvePrivateKey (RFC 8410 §7): an OCTET STRING of 32 bytes.
fn curve_25519(key: &[u8]) -> Result<SecretBytes, CryptoError> {
    let bytes = <&OctetStringRef>::from_der(key).map_err(|_| INVALID)?.as_bytes();
    if bytes.len() == 32 { Ok(SecretBytes::copy_from(bytes)) } else { Err(INVALID) }
}

/// p, g, q and j.
fn dh_numbers(x942: bool, parameters: &[u8]) -> Result<[Option<Vec<u8>>; 4], CryptoError> {
    let own = |number: UintRef<'_>| Some(number.as_bytes().to_vec());
    if x942 {
        let numbers = DhX942Parameters::from_der(parameters).map_err(|_| INVALID)?;
        let j = numbers.j.and_then(own);
        return Ok([own(numbers.p), own(numbers.g), own(numbers.q), j]);
    }
    let numbers = DhParameters::from_der(parameters).map_err(|_| INVALID)?;
    Ok([own(numbers.p), own(numbers.g), None, None])
}

/// SubjectPublicKeyInfo.
pub(crate) fn public_key(bytes: &[u8]) -> Result<KeyComponents, CryptoError> {
    if bytes.len() > LIMIT {
        return Err(CryptoError::TooLong { limit: LIMIT });
    }
    let info = SubjectPublicKeyInfoRef::try_from(bytes).map_err(|_| INVALID)?;
    let key = BitStringRef::as_bytes(&info.subject_public_key).ok_or(INVALID)?;
    let parameters = || -> Result<Vec<u8>, CryptoError> {
        info.algorithm.parameters.ok_or(INVALID)?.to_der().map_err(|_| INVALID)
    };
    match info.algorithm.oid {
        RSA => rsa_public(key),
        EC => {
            let curve = algorithm_curve(&info.algorithm)?;
            Ok(KeyComponents::EcPublic { curve, point: key.to_vec() })
        }
        ED25519 if key.len() == 32 => Ok(KeyComponents::Ed25519Public { point: key.to_vec() }),
        X25519 if key.len() == 32 => {
            Ok(KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, point: key.to_vec() })
        }
        DSA => {
            let parameters = parameters()?;
            let numbers = DsaParameters::from_der(&parameters).map_err(|_| INVALID)?;
            let y = UintRef::from_der(key).map_err(|_| INVALID)?;
            Ok(KeyComponents::DsaPublic {
                p: numbers.p.as_bytes().to_vec(),
                q: numbers.q.as_bytes().to_vec(),
                g: numbers.g.as_bytes().to_vec(),
                y: y.as_bytes().to_vec(),
            })
        }
        DH | DH_X942 => {
            let [p, g, q, j] = dh_numbers(info.algorithm.oid == DH_X942, &parameters()?)?;
            let y = UintRef::from_der(key).map_err(|_| INVALID)?;
            Ok(KeyComponents::DhPublic {
                p: p.ok_or(INVALID)?,
                g: g.ok_or(INVALID)?,
                q,
                j,
                y: y.as_bytes().to_vec(),
            })
        }
        _ => Err(UNKNOWN),
    }
}
