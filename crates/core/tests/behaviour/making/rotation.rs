//! Rotation by itself: what attributes say of it, and what becomes of what can't be rotated.

use std::time::Duration;

use claviger_core::operations::objects::{
    AddAttribute, Content, CreateObjectPair, Generation, ModifyAttribute, ReplaceObject,
};
use claviger_core::operations::{KeySettings, ListVersions, PolicyChange};
use claviger_core::{Error, ErrorKind};
use claviger_model::{
    AttributeKey, AttributeKind as K, CryptographicAlgorithm as C, Field, LinkType,
    UniqueIdentifier, Usage, Value,
};
use claviger_ports::Outcome;

use super::{
    active, aes, algorithm, get, linked, made, mask, name, raw, register, registered, standard,
    value,
};
use crate::service::{self, Service, refused};

const HOUR: u64 = 3600;

fn automatic() -> (AttributeKey, Value) {
    standard(K::RotateAutomatic, Value::Boolean(true))
}

fn every_hour() -> (AttributeKey, Value) {
    standard(K::RotateInterval, Value::Interval(3600))
}

async fn add(
    service: &Service,
    identifier: &UniqueIdentifier,
    (key, value): (AttributeKey, Value),
) -> Result<(), Error> {
    let (identifier, generation) = (identifier.clone(), Generation::Two);
    service.call(AddAttribute { identifier, key, value, generation }).await.map(drop)
}

/// What was done and what failed of what is due after this long.
async fn due_after(service: &Service, time: Duration) -> (usize, Vec<ErrorKind>) {
    service.clock.advance(time);
    let (done, failed) = service.kms.run_due().await.unwrap();
    (done, failed.iter().map(Error::kind).collect())
}

async fn replacement(service: &Service, identifier: &UniqueIdentifier) -> Option<String> {
    linked(service, identifier, LinkType::ReplacementObject).await
}

#[tokio::test]
async fn attributes_given_later_rotate_as_well() {
    let service = Service::new().await;
    let key = made(&service, aes([active()])).await;
    add(&service, &key, every_hour()).await.unwrap();
    assert_eq!(due_after(&service, Duration::from_secs(HOUR + 1)).await, (0, vec![]));
    add(&service, &key, automatic()).await.unwrap();
    assert_eq!(due_after(&service, Duration::from_secs(1)).await, (1, vec![]));
    let next = super::identifier(&replacement(&service, &key).await.unwrap());
    assert_same!(value(&service, &next, K::RotateInterval).await, Some(Value::Interval(3600)));
    assert_same!(value(&service, &next, K::RotateAutomatic).await, Some(Value::Boolean(true)));
    // The replacement is rotated in its turn, the old one never again.
    assert_eq!(due_after(&service, Duration::from_secs(HOUR + 1)).await, (1, vec![]));
    assert!(replacement(&service, &next).await.is_some());
    assert_eq!(refused(add(&service, &key, offset(1)).await), ErrorKind::WrongState);
}

fn offset(seconds: u32) -> (AttributeKey, Value) {
    standard(K::RotateOffset, Value::Interval(seconds))
}

#[tokio::test]
async fn a_replacement_may_be_asked_to_rotate() {
    let service = Service::new().await;
    let key = made(&service, aes([active()])).await;
    let replace = ReplaceObject {
        generation: Generation::Two,
        identifier: key,
        offset: None,
        attributes: vec![automatic(), every_hour()],
        templates: Vec::new(),
    };
    let next = service.call(replace).await.unwrap().identifier;
    assert_eq!(due_after(&service, Duration::from_secs(HOUR + 1)).await, (1, vec![]));
    assert!(replacement(&service, &next).await.is_some());
}

#[tokio::test]
async fn clients_do_not_modify_what_rotates() {
    let service = Service::new().await;
    let key = made(&service, aes([automatic(), every_hour(), offset(60)])).await;
    for (key_, value) in
        [every_hour(), offset(1), standard(K::RotateAutomatic, Value::Boolean(false))]
    {
        let modify = ModifyAttribute {
            identifier: key.clone(),
            key: key_,
            index: None,
            current: None,
            value,
            generation: Generation::Two,
        };
        assert_eq!(refused(service.call(modify).await), ErrorKind::AttributeReadOnly);
    }
    // Rotate Name is a structure of a value and its type, and free.
    let parts = |of_type| {
        Value::Structure(vec![
            (Field(0x42_0170), Value::Text("set".into())),
            (Field(0x42_0171), of_type),
        ])
    };
    add(&service, &key, standard(K::RotateName, parts(Value::Enumeration(1)))).await.unwrap();
    let other = made(&service, aes([])).await;
    let wrong = add(&service, &other, standard(K::RotateName, Value::Text("set".into())));
    assert_eq!(refused(wrong.await), ErrorKind::InvalidAttributeValue);
}

#[tokio::test]
async fn what_cannot_be_rotated_is_not_asked_to() {
    let service = Service::new().await;
    let opaque = || Content::OpaqueObject {
        kind: 0x8000_0001,
        value: claviger_secret::SecretBytes::copy_from(b"opaque"),
    };
    let new = register(vec![automatic(), every_hour()], opaque());
    assert_eq!(refused(service.call(new).await), ErrorKind::InvalidAttributeValue);
    let there = registered(&service, Vec::new(), opaque()).await;
    assert_eq!(refused(add(&service, &there, automatic()).await), ErrorKind::InvalidAttributeValue);
    let password = Content::SecretData { kind: 1, key: raw(b"password") };
    let new = register(vec![automatic(), every_hour()], password);
    assert_eq!(refused(service.call(new).await), ErrorKind::InvalidAttributeValue);
}

#[tokio::test]
async fn the_policy_of_a_native_key_says_how_it_is_rotated() {
    let service = Service::new().await;
    let policy = PolicyChange {
        rotation_period: Some(Some(Duration::from_secs(7200))),
        ..PolicyChange::default()
    };
    let settings = KeySettings { policy, ..KeySettings::default() };
    service.create_with("key", "aes-256-gcm", settings).await.unwrap();
    let list = ListVersions { name: service::name("key"), after: 0, limit: 1 };
    let key: UniqueIdentifier = service.call(list).await.unwrap().versions[0].id.into();
    assert_same!(value(&service, &key, K::RotateInterval).await, Some(Value::Interval(7200)));
    assert_same!(value(&service, &key, K::RotateAutomatic).await, Some(Value::Boolean(true)));
    for attribute in [automatic(), every_hour(), offset(1)] {
        assert_eq!(refused(add(&service, &key, attribute).await), ErrorKind::AttributeReadOnly);
    }
}

#[tokio::test]
async fn a_rotation_that_cannot_succeed_is_reported_once_and_ends() {
    let service = Service::new().await;
    let pair = CreateObjectPair {
        common: vec![algorithm(C::Ec)],
        private: vec![mask(Usage::SIGN)],
        public: vec![mask(Usage::VERIFY)],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::Two,
    };
    let pair = service.call(pair).await.unwrap();
    let content = get(&service, &pair.private).await.unwrap();
    // A private key of which nobody knows the public key.
    let given =
        vec![algorithm(C::Ec), name("lonely"), mask(Usage::SIGN), automatic(), every_hour()];
    let lonely = registered(&service, given, content).await;
    let (done, failed) = due_after(&service, Duration::from_secs(HOUR + 1)).await;
    assert_eq!((done, failed.len()), (0, 1));
    assert_eq!(due_after(&service, Duration::from_secs(HOUR)).await, (0, vec![]));
    assert_same!(value(&service, &lonely, K::RotateAutomatic).await, Some(Value::Boolean(false)));
    let records = service.audit.records();
    let ended = records.iter().find(|record| record.operation == "scheduled-rotation").unwrap();
    assert!(matches!(ended.outcome, Outcome::Refused(_)));
    assert_eq!(ended.target.key, Some(service::name("lonely")));
}
