//! Cases about odd texts and big rows: they come back byte for byte and mean nothing to the store.

use std::sync::Arc;

use claviger_model::{TenantId, Timestamp};
use claviger_ports::{Change, KeysetRow, KeysetSelector, ObjectRow, Store, WrappedKeyRow};

use super::rows::{access, keyset, keyset_query, object, tags, tenant_key};

type Stored = Arc<dyn Store>;

/// Texts that mean something to SQL, to patterns, to placeholders, to collations, or to nobody.
const ODD: [&str; 16] = [
    "'",
    "\"",
    "'; DROP TABLE objects; --",
    "%",
    "_",
    "100%_\\%",
    "$1 ?1 :name @name ?",
    "\\",
    "🔑🗝️",
    "é",
    "e\u{301}",
    "straße",
    "STRASSE",
    " leading and trailing ",
    "\u{202e}right to left",
    "null",
];

/// Owners, tags, attributes and grantees keep every byte.
pub async fn odd_texts_are_byte_exact(store: Stored) {
    for (number, text) in (1..).zip(ODD) {
        let row = KeysetRow {
            owner: text.to_owned(),
            tags: tags(&[text]),
            attributes: vec![(text.to_owned(), text.to_owned())],
            read_access: vec![access(text, 1)],
            ..keyset(number)
        };
        let version = ObjectRow { owner: text.to_owned(), ..object(number, 1) };
        let changes =
            vec![Change::InsertKeyset(row.clone()), Change::InsertObject(version.clone())];
        store.commit(changes).await.unwrap();
        assert_eq!(found(&store, &row).await, Some(row), "{text:?}");
        let read = store.object(&version.tenant, version.id).await.unwrap();
        assert_eq!(read, Some(version), "{text:?}");
    }
}

/// A filter's text is compared byte for byte: no pattern, no case folding, no normalisation.
pub async fn odd_texts_are_found_by_equality_only(store: Stored) {
    for (number, text) in (1..).zip(ODD) {
        let row = KeysetRow {
            owner: text.to_owned(),
            tags: tags(&[text]),
            attributes: vec![("odd".to_owned(), text.to_owned())],
            read_access: vec![access(&format!("to {text}"), 1)],
            ..keyset(number)
        };
        store.commit(vec![Change::InsertKeyset(row)]).await.unwrap();
    }
    for (number, text) in (1..).zip(ODD) {
        let expected = keyset(number).name;
        let mut queries = vec![keyset_query(); 5];
        queries[0].owner = Some(text.to_owned());
        queries[1].tags = tags(&[text]);
        queries[2].attribute = Some(("odd".to_owned(), text.to_owned()));
        queries[3].visible_to = Some(text.to_owned());
        queries[4].visible_to = Some(format!("to {text}"));
        for query in queries {
            let rows = store.find_keysets(&query).await.unwrap();
            let names: Vec<_> = rows.into_iter().map(|row| row.name).collect();
            assert_eq!(names, std::slice::from_ref(&expected), "{text:?} {query:?}");
        }
    }
}

/// A zero byte doesn't cut a text short: it is kept, or the commit is refused whole.
pub async fn a_zero_byte_is_kept_or_refused(store: Stored) {
    let row = KeysetRow {
        owner: "before\0after".to_owned(),
        attributes: vec![("name".to_owned(), "before\0after".to_owned())],
        read_access: vec![access("bob\0", 1)],
        ..keyset(1)
    };
    match store.commit(vec![Change::InsertKeyset(row.clone())]).await {
        Ok(()) => {
            assert_eq!(found(&store, &row).await, Some(row));
            let mut query = keyset_query();
            for cut in ["before", "bob"] {
                query.visible_to = Some(cut.to_owned());
                assert_eq!(store.find_keysets(&query).await.unwrap(), []);
            }
        }
        Err(_) => assert_eq!(found(&store, &row).await, None),
    }
}

/// A mebibyte of sealed bytes of every value, everywhere.
pub async fn big_rows_survive(store: Stored) {
    let sealed: Vec<u8> = (0..=u8::MAX).cycle().take(1 << 20).collect();
    let row = KeysetRow {
        sealed: sealed.clone(),
        attributes: vec![("long".to_owned(), "ä".repeat(2048))],
        ..keyset(1)
    };
    let version = ObjectRow { sealed: sealed.clone(), ..object(1, 1) };
    let wrapped =
        WrappedKeyRow { sealed, created: Timestamp::from_milliseconds(1), ..tenant_key("a", 1) };
    let changes = vec![
        Change::InsertKeyset(row.clone()),
        Change::InsertObject(version.clone()),
        Change::InsertWrappedKey(wrapped.clone()),
    ];
    store.commit(changes).await.unwrap();
    assert_eq!(found(&store, &row).await, Some(row));
    assert_eq!(store.version(version.keyset, 1).await.unwrap(), Some(version));
    assert_eq!(store.wrapped_keys().await.unwrap(), [wrapped]);
}

async fn found(store: &Stored, row: &KeysetRow) -> Option<KeysetRow> {
    store.keyset(&TenantId::default_tenant(), KeysetSelector::Id(row.id)).await.unwrap()
}
