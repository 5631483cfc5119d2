//! Import.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    Content, Generation, Given, ImportObject, KeyBytes, KeyContent,
};
use claviger_model::{
    AttributeKind as K, CryptographicAlgorithm as C, Field, UniqueIdentifier, Usage, Value,
};
use claviger_secret::SecretBytes;

use super::{
    active, aes, algorithm, identifier, length, made, mask, material, name, names, raw, registered,
    standard, state, value,
};
use crate::service::{self, Service, refused};

fn import(text: &str, attributes: Given, key: KeyContent) -> ImportObject {
    ImportObject {
        identifier: identifier(text),
        replace: false,
        unwrap: false,
        attributes,
        content: Content::SymmetricKey(key),
        generation: Generation::Two,
    }
}

fn given() -> Given {
    vec![algorithm(C::Aes), mask(Usage::ENCRYPT | Usage::DECRYPT)]
}

#[tokio::test]
async fn an_object_keeps_the_name_and_the_history_that_its_client_gives() {
    let service = Service::new().await;
    let mut attributes = given();
    attributes.extend([
        standard(K::InitialDate, Value::DateTime(42)),
        standard(K::State, Value::Enumeration(4)),
        standard(K::CompromiseDate, Value::DateTime(77)),
        standard(K::Fresh, Value::Boolean(false)),
        standard(K::AlwaysSensitive, Value::Boolean(false)),
    ]);
    let wanted = import("backup/key №1", attributes, raw(&[8; 32]));
    let key = service.call(wanted).await.unwrap().identifier;
    assert_eq!(key.as_str(), "backup/key №1");
    let service = service.restarted().await;
    assert_eq!(material(&service, &key).await, [8; 32]);
    assert_eq!(state(&service, &key).await, 4);
    for (kind, expected) in [
        (K::InitialDate, Value::DateTime(42)),
        (K::CompromiseDate, Value::DateTime(77)),
        (K::Fresh, Value::Boolean(false)),
        (K::UniqueIdentifier, Value::Text("backup/key №1".into())),
    ] {
        assert_same!(value(&service, &key, kind).await, Some(expected), "{kind:?}");
    }
}

#[tokio::test]
async fn existing_objects_are_replaced_only_when_asked() {
    let service = Service::new().await;
    let first = || import("the-key", [given(), vec![name("n"), active()]].concat(), raw(&[1; 32]));
    let key = service.call(first()).await.unwrap().identifier;
    assert_eq!(refused(service.call(first()).await), ErrorKind::ObjectExists);
    let second = ImportObject { replace: true, ..import("the-key", given(), raw(&[2; 16])) };
    assert_eq!(service.call(second).await.unwrap().identifier, key);
    assert_eq!(material(&service, &key).await, [2; 16]);
    assert!(names(&service, &key).await.is_empty());
    assert_eq!(state(&service, &key).await, 1);
    assert_eq!(material(&service.restarted().await, &key).await, [2; 16]);
    // Nobody else replaces it, or learns more of it than that the identifier is taken.
    let third = ImportObject { replace: true, ..import("the-key", given(), raw(&[3; 16])) };
    let result = service.kms.call(&service::caller("bob"), third).await;
    assert_eq!(refused(result), ErrorKind::ObjectExists);
    assert_eq!(material(&service, &key).await, [2; 16]);
}

#[tokio::test]
async fn an_identifier_of_the_service_can_be_given_again() {
    let (one, other) = (Service::new().await, Service::new().await);
    let key = made(&one, aes([])).await;
    let bytes = material(&one, &key).await;
    let moved = other.call(import(key.as_str(), given(), raw(&bytes))).await.unwrap().identifier;
    assert_eq!(moved, key);
    assert_eq!(material(&other, &key).await, bytes);
}

#[tokio::test]
async fn a_wrapped_key_is_unwrapped_if_asked_and_possible() {
    let service = Service::new().await;
    let wrapper =
        vec![algorithm(C::Aes), length(128), mask(Usage::WRAP_KEY | Usage::UNWRAP_KEY), active()];
    let kek = hex::decode("000102030405060708090A0B0C0D0E0F").unwrap();
    let kek = registered(&service, wrapper, Content::SymmetricKey(raw(&kek))).await;
    let wrapped = |kek: &UniqueIdentifier| {
        let key = Value::Structure(vec![
            (Field(0x42_0094), Value::Text(kek.as_str().to_owned())),
            (
                Field(0x42_002b),
                Value::Structure(vec![(Field(0x42_0011), Value::Enumeration(0x0d))]),
            ),
        ]);
        KeyContent {
            // RFC 3394 §4.1.
            value: Some(KeyBytes::Wrapped(SecretBytes::new(
                hex::decode("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5").unwrap(),
            ))),
            wrapping: Some(Value::Structure(vec![
                (Field(0x42_009e), Value::Enumeration(1)),
                (Field(0x42_0036), key),
                (Field(0x42_00a3), Value::Enumeration(1)),
            ])),
            ..raw(&[])
        }
    };
    let asked = ImportObject { unwrap: true, ..import("plain", given(), wrapped(&kek)) };
    let key = service.call(asked).await.unwrap().identifier;
    let expected = hex::decode("00112233445566778899AABBCCDDEEFF").unwrap();
    assert_eq!(material(&service, &key).await, expected);
    let nobody = identifier("nobody");
    let asked = ImportObject { unwrap: true, ..import("other", given(), wrapped(&nobody)) };
    assert_eq!(refused(service.call(asked).await), ErrorKind::WrappingKeyNotFound);
}
