//! Verify a signature.

use claviger_model::{Algorithm, KeyName, Usage};
use claviger_ports::CryptoError;

use super::{Description, Operation, SignatureMessage, VERIFY};
use crate::Error;
use crate::pipeline::Authorized;

/// Verifies a signature.
#[derive(Clone, Debug)]
pub struct Verify {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// What was signed.
    pub message: SignatureMessage,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Whether a signature or a message authentication code is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is valid.
    pub valid: bool,
    /// The version that it was checked with.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
}

impl Operation for Verify {
    type Reply = Verdict;

    const DESCRIPTION: &'static Description = VERIFY;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Verdict, Error> {
        let usable = authorized.take(self.version, Usage::VERIFY, self.algorithm).await?;
        let result =
            usable.primitive()?.verify(usable.algorithm, self.message.input(), &self.signature);
        let valid = verdict(result)?;
        Ok(Verdict { valid, version: usable.number(), algorithm: usable.algorithm })
    }
}

/// Not valid is an answer, not an error.
pub(super) fn verdict(result: Result<(), CryptoError>) -> Result<bool, Error> {
    match result {
        Ok(()) => Ok(true),
        Err(CryptoError::Failed) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
