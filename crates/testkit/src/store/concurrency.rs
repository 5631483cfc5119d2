//! Cases about writers that race.

use std::sync::Arc;

use claviger_model::{KeysetId, TenantId};
use claviger_ports::{Change, KeysetRow, KeysetSelector, ObjectRow, Store, StoreError};

use super::rows::{access, keyset, keyset_id, keyset_query, object, object_id, tags};

type Stored = Arc<dyn Store>;

const WRITERS: u64 = 32;
const ROUNDS: u64 = 8;

/// Each writer adds one to a counter as often as it said, by compare and swap: in the end nothing is missing, each value was
/// written by one writer only, and no writer saw the counter go back.
pub async fn a_counter_of_32_writers_loses_nothing(store: Stored) {
    let start = KeysetRow { sequence: 0, latest: 0, ..keyset(1) };
    store.commit(vec![Change::InsertKeyset(start)]).await.unwrap();
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.push(tokio::spawn(async move {
            let mut written = Vec::new();
            let mut highest = 0;
            while (written.len() as u64) < ROUNDS {
                let row = read(&store, keyset_id(1)).await;
                assert!(row.sequence >= highest, "the counter went back");
                assert_eq!(u64::from(row.latest), row.sequence, "a row of two halves");
                let next =
                    KeysetRow { sequence: row.sequence + 1, latest: row.latest + 1, ..row.clone() };
                let change = Change::UpdateKeyset { row: next.clone(), expected: row.sequence };
                highest = row.sequence;
                match store.commit(vec![change]).await {
                    Ok(()) => {
                        highest = next.sequence;
                        written.push(next.sequence);
                    }
                    Err(StoreError::Conflict { table: "keysets" }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            written
        }));
    }
    let mut written = Vec::new();
    for writer in writers {
        written.extend(writer.await.unwrap());
    }
    written.sort_unstable();
    let expected: Vec<u64> = (1..=WRITERS * ROUNDS).collect();
    assert_eq!(written, expected);
    assert_eq!(read(&store, keyset_id(1)).await.sequence, WRITERS * ROUNDS);
}

/// Many insert the same name with identifiers of their own: exactly one is told that it did.
pub async fn one_of_many_inserts_of_a_name_wins(store: Stored) {
    let mut writers = Vec::new();
    for number in 1..=WRITERS {
        let store = Arc::clone(&store);
        writers.push(tokio::spawn(async move {
            let row = KeysetRow { name: keyset(0).name, ..keyset(number) };
            let changes = vec![Change::InsertObject(object(number, 1)), Change::InsertKeyset(row)];
            match store.commit(changes).await {
                Ok(()) => Some(number),
                Err(StoreError::AlreadyExists { table: "keysets" }) => None,
                Err(error) => panic!("{error}"),
            }
        }));
    }
    let mut winners = Vec::new();
    for writer in writers {
        winners.extend(writer.await.unwrap());
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    let name = keyset(0).name;
    let default = TenantId::default_tenant();
    let row = store.keyset(&default, KeysetSelector::Name(&name)).await.unwrap().unwrap();
    assert_eq!(row.id, keyset_id(winners[0]));
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.keysets, counts.objects), (1, 1));
}

/// Commits that share a sync don't share an outcome: conflicts and duplicates fail alone.
pub async fn a_conflict_spares_its_neighbours(store: Stored) {
    store.commit(vec![Change::InsertKeyset(keyset(0))]).await.unwrap();
    let mut writers = Vec::new();
    for number in 1..=WRITERS * 4 {
        let store = Arc::clone(&store);
        writers.push(tokio::spawn(async move {
            let insert = Change::InsertKeyset(keyset(number));
            let version = Change::InsertObject(object(number, 1));
            let (changes, fails) = match number % 4 {
                0 => (vec![insert, version], false),
                1 => (vec![insert, version, Change::InsertKeyset(keyset(0))], true),
                2 => {
                    let row = ObjectRow { sequence: 2, ..object(number, 1) };
                    (vec![insert, version, Change::UpdateObject { row, expected: 1 }], false)
                }
                _ => {
                    let delete = Change::DeleteObject { id: object_id(0, 9), expected: 1 };
                    (vec![insert, version, delete], true)
                }
            };
            assert_eq!(store.commit(changes).await.is_err(), fails, "{number}");
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let default = TenantId::default_tenant();
    for number in 1..=WRITERS * 4 {
        let selector = KeysetSelector::Id(keyset_id(number));
        let there = store.keyset(&default, selector).await.unwrap().is_some();
        assert_eq!(there, number % 2 == 0, "{number}");
        let version = store.version(keyset_id(number), 1).await.unwrap();
        assert_eq!(version.is_some(), number % 2 == 0, "{number}");
    }
    assert_eq!(store.counts().await.unwrap().keysets, WRITERS * 2 + 1);
}

/// What a commit wrote is there for whoever asks after it returned, on any connection.
pub async fn a_read_sees_what_returned_before(store: Stored) {
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.push(tokio::spawn(async move {
            for round in 0..ROUNDS {
                let number = 1 + writer * ROUNDS + round;
                let changes = vec![
                    Change::InsertKeyset(keyset(number)),
                    Change::InsertObject(object(number, 1)),
                ];
                store.commit(changes).await.unwrap();
                assert_eq!(read(&store, keyset_id(number)).await, keyset(number));
                let version = store.version(keyset_id(number), 1).await.unwrap();
                assert_eq!(version, Some(object(number, 1)));
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(store.counts().await.unwrap().objects, WRITERS * ROUNDS);
}

/// A row and its tags, attributes and grants are always those of one commit.
pub async fn a_read_row_is_of_one_piece(store: Stored) {
    let row = |sequence: u64| KeysetRow {
        sequence,
        tags: tags(&[&format!("n{sequence}"), "same"]),
        attributes: vec![("n".to_owned(), sequence.to_string())],
        read_access: vec![access(&format!("user {sequence}"), sequence)],
        ..keyset(1)
    };
    store.commit(vec![Change::InsertKeyset(row(1))]).await.unwrap();
    let writer = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for expected in 1..100 {
                let change = Change::UpdateKeyset { row: row(expected + 1), expected };
                store.commit(vec![change]).await.unwrap();
            }
        })
    };
    let mut query = keyset_query();
    query.tags = tags(&["same"]);
    let mut last = 0;
    while last < 100 {
        let one = read(&store, keyset_id(1)).await;
        assert_eq!(one, row(one.sequence));
        let listed = store.find_keysets(&query).await.unwrap();
        assert_eq!(listed, [row(listed[0].sequence)]);
        assert!(listed[0].sequence >= one.sequence && one.sequence >= last, "time went back");
        last = listed[0].sequence;
    }
    writer.await.unwrap();
}

async fn read(store: &Stored, id: KeysetId) -> KeysetRow {
    let default = TenantId::default_tenant();
    store.keyset(&default, KeysetSelector::Id(id)).await.unwrap().expect("the row is there")
}
