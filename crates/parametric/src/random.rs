//! Random bytes, from the generator of AWS-LC.

use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

/// Fills `out`.
pub(crate) fn fill(out: &mut [u8]) -> Result<(), CryptoError> {
    aws_lc_rs::rand::fill(out).map_err(|_| CryptoError::RandomUnavailable)
}

/// Random bytes that need no protection, for nonces.
pub(crate) fn bytes(length: usize) -> Result<Vec<u8>, CryptoError> {
    let mut out = vec![0; length];
    fill(&mut out)?;
    Ok(out)
}

/// Secret random bytes.
pub(crate) fn secret(length: usize) -> Result<SecretBytes, CryptoError> {
    SecretBytes::try_init(length, fill)
}
