//! The port over a dialect: reads on the reading connections, commits through the writer.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use claviger_model::{KeysetId, ObjectId, TenantId, Timestamp};
use claviger_ports::{
    Change, Due, KeysetQuery, KeysetRow, KeysetSelector, ObjectOrder, ObjectQuery, ObjectRow,
    Store, StoreCounts, StoreError, WrappedKeyRow,
};

use crate::dialect::{Connection, Dialect, Record, Sql, Value};
use crate::readers::{Reader, Readers};
use crate::rows::{self, HAS_ATTRIBUTES, HAS_READ_ACCESS, HAS_TAGS, bytes, text};
use crate::search::{self, List};
use crate::statements::{
    ALL_WRAPPED_KEYS, ATTRIBUTES, COUNTS, DUE_KEYSETS, DUE_OBJECTS, KEYSET_BY_ID, KEYSET_BY_NAME,
    KEYSETS, OBJECT_BY_ID, OBJECT_BY_VERSION, OBJECTS, READ_ACCESS, TAGS, VERSIONS, WRAPPED_KEYS,
};
use crate::writer::Writer;

/// A store on one database.
pub(crate) struct Engine {
    readers: Readers,
    writer: Writer,
}

impl Engine {
    /// Starts on an open writing connection. `kept` lives for as long as the store may write.
    pub(crate) fn start(
        dialect: Arc<dyn Dialect>,
        connection: Box<dyn Connection>,
        kept: impl Send + 'static,
    ) -> Self {
        let writer = Writer::start(Arc::clone(&dialect), connection, kept);
        Self { readers: Readers::new(dialect), writer }
    }

    /// Waits for what goes on, refuses anything new and closes every connection.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.readers.close().await;
        self.writer.close().await
    }

    async fn one_object(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<ObjectRow>, StoreError> {
        let rows = self.readers.rows(OBJECTS.name, Sql::Fixed(sql), values).await?;
        rows.into_iter().next().map(rows::object).transpose()
    }
}

#[async_trait]
impl Store for Engine {
    async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.writer.commit(changes).await
    }

    async fn keyset(
        &self,
        tenant: &TenantId,
        selector: KeysetSelector<'_>,
    ) -> Result<Option<KeysetRow>, StoreError> {
        let (sql, values) = match selector {
            KeysetSelector::Id(id) => {
                (KEYSET_BY_ID, vec![bytes(id.as_bytes()), text(tenant.as_str())])
            }
            KeysetSelector::Name(name) => {
                (KEYSET_BY_NAME, vec![text(tenant.as_str()), text(name.as_str())])
            }
        };
        let mut reader = self.readers.reader().await?;
        reader.begin().await?;
        let found = reader.fetch(KEYSETS.name, &Sql::Fixed(sql), values).await?;
        let found = with_lists(&mut reader, found).await?;
        reader.end().await?;
        Ok(found.into_iter().next())
    }

    async fn object(
        &self,
        tenant: &TenantId,
        id: ObjectId,
    ) -> Result<Option<ObjectRow>, StoreError> {
        self.one_object(OBJECT_BY_ID, vec![bytes(id.as_bytes()), text(tenant.as_str())]).await
    }

    async fn version(
        &self,
        keyset: KeysetId,
        version: u32,
    ) -> Result<Option<ObjectRow>, StoreError> {
        let values = vec![bytes(keyset.as_bytes()), Value::Integer(i64::from(version))];
        self.one_object(OBJECT_BY_VERSION, values).await
    }

    async fn versions(
        &self,
        keyset: KeysetId,
        after: u32,
        limit: u32,
    ) -> Result<Vec<ObjectRow>, StoreError> {
        let values = vec![
            bytes(keyset.as_bytes()),
            Value::Integer(i64::from(after)),
            Value::Integer(i64::from(limit)),
        ];
        let rows = self.readers.rows(OBJECTS.name, Sql::Fixed(VERSIONS), values).await?;
        rows.into_iter().map(rows::object).collect()
    }

    async fn find_keysets(&self, query: &KeysetQuery) -> Result<Vec<KeysetRow>, StoreError> {
        let mut reader = self.readers.reader().await?;
        reader.begin().await?;
        let mut found = Vec::new();
        for search in search::keysets(query) {
            found.extend(reader.fetch(KEYSETS.name, &search.sql, search.values).await?);
        }
        let mut found = with_lists(&mut reader, merged(found, query.limit)).await?;
        reader.end().await?;
        // A list's rows name their tenant themselves. Whoever edits one doesn't get another tenant's keyset by it.
        match found.iter().find(|row| row.tenant != query.tenant) {
            Some(row) => Err(StoreError::Inconsistency {
                table: KEYSETS.name,
                column: "tenant",
                row: row.id.to_string(),
            }),
            None => {
                found.sort_unstable_by(|left, right| left.name.cmp(&right.name));
                Ok(found)
            }
        }
    }

    async fn find_objects(&self, query: &ObjectQuery) -> Result<Vec<ObjectRow>, StoreError> {
        let mut reader = self.readers.reader().await?;
        reader.begin().await?;
        let mut found = Vec::new();
        for search in search::objects(query) {
            let records = reader.fetch(OBJECTS.name, &search.sql, search.values).await?;
            found.extend(
                records.into_iter().map(rows::object).collect::<Result<Vec<_>, StoreError>>()?,
            );
        }
        reader.end().await?;
        match query.order {
            ObjectOrder::Oldest => found.sort_unstable_by_key(|row| (row.created, row.id)),
            ObjectOrder::Newest => found.sort_unstable_by_key(|row| Reverse((row.created, row.id))),
        }
        found.dedup_by_key(|row| row.id);
        found.truncate(query.limit as usize);
        // As with keysets: a grant's row names its tenant itself.
        match found.iter().find(|row| row.tenant != query.tenant) {
            Some(row) => Err(StoreError::Inconsistency {
                table: OBJECTS.name,
                column: "tenant",
                row: row.id.to_string(),
            }),
            None => Ok(found),
        }
    }

    async fn due(&self, until: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
        let values = vec![Value::Integer(until.milliseconds()), Value::Integer(i64::from(limit))];
        let sql = Sql::Fixed(DUE_KEYSETS);
        let keysets = self.readers.rows(KEYSETS.name, sql, values.clone()).await?;
        let sql = Sql::Fixed(DUE_OBJECTS);
        let objects = self.readers.rows(OBJECTS.name, sql, values).await?;
        let mut due = Vec::with_capacity(keysets.len() + objects.len());
        for record in keysets {
            let (at, tenant, id) = rows::due_keyset(record)?;
            due.push((at, Due::Keyset { tenant, id }));
        }
        for record in objects {
            let (at, tenant, id, keyset) = rows::due_object(record)?;
            due.push((at, Due::Object { tenant, id, keyset }));
        }
        // Stable: at the same time keysets stay before objects, and identifiers in order.
        due.sort_by_key(|(at, _)| *at);
        due.truncate(limit as usize);
        Ok(due.into_iter().map(|(_, due)| due).collect())
    }

    async fn wrapped_keys(&self) -> Result<Vec<WrappedKeyRow>, StoreError> {
        let sql = Sql::Fixed(ALL_WRAPPED_KEYS);
        let rows = self.readers.rows(WRAPPED_KEYS.name, sql, Vec::new()).await?;
        rows.into_iter().map(rows::wrapped_key).collect()
    }

    async fn counts(&self) -> Result<StoreCounts, StoreError> {
        let rows = self.readers.rows("row_counts", Sql::Fixed(COUNTS), Vec::new()).await?;
        let missing =
            || StoreError::Inconsistency { table: "row_counts", column: "id", row: "1".to_owned() };
        rows.into_iter().next().ok_or_else(missing).and_then(rows::counts)
    }
}

/// The rows of several statements in the order of names, each once, at most so many.
fn merged(mut found: Vec<Record>, limit: u32) -> Vec<Record> {
    let name = |record: &Record| match record.get(2) {
        Some(Value::Text(name)) => name.clone(),
        // Refused when the row is read.
        _ => String::new(),
    };
    found.sort_by_cached_key(name);
    found.dedup_by(|next, kept| next.first() == kept.first());
    found.truncate(limit as usize);
    found
}

/// The keysets of these records with their tags, attributes and grants, read from the same state of the database.
async fn with_lists(
    reader: &mut Reader<'_>,
    records: Vec<Record>,
) -> Result<Vec<KeysetRow>, StoreError> {
    let found: Vec<_> = records.into_iter().map(rows::keyset).collect::<Result<_, _>>()?;
    let having = |bit| -> Vec<KeysetId> {
        found.iter().filter(|(_, lists)| lists & bit != 0).map(|(row, _)| row.id).collect()
    };
    let (with_tags, with_attributes) = (having(HAS_TAGS), having(HAS_ATTRIBUTES));
    let with_grants = having(HAS_READ_ACCESS);
    let mut keysets: Vec<KeysetRow> = found.into_iter().map(|(row, _)| row).collect();
    let places: HashMap<KeysetId, usize> =
        keysets.iter().enumerate().map(|(place, row)| (row.id, place)).collect();
    for record in listed(reader, List::Tags, TAGS.name, &with_tags).await? {
        let (id, tag) = rows::tag(record)?;
        if let Some(place) = places.get(&id) {
            keysets[*place].tags.push(tag);
        }
    }
    for record in listed(reader, List::Attributes, ATTRIBUTES.name, &with_attributes).await? {
        let (id, attribute) = rows::attribute(record)?;
        if let Some(place) = places.get(&id) {
            keysets[*place].attributes.push(attribute);
        }
    }
    for record in listed(reader, List::ReadAccess, READ_ACCESS.name, &with_grants).await? {
        let (id, access) = rows::read_access(record)?;
        if let Some(place) = places.get(&id) {
            keysets[*place].read_access.push(access);
        }
    }
    Ok(keysets)
}

/// The rows of one list of these keysets, in the order of the list within each keyset.
async fn listed(
    reader: &mut Reader<'_>,
    list: List,
    table: &'static str,
    keysets: &[KeysetId],
) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    for chunk in keysets.chunks(List::KEYSETS) {
        let size = chunk.len().next_power_of_two();
        let padded = chunk.iter().chain(std::iter::repeat(&chunk[0])).take(size);
        let values = padded.map(|id| bytes(id.as_bytes())).collect();
        records.extend(reader.fetch(table, &list.statement(size), values).await?);
    }
    Ok(records)
}
