//! Derivation of bytes from a secret (KMIP 2.1 §6.1.18, §7.12).
//!
//! | method | bytes | standard |
//! |---|---|---|
//! | PBKDF2 | PBKDF2 with HMAC | RFC 8018 §5.2 |
//! | Hash | the hash of the key | KMIP |
//! | HMAC | HMAC(key, data); with a salt, or for more bytes than that has, HKDF(salt, key, info = data) | KMIP; RFC 5869 |
//! | Encrypt | the data, encrypted with the key | KMIP |
//! | NIST 800-108 counter | HMAC(key, \[i\]₃₂ ‖ data) | SP 800-108 §4.1, no length field |
//! | NIST 800-108 feedback | HMAC(key, K(i-1) ‖ \[i\]₃₂ ‖ data), K(0) the IV | SP 800-108 §4.2 |
//! | NIST 800-108 double pipeline | HMAC(key, A(i) ‖ \[i\]₃₂ ‖ data), A(0) = data, A(i) = HMAC(key, A(i-1)) | SP 800-108 §4.3 |
//! | asymmetric key | the shared secret, its first bytes | SP 800-56A §5.7.1 |
//! | AWS Signature Version 4 | the signing key of `date/region/service` | AWS General Reference |
//! | HKDF | HKDF(salt, key, info = data) | RFC 5869 |
//!
//! Where the standards leave it open (the HMAC method's salt, the counter's place and width), the bytes are those of the
//! field's clients and of the OASIS cases.

use aws_lc_rs::pbkdf2;
use claviger_model::{DerivationMethod, HashingAlgorithm};
use claviger_ports::{
    CryptoError, DERIVED_TOO_LONG, KeyComponents, ParametricCipher, ParametricDerivation,
};
use claviger_secret::SecretBytes;
use std::num::NonZeroU32;
use zeroize::Zeroizing;

use crate::defaults;
use crate::hash;
use crate::legacy::{Fence, Use};
use crate::mac::{hmac, hmac_of};
use crate::symmetric::SymmetricKey;

/// The most bytes that are derived at once.
const LENGTH_LIMIT: usize = 64 << 10;

/// The most iterations of PBKDF2: about ten seconds of work.
const ITERATIONS_LIMIT: u32 = 10_000_000;

/// The most work of one PBKDF2, in iterations of one block.
const WORK_LIMIT: u64 = 20_000_000;

/// The other side's key is of another kind.
pub(crate) const WRONG_PEER: CryptoError = CryptoError::InvalidParameter(
    "the other side's key must be a public key of the same kind as the private key",
);

/// The public numbers of the other side.
pub(crate) fn peer_of(request: &ParametricDerivation<'_>) -> Result<KeyComponents, CryptoError> {
    request
        .peer
        .ok_or(CryptoError::InvalidParameter("an agreement needs the other side's public key"))?
        .public_components()
        .map_err(|_| WRONG_PEER)
}

/// The first bytes of what a method gave.
pub(crate) fn shortened(
    mut secret: SecretBytes,
    length: usize,
) -> Result<SecretBytes, CryptoError> {
    if length == 0 {
        return Err(CryptoError::InvalidParameter("ask for 1 or more bytes to derive"));
    }
    if length > secret.len() {
        return Err(DERIVED_TOO_LONG);
    }
    secret.truncate(length);
    Ok(secret)
}

/// Derives from a symmetric key or secret data.
pub(crate) fn from_secret(
    key: &SymmetricKey,
    secret: &SecretBytes,
    fence: Fence,
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    if request.length == 0 {
        return Err(CryptoError::InvalidParameter("ask for 1 or more bytes to derive"));
    }
    if request.length > LENGTH_LIMIT {
        return Err(CryptoError::InvalidParameter("at most 65536 bytes are derived at once"));
    }
    let hash = defaults::derivation_hash(request.method, request.parameters);
    if !matches!(request.method, DerivationMethod::Encrypt | DerivationMethod::AsymmetricKey) {
        fence.check(Use::MacHash(hash))?;
    }
    let bytes = secret.expose("derive from it");
    match request.method {
        DerivationMethod::Pbkdf2 => pbkdf2_of(hash, bytes, request),
        DerivationMethod::Hash => hashed(hash, bytes, request),
        DerivationMethod::Hmac => {
            if request.salt.is_empty() && request.length <= hash::length_of(hash) {
                return shortened(hmac_of(hash, bytes, &[request.data])?, request.length);
            }
            hkdf(hash, bytes, request)
        }
        DerivationMethod::Hkdf => hkdf(hash, bytes, request),
        DerivationMethod::Encrypt => encrypted(key, request),
        DerivationMethod::Nist800108Counter => counter(hash, bytes, request),
        DerivationMethod::Nist800108Feedback => feedback(hash, bytes, request),
        DerivationMethod::Nist800108DoublePipeline => double_pipeline(hash, bytes, request),
        DerivationMethod::AwsSignatureVersion4 => aws_signature(bytes, request),
        DerivationMethod::AsymmetricKey => Err(CryptoError::Unsupported),
    }
}

fn pbkdf2_of(
    hash: HashingAlgorithm,
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    let iterations = NonZeroU32::new(request.iterations)
        .filter(|count| count.get() <= ITERATIONS_LIMIT)
        .ok_or(CryptoError::InvalidParameter("PBKDF2 takes 1 to 10000000 iterations"))?;
    let blocks = request.length.div_ceil(hash::length_of(hash)) as u64;
    if blocks * u64::from(iterations.get()) > WORK_LIMIT {
        return Err(CryptoError::InvalidParameter(
            "so many bytes with so many iterations take too long: ask for less of one of them",
        ));
    }
    let algorithm = match hash {
        HashingAlgorithm::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        HashingAlgorithm::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        HashingAlgorithm::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        HashingAlgorithm::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return own_pbkdf2(hash, secret, request),
    };
    SecretBytes::try_init(request.length, |out| {
        pbkdf2::derive(algorithm, iterations, request.salt, secret, out);
        Ok(())
    })
}

/// PBKDF2 with a hash that aws-lc-rs hasn't.
fn own_pbkdf2(
    hash: HashingAlgorithm,
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    let keyed = hmac(hash, secret)?;
    blocks(request.length, |index, _| {
        let mut state = keyed.duplicate();
        state.update(request.salt);
        state.update(&index.to_be_bytes());
        let mut last = state.finish();
        let mut sum = Zeroizing::new(last.expose("sum up").to_vec());
        for _ in 1..request.iterations {
            let mut state = keyed.duplicate();
            state.update(last.expose("the next iteration"));
            last = state.finish();
            for (byte, other) in sum.iter_mut().zip(last.expose("sum up")) {
                *byte ^= other;
            }
        }
        Ok(SecretBytes::copy_from(&sum))
    })
}

/// Puts together blocks, numbered from 1, until there are enough bytes; each gets the one before.
fn blocks(
    length: usize,
    mut block: impl FnMut(u32, Option<&SecretBytes>) -> Result<SecretBytes, CryptoError>,
) -> Result<SecretBytes, CryptoError> {
    SecretBytes::try_init(length, |out| {
        let mut last = None;
        let mut filled = 0;
        for index in 1..=u32::MAX {
            let next = block(index, last.as_ref())?;
            let bytes = next.expose("part of the derived bytes");
            let take = bytes.len().min(length - filled);
            out[filled..filled + take].copy_from_slice(&bytes[..take]);
            filled += take;
            if filled == length {
                return Ok(());
            }
            last = Some(next);
        }
        Err(DERIVED_TOO_LONG)
    })
}

fn hashed(
    hash: HashingAlgorithm,
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    if !request.data.is_empty() {
        return Err(CryptoError::InvalidParameter(
            "the method Hash takes the key or derivation data, not both: leave the data out",
        ));
    }
    shortened(SecretBytes::new(hash::hash(hash, secret)), request.length)
}

fn hkdf(
    hash: HashingAlgorithm,
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    if request.length > 255 * hash::length_of(hash) {
        return Err(DERIVED_TOO_LONG);
    }
    let extracted = hmac_of(hash, request.salt, &[secret])?;
    blocks(request.length, |index, last| {
        let last = last.map_or(&[][..], |last| last.expose("the next block"));
        let index = u8::try_from(index).map_err(|_| DERIVED_TOO_LONG)?;
        hmac_of(hash, extracted.expose("expand"), &[last, request.data, &[index]])
    })
}

fn encrypted(
    key: &SymmetricKey,
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    if request.data.is_empty() {
        return Err(CryptoError::InvalidParameter("the method Encrypt needs derivation data"));
    }
    // Without an IV, one of zeros, as long as the mode takes it: what is derived must be the same each time. Modes that take
    // several lengths take 12 bytes first.
    let attempt = |nonce| {
        let cipher = ParametricCipher {
            parameters: request.parameters,
            nonce,
            additional_data: &[],
            input: request.data,
            tag: None,
        };
        key.encrypt_to_derive(cipher)
    };
    let ciphertext = match request.nonce {
        Some(nonce) => attempt(Some(nonce))?,
        None => [None, Some(&[0; 12][..]), Some(&[0; 16]), Some(&[0; 8])]
            .into_iter()
            .map(attempt)
            .find(|result| match result {
                Ok(ciphertext) => ciphertext.nonce.is_none(),
                Err(error) => !matches!(error, CryptoError::InvalidParameter(_)),
            })
            .unwrap_or_else(|| attempt(None))?,
    };
    if ciphertext.nonce.is_some() {
        return Err(claviger_ports::MISSING_NONCE);
    }
    shortened(SecretBytes::new(ciphertext.output), request.length)
}

fn counter(
    hash: HashingAlgorithm,
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    blocks(request.length, |index, _| hmac_of(hash, secret, &[&index.to_be_bytes(), request.data]))
}

fn feedback(
    hash: HashingAlgorithm,
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    blocks(request.length, |index, last| {
        let last =
            last.map_or(request.nonce.unwrap_or_default(), |last| last.expose("the next block"));
        hmac_of(hash, secret, &[last, &index.to_be_bytes(), request.data])
    })
}

fn double_pipeline(
    hash: HashingAlgorithm,
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    let mut first = SecretBytes::copy_from(request.data);
    blocks(request.length, |index, _| {
        first = hmac_of(hash, secret, &[first.expose("the next block")])?;
        let pieces = [first.expose("this block"), &index.to_be_bytes()[..], request.data];
        hmac_of(hash, secret, &pieces)
    })
}

/// HMAC-SHA-256, four times over: date, region, service, and a constant.
fn aws_signature(
    secret: &[u8],
    request: &ParametricDerivation<'_>,
) -> Result<SecretBytes, CryptoError> {
    let pieces: Vec<&[u8]> = request.data.split(|byte| *byte == b'/').collect();
    let [date, region, service] = pieces[..] else {
        return Err(CryptoError::InvalidParameter(
            "AWS Signature Version 4 needs the date, the region and the service",
        ));
    };
    let hash = HashingAlgorithm::Sha256;
    let mut key = Zeroizing::new(b"AWS4".to_vec());
    key.reserve_exact(secret.len());
    key.extend_from_slice(secret);
    let mut key = hmac_of(hash, &key, &[date])?;
    for piece in [region, service, b"aws4_request"] {
        key = hmac_of(hash, key.expose("the next step"), &[piece])?;
    }
    shortened(key, request.length)
}
