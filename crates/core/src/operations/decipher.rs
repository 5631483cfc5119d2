//! Decrypt with explicit parameters.

use claviger_model::{Algorithm, KeyName, Usage};
use claviger_ports::CipherRequest;
use claviger_secret::SecretBytes;

use super::{DECIPHER, Decrypted, Description, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Decrypts a bare ciphertext with explicit parameters.
pub struct Decipher {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// The nonce or initialisation vector.
    pub nonce: Option<Vec<u8>>,
    /// Additional authenticated data, or the label of OAEP.
    pub additional_data: Vec<u8>,
    /// The ciphertext, with its tag at the end where there is one.
    pub ciphertext: Vec<u8>,
}

impl Operation for Decipher {
    type Reply = Decrypted;

    const DESCRIPTION: &'static Description = DECIPHER;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Decrypted, Error> {
        let usable = authorized.take(self.version, Usage::DECRYPT, self.algorithm).await?;
        let plaintext: SecretBytes = usable.primitive()?.decrypt(CipherRequest {
            algorithm: usable.algorithm,
            nonce: self.nonce.as_deref(),
            additional_data: &self.additional_data,
            input: &self.ciphertext,
        })?;
        Ok(Decrypted { plaintext, key: self.key, version: usable.number() })
    }
}
