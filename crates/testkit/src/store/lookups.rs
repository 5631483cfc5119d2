//! Cases about looking up single rows, versions and wrapped keys, and about counting.

use std::sync::Arc;

use claviger_model::{ObjectType, State, TenantId};
use claviger_ports::{
    Change, KeysetRow, KeysetSelector, ObjectRow, Store, StoreError, WrappedKeyKind, WrappedKeyRow,
};

use super::rows::{
    access, at, full_keyset, keyset, keyset_id, name, object, object_id, tenant, tenant_key,
};

type Stored = Arc<dyn Store>;

/// What belongs to one tenant isn't there for another, neither by name nor by identifier.
pub async fn tenants_do_not_see_each_other(store: Stored) {
    let changes = vec![Change::InsertKeyset(full_keyset(1)), Change::InsertObject(object(1, 1))];
    store.commit(changes).await.unwrap();
    let stranger = tenant("stranger");
    let row = full_keyset(1);
    assert_eq!(store.keyset(&stranger, KeysetSelector::Id(row.id)).await.unwrap(), None);
    assert_eq!(store.keyset(&stranger, KeysetSelector::Name(&row.name)).await.unwrap(), None);
    assert_eq!(store.object(&stranger, object_id(1, 1)).await.unwrap(), None);
}

/// What isn't there is `None`, and lists are empty.
pub async fn absence_is_none(store: Stored) {
    let default = TenantId::default_tenant();
    let selector = KeysetSelector::Id(keyset_id(1));
    assert_eq!(store.keyset(&default, selector).await.unwrap(), None);
    let missing = name("missing");
    let selector = KeysetSelector::Name(&missing);
    assert_eq!(store.keyset(&default, selector).await.unwrap(), None);
    assert_eq!(store.object(&default, object_id(1, 1)).await.unwrap(), None);
    assert_eq!(store.version(keyset_id(1), 1).await.unwrap(), None);
    assert_eq!(store.versions(keyset_id(1), 0, 10).await.unwrap(), []);
    assert_eq!(store.wrapped_keys().await.unwrap(), []);
    assert_eq!(store.due(at(i64::MAX), 10).await.unwrap(), []);
}

/// Versions are ordered as numbers and paged by the last one seen.
pub async fn versions_come_in_order_and_pages(store: Stored) {
    let numbers = [10, 2, 300, 1, 4_000_000_000, 30];
    for version in numbers {
        store.commit(vec![Change::InsertObject(object(1, version))]).await.unwrap();
    }
    store.commit(vec![Change::InsertObject(object(2, 5))]).await.unwrap();
    let mut seen = Vec::new();
    let mut after = 0;
    loop {
        let page = store.versions(keyset_id(1), after, 4).await.unwrap();
        assert!(page.len() <= 4);
        let Some(last) = page.last() else { break };
        after = last.version;
        seen.extend(page.into_iter().map(|row| row.version));
    }
    assert_eq!(seen, [1, 2, 10, 30, 300, 4_000_000_000]);
    assert_eq!(store.versions(keyset_id(1), 0, 0).await.unwrap(), []);
    assert_eq!(store.versions(keyset_id(1), u32::MAX, 5).await.unwrap(), []);
    assert_eq!(store.version(keyset_id(1), 300).await.unwrap(), Some(object(1, 300)));
    assert_eq!(store.version(keyset_id(1), 301).await.unwrap(), None);
}

/// All wrapped keys come by kind, tenant, version.
pub async fn wrapped_keys_are_ordered(store: Stored) {
    let installation =
        WrappedKeyRow { kind: WrappedKeyKind::Installation, ..tenant_key("default", 1) };
    let expected = [
        installation.clone(),
        tenant_key("B", 1),
        tenant_key("a", 1),
        tenant_key("a", 2),
        tenant_key("a", 10),
        tenant_key("b", 1),
    ];
    for position in [4, 1, 5, 0, 3, 2] {
        let row = expected[position].clone();
        store.commit(vec![Change::InsertWrappedKey(row)]).await.unwrap();
    }
    assert_eq!(store.wrapped_keys().await.unwrap(), expected);
}

/// Kind, tenant and version name one wrapped key; its wrapping can be replaced.
pub async fn wrapped_keys_are_unique_and_rewrapped(store: Stored) {
    let row = tenant_key("default", 1);
    store.commit(vec![Change::InsertWrappedKey(row.clone())]).await.unwrap();
    let again = store.commit(vec![Change::InsertWrappedKey(row.clone())]).await;
    assert!(matches!(again, Err(StoreError::AlreadyExists { table: "wrapped_keys" })));
    let rewrapped = WrappedKeyRow { sealed: b"rewrapped".to_vec(), created: at(5), ..row };
    store.commit(vec![Change::UpdateWrappedKey(rewrapped.clone())]).await.unwrap();
    assert_eq!(store.wrapped_keys().await.unwrap(), [rewrapped]);
}

/// Counts are exact when nobody writes.
pub async fn counts_follow_the_rows(store: Stored) {
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.keysets, counts.objects), (0, 0));
    for number in 1..=5 {
        let changes =
            vec![Change::InsertKeyset(keyset(number)), Change::InsertObject(object(number, 1))];
        store.commit(changes).await.unwrap();
    }
    store.commit(vec![Change::InsertObject(object(1, 2))]).await.unwrap();
    store.commit(vec![Change::DeleteKeyset { id: keyset_id(5), expected: 1 }]).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.keysets, counts.objects), (4, 6));
}

/// The largest and smallest numbers, every state and every type survive.
pub async fn extreme_numbers_survive(store: Stored) {
    let default = TenantId::default_tenant();
    let row = KeysetRow {
        latest: u32::MAX,
        sequence: u64::MAX,
        due: Some(at(i64::MAX)),
        created: at(i64::MIN),
        read_access: vec![access("bob", 1 << 63)],
        sealed: Vec::new(),
        ..keyset(1)
    };
    store.commit(vec![Change::InsertKeyset(row.clone())]).await.unwrap();
    let selector = KeysetSelector::Id(row.id);
    assert_eq!(store.keyset(&default, selector).await.unwrap(), Some(row.clone()));
    let next = KeysetRow { sequence: 0, ..row };
    let change = Change::UpdateKeyset { row: next.clone(), expected: u64::MAX };
    store.commit(vec![change]).await.unwrap();
    assert_eq!(store.keyset(&default, selector).await.unwrap(), Some(next));
    let mut version = 0;
    for state in State::ALL {
        for object_type in ObjectType::ALL {
            version += 1;
            let row = ObjectRow { state, object_type, ..object(1, version) };
            store.commit(vec![Change::InsertObject(row.clone())]).await.unwrap();
            assert_eq!(store.object(&default, row.id).await.unwrap(), Some(row));
        }
    }
}
