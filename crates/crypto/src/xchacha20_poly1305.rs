//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 §2).
//!
//! Key 32 bytes, nonce 24 bytes, which may be random for any number of messages; output `ciphertext ‖ tag (16)`.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};
use claviger_ports::CryptoError;

use crate::aead::{Aead, TAG_LENGTH};

/// The cipher for a key of 32 bytes.
#[inline]
pub(crate) fn cipher(key: &[u8]) -> Result<Aead, CryptoError> {
    XChaCha20Poly1305::new_from_slice(key)
        .map(|cipher| Aead::XChaCha20(XChaCha20(cipher)))
        .map_err(|_| CryptoError::Unsupported)
}

/// XChaCha20-Poly1305 with a key in it, which is wiped on drop.
pub(crate) struct XChaCha20(XChaCha20Poly1305);

impl XChaCha20 {
    /// How long a nonce is, in bytes.
    pub(crate) const NONCE_LENGTH: usize = 24;

    /// Encrypts `text` in place and returns the tag.
    pub(crate) fn seal_in_place(
        &self,
        nonce: &[u8],
        additional_data: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], CryptoError> {
        let nonce = XNonce::try_from(nonce).map_err(|_| WRONG_NONCE_LENGTH)?;
        self.0
            .encrypt_inout_detached(&nonce, additional_data, text.into())
            .map(Into::into)
            .map_err(|_| CryptoError::Internal)
    }

    /// Decrypts `text` in place; its content is unspecified after a failure.
    pub(crate) fn open_in_place(
        &self,
        nonce: &[u8],
        additional_data: &[u8],
        text: &mut [u8],
        tag: &[u8],
    ) -> Result<(), CryptoError> {
        let nonce = XNonce::try_from(nonce).map_err(|_| WRONG_NONCE_LENGTH)?;
        let tag = Tag::try_from(tag).map_err(|_| CryptoError::Failed)?;
        self.0
            .decrypt_inout_detached(&nonce, additional_data, text.into(), &tag)
            .map_err(|_| CryptoError::Failed)
    }
}

const WRONG_NONCE_LENGTH: CryptoError =
    CryptoError::InvalidParameter("the nonce must have 24 bytes for this algorithm");
