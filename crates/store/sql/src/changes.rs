//! Changes as statements, within a transaction that somebody else begins and ends.

use std::collections::HashSet;

use claviger_model::{ObjectId, TenantId};
use claviger_ports::{Change, KeysetRow, ObjectRow, StoreError, WrappedKeyRow};

use crate::dialect::{Connection, Failure, Record, Sql, Value};
use crate::failure::store_error;
use crate::rows::{self, HAS_ATTRIBUTES, HAS_READ_ACCESS, HAS_TAGS, bytes, unsigned};
use crate::statements::{
    ATTRIBUTES, DELETE_ATTRIBUTES, DELETE_FINGERPRINTS, DELETE_KEYSET, DELETE_OBJECT,
    DELETE_READ_ACCESS, DELETE_TAGS, FINGERPRINTS, Inserts, KEYSET_LISTS, KEYSETS, OBJECT_EXISTS,
    OBJECTS, READ_ACCESS, TAGS, Table, UPDATE_KEYSET, UPDATE_OBJECT, UPDATE_WRAPPED_KEY,
    WRAPPED_KEYS,
};

/// Why changes weren't made.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The one commit can't be made. Others of the same transaction can.
    Commit(StoreError),
    /// The transaction is lost, with all of its commits.
    Transaction(&'static str, Failure),
}

/// By how much the numbers of rows change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delta {
    /// Keysets.
    pub(crate) keysets: i64,
    /// Objects.
    pub(crate) objects: i64,
}

impl Delta {
    /// What these changes do to the numbers of rows, once made.
    pub(crate) fn of(changes: &[Change]) -> Self {
        changes.iter().fold(Self::default(), |sum, change| match change {
            Change::InsertKeyset(_) => Self { keysets: sum.keysets + 1, ..sum },
            Change::DeleteKeyset { .. } => Self { keysets: sum.keysets - 1, ..sum },
            Change::InsertObject(_) => Self { objects: sum.objects + 1, ..sum },
            Change::DeleteObject { .. } => Self { objects: sum.objects - 1, ..sum },
            Change::UpdateKeyset { .. }
            | Change::UpdateObject { .. }
            | Change::IndexObject { .. }
            | Change::InsertWrappedKey(_)
            | Change::UpdateWrappedKey(_) => sum,
        })
    }

    /// Both together.
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self { keysets: self.keysets + other.keysets, objects: self.objects + other.objects }
    }
}

/// Whether changes do nothing but add keysets and objects, and index once what they added, so that their order doesn't matter.
pub(crate) fn only_insert(changes: &[Change]) -> bool {
    let mut added: HashSet<(&TenantId, ObjectId)> = HashSet::new();
    changes.iter().all(|change| match change {
        Change::InsertKeyset(_) => true,
        Change::InsertObject(row) => added.insert((&row.tenant, row.id)),
        Change::IndexObject { tenant, id, .. } => added.remove(&(tenant, *id)),
        _ => false,
    })
}

/// The rows that changes add, by table.
#[derive(Default)]
pub(crate) struct Additions {
    keysets: Vec<Record>,
    objects: Vec<Record>,
    fingerprints: Vec<Record>,
    tags: Vec<Record>,
    attributes: Vec<Record>,
    read_access: Vec<Record>,
}

impl Additions {
    /// The keysets, objects and fingerprints that these changes add; other changes are left out.
    pub(crate) fn of<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Self {
        let mut added = Self::default();
        for change in changes {
            match change {
                Change::InsertKeyset(row) => {
                    added.keysets.push(rows::keyset_values(row));
                    added.tags.extend(rows::tag_values(row));
                    added.attributes.extend(rows::attribute_values(row));
                    added.read_access.extend(rows::read_access_values(row));
                }
                Change::InsertObject(row) => added.objects.push(rows::object_values(row)),
                Change::IndexObject { tenant, id, created, fingerprints } => {
                    let values = rows::fingerprint_values(tenant, *id, *created, fingerprints);
                    added.fingerprints.extend(values);
                }
                _ => {}
            }
        }
        added
    }
}

/// Makes changes on a connection.
pub(crate) struct Changes<'a> {
    /// The connection, within a transaction.
    pub(crate) connection: &'a mut dyn Connection,
    /// The insert statements.
    pub(crate) inserts: &'a mut Inserts,
}

impl Changes<'_> {
    /// Makes the changes of one commit in their order. After a [`Stop::Commit`] some may have been made.
    pub(crate) async fn apply(&mut self, changes: &[Change]) -> Result<(), Stop> {
        if only_insert(changes) {
            return self.insert_all(Additions::of(changes)).await;
        }
        for change in changes {
            match change {
                Change::InsertKeyset(_) | Change::InsertObject(_) => {
                    self.insert_all(Additions::of([change])).await?;
                }
                Change::UpdateKeyset { row, expected } => self.keyset(row, *expected).await?,
                Change::DeleteKeyset { id, expected } => {
                    let values = vec![bytes(id.as_bytes()), unsigned(*expected)];
                    self.expect_one(KEYSETS, DELETE_KEYSET, values).await?;
                }
                Change::UpdateObject { row, expected } => self.object(row, *expected).await?,
                Change::DeleteObject { id, expected } => {
                    let values = vec![bytes(id.as_bytes()), unsigned(*expected)];
                    self.expect_one(OBJECTS, DELETE_OBJECT, values).await?;
                }
                Change::IndexObject { tenant, id, .. } => {
                    self.forget_fingerprints(tenant, *id).await?;
                    self.insert_all(Additions::of([change])).await?;
                }
                Change::InsertWrappedKey(row) => {
                    self.insert(WRAPPED_KEYS, vec![rows::wrapped_key_values(row)]).await?;
                }
                Change::UpdateWrappedKey(row) => self.wrapped_key(row).await?,
            }
        }
        Ok(())
    }

    /// Adds rows, many with one statement.
    pub(crate) async fn insert_all(&mut self, added: Additions) -> Result<(), Stop> {
        let Additions { keysets, objects, fingerprints, tags, attributes, read_access } = added;
        self.insert(KEYSETS, keysets).await?;
        self.insert(OBJECTS, objects).await?;
        self.insert(FINGERPRINTS, fingerprints).await?;
        self.insert(TAGS, tags).await?;
        self.insert(ATTRIBUTES, attributes).await?;
        self.insert(READ_ACCESS, read_access).await
    }

    /// Adds rows to one table.
    async fn insert(&mut self, table: Table, records: Vec<Record>) -> Result<(), Stop> {
        let mut left = records.len();
        let mut records = records.into_iter();
        while left > 0 {
            let rows = Inserts::ROWS.min(1 << left.ilog2());
            left -= rows;
            let sql = self.inserts.statement(table, rows);
            let values = records.by_ref().take(rows).flatten().collect();
            self.run(table, &sql, values).await?;
        }
        Ok(())
    }

    async fn keyset(&mut self, row: &KeysetRow, expected: u64) -> Result<(), Stop> {
        let key = vec![bytes(row.id.as_bytes()), unsigned(expected)];
        let found = self.connection.fetch(&Sql::Fixed(KEYSET_LISTS), key.clone()).await;
        let found = found.map_err(|failure| stop(KEYSETS, failure))?;
        let Some(lists) = found.first() else { return Err(conflict(KEYSETS)) };
        let &[Value::Integer(lists)] = lists.as_slice() else {
            return Err(Stop::Commit(StoreError::Inconsistency {
                table: KEYSETS.name,
                column: "lists",
                row: row.id.to_string(),
            }));
        };
        let values = rows::keyset_values(row).into_iter().skip(1).chain(key).collect();
        self.expect_one(KEYSETS, UPDATE_KEYSET, values).await?;
        for (bit, table, delete) in [
            (HAS_TAGS, TAGS, DELETE_TAGS),
            (HAS_ATTRIBUTES, ATTRIBUTES, DELETE_ATTRIBUTES),
            (HAS_READ_ACCESS, READ_ACCESS, DELETE_READ_ACCESS),
        ] {
            if lists & bit != 0 {
                self.run(table, &Sql::Fixed(delete), vec![bytes(row.id.as_bytes())]).await?;
            }
        }
        self.insert(TAGS, rows::tag_values(row).collect()).await?;
        self.insert(ATTRIBUTES, rows::attribute_values(row).collect()).await?;
        self.insert(READ_ACCESS, rows::read_access_values(row).collect()).await
    }

    async fn object(&mut self, row: &ObjectRow, expected: u64) -> Result<(), Stop> {
        let key = [bytes(row.id.as_bytes()), unsigned(expected)];
        let values = rows::object_values(row).into_iter().skip(1).chain(key).collect();
        self.expect_one(OBJECTS, UPDATE_OBJECT, values).await
    }

    /// Makes room for an object's new fingerprints.
    async fn forget_fingerprints(&mut self, tenant: &TenantId, id: ObjectId) -> Result<(), Stop> {
        let values = vec![bytes(id.as_bytes()), rows::text(tenant.as_str())];
        let found = self.connection.fetch(&Sql::Fixed(OBJECT_EXISTS), values).await;
        if found.map_err(|failure| stop(OBJECTS, failure))?.is_empty() {
            return Err(conflict(OBJECTS));
        }
        let values = vec![bytes(id.as_bytes())];
        self.run(FINGERPRINTS, &Sql::Fixed(DELETE_FINGERPRINTS), values).await.map(drop)
    }

    async fn wrapped_key(&mut self, row: &WrappedKeyRow) -> Result<(), Stop> {
        // kind, tenant, version, created, wrapped: the key goes to the end.
        let mut values = rows::wrapped_key_values(row);
        values.rotate_left(3);
        self.expect_one(WRAPPED_KEYS, UPDATE_WRAPPED_KEY, values).await
    }

    /// Runs a statement that must meet exactly one row.
    async fn expect_one(
        &mut self,
        table: Table,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<(), Stop> {
        match self.run(table, &Sql::Fixed(sql), values).await? {
            0 => Err(conflict(table)),
            _ => Ok(()),
        }
    }

    async fn run(&mut self, table: Table, sql: &Sql, values: Vec<Value>) -> Result<u64, Stop> {
        self.connection.execute(sql, values).await.map_err(|failure| stop(table, failure))
    }
}

fn conflict(table: Table) -> Stop {
    Stop::Commit(StoreError::Conflict { table: table.name })
}

fn stop(table: Table, failure: Failure) -> Stop {
    if failure.is_of_the_statement() {
        Stop::Commit(store_error(table.name, &failure))
    } else {
        Stop::Transaction(table.name, failure)
    }
}
