//! The store: sealed rows and what is needed to find them.

use std::fmt;

use async_trait::async_trait;
use claviger_model::{KeyName, KeysetId, ObjectId, ObjectType, State, Tag, TenantId, Timestamp};

/// One row for a keyset. Everything but `sealed` is an index: the core compares it with what was sealed and refuses a row
/// that disagrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysetRow {
    /// The identifier: the row's key.
    pub id: KeysetId,
    /// The tenant.
    pub tenant: TenantId,
    /// The name, unique in the tenant.
    pub name: KeyName,
    /// The owner's identity.
    pub owner: String,
    /// The state of the latest version.
    pub state: State,
    /// The latest version.
    pub latest: u32,
    /// When something has to be done by itself.
    pub due: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// The tags, in order.
    pub tags: Vec<Tag>,
    /// The custom attributes, in the order of their names.
    pub attributes: Vec<(String, String)>,
    /// Who else may do what, in the order of the grantees.
    pub read_access: Vec<ReadAccess>,
    /// How often the row has been changed.
    pub sequence: u64,
    /// The sealed keyset.
    pub sealed: Vec<u8>,
}

/// One grant, as an index row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAccess {
    /// The principal's identity, or `*`.
    pub userid: String,
    /// The permission bits.
    pub permissions: u64,
}

/// One row for an object, that is, for one version of a keyset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRow {
    /// The identifier: the row's key.
    pub id: ObjectId,
    /// The tenant.
    pub tenant: TenantId,
    /// The keyset.
    pub keyset: KeysetId,
    /// The version, unique in the keyset.
    pub version: u32,
    /// What kind of object it is.
    pub object_type: ObjectType,
    /// The state.
    pub state: State,
    /// The owner's identity.
    pub owner: String,
    /// When something has to be done by itself.
    pub due: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// How often the row has been changed.
    pub sequence: u64,
    /// The sealed object.
    pub sealed: Vec<u8>,
}

/// What an attribute's value is found by: a keyed hash that tells nothing of it. The index is a hint: whoever finds an object
/// by it opens the object and looks.
pub type Fingerprint = [u8; 16];

/// What a wrapped key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WrappedKeyKind {
    /// The installation's identity, sealed under the root key: opens only with the right one.
    Installation,
    /// A tenant's key-encryption key, wrapped by the root key.
    TenantKey,
}

/// One row for a wrapped key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKeyRow {
    /// What it is for.
    pub kind: WrappedKeyKind,
    /// The tenant.
    pub tenant: TenantId,
    /// Its version, from 1.
    pub version: u32,
    /// When it was made.
    pub created: Timestamp,
    /// The wrapped key.
    pub sealed: Vec<u8>,
}

/// One change of a transaction. Rows that are changed or deleted must still have the sequence number that is expected.
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds a keyset with its tags, attributes and grants.
    InsertKeyset(KeysetRow),
    /// Replaces a keyset row, its tags, attributes and grants.
    UpdateKeyset {
        /// The new row.
        row: KeysetRow,
        /// The sequence number that the old row must have.
        expected: u64,
    },
    /// Removes a keyset row, its tags, attributes and grants. Objects are removed by changes of their own.
    DeleteKeyset {
        /// Which one.
        id: KeysetId,
        /// The sequence number that the row must have.
        expected: u64,
    },
    /// Adds an object.
    InsertObject(ObjectRow),
    /// Replaces an object row.
    UpdateObject {
        /// The new row.
        row: ObjectRow,
        /// The sequence number that the old row must have.
        expected: u64,
    },
    /// Removes an object row.
    DeleteObject {
        /// Which one.
        id: ObjectId,
        /// The sequence number that the row must have.
        expected: u64,
    },
    /// Replaces what an object can be found by. Nothing is left of it once the object's row is deleted.
    IndexObject {
        /// The object's tenant.
        tenant: TenantId,
        /// Which one: its row exists, or was added before in the same commit.
        id: ObjectId,
        /// When it was made, as its row says.
        created: Timestamp,
        /// The fingerprints of its attributes, without repetition.
        fingerprints: Vec<Fingerprint>,
    },
    /// Adds a wrapped key; (kind, tenant, version) is unique.
    InsertWrappedKey(WrappedKeyRow),
    /// Replaces the wrapping of a key.
    UpdateWrappedKey(WrappedKeyRow),
}

/// Which keyset is meant.
#[derive(Clone, Copy, Debug)]
pub enum KeysetSelector<'a> {
    /// The one of this name.
    Name(&'a KeyName),
    /// The one with this identifier.
    Id(KeysetId),
}

/// Which keysets to list: all conditions must hold. The order is that of the names' bytes.
#[derive(Clone, Debug)]
pub struct KeysetQuery {
    /// In this tenant.
    pub tenant: TenantId,
    /// Only those named after this one.
    pub after: Option<KeyName>,
    /// Only those whose names begin so.
    pub name_prefix: Option<String>,
    /// Only those with all of these tags.
    pub tags: Vec<Tag>,
    /// Only those with this attribute and value.
    pub attribute: Option<(String, String)>,
    /// Only those whose latest version is in this state.
    pub state: Option<State>,
    /// Only those with this owner.
    pub owner: Option<String>,
    /// Only those that this identity owns or was granted something on (a grant to `*` counts).
    pub visible_to: Option<String>,
    /// At most this many.
    pub limit: u32,
}

/// Which end of the objects comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectOrder {
    /// The one made first; of those made at the same time, the one with the lesser identifier.
    Oldest,
    /// The one made last; of those made at the same time, the one with the greater identifier.
    Newest,
}

/// Which objects to list: all conditions must hold.
#[derive(Clone, Debug)]
pub struct ObjectQuery {
    /// In this tenant.
    pub tenant: TenantId,
    /// Only those that come after the one that was made then and has this identifier.
    pub after: Option<(Timestamp, ObjectId)>,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those of this type.
    pub object_type: Option<ObjectType>,
    /// Only those with this owner.
    pub owner: Option<String>,
    /// Only those whose keyset this identity owns or was granted something on (a grant to `*` counts).
    pub visible_to: Option<String>,
    /// In which order.
    pub order: ObjectOrder,
    /// Only those indexed under all of these. The first one is looked up, the others are compared: let it be the one that
    /// the fewest have.
    pub fingerprints: Vec<Fingerprint>,
    /// At most this many.
    pub limit: u32,
}

/// Something that has to be done by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// A keyset has to be rotated or deleted.
    Keyset {
        /// In which tenant.
        tenant: TenantId,
        /// Which one.
        id: KeysetId,
    },
    /// An object has to change its state.
    Object {
        /// In which tenant.
        tenant: TenantId,
        /// Which one.
        id: ObjectId,
        /// Of which keyset.
        keyset: KeysetId,
    },
}

/// How much is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreCounts {
    /// Keysets.
    pub keysets: u64,
    /// Objects.
    pub objects: u64,
}

/// Why the store didn't do what it was asked. Absence is never an error: it is `Ok(None)`.
#[derive(Debug)]
pub enum StoreError {
    /// A row with this key or name is there already.
    AlreadyExists {
        /// The table.
        table: &'static str,
    },
    /// A row isn't there or no longer has the expected sequence number: somebody else was first.
    Conflict {
        /// The table.
        table: &'static str,
    },
    /// A row can't be what this service wrote.
    Inconsistency {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key.
        row: String,
    },
    /// There is no room left.
    Full,
    /// The store can't be written.
    ReadOnly,
    /// The store can't be reached or doesn't work. A commit's outcome may be unknown then.
    Unavailable {
        /// What the driver said, without any value.
        reason: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyExists { table } => write!(formatter, "a row of {table} exists already"),
            Self::Conflict { table } => {
                write!(formatter, "a row of {table} was changed by somebody else")
            }
            Self::Inconsistency { table, column, row } => {
                write!(formatter, "row {row} of {table} has an impossible {column}")
            }
            Self::Full => formatter.write_str("there is no room left on the store's disk"),
            Self::ReadOnly => formatter.write_str("the store is read-only"),
            Self::Unavailable { reason } => write!(formatter, "the store does not work: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Keeps sealed rows. It sees no secret and understands no key.
///
/// A commit is atomic and durable: when it returns `Ok`, all of its changes survive a power failure; when it returns `Err`
/// none was made (but for [`StoreError::Unavailable`], after which the outcome may be unknown). Concurrent commits may share
/// one sync. Reads see every commit that returned before they began.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Makes all of these changes or none.
    async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError>;

    /// One keyset.
    async fn keyset(
        &self,
        tenant: &TenantId,
        selector: KeysetSelector<'_>,
    ) -> Result<Option<KeysetRow>, StoreError>;

    /// One object by its identifier.
    async fn object(
        &self,
        tenant: &TenantId,
        id: ObjectId,
    ) -> Result<Option<ObjectRow>, StoreError>;

    /// One version of a keyset.
    async fn version(
        &self,
        keyset: KeysetId,
        version: u32,
    ) -> Result<Option<ObjectRow>, StoreError>;

    /// The versions of a keyset above `after`, in order, at most `limit`.
    async fn versions(
        &self,
        keyset: KeysetId,
        after: u32,
        limit: u32,
    ) -> Result<Vec<ObjectRow>, StoreError>;

    /// The keysets that a query asks for.
    async fn find_keysets(&self, query: &KeysetQuery) -> Result<Vec<KeysetRow>, StoreError>;

    /// The objects that a query asks for.
    async fn find_objects(&self, query: &ObjectQuery) -> Result<Vec<ObjectRow>, StoreError>;

    /// What has to be done by itself up to and including `until`, soonest first, at most `limit` of keysets and of objects
    /// together.
    async fn due(&self, until: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError>;

    /// All wrapped keys, ordered by kind, tenant and version.
    async fn wrapped_keys(&self) -> Result<Vec<WrappedKeyRow>, StoreError>;

    /// How much is stored. May be approximate while others write.
    async fn counts(&self) -> Result<StoreCounts, StoreError>;
}
