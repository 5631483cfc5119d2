//! Undo: all or nothing.

use std::sync::Arc;

use claviger_core::operations::objects::{
    ActivateObject, AddAttribute, ArchiveObject, DestroyObject, EncryptData, Generation,
    GetUsageAllocation, LocateObjects, Part, ReplaceObject, RevokeObject,
};
use claviger_core::{Caller, ErrorKind, Journal};
use claviger_model::{Attribute, AttributeKey, AttributeKind as K, Field, UniqueIdentifier, Value};
use claviger_ports::{ObjectOrder, ObjectQuery, ObjectRow};
use claviger_secret::SecretBytes;

use super::{active, aes, attributes, get, made, material, name, name_value, names, value};
use crate::service::{Service, refused};

fn within(service: &Service) -> (Caller, Arc<Journal>) {
    let journal = Arc::new(Journal::default());
    (Caller { journal: Some(journal.clone()), ..service.caller.clone() }, journal)
}

/// The rows, without what an undo may change.
async fn rows(service: &Service) -> Vec<ObjectRow> {
    let query = ObjectQuery {
        tenant: service.caller.tenant.clone(),
        after: None,
        state: None,
        object_type: None,
        owner: None,
        visible_to: None,
        order: ObjectOrder::Oldest,
        fingerprints: Vec::new(),
        limit: 1000,
    };
    let rows = service.store.find_objects(&query).await.unwrap();
    let clean = |row: ObjectRow| ObjectRow { sequence: 0, sealed: Vec::new(), ..row };
    rows.into_iter().map(clean).collect()
}

async fn found(service: &Service, text: &str) -> Vec<UniqueIdentifier> {
    let locate = LocateObjects {
        filters: vec![(AttributeKey::Standard(K::Name), name_value(text))],
        storage_status: None,
        group_member: None,
        offset: None,
        maximum: None,
        oldest_first: true,
    };
    service.call(locate).await.unwrap().identifiers
}

fn same(left: &[Attribute], right: &[Attribute]) -> bool {
    left == right
}

#[tokio::test]
async fn everything_is_as_it_was() {
    let service = Service::new().await;
    let kept = made(&service, aes([name("kept")])).await;
    let bytes = material(&service, &kept).await;
    let before = (rows(&service).await, attributes(&service, &kept).await);
    service.clock.advance(std::time::Duration::from_secs(90));

    let (caller, journal) = within(&service);
    let kms = &service.kms;
    let identifier = || kept.clone();
    kms.call(&caller, aes([name("new"), active()])).await.unwrap();
    kms.call(&caller, ActivateObject { identifier: identifier() }).await.unwrap();
    let value = name_value("second");
    let key = AttributeKey::Standard(K::Name);
    let (identifier_, generation) = (identifier(), Generation::Two);
    kms.call(&caller, AddAttribute { identifier: identifier_, key, value, generation })
        .await
        .unwrap();
    let replace = ReplaceObject {
        generation: Generation::Two,
        identifier: identifier(),
        offset: None,
        attributes: Vec::new(),
        templates: Vec::new(),
    };
    let replacement = kms.call(&caller, replace).await.unwrap().identifier;
    kms.call(&caller, RevokeObject::new(identifier(), 2)).await.unwrap();
    kms.call(&caller, DestroyObject { identifier: identifier() }).await.unwrap();
    kms.call(&caller, ArchiveObject { identifier: replacement.clone() }).await.unwrap();
    assert_eq!(refused(get(&service, &kept).await), ErrorKind::ObjectDestroyed);

    kms.undo(&caller, &journal).await.unwrap();
    for service in [&service, &service.restarted().await] {
        assert_eq!(rows(service).await, before.0);
        assert!(same(&attributes(service, &kept).await, &before.1));
        assert_eq!(material(service, &kept).await, bytes);
        assert_eq!(refused(get(service, &replacement).await), ErrorKind::NotFound);
        assert_eq!(found(service, "kept").await, std::slice::from_ref(&kept));
        assert!(found(service, "second").await.is_empty());
        assert!(found(service, "new").await.is_empty());
    }
    // The name and the key go on working.
    made(&service, aes([name("new")])).await;
    let replace = ReplaceObject {
        generation: Generation::Two,
        identifier: kept.clone(),
        offset: None,
        attributes: Vec::new(),
        templates: Vec::new(),
    };
    let again = made_by(&service, replace).await;
    assert_eq!(names(&service, &again).await, ["kept"]);
}

async fn made_by(service: &Service, replace: ReplaceObject) -> UniqueIdentifier {
    service.call(replace).await.unwrap().identifier
}

#[tokio::test]
async fn what_somebody_else_did_meanwhile_is_not_undone() {
    let service = Service::new().await;
    let key = made(&service, aes([])).await;
    let (caller, journal) = within(&service);
    let activate = ActivateObject { identifier: key.clone() };
    service.kms.call(&caller, activate).await.unwrap();
    service.call(RevokeObject::new(key.clone(), 2)).await.unwrap();
    let undone = service.kms.undo(&caller, &journal).await;
    assert_eq!(refused(undone), ErrorKind::Conflict);
    let state = attributes(&service, &key).await;
    let state = state.iter().find(|one| one.key == AttributeKey::Standard(K::State));
    assert_same!(state.map(|one| one.value.clone()), Some(Value::Enumeration(4)));
}

#[tokio::test]
async fn an_empty_journal_undoes_nothing() {
    let service = Service::new().await;
    made(&service, aes([])).await;
    let before = rows(&service).await;
    let (caller, journal) = within(&service);
    service.kms.undo(&caller, &journal).await.unwrap();
    assert_eq!(rows(&service).await, before);
}

/// Usage limits of so many messages.
fn limits(total: i64) -> (AttributeKey, Value) {
    let limits = Value::Structure(vec![
        (Field(0x42_0097), Value::LongInteger(total)),
        (Field(0x42_0098), Value::Enumeration(2)),
    ]);
    (AttributeKey::Standard(K::UsageLimits), limits)
}

fn encrypt(identifier: &UniqueIdentifier) -> EncryptData {
    EncryptData {
        identifier: identifier.clone(),
        parameters: None,
        data: SecretBytes::copy_from(b"data"),
        nonce: None,
        additional: Vec::new(),
        part: Part::default(),
    }
}

fn adding(identifier: &UniqueIdentifier, (key, value): (AttributeKey, Value)) -> AddAttribute {
    AddAttribute { identifier: identifier.clone(), key, value, generation: Generation::Two }
}

/// What the limits of a key leave.
async fn left(service: &Service, key: &UniqueIdentifier) -> Option<i64> {
    let limits = value(service, key, K::UsageLimits).await?;
    limits.field(Field(0x42_0096)).unwrap().as_long_integer()
}

#[tokio::test]
async fn what_a_batch_spent_stays_spent_and_the_rest_is_undone() {
    let service = Service::new().await;
    let key = made(&service, aes([active(), limits(5000)])).await;
    service.call(encrypt(&key)).await.unwrap();
    for round in 1..=3 {
        let (caller, journal) = within(&service);
        let comment = (AttributeKey::Standard(K::Comment), Value::Text("new".into()));
        service.kms.call(&caller, encrypt(&key)).await.unwrap();
        service.kms.call(&caller, adding(&key, comment)).await.unwrap();
        // Far more than a block.
        let allocate = GetUsageAllocation { identifier: key.clone(), count: 1200 };
        service.kms.call(&caller, allocate).await.unwrap();
        service.kms.call(&caller, encrypt(&key)).await.unwrap();
        service.kms.undo(&caller, &journal).await.unwrap();
        assert_same!(value(&service, &key, K::Comment).await, None);
        let spent = Some(5000 - 1 - round * 1202);
        assert_eq!(left(&service, &key).await, spent);
        assert_eq!(left(&service.restarted().await, &key).await, spent);
    }
    let rest = left(&service, &key).await.unwrap();
    for _ in 0..rest {
        service.call(encrypt(&key)).await.unwrap();
    }
    assert_eq!(refused(service.call(encrypt(&key)).await), ErrorKind::UsageLimitExceeded);
}

#[tokio::test]
async fn limits_that_are_undone_leave_nothing_to_spend() {
    let service = Service::new().await;
    let key = made(&service, aes([active()])).await;
    let (caller, journal) = within(&service);
    service.kms.call(&caller, adding(&key, limits(100))).await.unwrap();
    service.kms.call(&caller, encrypt(&key)).await.unwrap();
    service.kms.undo(&caller, &journal).await.unwrap();
    assert_eq!(left(&service, &key).await, None);
    service.call(adding(&key, limits(3))).await.unwrap();
    for _ in 0..3 {
        service.call(encrypt(&key)).await.unwrap();
    }
    assert_eq!(refused(service.call(encrypt(&key)).await), ErrorKind::UsageLimitExceeded);
}
