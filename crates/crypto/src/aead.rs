//! Authenticated ciphers with a key in them, ready to seal and open in place.
//!
//! Every authenticated cipher here has a 16-byte tag behind the ciphertext and takes additional data of any length.

use aws_lc_rs::aead::{Aad, Algorithm, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use claviger_ports::{CipherRequest, Ciphered, CryptoError};
use claviger_secret::SecretBytes;

use crate::hash;
use crate::xchacha20_poly1305::XChaCha20;

/// The length of every tag, in bytes.
pub(crate) const TAG_LENGTH: usize = 16;

/// An authenticated cipher with a key in it.
pub(crate) enum Aead {
    /// One of the ciphers of aws-lc-rs, whose nonces have 12 bytes.
    AwsLc(LessSafeKey),
    /// XChaCha20-Poly1305.
    XChaCha20(XChaCha20),
}

impl Aead {
    /// Makes a cipher of aws-lc-rs ready.
    pub(crate) fn aws_lc(algorithm: &'static Algorithm, key: &[u8]) -> Result<Self, CryptoError> {
        let key = UnboundKey::new(algorithm, key).map_err(|_| CryptoError::Internal)?;
        Ok(Self::AwsLc(LessSafeKey::new(key)))
    }

    /// How long a nonce is, in bytes.
    const fn nonce_length(&self) -> usize {
        match self {
            Self::AwsLc(_) => NONCE_LEN,
            Self::XChaCha20(_) => XChaCha20::NONCE_LENGTH,
        }
    }

    /// Encrypts `text` in place and returns the tag.
    #[inline]
    pub(crate) fn seal_in_place(
        &self,
        nonce: &[u8],
        additional_data: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], CryptoError> {
        match self {
            Self::AwsLc(key) => {
                let nonce = Nonce::try_assume_unique_for_key(nonce)
                    .map_err(|_| wrong_nonce_length(NONCE_LEN))?;
                key.seal_in_place_separate_tag(nonce, Aad::from(additional_data), text)
                    .ok()
                    .and_then(|tag| tag.as_ref().try_into().ok())
                    .ok_or(CryptoError::Internal)
            }
            Self::XChaCha20(key) => key.seal_in_place(nonce, additional_data, text),
        }
    }

    /// Decrypts `text` in place; its content is unspecified after a failure.
    #[inline]
    pub(crate) fn open_in_place(
        &self,
        nonce: &[u8],
        additional_data: &[u8],
        text: &mut [u8],
        tag: &[u8],
    ) -> Result<(), CryptoError> {
        match self {
            Self::AwsLc(key) => {
                let nonce = Nonce::try_assume_unique_for_key(nonce)
                    .map_err(|_| wrong_nonce_length(NONCE_LEN))?;
                key.open_in_place_separate_tag(nonce, Aad::from(additional_data), tag, text)
                    .map(|_| ())
                    .map_err(|_| CryptoError::Failed)
            }
            Self::XChaCha20(key) => key.open_in_place(nonce, additional_data, text, tag),
        }
    }

    /// Encrypts with explicit parameters: the output is the ciphertext with its tag.
    pub(crate) fn encrypt(&self, request: CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
        let nonce = nonce_or_random(request.nonce, self.nonce_length())?;
        let mut output = Vec::with_capacity(request.input.len() + TAG_LENGTH);
        output.extend_from_slice(request.input);
        let tag = self.seal_in_place(&nonce, request.additional_data, &mut output)?;
        output.extend_from_slice(&tag);
        Ok(Ciphered { nonce, output })
    }

    /// Decrypts with explicit parameters a ciphertext with its tag.
    pub(crate) fn decrypt(&self, request: CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
        let nonce = given_nonce(request.nonce, self.nonce_length())?;
        let length = request.input.len().checked_sub(TAG_LENGTH).ok_or(CryptoError::Failed)?;
        let (ciphertext, tag) = request.input.split_at(length);
        SecretBytes::try_init(length, |text| {
            text.copy_from_slice(ciphertext);
            self.open_in_place(nonce, request.additional_data, text, tag)
        })
    }
}

/// The nonce that the caller gave, if it has the right length, or a random one.
pub(crate) fn nonce_or_random(nonce: Option<&[u8]>, length: usize) -> Result<Vec<u8>, CryptoError> {
    if nonce.is_some() {
        return given_nonce(nonce, length).map(<[u8]>::to_vec);
    }
    let mut random = vec![0; length];
    hash::random(&mut random)?;
    Ok(random)
}

/// The nonce that a decryption can't do without, if it has the right length.
pub(crate) fn given_nonce(nonce: Option<&[u8]>, length: usize) -> Result<&[u8], CryptoError> {
    match nonce {
        Some(nonce) if nonce.len() == length => Ok(nonce),
        Some(_) => Err(wrong_nonce_length(length)),
        None => Err(CryptoError::InvalidParameter(
            "decryption needs the nonce (or initialisation vector) that the encryption used",
        )),
    }
}

/// Refuses additional data where the algorithm authenticates nothing.
pub(crate) fn refuse_additional_data(request: &CipherRequest<'_>) -> Result<(), CryptoError> {
    if request.additional_data.is_empty() {
        return Ok(());
    }
    Err(CryptoError::InvalidParameter(
        "the algorithm has no additional authenticated data: leave it out or use AES-GCM",
    ))
}

const fn wrong_nonce_length(length: usize) -> CryptoError {
    CryptoError::InvalidParameter(match length {
        12 => "the nonce must have 12 bytes for this algorithm",
        24 => "the nonce must have 24 bytes for this algorithm",
        _ => "the initialisation vector (or tweak) must have 16 bytes for this algorithm",
    })
}
