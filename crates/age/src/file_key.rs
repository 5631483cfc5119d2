//! The file key and the keys derived from it.
//!
//! The key of the payload is only to be had from a [`VerifiedHeader`](crate::header::VerifiedHeader).
//!
//! Source: C2SP age.md, "File key", "Header MAC", "Payload"; HKDF-SHA-256 is RFC 5869.

use aws_lc_rs::aead::{CHACHA20_POLY1305, LessSafeKey, UnboundKey};
use aws_lc_rs::{hkdf, hmac, rand};
use zeroize::Zeroizing;

/// Bytes of a file key.
pub const FILE_KEY_LEN: usize = 16;

/// The 128-bit key of one file. It is wiped when dropped, and has no `Debug`, `Clone` or `PartialEq`.
pub struct FileKey(Zeroizing<[u8; FILE_KEY_LEN]>);

/// The operating system supplied no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system supplied no random bytes")]
pub struct NoRandomBytes;

impl FileKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// [`NoRandomBytes`] if the operating system supplies none.
    pub fn generate() -> Result<Self, NoRandomBytes> {
        let mut bytes = Zeroizing::new([0; FILE_KEY_LEN]);
        rand::fill(bytes.as_mut()).map_err(|_| NoRandomBytes)?;
        Ok(Self(bytes))
    }

    /// The key of these bytes, if there are exactly [`FILE_KEY_LEN`] of them.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; FILE_KEY_LEN]);
        if bytes.len() != FILE_KEY_LEN {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    /// The bytes, for whoever wraps the key. They are the whole secret of the file.
    #[must_use]
    pub fn expose_to_wrap(&self) -> &[u8; FILE_KEY_LEN] {
        &self.0
    }

    /// The HMAC-SHA-256 key of the header.
    pub(crate) fn header_mac_key(&self) -> hmac::Key {
        let bytes = derive(self.0.as_ref(), &[], b"header");
        hmac::Key::new(hmac::HMAC_SHA256, bytes.as_ref())
    }

    /// The ChaCha20-Poly1305 key of the payload that begins with `nonce`.
    pub(crate) fn payload_key(&self, nonce: &[u8]) -> LessSafeKey {
        aead_key(&derive(self.0.as_ref(), nonce, b"payload"))
    }
}

/// HKDF-SHA-256 with 32 bytes of output, the only derivation that age knows.
pub(crate) fn derive(input: &[u8], salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut output = Zeroizing::new([0; 32]);
    let key = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(input);
    key.expand(&[info], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(output.as_mut()))
        .expect("32 bytes are within the limit of HKDF-SHA-256, whatever the input");
    output
}

/// The ChaCha20-Poly1305 key of these bytes. Callers choose a nonce once per key.
pub(crate) fn aead_key(bytes: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&CHACHA20_POLY1305, bytes)
        .expect("32 bytes are the length of a ChaCha20-Poly1305 key");
    LessSafeKey::new(key)
}
