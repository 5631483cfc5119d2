//! A logical key: a name, a policy and an ordered list of versions.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Algorithm, AttributeName, KeyName, KeySpec, KeysetId, Permissions, Policy, Principal, Tag,
    TenantId, Timestamp,
};

/// What an owner lets somebody else do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// To whom: a principal's identity, or `*` for everybody.
    pub grantee: String,
    /// What.
    pub permissions: Permissions,
}

/// A logical key. Its versions are objects of their own and not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyset {
    /// Its identifier, never used again.
    pub id: KeysetId,
    /// The tenant that it belongs to.
    pub tenant: TenantId,
    /// Its name, unique in the tenant.
    pub name: KeyName,
    /// The identity of the principal that owns it.
    pub owner: String,
    /// What its versions' material is.
    pub spec: KeySpec,
    /// The algorithm that it serves.
    pub algorithm: Algorithm,
    /// When it was made.
    pub created: Timestamp,
    /// The number of its latest version.
    pub latest: u32,
    /// When the latest version was made.
    pub rotated: Timestamp,
    /// When it will be destroyed, if a deletion was scheduled.
    pub deletion: Option<Timestamp>,
    /// Whether all its material was destroyed.
    pub destroyed: bool,
    /// What its owner decided about its use.
    pub policy: Policy,
    /// Its tags.
    pub tags: BTreeSet<Tag>,
    /// Its custom attributes.
    pub attributes: BTreeMap<AttributeName, String>,
    /// What others may do.
    pub grants: Vec<Grant>,
    /// How often its row has been changed: the expected value of the next change.
    pub sequence: u64,
}

impl Keyset {
    /// The most tags.
    pub const TAG_LIMIT: usize = 64;
    /// The most custom attributes.
    pub const ATTRIBUTE_LIMIT: usize = 64;
    /// The most grants.
    pub const GRANT_LIMIT: usize = 1000;
    /// The most versions.
    pub const VERSION_LIMIT: u32 = 1_000_000;

    /// Whether `principal` may do this: it owns the keyset, or was granted every one of these permissions.
    #[must_use]
    pub fn lets(&self, principal: &Principal, permissions: Permissions) -> bool {
        let identity = principal.identity();
        self.owner == identity
            || self
                .grants
                .iter()
                .filter(|grant| grant.grantee == "*" || grant.grantee == identity)
                .fold(Permissions::empty(), |all, grant| all | grant.permissions)
                .contains(permissions)
    }

    /// When the keyset next has to change by itself: its deletion, or its next rotation.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if self.destroyed {
            return None;
        }
        self.deletion
            .or_else(|| self.policy.rotation_period.map(|period| self.rotated.plus(period)))
    }
}
