//! ChaCha20-Poly1305 (RFC 8439 §2.8).
//!
//! Key 32 bytes, nonce 12 bytes, output `ciphertext ‖ tag (16)`. With explicit parameters a nonce must never repeat under
//! one key.

use aws_lc_rs::aead::CHACHA20_POLY1305;
use claviger_ports::CryptoError;

use crate::aead::Aead;

/// The cipher for a key of 32 bytes.
#[inline]
pub(crate) fn cipher(key: &[u8]) -> Result<Aead, CryptoError> {
    Aead::aws_lc(&CHACHA20_POLY1305, key)
}
