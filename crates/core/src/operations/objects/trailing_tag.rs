//! The authentication tag behind a ciphertext in parts: messages of KMIP before 1.4 have no field for it.

use claviger_ports::{CryptoError, ParametricCiphertext, ParametricStream};

/// A decryption whose ciphertext ends with its tag. What might be the tag is held back until more comes.
pub(super) struct TrailingTag {
    stream: Box<dyn ParametricStream>,
    /// How long the tag is, in bytes.
    length: usize,
    /// The last bytes so far, at most as many as the tag has.
    held: Vec<u8>,
}

impl TrailingTag {
    /// Begins, with a stream that takes its tag beside the ciphertext.
    pub(super) fn new(stream: Box<dyn ParametricStream>, length: usize) -> Self {
        Self { stream, length, held: Vec::new() }
    }

    /// The bytes that are no tag, whatever comes; the others are held back.
    fn release(&mut self, part: &[u8]) -> Vec<u8> {
        let mut released = std::mem::take(&mut self.held);
        released.extend_from_slice(part);
        self.held = released.split_off(released.len().saturating_sub(self.length));
        released
    }
}

impl ParametricStream for TrailingTag {
    fn update(&mut self, part: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let released = self.release(part);
        self.stream.update(&released)
    }

    /// Ends with the tag that was given beside the ciphertext all the same, if one was.
    fn finish(
        mut self: Box<Self>,
        part: &[u8],
        proof: Option<&[u8]>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        let mut last = self.release(part);
        if proof.is_some() {
            last.append(&mut self.held);
            return self.stream.finish(&last, proof);
        }
        if self.held.len() < self.length {
            return Err(CryptoError::Failed);
        }
        self.stream.finish(&last, Some(&self.held))
    }

    fn nonce(&self) -> Option<&[u8]> {
        self.stream.nonce()
    }
}
