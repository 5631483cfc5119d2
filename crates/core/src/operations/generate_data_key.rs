//! Make a data key.

use claviger_model::{EncryptionContext, KeyName, Usage};
use claviger_secret::{SealBuffer, SecretBytes};

use super::encrypt::seal;
use super::{Description, Encrypted, GENERATE_DATA_KEY, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Makes random bytes for a key and returns them in clear and encrypted (envelope encryption).
pub struct GenerateDataKey {
    /// The key that encrypts it; `default` is made on first use.
    pub key: KeyName,
    /// What the encrypted data key is bound to.
    pub context: EncryptionContext,
    /// How many bytes, 1 to 1024.
    pub length: usize,
}

/// A data key, in clear and encrypted.
pub struct DataKey {
    /// The data key: use it and forget it.
    pub plaintext: SecretBytes,
    /// The data key, encrypted: keep it with the data.
    pub encrypted: Encrypted,
}

impl Operation for GenerateDataKey {
    type Reply = DataKey;

    const DESCRIPTION: &'static Description = GENERATE_DATA_KEY;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    fn makes_default_key(&self) -> bool {
        true
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<DataKey, Error> {
        if !(1..=1024).contains(&self.length) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a data key has 1 to 1024 bytes",
                "ask for 16 bytes (AES-128) or 32 bytes (AES-256)",
            ));
        }
        let usable = authorized.take(None, Usage::ENCRYPT, None).await?;
        let crypto = &authorized.shared().crypto;
        let plaintext = SecretBytes::try_init(self.length, |bytes| crypto.random(bytes))?;
        let copy = SealBuffer::copy_from(plaintext.expose("encrypting a data key"));
        let encrypted = seal(&usable, &self.context, copy)?;
        Ok(DataKey { plaintext, encrypted })
    }
}
