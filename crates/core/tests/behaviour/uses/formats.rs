//! Keys in other formats than they came in: the same keys.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    Content, CreateObjectPair, Generation, GetObject, KeyBytes, KeyContent, Part, SignData,
    SignedData, Validity, VerifySignature,
};
use claviger_core::operations::{Sign, SignatureMessage, Verify};
use claviger_model::{
    AttributeKind, CryptographicAlgorithm as A, Field, KeyFormatType as F, UniqueIdentifier, Usage,
    Value,
};

use super::{active, bytes, done, key_content, legacy_service, register, standard, symmetric};
use crate::service::{Service, name, refused};

fn get(key: &UniqueIdentifier, format: Option<u32>) -> GetObject {
    GetObject {
        identifier: key.clone(),
        format,
        wrap_type: None,
        compression: None,
        wrapping: None,
        pending_keys_wrap: false,
        generation: Generation::Two,
    }
}

fn key_of(content: Content) -> KeyContent {
    match content {
        Content::SymmetricKey(key)
        | Content::PrivateKey(key)
        | Content::PublicKey(key)
        | Content::SecretData { key, .. } => key,
        _ => panic!("no key"),
    }
}

async fn key_in(service: &Service, key: &UniqueIdentifier, format: F) -> KeyContent {
    let content = key_of(done(service, get(key, Some(format.code()))).await.content);
    assert_eq!(content.format, format.code());
    content
}

/// Whether two keys are the same bytes or numbers.
fn same(left: &KeyContent, right: &KeyContent) -> bool {
    match (left.value.as_ref(), right.value.as_ref()) {
        (Some(KeyBytes::Bytes(left)), Some(KeyBytes::Bytes(right))) => {
            left.equals(right.expose("comparing in a test"))
        }
        (Some(KeyBytes::Structure(left)), Some(KeyBytes::Structure(right))) => left == right,
        _ => false,
    }
}

fn copy(key: &KeyContent) -> KeyContent {
    let value = match key.value.as_ref().unwrap() {
        KeyBytes::Bytes(bytes) => {
            KeyBytes::Bytes(bytes.duplicate("registering it again in a test"))
        }
        KeyBytes::Structure(structure) => KeyBytes::Structure(structure.clone()),
        KeyBytes::Wrapped(_) => panic!("wrapped"),
    };
    KeyContent { value: Some(value), attributes: Vec::new(), wrapping: None, ..*key }
}

async fn pair(service: &Service, algorithm: A, bits: i32) -> (UniqueIdentifier, UniqueIdentifier) {
    let create = CreateObjectPair {
        common: vec![
            standard(AttributeKind::CryptographicAlgorithm, Value::Enumeration(algorithm.code())),
            standard(AttributeKind::CryptographicLength, Value::Integer(bits)),
        ],
        private: active(Usage::SIGN),
        public: active(Usage::VERIFY),
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::Two,
    };
    let pair = done(service, create).await;
    (pair.private, pair.public)
}

async fn sign(service: &Service, key: &UniqueIdentifier) -> Vec<u8> {
    let sign = SignData {
        identifier: key.clone(),
        parameters: None,
        data: SignedData::Data(b"data".to_vec()),
        part: Part::default(),
    };
    done(service, sign).await.signature.unwrap()
}

async fn verifies(service: &Service, key: &UniqueIdentifier, signature: Vec<u8>) -> bool {
    let verify = VerifySignature {
        identifier: key.clone(),
        parameters: None,
        data: SignedData::Data(b"data".to_vec()),
        signature: Some(signature),
        part: Part::default(),
    };
    done(service, verify).await.validity == Some(Validity::Valid)
}

#[tokio::test]
async fn a_key_is_the_same_in_every_format() {
    let service = legacy_service().await;
    for (algorithm, bits, private_formats, public_formats) in [
        (
            A::Rsa,
            2048,
            vec![F::Pkcs1, F::Pkcs8, F::TransparentRsaPrivateKey],
            vec![F::Pkcs1, F::X509, F::TransparentRsaPublicKey],
        ),
        (
            A::Ec,
            256,
            vec![
                F::Pkcs8,
                F::EcPrivateKey,
                F::TransparentEcPrivateKey,
                F::TransparentEcdsaPrivateKey,
            ],
            vec![F::X509, F::TransparentEcPublicKey, F::TransparentEcdhPublicKey],
        ),
        (
            A::Ec,
            521,
            vec![F::Pkcs8, F::TransparentEcPrivateKey],
            vec![F::X509, F::TransparentEcPublicKey],
        ),
        (A::Ed25519, 256, vec![F::Pkcs8], vec![F::X509]),
    ] {
        let (private, public) = pair(&service, algorithm, bits).await;
        for &format in &private_formats {
            let content = key_in(&service, &private, format).await;
            assert_eq!((content.algorithm, content.length), (Some(algorithm.code()), Some(bits)));
            let copied = Content::PrivateKey(copy(&content));
            let copied = register(&service, active(Usage::SIGN), copied).await;
            let label = format!("{algorithm:?} {format:?}");
            assert!(verifies(&service, &public, sign(&service, &copied).await).await, "{label}");
            // And back, and on to every other format.
            for &other in &private_formats {
                let original = key_in(&service, &private, other).await;
                assert!(
                    same(&key_in(&service, &copied, other).await, &original),
                    "{label} {other:?}"
                );
            }
        }
        for &format in &public_formats {
            let content = key_in(&service, &public, format).await;
            let copied = Content::PublicKey(copy(&content));
            let copied = register(&service, active(Usage::VERIFY), copied).await;
            let label = format!("{algorithm:?} {format:?}");
            assert!(verifies(&service, &copied, sign(&service, &private).await).await, "{label}");
            for &other in &public_formats {
                let original = key_in(&service, &public, other).await;
                assert!(
                    same(&key_in(&service, &copied, other).await, &original),
                    "{label} {other:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_symmetric_key_is_raw_or_transparent() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, "00112233445566778899aabbccddeeff").await;
    let content = key_in(&service, &key, F::TransparentSymmetricKey).await;
    let Some(KeyBytes::Structure(structure)) = &content.value else { panic!("no structure") };
    let expected = bytes("00112233445566778899aabbccddeeff");
    assert!(*structure == Value::Structure(vec![(Field(0x42_003f), Value::Bytes(expected))]));
    let copied = Content::SymmetricKey(copy(&content));
    let copied = register(&service, active(Usage::all()), copied).await;
    let raw = key_in(&service, &key, F::Raw).await;
    assert!(same(&key_in(&service, &copied, F::Raw).await, &raw));
    // In the format that it was registered in, if nobody names one.
    let as_registered = key_of(done(&service, get(&copied, None)).await.content);
    assert_eq!(as_registered.format, F::TransparentSymmetricKey.code());
}

/// Numbers as DSA-512 keys of the cases have them, with more leading zeros than they need.
#[tokio::test]
async fn what_was_registered_comes_back_as_it_was() {
    let service = legacy_service().await;
    let number = |low: u8| {
        let mut digits = vec![0; 24];
        digits[23] = low;
        Value::BigInteger(digits)
    };
    let structure = Value::Structure(vec![
        (Field(0x42_005e), number(23)),
        (Field(0x42_0071), number(11)),
        (Field(0x42_0037), number(4)),
        (Field(0x42_009f), number(7)),
    ]);
    let content = KeyContent {
        value: Some(KeyBytes::Structure(structure.clone())),
        algorithm: Some(A::Dsa.code()),
        length: Some(512),
        ..key_content(F::TransparentDsaPrivateKey, Vec::new())
    };
    let dsa = register(&service, active(Usage::SIGN), Content::PrivateKey(content)).await;
    for format in [None, Some(F::TransparentDsaPrivateKey.code())] {
        let content = key_of(done(&service, get(&dsa, format)).await.content);
        assert!(matches!(content.value, Some(KeyBytes::Structure(value)) if value == structure));
        assert_eq!((content.algorithm, content.length), (Some(A::Dsa.code()), Some(512)));
    }
    let odd = KeyContent { format: 0x8000_0001, ..key_content(F::Raw, b"odd".to_vec()) };
    let odd = Content::SecretData { kind: 1, key: odd };
    let odd = register(&service, active(Usage::all()), odd).await;
    let content = key_of(done(&service, get(&odd, None)).await.content);
    assert_eq!((content.format, content.algorithm, content.length), (0x8000_0001, None, None));
    assert!(matches!(content.value, Some(KeyBytes::Bytes(bytes)) if bytes.equals(b"odd")));
    let kind = refused(service.call(get(&odd, Some(F::Raw.code()))).await);
    assert_eq!(kind, ErrorKind::KeyFormatNotSupported);
}

#[tokio::test]
async fn formats_of_other_keys_are_refused() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, "00112233445566778899aabbccddeeff").await;
    let (private, public) = pair(&service, A::Ec, 256).await;
    for (key, format) in [
        (&key, F::Pkcs1.code()),
        (&key, F::X509.code()),
        (&key, 0x7777),
        (&private, F::X509.code()),
        (&private, F::TransparentEcPublicKey.code()),
        (&private, F::Pkcs1.code()),
        (&private, F::TransparentRsaPrivateKey.code()),
        (&public, F::Pkcs8.code()),
        (&public, F::EcPrivateKey.code()),
        (&public, F::TransparentEcPrivateKey.code()),
    ] {
        let kind = refused(service.call(get(key, Some(format))).await);
        assert_eq!(kind, ErrorKind::KeyFormatNotSupported, "{format}");
    }
}

#[tokio::test]
async fn points_are_compressed_on_request() {
    let service = Service::new().await;
    let (private, public) = pair(&service, A::Ec, 256).await;
    let ask = |key: &UniqueIdentifier, format: F, compression| GetObject {
        compression: Some(compression),
        ..get(key, Some(format.code()))
    };
    let point = |content: Content| match key_of(content).value {
        Some(KeyBytes::Structure(structure)) => {
            structure.field(Field(0x42_0072)).unwrap().as_bytes().unwrap().to_vec()
        }
        _ => panic!("no structure"),
    };
    let whole = point(done(&service, ask(&public, F::TransparentEcPublicKey, 1)).await.content);
    let short = point(done(&service, ask(&public, F::TransparentEcPublicKey, 2)).await.content);
    assert_eq!((whole.len(), short.len()), (65, 33));
    assert_eq!(short[1..], whole[1..33]);
    assert_eq!(short[0], 2 + (whole[64] & 1));
    for (key, format, compression) in [
        (&public, F::TransparentEcPublicKey, 3),
        (&public, F::X509, 2),
        (&private, F::TransparentEcPrivateKey, 2),
    ] {
        let kind = refused(service.call(ask(key, format, compression)).await);
        assert_eq!(kind, ErrorKind::KeyCompressionNotSupported);
    }
}

#[tokio::test]
async fn keys_registered_in_any_format_serve_the_native_doors() {
    let service = legacy_service().await;
    let called = |text: &str| {
        let parts = vec![
            (Field(0x42_0055), Value::Text(text.to_owned())),
            (Field(0x42_0054), Value::Enumeration(1)),
        ];
        standard(AttributeKind::Name, Value::Structure(parts))
    };
    for (algorithm, bits, private_formats, public_formats) in [
        (
            A::Rsa,
            2048,
            vec![F::Pkcs1, F::Pkcs8, F::TransparentRsaPrivateKey],
            vec![F::Pkcs1, F::X509, F::TransparentRsaPublicKey],
        ),
        (
            A::Ec,
            256,
            vec![F::Pkcs8, F::EcPrivateKey, F::TransparentEcPrivateKey],
            vec![F::X509, F::TransparentEcPublicKey],
        ),
    ] {
        let (private, public) = pair(&service, algorithm, bits).await;
        let mut signatures = Vec::new();
        for format in private_formats {
            let label = format!("{algorithm:?}-{format:?}-private");
            let copied = Content::PrivateKey(copy(&key_in(&service, &private, format).await));
            let attributes = [active(Usage::SIGN), vec![called(&label)]].concat();
            register(&service, attributes, copied).await;
            let sign = Sign {
                key: name(&label),
                version: None,
                algorithm: None,
                message: SignatureMessage::Message(b"data".to_vec()),
            };
            let signed = done(&service, sign).await;
            signatures.push(signed.signature);
        }
        for format in public_formats {
            let label = format!("{algorithm:?}-{format:?}-public");
            let copied = Content::PublicKey(copy(&key_in(&service, &public, format).await));
            let attributes = [active(Usage::VERIFY), vec![called(&label)]].concat();
            register(&service, attributes, copied).await;
            for signature in &signatures {
                let verify = Verify {
                    key: name(&label),
                    version: None,
                    algorithm: None,
                    message: SignatureMessage::Message(b"data".to_vec()),
                    signature: signature.clone(),
                };
                assert!(done(&service, verify).await.valid, "{label}");
            }
        }
    }
}
