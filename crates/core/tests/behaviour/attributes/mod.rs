//! Objects' attributes: reading and changing them, finding objects by them, handing objects out as they allow.

mod changing;
mod finding;
mod handing_out;
mod leasing;
mod native;
mod preferring;
mod reading;

use claviger_core::operations::objects::{
    AddAttribute, Content, CreateObject, DeleteAttribute, Generation, Given, KeyBytes, KeyContent,
    LocateObjects, ModifyAttribute, ReadAttributes, RegisterObject,
};
use claviger_core::{Error, ErrorKind};
use claviger_model::{
    Attribute, AttributeKey, AttributeKind, CryptographicAlgorithm, Field, KeyFormatType,
    ObjectType, UniqueIdentifier, Usage, Value,
};
use claviger_secret::SecretBytes;

use crate::service::Service;

const NAME_VALUE: Field = Field(0x42_0055);
const NAME_TYPE: Field = Field(0x42_0054);
const LINK_TYPE: Field = Field(0x42_004b);
const LINKED_OBJECT: Field = Field(0x42_004c);
const NAMESPACE: Field = Field(0x42_0003);
const APPLICATION_DATA: Field = Field(0x42_0002);

fn key(kind: AttributeKind) -> AttributeKey {
    AttributeKey::Standard(kind)
}

fn vendor(name: &str) -> AttributeKey {
    AttributeKey::Vendor { vendor: "x".into(), name: name.into() }
}

fn standard(kind: AttributeKind, value: Value) -> (AttributeKey, Value) {
    (key(kind), value)
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn named(name: &str) -> Value {
    Value::Structure(vec![(NAME_VALUE, text(name)), (NAME_TYPE, Value::Enumeration(1))])
}

fn link(kind: u32, to: &str) -> Value {
    Value::Structure(vec![(LINK_TYPE, Value::Enumeration(kind)), (LINKED_OBJECT, text(to))])
}

/// The attributes of an AES key of 256 bits for encryption and decryption, with more.
fn aes(more: Given) -> Given {
    let mask = (Usage::ENCRYPT | Usage::DECRYPT).bits().cast_signed();
    let mut given = vec![
        standard(
            AttributeKind::CryptographicAlgorithm,
            Value::Enumeration(CryptographicAlgorithm::Aes.code()),
        ),
        standard(AttributeKind::CryptographicLength, Value::Integer(256)),
        standard(AttributeKind::CryptographicUsageMask, Value::Integer(mask)),
    ];
    given.extend(more);
    given
}

async fn create(service: &Service, more: Given) -> UniqueIdentifier {
    try_create(service, more, Generation::One).await.unwrap()
}

async fn try_create(
    service: &Service,
    more: Given,
    generation: Generation,
) -> Result<UniqueIdentifier, Error> {
    let create = CreateObject {
        object_type: ObjectType::SymmetricKey,
        attributes: aes(more),
        templates: Vec::new(),
        generation,
    };
    service.call(create).await.map(|created| created.identifier)
}

fn aes_content(material: &[u8]) -> Content {
    Content::SymmetricKey(KeyContent {
        format: KeyFormatType::Raw.code(),
        compression: None,
        value: Some(KeyBytes::Bytes(SecretBytes::copy_from(material))),
        attributes: Vec::new(),
        algorithm: Some(CryptographicAlgorithm::Aes.code()),
        length: Some(i32::try_from(8 * material.len()).unwrap()),
        wrapping: None,
    })
}

async fn register(service: &Service, attributes: Given, content: Content) -> UniqueIdentifier {
    let register =
        RegisterObject { attributes, templates: Vec::new(), content, generation: Generation::Two };
    service.call(register).await.unwrap().identifier
}

async fn all(service: &Service, identifier: &UniqueIdentifier) -> Vec<Attribute> {
    let (identifier, generation) = (identifier.clone(), Generation::Two);
    service.call(ReadAttributes { identifier, keys: None, generation }).await.unwrap()
}

async fn values(service: &Service, identifier: &UniqueIdentifier, of: AttributeKey) -> Vec<Value> {
    let (identifier, generation) = (identifier.clone(), Generation::Two);
    let read = ReadAttributes { identifier, keys: Some(vec![of]), generation };
    service.call(read).await.unwrap().into_iter().map(|attribute| attribute.value).collect()
}

async fn value(
    service: &Service,
    identifier: &UniqueIdentifier,
    kind: AttributeKind,
) -> Option<Value> {
    values(service, identifier, key(kind)).await.into_iter().next()
}

fn adding(identifier: &UniqueIdentifier, of: AttributeKey, value: Value) -> AddAttribute {
    AddAttribute { identifier: identifier.clone(), key: of, value, generation: Generation::One }
}

fn modifying(identifier: &UniqueIdentifier, of: AttributeKey, value: Value) -> ModifyAttribute {
    let generation = Generation::One;
    ModifyAttribute {
        identifier: identifier.clone(),
        key: of,
        index: None,
        current: None,
        value,
        generation,
    }
}

fn deleting(identifier: &UniqueIdentifier, of: AttributeKey) -> DeleteAttribute {
    let generation = Generation::One;
    DeleteAttribute {
        identifier: identifier.clone(),
        key: of,
        index: None,
        only_one: false,
        current: None,
        generation,
    }
}

fn locating(filters: Given) -> LocateObjects {
    LocateObjects {
        filters,
        storage_status: None,
        group_member: None,
        offset: None,
        maximum: None,
        oldest_first: false,
    }
}

async fn found(service: &Service, filters: Given) -> Vec<UniqueIdentifier> {
    service.call(locating(filters)).await.unwrap().identifiers
}

/// The kind of the error that must have come.
#[track_caller]
fn kind<T>(result: Result<T, Error>) -> ErrorKind {
    match result {
        Ok(_) => panic!("the operation was done and should have been refused"),
        Err(error) => error.kind(),
    }
}

/// Lets so many seconds pass.
fn wait(service: &Service, seconds: u64) {
    use claviger_ports::Clock as _;
    let later = service.clock.now().plus(std::time::Duration::from_secs(seconds));
    service.clock.set(later);
}

/// The time now, in seconds.
fn now(service: &Service) -> i64 {
    use claviger_ports::Clock as _;
    service.clock.now().milliseconds().div_euclid(1000)
}
