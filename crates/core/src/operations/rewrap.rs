//! Encrypt a ciphertext again.

use claviger_model::{EncryptionContext, KeyName, Permissions, Usage};
use claviger_secret::SealBuffer;

use super::decrypt::{named_key, open, take};
use super::encrypt::seal;
use super::{Description, Encrypted, Operation, REWRAP};
use crate::pipeline::Authorized;
use crate::{Error, NativeCiphertext};

/// Decrypts a native ciphertext and encrypts it with the latest version of its key or of another one. The plaintext stays
/// inside. The caller needs to be able to encrypt with the key that it is encrypted with.
pub struct Rewrap {
    /// The ciphertext; none if the text wasn't one.
    pub ciphertext: Option<NativeCiphertext>,
    /// The key that the ciphertext must name, where the caller named one.
    pub key: Option<KeyName>,
    /// The key to encrypt with; the same if none.
    pub to: Option<KeyName>,
    /// What both ciphertexts are bound to.
    pub context: EncryptionContext,
}

impl Operation for Rewrap {
    type Reply = Encrypted;

    const DESCRIPTION: &'static Description = REWRAP;

    fn key(&self) -> Option<&KeyName> {
        named_key(self.ciphertext.as_ref(), self.key.as_ref())
    }

    fn not_found(&self) -> Error {
        Error::undecryptable()
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Encrypted, Error> {
        let ciphertext = self.ciphertext.ok_or_else(Error::undecryptable)?;
        let from = take(&mut authorized, &ciphertext).await?;
        let to = self.to.unwrap_or_else(|| ciphertext.key().clone());
        let to = authorized.take_other(&to, Permissions::ENCRYPT, Usage::ENCRYPT).await?;
        let plaintext = open(&from, &self.context, ciphertext)?;
        let plaintext = SealBuffer::copy_from(plaintext.expose("encrypting it again"));
        seal(&to, &self.context, plaintext)
    }
}
