//! AES-GCM (NIST SP 800-38D), with keys of 128, 192 and 256 bits.
//!
//! Nonce 12 bytes, output `ciphertext ‖ tag (16)`. With explicit parameters a nonce must never repeat under one key; with
//! random nonces SP 800-38D §8.3 permits 2^32 messages per key. Records (`record.rs`) have neither limit.

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM};
use claviger_ports::CryptoError;

use crate::aead::Aead;

/// The cipher for a key of 16, 24 or 32 bytes.
#[inline]
pub(crate) fn cipher(key: &[u8]) -> Result<Aead, CryptoError> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        32 => &AES_256_GCM,
        _ => return Err(CryptoError::Unsupported),
    };
    Aead::aws_lc(algorithm, key)
}
