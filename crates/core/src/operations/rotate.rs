//! Rotate a key.

use claviger_model::{KeyName, Keyset};
use claviger_ports::KeysetSelector;

use super::create::generate;
use super::{Description, KeyDescription, Operation, ROTATE};
use crate::change::{Changed, Touched};
use crate::codec::Material;
use crate::kms::Shared;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Adds a version with fresh material, which becomes the latest.
#[derive(Clone, Debug)]
pub struct RotateKey {
    /// Which key.
    pub name: KeyName,
}

impl Operation for RotateKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = ROTATE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let now = authorized.now();
        let keyset = authorized.keyset()?.keyset().clone();
        let changed = rotate(authorized.shared(), &keyset, now).await?;
        authorized.note(&changed.latest);
        Ok(KeyDescription::new(changed.keyset, changed.latest, now))
    }
}

/// Adds a version to a keyset, by hand or by its period. Of an object that a protocol's client made, the new version has its
/// attributes and takes its place, and its other half is replaced too.
pub(crate) async fn rotate(
    shared: &Shared,
    keyset: &Keyset,
    now: claviger_model::Timestamp,
) -> Result<Changed, Error> {
    if let Some(changed) = super::objects::rotate(shared, keyset, now).await? {
        return Ok(changed);
    }
    let material = generate(shared, keyset.spec).await?;
    shared
        .change(&keyset.tenant, KeysetSelector::Id(keyset.id), Touched::Latest, now, |draft| {
            check(draft.keyset())?;
            let current = draft.latest_mut()?;
            if matches!(current.material, Material::Public(_)) {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    "a public key alone cannot be rotated",
                    "import the next public key under another name",
                ));
            }
            let (id, spec) = (draft.keyset().id, draft.keyset().spec);
            let object = shared.new_object(id, draft.keyset().latest + 1, spec, now)?;
            let material = material.duplicate("storing a new version, perhaps a second time");
            draft.add_version(object, Material::Secret(material));
            Ok(())
        })
        .await
}

fn check(keyset: &Keyset) -> Result<(), Error> {
    if keyset.destroyed || keyset.deletion.is_some() {
        return Err(Error::new(
            ErrorKind::WrongState,
            format!("the key {} is scheduled for deletion or was destroyed", keyset.name),
            "cancel the deletion while its waiting period lasts, or use another key",
        ));
    }
    if keyset.latest >= Keyset::VERSION_LIMIT {
        return Err(Error::new(
            ErrorKind::LimitReached,
            format!("a key has at most {} versions", Keyset::VERSION_LIMIT),
            "create another key",
        ));
    }
    Ok(())
}
