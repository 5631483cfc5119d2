//! CCM (SP 800-38C) over block ciphers of 128 bits.
//!
//! Nonce: 7 to 13 bytes. Tag: 4, 6, 8, 10, 12, 14 or 16 bytes. The message's length goes in first, so that a message in parts
//! is kept until its end, [`LIMIT`] bytes at most.

use std::sync::Arc;

use claviger_ports::CryptoError;
use claviger_secret::wipe_buffer;
use zeroize::Zeroizing;

use super::key_stream::{BlockStream, Feedback, KeyStream};
use super::{Block, Engine};
use crate::mac::block_mac;

const BLOCK: usize = 16;

/// The longest message, in bytes.
const LIMIT: usize = 16 << 20;

/// A message that CCM will process.
pub(crate) struct Ccm {
    cipher: Arc<dyn Block>,
    encrypts: bool,
    nonce: Vec<u8>,
    additional_data: Vec<u8>,
    tag_length: usize,
    message: Zeroizing<Vec<u8>>,
}

impl Ccm {
    /// Begins a message. The caller has checked the lengths.
    pub(crate) fn new(
        cipher: Arc<dyn Block>,
        encrypts: bool,
        nonce: &[u8],
        additional_data: &[u8],
        tag_length: usize,
    ) -> Self {
        Self {
            cipher,
            encrypts,
            nonce: nonce.to_vec(),
            additional_data: additional_data.to_vec(),
            tag_length,
            message: Zeroizing::new(Vec::new()),
        }
    }

    /// How many bytes the length field and the counter have.
    fn field(&self) -> usize {
        BLOCK - 1 - self.nonce.len()
    }

    /// The tag of a plaintext before it is hidden (§6.1, appendix A.2).
    fn code(&self, plaintext: &[u8]) -> Vec<u8> {
        let field = self.field();
        let flags = (usize::from(!self.additional_data.is_empty()) << 6)
            | (((self.tag_length - 2) / 2) << 3)
            | (field - 1);
        let mut first = vec![flags as u8];
        first.extend_from_slice(&self.nonce);
        first.extend_from_slice(&(plaintext.len() as u64).to_be_bytes().repeat(2)[16 - field..]);
        let mut mac = block_mac(Arc::clone(&self.cipher), false);
        mac.update(&first);
        let additional = self.additional_data.len();
        if additional > 0 {
            let prefix = if additional < 0xff00 {
                (additional as u16).to_be_bytes().to_vec()
            } else {
                [&[0xff, 0xfe], &(additional as u32).to_be_bytes()[..]].concat()
            };
            mac.update(&prefix);
            mac.update(&self.additional_data);
            let rest = (prefix.len() + additional) % BLOCK;
            mac.update(&[0; BLOCK][..(BLOCK - rest) % BLOCK]);
        }
        mac.update(plaintext);
        mac.finish().expose("part of the tag")[..self.tag_length].to_vec()
    }
}

impl Engine for Ccm {
    fn update(&mut self, part: &[u8], _: &mut Vec<u8>) -> Result<(), CryptoError> {
        let limit = match self.field() {
            2 => 0xffff,
            _ => LIMIT,
        };
        let needed = self.message.len() + part.len();
        if needed > limit {
            return Err(CryptoError::TooLong { limit });
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
        let field = self.field();
        let mut counter = vec![(field - 1) as u8];
        counter.extend_from_slice(&self.nonce);
        counter.resize(BLOCK, 0);
        let mut stream = BlockStream::new(
            Arc::clone(&self.cipher),
            Feedback::Ctr { counter_length: field },
            &counter,
        );
        let mut mask = Zeroizing::new([0; BLOCK]);
        stream.apply(&mut *mask)?;
        let from = out.len();
        out.extend_from_slice(&self.message);
        stream.apply(&mut out[from..])?;
        let plaintext = if self.encrypts { &self.message } else { &out[from..] };
        let mut expected = self.code(plaintext);
        for (byte, mask) in expected.iter_mut().zip(mask.iter()) {
            *byte ^= mask;
        }
        super::end_with_tag(self.encrypts, expected, tag).inspect_err(|_| {
            claviger_secret::wipe(&mut out[from..]);
            out.truncate(from);
        })
    }
}
