//! Unwrap key material.

use claviger_model::{Algorithm, KeyName, Usage};
use claviger_secret::SecretBytes;

use super::{Description, Operation, UNWRAP};
use crate::Error;
use crate::pipeline::Authorized;

/// Unwraps key material.
#[derive(Clone, Debug)]
pub struct Unwrap {
    /// The key that wrapped it.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// The wrapped material.
    pub wrapped: Vec<u8>,
}

/// Unwrapped key material.
pub struct Unwrapped {
    /// The version that unwrapped it.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The material.
    pub material: SecretBytes,
}

impl Operation for Unwrap {
    type Reply = Unwrapped;

    const DESCRIPTION: &'static Description = UNWRAP;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Unwrapped, Error> {
        let usable = authorized.take(self.version, Usage::UNWRAP_KEY, self.algorithm).await?;
        let material = usable.primitive()?.unwrap(usable.algorithm, &self.wrapped)?;
        Ok(Unwrapped { version: usable.number(), algorithm: usable.algorithm, material })
    }
}
