//! Encapsulate a shared secret.

use claviger_model::{KeyName, Usage};
use claviger_secret::SecretBytes;

use super::{Description, ENCAPSULATE, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Makes a shared secret for the owner of a key (ML-KEM).
#[derive(Clone, Debug)]
pub struct Encapsulate {
    /// Which key.
    pub key: KeyName,
}

/// A shared secret and its encapsulation.
pub struct EncapsulatedSecret {
    /// The version that opens it.
    pub version: u32,
    /// The shared secret.
    pub secret: SecretBytes,
    /// The encapsulation.
    pub ciphertext: Vec<u8>,
}

impl Operation for Encapsulate {
    type Reply = EncapsulatedSecret;

    const DESCRIPTION: &'static Description = ENCAPSULATE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<EncapsulatedSecret, Error> {
        let usable = authorized.take(None, Usage::KEY_AGREEMENT, None).await?;
        let encapsulated = usable.primitive()?.encapsulate(usable.algorithm)?;
        Ok(EncapsulatedSecret {
            version: usable.number(),
            secret: encapsulated.secret,
            ciphertext: encapsulated.ciphertext,
        })
    }
}
