//! The same failures in the words of each version.

use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    CheckRequest, EncryptRequest, ModifyAttributeRequest, RegisterRequest,
};
use claviger_wire_kmip::{
    Attributes, CryptographicParameters, KeyBlock, KeyMaterial, KeyValue, ManagedObject,
    RequestPayload, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, CryptographicAlgorithm, KeyFormatType, ObjectType, ResultReason as Reason,
};
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{
    aes, attribute, attributes, bytes, create, create_with, decrypt, destroy, encrypt, get, made,
    material, name, object, revoke,
};
use crate::service::{Client, Service};

async fn refused(client: &mut Client, payload: RequestPayload, first: Reason, second: Reason) {
    let operation = payload.operation();
    let expected = if client.version.major >= 2 { second } else { first };
    assert_eq!(client.refused(payload).await, expected, "{} {operation:?}", client.version);
}

/// All versions that have Encrypt.
const VERSIONS: [Version; 5] =
    [Version::V1_2, Version::V1_3, Version::V1_4, Version::V2_0, Version::V2_1];

#[tokio::test]
async fn objects_that_are_not_there_or_not_in_the_right_state() {
    let service = Service::new().await;
    for version in VERSIONS {
        let mut client = service.connect("errors", version);
        let mut other = service.connect("other", version);
        let (item, state) = (Reason::ItemNotFound, Reason::WrongKeyLifecycleState);
        let denied = Reason::PermissionDenied;
        let nobody = Some(UniqueIdentifier::from("AAABBBCCC"));
        refused(&mut client, get(nobody), item, Reason::ObjectNotFound).await;
        refused(&mut client, get(Some("".into())), item, Reason::ObjectNotFound).await;
        refused(&mut client, get(Some("x".repeat(100_000).into())), item, Reason::ObjectNotFound)
            .await;

        let id = Some(made(&client.done(create()).await));
        refused(&mut other, get(id.clone()), denied, Reason::ObjectNotFound).await;
        refused(&mut client, destroy(id.clone()), denied, state).await;
        client.done(revoke(id.clone())).await;
        refused(&mut client, encrypt(id.clone(), bytes(b"x")), denied, state).await;
        client.done(RequestPayload::Archive(object(id.clone()))).await;
        let archived = Reason::ObjectArchived;
        refused(&mut client, get(id.clone()), archived, archived).await;
        client.done(RequestPayload::Recover(object(id.clone()))).await;
        client.done(destroy(id.clone())).await;
        refused(&mut client, get(id), item, Reason::ObjectDestroyed).await;
    }
}

#[tokio::test]
async fn attributes_that_nobody_may_change() {
    let service = Service::new().await;
    for version in VERSIONS {
        let mut client = service.connect("errors", version);
        let id = made(&client.done(create_with(vec![name(&format!("n {version}"))])).await);
        let modify = RequestPayload::ModifyAttribute(ModifyAttributeRequest {
            unique_identifier: Some(id.clone()),
            current_attribute: None,
            attribute: attribute(tag::STATE, Value::Enumeration(1)),
        });
        refused(&mut client, modify, Reason::PermissionDenied, Reason::AttributeReadOnly).await;
        if version.major >= 2 {
            let again = create_with(vec![name(&format!("n {version}"))]);
            assert_eq!(client.refused(again).await, Reason::NonUniqueNameAttribute);
            let check = RequestPayload::Check(CheckRequest {
                unique_identifier: Some(id),
                cryptographic_usage_mask: Some(1),
                ..CheckRequest::default()
            });
            assert_eq!(client.refused(check).await, Reason::IncompatibleCryptographicUsageMask);
        }
    }
}

#[tokio::test]
async fn cryptography_that_fails() {
    let service = Service::new().await;
    for version in VERSIONS {
        let mut client = service.connect("errors", version);
        let id = Some(made(&client.done(create()).await));
        let crypto = Reason::CryptographicFailure;
        refused(&mut client, decrypt(id.clone(), bytes(&[1; 15])), crypto, crypto).await;
        let strange = CryptographicParameters {
            block_cipher_mode: Some(BlockCipherMode::Other(0x8000_0001)),
            ..CryptographicParameters::default()
        };
        let request = RequestPayload::Encrypt(EncryptRequest {
            unique_identifier: id.clone(),
            cryptographic_parameters: Some(strange),
            data: Some(bytes(b"x")),
            ..EncryptRequest::default()
        });
        let unsupported = Reason::UnsupportedCryptographicParameters;
        refused(&mut client, request, Reason::InvalidField, unsupported).await;
        if version >= Version::V1_4 {
            let sensitive = attribute(tag::SENSITIVE, Value::Boolean(true));
            let id = Some(made(&client.done(create_with(vec![sensitive])).await));
            refused(&mut client, get(id), Reason::Sensitive, Reason::Sensitive).await;
        }
    }
}

fn register(object_type: ObjectType, key: &[u8]) -> RequestPayload {
    RequestPayload::Register(RegisterRequest {
        object_type,
        attributes: Attributes::from(aes()),
        object: Some(ManagedObject::SymmetricKey(KeyBlock {
            key_format_type: KeyFormatType::Raw,
            key_compression_type: None,
            key_value: Some(KeyValue::Plain {
                material: KeyMaterial::Bytes(SecretBytes::copy_from(key)),
                attributes: Vec::new(),
            }),
            cryptographic_algorithm: Some(CryptographicAlgorithm::AES),
            cryptographic_length: Some(256),
            key_wrapping_data: None,
        })),
        protection_storage_masks: None,
    })
}

#[tokio::test]
async fn a_registered_key_comes_back_and_a_wrong_one_is_refused() {
    let service = Service::new().await;
    for version in Version::ALL {
        let mut client = service.connect("register", version);
        let id = made(&client.done(register(ObjectType::SymmetricKey, &[6; 32])).await);
        let got = client.done(get(Some(id.clone()))).await;
        assert_eq!(material(&got), [6; 32]);
        let state = client.done(attributes(Some(id), &[tag::STATE])).await;
        assert_eq!(crate::requests::value(&state, tag::STATE), Some(Value::Enumeration(2)));
        let wrong = register(ObjectType::PublicKey, &[6; 32]);
        refused(&mut client, wrong, Reason::InvalidField, Reason::InvalidObjectType).await;
        client.refused(register(ObjectType::SymmetricKey, &[6; 31])).await;
    }
}
