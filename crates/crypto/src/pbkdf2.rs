//! PBKDF2 (RFC 8018 §5.2, NIST SP 800-132) with HMAC-SHA-256, -384 and -512.
//!
//! The count of iterations lies within 1,000 (SP 800-132 §5.2) and 10,000,000, which takes seconds.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA384, PBKDF2_HMAC_SHA512};
use claviger_model::Hash;
use claviger_ports::{CryptoError, DerivationRequest};
use claviger_secret::SecretBytes;

const ITERATIONS: std::ops::RangeInclusive<u32> = 1_000..=10_000_000;

/// Derives from `secret`, the password.
pub(crate) fn derive(
    hash: Hash,
    secret: &[u8],
    request: &DerivationRequest<'_>,
) -> Result<SecretBytes, CryptoError> {
    if !request.info.is_empty() {
        return Err(CryptoError::InvalidParameter("PBKDF2 takes no info: put it into the salt"));
    }
    let iterations = NonZeroU32::new(request.iterations)
        .filter(|count| ITERATIONS.contains(&count.get()))
        .ok_or(CryptoError::InvalidParameter("PBKDF2 takes 1000 to 10000000 iterations"))?;
    let algorithm = match hash {
        Hash::Sha256 => PBKDF2_HMAC_SHA256,
        Hash::Sha384 => PBKDF2_HMAC_SHA384,
        Hash::Sha512 => PBKDF2_HMAC_SHA512,
        _ => return Err(CryptoError::Unsupported),
    };
    SecretBytes::try_init(request.length, |out| {
        pbkdf2::derive(algorithm, iterations, request.salt, secret, out);
        Ok(())
    })
}
