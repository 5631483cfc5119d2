//! Somebody edits the database or the audit log by hand: what was changed is refused and named, and never served.

use std::fs;
use std::path::Path;

use claviger_testkit::process::Service;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::client::{Client, Reply};
use crate::service;

/// Two keys of the same kind, `alice` and `bob`, with two versions each, and what each has encrypted.
async fn prepared() -> (Service, String, String) {
    let service = service();
    let client = Client::of(&service);
    let mut ciphertexts = Vec::new();
    for key in ["alice", "bob"] {
        client.post("/api/v1/keys", &json!({"name": key, "tags": ["team"]})).await.good();
        ciphertexts.push(client.encrypted(key, "text").await);
        client.post(&format!("/api/v1/keys/{key}/rotate"), &json!({})).await.good();
    }
    let bob = ciphertexts.pop().unwrap();
    (service, ciphertexts.pop().unwrap(), bob)
}

/// Runs statements on the database of a service that does not run, as somebody would who has the file.
async fn edit(service: &Service, statements: &[&str]) {
    let mut connection = open(&service.data_dir().join("claviger.db")).await;
    for statement in statements {
        let done = sqlx::query(AssertSqlSafe(*statement)).execute(&mut connection).await.unwrap();
        assert!(
            done.rows_affected() > 0 || !statement.starts_with("UPDATE"),
            "{statement} changes nothing"
        );
    }
    connection.close().await.unwrap();
}

async fn open(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

/// Stops the service, edits its database, and starts it again.
async fn edited(service: &mut Service, statements: &[&str]) -> Client {
    assert!(service.stop().success());
    edit(service, statements).await;
    service.start_again().unwrap();
    Client::of(service)
}

#[track_caller]
fn is_refused(reply: &Reply) {
    reply.is_problem(500, "inconsistent");
    assert!(
        reply.body["detail"].as_str().unwrap().contains("not what this service wrote"),
        "{reply:?}"
    );
}

/// The edited key neither encrypts nor decrypts; the other one still does.
async fn only_alice_is_refused(client: &Client, alice: &str, bob: &str) {
    is_refused(&client.encrypt("alice", "text").await);
    is_refused(&client.decrypt(alice).await);
    is_refused(&client.get("/api/v1/keys/alice").await);
    client.opens(bob, "text").await;
    client.encrypt("bob", "text").await.good();
    client.get("/api/v1/kms/health").await.good();
}

#[tokio::test]
async fn columns_of_a_keyset() {
    for statement in [
        "UPDATE keysets SET owner = 'none::mallory' WHERE name = 'alice'",
        "UPDATE keysets SET state = 'deactivated' WHERE name = 'alice'",
        "UPDATE keysets SET latest = 1 WHERE name = 'alice'",
        "UPDATE keysets SET created = created + 1 WHERE name = 'alice'",
        "UPDATE keysets SET sequence = sequence + 1 WHERE name = 'alice'",
        "UPDATE keysets SET due = 1 WHERE name = 'alice'",
        "UPDATE keysets SET sealed = x'00' WHERE name = 'alice'",
        "UPDATE keysets SET sealed = (SELECT sealed FROM keysets WHERE name = 'bob') WHERE name = 'alice'",
        "UPDATE tags SET tag = 'other' WHERE name = 'alice'",
    ] {
        let (mut service, alice, bob) = prepared().await;
        let client = edited(&mut service, &[statement]).await;
        println!("{statement}");
        only_alice_is_refused(&client, &alice, &bob).await;
    }
}

#[tokio::test]
async fn columns_of_an_object() {
    let alices = "(SELECT id FROM keysets WHERE name = 'alice') AND version = 1";
    let bobs = "(SELECT id FROM keysets WHERE name = 'bob') AND version = 1";
    for change in [
        "owner = 'none::mallory'".to_owned(),
        "state = 'deactivated'".to_owned(),
        "created = created + 1".to_owned(),
        "sequence = sequence + 1".to_owned(),
        "type = 'secret-data'".to_owned(),
        "object = x''".to_owned(),
        format!("object = (SELECT object FROM objects WHERE keyset = {bobs})"),
    ] {
        let (mut service, alice, bob) = prepared().await;
        let statement = format!("UPDATE objects SET {change} WHERE keyset = {alices}");
        println!("{statement}");
        let client = edited(&mut service, &[&statement]).await;
        is_refused(&client.decrypt(&alice).await);
        client.opens(&bob, "text").await;
    }
}

#[tokio::test]
async fn names_that_are_exchanged() {
    let (mut service, alice, bob) = prepared().await;
    let exchange = [
        "UPDATE keysets SET name = 'x' WHERE name = 'alice'",
        "UPDATE keysets SET name = 'alice' WHERE name = 'bob'",
        "UPDATE keysets SET name = 'bob' WHERE name = 'x'",
    ];
    let client = edited(&mut service, &exchange).await;
    for key in ["alice", "bob"] {
        is_refused(&client.encrypt(key, "text").await);
    }
    is_refused(&client.decrypt(&alice).await);
    is_refused(&client.decrypt(&bob).await);
}

#[tokio::test]
async fn a_row_that_is_put_back_to_an_earlier_state() {
    let (mut service, alice, _) = prepared().await;
    assert!(service.stop().success());
    edit(
        &service,
        &[
            "CREATE TABLE earlier_objects AS SELECT * FROM objects",
            "CREATE TABLE earlier_keysets AS SELECT * FROM keysets",
        ],
    )
    .await;
    service.start_again().unwrap();
    let client = Client::of(&service);
    let revoked =
        client.post("/api/v1/keys/alice/revoke", &json!({"reason": "key-compromise"})).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    client.encrypt("alice", "text").await.is_problem(409, "wrong_state");

    // Each row alone, and both together with the row that names them.
    for (statements, put_back) in [
        (
            &[
                "DELETE FROM objects WHERE id IN (SELECT id FROM earlier_objects)",
                "INSERT INTO objects SELECT * FROM earlier_objects",
            ][..],
            "objects",
        ),
        (
            &[
                "DELETE FROM keysets WHERE name = 'alice'",
                "INSERT INTO keysets SELECT * FROM earlier_keysets WHERE name = 'alice'",
            ][..],
            "keyset",
        ),
    ] {
        let (mut copy, folder) = copy_of(&mut service).await;
        edit(&copy, statements).await;
        copy.start_again().unwrap();
        let client = Client::of(&copy);
        let reply = client.encrypt("alice", "text").await;
        assert!(reply.status >= 400, "{put_back}: {reply:?}");
        is_refused(&reply);
        let _ = client.decrypt(&alice).await;
        drop(copy);
        drop(folder);
    }
}

/// A stopped service on a copy of the data directory.
async fn copy_of(service: &mut Service) -> (Service, tempfile::TempDir) {
    assert!(service.stop().success());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    copy(service.data_dir(), &data);
    service.start_again().unwrap();
    let mut copied = crate::options().data_dir(&data).start().unwrap();
    assert!(copied.stop().success());
    (copied, folder)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn wrapped_keys_and_whole_tables() {
    let key = "UPDATE wrapped_keys SET wrapped = zeroblob(length(wrapped))";
    for (statement, parts) in [
        (key.to_owned(), &["root key", "is not the one"][..]),
        (
            format!("{key} WHERE kind <> (SELECT min(kind) FROM wrapped_keys)"),
            &["does not open", "backup"][..],
        ),
        ("DELETE FROM wrapped_keys".to_owned(), &["no installation record", "backup"][..]),
    ] {
        let (mut service, ..) = prepared().await;
        assert!(service.stop().success());
        edit(&service, &[&statement]).await;
        let failure = service.start_again().unwrap_err();
        assert!(matches!(failure.code, Some(3 | 4)), "{statement}: {failure}");
        for part in parts {
            assert!(failure.said.contains(part), "{statement}: {failure}");
        }
    }
}

#[tokio::test]
async fn an_object_that_is_gone_is_missed() {
    let (mut service, alice, bob) = prepared().await;
    let statement =
        "DELETE FROM objects WHERE keyset = (SELECT id FROM keysets WHERE name = 'alice')";
    let client = edited(&mut service, &[statement]).await;
    assert!(client.encrypt("alice", "text").await.status >= 400);
    assert!(client.decrypt(&alice).await.status >= 400);
    client.opens(&bob, "text").await;
}

#[tokio::test]
async fn audit_records_that_are_changed_cut_or_taken_away() {
    type Edit = fn(&mut Vec<String>);
    let edits: [(&str, Edit); 4] = [
        ("changed", |lines| {
            *lines.last_mut().unwrap() = lines.last().unwrap().replace("bob", "eve")
        }),
        ("cut off", |lines| drop(lines.pop())),
        ("taken out", |lines| drop(lines.remove(lines.len() - 2))),
        ("exchanged", |lines| {
            let last = lines.len() - 1;
            lines.swap(last, last - 1);
        }),
    ];
    for (name, edit) in edits {
        let (mut service, ..) = prepared().await;
        assert!(service.stop().success());
        let log = service.data_dir().join("audit/audit-000001.log");
        let text = fs::read_to_string(&log).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
        edit(&mut lines);
        fs::write(&log, lines.join("\n") + "\n").unwrap();
        let failure = service.start_again().unwrap_err();
        assert_eq!(failure.code, Some(7), "{name}: {failure}");
        assert!(failure.said.contains("tampered with: record"), "{name}: {failure}");
        assert!(failure.said.contains("keep the directory as evidence"), "{name}: {failure}");
    }
}
