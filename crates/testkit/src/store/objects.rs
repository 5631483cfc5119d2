//! Cases about lists of objects: order, pages, filters, and the fingerprints that they are found by.

use std::cmp::Reverse;
use std::sync::Arc;

use claviger_model::{ObjectType, State};
use claviger_ports::{Change, KeysetRow, ObjectOrder, ObjectQuery, ObjectRow, Store, StoreError};

use super::rows::{
    access, at, fingerprint, index, keyset, object, object_id, object_query, tenant,
};

type Stored = Arc<dyn Store>;

/// What was made last comes first, or last if the oldest are asked for; of what was made at once, the identifiers decide. Pages
/// go on behind the last one seen.
pub async fn objects_come_by_age_and_in_pages(store: Stored) {
    let made_at = |number: u64| at(1000 - (number / 3).cast_signed());
    let mut rows = Vec::new();
    for number in [4, 9, 1, 7, 3, 2, 8, 6, 5] {
        let row = ObjectRow { created: made_at(number), ..object(number, 1) };
        insert(&store, row.clone()).await;
        rows.push(row);
    }
    rows.sort_by_key(|row| Reverse((row.created, row.id)));
    insert(&store, ObjectRow { tenant: tenant("other"), ..object(100, 1) }).await;
    for (fingerprints, order) in [
        (Vec::new(), ObjectOrder::Newest),
        (vec![fingerprint(1)], ObjectOrder::Newest),
        (vec![fingerprint(1)], ObjectOrder::Oldest),
        (Vec::new(), ObjectOrder::Oldest),
    ] {
        let mut query = ObjectQuery { limit: 2, fingerprints, order, ..object_query() };
        let mut seen = Vec::new();
        loop {
            let page = store.find_objects(&query).await.unwrap();
            assert!(page.len() <= 2);
            let Some(last) = page.last() else { break };
            query.after = Some((last.created, last.id));
            seen.extend(page);
        }
        if order == ObjectOrder::Oldest {
            seen.reverse();
        }
        assert_eq!(seen, rows, "{query:?}");
        // From here on they are found by a fingerprint as well.
        let indexed = rows.iter().map(|row| index(row, &[1])).collect();
        store.commit(indexed).await.unwrap();
    }
}

/// All conditions together, against a plain model of what they mean.
pub async fn object_filters_combine(store: Stored) {
    let mut rows = Vec::new();
    for number in 0..48_u64 {
        let mut row = object(number, 1);
        row.created = at((number % 7).cast_signed());
        row.state = if number % 2 == 0 { State::Active } else { State::Destroyed };
        row.owner = if number % 3 == 0 { "alice" } else { "bob" }.to_owned();
        row.object_type =
            if number % 5 == 0 { ObjectType::Certificate } else { ObjectType::SymmetricKey };
        let marks: &[u8] = if number % 4 == 0 { &[1, 2] } else { &[2] };
        let changes = vec![Change::InsertObject(row.clone()), index(&row, marks)];
        store.commit(changes).await.unwrap();
        rows.push((row, marks));
    }
    rows.sort_by_key(|(row, _)| Reverse((row.created, row.id)));
    for choice in 0..192_u32 {
        let bit = |position: u32| choice >> position & 1 == 1;
        let marks: &[u8] = [&[][..], &[2][..], &[2, 1][..]][(choice / 64) as usize];
        let mut query = ObjectQuery { limit: 6, ..object_query() };
        query.state = bit(0).then_some(State::Destroyed);
        query.owner = bit(1).then(|| "bob".to_owned());
        query.after = bit(2).then(|| (at(4), object_id(25, 1)));
        query.object_type = bit(3).then_some(ObjectType::SymmetricKey);
        query.visible_to = bit(4).then(|| "alice".to_owned());
        query.fingerprints = marks.iter().copied().map(fingerprint).collect();
        query.order = if bit(5) { ObjectOrder::Oldest } else { ObjectOrder::Newest };
        let beyond = |row: &ObjectRow, after| match query.order {
            ObjectOrder::Oldest => (row.created, row.id) > after,
            ObjectOrder::Newest => (row.created, row.id) < after,
        };
        let mut ordered: Vec<_> = rows.iter().collect();
        if query.order == ObjectOrder::Oldest {
            ordered.reverse();
        }
        let expected: Vec<_> = ordered
            .into_iter()
            .filter(|(row, _)| query.state.is_none_or(|state| row.state == state))
            .filter(|(row, _)| query.owner.as_ref().is_none_or(|owner| row.owner == *owner))
            .filter(|(row, _)| query.after.is_none_or(|after| beyond(row, after)))
            .filter(|(row, _)| query.object_type.is_none_or(|of| row.object_type == of))
            .filter(|(row, _)| query.visible_to.as_ref().is_none_or(|owner| row.owner == *owner))
            .filter(|(_, of)| marks.iter().all(|mark| of.contains(mark)))
            .take(6)
            .map(|(row, _)| row.clone())
            .collect();
        assert_eq!(store.find_objects(&query).await.unwrap(), expected, "{query:?}");
    }
}

/// An object is found by what was said last, whatever its row has become meanwhile.
pub async fn an_index_is_replaced(store: Stored) {
    let row = object(1, 1);
    let changes = vec![
        Change::InsertObject(row.clone()),
        index(&row, &[1, 2]),
        Change::InsertObject(object(2, 1)),
    ];
    store.commit(changes).await.unwrap();
    assert_eq!(found(&store, &[1]).await, [row.id]);
    assert_eq!(found(&store, &[1, 2]).await, [row.id]);
    assert_eq!(found(&store, &[1, 3]).await, []);
    let changed = ObjectRow { state: State::Deactivated, sequence: 2, ..row.clone() };
    store.commit(vec![Change::UpdateObject { row: changed, expected: 1 }]).await.unwrap();
    assert_eq!(found(&store, &[1, 2]).await, [row.id], "the index outlives a change of the row");
    store.commit(vec![index(&row, &[2, 3])]).await.unwrap();
    assert_eq!(found(&store, &[1]).await, []);
    assert_eq!(found(&store, &[3, 2]).await, [row.id]);
    store.commit(vec![index(&row, &[3]), index(&row, &[4])]).await.unwrap();
    assert_eq!(found(&store, &[3]).await, [], "the last one of a commit counts");
    assert_eq!(found(&store, &[4]).await, [row.id]);
    store.commit(vec![index(&row, &[])]).await.unwrap();
    assert_eq!(found(&store, &[4]).await, []);
    let twice = store.commit(vec![index(&row, &[5, 5])]).await;
    assert!(matches!(twice, Err(StoreError::AlreadyExists { table: "fingerprints" })), "{twice:?}");
}

/// Nothing is left of an object's fingerprints, also if another object takes its identifier.
pub async fn a_deleted_object_is_found_by_nothing(store: Stored) {
    let row = object(1, 1);
    store.commit(vec![Change::InsertObject(row.clone()), index(&row, &[1])]).await.unwrap();
    let delete = Change::DeleteObject { id: row.id, expected: 1 };
    store.commit(vec![delete]).await.unwrap();
    assert_eq!(found(&store, &[1]).await, []);
    insert(&store, row).await;
    assert_eq!(found(&store, &[1]).await, []);
}

/// What isn't there, or is another tenant's, isn't indexed.
pub async fn what_is_not_there_cannot_be_indexed(store: Stored) {
    let row = object(1, 1);
    let missing = store.commit(vec![index(&row, &[1])]).await;
    assert!(matches!(missing, Err(StoreError::Conflict { table: "objects" })), "{missing:?}");
    insert(&store, row.clone()).await;
    let stranger = ObjectRow { tenant: tenant("other"), ..row };
    let foreign = store.commit(vec![index(&stranger, &[1])]).await;
    assert!(matches!(foreign, Err(StoreError::Conflict { table: "objects" })), "{foreign:?}");
    assert_eq!(found(&store, &[1]).await, []);
}

/// A commit that fails leaves every object found as before.
pub async fn a_failing_commit_leaves_the_index(store: Stored) {
    let rows: Vec<_> = (1..=2).map(|number| object(number, 1)).collect();
    for row in &rows {
        store.commit(vec![Change::InsertObject(row.clone()), index(row, &[1])]).await.unwrap();
    }
    let failing = vec![
        index(&rows[0], &[2]),
        Change::DeleteObject { id: rows[1].id, expected: 1 },
        Change::InsertObject(object(3, 1)),
        index(&object(3, 1), &[1]),
        Change::DeleteObject { id: object_id(9, 9), expected: 1 },
    ];
    assert!(store.commit(failing).await.is_err());
    assert_eq!(found(&store, &[1]).await, [rows[1].id, rows[0].id]);
    assert_eq!(found(&store, &[2]).await, []);
}

/// Owners see the objects of their keysets, grantees those of what was granted to them or to everybody, each once.
pub async fn visible_objects_are_those_of_visible_keysets(store: Stored) {
    let all = vec![access("*", 1), access("alice", 1), access("bob", 1)];
    let grants = [
        Vec::new(),
        vec![access("bob", 1)],
        vec![access("*", 4)],
        vec![access("bob", 0), access("*", 0)],
        all,
        vec![access("bobby", 1)],
    ];
    for (number, read_access) in (1..).zip(grants) {
        let row = KeysetRow { read_access, ..keyset(number) };
        let mut changes = vec![Change::InsertKeyset(row)];
        for version in 1..=2 {
            let row = object(number, version);
            changes.extend([Change::InsertObject(row.clone()), index(&row, &[1])]);
        }
        store.commit(changes).await.unwrap();
    }
    for (identity, numbers) in
        [("alice", &[1, 2, 3, 4, 5, 6][..]), ("bob", &[2, 3, 5]), ("nobody", &[3, 5])]
    {
        let mut expected: Vec<_> = numbers
            .iter()
            .flat_map(|number| [object_id(*number, 1), object_id(*number, 2)])
            .collect();
        expected.reverse();
        for fingerprints in [Vec::new(), vec![fingerprint(1)]] {
            for limit in [1000, 3] {
                let visible_to = Some(identity.to_owned());
                let fingerprints = fingerprints.clone();
                let query = ObjectQuery { visible_to, fingerprints, limit, ..object_query() };
                let rows = store.find_objects(&query).await.unwrap();
                let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                let shown = expected.len().min(limit as usize);
                assert_eq!(ids, expected[..shown], "{query:?}");
            }
        }
    }
}

/// A commit with more objects and fingerprints than any statement takes is whole.
pub async fn many_objects_are_indexed_at_once(store: Stored) {
    let changes = (1..=300)
        .flat_map(|number| {
            let row = object(number, 1);
            let indexed = index(&row, &[1, 2, u8::try_from(number % 50).unwrap() + 10]);
            [Change::InsertObject(row), indexed]
        })
        .collect();
    store.commit(changes).await.unwrap();
    assert_eq!(found(&store, &[1, 2]).await.len(), 300);
    assert_eq!(found(&store, &[17]).await.len(), 6);
    assert_eq!(found(&store, &[17, 18]).await, []);
}

async fn insert(store: &Stored, row: ObjectRow) {
    store.commit(vec![Change::InsertObject(row)]).await.unwrap();
}

async fn found(store: &Stored, fingerprints: &[u8]) -> Vec<claviger_model::ObjectId> {
    let fingerprints = fingerprints.iter().copied().map(fingerprint).collect();
    let query = ObjectQuery { fingerprints, ..object_query() };
    store.find_objects(&query).await.unwrap().into_iter().map(|row| row.id).collect()
}
