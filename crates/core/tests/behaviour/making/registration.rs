//! Register.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{Content, KeyBytes, KeyContent};
use claviger_model::{
    AttributeKind as K, CryptographicAlgorithm as C, Field, KeyFormatType, LinkType, Usage, Value,
};
use claviger_secret::SecretBytes;

use super::{
    active, algorithm, bytes_of, get, length, linked, mask, material, name, raw, register,
    registered, standard, state, value,
};
use crate::service::{Service, refused};

const DIGEST_VALUE: Field = Field(0x42_0035);

fn given(bits: i32) -> super::Given {
    vec![algorithm(C::Aes), length(bits), mask(Usage::ENCRYPT | Usage::DECRYPT)]
}

#[tokio::test]
async fn a_raw_key_comes_back_as_it_was_and_native_clients_use_it() {
    let service = Service::new().await;
    let mut attributes = given(256);
    attributes.extend([active(), name("disk")]);
    let key = registered(&service, attributes, Content::SymmetricKey(raw(&[9; 32]))).await;
    assert_eq!(material(&service, &key).await, [9; 32]);
    assert_eq!(state(&service, &key).await, 2);
    for absent in [K::OriginalCreationDate, K::RandomNumberGenerator] {
        assert!(value(&service, &key, absent).await.is_none(), "{absent:?}");
    }
    let ciphertext = service.encrypt("disk", b"native").await.unwrap();
    assert_eq!(service.decrypt(&ciphertext).await.unwrap(), b"native");
}

#[tokio::test]
async fn lengths_and_algorithms_that_do_not_fit_the_material_are_refused() {
    let service = Service::new().await;
    let wrong = register(given(128), Content::SymmetricKey(raw(&[9; 32])));
    assert_eq!(refused(service.call(wrong).await), ErrorKind::InvalidInput);
    let junk = KeyContent { format: KeyFormatType::Pkcs8.code(), ..raw(b"no key at all") };
    let wrong = register(vec![algorithm(C::Rsa)], Content::PrivateKey(junk));
    assert_eq!(refused(service.call(wrong).await), ErrorKind::InvalidInput);
    let large = Content::OpaqueObject { kind: 1, value: SecretBytes::new(vec![0; (1 << 20) + 1]) };
    assert_eq!(refused(service.call(register(vec![], large)).await), ErrorKind::TooLarge);
}

#[tokio::test]
async fn the_material_says_what_the_client_did_not() {
    let service = Service::new().await;
    let key = registered(&service, vec![], Content::SymmetricKey(raw(&[1; 24]))).await;
    assert_same!(value(&service, &key, K::CryptographicLength).await, Some(Value::Integer(192)));
    let block = KeyContent { algorithm: Some(C::Aes.code()), length: Some(128), ..raw(&[1; 16]) };
    let key = registered(&service, vec![], Content::SymmetricKey(block)).await;
    let code = Value::Enumeration(C::Aes.code());
    assert_same!(value(&service, &key, K::CryptographicAlgorithm).await, Some(code));
}

#[tokio::test]
async fn the_digest_of_a_transparent_key_is_that_of_its_encoding() {
    let service = Service::new().await;
    // The key and its digest are those of the OASIS case TC-181-11.
    let bytes = hex::decode("0000111122223333444455556666777788889999aaaabbbbccccddddeeeeffff");
    let structure = Value::Structure(vec![(Field(0x42_003f), Value::Bytes(bytes.unwrap()))]);
    let block = KeyContent {
        format: KeyFormatType::TransparentSymmetricKey.code(),
        value: Some(KeyBytes::Structure(structure.clone())),
        ..raw(&[])
    };
    let key = registered(&service, given(256), Content::SymmetricKey(block)).await;
    let got = get(&service, &key).await.unwrap();
    assert!(
        matches!(&got.key().unwrap().value, Some(KeyBytes::Structure(same)) if *same == structure)
    );
    let digest = value(&service, &key, K::Digest).await.unwrap();
    assert_eq!(
        hex::encode(digest.field(DIGEST_VALUE).unwrap().as_bytes().unwrap()),
        "499ce96ff6f5e19fe9fe7a2fe4c3e92b88db0001a4e8df28d9966856b6c4b87c"
    );
    let format = digest.field(Field(0x42_0042)).and_then(Value::as_enumeration);
    assert_eq!(format, Some(KeyFormatType::TransparentSymmetricKey.code()));
}

#[tokio::test]
async fn a_wrapped_key_whose_wrapping_key_nobody_knows_is_kept_unchanged() {
    let service = Service::new().await;
    let wrapping = Value::Structure(vec![
        (Field(0x42_009e), Value::Enumeration(1)),
        (Field(0x42_0036), Value::Structure(vec![(Field(0x42_0094), Value::Text("42".into()))])),
        (Field(0x42_00a3), Value::Enumeration(1)),
    ]);
    let block = KeyContent {
        value: Some(KeyBytes::Wrapped(SecretBytes::new(vec![3; 24]))),
        algorithm: Some(C::Aes.code()),
        length: Some(128),
        wrapping: Some(wrapping.clone()),
        ..raw(&[])
    };
    let key = registered(&service, vec![], Content::SymmetricKey(block)).await;
    let got = get(&service, &key).await.unwrap();
    let block = got.key().unwrap();
    assert!(block.wrapping.as_ref() == Some(&wrapping));
    assert_eq!((block.length, bytes_of(&got)), (Some(128), vec![3; 24]));
    assert_eq!(linked(&service, &key, LinkType::WrappingKey).await.as_deref(), Some("42"));
    assert!(value(&service, &key, K::Digest).await.is_none());
}

#[tokio::test]
async fn a_key_kept_elsewhere_has_no_value_here() {
    let service = Service::new().await;
    let location = standard(
        K::KeyValueLocation,
        Value::Structure(vec![
            (Field(0x42_00b9), Value::Text("vault 7".into())),
            (Field(0x42_00ba), Value::Enumeration(1)),
        ]),
    );
    let block = KeyContent { value: None, algorithm: Some(C::Aes.code()), ..raw(&[]) };
    let key = registered(&service, vec![location], Content::SymmetricKey(block)).await;
    assert_same!(value(&service, &key, K::KeyValuePresent).await, Some(Value::Boolean(false)));
    assert!(value(&service, &key, K::Digest).await.is_none());
    assert!(get(&service, &key).await.unwrap().key().unwrap().value.is_none());
}

#[tokio::test]
async fn other_types_come_back_with_what_belongs_to_them() {
    let service = Service::new().await;
    let password = Content::SecretData { kind: 1, key: raw(b"secret") };
    let key = registered(&service, vec![], password).await;
    let got = get(&service, &key).await.unwrap();
    assert!(matches!(&got, Content::SecretData { kind: 1, .. }));
    assert_eq!(bytes_of(&got), b"secret");
    let bits = value(&service, &key, K::CryptographicLength).await;
    assert_same!(bits, Some(Value::Integer(48)));
    let opaque = Content::OpaqueObject { kind: 0x8012_3456, value: SecretBytes::new(vec![1, 2]) };
    let key = registered(&service, vec![], opaque).await;
    let kind = value(&service, &key, K::OpaqueDataType).await;
    assert_same!(kind, Some(Value::Enumeration(0x8012_3456)));
    assert_eq!(material(&service, &key).await, [1, 2]);
    let split = Content::SplitKey {
        parts: 3,
        identifier: 2,
        threshold: 2,
        method: 1,
        prime: Some(vec![1, 0]),
        key: raw(&[5; 16]),
    };
    let key = registered(&service, vec![], split).await;
    let got = get(&service, &key).await.unwrap();
    assert!(matches!(
        &got,
        Content::SplitKey { parts: 3, identifier: 2, threshold: 2, method: 1, prime: Some(_), .. }
    ));
    let key = registered(&service, vec![], Content::PgpKey { version: 4, key: raw(&[6; 9]) }).await;
    assert!(matches!(get(&service, &key).await.unwrap(), Content::PgpKey { version: 4, .. }));
}

#[tokio::test]
async fn what_is_registered_sensitive_was_always_so() {
    let service = Service::new().await;
    let sensitive = standard(K::Sensitive, Value::Boolean(true));
    let mut attributes = given(128);
    attributes.push(sensitive);
    let key = registered(&service, attributes, Content::SymmetricKey(raw(&[9; 16]))).await;
    assert_same!(value(&service, &key, K::AlwaysSensitive).await, Some(Value::Boolean(true)));
    assert_eq!(refused(get(&service, &key).await), ErrorKind::Sensitive);
}

#[tokio::test]
async fn no_error_shows_material() {
    let service = Service::new().await;
    let secret = b"-----hunter2-----";
    let junk = KeyContent { format: KeyFormatType::Pkcs8.code(), ..raw(secret) };
    let result = service.call(register(vec![algorithm(C::Rsa)], Content::PrivateKey(junk))).await;
    let error = result.err().unwrap();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}
