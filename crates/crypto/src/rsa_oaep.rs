//! RSAES-OAEP (RFC 8017 §7.1), hash and mask generation with the same function: SHA-1, SHA-256, SHA-384 or SHA-512.
//!
//! Ciphertext: as long as the modulus. Plaintext: at most `modulus - 2 × hash - 2` bytes. The label is the additional data of
//! a request; for a sealed record it is SHA-512/256 of the context (32 bytes), so that labels have one length.

use aws_lc_rs::digest::{SHA512_256, digest};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
};
use claviger_model::Algorithm;
use claviger_ports::{CipherRequest, CryptoError};
use claviger_secret::SecretBytes;
use zeroize::Zeroizing;

/// Encrypts.
pub(crate) fn encrypt(
    key: &OaepPublicEncryptingKey,
    algorithm: Algorithm,
    label: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let oaep = oaep_of(algorithm)?;
    let limit = key.max_plaintext_size(oaep);
    if plaintext.len() > limit {
        return Err(CryptoError::TooLong { limit });
    }
    let mut ciphertext = vec![0; key.ciphertext_size()];
    let length = key
        .encrypt(oaep, plaintext, &mut ciphertext, label_option(label))
        .map_err(|_| CryptoError::Internal)?
        .len();
    ciphertext.truncate(length);
    Ok(ciphertext)
}

/// Decrypts.
pub(crate) fn decrypt(
    key: &OaepPrivateDecryptingKey,
    algorithm: Algorithm,
    label: &[u8],
    ciphertext: &[u8],
) -> Result<SecretBytes, CryptoError> {
    let oaep = oaep_of(algorithm)?;
    if ciphertext.len() != key.key_size_bytes() {
        return Err(CryptoError::Failed);
    }
    let mut plaintext = Zeroizing::new(vec![0; key.min_output_size()]);
    let length = key
        .decrypt(oaep, ciphertext, &mut plaintext, label_option(label))
        .map_err(|_| CryptoError::Failed)?
        .len();
    Ok(SecretBytes::from_part(std::mem::take(&mut *plaintext), 0, length))
}

/// The label that binds a sealed record to its context.
pub(crate) fn label_of(context: &[u8]) -> Vec<u8> {
    digest(&SHA512_256, context).as_ref().to_vec()
}

/// Refuses a nonce, which OAEP doesn't have.
pub(crate) const fn refuse_nonce(request: &CipherRequest<'_>) -> Result<(), CryptoError> {
    if request.nonce.is_none() {
        return Ok(());
    }
    Err(CryptoError::InvalidParameter("RSA-OAEP has no nonce: leave it out"))
}

const fn oaep_of(algorithm: Algorithm) -> Result<&'static OaepAlgorithm, CryptoError> {
    Ok(match algorithm {
        Algorithm::RsaOaepSha1 => &OAEP_SHA1_MGF1SHA1,
        Algorithm::RsaOaepSha256 => &OAEP_SHA256_MGF1SHA256,
        Algorithm::RsaOaepSha384 => &OAEP_SHA384_MGF1SHA384,
        Algorithm::RsaOaepSha512 => &OAEP_SHA512_MGF1SHA512,
        _ => return Err(CryptoError::Unsupported),
    })
}

/// An empty label is the same as none (RFC 8017 §7.1.1).
const fn label_option(label: &[u8]) -> Option<&[u8]> {
    if label.is_empty() { None } else { Some(label) }
}
