//! Making managed objects, and what becomes of them.

/// As `assert_eq`, for values that don't show themselves.
macro_rules! assert_same {
    ($left:expr, $right:expr $(, $($message:tt)+)?) => {
        assert!($left == $right $(, $($message)+)?)
    };
}

mod attributes;
mod certification;
mod containers;
mod creation;
mod derivation;
mod importing;
mod life;
mod registration;
mod replacement;
mod reprovisioning;
mod rotation;
mod splitting;
mod undoing;

use claviger_core::Error;
use claviger_core::operations::objects::{
    Content, CreateObject, Generation, GetObject, Given, KeyBytes, KeyContent, ReadAttributes,
    RegisterObject,
};
use claviger_model::{
    Attribute, AttributeKey, AttributeKind, CryptographicAlgorithm, Field, KeyFormatType, LinkType,
    ObjectType, UniqueIdentifier, Usage, Value,
};
use claviger_secret::SecretBytes;

use crate::service::Service;

pub(crate) const NAME_VALUE: Field = Field(0x42_0055);
pub(crate) const NAME_TYPE: Field = Field(0x42_0054);
pub(crate) const LINK_TYPE: Field = Field(0x42_004b);
pub(crate) const LINKED: Field = Field(0x42_004c);

fn standard(kind: AttributeKind, value: Value) -> (AttributeKey, Value) {
    (AttributeKey::Standard(kind), value)
}

fn algorithm(algorithm: CryptographicAlgorithm) -> (AttributeKey, Value) {
    standard(AttributeKind::CryptographicAlgorithm, Value::Enumeration(algorithm.code()))
}

fn length(bits: i32) -> (AttributeKey, Value) {
    standard(AttributeKind::CryptographicLength, Value::Integer(bits))
}

fn mask(usage: Usage) -> (AttributeKey, Value) {
    standard(AttributeKind::CryptographicUsageMask, Value::Integer(usage.bits().cast_signed()))
}

fn name_value(text: &str) -> Value {
    Value::Structure(vec![
        (NAME_VALUE, Value::Text(text.to_owned())),
        (NAME_TYPE, Value::Enumeration(1)),
    ])
}

fn name(text: &str) -> (AttributeKey, Value) {
    standard(AttributeKind::Name, name_value(text))
}

fn active() -> (AttributeKey, Value) {
    standard(AttributeKind::ActivationDate, Value::DateTime(1_000_000_000))
}

fn vendor(vendor: &str, name: &str) -> AttributeKey {
    AttributeKey::Vendor { vendor: vendor.to_owned(), name: name.to_owned() }
}

/// An AES-256 key for encryption.
fn aes(more: impl IntoIterator<Item = (AttributeKey, Value)>) -> CreateObject {
    let mut attributes = vec![
        algorithm(CryptographicAlgorithm::Aes),
        length(256),
        mask(Usage::ENCRYPT | Usage::DECRYPT),
    ];
    attributes.extend(more);
    create(attributes)
}

fn create(attributes: Given) -> CreateObject {
    CreateObject {
        object_type: ObjectType::SymmetricKey,
        attributes,
        templates: Vec::new(),
        generation: Generation::Two,
    }
}

fn raw(bytes: &[u8]) -> KeyContent {
    KeyContent {
        format: KeyFormatType::Raw.code(),
        compression: None,
        value: Some(KeyBytes::Bytes(SecretBytes::copy_from(bytes))),
        attributes: Vec::new(),
        algorithm: None,
        length: None,
        wrapping: None,
    }
}

fn register(attributes: Given, content: Content) -> RegisterObject {
    RegisterObject { attributes, templates: Vec::new(), content, generation: Generation::Two }
}

async fn made(service: &Service, create: CreateObject) -> UniqueIdentifier {
    service.call(create).await.unwrap().identifier
}

async fn registered(service: &Service, attributes: Given, content: Content) -> UniqueIdentifier {
    service.call(register(attributes, content)).await.unwrap().identifier
}

/// All attributes of an object.
async fn attributes(service: &Service, identifier: &UniqueIdentifier) -> Vec<Attribute> {
    let (identifier, keys) = (identifier.clone(), None);
    let read = ReadAttributes { identifier, keys, generation: Generation::Two };
    service.call(read).await.unwrap()
}

/// The values of one attribute.
async fn values(
    service: &Service,
    identifier: &UniqueIdentifier,
    kind: AttributeKind,
) -> Vec<Value> {
    let wanted = AttributeKey::Standard(kind);
    let all = attributes(service, identifier).await;
    all.into_iter().filter(|one| one.key == wanted).map(|one| one.value).collect()
}

async fn value(
    service: &Service,
    identifier: &UniqueIdentifier,
    kind: AttributeKind,
) -> Option<Value> {
    let mut values = values(service, identifier, kind).await;
    assert!(values.len() <= 1, "{kind:?}");
    values.pop()
}

/// The state's code: 1 pre-active, 2 active, 3 deactivated, 4 compromised, 5 destroyed, 6 destroyed and compromised.
async fn state(service: &Service, identifier: &UniqueIdentifier) -> u32 {
    value(service, identifier, AttributeKind::State).await.unwrap().as_enumeration().unwrap()
}

async fn names(service: &Service, identifier: &UniqueIdentifier) -> Vec<String> {
    let text = |value: Value| value.field(NAME_VALUE).unwrap().as_text().unwrap().to_owned();
    values(service, identifier, AttributeKind::Name).await.into_iter().map(text).collect()
}

/// What the first link of a type leads to.
async fn linked(
    service: &Service,
    identifier: &UniqueIdentifier,
    kind: LinkType,
) -> Option<String> {
    let links = values(service, identifier, AttributeKind::Link).await;
    let of_type =
        |link: &&Value| link.field(LINK_TYPE).unwrap().as_enumeration() == Some(kind.code());
    links.iter().find(of_type).map(|link| link.field(LINKED).unwrap().as_text().unwrap().to_owned())
}

async fn get(service: &Service, identifier: &UniqueIdentifier) -> Result<Content, Error> {
    let get = GetObject {
        identifier: identifier.clone(),
        format: None,
        wrap_type: None,
        compression: None,
        wrapping: None,
        pending_keys_wrap: false,
        generation: Generation::Two,
    };
    Ok(service.call(get).await?.content)
}

/// The bytes of a key.
async fn material(service: &Service, identifier: &UniqueIdentifier) -> Vec<u8> {
    bytes_of(&get(service, identifier).await.unwrap())
}

fn bytes_of(content: &Content) -> Vec<u8> {
    match content {
        Content::Certificate { value, .. } | Content::CertificateRequest { value, .. } => {
            return value.clone();
        }
        Content::OpaqueObject { value, .. } => {
            return value.expose("comparing in a test").to_vec();
        }
        _ => {}
    }
    match content.key().unwrap().value.as_ref().unwrap() {
        KeyBytes::Bytes(bytes) | KeyBytes::Wrapped(bytes) => {
            bytes.expose("comparing in a test").to_vec()
        }
        KeyBytes::Structure(_) => panic!("the key is a structure"),
    }
}

fn identifier(text: &str) -> UniqueIdentifier {
    UniqueIdentifier::new(text).unwrap()
}
