//! The statements of `find_keysets` and `find_objects`, put together from what a query asks.
//!
//! Each is driven by one index that gives its rows in the order of the list, so that a page costs what it shows and what
//! the other conditions leave out. Who may see a keyset is a union of three sets (owned, granted, granted to everybody), and
//! so are three statements whose rows are merged. One statement sorts, that of the objects which somebody was granted: their
//! order is that of neither the grants nor the objects.

use claviger_ports::{Fingerprint, KeysetQuery, ObjectOrder, ObjectQuery};

use crate::dialect::{Sql, Value};
use crate::rows::{bytes, text};
use crate::statements::{keyset_columns, object_columns};

/// A statement and the values of its parameters.
#[derive(Debug)]
pub(crate) struct Search {
    /// The statement.
    pub(crate) sql: Sql,
    /// Its values.
    pub(crate) values: Vec<Value>,
}

/// What gives a statement's rows in order.
enum Driver<'a> {
    /// `keysets` itself, with those of this owner if given.
    Keysets(Option<&'a str>),
    /// The tag at this place of the query.
    Tag(&'a str),
    /// An attribute and its value.
    Attribute(&'a str, &'a str),
    /// The grants to this identity.
    Grants(&'a str),
}

/// The statements whose rows together, ordered by name and each once, answer a query.
pub(crate) fn keysets(query: &KeysetQuery) -> Vec<Search> {
    if let Some(tag) = query.tags.first() {
        return vec![driven(query, &Driver::Tag(tag.as_str()), 1, true)];
    }
    if let Some((attribute, value)) = &query.attribute {
        return vec![driven(query, &Driver::Attribute(attribute, value), 0, true)];
    }
    match &query.visible_to {
        Some(identity) => vec![
            driven(query, &Driver::Keysets(Some(identity)), 0, false),
            driven(query, &Driver::Grants(identity), 0, false),
            driven(query, &Driver::Grants("*"), 0, false),
        ],
        None => vec![driven(query, &Driver::Keysets(query.owner.as_deref()), 0, false)],
    }
}

/// The statement of one driver. `check_visibility` is off where the driver itself sees to it.
fn driven(
    query: &KeysetQuery,
    driver: &Driver<'_>,
    tags_done: usize,
    check_visibility: bool,
) -> Search {
    let mut parts = Parts::default();
    let attribute_done = matches!(driver, Driver::Attribute(..));
    let name = match driver {
        Driver::Keysets(owner) => {
            parts.push("FROM keysets k WHERE k.tenant = ?", [text(query.tenant.as_str())]);
            if let Some(owner) = owner {
                parts.push("AND k.owner = ?", [text(owner)]);
            }
            "k.name"
        }
        Driver::Tag(tag) => {
            parts.push(
                "FROM tags d JOIN keysets k ON k.id = d.keyset WHERE d.tenant = ? AND d.tag = ?",
                [text(query.tenant.as_str()), text(tag)],
            );
            "d.name"
        }
        Driver::Attribute(attribute, value) => {
            parts.push(
                "FROM attributes d JOIN keysets k ON k.id = d.keyset \
                 WHERE d.tenant = ? AND d.attribute = ? AND d.value = ?",
                [text(query.tenant.as_str()), text(attribute), text(value)],
            );
            "d.name"
        }
        Driver::Grants(identity) => {
            parts.push(
                "FROM read_access d JOIN keysets k ON k.id = d.id \
                 WHERE d.tenant = ? AND d.userid = ? AND d.permissions <> 0",
                [text(query.tenant.as_str()), text(identity)],
            );
            "d.name"
        }
    };
    parts.names(query, name);
    parts.conditions(query, driver, tags_done, attribute_done, check_visibility);
    let limit = format!("ORDER BY {name} LIMIT ?");
    parts.push(&limit, [Value::Integer(i64::from(query.limit))]);
    parts.search(concat!("SELECT ", keyset_columns!()))
}

/// What gives a statement's objects.
enum ObjectDriver<'a> {
    /// `objects` itself, with those of this owner if given.
    Objects(Option<&'a str>),
    /// What is indexed under the query's first fingerprint.
    Fingerprint(&'a Fingerprint),
    /// The grants to this identity.
    Grants(&'a str),
}

/// The statements whose rows together, in order and each once, answer a query.
pub(crate) fn objects(query: &ObjectQuery) -> Vec<Search> {
    if let Some(first) = query.fingerprints.first() {
        return vec![driven_objects(query, &ObjectDriver::Fingerprint(first))];
    }
    match &query.visible_to {
        Some(identity) => vec![
            driven_objects(query, &ObjectDriver::Objects(Some(identity))),
            driven_objects(query, &ObjectDriver::Grants(identity)),
            driven_objects(query, &ObjectDriver::Grants("*")),
        ],
        None => vec![driven_objects(query, &ObjectDriver::Objects(query.owner.as_deref()))],
    }
}

fn driven_objects(query: &ObjectQuery, driver: &ObjectDriver<'_>) -> Search {
    let mut parts = Parts::default();
    let tenant = text(query.tenant.as_str());
    let (created, id) = match driver {
        ObjectDriver::Objects(owner) => {
            parts.push("FROM objects o WHERE o.tenant = ?", [tenant]);
            if let Some(owner) = owner {
                parts.push("AND o.owner = ?", [text(owner)]);
            }
            ("o.created", "o.id")
        }
        ObjectDriver::Fingerprint(fingerprint) => {
            parts.push(
                "FROM fingerprints f JOIN objects o ON o.id = f.object \
                 WHERE f.tenant = ? AND f.fingerprint = ? AND o.tenant = f.tenant",
                [tenant, bytes(*fingerprint)],
            );
            ("f.created", "f.object")
        }
        ObjectDriver::Grants(identity) => {
            // A cross join is made in the order in which it is written, by SQLite: the grants lead to the objects. The other
            // way round would save the sorting, and read all objects of the tenant.
            parts.push(
                "FROM read_access d CROSS JOIN objects o \
                 WHERE d.tenant = ? AND d.userid = ? AND d.permissions <> 0 AND o.keyset = d.id",
                [tenant, text(identity)],
            );
            ("o.created", "o.id")
        }
    };
    parts.object_conditions(query, driver);
    let (beyond, direction) = match query.order {
        ObjectOrder::Oldest => (">", "ASC"),
        ObjectOrder::Newest => ("<", "DESC"),
    };
    if let Some((at, last)) = query.after {
        let values = [Value::Integer(at.milliseconds()), bytes(last.as_bytes())];
        parts.push(&format!("AND ({created}, {id}) {beyond} (?, ?)"), values);
    }
    let limit = format!("ORDER BY {created} {direction}, {id} {direction} LIMIT ?");
    parts.push(&limit, [Value::Integer(i64::from(query.limit))]);
    parts.search(concat!("SELECT ", object_columns!()))
}

/// A list of keysets: tags, attributes or grants.
#[derive(Clone, Copy)]
pub(crate) enum List {
    /// Tags.
    Tags,
    /// Attributes.
    Attributes,
    /// Grants.
    ReadAccess,
}

impl List {
    /// The most keysets of one statement. Their number is filled up to a power of two, so that few statements are prepared.
    pub(crate) const KEYSETS: usize = 64;

    /// The statement that reads this list of so many keysets.
    pub(crate) fn statement(self, keysets: usize) -> Sql {
        let marks = vec!["?"; keysets].join(", ");
        let sql = match self {
            Self::Tags => {
                format!(
                    "SELECT keyset, tag FROM tags WHERE keyset IN ({marks}) ORDER BY keyset, tag"
                )
            }
            Self::Attributes => format!(
                "SELECT keyset, attribute, value FROM attributes WHERE keyset IN ({marks}) \
                 ORDER BY keyset, attribute"
            ),
            Self::ReadAccess => format!(
                "SELECT id, userid, permissions FROM read_access WHERE id IN ({marks}) \
                 ORDER BY id, userid"
            ),
        };
        Sql::Built(sql.into())
    }
}

/// The parts of a statement and their values, in step.
#[derive(Default)]
struct Parts {
    sql: String,
    values: Vec<Value>,
}

impl Parts {
    fn push<const COUNT: usize>(&mut self, sql: &str, values: [Value; COUNT]) {
        self.sql.push(' ');
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    /// The range of names: one lower bound only, as an index range has one.
    fn names(&mut self, query: &KeysetQuery, name: &str) {
        let after = query.after.as_ref().map(|after| after.as_str());
        let prefix = query.name_prefix.as_deref();
        match (after, prefix) {
            (Some(after), prefix) if prefix.is_none_or(|prefix| prefix <= after) => {
                self.push(&format!("AND {name} > ?"), [text(after)]);
            }
            (_, Some(prefix)) => self.push(&format!("AND {name} >= ?"), [text(prefix)]),
            (_, None) => {}
        }
        if let Some(prefix) = prefix {
            // Names are ASCII: nothing that begins with the prefix lies behind this.
            self.push(&format!("AND {name} < ?"), [text(&format!("{prefix}\u{10ffff}"))]);
        }
    }

    /// The conditions that the driver doesn't see to.
    fn conditions(
        &mut self,
        query: &KeysetQuery,
        driver: &Driver<'_>,
        tags_done: usize,
        attribute_done: bool,
        check_visibility: bool,
    ) {
        if let Some(state) = query.state {
            self.push("AND k.state = ?", [text(state.name())]);
        }
        let owner_done = matches!((driver, &query.owner),
            (Driver::Keysets(Some(driven)), Some(asked)) if driven == asked);
        if let Some(owner) = query.owner.as_ref().filter(|_| !owner_done) {
            self.push("AND k.owner = ?", [text(owner)]);
        }
        for tag in query.tags.iter().skip(tags_done) {
            self.push(
                "AND EXISTS (SELECT 1 FROM tags t WHERE t.keyset = k.id AND t.tag = ?)",
                [text(tag.as_str())],
            );
        }
        if let Some((attribute, value)) = query.attribute.as_ref().filter(|_| !attribute_done) {
            self.push(
                "AND EXISTS (SELECT 1 FROM attributes a \
                 WHERE a.keyset = k.id AND a.attribute = ? AND a.value = ?)",
                [text(attribute), text(value)],
            );
        }
        if let Some(identity) = query.visible_to.as_ref().filter(|_| check_visibility) {
            self.push(
                "AND (k.owner = ? OR EXISTS (SELECT 1 FROM read_access r \
                 WHERE r.id = k.id AND r.userid IN (?, ?) AND r.permissions <> 0))",
                [text(identity), text(identity), text("*")],
            );
        }
    }

    /// The conditions on objects that the driver doesn't see to.
    fn object_conditions(&mut self, query: &ObjectQuery, driver: &ObjectDriver<'_>) {
        if let Some(state) = query.state {
            self.push("AND o.state = ?", [text(state.name())]);
        }
        if let Some(object_type) = query.object_type {
            self.push("AND o.type = ?", [text(object_type.name())]);
        }
        let owner_done = matches!((driver, &query.owner),
            (ObjectDriver::Objects(Some(driven)), Some(asked)) if driven == asked);
        if let Some(owner) = query.owner.as_ref().filter(|_| !owner_done) {
            self.push("AND o.owner = ?", [text(owner)]);
        }
        let ObjectDriver::Fingerprint(_) = driver else { return };
        for fingerprint in query.fingerprints.iter().skip(1) {
            self.push(
                "AND EXISTS (SELECT 1 FROM fingerprints g WHERE g.tenant = f.tenant \
                 AND g.fingerprint = ? AND g.created = f.created AND g.object = f.object)",
                [bytes(fingerprint)],
            );
        }
        if let Some(identity) = &query.visible_to {
            self.push(
                "AND (o.owner = ? OR EXISTS (SELECT 1 FROM read_access r \
                 WHERE r.id = o.keyset AND r.userid IN (?, ?) AND r.permissions <> 0))",
                [text(identity), text(identity), text("*")],
            );
        }
    }

    fn search(self, select: &str) -> Search {
        Search { sql: Sql::Built(format!("{select}{}", self.sql).into()), values: self.values }
    }
}
