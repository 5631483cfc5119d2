//! What attributes objects have.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{DestroyObject, Generation, ReadAttributes};
use claviger_model::{AttributeKind, UniqueIdentifier, Value};

use super::{
    aes_content, all, create, key, kind, named, register, standard, text, value, values, vendor,
};
use crate::service::{Service, caller};

use AttributeKind as K;

/// The attributes that KMIP 2.1 §4 gives to every generated symmetric key.
const GENERATED: &[K] = &[
    K::AlwaysSensitive,
    K::CryptographicAlgorithm,
    K::CryptographicLength,
    K::CryptographicUsageMask,
    K::Digest,
    K::Extractable,
    K::Fresh,
    K::InitialDate,
    K::KeyFormatType,
    K::LastChangeDate,
    K::LeaseTime,
    K::NeverExtractable,
    K::ObjectType,
    K::OperationPolicyName,
    K::OriginalCreationDate,
    K::ProtectionStorageMask,
    K::RandomNumberGenerator,
    K::Sensitive,
    K::ShortUniqueIdentifier,
    K::State,
    K::UniqueIdentifier,
];

fn kinds(attributes: &[claviger_model::Attribute]) -> Vec<K> {
    let mut kinds: Vec<_> = attributes
        .iter()
        .map(|attribute| match &attribute.key {
            claviger_model::AttributeKey::Standard(kind) => *kind,
            claviger_model::AttributeKey::Vendor { name, .. } => panic!("{name} was never given"),
        })
        .collect();
    kinds.sort_unstable();
    kinds
}

#[tokio::test]
async fn a_generated_key_has_what_the_standard_says_and_each_once() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let mut expected = GENERATED.to_vec();
    expected.sort_unstable();
    assert_eq!(kinds(&all(&service, &identifier).await), expected);
    let state = value(&service, &identifier, K::State).await;
    assert!(state == Some(Value::Enumeration(1)), "pre-active");
    let own = value(&service, &identifier, K::UniqueIdentifier).await;
    assert!(own == Some(text(identifier.as_str())));
    let short = value(&service, &identifier, K::ShortUniqueIdentifier).await.unwrap();
    assert_eq!(short.as_bytes().unwrap().len(), 32);
}

#[tokio::test]
async fn a_registered_key_says_nothing_of_its_making() {
    let service = Service::new().await;
    let identifier = register(&service, Vec::new(), aes_content(&[7; 16])).await;
    let has = kinds(&all(&service, &identifier).await);
    for absent in [K::OriginalCreationDate, K::RandomNumberGenerator, K::ActivationDate, K::Name] {
        assert!(!has.contains(&absent), "{absent:?}");
    }
    let length = value(&service, &identifier, K::CryptographicLength).await;
    assert!(length == Some(Value::Integer(128)), "from the key block");
    // SHA-256 over sixteen bytes of 7, in the raw format.
    let digest = value(&service, &identifier, K::Digest).await.unwrap();
    let bytes = digest.field(claviger_model::Field(0x42_0035)).unwrap().as_bytes().unwrap();
    let expected = "d761d406af2a4a5a15f67c924378ed88d1f85c13f1a37fc7366f59789b3bcd65";
    assert_eq!(hex::encode(bytes), expected);
}

#[tokio::test]
async fn attributes_come_in_the_order_in_which_they_are_asked_for() {
    let service = Service::new().await;
    let given = vec![
        standard(K::Name, named("first")),
        standard(K::Name, named("second")),
        (vendor("colour"), text("blue")),
    ];
    let identifier = create(&service, given).await;
    let keys = vec![vendor("colour"), key(K::State), key(K::ActivationDate), key(K::Name)];
    let read = ReadAttributes {
        identifier: identifier.clone(),
        keys: Some(keys),
        generation: Generation::One,
    };
    let attributes = service.call(read).await.unwrap();
    let shown: Vec<_> =
        attributes.iter().map(|attribute| (attribute.key.clone(), attribute.index)).collect();
    let expected =
        [(vendor("colour"), 0), (key(K::State), 0), (key(K::Name), 0), (key(K::Name), 1)];
    assert_eq!(shown, expected, "what isn't there is left out");
    let twice = |generation| ReadAttributes {
        identifier: identifier.clone(),
        keys: Some(vec![key(K::State), key(K::State)]),
        generation,
    };
    assert_eq!(kind(service.call(twice(Generation::Two)).await), ErrorKind::InvalidMessage);
    assert_eq!(service.call(twice(Generation::One)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_destroyed_object_keeps_its_attributes() {
    let service = Service::new().await;
    let identifier = create(&service, vec![standard(K::Name, named("gone"))]).await;
    let digest = value(&service, &identifier, K::Digest).await;
    service.call(DestroyObject { identifier: identifier.clone() }).await.unwrap();
    assert!(value(&service, &identifier, K::State).await == Some(Value::Enumeration(5)));
    assert!(value(&service, &identifier, K::Digest).await == digest);
    assert!(value(&service, &identifier, K::DestroyDate).await.is_some());
    assert!(values(&service, &identifier, key(K::Name)).await == [named("gone")]);
}

#[tokio::test]
async fn what_the_service_keeps_for_itself_is_nobodys_attribute() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let own =
        claviger_model::AttributeKey::Vendor { vendor: "claviger".into(), name: "legacy".into() };
    assert!(values(&service, &identifier, own).await.is_empty());
}

#[tokio::test]
async fn somebody_elses_object_is_not_there_or_not_permitted() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let read = |identifier: &UniqueIdentifier, generation| ReadAttributes {
        identifier: identifier.clone(),
        keys: None,
        generation,
    };
    let eve = caller("eve");
    let second = service.kms.call(&eve, read(&identifier, Generation::Two)).await;
    assert_eq!(kind(second), ErrorKind::NotFound);
    let first = service.kms.call(&eve, read(&identifier, Generation::One)).await;
    assert_eq!(kind(first), ErrorKind::PermissionDenied, "KMIP 1.x says so");
    let missing = UniqueIdentifier::new("AAABBBCCC").unwrap();
    let absent = service.kms.call(&eve, read(&missing, Generation::One)).await;
    assert_eq!(kind(absent), ErrorKind::NotFound);
}
