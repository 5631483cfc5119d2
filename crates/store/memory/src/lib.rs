//! The reference store: everything in memory, nothing survives the process.
//!
//! It is the shortest thing that fulfils the contract of [`Store`], for tests and for trying the service out.
//!
//! ```text
//! lib.rs      the port: commits, lookups, lists
//! tables.rs   rows and their indexes, which never disagree; changes that can be taken back
//! ```

mod tables;

use std::ops::Bound;

use async_trait::async_trait;
use claviger_model::{KeyName, KeysetId, ObjectId, TenantId, Timestamp};
use claviger_ports::{
    Change, Due, KeysetQuery, KeysetRow, KeysetSelector, ObjectOrder, ObjectQuery, ObjectRow,
    Store, StoreCounts, StoreError, WrappedKeyRow,
};
use parking_lot::RwLock;

use crate::tables::{DueKey, Tables};

/// Keeps rows in memory. A commit is atomic, and durable for as long as the process lives.
#[derive(Default)]
pub struct MemoryStore {
    tables: RwLock<Tables>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.tables.write().apply(changes)
    }

    async fn keyset(
        &self,
        tenant: &TenantId,
        selector: KeysetSelector<'_>,
    ) -> Result<Option<KeysetRow>, StoreError> {
        let tables = self.tables.read();
        let id = match selector {
            KeysetSelector::Id(id) => Some(id),
            KeysetSelector::Name(name) => {
                tables.names.get(&(tenant.clone(), name.clone())).copied()
            }
        };
        Ok(id.and_then(|id| tables.keysets.get(&id)).filter(|row| row.tenant == *tenant).cloned())
    }

    async fn object(
        &self,
        tenant: &TenantId,
        id: ObjectId,
    ) -> Result<Option<ObjectRow>, StoreError> {
        Ok(self.tables.read().objects.get(&id).filter(|row| row.tenant == *tenant).cloned())
    }

    async fn version(
        &self,
        keyset: KeysetId,
        version: u32,
    ) -> Result<Option<ObjectRow>, StoreError> {
        let tables = self.tables.read();
        let id = tables.versions.get(&(keyset, version));
        Ok(id.and_then(|id| tables.objects.get(id)).cloned())
    }

    async fn versions(
        &self,
        keyset: KeysetId,
        after: u32,
        limit: u32,
    ) -> Result<Vec<ObjectRow>, StoreError> {
        let tables = self.tables.read();
        let range = (Bound::Excluded((keyset, after)), Bound::Included((keyset, u32::MAX)));
        if after == u32::MAX {
            return Ok(Vec::new());
        }
        Ok(tables
            .versions
            .range(range)
            .filter_map(|(_, id)| tables.objects.get(id))
            .take(limit as usize)
            .cloned()
            .collect())
    }

    async fn find_keysets(&self, query: &KeysetQuery) -> Result<Vec<KeysetRow>, StoreError> {
        let tables = self.tables.read();
        Ok(tables
            .names_after(&query.tenant, query.after.as_ref())
            .filter_map(|id| tables.keysets.get(&id))
            .filter(|row| asked_for(query, row))
            .take(query.limit as usize)
            .cloned()
            .collect())
    }

    async fn find_objects(&self, query: &ObjectQuery) -> Result<Vec<ObjectRow>, StoreError> {
        let tables = self.tables.read();
        let edge = query.after.map_or(Bound::Unbounded, Bound::Excluded);
        let page = |ages: &mut dyn Iterator<Item = &(Timestamp, ObjectId)>| {
            ages.filter_map(|(_, id)| tables.objects.get(id))
                .filter(|row| tables.object_asked_for(query, row))
                .take(query.limit as usize)
                .cloned()
                .collect()
        };
        Ok(match query.order {
            ObjectOrder::Oldest => page(&mut tables.ages.range((edge, Bound::Unbounded))),
            ObjectOrder::Newest => page(&mut tables.ages.range((Bound::Unbounded, edge)).rev()),
        })
    }

    async fn due(&self, until: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
        let tables = self.tables.read();
        Ok(tables
            .due
            .iter()
            .take_while(|(due, _)| *due <= until)
            .filter_map(|(_, key)| tables.due_row(*key))
            .take(limit as usize)
            .collect())
    }

    async fn wrapped_keys(&self) -> Result<Vec<WrappedKeyRow>, StoreError> {
        Ok(self.tables.read().wrapped_keys.values().cloned().collect())
    }

    async fn counts(&self) -> Result<StoreCounts, StoreError> {
        let tables = self.tables.read();
        Ok(StoreCounts {
            keysets: tables.keysets.len() as u64,
            objects: tables.objects.len() as u64,
        })
    }
}

impl Tables {
    /// The identifiers of a tenant's keysets named after `after`, in the order of their names.
    fn names_after(
        &self,
        tenant: &TenantId,
        after: Option<&KeyName>,
    ) -> impl Iterator<Item = KeysetId> {
        self.names
            .iter()
            .filter(move |((of, name), _)| of == tenant && after.is_none_or(|after| name > after))
            .map(|(_, id)| *id)
    }

    /// Whether every condition but the place in the order holds.
    fn object_asked_for(&self, query: &ObjectQuery, row: &ObjectRow) -> bool {
        let ObjectQuery {
            tenant,
            after: _,
            state,
            object_type,
            owner,
            visible_to,
            order: _,
            fingerprints,
            limit: _,
        } = query;
        let indexed = self.fingerprints.get(&row.id);
        let seen = |identity: &String| {
            row.owner == *identity
                || self.keysets.get(&row.keyset).is_some_and(|keyset| visible(keyset, identity))
        };
        row.tenant == *tenant
            && state.is_none_or(|state| row.state == state)
            && object_type.is_none_or(|object_type| row.object_type == object_type)
            && owner.as_ref().is_none_or(|owner| row.owner == *owner)
            && visible_to.as_ref().is_none_or(seen)
            && fingerprints.iter().all(|one| indexed.is_some_and(|all| all.contains(one)))
    }

    fn due_row(&self, key: DueKey) -> Option<Due> {
        match key {
            DueKey::Keyset(id) => {
                let row = self.keysets.get(&id)?;
                Some(Due::Keyset { tenant: row.tenant.clone(), id })
            }
            DueKey::Object(id) => {
                let row = self.objects.get(&id)?;
                Some(Due::Object { tenant: row.tenant.clone(), id, keyset: row.keyset })
            }
        }
    }
}

/// Whether every condition but the tenant's and the place in the order holds.
fn asked_for(query: &KeysetQuery, row: &KeysetRow) -> bool {
    let KeysetQuery {
        tenant: _,
        after: _,
        name_prefix,
        tags,
        attribute,
        state,
        owner,
        visible_to,
        limit: _,
    } = query;
    name_prefix.as_ref().is_none_or(|prefix| row.name.as_str().starts_with(prefix))
        && tags.iter().all(|tag| row.tags.contains(tag))
        && attribute.as_ref().is_none_or(|attribute| row.attributes.contains(attribute))
        && state.is_none_or(|state| row.state == state)
        && owner.as_ref().is_none_or(|owner| row.owner == *owner)
        && visible_to.as_ref().is_none_or(|identity| visible(row, identity))
}

/// Whether this identity owns the keyset or was granted something on it.
fn visible(row: &KeysetRow, identity: &str) -> bool {
    row.owner == identity
        || row.read_access.iter().any(|access| {
            access.permissions != 0 && (access.userid == "*" || access.userid == identity)
        })
}
