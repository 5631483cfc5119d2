//! The committing record: what every ciphertext of Claviger is, at rest and in its own message format.
//!
//! ```text
//! record     = salt (24) ‖ commitment (32) ‖ ciphertext ‖ tag (16)
//! info       = "claviger/v1/record" (18) ‖ suite (1) ‖ salt (24) ‖ SHA-512/256(context) (32)
//! T(1) ‖ T(2) = HKDF-Expand-SHA-512 (RFC 5869 §2.3) with the record key as its pseudorandom key and `info`:
//!               T(1) = HMAC-SHA-512(record key, info ‖ 0x01), T(2) = HMAC-SHA-512(record key, T(1) ‖ info ‖ 0x02)
//! key ‖ nonce ‖ commitment (32) = the first bytes of T(1) ‖ T(2), lengths as in the table
//! ciphertext ‖ tag = the suite's cipher with key, nonce, additional data = context, over the plaintext
//! ```
//!
//! | suite | cipher | key | nonce | derived |
//! |---|---|---|---|---|
//! | 1 | AES-128-GCM | 16 | 12 | 60: T(1) alone |
//! | 2 | AES-192-GCM | 24 | 12 | 68 |
//! | 3 | AES-256-GCM | 32 | 12 | 76 |
//! | 4 | AES-128-GCM-SIV | 16 | 12 | 60: T(1) alone |
//! | 5 | AES-256-GCM-SIV | 32 | 12 | 76 |
//! | 6 | ChaCha20-Poly1305 | 32 | 12 | 76 |
//! | 7 | XChaCha20-Poly1305 | 32 | 24 | 88 |
//!
//! The random 24-byte salt makes a fresh key per record: a record key serves any number of messages (2^80 before salts are
//! likely to have repeated with probability 2^-32). The commitment makes a record open under one key and one context only,
//! which none of the ciphers promises by itself; it is compared before anything is decrypted. The context is bound twice, by
//! the derivation and as additional data.

use aws_lc_rs::{digest, hmac};
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::CryptoError;
use claviger_secret::{
    RECORD_HEADER_LENGTH, RECORD_TAG_LENGTH, SealBuffer, SecretBytes, wipe_buffer,
};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::aead::Aead;
use crate::{aes_gcm, aes_gcm_siv, chacha20_poly1305, hash, xchacha20_poly1305};

const LABEL: &[u8; 18] = b"claviger/v1/record";
const SALT_LENGTH: usize = 24;
const COMMITMENT_LENGTH: usize = 32;
/// HMAC-SHA-512's output.
const BLOCK_LENGTH: usize = 64;
/// Label, suite, salt, context hash.
const INFO_LENGTH: usize = LABEL.len() + 1 + SALT_LENGTH + digest::SHA512_256_OUTPUT_LEN;

/// The cipher of a record together with the size of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Suite {
    Aes128Gcm = 1,
    Aes192Gcm = 2,
    Aes256Gcm = 3,
    Aes128GcmSiv = 4,
    Aes256GcmSiv = 5,
    ChaCha20Poly1305 = 6,
    XChaCha20Poly1305 = 7,
}

impl Suite {
    /// The suite for an algorithm with a kind of key, if records can be made with them.
    pub(crate) const fn new(algorithm: Algorithm, spec: KeySpec) -> Option<Self> {
        Some(match (algorithm, spec) {
            (Algorithm::AesGcm, KeySpec::Aes128) => Self::Aes128Gcm,
            (Algorithm::AesGcm, KeySpec::Aes192) => Self::Aes192Gcm,
            (Algorithm::AesGcm, KeySpec::Aes256) => Self::Aes256Gcm,
            (Algorithm::AesGcmSiv, KeySpec::Aes128) => Self::Aes128GcmSiv,
            (Algorithm::AesGcmSiv, KeySpec::Aes256) => Self::Aes256GcmSiv,
            (Algorithm::ChaCha20Poly1305, KeySpec::ChaCha20) => Self::ChaCha20Poly1305,
            (Algorithm::XChaCha20Poly1305, KeySpec::ChaCha20) => Self::XChaCha20Poly1305,
            _ => return None,
        })
    }

    const fn key_length(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128GcmSiv => 16,
            Self::Aes192Gcm => 24,
            Self::Aes256Gcm
            | Self::Aes256GcmSiv
            | Self::ChaCha20Poly1305
            | Self::XChaCha20Poly1305 => 32,
        }
    }

    const fn nonce_length(self) -> usize {
        match self {
            Self::XChaCha20Poly1305 => 24,
            _ => 12,
        }
    }

    fn cipher(self, key: &[u8]) -> Result<Aead, CryptoError> {
        match self {
            Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm => aes_gcm::cipher(key),
            Self::Aes128GcmSiv | Self::Aes256GcmSiv => aes_gcm_siv::cipher(key),
            Self::ChaCha20Poly1305 => chacha20_poly1305::cipher(key),
            Self::XChaCha20Poly1305 => xchacha20_poly1305::cipher(key),
        }
    }
}

/// A key that records are sealed with and opened with: HMAC-SHA-512 keyed once and for all.
pub(crate) struct RecordKey {
    expand: hmac::Key,
}

impl RecordKey {
    /// The record key of these bytes.
    pub(crate) fn new(key: &[u8]) -> Self {
        Self { expand: hmac::Key::new(hmac::HMAC_SHA512, key) }
    }

    /// Makes a record of the plaintext, in place, with a random salt.
    pub(crate) fn seal(
        &self,
        suite: Suite,
        context: &[u8],
        plaintext: SealBuffer,
    ) -> Result<Vec<u8>, CryptoError> {
        // Asked for per record: salts kept in memory would come again in a clone of a running virtual machine.
        let mut salt = [0; SALT_LENGTH];
        hash::random(&mut salt)?;
        self.seal_with_salt(suite, context, plaintext, &salt)
    }

    fn seal_with_salt(
        &self,
        suite: Suite,
        context: &[u8],
        plaintext: SealBuffer,
        salt: &[u8; SALT_LENGTH],
    ) -> Result<Vec<u8>, CryptoError> {
        let derived = self.derive(suite, context, salt)?;
        let cipher = suite.cipher(derived.key())?;
        plaintext.seal_with(|header, text| {
            header[..SALT_LENGTH].copy_from_slice(salt);
            header[SALT_LENGTH..].copy_from_slice(derived.commitment());
            cipher.seal_in_place(derived.nonce(), context, text)
        })
    }

    /// Opens a record in place. Every cause of failure gives the same error.
    pub(crate) fn open(
        &self,
        suite: Suite,
        context: &[u8],
        mut record: Vec<u8>,
    ) -> Result<SecretBytes, CryptoError> {
        match self.open_in_place(suite, context, &mut record) {
            Ok(end) => Ok(SecretBytes::from_part(record, RECORD_HEADER_LENGTH, end)),
            Err(error) => {
                wipe_buffer(&mut record);
                Err(error)
            }
        }
    }

    /// Decrypts the ciphertext within `record` and says where the plaintext ends.
    fn open_in_place(
        &self,
        suite: Suite,
        context: &[u8],
        record: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let end = record.len().checked_sub(RECORD_TAG_LENGTH).ok_or(CryptoError::Failed)?;
        if end < RECORD_HEADER_LENGTH {
            return Err(CryptoError::Failed);
        }
        let (header, rest) = record.split_at_mut(RECORD_HEADER_LENGTH);
        let (text, tag) = rest.split_at_mut(end - RECORD_HEADER_LENGTH);
        let (salt, commitment) = header.split_at(SALT_LENGTH);
        let derived = self.derive(suite, context, salt)?;
        if !bool::from(derived.commitment().ct_eq(commitment)) {
            return Err(CryptoError::Failed);
        }
        let cipher = suite.cipher(derived.key())?;
        cipher.open_in_place(derived.nonce(), context, text, tag)?;
        Ok(end)
    }

    /// Derives what one record needs.
    fn derive(&self, suite: Suite, context: &[u8], salt: &[u8]) -> Result<Derived, CryptoError> {
        // T(1) has its place in front of `info`, so that both HMACs read one run of bytes.
        let mut input = Zeroizing::new([0; BLOCK_LENGTH + INFO_LENGTH + 1]);
        let (label, rest) = input[BLOCK_LENGTH..].split_at_mut(LABEL.len());
        label.copy_from_slice(LABEL);
        rest[0] = suite as u8;
        rest[1..1 + SALT_LENGTH].copy_from_slice(salt);
        let context_hash = digest::digest(&digest::SHA512_256, context);
        rest[1 + SALT_LENGTH..][..digest::SHA512_256_OUTPUT_LEN]
            .copy_from_slice(context_hash.as_ref());
        let counter = input.len() - 1;

        let mut derived = Derived { suite, bytes: Zeroizing::new([0; 2 * BLOCK_LENGTH]) };
        input[counter] = 1;
        self.expand(&input[BLOCK_LENGTH..], &mut derived.bytes[..BLOCK_LENGTH])?;
        if derived.length() > BLOCK_LENGTH {
            input[..BLOCK_LENGTH].copy_from_slice(&derived.bytes[..BLOCK_LENGTH]);
            input[counter] = 2;
            self.expand(&*input, &mut derived.bytes[BLOCK_LENGTH..])?;
        }
        Ok(derived)
    }

    fn expand(&self, input: &[u8], block: &mut [u8]) -> Result<(), CryptoError> {
        hmac::sign_to_buffer(&self.expand, input, block)
            .map(|_| ())
            .map_err(|_| CryptoError::Internal)
    }
}

/// `key ‖ nonce ‖ commitment` of one record.
struct Derived {
    suite: Suite,
    bytes: Zeroizing<[u8; 2 * BLOCK_LENGTH]>,
}

impl Derived {
    fn key(&self) -> &[u8] {
        &self.bytes[..self.suite.key_length()]
    }

    fn nonce(&self) -> &[u8] {
        &self.bytes[self.suite.key_length()..][..self.suite.nonce_length()]
    }

    fn commitment(&self) -> &[u8] {
        &self.bytes[self.length() - COMMITMENT_LENGTH..self.length()]
    }

    const fn length(&self) -> usize {
        self.suite.key_length() + self.suite.nonce_length() + COMMITMENT_LENGTH
    }
}

#[cfg(test)]
mod tests;
