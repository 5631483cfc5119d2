//! AES-XTS (IEEE 1619-2018, NIST SP 800-38E): for protocols that encrypt blocks of storage.
//!
//! Material: two AES keys, `data key ‖ tweak key`, 32 or 64 bytes in all, which must differ. Tweak 16 bytes; output as long as
//! the plaintext, which has 16 bytes to 16 MiB (2^20 blocks, SP 800-38E §4). Nothing authenticates it.

use aes::{Aes128, Aes256};
use aes_kw::KeyInit;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CipherRequest, Ciphered, CryptoError, Key};
use claviger_secret::SecretBytes;
use subtle::ConstantTimeEq;
use xts_mode::Xts128;

use crate::aead::{given_nonce, nonce_or_random, refuse_additional_data};
use crate::aes_ecb::BLOCK_LENGTH;

/// The longest data unit, in bytes.
const LIMIT: usize = BLOCK_LENGTH << 20;

/// An XTS key, ready to act. Its AES keys are wiped on drop.
pub(crate) enum XtsKey {
    Aes128(Box<Xts128<Aes128>>),
    Aes256(Box<Xts128<Aes256>>),
}

impl XtsKey {
    /// Expands material of 32 or 64 bytes.
    pub(crate) fn new(material: &[u8]) -> Result<Self, CryptoError> {
        check(material)?;
        let (data, tweak) = material.split_at(material.len() / 2);
        Ok(match material.len() {
            32 => Self::Aes128(Box::new(Xts128::new(block_cipher(data)?, block_cipher(tweak)?))),
            _ => Self::Aes256(Box::new(Xts128::new(block_cipher(data)?, block_cipher(tweak)?))),
        })
    }
}

/// Checks the length, and that the two keys differ (IEEE 1619, FIPS 140-3 IG C.I): equal ones void the security proof.
pub(crate) fn check(material: &[u8]) -> Result<(), CryptoError> {
    if !matches!(material.len(), 32 | 64) {
        return Err(CryptoError::InvalidKey("an AES-XTS key has 32 or 64 bytes"));
    }
    let (data, tweak) = material.split_at(material.len() / 2);
    if bool::from(data.ct_eq(tweak)) {
        return Err(CryptoError::InvalidKey("the two halves of an AES-XTS key must differ"));
    }
    Ok(())
}

impl Key for XtsKey {
    fn spec(&self) -> KeySpec {
        match self {
            Self::Aes128(_) => KeySpec::AesXts128,
            Self::Aes256(_) => KeySpec::AesXts256,
        }
    }

    fn encrypt(&self, request: CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
        check_algorithm(&request)?;
        if request.input.len() < BLOCK_LENGTH {
            return Err(CryptoError::InvalidParameter("AES-XTS encrypts 16 bytes or more"));
        }
        if request.input.len() > LIMIT {
            return Err(CryptoError::TooLong { limit: LIMIT });
        }
        let nonce = nonce_or_random(request.nonce, BLOCK_LENGTH)?;
        let tweak = tweak(&nonce)?;
        let mut output = request.input.to_vec();
        match self {
            Self::Aes128(key) => key.encrypt_sector(&mut output, tweak.into()),
            Self::Aes256(key) => key.encrypt_sector(&mut output, tweak.into()),
        }
        Ok(Ciphered { nonce, output })
    }

    fn decrypt(&self, request: CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
        check_algorithm(&request)?;
        let tweak = tweak(given_nonce(request.nonce, BLOCK_LENGTH)?)?;
        if !(BLOCK_LENGTH..=LIMIT).contains(&request.input.len()) {
            return Err(CryptoError::Failed);
        }
        SecretBytes::try_init(request.input.len(), |text| {
            text.copy_from_slice(request.input);
            match self {
                Self::Aes128(key) => key.decrypt_sector(text, tweak.into()),
                Self::Aes256(key) => key.decrypt_sector(text, tweak.into()),
            }
            Ok(())
        })
    }
}

fn check_algorithm(request: &CipherRequest<'_>) -> Result<(), CryptoError> {
    if request.algorithm != Algorithm::AesXts {
        return Err(CryptoError::Unsupported);
    }
    refuse_additional_data(request)
}

fn block_cipher<C: KeyInit>(key: &[u8]) -> Result<C, CryptoError> {
    C::new_from_slice(key).map_err(|_| CryptoError::Internal)
}

fn tweak(nonce: &[u8]) -> Result<[u8; BLOCK_LENGTH], CryptoError> {
    nonce.try_into().map_err(|_| CryptoError::Internal)
}
