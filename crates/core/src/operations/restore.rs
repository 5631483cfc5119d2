//! Restore a key from a backup.

use claviger_model::KeyName;
use claviger_ports::{Change, KeysetSelector, StoreError};

use super::{Description, KeyDescription, Operation, RESTORE};
use crate::codec::{StoredKeyset, StoredObject, decode_backup};
use crate::kms::Shared;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Restores a key from a sealed backup, under its name and with its versions, so that its ciphertexts open again. A destroyed
/// key of that name is replaced; any other one is in the way.
pub struct RestoreKey {
    /// The blob.
    pub blob: Vec<u8>,
}

impl Operation for RestoreKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = RESTORE;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let (shared, now) = (authorized.shared(), authorized.now());
        let (mut stored, mut versions) = open(shared, &self.blob)?;
        authorized.note_key(&stored.keyset.name);
        let caller = authorized.caller();
        if stored.keyset.owner != caller.principal.identity()
            || stored.keyset.tenant != caller.tenant
        {
            return Err(Error::new(
                ErrorKind::PermissionDenied,
                "the backup belongs to somebody else's key",
                "let the key's owner restore it",
            ));
        }
        stored.keyset.deletion = None;
        for version in &mut versions {
            version.object.state = version.object.state_at(now);
        }
        make_room(shared, &stored.keyset.tenant, &stored.keyset.name).await?;
        let changed = shared.insert(authorized.caller(), stored, versions).await?;
        authorized.note(&changed.latest);
        Ok(KeyDescription::new(changed.keyset, changed.latest, now))
    }
}

fn open(shared: &Shared, blob: &[u8]) -> Result<(StoredKeyset, Vec<StoredObject>), Error> {
    let unreadable = || {
        Error::new(
            ErrorKind::Undecryptable,
            "the backup cannot be opened: it was changed, or it was made under another root key",
            "pass the whole backup as it was returned, to a server with the same root key",
        )
    };
    let content = shared.envelope.open_backup(blob)?.ok_or_else(unreadable)?;
    let (stored, versions) =
        decode_backup(content.expose("decoding a backup")).ok_or_else(unreadable)?;
    let complete = versions.len() == stored.keyset.latest as usize
        && versions.iter().zip(1..).all(|(version, number)| {
            version.object.version == number && version.object.keyset == stored.keyset.id
        });
    if complete { Ok((stored, versions)) } else { Err(unreadable()) }
}

/// Removes what a destroyed key of this name left.
async fn make_room(
    shared: &Shared,
    tenant: &claviger_model::TenantId,
    name: &KeyName,
) -> Result<(), Error> {
    let Some((stored, latest)) = shared.keyring.read(tenant, KeysetSelector::Name(name)).await?
    else {
        return Ok(());
    };
    if !stored.keyset.destroyed {
        return Err(StoreError::AlreadyExists { table: "keysets" }.into());
    }
    let keyset = &stored.keyset;
    let mut changes = vec![Change::DeleteKeyset { id: keyset.id, expected: keyset.sequence }];
    for number in 1..keyset.latest {
        let object = shared.keyring.read_version(&stored, number).await?.object;
        changes.push(Change::DeleteObject { id: object.id, expected: object.sequence });
    }
    let latest = latest.object;
    changes.push(Change::DeleteObject { id: latest.id, expected: latest.sequence });
    let committed = shared.store.commit(changes).await;
    shared.keyring.forget(keyset, 1..=keyset.latest);
    Ok(committed?)
}
