//! States, dates, versions and policies.

use std::time::Duration;

use claviger_core::ErrorKind;
use claviger_core::operations::{
    ActivateKey, Activation, ChangeKey, DatesChange, DescribeKey, DestroyVersion, KeySettings,
    ListKeys, ListVersions, PolicyChange, RevokeKey, RotateKey,
};
use claviger_model::{RevocationReason, State, Tag};
use claviger_ports::Clock;

use crate::service::{Service, name, refused};

async fn state(service: &Service, key: &str) -> State {
    service.call(DescribeKey { name: name(key) }).await.unwrap().state
}

fn change(key: &str) -> ChangeKey {
    ChangeKey {
        name: name(key),
        policy: PolicyChange::default(),
        tags: None,
        attributes: None,
        dates: DatesChange::default(),
    }
}

fn revoke(key: &str, version: Option<u32>, reason: RevocationReason) -> RevokeKey {
    RevokeKey { name: name(key), version, reason }
}

#[tokio::test]
async fn a_key_goes_through_its_states() {
    let service = Service::new().await;
    let settings = KeySettings { activation: Activation::ByHand, ..KeySettings::default() };
    service.create_with("key", "aes-256-gcm", settings).await.unwrap();
    assert_eq!(refused(service.encrypt("key", b"x").await), ErrorKind::WrongState);
    let activate = ActivateKey { name: name("key"), version: None };
    assert_eq!(service.call(activate.clone()).await.unwrap().state, State::Active);
    assert_eq!(refused(service.call(activate).await), ErrorKind::WrongState);
    let text = service.encrypt("key", b"x").await.unwrap();
    let destroy = DestroyVersion { name: name("key"), version: 1 };
    assert_eq!(refused(service.call(destroy.clone()).await), ErrorKind::WrongState);
    let revoked =
        service.call(revoke("key", None, RevocationReason::CessationOfOperation)).await.unwrap();
    assert_eq!(revoked.state, State::Deactivated);
    assert_eq!(refused(service.encrypt("key", b"x").await), ErrorKind::WrongState);
    assert_eq!(service.decrypt(&text).await.unwrap(), b"x");
    let compromise = revoke("key", None, RevocationReason::KeyCompromise);
    assert_eq!(service.call(compromise).await.unwrap().state, State::Compromised);
    assert_eq!(service.decrypt(&text).await.unwrap(), b"x");
    let destroyed = service.call(destroy).await.unwrap();
    assert_eq!(destroyed.state, State::DestroyedCompromised);
    assert_eq!(refused(service.decrypt(&text).await), ErrorKind::WrongState);
    assert_eq!(refused(service.restarted().await.decrypt(&text).await), ErrorKind::WrongState);
}

#[tokio::test]
async fn dates_act_when_they_come_and_are_stored() {
    let service = Service::new().await;
    let now = service.clock.now();
    let after = |seconds| now.plus(Duration::from_secs(seconds));
    let settings = KeySettings {
        activation: Activation::At(after(10)),
        protect_stop: Some(after(20)),
        deactivation: Some(after(30)),
        ..KeySettings::default()
    };
    service.create_with("key", "aes-256-gcm", settings).await.unwrap();
    assert_eq!(state(&service, "key").await, State::PreActive);
    service.clock.set(after(10));
    assert_eq!(state(&service, "key").await, State::Active);
    let text = service.encrypt("key", b"x").await.unwrap();
    assert_eq!(service.kms.run_due().await.unwrap().0, 1);
    let listed = service.call(ListKeys { state: Some(State::Active), ..ListKeys::default() });
    assert_eq!(listed.await.unwrap().keys.len(), 1);
    service.clock.set(after(20));
    assert_eq!(refused(service.encrypt("key", b"x").await), ErrorKind::WrongState);
    assert_eq!(service.decrypt(&text).await.unwrap(), b"x");
    service.clock.set(after(30));
    assert_eq!(state(&service, "key").await, State::Deactivated);
    assert_eq!(service.kms.run_due().await.unwrap().0, 1);
    assert_eq!(service.kms.run_due().await.unwrap().0, 0);
    let records = service.audit.records();
    let system = records.iter().filter(|record| record.door == "scheduler");
    assert_eq!(system.count(), 2);
}

#[tokio::test]
async fn dates_out_of_order_are_refused() {
    let service = Service::new().await;
    let now = service.clock.now();
    let settings = KeySettings {
        activation: Activation::At(now.plus(Duration::from_secs(20))),
        deactivation: Some(now.plus(Duration::from_secs(10))),
        ..KeySettings::default()
    };
    let made = service.create_with("key", "aes-256-gcm", settings).await;
    assert_eq!(refused(made), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn old_versions_read_and_the_latest_writes() {
    let service = Service::new().await;
    let mut texts = Vec::new();
    for _ in 0..5 {
        texts.push(service.encrypt("default", b"data").await.unwrap());
        service.call(RotateKey { name: name("default") }).await.unwrap();
    }
    for service in [&service, &service.restarted().await] {
        for text in &texts {
            assert_eq!(service.decrypt(text).await.unwrap(), b"data");
        }
    }
    let mut minimum = change("default");
    minimum.policy.minimum_decryption_version = Some(3);
    service.call(minimum).await.unwrap();
    assert_eq!(refused(service.decrypt(&texts[1]).await), ErrorKind::PolicyForbids);
    assert_eq!(service.decrypt(&texts[2]).await.unwrap(), b"data");
    let page = ListVersions { name: name("default"), after: 0, limit: 4 };
    let page = service.call(page).await.unwrap();
    assert_eq!((page.versions.len(), page.next), (4, Some(4)));
    let rest = ListVersions { name: name("default"), after: 4, limit: 4 };
    let rest = service.call(rest).await.unwrap();
    assert_eq!((rest.versions.len(), rest.next), (2, None));
}

#[tokio::test]
async fn a_key_rotates_by_its_period() {
    let service = Service::new().await;
    let policy = PolicyChange {
        rotation_period: Some(Some(Duration::from_secs(3600))),
        ..PolicyChange::default()
    };
    let settings = KeySettings { policy, ..KeySettings::default() };
    service.create_with("key", "aes-256-gcm", settings).await.unwrap();
    service.clock.advance(Duration::from_secs(3599));
    assert_eq!(service.kms.run_due().await.unwrap().0, 0);
    service.clock.advance(Duration::from_secs(1));
    assert_eq!(service.kms.run_due().await.unwrap().0, 1);
    assert_eq!(service.kms.run_due().await.unwrap().0, 0);
    let described = service.call(DescribeKey { name: name("key") }).await.unwrap();
    assert_eq!(described.keyset.latest, 2);
    service.clock.advance(Duration::from_secs(3600));
    assert_eq!(service.kms.run_due().await.unwrap().0, 1);
    let text = service.encrypt("key", b"x").await.unwrap();
    assert!(text.starts_with("claviger:1:key:3:"), "{text}");
}

#[tokio::test]
async fn lists_are_paged_and_filtered() {
    let service = Service::new().await;
    for number in 0..25 {
        let tags = if number % 5 == 0 { [Tag::new("five").unwrap()].into() } else { [].into() };
        let settings = KeySettings { tags, ..KeySettings::default() };
        service.create_with(&format!("key-{number:02}"), "aes-256-gcm", settings).await.unwrap();
    }
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page =
            service.call(ListKeys { after, limit: 10, ..ListKeys::default() }).await.unwrap();
        names.extend(page.keys.iter().map(|key| key.keyset.name.to_string()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(names, (0..25).map(|number| format!("key-{number:02}")).collect::<Vec<_>>());
    let tagged = ListKeys { tags: vec![Tag::new("five").unwrap()], ..ListKeys::default() };
    assert_eq!(service.call(tagged).await.unwrap().keys.len(), 5);
    let prefixed = ListKeys { name_prefix: Some("key-1".into()), ..ListKeys::default() };
    assert_eq!(service.call(prefixed).await.unwrap().keys.len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_changes_are_all_made() {
    let service = std::sync::Arc::new(Service::new().await);
    service.create("key", "aes-256-gcm").await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let service = service.clone();
            tokio::spawn(async move { service.call(RotateKey { name: name("key") }).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict),
        }
    }
    let described = service.call(DescribeKey { name: name("key") }).await.unwrap();
    assert_eq!(described.keyset.latest, 1 + done);
    assert!(done > 0);
}

#[tokio::test]
async fn names_and_policies_are_checked() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let again = service.create_with("key", "aes-256-gcm", KeySettings::default()).await;
    assert_eq!(refused(again), ErrorKind::AlreadyExists);
    assert_eq!(refused(service.encrypt("missing", b"x").await), ErrorKind::NotFound);
    let mut export = change("key");
    export.policy.exportable = Some(true);
    assert_eq!(refused(service.call(export).await), ErrorKind::InvalidInput);
    let mut minimum = change("key");
    minimum.policy.minimum_decryption_version = Some(2);
    assert_eq!(refused(service.call(minimum).await), ErrorKind::InvalidInput);
}
