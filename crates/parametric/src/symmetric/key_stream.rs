//! Ciphers that combine the message with a stream of key bytes: CFB, OFB, CTR (SP 800-38A §6.3 to §6.5), ChaCha20, RC4 and
//! the one-time pad, in parts of any length.

use std::sync::Arc;

use chacha20::{ChaCha20, ChaCha20Legacy};
use cipher::{KeyInit, KeyIvInit, StreamCipher, StreamCipherSeek};
use claviger_ports::CryptoError;
use claviger_secret::SecretBytes;
use zeroize::Zeroizing;

use super::{Block, Engine, NO_TAG};

/// A source of key bytes.
pub(crate) trait KeyStream: Send {
    /// Combines the next bytes.
    fn apply(&mut self, data: &mut [u8]) -> Result<(), CryptoError>;
}

/// A message on its way through a key stream.
pub(crate) struct Streamed<K>(pub(crate) K);

impl<K: KeyStream> Engine for Streamed<K> {
    fn update(&mut self, part: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        let from = out.len();
        out.extend_from_slice(part);
        self.0.apply(&mut out[from..])
    }

    fn finish(
        self: Box<Self>,
        tag: Option<&[u8]>,
        _: &mut Vec<u8>,
    ) -> Result<Option<Vec<u8>>, CryptoError> {
        if tag.is_some() { Err(NO_TAG) } else { Ok(None) }
    }
}

/// How a register becomes the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feedback {
    /// The ciphertext of the whole block before; `true` to encrypt.
    Cfb(bool),
    /// The block of the key stream before.
    Ofb,
    /// A counter in the last bytes of the block.
    Ctr {
        /// How many bytes the counter has; the others stay as they are.
        counter_length: usize,
    },
}

/// A block cipher as a key stream.
pub(crate) struct BlockStream {
    cipher: Arc<dyn Block>,
    feedback: Feedback,
    /// What is encrypted next.
    register: Zeroizing<Vec<u8>>,
    /// The encrypted register; for a counter, some registers that follow each other.
    key: Zeroizing<Vec<u8>>,
    /// How many bytes of `key` are there, and were used.
    filled: usize,
    used: usize,
    /// How many more blocks there are before a counter repeats.
    left: u128,
}

impl BlockStream {
    /// Begins with this register, as long as a block.
    pub(crate) fn new(cipher: Arc<dyn Block>, feedback: Feedback, register: &[u8]) -> Self {
        let lanes = if matches!(feedback, Feedback::Ctr { .. }) { LANES } else { 1 };
        let key = Zeroizing::new(vec![0; lanes * cipher.size()]);
        let left = match feedback {
            Feedback::Ctr { counter_length } if counter_length < 16 => 1 << (8 * counter_length),
            _ => u128::MAX,
        };
        Self {
            cipher,
            feedback,
            register: Zeroizing::new(register.to_vec()),
            key,
            filled: 0,
            used: 0,
            left,
        }
    }

    /// Makes the next bytes of the key stream.
    fn refill(&mut self) -> Result<(), CryptoError> {
        let size = self.cipher.size();
        let blocks = u128::min(self.left, (self.key.len() / size) as u128);
        if blocks == 0 {
            return Err(CryptoError::InvalidParameter(
                "the message is longer than the counter can count: use a longer counter",
            ));
        }
        self.left -= blocks;
        (self.filled, self.used) = (blocks as usize * size, 0);
        for block in self.key[..self.filled].chunks_exact_mut(size) {
            block.copy_from_slice(&self.register);
            if let Feedback::Ctr { counter_length } = self.feedback {
                increment(&mut self.register[size - counter_length..]);
            }
        }
        self.cipher.encrypt(&mut self.key[..self.filled]);
        // With CFB the register is filled with ciphertext while it comes.
        if self.feedback == Feedback::Ofb {
            self.register.copy_from_slice(&self.key[..size]);
        }
        Ok(())
    }
}

/// How many blocks of a counter are encrypted at once, so that the processor can overlap them.
const LANES: usize = 8;

/// Adds one to a big-endian number, round to zero. Counters are no secret.
pub(crate) fn increment(counter: &mut [u8]) {
    for byte in counter.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
}

impl KeyStream for BlockStream {
    fn apply(&mut self, mut data: &mut [u8]) -> Result<(), CryptoError> {
        while !data.is_empty() {
            if self.used == self.filled {
                self.refill()?;
            }
            let take = data.len().min(self.filled - self.used);
            let (now, later) = data.split_at_mut(take);
            let here = self.used..self.used + take;
            if self.feedback == Feedback::Cfb(false) {
                self.register[here.clone()].copy_from_slice(now);
            }
            for (byte, key) in now.iter_mut().zip(&self.key[here.clone()]) {
                *byte ^= key;
            }
            if self.feedback == Feedback::Cfb(true) {
                self.register[here].copy_from_slice(now);
            }
            self.used += take;
            data = later;
        }
        Ok(())
    }
}

/// A stream cipher of RustCrypto.
pub(crate) struct Cipher<C>(C);

impl<C: StreamCipher + Send> KeyStream for Cipher<C> {
    fn apply(&mut self, data: &mut [u8]) -> Result<(), CryptoError> {
        self.0.try_apply_keystream(data).map_err(|_| {
            CryptoError::InvalidParameter(
                "the message is longer than the cipher's counter can count",
            )
        })
    }
}

/// ChaCha20 with a nonce of 12 bytes and a counter of 32 bits (RFC 8439), or of 8 bytes and 64 bits (Bernstein's own). 16 bytes
/// are the first counter, little-endian, and a nonce of 12 bytes, as in other libraries; to these blocks `counter` is added.
pub(crate) fn chacha20(
    key: &[u8],
    nonce: &[u8],
    counter: u32,
) -> Result<Box<dyn Engine>, CryptoError> {
    let invalid = |_| CryptoError::InvalidKey("a ChaCha20 key has 32 bytes");
    let (first, nonce) = match nonce.split_first_chunk() {
        Some((first, rest)) if nonce.len() == 16 => (u32::from_le_bytes(*first), rest),
        _ => (0, nonce),
    };
    // The position is in bytes, 64 to a block.
    let position = (u64::from(first) + u64::from(counter)) * 64;
    if nonce.len() == 8 {
        let mut cipher = ChaCha20Legacy::new_from_slices(key, nonce).map_err(invalid)?;
        cipher.try_seek(position).map_err(|_| CryptoError::Internal)?;
        return Ok(Box::new(Streamed(Cipher(cipher))));
    }
    let mut cipher = ChaCha20::new_from_slices(key, nonce).map_err(invalid)?;
    cipher.try_seek(position).map_err(|_| CryptoError::Internal)?;
    Ok(Box::new(Streamed(Cipher(cipher))))
}

/// RC4.
pub(crate) fn rc4(key: &[u8]) -> Result<Box<dyn Engine>, CryptoError> {
    let cipher = rc4::Rc4::new_from_slice(key)
        .map_err(|_| CryptoError::InvalidKey("an RC4 key has 1 to 256 bytes"))?;
    Ok(Box::new(Streamed(Cipher(cipher))))
}

/// A one-time pad: the message is combined with the key itself, which must be as long at least.
///
/// Every message is combined with the same bytes from the key's beginning; that a pad is used once is its owner's business.
pub(crate) struct Pad {
    key: SecretBytes,
    used: usize,
}

impl Pad {
    /// Begins at the key's first byte.
    pub(crate) const fn new(key: SecretBytes) -> Self {
        Self { key, used: 0 }
    }
}

impl KeyStream for Pad {
    fn apply(&mut self, data: &mut [u8]) -> Result<(), CryptoError> {
        let key = self.key.expose("combine with the pad");
        let end = self.used + data.len();
        let part = key.get(self.used..end).ok_or(CryptoError::TooLong { limit: key.len() })?;
        for (byte, key) in data.iter_mut().zip(part) {
            *byte ^= key;
        }
        self.used = end;
        Ok(())
    }
}
