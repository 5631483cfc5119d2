//! AES key wrap: KW (RFC 3394, NIST SP 800-38F §6.2) and KWP (RFC 5649, SP 800-38F §6.3), with keys of 128 to 256 bits.
//!
//! KW: material of 16 or more bytes, a multiple of 8; output 8 bytes longer. KWP: material of 1 or more bytes; output 8 bytes
//! longer after padding to a multiple of 8. aws-lc-rs has both for 128 and 256 bits, the crate `aes-kw` for 192.

use aes_kw::{KeyInit, KwAes192, KwpAes192};
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap, KeyWrapPadded};
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;

/// The longest material that is wrapped, in bytes: far above any key, far below the counters' range.
const LIMIT: usize = 1 << 20;

/// Wraps (KW).
pub(crate) fn wrap(key: &[u8], material: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if material.len() < 16 || !material.len().is_multiple_of(8) {
        return Err(CryptoError::InvalidParameter(
            "AES-KW wraps 16 or more bytes, a multiple of 8; AES-KWP wraps any length",
        ));
    }
    check_limit(material)?;
    let mut wrapped = vec![0; material.len() + 8];
    if let Some(key) = aws_lc(key)? {
        key.wrap(material, &mut wrapped).map_err(|_| CryptoError::Internal)?;
    } else {
        kw_192(key)?.wrap_key(material, &mut wrapped).map_err(|_| CryptoError::Internal)?;
    }
    Ok(wrapped)
}

/// Unwraps (KW).
pub(crate) fn unwrap(key: &[u8], wrapped: &[u8]) -> Result<SecretBytes, CryptoError> {
    if wrapped.len() < 24 || !wrapped.len().is_multiple_of(8) || wrapped.len() > LIMIT + 8 {
        return Err(CryptoError::Failed);
    }
    SecretBytes::try_init(wrapped.len() - 8, |material| {
        if let Some(key) = aws_lc(key)? {
            key.unwrap(wrapped, material).map(|_| ()).map_err(|_| CryptoError::Failed)
        } else {
            kw_192(key)?.unwrap_key(wrapped, material).map(|_| ()).map_err(|_| CryptoError::Failed)
        }
    })
}

/// Wraps (KWP).
pub(crate) fn wrap_padded(key: &[u8], material: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if material.is_empty() {
        return Err(CryptoError::InvalidParameter("there is nothing to wrap: no bytes were given"));
    }
    check_limit(material)?;
    let mut wrapped = vec![0; material.len().next_multiple_of(8) + 8];
    if let Some(key) = aws_lc(key)? {
        key.wrap_with_padding(material, &mut wrapped).map_err(|_| CryptoError::Internal)?;
    } else {
        kwp_192(key)?.wrap_key(material, &mut wrapped).map_err(|_| CryptoError::Internal)?;
    }
    Ok(wrapped)
}

/// Unwraps (KWP).
pub(crate) fn unwrap_padded(key: &[u8], wrapped: &[u8]) -> Result<SecretBytes, CryptoError> {
    if wrapped.len() < 16 || !wrapped.len().is_multiple_of(8) || wrapped.len() > LIMIT + 8 {
        return Err(CryptoError::Failed);
    }
    let mut length = None;
    let mut material = SecretBytes::try_init(wrapped.len(), |material| {
        length = if let Some(key) = aws_lc(key)? {
            key.unwrap_with_padding(wrapped, material).map(|unwrapped| unwrapped.len()).ok()
        } else {
            kwp_192(key)?.unwrap_key(wrapped, material).map(<[u8]>::len).ok()
        };
        Ok(())
    })?;
    material.truncate(length.ok_or(CryptoError::Failed)?);
    Ok(material)
}

const fn check_limit(material: &[u8]) -> Result<(), CryptoError> {
    if material.len() > LIMIT { Err(CryptoError::TooLong { limit: LIMIT }) } else { Ok(()) }
}

/// The key for aws-lc-rs, unless it has 192 bits.
fn aws_lc(key: &[u8]) -> Result<Option<AesKek>, CryptoError> {
    let cipher = match key.len() {
        16 => &AES_128,
        32 => &AES_256,
        _ => return Ok(None),
    };
    AesKek::new(cipher, key).map(Some).map_err(|_| CryptoError::Internal)
}

fn kw_192(key: &[u8]) -> Result<KwAes192, CryptoError> {
    KwAes192::new_from_slice(key).map_err(|_| CryptoError::Unsupported)
}

fn kwp_192(key: &[u8]) -> Result<KwpAes192, CryptoError> {
    KwpAes192::new_from_slice(key).map_err(|_| CryptoError::Unsupported)
}
