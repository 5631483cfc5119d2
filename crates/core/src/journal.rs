//! What was there before the changes of a batch, so that they can be undone.
//!
//! A journal holds, per keyset, the rows as they were before the first change and the sequence number that the last change
//! left. Undoing puts all of it back in one commit, under new sequence numbers, and only if nobody else has changed any of
//! the keysets since: what somebody else did, such as a destruction, is never undone. Nor is the use of a key: what a batch
//! spent of usage limits stays spent, since whoever asked may have seen what it was spent on.

use std::collections::BTreeMap;
use std::fmt;

use claviger_model::{KeysetId, TenantId};
use parking_lot::Mutex;

use crate::codec::{StoredKeyset, StoredObject};

/// What the operations of one batch changed. A door gives the same journal to all of its calls
/// ([`Caller::journal`](crate::Caller)) and undoes them with [`Kms::undo`](crate::Kms::undo).
#[derive(Default)]
pub struct Journal(Mutex<BTreeMap<KeysetId, Entry>>);

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Journal").field(&self.0.lock().len()).finish()
    }
}

/// What was done to one keyset.
pub(crate) struct Entry {
    pub(crate) tenant: TenantId,
    /// What was there; none if the keyset is new.
    pub(crate) before: Option<Before>,
    /// The keyset's sequence number after the last change.
    pub(crate) after: u64,
    /// How many units were taken out of the usage limits of which version.
    pub(crate) taken: BTreeMap<u32, i64>,
}

impl Entry {
    fn new(tenant: &TenantId, before: Option<Before>, after: u64) -> Self {
        Self { tenant: tenant.clone(), before, after, taken: BTreeMap::new() }
    }
}

/// A keyset before a change.
pub(crate) struct Before {
    pub(crate) keyset: StoredKeyset,
    /// The versions that were read for the change.
    pub(crate) versions: BTreeMap<u32, StoredObject>,
}

impl Before {
    pub(crate) fn new(keyset: &StoredKeyset, versions: &BTreeMap<u32, StoredObject>) -> Self {
        let copy = |(&number, version): (&u32, &StoredObject)| (number, version.duplicate());
        Self { keyset: keyset.clone(), versions: versions.iter().map(copy).collect() }
    }
}

impl Journal {
    /// A keyset was added.
    pub(crate) fn inserted(&self, id: KeysetId, tenant: &TenantId, after: u64) {
        self.0.lock().insert(id, Entry::new(tenant, None, after));
    }

    /// A keyset was changed. What an earlier change of the batch saw is older and counts.
    pub(crate) fn changed(&self, id: KeysetId, tenant: &TenantId, before: Before, after: u64) {
        let mut entries = self.0.lock();
        let Some(entry) = entries.get_mut(&id) else {
            entries.insert(id, Entry::new(tenant, Some(before), after));
            return;
        };
        entry.after = after;
        if let Some(first) = &mut entry.before {
            for (number, version) in before.versions {
                // Versions that the batch itself added are removed when it is undone.
                if number <= first.keyset.keyset.latest {
                    first.versions.entry(number).or_insert(version);
                }
            }
        }
    }

    /// Units were taken out of the usage limits of a version, in a change that is written down already.
    pub(crate) fn took(&self, id: KeysetId, version: u32, units: i64) {
        if let Some(entry) = self.0.lock().get_mut(&id) {
            let taken = entry.taken.entry(version).or_default();
            *taken = taken.saturating_add(units);
        }
    }

    /// Everything, which is forgotten.
    pub(crate) fn take(&self) -> BTreeMap<KeysetId, Entry> {
        std::mem::take(&mut self.0.lock())
    }
}
