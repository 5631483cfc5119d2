//! Encrypt data into a native record.

use claviger_model::{EncryptionContext, KeyName, Usage};
use claviger_secret::SealBuffer;

use super::{Description, ENCRYPT, Operation};
use crate::Error;
use crate::ciphertext::record_context;
use crate::pipeline::{Authorized, UsableKey};

/// Encrypts data with the latest version of a key.
pub struct Encrypt {
    /// Which key; `default` is made on first use.
    pub key: KeyName,
    /// What the ciphertext is bound to.
    pub context: EncryptionContext,
    /// The data.
    pub plaintext: SealBuffer,
}

/// A record, and the key and version that open it.
#[derive(Debug, PartialEq, Eq)]
pub struct Encrypted {
    /// The key.
    pub key: KeyName,
    /// The version.
    pub version: u32,
    /// The record; [`crate::NativeCiphertext::write`] makes text of it.
    pub record: Vec<u8>,
}

impl Operation for Encrypt {
    type Reply = Encrypted;

    const DESCRIPTION: &'static Description = ENCRYPT;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    fn makes_default_key(&self) -> bool {
        true
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Encrypted, Error> {
        let usable = authorized.take(None, Usage::ENCRYPT, None).await?;
        seal(&usable, &self.context, self.plaintext)
    }
}

/// Makes a native record.
pub(super) fn seal(
    usable: &UsableKey,
    context: &EncryptionContext,
    plaintext: SealBuffer,
) -> Result<Encrypted, Error> {
    let keyset = usable.keyset.keyset();
    let bound = record_context(&keyset.tenant, keyset.id, usable.number(), context);
    let record = usable.primitive()?.seal(usable.algorithm, &bound, plaintext)?;
    Ok(Encrypted { key: keyset.name.clone(), version: usable.number(), record })
}
