//! Make a message authentication code.

use claviger_model::{Algorithm, KeyName, Usage};

use super::{Description, MAC, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Makes a message authentication code.
#[derive(Clone, Debug)]
pub struct Mac {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// The message.
    pub message: Vec<u8>,
}

/// A message authentication code of full length.
#[derive(Debug, PartialEq, Eq)]
pub struct MacCode {
    /// The version that made it.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The code.
    pub mac: Vec<u8>,
}

impl Operation for Mac {
    type Reply = MacCode;

    const DESCRIPTION: &'static Description = MAC;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<MacCode, Error> {
        let usable = authorized.take(self.version, Usage::MAC_GENERATE, self.algorithm).await?;
        let mac = usable.primitive()?.mac(usable.algorithm, &self.message)?;
        Ok(MacCode { version: usable.number(), algorithm: usable.algorithm, mac })
    }
}
