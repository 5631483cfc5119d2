//! Agree on a shared secret.

use claviger_model::{KeyName, Usage};

use super::{AGREE, DerivedSecret, Description, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Agrees on a shared secret with the owner of a public key (ECDH, X25519).
#[derive(Clone, Debug)]
pub struct Agree {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The other side's public key: SubjectPublicKeyInfo (DER) or the raw point.
    pub peer: Vec<u8>,
}

impl Operation for Agree {
    type Reply = DerivedSecret;

    const DESCRIPTION: &'static Description = AGREE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<DerivedSecret, Error> {
        let usable = authorized.take(self.version, Usage::KEY_AGREEMENT, None).await?;
        let secret = usable.primitive()?.agree(usable.algorithm, &self.peer)?;
        Ok(DerivedSecret { version: usable.number(), algorithm: usable.algorithm, secret })
    }
}
