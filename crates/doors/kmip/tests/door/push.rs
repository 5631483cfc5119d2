//! What a client is told of the objects that it makes and changes.

use axum::body::Body;
use claviger_door_kmip::KmipOptions;
use claviger_wire_kmip::payload::{AddAttributeRequest, CreateKeyPairRequest, EmptyPayload};
use claviger_wire_kmip::{
    AttributeReference, Attributes, MessageLimits, RequestHeader, RequestItem, RequestMessage,
    RequestPayload, ResponseHeader, ResponseItem, ResponseMessage, ResponsePayload,
    UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{CryptographicAlgorithm, PutFunction, ResultStatus};
use claviger_wire_ttlv::{Version, tag};
use tokio::io::AsyncWriteExt;
use tower::ServiceExt;

use crate::requests::{attribute, attributes, create, locate, made, revoke, value};
use crate::service::{Client, Service, parse, peer};

async fn service() -> Service {
    Service::with(KmipOptions { push: true, ..KmipOptions::default() }).await
}

/// Takes a request of the service's and answers it.
async fn told(client: &mut Client) -> RequestPayload {
    let message = client.frame().await.expect("a request of the service's");
    let Ok(message) = RequestMessage::decode(parse(&message), &MessageLimits::default()) else {
        panic!("not a request message")
    };
    assert_eq!(message.version, client.version);
    let payload = *message.batch.into_iter().next().unwrap().payload.unwrap();
    let answer = match &payload {
        RequestPayload::Put(_) => ResponsePayload::Put(EmptyPayload {}),
        _ => ResponsePayload::Notify(EmptyPayload {}),
    };
    let header =
        ResponseHeader::new(client.version.into(), claviger_wire_kmip::DateTime(1_767_225_600));
    let answer = ResponseMessage { header, batch: vec![ResponseItem::success(None, answer)] };
    client.stream.write_all(&answer.encode()).await.unwrap();
    payload
}

#[tokio::test]
async fn a_new_object_is_put_and_a_changed_one_is_notified() {
    let service = service().await;
    for version in [Version::V1_0, Version::V1_4, Version::V2_1] {
        let mut client = service.connect(&format!("push {version}"), version);
        let id = made(&client.done(create()).await);
        let RequestPayload::Put(put) = told(&mut client).await else { panic!("not Put") };
        assert_eq!(put.unique_identifier, id);
        assert_eq!(put.put_function, PutFunction::New);
        let has = |wanted| {
            let reference = AttributeReference::Standard(wanted);
            put.attributes.iter().any(|attribute| attribute.reference == reference)
        };
        assert!(has(tag::STATE) && has(tag::CRYPTOGRAPHIC_USAGE_MASK));

        let group = attribute(tag::OBJECT_GROUP, Value::Text("a".to_owned()));
        let add = RequestPayload::AddAttribute(AddAttributeRequest {
            unique_identifier: Some(id.clone()),
            attribute: group,
        });
        client.done(add).await;
        notified(&mut client, &id, &[tag::OBJECT_GROUP, tag::LAST_CHANGE_DATE]).await;
        client.done(revoke(Some(id.clone()))).await;
        notified(&mut client, &id, &[tag::LAST_CHANGE_DATE, tag::STATE]).await;
        // What is only read is told to nobody.
        client.done(locate(Vec::new())).await;
        client.done(locate(Vec::new())).await;
    }
}

async fn notified(
    client: &mut Client,
    id: &UniqueIdentifier,
    expected: &[claviger_wire_ttlv::Tag],
) {
    let RequestPayload::Notify(notify) = told(client).await else { panic!("not Notify") };
    assert_eq!(notify.unique_identifier, *id);
    let told: Vec<_> = notify.attributes.into_iter().map(|attribute| attribute.reference).collect();
    let expected: Vec<_> = expected.iter().copied().map(AttributeReference::Standard).collect();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn every_object_that_an_operation_makes_is_put() {
    let service = service().await;
    let mut client = service.connect("push", Version::V2_1);
    let algorithm = CryptographicAlgorithm::RSA.code();
    let pair = RequestPayload::CreateKeyPair(CreateKeyPairRequest {
        common_attributes: Some(Attributes::from(vec![
            attribute(tag::CRYPTOGRAPHIC_ALGORITHM, Value::Enumeration(algorithm)),
            attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(2048)),
        ])),
        ..CreateKeyPairRequest::default()
    });
    let ResponsePayload::CreateKeyPair(made) = client.done(pair).await else { panic!() };
    for id in [made.private_key_unique_identifier, made.public_key_unique_identifier] {
        let RequestPayload::Put(put) = told(&mut client).await else { panic!("not Put") };
        assert_eq!(put.unique_identifier, id);
    }
    client.done(locate(Vec::new())).await;
}

#[tokio::test]
async fn a_client_that_answers_with_a_request_is_left() {
    let service = service().await;
    let mut client = service.connect("push", Version::V1_4);
    client.done(create()).await;
    client.frame().await.expect("Put");
    let header = RequestHeader::new(Version::V1_4);
    let batch = vec![RequestItem::new(locate(Vec::new()))];
    let message = RequestMessage { version: Version::V1_4, header, batch };
    client.stream.write_all(&message.encode()).await.unwrap();
    assert!(client.frame().await.is_none());
}

#[tokio::test]
async fn over_http_nothing_is_handed_out_behind_the_clients_back() {
    let service = service().await;
    let header = RequestHeader::new(Version::V1_4);
    let batch = vec![RequestItem::new(create())];
    let message = RequestMessage { version: Version::V1_4, header, batch };
    let request = http::Request::post("/kmip")
        .header("content-type", "application/octet-stream")
        .extension(peer("push"))
        .body(Body::from(message.encode().to_vec()))
        .unwrap();
    let answer = service.door.router().oneshot(request).await.unwrap();
    let answer = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let item = ResponseMessage::decode(parse(&answer)).unwrap().batch.remove(0);
    assert_eq!(item.result_status, ResultStatus::Success);
    let id = made(&item.payload.unwrap());
    let operations: Vec<_> =
        service.audit.records().iter().map(|record| record.operation).collect();
    assert_eq!(operations.len(), 1, "{operations:?}");

    let quiet = Service::new().await;
    let mut client = quiet.connect("push", Version::V1_4);
    client.done(create()).await;
    client.done(locate(Vec::new())).await;
    drop(id);
    let fresh = made(&client.done(create()).await);
    let fresh = client.done(attributes(Some(fresh), &[tag::FRESH])).await;
    assert_eq!(value(&fresh, tag::FRESH), Some(Value::Boolean(true)));
}
