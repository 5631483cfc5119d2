//! ChaCha20-Poly1305 (RFC 8439 §2.8) in parts. Nonce: 12 bytes. Tag: 16 bytes, or its first 4 to 15.

use chacha20::ChaCha20;
use cipher::{KeyIvInit, StreamCipher};
use claviger_ports::CryptoError;
use poly1305::Poly1305;
use poly1305::universal_hash::{KeyInit, UniversalHash};
use zeroize::Zeroizing;

use super::Engine;
use super::padded_hash::PaddedHash;

const BLOCK: usize = 16;

/// A message on its way through the cipher. For decryption the same holds as for [`super::gcm::Gcm`].
pub(crate) struct ChaCha20Poly1305 {
    cipher: ChaCha20,
    hash: PaddedHash<Poly1305>,
    additional_length: u64,
    length: u64,
    encrypts: bool,
    tag_length: usize,
}

impl ChaCha20Poly1305 {
    /// Begins a message.
    pub(crate) fn new(
        key: &[u8],
        encrypts: bool,
        nonce: &[u8],
        additional_data: &[u8],
        tag_length: usize,
    ) -> Result<Self, CryptoError> {
        let mut cipher = ChaCha20::new_from_slices(key, nonce)
            .map_err(|_| CryptoError::InvalidKey("a ChaCha20-Poly1305 key has 32 bytes"))?;
        // The first block gives the key of the hash; the message begins with the second.
        let mut first = Zeroizing::new([0; 64]);
        cipher.apply_keystream(&mut *first);
        let mut hash = Poly1305::new_from_slice(&first[..32]).map_err(|_| CryptoError::Internal)?;
        hash.update_padded(additional_data);
        Ok(Self {
            cipher,
            hash: PaddedHash::new(hash),
            additional_length: additional_data.len() as u64,
            length: 0,
            encrypts,
            tag_length,
        })
    }
}

impl Engine for ChaCha20Poly1305 {
    fn update(&mut self, part: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.length += part.len() as u64;
        if !self.encrypts {
            self.hash.absorb(part);
        }
        let from = out.len();
        out.extend_from_slice(part);
        self.cipher.try_apply_keystream(&mut out[from..]).map_err(|_| {
            CryptoError::InvalidParameter(
                "ChaCha20-Poly1305 takes at most 256 GiB: split the message",
            )
        })?;
        if self.encrypts {
            self.hash.absorb(&out[from..]);
        }
        Ok(())
    }

    fn finish(
        self: Box<Self>,
        tag: Option<&[u8]>,
        _: &mut Vec<u8>,
    ) -> Result<Option<Vec<u8>>, CryptoError> {
        let mut lengths = [0; BLOCK];
        lengths[..8].copy_from_slice(&self.additional_length.to_le_bytes());
        lengths[8..].copy_from_slice(&self.length.to_le_bytes());
        let mut expected = self.hash.finish(&lengths);
        expected.truncate(self.tag_length);
        super::end_with_tag(self.encrypts, expected, tag)
    }
}
