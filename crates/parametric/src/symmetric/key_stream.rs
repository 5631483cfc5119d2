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
    /// The encrypted register.
    key: Zeroizing<Vec<u8>>,
    /// How many bytes of `key` were used.
    used: usize,
    /// How many more blocks there are before a counter repeats.
    left: u128,
}

impl BlockStream {
    /// Begins with this register, as long as a block.
    pub(crate) fn new(cipher: Arc<dyn Block>, feedback: Feedback, register: &[u8]) -> Self {
        let size = cipher.size();
        let left = match feedback {
            Feedback::Ctr { counter_length } if counter_length < 16 => 1 << (8 * counter_length),
            _ => u128::MAX,
        };
        Self {
            cipher,
            feedback,
            register: Zeroizing::new(register.to_vec()),
            key: Zeroizing::new(vec![0; size]),
            used: size,
            left,
        }
    }

    fn next_block(&mut self) -> Result<(), CryptoError> {
        self.left = self.left.checked_sub(1).ok_or(CryptoError::InvalidParameter(
            "the message is longer than the counter can count: use a longer counter",
        ))?;
        self.key.copy_from_slice(&self.register);
        self.cipher.encrypt(&mut self.key);
        self.used = 0;
        match self.feedback {
            // The register is filled with ciphertext while it comes.
            Feedback::Cfb(_) => {}
            Feedback::Ofb => self.register.copy_from_slice(&self.key),
            Feedback::Ctr { counter_length } => {
                let from = self.register.len() - counter_length;
                increment(&mut self.register[from..]);
            }
        }
        Ok(())
    }
}

/// Adds one to a big-endian number, round to zero.
pub(crate) fn increment(counter: &mut [u8]) {
    let mut carry = 1;
    for byte in counter.iter_mut().rev() {
        let (sum, overflow) = byte.overflowing_add(carry);
        *byte = sum;
        carry = u8::from(overflow);
    }
}

impl KeyStream for BlockStream {
    fn apply(&mut self, mut data: &mut [u8]) -> Result<(), CryptoError> {
        while !data.is_empty() {
            if self.used == self.key.len() {
                self.next_block()?;
            }
            let take = data.len().min(self.key.len() - self.used);
            let (now, later) = data.split_at_mut(take);
            for (at, byte) in (self.used..).zip(now.iter_mut()) {
                let before = *byte;
                *byte ^= self.key[at];
                match self.feedback {
                    Feedback::Cfb(true) => self.register[at] = *byte,
                    Feedback::Cfb(false) => self.register[at] = before,
                    Feedback::Ofb | Feedback::Ctr { .. } => {}
                }
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

/// ChaCha20 with a nonce of 12 bytes and a counter of 32 bits (RFC 8439), or of 8 bytes and 64 bits (Bernstein's own).
pub(crate) fn chacha20(
    key: &[u8],
    nonce: &[u8],
    counter: u32,
) -> Result<Box<dyn Engine>, CryptoError> {
    let invalid = |_| CryptoError::InvalidKey("a ChaCha20 key has 32 bytes");
    // The position is in bytes, 64 to a block.
    let position = u64::from(counter) * 64;
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
