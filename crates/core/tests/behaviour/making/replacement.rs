//! Re-key, Re-key Key Pair, and rotation by the native doors.

use claviger_core::operations::RotateKey;
use claviger_core::operations::objects::{
    Content, CreateObjectPair, Generation, ReplaceObject, ReplaceObjectPair, RevokeObject,
};
use claviger_core::{ErrorKind, NativeCiphertext};
use claviger_model::{
    AttributeKind as K, CryptographicAlgorithm as C, LinkType, UniqueIdentifier, Usage, Value,
};

use super::{
    active, aes, algorithm, attributes, create, length, linked, made, mask, material, name, names,
    raw, registered, standard, state, value, vendor,
};
use crate::service::{self, Service, refused};

fn rekey(identifier: &UniqueIdentifier) -> ReplaceObject {
    ReplaceObject {
        generation: Generation::Two,
        identifier: identifier.clone(),
        offset: None,
        attributes: Vec::new(),
        templates: Vec::new(),
    }
}

#[tokio::test]
async fn a_new_key_takes_the_old_ones_place() {
    let service = Service::new().await;
    let owner = (vendor("x", "Owner"), Value::Text("storage".into()));
    let old = made(&service, aes([name("orders"), owner.clone(), active()])).await;
    let ciphertext = service.encrypt("orders", b"hello").await.unwrap();
    let wanted = ReplaceObject { attributes: vec![name("orders-2")], ..rekey(&old) };
    let new = service.call(wanted).await.unwrap().identifier;

    assert!(names(&service, &old).await.is_empty());
    assert_eq!(names(&service, &new).await, ["orders", "orders-2"]);
    let (to_new, to_old) = (LinkType::ReplacementObject, LinkType::ReplacedObject);
    assert_eq!(linked(&service, &old, to_new).await.as_deref(), Some(new.as_str()));
    assert_eq!(linked(&service, &new, to_old).await.as_deref(), Some(old.as_str()));
    assert_eq!((state(&service, &old).await, state(&service, &new).await), (2, 2));
    assert_ne!(material(&service, &old).await, material(&service, &new).await);
    assert!(attributes(&service, &new).await.iter().any(|one| one.key == owner.0));
    let digest = |identifier| value(&service, identifier, K::Digest);
    assert!(digest(&old).await != digest(&new).await);
    // The native doors see one key with two versions; the old one goes on decrypting.
    assert_eq!(service.decrypt(&ciphertext).await.unwrap(), b"hello");
    let later = service.encrypt("orders", b"again").await.unwrap();
    assert_eq!(NativeCiphertext::read(&later).unwrap().version(), 2);
    assert_eq!(service.restarted().await.decrypt(&later).await.unwrap(), b"again");
}

#[tokio::test]
async fn an_offset_shifts_the_dates() {
    let service = Service::new().await;
    let now = service.clock_seconds();
    let date = |kind, seconds| standard(kind, Value::DateTime(seconds));
    let old = made(
        &service,
        aes([
            date(K::ActivationDate, now - 1000),
            date(K::ProtectStopDate, now - 500),
            date(K::DeactivationDate, now - 100),
        ]),
    )
    .await;
    let wanted = ReplaceObject { offset: Some(0), ..rekey(&old) };
    let new = service.call(wanted).await.unwrap().identifier;
    for (kind, seconds) in [
        (K::ActivationDate, now),
        (K::ProtectStopDate, now + 500),
        (K::DeactivationDate, now + 900),
    ] {
        assert_same!(value(&service, &new, kind).await, Some(Value::DateTime(seconds)), "{kind:?}");
    }
    assert_eq!(state(&service, &new).await, 2);
    // Dates are given, or made by an offset.
    let given = || vec![date(K::DeactivationDate, now + 7)];
    let both = ReplaceObject { offset: Some(60), attributes: given(), ..rekey(&new) };
    assert_eq!(refused(service.call(both).await), ErrorKind::InvalidMessage);
    let wanted = ReplaceObject { attributes: given(), ..rekey(&new) };
    let third = service.call(wanted).await.unwrap().identifier;
    assert_same!(
        value(&service, &third, K::DeactivationDate).await,
        Some(Value::DateTime(now + 7))
    );
    let later = ReplaceObject { offset: Some(60), ..rekey(&third) };
    let fourth = service.call(later).await.unwrap().identifier;
    assert_eq!(state(&service, &fourth).await, 1);
    // Where nothing says when it all began, there is nothing to shift.
    let endless =
        made(&service, create(vec![algorithm(C::Aes), length(256), given().remove(0)])).await;
    let shifted = ReplaceObject { offset: Some(60), ..rekey(&endless) };
    assert_eq!(refused(service.call(shifted).await), ErrorKind::NoActivationDate);
}

#[tokio::test]
async fn what_happened_to_the_old_key_is_not_the_new_ones() {
    let service = Service::new().await;
    let limits = Value::Structure(vec![
        (claviger_model::Field(0x42_0097), Value::LongInteger(100)),
        (claviger_model::Field(0x42_0096), Value::LongInteger(3)),
        (claviger_model::Field(0x42_0098), Value::Enumeration(1)),
    ]);
    let old = made(&service, aes([active(), standard(K::UsageLimits, limits)])).await;
    service.call(RevokeObject::new(old.clone(), 2)).await.unwrap();
    let new = service.call(rekey(&old)).await.unwrap().identifier;
    assert_eq!(state(&service, &new).await, 2);
    for kind in [K::CompromiseDate, K::CompromiseOccurrenceDate, K::RevocationReason] {
        assert!(value(&service, &new, kind).await.is_none(), "{kind:?}");
    }
    let limits = value(&service, &new, K::UsageLimits).await.unwrap();
    let count = limits.field(claviger_model::Field(0x42_0096)).and_then(Value::as_long_integer);
    assert_eq!(count, Some(100));
    let other = ReplaceObject { attributes: vec![length(128)], ..rekey(&new) };
    assert_eq!(refused(service.call(other).await), ErrorKind::InvalidAttributeValue);
}

#[tokio::test]
async fn odd_registered_keys_are_replaced_too() {
    let service = Service::new().await;
    let given = vec![algorithm(C::Aes), length(160)];
    let old = registered(&service, given, Content::SymmetricKey(raw(&[4; 20]))).await;
    let new = service.call(rekey(&old)).await.unwrap().identifier;
    assert_eq!(material(&service, &new).await.len(), 20);
    assert!(value(&service, &new, K::RandomNumberGenerator).await.is_some());
    let secret =
        registered(&service, vec![], Content::SecretData { kind: 1, key: raw(b"x") }).await;
    assert_eq!(refused(service.call(rekey(&secret)).await), ErrorKind::InvalidObjectType);
}

fn pair(algorithm_: C) -> CreateObjectPair {
    CreateObjectPair {
        common: vec![algorithm(algorithm_), active()],
        private: vec![name("signing"), mask(Usage::SIGN)],
        public: vec![name("verifying"), mask(Usage::VERIFY)],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::Two,
    }
}

#[tokio::test]
async fn a_pair_is_replaced_as_one() {
    let service = Service::new().await;
    let old = service.call(pair(C::Ec)).await.unwrap();
    let wanted = ReplaceObjectPair {
        generation: Generation::Two,
        private: old.private.clone(),
        offset: None,
        common: Vec::new(),
        private_attributes: Vec::new(),
        public_attributes: vec![name("verifying-2")],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
    };
    let new = service.call(wanted).await.unwrap();
    assert_eq!(names(&service, &new.private).await, ["signing"]);
    assert_eq!(names(&service, &new.public).await, ["verifying", "verifying-2"]);
    for (from, kind, to) in [
        (&new.private, LinkType::PublicKey, &new.public),
        (&new.public, LinkType::PrivateKey, &new.private),
        (&new.private, LinkType::ReplacedObject, &old.private),
        (&new.public, LinkType::ReplacedObject, &old.public),
        (&old.private, LinkType::ReplacementObject, &new.private),
        (&old.public, LinkType::ReplacementObject, &new.public),
        (&old.private, LinkType::PublicKey, &old.public),
    ] {
        assert_eq!(linked(&service, from, kind).await.as_deref(), Some(to.as_str()), "{kind:?}");
    }
}

#[tokio::test]
async fn the_native_rotation_carries_everything_on() {
    let service = Service::new().await;
    let owner = (vendor("x", "Owner"), Value::Text("storage".into()));
    let old = made(&service, aes([name("orders"), owner.clone(), active()])).await;
    let ciphertext = service.encrypt("orders", b"hello").await.unwrap();
    let rotated = service.call(RotateKey { name: service::name("orders") }).await.unwrap();
    let new = UniqueIdentifier::from(rotated.latest.id);
    assert_eq!(rotated.keyset.latest, 2);
    assert_eq!(names(&service, &new).await, ["orders"]);
    assert_eq!(state(&service, &new).await, 2);
    assert!(attributes(&service, &new).await.iter().any(|one| one.key == owner.0));
    let to_new = linked(&service, &old, LinkType::ReplacementObject).await;
    assert_eq!(to_new.as_deref(), Some(new.as_str()));
    assert_eq!(service.decrypt(&ciphertext).await.unwrap(), b"hello");

    let old = service.call(pair(C::Rsa)).await.unwrap();
    service.call(RotateKey { name: service::name("signing") }).await.unwrap();
    let new_public = linked(&service, &old.public, LinkType::ReplacementObject).await.unwrap();
    assert_eq!(names(&service, &super::identifier(&new_public)).await, ["verifying"]);
}

#[tokio::test]
async fn a_period_rotates_by_itself() {
    let service = Service::new().await;
    let automatic = standard(K::RotateAutomatic, Value::Boolean(true));
    let interval = standard(K::RotateInterval, Value::Interval(3600));
    let old = made(&service, aes([name("orders"), automatic, interval, active()])).await;
    service.clock.advance(std::time::Duration::from_secs(3601));
    let (done, failed) = service.kms.run_due().await.unwrap();
    assert_eq!((done, failed.len()), (1, 0));
    assert!(linked(&service, &old, LinkType::ReplacementObject).await.is_some());
}

#[tokio::test]
async fn a_replacement_takes_no_name_of_another_object() {
    let service = Service::new().await;
    made(&service, aes([name("taken")])).await;
    let key = made(&service, aes([name("orders"), active()])).await;
    let wanted = || ReplaceObject { attributes: vec![name("taken")], ..rekey(&key) };
    assert_eq!(refused(service.call(wanted()).await), ErrorKind::NonUniqueName);
    // Its own name it keeps, whoever says so.
    let own = ReplaceObject { attributes: vec![name("orders")], ..rekey(&key) };
    let new = service.call(own).await.unwrap().identifier;
    assert_eq!(names(&service, &new).await, ["orders"]);
    // In KMIP 1.x names may repeat.
    let repeated = ReplaceObject {
        attributes: vec![name("taken")],
        generation: Generation::One,
        ..rekey(&new)
    };
    let new = service.call(repeated).await.unwrap().identifier;
    assert_eq!(names(&service, &new).await, ["orders", "taken"]);
}
