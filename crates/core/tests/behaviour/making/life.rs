//! Activate, Revoke, Destroy, Archive and Recover.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    ActivateObject, ArchiveObject, Content, CreateObjectPair, DestroyObject, Generation,
    RecoverObject, RevokeObject,
};
use claviger_model::{AttributeKind as K, CryptographicAlgorithm as C, UniqueIdentifier, Value};

use super::{active, aes, algorithm, get, made, name, raw, registered, state, value};
use crate::service::{self, Service, refused};

const KEY_COMPROMISE: u32 = 2;
const CESSATION: u32 = 6;

fn revoke(identifier: &UniqueIdentifier, reason: u32) -> RevokeObject {
    RevokeObject::new(identifier.clone(), reason)
}

fn destroy(identifier: &UniqueIdentifier) -> DestroyObject {
    DestroyObject { identifier: identifier.clone() }
}

#[tokio::test]
async fn a_key_lives_from_activation_to_destruction() {
    let service = Service::new().await;
    let key = made(&service, aes([name("orders")])).await;
    let activate = || ActivateObject { identifier: key.clone() };
    service.call(activate()).await.unwrap();
    assert_eq!(state(&service, &key).await, 2);
    let now = Value::DateTime(service.clock_seconds());
    assert_same!(value(&service, &key, K::ActivationDate).await, Some(now.clone()));
    assert_eq!(refused(service.call(activate()).await), ErrorKind::WrongState);
    assert_eq!(refused(service.call(destroy(&key)).await), ErrorKind::WrongState);
    service.call(revoke(&key, CESSATION)).await.unwrap();
    assert_eq!(state(&service, &key).await, 3);
    assert_same!(value(&service, &key, K::DeactivationDate).await, Some(now.clone()));
    service.call(destroy(&key)).await.unwrap();
    assert_eq!(state(&service, &key).await, 5);
    assert_same!(value(&service, &key, K::DestroyDate).await, Some(now));
    assert!(value(&service, &key, K::Digest).await.is_some());
    assert_eq!(refused(get(&service, &key).await), ErrorKind::ObjectDestroyed);
    assert_eq!(refused(service.call(destroy(&key)).await), ErrorKind::ObjectDestroyed);
    // Nothing of it comes back after a restart.
    let later = service.restarted().await;
    assert_eq!(refused(get(&later, &key).await), ErrorKind::ObjectDestroyed);
    assert!(later.encrypt("orders", b"x").await.is_err());
}

#[tokio::test]
async fn compromise_is_recorded_with_its_date() {
    let service = Service::new().await;
    let key = made(&service, aes([])).await;
    let revoked = RevokeObject {
        message: Some("laptop stolen".into()),
        occurrence: Some(6),
        ..revoke(&key, KEY_COMPROMISE)
    };
    service.call(revoked).await.unwrap();
    assert_eq!(state(&service, &key).await, 4);
    let occurrence = value(&service, &key, K::CompromiseOccurrenceDate).await;
    assert_same!(occurrence, Some(Value::DateTime(6)));
    let reason = value(&service, &key, K::RevocationReason).await.unwrap();
    let text = reason.field(claviger_model::Field(0x42_0080)).and_then(Value::as_text);
    assert_eq!(text, Some("laptop stolen"));
    service.call(destroy(&key)).await.unwrap();
    assert_eq!(state(&service, &key).await, 6);
    // Who says no date gets the object's own.
    let key = made(&service, aes([])).await;
    service.call(revoke(&key, KEY_COMPROMISE)).await.unwrap();
    let initial = value(&service, &key, K::InitialDate).await;
    assert_same!(value(&service, &key, K::CompromiseOccurrenceDate).await, initial);
}

#[tokio::test]
async fn the_compromise_of_an_authority_compromises_since_1_3() {
    const CA_COMPROMISE: u32 = 3;
    let service = Service::new().await;
    for (only_keys_are_compromised, expected) in [(false, 4), (true, 3)] {
        let key = made(&service, aes([])).await;
        let revoked = RevokeObject { only_keys_are_compromised, ..revoke(&key, CA_COMPROMISE) };
        service.call(revoked).await.unwrap();
        assert_eq!(state(&service, &key).await, expected);
        let now = Some(Value::DateTime(service.clock_seconds()));
        let date = if expected == 4 { K::CompromiseDate } else { K::DeactivationDate };
        assert_same!(value(&service, &key, date).await, now);
        let reason = value(&service, &key, K::RevocationReason).await.unwrap();
        let code = reason.field(claviger_model::Field(0x42_0082)).and_then(Value::as_enumeration);
        assert_eq!(code, Some(CA_COMPROMISE), "the reason stays what the client said");
    }
    let key = made(&service, aes([])).await;
    let only_keys_are_compromised = true;
    let revoked = RevokeObject { only_keys_are_compromised, ..revoke(&key, KEY_COMPROMISE) };
    service.call(revoked).await.unwrap();
    assert_eq!(state(&service, &key).await, 4);
}

#[tokio::test]
async fn every_type_can_be_revoked_and_destroyed_while_it_is_pre_active() {
    let service = Service::new().await;
    let opaque =
        Content::OpaqueObject { kind: 1, value: claviger_secret::SecretBytes::new(vec![1]) };
    for content in [
        Content::SecretData { kind: 1, key: raw(b"password") },
        Content::SymmetricKey(raw(&[1; 16])),
        opaque,
    ] {
        for reason in [KEY_COMPROMISE, CESSATION] {
            let content = match &content {
                Content::SecretData { kind, .. } => {
                    Content::SecretData { kind: *kind, key: raw(b"password") }
                }
                Content::OpaqueObject { kind, value } => Content::OpaqueObject {
                    kind: *kind,
                    value: value.duplicate("registering it twice in a test"),
                },
                _ => Content::SymmetricKey(raw(&[1; 16])),
            };
            let key = registered(&service, vec![], content).await;
            service.call(revoke(&key, reason)).await.unwrap();
            service.call(destroy(&key)).await.unwrap();
        }
    }
    let wrong = revoke(&made(&service, aes([])).await, 99);
    assert_eq!(refused(service.call(wrong).await), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn the_other_half_of_a_pair_stays_as_it_is() {
    let service = Service::new().await;
    let pair = CreateObjectPair {
        common: vec![algorithm(C::Ec), active()],
        private: vec![],
        public: vec![],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::One,
    };
    let pair = service.call(pair).await.unwrap();
    service.call(revoke(&pair.public, KEY_COMPROMISE)).await.unwrap();
    service.call(destroy(&pair.public)).await.unwrap();
    assert_eq!(state(&service, &pair.private).await, 2);
    assert!(get(&service, &pair.private).await.is_ok());
}

#[tokio::test]
async fn archived_objects_rest_until_they_are_recovered() {
    let service = Service::new().await;
    let key = made(&service, aes([active()])).await;
    let archive = || ArchiveObject { identifier: key.clone() };
    service.call(archive()).await.unwrap();
    assert!(value(&service, &key, K::ArchiveDate).await.is_some());
    assert_eq!(refused(get(&service, &key).await), ErrorKind::ObjectArchived);
    assert_eq!(refused(service.call(archive()).await), ErrorKind::ObjectArchived);
    assert_eq!(refused(service.call(revoke(&key, CESSATION)).await), ErrorKind::ObjectArchived);
    service.call(RecoverObject { identifier: key.clone() }).await.unwrap();
    assert!(value(&service, &key, K::ArchiveDate).await.is_none());
    assert!(get(&service, &key).await.is_ok());
}

#[tokio::test]
async fn strangers_learn_nothing_and_change_nothing() {
    let service = Service::new().await;
    let key = made(&service, aes([active()])).await;
    let bob = service::caller("bob");
    let activated = service.kms.call(&bob, ActivateObject { identifier: key.clone() }).await;
    assert_eq!(refused(activated), ErrorKind::NotFound);
    let revoked = service.kms.call(&bob, revoke(&key, KEY_COMPROMISE)).await;
    assert_eq!(refused(revoked), ErrorKind::NotFound);
    assert_eq!(refused(service.kms.call(&bob, destroy(&key)).await), ErrorKind::NotFound);
    assert_eq!(state(&service, &key).await, 2);
}
