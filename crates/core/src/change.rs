//! Changing a key: one path for every operation that does.
//!
//! A change reads the rows afresh, edits a [`Draft`], seals and commits what was edited, and forgets what was cached. The
//! keyset's row is rewritten with every change, and so is its latest version: each holds the other's sequence number, so that
//! putting one row back to an older content is noticed. If somebody else was first, the change is made again on what they left.

use std::collections::{BTreeMap, BTreeSet};

use claviger_model::{
    Attributes, Dates, KeyName, KeySpec, Keyset, KeysetId, Object, ObjectId, State, TenantId,
    Timestamp,
};
use claviger_ports::{Change, KeysetSelector, StoreError};

use crate::codec::{StoredKeyset, StoredObject};
use crate::journal::{Before, Journal};
use crate::keyring::{keyset_row, object_row};
use crate::kms::Shared;
use crate::{Caller, Error, ErrorKind};

mod draft;
mod undo;

pub(crate) use draft::Draft;
use draft::{seal_keyset, seal_object};

/// How often a change is tried again that somebody else was faster with.
const ATTEMPTS: usize = 16;
/// The most objects that one change may touch.
const OBJECT_LIMIT: u32 = 20_000;

/// In which tenant rows are changed, and where what they were is written down.
#[derive(Clone, Copy)]
pub(crate) struct Behalf<'a> {
    tenant: &'a TenantId,
    journal: Option<&'a Journal>,
}

impl<'a> Behalf<'a> {
    /// Where what was there is written down, if it may have to be undone.
    pub(crate) const fn journal(&self) -> Option<&'a Journal> {
        self.journal
    }
}

impl<'a> From<&'a TenantId> for Behalf<'a> {
    /// Of the service itself: nothing is undone.
    fn from(tenant: &'a TenantId) -> Self {
        Self { tenant, journal: None }
    }
}

impl<'a> From<&'a Caller> for Behalf<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self { tenant: &caller.tenant, journal: caller.journal.as_deref() }
    }
}

/// Keysets with their versions, in order, that are to be added.
pub(crate) type Insertion = (StoredKeyset, Vec<StoredObject>);

/// Which keysets a change is about, and which of their versions it reads and writes back besides the latest.
pub(crate) type Targets = BTreeMap<KeysetId, BTreeSet<u32>>;

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

/// Why a commit failed: the caller tries again after some of the store's reasons.
enum StoreOrError {
    Store(StoreError),
    Other(Error),
}

impl From<StoreError> for StoreOrError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for StoreOrError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<StoreOrError> for Error {
    fn from(error: StoreOrError) -> Self {
        match error {
            StoreOrError::Store(error) => error.into(),
            StoreOrError::Other(error) => error,
        }
    }
}

impl Shared {
    /// Changes the key of this name by `edit`, which may run several times and must depend on the draft alone.
    pub(crate) async fn change(
        &self,
        behalf: impl Into<Behalf<'_>>,
        selector: KeysetSelector<'_>,
        touched: Touched,
        now: Timestamp,
        mut edit: impl FnMut(&mut Draft<'_>) -> Result<(), Error>,
    ) -> Result<Changed, Error> {
        let behalf = behalf.into();
        for _ in 0..ATTEMPTS {
            let (keyset, latest) = self.read_keyset(behalf, selector).await?;
            let versions = self.read_touched(&keyset, latest, touched).await?;
            let mut draft = Draft::new(self, behalf, keyset, versions, now);
            edit(&mut draft)?;
            match self.commit(behalf, &mut [], vec![draft]).await {
                Ok(mut changed) => {
                    return changed.pop().ok_or_else(|| Error::inconsistent("a key"));
                }
                Err(StoreOrError::Store(
                    StoreError::Conflict { .. } | StoreError::AlreadyExists { .. },
                )) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict { table: "keysets" }.into())
    }

    /// Adds keysets and changes others by `edit`, all in one commit. As [`Self::change`] and [`Self::insert_all`] together;
    /// what is returned are the added ones.
    pub(crate) async fn change_all(
        &self,
        behalf: impl Into<Behalf<'_>>,
        mut insertions: Vec<Insertion>,
        targets: &Targets,
        now: Timestamp,
        mut edit: impl FnMut(&mut BTreeMap<KeysetId, Draft<'_>>) -> Result<(), Error>,
    ) -> Result<Vec<Changed>, Error> {
        let behalf = behalf.into();
        for _ in 0..ATTEMPTS {
            let mut drafts = BTreeMap::new();
            for (&id, numbers) in targets {
                let (keyset, latest) = self.read_keyset(behalf, KeysetSelector::Id(id)).await?;
                let versions = self.read_numbers(&keyset, latest, numbers.iter().copied()).await?;
                drafts.insert(id, Draft::new(self, behalf, keyset, versions, now));
            }
            edit(&mut drafts)?;
            match self.commit(behalf, &mut insertions, drafts.into_values().collect()).await {
                Ok(mut changed) => {
                    changed.truncate(insertions.len());
                    return Ok(changed);
                }
                Err(StoreOrError::Store(StoreError::Conflict { .. })) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict { table: "keysets" }.into())
    }

    async fn read_keyset(
        &self,
        behalf: Behalf<'_>,
        selector: KeysetSelector<'_>,
    ) -> Result<(StoredKeyset, StoredObject), Error> {
        self.keyring
            .read(behalf.tenant, selector)
            .await?
            .ok_or_else(|| Error::not_found(selector_name(selector)))
    }

    async fn read_touched(
        &self,
        keyset: &StoredKeyset,
        latest: StoredObject,
        touched: Touched,
    ) -> Result<BTreeMap<u32, StoredObject>, Error> {
        let last = keyset.keyset.latest;
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
        self.read_numbers(keyset, latest, numbers).await
    }

    async fn read_numbers(
        &self,
        keyset: &StoredKeyset,
        latest: StoredObject,
        numbers: impl Iterator<Item = u32>,
    ) -> Result<BTreeMap<u32, StoredObject>, Error> {
        let last = keyset.keyset.latest;
        let mut versions = BTreeMap::from([(last, latest)]);
        for number in numbers.filter(|&number| number != last) {
            versions.insert(number, self.keyring.read_version(keyset, number).await?);
        }
        Ok(versions)
    }

    /// Adds a keyset with its versions, in order. They must be bound: sequence numbers as they shall be stored.
    pub(crate) async fn insert(
        &self,
        behalf: impl Into<Behalf<'_>>,
        stored: StoredKeyset,
        versions: Vec<StoredObject>,
    ) -> Result<Changed, Error> {
        let mut changed = self.insert_all(behalf, vec![(stored, versions)]).await?;
        changed.pop().ok_or_else(|| Error::inconsistent("a key"))
    }

    /// Adds several keysets in one commit, each as [`Self::insert`] does.
    pub(crate) async fn insert_all(
        &self,
        behalf: impl Into<Behalf<'_>>,
        mut keysets: Vec<Insertion>,
    ) -> Result<Vec<Changed>, Error> {
        Ok(self.commit(behalf.into(), &mut keysets, Vec::new()).await?)
    }

    /// Commits what was added and what was edited, forgets what was cached of it and writes down what was there. Returns the
    /// added ones and the changed ones, in this order.
    async fn commit(
        &self,
        behalf: Behalf<'_>,
        insertions: &mut [Insertion],
        drafts: Vec<Draft<'_>>,
    ) -> Result<Vec<Changed>, StoreOrError> {
        let mut changes = Vec::new();
        let mut done = Vec::new();
        for insertion in insertions {
            let (changed, numbers) = self.insert_changes(insertion, &mut changes)?;
            done.push((changed, numbers, None));
        }
        for mut draft in drafts {
            draft.bind();
            let before = draft.before.take();
            let (changed, numbers) = draft.into_changes(&mut changes)?;
            done.push((changed, numbers, before));
        }
        let committed = self.store.commit(changes).await;
        // Whether it was committed may be unknown: the cache must not say that it wasn't.
        for (changed, numbers, _) in &done {
            self.keyring.forget(&changed.keyset, numbers.iter().copied());
        }
        committed?;
        let written_down = |(changed, _, before): (Changed, Vec<u32>, Option<Before>)| {
            if let Some(journal) = behalf.journal {
                let Keyset { id, tenant, sequence, .. } = &changed.keyset;
                match before {
                    Some(before) => journal.changed(*id, tenant, before, *sequence),
                    None => journal.inserted(*id, tenant, *sequence),
                }
            }
            changed
        };
        Ok(done.into_iter().map(written_down).collect())
    }

    /// The rows of a keyset that is added.
    fn insert_changes(
        &self,
        (stored, versions): &mut Insertion,
        changes: &mut Vec<Change>,
    ) -> Result<(Changed, Vec<u32>), Error> {
        let latest = versions.last_mut().ok_or_else(|| Error::inconsistent("a key"))?;
        latest.keyset_sequence = stored.keyset.sequence;
        stored.latest_state = latest.object.state;
        let latest = latest.object.clone();
        let keyset = &stored.keyset;
        changes.push(Change::InsertKeyset(keyset_row(stored, seal_keyset(self, stored)?)));
        for version in versions.iter() {
            let sealed = seal_object(self, &keyset.tenant, version)?;
            let row = object_row(&version.object, &keyset.tenant, &keyset.owner, sealed);
            changes.push(Change::InsertObject(row));
            changes.extend(self.index_new(&keyset.tenant, &version.object)?);
        }
        let numbers = versions.iter().map(|version| version.object.version).collect();
        Ok((Changed { keyset: stored.keyset.clone(), latest }, numbers))
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
            id: ObjectId::new(milliseconds(now), &self.random_part(now)?),
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
        Ok(KeysetId::new(milliseconds(now), &self.random_part(now)?))
    }

    fn random_part(&self, now: Timestamp) -> Result<[u8; 10], Error> {
        Ok(self.identifiers.next(&*self.crypto, milliseconds(now))?)
    }
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
