//! One form of a message in all versions: what a version does not have is refused when read and left out when written.

use claviger_wire_kmip::payload::{EncryptResponse, GetAttributesResponse, LocateResponse};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, CryptographicParameters, DateTime, ManagedObject,
    MessageLimits, Password, ProtocolVersion, RequestMessage, RequestPayload, ResponseHeader,
    ResponseItem, ResponseMessage, ResponsePayload, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    self, HashingAlgorithm, KeyFormatType, MaskGenerator, Operation, ResultReason,
};
use claviger_wire_ttlv::{Buffer, Item, Tag, Version, Writer, tag};

use crate::build::request;

#[test]
fn a_field_of_a_later_version_is_refused() {
    let read = |version| {
        let buffer = request(version, Operation::Encrypt, |writer| {
            writer.bytes(tag::DATA, b"part");
            writer.boolean(tag::INIT_INDICATOR, true);
        });
        payload(&buffer).err().map(|error| (error.reason, error.message))
    };
    let message = "EncryptRequest has no field InitIndicator in KMIP 1.2".to_owned();
    assert_eq!(read(Version::V1_2), Some((ResultReason::InvalidField, message)));
    assert_eq!(read(Version::V1_3), None);
    assert_eq!(read(Version::V2_1), None);
}

#[test]
fn a_field_of_the_other_family_is_refused() {
    let create = |version, attributes| {
        let buffer = request(version, Operation::Create, |writer| {
            writer.enumeration(tag::OBJECT_TYPE, enumeration::ObjectType::SymmetricKey.code());
            writer.structure(attributes, |_| {});
        });
        payload(&buffer).err().map(|error| error.reason)
    };
    assert_eq!(create(Version::V1_4, tag::TEMPLATE_ATTRIBUTE), None);
    assert_eq!(create(Version::V1_4, tag::ATTRIBUTES), Some(ResultReason::InvalidField));
    assert_eq!(create(Version::V2_0, tag::ATTRIBUTES), None);
    assert_eq!(create(Version::V2_0, tag::TEMPLATE_ATTRIBUTE), Some(ResultReason::InvalidMessage));
}

/// PyKMIP sends these whatever the version; so do others.
#[test]
fn what_clients_send_too_early_is_read() {
    let offset = request(Version::V1_2, Operation::Locate, |writer| {
        writer.integer(tag::OFFSET_ITEMS, 1);
    });
    let Ok(RequestPayload::Locate(locate)) = payload(&offset) else { panic!("not read") };
    assert_eq!(locate.offset_items, Some(1));
    let member = request(Version::V1_0, Operation::Locate, |writer| {
        writer.enumeration(tag::OBJECT_GROUP_MEMBER, 1);
    });
    let Ok(RequestPayload::Locate(locate)) = payload(&member) else { panic!("not read") };
    assert!(locate.object_group_member.is_some());
    let discover = request(Version::V1_0, Operation::DiscoverVersions, |_| {});
    assert!(matches!(payload(&discover), Ok(RequestPayload::DiscoverVersions(_))));
    let option = request(Version::V1_0, Operation::Get, |writer| {
        writer.structure(tag::KEY_WRAPPING_SPECIFICATION, |writer| {
            writer.enumeration(tag::WRAPPING_METHOD, enumeration::WrappingMethod::Encrypt.code());
            writer.enumeration(tag::ENCODING_OPTION, 1);
        });
    });
    let Ok(RequestPayload::Get(get)) = payload(&option) else { panic!("not read") };
    assert!(get.key_wrapping_specification.is_some_and(|wrap| wrap.encoding_option.is_some()));
}

#[test]
fn a_response_has_only_what_its_version_has() {
    let children = |version| {
        let buffer = respond(
            version,
            ResponsePayload::Encrypt(EncryptResponse {
                unique_identifier: UniqueIdentifier::from("1"),
                data: None,
                iv_counter_nonce: Some(vec![1]),
                correlation_value: Some(vec![2]),
                authenticated_encryption_tag: Some(vec![3]),
            }),
        );
        tags(&buffer)
    };
    let always = [tag::UNIQUE_IDENTIFIER, tag::IV_COUNTER_NONCE];
    assert_eq!(children(Version::V1_2), always);
    assert_eq!(children(Version::V1_3), [&always[..], &[tag::CORRELATION_VALUE]].concat());
    assert_eq!(
        children(Version::V1_4),
        [&always[..], &[tag::CORRELATION_VALUE, tag::AUTHENTICATED_ENCRYPTION_TAG]].concat()
    );
    let located = |version| {
        tags(&respond(
            version,
            ResponsePayload::Locate(LocateResponse {
                located_items: Some(1),
                unique_identifiers: vec![UniqueIdentifier::from("1")],
            }),
        ))
    };
    assert_eq!(located(Version::V1_2), [tag::UNIQUE_IDENTIFIER]);
    assert_eq!(located(Version::V2_0), [tag::LOCATED_ITEMS, tag::UNIQUE_IDENTIFIER]);
}

#[test]
fn attributes_are_left_out_of_versions_that_lack_them() {
    let attributes = vec![
        standard(tag::STATE, Value::Enumeration(1)),
        standard(tag::FRESH, Value::Boolean(true)),
        standard(tag::SENSITIVE, Value::Boolean(false)),
        standard(tag::QUANTUM_SAFE, Value::Boolean(false)),
        standard(tag::OPERATION_POLICY_NAME, Value::Text("default".to_owned())),
        vendor("x", "Barcode"),
        vendor("claviger", "note"),
    ];
    let names = |version| -> Vec<String> {
        read_attributes(version, attributes.clone())
            .into_iter()
            .map(|entry| match entry.reference {
                AttributeReference::Vendor { vendor, name } => format!("{vendor}:{name}"),
                other => other.name().expect("a name in 1.x").into_owned(),
            })
            .collect()
    };
    assert_eq!(names(Version::V1_0), ["State", "Operation Policy Name", "x:Barcode"]);
    assert_eq!(names(Version::V1_1), ["State", "Fresh", "Operation Policy Name", "x:Barcode"]);
    assert_eq!(
        names(Version::V1_4),
        ["State", "Fresh", "Sensitive", "Operation Policy Name", "x:Barcode"]
    );
    let tagged: Vec<_> = read_attributes(Version::V2_1, attributes.clone())
        .into_iter()
        .map(|entry| entry.reference)
        .collect();
    let expected: Vec<_> = attributes
        .iter()
        .map(|entry| entry.reference.clone())
        .filter(|reference| *reference != AttributeReference::Standard(tag::OPERATION_POLICY_NAME))
        .collect();
    assert_eq!(tagged, expected);
}

#[test]
fn parts_of_attributes_are_left_out_of_versions_that_lack_them() {
    let digest = Value::Structure(vec![
        (tag::HASHING_ALGORITHM, Value::Enumeration(HashingAlgorithm::SHA_256.code())),
        (tag::KEY_FORMAT_TYPE, Value::Enumeration(KeyFormatType::Raw.code())),
    ]);
    let parameters = CryptographicParameters {
        hashing_algorithm: Some(HashingAlgorithm::SHA_256),
        random_iv: Some(true),
        mask_generator: Some(MaskGenerator::MGF1),
        ..CryptographicParameters::default()
    };
    let parameters = Value::of(&parameters, Version::V2_1).expect("a value");
    let attributes =
        vec![standard(tag::DIGEST, digest), standard(tag::CRYPTOGRAPHIC_PARAMETERS, parameters)];
    let parts = |version| -> Vec<usize> {
        read_attributes(version, attributes.clone())
            .into_iter()
            .map(|entry| match entry.value {
                Some(Value::Structure(parts)) => parts.len(),
                _ => panic!("no structure"),
            })
            .collect()
    };
    assert_eq!(parts(Version::V1_0), [1, 1]);
    assert_eq!(parts(Version::V1_1), [2, 1]);
    assert_eq!(parts(Version::V1_2), [2, 2]);
    assert_eq!(parts(Version::V1_4), [2, 3]);
    assert_eq!(parts(Version::V2_1), [2, 3]);
}

#[test]
fn names_and_references_are_the_same_attribute() {
    for version in Version::ALL {
        for tag in claviger_wire_ttlv::names::attributes(version) {
            let reference = AttributeReference::Standard(tag);
            assert!(reference.exists_in(version), "{tag} in {version}");
            if version.major < 2 {
                let name = reference.name().expect("an attribute of 1.x has a name").into_owned();
                assert_eq!(AttributeReference::from_name(&name), reference);
            }
        }
    }
    for (name, vendor, rest) in [("x-ID", "x", "ID"), ("y-", "y", ""), ("x-y-z", "x", "y-z")] {
        let reference = AttributeReference::from_name(name);
        let expected =
            AttributeReference::Vendor { vendor: vendor.to_owned(), name: rest.to_owned() };
        assert_eq!(reference, expected);
        assert_eq!(reference.name().as_deref(), Some(name));
    }
    let unknown = AttributeReference::from_name("Shoe Size");
    assert_eq!(unknown, AttributeReference::Unknown("Shoe Size".to_owned()));
    assert!(unknown.exists_in(Version::V1_4) && !unknown.exists_in(Version::V2_0));
}

#[test]
fn identifiers_may_be_placeholders_in_2_x() {
    let read =
        |version, fill: fn(&mut Writer)| match payload(&request(version, Operation::Get, fill)) {
            Ok(RequestPayload::Get(get)) => get.unique_identifier,
            _ => None,
        };
    let placeholder = |writer: &mut Writer| writer.enumeration(tag::UNIQUE_IDENTIFIER, 1);
    let index = |writer: &mut Writer| writer.integer(tag::UNIQUE_IDENTIFIER, -1);
    assert_eq!(read(Version::V1_4, placeholder), None);
    assert_eq!(read(Version::V1_4, index), None);
    let expected = UniqueIdentifier::Placeholder(enumeration::UniqueIdentifier::IDPlaceholder);
    assert_eq!(read(Version::V2_0, placeholder), Some(expected));
    assert_eq!(read(Version::V2_1, index), Some(UniqueIdentifier::Index(-1)));
}

#[test]
fn secrets_are_not_shown() {
    let value = Value::Structure(vec![
        (tag::D, Value::BigInteger(vec![0xAB; 8].into())),
        (tag::KEY, Value::Bytes(vec![0xCD; 4].into())),
        (tag::NAME_VALUE, Value::Text("secret".to_owned())),
    ]);
    let shown = format!("{value:?}");
    assert_eq!(
        shown,
        "{0x42002E: BigInteger(8 bytes), 0x42003F: ByteString(4 bytes), 0x420055: TextString(..)}"
    );
    assert_eq!(Password::new("secret".to_owned()).expose("a test"), b"secret");
}

#[test]
fn a_template_belongs_to_1_x_and_a_certificate_request_to_2_x() {
    let read = |version, fill: fn(&mut Writer)| {
        let mut writer = Writer::new();
        fill(&mut writer);
        let buffer = writer.into_buffer();
        ManagedObject::decode(buffer.item(), version).map(|object| object.object_type())
    };
    let template = |writer: &mut Writer| writer.structure(tag::TEMPLATE, |_| {});
    let certificate_request = |writer: &mut Writer| {
        writer.structure(tag::CERTIFICATE_REQUEST, |writer| {
            writer.enumeration(tag::CERTIFICATE_REQUEST_TYPE, 2);
            writer.bytes(tag::CERTIFICATE_REQUEST_VALUE, &[1]);
        });
    };
    assert_eq!(read(Version::V1_3, template), Ok(enumeration::ObjectType::Template));
    assert!(read(Version::V2_0, template).is_err());
    assert!(read(Version::V1_4, certificate_request).is_err());
    assert_eq!(
        read(Version::V2_1, certificate_request),
        Ok(enumeration::ObjectType::CertificateRequest)
    );
}

fn standard(tag: Tag, value: Value) -> AttributeEntry {
    AttributeEntry { reference: AttributeReference::Standard(tag), index: None, value: Some(value) }
}

fn vendor(vendor: &str, name: &str) -> AttributeEntry {
    AttributeEntry {
        reference: AttributeReference::Vendor { vendor: vendor.to_owned(), name: name.to_owned() },
        index: None,
        value: Some(Value::Text("value".to_owned())),
    }
}

/// Writes the attributes into a response of a version, and reads that.
fn read_attributes(version: Version, attributes: Vec<AttributeEntry>) -> Vec<AttributeEntry> {
    let unique_identifier = UniqueIdentifier::from("1");
    let response = GetAttributesResponse { unique_identifier, attributes };
    let buffer = respond(version, ResponsePayload::GetAttributes(response));
    let mut response = ResponseMessage::decode(buffer.item()).expect("a response");
    match response.batch.remove(0).payload.map(|payload| *payload) {
        Some(ResponsePayload::GetAttributes(response)) => response.attributes,
        _ => panic!("another payload"),
    }
}

fn respond(version: Version, payload: ResponsePayload) -> Buffer {
    let header = ResponseHeader::new(ProtocolVersion::from(version), DateTime(0));
    ResponseMessage { header, batch: vec![ResponseItem::success(None, payload)] }.encode()
}

fn payload(buffer: &Buffer) -> Result<RequestPayload, claviger_wire_kmip::MessageError> {
    let mut request = RequestMessage::decode(buffer.item(), &MessageLimits::default())
        .expect("the message is understood");
    request.batch.remove(0).payload.map(|payload| *payload)
}

/// The tags of the fields of the payload of the first batch item.
fn tags(response: &Buffer) -> Vec<Tag> {
    let item = response.item().child(tag::BATCH_ITEM).expect("a batch item");
    let payload = item.child(tag::RESPONSE_PAYLOAD).expect("a payload");
    payload.children().map(Item::tag).collect()
}
