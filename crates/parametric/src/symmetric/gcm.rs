//! AES-GCM (SP 800-38D) in parts, and with nonces and tags of lengths that aws-lc-rs doesn't take.
//!
//! Nonce: 1 byte or more. Tag: 4, 8 or 12 to 16 bytes.

use std::sync::Arc;

use aes::Block as AesBlock;
use claviger_ports::CryptoError;
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::key_stream::{BlockStream, Feedback, KeyStream};
use super::padded_hash::PaddedHash;
use super::{Block, Engine};

const BLOCK: usize = 16;

/// The longest message: 2^39 - 256 bits.
const LIMIT: u64 = (1 << 36) - 32;

/// A message on its way through GCM.
///
/// Decryption gives plaintext before the tag is checked, as a stream must: whoever uses it before [`Engine::finish`] has said
/// yes uses what anybody may have written.
pub(crate) struct Gcm {
    stream: BlockStream,
    hash: PaddedHash<GHash>,
    /// The encrypted first counter, which hides the hash.
    mask: Zeroizing<[u8; BLOCK]>,
    additional_length: u64,
    length: u64,
    encrypts: bool,
    tag_length: usize,
}

impl Gcm {
    /// Begins a message.
    pub(crate) fn new(
        cipher: Arc<dyn Block>,
        encrypts: bool,
        nonce: &[u8],
        additional_data: &[u8],
        tag_length: usize,
    ) -> Result<Self, CryptoError> {
        let mut subkey = Zeroizing::new([0; BLOCK]);
        cipher.encrypt(&mut *subkey);
        let mut hash = GHash::new((&*subkey).into());
        let mut counter = first_counter(&hash, nonce);
        let mut mask = Zeroizing::new(counter);
        cipher.encrypt(&mut *mask);
        super::key_stream::increment(&mut counter[12..]);
        hash.update_padded(additional_data);
        Ok(Self {
            stream: BlockStream::new(cipher, Feedback::Ctr { counter_length: 4 }, &counter),
            hash: PaddedHash::new(hash),
            mask,
            additional_length: additional_data.len() as u64,
            length: 0,
            encrypts,
            tag_length,
        })
    }
}

/// The counter that the nonce makes (§7.1, step 2).
fn first_counter(hash: &GHash, nonce: &[u8]) -> [u8; BLOCK] {
    let mut counter = [0; BLOCK];
    if nonce.len() == 12 {
        counter[..12].copy_from_slice(nonce);
        counter[15] = 1;
        return counter;
    }
    let mut hash = hash.clone();
    hash.update_padded(nonce);
    hash.update(&[lengths(0, nonce.len() as u64)]);
    counter.copy_from_slice(&hash.finalize());
    counter
}

/// Two lengths in bytes, as a block that holds them in bits.
fn lengths(first: u64, second: u64) -> AesBlock {
    let mut block = AesBlock::default();
    block[..8].copy_from_slice(&(first * 8).to_be_bytes());
    block[8..].copy_from_slice(&(second * 8).to_be_bytes());
    block
}

impl Engine for Gcm {
    fn update(&mut self, part: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        self.length += part.len() as u64;
        if self.length > LIMIT {
            return Err(CryptoError::InvalidParameter(
                "GCM takes at most 64 GiB: split the message",
            ));
        }
        if !self.encrypts {
            self.hash.absorb(part);
        }
        let from = out.len();
        out.extend_from_slice(part);
        self.stream.apply(&mut out[from..])?;
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
        let mut expected = self.hash.finish(&lengths(self.additional_length, self.length));
        for (byte, mask) in expected.iter_mut().zip(self.mask.iter()) {
            *byte ^= mask;
        }
        expected.truncate(self.tag_length);
        super::end_with_tag(self.encrypts, expected, tag)
    }
}

/// Whether a tag is the right one, in a time that tells nothing but lengths.
pub(crate) fn is_right(expected: &[u8], tag: &[u8]) -> bool {
    expected.ct_eq(tag).into()
}
