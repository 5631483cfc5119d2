//! Decrypt a native ciphertext.

use claviger_model::{EncryptionContext, KeyName, Usage};
use claviger_secret::SecretBytes;

use super::{DECRYPT, Description, Operation};
use crate::ciphertext::record_context;
use crate::pipeline::{Authorized, UsableKey};
use crate::{Error, ErrorKind, NativeCiphertext};

/// Decrypts a native ciphertext, which names its key and version.
pub struct Decrypt {
    /// The ciphertext; none if the text wasn't one.
    pub ciphertext: Option<NativeCiphertext>,
    /// The key that it must name, where the caller named one.
    pub key: Option<KeyName>,
    /// What it is bound to.
    pub context: EncryptionContext,
}

/// The data, and the key and version that opened it.
pub struct Decrypted {
    /// The data.
    pub plaintext: SecretBytes,
    /// The key.
    pub key: KeyName,
    /// The version.
    pub version: u32,
}

impl Operation for Decrypt {
    type Reply = Decrypted;

    const DESCRIPTION: &'static Description = DECRYPT;

    fn key(&self) -> Option<&KeyName> {
        named_key(self.ciphertext.as_ref(), self.key.as_ref())
    }

    fn not_found(&self) -> Error {
        Error::undecryptable()
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Decrypted, Error> {
        let ciphertext = self.ciphertext.ok_or_else(Error::undecryptable)?;
        let usable = take(&mut authorized, &ciphertext).await?;
        let plaintext = open(&usable, &self.context, ciphertext)?;
        let key = usable.keyset.keyset().name.clone();
        Ok(Decrypted { plaintext, key, version: usable.number() })
    }
}

/// The key that a ciphertext names; none if it isn't the expected one.
pub(super) fn named_key<'a>(
    ciphertext: Option<&'a NativeCiphertext>,
    expected: Option<&KeyName>,
) -> Option<&'a KeyName> {
    let named = ciphertext?.key();
    expected.is_none_or(|expected| expected == named).then_some(named)
}

/// Takes the version that a ciphertext names. One that never was is no different from a changed ciphertext.
pub(super) async fn take<O: Operation>(
    authorized: &mut Authorized<'_, O>,
    ciphertext: &NativeCiphertext,
) -> Result<UsableKey, Error> {
    authorized.take(Some(ciphertext.version()), Usage::DECRYPT, None).await.map_err(|error| {
        if error.kind() == ErrorKind::NotFound { Error::undecryptable() } else { error }
    })
}

/// Opens a native record.
pub(super) fn open(
    usable: &UsableKey,
    context: &EncryptionContext,
    ciphertext: NativeCiphertext,
) -> Result<SecretBytes, Error> {
    let keyset = usable.keyset.keyset();
    let bound = record_context(&keyset.tenant, keyset.id, usable.number(), context);
    // Whatever a record does wrong, its length included, is one and the same to the caller.
    usable
        .primitive()?
        .open(usable.algorithm, &bound, ciphertext.into_record())
        .map_err(|_| Error::undecryptable())
}
