//! Keys wrapped by keys: known answers, every method, and what is refused.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::NamedParameters;
use claviger_core::operations::objects::{
    Content, CreateObjectPair, Generation, GetObject, KeyBytes, KeyContent, RegisterObject,
    RevokeObject, write_parameters,
};
use claviger_model::{
    AttributeKind, BlockCipherMode, CryptographicAlgorithm as A, CryptographicParameters, Field,
    KeyFormatType, UniqueIdentifier, Usage, Value,
};
use claviger_secret::SecretBytes;

use super::{
    CBC, GCM, NONE, active, bytes, done, key_content, register, standard, symmetric,
    symmetric_content,
};
use crate::service::{Service, caller, refused};

const WRAPPING_METHOD: Field = Field(0x42_009e);
const ENCRYPTION_KEY_INFORMATION: Field = Field(0x42_0036);
const MAC_SIGNATURE_KEY_INFORMATION: Field = Field(0x42_004e);
const MAC_SIGNATURE: Field = Field(0x42_004d);
const IV_COUNTER_NONCE: Field = Field(0x42_003d);
const ENCODING_OPTION: Field = Field(0x42_00a3);
const ATTRIBUTE_NAME: Field = Field(0x42_000a);
const KEY_WRAP: CryptographicParameters =
    CryptographicParameters { block_cipher_mode: Some(BlockCipherMode::NistKeyWrap), ..NONE };
const PADDED_KEY_WRAP: CryptographicParameters =
    CryptographicParameters { block_cipher_mode: Some(BlockCipherMode::AesKeyWrapPadding), ..NONE };

/// The key of RFC 3394, and what it wraps there.
const KEK: &str = "000102030405060708090a0b0c0d0e0f";
const KEY: &str = "00112233445566778899aabbccddeeff";
const WRAPPED: &str = "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5";

fn information(key: &UniqueIdentifier, parameters: Option<CryptographicParameters>) -> Value {
    let mut fields = vec![(Field(0x42_0094), Value::Text(key.as_str().to_owned()))];
    if let Some(parameters) = parameters {
        let named = NamedParameters { parameters, label: Vec::new() };
        fields.push((Field(0x42_002b), write_parameters(&named)));
    }
    Value::Structure(fields)
}

/// Encryption by a key, without encoding.
fn bare(key: &UniqueIdentifier, parameters: Option<CryptographicParameters>) -> Value {
    Value::Structure(vec![
        (WRAPPING_METHOD, Value::Enumeration(1)),
        (ENCRYPTION_KEY_INFORMATION, information(key, parameters)),
        (ENCODING_OPTION, Value::Enumeration(1)),
    ])
}

fn get(key: &UniqueIdentifier, wrap_type: Option<u32>, wrapping: Option<Value>) -> GetObject {
    GetObject {
        identifier: key.clone(),
        format: None,
        wrap_type,
        compression: None,
        wrapping,
        pending_keys_wrap: false,
        generation: Generation::Two,
    }
}

fn key_of(content: Content) -> KeyContent {
    match content {
        Content::SymmetricKey(key) | Content::PrivateKey(key) | Content::PublicKey(key) => key,
        _ => panic!("no key"),
    }
}

fn material(key: &KeyContent) -> Vec<u8> {
    match key.value.as_ref().unwrap() {
        KeyBytes::Bytes(bytes) | KeyBytes::Wrapped(bytes) => {
            bytes.expose("comparing in a test").to_vec()
        }
        KeyBytes::Structure(_) => panic!("a structure"),
    }
}

async fn got(service: &Service, ask: GetObject) -> KeyContent {
    key_of(done(service, ask).await.content)
}

async fn kek(service: &Service, material: &str) -> UniqueIdentifier {
    let content = symmetric_content(A::Aes, bytes(material));
    register(service, active(Usage::WRAP_KEY | Usage::UNWRAP_KEY), content).await
}

#[tokio::test]
async fn key_wrap_gives_the_known_answers() {
    let service = Service::new().await;
    let wrapping = kek(&service, KEK).await;
    let key = symmetric(&service, A::Aes, KEY).await;
    // RFC 3394 §4.1, with parameters and without.
    for parameters in [Some(KEY_WRAP), None] {
        let specification = bare(&wrapping, parameters);
        let wrapped = got(&service, get(&key, None, Some(specification.clone()))).await;
        assert_eq!(hex::encode(material(&wrapped)), WRAPPED);
        assert!(matches!(wrapped.value, Some(KeyBytes::Wrapped(_))));
        assert!(wrapped.wrapping == Some(specification));
        assert_eq!((wrapped.format, wrapped.algorithm, wrapped.length), (1, Some(3), Some(128)));
    }
    // RFC 5649 §6.
    let wrapping = kek(&service, "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8").await;
    let key = symmetric(&service, A::HmacSha1, "c37b7e6492584340bed12207808941155068f738").await;
    let specification = bare(&wrapping, Some(PADDED_KEY_WRAP));
    let wrapped = got(&service, get(&key, None, Some(specification))).await;
    assert_eq!(
        hex::encode(material(&wrapped)),
        "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a"
    );
}

#[tokio::test]
async fn keys_that_were_never_activated_wrap_for_the_first_versions_only() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let content = || symmetric_content(A::Aes, bytes(KEK));
    let dated = |seconds: Option<i64>| {
        let mut dated = active(Usage::WRAP_KEY);
        dated.truncate(1);
        dated.extend(
            seconds
                .map(|seconds| standard(AttributeKind::ActivationDate, Value::DateTime(seconds))),
        );
        dated
    };
    let pending = register(&service, dated(None), content()).await;
    let future = register(&service, dated(Some(i64::from(i32::MAX))), content()).await;
    let ask = |wrapping: &UniqueIdentifier, pending_keys_wrap| GetObject {
        pending_keys_wrap,
        ..get(&key, None, Some(bare(wrapping, None)))
    };
    let wrapped = got(&service, ask(&pending, true)).await;
    assert_eq!(hex::encode(material(&wrapped)), WRAPPED);
    let wrong_state = ErrorKind::WrongState;
    assert_eq!(refused(service.call(ask(&pending, false)).await), wrong_state);
    assert_eq!(refused(service.call(ask(&future, true)).await), wrong_state, "it says when");
    done(&service, RevokeObject::new(pending.clone(), 1)).await;
    assert_eq!(refused(service.call(ask(&pending, true)).await), wrong_state, "it has ended");
}

/// TC-WRAP-1 and TC-WRAP-3: the key that wraps is only for wrapping.
#[tokio::test]
async fn what_was_registered_wrapped_comes_back_as_it_was_unwrapped_or_wrapped_anew() {
    let service = Service::new().await;
    let content = || symmetric_content(A::Aes, bytes(KEK));
    let first = register(&service, active(Usage::WRAP_KEY), content()).await;
    let second = register(&service, active(Usage::WRAP_KEY), content()).await;
    let data = bare(&first, Some(KEY_WRAP));
    let wrapped = KeyContent {
        value: Some(KeyBytes::Wrapped(SecretBytes::new(bytes(WRAPPED)))),
        algorithm: Some(A::Aes.code()),
        length: Some(128),
        wrapping: Some(data.clone()),
        ..key_content(KeyFormatType::Raw, Vec::new())
    };
    let mask = active(Usage::ENCRYPT | Usage::DECRYPT);
    let key = register(&service, mask, Content::SymmetricKey(wrapped)).await;
    let as_registered = got(&service, get(&key, Some(2), None)).await;
    assert_eq!(hex::encode(material(&as_registered)), WRAPPED);
    assert!(as_registered.wrapping == Some(data));
    let unwrapped = got(&service, get(&key, Some(1), None)).await;
    assert_eq!(hex::encode(material(&unwrapped)), KEY);
    assert!(unwrapped.wrapping.is_none());
    let anew = bare(&second, Some(KEY_WRAP));
    let rewrapped = got(&service, get(&key, None, Some(anew.clone()))).await;
    assert_eq!(hex::encode(material(&rewrapped)), WRAPPED);
    assert!(rewrapped.wrapping == Some(anew));
    // The service doesn't know the key's bytes.
    let kind = refused(service.call(super::encrypt(&key, CBC, None, "00")).await);
    assert_eq!(kind, ErrorKind::InvalidObjectType);
}

/// A client may say that a key is wrapped by one that isn't here.
#[tokio::test]
async fn an_unknown_wrapping_key_is_no_reason_to_refuse_a_registration() {
    let service = Service::new().await;
    let elsewhere = UniqueIdentifier::new("42").unwrap();
    let wrapped = KeyContent {
        value: Some(KeyBytes::Wrapped(SecretBytes::new(bytes(WRAPPED)))),
        algorithm: Some(A::Aes.code()),
        length: Some(128),
        wrapping: Some(bare(&elsewhere, Some(KEY_WRAP))),
        ..key_content(KeyFormatType::Raw, Vec::new())
    };
    let key = register(&service, active(Usage::all()), Content::SymmetricKey(wrapped)).await;
    assert_eq!(hex::encode(material(&got(&service, get(&key, None, None)).await)), WRAPPED);
    let kind = refused(service.call(get(&key, Some(1), None)).await);
    assert_eq!(kind, ErrorKind::WrappingKeyNotFound);
}

async fn rsa(
    service: &Service,
    algorithm: A,
    private: Usage,
    public: Usage,
) -> [UniqueIdentifier; 2] {
    let bits = if algorithm == A::Rsa { 2048 } else { 256 };
    let create = CreateObjectPair {
        common: vec![
            standard(AttributeKind::CryptographicAlgorithm, Value::Enumeration(algorithm.code())),
            standard(AttributeKind::CryptographicLength, Value::Integer(bits)),
        ],
        private: active(private),
        public: active(public),
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::Two,
    };
    let pair = done(service, create).await;
    [pair.private, pair.public]
}

/// The same structure with another field in place of one of the same tag.
fn with(structure: &Value, field: Field, value: Value) -> Value {
    let Value::Structure(fields) = structure else { panic!("no structure") };
    let mut fields = fields.clone();
    fields.retain(|(other, _)| *other != field);
    fields.push((field, value));
    Value::Structure(fields)
}

async fn register_wrapped(service: &Service, wrapped: KeyContent) -> UniqueIdentifier {
    register(service, active(Usage::all()), Content::SymmetricKey(wrapped)).await
}

fn again(wrapped: &KeyContent) -> KeyContent {
    KeyContent {
        value: Some(KeyBytes::Wrapped(SecretBytes::new(material(wrapped)))),
        attributes: Vec::new(),
        wrapping: wrapped.wrapping.clone(),
        ..*wrapped
    }
}

#[tokio::test]
async fn every_method_unwraps_what_it_wrapped_and_nothing_else() {
    let service = Service::new().await;
    let aes = kek(&service, KEK).await;
    let wraps = Usage::WRAP_KEY;
    let [decrypts, encrypts] = rsa(&service, A::Rsa, Usage::UNWRAP_KEY, wraps).await;
    let [rsa_signs, _] = rsa(&service, A::Rsa, Usage::SIGN, Usage::VERIFY).await;
    let [ec_signs, _] = rsa(&service, A::Ec, Usage::SIGN, Usage::VERIFY).await;
    let content = symmetric_content(A::HmacSha256, vec![5; 32]);
    let mac = register(&service, active(Usage::MAC_GENERATE | Usage::MAC_VERIFY), content).await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let encryptions = [
        (&aes, &aes, Some(KEY_WRAP)),
        (&aes, &aes, Some(PADDED_KEY_WRAP)),
        (&aes, &aes, Some(CBC)),
        (&aes, &aes, Some(GCM)),
        (&encrypts, &decrypts, None),
    ];
    for (place, (wraps, unwraps, parameters)) in encryptions.into_iter().enumerate() {
        for method in 1..=4 {
            for encoding in [None, Some(1), Some(2)] {
                let signs = [&mac, &rsa_signs, &ec_signs, &mac, &ec_signs][place];
                let mut fields = vec![(WRAPPING_METHOD, Value::Enumeration(method))];
                if method != 2 {
                    fields.push((ENCRYPTION_KEY_INFORMATION, information(wraps, parameters)));
                }
                if method != 1 {
                    fields.push((MAC_SIGNATURE_KEY_INFORMATION, information(signs, None)));
                }
                if let Some(encoding) = encoding {
                    fields.push((ENCODING_OPTION, Value::Enumeration(encoding)));
                }
                let label = format!("{place} {method} {encoding:?}");
                let ask = get(&key, None, Some(Value::Structure(fields)));
                let mut wrapped = got(&service, ask).await;
                let data = wrapped.wrapping.as_mut().unwrap();
                assert_eq!(data.field(MAC_SIGNATURE).is_some(), method != 1, "{label}");
                if method != 2 {
                    // Whoever unwraps has the private key.
                    *data =
                        with(data, ENCRYPTION_KEY_INFORMATION, information(unwraps, parameters));
                }
                let other = register_wrapped(&service, again(&wrapped)).await;
                let unwrapped = got(&service, get(&other, Some(1), None)).await;
                assert_eq!(hex::encode(material(&unwrapped)), KEY, "{label}");
                let mut changed = material(&wrapped);
                let last = changed.len() - 1;
                changed[last] ^= 1;
                let changed = KeyContent {
                    value: Some(KeyBytes::Wrapped(SecretBytes::new(changed))),
                    ..again(&wrapped)
                };
                let changed = register_wrapped(&service, changed).await;
                let result = service.call(get(&changed, Some(1), None)).await;
                // CBC by itself notices nothing but a wrong padding.
                if method != 1 || parameters != Some(CBC) {
                    assert_eq!(refused(result), ErrorKind::CryptographicFailure, "{label}");
                }
                if method != 1 {
                    let data = wrapped.wrapping.as_ref().unwrap();
                    let forged = with(data, MAC_SIGNATURE, Value::Bytes(vec![1; 32]));
                    let forged = KeyContent { wrapping: Some(forged), ..again(&wrapped) };
                    let forged = register_wrapped(&service, forged).await;
                    let kind = refused(service.call(get(&forged, Some(1), None)).await);
                    assert_eq!(kind, ErrorKind::CryptographicFailure, "{label}");
                }
            }
        }
    }
}

#[tokio::test]
async fn modes_with_an_iv_return_it_with_the_key() {
    let service = Service::new().await;
    let aes = kek(&service, KEK).await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let wrapped = got(&service, get(&key, None, Some(bare(&aes, Some(CBC))))).await;
    let data = wrapped.wrapping.unwrap();
    let iv = data.field(IV_COUNTER_NONCE).and_then(Value::as_bytes).map(<[u8]>::len);
    assert_eq!(iv, Some(16));
    // In the order of the specification.
    let Value::Structure(fields) = &data else { panic!("no structure") };
    let tags: Vec<_> = fields.iter().map(|(field, _)| *field).collect();
    assert_eq!(
        tags,
        [WRAPPING_METHOD, ENCRYPTION_KEY_INFORMATION, IV_COUNTER_NONCE, ENCODING_OPTION]
    );
}

#[tokio::test]
async fn attributes_travel_inside_the_wrapping() {
    let service = Service::new().await;
    let aes = kek(&service, KEK).await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let named = |name: &str| (ATTRIBUTE_NAME, Value::Text(name.to_owned()));
    let specification = |names: &[&str]| {
        let Value::Structure(mut fields) = bare(&aes, None) else { panic!("no structure") };
        fields.pop();
        fields.extend(names.iter().map(|name| named(name)));
        Value::Structure(fields)
    };
    let names = ["Cryptographic Usage Mask", "Cryptographic Algorithm"];
    let wrapped = got(&service, get(&key, None, Some(specification(&names)))).await;
    // They are not repeated outside.
    assert!(wrapped.attributes.is_empty());
    assert!(wrapped.wrapping.as_ref().unwrap().field(ATTRIBUTE_NAME).is_none());
    let other = register_wrapped(&service, again(&wrapped)).await;
    let unwrapped = got(&service, get(&other, Some(1), None)).await;
    assert_eq!(hex::encode(material(&unwrapped)), KEY);
    let inside: Vec<_> = unwrapped.attributes.iter().map(|(key, _)| key.clone()).collect();
    let expected = [AttributeKind::CryptographicUsageMask, AttributeKind::CryptographicAlgorithm];
    assert_eq!(inside, expected.map(claviger_model::AttributeKey::Standard));
    let unknown = specification(&["Colour"]);
    let kind = refused(service.call(get(&key, None, Some(unknown))).await);
    assert_eq!(kind, ErrorKind::UnsupportedAttribute);
    // Bare material has no room for them.
    let Value::Structure(mut fields) = bare(&aes, None) else { panic!("no structure") };
    fields.push(named("State"));
    let kind = refused(service.call(get(&key, None, Some(Value::Structure(fields)))).await);
    assert_eq!(kind, ErrorKind::EncodingOptionNotSupported);
}

#[tokio::test]
async fn who_and_what_may_wrap() {
    let service = Service::new().await;
    let aes = kek(&service, KEK).await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let refusal = async |specification: Value| {
        refused(service.call(get(&key, None, Some(specification))).await)
    };
    let unknown = UniqueIdentifier::new("nobody").unwrap();
    assert_eq!(refusal(bare(&unknown, None)).await, ErrorKind::WrappingKeyNotFound);
    let content = || symmetric_content(A::Aes, bytes(KEK));
    let cipher = register(&service, active(Usage::ENCRYPT), content()).await;
    assert_eq!(refusal(bare(&cipher, None)).await, ErrorKind::IncompatibleUsageMask);
    let asleep = register(&service, vec![active(Usage::WRAP_KEY).remove(0)], content()).await;
    assert_eq!(refusal(bare(&asleep, None)).await, ErrorKind::WrongState);
    let wrapped = got(&service, get(&key, None, Some(bare(&aes, None)))).await;
    done(&service, RevokeObject::new(aes.clone(), 1)).await;
    assert_eq!(refusal(bare(&aes, None)).await, ErrorKind::WrongState);
    // It unwraps nothing either, not even what it wrapped before.
    let other = register_wrapped(&service, again(&wrapped)).await;
    let kind = refused(service.call(get(&other, Some(1), None)).await);
    assert_eq!(kind, ErrorKind::WrongState);
    // Somebody else's key wraps nothing.
    let foreign = RegisterObject {
        attributes: active(Usage::all()),
        templates: Vec::new(),
        content: content(),
        generation: Generation::Two,
    };
    let foreign = service.kms.call(&caller("eve"), foreign).await.unwrap().identifier;
    assert_eq!(refusal(bare(&foreign, None)).await, ErrorKind::WrappingKeyNotFound);
    // Methods and encodings that nobody offers, and structures that say nothing.
    let good = bare(&cipher, None);
    for (field, value, kind) in [
        (WRAPPING_METHOD, Value::Enumeration(5), ErrorKind::WrappingNotSupported),
        (WRAPPING_METHOD, Value::Integer(1), ErrorKind::WrappingNotSupported),
        (ENCODING_OPTION, Value::Enumeration(3), ErrorKind::EncodingOptionNotSupported),
        (ENCRYPTION_KEY_INFORMATION, Value::Structure(Vec::new()), ErrorKind::WrappingKeyNotFound),
        (WRAPPING_METHOD, Value::Enumeration(2), ErrorKind::InvalidMessage),
    ] {
        assert_eq!(refusal(with(&good, field, value)).await, kind);
    }
    // A structure has no bare bytes.
    let transparent = GetObject {
        format: Some(KeyFormatType::TransparentSymmetricKey.code()),
        ..get(&key, None, Some(bare(&aes, None)))
    };
    assert_eq!(refused(service.call(transparent).await), ErrorKind::EncodingOptionNotSupported);
}
