//! Somebody who can write the database can destroy, but not read, forge, swap or roll back one row unnoticed.

use claviger_core::operations::{
    ChangeKey, DatesChange, DescribeKey, PolicyChange, RevokeKey, RotateKey, SetGrant,
};
use claviger_core::{Envelope, ErrorKind, UnlockError};
use claviger_crypto::SoftwareCrypto;
use claviger_model::{Permissions, RevocationReason, State, Tag};
use claviger_ports::{Change, Clock, KeysetRow, KeysetSelector, ObjectRow, ReadAccess};

use crate::service::{Service, name, refused, root_key};

async fn keyset_row(service: &Service, key: &str) -> KeysetRow {
    let tenant = &service.caller.tenant;
    let name = name(key);
    service.store.keyset(tenant, KeysetSelector::Name(&name)).await.unwrap().unwrap()
}

async fn object_row(service: &Service, key: &str, version: u32) -> ObjectRow {
    let keyset = keyset_row(service, key).await.id;
    service.store.version(keyset, version).await.unwrap().unwrap()
}

/// Writes a row past the service, as a database administrator could, whatever sequence number it has.
async fn write_keyset(service: &Service, row: KeysetRow) {
    let expected = keyset_row(service, row.name.as_str()).await.sequence;
    service.store.commit(vec![Change::UpdateKeyset { row, expected }]).await.unwrap();
}

async fn write_object(service: &Service, row: ObjectRow) {
    let current = service.store.object(&row.tenant, row.id).await.unwrap().unwrap();
    let change = Change::UpdateObject { row, expected: current.sequence };
    service.store.commit(vec![change]).await.unwrap();
}

/// What a restarted service says to a description and to an encryption with the key.
async fn assert_refused(service: &Service, key: &str, label: &str) {
    let fresh = service.restarted().await;
    let described = fresh.call(DescribeKey { name: name(key) }).await;
    assert_eq!(refused(described), ErrorKind::Inconsistent, "{label}");
    assert_eq!(refused(fresh.encrypt(key, b"x").await), ErrorKind::Inconsistent, "{label}");
}

#[tokio::test]
async fn edited_index_columns_are_noticed() {
    type Edit = fn(&mut KeysetRow);
    let edits: [(&str, Edit); 9] = [
        ("owner", |row| row.owner = "test||mallory".into()),
        ("state", |row| row.state = State::Deactivated),
        ("latest", |row| row.latest = 2),
        ("due", |row| row.due = None),
        ("created", |row| row.created = row.created.plus(std::time::Duration::from_secs(1))),
        ("tags", |row| row.tags.push(Tag::new("x").unwrap())),
        ("attributes", |row| row.attributes.push(("a".into(), "b".into()))),
        ("grants", |row| {
            let all = ReadAccess { userid: "*".into(), permissions: u64::MAX };
            row.read_access.push(all);
        }),
        ("sequence", |row| row.sequence += 1),
    ];
    for (label, edit) in edits {
        let service = Service::new().await;
        let policy = PolicyChange {
            rotation_period: Some(Some(std::time::Duration::from_secs(600))),
            ..PolicyChange::default()
        };
        let settings = claviger_core::operations::KeySettings {
            policy,
            ..claviger_core::operations::KeySettings::default()
        };
        service.create_with("key", "aes-256-gcm", settings).await.unwrap();
        let mut row = keyset_row(&service, "key").await;
        edit(&mut row);
        write_keyset(&service, row).await;
        assert_refused(&service, "key", label).await;
    }
}

#[tokio::test]
async fn swapped_and_changed_contents_are_noticed() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    service.create("other", "aes-256-gcm").await;
    let mut row = keyset_row(&service, "key").await;
    row.sealed = keyset_row(&service, "other").await.sealed;
    write_keyset(&service, row).await;
    assert_refused(&service, "key", "swapped keysets").await;

    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    service.create("other", "aes-256-gcm").await;
    let mut row = object_row(&service, "key", 1).await;
    row.sealed = object_row(&service, "other", 1).await.sealed;
    write_object(&service, row).await;
    assert_refused(&service, "key", "swapped objects").await;
    let fresh = service.restarted().await;
    fresh.encrypt("other", b"x").await.unwrap();

    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let row = object_row(&service, "key", 1).await;
    for position in (0..row.sealed.len()).step_by(7) {
        let mut changed = row.clone();
        changed.sealed[position] ^= 0x80;
        write_object(&service, changed).await;
        assert_refused(&service, "key", &position.to_string()).await;
    }
    write_object(&service, row).await;
    service.restarted().await.encrypt("key", b"x").await.unwrap();
}

#[tokio::test]
async fn one_row_put_back_is_noticed() {
    // A withdrawn grant and a forbidden version come back with the old keyset row.
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let everybody = |permissions| SetGrant { name: name("key"), grantee: "*".into(), permissions };
    service.call(everybody(Permissions::DECRYPT)).await.unwrap();
    let old = keyset_row(&service, "key").await;
    service.call(everybody(Permissions::empty())).await.unwrap();
    write_keyset(&service, old).await;
    assert_refused(&service, "key", "keyset").await;

    // A compromised version is active again with its old row.
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let old = object_row(&service, "key", 1).await;
    let revoke =
        RevokeKey { name: name("key"), version: None, reason: RevocationReason::KeyCompromise };
    service.call(revoke).await.unwrap();
    write_object(&service, old).await;
    assert_refused(&service, "key", "latest object").await;

    // The same with a version that isn't the latest.
    let service = Service::new().await;
    let text = service.encrypt("default", b"x").await.unwrap();
    service.call(RotateKey { name: name("default") }).await.unwrap();
    let old = object_row(&service, "default", 1).await;
    let revoke = RevokeKey {
        name: name("default"),
        version: Some(1),
        reason: RevocationReason::KeyCompromise,
    };
    service.call(revoke).await.unwrap();
    write_object(&service, old).await;
    let fresh = service.restarted().await;
    assert_eq!(refused(fresh.decrypt(&text).await), ErrorKind::Inconsistent);
    // Nor can a later change be built on it.
    let change = ChangeKey {
        name: name("default"),
        policy: PolicyChange::default(),
        tags: None,
        attributes: None,
        dates: DatesChange::default(),
    };
    fresh.call(change).await.unwrap();
    assert_eq!(refused(fresh.decrypt(&text).await), ErrorKind::Inconsistent);
}

#[tokio::test]
async fn a_deleted_version_is_noticed() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let row = object_row(&service, "key", 1).await;
    let delete = Change::DeleteObject { id: row.id, expected: row.sequence };
    service.store.commit(vec![delete]).await.unwrap();
    assert_refused(&service, "key", "deleted").await;
}

#[tokio::test]
async fn another_root_key_is_refused() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let crypto = std::sync::Arc::new(SoftwareCrypto::new());
    let unlocked =
        Envelope::unlock(&*service.store, crypto, &root_key(8), service.clock.now()).await;
    assert!(matches!(unlocked, Err(UnlockError::WrongRootKey)));
}
