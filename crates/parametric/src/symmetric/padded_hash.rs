//! The hash of an authenticated mode (GHASH, Poly1305) over a ciphertext that comes in parts of any length.
//!
//! Whole blocks are hashed as they come; what makes no block yet waits, and is filled up with zeros at the end.

use ghash::universal_hash::UniversalHash;

/// How many bytes a block of either hash has.
const BLOCK: usize = 16;

/// A hash on its way.
pub(super) struct PaddedHash<H> {
    hash: H,
    /// Ciphertext that makes no block yet.
    pending: Vec<u8>,
}

impl<H: UniversalHash> PaddedHash<H> {
    /// Goes on with a hash that has taken whole blocks.
    pub(super) fn new(hash: H) -> Self {
        Self { hash, pending: Vec::with_capacity(BLOCK) }
    }

    /// Takes ciphertext.
    pub(super) fn absorb(&mut self, mut ciphertext: &[u8]) {
        if !self.pending.is_empty() {
            let take = ciphertext.len().min(BLOCK - self.pending.len());
            self.pending.extend_from_slice(&ciphertext[..take]);
            ciphertext = &ciphertext[take..];
            if self.pending.len() < BLOCK {
                return;
            }
            self.hash.update_padded(&self.pending);
            self.pending.clear();
        }
        let whole = ciphertext.len() - ciphertext.len() % BLOCK;
        self.hash.update_padded(&ciphertext[..whole]);
        self.pending.extend_from_slice(&ciphertext[whole..]);
    }

    /// The hash over everything and a last block, which holds the lengths.
    pub(super) fn finish(mut self, lengths: &[u8]) -> Vec<u8> {
        self.hash.update_padded(&self.pending);
        self.hash.update_padded(lengths);
        self.hash.finalize().to_vec()
    }
}
