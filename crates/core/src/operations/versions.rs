//! List the versions of a key.

use claviger_model::{KeyName, Object};

use super::{Description, LIST_VERSIONS, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Lists the versions of a key, in order.
#[derive(Clone, Debug)]
pub struct ListVersions {
    /// Which key.
    pub name: KeyName,
    /// Only those above this one: where the last page ended.
    pub after: u32,
    /// At most this many; 100 if 0, never more than [`ListVersions::LIMIT`].
    pub limit: u32,
}

impl ListVersions {
    /// The longest page.
    pub const LIMIT: u32 = 1000;
}

/// A page of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionPage {
    /// The versions, with their states now.
    pub versions: Vec<Object>,
    /// Where the next page begins: pass it as `after`. None on the last page.
    pub next: Option<u32>,
}

impl Operation for ListVersions {
    type Reply = VersionPage;

    const DESCRIPTION: &'static Description = LIST_VERSIONS;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<VersionPage, Error> {
        let limit = if self.limit == 0 { 100 } else { self.limit.min(Self::LIMIT) };
        let keyset = authorized.keyset()?.keyset();
        let (shared, now) = (authorized.shared(), authorized.now());
        let rows = shared.store.versions(keyset.id, self.after, limit).await?;
        let mut versions = Vec::with_capacity(rows.len());
        for row in rows {
            let mut object = shared.keyring.open_object(&keyset.owner, row)?.object;
            object.state = object.state_at(now);
            versions.push(object);
        }
        let next = versions
            .last()
            .map(|last| last.version)
            .filter(|&last| versions.len() == limit as usize && last < keyset.latest);
        Ok(VersionPage { versions, next })
    }
}
