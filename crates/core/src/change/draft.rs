//! A key while it is being changed.

use std::collections::BTreeMap;

use claviger_model::{AttributeKind, Keyset, Object, TenantId, Timestamp, Value};
use claviger_ports::Change;

use super::{Behalf, Changed};
use crate::Error;
use crate::codec::{Material, StoredKeyset, StoredObject, encode_keyset, encode_object};
use crate::envelope::Place;
use crate::journal::Before;
use crate::keyring::{keyset_row, object_row};
use crate::kms::Shared;

/// A key while it is being changed.
pub(crate) struct Draft<'a> {
    pub(super) shared: &'a Shared,
    pub(super) keyset: StoredKeyset,
    /// Versions that were read or added; all of them are written back.
    pub(super) versions: BTreeMap<u32, StoredObject>,
    /// Versions that weren't there before.
    pub(super) added: Vec<u32>,
    /// What was there, if the change may have to be undone.
    pub(super) before: Option<Before>,
    /// The versions that were read, as they were.
    pub(super) read: BTreeMap<u32, Object>,
    pub(super) now: Timestamp,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        behalf: Behalf<'_>,
        keyset: StoredKeyset,
        versions: BTreeMap<u32, StoredObject>,
        now: Timestamp,
    ) -> Self {
        let before = behalf.journal.map(|_| Before::new(&keyset, &versions));
        let copy = |(&number, version): (&u32, &StoredObject)| (number, version.object.clone());
        let read = versions.iter().map(copy).collect();
        let mut draft = Self { shared, keyset, versions, added: Vec::new(), before, read, now };
        draft.settle(now);
        draft
    }

    pub(crate) fn keyset(&self) -> &Keyset {
        &self.keyset.keyset
    }

    pub(crate) fn keyset_mut(&mut self) -> &mut Keyset {
        &mut self.keyset.keyset
    }

    /// The versions that the change asked for, in order, and the latest.
    pub(crate) fn versions_mut(&mut self) -> impl Iterator<Item = &mut StoredObject> {
        self.versions.values_mut()
    }

    /// A version that the change asked for, to look at.
    pub(crate) fn version(&self, number: u32) -> Result<&StoredObject, Error> {
        let name = &self.keyset.keyset.name;
        self.versions.get(&number).ok_or_else(|| Error::version_not_found(name.as_str(), number))
    }

    /// A version that the change asked for.
    pub(crate) fn version_mut(&mut self, number: u32) -> Result<&mut StoredObject, Error> {
        let name = &self.keyset.keyset.name;
        self.versions
            .get_mut(&number)
            .ok_or_else(|| Error::version_not_found(name.as_str(), number))
    }

    /// The latest version.
    pub(crate) fn latest_mut(&mut self) -> Result<&mut StoredObject, Error> {
        self.version_mut(self.keyset.keyset.latest)
    }

    /// Adds a version with this material. The version that was the latest isn't changed, so that its row stays as it is.
    pub(crate) fn add_version(&mut self, object: Object, material: Material) {
        self.versions.remove(&self.keyset.keyset.latest);
        self.append(object, material);
    }

    /// Adds a version with this material; the version that was the latest is written back as well.
    pub(crate) fn append(&mut self, object: Object, material: Material) {
        let number = object.version;
        let created = object.created;
        self.versions.insert(number, StoredObject { object, material, keyset_sequence: 0 });
        self.added.push(number);
        let keyset = &mut self.keyset.keyset;
        keyset.latest = number;
        keyset.rotated = created;
    }

    /// Whatever dates have done by `now` is stored with the change.
    fn settle(&mut self, now: Timestamp) {
        for stored in self.versions.values_mut() {
            stored.object.state = stored.object.state_at(now);
        }
    }

    /// Counts the sequence numbers on and binds the rows to each other.
    pub(super) fn bind(&mut self) {
        let StoredKeyset { keyset, latest_state, marks } = &mut self.keyset;
        keyset.sequence += 1;
        for (number, stored) in &mut self.versions {
            if self.read.get(number).is_some_and(|before| *before != stored.object) {
                let date = Value::DateTime(self.now.milliseconds().div_euclid(1000));
                stored.object.attributes.set(AttributeKind::LastChangeDate, date);
            }
            if !self.added.contains(number) {
                stored.object.sequence += 1;
                marks.insert(*number, stored.object.sequence);
            }
            if *number == keyset.latest {
                stored.keyset_sequence = keyset.sequence;
                *latest_state = stored.object.state;
            }
        }
    }

    pub(super) fn into_changes(
        self,
        changes: &mut Vec<Change>,
    ) -> Result<(Changed, Vec<u32>), Error> {
        let Self { shared, keyset: stored, versions, added, before: _, read, now: _ } = self;
        let keyset = &stored.keyset;
        changes.push(Change::UpdateKeyset {
            row: keyset_row(&stored, seal_keyset(shared, &stored)?),
            expected: keyset.sequence - 1,
        });
        let mut latest = None;
        let numbers = versions.keys().copied().collect();
        for (number, version) in versions {
            let sealed = seal_object(shared, &keyset.tenant, &version)?;
            let row = object_row(&version.object, &keyset.tenant, &keyset.owner, sealed);
            if added.contains(&number) {
                changes.push(Change::InsertObject(row));
                changes.extend(shared.index_new(&keyset.tenant, &version.object)?);
            } else {
                let expected = version.object.sequence - 1;
                changes.push(Change::UpdateObject { row, expected });
                let before = read.get(&number);
                changes.extend(shared.index_changed(&keyset.tenant, before, &version.object)?);
            }
            if number == keyset.latest {
                latest = Some(version.object);
            }
        }
        let latest =
            latest.ok_or_else(|| Error::inconsistent(&format!("the key {}", keyset.name)))?;
        Ok((Changed { keyset: stored.keyset, latest }, numbers))
    }
}

pub(super) fn seal_keyset(shared: &Shared, stored: &StoredKeyset) -> Result<Vec<u8>, Error> {
    let keyset = &stored.keyset;
    let place = Place {
        kind: "keyset",
        tenant: &keyset.tenant,
        id: keyset.id.as_bytes(),
        sequence: keyset.sequence,
    };
    shared.envelope.seal(place, encode_keyset(stored))
}

pub(super) fn seal_object(
    shared: &Shared,
    tenant: &TenantId,
    stored: &StoredObject,
) -> Result<Vec<u8>, Error> {
    let object = &stored.object;
    let place =
        Place { kind: "object", tenant, id: object.id.as_bytes(), sequence: object.sequence };
    shared.envelope.seal(place, encode_object(stored))
}
