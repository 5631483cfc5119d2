//! Object identifiers of the kinds of asymmetric keys.

use claviger_model::KeySpec;
use claviger_ports::CryptoError;
use der::asn1::ObjectIdentifier;
use spki::AlgorithmIdentifierRef;

/// rsaEncryption (RFC 3279 §2.3.1).
pub(crate) const RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-RSASSA-PSS (RFC 4055 §3.1), which ties a key to one scheme.
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// id-ecPublicKey (RFC 5480 §2.1.1).
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// The curves, as parameters of [`EC_PUBLIC_KEY`] (RFC 5480 §2.1.1.1, SEC 2).
const CURVES: [(KeySpec, ObjectIdentifier); 4] = [
    (KeySpec::EcP256, ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7")),
    (KeySpec::EcP384, ObjectIdentifier::new_unwrap("1.3.132.0.34")),
    (KeySpec::EcP521, ObjectIdentifier::new_unwrap("1.3.132.0.35")),
    (KeySpec::EcSecp256k1, ObjectIdentifier::new_unwrap("1.3.132.0.10")),
];

/// The kinds that have an identifier of their own and no parameters (RFC 8410, RFC 9881, RFC 9935), with the lengths of
/// their public keys.
const PLAIN: [(KeySpec, ObjectIdentifier, usize); 8] = [
    (KeySpec::X25519, ObjectIdentifier::new_unwrap("1.3.101.110"), 32),
    (KeySpec::Ed25519, ObjectIdentifier::new_unwrap("1.3.101.112"), 32),
    (KeySpec::MlDsa44, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17"), 1312),
    (KeySpec::MlDsa65, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18"), 1952),
    (KeySpec::MlDsa87, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19"), 2592),
    (KeySpec::MlKem512, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.1"), 800),
    (KeySpec::MlKem768, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.2"), 1184),
    (KeySpec::MlKem1024, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.3"), 1568),
];

/// The kind that an AlgorithmIdentifier names; for RSA, whose size it does not tell, an error.
pub(crate) fn spec_of(algorithm: AlgorithmIdentifierRef<'_>) -> Result<KeySpec, CryptoError> {
    if algorithm.oid == EC_PUBLIC_KEY {
        let curve = algorithm.parameters_oid().map_err(|_| {
            CryptoError::InvalidKey(
                "an elliptic curve must be named, not written out: convert with openssl ec -param_enc named_curve",
            )
        })?;
        return CURVES.iter().find(|(_, oid)| *oid == curve).map(|(spec, _)| *spec).ok_or(
            CryptoError::InvalidKey("the curve is none of P-256, P-384, P-521 and secp256k1"),
        );
    }
    if algorithm.oid == RSA_PSS {
        return Err(CryptoError::InvalidKey(
            "keys of the kind RSASSA-PSS are not read: convert to a plain RSA key with openssl rsa",
        ));
    }
    let (spec, _, _) = PLAIN.iter().find(|(_, oid, _)| *oid == algorithm.oid).ok_or(
        CryptoError::InvalidKey("the key is none of RSA, EC, Ed25519, X25519, ML-KEM and ML-DSA"),
    )?;
    if algorithm.parameters.is_some() {
        return Err(CryptoError::InvalidKey("the key's algorithm must have no parameters"));
    }
    Ok(*spec)
}

/// The identifier of a kind that has one of its own.
pub(crate) fn oid_of(spec: KeySpec) -> Option<ObjectIdentifier> {
    PLAIN.iter().find(|(plain, _, _)| *plain == spec).map(|(_, oid, _)| *oid)
}

/// The curve of a kind on one.
pub(crate) fn curve_of(spec: KeySpec) -> Option<ObjectIdentifier> {
    CURVES.iter().find(|(curve, _)| *curve == spec).map(|(_, oid)| *oid)
}

/// How long public keys of a kind are, where that is fixed.
pub(crate) fn public_length(spec: KeySpec) -> Option<usize> {
    PLAIN.iter().find(|(plain, _, _)| *plain == spec).map(|(_, _, length)| *length)
}
