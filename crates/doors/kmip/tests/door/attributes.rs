//! Attributes: their indexes in KMIP 1.x, their values in 2.x.

use claviger_wire_kmip::payload::{
    AddAttributeRequest, DeleteAttributeRequest, GetAttributesRequest, ModifyAttributeRequest,
};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, RequestPayload, ResponsePayload, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::ResultReason;
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{attribute, attributes, create, create_with, made, name, object, vendor};
use crate::service::{Client, Service};

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_owned()))
}

fn group(index: Option<i32>, value: Option<Value>) -> AttributeEntry {
    let reference = AttributeReference::Standard(tag::OBJECT_GROUP);
    AttributeEntry { reference, index, value }
}

fn add(id: &UniqueIdentifier, attribute: AttributeEntry) -> RequestPayload {
    RequestPayload::AddAttribute(AddAttributeRequest {
        unique_identifier: Some(id.clone()),
        attribute,
    })
}

fn modify(id: &UniqueIdentifier, attribute: AttributeEntry) -> RequestPayload {
    RequestPayload::ModifyAttribute(ModifyAttributeRequest {
        unique_identifier: Some(id.clone()),
        current_attribute: None,
        attribute,
    })
}

fn delete(id: &UniqueIdentifier, index: Option<i32>) -> RequestPayload {
    RequestPayload::DeleteAttribute(DeleteAttributeRequest {
        unique_identifier: Some(id.clone()),
        current_attribute: None,
        reference: Some(AttributeReference::Standard(tag::OBJECT_GROUP)),
        attribute_index: index,
    })
}

fn changed(answer: ResponsePayload) -> Option<AttributeEntry> {
    match answer {
        ResponsePayload::AddAttribute(answer)
        | ResponsePayload::ModifyAttribute(answer)
        | ResponsePayload::DeleteAttribute(answer) => answer.attribute,
        _ => panic!("not a change of an attribute"),
    }
}

async fn groups(client: &mut Client, id: &UniqueIdentifier) -> Vec<(Option<i32>, Option<Value>)> {
    let answer = client.done(attributes(Some(id.clone()), &[tag::OBJECT_GROUP])).await;
    let ResponsePayload::GetAttributes(got) = answer else { panic!("not Get Attributes") };
    got.attributes.into_iter().map(|attribute| (attribute.index, attribute.value)).collect()
}

#[tokio::test]
async fn in_1_x_instances_have_indexes_that_stay_theirs() {
    let service = Service::new().await;
    let mut client = service.connect("attributes", Version::V1_4);
    let id = made(&client.done(create()).await);
    for (index, value) in [(0, "a"), (1, "b"), (2, "c")] {
        let added = changed(client.done(add(&id, group(None, text(value)))).await);
        assert_eq!(added, Some(group(Some(index), text(value))));
    }
    let modified = changed(client.done(modify(&id, group(Some(1), text("B")))).await);
    assert_eq!(modified, Some(group(Some(1), text("B"))));
    let deleted = changed(client.done(delete(&id, Some(0))).await).unwrap();
    assert_eq!((deleted.index, deleted.value), (Some(0), text("a")));
    assert_eq!(groups(&mut client, &id).await, [(Some(1), text("B")), (Some(2), text("c"))]);

    let out = ResultReason::ItemNotFound;
    assert_eq!(client.refused(modify(&id, group(Some(7), text("x")))).await, out);
    assert_eq!(client.refused(delete(&id, Some(0))).await, out);
    let invalid = ResultReason::InvalidField;
    assert_eq!(client.refused(delete(&id, Some(-1))).await, invalid);
    assert_eq!(client.refused(modify(&id, group(Some(-1), text("x")))).await, invalid);
    assert_eq!(client.refused(add(&id, group(Some(1), text("x")))).await, invalid);
    let nothing = client.refused(add(&id, group(None, None))).await;
    assert_eq!(nothing, ResultReason::InvalidMessage);
}

#[tokio::test]
async fn in_1_0_the_first_index_is_left_out() {
    let service = Service::new().await;
    for (version, first) in [(Version::V1_0, None), (Version::V1_1, Some(0))] {
        let mut client = service.connect("attributes", version);
        let id = made(&client.done(create()).await);
        client.done(add(&id, group(None, text("a")))).await;
        client.done(add(&id, group(None, text("b")))).await;
        let refused = client.refused(add(&id, group(Some(0), text("c")))).await;
        assert_eq!(refused, ResultReason::InvalidField);
        let expected = [(first, text("a")), (Some(1), text("b"))];
        assert_eq!(groups(&mut client, &id).await, expected, "{version}");
    }
}

#[tokio::test]
async fn in_2_x_there_are_no_indexes_and_instances_are_meant_by_value() {
    let service = Service::new().await;
    let mut client = service.connect("attributes", Version::V2_1);
    let id = made(&client.done(create()).await);
    for value in ["a", "b"] {
        assert_eq!(changed(client.done(add(&id, group(None, text(value)))).await), None);
    }
    let change = RequestPayload::ModifyAttribute(ModifyAttributeRequest {
        unique_identifier: Some(id.clone()),
        current_attribute: Some(group(None, text("b"))),
        attribute: group(None, text("B")),
    });
    client.done(change).await;
    let remove = |value| {
        RequestPayload::DeleteAttribute(DeleteAttributeRequest {
            unique_identifier: Some(id.clone()),
            current_attribute: Some(group(None, text(value))),
            ..DeleteAttributeRequest::default()
        })
    };
    client.done(remove("a")).await;
    assert_eq!(groups(&mut client, &id).await, [(None, text("B"))]);
    assert_eq!(client.refused(remove("a")).await, ResultReason::AttributeInstanceNotFound);
    let nothing = DeleteAttributeRequest {
        unique_identifier: Some(id.clone()),
        ..DeleteAttributeRequest::default()
    };
    let refused = client.refused(RequestPayload::DeleteAttribute(nothing)).await;
    assert_eq!(refused, ResultReason::InvalidMessage);
}

#[tokio::test]
async fn attributes_are_read_in_the_order_that_is_asked_for() {
    let service = Service::new().await;
    for version in [Version::V1_2, Version::V2_1] {
        let mut client = service.connect(&format!("order {version}"), version);
        let more = vec![name("n"), vendor("ID", "7 ")];
        let id = made(&client.done(create_with(more)).await);
        let references = vec![
            AttributeReference::Vendor { vendor: "x".to_owned(), name: "ID".to_owned() },
            AttributeReference::Standard(tag::STATE),
            AttributeReference::Standard(tag::NAME),
            AttributeReference::Standard(tag::ARCHIVE_DATE),
            AttributeReference::Standard(tag::OBJECT_TYPE),
        ];
        let request = GetAttributesRequest {
            unique_identifier: Some(id.clone()),
            references: references.clone(),
        };
        let answer = client.done(RequestPayload::GetAttributes(request)).await;
        let ResponsePayload::GetAttributes(got) = answer else { panic!("not Get Attributes") };
        let found: Vec<_> = got.attributes.iter().map(|one| one.reference.clone()).collect();
        let expected: Vec<_> = references
            .into_iter()
            .enumerate()
            .filter(|&(at, _)| at != 3)
            .map(|(_, one)| one)
            .collect();
        assert_eq!(found, expected, "what isn't there is left out: {version}");
        assert_eq!(got.attributes[0].value, text("7 "));

        let answer = client.done(RequestPayload::GetAttributeList(object(Some(id)))).await;
        let ResponsePayload::GetAttributeList(list) = answer else { panic!() };
        let mut sorted: Vec<_> = list.references.iter().map(|one| format!("{one:?}")).collect();
        sorted.sort();
        let count = sorted.len();
        sorted.dedup();
        assert_eq!(sorted.len(), count, "no attribute is listed twice");
    }
}

#[tokio::test]
async fn nobody_sees_or_sets_what_the_service_keeps_for_itself() {
    let service = Service::new().await;
    let mut client = service.connect("hidden", Version::V2_1);
    let id = made(&client.done(create()).await);
    let hidden = AttributeEntry {
        reference: AttributeReference::Vendor {
            vendor: "claviger".to_owned(),
            name: "legacy".to_owned(),
        },
        index: None,
        value: Some(Value::Boolean(true)),
    };
    client.refused(add(&id, hidden.clone())).await;
    client.refused(create_with(vec![hidden.clone()])).await;
    let all = client.done(attributes(Some(id), &[])).await;
    let ResponsePayload::GetAttributes(got) = all else { panic!("not Get Attributes") };
    assert!(!got.attributes.iter().any(|one| matches!(&one.reference,
        AttributeReference::Vendor { vendor, .. } if vendor == "claviger")));
    let unknown = attribute(tag::BATCH_COUNT, Value::Integer(1));
    let refused = client.refused(create_with(vec![unknown])).await;
    assert_eq!(refused, ResultReason::InvalidAttribute);
}
