//! The elliptic curves of KMIP: object identifiers and sizes.

use claviger_model::RecommendedCurve;
use claviger_ports::CryptoError;
use der::asn1::ObjectIdentifier;

/// Curve, object identifier (SEC 2, RFC 5480), bits of a coordinate, bytes of a scalar.
const CURVES: [(RecommendedCurve, ObjectIdentifier, u32, usize); 17] = [
    (RecommendedCurve::P192, oid("1.2.840.10045.3.1.1"), 192, 24),
    (RecommendedCurve::K163, oid("1.3.132.0.1"), 163, 21),
    (RecommendedCurve::B163, oid("1.3.132.0.15"), 163, 21),
    (RecommendedCurve::P224, oid("1.3.132.0.33"), 224, 28),
    (RecommendedCurve::K233, oid("1.3.132.0.26"), 233, 29),
    (RecommendedCurve::B233, oid("1.3.132.0.27"), 233, 30),
    (RecommendedCurve::P256, oid("1.2.840.10045.3.1.7"), 256, 32),
    (RecommendedCurve::K283, oid("1.3.132.0.16"), 283, 36),
    (RecommendedCurve::B283, oid("1.3.132.0.17"), 283, 36),
    (RecommendedCurve::P384, oid("1.3.132.0.34"), 384, 48),
    (RecommendedCurve::K409, oid("1.3.132.0.36"), 409, 51),
    (RecommendedCurve::B409, oid("1.3.132.0.37"), 409, 52),
    (RecommendedCurve::P521, oid("1.3.132.0.35"), 521, 66),
    (RecommendedCurve::K571, oid("1.3.132.0.38"), 571, 72),
    (RecommendedCurve::B571, oid("1.3.132.0.39"), 571, 72),
    (RecommendedCurve::Secp160k1, oid("1.3.132.0.9"), 160, 21),
    (RecommendedCurve::Secp256k1, oid("1.3.132.0.10"), 256, 32),
];

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// The curve of an identifier.
pub(crate) fn curve_of(identifier: ObjectIdentifier) -> Result<RecommendedCurve, CryptoError> {
    CURVES.iter().find(|curve| curve.1 == identifier).map(|curve| curve.0).ok_or(
        CryptoError::InvalidKey(
            "the curve is none of those that KMIP names and this service knows",
        ),
    )
}

/// The identifier of a curve; [`CryptoError::Unsupported`] for Curve448 and for Curve25519, which is no parameter.
pub(crate) fn identifier_of(curve: RecommendedCurve) -> Result<ObjectIdentifier, CryptoError> {
    CURVES
        .iter()
        .find(|other| other.0 == curve)
        .map(|curve| curve.1)
        .ok_or(CryptoError::Unsupported)
}

/// How many bits a key on the curve has, as Cryptographic Length counts them.
pub(crate) fn bits_of(curve: RecommendedCurve) -> u32 {
    match curve {
        RecommendedCurve::Curve25519 => 256,
        RecommendedCurve::Curve448 => 448,
        _ => CURVES.iter().find(|other| other.0 == curve).map_or(0, |curve| curve.2),
    }
}

/// How many bytes a scalar on the curve has.
pub(crate) fn scalar_length_of(curve: RecommendedCurve) -> usize {
    match curve {
        RecommendedCurve::Curve25519 => 32,
        RecommendedCurve::Curve448 => 56,
        _ => CURVES.iter().find(|other| other.0 == curve).map_or(0, |curve| curve.3),
    }
}

/// The prime curve with scalars of so many bytes, for raw scalars that come without a curve's name.
pub(crate) const fn curve_of_length(length: usize) -> Option<RecommendedCurve> {
    Some(match length {
        24 => RecommendedCurve::P192,
        28 => RecommendedCurve::P224,
        32 => RecommendedCurve::P256,
        48 => RecommendedCurve::P384,
        66 => RecommendedCurve::P521,
        _ => return None,
    })
}
