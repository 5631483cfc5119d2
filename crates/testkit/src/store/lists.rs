//! Cases about lists: filters, order, pages, due dates.

use std::sync::Arc;

use claviger_model::{KeyName, State, TenantId};
use claviger_ports::{Change, Due, KeysetQuery, KeysetRow, ObjectRow, Store};

use super::rows::{
    access, at, full_keyset, keyset, keyset_id, keyset_query, name, object, object_id,
    object_query, tags, tenant,
};

type Stored = Arc<dyn Store>;

/// Names are ordered by their bytes: digits, upper case, underscore, lower case.
pub async fn keysets_come_in_the_order_of_their_names(store: Stored) {
    let names = ["A-1", "A.1", "A1", "B", "Z", "_a", "a", "a-b", "a.b", "aB", "a_b", "ab", "b"];
    for (number, text) in (1..).zip(names.iter().rev()) {
        insert(&store, KeysetRow { name: name(text), ..keyset(number) }).await;
    }
    insert(&store, KeysetRow { tenant: tenant("other"), ..keyset(100) }).await;
    assert_eq!(found(&store, &keyset_query()).await, names);
}

/// `after` and `limit` page through everything once.
pub async fn keysets_come_in_pages(store: Stored) {
    for number in (1..=25).rev() {
        insert(&store, full_keyset(number)).await;
    }
    let mut query = keyset_query();
    query.limit = 7;
    let mut pages = Vec::new();
    let mut seen = Vec::new();
    loop {
        let page = store.find_keysets(&query).await.unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(last.name.clone());
        pages.push(page.len());
        seen.extend(page);
    }
    assert_eq!(pages, [7, 7, 7, 4]);
    let expected: Vec<_> = (1..=25).map(full_keyset).collect();
    assert_eq!(seen, expected);
    query.after = Some(name("key-000007x"));
    assert_eq!(found(&store, &query).await[0], "key-000008");
    query.name_prefix = Some("key-00000".to_owned());
    assert_eq!(found(&store, &query).await, ["key-000008", "key-000009"]);
}

/// A prefix means its own characters: `_` and `%` stand for themselves, and so do cases.
pub async fn a_prefix_is_no_pattern(store: Stored) {
    let names = ["a", "aXb", "a_b", "a_c", "ab", "A_b", "b"];
    for (number, text) in (1..).zip(names) {
        insert(&store, KeysetRow { name: name(text), ..keyset(number) }).await;
    }
    let expected: [(&str, &[&str]); 8] = [
        ("a_", &["a_b", "a_c"]),
        ("a_b", &["a_b"]),
        ("a", &["a", "aXb", "a_b", "a_c", "ab"]),
        ("%", &[]),
        ("a%", &[]),
        ("", &["A_b", "a", "aXb", "a_b", "a_c", "ab", "b"]),
        ("ä🔑'", &[]),
        ("c", &[]),
    ];
    for (prefix, names) in expected {
        let mut query = keyset_query();
        query.name_prefix = Some(prefix.to_owned());
        assert_eq!(found(&store, &query).await, names, "{prefix:?}");
    }
}

/// Each condition alone selects what it says.
pub async fn each_filter_selects(store: Stored) {
    insert(&store, KeysetRow { tags: tags(&["x", "y"]), ..keyset(1) }).await;
    insert(&store, KeysetRow { tags: tags(&["y", "z"]), state: State::Compromised, ..keyset(2) })
        .await;
    let attribute = |value: &str| vec![("region".to_owned(), value.to_owned())];
    insert(&store, KeysetRow { attributes: attribute("north"), ..keyset(3) }).await;
    insert(&store, KeysetRow { attributes: attribute("south"), ..keyset(4) }).await;
    insert(&store, KeysetRow { owner: "bob".to_owned(), ..keyset(5) }).await;
    let check = async |change: &dyn Fn(&mut KeysetQuery), numbers: &[u64]| {
        let mut query = keyset_query();
        change(&mut query);
        let expected: Vec<_> = numbers.iter().map(|number| format!("key-{number:06}")).collect();
        assert_eq!(found(&store, &query).await, expected, "{query:?}");
    };
    check(&|query| query.tags = tags(&["x"]), &[1]).await;
    check(&|query| query.tags = tags(&["y"]), &[1, 2]).await;
    check(&|query| query.tags = tags(&["y", "x"]), &[1]).await;
    check(&|query| query.tags = tags(&["y", "y"]), &[1, 2]).await;
    check(&|query| query.tags = tags(&["x", "z"]), &[]).await;
    let wanted = |value: &str| Some(("region".to_owned(), value.to_owned()));
    check(&|query| query.attribute = wanted("north"), &[3]).await;
    check(&|query| query.attribute = wanted("west"), &[]).await;
    check(&|query| query.attribute = Some(("other".to_owned(), "north".to_owned())), &[]).await;
    check(&|query| query.state = Some(State::Compromised), &[2]).await;
    check(&|query| query.state = Some(State::Destroyed), &[]).await;
    check(&|query| query.owner = Some("bob".to_owned()), &[5]).await;
    check(&|query| query.owner = Some("alice".to_owned()), &[1, 2, 3, 4]).await;
    check(&|query| query.tenant = tenant("other"), &[]).await;
}

/// All conditions together, against a plain model of what they mean.
pub async fn all_filters_combine(store: Stored) {
    let mut rows = Vec::new();
    for number in 0..96_u64 {
        let bit = |position: u64| number >> position & 1 == 1;
        let mut row = KeysetRow { sequence: number, ..keyset(number) };
        row.tags = tags(if bit(0) { &["even", "x"] } else { &["odd", "x"] });
        if bit(1) {
            row.attributes = vec![("shelf".to_owned(), "top".to_owned())];
        }
        row.state = if bit(2) { State::Active } else { State::Deactivated };
        row.owner = if bit(3) { "alice" } else { "bob" }.to_owned();
        if bit(4) {
            row.read_access = vec![access("carol", 1), access("dave", 2)];
        }
        insert(&store, row.clone()).await;
        rows.push(row);
    }
    for choice in 0..128_u64 {
        let bit = |position: u64| choice >> position & 1 == 1;
        let mut query = keyset_query();
        query.tags = if bit(0) { tags(&["x", "even"]) } else { Vec::new() };
        query.attribute = bit(1).then(|| ("shelf".to_owned(), "top".to_owned()));
        query.state = bit(2).then_some(State::Active);
        query.owner = bit(3).then(|| "alice".to_owned());
        query.visible_to = bit(4).then(|| "carol".to_owned());
        query.name_prefix = bit(5).then(|| "key-00003".to_owned());
        query.after = bit(6).then(|| name("key-000031"));
        query.limit = 5;
        let expected: Vec<_> =
            rows.iter().filter(|row| model(&query, row)).take(5).cloned().collect();
        assert_eq!(store.find_keysets(&query).await.unwrap(), expected, "{query:?}");
    }
}

fn model(query: &KeysetQuery, row: &KeysetRow) -> bool {
    query.after.as_ref().is_none_or(|after| row.name > *after)
        && query.name_prefix.as_ref().is_none_or(|text| row.name.as_str().starts_with(text))
        && query.tags.iter().all(|tag| row.tags.contains(tag))
        && query.attribute.as_ref().is_none_or(|pair| row.attributes.contains(pair))
        && query.state.is_none_or(|state| row.state == state)
        && query.owner.as_ref().is_none_or(|owner| row.owner == *owner)
        && query.visible_to.as_ref().is_none_or(|identity| {
            row.owner == *identity
                || row.read_access.iter().any(|access| access.userid == *identity)
        })
}

/// Owners see theirs, grantees what was granted to them or to everybody; a grant of nothing shows nothing.
pub async fn visibility_is_owner_grant_or_everybody(store: Stored) {
    let grant = |number, list| KeysetRow { read_access: list, ..keyset(number) };
    insert(&store, grant(1, Vec::new())).await;
    insert(&store, grant(2, vec![access("bob", 1)])).await;
    insert(&store, grant(3, vec![access("*", 4)])).await;
    insert(&store, grant(4, vec![access("carol", 1)])).await;
    insert(&store, KeysetRow { owner: "bob".to_owned(), ..keyset(5) }).await;
    insert(&store, grant(6, vec![access("bob", 0), access("*", 0)])).await;
    insert(&store, grant(7, vec![access("bobby", 1)])).await;
    insert(&store, grant(8, vec![access("dave", 1 << 63)])).await;
    let everybody = KeysetRow { tenant: tenant("other"), ..grant(9, vec![access("*", 1)]) };
    insert(&store, everybody).await;
    let expected: [(&str, &[u64]); 5] = [
        ("bob", &[2, 3, 5]),
        ("alice", &[1, 2, 3, 4, 6, 7, 8]),
        ("carol", &[3, 4]),
        ("dave", &[3, 8]),
        ("nobody", &[3]),
    ];
    for (identity, numbers) in expected {
        let mut query = keyset_query();
        query.visible_to = Some(identity.to_owned());
        let names: Vec<_> = numbers.iter().map(|number| format!("key-{number:06}")).collect();
        assert_eq!(found(&store, &query).await, names, "{identity}");
    }
}

/// Being owner, grantee and everybody at once doesn't list a keyset thrice, also when the limit is small.
pub async fn a_visible_keyset_is_listed_once(store: Stored) {
    for number in 1..=6 {
        let list = vec![access("*", 1), access("alice", 1), access("bob", 1)];
        insert(&store, KeysetRow { read_access: list, ..keyset(number) }).await;
    }
    let mut query = keyset_query();
    query.visible_to = Some("alice".to_owned());
    query.limit = 4;
    let names = ["key-000001", "key-000002", "key-000003", "key-000004"];
    assert_eq!(found(&store, &query).await, names);
    query.after = Some(name("key-000004"));
    assert_eq!(found(&store, &query).await, ["key-000005", "key-000006"]);
}

/// Up to and including the date, soonest first, keysets and objects together, not more than the limit.
pub async fn due_is_soonest_first_and_limited(store: Stored) {
    let default = TenantId::default_tenant();
    insert(&store, KeysetRow { due: Some(at(30)), ..keyset(1) }).await;
    insert(&store, KeysetRow { due: Some(at(-10)), ..keyset(2) }).await;
    insert(&store, KeysetRow { due: None, ..keyset(3) }).await;
    insert(&store, KeysetRow { due: Some(at(40)), ..keyset(4) }).await;
    for (number, due) in [(1, Some(at(20))), (2, Some(at(0))), (3, None), (4, Some(at(31)))] {
        let row = ObjectRow { due, ..object(number, 1) };
        store.commit(vec![Change::InsertObject(row)]).await.unwrap();
    }
    let keyset_due = |number| Due::Keyset { tenant: default.clone(), id: keyset_id(number) };
    let object_due = |number| Due::Object {
        tenant: default.clone(),
        id: object_id(number, 1),
        keyset: keyset_id(number),
    };
    let expected =
        [keyset_due(2), object_due(2), object_due(1), keyset_due(1), object_due(4), keyset_due(4)];
    assert_eq!(store.due(at(40), 10).await.unwrap(), expected);
    assert_eq!(store.due(at(39), 10).await.unwrap(), expected[..5]);
    assert_eq!(store.due(at(30), 10).await.unwrap(), expected[..4]);
    assert_eq!(store.due(at(40), 3).await.unwrap(), expected[..3]);
    assert_eq!(store.due(at(-11), 10).await.unwrap(), []);
}

/// A row that was put off, or has nothing left to do, isn't due at its old date.
pub async fn a_changed_due_date_moves_the_row(store: Stored) {
    let default = TenantId::default_tenant();
    insert(&store, KeysetRow { due: Some(at(10)), ..keyset(1) }).await;
    let row = ObjectRow { due: Some(at(10)), ..object(1, 1) };
    store.commit(vec![Change::InsertObject(row)]).await.unwrap();
    let row = KeysetRow { due: Some(at(99)), sequence: 2, ..keyset(1) };
    let done = ObjectRow { due: None, sequence: 2, ..object(1, 1) };
    store
        .commit(vec![
            Change::UpdateKeyset { row, expected: 1 },
            Change::UpdateObject { row: done, expected: 1 },
        ])
        .await
        .unwrap();
    assert_eq!(store.due(at(98), 10).await.unwrap(), []);
    let moved = Due::Keyset { tenant: default, id: keyset_id(1) };
    assert_eq!(store.due(at(99), 10).await.unwrap(), [moved]);
}

/// At most none is none.
pub async fn a_limit_of_zero_gives_nothing(store: Stored) {
    insert(&store, KeysetRow { due: Some(at(1)), ..keyset(1) }).await;
    store.commit(vec![Change::InsertObject(object(1, 1))]).await.unwrap();
    let query = KeysetQuery { limit: 0, ..keyset_query() };
    assert_eq!(store.find_keysets(&query).await.unwrap(), []);
    let mut query = object_query();
    query.limit = 0;
    assert_eq!(store.find_objects(&query).await.unwrap(), []);
    assert_eq!(store.due(at(10), 0).await.unwrap(), []);
}

/// In a long list each row has its own tags, attributes and grants, in their order.
pub async fn many_rows_come_with_their_own_lists(store: Stored) {
    let rows: Vec<_> = (1..=300)
        .map(|number| KeysetRow {
            tags: tags(&["all", &format!("n{number}")]),
            attributes: vec![("a".to_owned(), number.to_string()), ("b".to_owned(), String::new())],
            read_access: vec![access(&format!("user {number}"), number)],
            ..keyset(number)
        })
        .collect();
    store.commit(rows.iter().cloned().map(Change::InsertKeyset).collect()).await.unwrap();
    assert_eq!(store.find_keysets(&keyset_query()).await.unwrap(), rows);
    let mut query = keyset_query();
    query.tags = tags(&["all"]);
    query.limit = 250;
    assert_eq!(store.find_keysets(&query).await.unwrap(), rows[..250]);
}

async fn insert(store: &Stored, row: KeysetRow) {
    store.commit(vec![Change::InsertKeyset(row)]).await.unwrap();
}

async fn found(store: &Stored, query: &KeysetQuery) -> Vec<String> {
    let rows = store.find_keysets(query).await.unwrap();
    rows.into_iter().map(|row| KeyName::as_str(&row.name).to_owned()).collect()
}
