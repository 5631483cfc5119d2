//! Get a shared secret out of its encapsulation.

use claviger_model::{KeyName, Usage};

use super::{DECAPSULATE, DerivedSecret, Description, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Gets a shared secret out of its encapsulation (ML-KEM).
#[derive(Clone, Debug)]
pub struct Decapsulate {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The encapsulation.
    pub ciphertext: Vec<u8>,
}

impl Operation for Decapsulate {
    type Reply = DerivedSecret;

    const DESCRIPTION: &'static Description = DECAPSULATE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<DerivedSecret, Error> {
        let usable = authorized.take(self.version, Usage::KEY_AGREEMENT, None).await?;
        let secret = usable.primitive()?.decapsulate(usable.algorithm, &self.ciphertext)?;
        Ok(DerivedSecret { version: usable.number(), algorithm: usable.algorithm, secret })
    }
}
