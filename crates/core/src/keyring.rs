//! Keys ready for use: rows opened and checked, material loaded, in bounded caches.
//!
//! A row whose index columns disagree with its sealed content, or whose sequence number disagrees with what the other rows of
//! its keyset say, is refused and never served. A change on this server takes effect at once: it removes what is cached, and a
//! loading that began before the change can't put the old state back.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use std::sync::OnceLock;

use claviger_model::{KeyName, KeySpec, Keyset, KeysetId, Object, ObjectId, TenantId};
use claviger_ports::{
    Crypto, Key, KeysetRow, KeysetSelector, ObjectRow, ParametricCrypto, ParametricKey, ReadAccess,
    Store,
};
use parking_lot::Mutex;
use quick_cache::sync::Cache;

use crate::codec::{Material, StoredKeyset, StoredObject, decode_keyset, decode_object};
use crate::envelope::{Envelope, Place};
use crate::operations::objects::native_block;
use crate::operations::objects::parametric::UseFacts;
use crate::{Error, ErrorKind};

/// How many keysets and versions are kept ready.
const CAPACITY: usize = 10_000;
/// How many locks guard the caches' insertions; a power of two.
const STRIPES: usize = 256;
/// How often a keyset is read again that changed while it was read.
const READ_ATTEMPTS: usize = 8;

/// A keyset as it is now, with its latest version.
pub(crate) struct LoadedKeyset {
    stored: StoredKeyset,
    latest: Arc<LoadedVersion>,
}

impl LoadedKeyset {
    pub(crate) fn keyset(&self) -> &Keyset {
        &self.stored.keyset
    }

    pub(crate) fn latest(&self) -> &Arc<LoadedVersion> {
        &self.latest
    }
}

/// A version with its primitive.
pub(crate) struct LoadedVersion {
    stored: StoredObject,
    key: Option<Arc<dyn Key>>,
    /// The primitive for parameters that the caller names, made when it is first needed.
    parametric: OnceLock<Arc<dyn ParametricKey>>,
    /// What the attributes say about the object's use, worked out when it is first needed.
    use_facts: OnceLock<UseFacts>,
}

impl LoadedVersion {
    pub(crate) fn object(&self) -> &Object {
        &self.stored.object
    }

    pub(crate) fn material(&self) -> &Material {
        &self.stored.material
    }

    /// The primitive for parameters that the caller names; `load` makes it the first time.
    pub(crate) fn parametric(
        &self,
        load: impl FnOnce() -> Result<Arc<dyn ParametricKey>, Error>,
    ) -> Result<&Arc<dyn ParametricKey>, Error> {
        if let Some(key) = self.parametric.get() {
            return Ok(key);
        }
        let key = load()?;
        Ok(self.parametric.get_or_init(|| key))
    }

    /// What the attributes say about the object's use; `read` works it out the first time.
    pub(crate) fn use_facts(&self, read: impl FnOnce() -> UseFacts) -> &UseFacts {
        self.use_facts.get_or_init(read)
    }

    /// The primitive; none once the material was destroyed.
    pub(crate) fn key(&self) -> Option<&Arc<dyn Key>> {
        self.key.as_ref()
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Name(TenantId, KeyName);

#[derive(Hash)]
struct NameRef<'a>(&'a TenantId, &'a KeyName);

impl quick_cache::Equivalent<Name> for NameRef<'_> {
    fn equivalent(&self, key: &Name) -> bool {
        *self.0 == key.0 && *self.1 == key.1
    }
}

pub(crate) struct Keyring {
    store: Arc<dyn Store>,
    crypto: Arc<dyn Crypto>,
    parametric: Arc<dyn ParametricCrypto>,
    envelope: Arc<Envelope>,
    keysets: Cache<Name, Arc<LoadedKeyset>>,
    versions: Cache<(KeysetId, u32), Arc<LoadedVersion>>,
    /// Where an object is: its keyset's name and its version, neither of which ever changes.
    places: Cache<(TenantId, ObjectId), Arc<(KeyName, u32)>>,
    /// Per stripe of names: how many changes there were. What was loaded before a change isn't cached after it.
    changes: Box<[Mutex<u64>]>,
    hasher: RandomState,
}

impl Keyring {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        crypto: Arc<dyn Crypto>,
        parametric: Arc<dyn ParametricCrypto>,
        envelope: Arc<Envelope>,
    ) -> Self {
        Self {
            store,
            crypto,
            parametric,
            envelope,
            keysets: Cache::new(CAPACITY),
            versions: Cache::new(CAPACITY),
            places: Cache::new(CAPACITY),
            changes: (0..STRIPES).map(|_| Mutex::new(0)).collect(),
            hasher: RandomState::new(),
        }
    }

    /// The keyset of this name.
    pub(crate) async fn by_name(
        &self,
        tenant: &TenantId,
        name: &KeyName,
    ) -> Result<Option<Arc<LoadedKeyset>>, Error> {
        if let Some(loaded) = self.keysets.get(&NameRef(tenant, name)) {
            return Ok(Some(loaded));
        }
        // On the heap, like all that a key at hand doesn't need: what waits is moved about with everything it may wait for.
        Box::pin(self.load_keyset(tenant, name)).await
    }

    async fn load_keyset(
        &self,
        tenant: &TenantId,
        name: &KeyName,
    ) -> Result<Option<Arc<LoadedKeyset>>, Error> {
        let seen = *self.stripe(tenant, name).lock();
        let Some((stored, latest)) = self.read(tenant, KeysetSelector::Name(name)).await? else {
            return Ok(None);
        };
        let latest = Arc::new(self.load(latest)?);
        let loaded = Arc::new(LoadedKeyset { stored, latest });
        let changes = self.stripe(tenant, name).lock();
        if *changes == seen {
            self.keysets.insert(Name(tenant.clone(), name.clone()), loaded.clone());
        }
        drop(changes);
        Ok(Some(loaded))
    }

    /// A version of a keyset.
    pub(crate) async fn version(
        &self,
        loaded: &LoadedKeyset,
        number: u32,
    ) -> Result<Arc<LoadedVersion>, Error> {
        let keyset = loaded.keyset();
        if number == keyset.latest {
            return Ok(loaded.latest.clone());
        }
        if number == 0 || number > keyset.latest {
            return Err(Error::version_not_found(keyset.name.as_str(), number));
        }
        let key = (keyset.id, number);
        if let Some(version) = self.versions.get(&key) {
            return Ok(version);
        }
        Box::pin(self.load_version(loaded, number)).await
    }

    async fn load_version(
        &self,
        loaded: &LoadedKeyset,
        number: u32,
    ) -> Result<Arc<LoadedVersion>, Error> {
        let keyset = loaded.keyset();
        let key = (keyset.id, number);
        let stripe = self.stripe(&keyset.tenant, &keyset.name);
        let seen = *stripe.lock();
        let stored = self.read_version(&loaded.stored, number).await?;
        let version = Arc::new(self.load(stored)?);
        let changes = stripe.lock();
        if *changes == seen {
            self.versions.insert(key, version.clone());
        }
        drop(changes);
        Ok(version)
    }

    /// The object of this identifier, with its keyset.
    pub(crate) async fn by_object(
        &self,
        tenant: &TenantId,
        id: ObjectId,
    ) -> Result<Option<(Arc<LoadedKeyset>, Arc<LoadedVersion>)>, Error> {
        let place = (tenant.clone(), id);
        let known = self.places.get(&place);
        let is_known = known.is_some();
        let found = match known {
            Some(found) => found,
            None => match Box::pin(self.place_of(tenant, id)).await? {
                Some(found) => Arc::new(found),
                None => return Ok(None),
            },
        };
        let Some(keyset) = self.by_name(tenant, &found.0).await? else { return Ok(None) };
        let version = self.version(&keyset, found.1).await?;
        // The rows that led here were only an index.
        if version.object().id != id {
            return Err(Error::inconsistent(&format!("the object {id}")));
        }
        if !is_known {
            self.places.insert(place, found);
        }
        Ok(Some((keyset, version)))
    }

    /// Where the store says that an object is: its keyset's name and its version.
    async fn place_of(
        &self,
        tenant: &TenantId,
        id: ObjectId,
    ) -> Result<Option<(KeyName, u32)>, Error> {
        let Some(row) = self.store.object(tenant, id).await? else { return Ok(None) };
        let keyset = self.store.keyset(tenant, KeysetSelector::Id(row.keyset)).await?;
        let keyset = keyset.ok_or_else(|| Error::inconsistent(&format!("the object {id}")))?;
        Ok(Some((keyset.name, row.version)))
    }

    /// The keyset that an object which was just read belongs to, without loading its key. None if it disagrees with the object,
    /// since one of them was changed meanwhile, or the database was.
    pub(crate) async fn keyset_of(
        &self,
        tenant: &TenantId,
        version: &StoredObject,
    ) -> Result<Option<Keyset>, Error> {
        let selector = KeysetSelector::Id(version.object.keyset);
        let Some(row) = self.store.keyset(tenant, selector).await? else { return Ok(None) };
        let stored = self.open_keyset(tenant, row)?;
        Ok(agrees(&stored, version).then_some(stored.keyset))
    }

    /// Forgets a keyset and those of its versions that were changed. Called after every committed change.
    pub(crate) fn forget(&self, keyset: &Keyset, versions: impl IntoIterator<Item = u32>) {
        let mut changes = self.stripe(&keyset.tenant, &keyset.name).lock();
        *changes += 1;
        self.keysets.remove(&NameRef(&keyset.tenant, &keyset.name));
        for version in versions {
            self.versions.remove(&(keyset.id, version));
        }
    }

    /// Reads a keyset and its latest version from the store, checked against each other.
    pub(crate) async fn read(
        &self,
        tenant: &TenantId,
        selector: KeysetSelector<'_>,
    ) -> Result<Option<(StoredKeyset, StoredObject)>, Error> {
        let mut previous = None;
        for _ in 0..READ_ATTEMPTS {
            let Some(row) = self.store.keyset(tenant, selector).await? else { return Ok(None) };
            let sequence = row.sequence;
            let stored = self.open_keyset(tenant, row)?;
            let latest = self.open_version(&stored.keyset, stored.keyset.latest).await?;
            if let Some(latest) = latest
                && latest.keyset_sequence == sequence
                && agrees(&stored, &latest)
            {
                return Ok(Some((stored, latest)));
            }
            // Either somebody changed the keyset between the two reads, or somebody changed the database.
            if previous == Some(sequence) {
                return Err(Error::inconsistent(&format!("the key {}", stored.keyset.name)));
            }
            previous = Some(sequence);
        }
        Err(Error::new(
            ErrorKind::Conflict,
            "the key was changed again and again while it was read",
            "try again",
        ))
    }

    /// Reads one version, checked against its keyset.
    pub(crate) async fn read_version(
        &self,
        stored: &StoredKeyset,
        number: u32,
    ) -> Result<StoredObject, Error> {
        let name = &stored.keyset.name;
        let version = self
            .open_version(&stored.keyset, number)
            .await?
            .ok_or_else(|| Error::inconsistent(&format!("version {number} of the key {name}")))?;
        if agrees(stored, &version) {
            return Ok(version);
        }
        // The caller's view of the keyset may be older than the version; then it isn't the database that is wrong.
        let current =
            self.read(&stored.keyset.tenant, KeysetSelector::Id(stored.keyset.id)).await?;
        match current {
            Some((current, _)) if agrees(&current, &version) => Ok(version),
            _ => Err(Error::inconsistent(&format!("version {number} of the key {name}"))),
        }
    }

    /// Opens a keyset row and checks its index columns.
    pub(crate) fn open_keyset(
        &self,
        tenant: &TenantId,
        row: KeysetRow,
    ) -> Result<StoredKeyset, Error> {
        let wrong = || Error::inconsistent(&format!("the key {}", row.name));
        let place = Place { kind: "keyset", tenant, id: row.id.as_bytes(), sequence: row.sequence };
        let content = self.envelope.open(place, &row.sealed)?.ok_or_else(wrong)?;
        let stored =
            decode_keyset(content.expose("decoding a keyset"), row.sequence).ok_or_else(wrong)?;
        if keyset_row(&stored, row.sealed.clone()) == row { Ok(stored) } else { Err(wrong()) }
    }

    /// Opens an object row and checks its index columns.
    pub(crate) fn open_object(&self, owner: &str, row: ObjectRow) -> Result<StoredObject, Error> {
        let wrong = || Error::inconsistent(&format!("the object {}", row.id));
        let place = Place {
            kind: "object",
            tenant: &row.tenant,
            id: row.id.as_bytes(),
            sequence: row.sequence,
        };
        let content = self.envelope.open(place, &row.sealed)?.ok_or_else(wrong)?;
        let stored =
            decode_object(content.expose("decoding an object"), row.sequence).ok_or_else(wrong)?;
        let expected = object_row(&stored.object, &row.tenant, owner, row.sealed.clone());
        if expected == row { Ok(stored) } else { Err(wrong()) }
    }

    async fn open_version(
        &self,
        keyset: &Keyset,
        number: u32,
    ) -> Result<Option<StoredObject>, Error> {
        match self.store.version(keyset.id, number).await? {
            Some(row) => self.open_object(&keyset.owner, row).map(Some),
            None => Ok(None),
        }
    }

    fn load(&self, stored: StoredObject) -> Result<LoadedVersion, Error> {
        let spec = stored.object.spec;
        let native;
        let material = match &stored.material {
            Material::Block(_) => {
                native = self.native_material(&stored)?;
                native.as_ref().unwrap_or(&Material::Absent)
            }
            other => other,
        };
        let key = match material {
            Material::Secret(_) | Material::Public(_) if spec == KeySpec::Other => None,
            Material::Secret(secret) => Some(self.crypto.load(spec, secret)?),
            Material::Public(public) => Some(self.crypto.load_public(spec, public)?),
            Material::Block(_) | Material::Absent | Material::Destroyed => None,
        };
        Ok(LoadedVersion { stored, key, parametric: OnceLock::new(), use_facts: OnceLock::new() })
    }

    /// What a protocol client registered, in the encoding of the crypto port; none if the native doors can't use it.
    pub(crate) fn native_material(&self, stored: &StoredObject) -> Result<Option<Material>, Error> {
        let Material::Block(block) = &stored.material else { return Ok(None) };
        native_block(&*self.crypto, &*self.parametric, stored.object.spec, block)
    }

    fn stripe(&self, tenant: &TenantId, name: &KeyName) -> &Mutex<u64> {
        let hash = self.hasher.hash_one((tenant, name));
        // Truncation is meant: only the low bits choose the stripe.
        &self.changes[(hash as usize) & (STRIPES - 1)]
    }
}

/// Whether a version is the one that the keyset knows: the same keyset, and changed as often as it says.
fn agrees(keyset: &StoredKeyset, version: &StoredObject) -> bool {
    let object = &version.object;
    object.keyset == keyset.keyset.id
        && object.sequence == keyset.marks.get(&object.version).copied().unwrap_or(0)
}

/// The row of a keyset: index columns as its content says.
pub(crate) fn keyset_row(stored: &StoredKeyset, sealed: Vec<u8>) -> KeysetRow {
    let keyset = &stored.keyset;
    let mut read_access: Vec<_> = keyset
        .grants
        .iter()
        .map(|grant| ReadAccess {
            userid: grant.grantee.clone(),
            permissions: grant.permissions.bits(),
        })
        .collect();
    read_access.sort_by(|left, right| left.userid.cmp(&right.userid));
    KeysetRow {
        id: keyset.id,
        tenant: keyset.tenant.clone(),
        name: keyset.name.clone(),
        owner: keyset.owner.clone(),
        state: stored.latest_state,
        latest: keyset.latest,
        due: keyset.due(),
        created: keyset.created,
        tags: keyset.tags.iter().cloned().collect(),
        attributes: keyset
            .attributes
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.clone()))
            .collect(),
        read_access,
        sequence: keyset.sequence,
        sealed,
    }
}

/// The row of an object: index columns as its content says.
pub(crate) fn object_row(
    object: &Object,
    tenant: &TenantId,
    owner: &str,
    sealed: Vec<u8>,
) -> ObjectRow {
    ObjectRow {
        id: object.id,
        tenant: tenant.clone(),
        keyset: object.keyset,
        version: object.version,
        object_type: object.object_type,
        state: object.state,
        owner: owner.to_owned(),
        due: object.due(),
        created: object.created,
        sequence: object.sequence,
        sealed,
    }
}
