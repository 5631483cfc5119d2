//! Several operations in one message: their order, what they leave each other, what happens when one fails.

use claviger_wire_kmip::payload::{
    AddAttributeRequest, CheckRequest, CreateKeyPairRequest, CreateSplitKeyRequest,
    DeriveKeyRequest, JoinSplitKeyRequest, RngRetrieveRequest,
};
use claviger_wire_kmip::{
    AttributeEntry, Attributes, Data, DerivationParameters, RequestHeader, RequestItem,
    RequestPayload, ResponsePayload, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    BatchErrorContinuationOption as OnError, CryptographicAlgorithm, Data as DataPlaceholder,
    DerivationMethod, LinkType, ObjectType, Operation, ResultReason, ResultStatus, SplitKeyMethod,
    UniqueIdentifier as Placeholder,
};
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{
    aes, attribute, attributes, bytes, create, create_with, data, decrypt, destroy, encrypt, get,
    hash, locate, made, material, name, object, value,
};
use crate::service::{Client, Service, failed, succeeded};

fn unknown() -> Option<UniqueIdentifier> {
    Some(UniqueIdentifier::from("nobody"))
}

async fn with_option(
    client: &mut Client,
    option: OnError,
    payloads: Vec<RequestPayload>,
) -> Vec<(ResultStatus, Option<ResultReason>)> {
    let mut header = RequestHeader::new(client.version);
    header.batch_error_continuation_option = Some(option);
    let batch = payloads.into_iter().map(RequestItem::new).collect();
    let answer = client.send(header, batch).await;
    answer.batch.into_iter().map(|item| (item.result_status, item.result_reason)).collect()
}

#[tokio::test]
async fn a_batch_goes_on_stops_or_is_taken_back() {
    use ResultStatus::{OperationFailed, OperationUndone, Success};
    let service = Service::new().await;
    let mut client = service.connect("batch", Version::V2_1);
    let missing = Some(ResultReason::ObjectNotFound);
    let batch = |tag| vec![create_with(vec![name(tag)]), get(unknown()), create()];

    let answers = with_option(&mut client, OnError::Continue, batch("a")).await;
    assert_eq!(answers, [(Success, None), (OperationFailed, missing), (Success, None)]);

    let answers = with_option(&mut client, OnError::Stop, batch("b")).await;
    assert_eq!(answers, [(Success, None), (OperationFailed, missing)]);

    let answers = with_option(&mut client, OnError::Undo, batch("c")).await;
    assert_eq!(answers, [(OperationUndone, None), (OperationFailed, missing)]);

    // Who says nothing means Stop.
    let answers = client.batch(batch("d")).await;
    assert_eq!(answers.len(), 2);

    for (key, expected) in [("a", 1), ("b", 1), ("c", 0), ("d", 1)] {
        let ResponsePayload::Locate(found) = client.done(locate(vec![name(key)])).await else {
            panic!("not an answer to Locate")
        };
        assert_eq!(found.unique_identifiers.len(), expected, "{key}");
    }
}

#[tokio::test]
async fn an_undone_change_of_an_object_leaves_it_as_it_was() {
    let service = Service::new().await;
    let mut client = service.connect("batch", Version::V1_4);
    let inactive: Vec<_> = aes().into_iter().take(3).collect();
    let create = RequestPayload::Create(claviger_wire_kmip::payload::CreateRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(inactive),
        protection_storage_masks: None,
    });
    let id = Some(made(&client.done(create).await));
    let batch = vec![RequestPayload::Activate(object(id.clone())), get(unknown())];
    let answers = with_option(&mut client, OnError::Undo, batch).await;
    let missing = Some(ResultReason::ItemNotFound);
    assert_eq!(
        answers,
        [(ResultStatus::OperationUndone, None), (ResultStatus::OperationFailed, missing)]
    );
    let state = client.done(attributes(id, &[tag::STATE])).await;
    assert_eq!(value(&state, tag::STATE), Some(Value::Enumeration(1)), "pre-active");
}

#[tokio::test]
async fn answers_stand_in_the_order_of_the_requests_and_repeat_their_ids() {
    let service = Service::new().await;
    let mut client = service.connect("batch", Version::V1_2);
    let ids: Vec<Option<Vec<u8>>> = (0..20_u8).map(|n| (n % 3 > 0).then(|| vec![n; 5])).collect();
    let items = ids.iter().enumerate().map(|(place, id)| RequestItem {
        unique_batch_item_id: id.clone(),
        ..RequestItem::new(if place % 2 == 0 { create() } else { locate(Vec::new()) })
    });
    let items = items.collect();
    let answer = client.send(RequestHeader::new(Version::V1_2), items).await;
    assert_eq!(answer.header.batch_count, 20);
    let mut located = Vec::new();
    for (place, (item, id)) in answer.batch.into_iter().zip(ids).enumerate() {
        let expected = if place % 2 == 0 { Operation::Create } else { Operation::Locate };
        assert_eq!(item.operation, Some(expected));
        assert_eq!(item.unique_batch_item_id, id);
        if let ResponsePayload::Locate(found) = succeeded(item) {
            located.push(found.unique_identifiers.len());
        }
    }
    assert_eq!(located, (1..=10).collect::<Vec<_>>(), "every Locate saw the Creates before it");
}

#[tokio::test]
async fn the_identifier_that_an_operation_left_is_used_by_those_after_it() {
    let service = Service::new().await;
    for version in [Version::V1_0, Version::V1_4, Version::V2_0, Version::V2_1] {
        let mut client = service.connect(&format!("placeholder {version}"), version);
        let key = format!("key {version}");
        let answers = client
            .batch(vec![create_with(vec![name(&key)]), get(None), attributes(None, &[tag::STATE])])
            .await;
        let ids: Vec<_> = answers.into_iter().map(|item| made(&succeeded(item))).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{version}");

        let mut answers = client.batch(vec![locate(vec![name(&key)]), get(None)]).await;
        assert_eq!(made(&succeeded(answers.pop().unwrap())), ids[0], "exactly one was found");

        let missing = if version.major >= 2 {
            ResultReason::ObjectNotFound
        } else {
            ResultReason::ItemNotFound
        };
        client.done(create()).await;
        let answers = client.batch(vec![create(), locate(Vec::new()), get(None)]).await;
        assert_eq!(failed(&answers[2]), missing, "three were found: {version}");
        let answers = client.batch(vec![locate(vec![name("none")]), get(None)]).await;
        assert_eq!(failed(&answers[1]), missing, "none was found: {version}");
        assert_eq!(client.refused(get(None)).await, missing, "of an earlier message: {version}");
    }
}

#[tokio::test]
async fn pairs_and_parts_leave_the_identifier_that_the_specification_names() {
    let service = Service::new().await;
    let mut client = service.connect("pairs", Version::V2_1);
    let pair = RequestPayload::CreateKeyPair(CreateKeyPairRequest {
        common_attributes: Some(Attributes::from(vec![
            attribute(
                tag::CRYPTOGRAPHIC_ALGORITHM,
                Value::Enumeration(CryptographicAlgorithm::RSA.code()),
            ),
            attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(2048)),
        ])),
        ..CreateKeyPairRequest::default()
    });
    let public = UniqueIdentifier::Placeholder(Placeholder::CreateKeyPairPublicKey);
    let both = UniqueIdentifier::Placeholder(Placeholder::CreateKeyPair);
    let ask = |id| attributes(id, &[tag::OBJECT_TYPE]);
    let mut header = RequestHeader::new(Version::V2_1);
    header.batch_error_continuation_option = Some(OnError::Continue);
    let batch = vec![pair, ask(None), ask(Some(public)), ask(Some(both))];
    let batch = batch.into_iter().map(RequestItem::new).collect();
    let answers = client.send(header, batch).await.batch;
    let types: Vec<_> =
        answers.into_iter().skip(1).map(|item| value(&succeeded(item), tag::OBJECT_TYPE)).collect();
    // The first two ask about one each, the last one about both.
    let (private, public) = (ObjectType::PrivateKey, ObjectType::PublicKey);
    let expected = [private, public, private, public];
    assert_eq!(types, expected.map(|kind| Some(Value::Enumeration(kind.code()))));

    let split = RequestPayload::CreateSplitKey(CreateSplitKeyRequest {
        object_type: ObjectType::SymmetricKey,
        unique_identifier: Some(UniqueIdentifier::Placeholder(Placeholder::IDPlaceholder)),
        split_key_parts: 3,
        split_key_threshold: 2,
        split_key_method: SplitKeyMethod::PolynomialSharingGF2_8,
        prime_field_size: None,
        attributes: Attributes::default(),
        protection_storage_masks: None,
    });
    let join = RequestPayload::JoinSplitKey(JoinSplitKeyRequest {
        object_type: ObjectType::SymmetricKey,
        unique_identifiers: vec![UniqueIdentifier::Placeholder(Placeholder::CreateSplitKey)],
        secret_data_type: None,
        attributes: Some(Attributes::from(aes())),
        protection_storage_masks: None,
    });
    let batch = vec![create(), get(None), split, attributes(None, &[]), join, get(None)];
    let answers: Vec<_> = client.batch(batch).await.into_iter().map(succeeded).collect();
    let ResponsePayload::CreateSplitKey(parts) = &answers[2] else { panic!("not split") };
    assert_eq!(parts.unique_identifiers.len(), 3);
    assert_eq!(made(&answers[3]), parts.unique_identifiers[0], "the part with the number 1");
    assert_eq!(material(&answers[5]), material(&answers[1]), "all parts were joined");
}

#[tokio::test]
async fn requests_of_2_x_refer_to_identifiers_by_operation_and_by_number() {
    let service = Service::new().await;
    let mut client = service.connect("references", Version::V2_1);
    let by_number = |number| Some(UniqueIdentifier::Index(number));
    let latest = Some(UniqueIdentifier::Placeholder(Placeholder::Create));
    let batch = vec![
        create(),
        create(),
        get(by_number(0)),
        get(by_number(1)),
        get(latest.clone()),
        get(by_number(-5)),
        get(by_number(-1)),
    ];
    let answers: Vec<_> = client.batch(batch).await.into_iter().map(succeeded).collect();
    let ids: Vec<_> = answers.iter().map(made).collect();
    let (first, second) = (&ids[0], &ids[1]);
    assert_ne!(first, second);
    // Numbers count every identifier of the response, those in answers to Get too.
    let expected = [first, second, first, second, second, first, first];
    assert_eq!(ids.iter().collect::<Vec<_>>(), expected);

    for reference in [by_number(1), by_number(-2), by_number(i32::MIN), by_number(i32::MAX)] {
        let answers = client.batch(vec![create(), get(reference)]).await;
        assert_eq!(failed(&answers[1]), ResultReason::ObjectNotFound);
    }
    assert_eq!(client.refused(get(latest)).await, ResultReason::ObjectNotFound);
}

#[tokio::test]
async fn requests_of_2_x_refer_to_data_and_keep_it_from_the_client() {
    let service = Service::new().await;
    let mut client = service.connect("data", Version::V2_1);
    let id = Some(made(&client.done(create()).await));
    let text = b"what was asked";
    let batch = vec![
        encrypt(id.clone(), bytes(text)),
        decrypt(id.clone(), Data::Placeholder(DataPlaceholder::Encrypt)),
        hash(Data::Index(-1)),
        hash(Data::Index(0)),
    ];
    let answers: Vec<_> = client.batch(batch).await.into_iter().map(succeeded).collect();
    assert_eq!(data(&answers[1]).unwrap(), text);
    let direct = client.done(hash(bytes(text))).await;
    assert_eq!(data(&answers[2]), data(&direct), "the text");
    assert_ne!(data(&answers[3]), data(&direct), "the ciphertext");

    let random = RequestPayload::RNGRetrieve(RngRetrieveRequest { data_length: 24 });
    let items = vec![
        RequestItem { ephemeral: Some(true), ..RequestItem::new(random) },
        RequestItem {
            ephemeral: Some(true),
            ..RequestItem::new(encrypt(id.clone(), Data::Placeholder(DataPlaceholder::RNGRetrieve)))
        },
        RequestItem::new(decrypt(id, Data::Placeholder(DataPlaceholder::Encrypt))),
    ];
    let answer = client.send(RequestHeader::new(Version::V2_1), items).await;
    let answers: Vec<_> = answer.batch.into_iter().map(succeeded).collect();
    assert_eq!(data(&answers[0]), Some(Vec::new()));
    assert_eq!(data(&answers[1]), None);
    assert_eq!(data(&answers[2]).unwrap().len(), 24);
    let refused = client.refused(hash(Data::Placeholder(DataPlaceholder::MACMACData))).await;
    assert_eq!(refused, ResultReason::InvalidField);
}

#[tokio::test]
async fn several_objects_may_be_meant_where_several_may_be_named() {
    let service = Service::new().await;
    let mut client = service.connect("derive", Version::V2_1);
    let with_mask = |mask| {
        let mut attributes = aes();
        attributes[2] = attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(mask));
        attributes
    };
    let base = RequestPayload::Create(claviger_wire_kmip::payload::CreateRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(with_mask(0x200)),
        protection_storage_masks: None,
    });
    let derive = RequestPayload::DeriveKey(DeriveKeyRequest {
        object_type: ObjectType::SymmetricKey,
        unique_identifiers: vec![UniqueIdentifier::Placeholder(Placeholder::Locate)],
        derivation_method: DerivationMethod::HMAC,
        derivation_parameters: DerivationParameters {
            cryptographic_parameters: Some(claviger_wire_kmip::CryptographicParameters {
                hashing_algorithm: Some(claviger_wire_ttlv::enumeration::HashingAlgorithm::SHA_256),
                ..Default::default()
            }),
            initialization_vector: None,
            derivation_data: vec![claviger_secret::SecretBytes::copy_from(b"context")],
            salt: None,
            iteration_count: None,
        },
        attributes: Attributes::from(aes()),
    });
    let batch = vec![base, locate(Vec::new()), derive, get(None), destroy(None)];
    let mut header = RequestHeader::new(Version::V2_1);
    header.batch_error_continuation_option = Some(OnError::Continue);
    let batch = batch.into_iter().map(RequestItem::new).collect();
    let mut answers = client.send(header, batch).await.batch;
    // An active key isn't destroyed; what it says is which key was meant.
    assert_eq!(failed(&answers.pop().unwrap()), ResultReason::WrongKeyLifecycleState);
    let answers: Vec<_> = answers.into_iter().map(succeeded).collect();
    assert_eq!(material(&answers[3]).len(), 32);
    assert_ne!(made(&answers[3]), made(&answers[0]));
}

#[tokio::test]
async fn a_use_that_is_denied_leaves_no_object_behind() {
    let service = Service::new().await;
    let mut client = service.connect("check", Version::V1_4);
    let check = |mask| {
        RequestPayload::Check(CheckRequest {
            cryptographic_usage_mask: Some(mask),
            ..CheckRequest::default()
        })
    };
    let answers = client.batch(vec![create(), check(0x04), get(None)]).await;
    answers.into_iter().for_each(|item| drop(succeeded(item)));

    for version in [Version::V1_0, Version::V1_1, Version::V1_4] {
        let mut client = service.connect(&format!("check {version}"), version);
        let mut header = RequestHeader::new(version);
        header.batch_error_continuation_option = Some(OnError::Continue);
        let batch = vec![create(), check(0x05), get(None)];
        let batch = batch.into_iter().map(RequestItem::new).collect();
        let mut answers = client.send(header, batch).await.batch;
        // KMIP 1.0 leaves out what comes after it, whatever the client asked for.
        if version > Version::V1_0 {
            assert_eq!(failed(&answers.pop().unwrap()), ResultReason::ItemNotFound, "{version}");
        }
        assert_eq!(answers.len(), 2, "{version}");
        let denied = answers.pop().unwrap();
        assert_eq!(denied.result_status, ResultStatus::OperationFailed);
        assert_eq!(denied.result_reason, Some(ResultReason::PermissionDenied));
        let Some(ResponsePayload::Check(denied)) = denied.payload.map(|payload| *payload) else {
            panic!("no payload")
        };
        let said = (denied.unique_identifier, denied.cryptographic_usage_mask);
        assert_eq!(said, (None, Some(0x05)), "{version}");
    }

    // In 2.x the operation fails, and batches that go on all the same must not use the object.
    for version in [Version::V2_0, Version::V2_1] {
        let mut client = service.connect(&format!("check {version}"), version);
        let id = Some(made(&client.done(create()).await));
        let again = vec![
            locate(Vec::new()),
            check(0x01),
            get(None),
            get(Some(UniqueIdentifier::Placeholder(Placeholder::Locate))),
            check(0x04),
            get(id),
        ];
        let answers = with_option(&mut client, OnError::Continue, again).await;
        let reasons: Vec<_> = answers.into_iter().map(|(_, reason)| reason).collect();
        let missing = Some(ResultReason::ObjectNotFound);
        let denied = Some(ResultReason::IncompatibleCryptographicUsageMask);
        assert_eq!(reasons, [None, denied, missing, None, missing, None], "{version}");
    }
}

/// A link to a parent.
fn parent(linked: Value) -> AttributeEntry {
    let link = vec![
        (tag::LINK_TYPE, Value::Enumeration(LinkType::ParentLink.code())),
        (tag::LINKED_OBJECT_IDENTIFIER, linked),
    ];
    attribute(tag::LINK, Value::Structure(link))
}

#[tokio::test]
async fn links_of_2_x_refer_to_what_the_batch_made() {
    let service = Service::new().await;
    for version in [Version::V2_0, Version::V2_1] {
        let mut client = service.connect(&format!("links {version}"), version);
        let latest = Value::Enumeration(Placeholder::Create.code());
        let add = |link| {
            RequestPayload::AddAttribute(AddAttributeRequest {
                unique_identifier: None,
                attribute: parent(link),
            })
        };
        let batch = vec![
            create(),
            create_with(vec![parent(Value::Integer(0))]),
            attributes(None, &[tag::LINK]),
            create_with(vec![parent(latest)]),
            attributes(None, &[tag::LINK]),
            add(Value::Integer(0)),
            locate(vec![parent(Value::Integer(0))]),
        ];
        let answers: Vec<_> = client.batch(batch).await.into_iter().map(succeeded).collect();
        let (first, second) = (made(&answers[0]), made(&answers[1]));
        let expected = |to: &UniqueIdentifier| {
            parent(Value::Text(to.as_text().expect("answers name objects").to_owned())).value
        };
        assert_eq!(value(&answers[2], tag::LINK), expected(&first));
        assert_eq!(value(&answers[4], tag::LINK), expected(&second));
        let ResponsePayload::Locate(found) = &answers[6] else { panic!("not located") };
        assert_eq!(found.unique_identifiers.len(), 2, "the second and the third");

        for nothing in [Value::Integer(0), Value::Enumeration(Placeholder::Register.code())] {
            let refused = client.refused(create_with(vec![parent(nothing)])).await;
            assert_eq!(refused, ResultReason::ObjectNotFound, "{version}");
        }
    }
    let mut client = service.connect("links", Version::V1_4);
    let answers = client.batch(vec![create(), create_with(vec![parent(Value::Integer(0))])]).await;
    assert_eq!(failed(&answers[1]), ResultReason::InvalidField, "1.x has identifiers alone");
}
