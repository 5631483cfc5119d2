//! The test that no statement reads a whole table or sorts one: SQLite's own plan of each is looked at.

use claviger_model::{KeyName, ObjectId, ObjectType, State, Tag, TenantId, Timestamp};
use claviger_ports::{KeysetQuery, ObjectOrder, ObjectQuery};

use crate::SqlStore;
use crate::SqliteOptions;
use crate::dialect::sqlite::SqliteDialect;
use crate::dialect::{Access, Connection, Dialect, Sql, Value};
use crate::search::{self, List};
use crate::statements::{ALL_WRAPPED_KEYS, Inserts, SEARCHING, TABLES};

#[tokio::test]
async fn no_statement_scans_or_sorts() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claviger.db");
    let store = SqlStore::open(SqliteOptions { path: path.clone() }).await.unwrap();
    let mut connection = SqliteDialect::new(path).connect(Access::Read).await.unwrap();
    let mut walked = 0;
    for sql in all_statements() {
        for (place, step) in plan(&mut *connection, &sql).await.into_iter().enumerate() {
            let scans = step.starts_with("SCAN") && step != "SCAN CONSTANT ROW";
            // What somebody was granted is sorted by age, by intention; it is read whole for that, and nothing else is.
            let granted = sql.contains("FROM read_access d CROSS JOIN objects");
            let driver = if granted {
                Some("d")
            } else {
                sql.contains("FROM fingerprints f").then_some("f")
            };
            if let Some(driver) = driver {
                // What leads to objects comes first, and then they are looked up by what it says, not by their age.
                let expected = if place == 0 { driver } else { "o" };
                let in_order = place > 1 || step.starts_with(&format!("SEARCH {expected} USING"));
                assert!(in_order && !step.contains("objects_by_"), "{step}\n{sql}");
            }
            let sorts = step.contains("TEMP B-TREE") && !granted;
            assert!(!scans && !sorts, "{step}\n{sql}");
        }
        walked += 1;
    }
    assert!(walked > 600, "{walked}");
    let everything = plan(&mut *connection, ALL_WRAPPED_KEYS).await;
    assert_eq!(everything, ["SCAN wrapped_keys"], "in the order of its key, without sorting");
    // The test itself can fail: a condition without an index is a scan.
    let scan = plan(&mut *connection, "SELECT id FROM keysets WHERE latest = ?").await;
    assert!(scan[0].starts_with("SCAN"), "{scan:?}");
    drop(connection);
    store.close().await.unwrap();
}

fn all_statements() -> Vec<String> {
    let mut statements: Vec<String> = SEARCHING.iter().map(|sql| (*sql).to_owned()).collect();
    let mut inserts = Inserts::default();
    for table in TABLES {
        statements.push(shown(&inserts.statement(table, 1)));
    }
    for list in [List::Tags, List::Attributes, List::ReadAccess] {
        for keysets in [1, 2, List::KEYSETS] {
            statements.push(shown(&list.statement(keysets)));
        }
    }
    for query in keyset_queries() {
        statements.extend(search::keysets(&query).iter().map(|search| shown(&search.sql)));
    }
    for query in object_queries() {
        statements.extend(search::objects(&query).iter().map(|search| shown(&search.sql)));
    }
    statements
}

/// Every combination of conditions.
fn object_queries() -> impl Iterator<Item = ObjectQuery> {
    (0..64_u32).flat_map(|choice| {
        let bit = move |position: u32| choice >> position & 1 == 1;
        (0..3).map(move |fingerprints| ObjectQuery {
            tenant: TenantId::default_tenant(),
            after: bit(0).then(|| (Timestamp::from_milliseconds(7), ObjectId::from_bytes([7; 16]))),
            state: bit(1).then_some(State::Active),
            object_type: bit(2).then_some(ObjectType::SymmetricKey),
            owner: bit(3).then(|| "alice".to_owned()),
            visible_to: bit(4).then(|| "bob".to_owned()),
            order: if bit(5) { ObjectOrder::Oldest } else { ObjectOrder::Newest },
            fingerprints: vec![[7; 16]; fingerprints],
            limit: 10,
        })
    })
}

/// Every combination of conditions.
fn keyset_queries() -> impl Iterator<Item = KeysetQuery> {
    (0..256_u32).flat_map(|choice| {
        let bit = move |position: u32| choice >> position & 1 == 1;
        let mut tags = Vec::new();
        if bit(2) {
            tags.push(Tag::new("red").unwrap());
        }
        if bit(2) && bit(3) {
            tags.push(Tag::new("blue").unwrap());
        }
        ["alice", "bob"].map(|visible| KeysetQuery {
            tenant: TenantId::default_tenant(),
            after: bit(0).then(|| KeyName::new("key-1").unwrap()),
            name_prefix: bit(1).then(|| "key-".to_owned()),
            tags: tags.clone(),
            attribute: bit(4).then(|| ("region".to_owned(), "north".to_owned())),
            state: bit(5).then_some(State::Active),
            owner: bit(6).then(|| "alice".to_owned()),
            visible_to: bit(7).then(|| visible.to_owned()),
            limit: 10,
        })
    })
}

fn shown(sql: &Sql) -> String {
    match sql {
        Sql::Fixed(sql) => (*sql).to_owned(),
        Sql::Built(sql) => sql.to_string(),
    }
}

/// The steps of a statement's plan, in SQLite's words.
async fn plan(connection: &mut dyn Connection, sql: &str) -> Vec<String> {
    let explained = Sql::Built(format!("EXPLAIN QUERY PLAN {sql}").into());
    let rows = connection.fetch(&explained, Vec::new()).await.unwrap();
    rows.into_iter()
        .map(|row| match row.into_iter().nth(3) {
            Some(Value::Text(step)) => step,
            other => panic!("{other:?}"),
        })
        .collect()
}
