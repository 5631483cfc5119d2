//! Deletion: the waiting period, cancelling, and what is left.

use std::time::Duration;

use claviger_core::ErrorKind;
use claviger_core::operations::{
    CancelDeletion, ChangeKey, DatesChange, DeleteKey, DescribeKey, KeySettings, PolicyChange,
    RotateKey,
};
use claviger_model::DAY;
use claviger_ports::{Clock, KeysetSelector};

use crate::service::{Service, name, refused};

fn delete(key: &str, waiting_period: Option<Duration>) -> DeleteKey {
    DeleteKey { name: name(key), waiting_period }
}

#[tokio::test]
async fn a_deletion_waits_and_can_be_cancelled() {
    let service = Service::new().await;
    let text = service.encrypt("default", b"data").await.unwrap();
    let scheduled = service.call(delete("default", None)).await.unwrap();
    assert_eq!(scheduled.keyset.deletion, Some(service.clock.now().plus(7 * DAY)));
    assert_eq!(refused(service.decrypt(&text).await), ErrorKind::WrongState);
    assert_eq!(refused(service.encrypt("default", b"x").await), ErrorKind::WrongState);
    assert_eq!(refused(service.call(delete("default", None)).await), ErrorKind::WrongState);
    let rotate = RotateKey { name: name("default") };
    assert_eq!(refused(service.call(rotate).await), ErrorKind::WrongState);
    service.clock.advance(6 * DAY);
    assert_eq!(service.kms.run_due().await.unwrap().0, 0);
    let cancel = CancelDeletion { name: name("default") };
    service.call(cancel.clone()).await.unwrap();
    assert_eq!(service.decrypt(&text).await.unwrap(), b"data");
    assert_eq!(refused(service.call(cancel).await), ErrorKind::WrongState);
    service.clock.advance(6 * DAY);
    assert_eq!(service.kms.run_due().await.unwrap().0, 0);
}

#[tokio::test]
async fn after_the_waiting_period_nothing_opens_any_more() {
    let service = Service::new().await;
    let first = service.encrypt("default", b"data").await.unwrap();
    service.call(RotateKey { name: name("default") }).await.unwrap();
    let second = service.encrypt("default", b"data").await.unwrap();
    service.call(delete("default", Some(8 * DAY))).await.unwrap();
    service.clock.advance(8 * DAY);
    // What is due is lost even before the scheduler comes by.
    let cancel = CancelDeletion { name: name("default") };
    assert_eq!(refused(service.call(cancel.clone()).await), ErrorKind::WrongState);
    assert_eq!(service.kms.run_due().await.unwrap().0, 1);
    assert_eq!(service.kms.run_due().await.unwrap().0, 0);
    for text in [&first, &second] {
        assert_eq!(refused(service.decrypt(text).await), ErrorKind::WrongState);
    }
    assert_eq!(refused(service.call(cancel).await), ErrorKind::WrongState);
    let described = service.call(DescribeKey { name: name("default") }).await.unwrap();
    assert!(described.keyset.destroyed && described.state.is_destroyed());
    let row = service
        .store
        .keyset(&service.caller.tenant, KeysetSelector::Name(&name("default")))
        .await
        .unwrap()
        .unwrap();
    for version in service.store.versions(row.id, 0, 10).await.unwrap() {
        assert!(version.state.is_destroyed());
    }
    // The name is not given again, since ciphertexts name it.
    let again = service.create_with("default", "aes-256-gcm", KeySettings::default()).await;
    assert_eq!(refused(again), ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn a_large_keyset_is_destroyed_in_steps() {
    let service = Service::new().await;
    service.create("key", "hmac-sha-256").await;
    for _ in 0..1200 {
        service.call(RotateKey { name: name("key") }).await.unwrap();
    }
    service.call(delete("key", None)).await.unwrap();
    service.clock.advance(7 * DAY);
    assert_eq!(service.kms.run_due().await.unwrap().0, 1);
    let described = service.call(DescribeKey { name: name("key") }).await.unwrap();
    assert!(described.keyset.destroyed);
    let versions = service.store.versions(described.keyset.id, 0, 2000).await.unwrap();
    assert_eq!(versions.len(), 1201);
    assert!(versions.iter().all(|version| version.state.is_destroyed()));
}

#[tokio::test]
async fn the_policy_decides_whether_and_when() {
    let service = Service::new().await;
    let policy = PolicyChange {
        deletion_allowed: Some(false),
        deletion_waiting_period: Some(Duration::ZERO),
        ..PolicyChange::default()
    };
    let settings = KeySettings { policy, ..KeySettings::default() };
    service.create_with("key", "aes-256-gcm", settings).await.unwrap();
    assert_eq!(refused(service.call(delete("key", None)).await), ErrorKind::PolicyForbids);
    let allow = PolicyChange { deletion_allowed: Some(true), ..PolicyChange::default() };
    let change = ChangeKey {
        name: name("key"),
        policy: allow,
        tags: None,
        attributes: None,
        dates: DatesChange::default(),
    };
    service.call(change).await.unwrap();
    assert!(service.call(delete("key", None)).await.unwrap().keyset.destroyed);
    service.create("week", "aes-256-gcm").await;
    let short = delete("week", Some(DAY));
    assert_eq!(refused(service.call(short).await), ErrorKind::InvalidInput);
}
