//! AES-GCM-SIV (RFC 8452), with keys of 128 and 256 bits.
//!
//! Nonce 12 bytes, output `ciphertext ‖ tag (16)`. A repeated nonce tells only whether the same message was encrypted with
//! the same additional data again.

use aws_lc_rs::aead::{AES_128_GCM_SIV, AES_256_GCM_SIV};
use claviger_ports::CryptoError;

use crate::aead::Aead;

/// The cipher for a key of 16 or 32 bytes.
#[inline]
pub(crate) fn cipher(key: &[u8]) -> Result<Aead, CryptoError> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM_SIV,
        32 => &AES_256_GCM_SIV,
        _ => return Err(CryptoError::Unsupported),
    };
    Aead::aws_lc(algorithm, key)
}
