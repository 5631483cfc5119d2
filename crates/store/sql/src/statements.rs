//! The tables and every statement of the store that is written out. Those that depend on a query are put together in
//! `search.rs`; the test in `plans.rs` walks all of them.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::dialect::Sql;

/// A table that rows are inserted into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Table {
    /// The table's name.
    pub(crate) name: &'static str,
    /// Its columns, in the order in which a row's values come.
    pub(crate) columns: &'static [&'static str],
}

/// Keysets.
pub(crate) const KEYSETS: Table = Table {
    name: "keysets",
    columns: &[
        "id", "tenant", "name", "owner", "state", "latest", "due", "created", "lists", "sequence",
        "sealed",
    ],
};

/// Objects.
pub(crate) const OBJECTS: Table = Table {
    name: "objects",
    columns: &[
        "id", "tenant", "keyset", "version", "type", "state", "owner", "due", "created",
        "sequence", "object",
    ],
};

/// What objects are found by.
pub(crate) const FINGERPRINTS: Table =
    Table { name: "fingerprints", columns: &["tenant", "fingerprint", "created", "object"] };

/// Tags of keysets.
pub(crate) const TAGS: Table =
    Table { name: "tags", columns: &["keyset", "tag", "tenant", "name"] };

/// Custom attributes of keysets.
pub(crate) const ATTRIBUTES: Table =
    Table { name: "attributes", columns: &["keyset", "attribute", "value", "tenant", "name"] };

/// Grants on keysets.
pub(crate) const READ_ACCESS: Table =
    Table { name: "read_access", columns: &["id", "userid", "permissions", "tenant", "name"] };

/// Wrapped keys.
pub(crate) const WRAPPED_KEYS: Table =
    Table { name: "wrapped_keys", columns: &["kind", "tenant", "version", "created", "wrapped"] };

/// All tables that rows are inserted into.
#[cfg(test)]
pub(crate) const TABLES: [Table; 7] =
    [KEYSETS, OBJECTS, FINGERPRINTS, TAGS, ATTRIBUTES, READ_ACCESS, WRAPPED_KEYS];

/// The columns of a keyset row `k`, in the order of [`KEYSETS`].
macro_rules! keyset_columns {
    () => {
        "k.id, k.tenant, k.name, k.owner, k.state, k.latest, k.due, k.created, k.lists, \
         k.sequence, k.sealed"
    };
}
pub(crate) use keyset_columns;

/// The columns of an object row `o`, in the order of [`OBJECTS`].
macro_rules! object_columns {
    () => {
        "o.id, o.tenant, o.keyset, o.version, o.type, o.state, o.owner, o.due, o.created, \
         o.sequence, o.object"
    };
}
pub(crate) use object_columns;

/// A keyset by identifier, tenant.
pub(crate) const KEYSET_BY_ID: &str =
    concat!("SELECT ", keyset_columns!(), " FROM keysets k WHERE k.id = ? AND k.tenant = ?");
/// A keyset by tenant, name.
pub(crate) const KEYSET_BY_NAME: &str =
    concat!("SELECT ", keyset_columns!(), " FROM keysets k WHERE k.tenant = ? AND k.name = ?");
/// Which lists a keyset has, by identifier, expected sequence number.
pub(crate) const KEYSET_LISTS: &str = "SELECT lists FROM keysets WHERE id = ? AND sequence = ?";
/// Replaces a keyset: all columns but the identifier in their order, then identifier, expected sequence number.
pub(crate) const UPDATE_KEYSET: &str = "UPDATE keysets SET tenant = ?, name = ?, owner = ?, \
    state = ?, latest = ?, due = ?, created = ?, lists = ?, sequence = ?, sealed = ? \
    WHERE id = ? AND sequence = ?";
/// Deletes a keyset and, by cascade, its lists.
pub(crate) const DELETE_KEYSET: &str = "DELETE FROM keysets WHERE id = ? AND sequence = ?";
/// Deletes a keyset's tags.
pub(crate) const DELETE_TAGS: &str = "DELETE FROM tags WHERE keyset = ?";
/// Deletes a keyset's attributes.
pub(crate) const DELETE_ATTRIBUTES: &str = "DELETE FROM attributes WHERE keyset = ?";
/// Deletes a keyset's grants.
pub(crate) const DELETE_READ_ACCESS: &str = "DELETE FROM read_access WHERE id = ?";

/// An object by identifier, tenant.
pub(crate) const OBJECT_BY_ID: &str =
    concat!("SELECT ", object_columns!(), " FROM objects o WHERE o.id = ? AND o.tenant = ?");
/// An object by keyset, version.
pub(crate) const OBJECT_BY_VERSION: &str =
    concat!("SELECT ", object_columns!(), " FROM objects o WHERE o.keyset = ? AND o.version = ?");
/// The objects of a keyset above a version, at most so many.
pub(crate) const VERSIONS: &str = concat!(
    "SELECT ",
    object_columns!(),
    " FROM objects o WHERE o.keyset = ? AND o.version > ? ORDER BY o.version LIMIT ?"
);
/// Replaces an object: all columns but the identifier in their order, then identifier, expected sequence number.
pub(crate) const UPDATE_OBJECT: &str = "UPDATE objects SET tenant = ?, keyset = ?, version = ?, \
    type = ?, state = ?, owner = ?, due = ?, created = ?, sequence = ?, object = ? \
    WHERE id = ? AND sequence = ?";
/// Deletes an object and, by cascade, its fingerprints.
pub(crate) const DELETE_OBJECT: &str = "DELETE FROM objects WHERE id = ? AND sequence = ?";
/// Whether there is an object: by identifier, tenant.
pub(crate) const OBJECT_EXISTS: &str = "SELECT 1 FROM objects WHERE id = ? AND tenant = ?";
/// Deletes an object's fingerprints.
pub(crate) const DELETE_FINGERPRINTS: &str = "DELETE FROM fingerprints WHERE object = ?";

/// The keysets that are due, soonest first: until, at most so many.
pub(crate) const DUE_KEYSETS: &str =
    "SELECT due, tenant, id FROM keysets WHERE due <= ? ORDER BY due, id LIMIT ?";
/// The objects that are due, soonest first: until, at most so many.
pub(crate) const DUE_OBJECTS: &str =
    "SELECT due, tenant, id, keyset FROM objects WHERE due <= ? ORDER BY due, id LIMIT ?";

/// All wrapped keys: the one statement that reads a whole table, by intention.
pub(crate) const ALL_WRAPPED_KEYS: &str = "SELECT kind, tenant, version, created, wrapped \
    FROM wrapped_keys ORDER BY kind, tenant, version";
/// Replaces the wrapping of a key: created, wrapped, then kind, tenant, version.
pub(crate) const UPDATE_WRAPPED_KEY: &str = "UPDATE wrapped_keys SET created = ?, wrapped = ? \
    WHERE kind = ? AND tenant = ? AND version = ?";

/// How many rows there are.
pub(crate) const COUNTS: &str = "SELECT keysets, objects FROM row_counts WHERE id = 1";
/// Adds to the counts: keysets, objects.
pub(crate) const ADD_COUNTS: &str =
    "UPDATE row_counts SET keysets = keysets + ?, objects = objects + ? WHERE id = 1";

/// Ends a transaction and keeps it.
pub(crate) const COMMIT: &str = "COMMIT";
/// Ends a transaction and forgets it.
pub(crate) const ROLLBACK: &str = "ROLLBACK";
/// Marks where one of several commits of a transaction begins.
pub(crate) const SAVEPOINT: &str = "SAVEPOINT one";
/// Forgets what came after the mark.
pub(crate) const ROLLBACK_TO: &str = "ROLLBACK TO SAVEPOINT one";
/// Forgets the mark.
pub(crate) const RELEASE: &str = "RELEASE SAVEPOINT one";

/// Every fixed statement that finds rows by a condition.
#[cfg(test)]
pub(crate) const SEARCHING: [&str; 20] = [
    KEYSET_BY_ID,
    KEYSET_BY_NAME,
    KEYSET_LISTS,
    UPDATE_KEYSET,
    DELETE_KEYSET,
    DELETE_TAGS,
    DELETE_ATTRIBUTES,
    DELETE_READ_ACCESS,
    OBJECT_BY_ID,
    OBJECT_BY_VERSION,
    VERSIONS,
    UPDATE_OBJECT,
    DELETE_OBJECT,
    OBJECT_EXISTS,
    DELETE_FINGERPRINTS,
    DUE_KEYSETS,
    DUE_OBJECTS,
    UPDATE_WRAPPED_KEY,
    COUNTS,
    ADD_COUNTS,
];

/// The insert statements that were used so far, by table and number of rows.
#[derive(Default)]
pub(crate) struct Inserts(HashMap<(&'static str, usize), Arc<str>>);

impl Inserts {
    /// The most rows of one statement. Numbers of rows are powers of two, so that few statements are prepared.
    pub(crate) const ROWS: usize = 64;

    /// The statement that inserts this many rows.
    pub(crate) fn statement(&mut self, table: Table, rows: usize) -> Sql {
        let built = self.0.entry((table.name, rows)).or_insert_with(|| insert(table, rows).into());
        Sql::Built(Arc::clone(built))
    }
}

fn insert(table: Table, rows: usize) -> String {
    let mut sql = format!("INSERT INTO {} ({}) VALUES ", table.name, table.columns.join(", "));
    let row = format!("({})", vec!["?"; table.columns.len()].join(", "));
    for number in 0..rows {
        let separator = if number == 0 { "" } else { ", " };
        write!(sql, "{separator}{row}").expect("writing to a string succeeds");
    }
    sql
}
