//! AES-ECB (NIST SP 800-38A §6.1) with PKCS#7 padding (RFC 5652 §6.3): for protocols that need it; and that padding.
//!
//! No initialisation vector; output `ciphertext` of 1 to 16 bytes more than the plaintext. Equal blocks of plaintext are
//! equal blocks of ciphertext, and nothing authenticates it.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptingKey, DecryptionContext, EncryptingKey,
    EncryptionContext, UnboundCipherKey,
};
use claviger_ports::{CipherRequest, Ciphered, CryptoError};
use claviger_secret::SecretBytes;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};

use crate::aead::refuse_additional_data;

/// The length of an AES block, in bytes.
pub(crate) const BLOCK_LENGTH: usize = 16;

/// Encrypts.
pub(crate) fn encrypt(key: &[u8], request: &CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
    refuse_additional_data(request)?;
    refuse_nonce(request)?;
    let key = EncryptingKey::ecb(unbound(key)?).map_err(|_| CryptoError::Internal)?;
    let mut output = pad(request.input);
    key.less_safe_encrypt(&mut output, EncryptionContext::None)
        .map_err(|_| CryptoError::Internal)?;
    Ok(Ciphered { nonce: Vec::new(), output })
}

/// Decrypts.
pub(crate) fn decrypt(key: &[u8], request: &CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
    refuse_additional_data(request)?;
    refuse_nonce(request)?;
    if request.input.is_empty() || !request.input.len().is_multiple_of(BLOCK_LENGTH) {
        return Err(CryptoError::Failed);
    }
    let key = DecryptingKey::ecb(unbound(key)?).map_err(|_| CryptoError::Internal)?;
    let padded = SecretBytes::try_init(request.input.len(), |text| {
        text.copy_from_slice(request.input);
        key.decrypt(text, DecryptionContext::None).map(|_| ()).map_err(|_| CryptoError::Failed)
    })?;
    unpad(padded)
}

/// The block cipher for a key of 16, 24 or 32 bytes.
pub(crate) const fn block_cipher(key: &[u8]) -> Result<&'static Algorithm, CryptoError> {
    Ok(match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        32 => &AES_256,
        _ => return Err(CryptoError::Unsupported),
    })
}

/// `text` with PKCS#7 padding to whole blocks, in a buffer that is encrypted in place.
pub(crate) fn pad(text: &[u8]) -> Vec<u8> {
    let padding = BLOCK_LENGTH - text.len() % BLOCK_LENGTH;
    let mut padded = Vec::with_capacity(text.len() + padding);
    padded.extend_from_slice(text);
    padded.resize(text.len() + padding, padding as u8);
    padded
}

/// Takes PKCS#7 padding off, in a time that depends on the padded length alone.
pub(crate) fn unpad(mut padded: SecretBytes) -> Result<SecretBytes, CryptoError> {
    let bytes = padded.expose("check the padding");
    let length = bytes.len();
    let start = length.checked_sub(BLOCK_LENGTH).ok_or(CryptoError::Failed)?;
    let last = bytes[length - 1];
    let mut valid = !last.ct_eq(&0) & !last.ct_gt(&(BLOCK_LENGTH as u8));
    for (index, byte) in bytes[start..].iter().enumerate() {
        let from_end = (BLOCK_LENGTH - index) as u8;
        let is_padding = !from_end.ct_gt(&last);
        valid &= !is_padding | byte.ct_eq(&last);
    }
    let padding = u8::conditional_select(&0, &last, valid);
    if bool::from(!valid | Choice::from(0)) {
        return Err(CryptoError::Failed);
    }
    padded.truncate(length - usize::from(padding));
    Ok(padded)
}

fn unbound(key: &[u8]) -> Result<UnboundCipherKey, CryptoError> {
    UnboundCipherKey::new(block_cipher(key)?, key).map_err(|_| CryptoError::Internal)
}

fn refuse_nonce(request: &CipherRequest<'_>) -> Result<(), CryptoError> {
    if request.nonce.is_none() {
        return Ok(());
    }
    Err(CryptoError::InvalidParameter("ECB has no initialisation vector: leave it out"))
}
