//! Get and Export, as far as attributes decide.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    ArchiveObject, Content, DestroyObject, ExportObject, Generation, GetObject, KeyBytes,
};
use claviger_model::{AttributeKind, UniqueIdentifier, Value};
use claviger_secret::SecretBytes;

use super::{aes_content, create, key, kind, modifying, named, register, standard, value, wait};
use crate::service::{Service, caller};

use AttributeKind as K;

fn get(identifier: &UniqueIdentifier) -> GetObject {
    GetObject {
        identifier: identifier.clone(),
        format: None,
        wrap_type: None,
        compression: None,
        wrapping: None,
        pending_keys_wrap: false,
        generation: Generation::Two,
    }
}

fn material(content: &Content) -> Vec<u8> {
    match &content.key().unwrap().value {
        Some(KeyBytes::Bytes(bytes)) => bytes.expose("comparing in a test").to_vec(),
        _ => panic!("no bytes"),
    }
}

#[tokio::test]
async fn what_was_registered_comes_back_and_is_fresh_no_more() {
    let service = Service::new().await;
    let identifier = register(&service, Vec::new(), aes_content(&[9; 16])).await;
    assert!(value(&service, &identifier, K::Fresh).await == Some(Value::Boolean(true)));
    wait(&service, 5);
    let got = service.call(get(&identifier)).await.unwrap();
    assert_eq!(got.identifier, identifier);
    assert_eq!(material(&got.content), [9; 16]);
    assert!(value(&service, &identifier, K::Fresh).await == Some(Value::Boolean(false)));
    assert_eq!(material(&service.call(get(&identifier)).await.unwrap().content), [9; 16]);
}

#[tokio::test]
async fn sensitive_unextractable_archived_and_destroyed_objects_stay() {
    let service = Service::new().await;
    let sensitive = create(&service, vec![standard(K::Sensitive, Value::Boolean(true))]).await;
    assert_eq!(kind(service.call(get(&sensitive)).await), ErrorKind::Sensitive);
    assert!(
        value(&service, &sensitive, K::Fresh).await == Some(Value::Boolean(true)),
        "nobody got it"
    );
    let kept = create(&service, vec![standard(K::Extractable, Value::Boolean(false))]).await;
    assert_eq!(kind(service.call(get(&kept)).await), ErrorKind::NotExtractable);
    let archived = create(&service, Vec::new()).await;
    service.call(ArchiveObject { identifier: archived.clone() }).await.unwrap();
    assert_eq!(kind(service.call(get(&archived)).await), ErrorKind::ObjectArchived);
    let destroyed = create(&service, Vec::new()).await;
    service.call(DestroyObject { identifier: destroyed.clone() }).await.unwrap();
    assert_eq!(kind(service.call(get(&destroyed)).await), ErrorKind::ObjectDestroyed);
    let missing = UniqueIdentifier::new("AAABBBCCC").unwrap();
    assert_eq!(kind(service.call(get(&missing)).await), ErrorKind::NotFound);
    let eve = service.kms.call(&caller("eve"), get(&kept)).await;
    assert_eq!(kind(eve), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_opaque_object_is_given_as_it_is() {
    let service = Service::new().await;
    let content =
        Content::OpaqueObject { kind: 0x8012_3456, value: SecretBytes::copy_from(b"anything") };
    let identifier = register(&service, Vec::new(), content).await;
    let got = service.call(get(&identifier)).await.unwrap();
    let Content::OpaqueObject { kind: code, value } = got.content else { panic!("another type") };
    assert_eq!((code, value.expose("comparing in a test")), (0x8012_3456, &b"anything"[..]));
    let formatted = GetObject { format: Some(1), ..get(&identifier) };
    assert_eq!(kind(service.call(formatted).await), ErrorKind::KeyFormatNotSupported);
    let wrapped = GetObject { wrapping: Some(Value::Structure(Vec::new())), ..get(&identifier) };
    assert_eq!(kind(service.call(wrapped).await), ErrorKind::InvalidObjectType);
    let sensitive = modifying(&identifier, key(K::Sensitive), Value::Boolean(true));
    service.call(sensitive).await.unwrap();
    assert_eq!(kind(service.call(get(&identifier)).await), ErrorKind::Sensitive);
}

#[tokio::test]
async fn an_export_has_all_attributes_and_of_a_destroyed_key_no_material() {
    let service = Service::new().await;
    let attributes = vec![standard(K::Name, named("exported"))];
    let identifier = register(&service, attributes, aes_content(&[9; 16])).await;
    let export = || ExportObject { get: get(&identifier), generation: Generation::Two };
    let exported = service.call(export()).await.unwrap();
    assert_eq!(material(&exported.content), [9; 16]);
    assert!(exported.attributes.iter().any(|attribute| attribute.value == named("exported")));
    service.call(DestroyObject { identifier: identifier.clone() }).await.unwrap();
    let exported = service.call(export()).await;
    match exported {
        Ok(exported) => assert!(exported.content.key().unwrap().value.is_none()),
        Err(error) => panic!("{error}"),
    }
}
