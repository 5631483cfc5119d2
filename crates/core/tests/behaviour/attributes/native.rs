//! Keys of native clients, seen as managed objects.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{Generation, GetObject};
use claviger_core::operations::{KeySettings, PolicyChange, RotateKey};
use claviger_model::{AttributeKind, UniqueIdentifier, Value};

use super::{
    adding, deleting, found, key, kind, modifying, named, standard, text, value, values, vendor,
};
use crate::service::{Service, name};

use AttributeKind as K;

#[tokio::test]
async fn a_native_key_has_attributes_and_is_found_by_its_name() {
    let service = Service::new().await;
    let made = service.create("billing", "aes-256-gcm").await;
    let identifier = UniqueIdentifier::from(made.latest.id);
    let by_name = || vec![standard(K::Name, named("billing"))];
    assert_eq!(found(&service, by_name()).await, std::slice::from_ref(&identifier));
    for (of, expected) in [
        (K::Name, named("billing")),
        (K::ObjectType, Value::Enumeration(2)),
        (K::State, Value::Enumeration(2)),
        (K::CryptographicAlgorithm, Value::Enumeration(3)),
        (K::CryptographicLength, Value::Integer(256)),
        (K::KeyFormatType, Value::Enumeration(1)),
        (K::Extractable, Value::Boolean(false)),
        (K::NeverExtractable, Value::Boolean(true)),
        (K::Sensitive, Value::Boolean(false)),
    ] {
        assert!(value(&service, &identifier, of).await == Some(expected), "{of:?}");
    }
    assert!(value(&service, &identifier, K::Digest).await.is_some());
    let length = vec![standard(K::CryptographicLength, Value::Integer(256))];
    assert_eq!(found(&service, length).await, [identifier]);
}

#[tokio::test]
async fn the_name_goes_to_the_next_version() {
    let service = Service::new().await;
    let first = UniqueIdentifier::from(service.create("billing", "aes-256-gcm").await.latest.id);
    let rotated = service.call(RotateKey { name: name("billing") }).await.unwrap();
    let second = UniqueIdentifier::from(rotated.latest.id);
    assert_eq!(found(&service, vec![standard(K::Name, named("billing"))]).await, [second]);
    assert!(values(&service, &first, key(K::Name)).await.is_empty());
}

#[tokio::test]
async fn its_own_name_stays_and_others_join_it() {
    let service = Service::new().await;
    let made = service.create("billing", "aes-256-gcm").await;
    let identifier = UniqueIdentifier::from(made.latest.id);
    let added = service.call(adding(&identifier, key(K::Name), named("invoices"))).await.unwrap();
    assert_eq!(added.index, 1);
    let names = values(&service, &identifier, key(K::Name)).await;
    assert!(names == [named("billing"), named("invoices")]);
    for text in ["billing", "invoices"] {
        let ids = found(&service, vec![standard(K::Name, named(text))]).await;
        assert_eq!(ids, std::slice::from_ref(&identifier), "{text}");
    }
    let refused = service.call(deleting(&identifier, key(K::Name))).await;
    assert_eq!(kind(refused), ErrorKind::AttributeReadOnly);
    let refused = service.call(modifying(&identifier, key(K::Name), named("x"))).await;
    assert_eq!(kind(refused), ErrorKind::AttributeReadOnly);
    service.call(adding(&identifier, vendor("colour"), text("red"))).await.unwrap();
    assert_eq!(service.encrypt("billing", b"still works").await.map(|_| ()).unwrap(), ());
}

#[tokio::test]
async fn what_was_made_unexportable_stays_so() {
    let service = Service::new().await;
    let made = service.create("kept", "aes-256-gcm").await;
    let get = |identifier: &UniqueIdentifier| GetObject {
        identifier: identifier.clone(),
        format: None,
        wrap_type: None,
        compression: None,
        wrapping: None,
        pending_keys_wrap: false,
        generation: Generation::Two,
    };
    let kept = UniqueIdentifier::from(made.latest.id);
    assert_eq!(kind(service.call(get(&kept)).await), ErrorKind::NotExtractable);
    let lift = modifying(&kept, key(K::Extractable), Value::Boolean(true));
    assert!(service.call(lift).await.is_err());
    assert_eq!(kind(service.call(get(&kept)).await), ErrorKind::NotExtractable);
    let policy = PolicyChange { exportable: Some(true), ..PolicyChange::default() };
    let settings = KeySettings { policy, ..KeySettings::default() };
    let made = service.create_with("free", "aes-256-gcm", settings).await.unwrap();
    let free = UniqueIdentifier::from(made.latest.id);
    let got = service.call(get(&free)).await.unwrap();
    assert!(got.content.key().unwrap().value.is_some());
}
