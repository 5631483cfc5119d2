//! Messages over HTTP, in each encoding, answered in kind.

use axum::body::Body;
use claviger_wire_kmip::{
    RequestHeader, RequestItem, RequestMessage, RequestPayload, ResponseMessage, Value,
};
use claviger_wire_ttlv::enumeration::{
    LinkType, ResultReason, ResultStatus, UniqueIdentifier as Placeholder,
};
use claviger_wire_ttlv::{Limits, Version, json, tag, xml};
use http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt;

use crate::requests::{attribute, create, create_with, get, locate, made};
use crate::service::{Service, parse, peer, succeeded};

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

pub(crate) async fn send(service: &Service, request: Request<Body>) -> Answer {
    let answer = service.door.router().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub(crate) async fn post(
    service: &Service,
    path: &str,
    media_type: &str,
    body: impl Into<Body>,
) -> Answer {
    let request = Request::post(path).header("content-type", media_type).extension(peer("http"));
    let answer = send(service, request.body(body.into()).unwrap()).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    answer
}

fn message(version: Version, payload: RequestPayload) -> RequestMessage {
    RequestMessage {
        version,
        header: RequestHeader::new(version),
        batch: vec![RequestItem::new(payload)],
    }
}

const BINARY: &str = "application/octet-stream";
const JSON: &str = "application/json";
const XML: &str = "text/xml";

/// Sends a message in an encoding and reads the answer in it.
async fn exchange(
    service: &Service,
    media_type: &str,
    version: Version,
    payload: RequestPayload,
) -> ResponseMessage {
    let binary = message(version, payload).encode();
    let body = match media_type {
        JSON => json::encode(binary.item(), version, json::Dialect::Standard),
        XML => xml::encode(binary.item(), version),
        _ => binary.to_vec(),
    };
    let answer = post(service, "/kmip", media_type, body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], media_type);
    match media_type {
        JSON => {
            let (buffer, dialect) = json::decode(&answer.body, &Limits::default()).unwrap();
            assert_eq!(dialect, json::Dialect::Standard);
            ResponseMessage::decode(buffer.item()).unwrap()
        }
        XML => {
            let buffer = xml::decode(&answer.body, &Limits::default()).unwrap();
            ResponseMessage::decode(buffer.item()).unwrap()
        }
        _ => ResponseMessage::decode(parse(&answer.body)).unwrap(),
    }
}

#[tokio::test]
async fn every_encoding_is_answered_in_itself_in_every_version() {
    let service = Service::new().await;
    for version in Version::ALL {
        for media_type in [BINARY, JSON, XML] {
            let answer = exchange(&service, media_type, version, create()).await;
            assert_eq!(answer.header.protocol_version, version.into());
            let made = made(&succeeded(answer.batch.into_iter().next().unwrap()));
            let answer = exchange(&service, media_type, version, get(Some(made))).await;
            succeeded(answer.batch.into_iter().next().unwrap());
            let answer = exchange(&service, media_type, version, get(None)).await;
            assert_eq!(answer.batch[0].result_status, ResultStatus::OperationFailed);
        }
    }
}

#[tokio::test]
async fn json_is_answered_in_the_dialect_of_the_request() {
    let service = Service::new().await;
    let version = Version::V2_1;
    let binary = message(version, locate(Vec::new())).encode();
    for dialect in [json::Dialect::Standard, json::Dialect::Cosmian4, json::Dialect::Cosmian5] {
        for path in ["/kmip", "/kmip/2_1"] {
            let body = json::encode(binary.item(), version, dialect);
            let (_, read_as) = json::decode(&body, &Limits::default()).unwrap();
            let answer = post(&service, path, JSON, body).await;
            assert_eq!(answer.status, StatusCode::OK);
            let (buffer, answered_in) = json::decode(&answer.body, &Limits::default()).unwrap();
            assert_eq!(answered_in, read_as, "{path} {dialect:?}");
            ResponseMessage::decode(buffer.item()).unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_no_message_is_answered_in_the_encoding_too() {
    let service = Service::new().await;
    for (media_type, body) in [
        (BINARY, "hello"),
        (JSON, "{"),
        (JSON, "[]"),
        (JSON, "{\"tag\":\"Nothing\",\"value\":1}"),
        (XML, "<RequestMessage>"),
        (XML, "<!DOCTYPE a [<!ENTITY b \"c\">]><RequestMessage>&b;</RequestMessage>"),
    ] {
        let answer = post(&service, "/kmip", media_type, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{body}");
        assert_eq!(answer.headers["content-type"], media_type);
        let message = match media_type {
            JSON => json::decode(&answer.body, &Limits::default()).unwrap().0.to_vec(),
            XML => xml::decode(&answer.body, &Limits::default()).unwrap().to_vec(),
            _ => answer.body,
        };
        let answer = ResponseMessage::decode(parse(&message)).unwrap();
        assert_eq!(answer.batch[0].result_reason, Some(ResultReason::InvalidMessage), "{body}");
    }
}

#[tokio::test]
async fn other_methods_media_types_and_lengths_are_refused() {
    let options = claviger_door_kmip::KmipOptions {
        message_limit: 1000,
        ..claviger_door_kmip::KmipOptions::default()
    };
    let service = Service::with(options).await;
    for path in ["/kmip", "/kmip/2_1"] {
        let request = Request::builder().method(Method::GET).uri(path);
        let answer = send(&service, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers["allow"], "POST");
        let answer = post(&service, path, JSON, vec![b' '; 3001]).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let answer = post(&service, "/kmip", media_type, "").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let parameters = "application/json; charset=utf-8";
    assert_eq!(post(&service, "/kmip", parameters, "{").await.status, StatusCode::OK);
    // Binary is measured as it is: a message of the limit and its frame, and no byte more.
    let long = [&[0x42, 0, 0x78, 1, 0, 0, 3, 0xf0][..], &[0; 1008]].concat();
    let answer = post(&service, "/kmip", BINARY, long).await;
    let answer = ResponseMessage::decode(parse(&answer.body)).unwrap();
    assert_eq!(answer.batch[0].result_reason, Some(ResultReason::InvalidMessage));
}

#[tokio::test]
async fn the_audit_log_tells_http_from_connections() {
    let service = Service::new().await;
    exchange(&service, BINARY, Version::V1_4, create()).await;
    service.connect("wire", Version::V1_4).done(create()).await;
    let doors: Vec<_> = service.audit.records().iter().map(|record| record.door).collect();
    assert_eq!(doors, ["kmip-http", "kmip"]);
}

#[tokio::test]
async fn texts_name_the_operation_whose_object_a_link_is_to() {
    let service = Service::new().await;
    let version = Version::V2_1;
    let link = vec![
        (tag::LINK_TYPE, Value::Enumeration(LinkType::ParentLink.code())),
        (tag::LINKED_OBJECT_IDENTIFIER, Value::Enumeration(Placeholder::Create.code())),
    ];
    let linked = create_with(vec![attribute(tag::LINK, Value::Structure(link))]);
    let batch = [create(), linked].into_iter().map(RequestItem::new).collect();
    let message = RequestMessage { version, header: RequestHeader::new(version), batch };
    let binary = message.encode();
    let named = "<LinkedObjectIdentifier type=\"Enumeration\" value=\"Create\"";
    let text = String::from_utf8(xml::encode(binary.item(), version)).unwrap();
    assert!(text.contains(named), "{text}");
    let answer = post(&service, "/kmip", XML, text).await;
    let answer = xml::decode(&answer.body, &Limits::default()).unwrap();
    let answer = ResponseMessage::decode(answer.item()).unwrap();
    assert_eq!(answer.header.protocol_version, version.into());
    answer.batch.into_iter().for_each(|item| drop(succeeded(item)));
}
