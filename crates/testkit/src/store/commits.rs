//! Cases about commits: uniqueness, expected sequence numbers, atomicity.

use std::sync::Arc;

use claviger_model::{State, TenantId};
use claviger_ports::{Change, KeysetRow, KeysetSelector, ObjectRow, Store, StoreError};

use super::rows::{
    access, at, full_keyset, keyset, keyset_id, keyset_query, name, object, object_id, tags,
    tenant, tenant_key,
};

type Stored = Arc<dyn Store>;

/// Whatever is inserted is found again, column for column.
pub async fn rows_come_back_as_they_were(store: Stored) {
    let keyset = full_keyset(1);
    let object = ObjectRow { due: Some(at(-5)), sequence: 3, ..object(1, 7) };
    store
        .commit(vec![Change::InsertKeyset(keyset.clone()), Change::InsertObject(object.clone())])
        .await
        .unwrap();
    assert_eq!(read(&store, 1).await, Some(keyset.clone()));
    let named = KeysetSelector::Name(&keyset.name);
    assert_eq!(store.keyset(&keyset.tenant, named).await.unwrap(), Some(keyset));
    assert_eq!(store.object(&object.tenant, object.id).await.unwrap(), Some(object.clone()));
    assert_eq!(store.version(object.keyset, 7).await.unwrap(), Some(object));
}

/// Two keysets of one tenant can't share a name; two tenants can use the same.
pub async fn a_name_is_unique_in_its_tenant(store: Stored) {
    insert(&store, keyset(1)).await.unwrap();
    let namesake = KeysetRow { name: keyset(1).name, ..keyset(2) };
    assert_exists(insert(&store, namesake.clone()).await, "keysets");
    assert_eq!(read(&store, 2).await, None);
    let elsewhere = KeysetRow { tenant: tenant("other"), ..namesake };
    insert(&store, elsewhere.clone()).await.unwrap();
    let found = store.keyset(&elsewhere.tenant, KeysetSelector::Name(&elsewhere.name)).await;
    assert_eq!(found.unwrap(), Some(elsewhere));
}

/// Two objects can't be the same version of one keyset.
pub async fn a_version_is_unique_in_its_keyset(store: Stored) {
    store.commit(vec![Change::InsertObject(object(1, 1))]).await.unwrap();
    let twin = ObjectRow { id: object_id(99, 1), ..object(1, 1) };
    assert_exists(store.commit(vec![Change::InsertObject(twin)]).await, "objects");
    store.commit(vec![Change::InsertObject(object(2, 1))]).await.unwrap();
}

/// No identifier is used twice, whatever else differs.
pub async fn an_identifier_is_unique(store: Stored) {
    store
        .commit(vec![Change::InsertKeyset(keyset(1)), Change::InsertObject(object(1, 1))])
        .await
        .unwrap();
    let again = KeysetRow { tenant: tenant("other"), name: name("other"), ..keyset(1) };
    assert_exists(insert(&store, again).await, "keysets");
    let again = ObjectRow { keyset: keyset_id(5), version: 9, ..object(1, 1) };
    assert_exists(store.commit(vec![Change::InsertObject(again)]).await, "objects");
}

/// The same tag, attribute or grantee can't stand twice in one row.
pub async fn list_items_are_unique_in_their_row(store: Stored) {
    let twice = KeysetRow { tags: tags(&["a", "a"]), ..keyset(1) };
    assert_exists(insert(&store, twice).await, "tags");
    let pair = |value: &str| ("a".to_owned(), value.to_owned());
    let twice = KeysetRow { attributes: vec![pair("1"), pair("2")], ..keyset(1) };
    assert_exists(insert(&store, twice).await, "attributes");
    let twice = KeysetRow { read_access: vec![access("bob", 1), access("bob", 2)], ..keyset(1) };
    assert_exists(insert(&store, twice).await, "read_access");
    assert_eq!(read(&store, 1).await, None);
}

/// Compare and swap: who expects an old sequence number loses.
pub async fn a_row_changes_only_from_the_expected_sequence(store: Stored) {
    store
        .commit(vec![Change::InsertKeyset(keyset(1)), Change::InsertObject(object(1, 1))])
        .await
        .unwrap();
    let newer = KeysetRow { sequence: 2, latest: 2, ..keyset(1) };
    let update = |expected| Change::UpdateKeyset { row: newer.clone(), expected };
    assert_conflict(store.commit(vec![update(0)]).await, "keysets");
    assert_conflict(store.commit(vec![update(2)]).await, "keysets");
    store.commit(vec![update(1)]).await.unwrap();
    assert_conflict(store.commit(vec![update(1)]).await, "keysets");
    assert_eq!(read(&store, 1).await, Some(newer));

    let newer = ObjectRow { sequence: 2, state: State::Deactivated, ..object(1, 1) };
    let update = |expected| Change::UpdateObject { row: newer.clone(), expected };
    assert_conflict(store.commit(vec![update(7)]).await, "objects");
    store.commit(vec![update(1)]).await.unwrap();
    assert_conflict(store.commit(vec![update(1)]).await, "objects");
    assert_eq!(store.version(newer.keyset, 1).await.unwrap(), Some(newer));
}

/// Changing or deleting what isn't there is a conflict, not silence.
pub async fn what_is_not_there_conflicts(store: Stored) {
    let missing = [
        (Change::UpdateKeyset { row: keyset(1), expected: 1 }, "keysets"),
        (Change::DeleteKeyset { id: keyset_id(1), expected: 1 }, "keysets"),
        (Change::UpdateObject { row: object(1, 1), expected: 1 }, "objects"),
        (Change::DeleteObject { id: object_id(1, 1), expected: 1 }, "objects"),
        (Change::UpdateWrappedKey(tenant_key("default", 1)), "wrapped_keys"),
    ];
    for (change, table) in missing {
        assert_conflict(store.commit(vec![change]).await, table);
    }
}

/// After an update only the new lists, name and state find the row.
pub async fn an_update_replaces_lists_and_indexes(store: Stored) {
    let before = full_keyset(1);
    insert(&store, before.clone()).await.unwrap();
    let after = KeysetRow {
        name: name("renamed"),
        owner: "carol".to_owned(),
        state: State::Deactivated,
        due: None,
        tags: tags(&["red", "yellow"]),
        attributes: vec![("region".to_owned(), "north".to_owned())],
        read_access: vec![access("dave", 4)],
        sequence: 10,
        sealed: b"anew".to_vec(),
        ..before.clone()
    };
    let expected = before.sequence;
    store.commit(vec![Change::UpdateKeyset { row: after.clone(), expected }]).await.unwrap();
    assert_eq!(read(&store, 1).await, Some(after.clone()));
    let default = TenantId::default_tenant();
    let old = store.keyset(&default, KeysetSelector::Name(&before.name)).await.unwrap();
    assert_eq!(old, None);
    let mut query = keyset_query();
    query.tags = tags(&["blue"]);
    assert_eq!(store.find_keysets(&query).await.unwrap(), []);
    query.tags = tags(&["yellow"]);
    assert_eq!(store.find_keysets(&query).await.unwrap(), [after]);
    query.tags.clear();
    query.visible_to = Some("bob".to_owned());
    assert_eq!(store.find_keysets(&query).await.unwrap(), []);
    assert_eq!(store.due(at(i64::MAX), 10).await.unwrap(), []);
    insert(&store, KeysetRow { name: before.name, ..keyset(2) }).await.unwrap();
}

/// One change that fails takes back those before it and those after it.
pub async fn a_failing_commit_changes_nothing(store: Stored) {
    let first = full_keyset(1);
    store
        .commit(vec![Change::InsertKeyset(first.clone()), Change::InsertObject(object(1, 1))])
        .await
        .unwrap();
    let update = KeysetRow { sequence: 10, tags: tags(&["gone"]), ..first.clone() };
    let changes = vec![
        Change::InsertKeyset(full_keyset(2)),
        Change::InsertObject(object(2, 1)),
        Change::InsertWrappedKey(tenant_key("default", 1)),
        Change::UpdateKeyset { row: update, expected: 9 },
        Change::DeleteObject { id: object_id(1, 1), expected: 1 },
        Change::UpdateObject { row: object(7, 7), expected: 1 },
        Change::InsertKeyset(keyset(3)),
    ];
    assert_conflict(store.commit(changes).await, "objects");
    assert_eq!(read(&store, 1).await, Some(first));
    assert_eq!(read(&store, 2).await, None);
    assert_eq!(read(&store, 3).await, None);
    assert_eq!(store.version(keyset_id(1), 1).await.unwrap(), Some(object(1, 1)));
    assert_eq!(store.version(keyset_id(2), 1).await.unwrap(), None);
    assert_eq!(store.wrapped_keys().await.unwrap(), []);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.keysets, counts.objects), (1, 1));
}

/// The changes of one commit are made in their order.
pub async fn changes_of_a_commit_see_each_other(store: Stored) {
    let second = KeysetRow { sequence: 2, latest: 2, ..keyset(1) };
    let heir = KeysetRow { name: keyset(1).name, ..keyset(2) };
    store
        .commit(vec![
            Change::InsertObject(object(1, 1)),
            Change::InsertKeyset(keyset(1)),
            Change::UpdateKeyset { row: second, expected: 1 },
            Change::DeleteKeyset { id: keyset_id(1), expected: 2 },
            Change::InsertKeyset(heir.clone()),
        ])
        .await
        .unwrap();
    assert_eq!(read(&store, 1).await, None);
    assert_eq!(read(&store, 2).await, Some(heir));
    assert_eq!(store.version(keyset_id(1), 1).await.unwrap(), Some(object(1, 1)));
}

/// A deleted keyset and its lists are gone; its name, tags and grants find nothing. Its objects stay until they are deleted.
pub async fn a_deleted_keyset_leaves_nothing_to_find(store: Stored) {
    let row = full_keyset(1);
    let changes = vec![Change::InsertKeyset(row.clone()), Change::InsertObject(object(1, 7))];
    store.commit(changes).await.unwrap();
    let delete = Change::DeleteKeyset { id: row.id, expected: row.sequence };
    store.commit(vec![delete]).await.unwrap();
    assert_eq!(read(&store, 1).await, None);
    let mut query = keyset_query();
    query.tags = tags(&["blue"]);
    assert_eq!(store.find_keysets(&query).await.unwrap(), []);
    assert_eq!(store.due(at(i64::MAX), 10).await.unwrap(), []);
    assert_eq!(store.version(row.id, 7).await.unwrap(), Some(object(1, 7)));
    let bare = KeysetRow { name: row.name, ..keyset(1) };
    insert(&store, bare.clone()).await.unwrap();
    assert_eq!(read(&store, 1).await, Some(bare));
}

/// Nothing to do is done.
pub async fn an_empty_commit_is_fine(store: Stored) {
    store.commit(Vec::new()).await.unwrap();
}

/// A commit larger than any statement or page is made whole, or not at all.
pub async fn a_mixed_commit_with_many_rows_is_whole(store: Stored) {
    let mut changes: Vec<Change> = (1..=700)
        .flat_map(|number| {
            let row = KeysetRow { tags: tags(&["many"]), ..keyset(number) };
            [Change::InsertKeyset(row), Change::InsertObject(object(number, 1))]
        })
        .collect();
    changes.push(Change::InsertKeyset(keyset(700)));
    assert_exists(store.commit(changes.clone()).await, "keysets");
    assert_eq!(store.counts().await.unwrap().objects, 0);
    changes.pop();
    store.commit(changes).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.keysets, counts.objects), (700, 700));
    assert_eq!(read(&store, 651).await.unwrap().tags, tags(&["many"]));
}

/// An update can't take another row's name or version either.
pub async fn updates_of_unique_columns_are_checked(store: Stored) {
    store
        .commit(vec![
            Change::InsertKeyset(keyset(1)),
            Change::InsertKeyset(keyset(2)),
            Change::InsertObject(object(1, 1)),
            Change::InsertObject(object(1, 2)),
        ])
        .await
        .unwrap();
    let row = KeysetRow { name: keyset(1).name, sequence: 2, ..keyset(2) };
    let taken = store.commit(vec![Change::UpdateKeyset { row, expected: 1 }]).await;
    assert_exists(taken, "keysets");
    let row = ObjectRow { version: 1, sequence: 2, ..object(1, 2) };
    let taken = store.commit(vec![Change::UpdateObject { row, expected: 1 }]).await;
    assert_exists(taken, "objects");
    assert_eq!(read(&store, 2).await, Some(keyset(2)));
    let row = KeysetRow { tags: tags(&["a", "a"]), sequence: 2, ..keyset(2) };
    let twice = store.commit(vec![Change::UpdateKeyset { row, expected: 1 }]).await;
    assert_exists(twice, "tags");
}

/// A deletion that was decided on an old row isn't made.
pub async fn deletes_expect_a_sequence_too(store: Stored) {
    let changes = vec![Change::InsertKeyset(full_keyset(1)), Change::InsertObject(object(1, 1))];
    store.commit(changes).await.unwrap();
    let delete = |expected| Change::DeleteKeyset { id: keyset_id(1), expected };
    assert_conflict(store.commit(vec![delete(8)]).await, "keysets");
    let delete_object = |expected| Change::DeleteObject { id: object_id(1, 1), expected };
    assert_conflict(store.commit(vec![delete_object(2)]).await, "objects");
    assert_eq!(read(&store, 1).await, Some(full_keyset(1)));
    store.commit(vec![delete(9), delete_object(1)]).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.keysets, counts.objects), (0, 0));
}

async fn insert(store: &Stored, row: KeysetRow) -> Result<(), StoreError> {
    store.commit(vec![Change::InsertKeyset(row)]).await
}

async fn read(store: &Stored, number: u64) -> Option<KeysetRow> {
    let selector = KeysetSelector::Id(keyset_id(number));
    store.keyset(&TenantId::default_tenant(), selector).await.unwrap()
}

#[track_caller]
fn assert_exists(result: Result<(), StoreError>, expected: &str) {
    match result {
        Err(StoreError::AlreadyExists { table }) => assert_eq!(table, expected),
        other => panic!("expected that a row of {expected} exists already, got {other:?}"),
    }
}

#[track_caller]
fn assert_conflict(result: Result<(), StoreError>, expected: &str) {
    match result {
        Err(StoreError::Conflict { table }) => assert_eq!(table, expected),
        other => panic!("expected a conflict in {expected}, got {other:?}"),
    }
}
