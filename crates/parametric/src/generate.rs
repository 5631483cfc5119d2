//! New keys.

use claviger_model::{CryptographicAlgorithm, KeyFormatType, RecommendedCurve};
use claviger_ports::{CryptoError, GeneratedMaterial, KeyComponents};
use claviger_secret::SecretBytes;

use crate::foreign::{Dsa, EcCurve, EcKey, Rsa};
use crate::legacy::{Fence, Use};
use crate::{asymmetric, format, random};

/// The longest key of an algorithm that takes any, in bits.
const LONGEST: u32 = 8192;

/// Makes a key.
pub(crate) fn generate(
    algorithm: CryptographicAlgorithm,
    bits: Option<u32>,
    curve: Option<RecommendedCurve>,
    fence: Fence,
) -> Result<GeneratedMaterial, CryptoError> {
    use CryptographicAlgorithm as Algorithm;
    fence.check(Use::Algorithm(algorithm))?;
    match algorithm {
        Algorithm::Rsa => rsa(bits.unwrap_or(2048), fence),
        Algorithm::Dsa => dsa(bits.unwrap_or(2048)),
        Algorithm::Ed25519 => {
            if !matches!(bits, None | Some(255 | 256)) {
                return Err(CryptoError::InvalidParameter("an Ed25519 key has 256 bits"));
            }
            pair(&KeyComponents::Ed25519Private { seed: random::secret(32)? }, 256)
        }
        Algorithm::Ec | Algorithm::Ecdsa | Algorithm::Ecdh | Algorithm::Ecmqv => {
            on_curve(bits, curve, fence)
        }
        _ => symmetric(algorithm, bits),
    }
}

fn rsa(bits: u32, fence: Fence) -> Result<GeneratedMaterial, CryptoError> {
    fence.check(Use::Modulus(bits))?;
    if !matches!(bits, 1024 | 2048 | 3072 | 4096 | 8192) {
        return Err(CryptoError::InvalidParameter(
            "RSA keys of 2048, 3072, 4096 and 8192 bits are made, where permitted of 1024",
        ));
    }
    let numbers = Rsa::generate(bits)?.numbers()?;
    pair(&asymmetric::from_numbers(&numbers)?, bits)
}

fn dsa(bits: u32) -> Result<GeneratedMaterial, CryptoError> {
    if !matches!(bits, 1024 | 2048 | 3072) {
        return Err(CryptoError::InvalidParameter("DSA keys of 1024, 2048 and 3072 bits are made"));
    }
    let [p, q, g, _, x] = Dsa::generate(bits)?.numbers()?;
    let components = KeyComponents::DsaPrivate {
        p: p.to_public()?,
        q: q.to_public()?,
        g: g.to_public()?,
        x: x.to_secret(x.length())?,
    };
    pair(&components, bits)
}

fn on_curve(
    bits: Option<u32>,
    curve: Option<RecommendedCurve>,
    fence: Fence,
) -> Result<GeneratedMaterial, CryptoError> {
    let curve = match (curve, bits) {
        (Some(curve), _) => curve,
        (None, None | Some(256)) => RecommendedCurve::P256,
        (None, Some(224)) => RecommendedCurve::P224,
        (None, Some(384)) => RecommendedCurve::P384,
        (None, Some(521)) => RecommendedCurve::P521,
        (None, Some(_)) => {
            return Err(CryptoError::InvalidParameter(
                "keys of 224, 256, 384 and 521 bits are made on curves: or name a recommended curve",
            ));
        }
    };
    let length = format::bits_of(curve);
    if bits.is_some_and(|bits| bits != length) {
        return Err(CryptoError::InvalidParameter(
            "the length is not that of the recommended curve: leave one of them out",
        ));
    }
    fence.check(Use::Curve(curve))?;
    if curve == RecommendedCurve::Curve25519 {
        return pair(&KeyComponents::EcPrivate { curve, scalar: random::secret(32)? }, length);
    }
    let known = EcCurve::new(curve).ok_or(CryptoError::Unsupported)?;
    let scalar = EcKey::generate(known)?.scalar()?;
    pair(&KeyComponents::EcPrivate { curve, scalar }, length)
}

fn pair(components: &KeyComponents, bits: u32) -> Result<GeneratedMaterial, CryptoError> {
    let material = format::encode(components, KeyFormatType::Pkcs8)?;
    let public = asymmetric::public_of(components)?;
    let public_key = format::encode(&public, KeyFormatType::X509)?;
    let public_key = Some(public_key.expose("a public key").to_vec());
    Ok(GeneratedMaterial { material, public_key, bits })
}

/// Whether an algorithm has keys of so many bits.
type Fits = fn(u32) -> bool;

/// The length of a key without one named, and the lengths that the algorithm has, in bits.
fn symmetric_bits(algorithm: CryptographicAlgorithm) -> Result<(u32, Fits), CryptoError> {
    use CryptographicAlgorithm as Algorithm;
    Ok(match algorithm {
        Algorithm::Aes | Algorithm::Camellia | Algorithm::Aria | Algorithm::Twofish => {
            (256, |bits| matches!(bits, 128 | 192 | 256))
        }
        Algorithm::TripleDes => (168, |bits| matches!(bits, 112 | 128 | 168 | 192)),
        Algorithm::Des => (56, |bits| matches!(bits, 56 | 64)),
        Algorithm::ChaCha20
        | Algorithm::ChaCha20Poly1305
        | Algorithm::Poly1305
        | Algorithm::Gost2814789
        | Algorithm::GostR34132015 => (256, |bits| bits == 256),
        Algorithm::Idea | Algorithm::Seed | Algorithm::Sm4 => (128, |bits| bits == 128),
        Algorithm::Skipjack => (80, |bits| bits == 80),
        Algorithm::Blowfish => (128, |bits| (32..=448).contains(&bits)),
        Algorithm::Cast5 => (128, |bits| (40..=128).contains(&bits)),
        Algorithm::Mars => (128, |bits| (128..=448).contains(&bits)),
        Algorithm::Rc2 => (128, |bits| (8..=1024).contains(&bits)),
        Algorithm::Rc4 | Algorithm::Rc5 => (128, |bits| (40..=2040).contains(&bits)),
        Algorithm::OneTimePad => (LONGEST, |bits| (8..=1 << 23).contains(&bits)),
        Algorithm::HmacMd5 => (128, any_length),
        Algorithm::HmacSha1 => (160, any_length),
        Algorithm::HmacSha224 | Algorithm::HmacSha3With224 => (224, any_length),
        Algorithm::HmacSha256 | Algorithm::HmacSha3With256 => (256, any_length),
        Algorithm::HmacSha384 | Algorithm::HmacSha3With384 => (384, any_length),
        Algorithm::HmacSha512 | Algorithm::HmacSha3With512 => (512, any_length),
        _ => return Err(CryptoError::Unsupported),
    })
}

fn any_length(bits: u32) -> bool {
    (8..=LONGEST).contains(&bits)
}

fn symmetric(
    algorithm: CryptographicAlgorithm,
    bits: Option<u32>,
) -> Result<GeneratedMaterial, CryptoError> {
    let (usual, fits) = symmetric_bits(algorithm)?;
    let bits = bits.unwrap_or(usual);
    if !fits(bits) {
        return Err(CryptoError::InvalidParameter(
            "the algorithm has no keys of this length: leave it out for the usual one",
        ));
    }
    if matches!(algorithm, CryptographicAlgorithm::Des | CryptographicAlgorithm::TripleDes) {
        return with_parity(bits);
    }
    if !bits.is_multiple_of(8) {
        return Err(CryptoError::InvalidParameter("a key has whole bytes: a multiple of 8 bits"));
    }
    let length = usize::try_from(bits / 8).map_err(|_| CryptoError::Internal)?;
    Ok(GeneratedMaterial { material: random::secret(length)?, public_key: None, bits })
}

/// A key of DES or 3DES, whose every eighth bit is for odd parity and isn't counted. Parts that were the same would leave a
/// weaker cipher.
fn with_parity(bits: u32) -> Result<GeneratedMaterial, CryptoError> {
    let parts: usize = match bits {
        56 | 64 => 1,
        112 | 128 => 2,
        _ => 3,
    };
    loop {
        let material = SecretBytes::try_init(8 * parts, |key| {
            random::fill(key)?;
            for byte in key.iter_mut() {
                let ones = (*byte >> 1).count_ones();
                *byte = *byte & 0xfe | u8::from(ones % 2 == 0);
            }
            Ok(())
        })?;
        let key = material.expose("compare the parts");
        let distinct = (1..parts).all(|at| key[8 * (at - 1)..8 * at] != key[8 * at..8 * (at + 1)])
            && (parts < 3 || key[..8] != key[16..]);
        if distinct {
            return Ok(GeneratedMaterial { material, public_key: None, bits: 56 * parts as u32 });
        }
    }
}
