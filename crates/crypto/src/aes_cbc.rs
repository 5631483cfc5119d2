//! AES-CBC (NIST SP 800-38A §6.2) with PKCS#7 padding (RFC 5652 §6.3): for protocols that need it.
//!
//! Initialisation vector 16 bytes, unpredictable; output `ciphertext` of 1 to 16 bytes more than the plaintext. Nothing
//! authenticates it. The padding is checked in constant time, and a wrong one is the same error as a wrong length.

use aws_lc_rs::cipher::{
    DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use claviger_ports::{CipherRequest, Ciphered, CryptoError};
use claviger_secret::SecretBytes;

use crate::aead::{given_nonce, nonce_or_random, refuse_additional_data};
use crate::aes_ecb::{BLOCK_LENGTH, block_cipher, pad, unpad};

/// Encrypts.
pub(crate) fn encrypt(key: &[u8], request: &CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
    refuse_additional_data(request)?;
    let nonce = nonce_or_random(request.nonce, BLOCK_LENGTH)?;
    let key = EncryptingKey::cbc(unbound(key)?).map_err(|_| CryptoError::Internal)?;
    let mut output = pad(request.input);
    let context = EncryptionContext::Iv128(vector(&nonce)?.into());
    key.less_safe_encrypt(&mut output, context).map_err(|_| CryptoError::Internal)?;
    Ok(Ciphered { nonce, output })
}

/// Decrypts.
pub(crate) fn decrypt(key: &[u8], request: &CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
    refuse_additional_data(request)?;
    let nonce = given_nonce(request.nonce, BLOCK_LENGTH)?;
    if request.input.is_empty() || !request.input.len().is_multiple_of(BLOCK_LENGTH) {
        return Err(CryptoError::Failed);
    }
    let key = DecryptingKey::cbc(unbound(key)?).map_err(|_| CryptoError::Internal)?;
    let context = DecryptionContext::Iv128(vector(nonce)?.into());
    let padded = SecretBytes::try_init(request.input.len(), |text| {
        text.copy_from_slice(request.input);
        key.decrypt(text, context).map(|_| ()).map_err(|_| CryptoError::Failed)
    })?;
    unpad(padded)
}

fn unbound(key: &[u8]) -> Result<UnboundCipherKey, CryptoError> {
    UnboundCipherKey::new(block_cipher(key)?, key).map_err(|_| CryptoError::Internal)
}

fn vector(nonce: &[u8]) -> Result<[u8; BLOCK_LENGTH], CryptoError> {
    nonce.try_into().map_err(|_| CryptoError::Internal)
}
