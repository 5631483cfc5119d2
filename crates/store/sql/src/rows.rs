//! Rows of the port to and from the values of the tables. Whatever the service can't have written is an
//! [`StoreError::Inconsistency`] that names the table, the column and the row.

use claviger_model::{KeyName, KeysetId, ObjectId, ObjectType, State, Tag, TenantId, Timestamp};
use claviger_ports::{
    Fingerprint, KeysetRow, ObjectRow, ReadAccess, StoreCounts, StoreError, WrappedKeyKind,
    WrappedKeyRow,
};

use crate::dialect::{Record, Value};
use crate::statements::{ATTRIBUTES, KEYSETS, OBJECTS, READ_ACCESS, TAGS, WRAPPED_KEYS};

/// The bit of `keysets.lists` that says that there are tags.
pub(crate) const HAS_TAGS: i64 = 1;
/// The bit of `keysets.lists` that says that there are attributes.
pub(crate) const HAS_ATTRIBUTES: i64 = 2;
/// The bit of `keysets.lists` that says that there are grants.
pub(crate) const HAS_READ_ACCESS: i64 = 4;

/// The values of a keyset, in the order of [`KEYSETS`].
pub(crate) fn keyset_values(row: &KeysetRow) -> Record {
    let KeysetRow {
        id,
        tenant,
        name,
        owner,
        state,
        latest,
        due,
        created,
        tags: _,
        attributes: _,
        read_access: _,
        sequence,
        sealed,
    } = row;
    vec![
        bytes(id.as_bytes()),
        text(tenant.as_str()),
        text(name.as_str()),
        text(owner),
        text(state.name()),
        Value::Integer(i64::from(*latest)),
        optional_time(*due),
        Value::Integer(created.milliseconds()),
        Value::Integer(lists_of(row)),
        unsigned(*sequence),
        bytes(sealed),
    ]
}

/// The values of an object, in the order of [`OBJECTS`].
pub(crate) fn object_values(row: &ObjectRow) -> Record {
    let ObjectRow {
        id,
        tenant,
        keyset,
        version,
        object_type,
        state,
        owner,
        due,
        created,
        sequence,
        sealed,
    } = row;
    vec![
        bytes(id.as_bytes()),
        text(tenant.as_str()),
        bytes(keyset.as_bytes()),
        Value::Integer(i64::from(*version)),
        text(object_type.name()),
        text(state.name()),
        text(owner),
        optional_time(*due),
        Value::Integer(created.milliseconds()),
        unsigned(*sequence),
        bytes(sealed),
    ]
}

/// The values of an object's fingerprints, in the order of [`FINGERPRINTS`](crate::statements::FINGERPRINTS).
pub(crate) fn fingerprint_values(
    tenant: &TenantId,
    id: ObjectId,
    created: Timestamp,
    fingerprints: &[Fingerprint],
) -> impl Iterator<Item = Record> {
    fingerprints.iter().map(move |fingerprint| {
        vec![
            text(tenant.as_str()),
            bytes(fingerprint),
            Value::Integer(created.milliseconds()),
            bytes(id.as_bytes()),
        ]
    })
}

/// The values of a keyset's tags, in the order of [`TAGS`].
pub(crate) fn tag_values(row: &KeysetRow) -> impl Iterator<Item = Record> {
    row.tags.iter().map(|tag| {
        vec![
            bytes(row.id.as_bytes()),
            text(tag.as_str()),
            text(row.tenant.as_str()),
            text(row.name.as_str()),
        ]
    })
}

/// The values of a keyset's attributes, in the order of [`ATTRIBUTES`].
pub(crate) fn attribute_values(row: &KeysetRow) -> impl Iterator<Item = Record> {
    row.attributes.iter().map(|(attribute, value)| {
        vec![
            bytes(row.id.as_bytes()),
            text(attribute),
            text(value),
            text(row.tenant.as_str()),
            text(row.name.as_str()),
        ]
    })
}

/// The values of a keyset's grants, in the order of [`READ_ACCESS`].
pub(crate) fn read_access_values(row: &KeysetRow) -> impl Iterator<Item = Record> {
    row.read_access.iter().map(|access| {
        vec![
            bytes(row.id.as_bytes()),
            text(&access.userid),
            unsigned(access.permissions),
            text(row.tenant.as_str()),
            text(row.name.as_str()),
        ]
    })
}

/// The values of a wrapped key, in the order of [`WRAPPED_KEYS`].
pub(crate) fn wrapped_key_values(row: &WrappedKeyRow) -> Record {
    let WrappedKeyRow { kind, tenant, version, created, sealed } = row;
    vec![
        text(kind_name(*kind)),
        text(tenant.as_str()),
        Value::Integer(i64::from(*version)),
        Value::Integer(created.milliseconds()),
        bytes(sealed),
    ]
}

/// Which lists a keyset has.
pub(crate) fn lists_of(row: &KeysetRow) -> i64 {
    let bit = |bit, empty: bool| if empty { 0 } else { bit };
    bit(HAS_TAGS, row.tags.is_empty())
        | bit(HAS_ATTRIBUTES, row.attributes.is_empty())
        | bit(HAS_READ_ACCESS, row.read_access.is_empty())
}

/// A keyset without its lists, and which lists it has.
pub(crate) fn keyset(record: Record) -> Result<(KeysetRow, i64), StoreError> {
    let mut columns = Columns::new(KEYSETS.name, KEYSETS.columns, record, 1);
    let row = KeysetRow {
        id: KeysetId::from_bytes(columns.identifier()?),
        tenant: columns.tenant()?,
        name: columns.checked(|text| KeyName::new(&text).ok())?,
        owner: columns.text()?,
        state: columns.checked(|text| State::from_name(&text))?,
        latest: columns.version()?,
        due: columns.optional_time()?,
        created: columns.time()?,
        tags: Vec::new(),
        attributes: Vec::new(),
        read_access: Vec::new(),
        sequence: 0,
        sealed: Vec::new(),
    };
    let lists = columns.integer()?;
    Ok((KeysetRow { sequence: columns.unsigned()?, sealed: columns.bytes()?, ..row }, lists))
}

/// An object.
pub(crate) fn object(record: Record) -> Result<ObjectRow, StoreError> {
    let mut columns = Columns::new(OBJECTS.name, OBJECTS.columns, record, 1);
    Ok(ObjectRow {
        id: ObjectId::from_bytes(columns.identifier()?),
        tenant: columns.tenant()?,
        keyset: KeysetId::from_bytes(columns.identifier()?),
        version: columns.version()?,
        object_type: columns.checked(|text| ObjectType::from_name(&text))?,
        state: columns.checked(|text| State::from_name(&text))?,
        owner: columns.text()?,
        due: columns.optional_time()?,
        created: columns.time()?,
        sequence: columns.unsigned()?,
        sealed: columns.bytes()?,
    })
}

/// A keyset's identifier and one of its tags.
pub(crate) fn tag(record: Record) -> Result<(KeysetId, Tag), StoreError> {
    let mut columns = Columns::new(TAGS.name, TAGS.columns, record, 2);
    let id = KeysetId::from_bytes(columns.identifier()?);
    Ok((id, columns.checked(|text| Tag::new(&text).ok())?))
}

/// A keyset's identifier and one of its attributes.
pub(crate) fn attribute(record: Record) -> Result<(KeysetId, (String, String)), StoreError> {
    let mut columns = Columns::new(ATTRIBUTES.name, ATTRIBUTES.columns, record, 2);
    let id = KeysetId::from_bytes(columns.identifier()?);
    Ok((id, (columns.text()?, columns.text()?)))
}

/// A keyset's identifier and one of its grants.
pub(crate) fn read_access(record: Record) -> Result<(KeysetId, ReadAccess), StoreError> {
    let mut columns = Columns::new(READ_ACCESS.name, READ_ACCESS.columns, record, 2);
    let id = KeysetId::from_bytes(columns.identifier()?);
    Ok((id, ReadAccess { userid: columns.text()?, permissions: columns.unsigned()? }))
}

/// A wrapped key.
pub(crate) fn wrapped_key(record: Record) -> Result<WrappedKeyRow, StoreError> {
    let mut columns = Columns::new(WRAPPED_KEYS.name, WRAPPED_KEYS.columns, record, 3);
    Ok(WrappedKeyRow {
        kind: columns.checked(|text| kind_from_name(&text))?,
        tenant: columns.tenant()?,
        version: columns.version()?,
        created: columns.time()?,
        sealed: columns.bytes()?,
    })
}

/// When a keyset is due, its tenant and identifier.
pub(crate) fn due_keyset(record: Record) -> Result<(Timestamp, TenantId, KeysetId), StoreError> {
    let mut columns = Columns::new(KEYSETS.name, &["due", "tenant", "id"], record, 3);
    let (due, tenant) = (columns.time()?, columns.tenant()?);
    Ok((due, tenant, KeysetId::from_bytes(columns.identifier()?)))
}

/// When an object is due, its tenant, identifier and keyset.
pub(crate) fn due_object(
    record: Record,
) -> Result<(Timestamp, TenantId, ObjectId, KeysetId), StoreError> {
    let mut columns = Columns::new(OBJECTS.name, &["due", "tenant", "id", "keyset"], record, 3);
    let (due, tenant) = (columns.time()?, columns.tenant()?);
    let id = ObjectId::from_bytes(columns.identifier()?);
    Ok((due, tenant, id, KeysetId::from_bytes(columns.identifier()?)))
}

/// The counts.
pub(crate) fn counts(record: Record) -> Result<StoreCounts, StoreError> {
    let mut columns = Columns::new("row_counts", &["keysets", "objects"], record, 0);
    Ok(StoreCounts { keysets: columns.count()?, objects: columns.count()? })
}

/// The name of a kind, as stored.
pub(crate) const fn kind_name(kind: WrappedKeyKind) -> &'static str {
    match kind {
        WrappedKeyKind::Installation => "installation",
        WrappedKeyKind::TenantKey => "tenant-key",
    }
}

fn kind_from_name(name: &str) -> Option<WrappedKeyKind> {
    [WrappedKeyKind::Installation, WrappedKeyKind::TenantKey]
        .into_iter()
        .find(|kind| kind_name(*kind) == name)
}

/// A text.
pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Bytes.
pub(crate) fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

/// An unsigned number, stored as the signed one with the same bits.
pub(crate) fn unsigned(number: u64) -> Value {
    Value::Integer(number.cast_signed())
}

fn optional_time(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| Value::Integer(time.milliseconds()))
}

/// Takes a record's values one after the other and knows where it is.
struct Columns {
    table: &'static str,
    names: &'static [&'static str],
    values: std::vec::IntoIter<Value>,
    next: usize,
    key: String,
}

impl Columns {
    /// The values of a record of `table`. The columns before `key_columns` name the row in an error.
    fn new(
        table: &'static str,
        names: &'static [&'static str],
        record: Record,
        key_columns: usize,
    ) -> Self {
        let parts: Vec<_> = record.iter().take(key_columns).map(shown).collect();
        Self { table, names, values: record.into_iter(), next: 0, key: parts.join("/") }
    }

    fn value(&mut self) -> Value {
        self.next += 1;
        self.values.next().unwrap_or(Value::Foreign)
    }

    /// The column that was read last can't be what the service wrote.
    fn impossible(&self) -> StoreError {
        let column = self.names.get(self.next - 1).copied().unwrap_or("(missing)");
        StoreError::Inconsistency { table: self.table, column, row: self.key.clone() }
    }

    fn integer(&mut self) -> Result<i64, StoreError> {
        match self.value() {
            Value::Integer(integer) => Ok(integer),
            _ => Err(self.impossible()),
        }
    }

    fn unsigned(&mut self) -> Result<u64, StoreError> {
        self.integer().map(i64::cast_unsigned)
    }

    fn count(&mut self) -> Result<u64, StoreError> {
        u64::try_from(self.integer()?).map_err(|_| self.impossible())
    }

    fn version(&mut self) -> Result<u32, StoreError> {
        u32::try_from(self.integer()?).map_err(|_| self.impossible())
    }

    fn time(&mut self) -> Result<Timestamp, StoreError> {
        self.integer().map(Timestamp::from_milliseconds)
    }

    fn optional_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        match self.value() {
            Value::Null => Ok(None),
            Value::Integer(integer) => Ok(Some(Timestamp::from_milliseconds(integer))),
            _ => Err(self.impossible()),
        }
    }

    fn text(&mut self) -> Result<String, StoreError> {
        match self.value() {
            Value::Text(text) => Ok(text),
            _ => Err(self.impossible()),
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.value() {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.impossible()),
        }
    }

    fn identifier(&mut self) -> Result<[u8; 16], StoreError> {
        <[u8; 16]>::try_from(self.bytes()?).map_err(|_| self.impossible())
    }

    fn tenant(&mut self) -> Result<TenantId, StoreError> {
        self.checked(|text| TenantId::new(&text).ok())
    }

    fn checked<T>(&mut self, check: impl FnOnce(String) -> Option<T>) -> Result<T, StoreError> {
        let text = self.text()?;
        check(text).ok_or_else(|| self.impossible())
    }
}

/// A key's value in an error message: identifiers as UUIDs or hexadecimal.
fn shown(value: &Value) -> String {
    match value {
        Value::Bytes(bytes) => match uuid::Uuid::from_slice(bytes) {
            Ok(uuid) => uuid.hyphenated().to_string(),
            Err(_) => format!("of {} bytes", bytes.len()),
        },
        Value::Text(text) => text.chars().take(128).flat_map(char::escape_debug).collect(),
        Value::Integer(integer) => integer.to_string(),
        Value::Null => "null".to_owned(),
        Value::Foreign => "unreadable".to_owned(),
    }
}
