//! Situation by situation, the reason that the tables of the specification name for it: KMIP 1.4 §11, and KMIP 2.1 §6.1 with the
//! meanings of §11.46.

mod attributes;
mod creation;
mod cryptography;
mod life;
mod objects;
mod retrieval;

use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{CreateRequest, RegisterRequest};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, Attributes, KeyBlock, KeyMaterial, KeyValue, ManagedObject,
    OpaqueDataType, OpaqueObject, RequestPayload, SecretData, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    CryptographicAlgorithm, KeyFormatType, ObjectType, ResultReason as Reason, SecretDataType,
};
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{aes, attribute, destroy, made, object, revoke};
use crate::service::{Client, Service};

/// The newest version of the first generation, and both of the second.
const VERSIONS: [Version; 3] = [Version::V1_4, Version::V2_0, Version::V2_1];

/// A request, and the reasons for which KMIP 1.x and 2.x refuse it. None: the generation hasn't got the request.
type Row = (RequestPayload, Option<Reason>, Option<Reason>);

fn row(request: RequestPayload, first: Reason, second: Reason) -> Row {
    (request, Some(first), Some(second))
}

/// A request that only KMIP 1.x has.
fn first(request: RequestPayload, reason: Reason) -> Row {
    (request, Some(reason), None)
}

/// A request that only KMIP 2.x has.
fn second(request: RequestPayload, reason: Reason) -> Row {
    (request, None, Some(reason))
}

/// Sends the requests of all rows, in a world of their own for each version.
async fn walk(name: &str, rows: impl AsyncFn(&mut Client) -> Vec<Row>) {
    let service = Service::new().await;
    for version in VERSIONS {
        // Names are an owner's own, so each version has an owner.
        let mut client = service.connect(&format!("{name} {version}"), version);
        for (place, (request, first, second)) in rows(&mut client).await.into_iter().enumerate() {
            let expected = if version.major >= 2 { second } else { first };
            let operation = request.operation();
            let exists = operation.since() <= version;
            if let Some(expected) = expected.filter(|reason| exists && reason.since() <= version) {
                let item = client.one(request).await;
                let reason = item.result_reason;
                let message = item.result_message;
                assert_eq!(
                    reason,
                    Some(expected),
                    "{version} {operation:?}, row {place}: {message:?}"
                );
            }
        }
    }
}

fn nobody() -> Option<UniqueIdentifier> {
    Some(UniqueIdentifier::from("nobody"))
}

/// What is no attribute: KMIP 1.x names attributes, and KMIP 2.x refers to them by their tags.
fn no_attribute(version: Version) -> AttributeEntry {
    let reference = if version.major >= 2 {
        AttributeReference::Standard(tag::BATCH_COUNT)
    } else {
        AttributeReference::Unknown("Batch Count".to_owned())
    };
    AttributeEntry { reference, index: None, value: Some(Value::Integer(1)) }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn mask(bits: i32) -> AttributeEntry {
    attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(bits))
}

fn active() -> AttributeEntry {
    attribute(tag::ACTIVATION_DATE, Value::DateTime(1))
}

/// The attributes of an AES key for these uses, which isn't active.
fn asleep(bits: i32) -> Vec<AttributeEntry> {
    let mut attributes: Vec<_> = aes().into_iter().take(2).collect();
    attributes.push(mask(bits));
    attributes
}

fn create_of(attributes: Vec<AttributeEntry>) -> RequestPayload {
    RequestPayload::Create(CreateRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(attributes),
        protection_storage_masks: None,
    })
}

/// Makes an AES key for these uses, which is active.
async fn key(client: &mut Client, bits: i32) -> Option<UniqueIdentifier> {
    let mut attributes = asleep(bits);
    attributes.push(active());
    Some(made(&client.done(create_of(attributes)).await))
}

fn register_of(
    object_type: ObjectType,
    attributes: Vec<AttributeEntry>,
    object: ManagedObject,
) -> RequestPayload {
    RequestPayload::Register(RegisterRequest {
        object_type,
        attributes: Attributes::from(attributes),
        object: Some(object),
        protection_storage_masks: None,
    })
}

/// A key's block with material in the clear, or without any.
fn block(format: KeyFormatType, material: Option<&[u8]>) -> KeyBlock {
    KeyBlock {
        key_format_type: format,
        key_compression_type: None,
        key_value: material.map(|bytes| KeyValue::Plain {
            material: KeyMaterial::Bytes(SecretBytes::copy_from(bytes)),
            attributes: Vec::new(),
        }),
        cryptographic_algorithm: Some(CryptographicAlgorithm::AES),
        cryptographic_length: Some(256),
        key_wrapping_data: None,
    }
}

fn opaque() -> ManagedObject {
    ManagedObject::OpaqueObject(OpaqueObject {
        opaque_data_type: OpaqueDataType(0x8000_0000),
        opaque_data_value: SecretBytes::copy_from(b"anything"),
    })
}

fn secret(kind: SecretDataType, bytes: &[u8]) -> ManagedObject {
    let key_block = KeyBlock {
        cryptographic_algorithm: None,
        cryptographic_length: None,
        ..block(KeyFormatType::Raw, Some(bytes))
    };
    ManagedObject::SecretData(SecretData { secret_data_type: kind, key_block })
}

/// Registers an object.
async fn registered(
    client: &mut Client,
    attributes: Vec<AttributeEntry>,
    object: ManagedObject,
) -> Option<UniqueIdentifier> {
    let request = register_of(object.object_type(), attributes, object);
    Some(made(&client.done(request).await))
}

/// Destroys an object, whatever its state.
async fn gone(
    client: &mut Client,
    identifier: Option<UniqueIdentifier>,
) -> Option<UniqueIdentifier> {
    client.done(revoke(identifier.clone())).await;
    client.done(destroy(identifier.clone())).await;
    identifier
}

/// Archives an object.
async fn away(
    client: &mut Client,
    identifier: Option<UniqueIdentifier>,
) -> Option<UniqueIdentifier> {
    client.done(RequestPayload::Archive(object(identifier.clone()))).await;
    identifier
}
