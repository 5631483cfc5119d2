//! Modes that need the whole message at once: XTS (IEEE 1619, SP 800-38E) and key wrap (RFC 3394, RFC 5649).
//!
//! A message in parts is kept until its end, [`LIMIT`] bytes at most.

use aes::{Aes128, Aes256};
use aes_kw::{KwAes128, KwAes192, KwAes256, KwpAes128, KwpAes192, KwpAes256};
use cipher::KeyInit;
use claviger_ports::CryptoError;
use claviger_secret::{SecretBytes, wipe_buffer};
use subtle::ConstantTimeEq;
use xts_mode::Xts128;
use zeroize::Zeroizing;

use super::{Engine, NO_TAG};

/// The longest message, in bytes: the most that one tweak may serve is 2^20 blocks.
const LIMIT: usize = 16 << 20;

/// What happens to the message.
pub(crate) enum Whole {
    /// XTS with this tweak.
    Xts { key: SecretBytes, tweak: [u8; 16] },
    /// Key wrap.
    KeyWrap { key: SecretBytes },
    /// Key wrap with padding.
    PaddedKeyWrap { key: SecretBytes },
}

/// A message that is processed at its end.
pub(crate) struct AtOnce {
    mode: Whole,
    encrypts: bool,
    message: Zeroizing<Vec<u8>>,
}

impl AtOnce {
    /// Begins a message.
    pub(crate) fn new(mode: Whole, encrypts: bool) -> Self {
        Self { mode, encrypts, message: Zeroizing::new(Vec::new()) }
    }
}

impl Engine for AtOnce {
    fn update(&mut self, part: &[u8], _: &mut Vec<u8>) -> Result<(), CryptoError> {
        let needed = self.message.len() + part.len();
        if needed > LIMIT {
            return Err(CryptoError::TooLong { limit: LIMIT });
        }
        if needed > self.message.capacity() {
            // Grows by copying, so that the old bytes can be wiped.
            let mut larger = Vec::with_capacity(needed.max(2 * self.message.capacity()));
            larger.extend_from_slice(&self.message);
            wipe_buffer(&mut std::mem::replace(&mut *self.message, larger));
        }
        self.message.extend_from_slice(part);
        Ok(())
    }

    fn finish(
        self: Box<Self>,
        tag: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<Option<Vec<u8>>, CryptoError> {
        if tag.is_some() {
            return Err(NO_TAG);
        }
        let message = &self.message;
        let result = match (&self.mode, self.encrypts) {
            (Whole::Xts { key, tweak }, encrypts) => {
                xts(key.expose("XTS"), *tweak, encrypts, message)?
            }
            (Whole::KeyWrap { key }, true) => wrap(key.expose("wrap"), message)?,
            (Whole::KeyWrap { key }, false) => unwrap(key.expose("unwrap"), message)?,
            (Whole::PaddedKeyWrap { key }, true) => wrap_padded(key.expose("wrap"), message)?,
            (Whole::PaddedKeyWrap { key }, false) => unwrap_padded(key.expose("unwrap"), message)?,
        };
        out.extend_from_slice(&result);
        Ok(None)
    }
}

type Bytes = Zeroizing<Vec<u8>>;

fn xts(key: &[u8], tweak: [u8; 16], encrypts: bool, message: &[u8]) -> Result<Bytes, CryptoError> {
    let (data_key, tweak_key) = key.split_at(key.len() / 2);
    if bool::from(data_key.ct_eq(tweak_key)) {
        return Err(CryptoError::InvalidKey("the two halves of an XTS key must differ"));
    }
    if message.len() < 16 {
        return Err(CryptoError::InvalidParameter("XTS takes 16 or more bytes"));
    }
    let mut data = Zeroizing::new(message.to_vec());
    let invalid = |_| CryptoError::InvalidKey("an XTS key has 32 or 64 bytes");
    if data_key.len() == 16 {
        let cipher = Xts128::new(
            Aes128::new_from_slice(data_key).map_err(invalid)?,
            Aes128::new_from_slice(tweak_key).map_err(invalid)?,
        );
        if encrypts {
            cipher.encrypt_sector(&mut data, tweak.into());
        } else {
            cipher.decrypt_sector(&mut data, tweak.into());
        }
    } else {
        let cipher = Xts128::new(
            Aes256::new_from_slice(data_key).map_err(invalid)?,
            Aes256::new_from_slice(tweak_key).map_err(invalid)?,
        );
        if encrypts {
            cipher.encrypt_sector(&mut data, tweak.into());
        } else {
            cipher.decrypt_sector(&mut data, tweak.into());
        }
    }
    Ok(data)
}

const WRONG_KEY: CryptoError = CryptoError::InvalidKey("an AES key has 16, 24 or 32 bytes");

/// Runs `$body` with the key-wrap cipher of the key's length.
macro_rules! with_length {
    ($key:expr, $small:ty, $middle:ty, $large:ty, |$cipher:ident| $body:expr) => {
        match $key.len() {
            16 => {
                let $cipher = <$small>::new_from_slice($key).map_err(|_| WRONG_KEY)?;
                $body
            }
            24 => {
                let $cipher = <$middle>::new_from_slice($key).map_err(|_| WRONG_KEY)?;
                $body
            }
            32 => {
                let $cipher = <$large>::new_from_slice($key).map_err(|_| WRONG_KEY)?;
                $body
            }
            _ => return Err(WRONG_KEY),
        }
    };
}

fn wrap(key: &[u8], material: &[u8]) -> Result<Bytes, CryptoError> {
    if material.len() < 16 || !material.len().is_multiple_of(8) {
        return Err(CryptoError::InvalidParameter(
            "NIST key wrap takes 16 or more bytes, a multiple of 8: AES key wrap with padding takes any length",
        ));
    }
    let mut out = Zeroizing::new(vec![0; material.len() + 8]);
    with_length!(key, KwAes128, KwAes192, KwAes256, |cipher| cipher
        .wrap_key(material, &mut out)
        .map(|_| ())
        .map_err(|_| CryptoError::Internal))?;
    Ok(out)
}

fn unwrap(key: &[u8], wrapped: &[u8]) -> Result<Bytes, CryptoError> {
    if wrapped.len() < 24 || !wrapped.len().is_multiple_of(8) {
        return Err(CryptoError::Failed);
    }
    let mut out = Zeroizing::new(vec![0; wrapped.len() - 8]);
    with_length!(key, KwAes128, KwAes192, KwAes256, |cipher| cipher
        .unwrap_key(wrapped, &mut out)
        .map(|_| ())
        .map_err(|_| CryptoError::Failed))?;
    Ok(out)
}

fn wrap_padded(key: &[u8], material: &[u8]) -> Result<Bytes, CryptoError> {
    if material.is_empty() {
        return Err(CryptoError::InvalidParameter("there is nothing to wrap: no bytes were given"));
    }
    let mut out = Zeroizing::new(vec![0; material.len().next_multiple_of(8) + 8]);
    with_length!(key, KwpAes128, KwpAes192, KwpAes256, |cipher| cipher
        .wrap_key(material, &mut out)
        .map(|_| ())
        .map_err(|_| CryptoError::Internal))?;
    Ok(out)
}

fn unwrap_padded(key: &[u8], wrapped: &[u8]) -> Result<Bytes, CryptoError> {
    if wrapped.len() < 16 || !wrapped.len().is_multiple_of(8) {
        return Err(CryptoError::Failed);
    }
    let mut out = Zeroizing::new(vec![0; wrapped.len()]);
    let length = with_length!(key, KwpAes128, KwpAes192, KwpAes256, |cipher| cipher
        .unwrap_key(wrapped, &mut out)
        .map(<[u8]>::len)
        .map_err(|_| CryptoError::Failed))?;
    out.truncate(length);
    Ok(out)
}
