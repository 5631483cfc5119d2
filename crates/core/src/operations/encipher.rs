//! Encrypt with explicit parameters.

use claviger_model::{Algorithm, KeyName, Usage};
use claviger_ports::CipherRequest;
use claviger_secret::SecretBytes;

use super::{Description, ENCIPHER, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Encrypts data with explicit parameters and gives the bare ciphertext, for protocols that need it.
pub struct Encipher {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// The nonce or initialisation vector; a random one if none. Counter-based modes and GCM take the caller's only where the
    /// key's policy allows it.
    pub nonce: Option<Vec<u8>>,
    /// Additional authenticated data, or the label of OAEP.
    pub additional_data: Vec<u8>,
    /// The data.
    pub plaintext: SecretBytes,
}

/// A bare ciphertext and what is needed to decrypt it.
#[derive(Debug, PartialEq, Eq)]
pub struct Enciphered {
    /// The version.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The nonce; empty where there is none.
    pub nonce: Vec<u8>,
    /// The ciphertext, with its tag at the end where there is one.
    pub ciphertext: Vec<u8>,
}

impl Operation for Encipher {
    type Reply = Enciphered;

    const DESCRIPTION: &'static Description = ENCIPHER;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Enciphered, Error> {
        let usable = authorized.take(self.version, Usage::ENCRYPT, self.algorithm).await?;
        let policy = &usable.keyset.keyset().policy;
        if self.nonce.is_some() && is_broken_by_repetition(usable.algorithm) && !policy.caller_nonce
        {
            return Err(Error::new(
                ErrorKind::PolicyForbids,
                format!("the key {} does not let callers choose the nonce", self.key),
                "leave the nonce out, or allow it with caller_nonce in the key's policy",
            ));
        }
        let ciphered = usable.primitive()?.encrypt(CipherRequest {
            algorithm: usable.algorithm,
            nonce: self.nonce.as_deref(),
            additional_data: &self.additional_data,
            input: self.plaintext.expose("encrypting with explicit parameters"),
        })?;
        Ok(Enciphered {
            version: usable.number(),
            algorithm: usable.algorithm,
            nonce: ciphered.nonce,
            ciphertext: ciphered.output,
        })
    }
}

/// Whether using a nonce twice gives away the plaintext or the authentication key.
pub(super) const fn is_broken_by_repetition(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::AesGcm
            | Algorithm::ChaCha20Poly1305
            | Algorithm::XChaCha20Poly1305
            | Algorithm::AesCtr
    )
}
