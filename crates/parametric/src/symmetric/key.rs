//! A symmetric key or secret data, ready to act.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::aead::{self, Aad, LessSafeKey, UnboundKey};
use claviger_model::{BlockCipherMode, CryptographicAlgorithm};
use claviger_ports::{
    CryptoError, Direction, KeyComponents, ParametricCipher, ParametricCiphertext,
    ParametricDerivation, ParametricKey, ParametricMessage, ParametricStream, StreamKind,
};
use claviger_secret::SecretBytes;
use subtle::ConstantTimeEq;

use super::mac_choice::{self, MacSource};
use super::selection::{Nonce, Source, is_gcm_tag, tag_length};
use super::{Block, CipherStream, MacStream, Selection, block_cipher, select};
use crate::legacy::Fence;
use crate::{defaults, derive};

/// A symmetric key, or secret data.
pub(crate) struct SymmetricKey {
    algorithm: Option<CryptographicAlgorithm>,
    bytes: SecretBytes,
    fence: Fence,
    /// The expanded key of the block cipher, made when it is first needed.
    block: OnceLock<Arc<dyn Block>>,
    /// The expanded key of AES-GCM with usual lengths, which is what most messages need.
    gcm: OnceLock<LessSafeKey>,
}

impl SymmetricKey {
    /// Takes over the bytes.
    pub(crate) const fn new(
        algorithm: Option<CryptographicAlgorithm>,
        bytes: SecretBytes,
        fence: Fence,
    ) -> Self {
        Self { algorithm, bytes, fence, block: OnceLock::new(), gcm: OnceLock::new() }
    }

    /// What the key is for; what `named` says only where the key itself doesn't.
    fn algorithm(
        &self,
        named: Option<CryptographicAlgorithm>,
    ) -> Result<CryptographicAlgorithm, CryptoError> {
        self.algorithm.or(named).ok_or(CryptoError::InvalidParameter(
            "secret data does not say which cipher it is for: name the algorithm",
        ))
    }

    fn block(&self, algorithm: CryptographicAlgorithm) -> Result<Arc<dyn Block>, CryptoError> {
        if self.algorithm != Some(algorithm) {
            return block_cipher(algorithm, self.bytes.expose("expand the key"));
        }
        if let Some(block) = self.block.get() {
            return Ok(Arc::clone(block));
        }
        let block = block_cipher(algorithm, self.bytes.expose("expand the key"))?;
        Ok(Arc::clone(self.block.get_or_init(|| block)))
    }

    /// The engine for a message.
    fn select(
        &self,
        request: &ParametricCipher<'_>,
        encrypts: bool,
    ) -> Result<Selection, CryptoError> {
        let algorithm = self.algorithm(request.parameters.cryptographic_algorithm)?;
        let source = Source {
            algorithm,
            key: &self.bytes,
            block: &|| self.block(algorithm),
            fence: self.fence,
        };
        select(&source, request, encrypts)
    }

    /// Whether the request is for AES-GCM with a nonce of 12 and a tag of 16 bytes, which has its own quick way.
    fn is_usual_gcm(&self, request: &ParametricCipher<'_>) -> bool {
        self.algorithm == Some(CryptographicAlgorithm::Aes)
            && defaults::mode_of(CryptographicAlgorithm::Aes, request.parameters).0
                == BlockCipherMode::Gcm
            && matches!(request.parameters.tag_length, None | Some(16))
            && request.nonce.map_or_else(
                || matches!(request.parameters.iv_length, None | Some(12)),
                |nonce| nonce.len() == defaults::NONCE_LENGTH,
            )
    }

    fn gcm(&self) -> Result<&LessSafeKey, CryptoError> {
        if let Some(key) = self.gcm.get() {
            return Ok(key);
        }
        let bytes = self.bytes.expose("expand the key");
        let algorithm = match bytes.len() {
            16 => &aead::AES_128_GCM,
            24 => &aead::AES_192_GCM,
            32 => &aead::AES_256_GCM,
            _ => {
                return Err(CryptoError::InvalidKey(
                    "an AES key has 16, 24 or 32 bytes, for XTS 32 or 64",
                ));
            }
        };
        let key = UnboundKey::new(algorithm, bytes).map_err(|_| CryptoError::Internal)?;
        Ok(self.gcm.get_or_init(|| LessSafeKey::new(key)))
    }

    fn encrypt_gcm(
        &self,
        request: &ParametricCipher<'_>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        tag_length(request.parameters, is_gcm_tag, self.fence)?;
        let made = request.nonce.is_none();
        let nonce = Nonce::new(request, true, defaults::NONCE_LENGTH)?.bytes;
        let mut output = request.input.to_vec();
        let tag = self
            .gcm()?
            .seal_in_place_separate_tag(
                gcm_nonce(&nonce)?,
                Aad::from(request.additional_data),
                &mut output,
            )
            .map_err(|_| CryptoError::Internal)?;
        Ok(ParametricCiphertext {
            output,
            nonce: made.then_some(nonce),
            tag: Some(tag.as_ref().to_vec()),
        })
    }

    fn decrypt_gcm(&self, request: &ParametricCipher<'_>) -> Result<SecretBytes, CryptoError> {
        let nonce = request.nonce.ok_or(claviger_ports::MISSING_NONCE)?;
        let tag = request
            .tag
            .ok_or(CryptoError::InvalidParameter("decryption needs the authentication tag"))?;
        let key = self.gcm()?;
        if tag.len() != defaults::TAG_LENGTH {
            return Err(CryptoError::Failed);
        }
        SecretBytes::try_init(request.input.len(), |out| {
            key.open_separate_gather(
                gcm_nonce(nonce)?,
                Aad::from(request.additional_data),
                request.input,
                tag,
                out,
            )
            .map_err(|_| CryptoError::Failed)
        })
    }

    /// Encrypts for a derivation, whose cipher the parameters name before the key does.
    pub(crate) fn encrypt_to_derive(
        &self,
        request: ParametricCipher<'_>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        let algorithm = request.parameters.cryptographic_algorithm.or(self.algorithm);
        if algorithm == self.algorithm {
            return self.encrypt(request);
        }
        let other = Self::new(algorithm, self.bytes.duplicate("derive by encryption"), self.fence);
        other.encrypt(request)
    }

    fn mac_state(
        &self,
        message: &ParametricMessage<'_>,
    ) -> Result<Box<dyn crate::mac::MacState>, CryptoError> {
        if message.digested {
            return Err(CryptoError::InvalidParameter(
                "a code is made of the message itself: pass it, not its digest",
            ));
        }
        let source = MacSource {
            algorithm: self.algorithm,
            key: &self.bytes,
            block: &|| self.block(self.algorithm(message.parameters.cryptographic_algorithm)?),
            fence: self.fence,
        };
        mac_choice::begin(&source, message.parameters)
    }
}

fn gcm_nonce(bytes: &[u8]) -> Result<aead::Nonce, CryptoError> {
    aead::Nonce::try_assume_unique_for_key(bytes).map_err(|_| CryptoError::Internal)
}

impl ParametricKey for SymmetricKey {
    fn encrypt(&self, request: ParametricCipher<'_>) -> Result<ParametricCiphertext, CryptoError> {
        if self.is_usual_gcm(&request) {
            return self.encrypt_gcm(&request);
        }
        let mut selection = self.select(&request, true)?;
        let mut output = Vec::with_capacity(request.input.len() + 32);
        selection.engine.update(request.input, &mut output)?;
        let tag = selection.engine.finish(None, &mut output)?;
        Ok(ParametricCiphertext { output, nonce: selection.nonce, tag })
    }

    fn decrypt(&self, request: ParametricCipher<'_>) -> Result<SecretBytes, CryptoError> {
        if self.is_usual_gcm(&request) {
            return self.decrypt_gcm(&request);
        }
        let mut selection = self.select(&request, false)?;
        let mut output = zeroize::Zeroizing::new(Vec::with_capacity(request.input.len() + 32));
        selection.engine.update(request.input, &mut output)?;
        selection.engine.finish(request.tag, &mut output)?;
        Ok(SecretBytes::new(std::mem::take(&mut *output)))
    }

    fn sign(&self, _: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn verify(&self, _: ParametricMessage<'_>, _: &[u8]) -> Result<(), CryptoError> {
        Err(CryptoError::Unsupported)
    }

    fn mac(&self, message: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        let mut state = self.mac_state(&message)?;
        state.update(message.data);
        Ok(state.finish().expose("the code of a message").to_vec())
    }

    fn mac_verify(&self, message: ParametricMessage<'_>, mac: &[u8]) -> Result<(), CryptoError> {
        let expected = self.mac(message)?;
        if bool::from(expected.ct_eq(mac)) { Ok(()) } else { Err(CryptoError::Failed) }
    }

    fn derive(&self, request: ParametricDerivation<'_>) -> Result<SecretBytes, CryptoError> {
        derive::from_secret(self, &self.bytes, self.fence, &request)
    }

    fn wrap(
        &self,
        direction: Direction,
        request: ParametricCipher<'_>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        let mut selection = self.select(&request, direction == Direction::Wrap)?;
        let mut output = Vec::with_capacity(request.input.len() + 32);
        if direction == Direction::Wrap {
            selection.engine.update(request.input, &mut output)?;
            if let Some(tag) = selection.engine.finish(None, &mut output)? {
                output.extend_from_slice(&tag);
            }
            return Ok(ParametricCiphertext { output, nonce: selection.nonce, tag: None });
        }
        let mut output = zeroize::Zeroizing::new(output);
        let (input, tag) = match (selection.tag_length, request.tag) {
            (Some(length), None) => request
                .input
                .split_at_checked(request.input.len().wrapping_sub(length))
                .map(|(input, tag)| (input, Some(tag)))
                .ok_or(CryptoError::Failed)?,
            (_, tag) => (request.input, tag),
        };
        selection.engine.update(input, &mut output)?;
        selection.engine.finish(tag, &mut output)?;
        Ok(ParametricCiphertext { output: std::mem::take(&mut *output), nonce: None, tag: None })
    }

    fn stream(
        &self,
        kind: StreamKind,
        request: ParametricCipher<'_>,
    ) -> Result<Box<dyn ParametricStream>, CryptoError> {
        refuse_input(request.input)?;
        match kind {
            StreamKind::Encrypt | StreamKind::Decrypt => {
                let selection = self.select(&request, kind == StreamKind::Encrypt)?;
                Ok(Box::new(CipherStream::new(selection, request.tag)))
            }
            StreamKind::Mac | StreamKind::MacVerify => {
                let message = ParametricMessage {
                    parameters: request.parameters,
                    data: &[],
                    digested: false,
                };
                let state = self.mac_state(&message)?;
                Ok(Box::new(MacStream::new(state, kind == StreamKind::MacVerify)))
            }
            StreamKind::Sign | StreamKind::Verify => Err(CryptoError::Unsupported),
        }
    }

    fn public_components(&self) -> Result<KeyComponents, CryptoError> {
        Err(CryptoError::Unsupported)
    }
}

/// A stream begins without data: its first part goes to `update`, which can return something.
pub(crate) const fn refuse_input(input: &[u8]) -> Result<(), CryptoError> {
    if input.is_empty() {
        return Ok(());
    }
    Err(CryptoError::InvalidParameter("a stream begins without data: pass its first part to it"))
}
