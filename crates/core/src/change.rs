//! Changing a key: one path for every operation that does.
//!
//! A change reads the rows afresh, edits a [`Draft`], seals and commits what was edited, and forgets what was cached. The
//! keyset's row is rewritten with every change, and so is its latest version: each holds the other's sequence number, so that
//! putting one row back to an older content is noticed. If somebody else was first, the change is made again on what they left.

use std::collections::BTreeMap;

use claviger_model::{
    Attributes, Dates, KeyName, KeySpec, Keyset, KeysetId, Object, ObjectId, State, TenantId, Timestamp,
};
use claviger_ports::{Change, KeysetSelector, StoreError};

use crate::codec::{Material, StoredKeyset, StoredObject, encode_keyset, encode_object};
use crate::envelope::Place;
use crate::keyring::{keyset_row, object_row};
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// How often a change is tried again that somebody else was faster with.
const ATTEMPTS: usize = 16;
/// The most objects that one change may touch.
const OBJECT_LIMIT: u32 = 20_000;

/// A key while it is being changed.
pub(crate) struct Draft<'a> {
    shared: &'a Shared,
    keyset: StoredKeyset,
    /// Versions that were read or added; all of them are written back.
    versions: BTreeMap<u32, StoredObject>,
    /// Versions that weren't there before.
    added: Vec<u32>,
}

/// Which versions a change reads and writes back, besides the latest.
#[derive(Clone, Copy)]
pub(crate) enum Touched {
    /// None.
    Latest,
    /// This one.
    Version(u32),
    /// These ones, both ends included.
    Versions {
        /// The first.
        first: u32,
        /// The last.
        last: u32,
    },
    /// All of them.
    All,
}

/// What came of a change.
pub(crate) struct Changed {
    pub(crate) keyset: Keyset,
    /// The latest version.
    pub(crate) latest: Object,
}

impl Draft<'_> {
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

    /// Adds a version with this material.
    pub(crate) fn add_version(&mut self, object: Object, material: Material) {
        let number = object.version;
        let created = object.created;
        // The version that was the latest isn't changed by this, so that its row stays as it is.
        self.versions.remove(&self.keyset.keyset.latest);
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
    fn bind(&mut self) {
        let StoredKeyset { keyset, latest_state, marks } = &mut self.keyset;
        keyset.sequence += 1;
        for (number, stored) in &mut self.versions {
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

    fn into_changes(self) -> Result<(Vec<Change>, Changed, Vec<u32>), Error> {
        let Self { shared, keyset: stored, versions, added } = self;
        let keyset = &stored.keyset;
        let mut changes = vec![Change::UpdateKeyset {
            row: keyset_row(&stored, seal_keyset(shared, &stored)?),
            expected: keyset.sequence - 1,
        }];
        let mut latest = None;
        let numbers = versions.keys().copied().collect();
        for (number, version) in versions {
            let sealed = seal_object(shared, &keyset.tenant, &version)?;
            let row = object_row(&version.object, &keyset.tenant, &keyset.owner, sealed);
            changes.push(if added.contains(&number) {
                Change::InsertObject(row)
            } else {
                Change::UpdateObject { row, expected: version.object.sequence - 1 }
            });
            if number == keyset.latest {
                latest = Some(version.object);
            }
        }
        let latest =
            latest.ok_or_else(|| Error::inconsistent(&format!("the key {}", keyset.name)))?;
        Ok((changes, Changed { keyset: stored.keyset, latest }, numbers))
    }
}

impl Shared {
    /// Changes the key of this name by `edit`, which may run several times and must depend on the draft alone.
    pub(crate) async fn change(
        &self,
        tenant: &TenantId,
        selector: KeysetSelector<'_>,
        touched: Touched,
        now: Timestamp,
        mut edit: impl FnMut(&mut Draft<'_>) -> Result<(), Error>,
    ) -> Result<Changed, Error> {
        for _ in 0..ATTEMPTS {
            let (keyset, latest) = self
                .keyring
                .read(tenant, selector)
                .await?
                .ok_or_else(|| Error::not_found(selector_name(selector)))?;
            let versions = self.read_touched(&keyset, latest, touched).await?;
            let mut draft = Draft { shared: self, keyset, versions, added: Vec::new() };
            draft.settle(now);
            edit(&mut draft)?;
            draft.bind();
            let (changes, changed, numbers) = draft.into_changes()?;
            match self.store.commit(changes).await {
                Ok(()) => {
                    self.keyring.forget(&changed.keyset, numbers);
                    return Ok(changed);
                }
                Err(StoreError::Conflict { .. } | StoreError::AlreadyExists { .. }) => {
                    self.keyring.forget(&changed.keyset, numbers);
                }
                Err(error) => {
                    // Whether it was committed may be unknown: the cache must not say that it wasn't.
                    self.keyring.forget(&changed.keyset, numbers);
                    return Err(error.into());
                }
            }
        }
        Err(StoreError::Conflict { table: "keysets" }.into())
    }

    async fn read_touched(
        &self,
        keyset: &StoredKeyset,
        latest: StoredObject,
        touched: Touched,
    ) -> Result<BTreeMap<u32, StoredObject>, Error> {
        let last = keyset.keyset.latest;
        let mut versions = BTreeMap::from([(last, latest)]);
        let numbers = match touched {
            Touched::Latest => 1..1,
            Touched::Version(number) if number == 0 || number > last => {
                return Err(Error::version_not_found(keyset.keyset.name.as_str(), number));
            }
            Touched::Version(number) => number..number + 1,
            Touched::All if last > OBJECT_LIMIT => {
                return Err(Error::new(
                    ErrorKind::LimitReached,
                    "the key has too many versions to change all of them at once",
                    "change its versions one by one",
                ));
            }
            Touched::Versions { first, last } => first..last + 1,
            Touched::All => 1..last,
        };
        for number in numbers.filter(|&number| number != last) {
            versions.insert(number, self.keyring.read_version(keyset, number).await?);
        }
        Ok(versions)
    }

    /// Adds a keyset with its versions, in order. They must be bound: sequence numbers as they shall be stored.
    pub(crate) async fn insert(
        &self,
        stored: StoredKeyset,
        versions: Vec<StoredObject>,
    ) -> Result<Changed, Error> {
        let mut changed = self.insert_all(vec![(stored, versions)]).await?;
        changed.pop().ok_or_else(|| Error::inconsistent("a key"))
    }

    /// Adds several keysets in one commit, each as [`Self::insert`] does.
    pub(crate) async fn insert_all(
        &self,
        keysets: Vec<(StoredKeyset, Vec<StoredObject>)>,
    ) -> Result<Vec<Changed>, Error> {
        let mut changes = Vec::new();
        let mut inserted = Vec::new();
        for (mut stored, mut versions) in keysets {
            let latest = versions.last_mut().ok_or_else(|| Error::inconsistent("a key"))?;
            latest.keyset_sequence = stored.keyset.sequence;
            stored.latest_state = latest.object.state;
            let latest = latest.object.clone();
            let keyset = &stored.keyset;
            changes.push(Change::InsertKeyset(keyset_row(&stored, seal_keyset(self, &stored)?)));
            for version in &versions {
                let sealed = seal_object(self, &keyset.tenant, version)?;
                let row = object_row(&version.object, &keyset.tenant, &keyset.owner, sealed);
                changes.push(Change::InsertObject(row));
            }
            let numbers: Vec<_> = versions.iter().map(|version| version.object.version).collect();
            inserted.push((Changed { keyset: stored.keyset, latest }, numbers));
        }
        let committed = self.store.commit(changes).await;
        for (changed, numbers) in &inserted {
            self.keyring.forget(&changed.keyset, numbers.iter().copied());
        }
        committed?;
        Ok(inserted.into_iter().map(|(changed, _)| changed).collect())
    }

    /// A new object of a keyset, active at once.
    pub(crate) fn new_object(
        &self,
        keyset: KeysetId,
        version: u32,
        spec: KeySpec,
        now: Timestamp,
    ) -> Result<Object, Error> {
        Ok(Object {
            id: ObjectId::new(milliseconds(now), &self.random_array()?),
            keyset,
            version,
            object_type: spec.object_type(),
            spec,
            state: State::Active,
            created: now,
            imported: false,
            dates: Dates { activation: Some(now), ..Dates::default() },
            revocation_reason: None,
            attributes: Attributes::default(),
            sequence: 0,
        })
    }

    /// A new keyset's identifier.
    pub(crate) fn new_keyset_id(&self, now: Timestamp) -> Result<KeysetId, Error> {
        Ok(KeysetId::new(milliseconds(now), &self.random_array()?))
    }

    fn random_array(&self) -> Result<[u8; 10], Error> {
        let mut random = [0; 10];
        self.crypto.random(&mut random)?;
        Ok(random)
    }
}

fn seal_keyset(shared: &Shared, stored: &StoredKeyset) -> Result<Vec<u8>, Error> {
    let keyset = &stored.keyset;
    let place = Place {
        kind: "keyset",
        tenant: &keyset.tenant,
        id: keyset.id.as_bytes(),
        sequence: keyset.sequence,
    };
    shared.envelope.seal(place, encode_keyset(stored))
}

fn seal_object(
    shared: &Shared,
    tenant: &TenantId,
    stored: &StoredObject,
) -> Result<Vec<u8>, Error> {
    let object = &stored.object;
    let place =
        Place { kind: "object", tenant, id: object.id.as_bytes(), sequence: object.sequence };
    shared.envelope.seal(place, encode_object(stored))
}

fn milliseconds(now: Timestamp) -> u64 {
    u64::try_from(now.milliseconds()).unwrap_or(0)
}

fn selector_name<'a>(selector: KeysetSelector<'a>) -> &'a str {
    match selector {
        KeysetSelector::Name(name) => KeyName::as_str(name),
        KeysetSelector::Id(_) => "",
    }
}
