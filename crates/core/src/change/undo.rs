//! Undoing what a batch changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use claviger_model::{AttributeKind, KeysetId, Timestamp};
use claviger_ports::{Change, KeysetSelector};
use tokio::sync::OwnedMutexGuard;

use super::Draft;
use crate::codec::{StoredKeyset, StoredObject};
use crate::journal::{Before, Entry, Journal};
use crate::kms::{Kms, Shared};
use crate::operations::objects::{Limits, UndoChanges};
use crate::{Caller, Error, ErrorKind};

impl Kms {
    /// Undoes what the calls with this journal changed: afterwards the store holds what it held before, but for sequence
    /// numbers and for what was spent of usage limits. All of it is undone or nothing. The journal is empty then.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if somebody else has changed the same objects since; what they did is not undone.
    pub async fn undo(&self, caller: &Caller, journal: &Arc<Journal>) -> Result<(), Error> {
        // Undoing isn't undone.
        let caller = Caller { journal: None, ..caller.clone() };
        self.call(&caller, UndoChanges { journal: journal.clone() }).await
    }
}

impl Shared {
    /// Puts back what was there.
    pub(crate) async fn undo(
        &self,
        entries: BTreeMap<KeysetId, Entry>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut changes = Vec::new();
        let mut touched = Vec::new();
        let mut blocks = Vec::new();
        for (id, Entry { tenant, before, after, taken }) in entries {
            let selector = KeysetSelector::Id(id);
            let current = self.keyring.read(&tenant, selector).await?;
            let Some((stored, latest)) =
                current.filter(|(stored, _)| stored.keyset.sequence == after)
            else {
                return Err(changed_since());
            };
            touched.push(stored.keyset.clone());
            match before {
                None => self.remove_all(&stored, &latest, &mut changes).await?,
                Some(mut before) => {
                    for (number, units) in taken {
                        blocks.extend(self.keep_spent(&mut before, number, units).await);
                    }
                    self.put_back(&stored, latest, before, now, &mut changes).await?;
                }
            }
        }
        let committed = self.store.commit(changes).await;
        if committed.is_ok() {
            // What was not spent yet is back in the limits.
            blocks.iter_mut().for_each(|left| **left = 0);
        }
        for keyset in &touched {
            self.keyring.forget(keyset, 1..=keyset.latest);
        }
        Ok(committed?)
    }

    /// Takes what was spent since out of the usage limits that are put back. `taken` is what was taken out of the limits of a
    /// version; what is left of it in memory, and is returned, was not spent.
    async fn keep_spent(
        &self,
        before: &mut Before,
        number: u32,
        taken: i64,
    ) -> Option<OwnedMutexGuard<i64>> {
        // A version that the batch added goes away altogether.
        let object = &mut before.versions.get_mut(&number)?.object;
        let left = self.usage.hold(object.id).await;
        if let Some(limits) = Limits::of(object) {
            let spent = taken.saturating_sub(left.as_deref().copied().unwrap_or(0));
            object.attributes.set(AttributeKind::UsageLimits, limits.without(spent).value());
        }
        left
    }

    async fn remove_all(
        &self,
        stored: &StoredKeyset,
        latest: &StoredObject,
        changes: &mut Vec<Change>,
    ) -> Result<(), Error> {
        let keyset = &stored.keyset;
        changes.push(Change::DeleteKeyset { id: keyset.id, expected: keyset.sequence });
        self.remove_from(stored, latest, 1, changes).await
    }

    /// Removes the versions from `first` on.
    async fn remove_from(
        &self,
        stored: &StoredKeyset,
        latest: &StoredObject,
        first: u32,
        changes: &mut Vec<Change>,
    ) -> Result<(), Error> {
        let mut remove = |version: &StoredObject| {
            let (id, expected) = (version.object.id, version.object.sequence);
            changes.push(Change::DeleteObject { id, expected });
        };
        for number in first..stored.keyset.latest {
            remove(&self.keyring.read_version(stored, number).await?);
        }
        if first <= stored.keyset.latest {
            remove(latest);
        }
        Ok(())
    }

    async fn put_back(
        &self,
        stored: &StoredKeyset,
        latest: StoredObject,
        before: Before,
        now: Timestamp,
        changes: &mut Vec<Change>,
    ) -> Result<(), Error> {
        let Before { mut keyset, mut versions } = before;
        self.remove_from(stored, &latest, keyset.keyset.latest + 1, changes).await?;
        for (&number, old) in &mut versions {
            let other;
            let current = if number == stored.keyset.latest {
                &latest
            } else {
                other = self.keyring.read_version(stored, number).await?;
                &other
            };
            old.object.sequence = current.object.sequence;
        }
        keyset.keyset.sequence = stored.keyset.sequence;
        // As if nothing had been read: what an object is found by is written anew, and no date of a change.
        let (added, read) = (Vec::new(), BTreeMap::new());
        let mut draft = Draft { shared: self, keyset, versions, added, before: None, read, now };
        draft.bind();
        draft.into_changes(changes)?;
        Ok(())
    }
}

fn changed_since() -> Error {
    Error::new(
        ErrorKind::Conflict,
        "somebody else has changed the same objects since, so the batch is not undone",
        "look at the objects and undo by hand what is not wanted",
    )
}
