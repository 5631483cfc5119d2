//! Derive secret bytes from a key.

use claviger_model::{Algorithm, KeyName, Usage};
use claviger_ports::{CryptoError, DerivationRequest};
use claviger_secret::SecretBytes;

use super::{DERIVE, Description, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Derives secret bytes from a key.
#[derive(Clone, Debug)]
pub struct Derive {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// The salt; for SP 800-108 the label.
    pub salt: Vec<u8>,
    /// HKDF: the info; SP 800-108: the context; PBKDF2: must be empty.
    pub info: Vec<u8>,
    /// PBKDF2: the iterations; others: 0.
    pub iterations: u32,
    /// How many bytes.
    pub length: usize,
}

/// A secret that came of a derivation or an agreement.
pub struct DerivedSecret {
    /// The version that it came from.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The secret.
    pub secret: SecretBytes,
}

impl Operation for Derive {
    type Reply = DerivedSecret;

    const DESCRIPTION: &'static Description = DERIVE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<DerivedSecret, Error> {
        let usable = authorized.take(self.version, Usage::DERIVE_KEY, self.algorithm).await?;
        let (version, algorithm) = (usable.number(), usable.algorithm);
        // Many iterations take seconds: they are counted where they keep nobody waiting.
        let task = tokio::task::spawn_blocking(move || {
            let secret = usable.primitive()?.derive(DerivationRequest {
                algorithm,
                salt: &self.salt,
                info: &self.info,
                iterations: self.iterations,
                length: self.length,
            })?;
            Ok(DerivedSecret { version, algorithm, secret })
        });
        task.await.unwrap_or(Err(CryptoError::Internal.into()))
    }
}
