//! Check a message authentication code.

use claviger_model::{Algorithm, KeyName, Usage};

use super::verify::verdict;
use super::{Description, MAC_VERIFY, Operation, Verdict};
use crate::Error;
use crate::pipeline::Authorized;

/// Checks a message authentication code of full length.
#[derive(Clone, Debug)]
pub struct MacVerify {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// The message.
    pub message: Vec<u8>,
    /// The code.
    pub mac: Vec<u8>,
}

impl Operation for MacVerify {
    type Reply = Verdict;

    const DESCRIPTION: &'static Description = MAC_VERIFY;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Verdict, Error> {
        let usable = authorized.take(self.version, Usage::MAC_VERIFY, self.algorithm).await?;
        let result = usable.primitive()?.mac_verify(usable.algorithm, &self.message, &self.mac);
        let valid = verdict(result)?;
        Ok(Verdict { valid, version: usable.number(), algorithm: usable.algorithm })
    }
}
