//! Wrap key material.

use claviger_model::{Algorithm, KeyFormat, KeyName, Permissions, Usage};
use claviger_secret::SecretBytes;

use super::export::material_of;
use super::{Description, Operation, WRAP};
use crate::Error;
use crate::pipeline::Authorized;

/// What is wrapped.
pub enum WrapSource {
    /// Key material of the caller.
    Material(SecretBytes),
    /// A key kept here, whose policy must allow its export and which the caller must be allowed to export.
    Key {
        /// Its name.
        name: KeyName,
        /// Which version; the latest if none.
        version: Option<u32>,
        /// In which encoding it is wrapped: raw for symmetric keys, PKCS#8 for pairs.
        format: KeyFormat,
    },
}

/// Wraps key material (AES-KW, AES-KWP, RSA-OAEP).
pub struct Wrap {
    /// The key that wraps.
    pub key: KeyName,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// What is wrapped.
    pub source: WrapSource,
}

/// Wrapped key material.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// The version that wrapped it.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The wrapped material.
    pub wrapped: Vec<u8>,
}

impl Operation for Wrap {
    type Reply = Wrapped;

    const DESCRIPTION: &'static Description = WRAP;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Wrapped, Error> {
        let usable = authorized.take(None, Usage::WRAP_KEY, self.algorithm).await?;
        let material = match self.source {
            WrapSource::Material(material) => material,
            WrapSource::Key { name, version, format } => {
                let other = authorized.other(&name, Permissions::EXPORT).await?;
                material_of(authorized.shared(), other.keyset(), version, format).await?.material
            }
        };
        let wrapped =
            usable.primitive()?.wrap(usable.algorithm, material.expose("wrapping key material"))?;
        Ok(Wrapped { version: usable.number(), algorithm: usable.algorithm, wrapped })
    }
}
