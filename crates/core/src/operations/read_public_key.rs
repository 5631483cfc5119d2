//! Read a public key.

use claviger_model::{KeyName, KeySpec};

use super::{Description, Operation, READ_PUBLIC_KEY};
use crate::Error;
use crate::pipeline::Authorized;

/// Returns the public half of a key. It can be read in every state that still has material.
#[derive(Clone, Debug)]
pub struct ReadPublicKey {
    /// Which key.
    pub name: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The version.
    pub version: u32,
    /// What it is.
    pub spec: KeySpec,
    /// SubjectPublicKeyInfo (DER).
    pub spki: Vec<u8>,
    /// JSON Web Key (UTF-8 JSON).
    pub jwk: Vec<u8>,
}

impl Operation for ReadPublicKey {
    type Reply = PublicKey;

    const DESCRIPTION: &'static Description = READ_PUBLIC_KEY;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<PublicKey, Error> {
        let shared = authorized.shared();
        let loaded = authorized.keyset()?.clone();
        let number = self.version.unwrap_or(loaded.keyset().latest);
        let version = shared.keyring.version(&loaded, number).await?;
        authorized.note(version.object());
        let spec = loaded.keyset().spec;
        let key =
            version.key().ok_or_else(|| super::export::material_is_gone(&self.name, number))?;
        let spki = key.public_key()?;
        let jwk = shared.crypto.public_jwk(spec, &spki)?;
        Ok(PublicKey { version: number, spec, spki, jwk })
    }
}
