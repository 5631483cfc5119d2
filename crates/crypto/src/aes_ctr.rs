//! AES-CTR (NIST SP 800-38A §6.5): for protocols that need it.
//!
//! Initial counter block 16 bytes, counted up as one big-endian number; output as long as the plaintext. Nothing
//! authenticates it, and a counter block must never repeat under one key.

use aws_lc_rs::cipher::{
    DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use claviger_ports::{CipherRequest, Ciphered, CryptoError};
use claviger_secret::SecretBytes;

use crate::aead::{given_nonce, nonce_or_random, refuse_additional_data};
use crate::aes_ecb::{BLOCK_LENGTH, block_cipher};

/// Encrypts.
pub(crate) fn encrypt(key: &[u8], request: &CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
    refuse_additional_data(request)?;
    let nonce = nonce_or_random(request.nonce, BLOCK_LENGTH)?;
    let key = EncryptingKey::ctr(unbound(key)?).map_err(|_| CryptoError::Internal)?;
    let mut output = request.input.to_vec();
    let context = EncryptionContext::Iv128(counter(&nonce)?.into());
    key.less_safe_encrypt(&mut output, context).map_err(|_| CryptoError::Internal)?;
    Ok(Ciphered { nonce, output })
}

/// Decrypts.
pub(crate) fn decrypt(key: &[u8], request: &CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
    refuse_additional_data(request)?;
    let nonce = given_nonce(request.nonce, BLOCK_LENGTH)?;
    let key = DecryptingKey::ctr(unbound(key)?).map_err(|_| CryptoError::Internal)?;
    let context = DecryptionContext::Iv128(counter(nonce)?.into());
    SecretBytes::try_init(request.input.len(), |text| {
        text.copy_from_slice(request.input);
        key.decrypt(text, context).map(|_| ()).map_err(|_| CryptoError::Failed)
    })
}

fn unbound(key: &[u8]) -> Result<UnboundCipherKey, CryptoError> {
    UnboundCipherKey::new(block_cipher(key)?, key).map_err(|_| CryptoError::Internal)
}

fn counter(nonce: &[u8]) -> Result<[u8; BLOCK_LENGTH], CryptoError> {
    nonce.try_into().map_err(|_| CryptoError::Internal)
}
