//! What the versions of KMIP 1.x do otherwise than those after them.

use claviger_door_kmip::KmipOptions;
use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    AddAttributeRequest, CreateKeyPairRequest, CreateRequest, DecryptRequest,
    DeleteAttributeRequest, EncryptRequest, GetRequest, RegisterRequest, RevokeRequest,
};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, Attributes, CryptographicParameters, DateTime, KeyBlock,
    KeyInformation, KeyMaterial, KeyValue, KeyWrappingData, KeyWrappingSpecification,
    ManagedObject, OpaqueDataType, OpaqueObject, RequestPayload, ResponsePayload, RevocationReason,
    UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, CryptographicAlgorithm, EncodingOption, HashingAlgorithm, KeyFormatType,
    LinkType, ObjectType, PaddingMethod, ResultReason, ResultStatus, RevocationReasonCode,
    WrappingMethod,
};
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{
    aes, attribute, attributes, bytes, create, create_with, data, get, locate, made, object, value,
};
use crate::service::{Client, Service};

/// The versions that have Encrypt and no field for its tag, and the first one with such a field.
const CIPHERS: [Version; 3] = [Version::V1_2, Version::V1_3, Version::V1_4];

fn gcm() -> CryptographicParameters {
    CryptographicParameters {
        block_cipher_mode: Some(BlockCipherMode::GCM),
        ..CryptographicParameters::default()
    }
}

#[tokio::test]
async fn before_1_4_tags_stand_behind_the_ciphertext() {
    let service = Service::new().await;
    let text: Vec<u8> = (0..100).collect();
    for version in CIPHERS {
        let mut client = service.connect(&format!("gcm {version}"), version);
        let id = Some(made(&client.done(create()).await));
        let encrypt = RequestPayload::Encrypt(EncryptRequest {
            unique_identifier: id.clone(),
            cryptographic_parameters: Some(gcm()),
            data: Some(bytes(&text)),
            ..EncryptRequest::default()
        });
        let ResponsePayload::Encrypt(made) = client.done(encrypt).await else { panic!() };
        let ciphertext = made.data.unwrap().expose("sending it back in a test").to_vec();
        let tag = made.authenticated_encryption_tag;
        assert_eq!(tag.is_some(), version >= Version::V1_4, "{version}");
        assert_eq!(ciphertext.len() + tag.as_ref().map_or(0, Vec::len), 116, "{version}");
        let decrypt = RequestPayload::Decrypt(DecryptRequest {
            unique_identifier: id,
            cryptographic_parameters: Some(gcm()),
            data: Some(bytes(&ciphertext)),
            iv_counter_nonce: made.iv_counter_nonce,
            authenticated_encryption_tag: tag,
            ..DecryptRequest::default()
        });
        assert_eq!(data(&client.done(decrypt).await).unwrap(), text, "{version}");
    }
}

#[tokio::test]
async fn in_1_3_the_last_part_ends_with_the_tag() {
    let service = Service::new().await;
    let mut client = service.connect("parts", Version::V1_3);
    let id = Some(made(&client.done(create()).await));
    let text: Vec<u8> = (0..100).collect();
    let (mut ciphertext, mut nonce, mut correlation) = (Vec::new(), None, None);
    for (place, part) in text.chunks(30).enumerate() {
        let (first, last) = (place == 0, place == 3);
        let encrypt = RequestPayload::Encrypt(EncryptRequest {
            unique_identifier: id.clone(),
            cryptographic_parameters: first.then(gcm),
            data: Some(bytes(part)),
            correlation_value: correlation.take(),
            init_indicator: first.then_some(true),
            final_indicator: last.then_some(true),
            ..EncryptRequest::default()
        });
        let ResponsePayload::Encrypt(made) = client.done(encrypt).await else { panic!() };
        ciphertext.extend_from_slice(made.data.unwrap().expose("sending it back in a test"));
        nonce = nonce.or(made.iv_counter_nonce);
        correlation = made.correlation_value;
    }
    assert_eq!(ciphertext.len(), 116);
    // The tag lies in the last two parts.
    let cuts = [0, 40, 105, 116];
    let mut back = Vec::new();
    for (place, cut) in cuts.windows(2).enumerate() {
        let (first, last) = (place == 0, place == 2);
        let decrypt = RequestPayload::Decrypt(DecryptRequest {
            unique_identifier: id.clone(),
            cryptographic_parameters: first.then(gcm),
            data: Some(bytes(&ciphertext[cut[0]..cut[1]])),
            iv_counter_nonce: nonce.clone().filter(|_| first),
            correlation_value: correlation.take(),
            init_indicator: first.then_some(true),
            final_indicator: last.then_some(true),
            ..DecryptRequest::default()
        });
        let answer = client.done(decrypt).await;
        back.extend(data(&answer).unwrap_or_default());
        let ResponsePayload::Decrypt(answer) = answer else { panic!() };
        correlation = answer.correlation_value;
    }
    assert_eq!(back, text);
}

/// The format and the length of the private key, and the format that its digest names.
async fn formats(client: &mut Client, id: &UniqueIdentifier) -> (KeyFormatType, KeyFormatType) {
    let ResponsePayload::Get(got) = client.done(get(Some(id.clone()))).await else { panic!() };
    let ManagedObject::PrivateKey(block) = got.object else { panic!("not a private key") };
    let read = client.done(attributes(Some(id.clone()), &[tag::DIGEST])).await;
    let ResponsePayload::GetAttributes(all) = &read else { panic!() };
    assert_eq!(all.attributes.len(), 1, "nothing but what was asked for");
    let Some(Value::Structure(digest)) = value(&read, tag::DIGEST) else { panic!("no digest") };
    let digested = digest.into_iter().find(|(tag, _)| *tag == tag::KEY_FORMAT_TYPE);
    let Some((_, Value::Enumeration(digested))) = digested else { panic!("no format") };
    (block.key_format_type, digested.into())
}

#[tokio::test]
async fn before_1_3_the_formats_of_elliptic_curve_keys_name_their_algorithm() {
    let service = Service::new().await;
    for version in [Version::V1_1, Version::V1_2, Version::V1_3, Version::V1_4] {
        for (algorithm, old) in [
            (CryptographicAlgorithm::ECDSA, KeyFormatType::TransparentECDSAPrivateKey),
            (CryptographicAlgorithm::ECDH, KeyFormatType::TransparentECDHPrivateKey),
        ] {
            let mut client = service.connect(&format!("curves {version}"), version);
            let algorithm = Value::Enumeration(algorithm.code());
            let mask = |mask| {
                let mask = attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(mask));
                Some(Attributes::from(vec![mask]))
            };
            let pair = RequestPayload::CreateKeyPair(CreateKeyPairRequest {
                common_attributes: Some(Attributes::from(vec![
                    attribute(tag::CRYPTOGRAPHIC_ALGORITHM, algorithm),
                    attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(256)),
                ])),
                private_key_attributes: mask(1),
                public_key_attributes: mask(2),
                ..CreateKeyPairRequest::default()
            });
            let ResponsePayload::CreateKeyPair(pair) = client.done(pair).await else { panic!() };
            let expected =
                if version < Version::V1_3 { old } else { KeyFormatType::TransparentECPrivateKey };
            let private = &pair.private_key_unique_identifier;
            assert_eq!(formats(&mut client, private).await, (expected, expected), "{version}");
        }
    }
}

fn link(kind: LinkType, to: &str) -> AttributeEntry {
    let fields = vec![
        (tag::LINK_TYPE, Value::Enumeration(kind.code())),
        (tag::LINKED_OBJECT_IDENTIFIER, Value::Text(to.to_owned())),
    ];
    attribute(tag::LINK, Value::Structure(fields))
}

#[tokio::test]
async fn clients_of_1_x_see_no_link_to_a_wrapping_key_and_no_gap_where_it_is() {
    let service = Service::new().await;
    let mut client = service.connect("links", Version::V1_4);
    let register = RequestPayload::Register(RegisterRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(aes()),
        object: Some(ManagedObject::SymmetricKey(KeyBlock {
            key_format_type: KeyFormatType::Raw,
            key_compression_type: None,
            key_value: Some(KeyValue::Plain {
                material: KeyMaterial::Bytes(SecretBytes::copy_from(&[3; 40])),
                attributes: Vec::new(),
            }),
            cryptographic_algorithm: Some(CryptographicAlgorithm::AES),
            cryptographic_length: Some(256),
            key_wrapping_data: Some(KeyWrappingData {
                wrapping_method: WrappingMethod::Encrypt,
                encryption_key_information: Some(KeyInformation {
                    unique_identifier: "42".into(),
                    cryptographic_parameters: None,
                }),
                mac_signature_key_information: None,
                mac_signature: None,
                iv_counter_nonce: None,
                encoding_option: Some(EncodingOption::NoEncoding),
            }),
        })),
        protection_storage_masks: None,
    });
    let id = made(&client.done(register).await);
    let links = || attributes(Some(id.clone()), &[tag::LINK]);
    let list = || RequestPayload::GetAttributeList(object(Some(id.clone())));
    assert_eq!(value(&client.done(links()).await, tag::LINK), None);
    let ResponsePayload::GetAttributeList(listed) = client.done(list()).await else { panic!() };
    assert!(!listed.references.contains(&AttributeReference::Standard(tag::LINK)));

    let add = add(&id, link(LinkType::PublicKeyLink, "43"));
    let ResponsePayload::AddAttribute(added) = client.done(add).await else { panic!() };
    assert_eq!(added.attribute.unwrap().index, Some(0));
    let ResponsePayload::GetAttributes(got) = client.done(links()).await else { panic!() };
    assert_eq!(got.attributes.len(), 1);

    let mut client = service.connect("links", Version::V2_1);
    let ResponsePayload::GetAttributes(got) = client.done(links()).await else { panic!() };
    let expected = [link(LinkType::WrappingKeyLink, "42"), link(LinkType::PublicKeyLink, "43")];
    assert_eq!(got.attributes, expected);
    let ResponsePayload::GetAttributeList(listed) = client.done(list()).await else { panic!() };
    assert!(listed.references.contains(&AttributeReference::Standard(tag::LINK)));
}

fn add(id: &UniqueIdentifier, attribute: AttributeEntry) -> RequestPayload {
    RequestPayload::AddAttribute(AddAttributeRequest {
        unique_identifier: Some(id.clone()),
        attribute,
    })
}

#[tokio::test]
async fn in_1_0_an_attribute_without_index_is_deleted_only_if_it_is_the_only_one() {
    let service = Service::new().await;
    for version in [Version::V1_0, Version::V1_1] {
        let mut client = service.connect(&format!("index {version}"), version);
        let id = made(&client.done(create()).await);
        for group in ["a", "b"] {
            let group = attribute(tag::OBJECT_GROUP, Value::Text(group.to_owned()));
            client.done(add(&id, group)).await;
        }
        let delete = |index| {
            RequestPayload::DeleteAttribute(DeleteAttributeRequest {
                unique_identifier: Some(id.clone()),
                current_attribute: None,
                reference: Some(AttributeReference::Standard(tag::OBJECT_GROUP)),
                attribute_index: index,
            })
        };
        if version == Version::V1_0 {
            assert_eq!(client.refused(delete(None)).await, ResultReason::InvalidField);
            client.done(delete(Some(0))).await;
            // The one that is left is meant, whatever its index.
            client.done(delete(None)).await;
        } else {
            client.done(delete(None)).await;
            assert_eq!(client.refused(delete(None)).await, ResultReason::ItemNotFound);
            client.done(delete(Some(1))).await;
        }
        assert_eq!(client.refused(delete(None)).await, ResultReason::ItemNotFound);
    }
}

#[tokio::test]
async fn in_1_x_keys_alone_have_limits_and_dates_of_use() {
    let service = Service::new().await;
    let limits = Value::Structure(vec![
        (tag::USAGE_LIMITS_TOTAL, Value::LongInteger(10)),
        (tag::USAGE_LIMITS_COUNT, Value::LongInteger(10)),
        (tag::USAGE_LIMITS_UNIT, Value::Enumeration(1)),
    ]);
    let limits = || attribute(tag::USAGE_LIMITS, limits.clone());
    let date = |tag| attribute(tag, Value::DateTime(i64::from(i32::MAX)));
    for version in [Version::V1_1, Version::V1_4, Version::V2_1] {
        let mut client = service.connect(&format!("applies {version}"), version);
        let opaque = made(&client.done(register_opaque()).await);
        let key = made(&client.done(create()).await);
        for attribute in [limits(), date(tag::PROCESS_START_DATE), date(tag::PROTECT_STOP_DATE)] {
            client.done(add(&key, attribute.clone())).await;
            let answer = client.one(add(&opaque, attribute)).await;
            let refused = (version < Version::V2_0).then_some(ResultReason::PermissionDenied);
            assert_eq!(answer.result_reason, refused, "{version}");
        }
    }
}

#[tokio::test]
async fn since_1_4_the_mask_generator_of_oaep_uses_sha_1_unless_another_hash_is_named() {
    let service = Service::new().await;
    for version in CIPHERS {
        let mut client = service.connect(&format!("oaep {version}"), version);
        let attributes = |mask| {
            Some(Attributes::from(vec![
                attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(mask)),
                attribute(tag::ACTIVATION_DATE, Value::DateTime(1)),
            ]))
        };
        let pair = RequestPayload::CreateKeyPair(CreateKeyPairRequest {
            common_attributes: Some(Attributes::from(vec![
                attribute(
                    tag::CRYPTOGRAPHIC_ALGORITHM,
                    Value::Enumeration(CryptographicAlgorithm::RSA.code()),
                ),
                attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(2048)),
            ])),
            private_key_attributes: attributes(8),
            public_key_attributes: attributes(4 | 0x10),
            ..CreateKeyPairRequest::default()
        });
        let ResponsePayload::CreateKeyPair(pair) = client.done(pair).await else { panic!() };
        let oaep = |mask_hash| CryptographicParameters {
            padding_method: Some(PaddingMethod::OAEP),
            hashing_algorithm: Some(HashingAlgorithm::SHA_256),
            mask_generator_hashing_algorithm: mask_hash,
            ..CryptographicParameters::default()
        };
        let encrypt = |mask_hash| {
            RequestPayload::Encrypt(EncryptRequest {
                unique_identifier: Some(pair.public_key_unique_identifier.clone()),
                cryptographic_parameters: Some(oaep(mask_hash)),
                data: Some(bytes(b"secret")),
                ..EncryptRequest::default()
            })
        };
        let key = made(&client.done(create()).await);
        let wrap = |mask_hash| {
            RequestPayload::Get(GetRequest {
                unique_identifier: Some(key.clone()),
                key_wrapping_specification: Some(KeyWrappingSpecification {
                    wrapping_method: WrappingMethod::Encrypt,
                    encryption_key_information: Some(KeyInformation {
                        unique_identifier: pair.public_key_unique_identifier.clone(),
                        cryptographic_parameters: Some(oaep(mask_hash)),
                    }),
                    mac_signature_key_information: None,
                    attribute_names: Vec::new(),
                    encoding_option: Some(EncodingOption::NoEncoding),
                }),
                ..GetRequest::default()
            })
        };
        if version < Version::V1_4 {
            client.done(encrypt(None)).await;
            client.done(wrap(None)).await;
            continue;
        }
        let one_hash = Some(HashingAlgorithm::SHA_256);
        client.done(encrypt(one_hash)).await;
        client.done(wrap(one_hash)).await;
        for request in [encrypt(None), wrap(None)] {
            let refused = client.one(request).await;
            assert_eq!(refused.result_reason, Some(ResultReason::PermissionDenied));
            let message = refused.result_message.unwrap();
            assert!(message.contains("Mask Generator Hashing Algorithm"), "{message}");
        }
    }
}

#[tokio::test]
async fn before_1_2_keys_that_were_never_activated_wrap() {
    let service = Service::new().await;
    for version in [Version::V1_0, Version::V1_1, Version::V1_2] {
        let mut client = service.connect(&format!("wrap {version}"), version);
        let key = made(&client.done(create()).await);
        let mut pending = aes();
        pending[2] = attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(0x10));
        pending.truncate(3);
        let pending = RequestPayload::Create(CreateRequest {
            object_type: ObjectType::SymmetricKey,
            attributes: Attributes::from(pending),
            protection_storage_masks: None,
        });
        let pending = made(&client.done(pending).await);
        let wrap = RequestPayload::Get(GetRequest {
            unique_identifier: Some(key),
            key_wrapping_specification: Some(KeyWrappingSpecification {
                wrapping_method: WrappingMethod::Encrypt,
                encryption_key_information: Some(KeyInformation {
                    unique_identifier: pending,
                    cryptographic_parameters: None,
                }),
                mac_signature_key_information: None,
                attribute_names: Vec::new(),
                encoding_option: None,
            }),
            ..GetRequest::default()
        });
        let expected = (version > Version::V1_1).then_some(ResultReason::PermissionDenied);
        assert_eq!(client.one(wrap).await.result_reason, expected, "{version}");
    }
}

/// Application Specific Information of a namespace.
fn application(namespace: &str, data: Option<&str>) -> AttributeEntry {
    let data = data.map(|data| (tag::APPLICATION_DATA, Value::Text(data.to_owned())));
    let namespace = (tag::APPLICATION_NAMESPACE, Value::Text(namespace.to_owned()));
    let fields = [namespace].into_iter().chain(data).collect();
    attribute(tag::APPLICATION_SPECIFIC_INFORMATION, Value::Structure(fields))
}

#[tokio::test]
async fn application_data_of_declared_namespaces_are_made_by_the_service() {
    let declaration = serde_json::json!({"application_namespaces": ["ssl", "disk"]});
    let declaration = serde_json::from_value(declaration).unwrap();
    let service = Service::with(KmipOptions { declaration, ..KmipOptions::default() }).await;
    let data_of = |value: &Value| match value {
        Value::Structure(fields) => match fields.last() {
            Some((tag::APPLICATION_DATA, Value::Text(data))) => data.clone(),
            _ => panic!("no data"),
        },
        _ => panic!("no structure"),
    };
    let kind = tag::APPLICATION_SPECIFIC_INFORMATION;
    for version in [Version::V1_0, Version::V1_4, Version::V2_1] {
        let mut client = service.connect(&format!("namespaces {version}"), version);
        let mut seen = Vec::new();
        for _ in 0..2 {
            let answer = client.done(create_with(vec![application("disk", None)])).await;
            let ResponsePayload::Create(created) = answer else { panic!() };
            let read = attributes(Some(created.unique_identifier), &[kind]);
            let kept = value(&client.done(read).await, kind).unwrap();
            // KMIP 2.x has no place for it in the answer.
            let said = created.attributes.map(|said| said.entries[0].value.clone());
            assert_eq!(said, (version < Version::V2_0).then(|| Some(kept.clone())), "{version}");
            seen.push(data_of(&kept));
        }
        let id = made(&client.done(create()).await);
        let answer = client.done(add(&id, application("ssl", None))).await;
        let ResponsePayload::AddAttribute(added) = answer else { panic!() };
        if version < Version::V2_0 {
            seen.push(data_of(&added.attribute.unwrap().value.unwrap()));
        }
        assert!(seen.iter().all(|data| !data.is_empty()));
        assert!((1..seen.len()).all(|place| !seen[..place].contains(&seen[place])), "{seen:?}");
        client.done(add(&id, application("mail", Some("mine")))).await;

        let unknown = ResultReason::ApplicationNamespaceNotSupported;
        assert_eq!(client.refused(add(&id, application("mail", None))).await, unknown);
        assert_eq!(client.refused(create_with(vec![application("mail", None)])).await, unknown);
        // The object is found by them.
        let found = client.done(locate(vec![application("disk", Some(&seen[0]))])).await;
        let ResponsePayload::Locate(found) = found else { panic!() };
        assert_eq!(found.unique_identifiers.len(), 1);
    }
}

fn register_opaque() -> RequestPayload {
    RequestPayload::Register(RegisterRequest {
        object_type: ObjectType::OpaqueObject,
        attributes: Attributes::default(),
        object: Some(ManagedObject::OpaqueObject(OpaqueObject {
            opaque_data_type: OpaqueDataType(0x8000_0001),
            opaque_data_value: SecretBytes::copy_from(b"opaque"),
        })),
        protection_storage_masks: None,
    })
}

fn revoke(id: &UniqueIdentifier, code: RevocationReasonCode) -> RequestPayload {
    RequestPayload::Revoke(RevokeRequest {
        unique_identifier: Some(id.clone()),
        revocation_reason: RevocationReason {
            revocation_reason_code: code,
            revocation_message: None,
        },
        compromise_occurrence_date: Some(DateTime(6)),
    })
}

#[tokio::test]
async fn a_date_of_no_compromise_is_a_mistake_since_1_4() {
    let service = Service::new().await;
    for version in Version::ALL {
        let mut client = service.connect(&format!("revoke {version}"), version);
        let id = made(&client.done(create()).await);
        let answer = client.one(revoke(&id, RevocationReasonCode::CessationOfOperation)).await;
        if version >= Version::V1_4 {
            assert_eq!(answer.result_reason, Some(ResultReason::InvalidField), "{version}");
        } else {
            assert_eq!(answer.result_status, ResultStatus::Success, "{version}");
            let ask = [tag::STATE, tag::COMPROMISE_OCCURRENCE_DATE];
            let read = client.done(attributes(Some(id), &ask)).await;
            assert_eq!(value(&read, tag::STATE), Some(Value::Enumeration(3)), "{version}");
            assert_eq!(value(&read, tag::COMPROMISE_OCCURRENCE_DATE), None, "{version}");
        }

        let id = made(&client.done(create()).await);
        client.done(revoke(&id, RevocationReasonCode::CACompromise)).await;
        let read = client.done(attributes(Some(id), &[tag::STATE])).await;
        let state = if version >= Version::V1_3 { 4 } else { 3 };
        assert_eq!(value(&read, tag::STATE), Some(Value::Enumeration(state)), "{version}");
    }
}
