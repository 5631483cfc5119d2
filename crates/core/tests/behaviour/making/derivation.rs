//! Derive Key.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{Content, DerivationParameters, DeriveObject, Generation};
use claviger_model::{
    AttributeKind as K, BlockCipherMode, CryptographicAlgorithm as C, CryptographicParameters,
    DerivationMethod, HashingAlgorithm, LinkType, ObjectType, UniqueIdentifier, Usage, Value,
};
use claviger_secret::SecretBytes;

use super::{
    active, aes, algorithm, length, linked, made, mask, material, name, raw, registered, standard,
    state, value,
};
use crate::service::{self, Service, refused};

fn hashing(hashing: HashingAlgorithm) -> Option<CryptographicParameters> {
    Some(CryptographicParameters { hashing_algorithm: Some(hashing), ..Default::default() })
}

fn derive(
    bases: &[&UniqueIdentifier],
    method: DerivationMethod,
    parameters: DerivationParameters,
    bits: i32,
) -> DeriveObject {
    DeriveObject {
        object_type: ObjectType::SymmetricKey,
        bases: bases.iter().copied().cloned().collect(),
        method: method.code(),
        parameters,
        attributes: vec![algorithm(C::Aes), length(bits), name("derived")],
        templates: Vec::new(),
        generation: Generation::One,
    }
}

async fn base(service: &Service, bytes: &[u8]) -> UniqueIdentifier {
    let given = vec![mask(Usage::DERIVE_KEY), active()];
    registered(service, given, Content::SecretData { kind: 2, key: raw(bytes) }).await
}

#[tokio::test]
async fn pbkdf2_gives_the_known_answer_and_links() {
    let service = Service::new().await;
    // RFC 6070, the third case.
    let password = base(&service, b"password").await;
    let parameters = DerivationParameters {
        cryptographic: hashing(HashingAlgorithm::Sha1),
        salt: b"salt".to_vec(),
        iterations: 4096,
        ..Default::default()
    };
    let wanted = derive(&[&password], DerivationMethod::Pbkdf2, parameters, 160);
    let key = service.call(wanted).await.unwrap().identifier;
    let bytes = material(&service, &key).await;
    assert_eq!(hex::encode(bytes), "4b007901b765489abead49d926f721d065a429c1");
    assert_eq!(state(&service, &key).await, 1);
    assert!(value(&service, &key, K::RandomNumberGenerator).await.is_some());
    let to_base = linked(&service, &key, LinkType::DerivationBaseObject).await;
    assert_eq!(to_base.as_deref(), Some(password.as_str()));
    let to_key = linked(&service, &password, LinkType::DerivedKey).await;
    assert_eq!(to_key.as_deref(), Some(key.as_str()));
}

#[tokio::test]
async fn derivation_data_come_from_the_request_or_from_an_object() {
    let service = Service::new().await;
    let key = base(&service, &[0x0b; 20]).await;
    let data = base(&service, b"Hi There").await;
    let parameters = |data: Option<&[u8]>| DerivationParameters {
        cryptographic: hashing(HashingAlgorithm::Sha256),
        data: data.map(SecretBytes::copy_from),
        ..Default::default()
    };
    let method = DerivationMethod::Hmac;
    let from_request = derive(&[&key], method, parameters(Some(b"Hi There")), 256);
    let from_request = service.call(from_request).await.unwrap().identifier;
    let from_object = derive(&[&key, &data], method, parameters(None), 256);
    let from_object = service.call(from_object).await.unwrap().identifier;
    // RFC 4231, the first case.
    let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
    assert_eq!(hex::encode(material(&service, &from_request).await), expected);
    assert_eq!(hex::encode(material(&service, &from_object).await), expected);
    let both = derive(&[&key, &data], method, parameters(Some(b"x")), 256);
    assert_eq!(refused(service.call(both).await), ErrorKind::InvalidMessage);
}

#[tokio::test]
async fn encryption_and_counters_derive_the_known_answers() {
    let service = Service::new().await;
    // SP 800-38A §F.2.1: the derivation data, encrypted.
    let key = "2b7e151628aed2a6abf7158809cf4f3c";
    let content = Content::SymmetricKey(raw(&hex::decode(key).unwrap()));
    let given = vec![algorithm(C::Aes), mask(Usage::DERIVE_KEY), active()];
    let key = registered(&service, given, content).await;
    let parameters = DerivationParameters {
        cryptographic: Some(CryptographicParameters {
            block_cipher_mode: Some(BlockCipherMode::Cbc),
            ..Default::default()
        }),
        nonce: Some((0..16).collect()),
        data: Some(SecretBytes::new(hex::decode("6bc1bee22e409f96e93d7e117393172a").unwrap())),
        ..Default::default()
    };
    let wanted = derive(&[&key], DerivationMethod::Encrypt, parameters, 128);
    let derived = service.call(wanted).await.unwrap().identifier;
    let bytes = hex::encode(material(&service, &derived).await);
    assert_eq!(bytes, "7649abac8119b246cee98e9b12e9197d");
    // SP 800-108 §4.1 with HMAC-SHA-256: two blocks, the second one cut.
    let key = base(&service, &[0x0b; 20]).await;
    let parameters = DerivationParameters {
        cryptographic: hashing(HashingAlgorithm::Sha256),
        data: Some(SecretBytes::copy_from(b"label\0context")),
        ..Default::default()
    };
    let mut wanted = derive(&[&key], DerivationMethod::Nist800108Counter, parameters, 384);
    wanted.object_type = ObjectType::SecretData;
    wanted.attributes = vec![length(384)];
    let derived = service.call(wanted).await.unwrap().identifier;
    let expected = "1a86677fc46f93ec7405d936bd803923db24d451951371c15a4e3f094c72441f34b388cde5407178301a36417cdce362";
    assert_eq!(hex::encode(material(&service, &derived).await), expected);
}

#[tokio::test]
async fn only_keys_for_it_are_derived_from() {
    let service = Service::new().await;
    let parameters = || DerivationParameters {
        cryptographic: hashing(HashingAlgorithm::Sha256),
        ..Default::default()
    };
    let other = made(&service, aes([active()])).await;
    let wrong = derive(&[&other], DerivationMethod::Hash, parameters(), 128);
    assert_eq!(refused(service.call(wrong).await), ErrorKind::IncompatibleUsageMask);
    let given = vec![mask(Usage::DERIVE_KEY)];
    let sleeping = Content::SecretData { kind: 2, key: raw(b"seed") };
    let sleeping = registered(&service, given, sleeping).await;
    let mut wrong = derive(&[&sleeping], DerivationMethod::Hash, parameters(), 128);
    wrong.generation = Generation::Two;
    assert_eq!(refused(service.call(wrong).await), ErrorKind::WrongState);
    let seed = base(&service, b"seed").await;
    let long = derive(&[&seed], DerivationMethod::Hash, parameters(), 512);
    assert!(service.call(long).await.is_err());
    let odd = derive(&[&seed], DerivationMethod::Hash, parameters(), 129);
    assert_eq!(refused(service.call(odd).await), ErrorKind::InvalidAttributeValue);
    let stranger = derive(&[&seed], DerivationMethod::Hash, parameters(), 128);
    let result = service.kms.call(&service::caller("bob"), stranger).await;
    assert_eq!(refused(result), ErrorKind::NotFound);
    let none = derive(&[], DerivationMethod::Hash, parameters(), 128);
    assert_eq!(refused(service.call(none).await), ErrorKind::InvalidMessage);
}

#[tokio::test]
async fn what_is_derived_from_something_sensitive_is_sensitive() {
    let service = Service::new().await;
    let sensitive = standard(K::Sensitive, Value::Boolean(true));
    let given = vec![mask(Usage::DERIVE_KEY), active(), sensitive];
    let seed = registered(&service, given, Content::SecretData { kind: 2, key: raw(b"s") }).await;
    let parameters = DerivationParameters {
        cryptographic: hashing(HashingAlgorithm::Sha256),
        ..Default::default()
    };
    let mut wanted = derive(&[&seed], DerivationMethod::Hash, parameters, 128);
    wanted.attributes.push(standard(K::Sensitive, Value::Boolean(false)));
    let key = service.call(wanted).await.unwrap().identifier;
    assert_same!(value(&service, &key, K::Sensitive).await, Some(Value::Boolean(true)));
}
