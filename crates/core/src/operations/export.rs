//! Export key material.

use claviger_model::{KeyFormat, KeyName, KeySpec, Keyset};
use claviger_ports::KeysetSelector;
use claviger_secret::SecretBytes;

use super::{Description, EXPORT, Operation};
use crate::codec::Material;
use crate::kms::Shared;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Returns key material, where the policy allows it.
#[derive(Clone, Debug)]
pub struct ExportKey {
    /// Which key.
    pub name: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// In which encoding.
    pub format: KeyFormat,
}

/// Exported key material.
pub struct ExportedKey {
    /// The version.
    pub version: u32,
    /// What it is.
    pub spec: KeySpec,
    /// The encoding.
    pub format: KeyFormat,
    /// The material.
    pub material: SecretBytes,
}

impl Operation for ExportKey {
    type Reply = ExportedKey;

    const DESCRIPTION: &'static Description = EXPORT;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<ExportedKey, Error> {
        let loaded = authorized.keyset()?.clone();
        let number = self.version.unwrap_or(loaded.keyset().latest);
        let shared = authorized.shared();
        authorized.note(shared.keyring.version(&loaded, number).await?.object());
        material_of(shared, loaded.keyset(), Some(number), self.format).await
    }
}

/// The material of a version, if its keyset's policy lets it out.
pub(super) async fn material_of(
    shared: &Shared,
    keyset: &Keyset,
    version: Option<u32>,
    format: KeyFormat,
) -> Result<ExportedKey, Error> {
    if !keyset.policy.exportable {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!("the key {} may not be exported", keyset.name),
            "create keys that must leave the service as exportable; this one never will be",
        ));
    }
    let number = version.unwrap_or(keyset.latest);
    if number == 0 || number > keyset.latest {
        return Err(Error::version_not_found(keyset.name.as_str(), number));
    }
    let (stored, latest) = shared
        .keyring
        .read(&keyset.tenant, KeysetSelector::Id(keyset.id))
        .await?
        .ok_or_else(|| Error::not_found(keyset.name.as_str()))?;
    let version = if number == stored.keyset.latest {
        latest
    } else {
        shared.keyring.read_version(&stored, number).await?
    };
    let material = match &version.material {
        Material::Secret(secret) => shared.crypto.export(keyset.spec, secret, format)?,
        Material::Public(public) if format == KeyFormat::Spki => SecretBytes::copy_from(public),
        Material::Public(_) => return Err(claviger_ports::CryptoError::Unsupported.into()),
        Material::Block(_) => native(shared, &version, format)?,
        Material::Absent | Material::Destroyed => {
            return Err(material_is_gone(&keyset.name, number));
        }
    };
    Ok(ExportedKey { version: number, spec: keyset.spec, format, material })
}

/// What a protocol client registered, as the native doors give it.
fn native(
    shared: &Shared,
    version: &crate::codec::StoredObject,
    format: KeyFormat,
) -> Result<SecretBytes, Error> {
    match shared.keyring.native_material(version)? {
        Some(Material::Secret(secret)) => {
            Ok(shared.crypto.export(version.object.spec, &secret, format)?)
        }
        Some(Material::Public(public)) if format == KeyFormat::Spki => {
            Ok(SecretBytes::copy_from(&public))
        }
        _ => Err(claviger_ports::CryptoError::Unsupported.into()),
    }
}

pub(super) fn material_is_gone(name: &KeyName, version: u32) -> Error {
    Error::new(
        ErrorKind::WrongState,
        format!("the material of version {version} of the key {name} was destroyed"),
        "use another version, or restore the key from a backup",
    )
}
