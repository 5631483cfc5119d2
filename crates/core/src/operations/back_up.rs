//! Back up a key.

use claviger_model::KeyName;
use claviger_ports::KeysetSelector;

use super::{BACK_UP, Description, Operation};
use crate::codec::encode_backup;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Returns a key with all its versions as one blob, sealed under the root key: it opens in any installation with the same one.
#[derive(Clone, Debug)]
pub struct BackUpKey {
    /// Which key.
    pub name: KeyName,
}

/// A sealed backup.
#[derive(Debug, PartialEq, Eq)]
pub struct Backup {
    /// How many versions it holds.
    pub versions: u32,
    /// The blob.
    pub blob: Vec<u8>,
}

impl BackUpKey {
    /// The most versions in a backup, so that it stays small enough to be restored in one request.
    pub const VERSION_LIMIT: u32 = 5_000;
}

impl Operation for BackUpKey {
    type Reply = Backup;

    const DESCRIPTION: &'static Description = BACK_UP;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Backup, Error> {
        let shared = authorized.shared();
        let tenant = &authorized.caller().tenant;
        let (stored, latest) = shared
            .keyring
            .read(tenant, KeysetSelector::Name(&self.name))
            .await?
            .ok_or_else(|| Error::not_found(self.name.as_str()))?;
        let versions = stored.keyset.latest;
        if versions > Self::VERSION_LIMIT {
            return Err(Error::new(
                ErrorKind::LimitReached,
                format!("a backup holds at most {} versions", Self::VERSION_LIMIT),
                "back up the whole database instead",
            ));
        }
        if stored.keyset.destroyed {
            return Err(Error::new(
                ErrorKind::WrongState,
                format!("the key {} was destroyed", self.name),
                "there is nothing left to back up",
            ));
        }
        let mut objects = Vec::with_capacity(versions as usize);
        for number in 1..versions {
            objects.push(shared.keyring.read_version(&stored, number).await?);
        }
        authorized.note(&latest.object);
        objects.push(latest);
        let blob = shared.envelope.seal_backup(encode_backup(&stored, &objects))?;
        Ok(Backup { versions, blob })
    }
}
