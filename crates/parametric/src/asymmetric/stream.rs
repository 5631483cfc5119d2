//! Signatures of messages in parts.

use claviger_model::HashingAlgorithm;
use claviger_ports::{CryptoError, ParametricCiphertext, ParametricStream};

use crate::hash;

/// The longest message that is kept for schemes that need it whole (Ed25519, bare RSA), in bytes.
const LIMIT: usize = 16 << 20;

/// Signs a digest, or the message.
pub(super) type Signer = Box<dyn Fn(&[u8]) -> Result<Vec<u8>, CryptoError> + Send>;
/// Checks the signature of a digest, or of the message.
pub(super) type Verifier = Box<dyn Fn(&[u8], &[u8]) -> Result<(), CryptoError> + Send>;

/// What is known of the message so far.
enum State {
    Hashed(hash::State),
    Whole(Vec<u8>),
}

/// A message that is signed, or whose signature is checked, in parts.
pub(super) struct SignatureStream {
    state: State,
    verifies: bool,
    signer: Signer,
    verifier: Verifier,
}

impl SignatureStream {
    /// Begins a message. Without a hash, the functions get the message itself.
    pub(super) fn new(
        hash: Option<HashingAlgorithm>,
        verifies: bool,
        signer: Signer,
        verifier: Verifier,
    ) -> Self {
        let state =
            hash.map_or_else(|| State::Whole(Vec::new()), |hash| State::Hashed(hash::begin(hash)));
        Self { state, verifies, signer, verifier }
    }
}

impl ParametricStream for SignatureStream {
    fn update(&mut self, part: &[u8]) -> Result<Vec<u8>, CryptoError> {
        match &mut self.state {
            State::Hashed(state) => state.update(part),
            State::Whole(message) => {
                if message.len() + part.len() > LIMIT {
                    return Err(CryptoError::TooLong { limit: LIMIT });
                }
                message.extend_from_slice(part);
            }
        }
        Ok(Vec::new())
    }

    fn finish(
        mut self: Box<Self>,
        part: &[u8],
        proof: Option<&[u8]>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        self.update(part)?;
        let Self { state, verifies, signer, verifier } = *self;
        let data = match state {
            State::Hashed(state) => hash::finish(state),
            State::Whole(message) => message,
        };
        match (verifies, proof) {
            (false, None) => {
                let output = signer(&data)?;
                Ok(ParametricCiphertext { output, nonce: None, tag: None })
            }
            (true, Some(signature)) => {
                verifier(&data, signature).map(|()| ParametricCiphertext::default())
            }
            (false, Some(_)) => Err(CryptoError::InvalidParameter(
                "there is nothing to check: leave the signature out",
            )),
            (true, None) => {
                Err(CryptoError::InvalidParameter("pass the signature that is to be checked"))
            }
        }
    }
}
