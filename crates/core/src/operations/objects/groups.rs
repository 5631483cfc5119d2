//! Whose turn it is among the members of object groups: each search for a group's default member gets the next one (KMIP 2.1
//! §6.1.28 leaves it to the server). The turns are kept in memory; after a start the oldest member is the next.

use claviger_model::{AttributeKey, AttributeKind, ObjectId, TenantId, Timestamp, Value};
use quick_cache::sync::Cache;

use super::content::Given;
use crate::operations::Operation;
use crate::pipeline::Authorized;

/// For how many groups turns are kept.
const GROUPS: usize = 10_000;

/// A group as one caller sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Turn {
    tenant: TenantId,
    identity: String,
    group: String,
}

impl Turn {
    /// The group that a search names; without one, all objects are its group.
    pub(super) fn new<O: Operation>(authorized: &Authorized<'_, O>, filters: &Given) -> Self {
        let group = AttributeKey::Standard(AttributeKind::ObjectGroup);
        let group = filters.iter().find(|(key, _)| *key == group);
        let group = group.and_then(|(_, value)| Value::as_text(value)).unwrap_or("");
        let caller = authorized.caller();
        Self {
            tenant: caller.tenant.clone(),
            identity: caller.principal.identity().to_owned(),
            group: group.to_owned(),
        }
    }
}

/// The turns of all groups.
pub(crate) struct Groups(Cache<Turn, (Timestamp, ObjectId)>);

impl Default for Groups {
    fn default() -> Self {
        Self(Cache::new(GROUPS))
    }
}

impl Groups {
    /// The member that was given last.
    pub(super) fn last(&self, turn: &Turn) -> Option<(Timestamp, ObjectId)> {
        self.0.get(turn)
    }

    /// A member was given.
    pub(super) fn given(&self, turn: &Turn, member: (Timestamp, ObjectId)) {
        self.0.insert(turn.clone(), member);
    }
}
