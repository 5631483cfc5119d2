//! Writing keys: raw, PKCS#1 (RFC 8017), PKCS#8 (RFC 5958), SubjectPublicKeyInfo (RFC 5280), ECPrivateKey (RFC 5915).

use claviger_model::{KeyFormatType, RecommendedCurve};
use claviger_ports::{CryptoError, KeyComponents};
use claviger_secret::SecretBytes;
use der::asn1::{AnyRef, BitStringRef, Null, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode, Encode};
use pkcs8::PrivateKeyInfoRef;
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use super::curves::{identifier_of, scalar_length_of};
use super::numbers::fit;
use super::structures::{
    DH, DH_X942, DSA, DhParameters, DhX942Parameters, DsaParameters, EC, ED25519, EcPrivateKey,
    RSA, RsaPrivateKey, RsaPublicKey, X25519,
};
use crate::asymmetric::{complete, public_of};

/// Writes a key.
pub(crate) fn encode(
    components: &KeyComponents,
    format: KeyFormatType,
) -> Result<SecretBytes, CryptoError> {
    match format {
        KeyFormatType::Raw | KeyFormatType::Opaque => raw(components),
        KeyFormatType::Pkcs1 => pkcs1(components),
        KeyFormatType::Pkcs8 => pkcs8(components),
        KeyFormatType::X509 => spki(components).map(SecretBytes::new),
        KeyFormatType::EcPrivateKey => match components {
            KeyComponents::EcPrivate { curve, scalar } => sec1(*curve, scalar, true),
            _ => Err(NO_SUCH_FORMAT),
        },
        _ => Err(NO_SUCH_FORMAT),
    }
}

const NO_SUCH_FORMAT: CryptoError =
    CryptoError::InvalidParameter("a key of this kind has not this format");

/// What `der` says while writing can only be a length beyond its range.
const fn unwritable(_: der::Error) -> CryptoError {
    CryptoError::InvalidKey("a number of the key is too long to be written")
}

fn written(value: &impl Encode) -> Result<SecretBytes, CryptoError> {
    value.to_der().map(SecretBytes::new).map_err(unwritable)
}

fn number(bytes: &[u8]) -> Result<UintRef<'_>, CryptoError> {
    UintRef::new(bytes).map_err(unwritable)
}

fn secret_number(bytes: &SecretBytes) -> Result<UintRef<'_>, CryptoError> {
    number(bytes.expose("write the key"))
}

/// The bytes themselves: of a symmetric key, a scalar, a point.
fn raw(components: &KeyComponents) -> Result<SecretBytes, CryptoError> {
    match components {
        KeyComponents::Symmetric(bytes) => Ok(bytes.duplicate("write the key")),
        KeyComponents::EcPrivate { curve, scalar } => fit(scalar, scalar_length_of(*curve)),
        KeyComponents::EcPublic { point, .. } | KeyComponents::Ed25519Public { point } => {
            Ok(SecretBytes::copy_from(point))
        }
        KeyComponents::Ed25519Private { seed } => Ok(seed.duplicate("write the key")),
        _ => Err(NO_SUCH_FORMAT),
    }
}

fn pkcs1(components: &KeyComponents) -> Result<SecretBytes, CryptoError> {
    match components {
        KeyComponents::RsaPublic { modulus, public_exponent } => written(&RsaPublicKey {
            modulus: number(modulus)?,
            public_exponent: number(public_exponent)?,
        }),
        KeyComponents::RsaPrivate { .. } => rsa_private(&complete(components)?),
        _ => Err(NO_SUCH_FORMAT),
    }
}

/// Writes a private key of which all numbers are there.
fn rsa_private(components: &KeyComponents) -> Result<SecretBytes, CryptoError> {
    let KeyComponents::RsaPrivate {
        modulus,
        public_exponent: Some(public_exponent),
        private_exponent: Some(private_exponent),
        p: Some(p),
        q: Some(q),
        prime_exponent_p: Some(prime_exponent_p),
        prime_exponent_q: Some(prime_exponent_q),
        crt_coefficient: Some(crt_coefficient),
    } = components
    else {
        return Err(CryptoError::Internal);
    };
    written(&RsaPrivateKey {
        version: 0,
        modulus: number(modulus)?,
        public_exponent: number(public_exponent)?,
        private_exponent: secret_number(private_exponent)?,
        p: secret_number(p)?,
        q: secret_number(q)?,
        prime_exponent_p: secret_number(prime_exponent_p)?,
        prime_exponent_q: secret_number(prime_exponent_q)?,
        crt_coefficient: secret_number(crt_coefficient)?,
    })
}

/// ECPrivateKey, with the point where the curve is one that can be computed on.
fn sec1(
    curve: RecommendedCurve,
    scalar: &SecretBytes,
    names_curve: bool,
) -> Result<SecretBytes, CryptoError> {
    let identifier = identifier_of(curve)?;
    let scalar = fit(scalar, scalar_length_of(curve))?;
    let key = KeyComponents::EcPrivate { curve, scalar: scalar.duplicate("compute its point") };
    let point = match public_of(&key) {
        Ok(KeyComponents::EcPublic { point, .. }) => Some(point),
        Err(CryptoError::Unsupported) => None,
        Ok(_) => return Err(CryptoError::Internal),
        Err(error) => return Err(error),
    };
    let point = point.as_deref().map(BitStringRef::from_bytes).transpose().map_err(unwritable)?;
    written(&EcPrivateKey {
        version: 1,
        private_key: OctetStringRef::new(scalar.expose("write the key")).map_err(unwritable)?,
        parameters: names_curve.then_some(identifier),
        public_key: point,
    })
}

/// Domain parameters in DER: those of `DSA`, `DH_X942` and `DH`.
fn dsa_parameters(p: &[u8], q: &[u8], g: &[u8]) -> Result<Vec<u8>, CryptoError> {
    DsaParameters { p: number(p)?, q: number(q)?, g: number(g)? }.to_der().map_err(unwritable)
}

fn dh_parameters(
    p: &[u8],
    g: &[u8],
    q: Option<&[u8]>,
    j: Option<&[u8]>,
) -> Result<(ObjectIdentifier, Vec<u8>), CryptoError> {
    if let Some(q) = q {
        let j = j.map(number).transpose()?;
        let parameters = DhX942Parameters { p: number(p)?, g: number(g)?, q: number(q)?, j };
        return Ok((DH_X942, parameters.to_der().map_err(unwritable)?));
    }
    let parameters = DhParameters { p: number(p)?, g: number(g)?, private_value_length: None };
    Ok((DH, parameters.to_der().map_err(unwritable)?))
}

fn private_info(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    key: &SecretBytes,
) -> Result<SecretBytes, CryptoError> {
    let key = OctetStringRef::new(key.expose("write the key")).map_err(unwritable)?;
    written(&PrivateKeyInfoRef::new(AlgorithmIdentifierRef { oid, parameters }, key))
}

fn any(der: &[u8]) -> Result<AnyRef<'_>, CryptoError> {
    AnyRef::from_der(der).map_err(unwritable)
}

fn pkcs8(components: &KeyComponents) -> Result<SecretBytes, CryptoError> {
    match components {
        KeyComponents::RsaPrivate { .. } => {
            private_info(RSA, Some(Null.into()), &pkcs1(components)?)
        }
        KeyComponents::EcPrivate { curve: RecommendedCurve::Curve25519, scalar } => {
            private_info(X25519, None, &curve_25519(scalar)?)
        }
        KeyComponents::Ed25519Private { seed } => private_info(ED25519, None, &curve_25519(seed)?),
        KeyComponents::EcPrivate { curve, scalar } => {
            let identifier = identifier_of(*curve)?;
            let key = sec1(*curve, scalar, false)?;
            private_info(EC, Some((&identifier).into()), &key)
        }
        KeyComponents::DsaPrivate { p, q, g, x } => {
            let parameters = dsa_parameters(p, q, g)?;
            private_info(DSA, Some(any(&parameters)?), &written(&secret_number(x)?)?)
        }
        KeyComponents::DhPrivate { p, g, q, j, x } => {
            let (oid, parameters) = dh_parameters(p, g, q.as_deref(), j.as_deref())?;
            private_info(oid, Some(any(&parameters)?), &written(&secret_number(x)?)?)
        }
        _ => Err(NO_SUCH_FORMAT),
    }
}

fn curve_25519(key: &SecretBytes) -> Result<SecretBytes, CryptoError> {
    if key.len() != 32 {
        return Err(CryptoError::InvalidKey("a key on Curve25519 has 32 bytes"));
    }
    let key = Zeroizing::new(key.expose("write the key").to_vec());
    written(&OctetStringRef::new(&key).map_err(unwritable)?)
}

fn public_info(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    key: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let subject_public_key = BitStringRef::from_bytes(key).map_err(unwritable)?;
    SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid, parameters },
        subject_public_key,
    }
    .to_der()
    .map_err(unwritable)
}

/// SubjectPublicKeyInfo of a public key.
pub(crate) fn spki(components: &KeyComponents) -> Result<Vec<u8>, CryptoError> {
    match components {
        KeyComponents::RsaPublic { .. } => {
            let key = pkcs1(components)?;
            public_info(RSA, Some(Null.into()), key.expose("a public key"))
        }
        KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, point } => {
            public_info(X25519, None, point)
        }
        KeyComponents::Ed25519Public { point } => public_info(ED25519, None, point),
        KeyComponents::EcPublic { curve, point } => {
            let identifier = identifier_of(*curve)?;
            public_info(EC, Some((&identifier).into()), point)
        }
        KeyComponents::DsaPublic { p, q, g, y } => {
            let parameters = dsa_parameters(p, q, g)?;
            let key = number(y)?.to_der().map_err(unwritable)?;
            public_info(DSA, Some(any(&parameters)?), &key)
        }
        KeyComponents::DhPublic { p, g, q, j, y } => {
            let (oid, parameters) = dh_parameters(p, g, q.as_deref(), j.as_deref())?;
            let key = number(y)?.to_der().map_err(unwritable)?;
            public_info(oid, Some(any(&parameters)?), &key)
        }
        _ => Err(NO_SUCH_FORMAT),
    }
}
