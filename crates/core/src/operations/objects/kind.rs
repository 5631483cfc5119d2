//! From what KMIP says of a key (algorithm, length, curve, usage) to what the native doors call it, and KMIP's defaults.

use claviger_model::{
    Algorithm, CryptographicAlgorithm, Hash, KeyFormatType, KeySpec, ObjectType, RecommendedCurve,
    Usage,
};

use CryptographicAlgorithm as C;

/// The kind of material that the native doors know; [`KeySpec::Other`] if they know none.
pub(super) fn spec_of(
    object_type: ObjectType,
    algorithm: Option<CryptographicAlgorithm>,
    bits: u32,
    curve: Option<RecommendedCurve>,
) -> KeySpec {
    let symmetric = object_type == ObjectType::SymmetricKey;
    let asymmetric = matches!(object_type, ObjectType::PrivateKey | ObjectType::PublicKey);
    match algorithm {
        None if object_type == ObjectType::SecretData => secret(bits),
        Some(C::Aes) if symmetric => match bits {
            128 => KeySpec::Aes128,
            192 => KeySpec::Aes192,
            256 => KeySpec::Aes256,
            // Only XTS takes two keys of 256 bits.
            512 => KeySpec::AesXts256,
            _ => KeySpec::Other,
        },
        Some(C::ChaCha20Poly1305) if symmetric && bits == 256 => KeySpec::ChaCha20,
        Some(algorithm) if symmetric => match hmac_hash(algorithm) {
            Some(hash) => hmac(hash, bits),
            None => KeySpec::Other,
        },
        Some(C::Rsa) if asymmetric => match bits {
            2048 => KeySpec::Rsa2048,
            3072 => KeySpec::Rsa3072,
            4096 => KeySpec::Rsa4096,
            _ => KeySpec::Other,
        },
        Some(C::Ed25519) if asymmetric => KeySpec::Ed25519,
        Some(C::Ec | C::Ecdsa | C::Ecdh) if asymmetric => match curve {
            Some(RecommendedCurve::P256) => KeySpec::EcP256,
            Some(RecommendedCurve::P384) => KeySpec::EcP384,
            Some(RecommendedCurve::P521) => KeySpec::EcP521,
            Some(RecommendedCurve::Secp256k1) => KeySpec::EcSecp256k1,
            Some(RecommendedCurve::Curve25519) => KeySpec::X25519,
            _ => KeySpec::Other,
        },
        _ => KeySpec::Other,
    }
}

fn secret(bits: u32) -> KeySpec {
    fitting(KeySpec::Secret, bits)
}

fn hmac(hash: Hash, bits: u32) -> KeySpec {
    fitting(KeySpec::Hmac(hash), bits)
}

fn fitting(spec: KeySpec, bits: u32) -> KeySpec {
    let fits = bits.is_multiple_of(8) && spec.accepts_length(bits as usize / 8) == Some(true);
    if fits { spec } else { KeySpec::Other }
}

/// The hash of an HMAC key.
pub(super) const fn hmac_hash(algorithm: CryptographicAlgorithm) -> Option<Hash> {
    Some(match algorithm {
        C::HmacSha1 => Hash::Sha1,
        C::HmacSha224 => Hash::Sha224,
        C::HmacSha256 => Hash::Sha256,
        C::HmacSha384 => Hash::Sha384,
        C::HmacSha512 => Hash::Sha512,
        C::HmacSha3With224 => Hash::Sha3With224,
        C::HmacSha3With256 => Hash::Sha3With256,
        C::HmacSha3With384 => Hash::Sha3With384,
        C::HmacSha3With512 => Hash::Sha3With512,
        _ => return None,
    })
}

/// The algorithm that the key serves for the native doors.
pub(super) fn native_algorithm(spec: KeySpec, usage: Usage) -> Algorithm {
    let signs = usage.intersects(Usage::SIGN | Usage::VERIFY | Usage::CERTIFICATE_SIGN);
    let ciphers = usage.intersects(Usage::ENCRYPT | Usage::DECRYPT);
    match spec {
        KeySpec::Aes128 | KeySpec::Aes192 | KeySpec::Aes256 => {
            if !ciphers && usage.intersects(Usage::WRAP_KEY | Usage::UNWRAP_KEY) {
                Algorithm::AesKw
            } else if !ciphers && usage.intersects(Usage::MAC_GENERATE | Usage::MAC_VERIFY) {
                Algorithm::AesCmac
            } else {
                Algorithm::AesGcm
            }
        }
        KeySpec::AesXts128 | KeySpec::AesXts256 => Algorithm::AesXts,
        KeySpec::ChaCha20 => Algorithm::ChaCha20Poly1305,
        KeySpec::Hmac(_) => Algorithm::Hmac,
        KeySpec::Secret => Algorithm::HkdfSha256,
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 if signs => Algorithm::RsaPssSha256,
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => Algorithm::RsaOaepSha256,
        KeySpec::EcP256 | KeySpec::EcP384 | KeySpec::EcP521
            if !signs && usage.contains(Usage::KEY_AGREEMENT) =>
        {
            Algorithm::Ecdh
        }
        KeySpec::EcP256 | KeySpec::EcSecp256k1 => Algorithm::EcdsaSha256,
        KeySpec::EcP384 => Algorithm::EcdsaSha384,
        KeySpec::EcP521 => Algorithm::EcdsaSha512,
        KeySpec::Ed25519 => Algorithm::Ed25519,
        KeySpec::X25519 => Algorithm::X25519,
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => Algorithm::MlKem,
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => Algorithm::MlDsa,
        KeySpec::Other => Algorithm::Other,
    }
}

/// The length of a key of this kind, in bits, where the kind says it; the default of HMAC keys.
pub(super) fn native_length(spec: KeySpec) -> Option<i32> {
    Some(match spec {
        KeySpec::Rsa2048 => 2048,
        KeySpec::Rsa3072 => 3072,
        KeySpec::Rsa4096 => 4096,
        KeySpec::EcP256 | KeySpec::EcSecp256k1 | KeySpec::Ed25519 | KeySpec::X25519 => 256,
        KeySpec::EcP384 => 384,
        KeySpec::EcP521 => 521,
        _ => i32::try_from(spec.symmetric_length()? * 8).ok()?,
    })
}

/// The length of a key of which the client gave no length, in bits; none if the client must say it.
pub(super) fn default_bits(algorithm: CryptographicAlgorithm) -> Option<u32> {
    Some(match algorithm {
        C::Aes | C::ChaCha20 | C::ChaCha20Poly1305 | C::Poly1305 => 256,
        C::TripleDes => 168,
        C::Des => 56,
        C::Rsa => 2048,
        C::Ec | C::Ecdsa | C::Ecdh | C::Ed25519 => 256,
        C::Idea | C::Camellia | C::Seed | C::Sm4 | C::Aria => 128,
        C::Skipjack => 80,
        _ => u32::try_from(8 * hmac_hash(algorithm)?.output_length()).ok()?,
    })
}

/// The curve of a key of which the client gave only the length.
pub(super) const fn default_curve(
    algorithm: CryptographicAlgorithm,
    bits: u32,
) -> Option<RecommendedCurve> {
    match (algorithm, bits) {
        (C::Ed25519, _) => Some(RecommendedCurve::Curve25519),
        (C::Ed448, _) => Some(RecommendedCurve::Curve448),
        (C::Ec | C::Ecdsa | C::Ecdh | C::Ecmqv, 192) => Some(RecommendedCurve::P192),
        (C::Ec | C::Ecdsa | C::Ecdh | C::Ecmqv, 224) => Some(RecommendedCurve::P224),
        (C::Ec | C::Ecdsa | C::Ecdh | C::Ecmqv, 256) => Some(RecommendedCurve::P256),
        (C::Ec | C::Ecdsa | C::Ecdh | C::Ecmqv, 384) => Some(RecommendedCurve::P384),
        (C::Ec | C::Ecdsa | C::Ecdh | C::Ecmqv, 521) => Some(RecommendedCurve::P521),
        _ => None,
    }
}

/// The format in which an object is given where nobody asks for one (KMIP 2.1 §4.26, table 81). Pairs that the table lacks
/// are given as PKCS#8 and X.509; none for what has no key format.
pub(crate) fn default_format(
    object_type: ObjectType,
    algorithm: Option<CryptographicAlgorithm>,
) -> Option<KeyFormatType> {
    use KeyFormatType as F;
    let (transparent_ec, transparent_dsa, other) = match object_type {
        ObjectType::SymmetricKey
        | ObjectType::SecretData
        | ObjectType::SplitKey
        | ObjectType::PgpKey => return Some(F::Raw),
        ObjectType::Certificate => return Some(F::X509),
        ObjectType::CertificateRequest => return Some(F::Pkcs10),
        ObjectType::OpaqueObject => return Some(F::Opaque),
        ObjectType::Template => return None,
        ObjectType::PrivateKey => {
            (F::TransparentEcPrivateKey, F::TransparentDsaPrivateKey, F::Pkcs8)
        }
        ObjectType::PublicKey => (F::TransparentEcPublicKey, F::TransparentDsaPublicKey, F::X509),
    };
    Some(match algorithm {
        Some(C::Rsa) => F::Pkcs1,
        Some(C::Ec | C::Ecdsa | C::Ecdh | C::Ecmqv) => transparent_ec,
        Some(C::Dsa) => transparent_dsa,
        _ => other,
    })
}
