//! The tables: rows, the indexes over them, and changes that can be taken back.
//!
//! Only [`Tables::put_keyset`], [`Tables::put_object`], [`Tables::put_fingerprints`] and [`Tables::put_wrapped_key`] touch a
//! row. Each keeps the indexes in step and returns what was there before, so that undoing a commit is putting the old rows back
//! in reverse order.

use std::collections::{BTreeMap, BTreeSet};

use claviger_model::{KeyName, KeysetId, ObjectId, TenantId, Timestamp};
use claviger_ports::{
    Change, Fingerprint, KeysetRow, ObjectRow, StoreError, WrappedKeyKind, WrappedKeyRow,
};

/// The key of a wrapped key's row.
type WrappedKeyId = (WrappedKeyKind, TenantId, u32);

/// Which row is due. At the same time keysets come before objects, and then the identifiers decide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DueKey {
    /// A keyset.
    Keyset(KeysetId),
    /// An object.
    Object(ObjectId),
}

/// All rows and indexes.
#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) keysets: BTreeMap<KeysetId, KeysetRow>,
    pub(crate) names: BTreeMap<(TenantId, KeyName), KeysetId>,
    pub(crate) objects: BTreeMap<ObjectId, ObjectRow>,
    pub(crate) versions: BTreeMap<(KeysetId, u32), ObjectId>,
    /// The objects in the order in which they were made.
    pub(crate) ages: BTreeSet<(Timestamp, ObjectId)>,
    /// What each object is found by; objects that are found by nothing aren't here.
    pub(crate) fingerprints: BTreeMap<ObjectId, BTreeSet<Fingerprint>>,
    pub(crate) due: BTreeSet<(Timestamp, DueKey)>,
    pub(crate) wrapped_keys: BTreeMap<WrappedKeyId, WrappedKeyRow>,
}

/// What a row was before a change.
enum Before {
    Keyset(KeysetId, Option<KeysetRow>),
    Object(ObjectId, Option<ObjectRow>, BTreeSet<Fingerprint>),
    Fingerprints(ObjectId, BTreeSet<Fingerprint>),
    WrappedKey(WrappedKeyId, Option<WrappedKeyRow>),
}

impl Tables {
    /// Makes all changes in their order, or none of them.
    pub(crate) fn apply(&mut self, changes: Vec<Change>) -> Result<(), StoreError> {
        let mut done = Vec::with_capacity(changes.len());
        for change in changes {
            match self.change(change) {
                Ok(before) => done.push(before),
                Err(error) => {
                    for before in done.into_iter().rev() {
                        self.restore(before);
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn change(&mut self, change: Change) -> Result<Before, StoreError> {
        match change {
            Change::InsertKeyset(row) => {
                if self.keysets.contains_key(&row.id) {
                    return Err(StoreError::AlreadyExists { table: "keysets" });
                }
                self.keyset_fits(&row)?;
                Ok(Before::Keyset(row.id, self.put_keyset(row.id, Some(ordered(row)))))
            }
            Change::UpdateKeyset { row, expected } => {
                self.keyset_expected(row.id, expected)?;
                self.keyset_fits(&row)?;
                Ok(Before::Keyset(row.id, self.put_keyset(row.id, Some(ordered(row)))))
            }
            Change::DeleteKeyset { id, expected } => {
                self.keyset_expected(id, expected)?;
                Ok(Before::Keyset(id, self.put_keyset(id, None)))
            }
            Change::InsertObject(row) => {
                if self.objects.contains_key(&row.id) {
                    return Err(StoreError::AlreadyExists { table: "objects" });
                }
                self.object_fits(&row)?;
                Ok(self.put_object(row.id, Some(row)))
            }
            Change::UpdateObject { row, expected } => {
                self.object_expected(row.id, expected)?;
                self.object_fits(&row)?;
                Ok(self.put_object(row.id, Some(row)))
            }
            Change::DeleteObject { id, expected } => {
                self.object_expected(id, expected)?;
                Ok(self.put_object(id, None))
            }
            Change::IndexObject { tenant, id, created: _, fingerprints } => {
                if self.objects.get(&id).is_none_or(|row| row.tenant != tenant) {
                    return Err(StoreError::Conflict { table: "objects" });
                }
                unique("fingerprints", fingerprints.iter())?;
                let new = fingerprints.into_iter().collect();
                Ok(Before::Fingerprints(id, self.put_fingerprints(id, new)))
            }
            Change::InsertWrappedKey(row) => {
                let id = (row.kind, row.tenant.clone(), row.version);
                if self.wrapped_keys.contains_key(&id) {
                    return Err(StoreError::AlreadyExists { table: "wrapped_keys" });
                }
                Ok(Before::WrappedKey(id.clone(), self.put_wrapped_key(id, Some(row))))
            }
            Change::UpdateWrappedKey(row) => {
                let id = (row.kind, row.tenant.clone(), row.version);
                if !self.wrapped_keys.contains_key(&id) {
                    return Err(StoreError::Conflict { table: "wrapped_keys" });
                }
                Ok(Before::WrappedKey(id.clone(), self.put_wrapped_key(id, Some(row))))
            }
        }
    }

    fn restore(&mut self, before: Before) {
        match before {
            Before::Keyset(id, row) => drop(self.put_keyset(id, row)),
            Before::Object(id, row, fingerprints) => {
                drop(self.put_object(id, row));
                drop(self.put_fingerprints(id, fingerprints));
            }
            Before::Fingerprints(id, before) => drop(self.put_fingerprints(id, before)),
            Before::WrappedKey(id, row) => drop(self.put_wrapped_key(id, row)),
        }
    }

    fn put_keyset(&mut self, id: KeysetId, row: Option<KeysetRow>) -> Option<KeysetRow> {
        let before = self.keysets.remove(&id);
        if let Some(before) = &before {
            self.names.remove(&(before.tenant.clone(), before.name.clone()));
            if let Some(due) = before.due {
                self.due.remove(&(due, DueKey::Keyset(id)));
            }
        }
        if let Some(row) = row {
            self.names.insert((row.tenant.clone(), row.name.clone()), id);
            if let Some(due) = row.due {
                self.due.insert((due, DueKey::Keyset(id)));
            }
            self.keysets.insert(id, row);
        }
        before
    }

    /// An object that is removed is found by nothing any more.
    fn put_object(&mut self, id: ObjectId, row: Option<ObjectRow>) -> Before {
        let fingerprints = match row {
            Some(_) => self.fingerprints.get(&id).cloned().unwrap_or_default(),
            None => self.put_fingerprints(id, BTreeSet::new()),
        };
        let before = self.objects.remove(&id);
        if let Some(before) = &before {
            self.versions.remove(&(before.keyset, before.version));
            self.ages.remove(&(before.created, id));
            if let Some(due) = before.due {
                self.due.remove(&(due, DueKey::Object(id)));
            }
        }
        if let Some(row) = row {
            self.versions.insert((row.keyset, row.version), id);
            self.ages.insert((row.created, id));
            if let Some(due) = row.due {
                self.due.insert((due, DueKey::Object(id)));
            }
            self.objects.insert(id, row);
        }
        Before::Object(id, before, fingerprints)
    }

    fn put_fingerprints(
        &mut self,
        id: ObjectId,
        new: BTreeSet<Fingerprint>,
    ) -> BTreeSet<Fingerprint> {
        let before = self.fingerprints.remove(&id).unwrap_or_default();
        if !new.is_empty() {
            self.fingerprints.insert(id, new);
        }
        before
    }

    fn put_wrapped_key(
        &mut self,
        id: WrappedKeyId,
        row: Option<WrappedKeyRow>,
    ) -> Option<WrappedKeyRow> {
        match row {
            Some(row) => self.wrapped_keys.insert(id, row),
            None => self.wrapped_keys.remove(&id),
        }
    }

    fn keyset_expected(&self, id: KeysetId, expected: u64) -> Result<(), StoreError> {
        let found = self.keysets.get(&id).is_some_and(|row| row.sequence == expected);
        found.then_some(()).ok_or(StoreError::Conflict { table: "keysets" })
    }

    fn object_expected(&self, id: ObjectId, expected: u64) -> Result<(), StoreError> {
        let found = self.objects.get(&id).is_some_and(|row| row.sequence == expected);
        found.then_some(()).ok_or(StoreError::Conflict { table: "objects" })
    }

    /// Whether nothing that must be unique is there twice, but for the row that this one replaces.
    fn keyset_fits(&self, row: &KeysetRow) -> Result<(), StoreError> {
        let named = self.names.get(&(row.tenant.clone(), row.name.clone()));
        if named.is_some_and(|id| *id != row.id) {
            return Err(StoreError::AlreadyExists { table: "keysets" });
        }
        unique("tags", row.tags.iter())?;
        unique("attributes", row.attributes.iter().map(|(name, _)| name))?;
        unique("read_access", row.read_access.iter().map(|access| &access.userid))
    }

    fn object_fits(&self, row: &ObjectRow) -> Result<(), StoreError> {
        match self.versions.get(&(row.keyset, row.version)) {
            Some(id) if *id != row.id => Err(StoreError::AlreadyExists { table: "objects" }),
            _ => Ok(()),
        }
    }
}

/// The row with its lists in the order in which they are promised to come back.
fn ordered(mut row: KeysetRow) -> KeysetRow {
    row.tags.sort_unstable();
    row.attributes.sort_unstable();
    row.read_access.sort_unstable_by(|left, right| left.userid.cmp(&right.userid));
    row
}

fn unique<T: Ord>(
    table: &'static str,
    mut items: impl Iterator<Item = T>,
) -> Result<(), StoreError> {
    let mut seen = BTreeSet::new();
    if items.all(|item| seen.insert(item)) {
        Ok(())
    } else {
        Err(StoreError::AlreadyExists { table })
    }
}
