//! Messages in parts, as the port has them: ciphers and codes.

use claviger_ports::{CryptoError, ParametricCiphertext, ParametricStream};
use subtle::ConstantTimeEq;

use super::{Engine, Selection};
use crate::mac::MacState;

/// A message that is encrypted or decrypted in parts.
pub(crate) struct CipherStream {
    engine: Box<dyn Engine>,
    nonce: Option<Vec<u8>>,
    /// The tag that was given at the start.
    tag: Option<Vec<u8>>,
    /// Set when a part was refused: nothing more is processed then.
    broken: bool,
}

impl CipherStream {
    /// Begins a message.
    pub(crate) fn new(selection: Selection, tag: Option<&[u8]>) -> Self {
        let Selection { engine, nonce, tag_length: _ } = selection;
        Self { engine, nonce, tag: tag.map(<[u8]>::to_vec), broken: false }
    }
}

/// A stream goes on after it failed.
const BROKEN: CryptoError =
    CryptoError::InvalidParameter("the stream failed before: begin a new one");

impl ParametricStream for CipherStream {
    fn update(&mut self, part: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if self.broken {
            return Err(BROKEN);
        }
        let mut out = Vec::with_capacity(part.len() + 32);
        let result = self.engine.update(part, &mut out);
        self.broken = result.is_err();
        result.map(|()| out)
    }

    fn finish(
        mut self: Box<Self>,
        part: &[u8],
        proof: Option<&[u8]>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        let mut output = self.update(part)?;
        output.reserve(32);
        let tag = self.engine.finish(proof.or(self.tag.as_deref()), &mut output)?;
        Ok(ParametricCiphertext { output, nonce: self.nonce, tag })
    }

    fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }
}

/// A message that a code is made of or checked for in parts.
pub(crate) struct MacStream {
    state: Box<dyn MacState>,
    verifies: bool,
}

impl MacStream {
    /// Begins a message.
    pub(crate) const fn new(state: Box<dyn MacState>, verifies: bool) -> Self {
        Self { state, verifies }
    }
}

impl ParametricStream for MacStream {
    fn update(&mut self, part: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.state.update(part);
        Ok(Vec::new())
    }

    fn finish(
        mut self: Box<Self>,
        part: &[u8],
        proof: Option<&[u8]>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        self.state.update(part);
        let code = self.state.finish();
        let code = code.expose("the code of a message");
        match (self.verifies, proof) {
            (false, None) => {
                Ok(ParametricCiphertext { output: code.to_vec(), ..Default::default() })
            }
            (true, Some(proof)) if bool::from(code.ct_eq(proof)) => {
                Ok(ParametricCiphertext::default())
            }
            (true, Some(_)) => Err(CryptoError::Failed),
            (false, Some(_)) => {
                Err(CryptoError::InvalidParameter("there is nothing to check: leave the code out"))
            }
            (true, None) => {
                Err(CryptoError::InvalidParameter("pass the code that is to be checked"))
            }
        }
    }
}
