//! Create Split Key and Join Split Key.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{Content, Generation, JoinObject, SplitObject};
use claviger_model::{
    AttributeKind as K, CryptographicAlgorithm as C, ObjectType, SplitKeyMethod, UniqueIdentifier,
    Value,
};

use super::{aes, algorithm, get, length, made, material, name, raw, registered, standard, value};
use crate::service::{self, Service, refused};

fn split(
    identifier: Option<&UniqueIdentifier>,
    method: SplitKeyMethod,
    parts: i32,
    threshold: i32,
) -> SplitObject {
    SplitObject {
        object_type: ObjectType::SplitKey,
        identifier: identifier.cloned(),
        parts,
        threshold,
        method: method.code(),
        prime: None,
        attributes: Vec::new(),
        templates: Vec::new(),
        generation: Generation::Two,
    }
}

fn join(parts: &[UniqueIdentifier]) -> JoinObject {
    JoinObject {
        object_type: ObjectType::SymmetricKey,
        identifiers: parts.to_vec(),
        secret_data_kind: None,
        attributes: vec![algorithm(C::Aes)],
        templates: Vec::new(),
        generation: Generation::One,
    }
}

#[tokio::test]
async fn enough_parts_make_the_key_again() {
    let service = Service::new().await;
    let key = made(&service, aes([])).await;
    let secret = material(&service, &key).await;
    let methods = [
        (SplitKeyMethod::PolynomialGf28, 3),
        (SplitKeyMethod::PolynomialGf216, 3),
        (SplitKeyMethod::Xor, 5),
    ];
    for (method, threshold) in methods {
        let parts = service.call(split(Some(&key), method, 5, threshold)).await.unwrap();
        assert_eq!(parts.len(), 5);
        let first = get(&service, &parts[0]).await.unwrap();
        let Content::SplitKey { parts: count, identifier, threshold: needed, .. } = &first else {
            panic!("a part is a split key");
        };
        assert_eq!((*count, *identifier, *needed), (5, 1, threshold));
        let bits = value(&service, &parts[0], K::CryptographicLength).await;
        assert_same!(bits, Some(Value::Integer(256)));
        let enough = &parts[..threshold as usize];
        let joined = service.call(join(enough)).await.unwrap().identifier;
        assert_eq!(material(&service, &joined).await, secret, "{method:?}");
        let too_few = service.call(join(&parts[1..threshold as usize])).await;
        assert_eq!(refused(too_few), ErrorKind::CryptographicFailure);
        let mut twice = enough.to_vec();
        twice[1] = twice[0].clone();
        assert_eq!(refused(service.call(join(&twice)).await), ErrorKind::CryptographicFailure);
    }
}

#[tokio::test]
async fn a_prime_field_shares_keys_that_are_below_its_prime() {
    let service = Service::new().await;
    let key = made(&service, aes([])).await;
    // 2^256 + 297.
    let prime = [&[1][..], &[0; 30], &[1, 41]].concat();
    let method = SplitKeyMethod::PolynomialPrimeField;
    let wanted = SplitObject { prime: Some(prime.clone()), ..split(Some(&key), method, 4, 3) };
    let parts = service.call(wanted).await.unwrap();
    let part = get(&service, &parts[3]).await.unwrap();
    let Content::SplitKey { identifier: 4, prime: Some(kept), .. } = &part else {
        panic!("the last part has its number and the prime");
    };
    assert_eq!(*kept, prime);
    let joined = service.call(join(&parts[1..])).await.unwrap().identifier;
    assert_eq!(material(&service, &joined).await, material(&service, &key).await);
    assert_eq!(refused(service.call(join(&parts[2..])).await), ErrorKind::CryptographicFailure);
    let without = service.call(split(Some(&key), method, 4, 3)).await;
    assert_eq!(refused(without), ErrorKind::InvalidParameters);
}

#[tokio::test]
async fn what_all_parts_say_of_the_key_is_said_of_it() {
    let service = Service::new().await;
    let key = made(&service, aes([])).await;
    let mask = value(&service, &key, K::CryptographicUsageMask).await;
    assert!(mask.is_some());
    let parts = service.call(split(Some(&key), SplitKeyMethod::Xor, 2, 2)).await.unwrap();
    for part in &parts {
        assert_same!(value(&service, part, K::CryptographicUsageMask).await, mask);
    }
    let silent = JoinObject { attributes: Vec::new(), ..join(&parts) };
    let joined = service.call(silent).await.unwrap().identifier;
    for kind in [K::CryptographicAlgorithm, K::CryptographicLength, K::CryptographicUsageMask] {
        let (of_key, of_joined) =
            (value(&service, &key, kind).await, value(&service, &joined, kind).await);
        assert!(of_key.is_some() && of_key == of_joined, "{kind:?}");
    }
}

#[tokio::test]
async fn a_key_can_be_made_in_parts() {
    let service = Service::new().await;
    let mut wanted = split(None, SplitKeyMethod::PolynomialGf28, 3, 2);
    wanted.attributes = vec![algorithm(C::Aes), length(128), name("shared")];
    let parts = service.call(wanted).await.unwrap();
    let one = service.call(join(&parts[..2])).await.unwrap().identifier;
    let other = service.call(join(&parts[1..])).await.unwrap().identifier;
    assert_eq!(material(&service, &one).await, material(&service, &other).await);
}

#[tokio::test]
async fn what_must_not_leave_is_not_split() {
    let service = Service::new().await;
    let kept = made(&service, aes([standard(K::Extractable, Value::Boolean(false))])).await;
    let method = SplitKeyMethod::PolynomialGf28;
    let result = service.call(split(Some(&kept), method, 3, 2)).await;
    assert_eq!(refused(result), ErrorKind::NotExtractable);
    let sensitive = made(&service, aes([standard(K::Sensitive, Value::Boolean(true))])).await;
    let parts = service.call(split(Some(&sensitive), method, 3, 2)).await.unwrap();
    assert_eq!(refused(get(&service, &parts[0]).await), ErrorKind::Sensitive);
    let joined = service.call(join(&parts)).await.unwrap().identifier;
    assert_eq!(refused(get(&service, &joined).await), ErrorKind::Sensitive);
    let bob = service::caller("bob");
    let stranger = service.kms.call(&bob, split(Some(&kept), method, 3, 2)).await;
    assert_eq!(refused(stranger), ErrorKind::NotFound);
}

#[tokio::test]
async fn impossible_schemes_are_refused() {
    let service = Service::new().await;
    let key = made(&service, aes([])).await;
    for (parts, threshold) in [(0, 0), (3, 4), (-1, 1), (256, 2), (3, 0)] {
        let wrong = split(Some(&key), SplitKeyMethod::PolynomialGf28, parts, threshold);
        assert_eq!(
            refused(service.call(wrong).await),
            ErrorKind::InvalidParameters,
            "{parts} {threshold}"
        );
    }
    assert_eq!(refused(service.call(join(&[key])).await), ErrorKind::InvalidObjectType);
    let lone = Content::SplitKey {
        parts: 3,
        identifier: -2,
        threshold: 2,
        method: 4,
        prime: None,
        key: raw(&[1; 16]),
    };
    let lone = registered(&service, vec![], lone).await;
    let result = service.call(join(&[lone.clone(), lone])).await;
    assert_eq!(refused(result), ErrorKind::CryptographicFailure);
}
