//! Modes that encrypt block by block: ECB, CBC (SP 800-38A §6.1, §6.2) and PCBC, in parts.

use std::sync::Arc;

use claviger_ports::CryptoError;
use zeroize::Zeroizing;

use super::{Block, Engine, Padding};

/// How blocks depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chaining {
    /// Not at all.
    Ecb,
    /// On the ciphertext before.
    Cbc,
    /// On ciphertext and plaintext before.
    Pcbc,
}

/// A message on its way through one of these modes.
pub(crate) struct Chained {
    cipher: Arc<dyn Block>,
    chaining: Chaining,
    padding: Padding,
    encrypts: bool,
    /// What the next block depends on; empty for ECB.
    chain: Zeroizing<Vec<u8>>,
    /// Bytes that don't make a block yet; on decryption with padding, up to a whole block.
    pending: Zeroizing<Vec<u8>>,
}

impl Chained {
    /// Begins a message. The nonce has the length of a block, for ECB none.
    pub(crate) fn new(
        cipher: Arc<dyn Block>,
        chaining: Chaining,
        padding: Padding,
        encrypts: bool,
        nonce: &[u8],
    ) -> Self {
        let pending = Zeroizing::new(Vec::with_capacity(2 * cipher.size()));
        let chain = Zeroizing::new(nonce.to_vec());
        Self { cipher, chaining, padding, encrypts, chain, pending }
    }

    fn process(&mut self, data: &mut [u8]) {
        match (self.chaining, self.encrypts) {
            (Chaining::Ecb, true) => self.cipher.encrypt(data),
            (Chaining::Ecb, false) => self.cipher.decrypt(data),
            (Chaining::Cbc, false) => self.decrypt_cbc(data),
            (_, true) => self.encrypt_chain(data),
            (Chaining::Pcbc, false) => self.decrypt_pcbc(data),
        }
    }

    fn encrypt_chain(&mut self, data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.cipher.size()) {
            let plain = (self.chaining == Chaining::Pcbc).then(|| Zeroizing::new(block.to_vec()));
            xor(block, &self.chain);
            self.cipher.encrypt(block);
            self.chain.copy_from_slice(block);
            if let Some(plain) = plain {
                xor(&mut self.chain, &plain);
            }
        }
    }

    fn decrypt_cbc(&mut self, data: &mut [u8]) {
        let size = self.cipher.size();
        let Some(last) = data.len().checked_sub(size) else { return };
        let ciphertext = data.to_vec();
        self.cipher.decrypt(data);
        xor(&mut data[..size], &self.chain);
        xor(&mut data[size..], &ciphertext[..last]);
        self.chain.copy_from_slice(&ciphertext[last..]);
    }

    fn decrypt_pcbc(&mut self, data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.cipher.size()) {
            let ciphertext = block.to_vec();
            self.cipher.decrypt(block);
            xor(block, &self.chain);
            self.chain.copy_from_slice(block);
            xor(&mut self.chain, &ciphertext);
        }
    }

    /// Processes the first `length` bytes of `pending` followed by `part`, whole blocks all together.
    fn emit(&mut self, part: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        out.extend_from_slice(&self.pending);
        out.extend_from_slice(part);
        self.pending.clear();
        let mut data = std::mem::take(out);
        self.process(&mut data[from..]);
        *out = data;
    }
}

impl Engine for Chained {
    fn update(&mut self, part: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
        let size = self.cipher.size();
        let total = self.pending.len() + part.len();
        let holds_back = !self.encrypts && self.padding.is_removed();
        // What may be the last block stays until it is known not to be.
        let keep = match total % size {
            0 if holds_back && total > 0 => size,
            rest => rest,
        };
        if total < size || total == keep {
            self.pending.extend_from_slice(part);
            return Ok(());
        }
        // At least a block goes out, and what is kept is shorter, so that all of `pending` goes out with it.
        let (now, later) = match part.len().checked_sub(keep) {
            Some(at) => part.split_at(at),
            None => return self.split_pending(keep, part, out),
        };
        self.emit(now, out);
        self.pending.extend_from_slice(later);
        Ok(())
    }

    fn finish(
        mut self: Box<Self>,
        tag: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<Option<Vec<u8>>, CryptoError> {
        if tag.is_some() {
            return Err(super::NO_TAG);
        }
        let size = self.cipher.size();
        if self.encrypts {
            let mut rest = std::mem::take(&mut *self.pending);
            let padded = self.padding.add(&mut rest, size);
            self.pending = Zeroizing::new(rest);
            padded?;
            self.emit(&[], out);
            return Ok(None);
        }
        if self.padding.is_removed() {
            if self.pending.len() != size {
                return Err(CryptoError::Failed);
            }
            let mut last = std::mem::take(&mut self.pending);
            self.process(&mut last);
            let length = self.padding.data_length(&last)?;
            out.extend_from_slice(&last[..length]);
        } else if !self.pending.is_empty() {
            return Err(CryptoError::Failed);
        }
        Ok(None)
    }
}

impl Chained {
    /// The case that what is kept is longer than the part: a block is pending as a whole, and a part follows that is shorter
    /// than one.
    fn split_pending(
        &mut self,
        keep: usize,
        part: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        self.pending.extend_from_slice(part);
        let at = self.pending.len() - keep;
        let later = Zeroizing::new(self.pending[at..].to_vec());
        self.pending.truncate(at);
        self.emit(&[], out);
        self.pending.extend_from_slice(&later);
        Ok(())
    }
}

fn xor(into: &mut [u8], from: &[u8]) {
    for (byte, other) in into.iter_mut().zip(from) {
        *byte ^= other;
    }
}
