//! Split keys (KMIP 2.1 §11.53, §2.8): XOR of all parts, and Shamir's sharing over GF(2^8), GF(2^16) and a prime field.
//!
//! A part's x coordinate is its index. The arithmetic takes the same time whatever the secret and the parts are; only their
//! lengths, the number of parts and the indexes can be told from it.

mod binary_field;
mod prime_field;

use claviger_model::SplitKeyMethod;
use claviger_ports::{CryptoError, KeyPart, SplitRequest};
use claviger_secret::SecretBytes;

use crate::random;

/// The most parts: what GF(2^8) has coordinates for, and enough for people.
const PARTS_LIMIT: u32 = 255;

/// The longest secret, in bytes.
const LENGTH_LIMIT: usize = 64 << 10;

/// Splits a secret.
pub(crate) fn split(
    request: &SplitRequest<'_>,
    secret: &[u8],
) -> Result<Vec<KeyPart>, CryptoError> {
    check(request)?;
    if secret.is_empty() {
        return Err(CryptoError::InvalidParameter(
            "there is nothing to split: no bytes were given",
        ));
    }
    if secret.len() > LENGTH_LIMIT {
        return Err(CryptoError::TooLong { limit: LENGTH_LIMIT });
    }
    match request.method {
        SplitKeyMethod::Xor => split_xor(request, secret),
        SplitKeyMethod::PolynomialGf28 => binary_field::split::<binary_field::Gf8>(request, secret),
        SplitKeyMethod::PolynomialGf216 => {
            binary_field::split::<binary_field::Gf16>(request, secret)
        }
        SplitKeyMethod::PolynomialPrimeField => prime_field::split(request, secret),
    }
}

/// Joins parts. Too few of them, two with the same index, or parts of different lengths are [`CryptoError::Failed`]; that
/// enough parts belong together cannot be told.
pub(crate) fn join(
    request: &SplitRequest<'_>,
    parts: &[KeyPart],
) -> Result<SecretBytes, CryptoError> {
    check(request)?;
    let threshold = usize::try_from(request.threshold).map_err(|_| CryptoError::Internal)?;
    let chosen = parts.get(..threshold).ok_or(CryptoError::Failed)?;
    let length = parts[0].bytes.len();
    let distinct = parts.iter().enumerate().all(|(at, part)| {
        (1..=request.parts).contains(&part.index)
            && parts[..at].iter().all(|other| other.index != part.index)
    });
    if !distinct || length == 0 || length > LENGTH_LIMIT + 8 {
        return Err(CryptoError::Failed);
    }
    if parts.iter().any(|part| part.bytes.len() != length)
        && request.method != SplitKeyMethod::PolynomialPrimeField
    {
        return Err(CryptoError::Failed);
    }
    match request.method {
        SplitKeyMethod::Xor => join_xor(parts, length),
        SplitKeyMethod::PolynomialGf28 => binary_field::join::<binary_field::Gf8>(chosen),
        SplitKeyMethod::PolynomialGf216 => binary_field::join::<binary_field::Gf16>(chosen),
        SplitKeyMethod::PolynomialPrimeField => prime_field::join(request, chosen),
    }
}

fn check(request: &SplitRequest<'_>) -> Result<(), CryptoError> {
    if !(2..=PARTS_LIMIT).contains(&request.parts) {
        return Err(CryptoError::InvalidParameter("a key is split into 2 to 255 parts"));
    }
    if !(1..=request.parts).contains(&request.threshold) {
        return Err(CryptoError::InvalidParameter(
            "the threshold is at least 1 and at most the number of parts",
        ));
    }
    if request.method == SplitKeyMethod::Xor && request.threshold != request.parts {
        return Err(CryptoError::InvalidParameter(
            "with XOR all parts are needed: the threshold is the number of parts",
        ));
    }
    Ok(())
}

/// All parts but the last are random; the last makes the sum right.
fn split_xor(request: &SplitRequest<'_>, secret: &[u8]) -> Result<Vec<KeyPart>, CryptoError> {
    let mut last = zeroize::Zeroizing::new(secret.to_vec());
    let mut parts = Vec::new();
    for index in 1..request.parts {
        let bytes = random::secret(secret.len())?;
        add(&mut last, bytes.expose("the last part"));
        parts.push(KeyPart { index, bytes });
    }
    parts.push(KeyPart { index: request.parts, bytes: SecretBytes::copy_from(&last) });
    Ok(parts)
}

fn join_xor(parts: &[KeyPart], length: usize) -> Result<SecretBytes, CryptoError> {
    SecretBytes::try_init(length, |sum| {
        for part in parts {
            add(sum, part.bytes.expose("join"));
        }
        Ok(())
    })
}

fn add(into: &mut [u8], from: &[u8]) {
    for (byte, other) in into.iter_mut().zip(from) {
        *byte ^= other;
    }
}
