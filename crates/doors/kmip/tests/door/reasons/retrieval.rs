//! Get, Export, Locate: KMIP 1.4 §11.10, §11.12, §11.41, KMIP 2.1 §6.1.18, §6.1.19, §6.1.28.

use claviger_wire_kmip::payload::{GetRequest, ReKeyRequest};
use claviger_wire_kmip::{
    CryptographicParameters, KeyInformation, KeyWrappingSpecification, ManagedObject,
    RequestPayload as Ask, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, EncodingOption, KeyCompressionType, KeyFormatType, KeyWrapType,
    ResultReason as Reason, WrappingMethod,
};
use claviger_wire_ttlv::tag;

use super::{
    asleep, away, block, create_of, gone, key, no_attribute, nobody, opaque, registered, row, walk,
};
use crate::requests::{attribute, create_with, get, locate, made};

/// Wrap Key, Unwrap Key.
const WRAP: i32 = 0x30;

type Id = Option<UniqueIdentifier>;

fn wrapped(by: &Id) -> KeyWrappingSpecification {
    KeyWrappingSpecification {
        wrapping_method: WrappingMethod::Encrypt,
        encryption_key_information: by.clone().map(|unique_identifier| KeyInformation {
            unique_identifier,
            cryptographic_parameters: None,
        }),
        mac_signature_key_information: None,
        attribute_names: Vec::new(),
        encoding_option: Some(EncodingOption::NoEncoding),
    }
}

/// A Get and an Export with this wrapping.
fn both(id: &Id, specification: impl Fn() -> KeyWrappingSpecification) -> [Ask; 2] {
    let request = || GetRequest {
        unique_identifier: id.clone(),
        key_wrapping_specification: Some(specification()),
        ..GetRequest::default()
    };
    [Ask::Get(request()), Ask::Export(request())]
}

#[tokio::test]
async fn wrapping_keys_that_cannot() {
    walk("wrapping", async |client| {
        let id = key(client, 4).await;
        let cipher = key(client, 4).await;
        let pending = Some(made(&client.done(create_of(asleep(WRAP))).await));
        let destroyed = key(client, WRAP).await;
        let destroyed = gone(client, destroyed).await;
        let archived = key(client, WRAP).await;
        let archived = away(client, archived).await;
        let opaque = registered(client, Vec::new(), opaque()).await;
        let denied = Reason::PermissionDenied;
        [
            (&nobody(), Reason::ItemNotFound, Reason::WrappingObjectNotFound),
            (&destroyed, denied, Reason::WrappingObjectDestroyed),
            (&archived, Reason::ObjectArchived, Reason::WrappingObjectArchived),
            // It exists, but it is not a key; or it is not able to be used for wrapping.
            (&opaque, Reason::IllegalOperation, Reason::InvalidObjectType),
            (&cipher, denied, Reason::IncompatibleCryptographicUsageMask),
            (&pending, denied, Reason::WrongKeyLifecycleState),
        ]
        .into_iter()
        .flat_map(|(by, first, second)| {
            both(&id, || wrapped(by)).map(|request| row(request, first, second))
        })
        .collect()
    })
    .await;
}

#[tokio::test]
async fn wrappings_that_there_are_not() {
    walk("encoding", async |client| {
        let (id, by) = (key(client, 4).await, key(client, WRAP).await);
        let mode = |mode| {
            let parameters = CryptographicParameters {
                block_cipher_mode: Some(mode),
                ..CryptographicParameters::default()
            };
            let unique_identifier = by.clone().expect("it was made");
            KeyWrappingSpecification {
                encryption_key_information: Some(KeyInformation {
                    unique_identifier,
                    cryptographic_parameters: Some(parameters),
                }),
                ..wrapped(&None)
            }
        };
        let encoding = Reason::EncodingOptionError;
        let rows = [
            both(&id, || KeyWrappingSpecification {
                encoding_option: Some(EncodingOption::Other(77)),
                ..wrapped(&by)
            })
            .map(|request| row(request, encoding, encoding)),
            // No encoding has room for attributes.
            both(&id, || KeyWrappingSpecification {
                attribute_names: vec!["State".to_owned()],
                ..wrapped(&by)
            })
            .map(|request| row(request, encoding, encoding)),
            both(&id, || KeyWrappingSpecification {
                wrapping_method: WrappingMethod::Other(77),
                ..wrapped(&by)
            })
            .map(|request| {
                row(request, Reason::FeatureNotSupported, Reason::KeyWrapTypeNotSupported)
            }),
            // The parameters are not those of the wrapping key.
            both(&id, || mode(BlockCipherMode::CMAC)).map(|request| {
                row(request, Reason::ItemNotFound, Reason::BadCryptographicParameters)
            }),
        ];
        rows.into_iter().flatten().collect()
    })
    .await;
}

#[tokio::test]
async fn objects_as_they_cannot_be_given() {
    walk("getting", async |client| {
        let id = key(client, 4).await;
        let get_as =
            |request: GetRequest| Ask::Get(GetRequest { unique_identifier: id.clone(), ..request });
        let flagged = async |client: &mut crate::service::Client, tag, flag| {
            let flag = attribute(tag, Value::Boolean(flag));
            Some(made(&client.done(create_with(vec![flag])).await))
        };
        let sensitive = flagged(client, tag::SENSITIVE, true).await;
        let kept = flagged(client, tag::EXTRACTABLE, false).await;
        let format = Some(KeyFormatType::PKCS_1);
        let compression = Some(KeyCompressionType::ECPublicKeyTypeX9_62CompressedPrime);
        let destroyed = key(client, 4).await;
        let destroyed = gone(client, destroyed).await;
        vec![
            row(
                get_as(GetRequest { key_format_type: format, ..GetRequest::default() }),
                Reason::KeyFormatTypeNotSupported,
                Reason::KeyFormatTypeNotSupported,
            ),
            row(
                get_as(GetRequest { key_compression_type: compression, ..GetRequest::default() }),
                Reason::KeyCompressionTypeNotSupported,
                Reason::KeyCompressionTypeNotSupported,
            ),
            row(
                get_as(GetRequest {
                    key_wrap_type: Some(KeyWrapType::Other(77)),
                    ..GetRequest::default()
                }),
                Reason::FeatureNotSupported,
                Reason::KeyWrapTypeNotSupported,
            ),
            row(get(sensitive), Reason::Sensitive, Reason::Sensitive),
            row(get(kept), Reason::NotExtractable, Reason::NotExtractable),
            // BL-M-8 of 2.1; in 1.x nobody knows it any more.
            row(get(destroyed), Reason::ItemNotFound, Reason::ObjectDestroyed),
        ]
    })
    .await;
}

#[tokio::test]
async fn searches_for_what_is_no_attribute() {
    walk("locating", async |client| {
        let none = no_attribute(client.version);
        vec![row(locate(vec![none]), Reason::InvalidField, Reason::InvalidAttribute)]
    })
    .await;
}

/// The key's value is elsewhere (KMIP 1.4 §11.5, §11.7, §11.30 to §11.35).
#[tokio::test]
async fn keys_without_value() {
    walk("elsewhere", async |client| {
        let mut attributes = asleep(!0);
        attributes.push(super::active());
        let key = ManagedObject::SymmetricKey(block(KeyFormatType::Raw, None));
        let id = registered(client, attributes, key).await;
        let absent = Reason::KeyValueNotPresent;
        let encrypt = crate::requests::encrypt(id.clone(), crate::requests::bytes(b"data"));
        let rekey =
            Ask::ReKey(ReKeyRequest { unique_identifier: id.clone(), ..ReKeyRequest::default() });
        vec![
            row(encrypt, absent, absent),
            row(rekey, absent, absent),
            row(super::objects::derive(id), absent, absent),
        ]
    })
    .await;
}
