//! Undo: all or nothing.

use std::sync::Arc;

use claviger_core::operations::objects::{
    ActivateObject, AddAttribute, ArchiveObject, DestroyObject, Generation, LocateObjects,
    ReplaceObject, RevokeObject,
};
use claviger_core::{Caller, ErrorKind, Journal};
use claviger_model::{Attribute, AttributeKey, AttributeKind as K, UniqueIdentifier, Value};
use claviger_ports::{ObjectOrder, ObjectQuery, ObjectRow};

use super::{active, aes, attributes, get, made, material, name, name_value, names};
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
        identifier: identifier(),
        offset: None,
        attributes: Vec::new(),
        templates: Vec::new(),
    };
    let replacement = kms.call(&caller, replace).await.unwrap().identifier;
    let revoke =
        RevokeObject { identifier: identifier(), reason: 2, message: None, occurrence: None };
    kms.call(&caller, revoke).await.unwrap();
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
    let revoke =
        RevokeObject { identifier: key.clone(), reason: 2, message: None, occurrence: None };
    service.call(revoke).await.unwrap();
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
