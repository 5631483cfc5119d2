//! Create and Create Key Pair.

use claviger_core::operations::objects::{AddAttribute, CreateObjectPair, Generation};
use claviger_core::operations::{DescribeKey, Encrypt};
use claviger_core::{ErrorKind, ObjectSettings};
use claviger_model::{
    AttributeKey, AttributeKind as K, CryptographicAlgorithm as C, KeyFormatType, KeyName,
    LinkType, ObjectType, RecommendedCurve, Usage, Value,
};
use claviger_secret::SealBuffer;

use super::{
    active, aes, algorithm, attributes, create, get, length, linked, made, mask, material, name,
    names, standard, state, value, values, vendor,
};
use crate::service::{self, Service, refused};

fn pair(algorithm_: C, bits: i32, generation: Generation) -> CreateObjectPair {
    CreateObjectPair {
        common: vec![algorithm(algorithm_), length(bits)],
        private: vec![name("signing"), mask(Usage::SIGN)],
        public: vec![name("verifying"), mask(Usage::VERIFY)],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation,
    }
}

#[tokio::test]
async fn a_new_key_has_every_attribute_that_it_must_have() {
    let service = Service::new().await;
    let key = made(&service, aes([name("orders")])).await;
    let all = attributes(&service, &key).await;
    for kind in [
        K::UniqueIdentifier,
        K::ObjectType,
        K::CryptographicAlgorithm,
        K::CryptographicLength,
        K::CryptographicUsageMask,
        K::Digest,
        K::KeyFormatType,
        K::InitialDate,
        K::LastChangeDate,
        K::LeaseTime,
        K::Name,
        K::State,
        K::Fresh,
        K::OriginalCreationDate,
        K::RandomNumberGenerator,
        K::Sensitive,
        K::AlwaysSensitive,
        K::Extractable,
        K::NeverExtractable,
        K::ProtectionStorageMask,
        K::OperationPolicyName,
    ] {
        let count = all.iter().filter(|one| one.key == AttributeKey::Standard(kind)).count();
        assert_eq!(count, 1, "{kind:?}");
    }
    assert!(!all.iter().any(|one| matches!(&one.key, AttributeKey::Vendor { .. })));
    assert_eq!(state(&service, &key).await, 1);
    let digest = value(&service, &key, K::Digest).await.unwrap();
    let bytes = material(&service, &key).await;
    assert_eq!(bytes.len(), 32);
    let hashed =
        claviger_core::operations::HashData { hash: claviger_model::Hash::Sha256, data: bytes };
    let expected = service.call(hashed).await.unwrap();
    assert_same!(digest.field(claviger_model::Field(0x42_0035)), Some(&Value::Bytes(expected)));
}

#[tokio::test]
async fn native_clients_use_what_protocol_clients_make() {
    let service = Service::new().await;
    made(&service, aes([name("orders"), active()])).await;
    let ciphertext = service.encrypt("orders", b"hello").await.unwrap();
    assert_eq!(service.decrypt(&ciphertext).await.unwrap(), b"hello");
    // A mask without Encrypt binds them as well.
    let mac =
        create(vec![algorithm(C::HmacSha256), mask(Usage::MAC_GENERATE), name("codes"), active()]);
    made(&service, mac).await;
    assert_eq!(refused(service.encrypt("codes", b"hello").await), ErrorKind::PolicyForbids);
}

#[tokio::test]
async fn dates_decide_the_state() {
    let service = Service::new().await;
    let now = service.clock_seconds();
    let date = |kind, seconds| standard(kind, Value::DateTime(seconds));
    for (given, expected) in [
        (vec![], 1),
        (vec![date(K::ActivationDate, now)], 2),
        (vec![date(K::ActivationDate, now + 60)], 1),
        (vec![date(K::ActivationDate, now - 60), date(K::DeactivationDate, now - 30)], 3),
        (vec![date(K::ActivationDate, now - 60), date(K::DeactivationDate, now + 30)], 2),
    ] {
        let key = made(&service, aes(given)).await;
        assert_eq!(state(&service, &key).await, expected);
    }
    for (first, second) in [
        (K::ActivationDate, K::DeactivationDate),
        (K::ActivationDate, K::ProcessStartDate),
        (K::ProtectStopDate, K::DeactivationDate),
    ] {
        let reversed = aes([date(first, now + 60), date(second, now + 30)]);
        assert_eq!(refused(service.call(reversed).await), ErrorKind::InvalidAttributeValue);
    }
}

#[tokio::test]
async fn odd_algorithms_and_lengths_are_made() {
    let service = Service::new().await;
    for (algorithm_, bits, bytes) in [
        (C::Idea, 128, 16),
        (C::Skipjack, 80, 10),
        (C::Camellia, 192, 24),
        (C::Blowfish, 128, 16),
        (C::HmacSha512, 256, 32),
        (C::HmacMd5, 128, 16),
        (C::Twofish, 256, 32),
    ] {
        let key = made(&service, create(vec![algorithm(algorithm_), length(bits)])).await;
        assert_eq!(material(&service, &key).await.len(), bytes, "{algorithm_:?}");
    }
    for (algorithm_, bits) in [(C::Aes, 160), (C::Aes, 127), (C::Idea, 64), (C::ChaCha20, 128)] {
        let made = service.call(create(vec![algorithm(algorithm_), length(bits)])).await;
        assert_eq!(refused(made), ErrorKind::InvalidAttributeValue, "{algorithm_:?} {bits}");
    }
    let made = service.call(create(vec![algorithm(C::Rsa), length(2048)])).await;
    assert_eq!(refused(made), ErrorKind::InvalidAttributeValue);
    assert_eq!(refused(service.call(create(vec![length(256)])).await), ErrorKind::InvalidMessage);
}

#[tokio::test]
async fn legacy_algorithms_need_the_operators_decision() {
    let service = Service::new().await;
    let des = || create(vec![algorithm(C::TripleDes), length(168)]);
    assert_eq!(refused(service.call(des()).await), ErrorKind::LegacyForbidden);
    let settings = ObjectSettings { legacy_algorithms: true, ..ObjectSettings::default() };
    let store = std::sync::Arc::new(claviger_store_memory::MemoryStore::new());
    let service = Service::with_settings(store, 7, settings).await;
    let key = made(&service, des()).await;
    assert_eq!(material(&service, &key).await.len(), 24);
    assert_same!(value(&service, &key, K::CryptographicLength).await, Some(Value::Integer(168)));
}

#[tokio::test]
async fn secret_data_are_made_in_the_second_generation_only() {
    let service = Service::new().await;
    let mut seed = create(vec![length(512), mask(Usage::DERIVE_KEY)]);
    seed.object_type = ObjectType::SecretData;
    let key = made(&service, seed).await;
    assert_eq!(material(&service, &key).await.len(), 64);
    let mut seed = create(vec![length(512)]);
    seed.object_type = ObjectType::SecretData;
    seed.generation = Generation::One;
    assert_eq!(refused(service.call(seed).await), ErrorKind::InvalidObjectType);
}

#[tokio::test]
async fn names_are_unique_in_the_second_generation_only() {
    let service = Service::new().await;
    made(&service, aes([name("orders")])).await;
    assert_eq!(refused(service.call(aes([name("orders")])).await), ErrorKind::NonUniqueName);
    let mut again = aes([name("orders")]);
    again.generation = Generation::One;
    let second = made(&service, again).await;
    assert_eq!(names(&service, &second).await, ["orders"]);
    // Its keyset is called by its identifier, which native clients can use.
    let described = service.call(DescribeKey { name: service::name(second.as_str()) }).await;
    assert_eq!(described.unwrap().keyset.name.as_str(), second.as_str());
    // Somebody else's names are their own.
    let mut other = Service::new().await;
    other.kms = service.kms.clone();
    other.caller = service::caller("bob");
    made(&other, aes([name("orders")])).await;
    // What was given twice is not unique either.
    let twice = aes([name("bills"), name("bills")]);
    assert_eq!(refused(service.call(twice).await), ErrorKind::NonUniqueName);
}

#[tokio::test]
async fn names_that_no_keyset_can_have_are_kept_all_the_same() {
    let service = Service::new().await;
    let key = made(&service, aes([name("Schlüssel für / alles ☃")])).await;
    assert_eq!(names(&service, &key).await, ["Schlüssel für / alles ☃"]);
    // A name that looks like an identifier doesn't become one.
    let trap = made(&service, aes([name(key.as_str())])).await;
    assert_ne!(trap, key);
    let described = service.call(DescribeKey { name: KeyName::new(trap.as_str()).unwrap() }).await;
    assert!(described.is_ok());
}

#[tokio::test]
async fn wrong_attributes_are_refused_as_kmip_names_it() {
    let service = Service::new().await;
    for (given, expected) in [
        (standard(K::State, Value::Enumeration(2)), ErrorKind::AttributeReadOnly),
        (standard(K::LeaseTime, Value::Interval(1)), ErrorKind::AttributeReadOnly),
        (standard(K::CryptographicLength, Value::Integer(128)), ErrorKind::AttributeSingleValued),
        (standard(K::ActivationDate, Value::Integer(1)), ErrorKind::InvalidAttributeValue),
        (standard(K::Name, Value::Text("flat".into())), ErrorKind::InvalidAttributeValue),
        (standard(K::OriginalCreationDate, Value::DateTime(1)), ErrorKind::InvalidAttributeValue),
        (standard(K::Fresh, Value::Boolean(false)), ErrorKind::InvalidAttributeValue),
        ((vendor("claviger", "legacy"), Value::Boolean(true)), ErrorKind::AttributeReadOnly),
        ((vendor("", "x"), Value::Boolean(true)), ErrorKind::UnsupportedAttribute),
    ] {
        assert_eq!(refused(service.call(aes([given])).await), expected);
    }
    let many = (0..600).map(|number| (vendor("x", &number.to_string()), Value::Integer(number)));
    assert_eq!(refused(service.call(aes(many)).await), ErrorKind::TooManyAttributes);
    // AES-128 isn't safe against quantum computers, AES-256 is.
    let safe = || standard(K::QuantumSafe, Value::Boolean(true));
    made(&service, aes([safe()])).await;
    let short = create(vec![algorithm(C::Aes), length(128), safe()]);
    assert_eq!(refused(service.call(short).await), ErrorKind::NotQuantumSafe);
}

#[tokio::test]
async fn a_pair_is_two_objects_that_know_each_other() {
    let service = Service::new().await;
    let made = service.call(pair(C::Rsa, 2048, Generation::Two)).await.unwrap();
    let to_public = linked(&service, &made.private, LinkType::PublicKey).await;
    assert_eq!(to_public.as_deref(), Some(made.public.as_str()));
    let to_private = linked(&service, &made.public, LinkType::PrivateKey).await;
    assert_eq!(to_private.as_deref(), Some(made.private.as_str()));
    assert_eq!(names(&service, &made.private).await, ["signing"]);
    assert_eq!(names(&service, &made.public).await, ["verifying"]);
    for half in [&made.private, &made.public] {
        let format = value(&service, half, K::KeyFormatType).await;
        assert_same!(format, Some(Value::Enumeration(KeyFormatType::Pkcs1.code())));
        let digest = value(&service, half, K::Digest).await.unwrap();
        let hash = claviger_core::operations::HashData {
            hash: claviger_model::Hash::Sha256,
            data: material(&service, half).await,
        };
        let expected = Value::Bytes(service.call(hash).await.unwrap());
        assert_same!(digest.field(claviger_model::Field(0x42_0035)), Some(&expected));
    }
}

#[tokio::test]
async fn a_format_that_was_wished_for_has_a_digest_beside_that_of_the_default() {
    let service = Service::new().await;
    let mut wanted = pair(C::Rsa, 2048, Generation::Two);
    let format = Value::Enumeration(KeyFormatType::Pkcs8.code());
    wanted.private.push(standard(K::KeyFormatType, format));
    let made = service.call(wanted).await.unwrap();
    let formats = async |half| -> Vec<_> {
        let digests = values(&service, half, K::Digest).await;
        let format = |digest: &Value| digest.field(FORMAT).and_then(Value::as_enumeration);
        digests.iter().map(|digest| format(digest).and_then(KeyFormatType::from_code)).collect()
    };
    const FORMAT: claviger_model::Field = claviger_model::Field(0x42_0042);
    let both = [Some(KeyFormatType::Pkcs8), Some(KeyFormatType::Pkcs1)];
    assert_eq!(formats(&made.private).await, both);
    assert_eq!(formats(&made.public).await, [Some(KeyFormatType::Pkcs1)]);
}

#[tokio::test]
async fn pairs_of_all_curves_are_made() {
    let service = Service::new().await;
    let domain = |curve: RecommendedCurve| {
        let curve = vec![(claviger_model::Field(0x42_0075), Value::Enumeration(curve.code()))];
        standard(K::CryptographicDomainParameters, Value::Structure(curve))
    };
    for (algorithm_, curve) in [
        (C::Ec, RecommendedCurve::P256),
        (C::Ecdsa, RecommendedCurve::P384),
        (C::Ec, RecommendedCurve::P521),
        (C::Ecdsa, RecommendedCurve::Secp256k1),
        (C::Ecdh, RecommendedCurve::Curve25519),
        (C::Ed25519, RecommendedCurve::Curve25519),
    ] {
        let mut wanted = pair(algorithm_, 0, Generation::One);
        wanted.common = vec![algorithm(algorithm_), domain(curve)];
        let made = service.call(wanted).await.unwrap();
        assert!(get(&service, &made.private).await.is_ok(), "{algorithm_:?} {curve:?}");
        assert!(get(&service, &made.public).await.is_ok(), "{algorithm_:?} {curve:?}");
        assert!(value(&service, &made.public, K::Digest).await.is_some());
    }
}

#[tokio::test]
async fn halves_must_not_contradict_each_other() {
    let service = Service::new().await;
    let mut wanted = pair(C::Rsa, 2048, Generation::Two);
    wanted.common = vec![algorithm(C::Rsa)];
    wanted.private.push(length(2048));
    wanted.public.push(length(3072));
    assert_eq!(refused(service.call(wanted).await), ErrorKind::InvalidAttributeValue);
    // What only one half says counts for both.
    let mut wanted = pair(C::Ec, 256, Generation::Two);
    wanted.common = vec![algorithm(C::Ec)];
    wanted.private.push(length(256));
    let made = service.call(wanted).await.unwrap();
    let bits = value(&service, &made.public, K::CryptographicLength).await;
    assert_same!(bits, Some(Value::Integer(256)));
}

#[tokio::test]
async fn an_unextractable_key_stays_within() {
    let service = Service::new().await;
    let unextractable = standard(K::Extractable, Value::Boolean(false));
    let key = made(&service, aes([unextractable, name("kept"), active()])).await;
    assert!(get(&service, &key).await.is_err());
    let never = value(&service, &key, K::NeverExtractable).await;
    assert_same!(never, Some(Value::Boolean(true)));
    let encrypt = Encrypt {
        key: service::name("kept"),
        context: service::context(&[]),
        plaintext: SealBuffer::copy_from(b"x"),
    };
    assert!(service.call(encrypt).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_take_a_name_at_once_one_gets_it() {
    let service = std::sync::Arc::new(Service::new().await);
    let bare = made(&service, aes([])).await;
    for round in 0..20 {
        // A name that no keyset can have, so that the keysets' names don't decide.
        let wanted = format!("the key of round {round}");
        let mut attempts = Vec::new();
        for attempt in 0..8 {
            let (service, wanted, bare) = (service.clone(), wanted.clone(), bare.clone());
            attempts.push(tokio::spawn(async move {
                if attempt % 2 == 0 {
                    return service.call(aes([name(&wanted)])).await.map(drop);
                }
                let (key, value) = name(&wanted);
                let (identifier, generation) = (bare, Generation::Two);
                service.call(AddAttribute { identifier, key, value, generation }).await.map(drop)
            }));
        }
        let mut taken = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(()) => taken += 1,
                Err(error) => assert_eq!(error.kind(), ErrorKind::NonUniqueName),
            }
        }
        assert_eq!(taken, 1);
    }
}
